/*
 * Bytes in a declared charset to UTF-8. The only place that talks to iconv.
 * The system loads converters from files when they are first opened, which the
 * parser's jail forbids: charset_warm() opens all of mail_charsets[] early and
 * keeps them, and nothing is opened later. A charset that is not in the list,
 * or text that is not in the charset it names, is still shown: as UTF-8 if it
 * is valid, else as windows-1252 or with replacement characters.
 */
#ifndef MAIL_CHARSET_H
#define MAIL_CHARSET_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

/* How many converters are open. Repeating it opens nothing twice. */
unsigned charset_warm(void);

/*
 * Always valid UTF-8 without NUL. `label` may be empty or unknown. false means
 * that bytes had to be guessed or replaced; the text is set all the same.
 */
bool charset_decode(struct arena *arena, struct str label, struct str bytes,
                    struct str *text_out);

#endif
