/*
 * Forgetting a person: their words, and whatever of ours names them, leave the
 * workspace; the log keeps its numbers and still verifies. For the operator,
 * with the desk stopped.
 */
#ifndef DESK_ERASE_H
#define DESK_ERASE_H

#include "desk/desk.h"

struct erased {
	int64_t contents; /* events whose words, or some of them, are gone */
	int64_t blobs;
};

/*
 * In transactions of its own; afterwards no byte of the address is left in the
 * file. Erasing again what is erased is fine and finishes what a crash left.
 * ST_NOT_FOUND.
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
/* Who was forgotten here, to be forgotten again in a restored copy. */
CHECKED enum status desk_erasures(struct sql_db *db, int64_t *contacts_out,
                                  size_t room, size_t *count_out);

#endif
