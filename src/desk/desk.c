#include "desk/desk.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "desk/notices.h"
#include "store/project.h"
#include "store/record.h"
#include "store/search.h"

/* Of a long answer these tell all ids that it names. */
#define DESK_ANSWER_EVENTS 64

enum status desk_open(struct desk *desk, struct sql_db *db,
                      const struct desk_ports *ports,
                      struct problem *problem_out)
{
	int64_t events;
	enum status status;

	*desk = (struct desk){.db = db, .ports = *ports};
	/* A file of an older program: its rows are folded as this one does. */
	status = project_upgrade(db, &events, problem_out);
	if (status == ST_OK)
		status = log_find_end(db, &desk->end);
	desk->indexed = desk->end.seq;
	if (status == ST_OK)
		status = agency_load(db, ports->load_zone, NULL, &desk->agency,
		                     problem_out);
	return status;
}

enum status desk_index(struct desk *desk)
{
	enum status status = ST_OK;

	if (desk->end.seq > desk->indexed)
		status = search_add_range(desk->db, desk->indexed,
		                          desk->end.seq);
	if (status == ST_OK)
		desk->indexed = desk->end.seq;
	return status;
}

void desk_close(struct desk *desk)
{
	agency_release(&desk->agency);
}

enum status desk_missing(struct problem *problem_out, const char *field)
{
	return problem_set(problem_out, ST_NOT_FOUND, field,
	                   "There is no such %s.", field);
}

/* What one event adds to the answer of its command. */
static void desk_answer_event(const struct event *event,
                              struct outcome *outcome)
{
	outcome->seq = event->seq;
	if (event->client)
		outcome->client = event->client;
	switch (event->kind) {
	case EV_MESSAGE_RECEIVED:
	case EV_NOTE_ADDED:
	case EV_CALL_LOGGED:
	case EV_REPLY_QUEUED:
	case EV_MESSAGE_IMPORTED:
	case EV_SENT_ELSEWHERE:
		outcome->message = event->seq;
		outcome->ticket = event->data.field[0];
		return;
	case EV_TICKET_OPENED:
		outcome->ticket = event->seq;
		return;
	case EV_TICKET_MERGED:
		outcome->ticket = event->data.ticket_merged.into;
		return;
	case EV_MEMBER_ADDED:
	case EV_ADDRESS_ADDED:
	case EV_CLIENT_ADDED:
	case EV_CONTACT_ADDED:
	case EV_MAIL_ACCEPTED:
	case EV_FLAG_RAISED:
	case EV_IMPORT_ADDED:
		outcome->record = event->seq;
		break;
	case EV_ACCESS_CHANGED:
		outcome->record = event->data.access_changed.record;
		if (!outcome->record)
			outcome->record = event->seq;
		return;
	default:
		break;
	}
	/* From here on the first field of these kinds is the ticket. */
	if (event->kind > EV_TICKET_OPENED && !outcome->ticket)
		outcome->ticket = event->data.field[0];
}

/* The first answer of a command that was carried out before. */
static enum status desk_answer_again(struct desk *desk, const struct turn *turn,
                                     struct outcome *outcome)
{
	struct event *events =
		arena_array(turn->arena, DESK_ANSWER_EVENTS, sizeof(*events));
	size_t count = 0;
	enum status status = log_read_command(desk->db, turn->command, events,
	                                      DESK_ANSWER_EVENTS, &count);

	for (size_t i = 0; i < count; i++)
		desk_answer_event(&events[i], outcome);
	outcome->repeated = true;
	return status;
}

bool desk_begin(struct desk *desk, const struct turn *turn,
                struct decision *decision_out, struct outcome *outcome_out,
                enum status *status_out)
{
	struct event first;
	size_t count = 0;

	*outcome_out = (struct outcome){.seq = desk->end.seq};
	*status_out =
		log_read_command(desk->db, turn->command, &first, 1, &count);
	if (*status_out == ST_OK && count > 0)
		*status_out = desk_answer_again(desk, turn, outcome_out);
	if (count > 0 || *status_out != ST_OK)
		return true;
	*decision_out = (struct decision){
		.arena = turn->arena,
		.state = arena_alloc(turn->arena, sizeof(struct state)),
		.rules = &desk->agency->rules,
		/* The log never steps back in time, whatever the clock does. */
		.now = turn->now > desk->end.recorded_at
	                       ? turn->now
	                       : desk->end.recorded_at,
		.actor = turn->actor,
		.next_seq = desk->end.seq + 1,
	};
	state_init(decision_out->state, turn->arena);
	return false;
}

static int desk_content_order(const void *a, const void *b)
{
	const struct content *left = a, *right = b;

	if (left->event != right->event)
		return left->event < right->event ? -1 : 1;
	return (left->slot > right->slot) - (left->slot < right->slot);
}

/* Appends one event with its words, which start at *word. */
static enum status desk_append(struct desk *desk, const struct turn *turn,
                               struct decision *d, size_t number, size_t *word)
{
	unsigned char salts[SLOT_COUNT * LOG_SALT_BYTES];
	struct event *event = &d->events[number];
	const struct content *words = d->contents + *word;
	size_t count = 0;
	enum status status;

	while (*word + count < d->content_count &&
	       words[count].event == event->seq)
		count++;
	*word += count;
	desk->ports.fill_random(salts, count * LOG_SALT_BYTES);
	memcpy(event->command, turn->command, EVENT_COMMAND_BYTES);
	event->position = (int64_t)number;
	status = log_append(desk->db, &desk->end, event, words, count, salts);
	if (status == ST_OK)
		status = project_words(desk->db, event, words, count);
	if (event->client == 0 && event->kind < EV_MAIL_ACCEPTED)
		desk->agency_changed = true;
	return status;
}

enum status desk_commit(struct desk *desk, const struct turn *turn,
                        struct decision *d, struct outcome *outcome_out)
{
	enum status status = ST_OK;
	size_t word = 0;

	status = notices_give(desk, d);
	if (status != ST_OK)
		return status;
	if (d->event_count > LIMIT_EVENTS_A_COMMAND)
		return ST_LIMIT;
	if (d->content_count > 1)
		qsort(d->contents, d->content_count, sizeof(*d->contents),
		      desk_content_order);
	for (size_t i = 0; i < d->event_count && status == ST_OK; i++)
		status = desk_append(desk, turn, d, i, &word);
	if (status == ST_OK)
		status = project_records(desk->db, d->state);
	if (status == ST_OK && !desk->index_later)
		status = desk_index(desk);
	if (status == ST_OK && desk->agency_changed)
		status = agency_reload(desk->db, desk->ports.load_zone,
		                       &desk->agency);
	if (status != ST_OK)
		return status;
	for (size_t i = 0; i < d->event_count; i++)
		desk_answer_event(&d->events[i], outcome_out);
	outcome_out->seq = desk->end.seq;
	return ST_OK;
}

enum status desk_load_ticket(struct desk *desk, struct decision *decision,
                             int64_t id, struct ticket **ticket_out,
                             struct problem *problem_out)
{
	enum status status = record_load_ticket(desk->db, decision->state, id);

	if (status == ST_NOT_FOUND)
		return desk_missing(problem_out, "ticket");
	if (status == ST_OK)
		*ticket_out = state_ticket(decision->state, id);
	return status;
}
