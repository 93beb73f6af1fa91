/*
 * Every statement that any part of the program registered, prepared by both
 * engines over the schema of its own dialect. So a statement that only SQLite
 * understands is found here, long before a PostgreSQL engine runs it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libpq-fe.h>
#include <sqlite3.h>

#include "base/asset.h"
#include "store/sql.h"

static size_t statements_count(void)
{
	return (size_t)(__stop_sql_statements - __start_sql_statements);
}

static bool dialect_is(const struct asset *file, const char *ending)
{
	size_t length = strlen(file->path);
	size_t end = strlen(ending);

	return length > end && strcmp(file->path + length - end, ending) == 0;
}

static void schema_files_come_in_pairs(void **state)
{
	static const char sqlite[] = ".sqlite.sql";
	static const char pgsql[] = ".pgsql.sql";
	size_t pairs = 0;

	(void)state;
	for (size_t i = 0; i < assets_schema_count; i++) {
		const char *path = assets_schema[i].path;
		size_t stem = strcspn(path, ".");
		bool found = false;

		if (!dialect_is(&assets_schema[i], sqlite))
			continue;
		for (size_t j = 0; j < assets_schema_count; j++) {
			const struct asset *other = &assets_schema[j];

			found |= dialect_is(other, pgsql) &&
			         strcspn(other->path, ".") == stem &&
			         strncmp(other->path, path, stem) == 0;
		}
		if (!found)
			fail_msg("%s has no %s beside it", path, pgsql);
		pairs++;
	}
	assert_true(pairs > 0);
	assert_int_equal(pairs * 2, assets_schema_count);
}

static void statement_names_are_unique(void **state)
{
	size_t count = statements_count();

	(void)state;
	assert_true(count > 0);
	for (size_t i = 0; i < count; i++) {
		const char *name = __start_sql_statements[i]->name;

		for (size_t j = i + 1; j < count; j++) {
			if (strcmp(name, __start_sql_statements[j]->name) == 0)
				fail_msg("two statements are named %s", name);
		}
	}
}

static sqlite3 *sqlite_with_schema(void)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	for (size_t i = 0; i < assets_schema_count; i++) {
		const struct asset *file = &assets_schema[i];

		if (!dialect_is(file, ".sqlite.sql"))
			continue;
		if (sqlite3_exec(db, (const char *)file->bytes, NULL, NULL,
		                 NULL) != SQLITE_OK)
			fail_msg("%s: %s", file->path, sqlite3_errmsg(db));
	}
	return db;
}

static void sqlite_prepares_every_statement(void **state)
{
	sqlite3 *db = sqlite_with_schema();
	size_t refused = 0;

	(void)state;
	for (size_t i = 0; i < statements_count(); i++) {
		const struct sql_statement *each = __start_sql_statements[i];
		sqlite3_stmt *prepared = NULL;

		if (sqlite3_prepare_v2(db, each->sqlite, -1, &prepared, NULL) !=
		    SQLITE_OK) {
			print_error("%s: %s\n  %s\n", each->name,
			            sqlite3_errmsg(db), each->sqlite);
			refused++;
		}
		sqlite3_finalize(prepared);
	}
	sqlite3_close(db);
	assert_int_equal(refused, 0);
}

/* Runs a text that may hold many statements; the answer is for messages. */
static void pgsql_run(PGconn *link, const char *what, const char *text)
{
	PGresult *result = PQexec(link, text);
	ExecStatusType status = PQresultStatus(result);

	PQclear(result);
	if (status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY)
		fail_msg("%s: %s", what, PQerrorMessage(link));
}

static PGconn *pgsql_with_schema(const char *where)
{
	PGconn *link = PQconnectdb(where);

	if (PQstatus(link) != CONNECTION_OK)
		fail_msg("%s", PQerrorMessage(link));
	pgsql_run(link, "notices", "SET client_min_messages = warning");
	pgsql_run(link, "schema",
	          "DROP SCHEMA IF EXISTS agency CASCADE;"
	          "CREATE SCHEMA agency; SET search_path = agency");
	for (size_t i = 0; i < assets_schema_count; i++) {
		const struct asset *file = &assets_schema[i];

		if (dialect_is(file, ".pgsql.sql"))
			pgsql_run(link, file->path, (const char *)file->bytes);
	}
	return link;
}

static void pgsql_prepares_every_statement(void **state)
{
	const char *where = getenv("HOLDFAST_TEST_PGSQL");
	PGconn *link = NULL;
	size_t refused = 0;

	(void)state;
	/* tool/run-tests.mjs starts one; without it this cannot be known. */
	if (where == NULL)
		skip();
	link = pgsql_with_schema(where);
	for (size_t i = 0; i < statements_count(); i++) {
		const struct sql_statement *each = __start_sql_statements[i];
		const char *text = each->pgsql ? each->pgsql : each->sqlite;
		PGresult *result = PQprepare(link, each->name, text, 0, NULL);

		if (PQresultStatus(result) != PGRES_COMMAND_OK) {
			print_error("%s: %s  %s\n", each->name,
			            PQerrorMessage(link), text);
			refused++;
		}
		PQclear(result);
	}
	PQfinish(link);
	assert_int_equal(refused, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(schema_files_come_in_pairs),
		cmocka_unit_test(statement_names_are_unique),
		cmocka_unit_test(sqlite_prepares_every_statement),
		cmocka_unit_test(pgsql_prepares_every_statement),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
