#include "store/bulk.h"

SQL(bulk_by_command, "SELECT id FROM bulk WHERE command = $1");
SQL(bulk_next_id, "SELECT COALESCE(MAX(id), 0) + 1 FROM bulk");
SQL(bulk_add, "INSERT INTO bulk (id, member, at, act, value, reason, total,"
              " done, state, command)"
              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
SQL(bulk_add_item, "INSERT INTO bulk_item (bulk, place, ticket, state, was,"
                   " seq, refusal) VALUES ($1, $2, $3, 0, 0, 0, '')");
SQL(bulk_row, "SELECT member, at, act, value, reason, total, done, state"
              " FROM bulk WHERE id = $1");
SQL(bulk_set, "UPDATE bulk SET done = $2, state = $3 WHERE id = $1");
SQL(bulk_item_row, "SELECT ticket, state, was, seq, refusal FROM bulk_item"
                   " WHERE bulk = $1 AND place = $2");
SQL(bulk_item_set, "UPDATE bulk_item SET state = $3, was = $4, seq = $5,"
                   " refusal = $6 WHERE bulk = $1 AND place = $2");
SQL(bulk_going_rows,
    "SELECT id FROM bulk WHERE state IN (1, 3) ORDER BY id LIMIT $1");
SQL(bulk_newest_rows, "SELECT id FROM bulk ORDER BY id DESC LIMIT $1");
SQL(bulk_place_rows, "SELECT place FROM bulk_item WHERE bulk = $1"
                     " AND state = $2 ORDER BY place LIMIT $3");
SQL(bulk_sweep_items, "DELETE FROM bulk_item WHERE bulk IN (SELECT id FROM bulk"
                      " WHERE at < $1 AND state IN (2, 4))");
SQL(bulk_sweep_rows, "DELETE FROM bulk WHERE at < $1 AND state IN (2, 4)");
SQL(bulk_stop_rows, "UPDATE bulk SET state = state + 1"
                    " WHERE state IN (1, 3) AND CAST($1 AS BIGINT) = 0");

SQL(bulk_erase_words, "UPDATE bulk SET reason = ''");

static enum status bulk_id(struct sql_query *query, int64_t *id_out)
{
	if (sql_next(query))
		*id_out = sql_i64(query, 0);
	return sql_end(query);
}

enum status bulk_find_command(struct sql_db *db, struct str command,
                              int64_t *id_out)
{
	struct sql_query query;

	*id_out = 0;
	sql_begin(&query, db, &bulk_by_command);
	sql_bind_blob(&query, 1, command);
	return bulk_id(&query, id_out);
}

enum status bulk_insert(struct sql_db *db, const struct bulk *bulk,
                        struct str command, const int64_t *tickets,
                        int64_t *id_out)
{
	struct sql_query query;
	int64_t id = 0;
	enum status status;

	sql_begin(&query, db, &bulk_next_id);
	status = bulk_id(&query, &id);
	if (status != ST_OK)
		return status;
	sql_begin(&query, db, &bulk_add);
	sql_bind_i64(&query, 1, id);
	sql_bind_i64(&query, 2, bulk->member);
	sql_bind_i64(&query, 3, bulk->at);
	sql_bind_i64(&query, 4, bulk->act);
	sql_bind_i64(&query, 5, bulk->value);
	sql_bind_text(&query, 6, bulk->reason);
	sql_bind_i64(&query, 7, bulk->total);
	sql_bind_i64(&query, 8, bulk->done);
	sql_bind_i64(&query, 9, bulk->state);
	sql_bind_blob(&query, 10, command);
	status = sql_run(&query);
	for (int64_t i = 0; i < bulk->total && status == ST_OK; i++) {
		sql_begin(&query, db, &bulk_add_item);
		sql_bind_i64(&query, 1, id);
		sql_bind_i64(&query, 2, i);
		sql_bind_i64(&query, 3, tickets[i]);
		status = sql_run(&query);
	}
	*id_out = id;
	return status;
}

enum status bulk_read(struct sql_db *db, struct arena *arena, int64_t id,
                      struct bulk *bulk_out)
{
	struct sql_query query;
	bool found;
	enum status status;

	sql_begin(&query, db, &bulk_row);
	sql_bind_i64(&query, 1, id);
	found = sql_next(&query);
	if (found)
		*bulk_out = (struct bulk){
			.id = id,
			.member = sql_i64(&query, 0),
			.at = sql_i64(&query, 1),
			.act = sql_i64(&query, 2),
			.value = sql_i64(&query, 3),
			.reason = str_copy(arena, sql_text(&query, 4)),
			.total = sql_i64(&query, 5),
			.done = sql_i64(&query, 6),
			.state = sql_i64(&query, 7),
		};
	status = sql_end(&query);
	return status == ST_OK && !found ? ST_NOT_FOUND : status;
}

enum status bulk_save(struct sql_db *db, const struct bulk *bulk)
{
	struct sql_query query;

	sql_begin(&query, db, &bulk_set);
	sql_bind_i64(&query, 1, bulk->id);
	sql_bind_i64(&query, 2, bulk->done);
	sql_bind_i64(&query, 3, bulk->state);
	return sql_run(&query);
}

enum status bulk_read_item(struct sql_db *db, struct arena *arena, int64_t bulk,
                           int64_t place, struct bulk_item *item_out)
{
	struct sql_query query;
	bool found;
	enum status status;

	sql_begin(&query, db, &bulk_item_row);
	sql_bind_i64(&query, 1, bulk);
	sql_bind_i64(&query, 2, place);
	found = sql_next(&query);
	if (found)
		*item_out = (struct bulk_item){
			.bulk = bulk,
			.place = place,
			.ticket = sql_i64(&query, 0),
			.state = sql_i64(&query, 1),
			.was = sql_i64(&query, 2),
			.seq = sql_i64(&query, 3),
			.refusal = str_copy(arena, sql_text(&query, 4)),
		};
	status = sql_end(&query);
	return status == ST_OK && !found ? ST_NOT_FOUND : status;
}

enum status bulk_save_item(struct sql_db *db, const struct bulk_item *item)
{
	struct sql_query query;

	sql_begin(&query, db, &bulk_item_set);
	sql_bind_i64(&query, 1, item->bulk);
	sql_bind_i64(&query, 2, item->place);
	sql_bind_i64(&query, 3, item->state);
	sql_bind_i64(&query, 4, item->was);
	sql_bind_i64(&query, 5, item->seq);
	sql_bind_text(&query, 6, item->refusal);
	return sql_run(&query);
}

static enum status bulk_ids(struct sql_query *query, int64_t *ids_out,
                            size_t room, size_t *count_out)
{
	size_t count = 0;

	while (count < room && sql_next(query))
		ids_out[count++] = sql_i64(query, 0);
	*count_out = count;
	return sql_end(query);
}

enum status bulk_going(struct sql_db *db, int64_t *ids_out, size_t room,
                       size_t *count_out)
{
	struct sql_query query;

	sql_begin(&query, db, &bulk_going_rows);
	sql_bind_i64(&query, 1, (int64_t)room);
	return bulk_ids(&query, ids_out, room, count_out);
}

enum status bulk_newest(struct sql_db *db, int64_t *ids_out, size_t room,
                        size_t *count_out)
{
	struct sql_query query;

	sql_begin(&query, db, &bulk_newest_rows);
	sql_bind_i64(&query, 1, (int64_t)room);
	return bulk_ids(&query, ids_out, room, count_out);
}

enum status bulk_places(struct sql_db *db, int64_t bulk, int64_t state,
                        int64_t *places_out, size_t room, size_t *count_out)
{
	struct sql_query query;

	sql_begin(&query, db, &bulk_place_rows);
	sql_bind_i64(&query, 1, bulk);
	sql_bind_i64(&query, 2, state);
	sql_bind_i64(&query, 3, (int64_t)room);
	return bulk_ids(&query, places_out, room, count_out);
}

enum status bulk_sweep(struct sql_db *db, instant_ms at)
{
	struct sql_query query;
	enum status status;

	sql_begin(&query, db, &bulk_sweep_items);
	sql_bind_i64(&query, 1, at);
	status = sql_run(&query);
	if (status != ST_OK)
		return status;
	sql_begin(&query, db, &bulk_sweep_rows);
	sql_bind_i64(&query, 1, at);
	return sql_run(&query);
}

enum status bulk_erase(struct sql_db *db)
{
	struct sql_query query;

	sql_begin(&query, db, &bulk_erase_words);
	return sql_run(&query);
}

enum status bulk_stop_all(struct sql_db *db)
{
	struct sql_query query;

	sql_begin(&query, db, &bulk_stop_rows);
	sql_bind_i64(&query, 1, 0);
	return sql_run(&query);
}
