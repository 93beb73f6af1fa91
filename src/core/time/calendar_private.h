/*
 * What calendar.c and calendar_wall.c share: a calendar made ready, and working
 * time on a wall without clock changes. There it is a function of the wall time
 * alone: weeks times the week's sum, plus the days of this week, plus what
 * special days added or took. The function and its inverse cost a binary
 * search over the special days.
 */
#ifndef CORE_CALENDAR_PRIVATE_H
#define CORE_CALENDAR_PRIVATE_H

#include <stddef.h>
#include <stdint.h>

#include "core/time/calendar.h"

/* A day that is not as its weekday. */
struct calendar_exception {
	int32_t day;
	struct calendar_hours hours;
	span_ms total;
	span_ms before; /* worked from the fixed Monday until it begins */
};

struct calendar {
	const struct zone *zone;       /* NULL: around the clock, of no zone */
	struct calendar_hours week[7]; /* sorted, what touches is one */
	span_ms week_before[8]; /* worked from Monday to each day; the sum */
	const struct calendar_exception *exceptions; /* ascending */
	size_t exception_count;
};

static inline int64_t calendar_floor(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* What no calendar means. */
const struct calendar *calendar_always(void);

/* The hours of the date with that day number. */
const struct calendar_hours *calendar_hours_of(const struct calendar *calendar,
                                               int64_t day);

/* Worked time from the fixed Monday to a wall time; never falls. */
span_ms calendar_wall_worked(const struct calendar *calendar, instant_ms wall);
/*
 * The first wall time by which `worked` has passed since the fixed Monday.
 * Only asked for sums that calendar_wall_worked() reaches somewhere.
 */
instant_ms calendar_wall_first(const struct calendar *calendar, span_ms worked);
/* The last wall time until which no more than `worked` has passed. */
instant_ms calendar_wall_last(const struct calendar *calendar, span_ms worked);

#endif
