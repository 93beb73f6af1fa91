#include "store/webhook.h"

#include <string.h>

/* ---------------------------------------------------------------- webhooks */

SQL(webhook_row, "SELECT secret, cursor, stopped, failing_at, ok_at, said"
                 " FROM webhook WHERE id = $1");
SQL(webhook_put, "INSERT INTO webhook (id, secret, cursor, stopped, failing_at,"
                 " ok_at, said) VALUES ($1, $2, $3, $4, $5, $6, $7)"
                 " ON CONFLICT (id) DO UPDATE SET cursor = excluded.cursor,"
                 " stopped = excluded.stopped,"
                 " failing_at = excluded.failing_at,"
                 " ok_at = excluded.ok_at, said = excluded.said");
SQL(webhook_drop, "DELETE FROM webhook WHERE id = $1");
SQL(webhook_drop_work, "DELETE FROM webhook_delivery WHERE webhook = $1");
SQL(webhook_rows, "SELECT id FROM webhook ORDER BY id LIMIT $1");

enum status webhook_get(struct sql_db *db, int64_t id, struct arena *arena,
                        struct webhook *webhook_out)
{
	struct webhook webhook = {0};
	struct sql_query query;
	enum status status;

	sql_begin(&query, db, &webhook_row);
	sql_bind_i64(&query, 1, id);
	if (sql_next(&query)) {
		struct str secret = sql_blob(&query, 0);

		webhook.id = id;
		if (secret.length == WEBHOOK_SECRET_BYTES)
			memcpy(webhook.secret, secret.text, secret.length);
		webhook.cursor = sql_i64(&query, 1);
		webhook.state = sql_i64(&query, 2);
		webhook.failing_at = sql_i64(&query, 3);
		webhook.ok_at = sql_i64(&query, 4);
		webhook.said = str_copy(arena, sql_text(&query, 5));
	}
	status = sql_end(&query);
	if (status != ST_OK)
		return status;
	if (!webhook.id)
		return ST_NOT_FOUND;
	*webhook_out = webhook;
	return ST_OK;
}

enum status webhook_set(struct sql_db *db, const struct webhook *webhook)
{
	struct sql_query query;

	sql_begin(&query, db, &webhook_put);
	sql_bind_i64(&query, 1, webhook->id);
	sql_bind_blob(&query, 2,
	              (struct str){(const char *)webhook->secret,
	                           WEBHOOK_SECRET_BYTES});
	sql_bind_i64(&query, 3, webhook->cursor);
	sql_bind_i64(&query, 4, webhook->state);
	sql_bind_i64(&query, 5, webhook->failing_at);
	sql_bind_i64(&query, 6, webhook->ok_at);
	sql_bind_text(&query, 7,
	              str_utf8_prefix(webhook->said, WEBHOOK_SAID_BYTES));
	return sql_run(&query);
}

static enum status webhook_run_id(struct sql_db *db,
                                  const struct sql_statement *const *statement,
                                  int64_t id)
{
	struct sql_query query;

	sql_begin(&query, db, statement);
	sql_bind_i64(&query, 1, id);
	return sql_run(&query);
}

enum status webhook_remove(struct sql_db *db, int64_t id)
{
	enum status status = webhook_run_id(db, &webhook_drop_work, id);

	if (status == ST_OK)
		status = webhook_run_id(db, &webhook_drop, id);
	return status;
}

enum status webhook_ids(struct sql_db *db, int64_t *ids_out, size_t room,
                        size_t *count_out)
{
	struct sql_query query;
	size_t count = 0;
	enum status status;

	sql_begin(&query, db, &webhook_rows);
	sql_bind_i64(&query, 1, (int64_t)room);
	while (count < room && sql_next(&query))
		ids_out[count++] = sql_i64(&query, 0);
	status = sql_end(&query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

/* -------------------------------------------------------------- deliveries */

#define DELIVERY_COLUMNS                                                       \
	"SELECT d.id, d.webhook, d.event, d.kind, d.ticket, d.state,"          \
	" d.attempts, d.at, d.next_at, d.status, d.said"                       \
	" FROM webhook_delivery d"

SQL(webhook_work_next_id, "SELECT MAX(id) FROM webhook_delivery");
SQL(webhook_work_before, "SELECT id FROM webhook_delivery WHERE webhook = $1"
                         " AND ticket = $2 AND state = 1"
                         " ORDER BY id LIMIT 1");
SQL(webhook_work_put,
    "INSERT INTO webhook_delivery (id, webhook, event, kind, ticket, state,"
    " attempts, at, next_at, status, said)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
    " ON CONFLICT (id) DO UPDATE SET state = excluded.state,"
    " attempts = excluded.attempts, at = excluded.at,"
    " next_at = excluded.next_at, status = excluded.status,"
    " said = excluded.said");
SQL(webhook_work_one, DELIVERY_COLUMNS " WHERE d.id = $1");
SQL(webhook_work_free, "UPDATE webhook_delivery SET next_at = $2"
                       " WHERE id = $1 AND next_at > $2");
SQL(webhook_work_bury, "UPDATE webhook_delivery SET state = 3, said = $2"
                       " WHERE state = 1 AND (CAST($1 AS BIGINT) IS NULL"
                       " OR webhook = $1)");
SQL(webhook_work_due,
    DELIVERY_COLUMNS " JOIN webhook w ON w.id = d.webhook WHERE d.state = 1"
                     " AND d.next_at <= $1 AND w.stopped = 0"
                     " ORDER BY d.next_at, d.id LIMIT $2");
SQL(webhook_work_due_of, "SELECT d.id FROM webhook_delivery d"
                         " JOIN webhook w ON w.id = d.webhook"
                         " WHERE d.webhook = $1 AND d.state = 1"
                         " AND d.next_at <= $2 AND w.stopped = 0"
                         " ORDER BY d.next_at, d.id LIMIT 1");
SQL(webhook_work_soonest, "SELECT d.next_at FROM webhook_delivery d"
                          " JOIN webhook w ON w.id = d.webhook"
                          " WHERE d.state = 1 AND w.stopped = 0"
                          " ORDER BY d.next_at, d.id LIMIT 1");
SQL(webhook_work_page, DELIVERY_COLUMNS
    " WHERE d.webhook = $1 AND (CAST($2 AS BIGINT) IS NULL OR d.id < $2)"
    " ORDER BY d.id DESC LIMIT $3");
SQL(webhook_work_count, "SELECT COUNT(*) FROM webhook_delivery"
                        " WHERE webhook = $1 AND state = $2");
SQL(webhook_work_old, "DELETE FROM webhook_delivery WHERE id IN"
                      " (SELECT id FROM webhook_delivery WHERE state = 2"
                      " AND at < $1 ORDER BY at, id LIMIT $2)");
SQL(webhook_cursors, "UPDATE webhook SET cursor = $1");

static struct webhook_delivery work_read(struct sql_query *query,
                                         struct arena *arena)
{
	return (struct webhook_delivery){
		.id = sql_i64(query, 0),
		.webhook = sql_i64(query, 1),
		.event = sql_i64(query, 2),
		.kind = sql_i64(query, 3),
		.ticket = sql_i64(query, 4),
		.state = sql_i64(query, 5),
		.attempts = sql_i64(query, 6),
		.at = sql_i64(query, 7),
		.next_at = sql_i64(query, 8),
		.status = sql_i64(query, 9),
		.said = str_copy(arena, sql_text(query, 10)),
	};
}

/* The first that waits of the ticket; 0: none. */
static enum status work_first(struct sql_db *db, int64_t webhook,
                              int64_t ticket, int64_t *id_out)
{
	struct sql_query query;
	int64_t id = 0;
	enum status status;

	sql_begin(&query, db, &webhook_work_before);
	sql_bind_i64(&query, 1, webhook);
	sql_bind_i64(&query, 2, ticket);
	if (sql_next(&query))
		id = sql_i64(&query, 0);
	status = sql_end(&query);
	*id_out = id;
	return status;
}

enum status webhook_delivery_add(struct sql_db *db,
                                 struct webhook_delivery *delivery)
{
	struct sql_query query;
	int64_t former = 0;
	enum status status = ST_OK;

	if (delivery->ticket)
		status = work_first(db, delivery->webhook, delivery->ticket,
		                    &former);
	if (former)
		delivery->next_at = WEBHOOK_HELD;
	if (status != ST_OK)
		return status;
	sql_begin(&query, db, &webhook_work_next_id);
	if (sql_next(&query))
		delivery->id = sql_i64(&query, 0) + 1;
	status = sql_end(&query);
	if (status == ST_OK)
		status = webhook_delivery_set(db, delivery);
	return status;
}

enum status webhook_delivery_set(struct sql_db *db,
                                 const struct webhook_delivery *delivery)
{
	const int64_t columns[] = {
		delivery->id,       delivery->webhook, delivery->event,
		delivery->kind,     delivery->ticket,  delivery->state,
		delivery->attempts, delivery->at,      delivery->next_at,
		delivery->status,
	};
	struct sql_query query;
	int count = sizeof(columns) / sizeof(columns[0]);

	sql_begin(&query, db, &webhook_work_put);
	for (int i = 0; i < count; i++)
		sql_bind_i64(&query, i + 1, columns[i]);
	sql_bind_text(&query, count + 1,
	              str_utf8_prefix(delivery->said, WEBHOOK_SAID_BYTES));
	return sql_run(&query);
}

enum status webhook_delivery_get(struct sql_db *db, int64_t id,
                                 struct arena *arena,
                                 struct webhook_delivery *out)
{
	struct webhook_delivery found = {0};
	struct sql_query query;
	enum status status;

	sql_begin(&query, db, &webhook_work_one);
	sql_bind_i64(&query, 1, id);
	if (sql_next(&query))
		found = work_read(&query, arena);
	status = sql_end(&query);
	if (status != ST_OK)
		return status;
	if (!found.id)
		return ST_NOT_FOUND;
	*out = found;
	return ST_OK;
}

enum status webhook_release(struct sql_db *db, int64_t webhook, int64_t ticket,
                            instant_ms now)
{
	struct sql_query query;
	int64_t first = 0;
	enum status status;

	if (!ticket)
		return ST_OK;
	status = work_first(db, webhook, ticket, &first);
	if (status != ST_OK || !first)
		return status;
	sql_begin(&query, db, &webhook_work_free);
	sql_bind_i64(&query, 1, first);
	sql_bind_i64(&query, 2, now);
	return sql_run(&query);
}

enum status webhook_bury(struct sql_db *db, int64_t webhook, struct str said)
{
	struct sql_query query;

	sql_begin(&query, db, &webhook_work_bury);
	sql_bind_filter(&query, 1, webhook);
	sql_bind_text(&query, 2, said);
	return sql_run(&query);
}

static enum status work_rows(struct sql_query *query, struct arena *arena,
                             struct webhook_delivery *out, size_t room,
                             size_t *count_out)
{
	size_t count = 0;
	enum status status;

	while (count < room && sql_next(query))
		out[count++] = work_read(query, arena);
	status = sql_end(query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

enum status webhook_due(struct sql_db *db, struct arena *arena,
                        instant_ms until, struct webhook_delivery *out,
                        size_t room, size_t *count_out)
{
	struct sql_query query;

	sql_begin(&query, db, &webhook_work_due);
	sql_bind_i64(&query, 1, until);
	sql_bind_i64(&query, 2, (int64_t)room);
	return work_rows(&query, arena, out, room, count_out);
}

enum status webhook_due_of(struct sql_db *db, int64_t webhook, instant_ms until,
                           int64_t *delivery_out)
{
	struct sql_query query;
	int64_t id = 0;
	enum status status;

	sql_begin(&query, db, &webhook_work_due_of);
	sql_bind_i64(&query, 1, webhook);
	sql_bind_i64(&query, 2, until);
	if (sql_next(&query))
		id = sql_i64(&query, 0);
	status = sql_end(&query);
	if (status == ST_OK && !id)
		return ST_NOT_FOUND;
	if (status == ST_OK)
		*delivery_out = id;
	return status;
}

enum status webhook_next(struct sql_db *db, instant_ms *at_out)
{
	struct sql_query query;
	instant_ms at = 0;
	enum status status;

	sql_begin(&query, db, &webhook_work_soonest);
	if (sql_next(&query))
		at = sql_i64(&query, 0);
	status = sql_end(&query);
	if (status == ST_OK)
		*at_out = at;
	return status;
}

enum status webhook_deliveries(struct sql_db *db, struct arena *arena,
                               int64_t webhook, int64_t before,
                               struct webhook_delivery *out, size_t room,
                               size_t *count_out)
{
	struct sql_query query;

	sql_begin(&query, db, &webhook_work_page);
	sql_bind_i64(&query, 1, webhook);
	sql_bind_filter(&query, 2, before);
	sql_bind_i64(&query, 3, (int64_t)room);
	return work_rows(&query, arena, out, room, count_out);
}

static enum status work_count(struct sql_db *db, int64_t webhook, int64_t state,
                              int64_t *count_out)
{
	struct sql_query query;

	*count_out = 0;
	sql_begin(&query, db, &webhook_work_count);
	sql_bind_i64(&query, 1, webhook);
	sql_bind_i64(&query, 2, state);
	if (sql_next(&query))
		*count_out = sql_i64(&query, 0);
	return sql_end(&query);
}

enum status webhook_counts(struct sql_db *db, int64_t webhook,
                           int64_t *waiting_out, int64_t *dead_out)
{
	enum status status =
		work_count(db, webhook, WEBHOOK_WAITING, waiting_out);

	if (status == ST_OK)
		status = work_count(db, webhook, WEBHOOK_DEAD, dead_out);
	return status;
}

enum status webhook_sweep(struct sql_db *db, instant_ms before, size_t room)
{
	struct sql_query query;

	sql_begin(&query, db, &webhook_work_old);
	sql_bind_i64(&query, 1, before);
	sql_bind_i64(&query, 2, (int64_t)room);
	return sql_run(&query);
}

enum status webhook_restored(struct sql_db *db, int64_t end)
{
	struct sql_query query;
	enum status status = webhook_bury(
		db, 0, STR("The workspace was restored from a copy."));

	if (status != ST_OK)
		return status;
	sql_begin(&query, db, &webhook_cursors);
	sql_bind_i64(&query, 1, end);
	return sql_run(&query);
}
