#include "channel/smtp_talk.h"

#include <assert.h>
#include <string.h>

static const char *const smtp_outcome_names[SMTP_OUTCOME_COUNT] = {
	[SMTP_SENT] = "sent",           [SMTP_TEMPORARY] = "temporary",
	[SMTP_PERMANENT] = "permanent", [SMTP_UNCERTAIN] = "uncertain",
	[SMTP_AUTH] = "auth",           [SMTP_UNTRUSTED] = "untrusted",
};

const char *smtp_outcome_name(enum smtp_outcome outcome)
{
	assert(outcome < SMTP_OUTCOME_COUNT);
	return smtp_outcome_names[outcome];
}

void smtp_talk_begin(struct smtp_talk *talk, struct smtp_answer recipients[],
                     size_t recipient_count, bool encrypted)
{
	*talk = (struct smtp_talk){
		.step = SMTP_STEP_CONNECT,
		.recipients = recipients,
		.recipient_count = recipient_count,
		.encrypted = encrypted,
	};
	for (size_t i = 0; i < recipient_count; i++)
		recipients[i] = (struct smtp_answer){0};
}

/*
 * Which command leads to which step. What is not in the table continues the
 * step: the lines of a sign-in are secret and say nothing to us.
 */
/* clang-format off */
static const struct {
	struct str start;
	enum smtp_step step, from, to; /* recognised between these steps */
} talk_commands[] = {
	{ { "EHLO ", 5 },      SMTP_STEP_HELLO,    SMTP_STEP_CONNECT, SMTP_STEP_STARTTLS },
	{ { "HELO ", 5 },      SMTP_STEP_HELLO,    SMTP_STEP_CONNECT, SMTP_STEP_STARTTLS },
	{ { "STARTTLS", 8 },   SMTP_STEP_STARTTLS, SMTP_STEP_HELLO,   SMTP_STEP_HELLO },
	{ { "AUTH ", 5 },      SMTP_STEP_AUTH,     SMTP_STEP_HELLO,   SMTP_STEP_AUTH },
	{ { "MAIL FROM:", 10}, SMTP_STEP_MAIL,     SMTP_STEP_HELLO,   SMTP_STEP_AUTH },
	{ { "RCPT TO:", 8 },   SMTP_STEP_RCPT,     SMTP_STEP_MAIL,    SMTP_STEP_RCPT },
	{ { "DATA", 4 },       SMTP_STEP_DATA,     SMTP_STEP_RCPT,    SMTP_STEP_RCPT },
};
/* clang-format on */

void smtp_talk_command(struct smtp_talk *talk, struct str line)
{
	size_t count = sizeof(talk_commands) / sizeof(*talk_commands);

	/* No secret looks like this: it would have a control character. */
	talk->over = talk->over || str_equal(str_trim(line), STR("QUIT"));
	for (size_t i = 0; i < count; i++) {
		if (talk->step < talk_commands[i].from ||
		    talk->step > talk_commands[i].to ||
		    !str_starts(line, talk_commands[i].start))
			continue;
		talk->step = talk_commands[i].step;
		talk->within = false;
		talk->last = (struct smtp_answer){0};
		if (talk->step == SMTP_STEP_RCPT)
			talk->asked++;
		if (talk->step == SMTP_STEP_HELLO)
			talk->utf8_offered = talk->auth_offered = false;
		return;
	}
}

/* Appends to the text what can be shown; the rest of a long reply is cut. */
static void talk_add_text(struct smtp_answer *answer, struct str words)
{
	size_t at = strlen(answer->text);
	size_t room = SMTP_TEXT_BYTES - 1;

	if (at > 0 && at < room)
		answer->text[at++] = ' ';
	for (size_t i = 0; i < words.length && at < room; i++) {
		unsigned char c = (unsigned char)words.text[i];

		answer->text[at++] = c < ' ' || c >= 0x7f ? '?' : (char)c;
	}
	answer->text[at] = '\0';
}

static int talk_code(struct str line)
{
	int code = 0;

	if (line.length < 3)
		return 0;
	for (size_t i = 0; i < 3; i++) {
		if (line.text[i] < '0' || line.text[i] > '9')
			return 0;
		code = code * 10 + (line.text[i] - '0');
	}
	return code;
}

static void talk_whole_reply(struct smtp_talk *talk)
{
	switch (talk->step) {
	case SMTP_STEP_STARTTLS:
		talk->encrypted = talk->last.code / 100 == 2;
		break;
	case SMTP_STEP_RCPT:
		/* More questions than recipients would be libcurl's error. */
		if (talk->asked > 0 && talk->asked <= talk->recipient_count)
			talk->recipients[talk->asked - 1] = talk->last;
		break;
	case SMTP_STEP_DATA:
		if (talk->last.code == 354)
			talk->step = SMTP_STEP_CONTENT;
		break;
	case SMTP_STEP_CONTENT:
		talk->step = SMTP_STEP_DONE;
		break;
	case SMTP_STEP_CONNECT:
	case SMTP_STEP_HELLO:
	case SMTP_STEP_AUTH:
	case SMTP_STEP_MAIL:
	case SMTP_STEP_DONE:
		break;
	}
}

static void talk_extension(struct smtp_talk *talk, struct str name)
{
	if (str_equal_nocase(name, STR("SMTPUTF8")))
		talk->utf8_offered = true;
	if (str_starts_nocase(name, STR("AUTH ")))
		talk->auth_offered = true;
}

void smtp_talk_reply(struct smtp_talk *talk, struct str line)
{
	int code = talk_code(line);

	talk->reply_bytes += line.length;
	/* The answer to QUIT changes nothing. */
	if (code == 0 || talk->over || talk->step == SMTP_STEP_DONE)
		return;
	line = str_trim(line);
	if (!talk->within)
		talk->last = (struct smtp_answer){.code = code};
	talk_add_text(&talk->last, talk->within && line.length >= 4
	                                   ? str_sub(line, 4, line.length)
	                                   : line);
	if (talk->step == SMTP_STEP_HELLO && line.length > 4)
		talk_extension(talk, str_sub(line, 4, line.length));
	talk->within = line.length > 3 && line.text[3] == '-';
	if (!talk->within)
		talk_whole_reply(talk);
}

/* Not taken for who we are, whatever the step in which it is said. */
static bool talk_code_auth(int code)
{
	return code == 530 || code == 534 || code == 535 || code == 538;
}

static enum smtp_outcome talk_outcome_of_code(enum smtp_step step, int code)
{
	if (talk_code_auth(code))
		return SMTP_AUTH;
	if (code / 100 == 2 && step == SMTP_STEP_DONE)
		return SMTP_SENT;
	if (code / 100 == 5 && step == SMTP_STEP_AUTH)
		return SMTP_AUTH;
	/*
	 * A refusal before the mail was mentioned says nothing about the mail:
	 * a blocked address or a broken server may be mended.
	 */
	if (code / 100 == 5 && step >= SMTP_STEP_MAIL)
		return SMTP_PERMANENT;
	if (step == SMTP_STEP_DONE && code / 100 != 4)
		return SMTP_UNCERTAIN;
	return SMTP_TEMPORARY;
}

/* Did the server's last words decide? */
static bool talk_decided(const struct smtp_talk *talk)
{
	if (talk->step == SMTP_STEP_CONTENT || talk->within)
		return false;
	return talk->step == SMTP_STEP_DONE || talk->last.code >= 400;
}

/* All recipients were refused: later if any of them may work later. */
static void talk_no_recipient(const struct smtp_talk *talk,
                              struct smtp_answer *overall)
{
	for (size_t i = 0; i < talk->recipient_count; i++) {
		const struct smtp_answer *own = &talk->recipients[i];

		if (i == 0 || (own->outcome == SMTP_TEMPORARY &&
		               overall->outcome == SMTP_PERMANENT))
			*overall = *own;
	}
}

static void talk_overall(const struct smtp_talk *talk, enum smtp_ending ending,
                         struct str words, struct smtp_answer *overall)
{
	*overall = (struct smtp_answer){.outcome = SMTP_TEMPORARY};
	if (talk_decided(talk)) {
		*overall = talk->last;
		overall->outcome =
			talk_outcome_of_code(talk->step, talk->last.code);
		return;
	}
	if (ending == SMTP_ENDING_DENIED)
		overall->outcome = SMTP_AUTH;
	else if (ending == SMTP_ENDING_UNTRUSTED)
		overall->outcome = SMTP_UNTRUSTED;
	else if (talk->step == SMTP_STEP_CONTENT && talk->content_ended)
		overall->outcome = SMTP_UNCERTAIN;
	talk_add_text(overall, words);
}

void smtp_talk_end(struct smtp_talk *talk, enum smtp_ending ending,
                   struct str words, struct smtp_answer *overall_out)
{
	struct smtp_answer overall;
	size_t refused = 0;

	for (size_t i = 0; i < talk->recipient_count; i++) {
		struct smtp_answer *own = &talk->recipients[i];

		if (own->code < 400)
			continue;
		own->outcome = talk_outcome_of_code(SMTP_STEP_RCPT, own->code);
		refused++;
	}
	if (refused == talk->recipient_count)
		talk_no_recipient(talk, &overall);
	else
		talk_overall(talk, ending, words, &overall);
	for (size_t i = 0; i < talk->recipient_count; i++) {
		if (talk->recipients[i].code < 400)
			talk->recipients[i] = overall;
	}
	*overall_out = overall;
}
