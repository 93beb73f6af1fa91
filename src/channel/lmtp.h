/*
 * The LMTP listener: sockets and threads around lmtp_session. A pool of
 * threads shares one epoll set; a connection is served by one thread at a
 * time, and holds a thread only while there is something to read or while its
 * mail is being committed. A slow peer therefore costs memory, never a thread,
 * and as many mails as there are threads wait for the store at once.
 *
 * LMTP is for a mail server on this machine: there is no authentication and
 * no TLS. Listen on loopback or on a unix socket.
 */
#ifndef CHANNEL_LMTP_H
#define CHANNEL_LMTP_H

#include <stddef.h>

#include "base/instant.h"
#include "channel/channel.h"

#define LMTP_ADDRESS_DEFAULT "127.0.0.1:2424"

struct lmtp_config {
	/* "127.0.0.1:2424", "[::1]:2424" (port 0: any), or "/path/socket" */
	struct str address;
	struct str host; /* our name in greetings */
	const struct channel_driver *driver;
	/* 0 takes the default of each. */
	unsigned threads;     /* 32: mails that can wait for a commit */
	unsigned connections; /* LIMIT_LMTP_CONNECTIONS; more get 421 */
	size_t held_bytes;    /* LIMIT_LMTP_HELD_BYTES; over it, 452 */
	span_ms idle;         /* 5 minutes without a byte */
	span_ms mail;         /* 10 minutes without a finished mail */
};

struct lmtp;

/* What has happened since the start; all only grow, but for `open`. */
struct lmtp_counts {
	size_t accepted; /* connections */
	size_t refused;  /* connections over the cap */
	size_t expired;  /* connections that were too slow */
	size_t mails;    /* taken to their end, refused ones too */
	size_t open;     /* connections now */
};

/*
 * Listens and serves until lmtp_stop(). The driver must outlive it; the texts
 * are copied. ST_INVALID with a problem that names the address when it is
 * malformed or cannot be listened on.
 */
CHECKED enum status lmtp_start(const struct lmtp_config *config,
                               struct lmtp **lmtp_out, struct problem *problem);

/* The port listened on; 0 for a unix socket. */
unsigned lmtp_port(const struct lmtp *lmtp);
struct lmtp_counts lmtp_counts(const struct lmtp *lmtp);

/*
 * Stops listening, lets mails that are with the driver get their answers,
 * says 421 to everybody else, and joins the threads. Sets *lmtp to NULL; NULL
 * is fine.
 */
void lmtp_stop(struct lmtp **stopped);

#endif
