/*
 * The MIME structure of a message as a flat list of parts in the order of the
 * bytes: one pass over the lines with an explicit stack, so neither depth nor
 * count can hurt. Parts are views into the raw mail; nothing is decoded.
 */
#ifndef MAIL_PART_H
#define MAIL_PART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"
#include "mail/header.h"
#include "mail/message.h"

struct part {
	size_t parent; /* index; PART_NONE for the root */
	unsigned depth;
	bool is_multipart;
	struct header header;
	struct header_params type; /* token "text/plain" when absent */
	struct header_params disposition;
	enum mail_encoding encoding;
	bool has_type;       /* a Content-Type was there */
	size_t body, length; /* offset and bytes in raw */
	size_t children;
};

#define PART_NONE ((size_t)-1)

struct parts {
	struct part *items; /* at least the root */
	size_t count;
	bool is_cut;      /* limits of depth or count were reached */
	bool is_unclosed; /* a multipart without its last boundary */
};

void parts_parse(struct arena *arena, struct str raw, struct parts *parts_out);

/* Body of a part as bytes, transfer encoding undone. */
struct str part_decoded(struct arena *arena, struct str raw,
                        const struct part *part);
/* Body as text: decoded, charset converted, LF line ends. */
struct str part_text(struct arena *arena, struct str raw,
                     const struct part *part, bool *clean_out);

bool part_is(const struct part *part, const char *type);
/* Type begins with "text/" and such. */
bool part_is_kind(const struct part *part, const char *kind);
/* File name from either header, "" when there is none. */
struct str part_name(const struct part *part);

#endif
