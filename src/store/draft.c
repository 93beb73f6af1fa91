#include "store/draft.h"

SQL(draft_row, "SELECT member, version, at, ready, document FROM draft"
               " WHERE ticket = $1");
SQL(draft_head_row, "SELECT member, version, at, ready FROM draft"
                    " WHERE ticket = $1");
SQL(draft_put,
    "INSERT INTO draft (ticket, member, version, at, ready, document)"
    " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (ticket) DO UPDATE SET"
    " member = excluded.member, version = excluded.version, at = excluded.at,"
    " ready = excluded.ready, document = excluded.document");
SQL(draft_gone, "DELETE FROM draft WHERE ticket = $1");
SQL(draft_move_row, "UPDATE draft SET ticket = $2 WHERE ticket = $1 AND"
                    " NOT EXISTS (SELECT 1 FROM draft WHERE ticket = $2)");
SQL(draft_count_row, "SELECT COUNT(*) FROM draft");
SQL(draft_old, "DELETE FROM draft WHERE at < $1");
SQL(draft_erase_rows, "DELETE FROM draft WHERE ticket IN"
                      " (SELECT ticket FROM message WHERE contact = $1 UNION"
                      " SELECT id FROM ticket WHERE contact = $1 UNION"
                      " SELECT ticket FROM participant WHERE contact = $1)");

enum status draft_head(struct sql_db *db, int64_t ticket,
                       struct draft *draft_out)
{
	struct sql_query query;
	struct draft draft = {0};
	enum status status;

	sql_begin(&query, db, &draft_head_row);
	sql_bind_i64(&query, 1, ticket);
	if (sql_next(&query))
		draft = (struct draft){
			.ticket = ticket,
			.member = sql_i64(&query, 0),
			.version = sql_i64(&query, 1),
			.at = sql_i64(&query, 2),
			.ready = sql_i64(&query, 3) != 0,
		};
	status = sql_end(&query);
	if (status == ST_OK)
		*draft_out = draft;
	return status;
}

enum status draft_read(struct sql_db *db, struct arena *arena, int64_t ticket,
                       struct draft *draft_out)
{
	struct sql_query query;
	struct draft draft = {0};
	enum status status;

	sql_begin(&query, db, &draft_row);
	sql_bind_i64(&query, 1, ticket);
	if (sql_next(&query))
		draft = (struct draft){
			.ticket = ticket,
			.member = sql_i64(&query, 0),
			.version = sql_i64(&query, 1),
			.at = sql_i64(&query, 2),
			.ready = sql_i64(&query, 3) != 0,
			.document = str_copy(arena, sql_text(&query, 4)),
		};
	status = sql_end(&query);
	if (status == ST_OK)
		*draft_out = draft;
	return status;
}

enum status draft_write(struct sql_db *db, const struct draft *draft)
{
	struct sql_query query;

	sql_begin(&query, db, &draft_put);
	sql_bind_i64(&query, 1, draft->ticket);
	sql_bind_i64(&query, 2, draft->member);
	sql_bind_i64(&query, 3, draft->version);
	sql_bind_i64(&query, 4, draft->at);
	sql_bind_i64(&query, 5, draft->ready);
	sql_bind_text(&query, 6, draft->document);
	return sql_run(&query);
}

static enum status draft_run(struct sql_db *db,
                             const struct sql_statement *const *text,
                             int64_t value)
{
	struct sql_query query;

	sql_begin(&query, db, text);
	sql_bind_i64(&query, 1, value);
	return sql_run(&query);
}

enum status draft_drop(struct sql_db *db, int64_t ticket)
{
	return draft_run(db, &draft_gone, ticket);
}

enum status draft_move(struct sql_db *db, int64_t from, int64_t to)
{
	struct sql_query query;

	sql_begin(&query, db, &draft_move_row);
	sql_bind_i64(&query, 1, from);
	sql_bind_i64(&query, 2, to);
	return sql_run(&query);
}

enum status draft_count(struct sql_db *db, int64_t *count_out)
{
	struct sql_query query;
	int64_t count = 0;
	enum status status;

	sql_begin(&query, db, &draft_count_row);
	if (sql_next(&query))
		count = sql_i64(&query, 0);
	status = sql_end(&query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

enum status draft_expire(struct sql_db *db, instant_ms before)
{
	return draft_run(db, &draft_old, before);
}

enum status draft_erase(struct sql_db *db, int64_t contact)
{
	return draft_run(db, &draft_erase_rows, contact);
}
