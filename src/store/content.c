#include "store/content.h"

#include <sodium.h>
#include <string.h>

SQL(content_insert, "INSERT INTO content (event, slot, salt, text)"
                    " VALUES ($1, $2, $3, $4)");
SQL(content_one, "SELECT text FROM content WHERE event = $1 AND slot = $2");
SQL(content_all, "SELECT slot, salt, text FROM content WHERE event = $1"
                 " ORDER BY slot");
SQL(content_empty, "UPDATE content SET salt = NULL, text = NULL"
                   " WHERE event = $1 AND"
                   " (CAST($2 AS BIGINT) IS NULL OR slot = $2)");
SQL(content_walk, "SELECT event, slot, text FROM content"
                  " WHERE event > $1 AND text IS NOT NULL"
                  " ORDER BY event, slot");

void content_commit(enum slot slot, struct str text, const unsigned char *salt,
                    unsigned char *hash_out)
{
	unsigned char number = (unsigned char)slot;
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, 32);
	crypto_generichash_update(&state, salt, 16);
	crypto_generichash_update(&state, &number, 1);
	crypto_generichash_update(&state, (const unsigned char *)text.text,
	                          text.length);
	crypto_generichash_final(&state, hash_out, 32);
}

enum status content_write(struct sql_db *db, const struct content *content,
                          const unsigned char *salt)
{
	struct sql_query query;

	sql_begin(&query, db, &content_insert);
	sql_bind_i64(&query, 1, content->event);
	sql_bind_i64(&query, 2, (int64_t)content->slot);
	sql_bind_blob(&query, 3, (struct str){(const char *)salt, 16});
	sql_bind_blob(&query, 4, content->text);
	return sql_run(&query);
}

enum status content_read(struct sql_db *db, struct arena *arena, int64_t event,
                         enum slot slot, struct str *text_out)
{
	struct str text = STR("");
	struct sql_query query;
	enum status status;

	sql_begin(&query, db, &content_one);
	sql_bind_i64(&query, 1, event);
	sql_bind_i64(&query, 2, (int64_t)slot);
	if (sql_next(&query))
		text = str_copy(arena, sql_blob(&query, 0));
	status = sql_end(&query);
	if (status == ST_OK)
		*text_out = text;
	return status;
}

enum status content_read_all(struct sql_db *db, struct arena *arena,
                             int64_t event, struct content_stored *out,
                             size_t *count_out)
{
	struct sql_query query;
	size_t count = 0;
	enum status status;

	sql_begin(&query, db, &content_all);
	sql_bind_i64(&query, 1, event);
	while (count < SLOT_COUNT && sql_next(&query)) {
		struct str salt = sql_blob(&query, 1);
		struct content_stored *row = &out[count++];

		*row = (struct content_stored){
			.slot = (enum slot)sql_i64(&query, 0),
			.erased = sql_is_null(&query, 1),
			.text = str_copy(arena, sql_blob(&query, 2)),
		};
		if (salt.length == sizeof(row->salt))
			memcpy(row->salt, salt.text, sizeof(row->salt));
	}
	status = sql_end(&query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

enum status content_erase(struct sql_db *db, int64_t event, enum slot slot)
{
	struct sql_query query;

	sql_begin(&query, db, &content_empty);
	sql_bind_i64(&query, 1, event);
	sql_bind_filter(&query, 2, (int64_t)slot);
	return sql_run(&query);
}

enum status content_search(struct sql_db *db, struct str needle, int64_t after,
                           int64_t *events_out, enum slot *slots_out,
                           size_t room, size_t *count_out)
{
	struct sql_query query;
	size_t count = 0;
	enum status status;

	sql_begin(&query, db, &content_walk);
	sql_bind_i64(&query, 1, after);
	while (count < room && sql_next(&query)) {
		struct str text = sql_blob(&query, 2);

		if (str_find_nocase(text, needle, 0) == text.length)
			continue;
		events_out[count] = sql_i64(&query, 0);
		slots_out[count++] = (enum slot)sql_i64(&query, 1);
	}
	status = sql_end(&query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}
