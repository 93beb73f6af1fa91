/*
 * Text as a pointer and a length: never assumed NUL-terminated, never owned.
 * Text is UTF-8 wherever it is meant for a person.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct str {
	const char *text;
	size_t length;
};

/* A str of a string literal; usable in static tables. */
#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
/* For printf("%.*s", STR_ARG(s)). */
#define STR_ARG(s) (int)(s).length, ((s).text ? (s).text : "")

struct str str_of(const char *text); /* NULL gives the empty str */
bool str_equal(struct str a, struct str b);
bool str_equal_nocase(struct str a, struct str b); /* ASCII only */
int str_compare(struct str a, struct str b);       /* by bytes, as memcmp */
bool str_starts(struct str s, struct str prefix);
bool str_starts_nocase(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
struct str str_trim(struct str s); /* ASCII white space at both ends */
struct str str_sub(struct str s, size_t start, size_t end);

/* Position of the first `needle` at or after `from`; s.length if absent. */
size_t str_find(struct str s, struct str needle, size_t from);
size_t str_find_nocase(struct str s, struct str needle, size_t from);
size_t str_find_char(struct str s, char c, size_t from);

/*
 * Takes the next piece up to `separator` off the front of `rest`; false when
 * nothing is left. An empty `rest` gives no piece.
 */
bool str_split(struct str *rest, char separator, struct str *piece_out);
/* The next line without its LF or CRLF. */
bool str_line(struct str *rest, struct str *line_out);

/* Copies into the arena, NUL-terminated past the length for C callers. */
struct str str_copy(struct arena *arena, struct str s);
char *str_cstr(struct arena *arena, struct str s);
struct str str_lower(struct arena *arena, struct str s); /* ASCII only */
struct str str_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Whole text as a decimal integer; false (out untouched) unless all of it is.
 */
bool str_to_i64(struct str s, int64_t *value_out);

/* Valid UTF-8: the longest valid prefix, never cut inside a character. */
struct str str_utf8_prefix(struct str s, size_t bytes_max);
bool str_utf8_valid(struct str s);
/* Replaces each invalid byte by U+FFFD; returns `s` itself when valid. */
struct str str_utf8_clean(struct arena *arena, struct str s);

#endif
