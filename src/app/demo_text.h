/*
 * The format of the demo's stories (sim/demo/): plain text in blocks.
 *
 *	=== KIND NAME          a block; NAME may be missing
 *	key: value             its headers, up to an empty line
 *
 *	its body, up to the next block
 *
 *	--- KIND NAME          a block inside the one before, in the same form
 *
 * A line that begins with "#" is a remark outside bodies. What kinds and keys
 * there are, app/demo_story.h says; doc/demo.md has the whole format.
 */
#ifndef APP_DEMO_TEXT_H
#define APP_DEMO_TEXT_H

#include "base/arena.h"
#include "base/status.h"
#include "base/str.h"

struct demo_header {
	struct str key, value;
	int line;
};

struct demo_block {
	bool inside; /* begun with "---" */
	struct str kind, name;
	const struct demo_header *headers;
	size_t header_count;
	struct str body; /* without empty lines around it; LF line ends */
	int line;        /* of its first line */
};

struct demo_text {
	struct str file; /* for problems */
	const struct demo_block *blocks;
	size_t block_count;
};

/*
 * Reads one file. The blocks borrow from `text`. ST_INVALID with a problem
 * that has file, line and what to write.
 */
CHECKED enum status demo_text_parse(struct arena *arena, struct str file,
                                    struct str text, struct demo_text *text_out,
                                    struct problem *problem_out);

/* A problem at a line of a file; always ST_INVALID. */
enum status demo_text_wrong(struct problem *problem_out, struct str file,
                            int line, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

#endif
