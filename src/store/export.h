/*
 * Ids of all records of a sort, page by page, for who takes everything along.
 */
#ifndef STORE_EXPORT_H
#define STORE_EXPORT_H

#include "core/record.h"
#include "store/sql.h"

/*
 * At most `room` ids above `after`, ascending. Clients and contacts that were
 * merged away and replies that were taken back are left out. ST_NOT_FOUND for
 * a sort that is not exported.
 */
CHECKED enum status export_ids(struct sql_db *db, enum record_type type,
                               int64_t after, int64_t *ids_out, size_t room,
                               size_t *count_out);

#endif
