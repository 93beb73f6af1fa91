/*
 * Messages of an mbox file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/mbox.h"
#include <cmocka.h>

static void assert_text(struct str got, const char *wanted)
{
	if (!str_equal(got, str_of(wanted)))
		fail_msg("wanted \"%s\", got \"%.*s\"", wanted, STR_ARG(got));
}

static void test_messages(void **state)
{
	struct str rest = STR("From a@b Tue Nov 10 09:00:00 2026\nA: 1\n\n"
	                      "From here it is text.\n\nFrom the start.\n\n"
	                      "From c@d Tue Nov 10 09:00:01 2026\r\nB: 2\r\n"
	                      "\r\nx\r\n\r\n"
	                      "From e@f Tue Nov 10 09:00:02 2026\nC: 3\n");
	struct str message;

	(void)state;
	assert_true(mbox_next(&rest, &message));
	assert_text(message, "A: 1\n\nFrom here it is text.\n\n"
	                     "From the start.\n\n");
	assert_true(mbox_next(&rest, &message));
	assert_text(message, "B: 2\r\n\r\nx\r\n\r\n");
	assert_true(mbox_next(&rest, &message));
	assert_text(message, "C: 3\n");
	assert_false(mbox_next(&rest, &message));
}

static void test_odd_files(void **state)
{
	struct str rest = STR(""), message;

	(void)state;
	assert_false(mbox_next(&rest, &message));
	rest = STR("\n\n");
	assert_false(mbox_next(&rest, &message));
	rest = STR("Subject: one mail\n\nx\n");
	assert_true(mbox_next(&rest, &message));
	assert_text(message, "Subject: one mail\n\nx\n");
	assert_false(mbox_next(&rest, &message));
	rest = STR("From a@b Tue Nov 10 09:00");
	assert_true(mbox_next(&rest, &message));
	assert_text(message, "");
}

/* A "From " line that nobody escaped is text unless headers follow it. */
static void test_unescaped(void **state)
{
	struct str rest = STR("From a@b Tue Nov 10 09:00:00 2026\nA: 1\n\n"
	                      "Dear all,\n\nFrom 10:30 on we are closed.\n\n"
	                      "From b@c Tue Nov 10 09:00:00 2026\nB: 2\n\nx\n");
	struct str message;

	(void)state;
	assert_true(mbox_next(&rest, &message));
	assert_text(message, "A: 1\n\nDear all,\n\n"
	                     "From 10:30 on we are closed.\n\n");
	assert_true(mbox_next(&rest, &message));
	assert_text(message, "B: 2\n\nx\n");
}

static void test_mail_of_message(void **state)
{
	struct arena *arena = arena_new(1 << 20);

	(void)state;
	assert_text(mbox_mail(arena, STR("From a@b x\nA: 1\n\n>From us\nx\n")),
	            "A: 1\n\nFrom us\nx\n");
	assert_text(mbox_mail(arena, STR("A: 1\n\n>>From us\n>From me\n")),
	            "A: 1\n\n>From us\nFrom me\n");
	assert_text(mbox_mail(arena, STR("A: 1\n\n> From us\nx >From me\n")),
	            "A: 1\n\n> From us\nx >From me\n");
	assert_text(mbox_mail(arena, STR("")), "");
	assert_text(mbox_mail(arena, STR("From a@b")), "");
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_odd_files),
		cmocka_unit_test(test_unescaped),
		cmocka_unit_test(test_mail_of_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
