/*
 * Bytes as a zone file. Oracles: spans hold the instant they were asked for
 * and follow each other without a gap, offsets stay in bounds, and a wall time
 * is never given an instant at which the clock shows less.
 */
#include <assert.h>
#include <stdint.h>

#include "base/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_span(const struct zone *zone, instant_ms at)
{
	struct zone_span span = zone_span_at(zone, at);
	struct civil civil = zone_civil(zone, at);
	instant_ms first, second;

	assert(span.from <= at && (at < span.until || at == ZONE_FOREVER));
	assert(span.offset > -26 * SPAN_HOUR && span.offset < 26 * SPAN_HOUR);
	assert(span.abbreviation);
	first = zone_to_utc(zone, &civil, ZONE_FIRST);
	second = zone_to_utc(zone, &civil, ZONE_SECOND);
	assert(first <= at && first <= second);
	assert(first + zone_offset_at(zone, first) >= civil_to_utc(&civil));
	if (span.until < ZONE_FOREVER)
		assert(zone_span_at(zone, span.until - 1).until == span.until);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new((size_t)64 << 20);
	struct str bytes = {(const char *)data, size};
	const struct zone *zone = NULL;
	struct problem problem = {0};

	if (zone_parse(arena, STR("Fuzz/Zone"), bytes, &zone, &problem) ==
	    ST_OK) {
		instant_ms at = -5000000000 * SPAN_SECOND;

		check_span(zone, -100000 * 365 * SPAN_DAY);
		for (int i = 0; i < 300 && at < 8000000000 * SPAN_SECOND; i++) {
			check_span(zone, at);
			at = zone_span_at(zone, at).until;
		}
		check_span(zone, 7777777777777);
	} else {
		assert(problem.text[0] != '\0');
	}
	arena_free(&arena);
	return 0;
}
