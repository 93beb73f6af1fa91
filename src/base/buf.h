/*
 * Text being built. A buffer is told its maximum at birth and latches the
 * first failure: after that every addition is a no-op, and the builder asks
 * once, at the end, whether `failed` is set.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct buf {
	char *data; /* NUL-terminated once anything was added */
	size_t length;
	size_t capacity;
	size_t bytes_max;
	bool failed; /* the maximum was reached */
};

void buf_init(struct buf *buf, size_t bytes_max);
void buf_release(struct buf *buf);
void buf_clear(struct buf *buf); /* keeps memory and maximum */

void buf_add(struct buf *buf, const void *bytes, size_t length);
void buf_str(struct buf *buf, struct str s);
void buf_text(struct buf *buf, const char *text);
void buf_char(struct buf *buf, char c);
void buf_printf(struct buf *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* What was built so far; borrowed until the next change. */
struct str buf_view(const struct buf *buf);

#endif
