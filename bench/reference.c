/*
 * What bare SQLite does: the measure that our own rates are held against. It
 * gets the settings of our writer, prepared statements, and rows that are
 * ready in memory; it parses nothing, decides nothing and answers nobody.
 */
#include "bench.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define TABLES_MAX  64
#define COLUMNS_MAX 64

static void run(sqlite3 *db, const char *text)
{
	if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
		bench_fail("%s: %s", text, sqlite3_errmsg(db));
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *text)
{
	sqlite3_stmt *handle = NULL;

	if (sqlite3_prepare_v2(db, text, -1, &handle, NULL) != SQLITE_OK)
		bench_fail("%s: %s", text, sqlite3_errmsg(db));
	return handle;
}

static sqlite3 *file_new(const char *path)
{
	sqlite3 *db = NULL;

	bench_remove(path);
	if (sqlite3_open(path, &db) != SQLITE_OK)
		bench_fail("%s: %s", path, sqlite3_errmsg(db));
	run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
	        "PRAGMA cache_size = -12288; PRAGMA temp_store = MEMORY;"
	        "PRAGMA wal_autocheckpoint = 0");
	return db;
}

/* ------------------------------------------------------------------ ingest */

/* A table with its rows on their way from one file to the other. */
struct table {
	char name[64];
	int columns;
	int64_t rows;
	int64_t done;
	sqlite3_stmt *from;
	sqlite3_stmt *to;
};

struct copy {
	sqlite3 *source;
	sqlite3 *target;
	struct table tables[TABLES_MAX];
	size_t tables_count;
	bool indexed;
	sqlite3_stmt *index; /* puts a range of messages into the text index */
	int64_t last_message;
};

static void schema_copy(struct copy *copy)
{
	sqlite3_stmt *list = prepare(
		copy->source,
		"SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL"
		" AND name NOT LIKE 'search\\_%' ESCAPE '\\'"
		" AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
		" OR name = 'search_source' ORDER BY rootpage = 0, rowid");

	while (sqlite3_step(list) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(list, 0);

		if (copy->indexed || strstr(text, "VIRTUAL") == NULL)
			run(copy->target, text);
	}
	sqlite3_finalize(list);
}

static void table_add(struct copy *copy, const char *name)
{
	struct table *table = &copy->tables[copy->tables_count++];
	char text[512];
	size_t length = 0;
	sqlite3_stmt *count = NULL;

	if (copy->tables_count > TABLES_MAX)
		bench_fail("more than %d tables", TABLES_MAX);
	snprintf(table->name, sizeof(table->name), "%s", name);
	snprintf(text, sizeof(text), "SELECT COUNT(*) FROM \"%s\"", name);
	count = prepare(copy->source, text);
	sqlite3_step(count);
	table->rows = sqlite3_column_int64(count, 0);
	sqlite3_finalize(count);
	snprintf(text, sizeof(text), "SELECT * FROM \"%s\"", name);
	table->from = prepare(copy->source, text);
	table->columns = sqlite3_column_count(table->from);
	length = (size_t)snprintf(text, sizeof(text),
	                          "INSERT INTO \"%s\" VALUES (?", name);
	for (int i = 1; i < table->columns; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length,
		                           ",?");
	snprintf(text + length, sizeof(text) - length, ")");
	table->to = prepare(copy->target, text);
}

static void tables_find(struct copy *copy)
{
	sqlite3_stmt *list = prepare(
		copy->source,
		"SELECT name FROM sqlite_schema WHERE type = 'table'"
		" AND sql NOT LIKE '%VIRTUAL%'"
		" AND name NOT LIKE 'search\\_%' ESCAPE '\\'"
		" AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name");

	while (sqlite3_step(list) == SQLITE_ROW)
		table_add(copy, (const char *)sqlite3_column_text(list, 0));
	sqlite3_finalize(list);
	if (copy->indexed)
		copy->index = prepare(
			copy->target,
			"INSERT INTO search (rowid, words) SELECT id, words"
			" FROM search_source WHERE id > ? AND id <= ?");
}

/* One batch of one table: values in memory, so that reading is not timed. */
static double table_batch(struct table *table, int64_t until)
{
	size_t rows = until > table->done ? (size_t)(until - table->done) : 0;
	size_t columns = (size_t)table->columns;
	sqlite3_value **values = calloc(rows * columns + 1, sizeof(*values));
	double start = 0;

	for (size_t i = 0; i < rows; i++) {
		if (sqlite3_step(table->from) != SQLITE_ROW)
			bench_fail("%s ends early", table->name);
		for (int j = 0; j < table->columns; j++)
			values[i * columns + (size_t)j] = sqlite3_value_dup(
				sqlite3_column_value(table->from, j));
	}
	table->done = until > table->done ? until : table->done;
	start = bench_seconds();
	for (size_t i = 0; i < rows; i++) {
		for (int j = 0; j < table->columns; j++)
			sqlite3_bind_value(table->to, j + 1,
			                   values[i * columns + (size_t)j]);
		if (sqlite3_step(table->to) != SQLITE_DONE)
			bench_fail(
				"%s: %s", table->name,
				sqlite3_errmsg(sqlite3_db_handle(table->to)));
		sqlite3_reset(table->to);
	}
	start = bench_seconds() - start;
	for (size_t i = 0; i < rows * columns; i++)
		sqlite3_value_free(values[i]);
	free(values);
	return start;
}

static int64_t event_last(struct copy *copy)
{
	for (size_t i = 0; i < copy->tables_count; i++) {
		if (strcmp(copy->tables[i].name, "event") == 0)
			return copy->tables[i].done;
	}
	return 0;
}

static double batches_copy(struct copy *copy, int64_t mails, int64_t share)
{
	int64_t batches = (mails + REFERENCE_BATCH - 1) / REFERENCE_BATCH;
	double spent = 0;

	for (int64_t batch = 1; batch * REFERENCE_BATCH <= share; batch++) {
		double start = bench_seconds();

		run(copy->target, "BEGIN IMMEDIATE");
		spent += bench_seconds() - start;
		for (size_t i = 0; i < copy->tables_count; i++) {
			struct table *table = &copy->tables[i];

			spent += table_batch(table,
			                     table->rows * batch / batches);
		}
		start = bench_seconds();
		if (copy->indexed) {
			int64_t last = event_last(copy);

			sqlite3_bind_int64(copy->index, 1, copy->last_message);
			sqlite3_bind_int64(copy->index, 2, last);
			if (sqlite3_step(copy->index) != SQLITE_DONE)
				bench_fail("%s", sqlite3_errmsg(copy->target));
			sqlite3_reset(copy->index);
			copy->last_message = last;
		}
		run(copy->target, "COMMIT");
		/* Ours moves its log between batches too. */
		if (batch % 16 == 0)
			run(copy->target, "PRAGMA wal_checkpoint(PASSIVE)");
		spent += bench_seconds() - start;
	}
	return spent;
}

static double copy_rate(struct bench *bench, const char *source, int64_t mails,
                        int64_t share, bool indexed)
{
	const char *path = bench_path(bench, "reference.db");
	struct copy *copy = calloc(1, sizeof(*copy));
	double spent = 0;

	copy->indexed = indexed;
	if (sqlite3_open_v2(source, &copy->source, SQLITE_OPEN_READONLY,
	                    NULL) != SQLITE_OK)
		bench_fail("%s: %s", source, sqlite3_errmsg(copy->source));
	copy->target = file_new(path);
	schema_copy(copy);
	tables_find(copy);
	spent = batches_copy(copy, mails, share);
	for (size_t i = 0; i < copy->tables_count; i++) {
		sqlite3_finalize(copy->tables[i].from);
		sqlite3_finalize(copy->tables[i].to);
	}
	sqlite3_finalize(copy->index);
	sqlite3_close(copy->source);
	sqlite3_close(copy->target);
	free(copy);
	bench_remove(path);
	return (double)(share / REFERENCE_BATCH * REFERENCE_BATCH) / spent;
}

void reference_ingest(struct bench *bench, const char *source, int64_t mails,
                      int64_t share, struct reference_rates *rates_out)
{
	rates_out->rows = copy_rate(bench, source, mails, share, false);
	rates_out->indexed = copy_rate(bench, source, mails, share, true);
}

/* -------------------------------------------------------------- round trip */

/* A command waits here until the writer has committed its rows. */
struct ticket {
	struct ticket *next;
	bool done;
	pthread_cond_t wake;
};

struct writer {
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct ticket *first;
	struct ticket **last;
	bool stop;
	sqlite3 *db;
	sqlite3_stmt *event;
	sqlite3_stmt *content;
	int rows;
	int commands; /* of each thread */
	int64_t seq;
};

static void rows_write(struct writer *writer)
{
	static const char words[] = "Thank you, the corrected files are on "
				    "their way and the next batch follows.";
	static const char hash[32] = "hash";

	for (int i = 0; i < writer->rows; i++) {
		writer->seq++;
		sqlite3_bind_int64(writer->event, 1, writer->seq);
		sqlite3_bind_int64(writer->event, 2, writer->seq * 7919);
		sqlite3_bind_blob(writer->event, 3, hash, sizeof(hash),
		                  SQLITE_STATIC);
		sqlite3_bind_int64(writer->content, 1, writer->seq);
		sqlite3_bind_text(writer->content, 2, words, -1, SQLITE_STATIC);
		if (sqlite3_step(writer->event) != SQLITE_DONE ||
		    sqlite3_step(writer->content) != SQLITE_DONE)
			bench_fail("%s", sqlite3_errmsg(writer->db));
		sqlite3_reset(writer->event);
		sqlite3_reset(writer->content);
	}
}

static void *writer_main(void *context)
{
	struct writer *writer = context;

	pthread_mutex_lock(&writer->lock);
	for (;;) {
		struct ticket *batch = NULL;

		while (writer->first == NULL && !writer->stop)
			pthread_cond_wait(&writer->work, &writer->lock);
		if (writer->first == NULL)
			break;
		batch = writer->first;
		writer->first = NULL;
		writer->last = &writer->first;
		pthread_mutex_unlock(&writer->lock);
		run(writer->db, "BEGIN IMMEDIATE");
		for (struct ticket *t = batch; t != NULL; t = t->next) {
			run(writer->db, "SAVEPOINT command");
			rows_write(writer);
			run(writer->db, "RELEASE command");
		}
		run(writer->db, "COMMIT");
		pthread_mutex_lock(&writer->lock);
		while (batch != NULL) {
			struct ticket *next = batch->next;

			batch->done = true;
			pthread_cond_signal(&batch->wake);
			batch = next;
		}
	}
	pthread_mutex_unlock(&writer->lock);
	return NULL;
}

struct agent {
	pthread_t thread;
	struct writer *writer;
	double *waits; /* milliseconds */
};

static void *agent_main(void *context)
{
	struct agent *agent = context;
	struct writer *writer = agent->writer;
	struct ticket ticket = {.wake = PTHREAD_COND_INITIALIZER};

	for (int i = 0; i < writer->commands; i++) {
		double start = bench_seconds();

		ticket.done = false;
		ticket.next = NULL;
		pthread_mutex_lock(&writer->lock);
		*writer->last = &ticket;
		writer->last = &ticket.next;
		pthread_cond_signal(&writer->work);
		while (!ticket.done)
			pthread_cond_wait(&ticket.wake, &writer->lock);
		pthread_mutex_unlock(&writer->lock);
		agent->waits[i] = (bench_seconds() - start) * 1e3;
	}
	return NULL;
}

static void writer_open(struct writer *writer, const char *path)
{
	writer->db = file_new(path);
	run(writer->db,
	    "CREATE TABLE event (seq INTEGER PRIMARY KEY, client INTEGER,"
	    " kind INTEGER, subject INTEGER, at INTEGER, data TEXT, hash BLOB);"
	    "CREATE UNIQUE INDEX event_command ON event (client, kind);"
	    "CREATE INDEX event_subject ON event (subject, seq);"
	    "CREATE TABLE content (event INTEGER, slot INTEGER, salt BLOB,"
	    " text BLOB, PRIMARY KEY (event, slot)) WITHOUT ROWID");
	writer->event =
		prepare(writer->db, "INSERT INTO event VALUES (?1, ?2, 3, ?2 % "
	                            "1000, 5, '1 2 3 4 5 6', ?3)");
	writer->content = prepare(
		writer->db, "INSERT INTO content VALUES (?1, 6, x'00', ?2)");
}

double reference_round_trip(struct bench *bench, int threads, int commands,
                            int rows)
{
	const char *path = bench_path(bench, "reference.db");
	struct writer writer = {
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.work = PTHREAD_COND_INITIALIZER,
		.rows = rows,
		.commands = commands,
	};
	struct agent *agents = calloc((size_t)threads, sizeof(*agents));
	size_t count = (size_t)threads * (size_t)commands;
	double *waits = calloc(count, sizeof(*waits));
	pthread_t thread;
	double result = 0;

	writer.last = &writer.first;
	writer_open(&writer, path);
	pthread_create(&thread, NULL, writer_main, &writer);
	for (int i = 0; i < threads; i++) {
		agents[i].writer = &writer;
		agents[i].waits = waits + (size_t)i * (size_t)commands;
		pthread_create(&agents[i].thread, NULL, agent_main, &agents[i]);
	}
	for (int i = 0; i < threads; i++)
		pthread_join(agents[i].thread, NULL);
	pthread_mutex_lock(&writer.lock);
	writer.stop = true;
	pthread_cond_signal(&writer.work);
	pthread_mutex_unlock(&writer.lock);
	pthread_join(thread, NULL);
	result = bench_percentile(waits, count, 0.99);
	sqlite3_finalize(writer.event);
	sqlite3_finalize(writer.content);
	sqlite3_close(writer.db);
	bench_remove(path);
	free(waits);
	free(agents);
	return result;
}

void set_reference(struct bench *bench)
{
	struct bench_row row = {
		.set = "reference",
		.name = "bare SQLite, 8 threads, 4 rows a command, p99",
		.unit = "ms",
	};

	row.result = reference_round_trip(bench, 8, 500, 4);
	bench_report(bench, &row);
}
