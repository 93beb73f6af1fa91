/*
 * Header blocks and what is inside their values.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "mail/header.h"
#include "mail/message.h"
#include <cmocka.h>

static void assert_text(struct str got, const char *wanted)
{
	if (!str_equal(got, str_of(wanted)))
		fail_msg("wanted \"%s\", got \"%.*s\"", wanted, STR_ARG(got));
}

static struct arena *arena;

static int setup(void **state)
{
	(void)state;
	mail_warm();
	arena = arena_new((size_t)64 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static void test_block(void **state)
{
	struct header header;
	struct str bytes = STR("Subject: one\r\n two\r\nX-Empty:\r\nTo : a\r\n"
	                       "\r\nbody: no\r\n");

	(void)state;
	header_parse(arena, bytes, &header);
	assert_int_equal(header.count, 3);
	assert_text(header_get(arena, &header, STR("subject")), "one two");
	assert_text(header_get(arena, &header, STR("TO")), "a");
	assert_text(header_get(arena, &header, STR("X-Empty")), "");
	assert_text(header_get(arena, &header, STR("body")), "");
	assert_text(str_sub(bytes, header.length, bytes.length),
	            "body: no\r\n");
	assert_false(header.has_junk);
}

static void test_junk(void **state)
{
	struct header header;

	(void)state;
	header_parse(arena,
	             STR("From x Tue Nov 10 09:00:00 2026\nA: 1\n"
	                 "what is this\nB: 2\n\nC: 3\n"),
	             &header);
	assert_int_equal(header.count, 2);
	assert_true(header.has_junk);
	header_parse(arena, STR("Just words, no header.\n\nB: 2\n"), &header);
	assert_int_equal(header.count, 0);
	assert_int_equal(header.length, 0);
	header_parse(arena, STR("A: 1\n--boundary\nB: 2\n"), &header);
	assert_int_equal(header.count, 1);
}

static void check_text(const char *value, const char *wanted)
{
	assert_text(header_text(arena, str_of(value)), wanted);
}

static void test_words(void **state)
{
	(void)state;
	check_text("=?utf-8?Q?J=C3=B6rg?= Weber", "Jörg Weber");
	check_text("=?utf-8?Q?J=C3?= =?utf-8?Q?=B6rg?=", "Jörg");
	check_text("=?utf-8?Q?a?=\r\n =?iso-8859-1?Q?=E4?=", "aä");
	check_text("=?utf-8?B?SGVsbG8?=", "Hello");
	check_text("=?UTF-8*de?b?SGVsbG8=?=", "Hello");
	check_text("x=?utf-8?Q?y?=z", "xyz");
	check_text("=?utf-8?Q?a b?=", "a b");
	check_text("=?utf-8?Q?cut", "cut");
	check_text("=?what?", "=?what?");
	check_text("=?utf-8?X?a?=", "=?utf-8?X?a?=");
	check_text("=?utf-8?Q?a=0D=0ABcc:_x?=", "a  Bcc: x");
	check_text("=?utf-8?Q?a=E2=80=A8b?=", "a b");
	check_text("Gr\xfc\xdf"
	           "e",
	           "Grüße");
}

static void check_param(const char *value, const char *name, const char *wanted)
{
	struct header_params params;

	header_params_parse(arena, str_of(value), &params);
	assert_text(header_param(&params, str_of(name)), wanted);
}

static void test_params(void **state)
{
	struct header_params params;

	(void)state;
	header_params_parse(arena, STR("Text/PLAIN (a comment); charset=utf-8"),
	                    &params);
	assert_text(params.token, "text/plain");
	assert_text(header_param(&params, STR("charset")), "utf-8");
	check_param("a; filename=\"x \\\"y\\\".pdf\"", "filename",
	            "x \"y\".pdf");
	check_param("a; filename=foo bar (1).pdf; x=y", "filename",
	            "foo bar (1).pdf");
	check_param("a; filename*=utf-8''%C3%A4.pdf", "filename", "ä.pdf");
	check_param("a; filename*=iso-8859-1'en'%E4.pdf", "filename", "ä.pdf");
	check_param("a; filename*1=b.pdf; filename*0=a", "filename", "ab.pdf");
	check_param("a; filename*0*=utf-8''%C3; filename*1*=%A4", "filename",
	            "ä");
	check_param("a; filename=plain.pdf; filename*=utf-8''%C3%A4.pdf",
	            "filename", "ä.pdf");
	check_param("a; filename==?utf-8?Q?=C3=A4.pdf?=", "filename", "ä.pdf");
	check_param("a; filename*0=a; filename*2=c", "filename", "a");
	check_param("a; filename", "filename", "");
	check_param("text/html charset=utf-8", "charset", "utf-8");
}

static void test_ids(void **state)
{
	struct mail_ids ids;

	(void)state;
	header_ids(arena, STR("<a@b> <c@d>\r\n\t<e@f>"), 10, &ids);
	assert_int_equal(ids.count, 3);
	assert_text(ids.items[2], "e@f");
	header_ids(arena, STR("Your mail of <a@b> and x@y"), 10, &ids);
	assert_int_equal(ids.count, 1);
	header_ids(arena, STR("a@b c@d nothing"), 10, &ids);
	assert_int_equal(ids.count, 2);
	header_ids(arena, STR("<a@b> <c@d>"), 1, &ids);
	assert_int_equal(ids.count, 1);
	header_ids(arena, STR("<> < > <broken"), 10, &ids);
	assert_true(ids.count <= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_block), cmocka_unit_test(test_junk),
		cmocka_unit_test(test_words), cmocka_unit_test(test_params),
		cmocka_unit_test(test_ids),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
