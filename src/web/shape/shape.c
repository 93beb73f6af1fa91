/*
 * Checking a body against its shape. Before jansson sees a byte, one pass over
 * the text counts nesting and values, so that parsing is bounded in depth and
 * memory whatever was sent.
 */
#include "web/shape/shape.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "web/text.h"

#define JSON_VALUES_MAX 20000u
#define LIST_ITEMS_MAX  1000
#define QUERY_BYTES_MAX 4096u

const struct shape shape_bytes = {.name = "bytes"};
const struct shape shape_events = {.name = "events"};

static enum status refuse(struct problem *problem, const char *field,
                          const char *text)
{
	return problem_set(problem, ST_INVALID, field, "%s", text);
}

/* Nesting and number of values, judged without parsing. */
static enum status check_size(struct str text, struct problem *problem)
{
	size_t depth = 0, values = 0;
	bool quoted = false;

	for (size_t i = 0; i < text.length; i++) {
		char c = text.text[i];

		if (quoted) {
			if (c == '\\')
				i++;
			else if (c == '"')
				quoted = false;
			continue;
		}
		if (c == '"')
			quoted = true;
		else if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && depth > 0)
			depth--;
		if (c == ',' || c == '{' || c == '[')
			values++;
		if (depth > LIMIT_JSON_DEPTH)
			return refuse(problem, "",
			              "The JSON is nested too "
			              "deep.");
		if (values > JSON_VALUES_MAX)
			return refuse(problem, "",
			              "The JSON holds too many "
			              "values.");
	}
	return ST_OK;
}

/* The member's path, for a person: "to.address", "cc[2]". */
struct place {
	char text[64];
};

static struct place place_member(const struct place *parent, const char *name)
{
	struct place place;

	snprintf(place.text, sizeof(place.text), "%.40s%s%.20s", parent->text,
	         parent->text[0] ? "." : "", name);
	return place;
}

static struct place place_item(const struct place *parent, size_t index)
{
	struct place place;

	snprintf(place.text, sizeof(place.text), "%.40s[%zu]", parent->text,
	         index);
	return place;
}

static bool text_is_clean(struct str text, bool lines)
{
	for (size_t i = 0; i < text.length; i++) {
		unsigned char c = (unsigned char)text.text[i];

		if (lines && (c == '\n' || c == '\t' || c == '\r'))
			continue;
		if (c < 0x20 || c == 0x7f)
			return false;
	}
	return true;
}

static enum status check_text(const struct shape_field *field, struct str text,
                              const struct place *place,
                              struct problem *problem)
{
	size_t max = field->max > 0 ? (size_t)field->max : LIMIT_TEXT_BYTES;

	if (text.length > max)
		return problem_set(problem, ST_INVALID, place->text,
		                   "This is too long: at most %zu bytes.", max);
	if (!str_utf8_valid(text))
		return refuse(problem, place->text, "This is not UTF-8.");
	if (!text_is_clean(text, field->flags & FIELD_LINES))
		return refuse(problem, place->text,
		              "This holds characters that are not allowed "
		              "here, such as a line break.");
	if ((field->flags & FIELD_FILLED) && str_trim(text).length == 0)
		return refuse(problem, place->text, "This must not be empty.");
	return ST_OK;
}

static enum status check_word(const struct shape_field *field, struct str text,
                              const struct place *place,
                              struct problem *problem)
{
	for (const char *const *word = field->words; *word; word++)
		if (str_equal(text, str_of(*word)))
			return ST_OK;
	return refuse(problem, place->text,
	              "This is not one of the words "
	              "that are allowed here.");
}

static enum status check_int(const struct shape_field *field, int64_t value,
                             const struct place *place, struct problem *problem)
{
	int64_t max = field->max > 0 ? field->max : FIELD_INT_MAX;
	int64_t min = field->kind == FIELD_ID ? 1 : field->min;

	if (value >= min && value <= max)
		return ST_OK;
	return problem_set(problem, ST_INVALID, place->text,
	                   "This must lie between %lld and %lld.",
	                   (long long)min, (long long)max);
}

static enum status check_shape(const struct shape *shape, const json_t *value,
                               const struct place *place,
                               struct problem *problem);
static enum status check_value(const struct shape_field *field,
                               const json_t *value, const struct place *place,
                               struct problem *problem);

static enum status check_list(const struct shape_field *field,
                              const json_t *list, const struct place *place,
                              struct problem *problem)
{
	size_t max = field->max > 0 ? (size_t)field->max : LIST_ITEMS_MAX;
	size_t count = json_array_size(list);

	if (count > max)
		return problem_set(problem, ST_INVALID, place->text,
		                   "This list is too long: at most %zu.", max);
	for (size_t i = 0; i < count; i++) {
		struct place item = place_item(place, i);
		enum status status = check_value(
			field->item, json_array_get(list, i), &item, problem);

		if (status != ST_OK)
			return status;
	}
	return ST_OK;
}

static enum status check_map(const struct shape_field *field, const json_t *map,
                             const struct place *place, struct problem *problem)
{
	size_t max = field->max > 0 ? (size_t)field->max : LIST_ITEMS_MAX;
	json_t *object = (json_t *)(uintptr_t)map;
	void *at;

	if (json_object_size(map) > max)
		return problem_set(problem, ST_INVALID, place->text,
		                   "This holds too many entries: at most %zu.",
		                   max);
	for (at = json_object_iter(object); at;
	     at = json_object_iter_next(object, at)) {
		struct place item =
			place_member(place, json_object_iter_key(at));
		enum status status =
			check_value(field->item, json_object_iter_value(at),
		                    &item, problem);

		if (status != ST_OK)
			return status;
	}
	return ST_OK;
}

static const json_type field_types[FIELD_KIND_COUNT] = {
	[FIELD_TEXT] = JSON_STRING,   [FIELD_WORD] = JSON_STRING,
	[FIELD_INT] = JSON_INTEGER,   [FIELD_ID] = JSON_INTEGER,
	[FIELD_AT] = JSON_INTEGER,    [FIELD_BOOL] = JSON_TRUE,
	[FIELD_OBJECT] = JSON_OBJECT, [FIELD_LIST] = JSON_ARRAY,
	[FIELD_MAP] = JSON_OBJECT,
};

static const char *const field_type_words[FIELD_KIND_COUNT] = {
	[FIELD_TEXT] = "text",
	[FIELD_WORD] = "text",
	[FIELD_INT] = "a whole number",
	[FIELD_ID] = "a whole number",
	[FIELD_AT] = "a whole number of milliseconds since 1970",
	[FIELD_BOOL] = "true or false",
	[FIELD_OBJECT] = "an object",
	[FIELD_LIST] = "a list",
	[FIELD_MAP] = "an object",
};

static bool field_fits(const struct shape_field *field, const json_t *value)
{
	if (field->kind == FIELD_BOOL)
		return json_is_boolean(value);
	return json_typeof(value) == field_types[field->kind];
}

/* The tables bound the recursion: no shape holds itself. */
static enum status check_value(const struct shape_field *field,
                               const json_t *value, const struct place *place,
                               struct problem *problem)
{
	if (json_is_null(value) && (field->flags & FIELD_NULL))
		return ST_OK;
	if (!field_fits(field, value))
		return problem_set(problem, ST_INVALID, place->text,
		                   "This must be %s.",
		                   field_type_words[field->kind]);

	switch (field->kind) {
	case FIELD_TEXT:
		return check_text(field, body_text(value), place, problem);
	case FIELD_WORD:
		return check_word(field, body_text(value), place, problem);
	case FIELD_INT:
	case FIELD_ID:
	case FIELD_AT:
		return check_int(field, json_integer_value(value), place,
		                 problem);
	case FIELD_OBJECT:
		return check_shape(field->shape, value, place, problem);
	case FIELD_LIST:
		return check_list(field, value, place, problem);
	case FIELD_MAP:
		return check_map(field, value, place, problem);
	case FIELD_BOOL:
	case FIELD_KIND_COUNT:
		return ST_OK;
	}
	return ST_OK;
}

static const struct shape_field *field_find(const struct shape *shape,
                                            const char *name)
{
	for (size_t i = 0; i < shape->count; i++)
		if (strcmp(shape->fields[i].name, name) == 0)
			return &shape->fields[i];
	return NULL;
}

static enum status check_unknown(const struct shape *shape, const json_t *value,
                                 const struct place *place,
                                 struct problem *problem)
{
	json_t *object = (json_t *)(uintptr_t)value;
	void *at;

	for (at = json_object_iter(object); at;
	     at = json_object_iter_next(object, at)) {
		const char *key = json_object_iter_key(at);

		if (field_find(shape, key))
			continue;
		struct place where = place_member(place, key);

		return refuse(problem, where.text, "There is no such field.");
	}
	return ST_OK;
}

static enum status check_shape(const struct shape *shape, const json_t *value,
                               const struct place *place,
                               struct problem *problem)
{
	enum status status = check_unknown(shape, value, place, problem);

	for (size_t i = 0; i < shape->count && status == ST_OK; i++) {
		const struct shape_field *field = &shape->fields[i];
		const json_t *member = json_object_get(value, field->name);
		struct place where = place_member(place, field->name);

		if (member)
			status = check_value(field, member, &where, problem);
		else if (field->flags & FIELD_REQUIRED)
			status =
				refuse(problem, where.text, "This is missing.");
	}
	return status;
}

/* jansson says: duplicate object key near '"name"'. */
static void name_duplicate(const json_error_t *error, struct problem *problem)
{
	struct str text = str_of(error->text);
	size_t start = str_find(text, STR("'\""), 0);
	size_t end = str_find(text, STR("\"'"), start);
	char name[64] = "";

	if (end < text.length)
		snprintf(name, sizeof(name), "%.*s", (int)(end - start - 2),
		         text.text + start + 2);
	problem_set(problem, ST_INVALID, name, "This field is given twice.");
}

static enum status refuse_json(const json_error_t *error,
                               struct problem *problem)
{
	if (json_error_code(error) == json_error_duplicate_key) {
		name_duplicate(error, problem);
	} else {
		problem_set(problem, ST_INVALID, "",
		            "The body is not JSON that can be read (line %d).",
		            error->line);
	}
	if (problem) {
		problem->line = error->line;
		problem->column = error->column;
	}
	return ST_INVALID;
}

enum status shape_parse(const struct shape *shape, struct str text,
                        struct problem *problem, json_t **tree_out)
{
	enum status status = check_size(text, problem);
	struct place top = {""};
	json_error_t error;
	json_t *tree;

	if (status != ST_OK)
		return status;
	tree = json_loadb(text.text, text.length, JSON_REJECT_DUPLICATES,
	                  &error);
	if (!tree)
		return refuse_json(&error, problem);
	if (!json_is_object(tree))
		status = refuse(problem, "", "The body must be a JSON object.");
	else
		status = check_shape(shape, tree, &top, problem);
	if (status != ST_OK) {
		json_decref(tree);
		return status;
	}
	*tree_out = tree;
	return ST_OK;
}

/* A query value as JSON of the field's kind; NULL if it cannot be one. */
static json_t *query_value(const struct shape_field *field, struct str text)
{
	int64_t number;

	switch (field->kind) {
	case FIELD_INT:
	case FIELD_ID:
	case FIELD_AT:
		if (str_equal(text, STR("0")))
			return json_integer(0);
		if (!shape_parse_id(text, &number))
			return NULL;
		return json_integer(number);
	case FIELD_BOOL:
		if (str_equal(text, STR("1")))
			return json_true();
		return str_equal(text, STR("0")) ? json_false() : NULL;
	case FIELD_TEXT:
	case FIELD_WORD:
		return json_stringn(text.text, text.length);
	case FIELD_OBJECT:
	case FIELD_LIST:
	case FIELD_MAP:
	case FIELD_KIND_COUNT:
		return NULL;
	}
	return NULL;
}

static enum status query_pair(const struct shape *shape, struct str pair,
                              struct arena *arena, struct problem *problem,
                              json_t *tree)
{
	size_t equals = str_find_char(pair, '=', 0);
	struct str key, text;
	const struct shape_field *field;
	json_t *value;

	if (!text_unescape_form(arena, str_sub(pair, 0, equals), &key) ||
	    !str_utf8_valid(key))
		return refuse(problem, "", "The query is not well formed.");

	const char *name = str_cstr(arena, key);

	field = field_find(shape, name);
	if (!field)
		return refuse(problem, name, "There is no such filter.");
	if (json_object_get(tree, name))
		return refuse(problem, name, "This filter is given twice.");
	if (equals >= pair.length)
		return refuse(problem, name, "This filter has no value.");
	if (!text_unescape_form(arena, str_sub(pair, equals + 1, pair.length),
	                        &text) ||
	    !(value = query_value(field, text)))
		return refuse(problem, name, "This filter cannot be read.");
	json_object_set_new(tree, name, value);
	return ST_OK;
}

enum status shape_parse_query(const struct shape *shape, struct str query,
                              struct arena *arena, struct problem *problem,
                              json_t **tree_out)
{
	json_t *tree = json_object();
	struct place top = {""};
	enum status status = ST_OK;
	struct str pair;

	assert(tree);
	if (query.length > QUERY_BYTES_MAX)
		status = refuse(problem, "", "The query is too long.");
	while (status == ST_OK && str_split(&query, '&', &pair))
		if (pair.length > 0)
			status = query_pair(shape, pair, arena, problem, tree);
	if (status == ST_OK)
		status = check_shape(shape, tree, &top, problem);
	if (status != ST_OK) {
		json_decref(tree);
		return status;
	}
	*tree_out = tree;
	return ST_OK;
}

bool shape_parse_id(struct str text, int64_t *id_out)
{
	int64_t id;

	if (text.length == 0 || text.length > 19 || text.text[0] < '1')
		return false;
	for (size_t i = 0; i < text.length; i++)
		if (text.text[i] < '0' || text.text[i] > '9')
			return false;
	if (!str_to_i64(text, &id))
		return false;
	*id_out = id;
	return true;
}

struct str body_text(const json_t *value)
{
	if (!json_is_string(value))
		return (struct str){0};
	return (struct str){json_string_value(value),
	                    json_string_length(value)};
}

struct str body_str(const json_t *body, const char *key)
{
	return body_text(json_object_get(body, key));
}

int64_t body_i64(const json_t *body, const char *key)
{
	return json_integer_value(json_object_get(body, key));
}

bool body_bool(const json_t *body, const char *key)
{
	return json_is_true(json_object_get(body, key));
}

const json_t *body_node(const json_t *body, const char *key)
{
	const json_t *node = json_object_get(body, key);

	return json_is_object(node) || json_is_array(node) ? node : NULL;
}

bool body_has(const json_t *body, const char *key)
{
	return json_object_get(body, key) != NULL;
}
