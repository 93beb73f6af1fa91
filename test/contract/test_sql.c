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
#include <unistd.h>

#include <cmocka.h>

#include "store/sql.h"

SQL(test_secret_add, "INSERT INTO secret (name, value) VALUES ($2, $1)");
SQL(test_secret_get, "SELECT value, name FROM secret WHERE name = $1"
                     " OR (name = $1 AND name = $1)");
SQL(test_secret_list, "SELECT name FROM secret"
                      " WHERE (CAST($1 AS BIGINT) IS NULL OR"
                      " LENGTH(value) = $1) ORDER BY name");
SQL(test_secret_count, "SELECT COUNT(*) FROM secret");
SQL(test_upload_add, "INSERT INTO upload (id, member, created_at, name, type)"
                     " VALUES ($1, 2, 3, $2, 'x')");

struct place {
	char folder[64];
	char path[128];
};

static int place_make(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	snprintf(place->folder, sizeof(place->folder), "/tmp/hf-sql-XXXXXX");
	if (mkdtemp(place->folder) == NULL)
		return -1;
	snprintf(place->path, sizeof(place->path), "%s/desk.db", place->folder);
	*state = place;
	return 0;
}

static int place_remove(void **state)
{
	static const char *const names[] = {"desk.db", "desk.db-wal",
	                                    "desk.db-shm", "copy.db"};
	struct place *place = *state;
	char path[192];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", place->folder, names[i]);
		unlink(path);
	}
	rmdir(place->folder);
	free(place);
	return 0;
}

static struct sql_db *writer_open(const char *path)
{
	struct sql_db *db = NULL;
	struct problem problem = {0};

	if (sql_open(path, SQL_OPEN_WRITER, &db, &problem) != ST_OK)
		fail_msg("%s", problem.text);
	return db;
}

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

static void test_memory(void **state)
{
	struct sql_db *db = writer_open(":memory:");

	(void)state;
	binds_by_name(db);
	sql_close(&db);
	assert_null(db);
}

static void test_file(void **state)
{
	struct place *place = *state;
	struct sql_db *db = writer_open(place->path);

	binds_by_name(db);
	assert_int_equal(secret_count(db), 2);
	sql_close(&db);
	db = writer_open(place->path);
	assert_int_equal(secret_count(db), 2);
	sql_close(&db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory),
		cmocka_unit_test_setup_teardown(test_file, place_make,
	                                        place_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
