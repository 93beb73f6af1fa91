/*
 * What people typed, as handlers need it: read against the workspace, refused
 * with its place, answered as a list.
 */
#ifndef WEB_FIND_H
#define WEB_FIND_H

#include "desk/find.h"
#include "web/route/act.h"

/* In the arena. ST_INVALID with start, end and suggestion in the problem. */
CHECKED enum status web_find(struct request *request,
                             const struct reading *reading, struct str text,
                             const struct find **find_out,
                             const struct query **query_out);
/* "due", "newest" or "oldest"; due when absent. */
enum find_order web_find_order(struct str name);
/* "rank:key:id", as `next` gives it. */
bool web_find_place(struct str text, struct find_place *place_out);
/*
 * Members `tickets`, `next` and, when nothing was found for a slip of the
 * finger, `suggest`.
 */
CHECKED enum status
web_find_write(const struct reading *reading, struct json_out *out,
               const struct find *find, const struct query *query,
               struct str text, enum find_order order,
               const struct find_place *after, size_t limit);
/* GET /api/tickets with `q` or `order`. */
CHECKED enum status web_find_list(struct request *request,
                                  struct response *response);
/* What the text could have been; empty when there is nothing near. */
CHECKED enum status web_find_suggest(const struct reading *reading,
                                     const struct query *query, struct str text,
                                     struct str *suggest_out);

#endif
