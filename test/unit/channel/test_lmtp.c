/*
 * The listener with real sockets: what only threads and sockets can get wrong.
 * The conversation itself is tested in test_lmtp_session.c.
 */
#include "channel/lmtp.h"

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
#include "channel/lmtp_socket.h"

/* A store that holds each mail until `wanted` of them wait at once. */
struct gate {
	pthread_mutex_t lock;
	pthread_cond_t change;
	unsigned waiting, wanted;
	bool open;
	size_t bytes;
};

static enum status gate_check(void *context, struct str address)
{
	(void)context;
	return str_starts(address, STR("nobody")) ? ST_NOT_FOUND : ST_OK;
}

static void gate_mail(void *context, const struct envelope *envelope,
                      struct str raw, enum status results[])
{
	struct gate *gate = context;

	pthread_mutex_lock(&gate->lock);
	gate->bytes += raw.length;
	gate->waiting++;
	pthread_cond_broadcast(&gate->change);
	if (gate->waiting >= gate->wanted)
		gate->open = true;
	while (!gate->open)
		pthread_cond_wait(&gate->change, &gate->lock);
	pthread_mutex_unlock(&gate->lock);
	for (size_t i = 0; i < envelope->recipient_count; i++)
		results[i] = ST_OK;
}

struct server {
	struct gate gate;
	struct channel_driver driver;
	struct lmtp *lmtp;
	char address[64];
};

static void server_start(struct server *server, struct lmtp_config config)
{
	struct problem problem = {0};

	server->gate = (struct gate){
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.change = PTHREAD_COND_INITIALIZER,
		.wanted = 1,
	};
	server->driver = (struct channel_driver){
		.context = &server->gate,
		.check_recipient = gate_check,
		.accept_mail = gate_mail,
	};
	config.driver = &server->driver;
	config.host = STR("desk.example");
	if (!config.address.text)
		config.address = STR("127.0.0.1:0");
	if (lmtp_start(&config, &server->lmtp, &problem) != ST_OK)
		fail_msg("%s", problem.text);
	snprintf(server->address, sizeof(server->address), "127.0.0.1:%u",
	         lmtp_port(server->lmtp));
}

static int dial(const char *address)
{
	struct problem problem;
	int fd;

	if (lmtp_socket_connect(str_of(address), &fd, &problem) != ST_OK)
		fail_msg("%s", problem.text);
	return fd;
}

static void say(int fd, const char *text)
{
	size_t length = strlen(text);

	assert_true(send(fd, text, length, MSG_NOSIGNAL) == (ssize_t)length);
}

/* Reads until `ending` was seen or the peer closed. */
static void hear(int fd, const char *ending)
{
	char text[65536];
	size_t length = 0;

	for (;;) {
		ssize_t n = read(fd, text + length, sizeof(text) - 1 - length);

		if (n <= 0)
			fail_msg("closed before \"%s\"", ending);
		length += (size_t)n;
		text[length] = '\0';
		if (strstr(text, ending))
			return;
		assert_true(length < sizeof(text) - 1);
	}
}

static void hear_end(int fd)
{
	char text[4096];

	while (read(fd, text, sizeof(text)) > 0) {
	}
	close(fd);
}

#define UP_TO_DATA                                                             \
	"LHLO mx.example\r\nMAIL FROM:<a@b.example>\r\n"                       \
	"RCPT TO:<desk@agency.example>\r\nDATA\r\n"

static void test_unix_socket(void **state)
{
	char folder[] = "/tmp/holdfast-lmtp-XXXXXX";
	char path[64];
	struct server server;
	struct lmtp_config config = {0};

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/lmtp", folder);
	config.address = str_of(path);
	/* The second round finds the first one's place free again. */
	for (int i = 0; i < 2; i++) {
		server_start(&server, config);
		int fd = dial(path);

		say(fd, UP_TO_DATA "Subject: x\r\n\r\nx\r\n.\r\nQUIT\r\n");
		hear(fd, "221 2.0.0");
		hear_end(fd);
		assert_true(lmtp_counts(server.lmtp).mails == 1);
		assert_true(lmtp_port(server.lmtp) == 0);
		lmtp_stop(&server.lmtp);
		assert_true(access(path, F_OK) != 0);
	}
	rmdir(folder);
}

static void test_bad_addresses(void **state)
{
	static const char *const bad[] = {
		"",
		"2424",
		"127.0.0.1",
		"127.0.0.1:",
		"127.0.0.1:70000",
		"host.example:24",
		"[::1",
		"/no/such/folder/lmtp",
	};
	struct lmtp *lmtp = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct problem problem = {0};
		struct lmtp_config config = {.address = str_of(bad[i])};

		assert_true(lmtp_start(&config, &lmtp, &problem) == ST_INVALID);
		assert_null(lmtp);
		assert_true(problem.text[0] != '\0');
	}
}

/* All of them must be in the store at once, or the gate never opens. */
static void test_mails_wait_together(void **state)
{
	enum { PEERS = 24 };
	struct server server;
	int fds[PEERS];

	(void)state;
	server_start(&server, (struct lmtp_config){.threads = PEERS});
	server.gate.wanted = PEERS;
	for (int i = 0; i < PEERS; i++) {
		fds[i] = dial(server.address);
		say(fds[i], UP_TO_DATA "x\r\n.\r\n");
	}
	for (int i = 0; i < PEERS; i++) {
		hear(fds[i], "Stored for <desk@agency.example>");
		close(fds[i]);
	}
	lmtp_stop(&server.lmtp);
}

/* Slow peers in the middle of a mail hold no thread. */
static void test_slow_peers(void **state)
{
	enum { SLOW = 40 };
	struct server server;
	int fds[SLOW];

	(void)state;
	server_start(&server, (struct lmtp_config){.threads = 2});
	for (int i = 0; i < SLOW; i++) {
		fds[i] = dial(server.address);
		say(fds[i], UP_TO_DATA "half a mail");
		hear(fds[i], "354 ");
	}
	int quick = dial(server.address);

	say(quick, UP_TO_DATA "x\r\n.\r\n");
	hear(quick, "Stored for");
	close(quick);
	assert_true(lmtp_counts(server.lmtp).mails == 1);
	lmtp_stop(&server.lmtp);
	for (int i = 0; i < SLOW; i++) {
		hear(fds[i], "421 4.3.2");
		hear_end(fds[i]);
	}
}

static void test_connection_cap(void **state)
{
	struct server server;
	int first, second, third;

	(void)state;
	server_start(&server, (struct lmtp_config){.connections = 1});
	first = dial(server.address);
	hear(first, "220 ");
	second = dial(server.address);
	hear(second, "421 4.3.2 Too many connections");
	hear_end(second);
	say(first, "QUIT\r\n");
	hear_end(first);
	/* The place is given back before the close is seen, or just after. */
	do {
		char line[4] = "";

		third = dial(server.address);
		if (read(third, line, 3) == 3 && memcmp(line, "220", 3) == 0)
			break;
		close(third);
	} while (1);
	close(third);
	lmtp_stop(&server.lmtp);
}

static void test_memory_cap(void **state)
{
	static char block[1 << 20];
	struct server server;
	int fd;

	(void)state;
	memset(block, 'x', sizeof(block) - 1);
	server_start(&server, (struct lmtp_config){.held_bytes = 1 << 20});
	fd = dial(server.address);
	say(fd, UP_TO_DATA);
	hear(fd, "354 ");
	say(fd, block);
	say(fd, block);
	say(fd, "\r\n.\r\n");
	hear(fd, "452 4.3.1");
	say(fd, UP_TO_DATA "small\r\n.\r\n");
	hear(fd, "Stored for");
	assert_true(server.gate.bytes == 7);
	close(fd);
	lmtp_stop(&server.lmtp);
}

/* A large mail, byte for byte, in many reads. */
static void test_large_mail(void **state)
{
	enum { LINES = 200000 };
	struct server server;
	struct buf mail;
	int fd;

	(void)state;
	server_start(&server, (struct lmtp_config){0});
	buf_init(&mail, 64u << 20);
	for (int i = 0; i < LINES; i++)
		buf_printf(&mail, "%07d line of a long mail\r\n", i);
	fd = dial(server.address);
	say(fd, UP_TO_DATA);
	hear(fd, "354 ");
	say(fd, mail.data);
	say(fd, ".\r\n");
	hear(fd, "Stored for");
	assert_true(server.gate.bytes == mail.length);
	close(fd);
	lmtp_stop(&server.lmtp);
	buf_release(&mail);
}

static void test_too_slow(void **state)
{
	struct server server;
	int idle, deaf;

	(void)state;
	server_start(&server,
	             (struct lmtp_config){.idle = 1, .mail = SPAN_MINUTE});
	idle = dial(server.address);
	deaf = dial(server.address);
	hear(idle, "220 ");
	hear(idle, "421 4.4.2");
	hear_end(idle);
	hear_end(deaf);
	assert_true(lmtp_counts(server.lmtp).expired == 2);
	lmtp_stop(&server.lmtp);
}

static void *stop_later(void *context)
{
	lmtp_stop(context);
	return NULL;
}

/* A mail that the store has taken up is answered although we stop. */
static void test_stop_waits_for_the_store(void **state)
{
	struct server server;
	pthread_t stopper;
	int fd;

	(void)state;
	server_start(&server, (struct lmtp_config){.threads = 2});
	server.gate.wanted = 99;
	fd = dial(server.address);
	say(fd, UP_TO_DATA "x\r\n.\r\n");
	pthread_mutex_lock(&server.gate.lock);
	while (server.gate.waiting == 0)
		pthread_cond_wait(&server.gate.change, &server.gate.lock);
	pthread_mutex_unlock(&server.gate.lock);
	assert_true(pthread_create(&stopper, NULL, stop_later, &server.lmtp) ==
	            0);
	pthread_mutex_lock(&server.gate.lock);
	server.gate.open = true;
	pthread_cond_broadcast(&server.gate.change);
	pthread_mutex_unlock(&server.gate.lock);
	hear(fd, "Stored for");
	hear_end(fd);
	pthread_join(stopper, NULL);
	assert_null(server.lmtp);
}

/* A flood of commands by a peer that reads no answer stays bounded. */
static void test_deaf_flood(void **state)
{
	struct server server;
	char flood[6001] = "";
	size_t sent = 0;
	int fd;

	(void)state;
	server_start(&server, (struct lmtp_config){.threads = 2});
	for (size_t i = 0; i < 1000; i++)
		memcpy(flood + i * 6, "NOOP\r\n", 6);
	fd = dial(server.address);
	/* Both directions fill up, then nothing moves. */
	while (sent < (size_t)256 << 20) {
		ssize_t n = send(fd, flood, 6000, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n <= 0)
			break;
		sent += (size_t)n;
	}
	assert_true(sent < (size_t)64 << 20);
	int other = dial(server.address);

	say(other, UP_TO_DATA "x\r\n.\r\n");
	hear(other, "Stored for");
	close(other);
	close(fd);
	lmtp_stop(&server.lmtp);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unix_socket),
		cmocka_unit_test(test_bad_addresses),
		cmocka_unit_test(test_mails_wait_together),
		cmocka_unit_test(test_slow_peers),
		cmocka_unit_test(test_connection_cap),
		cmocka_unit_test(test_memory_cap),
		cmocka_unit_test(test_large_mail),
		cmocka_unit_test(test_too_slow),
		cmocka_unit_test(test_stop_waits_for_the_store),
		cmocka_unit_test(test_deaf_flood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
