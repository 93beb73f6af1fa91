/*
 * The first look at a mail of an mbox: time, ids, labels; and its way over the
 * pipe, whose other end may lie.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "mail/scan.h"
#include <cmocka.h>

static struct arena *arena;

static struct mail_scan scan_of(const char *bytes)
{
	struct mail_scan scan;

	mail_scan(arena, str_of(bytes), &scan);
	return scan;
}

static void assert_at(struct mail_scan scan, const char *instant)
{
	instant_ms at;

	assert_true(instant_parse(str_of(instant), &at));
	assert_int_equal(scan.at, at);
}

static void test_times(void **state)
{
	(void)state;
	/* Topmost Received, else Date, else the "From " line, else nothing. */
	assert_at(
		scan_of("From a@b Mon Nov  9 08:00:00 2026\n"
	                "Received: by mx; Tue, 10 Nov 2026 10:00:00 +0100\n"
	                "Received: by other; Tue, 10 Nov 2026 05:00:00 +0000\n"
	                "Date: Tue, 10 Nov 2026 07:00:00 +0000\n\n"),
		"2026-11-10T09:00:00Z");
	assert_at(scan_of("Received: by mx, who knows when\n"
	                  "Date: Tue, 10 Nov 2026 07:00:00 +0000\n\n"),
	          "2026-11-10T07:00:00Z");
	assert_at(scan_of("From a@b Mon Nov  9 08:00:00 2026\nSubject: x\n\n"),
	          "2026-11-09T08:00:00Z");
	assert_at(
		scan_of("From 12@xxx Mon Nov 09 08:00:00 +0100 2026\nA: b\n\n"),
		"2026-11-09T07:00:00Z");
	assert_int_equal(scan_of("From a@b soon\nSubject: x\n\n").at, 0);
	assert_int_equal(scan_of("").at, 0);
}

static void test_labels(void **state)
{
	struct mail_scan scan = scan_of(
		"X-Gmail-Labels: Inbox,=?UTF-8?Q?R=C3=A4tsel?=,\"Big client\"\n"
		"X-Keywords: urgent done\nKeywords: one, two words\n\n");
	static const char *const wanted[] = {
		"Inbox", "R\xc3\xa4tsel", "Big client", "urgent",
		"done",  "one",           "two words"};

	(void)state;
	assert_int_equal(scan.label_count, 7);
	for (size_t i = 0; i < 7; i++)
		assert_true(str_equal(scan.labels[i], str_of(wanted[i])));
}

static void test_ids_and_pack(void **state)
{
	struct mail_scan scan = scan_of("Message-ID: <a@x>\n"
	                                "In-Reply-To: <b@x>\n"
	                                "References: <c@x> <d@x>\n"
	                                "X-Keywords: red\n\n");
	struct mail_scan back;
	struct buf buf;
	struct str rest;

	(void)state;
	assert_int_equal(scan.id_count, 4);
	buf_init(&buf, 1 << 16);
	mail_scan_pack(&scan, &buf);
	mail_scan_pack(&scan, &buf);
	rest = buf_view(&buf);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(mail_scan_unpack(&rest, &back), ST_OK);
		assert_int_equal(back.id_count, 4);
		assert_true(str_equal(back.ids[0], STR("a@x")));
		assert_true(str_equal(back.labels[0], STR("red")));
	}
	assert_int_equal(rest.length, 0);
	buf_release(&buf);
}

static void test_lies(void **state)
{
	static const char *const lies[] = {
		"", "x\n\n", "@\n\n", "@12x\n\n", "@1\nq\n\n", "@1\ni\xff\n\n",
	};
	struct mail_scan scan;

	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct str rest = str_of(lies[i]);

		assert_int_equal(mail_scan_unpack(&rest, &scan), ST_INVALID);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_ids_and_pack),
		cmocka_unit_test(test_lies),
	};
	int failed;

	arena = arena_new((size_t)16 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&arena);
	return failed;
}
