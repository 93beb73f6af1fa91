/*
 * Moments as people type them: "tomorrow 9", "in 2 days", "fri 14:00", "next
 * week", "12 dec", "24.12. 8:30". Read on the wall of a zone; a day without a
 * time means the first working hour of that day, or nine o'clock. What this
 * does not know is left to core/text/deadline.h, which reads whole sentences in
 * more languages.
 */
#ifndef CORE_MOMENT_H
#define CORE_MOMENT_H

#include "base/arena.h"
#include "base/status.h"
#include "core/time/calendar.h"

#define MOMENT_TEXT_BYTES 200
#define MOMENT_LABEL_SIZE 48
#define MOMENTS_MAX       8

struct moment {
	instant_ms at;
	char label[MOMENT_LABEL_SIZE]; /* "Tue 24 Nov, 09:00", "Later today" */
};

struct moment_where {
	instant_ms now;
	const struct zone *zone;              /* NULL: UTC */
	const struct calendar_history *hours; /* NULL: around the clock */
};

/* ST_INVALID when it is no moment, or one that is past. */
CHECKED enum status moment_read(struct arena *arena, struct str text,
                                const struct moment_where *where,
                                struct moment *moment_out,
                                struct problem *problem_out);
/* What people choose most, soonest first; `room` is MOMENTS_MAX. */
size_t moment_presets(const struct moment_where *where,
                      struct moment moments_out[MOMENTS_MAX]);
/* The next instant in working hours; `now` itself if that is one. */
instant_ms moment_working(const struct moment_where *where, instant_ms from);
/* "Tue 24 Nov, 09:00"; with the year when it is another one. */
void moment_label(const struct moment_where *where, instant_ms at,
                  char label_out[MOMENT_LABEL_SIZE]);

#endif
