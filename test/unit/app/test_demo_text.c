/*
 * The demo's texts: the format says where it is wrong, times and braces mean
 * what doc/demo.md says, and mails parse back as what they were meant to be.
 */
#include "app/demo_fill.h"
#include "app/demo_mail.h"
#include "app/demo_story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "mail/message.h"

#define ARENA_BYTES ((size_t)256 << 20)

/* -- The format ------------------------------------------------------------ */

/* clang-format off */
static const struct {
	const char *text;
	int line; /* that is wrong; 0: none */
} formats[] = {
	{"=== thread one\nsubject: A\n\n--- mail\nfrom: x\n\nBody\n", 0},
	{"# remark\n\n=== thread one\n", 0},
	{"hello\n", 1},
	{"\n# x\nhello\n", 3},
	{"=== thread one\nsubject\n", 2},
	{"--- mail\nfrom: x\n", 1},
	{"=== \n", 1},
};
/* clang-format on */

static void test_format(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		struct arena *arena = arena_new(ARENA_BYTES);
		struct demo_text text;
		struct problem problem = {0};
		enum status status = demo_text_parse(arena, STR("x.txt"),
		                                     str_of(formats[i].text),
		                                     &text, &problem);

		assert_int_equal(status, formats[i].line ? ST_INVALID : ST_OK);
		assert_int_equal(problem.line, formats[i].line);
		arena_free(&arena);
	}
}

static void test_blocks(void **state)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	struct demo_text text;
	const struct demo_block *mail;

	(void)state;
	assert_int_equal(
		demo_text_parse(arena, STR("x.txt"),
	                        STR("=== thread a b\nsubject: One: two\n\n"
	                            "--- mail\n# no header\nfrom: x\n\n"
	                            "First\n\n# kept\nSecond\n\n# not kept\n"
	                            "=== thread c\n"),
	                        &text, NULL),
		ST_OK);
	assert_int_equal(text.block_count, 3);
	assert_true(str_equal(text.blocks[0].name, STR("a b")));
	assert_true(
		str_equal(text.blocks[0].headers[0].value, STR("One: two")));
	mail = &text.blocks[1];
	assert_true(mail->inside);
	assert_int_equal(mail->header_count, 1);
	assert_true(str_equal(mail->body, STR("First\n\n# kept\nSecond")));
	arena_free(&arena);
}

/* -- Times ----------------------------------------------------------------- */

/* clang-format off */
static const struct {
	const char *text;
	bool right;
	enum demo_when_kind kind;
	int64_t days;
	span_ms span;
} whens[] = {
	{"-3h10m",       true,  DEMO_WHEN_WORKED, 0, 190 * SPAN_MINUTE},
	{"-90s",         true,  DEMO_WHEN_WORKED, 0, 90 * SPAN_SECOND},
	{"-20h clock",   true,  DEMO_WHEN_CLOCK,  0, 20 * SPAN_HOUR},
	{"+1d2h",        true,  DEMO_WHEN_AFTER,  0, 26 * SPAN_HOUR},
	{"-2d 14:05",    true,  DEMO_WHEN_DAY,    2, 845 * SPAN_MINUTE},
	{"3h",           false, 0, 0, 0},
	{"-3",           false, 0, 0, 0},
	{"-m",           false, 0, 0, 0},
	{"-5m3h",        false, 0, 0, 0},
	{"-2d 24:00",    false, 0, 0, 0},
	{"-2h 14:05",    false, 0, 0, 0},
	{"+2d 14:05",    false, 0, 0, 0},
	{"",             false, 0, 0, 0},
};
/* clang-format on */

static void test_when(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(whens) / sizeof(whens[0]); i++) {
		struct demo_when when = {0};

		assert_int_equal(demo_when_parse(str_of(whens[i].text), &when),
		                 whens[i].right);
		if (!whens[i].right)
			continue;
		assert_int_equal(when.kind, whens[i].kind);
		assert_int_equal(when.span, whens[i].span);
		assert_true(whens[i].kind != DEMO_WHEN_DAY ||
		            when.days == whens[i].days);
	}
}

/* -- Braces ---------------------------------------------------------------- */

static void test_fill(void **state)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	struct random random = random_from(3);
	const struct demo_person person = {.name = STR("Ana Lima"),
	                                   .lang = STR("en"),
	                                   .product = STR("lamp")};
	const struct demo_person german = {.name = STR("Jörg"),
	                                   .lang = STR("de")};
	struct str numbers[DEMO_NUMBERS_MAX] = {{0}};
	/* Thursday, 12 November 2026 */
	struct demo_fill fill = {
		.arena = arena,
		.random = &random,
		.zone = zone_utc(),
		.at = 1794441600000,
		.person = &person,
		.numbers = numbers,
	};
	struct str out, wrong;

	(void)state;
	assert_true(demo_fill(&fill,
	                      STR("{first}: {workday +1}, {workday +2}, "
	                          "{date +2}, {product}"),
	                      &out, &wrong));
	assert_true(
		str_equal(out, STR("Ana: Friday, Monday, 16 November, lamp")));
	assert_true(demo_fill(&fill, STR("{1 7 7} {1} {1 8 9} {x|x}"), &out,
	                      &wrong));
	assert_true(str_equal(out, STR("7 7 7 x")));
	fill.person = &german;
	assert_true(
		demo_fill(&fill, STR("{workday +1}, {date +1}"), &out, &wrong));
	assert_true(str_equal(out, STR("Freitag, 13. November")));
	assert_false(demo_fill(&fill, STR("{nothing}"), &out, &wrong));
	assert_false(demo_fill(&fill, STR("open {first"), &out, &wrong));
	assert_false(demo_fill(&fill, STR("{1 9 3}"), &out, &wrong));
	arena_free(&arena);
}

/* -- Mails ----------------------------------------------------------------- */

static const struct demo_file mail_files[] = {
	{STR("a.png"), STR("image/png"), STR("not a picture"), true},
	{STR("b.pdf"), STR("application/pdf"), STR("%PDF-"), false},
};

static const struct demo_mail plain_mail = {
	.from_name = STR("Jörg Ahrens"),
	.from_address = STR("j@ahrens.example"),
	.to = STR("<desk@northlight.example>"),
	.subject = STR("Grüße und noch etwas mehr als in eine Zeile passt, ja"),
	.message_id = STR("<1@ahrens.example>"),
	.in_reply_to = STR("<0@northlight.example>"),
	.references = STR("<0@northlight.example>"),
	.date = 1794441600000,
	.zone_minutes = 60,
	.lang = STR("de"),
	.text = STR("Schön, danke.\n\nJörg = gut"),
	.signature = STR("Ahrens Möbel"),
	.quoted_text = STR("Our words"),
	.quoted_name = STR("Northlight Studio"),
	.quoted_address = STR("desk@northlight.example"),
	.quoted_at = 1794400000000,
	.files = mail_files,
	.file_count = 2,
};

/* Every program, in both charsets: what was written is what is read. */
static void test_mail(void **state)
{
	(void)state;
	for (int i = 0; i < DEMO_SOFTWARE_COUNT * 2; i++) {
		struct arena *arena = arena_new(ARENA_BYTES);
		struct demo_mail draft = plain_mail;
		struct mail mail;

		draft.software = (enum demo_software)(i / 2);
		draft.form = i % 2 ? DEMO_FORM_LATIN1 : 0;
		assert_int_equal(mail_parse(arena,
		                            demo_mail_bytes(arena, &draft),
		                            &mail),
		                 ST_OK);
		assert_int_equal(mail.error_count, 0);
		assert_true(
			str_equal(mail.from.items[0].name, STR("Jörg Ahrens")));
		assert_true(str_equal(mail.subject, draft.subject));
		assert_true(str_starts(mail.reply,
		                       STR("Schön, danke.\n\nJörg = gut")));
		assert_int_equal(str_find(mail.reply, STR("Our words"), 0),
		                 mail.reply.length);
		assert_true(str_find(mail.text, STR("Our words"), 0) <
		            mail.text.length);
		assert_int_equal(mail.date, draft.date);
		assert_int_equal(mail.in_reply_to.count, 1);
		assert_int_equal(mail.html.length > 0,
		                 draft.software != DEMO_PLAIN);
		assert_int_equal(mail.kind, MAIL_AUTO_NONE);
		assert_int_equal(mail.attachment_count,
		                 draft.software == DEMO_PLAIN ? 1 : 2);
		arena_free(&arena);
	}
}

/* clang-format off */
static const struct {
	unsigned form;
	enum mail_auto kind;
} mail_forms[] = {
	{0,                    MAIL_AUTO_NONE},
	{DEMO_FORM_AWAY,       MAIL_AUTO_VACATION},
	{DEMO_FORM_LIST,       MAIL_AUTO_LIST},
	{DEMO_FORM_NEWSLETTER, MAIL_AUTO_LIST},
};
/* clang-format on */

static void test_forms(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(mail_forms) / sizeof(mail_forms[0]);
	     i++) {
		struct arena *arena = arena_new(ARENA_BYTES);
		struct demo_mail draft = plain_mail;
		struct mail mail;

		draft.form = mail_forms[i].form;
		draft.file_count = 0;
		if (draft.form == DEMO_FORM_AWAY)
			draft.subject = STR("Out of office: Re: Crops");
		assert_int_equal(mail_parse(arena,
		                            demo_mail_bytes(arena, &draft),
		                            &mail),
		                 ST_OK);
		assert_int_equal(mail.kind, mail_forms[i].kind);
		arena_free(&arena);
	}
}

static void test_bounce(void **state)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	const struct demo_bounce bounce = {
		.host = STR("mx.client.example"),
		.recipient = STR("gone@client.example"),
		.to = STR("desk@northlight.example"),
		.reason = STR("550 5.1.1 Recipient address rejected"),
		.status = STR("5.1.1"),
		.message_id = STR("<b@mx.client.example>"),
		.original_id = STR("<ours@northlight.example>"),
		.original_subject = STR("Re: Crops"),
		.date = 1794441600000,
	};
	struct mail mail;

	(void)state;
	assert_int_equal(
		mail_parse(arena, demo_bounce_bytes(arena, &bounce), &mail),
		ST_OK);
	assert_int_equal(mail.kind, MAIL_AUTO_BOUNCE);
	assert_true(mail.bounce.is_failure && mail.bounce.permanent);
	assert_true(str_equal(mail.bounce.recipient, bounce.recipient));
	assert_true(str_equal(mail.bounce.original_message_id,
	                      STR("ours@northlight.example")));
	arena_free(&arena);
}

/* -- The whole story ------------------------------------------------------- */

/* Whatever the hour: it can be told, the desk is open, and it is the same. */
static void test_story(void **state)
{
	(void)state;
	for (int hour = 0; hour < 7 * 24; hour += 5) {
		instant_ms start = 1794441600000 + hour * SPAN_HOUR + 1234;
		struct arena *arena = arena_new(ARENA_BYTES);
		struct demo_story *story = NULL, *again = NULL;
		struct problem problem = {0};

		if (demo_story_make(arena, start, (uint64_t)hour, &story,
		                    &problem) != ST_OK)
			fail_msg("%s", problem.text);
		assert_true(calendar_open_at(&story->hours, start));
		assert_true(
			calendar_open_at(&story->hours, start + 2 * SPAN_HOUR));
		assert_in_range(story->thread_count, 100, 300);
		assert_int_equal(demo_story_make(arena, start, (uint64_t)hour,
		                                 &again, &problem),
		                 ST_OK);
		assert_int_equal(story->thread_count, again->thread_count);
		for (size_t i = 0; i < story->thread_count; i++) {
			const struct demo_step *a = story->threads[i].steps;
			const struct demo_step *b = again->threads[i].steps;

			assert_true(str_equal(a->text, b->text));
			assert_int_equal(a->at, b->at);
			/* Nothing was left open. */
			assert_int_equal(str_find_char(a->text, '{', 0),
			                 a->text.length);
		}
		arena_free(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_format), cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_when),   cmocka_unit_test(test_fill),
		cmocka_unit_test(test_mail),   cmocka_unit_test(test_forms),
		cmocka_unit_test(test_bounce), cmocka_unit_test(test_story),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
