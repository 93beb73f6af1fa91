#include "store/record.h"

#include <assert.h>

#define COLUMN_NAME(number, column)  ", " #column
#define COLUMN_PARAM(number, column) ", $" #number
#define COLUMN_SET(number, column)   #column " = excluded." #column ", "

/* clang-format off */
#define R(symbol, name, columns) \
	SQL(record_read_##name, \
	    "SELECT id" columns(COLUMN_NAME) " FROM " #name " WHERE id = $1"); \
	SQL(record_save_##name, \
	    "INSERT INTO " #name " (id" columns(COLUMN_NAME) ")" \
	    " VALUES ($1" columns(COLUMN_PARAM) ")" \
	    " ON CONFLICT (id) DO UPDATE SET " columns(COLUMN_SET) \
	    "id = excluded.id");
RECORD_TYPES(R)
#undef R

static const struct {
	const struct sql_statement *const *read;
	const struct sql_statement *const *save;
} record_statements[RECORD_TYPE_COUNT] = {
#define R(symbol, name, columns) \
	[RECORD_##symbol] = {&record_read_##name, &record_save_##name},
	RECORD_TYPES(R)
#undef R
};
/* clang-format on */

static void record_columns(struct sql_query *query, enum record_type type,
                           int64_t *columns_out)
{
	assert(record_shapes[type].columns <= RECORD_COLUMNS_MAX);
	for (size_t i = 0; i < record_shapes[type].columns; i++)
		columns_out[i] = sql_i64(query, (int)i);
}

enum status record_read(struct sql_db *db, enum record_type type, int64_t id,
                        int64_t *columns_out)
{
	struct sql_query query;
	bool found;
	enum status status;

	sql_begin(&query, db, record_statements[type].read);
	sql_bind_i64(&query, 1, id);
	found = sql_next(&query);
	if (found)
		record_columns(&query, type, columns_out);
	status = sql_end(&query);
	if (status == ST_OK && !found)
		return ST_NOT_FOUND;
	return status;
}

enum status record_load(struct sql_db *db, struct state *state,
                        enum record_type type, int64_t id)
{
	int64_t columns[RECORD_COLUMNS_MAX];
	enum status status;

	if (state_get(state, type, id))
		return ST_OK;
	status = record_read(db, type, id, columns);
	if (status == ST_OK)
		state_load(state, type, columns);
	return status;
}

enum status record_save(struct sql_db *db, enum record_type type,
                        const int64_t *columns)
{
	struct sql_query query;

	sql_begin(&query, db, record_statements[type].save);
	for (size_t i = 0; i < record_shapes[type].columns; i++)
		sql_bind_i64(&query, (int)i + 1, columns[i]);
	return sql_run(&query);
}

/* Loads every row that a statement with one parameter answers. */
static enum status record_load_all(struct sql_db *db, struct state *state,
                                   enum record_type type,
                                   const struct sql_statement *const *text,
                                   int64_t parameter)
{
	int64_t columns[RECORD_COLUMNS_MAX];
	struct sql_query query;

	sql_begin(&query, db, text);
	sql_bind_i64(&query, 1, parameter);
	while (sql_next(&query)) {
		record_columns(&query, type, columns);
		state_load(state, type, columns);
	}
	return sql_end(&query);
}

SQL(record_open_promises, "SELECT id" PROMISE_COLUMNS(COLUMN_NAME) //
    " FROM promise WHERE ticket = $1 AND state = 1 ORDER BY id");
SQL(record_raised_flags, "SELECT id" FLAG_COLUMNS(COLUMN_NAME) //
    " FROM flag WHERE ticket = $1 AND cleared_at = 0 ORDER BY id");
SQL(record_messages, "SELECT id" MESSAGE_COLUMNS(COLUMN_NAME) //
    " FROM message WHERE ticket = $1 ORDER BY id DESC");
SQL(record_merged, "SELECT id" PROMISE_COLUMNS(COLUMN_NAME) //
    " FROM promise WHERE ticket = $1 AND state = 3 AND why = 4 ORDER BY id");
static_assert(PROMISE_WITHDRAWN == 3 && WHY_MERGED == 4, "of record_merged");
SQL(record_closed, "SELECT id" PROMISE_COLUMNS(COLUMN_NAME) //
    " FROM promise WHERE ticket = $1 AND state = 3 AND why = 3 ORDER BY id");
static_assert(PROMISE_WITHDRAWN == 3 && WHY_CLOSED == 3, "of record_closed");
SQL(record_cleared_flags, "SELECT id" FLAG_COLUMNS(COLUMN_NAME) //
    " FROM flag WHERE ticket = $1 AND cleared_at > 0 AND why IN (3, 4)"
    " ORDER BY id");
SQL(record_kept_by, "SELECT id" PROMISE_COLUMNS(COLUMN_NAME) //
    " FROM promise WHERE evidence = $1 AND evidence > 0 ORDER BY id");

enum status record_load_merged(struct sql_db *db, struct state *state,
                               int64_t ticket)
{
	enum status status = record_load_all(db, state, RECORD_PROMISE,
	                                     &record_merged, ticket);

	if (status == ST_OK)
		status = record_load_all(db, state, RECORD_FLAG,
		                         &record_cleared_flags, ticket);
	return status;
}

enum status record_load_closed(struct sql_db *db, struct state *state,
                               int64_t ticket)
{
	enum status status = record_load_all(db, state, RECORD_PROMISE,
	                                     &record_closed, ticket);

	if (status == ST_OK)
		status = record_load_all(db, state, RECORD_FLAG,
		                         &record_cleared_flags, ticket);
	return status;
}

enum status record_load_client(struct sql_db *db, struct state *state,
                               int64_t id)
{
	enum status status = ST_OK;

	for (int hops = 0; id && hops < 16 && status == ST_OK; hops++) {
		status = record_load(db, state, RECORD_CLIENT, id);
		if (status == ST_OK)
			id = state_client(state, id)->merged_into;
	}
	return status;
}

enum status record_load_ticket(struct sql_db *db, struct state *state,
                               int64_t id)
{
	enum status status;
	const struct ticket *ticket;

	if (state_ticket(state, id))
		return ST_OK;
	status = record_load(db, state, RECORD_TICKET, id);
	if (status != ST_OK)
		return status;
	ticket = state_ticket(state, id);
	status = record_load_client(db, state, ticket->client);
	if (status == ST_OK)
		status = record_load_all(db, state, RECORD_PROMISE,
		                         &record_open_promises, id);
	if (status == ST_OK)
		status = record_load_all(db, state, RECORD_FLAG,
		                         &record_raised_flags, id);
	return status == ST_NOT_FOUND ? ST_STORE : status;
}

enum status record_load_messages(struct sql_db *db, struct state *state,
                                 int64_t ticket)
{
	return record_load_all(db, state, RECORD_MESSAGE, &record_messages,
	                       ticket);
}

SQL(record_scheduled, "SELECT id" MESSAGE_COLUMNS(COLUMN_NAME) //
    " FROM message WHERE delivery IN (9, 10) AND (ticket = $1 OR ticket IN"
    " (SELECT id FROM ticket WHERE merged_into = $1)) ORDER BY id");
static_assert(DELIVERY_SCHEDULED == 9 && DELIVERY_FIRM == 10,
              "of record_scheduled");

enum status record_load_scheduled(struct sql_db *db, struct state *state,
                                  int64_t ticket)
{
	return record_load_all(db, state, RECORD_MESSAGE, &record_scheduled,
	                       ticket);
}

enum status record_load_kept_by(struct sql_db *db, struct state *state,
                                int64_t message)
{
	return record_load_all(db, state, RECORD_PROMISE, &record_kept_by,
	                       message);
}
