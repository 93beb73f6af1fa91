#include "core/flag.h"

#include "core/later.h"

static bool flag_is_up(const struct ticket *ticket, uint32_t rule)
{
	for (const struct flag *flag = ticket->flags; flag; flag = flag->next) {
		if (flag->rule == (int64_t)rule)
			return true;
	}
	return false;
}

static void flag_raise(struct decision *d, struct ticket *ticket,
                       const struct playbook_flag *rule, int64_t message,
                       instant_ms at)
{
	int64_t flag;

	if (flag_is_up(ticket, rule->code))
		return;
	later_wake(d, ticket, WAKE_FLAG, at);
	flag = decide(d, EV_FLAG_RAISED, ticket->client, ticket->id, at,
	              DATA(flag_raised, .ticket = ticket->id,
	                   .message = message, .rule = rule->code,
	                   .cond = rule->when, .points = rule->points,
	                   .signal = rule->signal,
	                   .playbook = rules_playbook_version(d->rules)));
	promise_call_back(d, ticket, rule, flag, message, at);
}

/*
 * The message that makes it three, and the sixth, the ninth. Those between add
 * nothing: the client's silence from us is flagged on one thread already, and
 * one call settles all of it.
 */
static bool flag_sees_silence(const struct decision *d,
                              const struct playbook_flag *rule,
                              const struct ticket *ticket, int64_t message)
{
	const struct client *client = state_owner(d->state, ticket->client);
	const struct message *newest = state_message(d->state, message);

	return newest->counts > 1 && client->unanswered >= rule->count &&
	       client->unanswered % rule->count == 0;
}

/* Whether a rule about messages sees what it looks for. */
static bool flag_sees(const struct decision *d,
                      const struct playbook_flag *rule,
                      const struct ticket *ticket, int64_t message,
                      const struct triage *triage, instant_ms at)
{
	const struct triage_signal *signal;

	switch (rule->when) {
	case FLAG_WHEN_UNANSWERED:
		return flag_sees_silence(d, rule, ticket, message);
	case FLAG_WHEN_SIGNAL:
		signal = triage_signal(triage, rule->signal);
		return signal && signal->strength_milli >= rule->strength_milli;
	case FLAG_WHEN_DEADLINE:
		return triage->deadline.found && triage->deadline.resolved &&
		       triage->deadline.at > at &&
		       triage->deadline.at - at <= rule->days * SPAN_DAY;
	case FLAG_WHEN_NONE:
	case FLAG_WHEN_CLOCK_BREACHED:
	case FLAG_WHEN_CLOCK_SOON:
	case FLAG_WHEN_COUNT:
		break;
	}
	return false;
}

void flag_message(struct decision *d, struct ticket *ticket, int64_t message,
                  const struct triage *triage, instant_ms at)
{
	const struct playbook *playbook = rules_playbook(d->rules);

	for (size_t i = 0; i < playbook->flags_count; i++) {
		if (flag_sees(d, &playbook->flags[i], ticket, message, triage,
		              at))
			flag_raise(d, ticket, &playbook->flags[i], message, at);
	}
}

static void flag_clock(struct decision *d, struct ticket *ticket,
                       const struct promise *promise, instant_ms at)
{
	const struct playbook *playbook = rules_playbook(d->rules);
	enum flag_when when = promise->broken_at ? FLAG_WHEN_CLOCK_BREACHED
	                                         : FLAG_WHEN_CLOCK_SOON;

	for (size_t i = 0; i < playbook->flags_count; i++) {
		if (playbook->flags[i].when == when)
			flag_raise(d, ticket, &playbook->flags[i],
			           promise->message, at);
	}
}

void flag_promise_fire(struct decision *d, struct promise *promise)
{
	struct ticket *ticket = state_ticket(d->state, promise->ticket);
	instant_ms warned_at = promise->warned_at;
	instant_ms broken_at = promise->broken_at;

	promise_fire(d, promise);
	if (promise->broken_at != broken_at)
		flag_clock(d, ticket, promise, promise->broken_at);
	else if (promise->warned_at != warned_at)
		flag_clock(d, ticket, promise, promise->warned_at);
}

int64_t flag_person(struct decision *d, struct ticket *ticket, struct str words)
{
	int64_t flag;

	later_wake(d, ticket, WAKE_FLAG, d->now);
	flag = decide(d, EV_FLAG_RAISED, ticket->client, ticket->id, d->now,
	              DATA(flag_raised, .ticket = ticket->id,
	                   .message = ticket->newest_in,
	                   .points = FLAG_PERSON_POINTS));

	decide_words(d, flag, SLOT_TEXT, words);
	return flag;
}

void flag_clear(struct decision *d, struct flag *flag, enum why why,
                instant_ms at)
{
	decide(d, EV_FLAG_CLEARED, flag->client, flag->ticket, at,
	       DATA(flag_cleared, .ticket = flag->ticket, .flag = flag->id,
	            .why = why));
}

/*
 * Whether an answer alone settles it. Frustration does not pass because we
 * wrote back, and a deadline stays where it is.
 */
static bool flag_answer_settles(const struct flag *flag)
{
	switch ((enum flag_when)flag->cond) {
	case FLAG_WHEN_UNANSWERED:
	case FLAG_WHEN_CLOCK_BREACHED:
	case FLAG_WHEN_CLOCK_SOON:
		return true;
	case FLAG_WHEN_SIGNAL:
		return flag->signal == SIGNAL_REPEAT_CONTACT ||
		       flag->signal == SIGNAL_URGENCY;
	case FLAG_WHEN_DEADLINE:
	case FLAG_WHEN_NONE:
	case FLAG_WHEN_COUNT:
		break;
	}
	return false;
}

/* A flag that still has a call back owed stays up until the call. */
static bool flag_owes_call(const struct ticket *ticket, const struct flag *flag)
{
	const struct promise *call = promise_find(ticket, PROMISE_CALL_BACK);

	return call && call->flag == flag->id;
}

void flag_answered(struct decision *d, struct ticket *ticket, instant_ms at)
{
	struct flag *next;

	for (struct flag *flag = ticket->flags; flag; flag = next) {
		next = flag->next;
		if (flag_answer_settles(flag) && !flag_owes_call(ticket, flag))
			flag_clear(d, flag, WHY_ANSWERED, at);
	}
}

void flag_called(struct decision *d, struct ticket *ticket, instant_ms at)
{
	struct flag *next;

	for (struct flag *flag = ticket->flags; flag; flag = next) {
		next = flag->next;
		if (flag->rule != 0)
			flag_clear(d, flag, WHY_CALLED, at);
	}
}

void flag_clear_all(struct decision *d, struct ticket *ticket, enum why why,
                    instant_ms at)
{
	while (ticket->flags)
		flag_clear(d, ticket->flags, why, at);
}

static void flag_move(struct decision *d, const struct flag *flag, int64_t to)
{
	decide(d, EV_FLAG_MOVED, flag->client, flag->ticket, d->now,
	       DATA(flag_moved, .ticket = flag->ticket, .flag = flag->id,
	            .to = to));
}

void flag_merge_all(struct decision *d, struct ticket *ticket,
                    const struct ticket *into)
{
	while (ticket->flags) {
		struct flag *flag = ticket->flags;

		if (flag->rule && flag_is_up(into, (uint32_t)flag->rule))
			flag_clear(d, flag, WHY_MERGED, d->now);
		else
			flag_move(d, flag, into->id);
	}
}

void flag_unmerge_all(struct decision *d, const struct ticket *ticket,
                      struct ticket *from)
{
	struct flag *next;

	for (struct flag *flag = from->flags; flag; flag = next) {
		next = flag->next;
		if (flag->origin == ticket->id)
			flag_move(d, flag, ticket->id);
	}
}

void flag_reopen_all(struct decision *d, const struct ticket *ticket,
                     enum why why, instant_ms cleared_at)
{
	const struct flag *flag;
	size_t cursor = 0;

	while ((flag = state_next(d->state, RECORD_FLAG, &cursor))) {
		if (flag->ticket == ticket->id && flag->cleared_at &&
		    flag->why == (int64_t)why &&
		    (!cleared_at || flag->cleared_at == cleared_at) &&
		    !(flag->rule && flag_is_up(ticket, (uint32_t)flag->rule)))
			decide(d, EV_FLAG_REOPENED, flag->client, flag->ticket,
			       d->now,
			       DATA(flag_reopened, .ticket = flag->ticket,
			            .flag = flag->id));
	}
}
