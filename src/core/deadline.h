/*
 * Times named in a text: "by Thursday 5pm", "before the 20th", "bis Freitag",
 * "avant le 12 mars", "2026-11-20". Finds the phrase, and resolves it against
 * a given now where that can be done without guessing; "before Black Friday"
 * and other events are found but stay unresolved unless their date is fixed.
 */
#ifndef CORE_DEADLINE_H
#define CORE_DEADLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/instant.h"
#include "base/str.h"
#include "core/words.h"

struct deadline {
	bool found;
	size_t start; /* bytes of the text */
	size_t end;
	bool resolved;
	bool has_time;     /* else `date` is a day, and `at` its end */
	struct civil date; /* on the reader's wall */
	instant_ms at;     /* 0 when not resolved */
};

/* The first binding deadline of a text, or .found false. */
struct deadline deadline_find(const struct words *words, instant_ms now,
                              int32_t offset_seconds);

#endif
