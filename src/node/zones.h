/*
 * The zones of this machine: TZif files under /usr/share/zoneinfo (or the
 * folder in TZDIR). The only place that reads them.
 */
#ifndef NODE_ZONES_H
#define NODE_ZONES_H

#include <stddef.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/str.h"
#include "base/zone.h"

/*
 * ST_INVALID for a name that could leave the folder or is no zone file,
 * ST_NOT_FOUND for one that is not there; the problem's field is "zone". "UTC"
 * needs no file.
 */
CHECKED enum status zones_load(struct arena *arena, struct str name,
                               const struct zone **zone_out,
                               struct problem *problem_out);
/*
 * For what must go on: UTC when the zone cannot be had. Then *problem_out says
 * why; its text is empty when all is well.
 */
const struct zone *zones_load_or_utc(struct arena *arena, struct str name,
                                     struct problem *problem_out);

/* Names to choose from, sorted, UTC among them; empty without a database. */
struct zones_names {
	const struct str *list;
	size_t count;
};
struct zones_names zones_list(struct arena *arena);

#endif
