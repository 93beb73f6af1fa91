/*
 * Text as browsers send it in addresses and headers.
 */
#ifndef WEB_TEXT_H
#define WEB_TEXT_H

#include "base/arena.h"
#include "base/str.h"

/* Percent escapes undone once. false for a bad one or a NUL. */
bool text_unescape(struct arena *arena, struct str raw, struct str *text_out);
/* The same for a form: a plus is a space. */
bool text_unescape_form(struct arena *arena, struct str raw,
                        struct str *text_out);
/* Control characters become spaces, and the ends are trimmed. */
struct str text_line(struct arena *arena, struct str text);

#endif
