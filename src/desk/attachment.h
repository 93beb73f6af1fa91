/*
 * Attachments as words of a message: one line each, fields parted by tabs, so
 * that names can be erased with the message. The bytes are a part of the raw
 * mail, or an uploaded blob.
 */
#ifndef DESK_ATTACHMENT_H
#define DESK_ATTACHMENT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"
#include "base/str.h"
#include "mail/message.h"

struct attachment {
	struct str name, type, content_id;
	int64_t size;
	int64_t offset, length; /* in the raw mail */
	int64_t encoding;       /* enum mail_encoding */
	bool is_inline;
	int64_t blob; /* of an upload; 0: it is in the raw mail */
};

void attachment_print(struct buf *out, const struct attachment *attachment);
/* What a parsed mail carries. */
struct str attachment_lines(struct arena *arena, const struct mail *mail);
/* Reads at most `room`; a damaged line is left out. */
size_t attachment_parse(struct str lines, struct attachment *out, size_t room);

#endif
