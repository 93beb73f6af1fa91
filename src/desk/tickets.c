#include "desk/tickets.h"

#include "base/limits.h"
#include "core/flag.h"
#include "core/later.h"
#include "core/ticket.h"
#include "desk/follow.h"
#include "store/content.h"
#include "store/draft.h"
#include "store/record.h"

/* A call may be logged this long after it was had. */
#define TICKETS_CALL_AGE_MAX (7 * SPAN_DAY)

/*
 * Begins a command on a ticket and loads it. True: there is nothing to decide,
 * and *status_out is the answer.
 */
static bool tickets_begin(struct desk *desk, const struct turn *turn,
                          int64_t id, struct decision *d,
                          struct ticket **ticket_out,
                          struct outcome *outcome_out, enum status *status_out,
                          struct problem *problem_out)
{
	if (desk_begin(desk, turn, d, outcome_out, status_out))
		return true;
	*status_out = desk_load_ticket(desk, d, id, ticket_out, problem_out);
	outcome_out->ticket = id;
	return *status_out != ST_OK;
}

/* The common end: commits unless core refused. */
static enum status tickets_end(struct desk *desk, const struct turn *turn,
                               struct decision *d, struct outcome *outcome_out,
                               enum status status)
{
	if (status != ST_OK)
		return status;
	return desk_commit(desk, turn, d, outcome_out);
}

static enum status tickets_text(struct str text, struct problem *problem_out)
{
	if (str_trim(text).length == 0)
		return problem_set(problem_out, ST_INVALID, "text",
		                   "Write something first.");
	if (text.length > LIMIT_TEXT_BYTES)
		return problem_set(problem_out, ST_LIMIT, "text",
		                   "That is too long.");
	return ST_OK;
}

/* Every command that asks one core function about one ticket. */
#define TICKETS_BEGIN()                                                        \
	struct decision d;                                                     \
	struct ticket *ticket;                                                 \
	enum status status;                                                    \
                                                                               \
	if (tickets_begin(desk, turn, asked->ticket, &d, &ticket, outcome_out, \
	                  &status, problem_out))                               \
	return status

enum status desk_ticket_type(struct desk *desk, const struct turn *turn,
                             const struct ticket_command *asked,
                             struct outcome *outcome_out,
                             struct problem *problem_out)
{
	TICKETS_BEGIN();
	status = ticket_set_type(&d, ticket, asked->value, problem_out);
	return tickets_end(desk, turn, &d, outcome_out, status);
}

enum status desk_ticket_assign(struct desk *desk, const struct turn *turn,
                               const struct ticket_command *asked,
                               struct outcome *outcome_out,
                               struct problem *problem_out)
{
	const struct agency_member *member =
		agency_member(desk->agency, asked->value);

	TICKETS_BEGIN();
	if (asked->value != 0 && (!member || !member->record.active))
		return problem_set(problem_out, ST_INVALID, "member",
		                   "There is no such member at work here.");
	status = ticket_assign(&d, ticket, asked->value, problem_out);
	return tickets_end(desk, turn, &d, outcome_out, status);
}

enum status desk_ticket_state(struct desk *desk, const struct turn *turn,
                              const struct ticket_command *asked,
                              struct outcome *outcome_out,
                              struct problem *problem_out)
{
	TICKETS_BEGIN();
	if (ticket->state == TICKET_CLOSED)
		status = record_load_closed(desk->db, d.state, ticket->id);
	if (status == ST_OK)
		status = ticket_set_state(&d, ticket, asked->value, asked->text,
		                          problem_out);
	return tickets_end(desk, turn, &d, outcome_out, status);
}

enum status desk_ticket_snooze(struct desk *desk, const struct turn *turn,
                               const struct ticket_command *asked,
                               struct outcome *outcome_out,
                               struct problem *problem_out)
{
	TICKETS_BEGIN();
	if (asked->text.length > LIMIT_SUBJECT_BYTES)
		return problem_set(problem_out, ST_LIMIT, "note",
		                   "A note is one or two lines.");
	status = later_snooze(&d, ticket, asked->at, asked->text, problem_out);
	return tickets_end(desk, turn, &d, outcome_out, status);
}

enum status desk_ticket_note(struct desk *desk, const struct turn *turn,
                             const struct ticket_command *asked,
                             struct outcome *outcome_out,
                             struct problem *problem_out)
{
	TICKETS_BEGIN();
	status = tickets_text(asked->text, problem_out);
	if (status == ST_OK)
		status = follow_mentions_allowed(desk, asked->mentions,
		                                 asked->mention_count,
		                                 problem_out);
	if (status == ST_OK)
		status = follow_mentions(desk, &d, ticket,
		                         ticket_note(&d, ticket, asked->text),
		                         asked->mentions, asked->mention_count);
	return tickets_end(desk, turn, &d, outcome_out, status);
}

enum status desk_ticket_call(struct desk *desk, const struct turn *turn,
                             const struct ticket_command *asked,
                             struct outcome *outcome_out,
                             struct problem *problem_out)
{
	instant_ms at;

	TICKETS_BEGIN();
	status = tickets_text(asked->text, problem_out);
	at = asked->at ? asked->at : d.now;
	if (status == ST_OK &&
	    (at > d.now || at < d.now - TICKETS_CALL_AGE_MAX))
		status = problem_set(problem_out, ST_INVALID, "at",
		                     "A call is logged within seven days, "
		                     "and not before it was had.");
	if (status == ST_OK && asked->contact) {
		status = record_load(desk->db, d.state, RECORD_CONTACT,
		                     asked->contact);
		if (status == ST_NOT_FOUND)
			return desk_missing(problem_out, "contact");
	}
	if (status == ST_OK)
		ticket_call(&d, ticket,
		            asked->contact ? asked->contact : ticket->contact,
		            asked->outward, asked->spoke, asked->text, at);
	return tickets_end(desk, turn, &d, outcome_out, status);
}

enum status desk_ticket_merge(struct desk *desk, const struct turn *turn,
                              const struct ticket_command *asked,
                              struct outcome *outcome_out,
                              struct problem *problem_out)
{
	struct ticket *into;

	TICKETS_BEGIN();
	status = desk_load_ticket(desk, &d, asked->value, &into, problem_out);
	if (status == ST_OK)
		status = ticket_merge(&d, ticket, into, problem_out);
	if (status == ST_OK)
		status = draft_move(desk->db, ticket->id, into->id);
	status = tickets_end(desk, turn, &d, outcome_out, status);
	if (status == ST_OK)
		outcome_out->ticket = asked->value;
	return status;
}

enum status desk_ticket_unmerge(struct desk *desk, const struct turn *turn,
                                const struct ticket_command *asked,
                                struct outcome *outcome_out,
                                struct problem *problem_out)
{
	struct ticket *from = NULL;

	TICKETS_BEGIN();
	if (ticket->merged_into)
		status = desk_load_ticket(desk, &d, ticket->merged_into, &from,
		                          problem_out);
	if (status == ST_OK && from)
		status = record_load_merged(desk->db, d.state, from->id);
	if (status == ST_OK)
		status = record_load_merged(desk->db, d.state, ticket->id);
	if (status == ST_OK)
		status = ticket_unmerge(&d, ticket, problem_out);
	return tickets_end(desk, turn, &d, outcome_out, status);
}

enum status desk_ticket_split(struct desk *desk, const struct turn *turn,
                              const struct ticket_command *asked,
                              struct outcome *outcome_out,
                              struct problem *problem_out)
{
	struct str subject;
	int64_t id = 0;

	TICKETS_BEGIN();
	status = record_load_messages(desk->db, d.state, ticket->id);
	/* The new thread is called as its first message was. */
	if (status == ST_OK)
		status = content_read(desk->db, d.arena, asked->value,
		                      SLOT_SUBJECT, &subject);
	if (status == ST_OK && subject.length == 0)
		status = content_read(desk->db, d.arena, ticket->subject_by,
		                      SLOT_SUBJECT, &subject);
	if (status == ST_OK)
		status = ticket_split(&d, ticket, asked->value, subject, &id,
		                      problem_out);
	status = tickets_end(desk, turn, &d, outcome_out, status);
	if (status == ST_OK)
		outcome_out->ticket = id;
	return status;
}

enum status desk_ticket_move(struct desk *desk, const struct turn *turn,
                             const struct ticket_command *asked,
                             struct outcome *outcome_out,
                             struct problem *problem_out)
{
	const struct client *client;

	TICKETS_BEGIN();
	status = record_load_client(desk->db, d.state, asked->value);
	if (status == ST_NOT_FOUND)
		return desk_missing(problem_out, "client");
	if (status != ST_OK)
		return status;
	client = state_client(d.state, asked->value);
	if (client->merged_into)
		return problem_set(problem_out, ST_CONFLICT, "client",
		                   "It was merged into another client.");
	status = ticket_move(&d, ticket, asked->value, problem_out);
	return tickets_end(desk, turn, &d, outcome_out, status);
}

enum status desk_ticket_flag(struct desk *desk, const struct turn *turn,
                             const struct ticket_command *asked,
                             struct outcome *outcome_out,
                             struct problem *problem_out)
{
	TICKETS_BEGIN();
	status = tickets_text(asked->text, problem_out);
	if (status == ST_OK)
		flag_person(&d, ticket, asked->text);
	return tickets_end(desk, turn, &d, outcome_out, status);
}

/* The ticket of a flag or promise that a command names alone. */
static enum status tickets_of(struct desk *desk, enum record_type type,
                              int64_t id, int64_t *ticket_out,
                              struct problem *problem_out)
{
	int64_t columns[RECORD_COLUMNS_MAX];
	enum status status = record_read(desk->db, type, id, columns);

	if (status == ST_NOT_FOUND)
		return desk_missing(problem_out, record_shapes[type].name);
	/* In both records the ticket is the third column. */
	if (status == ST_OK)
		*ticket_out = columns[2];
	return status;
}

enum status desk_flag_clear(struct desk *desk, const struct turn *turn,
                            const struct ticket_command *named,
                            struct outcome *outcome_out,
                            struct problem *problem_out)
{
	struct ticket_command copy = *named;
	const struct ticket_command *asked = &copy;
	struct flag *flag;
	enum status found = tickets_of(desk, RECORD_FLAG, named->value,
	                               &copy.ticket, problem_out);

	if (found != ST_OK)
		return found;
	TICKETS_BEGIN();
	flag = state_flag(d.state, asked->value);
	if (!flag)
		return problem_set(problem_out, ST_CONFLICT, "flag",
		                   "It has been cleared already.");
	if (str_trim(asked->text).length == 0)
		return problem_set(problem_out, ST_INVALID, "reason",
		                   "Say in a few words why it is no risk.");
	flag_clear(&d, flag, WHY_MEMBER, d.now);
	decide_words(&d, d.events[d.event_count - 1].seq, SLOT_REASON,
	             asked->text);
	return tickets_end(desk, turn, &d, outcome_out, ST_OK);
}

enum status desk_promise_settle(struct desk *desk, const struct turn *turn,
                                const struct ticket_command *named,
                                struct outcome *outcome_out,
                                struct problem *problem_out)
{
	struct ticket_command copy = *named;
	const struct ticket_command *asked = &copy;
	struct promise *promise;
	enum status found = tickets_of(desk, RECORD_PROMISE, named->value,
	                               &copy.ticket, problem_out);

	if (found != ST_OK)
		return found;
	TICKETS_BEGIN();
	promise = state_promise(d.state, asked->value);
	if (!promise)
		return problem_set(problem_out, ST_CONFLICT, "promise",
		                   "It has ended already.");
	status = ticket_settle(&d, promise, asked->kept, asked->text,
	                       problem_out);
	return tickets_end(desk, turn, &d, outcome_out, status);
}
