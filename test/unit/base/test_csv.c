/*
 * Cells: quoting, and what would be a formula is text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/csv.h"

static void cell_is(const char *text, const char *wanted)
{
	struct buf buf;

	buf_init(&buf, 4096);
	csv_text(&buf, str_of(text), true);
	assert_string_equal(buf.data, wanted);
	buf_release(&buf);
}

static void texts_are_quoted(void **state)
{
	(void)state;
	cell_is("", "\"\"");
	cell_is("a, b", "\"a, b\"");
	cell_is("say \"x\"", "\"say \"\"x\"\"\"");
	cell_is("two\nlines", "\"two\nlines\"");
}

static void formulas_are_text(void **state)
{
	static const char *const starts[] = {
		"=1+1",
		"+1",
		"-1",
		"@SUM(A1)",
		"\tx",
		"\rx",
		"\n=x",
		"  =1",
		"\"=1",
		"'=1",
		"\xef\xbc\x9d"
		"1",
		"\xef\xbc\x8b"
		"1",
		"\xef\xbc\x8d"
		"1",
		"\xef\xbc\xa0"
		"x",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		struct buf buf;

		assert_true(csv_is_formula(str_of(starts[i])));
		buf_init(&buf, 4096);
		csv_text(&buf, str_of(starts[i]), true);
		assert_memory_equal(buf.data, "\"'", 2);
		buf_release(&buf);
	}
	assert_false(csv_is_formula(STR("1 = 1")));
	assert_false(csv_is_formula(STR("a-b@c.example")));
	assert_false(csv_is_formula(STR("")));
}

static void a_row_has_commas_between(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 4096);
	csv_number(&buf, -5, true);
	csv_text(&buf, STR("x"), false);
	csv_nothing(&buf, false);
	csv_number(&buf, INT64_MAX, false);
	csv_end(&buf);
	assert_string_equal(buf.data, "-5,\"x\",,9223372036854775807\r\n");
	buf_release(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_quoted),
		cmocka_unit_test(formulas_are_text),
		cmocka_unit_test(a_row_has_commas_between),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
