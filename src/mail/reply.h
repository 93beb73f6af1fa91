/*
 * The words that are new in a mail: without quoted history, without the line
 * that introduces it, without the signature. Answers written between quoted
 * lines are never dropped. One pass over the lines and no backtracking, so
 * the time is linear in the text whatever it holds.
 */
#ifndef MAIL_REPLY_H
#define MAIL_REPLY_H

#include "base/arena.h"
#include "base/str.h"

/* `text` has LF line ends. Trimmed; "" when nothing new was written. */
struct str mail_reply_text(struct arena *arena, struct str text);

#endif
