/*
 * The channels alone, for tests against other people's mail servers.
 *
 *	mail_tool sink ADDRESS FOLDER
 *		listens for LMTP and keeps each mail in a file of the folder:
 *		a line for the sender, one for each recipient, an empty one,
 *		the bytes; prints its port; ends at the end of standard input.
 *Recipients whose name begins with "nobody" are unknown, with "full" get 452,
 *		with "huge" 552; all others are taken.
 *	mail_tool send HOST PORT implicit|starttls|none CA FROM TO...
 *		sends the mail on standard input by SMTP; prints a line for
 *		the whole and one for each recipient: outcome, code, text.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "channel/lmtp.h"
#include "channel/pipe.h"
#include "channel/smtp.h"

static void die(const char *what, const struct problem *problem)
{
	fprintf(stderr, "mail_tool: %s: %s %s\n", what, problem->field,
	        problem->text);
	exit(1);
}

static enum status tool_check(void *context, struct str address)
{
	(void)context;
	return str_starts(address, STR("nobody")) ? ST_NOT_FOUND : ST_OK;
}

/* The mail and its envelope, each whole before it has its name. */
static bool tool_keep(const char *folder, unsigned number,
                      const struct envelope *envelope, struct str raw)
{
	char aside[256], name[256];
	FILE *file;
	bool good;

	snprintf(aside, sizeof(aside), "%s/%08u.tmp", folder, number);
	snprintf(name, sizeof(name), "%s/%08u.eml", folder, number);
	file = fopen(aside, "w");
	if (!file)
		return false;
	fprintf(file, "%.*s%s%s\n", STR_ARG(envelope->sender),
	        envelope->utf8 ? " SMTPUTF8" : "",
	        envelope->eight_bit ? " 8BITMIME" : "");
	for (size_t i = 0; i < envelope->recipient_count; i++)
		fprintf(file, "%.*s\n", STR_ARG(envelope->recipients[i]));
	fputs("\n", file);
	good = fwrite(raw.text, 1, raw.length, file) == raw.length;
	return fclose(file) == 0 && good && rename(aside, name) == 0;
}

static enum status tool_verdict(struct str address)
{
	return str_starts(address, STR("full"))   ? ST_STORE
	       : str_starts(address, STR("huge")) ? ST_LIMIT
	                                          : ST_OK;
}

static void tool_mail(void *context, const struct envelope *envelope,
                      struct str raw, enum status results[])
{
	static atomic_uint numbers;
	bool taken = false;

	for (size_t i = 0; i < envelope->recipient_count; i++) {
		results[i] = tool_verdict(envelope->recipients[i]);
		taken = taken || results[i] == ST_OK;
	}
	/* What is put off comes again, and must not be there twice. */
	if (!taken || tool_keep(context, ++numbers, envelope, raw))
		return;
	for (size_t i = 0; i < envelope->recipient_count; i++)
		results[i] = ST_STORE;
}

static int tool_sink(const char *address, char *folder)
{
	struct channel_driver driver = {folder, tool_check, tool_mail};
	struct lmtp_config config = {
		.address = str_of(address),
		.host = STR("desk.example"),
		.driver = &driver,
	};
	struct problem problem = {0};
	struct lmtp *lmtp;
	char byte;

	if (lmtp_start(&config, &lmtp, &problem) != ST_OK)
		die("listen", &problem);
	printf("%u\n", lmtp_port(lmtp));
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0) {
	}
	lmtp_stop(&lmtp);
	return 0;
}

static enum smtp_tls tool_tls(const char *word)
{
	if (strcmp(word, "implicit") == 0)
		return SMTP_TLS_IMPLICIT;
	return strcmp(word, "none") == 0 ? SMTP_TLS_NONE : SMTP_TLS_STARTTLS;
}

static void tool_print(const struct smtp_answer *answer)
{
	printf("%s %d %s\n", smtp_outcome_name(answer->outcome), answer->code,
	       answer->text);
}

static int tool_send(int argc, char **argv)
{
	struct arena *arena = arena_new((size_t)64 << 20);
	struct str recipients[64];
	struct smtp_target target = {
		.host = str_of(argv[2]),
		.tls = tool_tls(argv[4]),
		.plain_allowed = true,
		.ca_file = str_of(argv[5]),
	};
	struct smtp_message message = {.sender = str_of(argv[6]),
	                               .recipients = recipients};
	struct problem problem = {0};
	struct smtp_result result;
	struct buf raw, mail;
	int64_t port;

	if (!str_to_i64(str_of(argv[3]), &port) || argc - 7 > 64)
		die("arguments", &problem);
	target.port = (unsigned)port;
	for (int i = 7; i < argc; i++)
		recipients[message.recipient_count++] = str_of(argv[i]);
	buf_init(&raw, (size_t)64 << 20);
	buf_init(&mail, (size_t)128 << 20);
	if (pipe_read(STDIN_FILENO, &raw) != ST_OK)
		die("standard input", &problem);
	pipe_text(buf_view(&raw), &mail);
	message.raw = buf_view(&mail);
	smtp_init();
	if (smtp_send(arena, &target, &message, &result, &problem) != ST_OK)
		die("send", &problem);
	tool_print(&result.overall);
	for (size_t i = 0; i < message.recipient_count; i++)
		tool_print(&result.recipients[i]);
	buf_release(&raw);
	buf_release(&mail);
	arena_free(&arena);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "sink") == 0)
		return tool_sink(argv[2], argv[3]);
	if (argc >= 8 && strcmp(argv[1], "send") == 0)
		return tool_send(argc, argv);
	fputs("usage: see the head of mail_tool.c\n", stderr);
	return 2;
}
