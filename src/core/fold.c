/*
 * What each event does to the records: one small function a kind, in one
 * table. No judgement lives here; a rule that needs one decides before the
 * event is written, and puts what it found into the event.
 */
#include "core/fold.h"

#include <assert.h>

#include "core/playbook.h"

typedef void (*fold_event)(struct state *state, const struct event *event);

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
	int64_t points = 0;
	bool open, was_open = ticket->rank != 0 && ticket->rank < RANK_CLOSED;

	for (const struct flag *flag = ticket->flags; flag; flag = flag->next)
		points += flag->points;
	ticket->points = points;
	ticket->clock_promise = clock ? clock->id : 0;
	/* Newest first where nothing is owed: a smaller number is earlier. */
	ticket->rank_at = -ticket->last_at;
	if (ticket->state == TICKET_CLOSED || ticket->merged_into) {
		ticket->rank = RANK_CLOSED;
	} else if (ticket->flags || (clock && clock->running)) {
		ticket->rank = ticket->flags ? RANK_FLAGGED : RANK_OWED;
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

static struct ticket *fold_ticket(struct state *state, int64_t id)
{
	return fold_touch(state, RECORD_TICKET, id);
}

static void fold_nothing(struct state *state, const struct event *event)
{
	/* The event is its own record: its words are read by its seq. */
	(void)state;
	(void)event;
}

static void fold_member_added(struct state *state, const struct event *event)
{
	struct member *member = fold_create(state, RECORD_MEMBER, event->seq);

	member->role = event->data.member_added.role;
	member->active = 1;
	member->named_by = event->seq;
	member->added_at = event->occurred_at;
}

static void fold_member_changed(struct state *state, const struct event *event)
{
	struct member *member = fold_touch(state, RECORD_MEMBER,
	                                   event->data.member_changed.member);

	member->role = event->data.member_changed.role;
	member->active = event->data.member_changed.active;
	member->named_by = event->seq;
}

static void fold_address_added(struct state *state, const struct event *event)
{
	struct address *address =
		fold_create(state, RECORD_ADDRESS, event->seq);

	address->active = event->data.address_added.active;
	address->named_by = event->seq;
}

static void fold_address_changed(struct state *state, const struct event *event)
{
	struct address *address = fold_touch(
		state, RECORD_ADDRESS, event->data.address_changed.address);

	address->active = event->data.address_changed.active;
	address->named_by = event->seq;
}

static void fold_contact_erased(struct state *state, const struct event *event)
{
	struct contact *contact = fold_touch(
		state, RECORD_CONTACT, event->data.contact_erased.contact);

	contact->erased = 1;
}

static void fold_mail_accepted(struct state *state, const struct event *event)
{
	struct intake *intake = fold_create(state, RECORD_INTAKE, event->seq);

	intake->raw = event->data.mail_accepted.raw;
	intake->address = event->data.mail_accepted.address;
	intake->size = event->data.mail_accepted.size;
	intake->source = event->data.mail_accepted.source;
	intake->at = event->occurred_at;
	intake->state = INTAKE_WAITING;
}

static struct intake *fold_intake(struct state *state, int64_t id,
                                  enum intake_state how)
{
	struct intake *intake = fold_touch(state, RECORD_INTAKE, id);

	intake->state = how;
	return intake;
}

static void fold_mail_duplicate(struct state *state, const struct event *event)
{
	fold_intake(state, event->data.mail_duplicate.intake, INTAKE_DUPLICATE)
		->message = event->data.mail_duplicate.message;
}

static void fold_mail_loop(struct state *state, const struct event *event)
{
	fold_intake(state, event->data.mail_loop.intake, INTAKE_LOOP);
}

static void fold_mail_quarantined(struct state *state,
                                  const struct event *event)
{
	struct intake *intake = fold_intake(
		state, event->data.mail_quarantined.intake, INTAKE_QUARANTINED);

	intake->why = event->data.mail_quarantined.why;
	intake->attempts++;
}

static void fold_mail_retried(struct state *state, const struct event *event)
{
	fold_intake(state, event->data.mail_retried.intake, INTAKE_WAITING);
}

static void fold_client_added(struct state *state, const struct event *event)
{
	struct client *client = fold_create(state, RECORD_CLIENT, event->seq);

	client->stage = event->data.client_added.stage;
	client->named_by = event->seq;
	client->first_at = event->occurred_at;
}

static void fold_client_changed(struct state *state, const struct event *event)
{
	struct client *client =
		fold_touch(state, RECORD_CLIENT, event->subject);

	client->stage = event->data.client_changed.stage;
	client->named_by = event->seq;
}

static void fold_client_merged(struct state *state, const struct event *event)
{
	struct client *client =
		fold_touch(state, RECORD_CLIENT, event->subject);

	client->merged_into = event->data.client_merged.into;
}

static void fold_client_unmerged(struct state *state, const struct event *event)
{
	struct client *client =
		fold_touch(state, RECORD_CLIENT, event->subject);

	client->merged_into = 0;
}

static void fold_contact_added(struct state *state, const struct event *event)
{
	struct contact *contact =
		fold_create(state, RECORD_CONTACT, event->seq);

	contact->client = event->client;
	contact->role = event->data.contact_added.role;
	contact->named_by = event->seq;
}

static void fold_contact_changed(struct state *state, const struct event *event)
{
	struct contact *contact = fold_touch(
		state, RECORD_CONTACT, event->data.contact_changed.contact);

	contact->role = event->data.contact_changed.role;
	contact->client = event->data.contact_changed.client;
	contact->named_by = event->seq;
}

static void fold_contact_merged(struct state *state, const struct event *event)
{
	struct contact *contact = fold_touch(
		state, RECORD_CONTACT, event->data.contact_merged.contact);

	contact->merged_into = event->data.contact_merged.into;
}

static void fold_ticket_opened(struct state *state, const struct event *event)
{
	struct ticket *ticket = fold_create(state, RECORD_TICKET, event->seq);

	ticket->client = event->client;
	ticket->contact = event->data.ticket_opened.contact;
	ticket->address = event->data.ticket_opened.address;
	ticket->subject_by = event->seq;
	ticket->state = TICKET_NEW;
	ticket->opened_at = event->occurred_at;
	ticket->last_at = event->occurred_at;
	fold_ticket_refresh(state, ticket);
}

static struct message *fold_message(struct state *state,
                                    const struct event *event,
                                    enum message_kind kind,
                                    struct ticket *ticket)
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
	struct client *client = fold_touch(state, RECORD_CLIENT, event->client);

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

static void fold_message_received(struct state *state,
                                  const struct event *event)
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
	}
	if (message->intake) {
		intake = fold_intake(state, message->intake,
		                     ticket->messages == 1 ? INTAKE_OPENED
		                                           : INTAKE_APPENDED);
		intake->message = message->id;
	}
	fold_ticket_refresh(state, ticket);
}

static void fold_note_added(struct state *state, const struct event *event)
{
	struct ticket *ticket =
		fold_ticket(state, event->data.note_added.ticket);

	fold_message(state, event, MESSAGE_NOTE, ticket);
	fold_ticket_refresh(state, ticket);
}

/* A human word from us reached them: nothing of theirs waits any more. */
static void fold_answered(struct state *state, struct ticket *ticket,
                          instant_ms at)
{
	struct client *client =
		fold_touch(state, RECORD_CLIENT, ticket->client);

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

static void fold_call_logged(struct state *state, const struct event *event)
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

static void fold_ticket_typed(struct state *state, const struct event *event)
{
	struct ticket *ticket =
		fold_ticket(state, event->data.ticket_typed.ticket);

	ticket->type = event->data.ticket_typed.type;
	ticket->playbook = event->data.ticket_typed.playbook;
	ticket->type_by = TYPE_BY_RULE;
}

static void fold_type_corrected(struct state *state, const struct event *event)
{
	struct ticket *ticket =
		fold_ticket(state, event->data.type_corrected.ticket);

	ticket->type = event->data.type_corrected.type;
	ticket->type_by = TYPE_BY_MEMBER;
}

static void fold_ticket_assigned(struct state *state, const struct event *event)
{
	fold_ticket(state, event->data.ticket_assigned.ticket)->assignee =
		event->data.ticket_assigned.member;
}

static void fold_state_changed(struct state *state, const struct event *event)
{
	struct ticket *ticket =
		fold_ticket(state, event->data.state_changed.ticket);

	ticket->state = event->data.state_changed.state;
	ticket->why = event->data.state_changed.why;
	ticket->closed_at =
		ticket->state == TICKET_CLOSED ? event->occurred_at : 0;
	fold_ticket_refresh(state, ticket);
}

static void fold_ticket_merged(struct state *state, const struct event *event)
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

static void fold_ticket_unmerged(struct state *state, const struct event *event)
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

static void fold_ticket_split(struct state *state, const struct event *event)
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

static void fold_ticket_moved(struct state *state, const struct event *event)
{
	struct ticket *ticket =
		fold_ticket(state, event->data.ticket_moved.ticket);
	struct client *from =
		fold_touch(state, RECORD_CLIENT, event->data.ticket_moved.from);
	struct client *to =
		fold_touch(state, RECORD_CLIENT, event->data.ticket_moved.to);
	int64_t open = ticket->rank < RANK_CLOSED;
	int64_t unanswered = ticket->unanswered < from->unanswered
	                             ? ticket->unanswered
	                             : from->unanswered;

	from->open_tickets -= open;
	to->open_tickets += open;
	from->unanswered -= unanswered;
	if (from->unanswered == 0)
		from->unanswered_since = 0;
	if (unanswered > 0 && (to->unanswered == 0 ||
	                       ticket->unanswered_since < to->unanswered_since))
		to->unanswered_since = ticket->unanswered_since;
	to->unanswered += unanswered;
	if (ticket->last_in_at > to->last_in_at)
		to->last_in_at = ticket->last_in_at;
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

static void fold_participant_added(struct state *state,
                                   const struct event *event)
{
	struct participant *participant =
		fold_create(state, RECORD_PARTICIPANT, event->seq);

	participant->ticket = event->data.participant_added.ticket;
	participant->contact = event->data.participant_added.contact;
	participant->role = event->data.participant_added.role;
	participant->message = event->data.participant_added.message;
}

static void fold_bounce_received(struct state *state, const struct event *event)
{
	struct message *message = fold_touch(
		state, RECORD_MESSAGE, event->data.bounce_received.message);

	message->failed_by = event->seq;
}

static void fold_reply_queued(struct state *state, const struct event *event)
{
	struct ticket *ticket =
		fold_ticket(state, event->data.reply_queued.ticket);
	struct message *message =
		fold_message(state, event, MESSAGE_OUT, ticket);

	message->contact = event->data.reply_queued.contact;
	message->address = event->data.reply_queued.address;
	message->until_at = event->data.reply_queued.until_at;
	message->attachments = event->data.reply_queued.attachments;
	message->answers = event->data.reply_queued.answers;
	message->then_do = event->data.reply_queued.then_do;
	message->has_html = event->data.reply_queued.has_html;
	message->delivery = DELIVERY_UNDO;
	ticket->newest_message = message->id;
	fold_ticket_refresh(state, ticket);
}

static struct message *fold_delivery(struct state *state, int64_t id,
                                     enum delivery how)
{
	struct message *message = fold_touch(state, RECORD_MESSAGE, id);

	message->delivery = how;
	message->until_at = 0;
	return message;
}

static void fold_reply_undone(struct state *state, const struct event *event)
{
	struct ticket *ticket =
		fold_ticket(state, event->data.reply_undone.ticket);

	fold_delivery(state, event->data.reply_undone.message, DELIVERY_UNDONE);
	ticket->messages--;
	if (ticket->newest_message == event->data.reply_undone.message)
		ticket->newest_message = ticket->newest_in;
	fold_ticket_refresh(state, ticket);
}

static void fold_reply_released(struct state *state, const struct event *event)
{
	struct ticket *ticket =
		fold_ticket(state, event->data.reply_released.ticket);
	struct message *message = fold_delivery(
		state, event->data.reply_released.message, DELIVERY_QUEUED);

	message->until_at = event->occurred_at;
	ticket->undelivered = 0;
	fold_answered(state, ticket, message->at);
	fold_ticket_refresh(state, ticket);
}

static void fold_mail_fixed(struct state *state, const struct event *event)
{
	struct message *message = fold_touch(state, RECORD_MESSAGE,
	                                     event->data.mail_fixed.message);

	message->raw = event->data.mail_fixed.raw;
}

static void fold_mail_attempted(struct state *state, const struct event *event)
{
	struct message *message = fold_delivery(
		state, event->data.mail_attempted.message, DELIVERY_SENDING);

	message->attempts = event->data.mail_attempted.attempt;
	message->until_at = event->data.mail_attempted.until_at;
}

/* The ticket no longer has this message to worry about. */
static void fold_delivered(struct state *state, int64_t id, int64_t message)
{
	struct ticket *ticket = state_ticket(state, id);

	if (ticket->undelivered == message)
		fold_ticket(state, id)->undelivered = 0;
}

static void fold_mail_sent(struct state *state, const struct event *event)
{
	fold_delivery(state, event->data.mail_sent.message, DELIVERY_SENT)
		->failed_by =
		event->seq; /* its words, if somebody was refused */
	fold_delivered(state, event->data.mail_sent.ticket,
	               event->data.mail_sent.message);
}

static void fold_mail_deferred(struct state *state, const struct event *event)
{
	struct message *message = fold_delivery(
		state, event->data.mail_deferred.message,
		event->data.mail_deferred.unknown ? DELIVERY_UNKNOWN
						  : DELIVERY_DEFERRED);

	message->until_at = event->data.mail_deferred.next_at;
	message->unknowns += event->data.mail_deferred.unknown != 0;
	message->failed_by = event->seq;
	fold_delivered(state, event->data.mail_deferred.ticket, message->id);
}

static void fold_mail_failed(struct state *state, const struct event *event)
{
	struct ticket *ticket =
		fold_ticket(state, event->data.mail_failed.ticket);

	fold_delivery(state, event->data.mail_failed.message, DELIVERY_FAILED)
		->failed_by = event->seq;
	ticket->undelivered = event->data.mail_failed.message;
	fold_ticket_refresh(state, ticket);
}

/* clang-format off */
static const fold_event fold_table[EVENT_KIND_END] = {
	[EV_AGENCY_SAVED]       = fold_nothing,
	[EV_MEMBER_ADDED]       = fold_member_added,
	[EV_MEMBER_CHANGED]     = fold_member_changed,
	[EV_ADDRESS_ADDED]      = fold_address_added,
	[EV_ADDRESS_CHANGED]    = fold_address_changed,
	[EV_CALENDAR_SAVED]     = fold_nothing,
	[EV_PLAYBOOK_SAVED]     = fold_nothing,
	[EV_WORKSPACE_RESTORED] = fold_nothing,
	[EV_CONTACT_ERASED]     = fold_contact_erased,
	[EV_MAIL_ACCEPTED]      = fold_mail_accepted,
	[EV_MAIL_DUPLICATE]     = fold_mail_duplicate,
	[EV_MAIL_LOOP]          = fold_mail_loop,
	[EV_MAIL_QUARANTINED]   = fold_mail_quarantined,
	[EV_MAIL_RETRIED]       = fold_mail_retried,
	[EV_CLIENT_ADDED]       = fold_client_added,
	[EV_CLIENT_CHANGED]     = fold_client_changed,
	[EV_CLIENT_MERGED]      = fold_client_merged,
	[EV_CLIENT_UNMERGED]    = fold_client_unmerged,
	[EV_CONTACT_ADDED]      = fold_contact_added,
	[EV_CONTACT_CHANGED]    = fold_contact_changed,
	[EV_CONTACT_MERGED]     = fold_contact_merged,
	[EV_TICKET_OPENED]      = fold_ticket_opened,
	[EV_MESSAGE_RECEIVED]   = fold_message_received,
	[EV_NOTE_ADDED]         = fold_note_added,
	[EV_CALL_LOGGED]        = fold_call_logged,
	[EV_TICKET_TYPED]       = fold_ticket_typed,
	[EV_TYPE_CORRECTED]     = fold_type_corrected,
	[EV_TICKET_ASSIGNED]    = fold_ticket_assigned,
	[EV_STATE_CHANGED]      = fold_state_changed,
	[EV_TICKET_MERGED]      = fold_ticket_merged,
	[EV_TICKET_UNMERGED]    = fold_ticket_unmerged,
	[EV_TICKET_SPLIT]       = fold_ticket_split,
	[EV_TICKET_MOVED]       = fold_ticket_moved,
	[EV_PARTICIPANT_ADDED]  = fold_participant_added,
	[EV_BOUNCE_RECEIVED]    = fold_bounce_received,
	[EV_SIGNAL_NOTICED]     = fold_promise,
	[EV_FLAG_RAISED]        = fold_promise,
	[EV_FLAG_CLEARED]       = fold_promise,
	[EV_FLAG_REOPENED]      = fold_promise,
	[EV_PROMISE_MADE]       = fold_promise,
	[EV_PROMISE_WARNED]     = fold_promise,
	[EV_PROMISE_BROKEN]     = fold_promise,
	[EV_PROMISE_ESCALATED]  = fold_promise,
	[EV_PROMISE_PAUSED]     = fold_promise,
	[EV_PROMISE_RESUMED]    = fold_promise,
	[EV_PROMISE_RETARGETED] = fold_promise,
	[EV_PROMISE_HELD]       = fold_promise,
	[EV_PROMISE_RELEASED]   = fold_promise,
	[EV_PROMISE_KEPT]       = fold_promise,
	[EV_PROMISE_WITHDRAWN]  = fold_promise,
	[EV_PROMISE_REOPENED]   = fold_promise,
	[EV_PROMISE_MOVED]      = fold_promise,
	[EV_REPLY_QUEUED]       = fold_reply_queued,
	[EV_REPLY_UNDONE]       = fold_reply_undone,
	[EV_REPLY_RELEASED]     = fold_reply_released,
	[EV_MAIL_FIXED]         = fold_mail_fixed,
	[EV_MAIL_ATTEMPTED]     = fold_mail_attempted,
	[EV_MAIL_SENT]          = fold_mail_sent,
	[EV_MAIL_DEFERRED]      = fold_mail_deferred,
	[EV_MAIL_FAILED]        = fold_mail_failed,
};
/* clang-format on */

void state_apply(struct state *state, const struct event *event)
{
	fold_event fold;

	assert(event->kind > EV_NONE && event->kind < EVENT_KIND_END);
	fold = fold_table[event->kind];
	assert(fold);
	fold(state, event);
}
