/*
 * Calendars as JSON text, the form in which they are stored, sent over the API
 * and given to `holdfast explain due`:
 *
 *   {"zone": "Europe/Berlin",
 *    "week": {"mon": [["09:00", "13:00"], ["14:00", "18:00"]], ...},
 *    "days": {"2026-12-24": [["09:00", "12:00"]]},
 *    "holidays": ["2026-12-25"]}
 *
 * Every member may be left out: no zone is UTC, no hours are closed. A holiday
 * may also be an object {"date": "2026-12-25", "name": "Christmas Day"}.
 * Anything else is refused with a problem that names the field ("week.mon[1]").
 */
#ifndef CORE_CALENDAR_TEXT_H
#define CORE_CALENDAR_TEXT_H

#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"
#include "base/str.h"
#include "core/time/calendar.h"

/* ST_INVALID or ST_LIMIT with a problem; the plan lives in the arena. */
CHECKED enum status calendar_text_parse(struct arena *arena, struct str text,
                                        struct calendar_plan *plan_out,
                                        struct problem *problem_out);
/* The same from a document that is already parsed. */
CHECKED enum status calendar_text_read(struct arena *arena, const json_t *json,
                                       struct calendar_plan *plan_out,
                                       struct problem *problem_out);

/*
 * Prints a plan, days in order; parsing it again gives the same calendar. All
 * seven days are named, so that what is closed is seen to be closed.
 */
void calendar_text_print(const struct calendar_plan *plan, struct buf *buf);

#endif
