/* What a receiving server says of where a mail is from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/authres.h"
#include <cmocka.h>

static void test_words(void **state)
{
	/* clang-format off */
	static const struct {
		const char *value;
		enum authres wanted;
	} rows[] = {
		{"mx.ours.example; dmarc=pass header.from=studio.example", AUTHRES_PASS},
		{"MX.ours.example; DKIM=Pass (2048 bit) header.d=mail.studio.example; spf=fail smtp.mailfrom=x@y.example", AUTHRES_PASS},
		{"mx.ours.example; spf=pass smtp.mailfrom=lena@studio.example", AUTHRES_PASS},
		{"mx.ours.example 1; dkim=pass header.i=@studio.example", AUTHRES_PASS},
		{"mx.ours.example; dkim=pass header.d=elsewhere.example", AUTHRES_NONE},
		{"mx.ours.example; dkim=pass (header.d=studio.example)", AUTHRES_NONE},
		{"mx.ours.example; spf=pass smtp.helo=studio.example", AUTHRES_NONE},
		{"mx.ours.example; dmarc=fail header.from=studio.example", AUTHRES_FAIL},
		{"mx.ours.example; spf=softfail smtp.mailfrom=studio.example", AUTHRES_FAIL},
		{"mx.ours.example; none", AUTHRES_NONE},
		{"mx.evil.example; dmarc=pass header.from=studio.example", AUTHRES_NONE},
		{"dmarc=pass header.from=studio.example", AUTHRES_NONE},
		{"", AUTHRES_NONE},
		{";;;", AUTHRES_NONE},
	};
	/* clang-format on */
	struct arena *arena = arena_new(1 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum authres got = authres_read(arena, str_of(rows[i].value),
		                                STR("mx.ours.example"),
		                                STR("studio.example"));

		if (got != rows[i].wanted)
			fail_msg("%s: %d", rows[i].value, (int)got);
	}
	assert_int_equal(authres_read(arena, STR("any; spf=fail"), STR(""),
	                              STR("studio.example")),
	                 AUTHRES_FAIL);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
