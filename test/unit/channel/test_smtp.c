/*
 * smtp_send() against a server that does whatever its script says, on
 * loopback: each refusal, each early close, each nonsense, and that one mail
 * stays one mail byte for byte. TLS is tested in test_smtp_tls.c.
 */
#include "channel/smtp.h"

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "channel/lmtp_data.h"
#include "channel/lmtp_socket.h"

/* Special replies of a script. */
#define CLOSE  "close"  /* the connection, now */
#define SILENT "silent" /* say nothing until the client gives up */
#define FLOOD  "flood"  /* a reply without end */
#define LONG   "long"   /* one line without end */

struct script {
	const char *greeting, *ehlo, *mail, *rcpt, *rcpt2, *data, *dot;
};

struct server {
	const struct script *script;
	int listener;
	unsigned port;
	pthread_t thread;
	struct buf commands; /* as they came */
	struct lmtp_data content;
	size_t mails;
};

static bool server_write(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t n = send(fd, bytes, length, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		bytes += n;
		length -= (size_t)n;
	}
	return true;
}

static void server_wait_for_end(int fd)
{
	char bytes[4096];

	while (recv(fd, bytes, sizeof(bytes), 0) > 0) {
	}
}

/* False when the conversation is over. */
static bool server_reply(int fd, const char *reply)
{
	char line[1024];

	if (strcmp(reply, CLOSE) == 0)
		return false;
	if (strcmp(reply, SILENT) == 0) {
		server_wait_for_end(fd);
		return false;
	}
	memset(line, 'x', sizeof(line));
	if (strcmp(reply, FLOOD) == 0) {
		memcpy(line, "250-", 4);
		memcpy(line + sizeof(line) - 2, "\r\n", 2);
	}
	if (strcmp(reply, FLOOD) == 0 || strcmp(reply, LONG) == 0) {
		for (int i = 0; i < 10000; i++) {
			if (!server_write(fd, line, sizeof(line)))
				break;
		}
		return false;
	}
	return server_write(fd, reply, strlen(reply));
}

static bool server_line(int fd, char *line, size_t room)
{
	size_t length = 0;

	while (length + 1 < room && recv(fd, line + length, 1, 0) == 1) {
		if (line[length++] == '\n') {
			line[length] = '\0';
			return true;
		}
	}
	return false;
}

static bool server_content(struct server *server, int fd)
{
	for (;;) {
		char bytes[4096];
		ssize_t n = recv(fd, bytes, sizeof(bytes), 0);
		struct str rest = {bytes, (size_t)(n > 0 ? n : 0)};

		if (n <= 0)
			return false;
		if (!lmtp_data_feed(&server->content, &rest))
			continue;
		/* Nothing may follow the end before it is answered. */
		assert_true(rest.length == 0);
		server->mails++;
		return true;
	}
}

static const char *server_answer(const struct script *script, const char *line,
                                 unsigned *recipients)
{
	if (strncmp(line, "EHLO", 4) == 0)
		return script->ehlo;
	if (strncmp(line, "MAIL", 4) == 0)
		return script->mail;
	if (strncmp(line, "RCPT", 4) == 0)
		return (*recipients)++ && script->rcpt2 ? script->rcpt2
		                                        : script->rcpt;
	if (strncmp(line, "DATA", 4) == 0)
		return script->data;
	if (strncmp(line, "QUIT", 4) == 0)
		return "221 bye\r\n";
	return "502 what\r\n";
}

static void *server_run(void *context)
{
	struct server *server = context;
	const struct script *script = server->script;
	struct pollfd ready = {.fd = server->listener, .events = POLLIN};
	unsigned recipients = 0;
	char line[2048];
	bool open;
	int fd;

	poll(&ready, 1, -1);
	fd = accept(server->listener, NULL, NULL);
	open = server_reply(fd, script->greeting);

	while (open && server_line(fd, line, sizeof(line))) {
		const char *answer;

		buf_text(&server->commands, line);
		answer = server_answer(script, line, &recipients);
		open = server_reply(fd, answer);
		if (open && strncmp(answer, "354", 3) == 0)
			open = server_content(server, fd) &&
			       server_reply(fd, script->dot);
	}
	close(fd);
	return NULL;
}

static void server_start(struct server *server, const struct script *script)
{
	*server = (struct server){.script = script};
	buf_init(&server->commands, 1u << 20);
	lmtp_data_init(&server->content, 64u << 20);
	assert_int_equal(
		lmtp_socket_listen(STR("127.0.0.1:0"), &server->listener, NULL),
		ST_OK);
	server->port = lmtp_socket_port(server->listener);
	assert_true(pthread_create(&server->thread, NULL, server_run, server) ==
	            0);
}

static struct script good(void)
{
	return (struct script){
		.greeting = "220 evil.example\r\n",
		.ehlo = "250-evil.example\r\n250 SIZE 1000000\r\n",
		.mail = "250 ok\r\n",
		.rcpt = "250 ok\r\n",
		.data = "354 go\r\n",
		.dot = "250 2.0.0 queued as 4711\r\n",
	};
}

static void server_stop(struct server *server)
{
	pthread_join(server->thread, NULL);
	close(server->listener);
}

static void server_release(struct server *server)
{
	buf_release(&server->commands);
	lmtp_data_release(&server->content);
}

#define RAW "Subject: hello\r\n\r\nfirst\r\n"

/* Sends `raw` from a@b.example to two recipients. */
static void send_to(struct server *server, struct arena *arena, struct str raw,
                    struct smtp_result *result)
{
	const struct str recipients[] = {STR("c@d.example"),
	                                 STR("e@f.example")};
	struct smtp_target target = {
		.host = STR("127.0.0.1"),
		.port = server->port,
		.tls = SMTP_TLS_NONE,
		.plain_allowed = true,
		.helo = STR("desk.example"),
		.answer_max = 1000,
	};
	struct smtp_message message = {
		.sender = STR("a@b.example"),
		.recipients = recipients,
		.recipient_count = 2,
		.raw = raw,
	};
	struct problem problem = {0};

	if (smtp_send(arena, &target, &message, result, &problem) != ST_OK)
		fail_msg("%s: %s", problem.field, problem.text);
}

static struct smtp_answer outcome_of(struct script script,
                                     struct smtp_answer recipients[2])
{
	struct arena *arena = arena_new(1u << 20);
	struct smtp_result result;
	struct server server;

	server_start(&server, &script);
	send_to(&server, arena, STR(RAW), &result);
	server_stop(&server);
	recipients[0] = result.recipients[0];
	recipients[1] = result.recipients[1];
	server_release(&server);
	arena_free(&arena);
	return result.overall;
}

static void test_sent(void **state)
{
	struct arena *arena = arena_new(1u << 20);
	struct script script = good();
	struct smtp_result result;
	struct server server;

	(void)state;
	server_start(&server, &script);
	send_to(&server, arena, STR(RAW), &result);
	server_stop(&server);
	assert_int_equal(result.overall.outcome, SMTP_SENT);
	assert_int_equal(result.overall.code, 250);
	assert_string_equal(result.overall.text, "250 2.0.0 queued as 4711");
	assert_int_equal(result.recipients[1].outcome, SMTP_SENT);
	assert_true(server.mails == 1);
	assert_string_equal(server.content.raw.data, RAW);
	assert_string_equal(server.commands.data,
	                    "EHLO desk.example\r\n"
	                    "MAIL FROM:<a@b.example> SIZE=25\r\n"
	                    "RCPT TO:<c@d.example>\r\n"
	                    "RCPT TO:<e@f.example>\r\n"
	                    "DATA\r\n"
	                    "QUIT\r\n");
	server_release(&server);
	arena_free(&arena);
}

/* At each step: a reply in the place of the good one, and what it means. */
enum place { GREETING, EHLO, MAIL, RCPT, RCPT2, AT_DATA, DOT };

static void script_put(struct script *script, enum place place,
                       const char *reply)
{
	const char **const places[] = {
		&script->greeting, &script->ehlo, &script->mail, &script->rcpt,
		&script->rcpt2,    &script->data, &script->dot,
	};

	*places[place] = reply;
}

static const struct {
	enum place place;
	const char *reply;
	enum smtp_outcome overall, first, second;
} steps[] = {
	{GREETING, "421 busy\r\n", SMTP_TEMPORARY, SMTP_TEMPORARY,
         SMTP_TEMPORARY},
	{GREETING, "554 go away\r\n", SMTP_TEMPORARY, SMTP_TEMPORARY,
         SMTP_TEMPORARY},
	{GREETING, CLOSE, SMTP_TEMPORARY, SMTP_TEMPORARY, SMTP_TEMPORARY},
	{GREETING, SILENT, SMTP_TEMPORARY, SMTP_TEMPORARY, SMTP_TEMPORARY},
	{GREETING, FLOOD, SMTP_TEMPORARY, SMTP_TEMPORARY, SMTP_TEMPORARY},
	{GREETING, LONG, SMTP_TEMPORARY, SMTP_TEMPORARY, SMTP_TEMPORARY},
	{EHLO, CLOSE, SMTP_TEMPORARY, SMTP_TEMPORARY, SMTP_TEMPORARY},
	{EHLO, FLOOD, SMTP_TEMPORARY, SMTP_TEMPORARY, SMTP_TEMPORARY},
	{EHLO, "2\r\n", SMTP_TEMPORARY, SMTP_TEMPORARY, SMTP_TEMPORARY},
	{MAIL, "451 later\r\n", SMTP_TEMPORARY, SMTP_TEMPORARY, SMTP_TEMPORARY},
	{MAIL, "552 too big\r\n", SMTP_PERMANENT, SMTP_PERMANENT,
         SMTP_PERMANENT},
	{MAIL, "530 sign in\r\n", SMTP_AUTH, SMTP_AUTH, SMTP_AUTH},
	{MAIL, CLOSE, SMTP_TEMPORARY, SMTP_TEMPORARY, SMTP_TEMPORARY},
	{MAIL, SILENT, SMTP_TEMPORARY, SMTP_TEMPORARY, SMTP_TEMPORARY},
	{MAIL, "999 what\r\n", SMTP_TEMPORARY, SMTP_TEMPORARY, SMTP_TEMPORARY},
	{RCPT, "550 nobody\r\n", SMTP_PERMANENT, SMTP_PERMANENT,
         SMTP_PERMANENT},
	{RCPT, "450 greylisted\r\n", SMTP_TEMPORARY, SMTP_TEMPORARY,
         SMTP_TEMPORARY},
	{RCPT, CLOSE, SMTP_TEMPORARY, SMTP_TEMPORARY, SMTP_TEMPORARY},
	{RCPT2, "550 5.1.1 nobody\r\n", SMTP_SENT, SMTP_SENT, SMTP_PERMANENT},
	{RCPT2, "450 greylisted\r\n", SMTP_SENT, SMTP_SENT, SMTP_TEMPORARY},
	{RCPT2, CLOSE, SMTP_TEMPORARY, SMTP_TEMPORARY, SMTP_TEMPORARY},
	{AT_DATA, "451 later\r\n", SMTP_TEMPORARY, SMTP_TEMPORARY,
         SMTP_TEMPORARY},
	{AT_DATA, "554 no\r\n", SMTP_PERMANENT, SMTP_PERMANENT, SMTP_PERMANENT},
	{AT_DATA, "250 ok\r\n", SMTP_TEMPORARY, SMTP_TEMPORARY, SMTP_TEMPORARY},
	{AT_DATA, CLOSE, SMTP_TEMPORARY, SMTP_TEMPORARY, SMTP_TEMPORARY},
	{DOT, "451 later\r\n", SMTP_TEMPORARY, SMTP_TEMPORARY, SMTP_TEMPORARY},
	{DOT, "554 5.7.1 spam\r\n", SMTP_PERMANENT, SMTP_PERMANENT,
         SMTP_PERMANENT},
	{DOT, CLOSE, SMTP_UNCERTAIN, SMTP_UNCERTAIN, SMTP_UNCERTAIN},
	{DOT, SILENT, SMTP_UNCERTAIN, SMTP_UNCERTAIN, SMTP_UNCERTAIN},
	{DOT, FLOOD, SMTP_UNCERTAIN, SMTP_UNCERTAIN, SMTP_UNCERTAIN},
	{DOT, "250 no line end", SMTP_UNCERTAIN, SMTP_UNCERTAIN,
         SMTP_UNCERTAIN},
	{DOT, "2\r\n", SMTP_UNCERTAIN, SMTP_UNCERTAIN, SMTP_UNCERTAIN},
	{DOT, "999 what\r\n", SMTP_UNCERTAIN, SMTP_UNCERTAIN, SMTP_UNCERTAIN},
	{DOT, "251 forwarded\r\n", SMTP_SENT, SMTP_SENT, SMTP_SENT},
	{DOT, "250-two\r\n250 lines\r\n", SMTP_SENT, SMTP_SENT, SMTP_SENT},
};

static void test_each_step(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		struct script script = good();
		struct smtp_answer own[2], overall;

		script_put(&script, steps[i].place, steps[i].reply);
		overall = outcome_of(script, own);
		if (overall.outcome != steps[i].overall ||
		    own[0].outcome != steps[i].first ||
		    own[1].outcome != steps[i].second)
			fail_msg("step %d, %s: %s, %s, %s: %s", steps[i].place,
			         steps[i].reply,
			         smtp_outcome_name(overall.outcome),
			         smtp_outcome_name(own[0].outcome),
			         smtp_outcome_name(own[1].outcome),
			         overall.text);
		assert_true(overall.text[0] != '\0');
	}
}

static void test_nobody_listens(void **state)
{
	struct arena *arena = arena_new(1u << 20);
	struct smtp_result result;
	struct server server = {0};
	int fd;

	(void)state;
	assert_int_equal(lmtp_socket_listen(STR("127.0.0.1:0"), &fd, NULL),
	                 ST_OK);
	server.port = lmtp_socket_port(fd);
	close(fd);
	send_to(&server, arena, STR(RAW), &result);
	assert_int_equal(result.overall.outcome, SMTP_TEMPORARY);
	assert_int_equal(result.overall.code, 0);
	arena_free(&arena);
}

/* One mail, whatever dots are in it, cut at every place by its length. */
static void test_dots(void **state)
{
	struct buf raw;

	(void)state;
	buf_init(&raw, 1u << 20);
	for (size_t pad = 0; pad < 40; pad++) {
		struct arena *arena = arena_new(1u << 20);
		struct script script = good();
		struct smtp_result result;
		struct server server;

		buf_clear(&raw);
		/* Over the edges of libcurl's buffer of 16 or 64 KB. */
		for (size_t i = 0; i < 16380 / 78 + pad % 2; i++)
			buf_printf(&raw, "%076zu\r\n", i);
		for (size_t i = 0; i < pad; i++)
			buf_char(&raw, 'x');
		buf_text(&raw, "\r\n.\r\n..\r\n.x\r\n\r\n.\r\n");
		for (size_t i = 0; i < 49152 / 5; i++)
			buf_text(&raw, "..\r\n.");
		buf_text(&raw, "\r\nMAIL FROM:<x@y>\r\n.\r\n");
		server_start(&server, &script);
		send_to(&server, arena, buf_view(&raw), &result);
		server_stop(&server);
		assert_int_equal(result.overall.outcome, SMTP_SENT);
		assert_true(server.mails == 1);
		assert_true(str_equal(buf_view(&server.content.raw),
		                      buf_view(&raw)));
		assert_false(server.content.bare);
		server_release(&server);
		arena_free(&arena);
	}
	buf_release(&raw);
}

static void test_raw_is_checked(void **state)
{
	static const char *const bad[] = {
		"",         "a",          "a\n", "a\r",          "a\r\nb\n",
		"a\rb\r\n", "a\n.\n\r\n", "\n",  "a\r\n.\r\r\n", "\xc3\xa4\r\n",
	};
	struct problem problem;
	char line[1002];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		problem = (struct problem){0};
		assert_int_equal(smtp_check_raw(str_of(bad[i]), &problem),
		                 ST_INVALID);
		assert_string_equal(problem.field, "raw");
	}
	assert_int_equal(smtp_check_raw(STR("a\0b\r\n"), NULL), ST_INVALID);
	assert_int_equal(smtp_check_raw(STR("a\r\n\r\n.\r\n"), NULL), ST_OK);
	memset(line, 'x', sizeof(line));
	memcpy(line + 998, "\r\n", 2);
	assert_int_equal(smtp_check_raw((struct str){line, 1000}, NULL), ST_OK);
	memcpy(line + 998, "x\r\n", 3);
	assert_int_equal(smtp_check_raw((struct str){line, 1001}, &problem),
	                 ST_INVALID);
	assert_int_equal(problem.line, 1);
}

/* Nothing of this is ever sent: there is no server at all. */
static void test_arguments_are_checked(void **state)
{
	static const char *const bad[] = {
		"a@b\r\nRCPT TO:<x@y>",
		"a b@c",
		"<a@b>",
		"a@b\n",
		"a\x7f@b",
		"\xff@b",
	};
	struct arena *arena = arena_new(1u << 20);
	struct str to = STR("c@d.example");
	struct smtp_target target = {
		.host = STR("127.0.0.1"),
		.port = 1,
		.plain_allowed = true,
		.tls = SMTP_TLS_NONE,
	};
	struct smtp_message message = {
		.recipients = &to, .recipient_count = 1, .raw = STR(RAW)};
	struct smtp_target wrong = target;
	struct smtp_result result;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		to = STR("c@d.example");
		message.sender = str_of(bad[i]);
		assert_int_equal(
			smtp_send(arena, &target, &message, &result, NULL),
			ST_INVALID);
		message.sender = STR("");
		to = str_of(bad[i]);
		assert_int_equal(
			smtp_send(arena, &target, &message, &result, NULL),
			ST_INVALID);
	}
	to = STR("c@d.example");
	wrong.user = STR("me");
	assert_int_equal(smtp_send(arena, &wrong, &message, &result, NULL),
	                 ST_INVALID);
	wrong = target;
	wrong.plain_allowed = false;
	assert_int_equal(smtp_send(arena, &wrong, &message, &result, NULL),
	                 ST_INVALID);
	wrong = target;
	wrong.host = STR("host/path");
	assert_int_equal(smtp_send(arena, &wrong, &message, &result, NULL),
	                 ST_INVALID);
	wrong = target;
	wrong.port = 0;
	assert_int_equal(smtp_send(arena, &wrong, &message, &result, NULL),
	                 ST_INVALID);
	arena_free(&arena);
}

static void send_utf8(const char *ehlo, const char *to,
                      struct smtp_answer *overall, char *commands, size_t room)
{
	struct arena *arena = arena_new(1u << 20);
	struct str recipient = str_of(to);
	struct script script = good();
	struct smtp_result result;
	struct server server;

	script.ehlo = ehlo;
	server_start(&server, &script);

	struct smtp_target target = {.host = STR("127.0.0.1"),
	                             .port = server.port,
	                             .tls = SMTP_TLS_NONE,
	                             .plain_allowed = true};
	struct smtp_message message = {.recipients = &recipient,
	                               .recipient_count = 1,
	                               .raw = STR(RAW)};

	assert_int_equal(smtp_send(arena, &target, &message, &result, NULL),
	                 ST_OK);
	server_stop(&server);
	*overall = result.overall;
	snprintf(commands, room, "%s", server.commands.data);
	server_release(&server);
	arena_free(&arena);
}

static void test_utf8_addresses(void **state)
{
	struct smtp_answer overall;
	char commands[1024];

	(void)state;
	send_utf8("250-x\r\n250 SMTPUTF8\r\n", "j\xc3\xb6@d.example", &overall,
	          commands, sizeof(commands));
	assert_int_equal(overall.outcome, SMTP_SENT);
	assert_non_null(strstr(commands, "MAIL FROM:<> SMTPUTF8\r\n"));
	assert_non_null(strstr(commands, "RCPT TO:<j\xc3\xb6@d.example>\r\n"));

	send_utf8("250-x\r\n250 SIZE 1\r\n", "j\xc3\xb6@d.example", &overall,
	          commands, sizeof(commands));
	assert_int_equal(overall.outcome, SMTP_PERMANENT);
	assert_null(strstr(commands, "MAIL"));
}

static int set_up(void **state)
{
	(void)state;
	smtp_init();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sent),
		cmocka_unit_test(test_each_step),
		cmocka_unit_test(test_nobody_listens),
		cmocka_unit_test(test_dots),
		cmocka_unit_test(test_raw_is_checked),
		cmocka_unit_test(test_arguments_are_checked),
		cmocka_unit_test(test_utf8_addresses),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
