#include "store/secret.h"

SQL(secret_by_name, "SELECT value FROM secret WHERE name = $1");
SQL(secret_put, "INSERT INTO secret (name, value) VALUES ($1, $2)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value");
SQL(secret_put_first, "INSERT INTO secret (name, value) VALUES ($1, $2)"
                      " ON CONFLICT (name) DO NOTHING");
SQL(secret_drop, "DELETE FROM secret WHERE name = $1");

enum status secret_get(struct sql_db *db, struct str name, struct arena *arena,
                       struct str *value_out)
{
	struct sql_query query;
	struct str value = {NULL, 0};

	sql_begin(&query, db, &secret_by_name);
	sql_bind_text(&query, 1, name);
	if (sql_next(&query))
		value = str_copy(arena, sql_blob(&query, 0));

	enum status status = sql_end(&query);

	if (status != ST_OK)
		return status;
	if (value.text == NULL)
		return ST_NOT_FOUND;
	*value_out = value;
	return ST_OK;
}

enum status secret_set(struct sql_db *db, struct str name, struct str value)
{
	struct sql_query query;

	sql_begin(&query, db, &secret_put);
	sql_bind_text(&query, 1, name);
	sql_bind_blob(&query, 2, value);
	return sql_run(&query);
}

enum status secret_make(struct sql_db *db, struct str name, struct str fresh,
                        struct arena *arena, struct str *value_out)
{
	struct sql_query query;
	enum status status = ST_OK;

	sql_begin(&query, db, &secret_put_first);
	sql_bind_text(&query, 1, name);
	sql_bind_blob(&query, 2, fresh);
	status = sql_run(&query);
	if (status != ST_OK)
		return status;
	return secret_get(db, name, arena, value_out);
}

enum status secret_remove(struct sql_db *db, struct str name)
{
	struct sql_query query;

	sql_begin(&query, db, &secret_drop);
	sql_bind_text(&query, 1, name);
	return sql_run(&query);
}
