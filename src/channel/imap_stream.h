/*
 * The worker's connection: a TCP socket, TLS by GnuTLS over it, and the two as
 * a stream of libetpan's. What libetpan may read in one command is bounded in
 * bytes and in time here, below its parser.
 *
 * libetpan can do TLS itself, but then accepts every certificate; so it never
 * sees a socket.
 */
#ifndef CHANNEL_IMAP_STREAM_H
#define CHANNEL_IMAP_STREAM_H

#include <gnutls/gnutls.h>
#include <libetpan/libetpan.h>

#include "channel/imap.h"

struct imap_stream {
	int fd;
	gnutls_certificate_credentials_t trust;
	gnutls_session_t tls;
	span_ms patience;
	int64_t deadline; /* of the command, on wire_tick() */
	/* So much must come within a patience, or it is a drip. */
	int64_t window_until;
	size_t window_bytes;
	size_t budget;         /* bytes that the command may still read */
	struct str greeting;   /* to be read before what the server says */
	struct imap_said said; /* why reading or writing failed */
};

/* Reads the authorities; files are needed for that alone. */
bool imap_stream_trust(struct imap_stream *stream, struct str ca_file);
/* Finds the host and connects. */
bool imap_stream_connect(struct imap_stream *stream, struct str host,
                         unsigned port);
/*
 * STARTTLS if need be, then TLS with the server proved to be `host`; nothing
 * else is sent before that.
 */
bool imap_stream_secure(struct imap_stream *stream, struct str host,
                        enum imap_tls how);
/* For libetpan; closes nothing when it is freed. */
mailstream *imap_stream_open(struct imap_stream *stream);

/* Before each command: what it may take. */
void imap_stream_allow(struct imap_stream *stream, size_t bytes, span_ms most);
/* Whether something can be read without waiting for the socket. */
bool imap_stream_pending(const struct imap_stream *stream);

/* Keeps the first reason; always false. */
bool imap_stream_fail(struct imap_stream *stream, enum imap_fault fault,
                      const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
