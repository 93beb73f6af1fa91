/*
 * The mailboxes of the workspace, each watched by a thread of its own that
 * leads conversations as channel/imap.h has them, brings new mail into the
 * desk together with the place up to which it was read, and says how it goes.
 *
 * Settings are items of sort ITEM_MAILBOX; passwords and tokens are secrets of
 * the store and leave this file only towards the server they are for.
 */
#ifndef CHANNEL_MAILBOXES_H
#define CHANNEL_MAILBOXES_H

#include "channel/imap.h"

struct mailboxes;

/*
 * A conversation with the server of that mailbox, signed in, for who moves in
 * or looks around. ST_NOT_FOUND: no such mailbox, or it has no IMAP; ST_BUSY
 * and ST_FORBIDDEN with `said`.
 */
CHECKED enum status mailboxes_open(struct mailboxes *boxes, int64_t mailbox,
                                   struct imap **imap_out,
                                   struct imap_said *said);

#endif
