#include "store/pending.h"

SQL(pending_set, "INSERT INTO pending (name, after) VALUES ($1, 0)"
                 " ON CONFLICT (name) DO UPDATE SET after = 0");
SQL(pending_step,
    "UPDATE pending SET after = $3 WHERE name = $1 AND after = $2");
SQL(pending_end, "DELETE FROM pending WHERE name = $1 AND after = $2");
SQL(pending_row, "SELECT after FROM pending WHERE name = $1");

enum status pending_begin(struct sql_db *db, struct str name)
{
	struct sql_query query;

	sql_begin(&query, db, &pending_set);
	sql_bind_text(&query, 1, name);
	return sql_run(&query);
}

enum status pending_move(struct sql_db *db, struct str name, int64_t after,
                         int64_t last)
{
	struct sql_query query;

	sql_begin(&query, db, last ? &pending_step : &pending_end);
	sql_bind_text(&query, 1, name);
	sql_bind_i64(&query, 2, after);
	if (last)
		sql_bind_i64(&query, 3, last);
	return sql_run(&query);
}

enum status pending_find(struct sql_db *db, struct str name, int64_t *after_out,
                         bool *found_out)
{
	struct sql_query query;
	bool found;
	int64_t after = 0;
	enum status status;

	sql_begin(&query, db, &pending_row);
	sql_bind_text(&query, 1, name);
	found = sql_next(&query);
	if (found)
		after = sql_i64(&query, 0);
	status = sql_end(&query);
	if (status == ST_OK) {
		*found_out = found;
		*after_out = after;
	}
	return status;
}
