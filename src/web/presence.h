/*
 * Who looks at which thread, and who writes an answer. It holds of now, so it
 * is in memory alone: no log, nothing after a restart. A place ends when its
 * page says so, 45 s after the last word from it, when the member's live
 * stream closes, and with the session. Nothing here counts as activity.
 */
#ifndef WEB_PRESENCE_H
#define WEB_PRESENCE_H

#include "base/arena.h"
#include "base/instant.h"
#include "web/request.h"

#define PRESENCE_LASTS     (45 * SPAN_SECOND)
#define PRESENCE_TAB_BYTES 64

struct presence;
struct web;

enum presence_doing {
	PRESENCE_GONE,
	PRESENCE_VIEWING,
	PRESENCE_REPLYING,
	PRESENCE_DOING_COUNT
};

/* Lives in `arena`. */
struct presence *presence_new(struct arena *arena);
void presence_release(struct presence *presence);

/*
 * Every second: what has run out. A member whose stream was open and is not
 * any more is gone.
 */
void presence_tick(struct web *web);
void presence_end_session(const struct web *web,
                          const uint8_t hash[SESSION_HASH_BYTES]);

#endif
