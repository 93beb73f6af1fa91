#include "channel/pipe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/limits.h"
#include "channel/lmtp.h"

static const struct {
	const char *raw, *wire;
} texts[] = {
	{"", ""},
	{"a", "a\r\n"},
	{"a\n", "a\r\n"},
	{"a\r\n", "a\r\n"},
	{"a\r", "a\r\n"},
	{"\n\n", "\r\n\r\n"},
	{"\r\n\r\n", "\r\n\r\n"},
	{"\n\r\n\r", "\r\n\r\n\r\n"},
	{"a\rb\nc\r\nd", "a\r\nb\r\nc\r\nd\r\n"},
	{".\n..\n", ".\r\n..\r\n"},
	{"From me Mon Nov  9 10:00:00 2026\nA: b\n", "A: b\r\n"},
	{"From me", ""},
	{"From: me\n", "From: me\r\n"},
};

static void test_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct buf out;

		buf_init(&out, 1000);
		pipe_text(str_of(texts[i].raw), &out);
		assert_true(str_equal(buf_view(&out), str_of(texts[i].wire)));
		buf_release(&out);
	}
}

static void test_return_path(void **state)
{
	(void)state;
	assert_true(str_equal(pipe_return_path(STR("A: b\r\nreturn-path: "
	                                           "<x@y.example>\r\n\r\n")),
	                      STR("x@y.example")));
	assert_true(pipe_return_path(STR("Return-Path: <>\r\n\r\n")).length ==
	            0);
	assert_true(pipe_return_path(STR("Return-Path: x\r\n\r\n")).length ==
	            0);
	/* Not from the body. */
	assert_true(str_equal(
		pipe_return_path(STR("From: A <a@b.example>\r\n\r\n")),
		STR("a@b.example")));
	assert_true(pipe_return_path(STR("From: <a b@c>\r\n\r\n")).length == 0);
	assert_true(pipe_return_path(STR("A: b\r\n\r\nReturn-Path: <x@y>\r\n"))
	                    .length == 0);
}

static void test_read(void **state)
{
	struct buf raw;
	int ends[2];

	(void)state;
	assert_true(pipe(ends) == 0);
	assert_true(write(ends[1], "hello", 5) == 5);
	close(ends[1]);
	buf_init(&raw, LIMIT_MAIL_BYTES);
	assert_int_equal(pipe_read(ends[0], &raw), ST_OK);
	assert_string_equal(raw.data, "hello");
	close(ends[0]);
	assert_int_equal(pipe_read(ends[0], &raw), ST_BUSY);
	buf_release(&raw);
}

/* A real listener, whose driver answers by the recipient's name. */
struct desk {
	struct buf got;
};

static enum status desk_check(void *context, struct str address)
{
	(void)context;
	return str_starts(address, STR("nobody")) ? ST_NOT_FOUND : ST_OK;
}

static void desk_mail(void *context, const struct envelope *envelope,
                      struct str raw, enum status results[])
{
	struct desk *desk = context;

	buf_printf(&desk->got, "%.*s%s%s\n", STR_ARG(envelope->sender),
	           envelope->utf8 ? " utf8" : "",
	           envelope->eight_bit ? " 8bit" : "");
	buf_str(&desk->got, raw);
	for (size_t i = 0; i < envelope->recipient_count; i++)
		results[i] = str_starts(envelope->recipients[i], STR("full"))
		                     ? ST_STORE
		                     : ST_OK;
}

static void deliver(const char *sender, const char *const *recipients,
                    const char *raw, const int *codes, const char *got)
{
	struct desk desk = {0};
	struct channel_driver driver = {&desk, desk_check, desk_mail};
	struct lmtp_config config = {
		.address = STR("127.0.0.1:0"),
		.host = STR("desk.example"),
		.driver = &driver,
		.threads = 1,
	};
	struct str to[3];
	struct envelope envelope = {
		.sender = str_of(sender),
		.recipients = to,
		.helo = STR("localhost"),
	};
	struct pipe_answer answers[3];
	struct lmtp *lmtp;
	char address[64];

	for (; recipients[envelope.recipient_count]; envelope.recipient_count++)
		to[envelope.recipient_count] =
			str_of(recipients[envelope.recipient_count]);
	buf_init(&desk.got, 1u << 20);
	assert_int_equal(lmtp_start(&config, &lmtp, NULL), ST_OK);
	snprintf(address, sizeof(address), "127.0.0.1:%u", lmtp_port(lmtp));
	pipe_deliver(str_of(address), &envelope, str_of(raw), SPAN_MINUTE,
	             answers);
	lmtp_stop(&lmtp);
	for (size_t i = 0; i < envelope.recipient_count; i++)
		assert_int_equal(answers[i].code, codes[i]);
	assert_true(str_equal(buf_view(&desk.got), str_of(got)));
	buf_release(&desk.got);
}

static void test_deliver(void **state)
{
	const char *const one[] = {"a@b.example", NULL};
	const char *const three[] = {"nobody@b.example", "full@b.example",
	                             "a@b.example", NULL};
	const char *const none[] = {"nobody@b.example", NULL};
	const char *const utf8[] = {"\xc3\xa4@b.example", NULL};

	(void)state;
	deliver("s@c.example", one, ".\r\n..\r\na.\r\n.b\r\n", (int[]){250},
	        "s@c.example\n.\r\n..\r\na.\r\n.b\r\n");
	deliver("", three, "x\r\n", (int[]){550, 452, 250}, "\nx\r\n");
	deliver("", none, "x\r\n", (int[]){550}, "");
	deliver("", utf8, "\xc3\xa4\r\n", (int[]){250},
	        " utf8 8bit\n\xc3\xa4\r\n");
	deliver("bad@", one, "x\r\n", (int[]){501}, "");
}

static void test_nobody_there(void **state)
{
	struct str to = STR("a@b.example");
	struct envelope envelope = {.recipients = &to, .recipient_count = 1};
	struct pipe_answer answer = {0};

	(void)state;
	pipe_deliver(STR("/nowhere/lmtp"), &envelope, STR("x\r\n"), SPAN_MINUTE,
	             &answer);
	assert_int_equal(answer.code, 450);
	assert_memory_equal(answer.text, "450 4.4.1 ", 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_return_path),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_deliver),
		cmocka_unit_test(test_nobody_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
