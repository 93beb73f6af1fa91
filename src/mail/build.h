/*
 * Mails going out: a draft to the exact bytes that are sent. The output is
 * 7-bit safe, has CRLF line ends, lines of at most 998 bytes (78 where
 * possible) and exactly one From:. No field of a draft can add a header, a
 * recipient or a part, whatever it holds. The same draft always gives the same
 * bytes.
 */
#ifndef MAIL_BUILD_H
#define MAIL_BUILD_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/instant.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/str.h"
#include "mail/message.h"

#define BUILD_BYTES_MAX ((size_t)LIMIT_MAIL_BYTES * 2)

struct mail_draft_file {
	struct str name;
	struct str type;       /* "application/octet-stream" if not a type */
	struct str content_id; /* without <>; of an inline image */
	struct str bytes;
	bool is_inline; /* shown in the HTML by its content_id */
};

struct mail_draft {
	struct mail_address from;
	struct mail_addresses to, cc; /* Bcc is only in the envelope */
	struct mail_addresses reply_to;
	struct str subject;
	struct str message_id;      /* without <>; required */
	struct str in_reply_to;     /* "" for none */
	struct mail_ids references; /* oldest first */
	instant_ms date;
	int zone_minutes;          /* east of UTC, for the Date: header */
	struct str auto_submitted; /* "auto-replied"; "" when a person wrote */
	struct str loop;           /* our loop header's value; "" for none */
	struct str language;       /* Content-Language; "" for none */
	struct str text;           /* made from the HTML when empty */
	struct str html;           /* "" for a plain mail */
	const struct mail_draft_file *files;
	size_t file_count;
};

/*
 * Appends the mail to `out`. ST_INVALID when an address or the Message-ID
 * cannot be sent as they are (also non-ASCII addresses); ST_LIMIT when `out`
 * is full. On failure `out` is as it was.
 */
CHECKED enum status mail_build(struct arena *arena,
                               const struct mail_draft *draft, struct buf *out);

#endif
