/*
 * Keys that a member may put on an action. A key is one stroke or two after
 * each other ("e", "shift+e", "mod+enter", "g i"); `mod` is Control, or
 * Command on a Mac. What a browser or a keyboard layout needs is refused: on
 * many layouts Alt with a letter writes a character, and Control with Shift
 * and a letter is the browser's.
 */
#ifndef CORE_KEYS_H
#define CORE_KEYS_H

#include "base/str.h"

#define KEY_TEXT_BYTES 40

/* NULL when it may be used; else why not, as a sentence. */
const char *keys_refused(struct str key);
/* Whether both cannot be in use: the same, or one begins the other. */
bool keys_clash(struct str a, struct str b);

#endif
