#include "core/outbound.h"

#include "core/flag.h"
#include "core/later.h"
#include "core/promise.h"
#include "core/ticket.h"

int64_t outbound_queue(struct decision *d, struct ticket *ticket,
                       const struct outbound *out)
{
	int64_t id =
		decide(d, EV_REPLY_QUEUED, ticket->client, ticket->id, d->now,
	               DATA(reply_queued, .ticket = ticket->id,
	                    .contact = out->contact, .address = out->address,
	                    .until_at = d->now + d->rules->undo_ms,
	                    .attachments = out->attachments,
	                    .answers = out->answers, .then_do = out->then,
	                    .has_html = out->has_html, .aside = out->aside));
	const struct content words[] = {
		{id, SLOT_SUBJECT, out->subject},
		{id, SLOT_TEXT, out->text},
		{id, SLOT_HTML, out->html},
		{id, SLOT_FROM, out->from},
		{id, SLOT_TO, out->to},
		{id, SLOT_CC, out->cc},
		{id, SLOT_MESSAGE_ID, out->message_id},
		{id, SLOT_REFERENCES, out->references},
		{id, SLOT_ATTACHMENTS, out->attachment_lines},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		decide_words(d, id, words[i].slot, words[i].text);
	d->cause = id;
	if (out->send_at)
		later_schedule(d, ticket, id, out->send_at, out->firm);
	else if (!out->aside)
		promise_hold(d, ticket, id);
	return id;
}

enum status outbound_undo(struct decision *d, struct ticket *ticket,
                          struct message *message, struct problem *problem_out)
{
	if (message->delivery != DELIVERY_UNDO &&
	    message->delivery != DELIVERY_CANCELLED && !later_waits(message))
		return problem_set(problem_out, ST_CONFLICT, "message",
		                   "It has left already.");
	decide(d, EV_REPLY_UNDONE, ticket->client, ticket->id, d->now,
	       DATA(reply_undone, .ticket = ticket->id,
	            .message = message->id));
	promise_unhold(d, ticket, message->id);
	for (struct promise *p = ticket->promises; p; p = p->next)
		promise_fire(d, p);
	return ST_OK;
}

/* What the sender asked to happen once it leaves; it cannot be refused. */
static void outbound_then(struct decision *d, struct ticket *ticket,
                          const struct message *message)
{
	static const enum ticket_state states[] = {
		[THEN_NOTHING] = TICKET_NONE,
		[THEN_WAIT] = TICKET_WAITING_CLIENT,
		[THEN_CLOSE] = TICKET_CLOSED,
	};
	enum ticket_state state = states[message->then_do];

	/* Unless the client wrote meanwhile: then somebody must look. */
	if (state == TICKET_NONE || ticket->newest_in > message->id)
		return;
	if (ticket_set_state_by(d, ticket, state, message->id, STR(""), NULL) !=
	    ST_OK)
		return; /* merged away meanwhile: the other thread goes on */
}

void outbound_release(struct decision *d, struct ticket *ticket,
                      struct message *message)
{
	/* One that waited counts from when it leaves, not from its press. */
	instant_ms at = later_waits(message) ? d->now : message->until_at;

	decide(d, EV_REPLY_RELEASED, ticket->client, ticket->id, at,
	       DATA(reply_released, .ticket = ticket->id,
	            .message = message->id));
	d->cause = message->id;
	promise_unhold(d, ticket, message->id);
	if (!message->aside) {
		promise_answered(d, ticket, message->id, message->at);
		flag_answered(d, ticket, message->at);
	}
	outbound_then(d, ticket, message);
}

void outbound_attempt(struct decision *d, struct ticket *ticket,
                      struct message *message)
{
	decide(d, EV_MAIL_ATTEMPTED, ticket->client, ticket->id, d->now,
	       DATA(mail_attempted, .ticket = ticket->id,
	            .message = message->id, .attempt = message->attempts + 1,
	            .until_at = d->now + OUTBOUND_ATTEMPT));
}

/* 1, 2, 4 ... minutes, at most 4 hours. */
static span_ms outbound_backoff(int64_t attempts)
{
	span_ms wait = SPAN_MINUTE;

	for (int64_t i = 1; i < attempts && wait < 4 * SPAN_HOUR; i++)
		wait *= 2;
	return wait < 4 * SPAN_HOUR ? wait : 4 * SPAN_HOUR;
}

static void outbound_defer(struct decision *d, struct ticket *ticket,
                           const struct message *message, span_ms wait,
                           bool unknown, const struct outbound_report *report)
{
	int64_t event =
		decide(d, EV_MAIL_DEFERRED, ticket->client, ticket->id, d->now,
	               DATA(mail_deferred, .ticket = ticket->id,
	                    .message = message->id, .next_at = d->now + wait,
	                    .unknown = unknown));

	decide_words(d, event, SLOT_REASON, report->reason);
	decide_words(d, event, SLOT_TO, report->again);
}

static void outbound_fail_for(struct decision *d, struct ticket *ticket,
                              struct message *message, enum why why,
                              const struct outbound_report *report);

static void outbound_sent(struct decision *d, struct ticket *ticket,
                          const struct message *message, struct str reason)
{
	int64_t event = decide(
		d, EV_MAIL_SENT, ticket->client, ticket->id, d->now,
		DATA(mail_sent, .ticket = ticket->id, .message = message->id));

	/* Some may have been refused though others got it. */
	decide_words(d, event, SLOT_REASON, reason);
}

/* No more attempts: who was left out is named; it failed without the first. */
static void outbound_give_up(struct decision *d, struct ticket *ticket,
                             struct message *message,
                             const struct outbound_report *report)
{
	if (report->reached)
		outbound_sent(d, ticket, message, report->reason);
	else
		outbound_fail_for(d, ticket, message, WHY_EXPIRED, report);
}

void outbound_result(struct decision *d, struct ticket *ticket,
                     struct message *message,
                     const struct outbound_report *report)
{
	switch (report->outcome) {
	case OUTBOUND_SENT:
		outbound_sent(d, ticket, message, report->reason);
		break;
	case OUTBOUND_TEMPORARY:
		if (d->now - message->at > OUTBOUND_GIVE_UP)
			outbound_give_up(d, ticket, message, report);
		else
			outbound_defer(d, ticket, message,
			               outbound_backoff(message->attempts),
			               false, report);
		break;
	case OUTBOUND_PERMANENT:
		if (report->reached)
			outbound_sent(d, ticket, message, report->reason);
		else
			outbound_fail_for(d, ticket, message, WHY_REFUSED,
			                  report);
		break;
	case OUTBOUND_UNKNOWN:
		/* One repeat, late (F-10); after that a person decides. */
		if (message->unknowns > 0)
			outbound_give_up(d, ticket, message, report);
		else
			outbound_defer(d, ticket, message, OUTBOUND_ATTEMPT,
			               true, report);
		break;
	}
}

/* What the message had kept is owed again, from its true start. */
static void outbound_reopen(struct decision *d, const struct ticket *ticket,
                            int64_t message)
{
	struct promise *promise;
	size_t cursor = 0;

	while ((promise = state_next(d->state, RECORD_PROMISE, &cursor))) {
		if (promise->state != PROMISE_KEPT ||
		    promise->evidence != message)
			continue;
		promise_reopen(d, promise);
		/* Its own thread may be merged away: it is owed where that is.
		 */
		if (promise->ticket != ticket->id)
			promise_to_ticket(d, promise, ticket);
	}
}

static void outbound_fail_for(struct decision *d, struct ticket *ticket,
                              struct message *message, enum why why,
                              const struct outbound_report *report)
{
	int64_t event =
		decide(d, EV_MAIL_FAILED, ticket->client, ticket->id, d->now,
	               DATA(mail_failed, .ticket = ticket->id,
	                    .message = message->id, .why = why));

	decide_words(d, event, SLOT_REASON, report->reason);
	decide_words(d, event, SLOT_TO, report->again);
	d->cause = event;
	later_wake(d, ticket, WAKE_FAILED, d->now);
	outbound_reopen(d, ticket, message->id);
	if (ticket->state == TICKET_CLOSED ||
	    ticket->state == TICKET_WAITING_CLIENT) {
		decide(d, EV_STATE_CHANGED, ticket->client, ticket->id, d->now,
		       DATA(state_changed, .ticket = ticket->id,
		            .state = TICKET_OPEN, .why = why));
		for (struct promise *p = ticket->promises; p; p = p->next)
			promise_resume(d, p, d->now);
	}
}

void outbound_fail(struct decision *d, struct ticket *ticket,
                   struct message *message, enum why why, struct str reason)
{
	const struct outbound_report report = {.reason = reason};

	outbound_fail_for(d, ticket, message, why, &report);
}

enum status outbound_retry(struct decision *d, struct ticket *ticket,
                           struct message *message, struct str again,
                           struct problem *problem_out)
{
	int64_t event;

	if (message->delivery != DELIVERY_FAILED)
		return problem_set(problem_out, ST_CONFLICT, "message",
		                   "It has not failed.");
	event = decide(d, EV_MAIL_DEFERRED, ticket->client, ticket->id, d->now,
	               DATA(mail_deferred, .ticket = ticket->id,
	                    .message = message->id, .next_at = d->now));
	decide_words(d, event, SLOT_TO, again);
	return ST_OK;
}
