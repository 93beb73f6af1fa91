/*
 * Keys that the workspace made for itself: for reply tokens, for what it sends
 * by webhook. Names are ours, never a stranger's.
 */
#ifndef STORE_SECRET_H
#define STORE_SECRET_H

#include "base/arena.h"
#include "base/status.h"
#include "base/str.h"
#include "store/sql.h"

/* ST_NOT_FOUND. */
CHECKED enum status secret_get(struct sql_db *db, struct str name,
                               struct arena *arena, struct str *value_out);
CHECKED enum status secret_set(struct sql_db *db, struct str name,
                               struct str value);
/* Keeps the first: sets `fresh` unless there is one, and gives what is kept. */
CHECKED enum status secret_make(struct sql_db *db, struct str name,
                                struct str fresh, struct arena *arena,
                                struct str *value_out);
CHECKED enum status secret_remove(struct sql_db *db, struct str name);

#endif
