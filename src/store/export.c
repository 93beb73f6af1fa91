#include "store/export.h"

#include <assert.h>

SQL(export_tickets, "SELECT id FROM ticket WHERE id > $1 ORDER BY id LIMIT $2");
SQL(export_messages, "SELECT id FROM message WHERE id > $1 AND delivery <> 8"
                     " ORDER BY id LIMIT $2");
SQL(export_clients, "SELECT id FROM client WHERE id > $1 AND merged_into = 0"
                    " ORDER BY id LIMIT $2");
SQL(export_contacts, "SELECT id FROM contact WHERE id > $1 AND merged_into = 0"
                     " ORDER BY id LIMIT $2");
SQL(export_promises, "SELECT id FROM promise WHERE id > $1"
                     " ORDER BY id LIMIT $2");

static const struct sql_statement *const
	*const export_statements[RECORD_TYPE_COUNT] = {
		[RECORD_TICKET] = &export_tickets,
		[RECORD_MESSAGE] = &export_messages,
		[RECORD_CLIENT] = &export_clients,
		[RECORD_CONTACT] = &export_contacts,
		[RECORD_PROMISE] = &export_promises,
};

static_assert(DELIVERY_UNDONE == 8, "as in export_messages");

enum status export_ids(struct sql_db *db, enum record_type type, int64_t after,
                       int64_t *ids_out, size_t room, size_t *count_out)
{
	struct sql_query query;
	size_t count = 0;
	enum status status;

	if (!export_statements[type])
		return ST_NOT_FOUND;
	sql_begin(&query, db, export_statements[type]);
	sql_bind_i64(&query, 1, after);
	sql_bind_i64(&query, 2, (int64_t)room);
	while (count < room && sql_next(&query))
		ids_out[count++] = sql_i64(&query, 0);
	status = sql_end(&query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}
