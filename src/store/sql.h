/*
 * The thin port to a database engine: prepared statements in the subset that
 * SQLite and PostgreSQL share, bound by number, read by column. A statement's
 * text is registered beside the function that reads its columns, prepared once
 * a connection and never formatted at run time. A query latches its first
 * error; sql_end() tells it, and is the one place to ask.
 *
 * A connection is used by one thread at a time.
 */
#ifndef STORE_SQL_H
#define STORE_SQL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

/* One statement. `pgsql` is NULL unless the dialects must differ. */
struct sql_statement {
	const char *name;
	const char *sqlite;
	const char *pgsql;
};

/*
 * Registers a statement in the section that the engines and the tests walk:
 *   SQL(ticket_by_id, "SELECT id FROM ticket WHERE id = $1");
 * and names it for sql_begin(&query, db, &ticket_by_id). A statement's place
 * in the section is the index of a connection's cache.
 */
#define SQL(statement, text) SQL_DIALECTS(statement, text, NULL)
#define SQL_DIALECTS(statement, sqlite_text, pgsql_text)                       \
	static const struct sql_statement statement##_texts = {                \
		#statement, sqlite_text, pgsql_text};                          \
	static const struct sql_statement *const statement                     \
		__attribute__((section("sql_statements"), used)) =             \
			&statement##_texts

extern const struct sql_statement *const __start_sql_statements[];
extern const struct sql_statement *const __stop_sql_statements[];

struct sql_db; /* one connection */

enum sql_open {
	SQL_OPEN_WRITER, /* creates and migrates */
	SQL_OPEN_READER, /* cannot write, whatever it is asked */
	SQL_OPEN_COPY,   /* the same of any age, for sql_backup() alone */
};

/*
 * Opens the workspace file, or ":memory:" for a private one. The writer
 * applies the numbered schema files that are missing, each in a transaction;
 * it refuses a file made by a newer program. ST_STORE (ST_BUSY when another
 * process holds it) with a problem for people.
 */
CHECKED enum status sql_open(const char *path, enum sql_open how,
                             struct sql_db **db_out,
                             struct problem *problem_out);
void sql_close(struct sql_db **db);

/*
 * Transactions of the writer; ST_STORE when the disk will not have it, ST_BUSY
 * when another process writes for too long. A commit that fails has rolled
 * back. An engine may give up a transaction by itself (a full disk): then
 * whatever follows in it fails with ST_STORE up to its commit or rollback.
 * To roll back what never began, or is over, does nothing.
 */
CHECKED enum status sql_transaction_begin(struct sql_db *db);
CHECKED enum status sql_transaction_commit(struct sql_db *db);
void sql_transaction_rollback(struct sql_db *db);
/* One command's bracket inside the transaction. */
CHECKED enum status sql_savepoint_begin(struct sql_db *db);
CHECKED enum status sql_savepoint_release(struct sql_db *db);
void sql_savepoint_rollback(struct sql_db *db);
/* A consistent view for several reads of one reader. */
CHECKED enum status sql_snapshot_begin(struct sql_db *db);
void sql_snapshot_end(struct sql_db *db);

struct sql_query {
	struct sql_db *db;
	void *handle; /* the engine's prepared statement */
	enum status status;
	bool done;
};

/* `statement` is the address of what SQL() declared: &ticket_by_id. */
void sql_begin(struct sql_query *query, struct sql_db *db,
               const struct sql_statement *const *statement);
void sql_bind_i64(struct sql_query *query, int number, int64_t value);
void sql_bind_null(struct sql_query *query, int number);
/* 0 is bound as NULL: for optional filters. */
void sql_bind_filter(struct sql_query *query, int number, int64_t value);
/* Borrowed until sql_end(). */
void sql_bind_text(struct sql_query *query, int number, struct str text);
void sql_bind_blob(struct sql_query *query, int number, struct str bytes);
/* The next row; false at the end and on error. */
bool sql_next(struct sql_query *query);
int64_t sql_i64(struct sql_query *query, int column); /* NULL gives 0 */
bool sql_is_null(struct sql_query *query, int column);
/* Borrowed until the next row; copy with str_copy(). */
struct str sql_text(struct sql_query *query, int column);
struct str sql_blob(struct sql_query *query, int column);
/*
 * Resets the statement. ST_OK, ST_CONFLICT (a unique key), ST_STORE, or
 * ST_BUSY outside a transaction.
 */
CHECKED enum status sql_end(struct sql_query *query);
/* Steps to the end and ends, for statements that answer no row. */
CHECKED enum status sql_run(struct sql_query *query);

/* Rows that this connection has changed so far, those of an index included. */
int64_t sql_changes(struct sql_db *db);

/* A word as the engine's text index knows it. */
struct sql_word {
	struct str fold; /* as it is indexed: lower case, without accents */
	uint32_t start;  /* bytes of the text, [start, end) */
	uint32_t end;
};
struct sql_words {
	struct sql_word *list;
	size_t count;
};
/* Splits a text just as the index does; at most `words_max` are read. */
CHECKED enum status sql_words_split(struct sql_db *db, struct arena *arena,
                                    struct str text, size_t words_max,
                                    struct sql_words *words_out);

/* Words for the last failure on this connection: "disk full". */
const char *sql_error(struct sql_db *db);
/* True when the last failure was for want of room on the disk. */
bool sql_disk_full(struct sql_db *db);
/*
 * True when the last failure was that bytes handed to the disk could not be
 * synced. What was committed before may be gone too; the process should end.
 */
bool sql_sync_failed(struct sql_db *db);

/*
 * Copies the whole workspace in one snapshot to a new file, which must not
 * exist. ST_CONFLICT when it does.
 */
CHECKED enum status sql_backup(struct sql_db *db, const char *path);
/*
 * Moves the log of the engine into the file as far as readers allow, without
 * waiting for any; called outside commands, by the writer or, so as not to
 * hold it up, by a second connection opened as a writer.
 */
CHECKED enum status sql_checkpoint(struct sql_db *db);
/* Pages of 4 KB in the engine's log after this connection's last commit. */
int64_t sql_log_pages(struct sql_db *db);
/*
 * After erasing: rewrites the file and empties the engine's log, so that freed
 * bytes are gone. Needs as much room again, and all others out: ST_BUSY when a
 * reader stays in its snapshot for too long.
 */
CHECKED enum status sql_scrub(struct sql_db *db);
/* The engine's own check of its file. ST_STORE with a problem. */
CHECKED enum status sql_integrity(struct sql_db *db,
                                  struct problem *problem_out);

#endif
