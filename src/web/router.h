/*
 * Route rows and finding one. Everything about a route that can be known
 * without running it is in its row: what it needs, takes and gives. The
 * router refuses what a row does not allow, so handlers hold no checks.
 */
#ifndef WEB_ROUTER_H
#define WEB_ROUTER_H

#include "core/right.h"
#include "web/request.h"
#include "web/shape/shape.h"

enum route_flag {
	/* Does not change the workspace: needs no command id (sign-in ...). */
	ROUTE_NO_COMMAND = 1,
	/* Never counts as a gesture of the person. */
	ROUTE_QUIET = 2,
	/* May be opened in a tab of its own: Sec-Fetch-Site none is fine. */
	ROUTE_OPENED = 4,
	/* For a person at a browser: no token of a program opens it. */
	ROUTE_PERSON = 8,
};

struct route {
	enum http_method method;
	const char *path; /* "/api/tickets/{id}"; at most two parameters */
	enum right right;
	unsigned flags;
	const struct shape *query;  /* NULL: no query is allowed */
	const struct shape *body;   /* NULL: no body is allowed */
	const struct shape *answer; /* NULL: 204 */
	route_handler handler;
	const char *summary; /* a sentence for the OpenAPI document */
};

/* Sorted by path, then method; a test holds it to that. */
extern const struct route routes[];
extern const size_t routes_count;

/*
 * ST_INVALID for a path that could be read in two ways (`//`, `/../`, `%`,
 * `\`, control bytes ...), whatever it names.
 */
CHECKED enum status route_check_path(struct str path);

/*
 * Finds the row and its ids. ST_NOT_FOUND without a row or with an id that is
 * not a positive integer; ST_FORBIDDEN when only the method is wrong, and
 * `allow_out` (64 bytes) holds the ones that there are.
 */
CHECKED enum status route_find(const struct route *rows, size_t count,
                               enum http_method method, struct str path,
                               const struct route **route_out,
                               int64_t ids_out[2], char allow_out[64]);

/* What it is about: "tickets" of "/api/tickets/{id}". */
struct str route_tag(const struct route *route);
const char *method_name(enum http_method method);
/* false, out untouched, for a method we have no rows for. HEAD is GET. */
bool method_parse(struct str name, enum http_method *method_out);

#endif
