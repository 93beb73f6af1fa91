/*
 * Conversations, each fed whole, byte by byte and cut at every place: the
 * answers and what reaches the driver must not depend on the cuts.
 */
#include "channel/lmtp_session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"

/* Writes down what the driver was asked, in words. */
struct record {
	struct buf text;
	size_t mails;
};

static enum status record_check(void *context, struct str address)
{
	(void)context;
	if (str_starts(address, STR("nobody@")))
		return ST_NOT_FOUND;
	if (str_starts(address, STR("later@")))
		return ST_BUSY;
	return ST_OK;
}

static void record_mail(void *context, const struct envelope *envelope,
                        struct str raw, enum status results[])
{
	struct record *record = context;

	record->mails++;
	buf_printf(&record->text,
	           "from=%.*s helo=%.*s%s%s to=", STR_ARG(envelope->sender),
	           STR_ARG(envelope->helo), envelope->utf8 ? " utf8" : "",
	           envelope->eight_bit ? " 8bit" : "");
	for (size_t i = 0; i < envelope->recipient_count; i++) {
		struct str to = envelope->recipients[i];

		buf_printf(&record->text, "<%.*s>", STR_ARG(to));
		results[i] = str_starts(to, STR("full@"))   ? ST_STORE
		             : str_starts(to, STR("big@"))  ? ST_LIMIT
		             : str_starts(to, STR("mute@")) ? results[i]
		                                            : ST_OK;
	}
	buf_text(&record->text, "\n");
	buf_str(&record->text, raw);
	buf_text(&record->text, "--\n");
}

struct talk {
	struct record record;
	struct channel_driver driver;
	struct lmtp_session *session;
	struct buf out;
};

static void talk_open(struct talk *talk)
{
	*talk = (struct talk){0};
	buf_init(&talk->record.text, (size_t)128 << 20);
	talk->driver = (struct channel_driver){
		.context = &talk->record,
		.check_recipient = record_check,
		.accept_mail = record_mail,
	};
	talk->session = lmtp_session_new(&talk->driver, STR("desk.example"),
	                                 STR("unix"));
	buf_init(&talk->out, (size_t)64 << 20);
	lmtp_session_greet(talk->session, &talk->out);
}

static void talk_close(struct talk *talk)
{
	lmtp_session_free(&talk->session);
	buf_release(&talk->out);
	buf_release(&talk->record.text);
}

static void talk_say(struct talk *talk, struct str bytes)
{
	lmtp_session_feed(talk->session, bytes, &talk->out);
	assert_false(talk->out.failed);
}

/* The first three digits of each answer's last line, and what was filed. */
static void talk_codes(const struct talk *talk, struct buf *codes)
{
	struct str rest = buf_view(&talk->out);
	struct str line;

	while (str_line(&rest, &line)) {
		assert_true(line.length >= 3);
		if (line.length > 3 && line.text[3] == '-')
			continue;
		buf_printf(codes, "%s%.3s", codes->length ? " " : "",
		           line.text);
	}
}

static void expect_cut(struct str input, size_t cut, const char *codes,
                       const char *filed)
{
	struct talk talk;
	struct buf got;

	talk_open(&talk);
	buf_init(&got, 65536);
	if (cut == 0) {
		for (size_t i = 0; i < input.length; i++)
			talk_say(&talk, str_sub(input, i, i + 1));
	} else {
		talk_say(&talk, str_sub(input, 0, cut));
		talk_say(&talk, str_sub(input, cut, input.length));
	}
	talk_codes(&talk, &got);
	assert_string_equal(got.data, codes);
	assert_string_equal(talk.record.text.data ? talk.record.text.data : "",
	                    filed);
	buf_release(&got);
	talk_close(&talk);
}

/* `codes` begins with the greeting's 220. */
static void expect(const char *input, const char *codes, const char *filed)
{
	struct str bytes = str_of(input);

	for (size_t cut = 0; cut <= bytes.length; cut++)
		expect_cut(bytes, cut, codes, filed);
}

#define HELLO "LHLO mx.example\r\n"
#define MAIL  HELLO "MAIL FROM:<ann@client.example>\r\n"
#define TO    MAIL "RCPT TO:<desk@agency.example>\r\n"
#define SEND  TO "DATA\r\n"
#define FILED                                                                  \
	"from=ann@client.example helo=mx.example to=<desk@agency.example>\n"

static void test_one_mail(void **state)
{
	(void)state;
	expect(SEND "Subject: hi\r\n\r\nhello\r\n.\r\nQUIT\r\n",
	       "220 250 250 250 354 250 221",
	       FILED "Subject: hi\r\n\r\nhello\r\n--\n");
	expect(SEND ".\r\n", "220 250 250 250 354 250", FILED "--\n");
	expect("lhlo mx.example\r\nmail from:<ann@client.example>\r\n"
	       "rcpt to:<desk@agency.example>\r\ndata\r\nx\r\n.\r\nquit\r\n",
	       "220 250 250 250 354 250 221", FILED "x\r\n--\n");
}

static void test_greeting_names_us(void **state)
{
	struct talk talk;

	(void)state;
	talk_open(&talk);
	talk_say(&talk, STR(HELLO));
	assert_non_null(strstr(talk.out.data, "220 desk.example LMTP"));
	assert_non_null(strstr(talk.out.data, "250-desk.example\r\n"));
	assert_non_null(strstr(talk.out.data, "250-PIPELINING\r\n"));
	assert_non_null(strstr(talk.out.data, "250-SIZE 52428800\r\n"));
	assert_non_null(strstr(talk.out.data, "250-8BITMIME\r\n"));
	assert_non_null(strstr(talk.out.data, "250 SMTPUTF8\r\n"));
	assert_null(strstr(talk.out.data, "CHUNKING"));
	assert_null(strstr(talk.out.data, "STARTTLS"));
	talk_close(&talk);
}

static void test_answers_per_recipient(void **state)
{
	(void)state;
	expect(MAIL "RCPT TO:<one@a.example>\r\nRCPT TO:<nobody@a.example>\r\n"
	            "RCPT TO:<full@a.example>\r\nRCPT TO:<later@a.example>\r\n"
	            "RCPT TO:<big@a.example>\r\nRCPT TO:<mute@a.example>\r\n"
	            "DATA\r\nx\r\n.\r\n",
	       "220 250 250 250 550 250 451 250 250 354 250 452 552 451",
	       "from=ann@client.example helo=mx.example to=<one@a.example>"
	       "<full@a.example><big@a.example><mute@a.example>\nx\r\n--\n");
}

/* One mail, filed once, and still an answer to each RCPT. */
static void test_recipient_twice(void **state)
{
	(void)state;
	expect(TO "RCPT TO:<Desk@AGENCY.example>\r\nRCPT TO:<b@a.example>\r\n"
	          "DATA\r\nx\r\n.\r\n",
	       "220 250 250 250 250 250 354 250 250 250",
	       "from=ann@client.example helo=mx.example "
	       "to=<desk@agency.example><b@a.example>\nx\r\n--\n");
}

static void test_dots(void **state)
{
	(void)state;
	expect(SEND "..\r\n..a\r\na.\r\n.b\r\n...\r\n.\r\n",
	       "220 250 250 250 354 250",
	       FILED ".\r\n.a\r\na.\r\nb\r\n..\r\n--\n");
}

/*
 * Sequences that some program somewhere takes for the end of data, each with
 * a second mail behind it. One mail, refused, and the rest stays its content.
 */
static void test_smuggling(void **state)
{
	static const char *const ends[] = {
		"\n.\n",     "\n.\r\n",   "\r\n.\n",         "\r.\r",
		"\r\n.\r",   "\r.\r\n",   "\r\n.\r\r\n",     "\n.\r\n.\n",
		"\n\n.\r\n", "\r\n.\n\r", "\r\n..\n.\r\n\r",
	};
	char text[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		snprintf(text, sizeof(text),
		         SEND "a%s"
		              "MAIL FROM:<evil@x.example>\r\n"
		              "RCPT TO:<boss@agency.example>\r\n"
		              "DATA\r\nb\r\n.\r\n",
		         ends[i]);
		struct talk talk;

		talk_open(&talk);
		talk_say(&talk, str_of(text));
		if (talk.record.mails != 0)
			fail_msg("case %zu: %s", i, talk.record.text.data);
		talk_close(&talk);
	}
	expect(SEND "a\n.\nMAIL FROM:<x@x.example>\r\nDATA\r\n.\r\nNOOP\r\n",
	       "220 250 250 250 354 554 250", "");
	expect(SEND "a\r.\rb\r\n.\r\n", "220 250 250 250 354 554", "");
	expect(SEND "a\nb\r\n.\r\n" TO "DATA\r\nok\r\n.\r\n",
	       "220 250 250 250 354 554 250 250 250 354 250",
	       FILED "ok\r\n--\n");
}

/* What follows DATA in the same packet is content, not commands. */
static void test_pipelined_after_data(void **state)
{
	(void)state;
	expect(SEND "RSET\r\nQUIT\r\n.\r\nNOOP\r\n",
	       "220 250 250 250 354 250 250", FILED "RSET\r\nQUIT\r\n--\n");
}

static void test_order_of_commands(void **state)
{
	(void)state;
	expect("MAIL FROM:<a@b.example>\r\n", "220 503", "");
	expect(HELLO "RCPT TO:<a@b.example>\r\n", "220 250 503", "");
	expect(HELLO "DATA\r\n", "220 250 503", "");
	expect(MAIL "DATA\r\n", "220 250 250 503", "");
	expect(MAIL "RCPT TO:<nobody@b.example>\r\nDATA\r\n",
	       "220 250 250 550 503", "");
	expect(MAIL "MAIL FROM:<b@b.example>\r\n", "220 250 250 503", "");
	expect(TO "RSET\r\nDATA\r\n", "220 250 250 250 250 503", "");
	expect(TO "LHLO again.example\r\nDATA\r\n", "220 250 250 250 250 503",
	       "");
	expect("RSET\r\nMAIL FROM:<a@b.example>\r\n", "220 250 503", "");
	expect("NOOP x\r\nVRFY joe\r\nQUIT\r\nNOOP\r\n", "220 250 252 221", "");
}

static void test_refused_commands(void **state)
{
	(void)state;
	expect("HELO a\r\nEHLO a\r\n", "220 500 500", "");
	expect("LHLO\r\nLHLO  \r\n", "220 501 501", "");
	expect("EXPN a\r\nSTARTTLS\r\n\r\nBDAT 3 LAST\r\n",
	       "220 500 500 500 500", "");
	/* A line that ends in LF alone is no command. */
	expect("LHLO mx.example\nNOOP\r\n", "220 500 250", "");
	expect("NOOP\rNOOP\r\nNOOP\r\r\n", "220 500 500", "");
	expect("NOOP \x01\r\n", "220 500", "");
	expect(TO "DATA now\r\n", "220 250 250 250 501", "");
	expect(HELLO "MAIL <a@b.example>\r\n", "220 250 501", "");
	expect(MAIL "RCPT <a@b.example>\r\n", "220 250 250 501", "");
}

static void test_parameters(void **state)
{
	(void)state;
	expect(HELLO "MAIL FROM:<j\xc3\xb6@b.example> SMTPUTF8 BODY=8BITMIME "
	             "SIZE=12\r\nRCPT TO:<d\xc3\xa4@a.example>\r\n"
	             "DATA\r\n\xc3\xa4\r\n.\r\n",
	       "220 250 250 250 354 250",
	       "from=j\xc3\xb6@b.example helo=mx.example utf8 8bit "
	       "to=<d\xc3\xa4@a.example>\n\xc3\xa4\r\n--\n");
	expect(HELLO "MAIL FROM:<> BODY=7BIT\r\nRCPT TO:<a@b.example>\r\n"
	             "DATA\r\nx\r\n.\r\n",
	       "220 250 250 250 354 250",
	       "from= helo=mx.example to=<a@b.example>\nx\r\n--\n");
	expect(HELLO "MAIL FROM:<a@b.example> SIZE=52428800\r\n"
	             "RSET\r\nMAIL FROM:<a@b.example> SIZE=52428801\r\n",
	       "220 250 250 250 552", "");
}

static void test_error_count(void **state)
{
	struct talk talk;

	(void)state;
	talk_open(&talk);
	for (unsigned i = 0; i < LIMIT_LMTP_ERRORS; i++) {
		assert_false(lmtp_session_ended(talk.session));
		talk_say(&talk, STR("WHAT\r\n"));
	}
	assert_true(lmtp_session_ended(talk.session));
	assert_non_null(strstr(talk.out.data, "421 4.7.0"));
	talk_close(&talk);
}

static void test_long_line(void **state)
{
	char line[LIMIT_LMTP_LINE_BYTES * 3];
	struct talk talk;

	(void)state;
	memset(line, 'x', sizeof(line));
	talk_open(&talk);
	buf_clear(&talk.out);
	for (int i = 0; i < 100; i++)
		talk_say(&talk, (struct str){line, sizeof(line)});
	assert_true(talk.out.length == 0);
	talk_say(&talk, STR("\r\nNOOP\r\n"));
	assert_string_equal(talk.out.data, "500 5.5.2 Line too long\r\n"
	                                   "250 2.0.0 Ok\r\n");
	talk_close(&talk);
}

static void test_too_many_recipients(void **state)
{
	struct talk talk;
	char line[128];

	(void)state;
	talk_open(&talk);
	talk_say(&talk, STR(MAIL));
	for (unsigned i = 0; i < LIMIT_MAIL_RECIPIENTS; i++) {
		snprintf(line, sizeof(line), "RCPT TO:<r%u@a.example>\r\n", i);
		talk_say(&talk, str_of(line));
	}
	assert_null(strstr(talk.out.data, "452 4.5.3"));
	talk_say(&talk, STR("RCPT TO:<more@a.example>\r\n"));
	assert_non_null(strstr(talk.out.data, "452 4.5.3"));
	buf_clear(&talk.out);
	talk_say(&talk, STR("DATA\r\nx\r\n.\r\n"));
	assert_non_null(strstr(talk.out.data, "<r999@a.example>"));
	assert_true(talk.record.mails == 1);
	talk_close(&talk);
}

static void test_hops(void **state)
{
	struct talk talk;

	(void)state;
	talk_open(&talk);
	for (unsigned hops = LIMIT_MAIL_HOPS; hops <= LIMIT_MAIL_HOPS + 1;
	     hops++) {
		talk_say(&talk, STR(SEND));
		for (unsigned i = 0; i < hops; i++)
			talk_say(&talk, STR("RECEIVED: by x\r\n by y\r\n"));
		buf_clear(&talk.out);
		/* Those of the body do not count. */
		talk_say(&talk, STR("\r\nReceived: a\r\n.\r\n"));
		assert_true(strncmp(talk.out.data,
		                    hops > LIMIT_MAIL_HOPS ? "554 5.4.6"
		                                           : "250 2.0.0",
		                    9) == 0);
	}
	assert_true(talk.record.mails == 1);
	talk_close(&talk);
}

/* Over the limit: refused at the end, and no memory is kept meanwhile. */
static void test_too_large(void **state)
{
	static char block[1 << 20];
	struct talk talk;

	(void)state;
	memset(block, 'x', sizeof(block));
	talk_open(&talk);
	talk_say(&talk, STR(SEND));
	for (unsigned i = 0; i < 51; i++)
		talk_say(&talk, (struct str){block, sizeof(block)});
	assert_true(lmtp_session_held(talk.session) == 0);
	talk_say(&talk, STR("\r\n.\r\n"));
	assert_non_null(strstr(talk.out.data, "552 5.3.4"));
	assert_true(talk.record.mails == 0);
	buf_clear(&talk.out);
	talk_say(&talk, STR(TO "DATA\r\nx\r\n.\r\n"));
	assert_true(talk.record.mails == 1);
	talk_close(&talk);
}

static void test_shed(void **state)
{
	struct talk talk;

	(void)state;
	talk_open(&talk);
	talk_say(&talk, STR(SEND "part one\r\n"));
	assert_true(lmtp_session_held(talk.session) > 0);
	lmtp_session_shed(talk.session);
	assert_true(lmtp_session_held(talk.session) == 0);
	talk_say(&talk, STR("part two\r\n.\r\n"));
	assert_non_null(strstr(talk.out.data, "452 4.3.1"));
	assert_true(talk.record.mails == 0);
	assert_true(lmtp_session_mails(talk.session) == 1);
	talk_say(&talk, STR(TO "DATA\r\nx\r\n.\r\n"));
	assert_true(talk.record.mails == 1);
	talk_close(&talk);
}

static void test_leave(void **state)
{
	struct talk talk;

	(void)state;
	talk_open(&talk);
	talk_say(&talk, STR(SEND "half"));
	lmtp_session_leave(talk.session, LMTP_LEAVE_STOPPING, &talk.out);
	assert_non_null(strstr(talk.out.data, "421 4.3.2"));
	assert_true(lmtp_session_ended(talk.session));
	talk_say(&talk, STR("\r\n.\r\n"));
	assert_true(talk.record.mails == 0);
	talk_close(&talk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_mail),
		cmocka_unit_test(test_greeting_names_us),
		cmocka_unit_test(test_answers_per_recipient),
		cmocka_unit_test(test_recipient_twice),
		cmocka_unit_test(test_dots),
		cmocka_unit_test(test_smuggling),
		cmocka_unit_test(test_pipelined_after_data),
		cmocka_unit_test(test_order_of_commands),
		cmocka_unit_test(test_refused_commands),
		cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_error_count),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_too_many_recipients),
		cmocka_unit_test(test_hops),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_shed),
		cmocka_unit_test(test_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
