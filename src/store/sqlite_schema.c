/*
 * Schema files on SQLite. Each NNN_name.sqlite.sql is applied once, in order,
 * in a transaction of its own together with its number, so that a start that
 * was cut short goes on where it stopped. The number of the last one is the
 * file's user_version; a file with a higher one than we know was made by a
 * newer program and is refused rather than guessed at.
 */
#include "store/sqlite_private.h"

#include <stdio.h>
#include <string.h>

#include "base/asset.h"

/* "Hold": says what kind of file it is, to file(1) and to us. */
#define APPLICATION_ID      0x486f6c64
#define APPLICATION_ID_TEXT "1215261796"

/* The number of a schema file of this engine; 0 for any other file. */
static int64_t schema_number(const struct asset *asset)
{
	struct str path = str_of(asset->path);
	size_t end = str_find_char(path, '_', 0);
	int64_t number = 0;

	if (!str_ends(path, STR(".sqlite.sql")))
		return 0;
	if (!str_to_i64(str_sub(path, 0, end), &number))
		return 0;
	return number;
}

static int64_t schema_newest(void)
{
	int64_t newest = 0;

	for (size_t i = 0; i < assets_schema_count; i++) {
		int64_t number = schema_number(&assets_schema[i]);

		if (number > newest)
			newest = number;
	}
	return newest;
}

/*
 * Which schema the file has; 0 for an empty one. A database of some other
 * program is refused.
 */
static enum status version_find(struct sql_db *db, int64_t *version_out,
                                struct problem *problem_out)
{
	int64_t application = 0;
	int64_t tables = 0;
	int64_t version = 0;
	enum status status =
		sqlite_text_i64(db, "PRAGMA application_id", &application);

	if (status == ST_OK)
		status = sqlite_text_i64(db, "PRAGMA user_version", &version);
	if (status == ST_OK)
		status = sqlite_text_i64(db, "PRAGMA schema_version", &tables);
	if (status != ST_OK)
		return problem_set(problem_out, status, "workspace",
		                   "the file cannot be read: %s", db->error);
	if (application != APPLICATION_ID && (tables != 0 || version != 0))
		return problem_set(problem_out, ST_STORE, "workspace",
		                   "the file is not a Holdfast workspace");
	*version_out = version;
	return ST_OK;
}

static enum status newer_refuse(int64_t version, struct problem *problem_out)
{
	return problem_set(problem_out, ST_STORE, "workspace",
	                   "the workspace was made by a newer Holdfast (schema "
	                   "%lld, this program knows %lld); start that one",
	                   (long long)version, (long long)schema_newest());
}

static enum status file_run(struct sql_db *db, const struct asset *asset)
{
	/* A pragma takes no parameter; the number is our own. */
	char mark[64];
	enum status status = ST_OK;

	snprintf(mark, sizeof(mark), "PRAGMA user_version = %lld",
	         (long long)schema_number(asset));
	status = sqlite_text_run(db, (const char *)asset->bytes);
	if (status == ST_OK)
		status = sqlite_text_run(
			db, "PRAGMA application_id = " APPLICATION_ID_TEXT);
	if (status == ST_OK)
		status = sqlite_text_run(db, mark);
	return status;
}

/* Another process may have been quicker, so the version is read inside. */
static enum status file_apply(struct sql_db *db, const struct asset *asset,
                              struct problem *problem_out)
{
	int64_t version = 0;
	enum status status = sql_transaction_begin(db);

	if (status != ST_OK)
		return problem_set(problem_out, status, "workspace",
		                   "the file cannot be written: %s", db->error);
	status = version_find(db, &version, problem_out);
	if (status != ST_OK) {
		sql_transaction_rollback(db);
		return status;
	}
	if (version < schema_number(asset))
		status = file_run(db, asset);
	if (status != ST_OK)
		sql_transaction_rollback(db);
	else
		status = sql_transaction_commit(db);
	if (status != ST_OK)
		return problem_set(problem_out, status, "workspace",
		                   "schema file %s cannot be applied: %s",
		                   asset->path, db->error);
	return ST_OK;
}

enum status sqlite_schema_apply(struct sql_db *db, struct problem *problem_out)
{
	int64_t version = 0;
	enum status status = version_find(db, &version, problem_out);

	if (status != ST_OK)
		return status;
	if (version > schema_newest())
		return newer_refuse(version, problem_out);
	/* The table is sorted by path, that is by number. */
	for (size_t i = 0; i < assets_schema_count && status == ST_OK; i++) {
		if (schema_number(&assets_schema[i]) > version)
			status = file_apply(db, &assets_schema[i], problem_out);
	}
	return status;
}

enum status sqlite_schema_check(struct sql_db *db, struct problem *problem_out)
{
	int64_t version = 0;
	enum status status = version_find(db, &version, problem_out);

	if (status != ST_OK)
		return status;
	if (version > schema_newest())
		return newer_refuse(version, problem_out);
	if (version < schema_newest() && db->how != SQL_OPEN_COPY)
		return problem_set(problem_out, ST_STORE, "workspace",
		                   "the workspace has an older schema (%lld); "
		                   "start the program on it once",
		                   (long long)version);
	return ST_OK;
}
