/*
 * A warning as it is answered and as it goes to its member's live streams.
 */
#ifndef WEB_NOTICE_H
#define WEB_NOTICE_H

#include "web/render/render.h"

CHECKED enum status render_notice(const struct reading *reading,
                                  struct json_out *out,
                                  const struct notice *notice);
/* {notice, unread, ring}: ring says whether it may show on the desktop now. */
CHECKED enum status notice_stream_json(const struct reading *reading,
                                       struct json_out *out, int64_t id);

#endif
