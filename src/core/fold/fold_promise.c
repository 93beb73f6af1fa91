/* What the events about promises, flags and signals do to the records. */
#include <assert.h>

#include "core/fold/fold.h"

static struct promise *fold_promise_touch(struct state *state, int64_t id)
{
	return fold_touch(state, RECORD_PROMISE, id);
}

static void fold_promise_link(struct state *state, struct promise *promise)
{
	struct ticket *ticket = state_ticket(state, promise->ticket);

	assert(ticket);
	promise->next = ticket->promises;
	ticket->promises = promise;
}

static void fold_promise_unlink(struct state *state, struct promise *promise)
{
	struct ticket *ticket = state_ticket(state, promise->ticket);
	struct promise **at;

	assert(ticket);
	for (at = &ticket->promises; *at; at = &(*at)->next) {
		if (*at == promise) {
			*at = promise->next;
			return;
		}
	}
}

static void fold_promise_end(struct state *state, struct promise *promise,
                             enum promise_state how, instant_ms at)
{
	promise->state = how;
	promise->held_by = 0;
	promise->ended_at = at;
	fold_promise_unlink(state, promise);
}

static void fold_promise_made(struct state *state, const struct event *event)
{
	struct promise *promise =
		fold_create(state, RECORD_PROMISE, event->seq);

	promise->client = event->client;
	promise->ticket = event->data.promise_made.ticket;
	promise->origin = promise->ticket;
	promise->kind = event->data.promise_made.kind;
	promise->rule = event->data.promise_made.rule;
	promise->playbook = event->data.promise_made.playbook;
	promise->hours = event->data.promise_made.hours;
	promise->target = event->data.promise_made.target;
	promise->warn_before = event->data.promise_made.warn_before;
	promise->started_at = event->data.promise_made.started_at;
	promise->since = promise->started_at;
	promise->due_at = event->data.promise_made.due_at;
	promise->warn_at = event->data.promise_made.warn_at;
	promise->message = event->data.promise_made.message;
	promise->flag = event->data.promise_made.flag;
	promise->owner = event->data.promise_made.owner;
	promise->state = PROMISE_OPEN;
	promise->running = 1;
	fold_promise_link(state, promise);
}

static void fold_promise_retargeted(struct promise *promise,
                                    const struct event *event)
{
	promise->kind = event->data.promise_retargeted.kind;
	promise->rule = event->data.promise_retargeted.rule;
	promise->hours = event->data.promise_retargeted.hours;
	promise->target = event->data.promise_retargeted.target;
	promise->warn_before = event->data.promise_retargeted.warn_before;
	promise->used = event->data.promise_retargeted.used;
	promise->since = event->data.promise_retargeted.since;
	promise->due_at = event->data.promise_retargeted.due_at;
	promise->warn_at = event->data.promise_retargeted.warn_at;
	/* A later target may be warned of, and missed, anew. */
	if (promise->due_at > event->occurred_at) {
		promise->warned_at = 0;
		promise->broken_at = 0;
		promise->escalate_at = 0;
		promise->level = 0;
	}
}

static void fold_promise_moved(struct state *state, struct promise *promise,
                               const struct event *event)
{
	struct ticket *to =
		fold_touch(state, RECORD_TICKET, event->data.promise_moved.to);

	if (promise->state == PROMISE_OPEN)
		fold_promise_unlink(state, promise);
	promise->ticket = to->id;
	promise->client = to->client;
	if (promise->state == PROMISE_OPEN)
		fold_promise_link(state, promise);
	fold_ticket_refresh(state, to);
}

/* The change to one promise that is already there. */
static void fold_promise_change(struct state *state, const struct event *event)
{
	/* In all these kinds the second field is the promise. */
	struct promise *promise =
		fold_promise_touch(state, event->data.field[1]);

	switch (event->kind) {
	case EV_PROMISE_WARNED:
		promise->warned_at = event->occurred_at;
		break;
	case EV_PROMISE_BROKEN:
		promise->broken_at = event->occurred_at;
		promise->escalate_at = event->data.promise_broken.escalate_at;
		break;
	case EV_PROMISE_ESCALATED:
		promise->level = event->data.promise_escalated.level;
		promise->escalate_at =
			event->data.promise_escalated.escalate_at;
		break;
	case EV_PROMISE_PAUSED:
		promise->used = event->data.promise_paused.used;
		promise->due_at = event->data.promise_paused.due_at;
		promise->warn_at = event->data.promise_paused.warn_at;
		promise->why = event->data.promise_paused.why;
		promise->since = event->occurred_at;
		promise->running = 0;
		break;
	case EV_PROMISE_RESUMED:
		promise->due_at = event->data.promise_resumed.due_at;
		promise->warn_at = event->data.promise_resumed.warn_at;
		promise->why = WHY_NONE;
		promise->since = event->occurred_at;
		promise->running = 1;
		break;
	case EV_PROMISE_RETARGETED:
		fold_promise_retargeted(promise, event);
		break;
	case EV_PROMISE_HELD:
		promise->held_by = event->data.promise_held.message;
		break;
	case EV_PROMISE_RELEASED:
		promise->held_by = 0;
		break;
	case EV_PROMISE_KEPT:
		promise->evidence = event->data.promise_kept.evidence;
		fold_promise_end(state, promise, PROMISE_KEPT,
		                 event->occurred_at);
		break;
	case EV_PROMISE_WITHDRAWN:
		promise->why = event->data.promise_withdrawn.why;
		fold_promise_end(state, promise, PROMISE_WITHDRAWN,
		                 event->occurred_at);
		break;
	case EV_PROMISE_REOPENED:
		promise->state = PROMISE_OPEN;
		promise->evidence = 0;
		promise->ended_at = 0;
		promise->why = WHY_NONE;
		promise->due_at = event->data.promise_reopened.due_at;
		promise->warn_at = event->data.promise_reopened.warn_at;
		fold_promise_link(state, promise);
		break;
	case EV_PROMISE_MOVED:
		fold_promise_moved(state, promise, event);
		break;
	default: /* the caller's table sends no other kind here */
		assert(false && "not a promise's event");
	}
}

static void fold_flag_raised(struct state *state, const struct event *event)
{
	struct flag *flag = fold_create(state, RECORD_FLAG, event->seq);
	struct ticket *ticket = fold_touch(state, RECORD_TICKET,
	                                   event->data.flag_raised.ticket);

	flag->client = event->client;
	flag->ticket = ticket->id;
	flag->origin = ticket->id;
	flag->message = event->data.flag_raised.message;
	flag->rule = event->data.flag_raised.rule;
	flag->cond = event->data.flag_raised.cond;
	flag->points = event->data.flag_raised.points;
	flag->signal = event->data.flag_raised.signal;
	flag->playbook = event->data.flag_raised.playbook;
	flag->raised_at = event->occurred_at;
	flag->actor = event->actor;
	flag->next = ticket->flags;
	ticket->flags = flag;
}

static void fold_flag_cleared(struct state *state, const struct event *event)
{
	struct flag *flag =
		fold_touch(state, RECORD_FLAG, event->data.flag_cleared.flag);
	struct ticket *ticket = state_ticket(state, flag->ticket);
	struct flag **at = &ticket->flags;

	flag->cleared_at = event->occurred_at;
	flag->why = event->data.flag_cleared.why;
	while (*at && *at != flag)
		at = &(*at)->next;
	if (*at)
		*at = flag->next;
}

static void fold_flag_reopened(struct state *state, const struct event *event)
{
	struct flag *flag =
		fold_touch(state, RECORD_FLAG, event->data.flag_reopened.flag);
	struct ticket *ticket = state_ticket(state, flag->ticket);

	flag->cleared_at = 0;
	flag->why = WHY_NONE;
	flag->next = ticket->flags;
	ticket->flags = flag;
}

/* A merge takes it along: it is up, now on the thread that is left. */
static void fold_flag_moved(struct state *state, const struct event *event)
{
	struct flag *flag =
		fold_touch(state, RECORD_FLAG, event->data.flag_moved.flag);
	struct ticket *from = state_ticket(state, flag->ticket);
	struct ticket *to =
		fold_touch(state, RECORD_TICKET, event->data.flag_moved.to);
	struct flag **at = &from->flags;

	while (*at && *at != flag)
		at = &(*at)->next;
	if (*at)
		*at = flag->next;
	flag->ticket = to->id;
	flag->client = to->client;
	flag->next = to->flags;
	to->flags = flag;
	fold_ticket_refresh(state, to);
}

static void fold_signal(struct state *state, const struct event *event)
{
	struct signal *signal = fold_create(state, RECORD_SIGNAL, event->seq);

	signal->client = event->client;
	signal->ticket = event->data.signal_noticed.ticket;
	signal->message = event->data.signal_noticed.message;
	signal->kind = event->data.signal_noticed.kind;
	signal->strength = event->data.signal_noticed.strength;
	signal->span_start = event->data.signal_noticed.span_start;
	signal->span_end = event->data.signal_noticed.span_end;
	signal->at = event->occurred_at;
}

void fold_promise(struct state *state, const struct event *event)
{
	/* In all these kinds the first field is the ticket. */
	int64_t ticket = event->data.field[0];

	if (event->kind == EV_SIGNAL_NOTICED) {
		fold_signal(state, event);
		return;
	}
	if (event->kind == EV_PROMISE_MADE)
		fold_promise_made(state, event);
	else if (event->kind == EV_FLAG_RAISED)
		fold_flag_raised(state, event);
	else if (event->kind == EV_FLAG_CLEARED)
		fold_flag_cleared(state, event);
	else if (event->kind == EV_FLAG_REOPENED)
		fold_flag_reopened(state, event);
	else if (event->kind == EV_FLAG_MOVED)
		fold_flag_moved(state, event);
	else
		fold_promise_change(state, event);
	fold_ticket_refresh(state, fold_touch(state, RECORD_TICKET, ticket));
}
