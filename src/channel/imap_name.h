/*
 * Folder names of IMAP: modified UTF-7 (RFC 3501 5.1.3) and UTF-8. Pure.
 */
#ifndef CHANNEL_IMAP_NAME_H
#define CHANNEL_IMAP_NAME_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

/* For the server; NULL when the name is no UTF-8 or has control characters. */
char *imap_name_encode(struct arena *arena, struct str name);
/*
 * For people. A name that is not well formed is given as it is, if it is
 * UTF-8 at all; false when it cannot be named.
 */
bool imap_name_decode(struct arena *arena, struct str name,
                      struct str *name_out);
/* Whether people would take a folder of that name for what they sent. */
bool imap_name_sent(struct str name);

#endif
