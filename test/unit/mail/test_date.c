/*
 * Dates as mail programs write them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "mail/date.h"

static void check(const char *text, const char *wanted)
{
	char got[INSTANT_TEXT_SIZE] = "refused";
	instant_ms at;

	if (mail_date_parse(str_of(text), &at))
		instant_print(at, got);
	assert_string_equal(got, wanted);
}

static void test_read(void **state)
{
	(void)state;
	check("Tue, 10 Nov 2026 09:12:30 +0100", "2026-11-10T08:12:30Z");
	check("10 Nov 26 09:12 GMT", "2026-11-10T09:12:00Z");
	check("Tue, 10 Nov 2026 09:12:30 -0330 (NST)", "2026-11-10T12:42:30Z");
	check("Tue Nov 10 09:12:30 2026", "2026-11-10T09:12:30Z");
	check("2026-11-10T09:12:30+01:00", "2026-11-10T08:12:30Z");
	check("10-Nov-2026 09:12:30 EST", "2026-11-10T14:12:30Z");
	check("Dienstag, 10. November 2026 09:15", "2026-11-10T09:15:00Z");
	check("10.11.2026 09:15", "2026-11-10T09:15:00Z");
	check("mardi 10 novembre 2026 09:15", "2026-11-10T09:15:00Z");
	check("Tuesday, November 10, 2026 3:04 PM", "2026-11-10T15:04:00Z");
	check("Tue, 31 Dec 2026 23:59:60 +0000", "2026-12-31T23:59:59Z");
	check("1 Jan 99 00:00 +0000", "1999-01-01T00:00:00Z");
}

static void test_refused(void **state)
{
	(void)state;
	check("", "refused");
	check("tomorrow", "refused");
	check("Tue, 99 Nov 2026 09:12:30 +0100", "refused");
	check("10 Foo 2026", "refused");
	check("10 Nov 2026 25:00 +0000", "refused");
	check("99999999999999999999", "refused");
	check("::::::", "refused");
	check("+++---", "refused");
}

static void test_written(void **state)
{
	char text[MAIL_DATE_SIZE];

	(void)state;
	mail_date_print(INT64_C(1794298350000), 60, text);
	assert_string_equal(text, "Tue, 10 Nov 2026 09:12:30 +0100");
	mail_date_print(INT64_C(1794298350000), -210, text);
	assert_string_equal(text, "Tue, 10 Nov 2026 04:42:30 -0330");
	check(text, "2026-11-10T08:12:30Z");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
