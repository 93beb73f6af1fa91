/*
 * The contract of store/sql.h, on a file and in memory. Tables of the real
 * schema are used, so that the real settings are under test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "store/sql.h"
#include "support/place.h"

SQL(test_secret_add, "INSERT INTO secret (name, value) VALUES ($2, $1)");
SQL(test_secret_get, "SELECT value, name FROM secret WHERE name = $1"
                     " OR (name = $1 AND name = $1)");
SQL(test_secret_list, "SELECT name FROM secret"
                      " WHERE (CAST($1 AS BIGINT) IS NULL OR"
                      " LENGTH(value) = $1) ORDER BY name");
SQL(test_secret_count, "SELECT COUNT(*) FROM secret");
SQL(test_secret_remove, "DELETE FROM secret WHERE name = $1");

static enum status secret_add(struct sql_db *db, const char *name,
                              const char *value)
{
	struct sql_query query;

	sql_begin(&query, db, &test_secret_add);
	sql_bind_text(&query, 2, str_of(name));
	sql_bind_blob(&query, 1, str_of(value));
	return sql_run(&query);
}

static int64_t secret_count(struct sql_db *db)
{
	struct sql_query query;
	int64_t count = -1;

	sql_begin(&query, db, &test_secret_count);
	if (sql_next(&query))
		count = sql_i64(&query, 0);
	assert_int_equal(sql_end(&query), ST_OK);
	return count;
}

static void binds_by_name(struct sql_db *db)
{
	struct sql_query query;

	assert_int_equal(secret_add(db, "b", "two"), ST_OK);
	assert_int_equal(secret_add(db, "a", ""), ST_OK);
	sql_begin(&query, db, &test_secret_get);
	sql_bind_text(&query, 1, STR("b"));
	assert_true(sql_next(&query));
	assert_true(str_equal(sql_blob(&query, 0), STR("two")));
	assert_true(str_equal(sql_text(&query, 1), STR("b")));
	assert_false(sql_next(&query));
	assert_false(sql_next(&query));
	assert_int_equal(sql_end(&query), ST_OK);

	/* Empty is not NULL, or the column would have refused it. */
	sql_begin(&query, db, &test_secret_get);
	sql_bind_text(&query, 1, STR("a"));
	assert_true(sql_next(&query));
	assert_false(sql_is_null(&query, 0));
	assert_int_equal(sql_blob(&query, 0).length, 0);
	assert_int_equal(sql_end(&query), ST_OK);
}

static void keeps_errors(struct sql_db *db)
{
	struct sql_query query;

	assert_int_equal(secret_add(db, "once", "1"), ST_OK);
	sql_begin(&query, db, &test_secret_add);
	sql_bind_text(&query, 2, STR("once"));
	sql_bind_blob(&query, 1, STR("2"));
	assert_false(sql_next(&query));
	assert_int_equal(query.status, ST_CONFLICT);
	/* Nothing that follows is an answer, and the first error stays. */
	sql_bind_text(&query, 2, STR("other"));
	assert_false(sql_next(&query));
	assert_int_equal(sql_end(&query), ST_CONFLICT);
	assert_string_not_equal(sql_error(db), "");
	assert_false(sql_disk_full(db));
	assert_int_equal(secret_add(db, "other", "2"), ST_OK);

	/* NULL where none may be is a failure, not a conflict. */
	sql_begin(&query, db, &test_secret_add);
	sql_bind_text(&query, 2, STR("null"));
	sql_bind_null(&query, 1);
	assert_int_equal(sql_run(&query), ST_STORE);
}

static void filters(struct sql_db *db)
{
	struct sql_query query;
	int rows = 0;

	sql_begin(&query, db, &test_secret_list);
	sql_bind_filter(&query, 1, 0);
	while (sql_next(&query))
		rows++;
	assert_int_equal(sql_end(&query), ST_OK);
	assert_int_equal(rows, secret_count(db));
	assert_true(rows > 1);

	sql_begin(&query, db, &test_secret_list);
	sql_bind_filter(&query, 1, 3);
	assert_true(sql_next(&query));
	assert_true(str_equal(sql_text(&query, 0), STR("b")));
	assert_false(sql_next(&query));
	assert_int_equal(sql_end(&query), ST_OK);
}

/* A reader of rows may call what runs the same statement. */
static void nests(struct sql_db *db)
{
	struct sql_query outer;
	struct sql_query inner;
	int rows = 0;

	sql_begin(&outer, db, &test_secret_list);
	sql_bind_null(&outer, 1);
	while (sql_next(&outer)) {
		sql_begin(&inner, db, &test_secret_list);
		sql_bind_null(&inner, 1);
		while (sql_next(&inner))
			rows++;
		assert_int_equal(sql_end(&inner), ST_OK);
	}
	assert_int_equal(sql_end(&outer), ST_OK);
	assert_int_equal(rows, secret_count(db) * secret_count(db));
}

static void brackets(struct sql_db *db)
{
	int64_t before = secret_count(db);

	assert_int_equal(sql_transaction_begin(db), ST_OK);
	assert_int_equal(secret_add(db, "t1", "x"), ST_OK);
	sql_transaction_rollback(db);
	assert_int_equal(secret_count(db), before);

	assert_int_equal(sql_transaction_begin(db), ST_OK);
	assert_int_equal(sql_savepoint_begin(db), ST_OK);
	assert_int_equal(secret_add(db, "t1", "x"), ST_OK);
	assert_int_equal(sql_savepoint_release(db), ST_OK);
	assert_int_equal(sql_savepoint_begin(db), ST_OK);
	assert_int_equal(secret_add(db, "t2", "x"), ST_OK);
	assert_int_equal(secret_add(db, "t1", "x"), ST_CONFLICT);
	sql_savepoint_rollback(db);
	assert_int_equal(sql_savepoint_begin(db), ST_OK);
	assert_int_equal(secret_add(db, "t3", "x"), ST_OK);
	assert_int_equal(sql_savepoint_release(db), ST_OK);
	assert_int_equal(sql_transaction_commit(db), ST_OK);
	assert_int_equal(secret_count(db), before + 2);
	assert_int_equal(secret_add(db, "t2", "x"), ST_OK);
}

static void contract(struct sql_db *db)
{
	struct problem problem = {0};

	binds_by_name(db);
	filters(db);
	keeps_errors(db);
	nests(db);
	brackets(db);
	assert_int_equal(sql_checkpoint(db), ST_OK);
	assert_int_equal(sql_integrity(db, &problem), ST_OK);
}

static void test_memory(void **state)
{
	struct sql_db *db = writer_open(":memory:");
	struct sql_db *reader = NULL;
	struct problem problem = {0};

	(void)state;
	contract(db);
	sql_close(&db);
	assert_null(db);
	assert_int_equal(
		sql_open(":memory:", SQL_OPEN_READER, &reader, &problem),
		ST_STORE);
	assert_null(reader);
}

static void test_file(void **state)
{
	struct place *place = *state;
	struct sql_db *db = writer_open(place->path);
	struct stat info;
	int64_t count = 0;

	assert_int_equal(stat(place->path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	contract(db);
	count = secret_count(db);
	sql_close(&db);
	db = writer_open(place->path);
	assert_int_equal(secret_count(db), count);
	sql_close(&db);
}

/* Every statement of the program is right for this schema. */
static void test_statements_prepare(void **state)
{
	struct sql_db *db = writer_open(":memory:");
	const struct sql_statement *const *at = __start_sql_statements;

	(void)state;
	for (; at < __stop_sql_statements; at++) {
		struct sql_query query;

		sql_begin(&query, db, at);
		if (sql_end(&query) != ST_OK)
			fail_msg("%s: %s", (*at)->name, sql_error(db));
	}
	sql_close(&db);
}

/* ---------------------------------------------------------------- readers */

static void test_readers(void **state)
{
	struct place *place = *state;
	struct sql_db *writer = writer_open(place->path);
	struct sql_db *reader = reader_open(place->path);

	assert_int_equal(secret_add(writer, "one", "1"), ST_OK);
	assert_int_equal(secret_count(reader), 1);
	assert_int_equal(sql_snapshot_begin(reader), ST_OK);
	assert_int_equal(secret_add(writer, "two", "2"), ST_OK);
	assert_int_equal(secret_count(reader), 1);
	assert_int_equal(sql_checkpoint(writer), ST_OK);
	assert_int_equal(secret_count(reader), 1);
	sql_snapshot_end(reader);
	assert_int_equal(secret_count(reader), 2);
	assert_int_equal(secret_add(reader, "three", "3"), ST_STORE);
	assert_int_equal(secret_count(writer), 2);

	/* What is not committed is not seen. */
	assert_int_equal(sql_transaction_begin(writer), ST_OK);
	assert_int_equal(secret_add(writer, "three", "3"), ST_OK);
	assert_int_equal(secret_count(reader), 2);
	assert_int_equal(sql_transaction_commit(writer), ST_OK);
	assert_int_equal(secret_count(reader), 3);
	sql_close(&reader);
	sql_close(&writer);

	/* Alone, as a check of a workspace that is not running. */
	reader = reader_open(place->path);
	assert_int_equal(secret_count(reader), 3);
	sql_close(&reader);
}

/* ------------------------------------------------------------------ schema */

static void raw_run(const char *path, const char *text)
{
	sqlite3 *handle = NULL;

	assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
	assert_int_equal(sqlite3_exec(handle, text, NULL, NULL, NULL),
	                 SQLITE_OK);
	sqlite3_close(handle);
}

static void refused(const char *path, enum sql_open how, const char *why)
{
	struct sql_db *db = NULL;
	struct problem problem = {0};

	assert_int_equal(sql_open(path, how, &db, &problem), ST_STORE);
	assert_null(db);
	if (strstr(problem.text, why) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", problem.text, why);
}

static void test_newer_refused(void **state)
{
	struct place *place = *state;
	struct sql_db *db = writer_open(place->path);

	sql_close(&db);
	raw_run(place->path, "PRAGMA user_version = 9999");
	refused(place->path, SQL_OPEN_WRITER, "newer");
	refused(place->path, SQL_OPEN_READER, "newer");
}

static void test_stranger_refused(void **state)
{
	struct place *place = *state;
	FILE *file = NULL;

	refused(place->path, SQL_OPEN_READER, "cannot be opened");
	raw_run(place->path, "CREATE TABLE other (id INTEGER)");
	refused(place->path, SQL_OPEN_WRITER, "not a Holdfast workspace");
	unlink(place->path);
	file = fopen(place->path, "w");
	for (int i = 0; i < 1000; i++)
		fputs("This is a letter, not a database. ", file);
	fclose(file);
	refused(place->path, SQL_OPEN_WRITER, "not a database");
	refused("/nowhere/at/all.db", SQL_OPEN_WRITER, "cannot be opened");
}

/* ------------------------------------------------------------------ upkeep */

static void test_backup(void **state)
{
	struct place *place = *state;
	struct sql_db *db = writer_open(place->path);
	struct sql_db *reader = NULL;
	struct sql_db *copy = NULL;
	char path[192];

	snprintf(path, sizeof(path), "%s/copy.db", place->folder);
	assert_int_equal(secret_add(db, "kept", "1"), ST_OK);
	/* A reader is enough. */
	reader = reader_open(place->path);
	assert_int_equal(sql_backup(reader, path), ST_OK);
	assert_int_equal(sql_backup(db, path), ST_CONFLICT);
	assert_int_equal(secret_add(db, "later", "1"), ST_OK);
	copy = writer_open(path);
	assert_int_equal(secret_count(copy), 1);
	assert_int_equal(secret_count(db), 2);
	sql_close(&copy);
	sql_close(&reader);

	snprintf(path, sizeof(path), "%s/none/copy.db", place->folder);
	assert_int_equal(sql_backup(db, path), ST_STORE);
	sql_close(&db);
}

static bool file_holds(const char *folder, const char *name, const char *words)
{
	char path[192];
	char *bytes = NULL;
	size_t length = 0;
	bool found = false;
	FILE *file = NULL;
	FILE *all = open_memstream(&bytes, &length);
	int c = 0;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "rb");
	while (file != NULL && (c = fgetc(file)) != EOF)
		fputc(c, all);
	if (file != NULL)
		fclose(file);
	fclose(all);
	found = memmem(bytes, length, words, strlen(words)) != NULL;
	free(bytes);
	return found;
}

static bool anywhere(const struct place *place, const char *words)
{
	return file_holds(place->folder, "desk.db", words) ||
	       file_holds(place->folder, "desk.db-wal", words);
}

static void test_scrub(void **state)
{
	static const char words[] = "Marguerite Oudekerk, Zwolle";
	struct place *place = *state;
	struct sql_db *db = writer_open(place->path);
	struct sql_db *reader = reader_open(place->path);
	struct sql_query query;

	for (int i = 0; i < 200; i++) {
		char name[32];

		snprintf(name, sizeof(name), "n%d", i);
		assert_int_equal(secret_add(db, name, i == 77 ? words : "x"),
		                 ST_OK);
	}
	assert_true(anywhere(place, words));
	sql_begin(&query, db, &test_secret_remove);
	sql_bind_text(&query, 1, STR("n77"));
	assert_int_equal(sql_run(&query), ST_OK);
	assert_int_equal(secret_count(reader), 199);
	assert_int_equal(sql_scrub(db), ST_OK);
	assert_false(anywhere(place, words));
	assert_int_equal(secret_count(reader), 199);
	sql_close(&reader);
	sql_close(&db);
}

/* The log does not grow for ever, and nobody is waited for. */
static void test_checkpoint(void **state)
{
	struct place *place = *state;
	struct sql_db *db = writer_open(place->path);
	char *value = malloc(100001);
	char path[192];
	struct stat info;

	memset(value, 'v', 100000);
	value[100000] = '\0';
	snprintf(path, sizeof(path), "%s-wal", place->path);
	for (int i = 0; i < 400; i++) {
		char name[32];

		snprintf(name, sizeof(name), "n%d", i);
		assert_int_equal(secret_add(db, name, value), ST_OK);
	}
	free(value);
	assert_int_equal(stat(path, &info), 0);
	assert_true(info.st_size > 32 << 20);
	assert_int_equal(sql_checkpoint(db), ST_OK);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_size, 0);
	assert_int_equal(secret_count(db), 400);
	sql_close(&db);
}

#define WITH_PLACE(test)                                                       \
	cmocka_unit_test_setup_teardown(test, place_make, place_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_statements_prepare),
		WITH_PLACE(test_file),
		WITH_PLACE(test_readers),
		WITH_PLACE(test_newer_refused),
		WITH_PLACE(test_stranger_refused),
		WITH_PLACE(test_backup),
		WITH_PLACE(test_scrub),
		WITH_PLACE(test_checkpoint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
