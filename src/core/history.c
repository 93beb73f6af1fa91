#include "core/history.h"

#include "core/flag.h"
#include "core/promise.h"
#include "core/ticket.h"

static struct ticket *history_ticket(struct decision *d,
                                     const struct history *history,
                                     int64_t client, int64_t contact,
                                     enum source source)
{
	const struct inbound *in = history->in;
	int64_t id;

	if (in->ticket)
		return state_ticket(d->state, in->ticket);
	id = decide(d, EV_TICKET_OPENED, client, 0, in->at,
	            DATA(ticket_opened, .contact = contact,
	                 .address = in->address, .source = source));
	decide_words(d, id, SLOT_SUBJECT, in->subject);
	return state_ticket(d->state, id);
}

/* By its labels, else by the first words of the client. */
static void history_type(struct decision *d, const struct history *history,
                         const struct ticket *ticket)
{
	int64_t type = history->type;

	if (ticket->type_by == TYPE_BY_MEMBER)
		return;
	if (!type && !ticket->type && !history->outward)
		type = inbound_asks(history->in);
	if (!type || ticket->type == type)
		return;
	decide(d, EV_TICKET_TYPED, ticket->client, ticket->id, history->in->at,
	       DATA(ticket_typed, .ticket = ticket->id, .type = type,
	            .playbook = rules_playbook_version(d->rules)));
}

static void history_owner(struct decision *d, const struct history *history,
                          const struct ticket *ticket)
{
	if (!history->owner || ticket->assignee)
		return;
	decide(d, EV_TICKET_ASSIGNED, ticket->client, ticket->id,
	       history->in->at,
	       DATA(ticket_assigned, .ticket = ticket->id,
	            .member = history->owner));
}

int64_t history_file(struct decision *d, const struct history *history)
{
	const struct inbound *in = history->in;
	struct ticket *ticket;
	int64_t client, contact, message;
	bool own;

	d->reconstructed = true;
	d->cause = in->intake;
	contact = inbound_sender(d, in, &client);
	ticket = history_ticket(d, history, client, contact, SOURCE_IMPORT);
	own = client == ticket->client;
	message = decide(
		d, EV_MESSAGE_IMPORTED, ticket->client, ticket->id, in->at,
		DATA(message_imported, .ticket = ticket->id, .contact = contact,
	             .member = history->member,
	             .raw = in->raw ? in->raw : d->next_seq,
	             .outward = history->outward, .automatic = in->automatic,
	             .attachments = in->attachments, .has_html = in->has_html,
	             .dated_at = in->dated_at,
	             .counts = history->outward
	                               ? 0
	                               : inbound_counts(d, in, ticket, own),
	             .import = history->import, .intake = in->intake));
	inbound_words(d, message, in);
	d->cause = message;
	inbound_people(d, in, ticket, contact, client, message);
	history_type(d, history, ticket);
	history_owner(d, history, ticket);
	if (!history->outward && !in->automatic && !in->from_member)
		inbound_signals(d, in, ticket, message);
	return message;
}

/* What it left without an answer is owed from when that was asked. */
static void history_owe_again(struct decision *d, struct ticket *ticket,
                              instant_ms since)
{
	const struct playbook *playbook = rules_playbook(d->rules);
	enum request_type type = (enum request_type)ticket->type;
	const struct playbook_clock *clock;

	if (type == REQUEST_TYPE_NONE || !request_type_is_request(type) ||
	    ticket->state == TICKET_CLOSED)
		return;
	for (const struct promise *p = ticket->promises; p; p = p->next) {
		if (promise_is_response(p->kind))
			return;
	}
	clock = playbook_clock(playbook, type, PROMISE_NEXT_RESPONSE);
	if (!clock)
		clock = playbook_clock(playbook, type, PROMISE_FIRST_RESPONSE);
	if (clock)
		promise_make(d, ticket, clock, since, ticket->newest_in);
}

/* It was taken over as open, and had an answer all the time. */
static void history_give_back(struct decision *d, struct ticket *ticket)
{
	struct promise *next;

	for (struct promise *p = ticket->promises; p; p = next) {
		next = p->next;
		promise_withdraw(d, p, WHY_ANSWERED, d->now);
	}
	decide(d, EV_STATE_CHANGED, ticket->client, ticket->id, d->now,
	       DATA(state_changed, .ticket = ticket->id, .state = TICKET_CLOSED,
	            .why = WHY_HISTORY));
}

int64_t history_sent(struct decision *d, const struct history *history,
                     const struct history_left *left,
                     const struct history_left *client_left)
{
	const struct inbound *in = history->in;
	struct ticket *ticket;
	int64_t client, contact, message;
	bool was_taken;

	d->cause = in->intake;
	contact = inbound_sender(d, in, &client);
	ticket = history_ticket(d, history, client, contact, SOURCE_SENT);
	was_taken =
		ticket->why == WHY_TAKEN_OVER && ticket->state != TICKET_CLOSED;
	message = decide(
		d, EV_SENT_ELSEWHERE, ticket->client, ticket->id, in->at,
		DATA(sent_elsewhere, .ticket = ticket->id, .contact = contact,
	             .member = history->member,
	             .raw = in->raw ? in->raw : d->next_seq,
	             .intake = in->intake, .address = in->address,
	             .attachments = in->attachments, .has_html = in->has_html,
	             .dated_at = in->dated_at, .import = history->import,
	             .left = left->count, .left_since = left->since,
	             .client_left = client_left->count,
	             .client_since = client_left->since));
	inbound_words(d, message, in);
	d->cause = message;
	inbound_people(d, in, ticket, contact, client, message);
	promise_answered(d, ticket, message, in->at);
	if (left->count > 0) {
		history_owe_again(d, ticket, left->since);
		return message;
	}
	flag_answered(d, ticket, in->at);
	if (was_taken && history->import)
		history_give_back(d, ticket);
	return message;
}

void history_take_over(struct decision *d, struct ticket *ticket,
                       int64_t import, instant_ms at)
{
	const struct playbook *playbook = rules_playbook(d->rules);
	enum request_type type = (enum request_type)ticket->type;
	const struct playbook_clock *clock;

	if (ticket->state != TICKET_CLOSED || ticket->why != WHY_HISTORY ||
	    ticket->merged_into || ticket->unanswered == 0 ||
	    type == REQUEST_TYPE_NONE || !request_type_is_request(type))
		return;
	if (at < d->now)
		at = d->now;
	decide(d, EV_TICKET_TAKEN_OVER, ticket->client, ticket->id, d->now,
	       DATA(ticket_taken_over, .ticket = ticket->id, .import = import,
	            .unanswered = ticket->unanswered,
	            .since_at = ticket->unanswered_since));
	if (ticket->last_out_at == 0) {
		ticket_start_clocks(d, ticket, ticket->newest_in, at);
		return;
	}
	clock = playbook_clock(playbook, type, PROMISE_NEXT_RESPONSE);
	if (!clock)
		clock = playbook_clock(playbook, type, PROMISE_FIRST_RESPONSE);
	if (clock)
		promise_make(d, ticket, clock, at, ticket->newest_in);
	clock = playbook_clock(playbook, type, PROMISE_RESOLUTION);
	if (clock)
		promise_make(d, ticket, clock, at, ticket->newest_in);
}
