#include "app/deliver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/limits.h"
#include "channel/lmtp.h"
#include "channel/pipe.h"

#define DELIVER_PATIENCE (5 * SPAN_MINUTE)

static const char deliver_usage[] =
	"usage: holdfast deliver [--lmtp HOST:PORT | --socket PATH]\n"
	"                        [-f SENDER] RECIPIENT...\n"
	"\n"
	"Hands the mail on standard input to the running server.\n"
	"  --lmtp HOST:PORT  where it listens (" LMTP_ADDRESS_DEFAULT ")\n"
	"  --socket PATH     the same for a unix socket\n"
	"  -f SENDER         envelope sender; else the mail's Return-Path\n"
	"\n"
	"Exit status as in sysexits.h: 75 try again, 67 no such recipient,\n"
	"77 not allowed, 65 the mail is refused, 64 wrong usage.\n";

struct deliver_options {
	struct str address;
	struct envelope envelope;
	bool sender_given;
	bool help;
};

/* What may stand inside angle brackets of a command line. */
static bool deliver_address_valid(const char *address)
{
	size_t length = strlen(address);

	for (size_t i = 0; i < length; i++) {
		if ((unsigned char)address[i] <= ' ' || address[i] == '<' ||
		    address[i] == '>' || address[i] == 0x7f)
			return false;
	}
	return length <= LIMIT_ADDRESS_BYTES;
}

/* "-f a@b", "-f <a@b>", "-fa@b" and "-f ''" are all in use. */
static bool deliver_sender(struct deliver_options *options, char *text)
{
	size_t length = strlen(text);

	if (length >= 2 && text[0] == '<' && text[length - 1] == '>') {
		text[length - 1] = '\0';
		text++;
	}
	options->envelope.sender = str_of(text);
	options->sender_given = true;
	return deliver_address_valid(text);
}

/* NULL, or what is wrong. Recipients are what remains of argv. */
static const char *deliver_option(struct deliver_options *options, char **argv,
                                  int *at)
{
	char *word = argv[*at];
	char *value = argv[*at + 1];

	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
		options->help = true;
		return NULL;
	}
	if (strncmp(word, "-f", 2) == 0 && word[2] != '\0')
		return deliver_sender(options, word + 2) ? NULL
		                                         : "malformed sender";
	if (!value)
		return "an option lacks its value, or there is no such option";
	(*at)++;
	if (strcmp(word, "-f") == 0)
		return deliver_sender(options, value) ? NULL
		                                      : "malformed sender";
	if (strcmp(word, "--lmtp") != 0 && strcmp(word, "--socket") != 0)
		return "no such option";
	if (strcmp(word, "--socket") == 0 && value[0] != '/')
		return "--socket wants a path that begins with /";
	options->address = str_of(value);
	return NULL;
}

static const char *deliver_arguments(struct deliver_options *options,
                                     struct str *recipients, char **argv)
{
	size_t count = 0;
	int at = 1;

	for (; argv[at] && argv[at][0] == '-'; at++) {
		const char *wrong;

		if (strcmp(argv[at], "--") == 0) {
			at++;
			break;
		}
		wrong = deliver_option(options, argv, &at);
		if (wrong || options->help)
			return wrong;
	}
	for (; argv[at]; at++) {
		if (argv[at][0] == '\0' || !deliver_address_valid(argv[at]))
			return "malformed recipient";
		recipients[count++] = str_of(argv[at]);
	}
	options->envelope.recipients = recipients;
	options->envelope.recipient_count = count;
	if (count == 0)
		return "no recipient";
	return count > LIMIT_MAIL_RECIPIENTS ? "too many recipients" : NULL;
}

/* The one table from answers to exit codes; the first row that fits. */
/* clang-format off */
static const struct {
	const char *starts; /* with this */
	int code;
} deliver_codes[] = {
	{ "2",         EX_OK },
	{ "4",         EX_TEMPFAIL },
	{ "550 5.1.",  EX_NOUSER },
	{ "553 5.1.",  EX_NOUSER },
	{ "550 5.7.",  EX_NOPERM },
	{ "5",         EX_DATAERR },
	{ "",          EX_TEMPFAIL },
};
/* clang-format on */

static int deliver_code(const struct pipe_answer *answer)
{
	size_t row = 0;

	while (strncmp(answer->text, deliver_codes[row].starts,
	               strlen(deliver_codes[row].starts)) != 0)
		row++;
	return deliver_codes[row].code;
}

/*
 * One code for all recipients: trying again comes first, for then nobody's
 * mail is lost; who has it already gets a recorded duplicate.
 */
static int deliver_result(const struct envelope *envelope,
                          const struct pipe_answer answers[])
{
	int result = EX_OK;

	for (size_t i = 0; i < envelope->recipient_count; i++) {
		int code = deliver_code(&answers[i]);

		if (code == EX_OK)
			continue;
		fprintf(stderr, "holdfast deliver: %.*s: %s\n",
		        STR_ARG(envelope->recipients[i]), answers[i].text);
		if (result == EX_OK || code == EX_TEMPFAIL)
			result = code;
	}
	return result;
}

static int deliver_mail(struct deliver_options *options,
                        struct pipe_answer answers[])
{
	struct buf raw, mail;
	enum status status;
	int result = EX_DATAERR;

	buf_init(&raw, LIMIT_MAIL_BYTES);
	/* Every byte may be a line end that becomes two. */
	buf_init(&mail, (size_t)LIMIT_MAIL_BYTES * 2 + 2);
	status = pipe_read(STDIN_FILENO, &raw);
	if (status == ST_BUSY) {
		fputs("holdfast deliver: cannot read the mail\n", stderr);
		result = EX_TEMPFAIL;
	} else if (status == ST_LIMIT || raw.length == 0) {
		fprintf(stderr, "holdfast deliver: the mail is %s\n",
		        raw.length ? "too large" : "empty");
	} else {
		pipe_text(buf_view(&raw), &mail);
		if (!options->sender_given)
			options->envelope.sender =
				pipe_return_path(buf_view(&mail));
		pipe_deliver(options->address, &options->envelope,
		             buf_view(&mail), DELIVER_PATIENCE, answers);
		result = deliver_result(&options->envelope, answers);
	}
	buf_release(&raw);
	buf_release(&mail);
	return result;
}

int app_deliver(int argc, char **argv)
{
	struct deliver_options options = {
		.address = STR(LMTP_ADDRESS_DEFAULT),
		.envelope.helo = STR("localhost"),
	};
	size_t room = (size_t)(argc > 0 ? argc : 1);
	struct str *recipients = calloc(room, sizeof(*recipients));
	struct pipe_answer *answers = calloc(room, sizeof(*answers));
	const char *wrong;
	int result = EX_OK;

	if (!recipients || !answers)
		abort();
	wrong = deliver_arguments(&options, recipients, argv);
	if (wrong) {
		fprintf(stderr, "holdfast deliver: %s\n%s", wrong,
		        deliver_usage);
		result = EX_USAGE;
	} else if (options.help) {
		fputs(deliver_usage, stdout);
	} else {
		result = deliver_mail(&options, answers);
	}
	free(recipients);
	free(answers);
	return result;
}
