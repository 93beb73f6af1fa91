/*
 * Messages of an mbox file in memory. A message begins at a "From " line that
 * stands at the start or after an empty line and ends in a year; what cannot
 * be told apart stays one message. A file cut in the middle gives the part.
 */
#ifndef MAIL_MBOX_H
#define MAIL_MBOX_H

#include <stdbool.h>

#include "base/str.h"

/*
 * Takes the next message off `rest`, without its "From " line; false when
 * there is none. A file without any "From " line is one message.
 */
bool mbox_next(struct str *rest, struct str *message_out);

#endif
