/*
 * The fold: threads that were put aside, and replies that wait for their hour.
 */
#include "core/fold/fold.h"

void fold_ticket_snoozed(struct state *state, const struct event *event)
{
	struct ticket *ticket =
		fold_ticket(state, event->data.ticket_snoozed.ticket);

	ticket->snoozed_until = event->data.ticket_snoozed.until_at;
	ticket->snoozed_by = ticket->snoozed_until ? event->seq : 0;
	fold_ticket_refresh(state, ticket);
}

void fold_ticket_woken(struct state *state, const struct event *event)
{
	struct ticket *ticket =
		fold_ticket(state, event->data.ticket_woken.ticket);

	ticket->snoozed_until = 0;
	ticket->snoozed_by = 0;
	fold_ticket_refresh(state, ticket);
}

bool fold_is_scheduled(const struct message *message)
{
	return message->delivery == DELIVERY_SCHEDULED ||
	       message->delivery == DELIVERY_FIRM;
}

void fold_said_now(struct ticket *ticket, struct message *message,
                   instant_ms at)
{
	message->at = at;
	if (at > ticket->last_at)
		ticket->last_at = at;
	ticket->newest_message = message->id;
}

void fold_reply_scheduled(struct state *state, const struct event *event)
{
	struct message *message = fold_touch(
		state, RECORD_MESSAGE, event->data.reply_scheduled.message);

	message->delivery = event->data.reply_scheduled.firm
	                            ? DELIVERY_FIRM
	                            : DELIVERY_SCHEDULED;
	message->until_at = event->data.reply_scheduled.until_at;
}

void fold_reply_cancelled(struct state *state, const struct event *event)
{
	struct message *message = fold_touch(
		state, RECORD_MESSAGE, event->data.reply_cancelled.message);

	message->delivery = DELIVERY_CANCELLED;
	message->until_at = 0;
	message->failed_by = event->seq;
}

void fold_reply_hurried(struct state *state, const struct event *event)
{
	struct ticket *ticket =
		fold_ticket(state, event->data.reply_hurried.ticket);
	struct message *message = fold_touch(state, RECORD_MESSAGE,
	                                     event->data.reply_hurried.message);

	message->delivery = DELIVERY_UNDO;
	message->until_at = event->data.reply_hurried.until_at;
	fold_said_now(ticket, message, event->occurred_at);
	fold_ticket_refresh(state, ticket);
}
