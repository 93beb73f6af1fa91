/*
 * What the parts of mail_parse() share: the message being read and where to
 * note what is odd about it.
 */
#ifndef MAIL_MESSAGE_PRIVATE_H
#define MAIL_MESSAGE_PRIVATE_H

#include "mail/body.h"
#include "mail/message.h"
#include "mail/part.h"

struct reader {
	struct arena *arena;
	struct str raw;
	struct parts parts;
	const struct header *header; /* of the root */
	struct body body;
	struct mail *mail;
};

/* A sentence for people; at most MAIL_ERRORS_MAX are kept. */
void reader_error(struct reader *reader, const char *text);

/* Reads the signals and decides mail->kind, bounce and away_until. */
void reader_classify(struct reader *reader);
/* Fills mail->bounce; false when this is no delivery report. */
bool reader_bounce(struct reader *reader);
/* Fills mail->bounce of a complaint; false when this is none. */
bool reader_feedback(struct reader *reader);
/* Fills mail->forwarded. */
void reader_forwarded(struct reader *reader);

/* First part of that type, NULL when there is none. */
const struct part *reader_part(const struct reader *reader, const char *type);

#endif
