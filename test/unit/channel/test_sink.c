#include "channel/sink.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/holdfast-sink-XXXXXX";

static void expect_file(const char *name, const char *expected)
{
	char path[128], text[1024];
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "%s/out/new/%s", folder, name);
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	length = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[length] = '\0';
	assert_string_equal(text, expected);
	unlink(path);
}

static struct sink *open_sink(void)
{
	char path[128];
	struct problem problem = {0};
	struct sink *sink = NULL;

	snprintf(path, sizeof(path), "%s/out", folder);
	if (sink_open(str_of(path), &sink, &problem) != ST_OK)
		fail_msg("%s", problem.text);
	return sink;
}

static void test_keeps_mail(void **state)
{
	const struct str to[] = {STR("c@d.example"), STR("e@f.example")};
	struct smtp_message message = {.sender = STR(""),
	                               .recipients = to,
	                               .recipient_count = 2,
	                               .raw = STR(".\r\nx\r\n")};
	struct arena *arena = arena_new(1u << 20);
	struct sink *sink = open_sink();
	struct smtp_result result;

	(void)state;
	assert_int_equal(sink_send(sink, arena, &message, &result, NULL),
	                 ST_OK);
	assert_int_equal(result.overall.outcome, SMTP_SENT);
	assert_int_equal(result.recipients[1].outcome, SMTP_SENT);
	sink_close(&sink);
	assert_null(sink);

	/* A later one goes on where this one ended. */
	sink = open_sink();
	message.sender = STR("a@b.example");
	message.recipient_count = 1;
	assert_int_equal(sink_send(sink, arena, &message, &result, NULL),
	                 ST_OK);
	sink_close(&sink);
	expect_file("00000001.envelope", "MAIL FROM:<>\nRCPT TO:<c@d.example>\n"
	                                 "RCPT TO:<e@f.example>\n");
	expect_file("00000001.eml", ".\r\nx\r\n");
	expect_file("00000002.envelope",
	            "MAIL FROM:<a@b.example>\nRCPT TO:<c@d.example>\n");
	expect_file("00000002.eml", ".\r\nx\r\n");
	arena_free(&arena);
}

static void test_refuses(void **state)
{
	struct str to = STR("c@d.example\nRCPT TO:<x@y>");
	struct smtp_message message = {
		.recipients = &to, .recipient_count = 1, .raw = STR("x\r\n")};
	struct arena *arena = arena_new(1u << 20);
	struct sink *sink = open_sink();
	struct smtp_result result;

	(void)state;
	assert_int_equal(sink_send(sink, arena, &message, &result, NULL),
	                 ST_INVALID);
	to = STR("c@d.example");
	message.raw = STR("x\n");
	assert_int_equal(sink_send(sink, arena, &message, &result, NULL),
	                 ST_INVALID);
	sink_close(&sink);
	assert_int_equal(sink_open(STR("/dev/null/x"), &sink, NULL), ST_STORE);
	assert_null(sink);
	arena_free(&arena);
}

/* No descriptor to be had stands for a full disk. */
static void test_full(void **state)
{
	struct str to = STR("c@d.example");
	struct smtp_message message = {
		.recipients = &to, .recipient_count = 1, .raw = STR("x\r\n")};
	struct arena *arena = arena_new(1u << 20);
	struct sink *sink = open_sink();
	struct rlimit limit, none;
	struct smtp_result result;

	(void)state;
	getrlimit(RLIMIT_NOFILE, &limit);
	none = limit;
	none.rlim_cur = 0;
	setrlimit(RLIMIT_NOFILE, &none);
	assert_int_equal(sink_send(sink, arena, &message, &result, NULL),
	                 ST_OK);
	setrlimit(RLIMIT_NOFILE, &limit);
	assert_int_equal(result.overall.outcome, SMTP_TEMPORARY);
	assert_int_equal(result.recipients[0].outcome, SMTP_TEMPORARY);
	assert_int_equal(sink_send(sink, arena, &message, &result, NULL),
	                 ST_OK);
	assert_int_equal(result.overall.outcome, SMTP_SENT);
	sink_close(&sink);
	expect_file("00000002.envelope",
	            "MAIL FROM:<>\nRCPT TO:<c@d.example>\n");
	expect_file("00000002.eml", "x\r\n");
	arena_free(&arena);
}

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
	static const char *const below[] = {"/out/new", "/out/tmp", "/out", ""};

	(void)state;
	for (size_t i = 0; i < sizeof(below) / sizeof(*below); i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s%s", folder, below[i]);
		if (rmdir(path) != 0)
			return -1;
	}
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keeps_mail),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
