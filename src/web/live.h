/*
 * The live feed: what was committed, as events for the streams. The node tells
 * of each commit in order; a reader that comes back is told the same from the
 * log. A ticket is sent as it is now, once for all that happened to it.
 */
#ifndef WEB_LIVE_H
#define WEB_LIVE_H

#include "base/arena.h"
#include "core/event.h"
#include "store/sql.h"
#include "web/web.h"

/* As node_driver.skips. */
bool live_skips(struct web *web, int64_t seq);
/* As node_driver.committed: called from one thread, in order. */
void live_committed(struct web *web, struct sql_db *reader, struct arena *arena,
                    const struct event *events, size_t count);
/* As stream_port.catch_up; `context` is the web. */
CHECKED enum status live_catch_up(void *context, int64_t after, int64_t upto,
                                  const struct session *session,
                                  struct buf *out);
/* As node_driver.moved: an import is further than it was. */
void live_moved(struct web *web, int64_t import);
/* Once a second: counts, if something changed since they were sent. */
void live_tick(struct web *web);

/* Every second: jobs over many threads that have moved. bulk.c */
void jobs_tick(struct web *web);

#endif
