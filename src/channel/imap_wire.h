/*
 * What an IMAP worker and the program tell each other: frames of a number and
 * some fields through a socket pair. What comes from a worker is read as from
 * a stranger, for that is who may speak through it.
 */
#ifndef CHANNEL_IMAP_WIRE_H
#define CHANNEL_IMAP_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "node/wire.h"

/* The worker's end of the pair. */
#define IMAP_CHANNEL 3
/* A mail as it may come, and some more for the fields around it. */
#define IMAP_FRAME_BYTES ((size_t)(51u << 20))

enum imap_op {
	IMAP_OP_NONE,
	IMAP_OP_OPEN,    /* host, port, tls, patience, authorities */
	IMAP_OP_SIGN_IN, /* auth, user, secret */
	IMAP_OP_FOLDERS,
	IMAP_OP_SELECT, /* folder */
	IMAP_OP_LIST,   /* first, last */
	IMAP_OP_FETCH,  /* uid, whether the header is enough */
	IMAP_OP_WAIT,   /* how long */
	IMAP_OP_WAKE,   /* ends a wait; no answer of its own */
	IMAP_OP_HAS,    /* message id */
	IMAP_OP_APPEND, /* folder, when, bytes */
	IMAP_OP_COUNT
};

/* Before each request and each answer. */
struct imap_frame {
	uint32_t magic;
	uint32_t code; /* enum imap_op, or enum status */
	uint64_t length;
};

void wire_put(struct buf *buf, int64_t number);
void wire_put_str(struct buf *buf, struct str text);

/* Takes fields off the front; after the first that is missing all are 0. */
struct wire {
	struct str rest;
	bool bad;
};
int64_t wire_take(struct wire *wire);
struct str wire_take_str(struct wire *wire); /* borrowed from the frame */
/* Whether all was there, and nothing else. */
bool wire_end(const struct wire *wire);

/*
 * Whole frames on a socket, as node/wire.h has it. False when the other side
 * is gone, late, or talks nonsense.
 */
bool frame_send(int fd, uint32_t code, struct str fields, int64_t deadline);
/* Only of a frame of at most `most` bytes, which come behind it. */
bool frame_receive(int fd, size_t most, struct imap_frame *frame_out,
                   int64_t deadline);

#endif
