/*
 * One LMTP conversation (RFC 2033 over RFC 5321), as a pure state machine:
 * bytes in, bytes out, and calls on the driver. No socket, no clock.
 *
 * Promises. Only CRLF "." CRLF ends a mail. A bare CR or LF inside one never
 * ends it and has it refused after its true end, so nothing can be smuggled
 * behind it. Each recipient gets an answer of its own, 250 only after the
 * driver said ST_OK. Memory is bounded by base/limits.h whatever comes in.
 */
#ifndef CHANNEL_LMTP_SESSION_H
#define CHANNEL_LMTP_SESSION_H

#include "base/buf.h"
#include "channel/channel.h"

struct lmtp_session;

/* `driver`, `host` (our name in greetings) and `peer` must outlive it. */
struct lmtp_session *lmtp_session_new(const struct channel_driver *driver,
                                      struct str host, struct str peer);
/* Drops a mail that is not finished. Sets *session to NULL; NULL is fine. */
void lmtp_session_free(struct lmtp_session **session);

/* The 220 line that a server says first. */
void lmtp_session_greet(const struct lmtp_session *session, struct buf *out);

/*
 * Takes the next bytes, cut anywhere, and appends the answers to `out`. Blocks
 * in the driver at the end of each mail. Bytes after the end are ignored.
 */
void lmtp_session_feed(struct lmtp_session *session, struct str bytes,
                       struct buf *out);
/* What feeding `bytes` bytes can add to `out` at most: a size for its buffer.
 */
#define LMTP_ANSWER_BYTES_MAX(bytes) ((bytes)*64 + ((size_t)1 << 20))

/* True after QUIT, too many errors or `leave`: send what is left and close. */
bool lmtp_session_ended(const struct lmtp_session *session);
/* Mails taken to their end so far, refused ones too. */
size_t lmtp_session_mails(const struct lmtp_session *session);

/* Bytes of memory that the unfinished mail holds. */
size_t lmtp_session_held(const struct lmtp_session *session);
/* Lets go of the unfinished mail: it will be answered 452, try later. */
void lmtp_session_shed(struct lmtp_session *session);

/* Why the server ends a conversation by itself. */
enum lmtp_leave {
	LMTP_LEAVE_STOPPING, /* the program is going down */
	LMTP_LEAVE_TIMEOUT,
};
/* Says 421 and ends the session. */
void lmtp_session_leave(struct lmtp_session *session, enum lmtp_leave why,
                        struct buf *out);

#endif
