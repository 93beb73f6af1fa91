/*
 * The way in for programs that can only pipe: a mail on a descriptor is made
 * fit for the wire and handed to the running server's LMTP listener, which
 * answers for each recipient.
 */
#ifndef CHANNEL_PIPE_H
#define CHANNEL_PIPE_H

#include "base/buf.h"
#include "base/instant.h"
#include "channel/channel.h"

/* The server's last word on one recipient. */
struct pipe_answer {
	int code;       /* 250; 450 when the server was away or fell silent */
	char text[256]; /* "250 2.0.0 Stored for <a@b.example>" */
};

/*
 * Reads all of `fd`. ST_LIMIT over LIMIT_MAIL_BYTES, ST_BUSY when reading
 * fails; `raw_out` then holds a part.
 */
CHECKED enum status pipe_read(int fd, struct buf *raw_out);

/*
 * Appends the mail with CRLF for every line end, LF and CR alone too, and one
 * at its end; a "From " line that mailbox files begin with is left out.
 */
void pipe_text(struct str raw, struct buf *out);

/*
 * The address of a Return-Path field on top of the mail (empty: the null one);
 * without the field that of From.
 */
struct str pipe_return_path(struct str raw);

/*
 * Delivers over LMTP to `address` (see lmtp_socket.h) and fills an answer for
 * each recipient of the envelope. Blocks up to `patience` for each step.
 */
void pipe_deliver(struct str address, const struct envelope *envelope,
                  struct str raw, span_ms patience,
                  struct pipe_answer answers[]);

#endif
