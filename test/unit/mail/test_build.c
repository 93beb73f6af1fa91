/*
 * What is built is what is read: drafts made from a seed go out as bytes and
 * come back with the same fields, texts and files, whatever stands in them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/limits.h"
#include "mail/build.h"
#include "mail/message.h"

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
	arena = arena_new((size_t)256 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static unsigned next(unsigned *seed, unsigned below)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16) % below;
}

/* Words with everything that could break out of a header or a part. */
static struct str words(unsigned *seed, unsigned count)
{
	static const char *const pieces[] = {
		"proofs",
		"Zoë",
		" ",
		" ",
		"\"",
		"<x@evil.example>",
		",",
		";",
		"=?utf-8?Q?x?=",
		"日本語",
		"(c)",
		"\\",
		"a@b",
		"=",
		"_",
		".",
		"\r\nBcc: x@evil.example",
		"\n",
		"\r",
		":",
		"é",
		"🎨",
		"--=_holdfast_mixed",
		"From ",
		"averyveryveryverylongwordthatis"
		"longerthanalinecanbewithoutanyspaceinitatallreallyreally"};
	struct buf out;
	struct str text;

	buf_init(&out, 65536);
	for (unsigned i = 0; i < count; i++)
		buf_text(
			&out,
			pieces[next(seed, sizeof(pieces) / sizeof(pieces[0]))]);
	text = str_copy(arena, buf_view(&out));
	buf_release(&out);
	return text;
}

/* What a header keeps of such words: one line, trimmed. */
static struct str one_line(struct str text)
{
	char *copy = str_cstr(arena, text);

	for (size_t i = 0; i < text.length; i++) {
		if ((unsigned char)copy[i] < ' ')
			copy[i] = ' ';
	}
	return str_trim((struct str){copy, text.length});
}

/* LF only, one at the end. */
static struct str lines(struct str text)
{
	char *copy = arena_alloc(arena, text.length + 2);
	size_t length = 0;

	for (size_t i = 0; i < text.length; i++) {
		char c = text.text[i];

		if (c == '\r' && i + 1 < text.length &&
		    text.text[i + 1] == '\n')
			continue;
		copy[length++] = c == '\r' ? '\n' : c;
	}
	if (length > 0 && copy[length - 1] != '\n')
		copy[length++] = '\n';
	return (struct str){copy, length};
}

static void check_wire(struct str raw)
{
	size_t column = 0;

	for (size_t i = 0; i < raw.length; i++, column++) {
		assert_true((unsigned char)raw.text[i] < 0x80);
		assert_true(raw.text[i] != '\0');
		assert_true(column <= 998);
		if (raw.text[i] == '\r')
			assert_true(i + 1 < raw.length &&
			            raw.text[i + 1] == '\n');
		if (raw.text[i] == '\n') {
			assert_true(i > 0 && raw.text[i - 1] == '\r');
			column = (size_t)-1;
		}
	}
}

static void check_people(const struct mail_addresses *got,
                         const struct mail_addresses *wanted)
{
	assert_int_equal(got->count, wanted->count);
	for (size_t i = 0; i < got->count; i++)
		assert_true(str_equal(got->items[i].address,
		                      wanted->items[i].address));
}

static void check_files(const struct mail *mail, struct str raw,
                        const struct mail_draft *draft)
{
	assert_int_equal(mail->attachment_count, draft->file_count);
	for (size_t i = 0; i < draft->file_count; i++) {
		struct buf bytes;
		bool found = false;

		for (size_t k = 0; k < mail->attachment_count; k++) {
			const struct mail_attachment *item =
				&mail->attachments[k];

			buf_init(&bytes, LIMIT_MAIL_BYTES);
			assert_int_equal(
				mail_attachment_extract(raw, item->offset,
			                                item->length,
			                                item->encoding, &bytes),
				ST_OK);
			found |= str_equal(buf_view(&bytes),
			                   draft->files[i].bytes);
			buf_release(&bytes);
		}
		assert_true(found);
	}
}

struct sample {
	struct mail_address to[5], reply_to;
	struct str references[60];
	struct mail_draft_file files[3];
	struct mail_draft draft;
};

static void make_body(struct sample *sample, unsigned *seed)
{
	struct mail_draft *draft = &sample->draft;

	draft->text = words(seed, next(seed, 200));
	if (next(seed, 2))
		draft->html = str_printf(arena, "<p>%.*s</p>",
		                         STR_ARG(words(seed, 50)));
	draft->files = sample->files;
	draft->file_count = next(seed, 4);
	for (size_t i = 0; i < draft->file_count; i++)
		sample->files[i] = (struct mail_draft_file){
			.name = words(seed, 3),
			.type = STR("image/png"),
			.content_id = str_printf(arena, "c%zu@d", i),
			.bytes = words(seed, 40 + (unsigned)i),
			.is_inline = next(seed, 2) == 1,
		};
}

static void make_draft(struct sample *sample, unsigned *seed)
{
	struct mail_draft *draft = &sample->draft;

	draft->from = (struct mail_address){words(seed, 4),
	                                    STR("desk@ateliernord.example")};
	draft->to.items = sample->to;
	draft->to.count = 1 + next(seed, 5);
	for (size_t i = 0; i < draft->to.count; i++) {
		sample->to[i].name = words(seed, next(seed, 12));
		sample->to[i].address =
			str_printf(arena, "p%zu@client.example", i);
	}
	sample->reply_to = (struct mail_address){
		words(seed, 3), STR("desk+t1@ateliernord.example")};
	draft->reply_to = (struct mail_addresses){&sample->reply_to, 1};
	draft->subject = words(seed, next(seed, 25));
	draft->message_id = STR("m1@ateliernord.example");
	draft->in_reply_to = STR("parent@client.example");
	draft->references.items = sample->references;
	draft->references.count = next(seed, 60);
	for (size_t i = 0; i < draft->references.count; i++)
		sample->references[i] =
			str_printf(arena, "r%zu@client.example", i);
	draft->date = INT64_C(1794298350000);
	draft->zone_minutes = 60;
	make_body(sample, seed);
}

static void check_header(const struct mail *mail,
                         const struct mail_draft *draft)
{
	assert_int_equal(mail->from.count, 1);
	assert_true(
		str_equal(mail->from.items[0].address, draft->from.address));
	check_people(&mail->to, &draft->to);
	check_people(&mail->reply_to, &draft->reply_to);
	assert_int_equal(mail->cc.count, 0);
	assert_true(str_equal(mail->subject,
	                      one_line(str_utf8_prefix(draft->subject,
	                                               LIMIT_SUBJECT_BYTES))));
	for (size_t i = 0; i < mail->to.count; i++) {
		struct str name = one_line(draft->to.items[i].name);

		if (name.length < 200 && !str_starts(name, STR("'")))
			assert_true(str_equal(mail->to.items[i].name, name));
	}
	assert_int_equal(mail->date, draft->date);
	assert_true(str_equal(mail->message_id, draft->message_id));
	assert_int_equal(mail->in_reply_to.count, 1);
	assert_true(str_equal(mail->in_reply_to.items[0], draft->in_reply_to));
	assert_int_equal(
		mail->references.count,
		draft->references.count > 21 ? 21 : draft->references.count);
}

static void round_trip(unsigned seed)
{
	struct sample sample = {0};
	struct mail mail;
	struct buf raw;

	make_draft(&sample, &seed);
	buf_init(&raw, BUILD_BYTES_MAX);
	assert_int_equal(mail_build(arena, &sample.draft, &raw), ST_OK);
	check_wire(buf_view(&raw));
	assert_int_equal(mail_parse(arena, buf_view(&raw), &mail), ST_OK);
	check_header(&mail, &sample.draft);
	assert_true(str_equal(mail.text, lines(sample.draft.text)) ||
	            sample.draft.text.length == 0);
	check_files(&mail, buf_view(&raw), &sample.draft);
	assert_int_equal(mail.kind, MAIL_AUTO_NONE);
	buf_release(&raw);
}

static void test_round_trips(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 300; seed++) {
		arena_clear(arena);
		round_trip(seed);
	}
}

static void test_refused(void **state)
{
	struct mail_address to = {STR("x"), STR("x@y.example")};
	struct mail_draft draft = {
		.from = {STR("d"), STR("d@a.example")},
		.to = {&to, 1},
		.message_id = STR("1@a.example"),
	};
	struct buf out;

	(void)state;
	buf_init(&out, 65536);
	assert_int_equal(mail_build(arena, &draft, &out), ST_OK);
	buf_clear(&out);
	draft.message_id = STR("1@a.example>\r\nBcc: x@y.z");
	assert_int_equal(mail_build(arena, &draft, &out), ST_INVALID);
	draft.message_id = STR("1@a.example");
	to.address = STR("x@y.example\r\nBcc: z@z.z");
	assert_int_equal(mail_build(arena, &draft, &out), ST_INVALID);
	to.address = STR("zoë@y.example");
	assert_int_equal(mail_build(arena, &draft, &out), ST_INVALID);
	to.address = STR("x@y.example");
	draft.from.address = STR("");
	assert_int_equal(mail_build(arena, &draft, &out), ST_INVALID);
	assert_int_equal(out.length, 0);
	buf_release(&out);
	draft.from.address = STR("d@a.example");
	buf_init(&out, 64);
	assert_int_equal(mail_build(arena, &draft, &out), ST_LIMIT);
	assert_int_equal(out.length, 0);
	buf_release(&out);
}

static void test_automatic_mail(void **state)
{
	struct mail_address to = {STR(""), STR("x@y.example")};
	struct mail_draft draft = {
		.from = {STR("Desk"), STR("d@a.example")},
		.to = {&to, 1},
		.subject = STR("We have your mail"),
		.message_id = STR("1@a.example"),
		.auto_submitted = STR("auto-replied"),
		.loop = STR("v1.abc"),
		.text = STR("We answer soon."),
	};
	struct mail mail;
	struct buf out;

	(void)state;
	buf_init(&out, 65536);
	assert_int_equal(mail_build(arena, &draft, &out), ST_OK);
	assert_int_equal(mail_parse(arena, buf_view(&out), &mail), ST_OK);
	assert_int_equal(mail.kind, MAIL_AUTO_LOOP);
	assert_text(mail.signals.loop, "v1.abc");
	assert_text(mail.signals.auto_submitted, "auto-replied");
	assert_text(mail.signals.auto_response_suppress, "All");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_automatic_mail),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
