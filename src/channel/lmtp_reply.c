#include "channel/lmtp_reply.h"

#include <assert.h>

/*
 * Codes that start with 4 have the peer try again: everything that may pass
 * does, so that a full disk or a busy writer never costs a mail.
 */
/* clang-format off */
static const char *const lmtp_replies[LMTP_REPLY_STEP_COUNT][ST_COUNT] = {
	[LMTP_REPLY_RECIPIENT] = {
		[ST_OK]        = "250 2.1.5",
		[ST_NOT_FOUND] = "550 5.1.1 No such recipient here:",
		[ST_FORBIDDEN] = "550 5.7.1 No mail is taken for",
		[ST_INVALID]   = "553 5.1.3 Malformed address:",
		[ST_CONFLICT]  = "451 4.3.0 Try again for",
		[ST_LIMIT]     = "452 4.5.3 Too much at once for",
		[ST_BUSY]      = "451 4.3.2 Busy, try again for",
		[ST_UNCERTAIN] = "451 4.3.0 Try again for",
		[ST_STORE]     = "452 4.3.1 Cannot store mail now for",
	},
	[LMTP_REPLY_MAIL] = {
		[ST_OK]        = "250 2.0.0 Stored for",
		[ST_NOT_FOUND] = "550 5.1.1 No such recipient here:",
		[ST_FORBIDDEN] = "550 5.7.1 No mail is taken for",
		[ST_INVALID]   = "554 5.6.0 Not stored, malformed mail for",
		[ST_CONFLICT]  = "451 4.3.0 Not stored, try again for",
		[ST_LIMIT]     = "552 5.3.4 Not stored, over a limit for",
		[ST_BUSY]      = "451 4.3.2 Not stored, busy, try again for",
		[ST_UNCERTAIN] = "451 4.3.0 Perhaps not stored, try again for",
		[ST_STORE]     = "452 4.3.1 Not stored, no storage now for",
	},
};
/* clang-format on */

void lmtp_reply_status(struct buf *out, enum lmtp_reply_step step,
                       enum status status, struct str address)
{
	assert(step < LMTP_REPLY_STEP_COUNT && status < ST_COUNT);
	assert(lmtp_replies[step][status]);
	buf_text(out, lmtp_replies[step][status]);
	buf_text(out, " <");
	buf_str(out, address);
	buf_text(out, ">\r\n");
}
