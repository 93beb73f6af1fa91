#include "store/session.h"

#include <assert.h>
#include <string.h>

static struct str hash_bytes(const unsigned char *hash)
{
	return (struct str){(const char *)hash, TOKEN_HASH_BYTES};
}

/* ------------------------------------------------------------- credentials */

SQL(credential_put, "INSERT INTO credential (member, password) VALUES ($1, $2)"
                    " ON CONFLICT (member)"
                    " DO UPDATE SET password = excluded.password");
SQL(credential_of, "SELECT password FROM credential WHERE member = $1");
SQL(credential_drop, "DELETE FROM credential WHERE member = $1");

enum status credential_set(struct sql_db *db, int64_t member,
                           struct str password_hash)
{
	struct sql_query query;

	/* A password itself must never get here. */
	assert(str_starts(password_hash, STR("$argon2id$")));
	sql_begin(&query, db, &credential_put);
	sql_bind_i64(&query, 1, member);
	sql_bind_text(&query, 2, password_hash);
	return sql_run(&query);
}

enum status credential_get(struct sql_db *db, int64_t member,
                           struct arena *arena, struct str *password_hash_out)
{
	struct sql_query query;
	struct str found = {NULL, 0};

	sql_begin(&query, db, &credential_of);
	sql_bind_i64(&query, 1, member);
	if (sql_next(&query))
		found = str_copy(arena, sql_text(&query, 0));

	enum status status = sql_end(&query);

	if (status != ST_OK)
		return status;
	if (found.text == NULL)
		return ST_NOT_FOUND;
	*password_hash_out = found;
	return ST_OK;
}

enum status credential_remove(struct sql_db *db, int64_t member)
{
	struct sql_query query;

	sql_begin(&query, db, &credential_drop);
	sql_bind_i64(&query, 1, member);
	return sql_run(&query);
}

/* ------------------------------------------------------------------- links */

SQL(sign_in_put, "INSERT INTO sign_in (token_hash, member, expires_at,"
                 " inviter) VALUES ($1, $2, $3, $4)");
/* Taken and gone in one statement, so that one use is all there is. */
SQL(sign_in_take, "DELETE FROM sign_in WHERE token_hash = $1"
                  " RETURNING member, expires_at");
SQL(sign_in_open, "SELECT COUNT(*) FROM sign_in"
                  " WHERE member = $1 AND expires_at > $2");
SQL(sign_in_drop_all, "DELETE FROM sign_in WHERE member = $1");
SQL(sign_in_drop_sent, "DELETE FROM sign_in WHERE inviter = $1");
SQL(sign_in_drop_old, "DELETE FROM sign_in WHERE expires_at <= $1");
SQL(sign_in_drop_each, "DELETE FROM sign_in");

enum status sign_in_add(struct sql_db *db,
                        const unsigned char hash[TOKEN_HASH_BYTES],
                        int64_t member, instant_ms expires_at)
{
	return sign_in_invite(db, hash, member, 0, expires_at);
}

enum status sign_in_invite(struct sql_db *db,
                           const unsigned char hash[TOKEN_HASH_BYTES],
                           int64_t member, int64_t inviter,
                           instant_ms expires_at)
{
	struct sql_query query;

	sql_begin(&query, db, &sign_in_put);
	sql_bind_blob(&query, 1, hash_bytes(hash));
	sql_bind_i64(&query, 2, member);
	sql_bind_i64(&query, 3, expires_at);
	sql_bind_i64(&query, 4, inviter);
	return sql_run(&query);
}

enum status sign_in_use(struct sql_db *db,
                        const unsigned char hash[TOKEN_HASH_BYTES],
                        instant_ms now, int64_t *member_out)
{
	struct sql_query query;
	int64_t member = 0;

	sql_begin(&query, db, &sign_in_take);
	sql_bind_blob(&query, 1, hash_bytes(hash));
	while (sql_next(&query)) {
		if (sql_i64(&query, 1) > now)
			member = sql_i64(&query, 0);
	}

	enum status status = sql_end(&query);

	if (status != ST_OK)
		return status;
	if (member == 0)
		return ST_NOT_FOUND;
	*member_out = member;
	return ST_OK;
}

enum status sign_in_count(struct sql_db *db, int64_t member, instant_ms now,
                          int64_t *count_out)
{
	struct sql_query query;
	int64_t count = 0;

	sql_begin(&query, db, &sign_in_open);
	sql_bind_i64(&query, 1, member);
	sql_bind_i64(&query, 2, now);
	if (sql_next(&query))
		count = sql_i64(&query, 0);

	enum status status = sql_end(&query);

	if (status == ST_OK)
		*count_out = count;
	return status;
}

enum status sign_in_remove_all(struct sql_db *db, int64_t member)
{
	struct sql_query query;

	sql_begin(&query, db, &sign_in_drop_all);
	sql_bind_i64(&query, 1, member);
	return sql_run(&query);
}

enum status sign_in_revoke(struct sql_db *db, int64_t inviter)
{
	struct sql_query query;

	sql_begin(&query, db, &sign_in_drop_sent);
	sql_bind_i64(&query, 1, inviter);
	return sql_run(&query);
}

/* ---------------------------------------------------------------- sessions */

SQL(session_put, "INSERT INTO session (id_hash, member, created_at, seen_at,"
                 " agent, id, address) VALUES ($1, $2, $3, $4, $5, $6, $7)");
SQL(session_by_hash, "SELECT member, created_at, seen_at, agent, id, address"
                     " FROM session WHERE id_hash = $1");
SQL(session_of, "SELECT member, created_at, seen_at, agent, id, address"
                " FROM session WHERE member = $1"
                " ORDER BY seen_at DESC, id LIMIT $2");
SQL(session_shown, "SELECT id_hash FROM session WHERE member = $1 AND id = $2"
                   " ORDER BY id_hash LIMIT 1");
SQL(session_seen, "UPDATE session SET seen_at = $2"
                  " WHERE id_hash = $1 AND seen_at < $2");
SQL(session_drop, "DELETE FROM session WHERE id_hash = $1");
SQL(session_drop_all, "DELETE FROM session WHERE member = $1"
                      " AND id_hash <> $2");
SQL(session_drop_old, "DELETE FROM session"
                      " WHERE seen_at < $1 OR created_at < $2");
SQL(session_drop_each, "DELETE FROM session");

enum status session_add(struct sql_db *db,
                        const unsigned char hash[TOKEN_HASH_BYTES],
                        const struct session_row *row)
{
	struct sql_query query;

	assert(row->member != 0);
	sql_begin(&query, db, &session_put);
	sql_bind_blob(&query, 1, hash_bytes(hash));
	sql_bind_i64(&query, 2, row->member);
	sql_bind_i64(&query, 3, row->created_at);
	sql_bind_i64(&query, 4, row->seen_at);
	sql_bind_text(&query, 5,
	              str_utf8_prefix(row->agent, SESSION_AGENT_BYTES));
	sql_bind_i64(&query, 6, row->id);
	sql_bind_text(&query, 7, row->address);
	return sql_run(&query);
}

static struct session_row session_read(struct sql_query *query,
                                       struct arena *arena)
{
	return (struct session_row){
		.member = sql_i64(query, 0),
		.created_at = sql_i64(query, 1),
		.seen_at = sql_i64(query, 2),
		.agent = str_copy(arena, sql_text(query, 3)),
		.id = sql_i64(query, 4),
		.address = str_copy(arena, sql_text(query, 5)),
	};
}

enum status session_list(struct sql_db *db, struct arena *arena, int64_t member,
                         struct session_row *rows_out, size_t room,
                         size_t *count_out)
{
	struct sql_query query;
	size_t count = 0;
	enum status status;

	sql_begin(&query, db, &session_of);
	sql_bind_i64(&query, 1, member);
	sql_bind_i64(&query, 2, (int64_t)room);
	while (count < room && sql_next(&query))
		rows_out[count++] = session_read(&query, arena);
	status = sql_end(&query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

enum status session_by_id(struct sql_db *db, int64_t member, int64_t id,
                          unsigned char hash_out[TOKEN_HASH_BYTES])
{
	struct sql_query query;
	bool found = false;
	enum status status;

	sql_begin(&query, db, &session_shown);
	sql_bind_i64(&query, 1, member);
	sql_bind_i64(&query, 2, id);
	if (sql_next(&query)) {
		struct str hash = sql_blob(&query, 0);

		found = hash.length == TOKEN_HASH_BYTES;
		if (found)
			memcpy(hash_out, hash.text, TOKEN_HASH_BYTES);
	}
	status = sql_end(&query);
	if (status == ST_OK && !found)
		return ST_NOT_FOUND;
	return status;
}

enum status session_find(struct sql_db *db,
                         const unsigned char hash[TOKEN_HASH_BYTES],
                         struct arena *arena, struct session_row *row_out)
{
	struct sql_query query;
	struct session_row row = {0};

	sql_begin(&query, db, &session_by_hash);
	sql_bind_blob(&query, 1, hash_bytes(hash));
	if (sql_next(&query))
		row = session_read(&query, arena);

	enum status status = sql_end(&query);

	if (status != ST_OK)
		return status;
	if (row.member == 0)
		return ST_NOT_FOUND;
	*row_out = row;
	return ST_OK;
}

enum status session_touch(struct sql_db *db,
                          const unsigned char hash[TOKEN_HASH_BYTES],
                          instant_ms now)
{
	struct sql_query query;

	sql_begin(&query, db, &session_seen);
	sql_bind_blob(&query, 1, hash_bytes(hash));
	sql_bind_i64(&query, 2, now);
	return sql_run(&query);
}

enum status session_remove(struct sql_db *db,
                           const unsigned char hash[TOKEN_HASH_BYTES])
{
	struct sql_query query;

	sql_begin(&query, db, &session_drop);
	sql_bind_blob(&query, 1, hash_bytes(hash));
	return sql_run(&query);
}

enum status session_remove_all(struct sql_db *db, int64_t member,
                               const unsigned char *kept)
{
	struct sql_query query;

	sql_begin(&query, db, &session_drop_all);
	sql_bind_i64(&query, 1, member);
	/* No session has the empty hash. */
	sql_bind_blob(&query, 2, kept != NULL ? hash_bytes(kept) : STR(""));
	return sql_run(&query);
}

enum status session_sweep(struct sql_db *db, instant_ms seen_before,
                          instant_ms created_before, instant_ms now)
{
	struct sql_query query;
	enum status status = ST_OK;

	sql_begin(&query, db, &session_drop_old);
	sql_bind_i64(&query, 1, seen_before);
	sql_bind_i64(&query, 2, created_before);
	status = sql_run(&query);
	if (status != ST_OK)
		return status;
	sql_begin(&query, db, &sign_in_drop_old);
	sql_bind_i64(&query, 1, now);
	return sql_run(&query);
}

enum status session_clear(struct sql_db *db)
{
	struct sql_query query;
	enum status status = ST_OK;

	sql_begin(&query, db, &session_drop_each);
	status = sql_run(&query);
	if (status != ST_OK)
		return status;
	sql_begin(&query, db, &sign_in_drop_each);
	return sql_run(&query);
}
