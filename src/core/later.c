#include "core/later.h"

#include "core/promise.h"

static enum status later_check(const struct decision *d,
                               const struct ticket *ticket, instant_ms until,
                               struct problem *problem_out)
{
	if (ticket->merged_into)
		return problem_set(problem_out, ST_CONFLICT, "ticket",
		                   "It was merged into another thread.");
	if (until == 0)
		return ST_OK;
	if (ticket->state == TICKET_CLOSED)
		return problem_set(problem_out, ST_CONFLICT, "ticket",
		                   "It is closed: there is nothing to put "
		                   "aside.");
	if (until <= d->now || until > d->now + LATER_SPAN_MAX)
		return problem_set(problem_out, ST_INVALID, "until_at",
		                   "Choose a moment within the next two "
		                   "years.");
	return ST_OK;
}

enum status later_snooze(struct decision *d, struct ticket *ticket,
                         instant_ms until, struct str note,
                         struct problem *problem_out)
{
	enum status status = later_check(d, ticket, until, problem_out);
	int64_t event;

	if (status != ST_OK || ticket->snoozed_until == until)
		return status;
	event = decide(
		d, EV_TICKET_SNOOZED, ticket->client, ticket->id, d->now,
		DATA(ticket_snoozed, .ticket = ticket->id, .until_at = until));
	if (until)
		decide_words(d, event, SLOT_REASON, note);
	return ST_OK;
}

void later_wake(struct decision *d, struct ticket *ticket, enum wake_why why,
                instant_ms at)
{
	if (!ticket || !ticket->snoozed_until)
		return;
	decide(d, EV_TICKET_WOKEN, ticket->client, ticket->id, at,
	       DATA(ticket_woken, .ticket = ticket->id, .why = why));
}

bool later_waits(const struct message *message)
{
	return message->delivery == DELIVERY_SCHEDULED ||
	       message->delivery == DELIVERY_FIRM;
}

void later_schedule(struct decision *d, struct ticket *ticket, int64_t message,
                    instant_ms send_at, bool firm)
{
	decide(d, EV_REPLY_SCHEDULED, ticket->client, ticket->id, d->now,
	       DATA(reply_scheduled, .ticket = ticket->id, .message = message,
	            .until_at = send_at, .firm = firm));
}

void later_cancel(struct decision *d, const struct ticket *ticket,
                  const struct message *message, int64_t by, instant_ms at,
                  struct str reason)
{
	int64_t event =
		decide(d, EV_REPLY_CANCELLED, ticket->client, ticket->id, at,
	               DATA(reply_cancelled, .ticket = ticket->id,
	                    .message = message->id, .by = by));

	decide_words(d, event, SLOT_REASON, reason);
}

void later_client_wrote(struct decision *d, struct ticket *ticket, int64_t by,
                        instant_ms at)
{
	struct message *message;
	size_t cursor = 0;

	/* It may lie on a thread that was merged into this one. */
	while ((message = state_next(d->state, RECORD_MESSAGE, &cursor))) {
		if (message->client == ticket->client &&
		    message->delivery == DELIVERY_SCHEDULED)
			later_cancel(d, ticket, message, by, at,
			             STR("They wrote first."));
	}
}

enum status later_send_now(struct decision *d, struct ticket *ticket,
                           struct message *message, struct problem *problem_out)
{
	if (!later_waits(message))
		return problem_set(problem_out, ST_CONFLICT, "message",
		                   "It does not wait for its hour.");
	decide(d, EV_REPLY_HURRIED, ticket->client, ticket->id, d->now,
	       DATA(reply_hurried, .ticket = ticket->id, .message = message->id,
	            .until_at = d->now + d->rules->undo_ms));
	d->cause = message->id;
	promise_hold(d, ticket, message->id);
	return ST_OK;
}
