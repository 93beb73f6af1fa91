/*
 * Jobs over many threads: what was asked, of which, and how far it got. State
 * that is permanent but no history; what each thread was given is in the log.
 */
#ifndef STORE_BULK_H
#define STORE_BULK_H

#include "base/arena.h"
#include "base/instant.h"
#include "store/sql.h"

#define BULK_TICKETS_MAX 20000u

/* Numbers are stored. */
enum bulk_act {
	BULK_NONE,
	BULK_ASSIGN, /* value: member, or 0 */
	BULK_STATE,  /* value: enum ticket_state */
	BULK_TYPE,   /* value: enum request_type */
	BULK_SNOOZE, /* value: instant, or 0 */
	BULK_FOLLOW, /* value: 1 or 0 */
	BULK_FLAG_CLEAR,
	BULK_ACT_COUNT
};

enum bulk_state {
	BULK_STATE_NONE,
	BULK_RUNNING,
	BULK_DONE,
	BULK_UNDOING,
	BULK_UNDONE,
	BULK_STATE_COUNT
};

enum bulk_item_state {
	BULK_ITEM_WAITING,
	BULK_ITEM_DONE,
	BULK_ITEM_SAME, /* was so already */
	BULK_ITEM_REFUSED,
	BULK_ITEM_UNDONE,
	BULK_ITEM_LEFT, /* not undone: it has changed since */
};

struct bulk {
	int64_t id, member, at;
	int64_t act, value;
	struct str reason;
	int64_t total, done; /* of the present direction */
	int64_t state;
};

struct bulk_item {
	int64_t bulk, place, ticket, state;
	int64_t was; /* the value before */
	int64_t seq; /* of the log after it was done */
	struct str refusal;
};

/* The id is the next free one; the job of a command that began one already. */
CHECKED enum status bulk_find_command(struct sql_db *db, struct str command,
                                      int64_t *id_out);
CHECKED enum status bulk_insert(struct sql_db *db, const struct bulk *bulk,
                                struct str command, const int64_t *tickets,
                                int64_t *id_out);
/* ST_NOT_FOUND. */
CHECKED enum status bulk_read(struct sql_db *db, struct arena *arena,
                              int64_t id, struct bulk *bulk_out);
CHECKED enum status bulk_save(struct sql_db *db, const struct bulk *bulk);
CHECKED enum status bulk_read_item(struct sql_db *db, struct arena *arena,
                                   int64_t bulk, int64_t place,
                                   struct bulk_item *item_out);
CHECKED enum status bulk_save_item(struct sql_db *db,
                                   const struct bulk_item *item);
/* Jobs that run or are undone, oldest first; ids. */
CHECKED enum status bulk_going(struct sql_db *db, int64_t *ids_out, size_t room,
                               size_t *count_out);
/* The newest jobs, newest first; ids. */
CHECKED enum status bulk_newest(struct sql_db *db, int64_t *ids_out,
                                size_t room, size_t *count_out);
/* Places of the items in that state, in order. */
CHECKED enum status bulk_places(struct sql_db *db, int64_t bulk, int64_t state,
                                int64_t *places_out, size_t room,
                                size_t *count_out);
/* Forgets those that ended before `at`. */
CHECKED enum status bulk_sweep(struct sql_db *db, instant_ms at);
/* The words of jobs are gone: each thread's history has its own. */
CHECKED enum status bulk_erase(struct sql_db *db);
/* Nothing goes on after a restore: what was to be done stays as it is. */
CHECKED enum status bulk_stop_all(struct sql_db *db);

#endif
