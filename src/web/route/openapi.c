/*
 * The OpenAPI 3.1 document, written from the rows and their shapes. Nothing
 * about a route is said twice.
 */
#include <string.h>

#include "web/route/routes.h"
#include "web/router.h"
#include "web/shape/shapes.h"
#include "web/web.h"

static void write_shape(struct json_out *out, const struct shape *shape);
static void write_field(struct json_out *out, const struct shape_field *field);

static const char *const field_types[FIELD_KIND_COUNT] = {
	[FIELD_TEXT] = "string",   [FIELD_WORD] = "string",
	[FIELD_INT] = "integer",   [FIELD_ID] = "integer",
	[FIELD_AT] = "integer",    [FIELD_BOOL] = "boolean",
	[FIELD_OBJECT] = "object", [FIELD_LIST] = "array",
	[FIELD_MAP] = "object",
};

static void write_type(struct json_out *out, const struct shape_field *field)
{
	out_key(out, "type");
	if (field->flags & FIELD_NULL) {
		out_open(out, '[');
		out_str(out, str_of(field_types[field->kind]));
		out_str(out, STR("null"));
		out_close(out, ']');
	} else {
		out_str(out, str_of(field_types[field->kind]));
	}
}

static void write_words(struct json_out *out, const struct shape_field *field)
{
	out_key_open(out, "enum", '[');
	for (const char *const *word = field->words; *word; word++)
		out_str(out, str_of(*word));
	if (field->flags & FIELD_NULL)
		out_null(out);
	out_close(out, ']');
}

static void write_limits(struct json_out *out, const struct shape_field *field)
{
	switch (field->kind) {
	case FIELD_TEXT:
		if (field->max > 0)
			out_key_i64(out, "maxLength", field->max);
		break;
	case FIELD_WORD:
		write_words(out, field);
		break;
	case FIELD_INT:
		out_key_i64(out, "minimum", field->min);
		if (field->max > 0)
			out_key_i64(out, "maximum", field->max);
		break;
	case FIELD_ID:
		out_key_i64(out, "minimum", 1);
		break;
	case FIELD_AT:
		out_key_text(out, "description", "milliseconds since 1970 UTC");
		break;
	case FIELD_LIST:
		if (field->max > 0)
			out_key_i64(out, "maxItems", field->max);
		out_key(out, "items");
		write_field(out, field->item);
		break;
	case FIELD_MAP:
		out_key(out, "additionalProperties");
		write_field(out, field->item);
		break;
	case FIELD_BOOL:
	case FIELD_OBJECT:
	case FIELD_KIND_COUNT:
		break;
	}
}

/* The members of an object's schema, inside its braces. */
static void write_members(struct json_out *out, const struct shape *shape)
{
	out_key_bool(out, "additionalProperties", false);
	out_key_open(out, "required", '[');
	for (size_t i = 0; i < shape->count; i++)
		if (shape->fields[i].flags & FIELD_REQUIRED)
			out_str(out, str_of(shape->fields[i].name));
	out_close(out, ']');
	out_key_open(out, "properties", '{');
	for (size_t i = 0; i < shape->count; i++) {
		out_key(out, shape->fields[i].name);
		write_field(out, &shape->fields[i]);
	}
	out_close(out, '}');
}

/* No shape holds itself, so the tables bound how deep this goes. */
static void write_field(struct json_out *out, const struct shape_field *field)
{
	out_open(out, '{');
	write_type(out, field);
	write_limits(out, field);
	if (field->kind == FIELD_OBJECT)
		write_members(out, field->shape);
	out_close(out, '}');
}

static void write_shape(struct json_out *out, const struct shape *shape)
{
	out_open(out, '{');
	if (shape->list) {
		out_key_text(out, "type", "array");
		out_key(out, "items");
		write_field(out, shape->list);
	} else {
		out_key_text(out, "type", "object");
		write_members(out, shape);
	}
	out_close(out, '}');
}

static const char *media_type(const struct shape *shape)
{
	if (shape == &shape_bytes)
		return "*/*";
	return shape == &shape_events ? "text/event-stream"
	                              : "application/json";
}

static void write_content(struct json_out *out, const struct shape *shape)
{
	out_key_open(out, "content", '{');
	out_key_open(out, media_type(shape), '{');
	out_key(out, "schema");
	if (shape == &shape_bytes || shape == &shape_events) {
		out_open(out, '{');
		out_close(out, '}');
	} else {
		write_shape(out, shape);
	}
	out_close(out, '}');
	out_close(out, '}');
}

static void write_parameter(struct json_out *out, const char *in,
                            struct str name, const struct shape_field *field)
{
	static const struct shape_field id = {.kind = FIELD_ID};

	out_open(out, '{');
	out_key_str(out, "name", name);
	out_key_text(out, "in", in);
	out_key_bool(out, "required", !field || field->flags & FIELD_REQUIRED);
	out_key(out, "schema");
	write_field(out, field ? field : &id);
	out_close(out, '}');
}

static void write_command_header(struct json_out *out)
{
	out_open(out, '{');
	out_key_text(out, "name", "Holdfast-Command");
	out_key_text(out, "in", "header");
	out_key_bool(out, "required", true);
	out_key_open(out, "schema", '{');
	out_key_text(out, "type", "string");
	out_key_text(out, "pattern", "^[0-9a-f]{32}$");
	out_close(out, '}');
	out_close(out, '}');
}

static void write_parameters(struct json_out *out, const struct route *route)
{
	struct str rest = str_of(route->path), segment;

	out_key_open(out, "parameters", '[');
	while (str_split(&rest, '/', &segment))
		if (str_starts(segment, STR("{")))
			write_parameter(out, "path",
			                str_sub(segment, 1, segment.length - 1),
			                NULL);
	for (size_t i = 0; route->query && i < route->query->count; i++)
		write_parameter(out, "query",
		                str_of(route->query->fields[i].name),
		                &route->query->fields[i]);
	if (route->method != METHOD_GET && !(route->flags & ROUTE_NO_COMMAND))
		write_command_header(out);
	out_close(out, ']');
}

static bool takes_something(const struct route *route)
{
	return route->body || route->query;
}

static bool needs_right(const struct route *route)
{
	return route->right != RIGHT_PUBLIC;
}

static bool names_something(const struct route *route)
{
	return strchr(route->path, '{') != NULL;
}

static const struct {
	const char *status, *description;
	bool (*applies)(const struct route *route);
} refusals[] = {
	{"400", "Not understood; `field` says which", takes_something},
	{"401", "Not signed in", needs_right},
	{"403", "Without the right", needs_right},
	{"404", "There is no such thing", names_something},
};

static void write_refusal(struct json_out *out, const char *status,
                          const char *description)
{
	out_key_open(out, status, '{');
	out_key_text(out, "description", description);
	out_key_open(out, "content", '{');
	out_key_open(out, "application/problem+json", '{');
	out_key_open(out, "schema", '{');
	out_key_text(out, "$ref", "#/components/schemas/problem");
	out_close(out, '}');
	out_close(out, '}');
	out_close(out, '}');
	out_close(out, '}');
}

static void write_answers(struct json_out *out, const struct route *route)
{
	out_key_open(out, "responses", '{');
	out_key_open(out, route->answer ? "200" : "204", '{');
	out_key_text(out, "description", "Done");
	if (route->answer)
		write_content(out, route->answer);
	out_close(out, '}');
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (!refusals[i].applies || refusals[i].applies(route))
			write_refusal(out, refusals[i].status,
			              refusals[i].description);
	write_refusal(out, "default", "A problem document (RFC 9457)");
	out_close(out, '}');
}

/* "get_tickets_id_notes": the same from one version to the next. */
static void write_operation_id(struct json_out *out, const struct route *route)
{
	char id[160];
	size_t length = 0;

	for (const char *c = method_name(route->method); *c; c++)
		id[length++] = (char)(*c - 'A' + 'a');
	for (const char *c = route->path + 4;
	     *c != '\0' && length + 1 < sizeof(id); c++) {
		if (*c == '/' || *c == '-')
			id[length++] = '_';
		else if (*c != '{' && *c != '}' && *c != '.')
			id[length++] = *c;
	}
	id[length] = '\0';
	out_key_text(out, "operationId", id);
}

static void write_way_in(struct json_out *out, const char *name)
{
	out_open(out, '{');
	out_key_open(out, name, '[');
	out_close(out, ']');
	out_close(out, '}');
}

static void write_security(struct json_out *out, const struct route *route)
{
	out_key_open(out, "security", '[');
	if (route->right != RIGHT_PUBLIC)
		write_way_in(out, "session");
	if (route->right != RIGHT_PUBLIC && !(route->flags & ROUTE_PERSON))
		write_way_in(out, "token");
	out_close(out, ']');
}

static void write_components(struct json_out *out)
{
	out_key_open(out, "components", '{');
	out_key_open(out, "securitySchemes", '{');
	out_key_open(out, "session", '{');
	out_key_text(out, "type", "apiKey");
	out_key_text(out, "in", "cookie");
	out_key_text(out, "name", "holdfast");
	out_close(out, '}');
	out_key_open(out, "token", '{');
	out_key_text(out, "type", "http");
	out_key_text(out, "scheme", "bearer");
	out_key_text(out, "bearerFormat", "hft_...");
	out_close(out, '}');
	out_close(out, '}');
	out_key_open(out, "schemas", '{');
	out_key(out, "problem");
	write_shape(out, &shape_problem);
	out_close(out, '}');
	out_close(out, '}');
}

static void write_route(struct json_out *out, const struct route *route)
{
	static const char *const methods[METHOD_COUNT] = {
		[METHOD_GET] = "get",       [METHOD_POST] = "post",
		[METHOD_PUT] = "put",       [METHOD_PATCH] = "patch",
		[METHOD_DELETE] = "delete",
	};

	out_key_open(out, methods[route->method], '{');
	out_key_text(out, "summary", route->summary);
	write_operation_id(out, route);
	out_key_open(out, "tags", '[');
	out_str(out, route_tag(route));
	out_close(out, ']');
	write_security(out, route);
	out_key_text(out, "x-right", right_name(route->right));
	write_parameters(out, route);
	if (route->body) {
		out_key_open(out, "requestBody", '{');
		out_key_bool(out, "required", true);
		write_content(out, route->body);
		out_close(out, '}');
	}
	write_answers(out, route);
	out_close(out, '}');
}

enum status route_openapi_show(struct request *request,
                               struct response *response)
{
	struct json_out *out = response_begin(response);
	const struct web *web = request->web;

	out_key_text(out, "openapi", "3.1.0");
	out_key_open(out, "info", '{');
	out_key_text(out, "title", "Holdfast, the agents' API");
	out_key_text(out, "version", HOLDFAST_VERSION);
	out_close(out, '}');
	out_key_open(out, "paths", '{');
	for (size_t i = 0; i < web->routes_count; i++) {
		const struct route *route = &web->routes[i];

		/* Rows of one path stand together. */
		if (i == 0 || strcmp(route->path, web->routes[i - 1].path) != 0)
			out_key_open(out, route->path, '{');
		write_route(out, route);
		if (i + 1 == web->routes_count ||
		    strcmp(route->path, web->routes[i + 1].path) != 0)
			out_close(out, '}');
	}
	out_close(out, '}');
	write_components(out);
	response_end(response);
	return ST_OK;
}
