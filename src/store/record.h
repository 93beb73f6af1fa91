/*
 * Records to and from their projection rows. Every record is a run of
 * integers declared in core/record.h; the statements are made from that
 * declaration, so a column cannot be read under another's name.
 */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include "core/state.h"
#include "store/sql.h"

/*
 * Loads one record into the state, unless it is there. ST_NOT_FOUND when there
 * is none; ST_STORE.
 */
CHECKED enum status record_load(struct sql_db *db, struct state *state,
                                enum record_type type, int64_t id);
/* Reads one row without a state: `columns_out` has RECORD_COLUMNS_MAX room. */
CHECKED enum status record_read(struct sql_db *db, enum record_type type,
                                int64_t id, int64_t *columns_out);
CHECKED enum status record_save(struct sql_db *db, enum record_type type,
                                const int64_t *columns);

/* A client, and those that it was merged into. */
CHECKED enum status record_load_client(struct sql_db *db, struct state *state,
                                       int64_t id);
/*
 * A ticket with what the fold and the rules need of it: its client, its open
 * promises and its raised flags. ST_NOT_FOUND.
 */
CHECKED enum status record_load_ticket(struct sql_db *db, struct state *state,
                                       int64_t id);
/* The ticket's messages from `first` on, for a split. */
CHECKED enum status record_load_messages(struct sql_db *db, struct state *state,
                                         int64_t ticket);
/* The promises and flags that a merge ended, to be taken back. */
CHECKED enum status record_load_merged(struct sql_db *db, struct state *state,
                                       int64_t ticket);
/* Those that closing it ended. */
CHECKED enum status record_load_closed(struct sql_db *db, struct state *state,
                                       int64_t ticket);
/* Replies on it, or on what was merged into it, that wait for their hour. */
CHECKED enum status record_load_scheduled(struct sql_db *db,
                                          struct state *state, int64_t ticket);
/* The promises that a message kept, to be taken back if it fails. */
CHECKED enum status record_load_kept_by(struct sql_db *db, struct state *state,
                                        int64_t message);

#endif
