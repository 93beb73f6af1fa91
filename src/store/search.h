/*
 * Full-text search over the words of messages.
 */
#ifndef STORE_SEARCH_H
#define STORE_SEARCH_H

#include "base/status.h"
#include "base/str.h"
#include "store/sql.h"

/* Indexes the words of one message, whose content rows are written. */
CHECKED enum status search_add(struct sql_db *db, int64_t message,
                               struct str subject, struct str people,
                               struct str body);
/* Empties the index, for a rebuild. */
CHECKED enum status search_drop(struct sql_db *db);

#endif
