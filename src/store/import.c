#include "store/import.h"

#include "core/states.h"

#define IMPORT_ROW_COLUMNS                                                     \
	"SELECT id, source, mailbox, state, size, received, total, read,"      \
	" threads, messages, duplicates, skipped, takeover_at, taken,"         \
	" created_at, started_at, ended_at, name, folder, labels, mine, said"  \
	" FROM import"

SQL(import_insert,
    "INSERT INTO import (id, source, mailbox, state, size, received, total,"
    " read, threads, messages, duplicates, skipped, takeover_at, taken,"
    " created_at, started_at, ended_at, name, folder, labels, mine, said)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
    " $15, $16, $17, $18, $19, $20, $21, $22)");
SQL(import_by_id, IMPORT_ROW_COLUMNS " WHERE id = $1");
SQL(import_all, IMPORT_ROW_COLUMNS " ORDER BY id DESC LIMIT $1");
SQL(import_update,
    "UPDATE import SET state = $2, size = $3, received = $4, total = $5,"
    " takeover_at = $6, taken = $7, started_at = $8, ended_at = $9, said = $10,"
    " labels = $11, mine = $12 WHERE id = $1");
SQL(import_reading,
    "SELECT id FROM import WHERE state = 2 ORDER BY id LIMIT 1");
SQL(import_step_on,
    "UPDATE import SET read = read + 1, threads = threads + $3,"
    " messages = messages + $4, duplicates = duplicates + $5,"
    " skipped = skipped + $6 WHERE id = $1 AND read = $2 AND state = 2");
SQL(import_thread_row,
    "SELECT ticket FROM import_thread WHERE import = $1 AND thread = $2");
SQL(import_thread_put,
    "INSERT INTO import_thread (import, thread, ticket) VALUES ($1, $2, $3)"
    " ON CONFLICT (import, thread) DO UPDATE SET ticket = excluded.ticket");
/* Closed (5) as history; WHY_HISTORY is looked at when it is taken over. */
SQL(import_thread_open,
    "SELECT i.thread, i.ticket FROM import_thread i"
    " JOIN ticket t ON t.id = i.ticket WHERE i.import = $1 AND i.thread > $2"
    " AND t.state = 5 AND t.unanswered > 0 ORDER BY i.thread LIMIT $3");
SQL(import_error_put,
    "INSERT INTO import_error (import, n, said) SELECT CAST($1 AS BIGINT),"
    " CAST($2 AS BIGINT), CAST($3 AS TEXT) WHERE (SELECT COUNT(*) FROM"
    " import_error WHERE import = CAST($1 AS BIGINT)) < CAST($4 AS BIGINT)"
    " ON CONFLICT (import, n) DO UPDATE SET said = excluded.said");
SQL(import_error_rows, "SELECT n, said FROM import_error WHERE import = $1"
                       " ORDER BY n LIMIT $2");
SQL(import_word_rows,
    "SELECT m.ticket, t.type, m.client, m.id, m.kind, m.automatic, m.counts,"
    " m.at FROM (SELECT DISTINCT ticket FROM import_thread WHERE import = $1) i"
    " JOIN ticket t ON t.id = i.ticket JOIN message m ON m.ticket = t.id"
    " WHERE m.kind IN (1, 2, 4) AND m.delivery <> 8"
    " ORDER BY m.ticket, m.at, m.id");
SQL(import_stop_rows, "UPDATE import SET state = 3, said = $1 WHERE state = 2");

const char *const import_state_names[IMPORT_STATE_COUNT] = {
	[IMPORT_NONE] = "none",       [IMPORT_RECEIVING] = "receiving",
	[IMPORT_READING] = "reading", [IMPORT_STOPPED] = "stopped",
	[IMPORT_DONE] = "done",       [IMPORT_FAILED] = "failed",
};

enum status import_add(struct sql_db *db, const struct import *import)
{
	struct sql_query query;
	int number = 1;

	sql_begin(&query, db, &import_insert);
	sql_bind_i64(&query, number++, import->id);
#define IMPORT_BIND(field) sql_bind_i64(&query, number++, import->field);
	IMPORT_COLUMNS(IMPORT_BIND)
#undef IMPORT_BIND
	sql_bind_text(&query, number++, import->name);
	sql_bind_text(&query, number++, import->folder);
	sql_bind_text(&query, number++, import->labels);
	sql_bind_text(&query, number++, import->mine);
	sql_bind_text(&query, number++, import->said);
	return sql_run(&query);
}

static void import_row(struct sql_query *query, struct arena *arena,
                       struct import *out)
{
	int column = 0;

	out->id = sql_i64(query, column++);
#define IMPORT_TAKE(field) out->field = sql_i64(query, column++);
	IMPORT_COLUMNS(IMPORT_TAKE)
#undef IMPORT_TAKE
	out->name = str_copy(arena, sql_text(query, column++));
	out->folder = str_copy(arena, sql_text(query, column++));
	out->labels = str_copy(arena, sql_text(query, column++));
	out->mine = str_copy(arena, sql_text(query, column++));
	out->said = str_copy(arena, sql_text(query, column++));
}

enum status import_read(struct sql_db *db, struct arena *arena, int64_t id,
                        struct import *import_out)
{
	struct sql_query query;
	bool found;
	enum status status;

	sql_begin(&query, db, &import_by_id);
	sql_bind_i64(&query, 1, id);
	found = sql_next(&query);
	if (found)
		import_row(&query, arena, import_out);
	status = sql_end(&query);
	if (status == ST_OK && !found)
		status = ST_NOT_FOUND;
	return status;
}

enum status import_save(struct sql_db *db, const struct import *import)
{
	struct sql_query query;

	sql_begin(&query, db, &import_update);
	sql_bind_i64(&query, 1, import->id);
	sql_bind_i64(&query, 2, import->state);
	sql_bind_i64(&query, 3, import->size);
	sql_bind_i64(&query, 4, import->received);
	sql_bind_i64(&query, 5, import->total);
	sql_bind_i64(&query, 6, import->takeover_at);
	sql_bind_i64(&query, 7, import->taken);
	sql_bind_i64(&query, 8, import->started_at);
	sql_bind_i64(&query, 9, import->ended_at);
	sql_bind_text(&query, 10, import->said);
	sql_bind_text(&query, 11, import->labels);
	sql_bind_text(&query, 12, import->mine);
	return sql_run(&query);
}

enum status import_list(struct sql_db *db, struct arena *arena,
                        struct import *imports_out, size_t room,
                        size_t *count_out)
{
	struct sql_query query;
	size_t count = 0;
	enum status status;

	sql_begin(&query, db, &import_all);
	sql_bind_i64(&query, 1, (int64_t)room);
	while (count < room && sql_next(&query))
		import_row(&query, arena, &imports_out[count++]);
	status = sql_end(&query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

static enum status import_one(struct sql_query *query, int64_t *id_out)
{
	int64_t id = sql_next(query) ? sql_i64(query, 0) : 0;
	enum status status = sql_end(query);

	if (status == ST_OK)
		*id_out = id;
	return status;
}

enum status import_next(struct sql_db *db, int64_t *id_out)
{
	struct sql_query query;

	sql_begin(&query, db, &import_reading);
	return import_one(&query, id_out);
}

enum status import_advance(struct sql_db *db, const struct import_step *step)
{
	int64_t before = sql_changes(db);
	struct sql_query query;
	enum status status;

	sql_begin(&query, db, &import_step_on);
	sql_bind_i64(&query, 1, step->import);
	sql_bind_i64(&query, 2, step->read);
	sql_bind_i64(&query, 3, step->thread);
	sql_bind_i64(&query, 4, step->message);
	sql_bind_i64(&query, 5, step->duplicate);
	sql_bind_i64(&query, 6, step->skipped);
	status = sql_run(&query);
	if (status == ST_OK && sql_changes(db) == before)
		status = ST_CONFLICT;
	return status;
}

enum status import_thread_find(struct sql_db *db, int64_t import,
                               int64_t thread, int64_t *ticket_out)
{
	struct sql_query query;

	sql_begin(&query, db, &import_thread_row);
	sql_bind_i64(&query, 1, import);
	sql_bind_i64(&query, 2, thread);
	return import_one(&query, ticket_out);
}

enum status import_thread_set(struct sql_db *db, int64_t import, int64_t thread,
                              int64_t ticket)
{
	struct sql_query query;

	sql_begin(&query, db, &import_thread_put);
	sql_bind_i64(&query, 1, import);
	sql_bind_i64(&query, 2, thread);
	sql_bind_i64(&query, 3, ticket);
	return sql_run(&query);
}

enum status import_threads_open(struct sql_db *db, int64_t import,
                                int64_t after,
                                struct import_thread *threads_out, size_t room,
                                size_t *count_out)
{
	struct sql_query query;
	size_t count = 0;
	enum status status;

	sql_begin(&query, db, &import_thread_open);
	sql_bind_i64(&query, 1, import);
	sql_bind_i64(&query, 2, after);
	sql_bind_i64(&query, 3, (int64_t)room);
	while (count < room && sql_next(&query)) {
		threads_out[count++] = (struct import_thread){
			.thread = sql_i64(&query, 0),
			.ticket = sql_i64(&query, 1),
		};
	}
	status = sql_end(&query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

enum status import_error_add(struct sql_db *db, int64_t import, int64_t n,
                             struct str said)
{
	struct sql_query query;

	sql_begin(&query, db, &import_error_put);
	sql_bind_i64(&query, 1, import);
	sql_bind_i64(&query, 2, n);
	sql_bind_text(&query, 3, said);
	sql_bind_i64(&query, 4, IMPORT_ERRORS_MAX);
	return sql_run(&query);
}

enum status import_errors(struct sql_db *db, struct arena *arena,
                          int64_t import, struct import_error *errors_out,
                          size_t room, size_t *count_out)
{
	struct sql_query query;
	size_t count = 0;
	enum status status;

	sql_begin(&query, db, &import_error_rows);
	sql_bind_i64(&query, 1, import);
	sql_bind_i64(&query, 2, (int64_t)room);
	while (count < room && sql_next(&query)) {
		errors_out[count++] = (struct import_error){
			.n = sql_i64(&query, 0),
			.said = str_copy(arena, sql_text(&query, 1)),
		};
	}
	status = sql_end(&query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

enum status import_words(struct sql_db *db, int64_t import,
                         import_each_word each, void *context)
{
	struct sql_query query;
	enum status status = ST_OK, ended;

	sql_begin(&query, db, &import_word_rows);
	sql_bind_i64(&query, 1, import);
	while (status == ST_OK && sql_next(&query)) {
		const struct import_word word = {
			.ticket = sql_i64(&query, 0),
			.type = sql_i64(&query, 1),
			.client = sql_i64(&query, 2),
			.message = sql_i64(&query, 3),
			.kind = sql_i64(&query, 4),
			.automatic = sql_i64(&query, 5),
			.counts = sql_i64(&query, 6),
			.at = sql_i64(&query, 7),
		};

		status = each(context, &word);
	}
	ended = sql_end(&query);
	return status != ST_OK ? status : ended;
}

enum status import_stop_all(struct sql_db *db, struct str said)
{
	struct sql_query query;

	sql_begin(&query, db, &import_stop_rows);
	sql_bind_text(&query, 1, said);
	return sql_run(&query);
}
