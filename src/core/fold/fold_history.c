/*
 * The fold: history that was moved in, and what was sent from another program.
 * History may come in any order, so a place is taken by time and not by turn;
 * on a thread that goes on here it adds a message and changes nothing else.
 */
#include "core/fold/fold.h"

static bool fold_is_history(const struct ticket *ticket)
{
	return ticket->state == TICKET_CLOSED && ticket->why == WHY_HISTORY;
}

static int64_t fold_later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void fold_history_people(struct state *state,
                                const struct message *message, bool ours)
{
	struct client *client =
		fold_touch(state, RECORD_CLIENT, message->client);
	struct contact *contact;

	if (client->first_at == 0 || message->at < client->first_at)
		client->first_at = message->at;
	if (ours)
		client->last_out_at =
			fold_later(client->last_out_at, message->at);
	else if (message->counts)
		client->last_in_at =
			fold_later(client->last_in_at, message->at);
	if (!message->contact || ours)
		return;
	contact = fold_touch(state, RECORD_CONTACT, message->contact);
	contact->last_at = fold_later(contact->last_at, message->at);
}

/* How the thread stood, for the day on which it is taken over. */
static void fold_history_turns(struct ticket *ticket,
                               const struct message *message)
{
	instant_ms at = message->at;

	if (message->kind == MESSAGE_OUT && !message->automatic) {
		if (at >= ticket->last_in_at) {
			ticket->unanswered = 0;
			ticket->unanswered_since = 0;
		}
		ticket->last_out_at = fold_later(ticket->last_out_at, at);
	} else if (message->counts) {
		if (at > ticket->last_out_at && (ticket->unanswered++ == 0 ||
		                                 at < ticket->unanswered_since))
			ticket->unanswered_since = at;
		ticket->last_in_at = fold_later(ticket->last_in_at, at);
	}
}

void fold_message_imported(struct state *state, const struct event *event)
{
	struct ticket *ticket =
		fold_ticket(state, event->data.message_imported.ticket);
	bool ours = event->data.message_imported.outward != 0;
	bool newest = event->occurred_at >= ticket->last_at;
	struct message *message = fold_message(
		state, event, ours ? MESSAGE_OUT : MESSAGE_IN, ticket);

	message->member = event->data.message_imported.member;
	message->contact = event->data.message_imported.contact;
	message->raw = event->data.message_imported.raw;
	message->intake = event->data.message_imported.intake;
	message->automatic = event->data.message_imported.automatic;
	message->attachments = event->data.message_imported.attachments;
	message->has_html = event->data.message_imported.has_html;
	message->counts = event->data.message_imported.counts;
	message->address = ticket->address;
	message->delivery = ours ? DELIVERY_SENT : DELIVERY_NONE;
	if (!message->automatic)
		ticket->attachments += message->attachments;
	if (message->at < ticket->opened_at)
		ticket->opened_at = message->at;
	if (newest || ticket->messages == 1) {
		ticket->newest_message = message->id;
		if (!ours)
			ticket->newest_in = message->id;
	}
	if (fold_is_history(ticket)) {
		fold_history_turns(ticket, message);
		ticket->closed_at = ticket->last_at;
	}
	fold_history_people(state, message, ours && !message->automatic);
	if (message->intake)
		fold_intake(state, message->intake,
		            ticket->messages == 1 ? INTAKE_OPENED
		                                  : INTAKE_APPENDED)
			->message = message->id;
	fold_ticket_refresh(state, ticket);
}

void fold_ticket_taken_over(struct state *state, const struct event *event)
{
	struct ticket *ticket =
		fold_ticket(state, event->data.ticket_taken_over.ticket);
	struct client *client =
		fold_touch(state, RECORD_CLIENT, ticket->client);
	instant_ms since = event->data.ticket_taken_over.since_at;

	ticket->state = ticket->last_out_at ? TICKET_OPEN : TICKET_NEW;
	ticket->why = WHY_TAKEN_OVER;
	ticket->closed_at = 0;
	if (client->unanswered == 0 || since < client->unanswered_since)
		client->unanswered_since = since;
	client->unanswered += event->data.ticket_taken_over.unanswered;
	fold_ticket_refresh(state, ticket);
}

/* An answer that we hear of late leaves open what came after it. */
static void fold_sent_turns(struct state *state, struct ticket *ticket,
                            const struct event *event)
{
	struct client *client =
		fold_touch(state, RECORD_CLIENT, ticket->client);

	ticket->last_out_at =
		fold_later(ticket->last_out_at, event->occurred_at);
	ticket->unanswered = event->data.sent_elsewhere.left;
	ticket->unanswered_since = event->data.sent_elsewhere.left_since;
	client->last_out_at =
		fold_later(client->last_out_at, event->occurred_at);
	client->unanswered = event->data.sent_elsewhere.client_left;
	client->unanswered_since = event->data.sent_elsewhere.client_since;
	if (client->unanswered == 0)
		client->counted_at = 0;
	if (ticket->state == TICKET_NEW)
		ticket->state = TICKET_OPEN;
}

void fold_sent_elsewhere(struct state *state, const struct event *event)
{
	struct ticket *ticket =
		fold_ticket(state, event->data.sent_elsewhere.ticket);
	bool newest = event->occurred_at >= ticket->last_at;
	struct message *message =
		fold_message(state, event, MESSAGE_OUT, ticket);

	message->member = event->data.sent_elsewhere.member;
	message->contact = event->data.sent_elsewhere.contact;
	message->raw = event->data.sent_elsewhere.raw;
	message->intake = event->data.sent_elsewhere.intake;
	message->address = event->data.sent_elsewhere.address;
	message->attachments = event->data.sent_elsewhere.attachments;
	message->has_html = event->data.sent_elsewhere.has_html;
	message->delivery = DELIVERY_SENT;
	ticket->attachments += message->attachments;
	if (newest || ticket->messages == 1)
		ticket->newest_message = message->id;
	fold_sent_turns(state, ticket, event);
	if (message->intake)
		fold_intake(state, message->intake,
		            ticket->messages == 1 ? INTAKE_OPENED
		                                  : INTAKE_APPENDED)
			->message = message->id;
	fold_ticket_refresh(state, ticket);
}
