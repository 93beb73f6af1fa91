#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init(struct buf *buf, size_t bytes_max)
{
	*buf = (struct buf){.bytes_max = bytes_max};
}

void buf_release(struct buf *buf)
{
	free(buf->data);
	*buf = (struct buf){.bytes_max = buf->bytes_max};
}

void buf_clear(struct buf *buf)
{
	buf->length = 0;
	buf->failed = false;
	if (buf->data)
		buf->data[0] = '\0';
}

/* Room for `extra` bytes and the NUL; latches when over the maximum. */
static bool buf_reserve(struct buf *buf, size_t extra)
{
	if (buf->failed)
		return false;
	if (extra > buf->bytes_max || buf->length > buf->bytes_max - extra) {
		buf->failed = true;
		return false;
	}

	size_t wanted = buf->length + extra + 1;

	if (wanted <= buf->capacity)
		return true;

	size_t capacity = buf->capacity ? buf->capacity : 64;

	while (capacity < wanted)
		capacity *= 2;

	char *data = realloc(buf->data, capacity);

	if (!data)
		abort();
	buf->data = data;
	buf->capacity = capacity;
	return true;
}

void buf_add(struct buf *buf, const void *bytes, size_t length)
{
	if (length == 0 || !buf_reserve(buf, length))
		return;
	memcpy(buf->data + buf->length, bytes, length);
	buf->length += length;
	buf->data[buf->length] = '\0';
}

void buf_str(struct buf *buf, struct str s)
{
	buf_add(buf, s.text, s.length);
}

void buf_text(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

void buf_char(struct buf *buf, char c)
{
	buf_add(buf, &c, 1);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
	va_list args, again;
	int length;

	va_start(args, format);
	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	assert(length >= 0);
	if (buf_reserve(buf, (size_t)length)) {
		vsnprintf(buf->data + buf->length, (size_t)length + 1, format,
		          again);
		buf->length += (size_t)length;
	}
	va_end(again);
}

struct str buf_view(const struct buf *buf)
{
	return (struct str){buf->data ? buf->data : "", buf->length};
}
