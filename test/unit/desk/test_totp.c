/*
 * Codes by time against the vectors of RFC 6238, and recovery codes as people
 * type them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "desk/totp.h"

static void codes_are_those_of_the_rfc(void **state)
{
	static const struct {
		int64_t second;
		const char *code; /* the last six of its eight digits */
	} rows[] = {
		{59, "287082"},         {1111111109, "081804"},
		{1111111111, "050471"}, {1234567890, "005924"},
		{2000000000, "279037"}, {20000000000, "353130"},
	};
	unsigned char secret[TOTP_SECRET_BYTES + 1] = "12345678901234567890";
	char code[7];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		totp_code(secret, rows[i].second / 30, code);
		assert_string_equal(code, rows[i].code);
	}
}

static void recovery_codes_forgive_how_they_are_typed(void **state)
{
	static const unsigned char random[8] = {1, 2, 3, 4, 5, 6, 7, 8};
	unsigned char one[TOKEN_HASH_BYTES], other[TOKEN_HASH_BYTES];
	char code[RECOVERY_CODE_SIZE];

	(void)state;
	recovery_code(random, code);
	assert_int_equal(strlen(code), RECOVERY_CODE_SIZE - 1);
	assert_int_equal(code[4], '-');
	recovery_hash(5, STR("k3f7-9qm2-x8cd"), one);
	recovery_hash(5, STR(" K3F79QM2 x8cd"), other);
	assert_memory_equal(one, other, sizeof(one));
	recovery_hash(6, STR("k3f7-9qm2-x8cd"), other);
	assert_memory_not_equal(one, other, sizeof(one));
	recovery_hash(5, STR("k3f7-9qm2-x8ce"), other);
	assert_memory_not_equal(one, other, sizeof(one));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_are_those_of_the_rfc),
		cmocka_unit_test(recovery_codes_forgive_how_they_are_typed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
