/*
 * The projector: writes what the fold changed, and what is looked up by words.
 * Every table it writes is derived and listed here, to be dropped and rebuilt.
 */
#ifndef STORE_PROJECT_H
#define STORE_PROJECT_H

#include "core/content.h"
#include "core/state.h"
#include "store/sql.h"

/* The rows of all dirty records, their timers and the tally; then clean. */
CHECKED enum status project_records(struct sql_db *db, struct state *state);
/* What is looked up by the words of one event; search_add_range() apart. */
CHECKED enum status project_words(struct sql_db *db, const struct event *event,
                                  const struct content *words,
                                  size_t word_count);

/* Empties every derived table. */
CHECKED enum status project_drop(struct sql_db *db);
/*
 * Folds the whole log anew and writes every derived table, inside the caller's
 * transaction. Counts the events.
 */
CHECKED enum status project_rebuild(struct sql_db *db, int64_t *events_out,
                                    struct problem *problem_out);
/*
 * The version of what the fold and the projector make of a log. Whoever
 * changes what rows come out of old events counts it up.
 */
#define PROJECT_VERSION 3
/*
 * Makes the derived rows anew, in a transaction of its own, if they are of
 * another version than this program's. Counts the events; 0: nothing to do.
 */
CHECKED enum status project_upgrade(struct sql_db *db, int64_t *events_out,
                                    struct problem *problem_out);
/*
 * Folds the log in memory and compares every record with its row. ST_INVALID
 * with a problem that names the first that differs.
 */
CHECKED enum status project_compare(struct sql_db *db,
                                    struct problem *problem_out);

#endif
