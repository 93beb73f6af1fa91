/*
 * What the files of the SQLite engine share. Nobody else includes it.
 */
#ifndef STORE_SQLITE_PRIVATE_H
#define STORE_SQLITE_PRIVATE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/sql.h"

#define SQLITE_BUSY_TIMEOUT_MS 5000
/* Parameters of one statement; PostgreSQL's own limit is far above. */
#define SQLITE_PARAMETERS_MAX 64

/* A prepared statement with the place of each $n, which SQLite numbers anew. */
struct sqlite_statement {
	sqlite3_stmt *handle;
	bool busy;      /* between sql_begin() and sql_end() */
	bool temporary; /* a second use of a busy one; dies with its query */
	uint8_t place[SQLITE_PARAMETERS_MAX + 1];
};

/* Marks a text of the engine itself, which has no twin on PostgreSQL. */
#define SQLITE_OWN(text) text

/* Transactions, as this engine spells them. */
enum sqlite_control {
	SQLITE_CONTROL_BEGIN_WRITE,
	SQLITE_CONTROL_BEGIN_READ,
	SQLITE_CONTROL_COMMIT,
	SQLITE_CONTROL_ROLLBACK,
	SQLITE_CONTROL_SAVEPOINT,
	SQLITE_CONTROL_RELEASE,
	SQLITE_CONTROL_ROLLBACK_TO,
	SQLITE_CONTROL_COUNT
};

struct sql_db {
	sqlite3 *handle;
	enum sql_open how;
	bool in_memory;
	bool in_transaction; /* of ours; the engine may have ended it */
	bool disk_full;      /* of the last failure */
	int64_t log_pages;   /* in the log after the last commit */
	bool sync_failed;
	char error[200];
	sqlite3_stmt *control[SQLITE_CONTROL_COUNT];
	size_t statements_count;
	struct sqlite_statement statements[]; /* by place in the section */
};

/* Remembers why the engine answered `code`; gives the status that it means. */
enum status sqlite_failed(struct sql_db *db, int code);
/* Runs text that answers nothing. ST_STORE or ST_BUSY on failure. */
CHECKED enum status sqlite_text_run(struct sql_db *db, const char *text);
/* First column of the first row as a number. */
CHECKED enum status sqlite_text_i64(struct sql_db *db, const char *text,
                                    int64_t *value_out);

/* Applies the missing schema files (writer) or checks that none is missing. */
CHECKED enum status sqlite_schema_apply(struct sql_db *db,
                                        struct problem *problem_out);
CHECKED enum status sqlite_schema_check(struct sql_db *db,
                                        struct problem *problem_out);

#endif
