#include "core/promise.h"

#include <assert.h>

#include "core/later.h"

static void promise_fire_until(struct decision *d, struct promise *promise,
                               instant_ms until);

struct clock promise_clock(const struct promise *promise)
{
	enum clock_state state = CLOCK_DONE;

	if (promise->state == PROMISE_OPEN)
		state = promise->running ? CLOCK_RUNNING : CLOCK_PAUSED;
	return (struct clock){
		.state = state,
		.target = promise->target,
		.warn_before = promise->warn_before,
		.used = promise->used,
		.start = promise->started_at,
		.since = promise->since,
		.due = promise->due_at,
		.warn = promise->warn_at,
	};
}

/* The address of ours that its thread came to. */
static int64_t promise_address(const struct decision *d,
                               const struct promise *promise)
{
	const struct ticket *ticket = state_ticket(d->state, promise->ticket);

	return ticket ? ticket->address : 0;
}

static const struct calendar_history *
promise_hours(const struct decision *d, const struct promise *promise)
{
	return rules_hours(d->rules, promise_address(d, promise),
	                   promise->hours);
}

struct promise *promise_find(const struct ticket *ticket,
                             enum promise_kind kind)
{
	for (struct promise *p = ticket->promises; p; p = p->next) {
		if (p->kind == (int64_t)kind)
			return p;
	}
	return NULL;
}

bool promise_is_response(int64_t kind)
{
	return kind == PROMISE_FIRST_RESPONSE ||
	       kind == PROMISE_NEXT_RESPONSE || kind == PROMISE_ACKNOWLEDGE;
}

void promise_make(struct decision *d, struct ticket *ticket,
                  const struct playbook_clock *rule, instant_ms started_at,
                  int64_t message)
{
	struct clock clock;

	if (promise_find(ticket, rule->promise))
		return;
	clock = clock_start(
		rules_hours(d->rules, ticket->address, rule->within.hours),
		started_at, rule->within.span, rule->warn_before);
	/* What starts on a day to come is promised today. */
	decide(d, EV_PROMISE_MADE, ticket->client, ticket->id,
	       started_at > d->now ? d->now : started_at,
	       DATA(promise_made, .ticket = ticket->id, .kind = rule->promise,
	            .rule = rule->code,
	            .playbook = rules_playbook_version(d->rules),
	            .hours = rule->within.hours, .target = clock.target,
	            .warn_before = clock.warn_before, .started_at = started_at,
	            .due_at = clock.due, .warn_at = clock.warn,
	            .message = message, .owner = ticket->assignee));
}

void promise_call_back(struct decision *d, struct ticket *ticket,
                       const struct playbook_flag *rule, int64_t flag,
                       int64_t message, instant_ms at)
{
	struct clock clock;

	if (rule->call_back.hours == HOURS_NONE ||
	    promise_find(ticket, PROMISE_CALL_BACK))
		return;
	clock = clock_start(
		rules_hours(d->rules, ticket->address, rule->call_back.hours),
		at, rule->call_back.span, rule->call_back.span / 4);
	decide(d, EV_PROMISE_MADE, ticket->client, ticket->id, at,
	       DATA(promise_made, .ticket = ticket->id,
	            .kind = PROMISE_CALL_BACK, .rule = rule->call_back_code,
	            .playbook = rules_playbook_version(d->rules),
	            .hours = rule->call_back.hours, .target = clock.target,
	            .warn_before = clock.warn_before, .started_at = at,
	            .due_at = clock.due, .warn_at = clock.warn,
	            .message = message, .flag = flag,
	            .owner = ticket->assignee));
}

void promise_keep(struct decision *d, struct promise *promise, int64_t evidence,
                  instant_ms at)
{
	/* A due time that passed before the evidence was missed all the same.
	 */
	promise_fire_until(d, promise, at);
	decide(d, EV_PROMISE_KEPT, promise->client, promise->ticket, at,
	       DATA(promise_kept, .ticket = promise->ticket,
	            .promise = promise->id, .evidence = evidence));
}

void promise_to_ticket(struct decision *d, struct promise *promise,
                       const struct ticket *to)
{
	const struct calendar_history *old = promise_hours(d, promise);
	const struct calendar_history *new =
		rules_hours(d->rules, to->address, promise->hours);
	struct clock clock = promise_clock(promise);

	/* Past working time is kept under the hours of the old thread. */
	if (old != new && promise->state == PROMISE_OPEN) {
		clock_move(&clock, old, new, d->now);
		decide(d, EV_PROMISE_RETARGETED, promise->client,
		       promise->ticket, d->now,
		       DATA(promise_retargeted, .ticket = promise->ticket,
		            .promise = promise->id, .kind = promise->kind,
		            .rule = promise->rule, .hours = promise->hours,
		            .target = promise->target,
		            .warn_before = promise->warn_before,
		            .used = clock.used, .since = clock.since,
		            .due_at = clock.due, .warn_at = clock.warn));
	}
	decide(d, EV_PROMISE_MOVED, promise->client, promise->ticket, d->now,
	       DATA(promise_moved, .ticket = promise->ticket,
	            .promise = promise->id, .to = to->id));
}

void promise_withdraw(struct decision *d, struct promise *promise, enum why why,
                      instant_ms at)
{
	decide(d, EV_PROMISE_WITHDRAWN, promise->client, promise->ticket, at,
	       DATA(promise_withdrawn, .ticket = promise->ticket,
	            .promise = promise->id, .why = why));
}

void promise_pause(struct decision *d, struct promise *promise, enum why why,
                   instant_ms at)
{
	struct clock clock = promise_clock(promise);

	if (!promise->running || promise->held_by)
		return;
	clock_pause(&clock, promise_hours(d, promise), at);
	decide(d, EV_PROMISE_PAUSED, promise->client, promise->ticket, at,
	       DATA(promise_paused, .ticket = promise->ticket,
	            .promise = promise->id, .used = clock.used, .why = why,
	            .due_at = clock.due, .warn_at = clock.warn));
}

void promise_resume(struct decision *d, struct promise *promise, instant_ms at)
{
	struct clock clock = promise_clock(promise);

	if (promise->running)
		return;
	clock_resume(&clock, promise_hours(d, promise), at);
	decide(d, EV_PROMISE_RESUMED, promise->client, promise->ticket,
	       clock.since,
	       DATA(promise_resumed, .ticket = promise->ticket,
	            .promise = promise->id, .due_at = clock.due,
	            .warn_at = clock.warn));
}

void promise_reopen(struct decision *d, struct promise *promise)
{
	struct clock clock = promise_clock(promise);

	assert(promise->state != PROMISE_OPEN);
	clock.finished_from = promise->running ? CLOCK_RUNNING : CLOCK_PAUSED;
	/* What it would have reached is reckoned anew from its true start. */
	clock.due = promise->broken_at ? clock.due : 0;
	clock.warn = promise->warned_at ? clock.warn : 0;
	clock_unfinish(&clock, promise_hours(d, promise));
	decide(d, EV_PROMISE_REOPENED, promise->client, promise->ticket, d->now,
	       DATA(promise_reopened, .ticket = promise->ticket,
	            .promise = promise->id, .due_at = clock.due,
	            .warn_at = clock.warn));
	promise_fire(d, promise);
}

void promise_retarget(struct decision *d, struct promise *promise,
                      const struct playbook_clock *rule)
{
	const struct calendar_history *old = promise_hours(d, promise);
	const struct calendar_history *new = rules_hours(
		d->rules, promise_address(d, promise), rule->within.hours);
	struct clock clock = promise_clock(promise);

	if (promise->rule == rule->code)
		return;
	if (old != new)
		clock_move(&clock, old, new, d->now);
	clock_retarget(&clock, new, rule->within.span, rule->warn_before);
	decide(d, EV_PROMISE_RETARGETED, promise->client, promise->ticket,
	       d->now,
	       DATA(promise_retargeted, .ticket = promise->ticket,
	            .promise = promise->id, .kind = rule->promise,
	            .rule = rule->code, .hours = rule->within.hours,
	            .target = clock.target, .warn_before = clock.warn_before,
	            .used = clock.used, .since = clock.since,
	            .due_at = clock.due, .warn_at = clock.warn));
	promise_fire(d, promise);
}

/* The escalation steps of a promise's rule, in its own playbook version. */
static size_t promise_steps(const struct rules *rules,
                            const struct promise *promise,
                            const struct playbook_step **steps_out)
{
	const struct playbook *playbook =
		rules_playbook_at(rules, promise->playbook);
	const struct playbook_clock *clock = promise_rule(rules, promise);

	if (clock) {
		*steps_out = clock->steps;
		return clock->steps_count;
	}
	for (size_t i = 0; i < playbook->flags_count; i++) {
		if (playbook->flags[i].call_back_code == promise->rule) {
			*steps_out = playbook->flags[i].steps;
			return playbook->flags[i].steps_count;
		}
	}
	return 0;
}

const struct playbook_clock *promise_rule(const struct rules *rules,
                                          const struct promise *promise)
{
	const struct playbook *playbook =
		rules_playbook_at(rules, promise->playbook);

	for (int type = 1; type < REQUEST_TYPE_COUNT; type++) {
		const struct playbook_type *t = &playbook->types[type];

		for (size_t i = 0; i < t->clocks_count; i++) {
			if (t->clocks[i].code == promise->rule)
				return &t->clocks[i];
		}
	}
	return NULL;
}

/* When step number `level` (from 0) comes; 0 when there is none. */
static instant_ms promise_step_at(const struct decision *d,
                                  const struct promise *promise, int64_t level)
{
	const struct playbook_step *steps;
	size_t count = promise_steps(d->rules, promise, &steps);
	instant_ms at;

	if (level < 0 || (size_t)level >= count)
		return 0;
	/* A step after no time comes with the breach itself. */
	if (steps[level].after.span == 0)
		return promise->due_at;
	if (calendar_add(rules_hours(d->rules, promise_address(d, promise),
	                             steps[level].after.hours),
	                 promise->due_at, steps[level].after.span, NULL,
	                 &at) != ST_OK)
		return 0;
	return at;
}

static void promise_fire_step(struct decision *d, struct promise *promise,
                              instant_ms at)
{
	const struct playbook_step *steps;
	size_t count = promise_steps(d->rules, promise, &steps);
	int64_t level = promise->level;

	assert((size_t)level < count);
	(void)count;
	decide(d, EV_PROMISE_ESCALATED, promise->client, promise->ticket, at,
	       DATA(promise_escalated, .ticket = promise->ticket,
	            .promise = promise->id, .level = level + 1,
	            .to = steps[level].to,
	            .escalate_at = promise_step_at(d, promise, level + 1)));
}

static void promise_fire_until(struct decision *d, struct promise *promise,
                               instant_ms until)
{
	instant_ms at;

	while ((at = promise_timer(promise)) != 0 && at <= until) {
		/* Nothing comes due behind somebody's back. */
		later_wake(d, state_ticket(d->state, promise->ticket),
		           WAKE_CLOCK, at);
		if (promise->broken_at) {
			promise_fire_step(d, promise, at);
		} else if (at == promise->warn_at && at < promise->due_at) {
			decide(d, EV_PROMISE_WARNED, promise->client,
			       promise->ticket, at,
			       DATA(promise_warned, .ticket = promise->ticket,
			            .promise = promise->id));
		} else {
			decide(d, EV_PROMISE_BROKEN, promise->client,
			       promise->ticket, at,
			       DATA(promise_broken, .ticket = promise->ticket,
			            .promise = promise->id,
			            .escalate_at =
			                    promise_step_at(d, promise, 0)));
		}
	}
}

void promise_fire(struct decision *d, struct promise *promise)
{
	promise_fire_until(d, promise, d->now);
}

void promise_answered(struct decision *d, struct ticket *ticket,
                      int64_t evidence, instant_ms at)
{
	struct promise *next;

	for (struct promise *p = ticket->promises; p; p = next) {
		next = p->next;
		/* An answer given before the promise was made keeps nothing. */
		if (promise_is_response(p->kind) && p->started_at <= at)
			promise_keep(d, p, evidence, at);
	}
}

void promise_hold(struct decision *d, struct ticket *ticket, int64_t message)
{
	for (struct promise *p = ticket->promises; p; p = p->next) {
		if (!promise_is_response(p->kind) || p->held_by)
			continue;
		decide(d, EV_PROMISE_HELD, p->client, ticket->id, d->now,
		       DATA(promise_held, .ticket = ticket->id,
		            .promise = p->id, .message = message));
	}
}

void promise_unhold(struct decision *d, struct ticket *ticket, int64_t message)
{
	for (struct promise *p = ticket->promises; p; p = p->next) {
		if (p->held_by != message)
			continue;
		decide(d, EV_PROMISE_RELEASED, p->client, ticket->id, d->now,
		       DATA(promise_released, .ticket = ticket->id,
		            .promise = p->id));
	}
}
