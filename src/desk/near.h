/*
 * Threads that may be the same as one: suggested with the reasons, never
 * merged by themselves. Looked at are those of the same client, what its
 * subjects name by number, and what quotes the same mails.
 */
#ifndef DESK_NEAR_H
#define DESK_NEAR_H

#include "base/arena.h"
#include "store/sql.h"

#define NEAR_MAX  10
#define NEAR_WHYS 5

struct near_ticket {
	int64_t id;
	int points; /* how much speaks for it */
	struct str why[NEAR_WHYS];
	size_t why_count;
};

/* The likeliest first. ST_NOT_FOUND. */
CHECKED enum status desk_near(struct sql_db *db, struct arena *arena,
                              int64_t ticket,
                              struct near_ticket near_out[NEAR_MAX],
                              size_t *count_out);

/*
 * A subject without "Re:", "Fwd:" and the like, brackets with numbers, case
 * and doubled spaces.
 */
struct str near_subject(struct arena *arena, struct str subject);

#endif
