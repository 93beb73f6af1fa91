/*
 * The clock of one promise: how much working time was promised, how much is
 * used, and when it runs out if nothing else happens. Plain data; the caller
 * stores it in a row and its due times as timers. A clock never asks what time
 * it is: every instant comes from the event that is applied, so replaying a
 * log gives the same due times anywhere.
 */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/instant.h"
#include "core/time/calendar.h"

enum clock_state {
	CLOCK_NONE, /* zeroed memory; no signal is allowed */
	CLOCK_RUNNING,
	CLOCK_PAUSED,
	CLOCK_DONE, /* kept, withdrawn or voided: the promise says which */
	CLOCK_STATE_COUNT
};

/* "running" */
const char *clock_state_name(enum clock_state state);

struct clock {
	enum clock_state state;
	enum clock_state finished_from; /* while done; NONE means running */
	span_ms target;
	span_ms warn_before; /* warn with so much of it left; 0: do not */
	span_ms used;        /* working time spent before `since` */
	instant_ms start;
	instant_ms since; /* when the present state began */
	/*
	 * When the target runs out, and when the warning is given. While
	 * paused or done these keep an instant that was reached before, and
	 * are 0 otherwise. 0 while running: the calendar never gets there.
	 */
	instant_ms due;
	instant_ms warn;
};

/* Starts at `at`; target may be 0: due with the first working instant. */
struct clock clock_start(const struct calendar_history *hours, instant_ms at,
                         span_ms target, span_ms warn_before);

/*
 * Signals. One that changes nothing moves nothing, so a second pause for
 * another reason neither counts twice nor leaves a gap. A signal earlier than
 * `since` counts as of `since`: a client who answered before somebody set the
 * ticket to waiting ends that pause with no time in it.
 */
void clock_pause(struct clock *clock, const struct calendar_history *hours,
                 instant_ms at);
void clock_resume(struct clock *clock, const struct calendar_history *hours,
                  instant_ms at);
void clock_finish(struct clock *clock, const struct calendar_history *hours,
                  instant_ms at);
/*
 * Takes a finish back, as if the clock had never stopped: a reply that was
 * undone, or failed for good. The true due time comes back, maybe in the past.
 */
void clock_unfinish(struct clock *clock, const struct calendar_history *hours);

/*
 * Another target, for another request type or policy: time used and pauses
 * stay. A target that is already spent falls due when the present stretch
 * began, in the past, so that the caller acts at once.
 */
void clock_retarget(struct clock *clock, const struct calendar_history *hours,
                    span_ms target, span_ms warn_before);
/* Another calendar from `at` on: past time is kept under the old one. */
void clock_move(struct clock *clock, const struct calendar_history *old_hours,
                const struct calendar_history *new_hours, instant_ms at);
/* The calendar or the zone has a new version: what is open falls due anew. */
void clock_recompute(struct clock *clock, const struct calendar_history *hours);

/* Working time spent by `at`, and what is left of the target (or less). */
span_ms clock_used(const struct clock *clock,
                   const struct calendar_history *hours, instant_ms at);
span_ms clock_left(const struct clock *clock,
                   const struct calendar_history *hours, instant_ms at);

/*
 * The sum behind a due time, for the chip's menu: stretches in order, without
 * gaps. The counted column adds up to the working time between the ends.
 */
enum clock_line_kind {
	CLOCK_LINE_COUNTED,
	CLOCK_LINE_PAUSED,
	CLOCK_LINE_CLOSED,
	/* What did not fit, in one line: its closed and paused time too. */
	CLOCK_LINE_REST,
};

struct clock_line {
	enum clock_line_kind kind;
	int reason; /* of the pause */
	instant_ms from;
	instant_ms to;
	span_ms counted;
};

/* Writes at most `line_max` (at least 1) lines and returns how many. */
size_t clock_sum(const struct calendar_history *hours, instant_ms from,
                 instant_ms to, const struct calendar_pauses *pauses,
                 struct clock_line *lines_out, size_t line_max);

#endif
