/*
 * From what a person typed to what the store looks for: names become members,
 * clients and brands, words like "open" become the masks of rows. One reading
 * for search, lists, counts, saved views, bulk and export.
 */
#ifndef DESK_FIND_H
#define DESK_FIND_H

#include "desk/agency.h"
#include "store/find.h"

struct find_asked {
	const struct agency *agency;
	struct str text;
	int64_t member; /* who asks: "mine", "me" */
	instant_ms now;
};

/*
 * ST_INVALID with the error: it is not understood, or there is no such member
 * or brand. A client of whom nobody has heard is no error: nothing is found.
 * `query_out` (may be NULL) has the terms as they were read.
 */
CHECKED enum status desk_find(struct sql_db *db, struct arena *arena,
                              const struct find_asked *asked,
                              struct find *find_out, struct query *query_out,
                              struct query_error *error_out);

#endif
