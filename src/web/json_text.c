/*
 * Printing a tree without memory of its own: jansson calls back with pieces.
 */
#include "web/json_text.h"

#include <assert.h>

#include "base/buf.h"
#include "base/limits.h"

static int json_piece(const char *bytes, size_t length, void *data)
{
	struct buf *buf = data;

	buf_add(buf, bytes, length);
	return buf->failed ? -1 : 0;
}

struct str json_text(struct arena *arena, const json_t *tree)
{
	struct str text;
	struct buf buf;

	/* Escaping can make six bytes of one. */
	buf_init(&buf, (size_t)6 * LIMIT_BODY_BYTES);
	if (json_dump_callback(tree, json_piece, &buf,
	                       JSON_COMPACT | JSON_ENCODE_ANY) != 0)
		assert(!"a body that was parsed can be printed");
	text = str_copy(arena, buf_view(&buf));
	buf_release(&buf);
	return text;
}
