/*
 * The fold: tickets, what is said on them, and who is on them.
 */
#include "core/fold/fold.h"

#include <assert.h>

#include "core/playbook/playbook.h"

/* What each level of escalation adds to a ticket's points. */
#define FOLD_LEVEL_POINTS 20

/* Whether `a` is to be looked at before `b`. */
static bool fold_clock_before(const struct promise *a, const struct promise *b)
{
	bool a_calls = a->kind == PROMISE_CALL_BACK;
	bool b_calls = b->kind == PROMISE_CALL_BACK;

	/* A paused clock only if none runs; a call that is due beats words. */
	if (a->running != b->running)
		return a->running > b->running;
	if (a_calls != b_calls)
		return a_calls;
	if (a->due_at != b->due_at)
		return a->due_at < b->due_at;
	return a->id < b->id;
}

/* The open promise that is to be kept next. */
static const struct promise *fold_next_clock(const struct ticket *ticket)
{
	const struct promise *best = NULL;

	for (const struct promise *p = ticket->promises; p; p = p->next) {
		if (!p->held_by && (!best || fold_clock_before(p, best)))
			best = p;
	}
	return best;
}

void fold_ticket_refresh(struct state *state, struct ticket *ticket)
{
	const struct promise *clock = fold_next_clock(ticket);
	struct client *client;
	int64_t points = 0, level = 0;
	bool open, was_open = ticket->rank != 0 && ticket->rank < RANK_CLOSED;

	for (const struct flag *flag = ticket->flags; flag; flag = flag->next)
		points += flag->points;
	for (const struct promise *p = ticket->promises; p; p = p->next)
		level = p->running && p->level > level ? p->level : level;
	points += level * FOLD_LEVEL_POINTS;
	ticket->points = points;
	ticket->clock_promise = clock ? clock->id : 0;
	/* Newest first where nothing is owed: a smaller number is earlier. */
	ticket->rank_at = -ticket->last_at;
	if (ticket->state == TICKET_CLOSED || ticket->merged_into) {
		ticket->rank = RANK_CLOSED;
	} else if (ticket->snoozed_until) {
		ticket->rank = RANK_SNOOZED;
	} else if (ticket->flags || (clock && clock->running)) {
		/* What was escalated is looked at now, flag or no flag. */
		ticket->rank =
			ticket->flags || level ? RANK_FLAGGED : RANK_OWED;
		if (clock && clock->running)
			ticket->rank_at = clock->due_at;
	} else if (ticket->state == TICKET_WAITING_CLIENT) {
		ticket->rank = RANK_WAITING;
	} else {
		ticket->rank = RANK_OPEN;
	}
	open = ticket->rank < RANK_CLOSED;
	if (open != was_open) {
		client = fold_touch(state, RECORD_CLIENT, ticket->client);
		client->open_tickets += open ? 1 : -1;
	}
}

struct client *fold_owner(struct state *state, int64_t id)
{
	struct client *client = fold_touch(state, RECORD_CLIENT, id);

	for (int hops = 0; client->merged_into && hops < 16; hops++)
		client = fold_touch(state, RECORD_CLIENT, client->merged_into);
	return client;
}

struct ticket *fold_ticket(struct state *state, int64_t id)
{
	return fold_touch(state, RECORD_TICKET, id);
}

/* History is over; what we wrote elsewhere waits for nobody here. */
static void fold_born_closed(struct ticket *ticket, const struct event *event)
{
	int64_t source = event->data.ticket_opened.source;

	if (source != SOURCE_IMPORT && source != SOURCE_SENT)
		return;
	ticket->state = TICKET_CLOSED;
	ticket->why =
		source == SOURCE_IMPORT ? WHY_HISTORY : WHY_NO_ANSWER_NEEDED;
	ticket->closed_at = event->occurred_at;
}

void fold_ticket_opened(struct state *state, const struct event *event)
{
	struct ticket *ticket = fold_create(state, RECORD_TICKET, event->seq);

	ticket->client = event->client;
	ticket->contact = event->data.ticket_opened.contact;
	ticket->address = event->data.ticket_opened.address;
	ticket->subject_by = event->seq;
	ticket->state = TICKET_NEW;
	ticket->opened_at = event->occurred_at;
	ticket->last_at = event->occurred_at;
	fold_born_closed(ticket, event);
	fold_ticket_refresh(state, ticket);
}

struct message *fold_message(struct state *state, const struct event *event,
                             enum message_kind kind, struct ticket *ticket)
{
	struct message *message =
		fold_create(state, RECORD_MESSAGE, event->seq);

	message->client = event->client;
	message->ticket = ticket->id;
	message->origin = ticket->id;
	message->kind = kind;
	message->member = event->actor;
	message->at = event->occurred_at;
	message->older = ticket->newest;
	ticket->newest = message;
	ticket->messages++;
	if (event->occurred_at > ticket->last_at)
		ticket->last_at = event->occurred_at;
	return message;
}

/* Files that a person sent; the parts of a bounce are none. */
static int64_t fold_files(const struct message *message)
{
	return message->automatic ? 0 : message->attachments;
}

/* A human message from the client: on the ticket and, once, on the client. */
static void fold_unanswered(struct state *state, struct ticket *ticket,
                            const struct event *event)
{
	struct client *client = fold_owner(state, event->client);

	ticket->last_in_at = event->occurred_at;
	if (ticket->unanswered++ == 0)
		ticket->unanswered_since = event->occurred_at;
	client->last_in_at = event->occurred_at;
	/* 2: outside the window in which messages count once. */
	if (event->data.message_received.counts < 2)
		return;
	client->counted_at = event->occurred_at;
	if (client->unanswered++ == 0)
		client->unanswered_since = event->occurred_at;
}

void fold_message_received(struct state *state, const struct event *event)
{
	struct ticket *ticket =
		fold_ticket(state, event->data.message_received.ticket);
	struct message *message =
		fold_message(state, event, MESSAGE_IN, ticket);
	struct intake *intake;

	message->contact = event->data.message_received.contact;
	message->intake = event->data.message_received.intake;
	message->raw = event->data.message_received.raw;
	message->automatic = event->data.message_received.automatic;
	message->attachments = event->data.message_received.attachments;
	message->has_html = event->data.message_received.has_html;
	message->counts = event->data.message_received.counts;
	message->verified = event->data.message_received.verified;
	message->answers = event->data.message_received.answers;
	ticket->attachments += fold_files(message);
	ticket->newest_message = message->id;
	ticket->newest_in = message->id;
	if (message->counts)
		fold_unanswered(state, ticket, event);
	if (message->contact) {
		struct contact *contact =
			fold_touch(state, RECORD_CONTACT, message->contact);

		contact->last_at = event->occurred_at;
		/* Who writes is back. */
		if (!message->automatic)
			contact->away_until = 0;
	}
	if (message->intake) {
		intake = fold_intake(state, message->intake,
		                     ticket->messages == 1 ? INTAKE_OPENED
		                                           : INTAKE_APPENDED);
		intake->message = message->id;
	}
	fold_ticket_refresh(state, ticket);
}

void fold_note_added(struct state *state, const struct event *event)
{
	struct ticket *ticket =
		fold_ticket(state, event->data.note_added.ticket);

	fold_message(state, event, MESSAGE_NOTE, ticket);
	fold_ticket_refresh(state, ticket);
}

/* A human word from us reached them: nothing of theirs waits any more. */
void fold_answered(struct state *state, struct ticket *ticket, instant_ms at)
{
	struct client *client = fold_owner(state, ticket->client);

	ticket->last_out_at = at;
	ticket->unanswered = 0;
	ticket->unanswered_since = 0;
	client->last_out_at = at;
	client->unanswered = 0;
	client->unanswered_since = 0;
	client->counted_at = 0;
	if (ticket->state == TICKET_NEW)
		ticket->state = TICKET_OPEN;
}

void fold_call_logged(struct state *state, const struct event *event)
{
	struct ticket *ticket =
		fold_ticket(state, event->data.call_logged.ticket);
	struct message *message =
		fold_message(state, event, MESSAGE_CALL, ticket);

	message->contact = event->data.call_logged.contact;
	message->outward = event->data.call_logged.outward;
	message->spoke = event->data.call_logged.spoke;
	if (message->spoke)
		fold_answered(state, ticket, event->occurred_at);
	fold_ticket_refresh(state, ticket);
}

void fold_ticket_typed(struct state *state, const struct event *event)
{
	struct ticket *ticket =
		fold_ticket(state, event->data.ticket_typed.ticket);

	ticket->type = event->data.ticket_typed.type;
	ticket->playbook = event->data.ticket_typed.playbook;
	ticket->type_by = TYPE_BY_RULE;
}

void fold_type_corrected(struct state *state, const struct event *event)
{
	struct ticket *ticket =
		fold_ticket(state, event->data.type_corrected.ticket);

	ticket->type = event->data.type_corrected.type;
	ticket->type_by = TYPE_BY_MEMBER;
}

void fold_ticket_assigned(struct state *state, const struct event *event)
{
	fold_ticket(state, event->data.ticket_assigned.ticket)->assignee =
		event->data.ticket_assigned.member;
}

void fold_state_changed(struct state *state, const struct event *event)
{
	struct ticket *ticket =
		fold_ticket(state, event->data.state_changed.ticket);

	ticket->state = event->data.state_changed.state;
	ticket->why = event->data.state_changed.why;
	ticket->closed_at =
		ticket->state == TICKET_CLOSED ? event->occurred_at : 0;
	fold_ticket_refresh(state, ticket);
}

void fold_ticket_merged(struct state *state, const struct event *event)
{
	struct ticket *ticket =
		fold_ticket(state, event->data.ticket_merged.ticket);
	struct ticket *into =
		fold_ticket(state, event->data.ticket_merged.into);

	ticket->merged_into = into->id;
	into->messages += ticket->messages;
	into->attachments += ticket->attachments;
	if (ticket->last_at > into->last_at)
		into->last_at = ticket->last_at;
	fold_ticket_refresh(state, ticket);
	fold_ticket_refresh(state, into);
}

void fold_ticket_unmerged(struct state *state, const struct event *event)
{
	struct ticket *ticket =
		fold_ticket(state, event->data.ticket_unmerged.ticket);
	struct ticket *from =
		fold_ticket(state, event->data.ticket_unmerged.from);

	ticket->merged_into = 0;
	from->messages -= ticket->messages;
	from->attachments -= ticket->attachments;
	fold_ticket_refresh(state, ticket);
	fold_ticket_refresh(state, from);
}

/* Moves one message to the ticket that was split off. */
static void fold_split_message(struct ticket *from, struct ticket *to,
                               struct message *message)
{
	message->ticket = to->id;
	from->messages--;
	to->messages++;
	from->attachments -= fold_files(message);
	to->attachments += fold_files(message);
	if (message->at > to->last_at)
		to->last_at = message->at;
	if (message->kind == MESSAGE_IN || message->kind == MESSAGE_OUT)
		to->newest_message = message->id;
	if (message->kind != MESSAGE_IN)
		return;
	to->newest_in = message->id;
	if (!message->counts)
		return;
	to->last_in_at = message->at;
	if (from->unanswered > 0) {
		from->unanswered--;
		if (to->unanswered++ == 0)
			to->unanswered_since = message->at;
	}
}

void fold_ticket_split(struct state *state, const struct event *event)
{
	struct ticket *from = fold_ticket(state, event->data.ticket_split.from);
	struct ticket *to = fold_ticket(state, event->data.ticket_split.ticket);
	struct message **at = &from->newest;
	struct message *moved = NULL;

	/* Newest first here; turned round, so that `to` sees them in order. */
	while (*at && (*at)->id >= event->data.ticket_split.message) {
		struct message *message =
			fold_touch(state, RECORD_MESSAGE, (*at)->id);

		*at = message->older;
		message->older = moved;
		moved = message;
	}
	while (moved) {
		struct message *message = moved;

		moved = message->older;
		fold_split_message(from, to, message);
		message->older = to->newest;
		to->newest = message;
	}
	if (from->unanswered == 0)
		from->unanswered_since = 0;
	from->newest_message = 0;
	from->newest_in = 0;
	for (struct message *m = from->newest; m; m = m->older) {
		bool mail = m->kind == MESSAGE_IN || m->kind == MESSAGE_OUT;

		if (mail && !from->newest_message)
			from->newest_message = m->id;
		if (m->kind == MESSAGE_IN && !from->newest_in)
			from->newest_in = m->id;
	}
	fold_ticket_refresh(state, from);
	fold_ticket_refresh(state, to);
}

/* What waits on the ticket waits at the other client from now on. */
static void fold_moved_unanswered(const struct ticket *ticket,
                                  struct client *from, struct client *to)
{
	int64_t unanswered = ticket->unanswered < from->unanswered
	                             ? ticket->unanswered
	                             : from->unanswered;

	if (from == to)
		return;
	from->unanswered -= unanswered;
	if (from->unanswered == 0)
		from->unanswered_since = 0;
	if (unanswered > 0 && (to->unanswered == 0 ||
	                       ticket->unanswered_since < to->unanswered_since))
		to->unanswered_since = ticket->unanswered_since;
	to->unanswered += unanswered;
	if (ticket->last_in_at > to->last_in_at)
		to->last_in_at = ticket->last_in_at;
}

void fold_ticket_moved(struct state *state, const struct event *event)
{
	struct ticket *ticket =
		fold_ticket(state, event->data.ticket_moved.ticket);
	struct client *from =
		fold_touch(state, RECORD_CLIENT, event->data.ticket_moved.from);
	struct client *to =
		fold_touch(state, RECORD_CLIENT, event->data.ticket_moved.to);
	int64_t open = ticket->rank < RANK_CLOSED;

	from->open_tickets -= open;
	to->open_tickets += open;
	fold_moved_unanswered(ticket, fold_owner(state, from->id),
	                      fold_owner(state, to->id));
	ticket->client = to->id;
	for (struct promise *p = ticket->promises; p; p = p->next) {
		fold_touch(state, RECORD_PROMISE, p->id);
		p->client = to->id;
	}
	for (struct flag *f = ticket->flags; f; f = f->next) {
		fold_touch(state, RECORD_FLAG, f->id);
		f->client = to->id;
	}
}

void fold_bounce_received(struct state *state, const struct event *event)
{
	struct message *message = fold_touch(
		state, RECORD_MESSAGE, event->data.bounce_received.message);

	message->failed_by = event->seq;
}
