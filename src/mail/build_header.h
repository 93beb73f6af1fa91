/*
 * Header fields of outgoing mail, folded and encoded. Private to build*.c and
 * address printing.
 */
#ifndef MAIL_BUILD_HEADER_H
#define MAIL_BUILD_HEADER_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "mail/message.h"

/* "Subject: ..." as text for people. */
void build_text(struct arena *arena, struct buf *out, const char *name,
                struct str value);
/* A value of ASCII tokens that we made; other bytes are dropped. */
void build_token(struct buf *out, const char *name, struct str value);
/* Nothing for an empty list; invalid addresses are left out. */
void build_addresses(struct arena *arena, struct buf *out, const char *name,
                     const struct mail_addresses *addresses);
/* "<a> <b>", folded; ids that cannot be ids are left out. */
void build_ids(struct buf *out, const char *name, const struct mail_ids *ids);
bool build_id_valid(struct str id);
/* `; filename="..."`, by RFC 2231 when it must. */
void build_parameter(struct arena *arena, struct buf *out, const char *name,
                     struct str value);

/* Text as encoded words with folds between them, from that column on. */
void build_words(struct buf *out, struct str text, size_t column);

#endif
