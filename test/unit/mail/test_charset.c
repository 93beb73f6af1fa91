/*
 * Bytes to text: right labels, wrong labels, none, and no converter open.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "mail/charset.h"

static void assert_text(struct str got, const char *wanted)
{
	if (!str_equal(got, str_of(wanted)))
		fail_msg("wanted \"%s\", got \"%.*s\"", wanted, STR_ARG(got));
}

static void check(const char *label, const char *bytes, const char *wanted,
                  bool clean)
{
	struct arena *arena = arena_new((size_t)1 << 20);
	struct str text;

	assert_int_equal(
		charset_decode(arena, str_of(label), str_of(bytes), &text),
		clean);
	assert_text(text, wanted);
	arena_free(&arena);
}

static void test_without_converters(void **state)
{
	(void)state;
	check("utf-8", "Zo\xc3\xab", "Zoë", true);
	check("iso-8859-1", "Zo\xeb \x93x\x94", "Zoë “x”", true);
	/* Not opened: read as windows-1252 rather than lost. */
	check("koi8-r", "\xf0", "ð", false);
}

static void test_labels(void **state)
{
	(void)state;
	assert_true(charset_warm() > 30);
	assert_int_equal(charset_warm(), charset_warm());
	check("KOI8-R", "\xf0\xd2\xc9\xd7\xc5\xd4", "Привет", true);
	check("windows-1251", "\xcf\xf0\xe8", "При", true);
	check("cp-850", "\x84", "ä", true);
	check("x-sjis", "\x83\x65", "テ", true);
	check("gb2312", "\xc4\xe3\xba\xc3", "你好", true);
	check("big5", "\xa7\x41", "你", true);
	check("ks_c_5601-1987", "\xc7\xd1", "한", true);
	check("ISO-2022-JP", "\x1b$B$3\x1b(B", "こ", true);
	check("iso-8859-15", "\xa4", "€", true);
	check("utf-7", "Zo+AOs-", "Zoë", true);
}

static void test_wrong_labels(void **state)
{
	(void)state;
	check("us-ascii", "Zo\xc3\xab", "Zoë", false);
	check("", "Zo\xeb", "Zoë", false);
	check("iso-8859-1", "Zo\xc3\xab", "Zoë", false);
	check("no-such-charset", "plain", "plain", true);
	check("", "\x1b$B$3\x1b(B", "こ", true);
	check("utf-8", "\xc3\xab \xff", "ë \xef\xbf\xbd", false);
	check("utf-8", "Zo\xeb", "Zoë", false);
	check("shift_jis", "\x83", "\xef\xbf\xbd", false);
	check("utf-8",
	      "a\x01\x1b"
	      "b",
	      "a  b", true);
}

static void test_wide(void **state)
{
	struct arena *arena = arena_new((size_t)1 << 20);
	struct str text;

	(void)state;
	assert_true(charset_decode(arena, STR("utf-16"),
	                           (struct str){"\xff\xfeH\0i\0", 6}, &text));
	assert_text(text, "Hi");
	assert_true(charset_decode(arena, STR("utf-16"),
	                           (struct str){"\0H\0i", 4}, &text));
	assert_text(text, "Hi");
	assert_true(charset_decode(arena, STR("utf-16"),
	                           (struct str){"H\0i\0", 4}, &text));
	assert_text(text, "Hi");
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_converters),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_wrong_labels),
		cmocka_unit_test(test_wide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
