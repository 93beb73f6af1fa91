/*
 * Drafts that members share: one a thread. No history: a draft is what it is
 * now, and goes when its answer leaves.
 */
#ifndef STORE_DRAFT_H
#define STORE_DRAFT_H

#include "base/arena.h"
#include "base/instant.h"
#include "store/sql.h"

struct draft {
	int64_t ticket; /* 0: there is none */
	int64_t member; /* who writes it */
	int64_t version;
	instant_ms at;
	bool ready;
	struct str document; /* JSON */
};

/* Leaves draft_out->ticket 0 when there is none. */
CHECKED enum status draft_read(struct sql_db *db, struct arena *arena,
                               int64_t ticket, struct draft *draft_out);
/* The same without its words. */
CHECKED enum status draft_head(struct sql_db *db, int64_t ticket,
                               struct draft *draft_out);
CHECKED enum status draft_write(struct sql_db *db, const struct draft *draft);
CHECKED enum status draft_drop(struct sql_db *db, int64_t ticket);
/* To the ticket that it was merged into, unless there is one. */
CHECKED enum status draft_move(struct sql_db *db, int64_t from, int64_t to);
CHECKED enum status draft_count(struct sql_db *db, int64_t *count_out);
/* Those not touched since `before`. */
CHECKED enum status draft_expire(struct sql_db *db, instant_ms before);
/* On all threads that a contact is on: whatever may hold their words. */
CHECKED enum status draft_erase(struct sql_db *db, int64_t contact);

#endif
