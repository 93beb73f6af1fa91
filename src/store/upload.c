#include "store/upload.h"

#include <assert.h>

#define UPLOAD_EXPIRE_MAX 64

/* The rows of erased blobs stay, so an id is never given out twice. */
SQL(upload_lowest, "SELECT id FROM blob WHERE id < 0 ORDER BY id LIMIT 1");
SQL(upload_put, "INSERT INTO upload (id, member, created_at, message, name,"
                " type) VALUES ($1, $2, $3, 0, $4, $5)");
SQL(upload_by_id, "SELECT member, created_at, message, name, type FROM upload"
                  " WHERE id = $1");
SQL(upload_bind, "UPDATE upload SET message = $2 WHERE id = $1");
SQL(upload_old, "SELECT id FROM upload"
                " WHERE message = 0 AND created_at < $1"
                " ORDER BY id LIMIT $2");
SQL(upload_drop, "DELETE FROM upload WHERE id = $1");

static enum status id_next(struct sql_db *db, int64_t *id_out)
{
	struct sql_query query;
	int64_t lowest = 0;

	sql_begin(&query, db, &upload_lowest);
	if (sql_next(&query))
		lowest = sql_i64(&query, 0);

	enum status status = sql_end(&query);

	if (status == ST_OK)
		*id_out = lowest - 1;
	return status;
}

enum status upload_add(struct sql_db *db, const struct upload *upload,
                       struct str bytes,
                       const unsigned char salt[BLOB_SALT_BYTES],
                       int64_t *id_out)
{
	struct sql_query query;
	int64_t id = 0;
	enum status status = ST_OK;

	assert(upload->member != 0);
	if (bytes.length > LIMIT_UPLOAD_BYTES)
		return ST_LIMIT;
	status = id_next(db, &id);
	if (status == ST_OK)
		status = blob_write(db, id, bytes, BLOB_ZSTD, salt);
	if (status != ST_OK)
		return status;
	sql_begin(&query, db, &upload_put);
	sql_bind_i64(&query, 1, id);
	sql_bind_i64(&query, 2, upload->member);
	sql_bind_i64(&query, 3, upload->created_at);
	sql_bind_text(&query, 4,
	              str_utf8_prefix(upload->name, LIMIT_NAME_BYTES));
	sql_bind_text(&query, 5,
	              str_utf8_prefix(upload->type, LIMIT_NAME_BYTES));
	status = sql_run(&query);
	if (status == ST_OK)
		*id_out = id;
	return status;
}

enum status upload_find(struct sql_db *db, int64_t id, struct arena *arena,
                        struct upload *upload_out)
{
	struct sql_query query;
	struct upload found = {0};

	sql_begin(&query, db, &upload_by_id);
	sql_bind_i64(&query, 1, id);
	if (sql_next(&query))
		found = (struct upload){
			.id = id,
			.member = sql_i64(&query, 0),
			.created_at = sql_i64(&query, 1),
			.message = sql_i64(&query, 2),
			.name = str_copy(arena, sql_text(&query, 3)),
			.type = str_copy(arena, sql_text(&query, 4)),
		};

	enum status status = sql_end(&query);

	if (status != ST_OK)
		return status;
	if (found.id == 0)
		return ST_NOT_FOUND;
	*upload_out = found;
	return ST_OK;
}

enum status upload_use(struct sql_db *db, int64_t id, int64_t message)
{
	struct sql_query query;

	sql_begin(&query, db, &upload_bind);
	sql_bind_i64(&query, 1, id);
	sql_bind_i64(&query, 2, message);
	return sql_run(&query);
}

SQL(upload_outlive, "UPDATE upload SET created_at = 0 WHERE member = $1"
                    " AND message = 0");

enum status upload_abandon(struct sql_db *db, int64_t member)
{
	struct sql_query query;

	sql_begin(&query, db, &upload_outlive);
	sql_bind_i64(&query, 1, member);
	return sql_run(&query);
}

static enum status upload_forget(struct sql_db *db, int64_t id)
{
	struct sql_query query;
	enum status status = blob_erase(db, id);

	if (status != ST_OK)
		return status;
	sql_begin(&query, db, &upload_drop);
	sql_bind_i64(&query, 1, id);
	return sql_run(&query);
}

enum status upload_expire(struct sql_db *db, instant_ms before, size_t room,
                          size_t *count_out)
{
	int64_t ids[UPLOAD_EXPIRE_MAX];
	struct sql_query query;
	size_t count = 0;

	assert(room > 0);
	if (room > UPLOAD_EXPIRE_MAX)
		room = UPLOAD_EXPIRE_MAX;
	sql_begin(&query, db, &upload_old);
	sql_bind_i64(&query, 1, before);
	sql_bind_i64(&query, 2, (int64_t)room);
	while (count < room && sql_next(&query))
		ids[count++] = sql_i64(&query, 0);

	enum status status = sql_end(&query);

	for (size_t i = 0; i < count && status == ST_OK; i++)
		status = upload_forget(db, ids[i]);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

SQL(upload_keep_row, "UPDATE upload SET member = $2, created_at = $3"
                     " WHERE id = $1 AND message = 0");

enum status upload_keep(struct sql_db *db, int64_t id, int64_t member,
                        instant_ms now)
{
	struct sql_query query;

	sql_begin(&query, db, &upload_keep_row);
	sql_bind_i64(&query, 1, id);
	sql_bind_i64(&query, 2, member);
	sql_bind_i64(&query, 3, now);
	return sql_run(&query);
}
