/*
 * Comma-separated values (RFC 4180) that a spreadsheet shows and never runs. A
 * text that a spreadsheet would take for a formula gets an apostrophe before
 * it: take one off to have the value back.
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include <stdint.h>

#include "base/buf.h"

/* `first`: no comma before it. Texts are always quoted, numbers never. */
void csv_text(struct buf *buf, struct str text, bool first);
void csv_number(struct buf *buf, int64_t value, bool first);
void csv_nothing(struct buf *buf, bool first);
void csv_end(struct buf *buf);

/* Whether a spreadsheet would take it for more than text. */
bool csv_is_formula(struct str text);

#endif
