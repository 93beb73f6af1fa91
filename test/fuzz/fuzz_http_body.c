/*
 * A stranger's body or query against the shapes of all routes. Oracles: what is
 * refused names a reason and leaves nothing behind; what is accepted, printed
 * and given again, is accepted again and prints the same.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "web/json_text.h"
#include "web/router.h"
#include "web/shape/shape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_accepted(const struct shape *shape, json_t *tree)
{
	struct arena *arena = arena_new((size_t)64 << 20);
	struct str text = json_text(arena, tree);
	struct problem problem = {0};
	json_t *again = NULL;

	assert(shape_parse(shape, text, &problem, &again) == ST_OK);
	assert(str_equal(json_text(arena, again), text));
	json_decref(again);
	arena_free(&arena);
}

static void check_refused(enum status status, const struct problem *problem,
                          const json_t *tree)
{
	assert(status == ST_INVALID);
	assert(tree == NULL);
	assert(problem->text[0] != '\0');
	assert(memchr(problem->text, '\0', sizeof(problem->text)));
	assert(memchr(problem->field, '\0', sizeof(problem->field)));
}

static void try_body(const struct shape *shape, struct str text)
{
	struct problem problem = {0};
	json_t *tree = NULL;
	enum status status = shape_parse(shape, text, &problem, &tree);

	if (status == ST_OK)
		check_accepted(shape, tree);
	else
		check_refused(status, &problem, tree);
	json_decref(tree);
}

static void try_query(const struct shape *shape, struct str text)
{
	struct arena *arena = arena_new((size_t)64 << 20);
	struct problem problem = {0};
	json_t *tree = NULL;
	enum status status =
		shape_parse_query(shape, text, arena, &problem, &tree);

	if (status != ST_OK)
		check_refused(status, &problem, tree);
	json_decref(tree);
	arena_free(&arena);
}

/* The first byte picks the route, the rest is what is sent to it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct route *route;
	struct str text;

	if (size == 0)
		return 0;
	route = &routes[data[0] % routes_count];
	text = (struct str){(const char *)data + 1, size - 1};
	if (route->body && route->body != &shape_bytes)
		try_body(route->body, text);
	if (route->query)
		try_query(route->query, text);
	return 0;
}
