/*
 * Which parts of a message are its words and which are attachments. Private to
 * mail_parse().
 */
#ifndef MAIL_BODY_H
#define MAIL_BODY_H

#include "base/arena.h"
#include "base/str.h"
#include "mail/message.h"
#include "mail/part.h"

struct body {
	struct str text; /* plain text, LF */
	struct str html; /* as it came, not cleaned; "" when there is none */
	bool is_odd;     /* a charset was guessed or text was cut */
	struct mail_attachment *attachments;
	size_t attachment_count;
	bool attachments_cut;
};

void body_collect(struct arena *arena, struct str raw,
                  const struct parts *parts, struct body *body_out);

/* "scan.pdf" of a stranger's file name; "" when nothing is left of it. */
struct str body_file_name(struct arena *arena, struct str name);

#endif
