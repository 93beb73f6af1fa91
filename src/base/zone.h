/*
 * Time zones, read from the bytes of a TZif file (RFC 8536, versions 1 to 4),
 * including the POSIX rule in its footer that governs every later year. Pure
 * and bounded: the file is fetched by node/zones.h, and a hostile one is
 * refused with a problem. A zone is never changed after it was parsed and may
 * be shared between threads.
 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/instant.h"
#include "base/status.h"
#include "base/str.h"

struct zone;

/* Beyond every instant that a record may hold; its negative is before all. */
#define ZONE_FOREVER ((instant_ms)1 << 60)

/* Stretch of time in which the wall clock differs from UTC by one amount. */
struct zone_span {
	instant_ms from;  /* -ZONE_FOREVER when it has no beginning */
	instant_ms until; /* exclusive; ZONE_FOREVER when it has no end */
	span_ms offset;   /* wall = UTC + offset */
	bool is_dst;
	const char *abbreviation; /* "CEST"; lives as long as the zone */
};

/* Which one, when the clock was set back and shows a time twice. */
enum zone_choice {
	ZONE_FIRST,
	ZONE_SECOND,
};

/*
 * Parses a file; `name` ("Europe/Berlin") is kept for printing. ST_INVALID
 * with a problem for anything that is not a usable TZif file, among them the
 * "right/" files, which count leap seconds.
 */
CHECKED enum status zone_parse(struct arena *arena, struct str name,
                               struct str bytes, const struct zone **zone_out,
                               struct problem *problem_out);

/* UTC without a file. */
const struct zone *zone_utc(void);
struct str zone_name(const struct zone *zone);

struct zone_span zone_span_at(const struct zone *zone, instant_ms at);
/* wall = at + offset */
span_ms zone_offset_at(const struct zone *zone, instant_ms at);

/* What the wall clock shows at an instant. */
struct civil zone_civil(const struct zone *zone, instant_ms at);
/*
 * The instant at which the wall clock shows `civil`. A time that the clock
 * skipped gives the first instant after the gap; for a time that it shows
 * twice, `choice` decides. ZONE_FIRST never goes back when `civil` goes on.
 */
instant_ms zone_to_utc(const struct zone *zone, const struct civil *civil,
                       enum zone_choice choice);

#endif
