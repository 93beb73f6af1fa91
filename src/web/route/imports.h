/* Moving in, for the live stream. */
#ifndef WEB_IMPORTS_H
#define WEB_IMPORTS_H

#include "web/render/render.h"
#include "web/web.h"

/* The import as the stream tells it: {import}. ST_NOT_FOUND. */
CHECKED enum status import_stream_json(struct web *web,
                                       const struct reading *reading,
                                       struct json_out *out, int64_t import);

#endif
