/*
 * Holidays out of an iCalendar file (RFC 5545), as offices publish them: the
 * all-day events, yearly ones repeated. Timed events are not holidays and are
 * counted, not refused. Given bytes, it gives dates; it reads no file.
 */
#ifndef CORE_HOLIDAYS_H
#define CORE_HOLIDAYS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/str.h"

struct holiday {
	int32_t day;     /* since 1970-01-01, as civil_days() */
	struct str name; /* SUMMARY, one line, may be empty */
};

struct holidays {
	const struct holiday *list; /* ascending, one a day */
	size_t count;
	size_t skipped; /* events that were timed, or repeat otherwise */
};

/*
 * The holidays within [first_day, last_day]. ST_INVALID for what is not an
 * iCalendar file or has no all-day event at all, ST_LIMIT for a file over
 * LIMIT_HOLIDAY_BYTES, more than LIMIT_HOLIDAYS dates or a longer range than
 * 50 years.
 */
CHECKED enum status holidays_parse(struct arena *arena, struct str bytes,
                                   int32_t first_day, int32_t last_day,
                                   struct holidays *holidays_out,
                                   struct problem *problem_out);

#endif
