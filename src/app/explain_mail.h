/*
 * What Holdfast makes of one mail, as one JSON document on one line. Kept
 * apart from the command so that the parser's jail can be put around it.
 */
#ifndef APP_EXPLAIN_MAIL_H
#define APP_EXPLAIN_MAIL_H

#include <stdio.h>

#include "base/arena.h"
#include "base/str.h"
#include "mail/message.h"

/* Parses `raw` and prints it; `file` is shown as it is. */
void explain_mail_one(struct arena *arena, struct str raw, const char *file,
                      FILE *out);
/* Prints a mail that was parsed elsewhere. */
void explain_mail_print(const struct mail *mail, const char *file, FILE *out);

#endif
