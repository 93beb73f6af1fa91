#include "core/ticket.h"

#include "core/flag.h"
#include "core/later.h"
#include "core/promise.h"

static const struct playbook_type *ticket_type(const struct decision *d,
                                               const struct ticket *ticket)
{
	return &rules_playbook(d->rules)->types[ticket->type];
}

static bool ticket_asks(const struct ticket *ticket)
{
	return ticket->type != REQUEST_TYPE_NONE &&
	       request_type_is_request((enum request_type)ticket->type);
}

void ticket_start_clocks(struct decision *d, struct ticket *ticket,
                         int64_t message, instant_ms at)
{
	const struct playbook_type *type = ticket_type(d, ticket);

	if (!ticket_asks(ticket))
		return;
	for (size_t i = 0; i < type->clocks_count; i++) {
		/* The next response starts with the client's next message. */
		if (type->clocks[i].promise != PROMISE_NEXT_RESPONSE)
			promise_make(d, ticket, &type->clocks[i], at, message);
	}
}

static void ticket_state_event(struct decision *d, struct ticket *ticket,
                               enum ticket_state state, enum why why,
                               instant_ms at)
{
	decide(d, EV_STATE_CHANGED, ticket->client, ticket->id, at,
	       DATA(state_changed, .ticket = ticket->id, .state = state,
	            .why = why));
}

static bool ticket_owes_response(const struct ticket *ticket)
{
	for (const struct promise *p = ticket->promises; p; p = p->next) {
		if (promise_is_response(p->kind))
			return true;
	}
	return false;
}

void ticket_client_wrote(struct decision *d, struct ticket *ticket,
                         int64_t message, instant_ms at)
{
	const struct playbook *playbook = rules_playbook(d->rules);
	enum request_type type = (enum request_type)ticket->type;
	const struct playbook_clock *next, *resolution;
	bool was_closed = ticket->state == TICKET_CLOSED;

	later_wake(d, ticket, WAKE_MAIL, at);
	if (was_closed || ticket->state == TICKET_WAITING_CLIENT)
		ticket_state_event(d, ticket, TICKET_OPEN, WHY_NONE, at);
	for (struct promise *p = ticket->promises; p; p = p->next)
		promise_resume(d, p, at);
	if (!ticket_asks(ticket))
		return;
	next = playbook_clock(playbook, type, PROMISE_NEXT_RESPONSE);
	if (!next)
		next = playbook_clock(playbook, type, PROMISE_FIRST_RESPONSE);
	/* One that runs already counts from the oldest unanswered message. */
	if (next && !ticket_owes_response(ticket))
		promise_make(d, ticket, next, at, message);
	resolution = playbook_clock(playbook, type, PROMISE_RESOLUTION);
	if (was_closed && resolution)
		promise_make(d, ticket, resolution, at, message);
}

void ticket_show(struct decision *d, struct ticket *ticket, instant_ms at)
{
	later_wake(d, ticket, WAKE_MAIL, at);
	if (ticket->state == TICKET_CLOSED)
		ticket_state_event(d, ticket, TICKET_OPEN, WHY_NONE, at);
}

void ticket_file_quietly(struct decision *d, struct ticket *ticket,
                         instant_ms at)
{
	ticket_state_event(d, ticket, TICKET_CLOSED, WHY_NO_ANSWER_NEEDED, at);
}

static enum status ticket_whole(const struct ticket *ticket,
                                struct problem *problem_out)
{
	if (ticket->merged_into)
		return problem_set(problem_out, ST_CONFLICT, "ticket",
		                   "It was merged into another thread. Undo "
		                   "the merge first, or work there.");
	return ST_OK;
}

/* The clocks of the old type become those of the new one. */
static void ticket_retype_clocks(struct decision *d, struct ticket *ticket)
{
	const struct playbook_type *type = ticket_type(d, ticket);
	struct promise *next;

	for (struct promise *p = ticket->promises; p; p = next) {
		const struct playbook_clock *rule =
			playbook_clock(rules_playbook(d->rules),
		                       (enum request_type)ticket->type,
		                       (enum promise_kind)p->kind);

		next = p->next;
		if (p->kind == PROMISE_CALL_BACK || p->held_by)
			continue;
		/* One kind of first answer stands in for the other. */
		if (!rule && p->kind == PROMISE_FIRST_RESPONSE)
			rule = playbook_clock(rules_playbook(d->rules),
			                      (enum request_type)ticket->type,
			                      PROMISE_ACKNOWLEDGE);
		if (!rule && p->kind == PROMISE_ACKNOWLEDGE)
			rule = playbook_clock(rules_playbook(d->rules),
			                      (enum request_type)ticket->type,
			                      PROMISE_FIRST_RESPONSE);
		if (rule)
			promise_retarget(d, p, rule);
		else
			promise_withdraw(d, p, WHY_RETYPED, d->now);
	}
	/* What only the new type promises runs from the client's message. */
	for (size_t i = 0; i < type->clocks_count; i++) {
		enum promise_kind kind = type->clocks[i].promise;
		bool answered = ticket->last_out_at >= ticket->opened_at;

		if (kind == PROMISE_NEXT_RESPONSE ||
		    (promise_is_response(kind) &&
		     (answered || ticket_owes_response(ticket))))
			continue;
		promise_make(d, ticket, &type->clocks[i], ticket->opened_at,
		             ticket->newest_in);
	}
	for (struct promise *p = ticket->promises; p; p = p->next)
		promise_fire(d, p);
}

static void ticket_withdraw_all(struct decision *d, struct ticket *ticket,
                                enum why why)
{
	struct promise *next;

	for (struct promise *p = ticket->promises; p; p = next) {
		next = p->next;
		promise_withdraw(d, p, why, d->now);
	}
}

enum status ticket_set_type(struct decision *d, struct ticket *ticket,
                            int64_t type, struct problem *problem_out)
{
	enum status status = ticket_whole(ticket, problem_out);
	bool asked = ticket_asks(ticket);

	if (status != ST_OK)
		return status;
	if (type <= REQUEST_TYPE_NONE || type >= REQUEST_TYPE_COUNT)
		return problem_set(problem_out, ST_INVALID, "type",
		                   "There is no such request type.");
	if (ticket->type == type && ticket->type_by == TYPE_BY_MEMBER)
		return ST_OK;
	decide(d, EV_TYPE_CORRECTED, ticket->client, ticket->id, d->now,
	       DATA(type_corrected, .ticket = ticket->id, .type = type,
	            .was = ticket->type));
	if (!ticket_asks(ticket)) {
		ticket_withdraw_all(d, ticket, WHY_NO_REQUEST);
		flag_clear_all(d, ticket, WHY_NO_REQUEST, d->now);
	} else if (ticket->state == TICKET_CLOSED) {
		/* "It is a request after all" brings it back. */
		if (!asked) {
			ticket_state_event(d, ticket, TICKET_OPEN, WHY_MEMBER,
			                   d->now);
			ticket_retype_clocks(d, ticket);
		}
	} else {
		ticket_retype_clocks(d, ticket);
	}
	return ST_OK;
}

enum status ticket_assign(struct decision *d, struct ticket *ticket,
                          int64_t member, struct problem *problem_out)
{
	enum status status = ticket_whole(ticket, problem_out);

	if (status != ST_OK)
		return status;
	if (ticket->assignee == member)
		return ST_OK;
	decide(d, EV_TICKET_ASSIGNED, ticket->client, ticket->id, d->now,
	       DATA(ticket_assigned, .ticket = ticket->id, .member = member,
	            .was = ticket->assignee));
	return ST_OK;
}

/* Closing says: resolved, and nothing else is owed. */
static void ticket_close(struct decision *d, struct ticket *ticket,
                         int64_t evidence)
{
	struct promise *next;

	for (struct promise *p = ticket->promises; p; p = next) {
		bool done = p->kind == PROMISE_RESOLUTION ||
		            (p->kind == PROMISE_PROPOSAL &&
		             ticket->last_out_at >= p->started_at);

		next = p->next;
		/* A reply in its undo window settles these when it leaves. */
		if (p->held_by)
			continue;
		if (done)
			promise_keep(d, p, evidence, d->now);
		else
			promise_withdraw(d, p, WHY_CLOSED, d->now);
	}
	flag_clear_all(d, ticket, WHY_CLOSED, d->now);
}

/*
 * Open again: what the close withdrew is owed from its true start, so that no
 * message of a client waits without a clock, its flags are up again, and the
 * rest is a new cycle.
 */
static void ticket_reopen(struct decision *d, struct ticket *ticket,
                          instant_ms closed_at)
{
	const struct playbook_clock *resolution = playbook_clock(
		rules_playbook(d->rules), (enum request_type)ticket->type,
		PROMISE_RESOLUTION);
	struct promise *promise;
	size_t cursor = 0;

	while ((promise = state_next(d->state, RECORD_PROMISE, &cursor))) {
		if (promise->ticket == ticket->id &&
		    promise->state == PROMISE_WITHDRAWN &&
		    promise->why == WHY_CLOSED &&
		    promise->ended_at == closed_at &&
		    !promise_find(ticket, (enum promise_kind)promise->kind))
			promise_reopen(d, promise);
	}
	flag_reopen_all(d, ticket, WHY_CLOSED, closed_at);
	if (ticket_asks(ticket) && resolution &&
	    !promise_find(ticket, PROMISE_RESOLUTION))
		promise_make(d, ticket, resolution, d->now, ticket->newest_in);
}

enum status ticket_set_state(struct decision *d, struct ticket *ticket,
                             int64_t state, struct str reason,
                             struct problem *problem_out)
{
	return ticket_set_state_by(d, ticket, state, 0, reason, problem_out);
}

enum status ticket_set_state_by(struct decision *d, struct ticket *ticket,
                                int64_t state, int64_t message,
                                struct str reason, struct problem *problem_out)
{
	enum status status = ticket_whole(ticket, problem_out);
	int64_t was = ticket->state, event;
	instant_ms closed_at = ticket->closed_at;

	if (status != ST_OK)
		return status;
	if (state < TICKET_OPEN || state > TICKET_CLOSED)
		return problem_set(problem_out, ST_INVALID, "state",
		                   "There is no such state.");
	if (was == state)
		return ST_OK;
	later_wake(d, ticket, WAKE_STATE, d->now);
	event = decide(d, EV_STATE_CHANGED, ticket->client, ticket->id, d->now,
	               DATA(state_changed, .ticket = ticket->id, .state = state,
	                    .why = WHY_MEMBER));
	decide_words(d, event, SLOT_REASON, reason);
	d->cause = event;
	if (was == TICKET_CLOSED)
		ticket_reopen(d, ticket, closed_at);
	if (state == TICKET_CLOSED) {
		ticket_close(d, ticket, message ? message : event);
	} else if (state == TICKET_WAITING_CLIENT) {
		for (struct promise *p = ticket->promises; p; p = p->next) {
			if (p->kind != PROMISE_CALL_BACK)
				promise_pause(d, p, WHY_WAITING_CLIENT, d->now);
		}
	} else {
		for (struct promise *p = ticket->promises; p; p = p->next)
			promise_resume(d, p, d->now);
	}
	return ST_OK;
}

int64_t ticket_note(struct decision *d, struct ticket *ticket, struct str text)
{
	int64_t message =
		decide(d, EV_NOTE_ADDED, ticket->client, ticket->id, d->now,
	               DATA(note_added, .ticket = ticket->id));

	decide_words(d, message, SLOT_TEXT, text);
	return message;
}

int64_t ticket_call(struct decision *d, struct ticket *ticket, int64_t contact,
                    bool outward, bool spoke, struct str text, instant_ms at)
{
	struct promise *call;
	int64_t message;

	message = decide(d, EV_CALL_LOGGED, ticket->client, ticket->id, at,
	                 DATA(call_logged, .ticket = ticket->id,
	                      .contact = contact, .outward = outward,
	                      .spoke = spoke));
	decide_words(d, message, SLOT_TEXT, text);
	d->cause = message;
	if (!spoke)
		return message;
	promise_answered(d, ticket, message, at);
	call = promise_find(ticket, PROMISE_CALL_BACK);
	if (call)
		promise_keep(d, call, message, at);
	flag_called(d, ticket, at);
	return message;
}

enum status ticket_settle(struct decision *d, struct promise *promise,
                          bool kept, struct str reason,
                          struct problem *problem_out)
{
	const struct ticket *ticket = state_ticket(d->state, promise->ticket);
	int64_t evidence = ticket->newest_message;

	if (promise->state != PROMISE_OPEN)
		return problem_set(problem_out, ST_CONFLICT, "promise",
		                   "It has ended already.");
	if (reason.length == 0)
		return problem_set(problem_out, ST_INVALID, "reason",
		                   "Say in a few words what settles it.");
	if (kept)
		promise_keep(d, promise, evidence, d->now);
	else
		promise_withdraw(d, promise, WHY_MEMBER, d->now);
	/* The person's words go with the conclusion they brought about. */
	decide_words(d, d->events[d->event_count - 1].seq, SLOT_REASON, reason);
	return ST_OK;
}
