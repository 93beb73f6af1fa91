/*
 * A draft as bytes, for the way into the jail.
 */
#ifndef NODE_JAIL_DRAFT_H
#define NODE_JAIL_DRAFT_H

#include "mail/build.h"

#define JAIL_DRAFT_BYTES_MAX ((size_t)LIMIT_MAIL_BYTES + ((size_t)8 << 20))

/* Fails, by the buffer's latch, only when it is larger than `out` may be. */
void jail_draft_pack(const struct mail_draft *draft, struct buf *out);
/* ST_INVALID when the bytes are no draft. Texts point into `packed`. */
CHECKED enum status jail_draft_unpack(struct arena *arena, struct str packed,
                                      struct mail_draft *draft_out);

#endif
