#include "desk/bulk.h"

#include <assert.h>
#include <string.h>

#include "base/limits.h"
#include "core/flag.h"
#include "core/later.h"
#include "core/text/request_type.h"
#include "desk/follow.h"
#include "desk/tickets.h"
#include "store/record.h"

#define BULK_COLUMN(number, column) ", " #column

/* What happened to a thread since, of the kinds that the act changes. */
SQL(bulk_changed, "SELECT 1 FROM event WHERE subject = $1 AND seq > $2"
                  " AND kind BETWEEN $3 AND $4 LIMIT 1");
SQL(bulk_flags, "SELECT id" FLAG_COLUMNS(BULK_COLUMN) //
    " FROM flag WHERE ticket = $1 AND cleared_at = $2 AND why = 8");
static_assert(WHY_MEMBER == 8, "of bulk_flags");

struct bulk_work {
	struct desk *desk;
	struct turn turn; /* of the job's member, with the item's command */
	struct bulk bulk;
	struct bulk_item item;
	struct outcome outcome;
	struct problem problem;
};

/* -- Beginning --------------------------------------------------------------
 */

static enum status bulk_value(const struct desk *desk,
                              const struct bulk_asked *asked, instant_ms now,
                              struct problem *problem_out)
{
	const struct agency_member *member;

	switch (asked->act) {
	case BULK_ASSIGN:
		member = agency_member(desk->agency, asked->value);
		if (asked->value && (!member || !member->record.active))
			return problem_set(problem_out, ST_INVALID, "member",
			                   "There is no such member at work "
			                   "here.");
		return ST_OK;
	case BULK_STATE:
		if (asked->value >= TICKET_OPEN &&
		    asked->value < TICKET_STATE_COUNT)
			return ST_OK;
		return problem_set(problem_out, ST_INVALID, "state",
		                   "Say which state.");
	case BULK_TYPE:
		if (asked->value > REQUEST_TYPE_NONE &&
		    asked->value < REQUEST_TYPE_COUNT)
			return ST_OK;
		return problem_set(problem_out, ST_INVALID, "type",
		                   "Say which type.");
	case BULK_SNOOZE:
		if (asked->value == 0 || (asked->value > now &&
		                          asked->value <= now + LATER_SPAN_MAX))
			return ST_OK;
		return problem_set(problem_out, ST_INVALID, "until_at",
		                   "Choose a moment within the next two "
		                   "years.");
	case BULK_FLAG_CLEAR:
		if (str_trim(asked->reason).length > 0)
			return ST_OK;
		return problem_set(problem_out, ST_INVALID, "reason",
		                   "Say in a few words why it is no risk.");
	case BULK_FOLLOW:
		return ST_OK;
	case BULK_NONE:
	case BULK_ACT_COUNT:
		break;
	}
	return problem_set(problem_out, ST_INVALID, "act",
	                   "There is no such act.");
}

enum status desk_bulk_begin(struct desk *desk, const struct turn *turn,
                            const struct bulk_asked *asked,
                            struct outcome *outcome_out,
                            struct problem *problem_out)
{
	const struct str command = {(const char *)turn->command,
	                            EVENT_COMMAND_BYTES};
	const struct bulk bulk = {
		.member = turn->actor,
		.at = turn->now,
		.act = asked->act,
		.value = asked->value,
		.reason = asked->reason,
		.total = (int64_t)asked->count,
		.state = BULK_RUNNING,
	};
	int64_t id = 0;
	enum status status = bulk_find_command(desk->db, command, &id);

	*outcome_out = (struct outcome){.seq = desk->end.seq, .record = id};
	if (status != ST_OK || id)
		return status;
	if (asked->count == 0)
		return problem_set(problem_out, ST_INVALID, "tickets",
		                   "There is no thread to change.");
	if (asked->count > BULK_TICKETS_MAX)
		return problem_set(problem_out, ST_LIMIT, "tickets",
		                   "At most %u threads are changed at once.",
		                   BULK_TICKETS_MAX);
	status = bulk_value(desk, asked, turn->now, problem_out);
	if (status == ST_OK)
		status = bulk_insert(desk->db, &bulk, command, asked->tickets,
		                     &outcome_out->record);
	return status;
}

enum status desk_bulk_undo(struct desk *desk, const struct turn *turn,
                           int64_t id, struct outcome *outcome_out,
                           struct problem *problem_out)
{
	struct bulk bulk;
	enum status status = bulk_read(desk->db, turn->arena, id, &bulk);

	*outcome_out = (struct outcome){.seq = desk->end.seq, .record = id};
	if (status == ST_NOT_FOUND)
		return problem_set(problem_out, status, "id",
		                   "There is no such job.");
	if (status != ST_OK)
		return status;
	/* The same press again finds it on its way. */
	if (bulk.state == BULK_UNDOING || bulk.state == BULK_UNDONE)
		return ST_OK;
	if (bulk.state != BULK_DONE)
		return problem_set(problem_out, ST_CONFLICT, "id",
		                   "It is not done yet.");
	bulk.state = BULK_UNDOING;
	bulk.done = 0;
	return bulk_save(desk->db, &bulk);
}

/* -- One thread -------------------------------------------------------------
 */

/* Job, direction and thread make the id: taken up again, it is the same. */
static void bulk_command(struct bulk_work *w, char direction)
{
	unsigned char *command = w->turn.command;

	memset(command, 0, EVENT_COMMAND_BYTES);
	command[0] = 'b';
	command[1] = (unsigned char)direction;
	for (int i = 0; i < 7; i++) {
		command[2 + i] =
			(unsigned char)((uint64_t)w->bulk.id >> (48 - 8 * i));
		command[9 + i] = (unsigned char)((uint64_t)w->item.ticket >>
		                                 (48 - 8 * i));
	}
}

static const desk_ticket_command bulk_commands[BULK_ACT_COUNT] = {
	[BULK_ASSIGN] = desk_ticket_assign, [BULK_STATE] = desk_ticket_state,
	[BULK_TYPE] = desk_ticket_type,     [BULK_SNOOZE] = desk_ticket_snooze,
	[BULK_FOLLOW] = desk_ticket_follow,
};

static enum status bulk_run(struct bulk_work *w, int64_t value)
{
	desk_ticket_command command;
	const struct ticket_command asked = {
		.ticket = w->item.ticket,
		.value = value,
		.at = value,
		.text = w->bulk.reason,
	};

	assert(w->bulk.act > BULK_NONE && w->bulk.act < BULK_FLAG_CLEAR);
	command = bulk_commands[w->bulk.act];
	return command(w->desk, &w->turn, &asked, &w->outcome, &w->problem);
}

/* All flags of the thread; `was` keeps when, for taking it back. */
static enum status bulk_clear_flags(struct bulk_work *w)
{
	struct ticket *ticket = NULL;
	struct decision d;
	enum status status;

	if (desk_begin(w->desk, &w->turn, &d, &w->outcome, &status))
		return status;
	status = desk_load_ticket(w->desk, &d, w->item.ticket, &ticket,
	                          &w->problem);
	if (status != ST_OK)
		return status;
	while (ticket->flags) {
		flag_clear(&d, ticket->flags, WHY_MEMBER, d.now);
		decide_words(&d, d.events[d.event_count - 1].seq, SLOT_REASON,
		             w->bulk.reason);
	}
	w->item.was = d.now;
	return desk_commit(w->desk, &w->turn, &d, &w->outcome);
}

static enum status bulk_raise_flags(struct bulk_work *w)
{
	int64_t columns[RECORD_COLUMNS_MAX];
	struct ticket *ticket = NULL;
	struct sql_query query;
	struct decision d;
	enum status status;

	if (desk_begin(w->desk, &w->turn, &d, &w->outcome, &status))
		return status;
	status = desk_load_ticket(w->desk, &d, w->item.ticket, &ticket,
	                          &w->problem);
	if (status != ST_OK)
		return status;
	sql_begin(&query, w->desk->db, &bulk_flags);
	sql_bind_i64(&query, 1, w->item.ticket);
	sql_bind_i64(&query, 2, w->item.was);
	while (sql_next(&query)) {
		for (size_t i = 0; i < record_shapes[RECORD_FLAG].columns; i++)
			columns[i] = sql_i64(&query, (int)i);
		state_load(d.state, RECORD_FLAG, columns);
	}
	status = sql_end(&query);
	if (status != ST_OK)
		return status;
	flag_reopen_all(&d, ticket, WHY_MEMBER, w->item.was);
	return desk_commit(w->desk, &w->turn, &d, &w->outcome);
}

static int64_t bulk_value_now(const struct bulk_work *w,
                              const struct ticket *ticket)
{
	switch ((enum bulk_act)w->bulk.act) {
	case BULK_ASSIGN:
		return ticket->assignee;
	case BULK_STATE:
		/* What is new goes back to open. */
		return ticket->state == TICKET_NEW ? TICKET_OPEN
		                                   : ticket->state;
	case BULK_TYPE:
		return ticket->type ? ticket->type : REQUEST_OTHER;
	case BULK_SNOOZE:
		return ticket->snoozed_until;
	case BULK_FOLLOW:
		return !w->bulk.value;
	case BULK_NONE:
	case BULK_FLAG_CLEAR:
	case BULK_ACT_COUNT:
		break;
	}
	return 0;
}

/* Ends the item; the job ends with its last one. */
static enum status bulk_item_end(struct bulk_work *w, enum status status)
{
	/* A refusal came before any write: it is kept, and the rest goes on. */
	if (status == ST_STORE || status == ST_BUSY)
		return status;
	if (status != ST_OK)
		w->item.refusal =
			str_of(w->problem.text[0] ? w->problem.text
		                                  : "It cannot be changed.");
	w->item.seq = w->outcome.seq;
	status = bulk_save_item(w->desk->db, &w->item);
	if (status != ST_OK)
		return status;
	w->bulk.done++;
	if (w->bulk.done >= w->bulk.total)
		w->bulk.state =
			w->bulk.state == BULK_RUNNING ? BULK_DONE : BULK_UNDONE;
	return bulk_save(w->desk->db, &w->bulk);
}

static enum status bulk_forward(struct bulk_work *w)
{
	struct ticket ticket = {0};
	int64_t before = w->desk->end.seq;
	enum status status = record_read(w->desk->db, RECORD_TICKET,
	                                 w->item.ticket, &ticket.id);

	if (w->item.state != BULK_ITEM_WAITING)
		return ST_OK;
	if (status == ST_STORE)
		return status;
	bulk_command(w, 'f');
	w->item.was = bulk_value_now(w, &ticket);
	if (status == ST_OK && w->bulk.act == BULK_FLAG_CLEAR)
		status = bulk_clear_flags(w);
	else if (status == ST_OK)
		status = bulk_run(w, w->bulk.value);
	else
		problem_set(&w->problem, status, "ticket",
		            "There is no such thread.");
	if (status != ST_OK)
		w->item.state = BULK_ITEM_REFUSED;
	else
		w->item.state = w->desk->end.seq == before ? BULK_ITEM_SAME
		                                           : BULK_ITEM_DONE;
	return bulk_item_end(w, status);
}

/* Whether something else has touched what the job set. */
static enum status bulk_moved_on(struct bulk_work *w, bool *moved_out)
{
	static const struct {
		int64_t from, to;
	} kinds[BULK_ACT_COUNT] = {
		[BULK_ASSIGN] = {EV_TICKET_ASSIGNED, EV_TICKET_ASSIGNED},
		[BULK_STATE] = {EV_STATE_CHANGED, EV_TICKET_MERGED},
		[BULK_TYPE] = {EV_TICKET_TYPED, EV_TYPE_CORRECTED},
		[BULK_SNOOZE] = {EV_TICKET_SNOOZED, EV_TICKET_WOKEN},
		[BULK_FLAG_CLEAR] = {EV_FLAG_RAISED, EV_FLAG_REOPENED},
	};
	struct sql_query query;

	*moved_out = false;
	if (kinds[w->bulk.act].from == 0)
		return ST_OK;
	sql_begin(&query, w->desk->db, &bulk_changed);
	sql_bind_i64(&query, 1, w->item.ticket);
	sql_bind_i64(&query, 2, w->item.seq);
	sql_bind_i64(&query, 3, kinds[w->bulk.act].from);
	sql_bind_i64(&query, 4, kinds[w->bulk.act].to);
	*moved_out = sql_next(&query);
	return sql_end(&query);
}

static enum status bulk_back(struct bulk_work *w)
{
	bool moved = false;
	enum status status;

	if (w->item.state != BULK_ITEM_DONE)
		return bulk_item_end(w, ST_OK);
	status = bulk_moved_on(w, &moved);
	if (status != ST_OK)
		return status;
	w->outcome.seq = w->item.seq;
	bulk_command(w, 'u');
	w->bulk.reason = STR("");
	if (moved)
		status = problem_set(&w->problem, ST_CONFLICT, "ticket",
		                     "It has changed since.");
	else if (w->bulk.act == BULK_FLAG_CLEAR)
		status = bulk_raise_flags(w);
	else
		status = bulk_run(w, w->item.was);
	w->item.state = status == ST_OK ? BULK_ITEM_UNDONE : BULK_ITEM_LEFT;
	return bulk_item_end(w, status);
}

enum status desk_bulk_step(struct desk *desk, const struct turn *turn,
                           int64_t bulk, int64_t place,
                           struct outcome *outcome_out,
                           struct problem *problem_out)
{
	struct bulk_work *w = arena_alloc(turn->arena, sizeof(*w));
	enum status status;

	*w = (struct bulk_work){.desk = desk, .turn = *turn};
	status = bulk_read(desk->db, turn->arena, bulk, &w->bulk);
	if (status == ST_OK)
		status = bulk_read_item(desk->db, turn->arena, bulk, place,
		                        &w->item);
	if (status != ST_OK)
		return status;
	w->turn.actor = w->bulk.member;
	w->outcome.seq = desk->end.seq;
	/* Asked for twice, or for what is over: nothing. */
	if (w->bulk.state == BULK_RUNNING)
		status = bulk_forward(w);
	else if (w->bulk.state == BULK_UNDOING && w->bulk.done == place)
		status = bulk_back(w);
	*outcome_out = w->outcome;
	if (status != ST_OK && problem_out)
		*problem_out = w->problem;
	return status;
}
