/*
 * Messages of an mbox file. A message begins at a "From " line that stands at
 * the start or after an empty line, ends in a year, and is followed by what
 * may be a header; "From " lines that nobody escaped are text. What cannot be
 * told apart stays one message. A file cut in the middle gives the part.
 */
#ifndef MAIL_MBOX_H
#define MAIL_MBOX_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

/*
 * Takes the next message off `rest`, without its "From " line; false when
 * there is none. A file without any "From " line is one message.
 */
bool mbox_next(struct str *rest, struct str *message_out);

/*
 * Where the next "From " line begins, at or after `at`; text.length if none.
 * Looks up to 3 bytes back, and MBOX_LOOK_BYTES ahead.
 */
#define MBOX_LOOK_BYTES 4096u
size_t mbox_find(struct str text, size_t at);

/*
 * The mail of a message as it was before it lay in an mbox: without its "From "
 * line, and lines of the text that begin with ">From " unescaped. Borrows from
 * the message where nothing has to change.
 */
struct str mbox_mail(struct arena *arena, struct str message);

#endif
