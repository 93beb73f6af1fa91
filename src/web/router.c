/*
 * Matching paths with rows, segment by segment. Paths are compared as they
 * were sent: nothing is decoded, folded or normalised, and what would need it
 * is refused, so there is one reading of every path.
 */
#include "web/router.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define PATH_BYTES_MAX 256u

static const char *const method_names[METHOD_COUNT] = {
	[METHOD_GET] = "GET",       [METHOD_POST] = "POST",
	[METHOD_PUT] = "PUT",       [METHOD_PATCH] = "PATCH",
	[METHOD_DELETE] = "DELETE",
};

struct str route_tag(const struct route *route)
{
	struct str path = str_of(route->path), api = STR("/api/");
	size_t end;

	if (str_starts(path, api))
		path = str_sub(path, api.length, path.length);
	end = str_find_char(path, '/', 0);
	/* Settings are many: each is told apart by its second name. */
	if (str_starts(path, STR("settings/")))
		end = str_find_char(path, '/', end + 1);
	return str_sub(path, 0, end);
}

const char *method_name(enum http_method method)
{
	assert(method < METHOD_COUNT);
	return method_names[method];
}

bool method_parse(struct str name, enum http_method *method_out)
{
	if (str_equal(name, STR("HEAD")))
		name = STR("GET");
	for (int i = 0; i < METHOD_COUNT; i++) {
		if (!str_equal(name, str_of(method_names[i])))
			continue;
		*method_out = (enum http_method)i;
		return true;
	}
	return false;
}

static bool path_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c != '\0' && strchr("-._~/", c));
}

enum status route_check_path(struct str path)
{
	struct str rest, segment;

	if (path.length == 0 || path.length > PATH_BYTES_MAX ||
	    path.text[0] != '/')
		return ST_INVALID;
	for (size_t i = 0; i < path.length; i++)
		if (!path_char(path.text[i]))
			return ST_INVALID;
	if (str_find(path, STR("//"), 0) < path.length)
		return ST_INVALID;
	rest = str_sub(path, 1, path.length);
	while (str_split(&rest, '/', &segment))
		if (str_equal(segment, STR(".")) ||
		    str_equal(segment, STR("..")))
			return ST_INVALID;
	return ST_OK;
}

/* Does `path` fit the pattern? Ids are filled as they come. */
static bool route_matches(const char *pattern, struct str path, int64_t ids[2])
{
	struct str left = str_of(pattern), want, have;
	size_t id = 0;

	while (str_split(&left, '/', &want)) {
		if (!str_split(&path, '/', &have))
			return false;
		if (want.length > 0 && want.text[0] == '{') {
			assert(id < 2);
			if (!shape_parse_id(have, &ids[id++]))
				return false;
		} else if (!str_equal(want, have)) {
			return false;
		}
	}
	return path.length == 0;
}

static void allow_add(char allow[64], enum http_method method)
{
	size_t used = strlen(allow);

	snprintf(allow + used, 64 - used, "%s%s", used ? ", " : "",
	         method == METHOD_GET ? "GET, HEAD" : method_name(method));
}

enum status route_find(const struct route *rows, size_t count,
                       enum http_method method, struct str path,
                       const struct route **route_out, int64_t ids_out[2],
                       char allow_out[64])
{
	char allow[64] = "";

	/* A path that ends in '/' names nothing. */
	if (str_ends(path, STR("/")))
		return ST_NOT_FOUND;
	for (size_t i = 0; i < count; i++) {
		int64_t ids[2] = {0, 0};

		if (!route_matches(rows[i].path, path, ids))
			continue;
		if (rows[i].method != method) {
			allow_add(allow, rows[i].method);
			continue;
		}
		*route_out = &rows[i];
		memcpy(ids_out, ids, sizeof(ids));
		return ST_OK;
	}
	if (allow[0] == '\0')
		return ST_NOT_FOUND;
	memcpy(allow_out, allow, sizeof(allow));
	return ST_FORBIDDEN;
}
