#include "app/demo_text.h"

#include <stdarg.h>
#include <stdio.h>

#define DEMO_BLOCKS_MAX  4000
#define DEMO_HEADERS_MAX 16

struct text_reader {
	struct arena *arena;
	struct str file, rest;
	int line; /* of what was read last */
	struct demo_block *blocks;
	size_t count;
	struct problem *problem;
};

enum status demo_text_wrong(struct problem *problem, struct str file, int line,
                            const char *format, ...)
{
	char text[sizeof(problem->text)];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	problem_set(problem, ST_INVALID, "demo", "%.*s, line %d: %s",
	            STR_ARG(file), line, text);
	if (problem)
		problem->line = line;
	return ST_INVALID;
}

static bool text_is_start(struct str line)
{
	return str_starts(line, STR("=== ")) || str_starts(line, STR("--- "));
}

/* Looks at the next line without taking it. */
static bool text_peek(const struct text_reader *r, struct str *line_out)
{
	struct str rest = r->rest;

	return str_line(&rest, line_out);
}

static void text_take(struct text_reader *r)
{
	struct str line;

	if (str_line(&r->rest, &line))
		r->line++;
}

/* "=== KIND NAME" */
static enum status text_begin(struct text_reader *r, struct str line,
                              struct demo_block *block)
{
	struct str words = str_trim(str_sub(line, 4, line.length));
	size_t space = str_find_char(words, ' ', 0);

	text_take(r);
	block->inside = str_starts(line, STR("---"));
	block->line = r->line;
	block->kind = str_sub(words, 0, space);
	block->name = str_trim(str_sub(words, space, words.length));
	if (block->kind.length == 0)
		return demo_text_wrong(r->problem, r->file, r->line,
		                       "say which kind of block begins here");
	if (block->inside && r->count == 0)
		return demo_text_wrong(r->problem, r->file, r->line,
		                       "a block with --- belongs inside one "
		                       "with ===");
	return ST_OK;
}

static enum status text_headers(struct text_reader *r, struct demo_block *block)
{
	struct demo_header *headers =
		arena_array(r->arena, DEMO_HEADERS_MAX, sizeof(*headers));
	struct str line;

	block->headers = headers;
	while (text_peek(r, &line) && !text_is_start(line)) {
		size_t colon = str_find_char(line, ':', 0);
		struct demo_header *header;

		text_take(r);
		if (str_trim(line).length == 0)
			return ST_OK;
		if (line.text[0] == '#')
			continue;
		if (colon == line.length)
			return demo_text_wrong(
				r->problem, r->file, r->line,
				"write \"key: value\", or an empty line "
				"before the words");
		if (block->header_count == DEMO_HEADERS_MAX)
			return demo_text_wrong(r->problem, r->file, r->line,
			                       "a block has at most %d lines "
			                       "of \"key: value\"",
			                       DEMO_HEADERS_MAX);
		header = &headers[block->header_count++];
		header->key = str_trim(str_sub(line, 0, colon));
		header->value = str_trim(str_sub(line, colon + 1, line.length));
		header->line = r->line;
	}
	return ST_OK;
}

/* All up to the next block; remarks are no part of the end. */
static void text_body(struct text_reader *r, struct demo_block *block)
{
	const char *start = r->rest.text;
	struct str line;
	size_t length = 0;

	while (text_peek(r, &line) && !text_is_start(line)) {
		text_take(r);
		if (str_trim(line).length > 0 && line.text[0] != '#')
			length = (size_t)(line.text + line.length - start);
	}
	block->body = str_trim((struct str){start, length});
}

enum status demo_text_parse(struct arena *arena, struct str file,
                            struct str text, struct demo_text *text_out,
                            struct problem *problem_out)
{
	struct text_reader r = {.arena = arena,
	                        .file = file,
	                        .rest = text,
	                        .problem = problem_out};
	struct str line;
	enum status status = ST_OK;

	r.blocks = arena_array(arena, DEMO_BLOCKS_MAX, sizeof(*r.blocks));
	while (status == ST_OK && text_peek(&r, &line)) {
		if (str_trim(line).length == 0 || line.text[0] == '#') {
			text_take(&r);
			continue;
		}
		if (!text_is_start(line))
			return demo_text_wrong(problem_out, file, r.line + 1,
			                       "a block begins with \"=== "
			                       "kind name\"");
		if (r.count == DEMO_BLOCKS_MAX)
			return demo_text_wrong(problem_out, file, r.line + 1,
			                       "a file has at most %d blocks",
			                       DEMO_BLOCKS_MAX);
		status = text_begin(&r, line, &r.blocks[r.count]);
		if (status == ST_OK)
			status = text_headers(&r, &r.blocks[r.count]);
		if (status == ST_OK)
			text_body(&r, &r.blocks[r.count++]);
	}
	if (status == ST_OK)
		*text_out = (struct demo_text){file, r.blocks, r.count};
	return status;
}
