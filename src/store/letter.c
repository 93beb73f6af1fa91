#include "store/letter.h"

SQL(letter_put,
    "INSERT INTO letter (id, member, kind, created_at, next_at, attempts,"
    " address, subject, text, sender, reply_to, message_id) VALUES"
    " ((SELECT COALESCE(MAX(id), 0) + 1 FROM letter), $1, $2, $3, $4, 0, $5,"
    " $6, $7, $8, $9, $10)");
SQL(letter_row, "SELECT member, kind, created_at, next_at, attempts, address,"
                " subject, text, sender, reply_to, message_id FROM letter"
                " WHERE id = $1");
SQL(letter_due_rows, "SELECT id FROM letter WHERE next_at > 0 AND"
                     " next_at <= $1 ORDER BY next_at, id LIMIT $2");
SQL(letter_defer_row, "UPDATE letter SET next_at = $2, attempts = attempts + 1"
                      " WHERE id = $1");
SQL(letter_end_row, "UPDATE letter SET next_at = 0, subject = '', text = '',"
                    " reply_to = '' WHERE id = $1");
SQL(letter_count_row,
    "SELECT COUNT(*) FROM letter WHERE address = $1 AND created_at > $3 AND"
    " (CAST($2 AS BIGINT) IS NULL OR kind = $2)");
SQL(letter_old, "DELETE FROM letter WHERE created_at < $1 AND next_at = 0");
SQL(letter_clear_rows, "DELETE FROM letter WHERE next_at > 0");
SQL(letter_clear_notices, "DELETE FROM notice_mail");
SQL(letter_member_rows, "SELECT DISTINCT member FROM notice_mail"
                        " WHERE due_at <= $1 ORDER BY member LIMIT $2");
SQL(letter_notice_rows, "SELECT notice FROM notice_mail WHERE member = $1 AND"
                        " due_at <= $2 ORDER BY notice LIMIT $3");
SQL(letter_notice_drop, "DELETE FROM notice_mail WHERE member = $1 AND"
                        " due_at <= $2");
SQL(letter_notice_defer, "UPDATE notice_mail SET due_at = $3 WHERE"
                         " member = $1 AND due_at <= $2");
SQL(letter_gesture, "SELECT MAX(seen_at) FROM session WHERE member = $1");

enum status letter_add(struct sql_db *db, const struct letter *letter)
{
	struct sql_query query;

	sql_begin(&query, db, &letter_put);
	sql_bind_i64(&query, 1, letter->member);
	sql_bind_i64(&query, 2, letter->kind);
	sql_bind_i64(&query, 3, letter->created_at);
	sql_bind_i64(&query, 4, letter->next_at);
	sql_bind_text(&query, 5, letter->address);
	sql_bind_text(&query, 6, letter->subject);
	sql_bind_text(&query, 7, letter->text);
	sql_bind_text(&query, 8, letter->from);
	sql_bind_text(&query, 9, letter->reply_to);
	sql_bind_text(&query, 10, letter->message_id);
	return sql_run(&query);
}

enum status letter_read(struct sql_db *db, struct arena *arena, int64_t id,
                        struct letter *letter_out)
{
	struct sql_query query;
	struct letter letter = {0};
	enum status status;

	sql_begin(&query, db, &letter_row);
	sql_bind_i64(&query, 1, id);
	if (sql_next(&query))
		letter = (struct letter){
			.id = id,
			.member = sql_i64(&query, 0),
			.kind = (enum letter_kind)sql_i64(&query, 1),
			.created_at = sql_i64(&query, 2),
			.next_at = sql_i64(&query, 3),
			.attempts = sql_i64(&query, 4),
			.address = str_copy(arena, sql_text(&query, 5)),
			.subject = str_copy(arena, sql_text(&query, 6)),
			.text = str_copy(arena, sql_text(&query, 7)),
			.from = str_copy(arena, sql_text(&query, 8)),
			.reply_to = str_copy(arena, sql_text(&query, 9)),
			.message_id = str_copy(arena, sql_text(&query, 10)),
		};
	status = sql_end(&query);
	if (status == ST_OK && letter.id == 0)
		return ST_NOT_FOUND;
	if (status == ST_OK)
		*letter_out = letter;
	return status;
}

static enum status letter_ids(struct sql_query *query, int64_t *ids_out,
                              size_t room, size_t *count_out)
{
	size_t count = 0;
	enum status status;

	while (count < room && sql_next(query))
		ids_out[count++] = sql_i64(query, 0);
	status = sql_end(query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

/* Up to three numbers, and no answer. */
static enum status letter_run(struct sql_db *db,
                              const struct sql_statement *const *text,
                              const int64_t *values, int count)
{
	struct sql_query query;

	sql_begin(&query, db, text);
	for (int i = 0; i < count; i++)
		sql_bind_i64(&query, i + 1, values[i]);
	return sql_run(&query);
}

enum status letter_due(struct sql_db *db, instant_ms until, int64_t *ids_out,
                       size_t room, size_t *count_out)
{
	struct sql_query query;

	sql_begin(&query, db, &letter_due_rows);
	sql_bind_i64(&query, 1, until);
	sql_bind_i64(&query, 2, (int64_t)room);
	return letter_ids(&query, ids_out, room, count_out);
}

enum status letter_defer(struct sql_db *db, int64_t id, instant_ms next_at)
{
	return letter_run(db, &letter_defer_row, (int64_t[]){id, next_at}, 2);
}

enum status letter_end(struct sql_db *db, int64_t id)
{
	return letter_run(db, &letter_end_row, &id, 1);
}

enum status letter_count(struct sql_db *db, struct str address,
                         enum letter_kind kind, instant_ms since,
                         int64_t *count_out)
{
	struct sql_query query;
	int64_t count = 0;
	enum status status;

	sql_begin(&query, db, &letter_count_row);
	sql_bind_text(&query, 1, address);
	sql_bind_filter(&query, 2, kind);
	sql_bind_i64(&query, 3, since);
	if (sql_next(&query))
		count = sql_i64(&query, 0);
	status = sql_end(&query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

enum status letter_expire(struct sql_db *db, instant_ms before)
{
	return letter_run(db, &letter_old, &before, 1);
}

enum status letter_clear(struct sql_db *db)
{
	enum status status = letter_run(db, &letter_clear_rows, NULL, 0);

	return status == ST_OK ? letter_run(db, &letter_clear_notices, NULL, 0)
	                       : status;
}

enum status letter_members(struct sql_db *db, instant_ms until,
                           int64_t *members_out, size_t room, size_t *count_out)
{
	struct sql_query query;

	sql_begin(&query, db, &letter_member_rows);
	sql_bind_i64(&query, 1, until);
	sql_bind_i64(&query, 2, (int64_t)room);
	return letter_ids(&query, members_out, room, count_out);
}

enum status letter_notices(struct sql_db *db, int64_t member, instant_ms until,
                           int64_t *ids_out, size_t room, size_t *count_out)
{
	struct sql_query query;

	sql_begin(&query, db, &letter_notice_rows);
	sql_bind_i64(&query, 1, member);
	sql_bind_i64(&query, 2, until);
	sql_bind_i64(&query, 3, (int64_t)room);
	return letter_ids(&query, ids_out, room, count_out);
}

enum status letter_notices_drop(struct sql_db *db, int64_t member,
                                instant_ms until)
{
	return letter_run(db, &letter_notice_drop, (int64_t[]){member, until},
	                  2);
}

enum status letter_notices_defer(struct sql_db *db, int64_t member,
                                 instant_ms until, instant_ms to)
{
	return letter_run(db, &letter_notice_defer,
	                  (int64_t[]){member, until, to}, 3);
}

enum status letter_last_gesture(struct sql_db *db, int64_t member,
                                instant_ms *at_out)
{
	struct sql_query query;
	instant_ms at = 0;
	enum status status;

	sql_begin(&query, db, &letter_gesture);
	sql_bind_i64(&query, 1, member);
	if (sql_next(&query))
		at = sql_i64(&query, 0);
	status = sql_end(&query);
	if (status == ST_OK)
		*at_out = at;
	return status;
}
