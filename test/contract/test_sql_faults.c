/*
 * The port on a disk that fails: each write and sync of the engine in turn is
 * refused, or is the last thing that the process does. What was answered is
 * there, what was refused is not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "store/sql.h"
#include "support/fault_vfs.h"
#include "support/place.h"

SQL(test_secret_add, "INSERT INTO secret (name, value) VALUES ($2, $1)");
SQL(test_secret_count, "SELECT COUNT(*) FROM secret");
SQL(test_blob_add, "INSERT INTO blob_piece (blob, number, bytes)"
                   " VALUES ($1, 0, $2)");
SQL(test_blob_count, "SELECT COUNT(*) FROM blob_piece");
SQL(test_blob_last, "SELECT blob FROM blob_piece ORDER BY blob DESC LIMIT 1");

static enum status secret_add(struct sql_db *db, const char *name,
                              const char *value)
{
	struct sql_query query;

	sql_begin(&query, db, &test_secret_add);
	sql_bind_text(&query, 2, str_of(name));
	sql_bind_blob(&query, 1, str_of(value));
	return sql_run(&query);
}

static int64_t number_get(struct sql_db *db,
                          const struct sql_statement *const *statement)
{
	struct sql_query query;
	int64_t number = 0;

	sql_begin(&query, db, statement);
	if (sql_next(&query))
		number = sql_i64(&query, 0);
	assert_int_equal(sql_end(&query), ST_OK);
	return number;
}

static char piece[20000];

static enum status blob_add(struct sql_db *db, int64_t id)
{
	struct sql_query query;

	sql_begin(&query, db, &test_blob_add);
	sql_bind_i64(&query, 1, id);
	sql_bind_blob(&query, 2, (struct str){piece, sizeof(piece)});
	return sql_run(&query);
}

/* Two commands in a transaction: what the writer does with a batch. */
static enum status batch(struct sql_db *db, int64_t first)
{
	enum status status = sql_transaction_begin(db);

	if (status != ST_OK)
		return status;
	for (int64_t id = first; id < first + 2; id++) {
		status = sql_savepoint_begin(db);
		if (status == ST_OK) {
			status = blob_add(db, id);
			if (status == ST_OK)
				status = sql_savepoint_release(db);
			else
				sql_savepoint_rollback(db);
		}
		if (status != ST_OK)
			break;
	}
	if (status == ST_OK)
		return sql_transaction_commit(db);
	sql_transaction_rollback(db);
	return status;
}

/* Ended before its Nth write, early ones all: the next start goes on. */
static void test_migration_killed(void **state)
{
	struct place *place = *state;
	bool killed = true;
	int runs = 0;

	fault_vfs_install();
	for (int write = 1; killed; write += 1 + write / 6, runs++) {
		struct problem problem = {0};
		struct sql_db *db = NULL;
		int answer = 0;
		pid_t child = fork();

		if (child == 0) {
			fault_vfs_kill(FAULT_WRITE | FAULT_SYNC, write);
			if (sql_open(place->path, SQL_OPEN_WRITER, &db,
			             &problem) != ST_OK)
				_exit(1);
			_exit(0);
		}
		assert_int_equal(waitpid(child, &answer, 0), child);
		assert_true(WIFEXITED(answer));
		killed = WEXITSTATUS(answer) == 99;
		assert_true(killed || WEXITSTATUS(answer) == 0);
		db = writer_open(place->path);
		assert_int_equal(batch(db, 1), ST_OK);
		assert_int_equal(secret_add(db, "name", "value"), ST_OK);
		assert_int_equal(sql_integrity(db, &problem), ST_OK);
		sql_close(&db);
		place_clear(place);
	}
	assert_true(runs > 10);
}

/* A fresh workspace without the cost of making its schema each time. */
static void blank_put(struct sql_db *blank, const struct place *place)
{
	assert_int_equal(sql_backup(blank, place->path), ST_OK);
}

/*
 * The disk refuses from the Nth call on, for each N, and then has room again:
 * what was acknowledged is there, what was refused is not, the same connection
 * goes on.
 */
static void refusals(struct place *place, unsigned int calls, int code)
{
	struct sql_db *blank = writer_open(":memory:");
	bool failed = true;

	fault_vfs_install();
	for (int call = 1; failed; call += 1 + call / 24) {
		struct sql_db *db = NULL;
		struct problem problem = {0};
		int64_t done = 0;
		int refused_count = 0;

		blank_put(blank, place);
		db = writer_open(place->path);
		fault_vfs_arm(calls, call, code, true);
		for (int i = 0; i < 6; i++) {
			enum status status = batch(db, 2 * i);

			if (status == ST_OK)
				done += 2;
			else
				refused_count++;
			if (status != ST_OK && code == SQLITE_FULL)
				assert_true(sql_disk_full(db));
			if (status != ST_OK && code == SQLITE_IOERR_FSYNC)
				assert_true(sql_sync_failed(db));
		}
		/* A checkpoint may hit it as well. */
		if (sql_checkpoint(db) != ST_OK)
			refused_count++;
		failed = fault_vfs_disarm();
		assert_int_equal(failed, refused_count > 0);
		assert_int_equal(number_get(db, &test_blob_count), done);
		assert_int_equal(batch(db, 100), ST_OK);
		assert_int_equal(sql_checkpoint(db), ST_OK);
		assert_int_equal(number_get(db, &test_blob_count), done + 2);
		sql_close(&db);
		db = writer_open(place->path);
		assert_int_equal(number_get(db, &test_blob_count), done + 2);
		assert_int_equal(sql_integrity(db, &problem), ST_OK);
		sql_close(&db);
		place_clear(place);
	}
	sql_close(&blank);
}

static void test_disk_full(void **state)
{
	refusals(*state, FAULT_WRITE, SQLITE_FULL);
}

static void test_disk_broken(void **state)
{
	refusals(*state, FAULT_WRITE, SQLITE_IOERR_WRITE);
}

static void test_sync_failed(void **state)
{
	refusals(*state, FAULT_SYNC, SQLITE_IOERR_FSYNC);
}

/* A failure that ends the transaction; not in the shared subset. */
SQL_DIALECTS(test_secret_lose,
             "INSERT OR ROLLBACK INTO secret (name, value) VALUES ($1, 'x')",
             "INSERT INTO secret (name, value) VALUES ($1, 'x')");

static enum status secret_lose(struct sql_db *db, const char *name)
{
	struct sql_query query;

	sql_begin(&query, db, &test_secret_lose);
	sql_bind_text(&query, 1, str_of(name));
	return sql_run(&query);
}

/*
 * The engine may give up a transaction in the middle. What comes after must
 * not be kept by itself, outside of any.
 */
static void test_transaction_lost(void **state)
{
	struct place *place = *state;
	struct sql_db *db = writer_open(place->path);

	assert_int_equal(sql_transaction_begin(db), ST_OK);
	assert_int_equal(secret_add(db, "first", "1"), ST_OK);
	/* OR ROLLBACK does just what a full disk may do. */
	assert_int_equal(secret_lose(db, "first"), ST_CONFLICT);
	assert_int_equal(secret_add(db, "second", "2"), ST_STORE);
	sql_savepoint_rollback(db);
	assert_int_equal(sql_savepoint_begin(db), ST_STORE);
	assert_int_equal(sql_transaction_commit(db), ST_STORE);
	assert_int_equal(number_get(db, &test_secret_count), 0);
	assert_int_equal(secret_add(db, "second", "2"), ST_OK);
	sql_close(&db);
}

/* Batches and a checkpoint, each batch told to `report` once it is kept. */
static void commit_until_dead(struct sql_db *db, int report)
{
	for (int i = 0; i < 3; i++) {
		char done = (char)(2 * i + 2);

		if (batch(db, 2 * i + 1) != ST_OK)
			_exit(1);
		if (write(report, &done, 1) != 1)
			_exit(1);
		if (i == 1 && sql_checkpoint(db) != ST_OK)
			_exit(1);
	}
	sql_close(&db);
	_exit(0);
}

/* Runs that in a child, to its end or its death; tells if it died. */
static bool dies(const struct place *place, int call, bool power,
                 unsigned int seed, char *done_out)
{
	int answer = 0;
	int ends[2];
	pid_t child = 0;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		unsigned int calls = FAULT_WRITE | FAULT_SYNC | FAULT_TRUNCATE;
		struct sql_db *db = writer_open(place->path);

		if (power)
			fault_vfs_power_off(calls, call, seed);
		else
			fault_vfs_kill(calls, call);
		commit_until_dead(db, ends[1]);
	}
	close(ends[1]);
	*done_out = 0;
	while (read(ends[0], done_out, 1) == 1) {
	}
	close(ends[0]);
	assert_int_equal(waitpid(child, &answer, 0), child);
	assert_true(WIFEXITED(answer));
	assert_true(WEXITSTATUS(answer) == 99 || WEXITSTATUS(answer) == 0);
	return WEXITSTATUS(answer) == 99;
}

/* A batch is there whole or not at all, and is there once it was answered. */
static void sound_after(const struct place *place, char done)
{
	struct problem problem = {0};
	struct sql_db *db = writer_open(place->path);
	int64_t last = number_get(db, &test_blob_last);

	assert_int_equal(number_get(db, &test_blob_count), last);
	assert_true(last == done || last == done + 2);
	if (sql_integrity(db, &problem) != ST_OK)
		fail_msg("%s", problem.text);
	sql_close(&db);
}

static void test_commit_killed(void **state)
{
	struct place *place = *state;
	struct sql_db *blank = writer_open(":memory:");
	bool dead = true;
	int runs = 0;

	fault_vfs_install();
	for (int call = 1; dead; call++, runs++) {
		char done = 0;

		blank_put(blank, place);
		dead = dies(place, call, false, 0, &done);
		sound_after(place, done);
		place_clear(place);
	}
	assert_true(runs > 40);
	sql_close(&blank);
}

static void test_power_lost(void **state)
{
	struct place *place = *state;
	struct sql_db *blank = writer_open(":memory:");
	bool dead = true;

	fault_vfs_install();
	for (int call = 1; dead; call += 3 + call / 16) {
		for (unsigned int seed = 1; seed <= 2 && dead; seed++) {
			char done = 0;

			blank_put(blank, place);
			dead = dies(place, call, true, seed * 7919, &done);
			sound_after(place, done);
			place_clear(place);
		}
	}
	sql_close(&blank);
}

#define WITH_PLACE(test)                                                       \
	cmocka_unit_test_setup_teardown(test, place_make, place_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PLACE(test_migration_killed),
		WITH_PLACE(test_disk_full),
		WITH_PLACE(test_disk_broken),
		WITH_PLACE(test_sync_failed),
		WITH_PLACE(test_transaction_lost),
		WITH_PLACE(test_commit_killed),
		WITH_PLACE(test_power_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
