/*
 * The SQLite engine of the port: one file a workspace, WAL, every commit
 * synced. Statements are prepared at first use and stay with the connection.
 *
 * What the settings below buy:
 * - The log is never moved into the file by a command; whoever owns the writer
 *   calls sql_checkpoint() between batches.
 * - Pages are not mapped: a mapped page that the disk cannot give back ends
 *   the process by SIGBUS, and mapped pages count as our memory. The system's
 *   file cache is behind the small caches here.
 * - A file is input: its cells are checked, and its schema may not call
 *   functions that have effects.
 */
#include "store/sqlite_private.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* clang-format off */
static const char *const control_texts[SQLITE_CONTROL_COUNT] = {
	[SQLITE_CONTROL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
	[SQLITE_CONTROL_BEGIN_READ]  = "BEGIN DEFERRED",
	[SQLITE_CONTROL_COMMIT]      = "COMMIT",
	[SQLITE_CONTROL_ROLLBACK]    = "ROLLBACK",
	[SQLITE_CONTROL_SAVEPOINT]   = "SAVEPOINT command",
	[SQLITE_CONTROL_RELEASE]     = "RELEASE command",
	[SQLITE_CONTROL_ROLLBACK_TO] = "ROLLBACK TO command",
};
/* clang-format on */

/* Cache sizes are negative: KiB, not pages. */
static const char both_settings[] = "PRAGMA cell_size_check = ON;"
				    "PRAGMA trusted_schema = OFF;"
				    "PRAGMA foreign_keys = OFF;"
				    "PRAGMA temp_store = MEMORY;"
				    "PRAGMA mmap_size = 0;";
static const char writer_settings[] = "PRAGMA synchronous = FULL;"
				      "PRAGMA cache_size = -12288;"
				      "PRAGMA wal_autocheckpoint = 0;"
				      "PRAGMA journal_size_limit = 67108864;";
static const char reader_settings[] = "PRAGMA query_only = ON;"
				      "PRAGMA cache_size = -2048;";

/* A snapshot is taken by the first read, on both engines. */
SQL(sql_snapshot_pin, "SELECT seq FROM event ORDER BY seq DESC LIMIT 1");

static size_t statements_count(void)
{
	return (size_t)(__stop_sql_statements - __start_sql_statements);
}

enum status sqlite_failed(struct sql_db *db, int code)
{
	int primary = code & 0xff;
	int system = sqlite3_system_errno(db->handle);

	snprintf(db->error, sizeof(db->error), "%s",
	         sqlite3_errmsg(db->handle));
	db->disk_full = primary == SQLITE_FULL ||
	                (primary == SQLITE_IOERR &&
	                 (system == ENOSPC || system == EDQUOT));
	db->sync_failed =
		code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC;
	if (db->disk_full)
		snprintf(db->error, sizeof(db->error), "disk full");
	switch (code) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
		return ST_CONFLICT;
	default:
		break;
	}
	if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED)
		return ST_BUSY;
	return ST_STORE;
}

enum status sqlite_text_run(struct sql_db *db, const char *text)
{
	int code = sqlite3_exec(db->handle, text, NULL, NULL, NULL);

	return code == SQLITE_OK ? ST_OK : sqlite_failed(db, code);
}

enum status sqlite_text_i64(struct sql_db *db, const char *text,
                            int64_t *value_out)
{
	sqlite3_stmt *handle = NULL;
	int code = sqlite3_prepare_v2(db->handle, text, -1, &handle, NULL);
	enum status status = ST_OK;

	if (code == SQLITE_OK)
		code = sqlite3_step(handle);
	if (code == SQLITE_ROW)
		*value_out = sqlite3_column_int64(handle, 0);
	else
		status = sqlite_failed(db, code);
	sqlite3_finalize(handle);
	return status;
}

static enum status control_run(struct sql_db *db, enum sqlite_control which)
{
	sqlite3_stmt *handle = db->control[which];
	int code = sqlite3_step(handle);
	enum status status = ST_OK;

	if (code != SQLITE_DONE)
		status = sqlite_failed(db, code);
	sqlite3_reset(handle);
	return status;
}

/* ------------------------------------------------------------- connections */

static enum status controls_prepare(struct sql_db *db)
{
	for (int i = 0; i < SQLITE_CONTROL_COUNT; i++) {
		int code = sqlite3_prepare_v3(db->handle, control_texts[i], -1,
		                              SQLITE_PREPARE_PERSISTENT,
		                              &db->control[i], NULL);

		if (code != SQLITE_OK)
			return sqlite_failed(db, code);
	}
	return ST_OK;
}

/* Readable by its owner alone; the log and the index take the same mode. */
static void file_create(const char *path)
{
	/*
	 * Only a file that was not there is opened: closing a descriptor of
	 * one that is in use would drop the locks of this process on it.
	 */
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
}

static enum status handle_open(struct sql_db *db, const char *path)
{
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	int code = 0;

	if (db->how != SQL_OPEN_WRITER) {
		flags |= SQLITE_OPEN_READONLY;
	} else {
		flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
		if (!db->in_memory)
			file_create(path);
	}
	code = sqlite3_open_v2(path, &db->handle, flags, NULL);
	if (code != SQLITE_OK)
		return sqlite_failed(db, code);
	sqlite3_busy_timeout(db->handle, SQLITE_BUSY_TIMEOUT_MS);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	return ST_OK;
}

/* Some file systems cannot carry the log; what they keep is not durable. */
static enum status log_require(struct sql_db *db)
{
	sqlite3_stmt *handle = NULL;
	const char *mode = NULL;
	enum status status = ST_OK;
	int code = sqlite3_prepare_v2(db->handle, "PRAGMA journal_mode = WAL",
	                              -1, &handle, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(handle);
	if (code != SQLITE_ROW) {
		status = sqlite_failed(db, code);
	} else {
		mode = (const char *)sqlite3_column_text(handle, 0);
		if (mode == NULL || strcmp(mode, "wal") != 0) {
			snprintf(db->error, sizeof(db->error),
			         "the file system cannot carry its log");
			status = ST_STORE;
		}
	}
	sqlite3_finalize(handle);
	return status;
}

static int log_seen(void *context, sqlite3 *handle, const char *name, int pages)
{
	struct sql_db *db = context;

	(void)handle;
	(void)name;
	db->log_pages = pages;
	return SQLITE_OK;
}

static enum status settings_apply(struct sql_db *db)
{
	enum status status = sqlite_text_run(db, both_settings);

	if (status != ST_OK)
		return status;
	if (db->how != SQL_OPEN_WRITER)
		return sqlite_text_run(db, reader_settings);
	status = sqlite_text_run(db, writer_settings);
	if (status == ST_OK && !db->in_memory)
		status = log_require(db);
	sqlite3_wal_hook(db->handle, log_seen, db);
	return status;
}

static enum status db_prepare(struct sql_db *db, const char *path,
                              struct problem *problem_out)
{
	enum status status = handle_open(db, path);

	if (status == ST_OK)
		status = settings_apply(db);
	if (status == ST_OK)
		status = controls_prepare(db);
	if (status != ST_OK)
		return problem_set(problem_out, ST_STORE, "workspace",
		                   "%s cannot be opened: %s", path, db->error);
	if (db->how == SQL_OPEN_WRITER)
		return sqlite_schema_apply(db, problem_out);
	return sqlite_schema_check(db, problem_out);
}

enum status sql_open(const char *path, enum sql_open how,
                     struct sql_db **db_out, struct problem *problem_out)
{
	size_t count = statements_count();
	bool in_memory = strcmp(path, ":memory:") == 0;
	struct sql_db *db = NULL;
	enum status status = ST_OK;

	if (in_memory && how != SQL_OPEN_WRITER)
		return problem_set(problem_out, ST_STORE, "workspace",
		                   "a workspace in memory has no readers");
	/*
	 * Counting its memory has every thread take one lock for each piece.
	 * Only the first call counts, later ones are refused.
	 */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	db = calloc(1, sizeof(*db) + count * sizeof(db->statements[0]));
	if (db == NULL)
		abort();
	db->how = how;
	db->in_memory = in_memory;
	db->statements_count = count;
	status = db_prepare(db, path, problem_out);
	if (status != ST_OK) {
		sql_close(&db);
		return status;
	}
	*db_out = db;
	return ST_OK;
}

void sql_close(struct sql_db **db)
{
	int code = SQLITE_OK;

	if (*db == NULL)
		return;
	for (size_t i = 0; i < (*db)->statements_count; i++)
		sqlite3_finalize((*db)->statements[i].handle);
	for (int i = 0; i < SQLITE_CONTROL_COUNT; i++)
		sqlite3_finalize((*db)->control[i]);
	/* Moves the log into the file if this was the last connection. */
	code = sqlite3_close((*db)->handle);
	assert(code == SQLITE_OK); /* a query was not ended */
	(void)code;
	free(*db);
	*db = NULL;
}

/* ------------------------------------------------------------ transactions */

enum status sql_transaction_begin(struct sql_db *db)
{
	enum status status = ST_OK;

	assert(db->how == SQL_OPEN_WRITER);
	assert(!db->in_transaction);
	status = control_run(db, SQLITE_CONTROL_BEGIN_WRITE);
	db->in_transaction = status == ST_OK;
	return status;
}

/* The engine gave up the transaction by itself: after a full disk, say. */
static bool transaction_lost(const struct sql_db *db)
{
	return db->in_transaction && sqlite3_get_autocommit(db->handle) != 0;
}

enum status sql_transaction_commit(struct sql_db *db)
{
	enum status status = ST_OK;

	assert(db->in_transaction);
	if (transaction_lost(db)) {
		db->in_transaction = false;
		return ST_STORE;
	}
	status = control_run(db, SQLITE_CONTROL_COMMIT);
	if (status == ST_OK)
		db->in_transaction = false;
	else
		sql_transaction_rollback(db);
	return status;
}

void sql_transaction_rollback(struct sql_db *db)
{
	if (db->in_transaction && !transaction_lost(db)) {
		/* Answers no error that the caller could act on. */
		sqlite3_step(db->control[SQLITE_CONTROL_ROLLBACK]);
		sqlite3_reset(db->control[SQLITE_CONTROL_ROLLBACK]);
	}
	db->in_transaction = false;
}

enum status sql_savepoint_begin(struct sql_db *db)
{
	assert(db->in_transaction);
	if (transaction_lost(db))
		return ST_STORE;
	return control_run(db, SQLITE_CONTROL_SAVEPOINT);
}

enum status sql_savepoint_release(struct sql_db *db)
{
	if (transaction_lost(db))
		return ST_STORE;
	return control_run(db, SQLITE_CONTROL_RELEASE);
}

void sql_savepoint_rollback(struct sql_db *db)
{
	if (transaction_lost(db))
		return;
	/* ROLLBACK TO leaves the savepoint open. */
	sqlite3_step(db->control[SQLITE_CONTROL_ROLLBACK_TO]);
	sqlite3_reset(db->control[SQLITE_CONTROL_ROLLBACK_TO]);
	sqlite3_step(db->control[SQLITE_CONTROL_RELEASE]);
	sqlite3_reset(db->control[SQLITE_CONTROL_RELEASE]);
}

enum status sql_snapshot_begin(struct sql_db *db)
{
	struct sql_query query;
	enum status status = ST_OK;

	assert(!db->in_transaction);
	status = control_run(db, SQLITE_CONTROL_BEGIN_READ);
	if (status != ST_OK)
		return status;
	db->in_transaction = true;
	sql_begin(&query, db, &sql_snapshot_pin);
	sql_next(&query);
	status = sql_end(&query);
	/* The analyzer takes the statement that was given back for `db`. */
	if (status != ST_OK)
		sql_snapshot_end(db); /* NOLINT(clang-analyzer-unix.Malloc) */
	return status;
}

void sql_snapshot_end(struct sql_db *db)
{
	sql_transaction_rollback(db);
}

/* ----------------------------------------------------------------- queries */

static void statement_places(struct sqlite_statement *statement)
{
	int count = sqlite3_bind_parameter_count(statement->handle);

	assert(count <= SQLITE_PARAMETERS_MAX);
	for (int i = 1; i <= count; i++) {
		const char *name =
			sqlite3_bind_parameter_name(statement->handle, i);
		char *end = NULL;
		long number = 0;

		assert(name != NULL && name[0] == '$');
		number = strtol(name + 1, &end, 10);
		assert(*end == '\0' && number >= 1 &&
		       number <= SQLITE_PARAMETERS_MAX);
		statement->place[number] = (uint8_t)i;
	}
}

/* The cached statement or, while that is being read, one more like it. */
static struct sqlite_statement *
statement_take(struct sql_db *db, const struct sql_statement *const *statement)
{
	ptrdiff_t index = statement - __start_sql_statements;
	struct sqlite_statement *taken = NULL;
	struct sqlite_statement *extra = NULL;
	int code = SQLITE_OK;

	assert(index >= 0 && (size_t)index < db->statements_count);
	taken = &db->statements[index];
	if (taken->busy) {
		extra = calloc(1, sizeof(*extra));
		if (extra == NULL)
			abort();
		extra->temporary = true;
		taken = extra;
	}
	if (taken->handle == NULL) {
		code = sqlite3_prepare_v3(db->handle, (*statement)->sqlite, -1,
		                          SQLITE_PREPARE_PERSISTENT,
		                          &taken->handle, NULL);
		if (code == SQLITE_OK)
			statement_places(taken);
	}
	if (code != SQLITE_OK) {
		sqlite_failed(db, code);
		free(extra);
		return NULL;
	}
	taken->busy = true;
	return taken;
}

static void statement_give(struct sqlite_statement *statement)
{
	if (statement->temporary) {
		sqlite3_finalize(statement->handle);
		free(statement);
		return;
	}
	sqlite3_reset(statement->handle);
	sqlite3_clear_bindings(statement->handle);
	statement->busy = false;
}

void sql_begin(struct sql_query *query, struct sql_db *db,
               const struct sql_statement *const *statement)
{
	*query = (struct sql_query){.db = db, .status = ST_OK};
	/* Outside its transaction a write would be kept by itself. */
	if (!transaction_lost(db))
		query->handle = statement_take(db, statement);
	if (query->handle == NULL)
		query->status = ST_STORE;
}

/* Where SQLite puts parameter `number`; NULL handle once a query failed. */
static sqlite3_stmt *bind_place(struct sql_query *query, int number,
                                int *place_out)
{
	struct sqlite_statement *statement = query->handle;

	if (query->status != ST_OK)
		return NULL;
	assert(number >= 1 && number <= SQLITE_PARAMETERS_MAX);
	assert(statement->place[number] != 0);
	*place_out = statement->place[number];
	return statement->handle;
}

static void bind_done(struct sql_query *query, int code)
{
	if (code != SQLITE_OK)
		query->status = sqlite_failed(query->db, code);
}

void sql_bind_i64(struct sql_query *query, int number, int64_t value)
{
	int place = 0;
	sqlite3_stmt *handle = bind_place(query, number, &place);

	if (handle != NULL)
		bind_done(query, sqlite3_bind_int64(handle, place, value));
}

void sql_bind_null(struct sql_query *query, int number)
{
	int place = 0;
	sqlite3_stmt *handle = bind_place(query, number, &place);

	if (handle != NULL)
		bind_done(query, sqlite3_bind_null(handle, place));
}

void sql_bind_filter(struct sql_query *query, int number, int64_t value)
{
	if (value == 0)
		sql_bind_null(query, number);
	else
		sql_bind_i64(query, number, value);
}

/* A NULL pointer would be bound as NULL; an empty text is not that. */
void sql_bind_text(struct sql_query *query, int number, struct str text)
{
	int place = 0;
	sqlite3_stmt *handle = bind_place(query, number, &place);

	if (handle != NULL)
		bind_done(query,
		          sqlite3_bind_text64(handle, place,
		                              text.length > 0 ? text.text : "",
		                              text.length, SQLITE_STATIC,
		                              SQLITE_UTF8));
}

void sql_bind_blob(struct sql_query *query, int number, struct str bytes)
{
	int place = 0;
	sqlite3_stmt *handle = bind_place(query, number, &place);

	if (handle != NULL)
		bind_done(query, sqlite3_bind_blob64(
					 handle, place,
					 bytes.length > 0 ? bytes.text : "",
					 bytes.length, SQLITE_STATIC));
}

bool sql_next(struct sql_query *query)
{
	struct sqlite_statement *statement = query->handle;
	int code = SQLITE_OK;

	if (query->status != ST_OK || query->done)
		return false;
	code = sqlite3_step(statement->handle);
	if (code == SQLITE_ROW)
		return true;
	query->done = true;
	if (code != SQLITE_DONE)
		query->status = sqlite_failed(query->db, code);
	return false;
}

static sqlite3_stmt *row(struct sql_query *query, int column)
{
	struct sqlite_statement *statement = query->handle;

	assert(query->status == ST_OK && !query->done);
	assert(column >= 0 && column < sqlite3_data_count(statement->handle));
	return statement->handle;
}

int64_t sql_i64(struct sql_query *query, int column)
{
	return sqlite3_column_int64(row(query, column), column);
}

bool sql_is_null(struct sql_query *query, int column)
{
	return sqlite3_column_type(row(query, column), column) == SQLITE_NULL;
}

struct str sql_text(struct sql_query *query, int column)
{
	sqlite3_stmt *handle = row(query, column);
	const char *text = (const char *)sqlite3_column_text(handle, column);

	return (struct str){text != NULL ? text : "",
	                    (size_t)sqlite3_column_bytes(handle, column)};
}

struct str sql_blob(struct sql_query *query, int column)
{
	sqlite3_stmt *handle = row(query, column);
	const char *bytes = sqlite3_column_blob(handle, column);

	return (struct str){bytes != NULL ? bytes : "",
	                    (size_t)sqlite3_column_bytes(handle, column)};
}

enum status sql_end(struct sql_query *query)
{
	if (query->handle != NULL)
		statement_give(query->handle);
	query->handle = NULL;
	query->done = true;
	return query->status;
}

enum status sql_run(struct sql_query *query)
{
	while (sql_next(query)) {
	}
	return sql_end(query);
}

int64_t sql_log_pages(struct sql_db *db)
{
	return db->log_pages;
}

int64_t sql_changes(struct sql_db *db)
{
	return sqlite3_total_changes64(db->handle);
}

const char *sql_error(struct sql_db *db)
{
	return db->error;
}

bool sql_disk_full(struct sql_db *db)
{
	return db->disk_full;
}

bool sql_sync_failed(struct sql_db *db)
{
	return db->sync_failed;
}
