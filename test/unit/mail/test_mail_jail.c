/*
 * Mails through the real jail: what was opened before it closed is enough to
 * read every charset, and a worker answers for garbage as for mail.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "mail/message.h"
#include "node/jail.h"
#include <cmocka.h>

static void assert_text(struct str got, const char *wanted)
{
	if (!str_equal(got, str_of(wanted)))
		fail_msg("wanted \"%s\", got \"%.*s\"", wanted, STR_ARG(got));
}

static enum status work_parse(struct arena *arena, struct str request,
                              struct buf *response)
{
	struct mail mail;
	enum status status = mail_parse(arena, request, &mail);

	if (status == ST_OK)
		mail_pack(&mail, response);
	return status;
}

static void warm(void)
{
	mail_warm();
}

static struct jail *jail;

static int setup(void **state)
{
	static const struct jail_work works[] = {
		{"parse", LIMIT_MAIL_BYTES, MAIL_PACKED_BYTES_MAX, work_parse,
	         false},
	};
	struct jail_config config = {
		.works = works, .work_count = 1, .warm = warm, .workers = 1};
	struct problem problem;

	(void)state;
	return jail_start(&config, &jail, &problem) == ST_OK ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	jail_stop(&jail);
	return 0;
}

static struct mail parsed(struct arena *arena, struct str raw)
{
	struct str response;
	struct mail mail;

	assert_int_equal(jail_call(jail, 0, raw, arena, &response), ST_OK);
	assert_int_equal(mail_unpack(arena, response, &mail), ST_OK);
	return mail;
}

static void test_charsets(void **state)
{
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);

	(void)state;
	for (size_t i = 0; mail_charsets[i]; i++) {
		struct str raw = str_printf(
			arena,
			"From: a@b.example\nSubject: =?%s?Q?a=F0=82?=\n"
			"Content-Type: text/plain; charset=%s\n\na\xf0\x82\n",
			mail_charsets[i], mail_charsets[i]);
		struct mail mail = parsed(arena, raw);

		assert_int_equal(mail.from.count, 1);
	}

	struct mail mail =
		parsed(arena, STR("Subject: =?koi8-r?B?8NLJ18XU?=\n\nx\n"));

	assert_text(mail.subject, "Привет");
	/* Named by a stranger, never opened. */
	mail = parsed(arena, STR("Subject: =?EBCDIC-US?Q?abc?=\n"
	                         "Content-Type: text/plain; charset=IBM1047\n"
	                         "\nabc\n"));
	assert_text(mail.subject, "abc");
	assert_text(mail.text, "abc\n");
	assert_int_equal(jail_counts(jail).faults, 0);
	arena_free(&arena);
}

static void test_html_and_garbage(void **state)
{
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	struct mail mail = parsed(
		arena, STR("Content-Type: text/html\n\n<p onclick=x>Hi "
	                   "<img src=http://x.example/y>&eacute;</p>\n"));

	(void)state;
	assert_text(mail.html, "<p>Hi <img data-remote-src=\"http://x.example/y"
	                       "\">é</p>\n");
	mail = parsed(arena, (struct str){"\0\xff\r\n--", 6});
	assert_true(mail.error_count > 0);
	assert_int_equal(jail_counts(jail).faults, 0);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_charsets),
		cmocka_unit_test(test_html_and_garbage),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
