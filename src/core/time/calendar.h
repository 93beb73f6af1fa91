/*
 * Working time. A calendar is open at an instant exactly when the wall clock
 * of its zone then shows a time inside an interval of the date that it shows;
 * so an hour that the clock skips is no working time, and one that it shows
 * twice counts twice. Spans are real elapsed milliseconds. See
 * doc/calendars.md.
 *
 * Everything here is integers, reads no clock, and costs time by the number
 * of clock changes between two instants, not by days: years are cheap.
 */
#ifndef CORE_CALENDAR_H
#define CORE_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/instant.h"
#include "base/status.h"
#include "base/str.h"
#include "base/zone.h"

/* Minutes of a day, half-open: 540..780 is 09:00 to 13:00, 1440 ends it. */
struct calendar_interval {
	int16_t from;
	int16_t to;
};

/* The hours of one day; none means closed. */
struct calendar_hours {
	const struct calendar_interval *intervals;
	size_t count;
};

/* Hours that replace the week's on one date. */
struct calendar_day {
	int32_t day; /* since 1970-01-01, as civil_days() */
	struct calendar_hours hours;
};

/*
 * A calendar as people edit it (core/time/calendar_text.h reads and prints it).
 * Order and overlaps do not matter: what is open twice is open once, and a
 * holiday wins over a special day.
 */
struct calendar_plan {
	struct str zone;               /* "Europe/Berlin" */
	struct calendar_hours week[7]; /* from Monday */
	const struct calendar_day *days;
	size_t day_count;
	const int32_t *holidays; /* days since 1970-01-01 */
	/* For people: NULL, or one for each of them, maybe empty. */
	const struct str *holiday_names;
	size_t holiday_count;
};

/* A plan made ready for arithmetic; never changed after it was built. */
struct calendar;

/*
 * `zone` is the one that the plan names; the calendar keeps the pointer and
 * copies all else. ST_INVALID for an interval outside the day or that does not
 * end after it starts, ST_LIMIT for too many days or intervals.
 */
CHECKED enum status calendar_build(struct arena *arena,
                                   const struct calendar_plan *plan,
                                   const struct zone *zone,
                                   const struct calendar **calendar_out,
                                   struct problem *problem_out);

/* One version: in force from `valid_from` until the next one's. */
struct calendar_version {
	instant_ms valid_from;
	const struct calendar *calendar; /* NULL: around the clock */
};

/*
 * The versions of one calendar, ascending. The version in force at each
 * instant counts; the first also governs what lies before it. A NULL history
 * or one without versions is open around the clock.
 */
struct calendar_history {
	const struct calendar_version *versions;
	size_t count;
};

/* A history of one version that always was, for callers who have but one. */
#define CALENDAR_VERSION(calendar) ((struct calendar_version){0, (calendar)})

/*
 * A break in a calendar with a reason, [from, to). A `to` of 0 has not ended.
 * Lists need no order, may overlap and may hold empty ones.
 */
struct calendar_pause {
	instant_ms from;
	instant_ms to;
	int reason; /* the caller's */
};

struct calendar_pauses {
	const struct calendar_pause *list;
	size_t count;
};

/*
 * The first instant at which `span` of working time has passed since `from`.
 * 0 gives the first working instant at or after `from`; a negative span
 * counts back to the last instant from which that much passes until `from`.
 * ST_LIMIT, leaving *due_out alone, when that takes more than
 * CALENDAR_YEARS_MAX years: a calendar without hours never gets there.
 * `pauses` may be NULL.
 */
#define CALENDAR_YEARS_MAX 400
CHECKED enum status calendar_add(const struct calendar_history *history,
                                 instant_ms from, span_ms span,
                                 const struct calendar_pauses *pauses,
                                 instant_ms *due_out);

/*
 * The same over time that is open in both, for what needs our staff and the
 * client's hours. `span` must not be negative. ST_LIMIT also when the two
 * have not met often enough within CALENDAR_BOTH_YEARS_MAX years.
 */
#define CALENDAR_BOTH_YEARS_MAX 10
CHECKED enum status calendar_add_both(const struct calendar_history *a,
                                      const struct calendar_history *b,
                                      instant_ms from, span_ms span,
                                      instant_ms *due_out);

/* Working time between two instants; negative if `to` is before `from`. */
span_ms calendar_span(const struct calendar_history *history, instant_ms from,
                      instant_ms to, const struct calendar_pauses *pauses);

bool calendar_open_at(const struct calendar_history *history, instant_ms at);
/*
 * The first open instant at or after `at`. ST_LIMIT when there is none, as in
 * calendar_add().
 */
CHECKED enum status calendar_next_open(const struct calendar_history *history,
                                       instant_ms at, instant_ms *open_out);
/*
 * `at` if it is open; else the end of the last open stretch before it.
 */
CHECKED enum status
calendar_previous_open(const struct calendar_history *history, instant_ms at,
                       instant_ms *open_out);

/* Whether it is open at `at`, and the first instant at which that changes. */
struct calendar_stretch {
	bool open;
	instant_ms until; /* ZONE_FOREVER: not within some years */
};
struct calendar_stretch
calendar_stretch_at(const struct calendar_history *history, instant_ms at);

#endif
