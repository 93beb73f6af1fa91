/*
 * Shapes: what a body, a query or an answer looks like, as static tables. A
 * body that is not of its route's shape never reaches the handler; the same
 * tables make the OpenAPI document, so what is described is what is checked.
 *
 * Checking is strict: unknown and repeated members are refused, numbers are
 * whole and in range, text is valid UTF-8 without control characters (but
 * line feeds and tabs where FIELD_LINES allows them), nesting and the number of
 * values are bounded before anything is allocated.
 */
#ifndef WEB_SHAPE_H
#define WEB_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/str.h"

enum field_kind {
	FIELD_TEXT, /* `max` bytes */
	FIELD_WORD, /* one of `words` */
	FIELD_INT,  /* `min` to `max` */
	FIELD_ID,   /* a positive integer */
	FIELD_AT,   /* an instant, milliseconds */
	FIELD_BOOL,
	FIELD_OBJECT, /* of `shape` */
	FIELD_LIST,   /* of `item`, at most `max` of them */
	FIELD_MAP,    /* any keys, at most `max`; values are `item` */
	FIELD_KIND_COUNT
};

enum field_flag {
	FIELD_REQUIRED = 1, /* absent is refused */
	FIELD_NULL = 2,     /* null is allowed, and means absent */
	FIELD_LINES = 4,    /* line feeds and tabs are allowed in the text */
	FIELD_FILLED = 8,   /* text that is not only white space */
};

/* What FIELD_INT may be when nothing narrower is said. */
#define FIELD_INT_MAX ((int64_t)1 << 53) /* what a browser counts exactly */

struct shape {
	const char *name; /* in the OpenAPI document */
	const struct shape_field *fields;
	size_t count;
	const struct shape_field *list; /* an answer that is a list of these */
};

struct shape_field {
	const char *name;
	enum field_kind kind;
	unsigned flags;
	int64_t max; /* 0: LIMIT_TEXT_BYTES, FIELD_INT_MAX or 1000 items */
	int64_t min;
	const char *const *words;       /* ends with NULL */
	const struct shape *shape;      /* FIELD_OBJECT */
	const struct shape_field *item; /* FIELD_LIST, FIELD_MAP */
};

/* Bodies and answers that are bytes and not JSON. */
extern const struct shape shape_bytes;
/* A server-sent event stream. */
extern const struct shape shape_events;

/*
 * Parses `text` and checks it. ST_INVALID with the field named; the tree is
 * the caller's to json_decref.
 */
CHECKED enum status shape_parse(const struct shape *shape, struct str text,
                                struct problem *problem, json_t **tree_out);

/*
 * A query string (without '?') as an object of the shape's kinds; keys and
 * values are percent-decoded once. Same refusals as shape_parse.
 */
CHECKED enum status shape_parse_query(const struct shape *shape,
                                      struct str query, struct arena *arena,
                                      struct problem *problem,
                                      json_t **tree_out);

/* A path or query integer: digits only, positive, in range, no leading 0. */
bool shape_parse_id(struct str text, int64_t *id_out);

/*
 * Readers for handlers, of a tree that was checked: absent and null give the
 * empty str, 0, false and NULL. Text lives as long as the tree.
 */
struct str body_str(const json_t *body, const char *key);
int64_t body_i64(const json_t *body, const char *key);
bool body_bool(const json_t *body, const char *key);
/* An object or a list. */
const json_t *body_node(const json_t *body, const char *key);
/* Present at all, be it null: PATCH tells absent from null. */
bool body_has(const json_t *body, const char *key);
/* Text of a list item or of the value itself. */
struct str body_text(const json_t *value);

#endif
