/*
 * The words by which mail programs introduce history and sign for people, in
 * the languages of clients. Private to reply*.c and forward.c.
 */
#ifndef MAIL_REPLY_WORDS_H
#define MAIL_REPLY_WORDS_H

#include <stdbool.h>

#include "base/str.h"

enum reply_label { /* of a quoted header block */
	           REPLY_LABEL_NONE,
	           REPLY_LABEL_FROM,
	           REPLY_LABEL_DATE,
	           REPLY_LABEL_TO,
	           REPLY_LABEL_CC,
	           REPLY_LABEL_SUBJECT,
	           REPLY_LABEL_OTHER,
	           REPLY_LABEL_COUNT
};

/* The label that a line begins with; *value_out is what follows the colon. */
enum reply_label reply_label(struct str line, struct str *value_out);

/* "-----Original Message-----" and its like. */
bool reply_is_original(struct str line);
/* "---------- Forwarded message ---------", "Begin forwarded message:". */
bool reply_is_forward(struct str line);
/* "Sent from my iPhone". */
bool reply_is_mobile(struct str line);
/* Only separators: dashes, underscores, stars, equals signs. */
bool reply_is_rule(struct str line);

/* Holds a word for "wrote" in some language, as a word of its own. */
bool reply_says_wrote(struct str text);
/* Begins as an attribution may: "On", "Am", "Le", a weekday, a digit. */
bool reply_opens(struct str line);

#endif
