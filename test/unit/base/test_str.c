/* Text as pointer and length: splitting, numbers, UTF-8 borders. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"

static void assert_str(struct str s, const char *expected)
{
	struct str wanted = str_of(expected);

	assert_int_equal(s.length, wanted.length);
	assert_memory_equal(s.text, wanted.text, wanted.length);
}

static void lines_lose_their_ends(void **state)
{
	struct str rest = STR("a\r\nb\n\nc");
	struct str line;

	(void)state;
	assert_true(str_line(&rest, &line));
	assert_str(line, "a");
	assert_true(str_line(&rest, &line));
	assert_str(line, "b");
	assert_true(str_line(&rest, &line));
	assert_int_equal(line.length, 0);
	assert_true(str_line(&rest, &line));
	assert_str(line, "c");
	assert_false(str_line(&rest, &line));
}

static void numbers_are_whole_or_refused(void **state)
{
	static const struct {
		const char *text;
		bool fits;
		int64_t value;
	} cases[] = {
		/* clang-format off */
		{"0",                    true,  0},
		{"-12",                  true,  -12},
		{"9223372036854775807",  true,  INT64_MAX},
		{"-9223372036854775808", true,  INT64_MIN},
		{"9223372036854775808",  false, 0},
		{"",                     false, 0},
		{"-",                    false, 0},
		{"12x",                  false, 0},
		{" 12",                  false, 0},
		/* clang-format on */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t value = 77;

		assert_int_equal(str_to_i64(str_of(cases[i].text), &value),
		                 cases[i].fits);
		assert_int_equal(value, cases[i].fits ? cases[i].value : 77);
	}
}

static void utf8_is_never_cut_inside_a_character(void **state)
{
	struct str text = STR("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x99\x82");
	static const size_t wanted[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};

	(void)state;
	for (size_t max = 0; max < sizeof(wanted) / sizeof(wanted[0]); max++)
		assert_int_equal(str_utf8_prefix(text, max).length,
		                 wanted[max]);
}

static void utf8_refuses_what_the_standard_refuses(void **state)
{
	static const struct {
		const char *text;
		bool valid;
	} cases[] = {
		/* clang-format off */
		{"plain",            true},
		{"\xf4\x8f\xbf\xbf", true},  /* U+10FFFF, the last */
		{"\xf4\x90\x80\x80", false}, /* past it */
		{"\xc0\xaf",         false}, /* overlong */
		{"\xed\xa0\x80",     false}, /* a surrogate */
		{"\xe2\x82",         false}, /* cut short */
		{"\x80",             false}, /* a tail alone */
		/* clang-format on */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(str_utf8_valid(str_of(cases[i].text)),
		                 cases[i].valid);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_lose_their_ends),
		cmocka_unit_test(numbers_are_whole_or_refused),
		cmocka_unit_test(utf8_is_never_cut_inside_a_character),
		cmocka_unit_test(utf8_refuses_what_the_standard_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
