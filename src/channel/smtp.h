/*
 * The way out: one mail to one submission server by SMTP, through libcurl.
 * Bytes and recipients are fixed by the caller; nothing here changes them.
 *
 * A server is believed only behind TLS whose chain and host name are verified;
 * there is no fallback. The answer says for each recipient whether to try
 * again; SMTP_UNCERTAIN is kept apart, because a second try may be a second
 * copy.
 */
#ifndef CHANNEL_SMTP_H
#define CHANNEL_SMTP_H

#include "base/instant.h"
#include "base/status.h"
#include "base/str.h"
#include "channel/smtp_talk.h"

enum smtp_tls {
	SMTP_TLS_IMPLICIT, /* TLS from the first byte, port 465 */
	SMTP_TLS_STARTTLS, /* required, port 587 */
	SMTP_TLS_NONE,     /* only for a host that `plain_allowed` names safe */
};

struct smtp_target {
	struct str host; /* a name, or an address without brackets */
	unsigned port;
	enum smtp_tls tls;
	bool plain_allowed; /* the configuration says so in words */
	struct str user;    /* empty: no sign-in; refused without TLS */
	struct str password;
	bool bearer;        /* the password is an access token (XOAUTH2) */
	struct str ca_file; /* empty: the system's authorities */
	struct str helo;    /* our name; empty gives "localhost" */
	/* 0 takes the default of each. */
	span_ms connect_max; /* 30 s */
	span_ms answer_max;  /* 10 min: RFC 5321 4.5.3.2.6, after the dot */
	span_ms total_max;   /* 30 min */
};

struct smtp_message {
	struct str sender; /* empty is the null return path */
	const struct str *recipients;
	size_t recipient_count;
	struct str raw; /* see smtp_check_raw() */
};

struct smtp_result {
	struct smtp_answer overall;
	struct smtp_answer *recipients; /* in the arena, one for each */
};

/* Once, before there are threads. */
void smtp_init(void);

/*
 * ST_OK when `raw` may go out as it is: lines end with CRLF, the last one too,
 * no CR, LF or NUL stands alone, none is longer than 998 bytes (RFC 5322
 * 2.1.1), and all is ASCII. ST_INVALID with the line in the problem if not.
 */
CHECKED enum status smtp_check_raw(struct str raw, struct problem *problem);

/*
 * Sends, blocking. ST_INVALID with a problem, nothing sent, when target or
 * message are malformed; ST_OK otherwise, and the result says how it went.
 */
CHECKED enum status smtp_send(struct arena *arena,
                              const struct smtp_target *target,
                              const struct smtp_message *message,
                              struct smtp_result *result_out,
                              struct problem *problem);
/*
 * Connects, verifies and signs in, and sends nothing: SMTP_SENT says that it
 * would have gone. ST_INVALID as above.
 */
CHECKED enum status smtp_try(struct arena *arena,
                             const struct smtp_target *target,
                             struct smtp_answer *answer_out,
                             struct problem *problem);

#endif
