#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/blob.h"

static const unsigned char salt[BLOB_SALT_BYTES] = "0123456789abcde";

SQL(test_blob_stored, "SELECT SUM(LENGTH(bytes)) FROM blob_piece"
                      " WHERE blob = $1");
SQL(test_blob_spoil, "UPDATE blob_piece SET bytes = $2 WHERE blob = $1"
                     " AND number = 0");

struct fixture {
	struct sql_db *db;
	struct arena *arena;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct problem problem;

	f->arena = arena_new(256u << 20);
	if (sql_open(":memory:", SQL_OPEN_WRITER, &f->db, &problem) != ST_OK)
		return -1;
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	sql_close(&f->db);
	arena_free(&f->arena);
	free(f);
	return 0;
}

/* Words that shrink, or noise that does not. */
static struct str bytes_make(struct arena *arena, size_t length, bool noise)
{
	char *bytes = arena_alloc(arena, length + 1);
	uint32_t seed = 12345;

	for (size_t i = 0; i < length; i++) {
		seed = seed * 1664525u + 1013904223u;
		bytes[i] = noise ? (char)(seed >> 24) : "dear client "[i % 12];
	}
	return (struct str){bytes, length};
}

static int64_t stored(struct sql_db *db, int64_t id)
{
	struct sql_query query;
	int64_t bytes = -1;

	sql_begin(&query, db, &test_blob_stored);
	sql_bind_i64(&query, 1, id);
	if (sql_next(&query))
		bytes = sql_i64(&query, 0);
	assert_int_equal(sql_end(&query), ST_OK);
	return bytes;
}

static void test_sizes(void **state)
{
	static const size_t sizes[] = {
		0,
		1,
		1000,
		BLOB_PIECE_BYTES - 1,
		BLOB_PIECE_BYTES,
		BLOB_PIECE_BYTES + 1,
		3 * BLOB_PIECE_BYTES,
		5 * BLOB_PIECE_BYTES + 77,
	};
	struct fixture *f = *state;
	int64_t id = 1;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (int noise = 0; noise < 2; noise++, id++) {
			struct str in = bytes_make(f->arena, sizes[i], noise);
			struct str out = {0};
			struct blob blob = {0};

			assert_int_equal(
				blob_write(f->db, id, in, BLOB_ZSTD, salt),
				ST_OK);
			assert_int_equal(blob_read(f->db, id, f->arena, &out),
			                 ST_OK);
			assert_true(str_equal(in, out));
			assert_int_equal(blob_find(f->db, id, &blob), ST_OK);
			assert_int_equal(blob.size, sizes[i]);
			assert_false(blob.erased);
			if (noise || sizes[i] < 10)
				assert_int_equal(blob.packing, BLOB_PLAIN);
			else
				assert_int_equal(blob.packing, BLOB_ZSTD);
			if (blob.packing == BLOB_PLAIN)
				assert_int_equal(stored(f->db, id), sizes[i]);
			else
				assert_true(stored(f->db, id) <
				            (int64_t)sizes[i] / 3);
		}
	}
}

static void test_ranges(void **state)
{
	static const struct {
		int64_t start, length;
	} ranges[] = {
		{0, 1},
		{0, 0},
		{0, BLOB_PIECE_BYTES},
		{BLOB_PIECE_BYTES - 1, 2},
		{BLOB_PIECE_BYTES, BLOB_PIECE_BYTES},
		{100, 2 * BLOB_PIECE_BYTES},
		{3 * BLOB_PIECE_BYTES + 5, 100},
		{3 * BLOB_PIECE_BYTES + 5, INT64_MAX},
		{9 * (int64_t)BLOB_PIECE_BYTES, 10},
	};
	struct fixture *f = *state;
	struct str in = bytes_make(f->arena, 4 * BLOB_PIECE_BYTES - 9, false);

	for (int64_t id = 1; id <= 2; id++) {
		assert_int_equal(blob_write(f->db, id, in,
		                            id == 1 ? BLOB_PLAIN : BLOB_ZSTD,
		                            salt),
		                 ST_OK);
		for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]);
		     i++) {
			size_t start = (size_t)ranges[i].start;
			size_t length = (size_t)ranges[i].length;
			struct str out = {0};

			if (start > in.length)
				start = in.length;
			if (length > in.length - start)
				length = in.length - start;
			assert_int_equal(blob_read_range(f->db, id,
			                                 ranges[i].start,
			                                 ranges[i].length,
			                                 f->arena, &out),
			                 ST_OK);
			assert_true(str_equal(
				str_sub(in, start, start + length), out));
		}
	}
}

static void test_refusals(void **state)
{
	struct fixture *f = *state;
	struct str in = bytes_make(f->arena, 5000, false);
	struct str huge = {in.text, (size_t)BLOB_BYTES_MAX + 1};
	struct str out = {"as it was", 9};
	struct blob blob = {0};

	assert_int_equal(blob_find(f->db, 7, &blob), ST_NOT_FOUND);
	assert_int_equal(blob_read(f->db, 7, f->arena, &out), ST_NOT_FOUND);
	assert_int_equal(blob_read_range(f->db, 7, 0, 1, f->arena, &out),
	                 ST_NOT_FOUND);
	assert_int_equal(blob_write(f->db, 7, huge, BLOB_PLAIN, salt),
	                 ST_LIMIT);
	assert_int_equal(blob_write(f->db, 7, in, BLOB_PLAIN, salt), ST_OK);
	assert_int_equal(blob_write(f->db, 7, in, BLOB_PLAIN, salt),
	                 ST_CONFLICT);
	assert_true(str_equal(out, STR("as it was")));
}

static void test_erase(void **state)
{
	struct fixture *f = *state;
	struct str in = bytes_make(f->arena, 700000, true);
	struct str out = {0};
	struct blob before = {0};
	struct blob after = {0};

	assert_int_equal(blob_write(f->db, 3, in, BLOB_PLAIN, salt), ST_OK);
	assert_int_equal(blob_find(f->db, 3, &before), ST_OK);
	assert_int_equal(blob_erase(f->db, 3), ST_OK);
	assert_int_equal(blob_erase(f->db, 3), ST_OK);
	assert_int_equal(blob_erase(f->db, 4), ST_OK);
	assert_int_equal(blob_find(f->db, 3, &after), ST_OK);
	assert_true(after.erased);
	assert_int_equal(after.size, before.size);
	assert_memory_equal(after.hash, before.hash, BLOB_HASH_BYTES);
	assert_int_equal(stored(f->db, 3), 0);
	assert_int_equal(blob_read(f->db, 3, f->arena, &out), ST_NOT_FOUND);
	assert_int_equal(blob_read_range(f->db, 3, 0, 9, f->arena, &out),
	                 ST_NOT_FOUND);
	/* The id is not free again. */
	assert_int_equal(blob_write(f->db, 3, in, BLOB_PLAIN, salt),
	                 ST_CONFLICT);
}

static void spoil(struct sql_db *db, int64_t id, struct str bytes)
{
	struct sql_query query;

	sql_begin(&query, db, &test_blob_spoil);
	sql_bind_i64(&query, 1, id);
	sql_bind_blob(&query, 2, bytes);
	assert_int_equal(sql_run(&query), ST_OK);
}

/* What the disk changed is never served as good. */
static void test_damage(void **state)
{
	struct fixture *f = *state;
	struct str in = bytes_make(f->arena, 5000, true);
	struct str text = bytes_make(f->arena, 5000, false);
	struct str other = str_copy(f->arena, in);
	struct str out = {0};

	assert_int_equal(blob_write(f->db, 1, in, BLOB_PLAIN, salt), ST_OK);
	((char *)other.text)[4321] ^= 1;
	spoil(f->db, 1, other);
	assert_int_equal(blob_read(f->db, 1, f->arena, &out), ST_STORE);
	spoil(f->db, 1, str_sub(in, 0, 4999));
	assert_int_equal(blob_read(f->db, 1, f->arena, &out), ST_STORE);
	assert_int_equal(blob_read_range(f->db, 1, 0, 5, f->arena, &out),
	                 ST_STORE);
	assert_int_equal(blob_write(f->db, 2, text, BLOB_ZSTD, salt), ST_OK);
	spoil(f->db, 2, STR("(\xb5/\xfdnot a frame"));
	assert_int_equal(blob_read(f->db, 2, f->arena, &out), ST_STORE);
	assert_int_equal(blob_read_range(f->db, 2, 0, 5, f->arena, &out),
	                 ST_STORE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_sizes), TEST(test_ranges), TEST(test_refusals),
		TEST(test_erase), TEST(test_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
