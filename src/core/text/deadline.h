/*
 * Times named in a text: "by Thursday 5pm", "before the 20th", "bis Freitag",
 * "avant le 12 mars", "2026-11-20", "in the next hour". Finds the phrase, and
 * resolves it against a given now where that needs no guess: "12/10" and "at
 * Easter" are found but stay unresolved.
 */
#ifndef CORE_DEADLINE_H
#define CORE_DEADLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/instant.h"
#include "base/str.h"
#include "base/zone.h"
#include "core/text/words.h"

#define DEADLINES_MAX 64u /* found in one text; later ones are ignored */

struct deadline {
	bool found;
	bool binding; /* by, before, within ...; else a bare date or time */
	bool past;    /* its clause speaks of what was, or the date is over */
	bool hours;   /* today or within hours: it presses */
	size_t start; /* bytes of the text */
	size_t end;
	uint32_t first; /* words [first, last] */
	uint32_t last;
	bool resolved;
	bool has_time;     /* else `date` is a day, and `at` its end */
	struct civil date; /* on the wall of the zone */
	instant_ms at;     /* 0 when not resolved */
};

/*
 * Every time that a text names, in order; returns how many. `now` 0 leaves
 * them unresolved; `zone` NULL is UTC.
 */
size_t deadline_scan(const struct words *words, instant_ms now,
                     const struct zone *zone, struct arena *arena,
                     const struct deadline **found_out);

#endif
