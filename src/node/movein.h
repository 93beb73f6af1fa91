/*
 * Moving in: reads an mbox (or a folder that a channel hands over) as history.
 * One import at a time. A first look puts all mails in the order of time and
 * finds their threads; then several threads parse them in the jail, and the
 * writer files them one by one, patiently, so that live mail goes first.
 *
 * Bytes that are sent in pieces lie beside the workspace until it is done.
 */
#ifndef NODE_MOVEIN_H
#define NODE_MOVEIN_H

#include "base/arena.h"
#include "base/str.h"
#include "node/node.h"
#include "store/import.h"

#define MOVEIN_PIECE_BYTES  (4u << 20)
#define MOVEIN_FILES_MAX    64u
#define MOVEIN_LABELS_COUNT 1000u /* counted of one mailbox */

/*
 * What the way in to a mailbox is asked for: every mail of a folder behind
 * `after`, if the folder still is the one of `validity`, by UID. It tells
 * what went wrong in `problem`: ST_BUSY is tried again, ST_FORBIDDEN waits for
 * a person. What mail() answers but ST_OK ends it.
 */
struct movein_fetch {
	int64_t mailbox;
	struct str folder;
	uint32_t validity, after;
	void *sink;
	enum status (*mail)(void *sink, uint32_t validity, uint32_t uid,
	                    instant_ms at, struct str flags, struct str raw);
	struct problem *problem;
};

/*
 * Keeps bytes of an import at `at`, synced. ST_CONFLICT when other bytes are
 * wanted: *received_out is where to go on. ST_BUSY when the disk is full.
 */
CHECKED enum status node_movein_piece(struct node *node, int64_t import,
                                      int64_t at, struct str bytes,
                                      int64_t *received_out,
                                      struct problem *problem_out);

struct movein_label {
	struct str label;
	int64_t count;
};
/* What the bytes received so far carry, most frequent first. */
CHECKED enum status node_movein_labels(struct node *node, int64_t import,
                                       struct arena *arena,
                                       struct movein_label *labels_out,
                                       size_t room, size_t *count_out,
                                       struct problem *problem_out);

/* It was started, stopped or resumed. */
void node_movein_nudge(struct node *node, int64_t import);
/* What it has left, if it is the one that is being read; -1: not known. */
int64_t node_movein_left_ms(struct node *node, const struct import *row);

/*
 * Reads an import from these files instead of from its spool, and waits until
 * it is done, stopped or failed: for the command line. `tick` is called now
 * and then.
 */
CHECKED enum status node_movein_run(struct node *node, int64_t import,
                                    const char *const *paths, size_t count,
                                    void (*tick)(void *context), void *context,
                                    struct problem *problem_out);

#endif
