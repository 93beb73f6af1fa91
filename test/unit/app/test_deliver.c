/*
 * `holdfast deliver` as a mail server's pipe sees it: arguments, standard
 * input, exit status. Behind it stands a real listener.
 */
#include "app/deliver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "channel/lmtp.h"

struct desk {
	struct lmtp *lmtp;
	struct channel_driver driver;
	struct buf got;
	char folder[32];
	char socket[64];
};

static enum status desk_check(void *context, struct str address)
{
	(void)context;
	return str_starts(address, STR("nobody"))   ? ST_NOT_FOUND
	       : str_starts(address, STR("secret")) ? ST_FORBIDDEN
	                                            : ST_OK;
}

static void desk_mail(void *context, const struct envelope *envelope,
                      struct str raw, enum status results[])
{
	struct desk *desk = context;

	buf_printf(&desk->got, "<%.*s> ", STR_ARG(envelope->sender));
	buf_str(&desk->got, raw);
	for (size_t i = 0; i < envelope->recipient_count; i++) {
		struct str to = envelope->recipients[i];

		results[i] = str_starts(to, STR("full"))   ? ST_STORE
		             : str_starts(to, STR("huge")) ? ST_LIMIT
		                                           : ST_OK;
	}
}

static void desk_open(struct desk *desk)
{
	struct lmtp_config config = {.host = STR("desk.example"),
	                             .driver = &desk->driver,
	                             .threads = 1};

	*desk = (struct desk){.folder = "/tmp/holdfast-deliver-XXXXXX"};
	desk->driver = (struct channel_driver){desk, desk_check, desk_mail};
	buf_init(&desk->got, 1u << 20);
	assert_non_null(mkdtemp(desk->folder));
	snprintf(desk->socket, sizeof(desk->socket), "%s/lmtp", desk->folder);
	config.address = str_of(desk->socket);
	assert_int_equal(lmtp_start(&config, &desk->lmtp, NULL), ST_OK);
}

static void desk_close(struct desk *desk)
{
	lmtp_stop(&desk->lmtp);
	rmdir(desk->folder);
	buf_release(&desk->got);
}

/* Runs the command with `mail` on standard input and no noise on the others. */
static int deliver(const char *mail, const char *const *words)
{
	char copies[8][128];
	char *argv[9] = {NULL};
	int argc = 0, saved[3], status;
	FILE *input = tmpfile(), *noise = tmpfile();

	for (; words[argc]; argc++) {
		snprintf(copies[argc], sizeof(copies[argc]), "%s", words[argc]);
		argv[argc] = copies[argc];
	}
	fputs(mail, input);
	rewind(input);
	fflush(NULL);
	for (int fd = 0; fd < 3; fd++) {
		saved[fd] = dup(fd);
		dup2(fileno(fd == 0 ? input : noise), fd);
	}
	status = app_deliver(argc, argv);
	fflush(NULL);
	for (int fd = 0; fd < 3; fd++) {
		dup2(saved[fd], fd);
		close(saved[fd]);
	}
	fclose(input);
	fclose(noise);
	return status;
}

#define DELIVER(mail, ...)                                                     \
	deliver(mail, (const char *const[]){"deliver", __VA_ARGS__, NULL})

static void test_usage(void **state)
{
	(void)state;
	assert_int_equal(DELIVER("x", "--help"), EX_OK);
	assert_int_equal(DELIVER("x", "-f", "a@b.example"), EX_USAGE);
	assert_int_equal(DELIVER("x", "-f"), EX_USAGE);
	assert_int_equal(DELIVER("x", "--what", "now"), EX_USAGE);
	assert_int_equal(DELIVER("x", "--socket", "here", "a@b"), EX_USAGE);
	assert_int_equal(DELIVER("x", "-f", "a b", "a@b"), EX_USAGE);
	assert_int_equal(DELIVER("x", "a@b\r\nRCPT TO:<c@d>"), EX_USAGE);
	assert_int_equal(DELIVER("x", ""), EX_USAGE);
}

static void test_server_away(void **state)
{
	(void)state;
	assert_int_equal(DELIVER("x", "--socket", "/nowhere/lmtp", "a@b"),
	                 EX_TEMPFAIL);
	assert_int_equal(DELIVER("", "--socket", "/nowhere/lmtp", "a@b"),
	                 EX_DATAERR);
}

static void test_codes(void **state)
{
	struct desk desk;

	(void)state;
	desk_open(&desk);
#define TO(...) DELIVER("S: x\n\nx\n", "--socket", desk.socket, __VA_ARGS__)
	assert_int_equal(TO("a@b"), EX_OK);
	assert_int_equal(TO("a@b", "c@d"), EX_OK);
	assert_int_equal(TO("nobody@b"), EX_NOUSER);
	assert_int_equal(TO("a@b", "nobody@b"), EX_NOUSER);
	assert_int_equal(TO("secret@b"), EX_NOPERM);
	assert_int_equal(TO("full@b"), EX_TEMPFAIL);
	assert_int_equal(TO("nobody@b", "full@b"), EX_TEMPFAIL);
	assert_int_equal(TO("huge@b"), EX_DATAERR);
	assert_int_equal(TO("--", "-odd@b"), EX_OK);
	desk_close(&desk);
}

static void test_senders(void **state)
{
	struct desk desk;

	(void)state;
	desk_open(&desk);
#define MAIL "Return-Path: <r@s.example>\n\nx\n"
	assert_int_equal(
		DELIVER(MAIL, "--socket", desk.socket, "-f", "f@s", "a@b"),
		EX_OK);
	assert_int_equal(
		DELIVER(MAIL, "--socket", desk.socket, "-f<f@s>", "a@b"),
		EX_OK);
	assert_int_equal(
		DELIVER(MAIL, "--socket", desk.socket, "-f", "", "a@b"), EX_OK);
	assert_int_equal(DELIVER(MAIL, "--socket", desk.socket, "a@b"), EX_OK);
#define WIRE "Return-Path: <r@s.example>\r\n\r\nx\r\n"
	assert_string_equal(desk.got.data, "<f@s> " WIRE "<f@s> " WIRE
	                                   "<> " WIRE "<r@s.example> " WIRE);
	desk_close(&desk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_usage),
		cmocka_unit_test(test_server_away),
		cmocka_unit_test(test_codes),
		cmocka_unit_test(test_senders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
