/*
 * The fold: mail on its way out.
 */
#include "core/fold/fold.h"

void fold_reply_queued(struct state *state, const struct event *event)
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
	message->aside = event->data.reply_queued.aside;
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

void fold_reply_undone(struct state *state, const struct event *event)
{
	struct ticket *ticket =
		fold_ticket(state, event->data.reply_undone.ticket);

	fold_delivery(state, event->data.reply_undone.message, DELIVERY_UNDONE);
	ticket->messages--;
	if (ticket->newest_message == event->data.reply_undone.message)
		ticket->newest_message = ticket->newest_in;
	fold_ticket_refresh(state, ticket);
}

void fold_reply_released(struct state *state, const struct event *event)
{
	struct ticket *ticket =
		fold_ticket(state, event->data.reply_released.ticket);
	bool waited = fold_is_scheduled(
		state_message(state, event->data.reply_released.message));
	struct message *message = fold_delivery(
		state, event->data.reply_released.message, DELIVERY_QUEUED);

	message->until_at = event->occurred_at;
	/* One that waited for its hour is said when it leaves. */
	if (waited)
		fold_said_now(ticket, message, event->occurred_at);
	ticket->undelivered = 0;
	if (!message->aside)
		fold_answered(state, ticket, message->at);
	fold_ticket_refresh(state, ticket);
}

void fold_mail_fixed(struct state *state, const struct event *event)
{
	struct message *message = fold_touch(state, RECORD_MESSAGE,
	                                     event->data.mail_fixed.message);

	message->raw = event->data.mail_fixed.raw;
}

void fold_mail_attempted(struct state *state, const struct event *event)
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

void fold_mail_sent(struct state *state, const struct event *event)
{
	fold_delivery(state, event->data.mail_sent.message, DELIVERY_SENT)
		->failed_by =
		event->seq; /* its words, if somebody was refused */
	fold_delivered(state, event->data.mail_sent.ticket,
	               event->data.mail_sent.message);
}

void fold_mail_deferred(struct state *state, const struct event *event)
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

void fold_mail_failed(struct state *state, const struct event *event)
{
	struct ticket *ticket =
		fold_ticket(state, event->data.mail_failed.ticket);

	fold_delivery(state, event->data.mail_failed.message, DELIVERY_FAILED)
		->failed_by = event->seq;
	ticket->undelivered = event->data.mail_failed.message;
	fold_ticket_refresh(state, ticket);
}
