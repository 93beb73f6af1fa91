/*
 * Mail through the jail, under the profile that is shipped: the same result as
 * without it, in every charset that is promised, and poison that stays where it
 * is.
 */
#include "node/jail_mail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/jail_draft.h"

struct world {
	struct jail *jail;
	struct arena *arena;
};

static int world_open(void **state)
{
	static struct world world;
	struct jail_mail_config config = {
		.workers = 1,
		.profile = JAIL_PROFILE_RELEASE,
		.poison = STR("hemlock"),
	};
	struct problem problem = {0};

	world.arena = arena_new((size_t)512 << 20);
	if (jail_mail_start(&config, &world.jail, &problem) != ST_OK) {
		fprintf(stderr, "%s\n", problem.text);
		return -1;
	}
	*state = &world;
	return 0;
}

static int world_close(void **state)
{
	struct world *world = *state;

	jail_stop(&world->jail);
	arena_free(&world->arena);
	return 0;
}

static const char sample[] =
	"From: =?iso-8859-1?Q?J=F6rg?= <joerg@client.example>\r\n"
	"To: desk@agency.example\r\n"
	"Subject: =?koi8-r?B?8NLJ18XU?=\r\n"
	"Date: Tue, 10 Nov 2026 09:00:00 +0100\r\n"
	"Message-ID: <1@client.example>\r\n"
	"MIME-Version: 1.0\r\n"
	"Content-Type: multipart/mixed; boundary=b\r\n"
	"\r\n"
	"--b\r\n"
	"Content-Type: text/html; charset=windows-1250\r\n"
	"\r\n"
	"<p onclick=x>Dobr\xfd den<script>1</script></p>\r\n"
	"--b\r\n"
	"Content-Type: image/png; name=\"a.png\"\r\n"
	"Content-Transfer-Encoding: base64\r\n"
	"\r\n"
	"aGVsbG8=\r\n"
	"--b--\r\n";

static void test_parse_is_the_same(void **state)
{
	struct world *world = *state;
	struct mail inside, outside;
	struct buf a, b;

	assert_int_equal(
		jail_parse(world->jail, world->arena, str_of(sample), &inside),
		ST_OK);
	mail_warm();
	assert_int_equal(mail_parse(world->arena, str_of(sample), &outside),
	                 ST_OK);
	buf_init(&a, MAIL_PACKED_BYTES_MAX);
	buf_init(&b, MAIL_PACKED_BYTES_MAX);
	mail_pack(&inside, &a);
	mail_pack(&outside, &b);
	assert_true(str_equal(buf_view(&a), buf_view(&b)));
	assert_true(str_equal(inside.subject,
	                      STR("\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5"
	                          "\xd1\x82")));
	assert_true(inside.attachment_count == 1);
	buf_release(&a);
	buf_release(&b);
}

/*
 * A converter that were opened only now would open a file, and the kernel
 * would end the worker.
 */
static void test_every_charset(void **state)
{
	struct world *world = *state;
	size_t faults = jail_counts(world->jail).faults;

	for (size_t i = 0; mail_charsets[i]; i++) {
		struct str raw = str_printf(
			world->arena,
			"Subject: =?%s?Q?=41=E4=F6?=\r\n"
			"Content-Type: text/plain; charset=\"%s\"\r\n"
			"\r\nabc \xe4\xf6\xfc\r\n",
			mail_charsets[i], mail_charsets[i]);
		struct mail mail;

		if (jail_parse(world->jail, world->arena, raw, &mail) != ST_OK)
			fail_msg("%s", mail_charsets[i]);
	}
	/* Names that nobody promised are no reason to die, either. */
	static const char *const strange[] = {
		"utf-7",
		"iso-2022-cn-ext",
		"x-mac-cyrillic",
		"ibm1047",
		"../../etc/passwd",
		"UTF-32",
		"unknown-8bit",
		"",
	};

	for (size_t i = 0; i < sizeof(strange) / sizeof(*strange); i++) {
		struct str raw = str_printf(world->arena,
		                            "Content-Type: text/plain; "
		                            "charset=\"%s\"\r\n\r\n\xe4\r\n",
		                            strange[i]);
		struct mail mail;

		if (jail_parse(world->jail, world->arena, raw, &mail) != ST_OK)
			fail_msg("%s", strange[i]);
	}
	assert_true(jail_counts(world->jail).faults == faults);
}

static void test_poison(void **state)
{
	struct world *world = *state;
	struct mail mail;

	assert_int_equal(jail_parse(world->jail, world->arena,
	                            STR("Subject: x\r\n\r\nhemlock-crash\r\n"),
	                            &mail),
	                 ST_INVALID);
	assert_int_equal(jail_parse(world->jail, world->arena,
	                            STR("Subject: x\r\n\r\nhemlock\r\n"),
	                            &mail),
	                 ST_OK);
}

static void test_poison_wants_to_be_named(void **state)
{
	struct jail_mail_config config = {
		.poison = STR("a text that is longer than anything that any "
	                      "test would ever need it to be")};
	struct jail *jail = NULL;

	(void)state;
	assert_int_equal(jail_mail_start(&config, &jail, NULL), ST_INVALID);
	assert_null(jail);
}

static const struct mail_address people[] = {
	{{"Ann", 3}, {"ann@client.example", 18}},
	{{"", 0}, {"bob@client.example", 18}},
};
static const struct str ids[] = {{"1@client.example", 16},
                                 {"2@client.example", 16}};
static const struct mail_draft_file files[] = {
	{{"a.png", 5}, {"image/png", 9}, {"c1", 2}, {"\x89PNG\0\r\n", 7}, true},
	{{"b.txt", 5}, {"text/plain", 10}, {"", 0}, {"", 0}, false},
};

static struct mail_draft draft_full(void)
{
	return (struct mail_draft){
		.from = {STR("Desk"), STR("desk@agency.example")},
		.to = {(struct mail_address *)(uintptr_t)people, 2},
		.cc = {(struct mail_address *)(uintptr_t)people, 1},
		.subject = STR("Gr\xc3\xbc\xc3\x9f"
	                       "e"),
		.message_id = STR("3@desk.example"),
		.in_reply_to = STR("2@client.example"),
		.references = {(struct str *)(uintptr_t)ids, 2},
		.date = 1794300000000,
		.zone_minutes = -90,
		.html = STR("<p>Hello <img src=\"cid:c1\"></p>"),
		.files = files,
		.file_count = 2,
	};
}

static void test_build_is_the_same(void **state)
{
	struct world *world = *state;
	struct mail_draft draft = draft_full();
	struct str inside;
	struct buf outside;

	buf_init(&outside, BUILD_BYTES_MAX);
	assert_int_equal(mail_build(world->arena, &draft, &outside), ST_OK);
	assert_int_equal(jail_build(world->jail, world->arena, &draft, &inside),
	                 ST_OK);
	assert_true(str_equal(inside, buf_view(&outside)));
	draft.message_id = STR("");
	assert_int_equal(jail_build(world->jail, world->arena, &draft, &inside),
	                 ST_INVALID);
	buf_release(&outside);
}

/* Every draft cut short, or with something behind it, is no draft. */
static void test_draft_cut(void **state)
{
	struct world *world = *state;
	struct mail_draft draft = draft_full(), read;
	struct buf packed;

	buf_init(&packed, JAIL_DRAFT_BYTES_MAX);
	jail_draft_pack(&draft, &packed);
	for (size_t i = 0; i < packed.length; i++) {
		struct str cut = str_sub(buf_view(&packed), 0, i);

		assert_int_equal(jail_draft_unpack(world->arena, cut, &read),
		                 ST_INVALID);
	}
	assert_int_equal(
		jail_draft_unpack(world->arena, buf_view(&packed), &read),
		ST_OK);
	assert_true(read.to.count == 2 && read.file_count == 2 &&
	            read.files[0].is_inline && read.zone_minutes == -90);
	buf_char(&packed, 'x');
	assert_int_equal(
		jail_draft_unpack(world->arena, buf_view(&packed), &read),
		ST_INVALID);
	buf_release(&packed);
}

/* Each byte of a draft wrong in turn: some answer, and no harm. */
static void test_draft_garbled(void **state)
{
	struct world *world = *state;
	struct mail_draft draft = draft_full(), read;
	struct buf packed;

	buf_init(&packed, JAIL_DRAFT_BYTES_MAX);
	jail_draft_pack(&draft, &packed);
	for (size_t i = 0; i < packed.length; i++) {
		struct arena *arena = arena_new((size_t)16 << 20);

		packed.data[i] = (char)~packed.data[i];
		assert_true(jail_draft_unpack(arena, buf_view(&packed), &read) <
		            ST_COUNT);
		packed.data[i] = (char)~packed.data[i];
		arena_free(&arena);
	}
	buf_release(&packed);
	(void)world;
}

static void test_html(void **state)
{
	struct world *world = *state;
	struct mail_clean clean;
	struct str html, text;

	assert_int_equal(
		jail_clean_html(world->jail, world->arena,
	                        STR("<p>a<script>x</script>"
	                            "<img src=\"https://t.example/1.png\">"),
	                        &clean, &html),
		ST_OK);
	assert_true(clean.remote_images == 1 && !clean.was_hostile);
	assert_true(str_find(html, STR("script"), 0) == html.length);
	assert_true(str_find(html, STR("data-remote-src"), 0) < html.length);
	assert_int_equal(jail_clean_html(world->jail, world->arena, STR(""),
	                                 NULL, &html),
	                 ST_OK);
	assert_int_equal(jail_html_text(world->jail, world->arena,
	                                STR("<p>one<p>two"), &text),
	                 ST_OK);
	assert_true(str_find(text, STR("one"), 0) < text.length);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_is_the_same),
		cmocka_unit_test(test_every_charset),
		cmocka_unit_test(test_poison),
		cmocka_unit_test(test_poison_wants_to_be_named),
		cmocka_unit_test(test_build_is_the_same),
		cmocka_unit_test(test_draft_cut),
		cmocka_unit_test(test_draft_garbled),
		cmocka_unit_test(test_html),
	};

	return cmocka_run_group_tests(tests, world_open, world_close);
}
