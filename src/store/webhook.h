/*
 * Where each webhook stands and what it still has to deliver. Not history: a
 * delivery is a note that an event must go somewhere, and what became of it.
 * Changes are for the writer.
 */
#ifndef STORE_WEBHOOK_H
#define STORE_WEBHOOK_H

#include "base/arena.h"
#include "base/instant.h"
#include "base/status.h"
#include "base/str.h"
#include "store/sql.h"

#define WEBHOOK_SECRET_BYTES 24
#define WEBHOOK_SAID_BYTES   300
/* `next_at` of a delivery that waits for an earlier one of its ticket. */
#define WEBHOOK_HELD ((instant_ms)1 << 53)

enum webhook_state {
	WEBHOOK_LIVE,
	WEBHOOK_STOPPED, /* by its receiver, or since nobody stands for it */
	WEBHOOK_OFF,     /* by a member */
};

struct webhook {
	int64_t id; /* of the item */
	unsigned char secret[WEBHOOK_SECRET_BYTES];
	int64_t cursor; /* events up to it have their deliveries */
	int64_t state;
	instant_ms failing_at; /* since; 0: it goes well */
	instant_ms ok_at;
	struct str said; /* the last complaint */
};

enum webhook_delivery_state {
	WEBHOOK_DELIVERY_NONE,
	WEBHOOK_WAITING,
	WEBHOOK_SENT,
	WEBHOOK_DEAD,
	WEBHOOK_DELIVERY_STATES
};

struct webhook_delivery {
	int64_t id, webhook;
	int64_t event; /* 0: a test */
	int64_t kind, ticket, state, attempts;
	instant_ms at, next_at;
	int64_t status; /* HTTP; 0: no answer came */
	struct str said;
};

/* ST_NOT_FOUND. Texts live in the arena, here and below. */
CHECKED enum status webhook_get(struct sql_db *db, int64_t id,
                                struct arena *arena,
                                struct webhook *webhook_out);
/* Inserts it, or all but its secret. */
CHECKED enum status webhook_set(struct sql_db *db,
                                const struct webhook *webhook);
/* With its deliveries. */
CHECKED enum status webhook_remove(struct sql_db *db, int64_t id);
/* Ids of all there are. */
CHECKED enum status webhook_ids(struct sql_db *db, int64_t *ids_out,
                                size_t room, size_t *count_out);

/* Gives it the next id; behind an unfinished one of its ticket it is held. */
CHECKED enum status webhook_delivery_add(struct sql_db *db,
                                         struct webhook_delivery *delivery);
CHECKED enum status webhook_delivery_get(struct sql_db *db, int64_t id,
                                         struct arena *arena,
                                         struct webhook_delivery *out);
CHECKED enum status
webhook_delivery_set(struct sql_db *db,
                     const struct webhook_delivery *delivery);
/* Lets the next one of the ticket go, if none before it waits. */
CHECKED enum status webhook_release(struct sql_db *db, int64_t webhook,
                                    int64_t ticket, instant_ms now);
/* All that wait are dead from now on; of one webhook, or (0) of all. */
CHECKED enum status webhook_bury(struct sql_db *db, int64_t webhook,
                                 struct str said);
/* What live ones have to do by `until`, the oldest first. */
CHECKED enum status webhook_due(struct sql_db *db, struct arena *arena,
                                instant_ms until, struct webhook_delivery *out,
                                size_t room, size_t *count_out);
/* The first of one webhook that is due. ST_NOT_FOUND. */
CHECKED enum status webhook_due_of(struct sql_db *db, int64_t webhook,
                                   instant_ms until, int64_t *delivery_out);
/* When the next one is due; 0: none waits. */
CHECKED enum status webhook_next(struct sql_db *db, instant_ms *at_out);
/* Newest first, before that id (0: from the newest). */
CHECKED enum status webhook_deliveries(struct sql_db *db, struct arena *arena,
                                       int64_t webhook, int64_t before,
                                       struct webhook_delivery *out,
                                       size_t room, size_t *count_out);
CHECKED enum status webhook_counts(struct sql_db *db, int64_t webhook,
                                   int64_t *waiting_out, int64_t *dead_out);
/* Sent ones from before then go, at most `room`. */
CHECKED enum status webhook_sweep(struct sql_db *db, instant_ms before,
                                  size_t room);
/* After a restore: nothing of the past goes out. */
CHECKED enum status webhook_restored(struct sql_db *db, int64_t end);

#endif
