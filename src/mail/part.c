#include "mail/part.h"

#include <string.h>

#include "base/limits.h"
#include "mail/charset.h"
#include "mail/transfer.h"

#define BOUNDARY_BYTES_MAX 2048u

/* An open multipart. */
struct part_open {
	size_t part;
	struct str boundary;
	bool closed; /* its last boundary was seen */
	bool seen;   /* any boundary was seen */
};

struct part_scan {
	struct arena *arena;
	struct str raw;
	struct parts parts;
	size_t capacity;
	struct part_open stack[LIMIT_MIME_DEPTH];
	size_t depth;
	size_t current; /* the leaf whose body is being read */
};

bool part_is(const struct part *part, const char *type)
{
	return str_equal(part->type.token, str_of(type));
}

bool part_is_kind(const struct part *part, const char *kind)
{
	return str_starts(part->type.token, str_of(kind));
}

struct str part_name(const struct part *part)
{
	struct str name = header_param(&part->disposition, STR("filename"));

	if (name.length == 0)
		name = header_param(&part->type, STR("name"));
	if (name.length == 0)
		name = header_param(&part->type, STR("file"));
	return name;
}

struct str part_decoded(struct arena *arena, struct str raw,
                        const struct part *part)
{
	return transfer_decoded(
		arena, part->encoding,
		str_sub(raw, part->body, part->body + part->length));
}

/* CRLF and lone CR to LF. */
static struct str part_line_ends(struct arena *arena, struct str text)
{
	char *copy;
	size_t length = 0;

	if (text.length == 0 || !memchr(text.text, '\r', text.length))
		return text;
	copy = arena_alloc(arena, text.length + 1);
	for (size_t i = 0; i < text.length; i++) {
		char c = text.text[i];

		if (c == '\r') {
			if (i + 1 < text.length && text.text[i + 1] == '\n')
				continue;
			c = '\n';
		}
		copy[length++] = c;
	}
	return (struct str){copy, length};
}

struct str part_text(struct arena *arena, struct str raw,
                     const struct part *part, bool *clean_out)
{
	struct str bytes = part_decoded(arena, raw, part);
	struct str charset = header_param(&part->type, STR("charset"));
	struct str text;

	if (bytes.length > LIMIT_HTML_BYTES) {
		bytes.length = LIMIT_HTML_BYTES;
		*clean_out = false;
	}
	charset.length = str_find_char(charset, ' ', 0);
	/* Browsers gave UTF-7 up: it hides markup from those who look. */
	if (part_is(part, "text/html") &&
	    str_find_nocase(charset, STR("utf-7"), 0) < charset.length)
		charset = STR("");
	if (!charset_decode(arena, charset, bytes, &text))
		*clean_out = false;
	return part_line_ends(arena, text);
}

/* A boundary that was not declared: the first line that looks like one. */
static struct str part_guess_boundary(struct str body)
{
	struct str line;

	body = str_sub(body, 0, body.length < 8192 ? body.length : 8192);
	while (str_line(&body, &line)) {
		line = str_trim(line);
		if (line.length > 4 && str_starts(line, STR("--")) &&
		    str_find_char(line, ' ', 0) == line.length)
			return str_sub(line, 2, line.length);
	}
	return STR("");
}

static void part_describe(struct part_scan *scan, struct part *part,
                          bool in_digest)
{
	struct arena *arena = scan->arena;
	struct str value;

	if (header_find(&part->header, STR("Content-Type"), &value)) {
		header_params_parse(arena, value, &part->type);
		part->has_type = true;
	}
	if (part->type.token.length == 0 ||
	    str_find_char(part->type.token, '/', 0) == part->type.token.length)
		part->type.token =
			in_digest ? STR("message/rfc822") : STR("text/plain");
	if (header_find(&part->header, STR("Content-Disposition"), &value))
		header_params_parse(arena, value, &part->disposition);
	if (header_find(&part->header, STR("Content-Transfer-Encoding"),
	                &value))
		part->encoding = transfer_named(value);
	part->is_multipart = part_is_kind(part, "multipart/");
}

/* Begins a part at `at`: reads its header, opens it when it is a multipart. */
static size_t part_begin(struct part_scan *scan, size_t at, size_t parent)
{
	struct parts *parts = &scan->parts;
	struct part *part;

	if (parts->count == scan->capacity) {
		size_t larger = scan->capacity ? scan->capacity * 4 : 8;
		struct part *items =
			arena_array(scan->arena, larger, sizeof(*items));

		if (parts->count > 0)
			memcpy(items, parts->items,
			       parts->count * sizeof(*items));
		parts->items = items;
		scan->capacity = larger;
	}
	part = &parts->items[parts->count];
	*part = (struct part){.parent = parent};
	header_parse(scan->arena, str_sub(scan->raw, at, scan->raw.length),
	             &part->header);
	if (part->header.length == 0 && parent != PART_NONE) {
		/* An empty line at once: no header fields. */
		size_t line = str_find_char(scan->raw, '\n', at);

		if (str_trim(str_sub(scan->raw, at, line)).length == 0 &&
		    line < scan->raw.length)
			part->header.length = line + 1 - at;
	}
	part->body = at + part->header.length;
	if (parent != PART_NONE) {
		part->depth = parts->items[parent].depth + 1;
		parts->items[parent].children++;
	}
	part_describe(scan, part,
	              parent != PART_NONE && part_is(&parts->items[parent],
	                                             "multipart/digest"));
	scan->current = parts->count++;
	if (!part->is_multipart)
		return part->body;
	if (scan->depth == LIMIT_MIME_DEPTH) {
		parts->is_cut = true;
		part->is_multipart = false;
		return part->body;
	}

	struct str boundary = header_param(&part->type, STR("boundary"));

	if (boundary.length == 0 || boundary.length > BOUNDARY_BYTES_MAX)
		boundary = part_guess_boundary(
			str_sub(scan->raw, part->body, scan->raw.length));
	if (boundary.length == 0 || boundary.length > BOUNDARY_BYTES_MAX) {
		part->is_multipart = false;
		return part->body;
	}
	scan->stack[scan->depth++] =
		(struct part_open){.part = scan->current, .boundary = boundary};
	return part->body;
}

/* Ends the body of a part before the line at `at`. */
static void part_end(struct part_scan *scan, size_t index, size_t at)
{
	struct part *part = &scan->parts.items[index];

	if (at > part->body && scan->raw.text[at - 1] == '\n')
		at--;
	if (at > part->body && scan->raw.text[at - 1] == '\r')
		at--;
	part->length = at > part->body ? at - part->body : 0;
}

/* Closes open multiparts above `level`. */
static void part_close(struct part_scan *scan, size_t level, size_t at)
{
	while (scan->depth > level) {
		struct part_open *open = &scan->stack[--scan->depth];
		struct part *part = &scan->parts.items[open->part];

		if (!open->closed)
			scan->parts.is_unclosed = true;
		part_end(scan, open->part, at);
		if (!open->seen)
			part->is_multipart = false; /* read it as text */
	}
}

/* Which open multipart this line delimits; scan->depth if none. */
static size_t part_match(const struct part_scan *scan, struct str line,
                         bool *is_last_out)
{
	for (size_t i = scan->depth; i > 0; i--) {
		struct str boundary = scan->stack[i - 1].boundary;
		struct str rest;

		if (line.length < boundary.length + 2 ||
		    memcmp(line.text + 2, boundary.text, boundary.length) != 0)
			continue;
		rest = str_sub(line, boundary.length + 2, line.length);
		*is_last_out = str_starts(rest, STR("--"));
		if (*is_last_out)
			rest = str_sub(rest, 2, rest.length);
		if (str_trim(rest).length == 0)
			return i - 1;
	}
	return scan->depth;
}

/* Handles a line that may be a boundary; returns where to read on. */
static size_t part_boundary(struct part_scan *scan, struct str line, size_t at,
                            size_t next)
{
	bool is_last = false;
	size_t level = part_match(scan, line, &is_last);

	if (level == scan->depth)
		return next;

	struct part_open *open = &scan->stack[level];

	if (scan->current != PART_NONE &&
	    !scan->parts.items[scan->current].is_multipart)
		part_end(scan, scan->current, at);
	scan->current = PART_NONE;
	part_close(scan, level + 1, at);
	open->seen = true;
	if (is_last) {
		open->closed = true;
		return next;
	}
	if (scan->parts.count == LIMIT_MIME_PARTS) {
		scan->parts.is_cut = true;
		return next;
	}
	return part_begin(scan, next, open->part);
}

/* Blank lines before the header, which broken programs leave. */
static size_t part_leading_blanks(struct str raw)
{
	size_t at = 0;

	for (size_t end = 0; end < raw.length && end < 4096; end++) {
		if (raw.text[end] == '\n')
			at = end + 1;
		else if (raw.text[end] != ' ' && raw.text[end] != '\r' &&
		         raw.text[end] != '\t')
			break;
	}
	return at;
}

void parts_parse(struct arena *arena, struct str raw, struct parts *parts_out)
{
	struct part_scan scan = {.arena = arena, .raw = raw};
	size_t at = part_begin(&scan, part_leading_blanks(raw), PART_NONE);

	while (at < raw.length && scan.depth > 0) {
		size_t lf = str_find_char(raw, '\n', at);
		size_t next = lf < raw.length ? lf + 1 : lf;

		if (lf - at > 2 && raw.text[at] == '-' &&
		    raw.text[at + 1] == '-')
			next = part_boundary(&scan, str_sub(raw, at, lf), at,
			                     next);
		at = next;
	}
	if (scan.current != PART_NONE &&
	    !scan.parts.items[scan.current].is_multipart) {
		struct part *part = &scan.parts.items[scan.current];

		part->length = raw.length - part->body;
	}
	part_close(&scan, 0, raw.length);
	*parts_out = scan.parts;
}
