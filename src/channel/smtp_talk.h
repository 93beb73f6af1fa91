/*
 * What was said in an SMTP conversation that somebody else (libcurl) leads:
 * fed with each command and each line of reply, it knows which question every
 * answer belongs to, and at the end what became of the mail for each
 * recipient. Pure, so that every way to end can be tested.
 */
#ifndef CHANNEL_SMTP_TALK_H
#define CHANNEL_SMTP_TALK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum smtp_outcome {
	SMTP_SENT,      /* the server has taken it over: 2xx to the dot */
	SMTP_TEMPORARY, /* try again later: 4xx, no connection, no answer */
	SMTP_PERMANENT, /* never try this again: 5xx */
	SMTP_UNCERTAIN, /* the dot was sent, and no answer to it came */
	SMTP_AUTH,      /* our name or password is not taken: ask a person */
	SMTP_UNTRUSTED, /* no TLS, or not by whom we expect: ask a person */
	SMTP_OUTCOME_COUNT
};

/* "sent", "temporary", "permanent", "uncertain", "auth", "untrusted". */
const char *smtp_outcome_name(enum smtp_outcome outcome);

#define SMTP_TEXT_BYTES 400u

struct smtp_answer {
	enum smtp_outcome outcome;
	int code;                   /* 0 when no server said anything */
	char text[SMTP_TEXT_BYTES]; /* their words or ours, printable UTF-8 */
};

enum smtp_step {
	SMTP_STEP_CONNECT, /* up to the server's greeting */
	SMTP_STEP_HELLO,
	SMTP_STEP_STARTTLS,
	SMTP_STEP_AUTH,
	SMTP_STEP_MAIL,
	SMTP_STEP_RCPT,
	SMTP_STEP_DATA,
	SMTP_STEP_CONTENT, /* after 354 */
	SMTP_STEP_DONE,    /* after the answer to the dot */
};

struct smtp_talk {
	enum smtp_step step;
	struct smtp_answer *recipients; /* given by the caller */
	size_t recipient_count;
	size_t asked;            /* RCPT commands so far */
	struct smtp_answer last; /* the last whole reply, or its beginning */
	bool within;             /* a reply of several lines has begun */
	size_t reply_bytes;      /* of the whole conversation */
	bool over;               /* QUIT was said */
	bool content_ended;      /* all of the mail was handed over */
	bool encrypted;
	bool utf8_offered; /* by the last answer to EHLO */
	bool auth_offered; /* likewise */
};

/* `recipients` has room for each and is cleared. */
void smtp_talk_begin(struct smtp_talk *talk, struct smtp_answer recipients[],
                     size_t recipient_count, bool encrypted);
/* A command went out; its line, with or without CRLF. */
void smtp_talk_command(struct smtp_talk *talk, struct str line);
/* A line of a reply came in. */
void smtp_talk_reply(struct smtp_talk *talk, struct str line);

/* Why the conversation ended, beside what was said in it. */
enum smtp_ending {
	SMTP_ENDING_NORMAL,    /* all steps done, or a reply stopped them */
	SMTP_ENDING_BROKEN,    /* connection, resolver, time, nonsense */
	SMTP_ENDING_DENIED,    /* no way to sign in */
	SMTP_ENDING_UNTRUSTED, /* TLS missing or not verified */
};

/*
 * The sum. `words` say what went wrong when the server said nothing. Fills
 * `overall_out` and the outcome of each recipient: its own refusal, or else
 * what became of the mail.
 */
void smtp_talk_end(struct smtp_talk *talk, enum smtp_ending ending,
                   struct str words, struct smtp_answer *overall_out);

#endif
