/*
 * Giving up what an IMAP worker does not need, in two steps, both for good:
 * before it connects, and when it is connected and has yet to hear a byte.
 */
#ifndef CHANNEL_IMAP_CONFINE_H
#define CHANNEL_IMAP_CONFINE_H

#include <stdbool.h>

/*
 * Descriptors above `channel`, memory, root. Files can still be read, and
 * connections made: resolvers need that.
 */
bool imap_confine_early(int channel);
/* All but computing, and reading and writing what is open. */
bool imap_confine_late(void);

#endif
