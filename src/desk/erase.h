/*
 * Forgetting a person: their words, and whatever of ours names them, leave the
 * workspace; the log keeps its numbers and still verifies. For the operator,
 * with the desk stopped.
 */
#ifndef DESK_ERASE_H
#define DESK_ERASE_H

#include "desk/desk.h"
#include "store/log.h"

struct erased {
	int64_t contents; /* events whose words, or some of them, are gone */
	int64_t blobs;
};

/*
 * With the records that were merged into this one. In transactions of its own;
 * afterwards no byte of the address is left in the file. Erasing again what is
 * erased is fine and finishes what a crash left. ST_NOT_FOUND.
 */
CHECKED enum status desk_erase(struct desk *desk, instant_ms now,
                               int64_t contact, struct erased *erased_out,
                               struct problem *problem_out);
/*
 * After a workspace came back from a copy: nothing that was waiting to be sent
 * is sent, no session lives on. Inside the caller's transaction.
 */
CHECKED enum status desk_restored(struct desk *desk, const struct turn *turn,
                                  struct outcome *outcome_out);

/* Somebody who was forgotten, known again in any copy of the workspace. */
struct erasure {
	unsigned char event[LOG_HASH_BYTES]; /* the one that made the contact */
	int64_t contact;
	instant_ms at;
};

/* Who was forgotten here, to be forgotten again in a restored copy. */
CHECKED enum status desk_erasures(struct sql_db *db,
                                  struct erasure *erasures_out, size_t room,
                                  size_t *count_out);
/*
 * Forgets them here, if they are here, and keeps that they are to be. In
 * transactions of its own, as desk_erase().
 */
CHECKED enum status desk_erase_again(struct desk *desk,
                                     const struct erasure *erasure,
                                     struct problem *problem_out);

#endif
