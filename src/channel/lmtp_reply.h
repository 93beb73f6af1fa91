/*
 * The one table from status to SMTP answer: code, enhanced code (RFC 3463) and
 * text, for what the driver says of a recipient or of a mail.
 */
#ifndef CHANNEL_LMTP_REPLY_H
#define CHANNEL_LMTP_REPLY_H

#include "base/buf.h"
#include "base/status.h"

/* At which point an answer is given: its words differ a little. */
enum lmtp_reply_step {
	LMTP_REPLY_RECIPIENT, /* to RCPT TO */
	LMTP_REPLY_MAIL,      /* per recipient, after the end of data */
	LMTP_REPLY_STEP_COUNT
};

/* Appends the whole line, with `address` in it, to `out`. */
void lmtp_reply_status(struct buf *out, enum lmtp_reply_step step,
                       enum status status, struct str address);

#endif
