/*
 * Strangers' bytes on their way to a browser. Nothing of them is ever shown by
 * what it claims to be: only pictures whose first bytes say so are inline, all
 * else is a download that no browser opens in our origin.
 */
#ifndef WEB_FILE_H
#define WEB_FILE_H

#include "web/render/render.h"
#include "web/request.h"

/* Attachment number `n` (from 1) of a message. ST_NOT_FOUND. */
CHECKED enum status file_attachment(const struct reading *reading,
                                    const struct view_message *message,
                                    int64_t n, struct response *response);
/* A mail as it came, for download. ST_NOT_FOUND. */
CHECKED enum status file_raw(const struct reading *reading, int64_t blob,
                             int64_t message, struct response *response);
/*
 * The cleaned HTML as a document of its own. Pictures that came with the mail
 * get their address, those elsewhere only with `images`.
 */
void file_frame(struct arena *arena, int64_t message, struct str html,
                struct str attachments, bool images, struct buf *out);
/* "image/png" by the first bytes; NULL for all that is no plain picture. */
const char *file_picture_type(struct str bytes);
/* The name with nothing in it that hides, leads elsewhere or ends a line. */
struct str file_name_safe(struct arena *arena, struct str name);
/* Content-Disposition, with the name in both forms that browsers read. */
struct str file_disposition(struct arena *arena, bool is_inline,
                            struct str name);

#endif
