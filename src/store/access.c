#include "store/access.h"

#include <string.h>

#define COMMAND_BODY_AGE (2 * SPAN_DAY)
/* An expired token is shown for a while, so that it is known why it stopped. */
#define TOKEN_SHOWN (30 * SPAN_DAY)

static struct str access_hash(const unsigned char *hash)
{
	return (struct str){(const char *)hash, TOKEN_HASH_BYTES};
}

/* ------------------------------------------------------------------ tokens */

#define TOKEN_COLUMNS                                                          \
	"SELECT id, member, name, rights, created_at, used_at, expires_at"     \
	" FROM api_token"

SQL(access_token_put, "INSERT INTO api_token (id, hash, member, name, rights,"
                      " created_at, used_at, expires_at)"
                      " VALUES ($1, $2, $3, $4, $5, $6, 0, $7)");
SQL(access_token_by_hash, TOKEN_COLUMNS " WHERE hash = $1");
SQL(access_token_by_id, TOKEN_COLUMNS " WHERE id = $1");
SQL(access_token_rows, TOKEN_COLUMNS " WHERE (CAST($1 AS BIGINT) IS NULL"
                                     " OR member = $1)"
                                     " ORDER BY id DESC LIMIT $2");
SQL(access_token_seen, "UPDATE api_token SET used_at = $2"
                       " WHERE id = $1 AND used_at < $2");
SQL(access_token_drop, "DELETE FROM api_token WHERE id = $1");
SQL(access_token_drop_all, "DELETE FROM api_token WHERE member = $1");
SQL(access_token_drop_old, "DELETE FROM api_token WHERE expires_at > 0"
                           " AND expires_at < $1");
SQL(access_token_drop_each, "DELETE FROM api_token");

static struct api_token token_read(struct sql_query *query, struct arena *arena)
{
	return (struct api_token){
		.id = sql_i64(query, 0),
		.member = sql_i64(query, 1),
		.name = str_copy(arena, sql_text(query, 2)),
		.rights = str_copy(arena, sql_text(query, 3)),
		.created_at = sql_i64(query, 4),
		.used_at = sql_i64(query, 5),
		.expires_at = sql_i64(query, 6),
	};
}

static enum status token_one(struct sql_query *query, struct arena *arena,
                             struct api_token *token_out)
{
	struct api_token token = {0};
	enum status status;

	if (sql_next(query))
		token = token_read(query, arena);
	status = sql_end(query);
	if (status != ST_OK)
		return status;
	if (token.id == 0)
		return ST_NOT_FOUND;
	*token_out = token;
	return ST_OK;
}

enum status api_token_add(struct sql_db *db, const struct api_token *token,
                          const unsigned char hash[TOKEN_HASH_BYTES])
{
	struct sql_query query;

	sql_begin(&query, db, &access_token_put);
	sql_bind_i64(&query, 1, token->id);
	sql_bind_blob(&query, 2, access_hash(hash));
	sql_bind_i64(&query, 3, token->member);
	sql_bind_text(&query, 4, token->name);
	sql_bind_text(&query, 5, token->rights);
	sql_bind_i64(&query, 6, token->created_at);
	sql_bind_i64(&query, 7, token->expires_at);
	return sql_run(&query);
}

enum status api_token_find(struct sql_db *db,
                           const unsigned char hash[TOKEN_HASH_BYTES],
                           struct arena *arena, struct api_token *token_out)
{
	struct sql_query query;

	sql_begin(&query, db, &access_token_by_hash);
	sql_bind_blob(&query, 1, access_hash(hash));
	return token_one(&query, arena, token_out);
}

enum status api_token_get(struct sql_db *db, int64_t id, struct arena *arena,
                          struct api_token *token_out)
{
	struct sql_query query;

	sql_begin(&query, db, &access_token_by_id);
	sql_bind_i64(&query, 1, id);
	return token_one(&query, arena, token_out);
}

enum status api_token_list(struct sql_db *db, struct arena *arena,
                           int64_t member, struct api_token *out, size_t room,
                           size_t *count_out)
{
	struct sql_query query;
	size_t count = 0;
	enum status status;

	sql_begin(&query, db, &access_token_rows);
	sql_bind_filter(&query, 1, member);
	sql_bind_i64(&query, 2, (int64_t)room);
	while (count < room && sql_next(&query))
		out[count++] = token_read(&query, arena);
	status = sql_end(&query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

static enum status access_run_id(struct sql_db *db,
                                 const struct sql_statement *const *statement,
                                 int64_t id)
{
	struct sql_query query;

	sql_begin(&query, db, statement);
	sql_bind_i64(&query, 1, id);
	return sql_run(&query);
}

enum status api_token_touch(struct sql_db *db, int64_t id, instant_ms now)
{
	struct sql_query query;

	sql_begin(&query, db, &access_token_seen);
	sql_bind_i64(&query, 1, id);
	sql_bind_i64(&query, 2, now);
	return sql_run(&query);
}

enum status api_token_remove(struct sql_db *db, int64_t id)
{
	return access_run_id(db, &access_token_drop, id);
}

enum status api_token_remove_all(struct sql_db *db, int64_t member)
{
	return access_run_id(db, &access_token_drop_all, member);
}

/* ---------------------------------------------------------- second factors */

SQL(access_totp_row, "SELECT secret, active, step FROM totp WHERE member = $1");
SQL(access_totp_put, "INSERT INTO totp (member, secret, active, step)"
                     " VALUES ($1, $2, $3, $4) ON CONFLICT (member) DO UPDATE"
                     " SET secret = excluded.secret, active = excluded.active,"
                     " step = excluded.step");
SQL(access_totp_drop, "DELETE FROM totp WHERE member = $1");
SQL(access_totp_late, "UPDATE totp SET step = $1 WHERE step < $1");
SQL(access_recovery_put, "INSERT INTO recovery_code (hash, member)"
                         " VALUES ($1, $2)");
SQL(access_recovery_take, "DELETE FROM recovery_code WHERE hash = $1"
                          " AND member = $2 RETURNING member");
SQL(access_recovery_left, "SELECT COUNT(*) FROM recovery_code"
                          " WHERE member = $1");
SQL(access_recovery_drop, "DELETE FROM recovery_code WHERE member = $1");
SQL(access_recovery_drop_each, "DELETE FROM recovery_code");

enum status totp_get(struct sql_db *db, int64_t member, struct totp *totp_out)
{
	struct totp totp = {0};
	struct sql_query query;
	bool found = false;
	enum status status;

	sql_begin(&query, db, &access_totp_row);
	sql_bind_i64(&query, 1, member);
	if (sql_next(&query)) {
		struct str secret = sql_blob(&query, 0);

		found = secret.length == TOTP_SECRET_BYTES;
		if (found)
			memcpy(totp.secret, secret.text, TOTP_SECRET_BYTES);
		totp.active = sql_i64(&query, 1) != 0;
		totp.step = sql_i64(&query, 2);
	}
	status = sql_end(&query);
	if (status != ST_OK)
		return status;
	if (!found)
		return ST_NOT_FOUND;
	*totp_out = totp;
	return ST_OK;
}

enum status totp_set(struct sql_db *db, int64_t member, const struct totp *totp)
{
	struct sql_query query;

	sql_begin(&query, db, &access_totp_put);
	sql_bind_i64(&query, 1, member);
	sql_bind_blob(
		&query, 2,
		(struct str){(const char *)totp->secret, TOTP_SECRET_BYTES});
	sql_bind_i64(&query, 3, totp->active);
	sql_bind_i64(&query, 4, totp->step);
	return sql_run(&query);
}

enum status totp_remove(struct sql_db *db, int64_t member)
{
	enum status status = access_run_id(db, &access_totp_drop, member);

	if (status == ST_OK)
		status = recovery_remove_all(db, member);
	return status;
}

enum status recovery_add(struct sql_db *db, int64_t member,
                         const unsigned char hash[TOKEN_HASH_BYTES])
{
	struct sql_query query;

	sql_begin(&query, db, &access_recovery_put);
	sql_bind_blob(&query, 1, access_hash(hash));
	sql_bind_i64(&query, 2, member);
	return sql_run(&query);
}

enum status recovery_use(struct sql_db *db, int64_t member,
                         const unsigned char hash[TOKEN_HASH_BYTES])
{
	struct sql_query query;
	bool taken = false;
	enum status status;

	sql_begin(&query, db, &access_recovery_take);
	sql_bind_blob(&query, 1, access_hash(hash));
	sql_bind_i64(&query, 2, member);
	while (sql_next(&query))
		taken = true;
	status = sql_end(&query);
	if (status == ST_OK && !taken)
		return ST_NOT_FOUND;
	return status;
}

enum status recovery_count(struct sql_db *db, int64_t member,
                           int64_t *count_out)
{
	struct sql_query query;
	int64_t count = 0;
	enum status status;

	sql_begin(&query, db, &access_recovery_left);
	sql_bind_i64(&query, 1, member);
	if (sql_next(&query))
		count = sql_i64(&query, 0);
	status = sql_end(&query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

enum status recovery_remove_all(struct sql_db *db, int64_t member)
{
	return access_run_id(db, &access_recovery_drop, member);
}

/* ---------------------------------------------------- what a command said */

SQL(access_body_put, "INSERT INTO command_body (command, digest, at)"
                     " VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");
SQL(access_body_row, "SELECT digest FROM command_body WHERE command = $1");
SQL(access_body_drop_old, "DELETE FROM command_body WHERE at < $1");

enum status command_body_bind(struct sql_db *db, struct str command,
                              struct str digest, instant_ms now)
{
	struct sql_query query;
	bool same = false;
	enum status status;

	sql_begin(&query, db, &access_body_put);
	sql_bind_blob(&query, 1, command);
	sql_bind_blob(&query, 2, digest);
	sql_bind_i64(&query, 3, now);
	status = sql_run(&query);
	if (status != ST_OK)
		return status;
	sql_begin(&query, db, &access_body_row);
	sql_bind_blob(&query, 1, command);
	if (sql_next(&query))
		same = str_equal(sql_blob(&query, 0), digest);
	status = sql_end(&query);
	if (status == ST_OK && !same)
		return ST_CONFLICT;
	return status;
}

/* ------------------------------------------------------------------ upkeep */

enum status access_sweep(struct sql_db *db, instant_ms now)
{
	enum status status =
		access_run_id(db, &access_token_drop_old, now - TOKEN_SHOWN);

	if (status == ST_OK)
		status = access_run_id(db, &access_body_drop_old,
		                       now - COMMAND_BODY_AGE);
	return status;
}

enum status access_clear(struct sql_db *db, int64_t step)
{
	struct sql_query query;
	enum status status = access_run_id(db, &access_totp_late, step);

	if (status != ST_OK)
		return status;
	sql_begin(&query, db, &access_token_drop_each);
	status = sql_run(&query);
	if (status != ST_OK)
		return status;
	sql_begin(&query, db, &access_recovery_drop_each);
	return sql_run(&query);
}
