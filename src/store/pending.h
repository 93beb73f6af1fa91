/*
 * What was begun in slices and is not done: how far it is, kept in the
 * transaction of each slice, so that a start goes on with it.
 */
#ifndef STORE_PENDING_H
#define STORE_PENDING_H

#include "base/str.h"
#include "store/sql.h"

/* Open promises fall due anew: behind which one to go on. */
#define PENDING_RECOMPUTE STR("recompute")

/* From the start on, also when some of it was done. */
CHECKED enum status pending_begin(struct sql_db *db, struct str name);
/*
 * From `after` to `last`; 0: it is done. Nothing when it stands elsewhere: it
 * was begun anew meanwhile.
 */
CHECKED enum status pending_move(struct sql_db *db, struct str name,
                                 int64_t after, int64_t last);
/* False in *found_out: nothing is to be done. */
CHECKED enum status pending_find(struct sql_db *db, struct str name,
                                 int64_t *after_out, bool *found_out);

#endif
