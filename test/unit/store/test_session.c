#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/secret.h"
#include "store/session.h"
#include "store/upload.h"

#define MARIT 11
#define JONAS 12

static const instant_ms noon = 1795000000000;

struct fixture {
	struct sql_db *db;
	struct arena *arena;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct problem problem;

	f->arena = arena_new(64u << 20);
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

static const unsigned char *hash_of(struct fixture *f, int seed)
{
	unsigned char *hash = arena_alloc(f->arena, TOKEN_HASH_BYTES);

	memset(hash, seed, TOKEN_HASH_BYTES);
	/* A NUL inside ends nothing. */
	hash[5] = 0;
	return hash;
}

static void session_put_at(struct fixture *f, int seed, int64_t member,
                           instant_ms at)
{
	struct session_row row = {.member = member,
	                          .created_at = at,
	                          .seen_at = at,
	                          .agent = STR("Browser 1")};

	assert_int_equal(session_add(f->db, hash_of(f, seed), &row), ST_OK);
}

static enum status session_get(struct fixture *f, int seed)
{
	struct session_row row;

	return session_find(f->db, hash_of(f, seed), f->arena, &row);
}

static void test_session(void **state)
{
	struct fixture *f = *state;
	struct session_row row = {0};

	assert_int_equal(session_get(f, 1), ST_NOT_FOUND);
	session_put_at(f, 1, MARIT, noon);
	assert_int_equal(session_find(f->db, hash_of(f, 1), f->arena, &row),
	                 ST_OK);
	assert_int_equal(row.member, MARIT);
	assert_int_equal(row.created_at, noon);
	assert_int_equal(row.seen_at, noon);
	assert_true(str_equal(row.agent, STR("Browser 1")));
	assert_int_equal(session_get(f, 2), ST_NOT_FOUND);

	/* A clock that was set back does not make the session older. */
	assert_int_equal(session_touch(f->db, hash_of(f, 1), noon + 9), ST_OK);
	assert_int_equal(session_touch(f->db, hash_of(f, 1), noon + 5), ST_OK);
	assert_int_equal(session_find(f->db, hash_of(f, 1), f->arena, &row),
	                 ST_OK);
	assert_int_equal(row.seen_at, noon + 9);
	assert_int_equal(row.created_at, noon);

	/* An id that is in use cannot be given to somebody else. */
	row.member = JONAS;
	assert_int_equal(session_add(f->db, hash_of(f, 1), &row), ST_CONFLICT);
	assert_int_equal(session_remove(f->db, hash_of(f, 1)), ST_OK);
	assert_int_equal(session_get(f, 1), ST_NOT_FOUND);
}

static void test_session_all(void **state)
{
	struct fixture *f = *state;

	session_put_at(f, 1, MARIT, noon);
	session_put_at(f, 2, MARIT, noon);
	session_put_at(f, 3, JONAS, noon);
	assert_int_equal(session_remove_all(f->db, MARIT, hash_of(f, 2)),
	                 ST_OK);
	assert_int_equal(session_get(f, 1), ST_NOT_FOUND);
	assert_int_equal(session_get(f, 2), ST_OK);
	assert_int_equal(session_get(f, 3), ST_OK);
	assert_int_equal(session_remove_all(f->db, MARIT, NULL), ST_OK);
	assert_int_equal(session_get(f, 2), ST_NOT_FOUND);
	assert_int_equal(session_clear(f->db), ST_OK);
	assert_int_equal(session_get(f, 3), ST_NOT_FOUND);
}

static enum status link_use(struct fixture *f, int seed, int64_t *member_out)
{
	return sign_in_use(f->db, hash_of(f, seed), noon, member_out);
}

static void test_sign_in(void **state)
{
	struct fixture *f = *state;
	int64_t member = 0;
	int64_t count = 0;

	assert_int_equal(sign_in_add(f->db, hash_of(f, 5), MARIT, noon + 1000),
	                 ST_OK);
	assert_int_equal(sign_in_add(f->db, hash_of(f, 6), MARIT, noon), ST_OK);
	assert_int_equal(sign_in_count(f->db, MARIT, noon, &count), ST_OK);
	assert_int_equal(count, 1);
	/* A link is no session. */
	assert_int_equal(session_get(f, 5), ST_NOT_FOUND);
	/* Too late by a moment. */
	assert_int_equal(link_use(f, 6, &member), ST_NOT_FOUND);
	assert_int_equal(link_use(f, 7, &member), ST_NOT_FOUND);
	assert_int_equal(member, 0);
	assert_int_equal(link_use(f, 5, &member), ST_OK);
	assert_int_equal(member, MARIT);
	assert_int_equal(link_use(f, 5, &member), ST_NOT_FOUND);

	assert_int_equal(sign_in_add(f->db, hash_of(f, 5), MARIT, noon + 1000),
	                 ST_OK);
	assert_int_equal(sign_in_remove_all(f->db, MARIT), ST_OK);
	assert_int_equal(link_use(f, 5, &member), ST_NOT_FOUND);
}

static void test_sweep(void **state)
{
	struct fixture *f = *state;
	int64_t count = 0;

	session_put_at(f, 1, MARIT, noon - 1);
	session_put_at(f, 2, MARIT, noon);
	assert_int_equal(sign_in_add(f->db, hash_of(f, 5), MARIT, noon), ST_OK);
	assert_int_equal(session_sweep(f->db, noon, noon, noon), ST_OK);
	assert_int_equal(session_get(f, 1), ST_NOT_FOUND);
	assert_int_equal(session_get(f, 2), ST_OK);
	assert_int_equal(sign_in_count(f->db, MARIT, 0, &count), ST_OK);
	assert_int_equal(count, 0);
	/* Old by age, though it was seen just now. */
	assert_int_equal(session_touch(f->db, hash_of(f, 2), noon + 50), ST_OK);
	assert_int_equal(session_sweep(f->db, noon, noon + 1, noon), ST_OK);
	assert_int_equal(session_get(f, 2), ST_NOT_FOUND);
}

static void test_credential(void **state)
{
	struct fixture *f = *state;
	struct str hash = {0};

	assert_int_equal(credential_get(f->db, MARIT, f->arena, &hash),
	                 ST_NOT_FOUND);
	assert_int_equal(
		credential_set(f->db, MARIT, STR("$argon2id$v=19$one")), ST_OK);
	assert_int_equal(
		credential_set(f->db, MARIT, STR("$argon2id$v=19$two")), ST_OK);
	assert_int_equal(credential_get(f->db, MARIT, f->arena, &hash), ST_OK);
	assert_true(str_equal(hash, STR("$argon2id$v=19$two")));
	assert_int_equal(credential_remove(f->db, MARIT), ST_OK);
	assert_int_equal(credential_get(f->db, MARIT, f->arena, &hash),
	                 ST_NOT_FOUND);
}

static void test_secret(void **state)
{
	struct fixture *f = *state;
	struct str name = STR("reply_token");
	struct str value = {0};

	assert_int_equal(secret_get(f->db, name, f->arena, &value),
	                 ST_NOT_FOUND);
	assert_int_equal(
		secret_make(f->db, name, STR("first"), f->arena, &value),
		ST_OK);
	assert_int_equal(
		secret_make(f->db, name, STR("second"), f->arena, &value),
		ST_OK);
	assert_true(str_equal(value, STR("first")));
	assert_int_equal(secret_set(f->db, name, STR("a\0b")), ST_OK);
	assert_int_equal(secret_get(f->db, name, f->arena, &value), ST_OK);
	assert_true(str_equal(value, STR("a\0b")));
	assert_int_equal(secret_remove(f->db, name), ST_OK);
	assert_int_equal(secret_get(f->db, name, f->arena, &value),
	                 ST_NOT_FOUND);
}

static int64_t upload_put_at(struct fixture *f, instant_ms at, const char *name)
{
	static const unsigned char salt[BLOB_SALT_BYTES] = "salt";
	struct upload upload = {.member = MARIT,
	                        .created_at = at,
	                        .name = str_of(name),
	                        .type = STR("image/png")};
	int64_t id = 0;

	assert_int_equal(upload_add(f->db, &upload, STR("bytes of a picture"),
	                            salt, &id),
	                 ST_OK);
	return id;
}

static void test_upload(void **state)
{
	struct fixture *f = *state;
	int64_t first = upload_put_at(f, noon, "hero.png");
	int64_t second = upload_put_at(f, noon + 1, "hero 2.png");
	int64_t third = upload_put_at(f, noon + 2, "hero 3.png");
	struct upload upload = {0};
	struct str bytes = {0};
	size_t count = 0;

	assert_int_equal(first, -1);
	assert_int_equal(second, -2);
	assert_int_equal(upload_find(f->db, second, f->arena, &upload), ST_OK);
	assert_int_equal(upload.member, MARIT);
	assert_int_equal(upload.created_at, noon + 1);
	assert_int_equal(upload.message, 0);
	assert_true(str_equal(upload.name, STR("hero 2.png")));
	assert_true(str_equal(upload.type, STR("image/png")));
	assert_int_equal(blob_read(f->db, second, f->arena, &bytes), ST_OK);
	assert_true(str_equal(bytes, STR("bytes of a picture")));

	/* What a message took stays; the rest goes, in the steps asked for. */
	assert_int_equal(upload_use(f->db, second, 400), ST_OK);
	assert_int_equal(upload_expire(f->db, noon + 3, 1, &count), ST_OK);
	assert_int_equal(count, 1);
	assert_int_equal(upload_expire(f->db, noon + 3, 5, &count), ST_OK);
	assert_int_equal(count, 1);
	assert_int_equal(upload_find(f->db, second, f->arena, &upload), ST_OK);
	assert_int_equal(upload.message, 400);
	assert_int_equal(upload_find(f->db, third, f->arena, &upload),
	                 ST_NOT_FOUND);
	assert_int_equal(blob_read(f->db, third, f->arena, &bytes),
	                 ST_NOT_FOUND);
	/* An id that was given out is not given out again. */
	assert_int_equal(upload_put_at(f, noon, "new.png"), -4);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_session), TEST(test_session_all), TEST(test_sign_in),
		TEST(test_sweep),   TEST(test_credential),  TEST(test_secret),
		TEST(test_upload),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
