#include "core/time/clock.h"

#include <assert.h>

enum clock_signal {
	CLOCK_PAUSE,
	CLOCK_RESUME,
	CLOCK_FINISH,
	CLOCK_SIGNAL_COUNT
};

/*
 * Every transition there is; a cell left out is CLOCK_NONE, a bug. What is done
 * stays done, except by clock_unfinish(): reopening a ticket starts a new
 * clock.
 */
/* clang-format off */
static const enum clock_state clock_next[CLOCK_STATE_COUNT][CLOCK_SIGNAL_COUNT] = {
	[CLOCK_RUNNING] = { [CLOCK_PAUSE] = CLOCK_PAUSED, [CLOCK_RESUME] = CLOCK_RUNNING, [CLOCK_FINISH] = CLOCK_DONE },
	[CLOCK_PAUSED]  = { [CLOCK_PAUSE] = CLOCK_PAUSED, [CLOCK_RESUME] = CLOCK_RUNNING, [CLOCK_FINISH] = CLOCK_DONE },
	[CLOCK_DONE]    = { [CLOCK_PAUSE] = CLOCK_DONE,   [CLOCK_RESUME] = CLOCK_DONE,    [CLOCK_FINISH] = CLOCK_DONE },
};
/* clang-format on */

static const char *const clock_state_names[CLOCK_STATE_COUNT] = {
	[CLOCK_NONE] = "none",
	[CLOCK_RUNNING] = "running",
	[CLOCK_PAUSED] = "paused",
	[CLOCK_DONE] = "done",
};

const char *clock_state_name(enum clock_state state)
{
	assert(state < CLOCK_STATE_COUNT);
	return clock_state_names[state];
}

/* When `spent` of working time is used up, counted from this stretch. */
static instant_ms clock_reach(const struct clock *clock,
                              const struct calendar_history *hours,
                              span_ms spent)
{
	instant_ms at;

	/* Spent before: in the past, so that the caller acts at once. */
	if (spent < clock->used || (spent == clock->used && spent > 0))
		return clock->since;
	if (calendar_add(hours, clock->since, spent - clock->used, NULL, &at) !=
	    ST_OK)
		return 0;
	return at;
}

/*
 * Both instants as a running clock has them. One that was reached before this
 * stretch keeps its true time, whatever calendar holds now.
 */
static void clock_forecast(struct clock *clock,
                           const struct calendar_history *hours)
{
	span_ms warn_at = clock->target - clock->warn_before;

	if (clock->due == 0 || clock->due > clock->since)
		clock->due = clock_reach(clock, hours, clock->target);
	if (clock->warn > 0 && clock->warn <= clock->since)
		return;
	clock->warn = 0;
	if (clock->warn_before > 0 && warn_at > 0)
		clock->warn = clock_reach(clock, hours, warn_at);
}

/* Forgets what a clock that stops at `since` will not reach. */
static void clock_forget(struct clock *clock)
{
	if (clock->due > clock->since)
		clock->due = 0;
	if (clock->warn > clock->since)
		clock->warn = 0;
}

struct clock clock_start(const struct calendar_history *hours, instant_ms at,
                         span_ms target, span_ms warn_before)
{
	struct clock clock = {
		.state = CLOCK_RUNNING,
		.target = target,
		.warn_before = warn_before,
		.start = at,
		.since = at,
	};

	assert(target >= 0 && warn_before >= 0);
	clock_forecast(&clock, hours);
	return clock;
}

span_ms clock_used(const struct clock *clock,
                   const struct calendar_history *hours, instant_ms at)
{
	assert(clock->used >= 0);
	if (clock->state != CLOCK_RUNNING || at <= clock->since)
		return clock->used;
	return clock->used + calendar_span(hours, clock->since, at, NULL);
}

span_ms clock_left(const struct clock *clock,
                   const struct calendar_history *hours, instant_ms at)
{
	return clock->target - clock_used(clock, hours, at);
}

static void clock_step(struct clock *clock,
                       const struct calendar_history *hours,
                       enum clock_signal signal, instant_ms at)
{
	enum clock_state next = clock_next[clock->state][signal];

	assert(next != CLOCK_NONE);
	if (next == clock->state)
		return;
	if (at < clock->since)
		at = clock->since;
	clock->used = clock_used(clock, hours, at);
	clock->since = at;
	clock->state = next;
}

void clock_pause(struct clock *clock, const struct calendar_history *hours,
                 instant_ms at)
{
	clock_step(clock, hours, CLOCK_PAUSE, at);
	if (clock->state == CLOCK_PAUSED)
		clock_forget(clock);
}

void clock_resume(struct clock *clock, const struct calendar_history *hours,
                  instant_ms at)
{
	if (clock->state != CLOCK_PAUSED)
		return;
	clock_step(clock, hours, CLOCK_RESUME, at);
	clock_forecast(clock, hours);
}

void clock_finish(struct clock *clock, const struct calendar_history *hours,
                  instant_ms at)
{
	enum clock_state from = clock->state;

	if (from == CLOCK_DONE)
		return;
	clock_step(clock, hours, CLOCK_FINISH, at);
	clock->finished_from = from;
	clock_forget(clock);
}

void clock_unfinish(struct clock *clock, const struct calendar_history *hours)
{
	if (clock->state != CLOCK_DONE)
		return;
	clock->state = clock->finished_from == CLOCK_PAUSED ? CLOCK_PAUSED
	                                                    : CLOCK_RUNNING;
	clock->finished_from = CLOCK_NONE;
	/* `since` is when it was finished, and no time was lost after it. */
	if (clock->state == CLOCK_RUNNING)
		clock_forecast(clock, hours);
}

void clock_retarget(struct clock *clock, const struct calendar_history *hours,
                    span_ms target, span_ms warn_before)
{
	assert(target >= 0 && warn_before >= 0);
	if (clock->state == CLOCK_DONE ||
	    (clock->target == target && clock->warn_before == warn_before))
		return;
	clock->target = target;
	clock->warn_before = warn_before;
	clock->due = clock->warn = 0;
	if (clock->state == CLOCK_RUNNING) {
		clock_forecast(clock, hours);
		return;
	}
	if (clock->used >= target)
		clock->due = clock->since;
	if (warn_before > 0 && target > warn_before &&
	    clock->used >= target - warn_before)
		clock->warn = clock->since;
}

void clock_move(struct clock *clock, const struct calendar_history *old_hours,
                const struct calendar_history *new_hours, instant_ms at)
{
	if (clock->state != CLOCK_RUNNING)
		return;
	if (at < clock->since)
		at = clock->since;
	clock->used = clock_used(clock, old_hours, at);
	clock->since = at;
	clock_forecast(clock, new_hours);
}

void clock_recompute(struct clock *clock, const struct calendar_history *hours)
{
	if (clock->state == CLOCK_RUNNING)
		clock_forecast(clock, hours);
}

/* The pause that covers `at`; else NULL, and where the next one begins. */
static const struct calendar_pause *
clock_pause_at(const struct calendar_pauses *pauses, instant_ms at,
               instant_ms *next_out)
{
	*next_out = ZONE_FOREVER;
	for (size_t i = 0; pauses && i < pauses->count; i++) {
		const struct calendar_pause *pause = &pauses->list[i];

		if (pause->to != 0 && pause->to <= pause->from)
			continue;
		if (pause->from <= at && (pause->to == 0 || at < pause->to))
			return pause;
		if (pause->from > at && pause->from < *next_out)
			*next_out = pause->from;
	}
	return NULL;
}

/* The stretch that begins at `from`, no further than `to`. */
static struct clock_line clock_line_at(const struct calendar_history *hours,
                                       instant_ms from, instant_ms to,
                                       const struct calendar_pauses *pauses)
{
	struct clock_line line = {.from = from, .to = to};
	instant_ms next;
	const struct calendar_pause *pause =
		clock_pause_at(pauses, from, &next);

	if (pause) {
		line.kind = CLOCK_LINE_PAUSED;
		line.reason = pause->reason;
		next = pause->to == 0 ? ZONE_FOREVER : pause->to;
	} else {
		struct calendar_stretch stretch =
			calendar_stretch_at(hours, from);

		line.kind =
			stretch.open ? CLOCK_LINE_COUNTED : CLOCK_LINE_CLOSED;
		if (stretch.until < next)
			next = stretch.until;
	}
	if (next < to)
		line.to = next;
	if (line.kind == CLOCK_LINE_COUNTED)
		line.counted = line.to - line.from;
	return line;
}

size_t clock_sum(const struct calendar_history *hours, instant_ms from,
                 instant_ms to, const struct calendar_pauses *pauses,
                 struct clock_line *lines_out, size_t line_max)
{
	size_t count = 0;

	assert(line_max > 0);
	while (from < to) {
		struct clock_line line = clock_line_at(hours, from, to, pauses);

		if (count == line_max - 1 && line.to < to) {
			line.kind = CLOCK_LINE_REST;
			line.reason = 0;
			line.to = to;
			line.counted = calendar_span(hours, from, to, pauses);
		}
		lines_out[count++] = line;
		from = line.to;
	}
	return count;
}
