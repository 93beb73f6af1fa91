/*
 * What a webhook is told of an event: the same JSON as the API gives, for the
 * eyes of the member who owns the webhook, as things are when it is sent.
 */
#ifndef WEB_HOOK_BODY_H
#define WEB_HOOK_BODY_H

#include "base/arena.h"
#include "base/status.h"
#include "base/str.h"
#include "web/web.h"

/*
 * `event` 0 is a test. ST_FORBIDDEN when the owner may not see it,
 * ST_NOT_FOUND when it is not in the log.
 */
CHECKED enum status hook_body(struct web *web, struct arena *arena,
                              int64_t event, int64_t owner,
                              struct str *body_out);

#endif
