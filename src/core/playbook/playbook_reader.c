/* The values of a playbook, each with what to write instead. */
#include "core/playbook/playbook_reader.h"

#include "base/limits.h"

#include <assert.h>
#include <string.h>

#define KEYS_MAX     32u
#define NAMES_MAX    64
#define DURATION_MAX (366 * SPAN_DAY)

static const struct reader_key *key_find(const struct reader_key *keys,
                                         size_t count, struct str name)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal(name, str_of(keys[i].name)))
			return &keys[i];
	return NULL;
}

static enum status refuse_key(const struct doc_node *node,
                              const struct reader_key *keys, size_t count,
                              struct problem *problem)
{
	const char *names[KEYS_MAX];
	assert(count <= KEYS_MAX);
	for (size_t i = 0; i < count; i++)
		names[i] = keys[i].name;
	const char *near = doc_nearest(node->key, names, count);
	if (near)
		return doc_refuse(node, problem,
		                  "unknown key; did you mean \"%s\"?", near);
	return doc_refuse(node, problem, "unknown key; known here are %s%s%s%s",
	                  names[0], count > 1 ? ", " : "",
	                  count > 1 ? names[1] : "", count > 2 ? " ..." : "");
}

enum status reader_map(struct reader *reader, const struct doc_node *node,
                       const struct reader_key *keys, size_t count,
                       void *object)
{
	enum status status = reader_kind(reader, node, DOC_MAP, SIZE_MAX);
	for (const struct doc_node *n = node->first; n && status == ST_OK;
	     n = n->next) {
		const struct reader_key *key = key_find(keys, count, n->key);
		if (!key)
			return refuse_key(n, keys, count, reader->problem);
		status =
			key->read(reader, n, key, (char *)object + key->offset);
	}
	for (size_t i = 0; i < count && status == ST_OK; i++)
		if (keys[i].required && !doc_get(node, keys[i].name))
			return doc_refuse(node, reader->problem,
			                  "the key \"%s\" is missing",
			                  keys[i].name);
	return status;
}

enum status reader_kind(struct reader *reader, const struct doc_node *node,
                        enum doc_kind kind, size_t count_max)
{
	static const char *const kinds[] = {
		[DOC_SCALAR] = "a single value",
		[DOC_LIST] = "a list: [a, b] or lines that begin with \"- \"",
		[DOC_MAP] = "keys with values (name: value)",
	};
	if (node->kind != kind)
		return doc_refuse(node, reader->problem, "must be %s",
		                  kinds[kind]);
	if (node->count > count_max)
		return doc_refuse(node, reader->problem,
		                  "has %zu entries; at most %zu are read",
		                  node->count, count_max);
	return ST_OK;
}

enum status reader_text(struct reader *reader, const struct doc_node *node,
                        const struct reader_key *key, void *value)
{
	struct str *text_out = value;
	enum status status = reader_kind(reader, node, DOC_SCALAR, 0);

	(void)key;
	if (status != ST_OK)
		return status;
	if (node->text.length == 0)
		return doc_refuse(node, reader->problem, "must not be empty");
	if (node->text.length > LIMIT_NAME_BYTES)
		return doc_refuse(node, reader->problem,
		                  "is longer than %u bytes", LIMIT_NAME_BYTES);
	*text_out = node->text;
	return ST_OK;
}

enum status reader_int(struct reader *reader, const struct doc_node *node,
                       const struct reader_key *key, void *value)
{
	int64_t number;

	if (node->kind != DOC_SCALAR || !str_to_i64(node->text, &number) ||
	    number < key->min || number > key->max)
		return doc_refuse(node, reader->problem,
		                  "must be a whole number from %d to %d",
		                  key->min, key->max);
	*(int *)value = (int)number;
	return ST_OK;
}

/* Digits only, so that "1e3", "0x1" and " 1" are no numbers. */
static bool digits(struct str s)
{
	for (size_t i = 0; i < s.length; i++)
		if (s.text[i] < '0' || s.text[i] > '9')
			return false;
	return s.length > 0;
}

enum status reader_milli(struct reader *reader, const struct doc_node *node,
                         const struct reader_key *key, void *value)
{
	int32_t *milli_out = value;
	struct str text = node->text;
	bool minus = node->kind == DOC_SCALAR && str_starts(text, STR("-"));
	struct str rest = str_sub(text, minus, text.length);
	struct str whole = {0}, part = {0};
	int64_t units = 0, milli = 0;

	(void)key;
	bool fits = node->kind == DOC_SCALAR && str_split(&rest, '.', &whole) &&
	            digits(whole) && whole.length <= 3 &&
	            str_to_i64(whole, &units);
	if (fits && rest.length) {
		part = rest;
		fits = part.length <= 3 && digits(part) &&
		       str_to_i64(part, &milli);
		for (size_t i = part.length; i < 3; i++)
			milli *= 10;
	}
	milli += 1000 * units;
	if (!fits || milli > 100000)
		return doc_refuse(node, reader->problem,
		                  "must be a number from -100 to 100 with at "
		                  "most three decimals, such as 0.75");
	*milli_out = (int32_t)(minus ? -milli : milli);
	return ST_OK;
}

/* "90m": false unless it is a whole number and m, h or d. */
static bool span_read(struct str text, span_ms *span_out, char *unit_out)
{
	int64_t amount;
	if (text.length < 2 || text.length > 8)
		return false;
	char unit = text.text[text.length - 1];
	struct str number = str_sub(text, 0, text.length - 1);
	if (!digits(number) || !str_to_i64(number, &amount))
		return false;
	span_ms each = unit == 'm'   ? SPAN_MINUTE
	               : unit == 'h' ? SPAN_HOUR
	               : unit == 'd' ? SPAN_DAY
	                             : 0;
	if (!each || amount > DURATION_MAX / each)
		return false;
	*span_out = amount * each;
	*unit_out = unit;
	return true;
}

static bool hours_find(struct str name, enum hours *hours_out)
{
	for (int i = 1; i < HOURS_COUNT; i++) {
		if (str_equal(name, str_of(hours_name((enum hours)i)))) {
			*hours_out = (enum hours)i;
			return true;
		}
	}
	return false;
}

enum status reader_duration(struct reader *reader, const struct doc_node *node,
                            const struct reader_key *key, void *value)
{
	struct str rest = node->text, amount = {0};
	struct duration duration = {0};
	char unit = 0;

	if (node->kind != DOC_SCALAR || !str_split(&rest, ' ', &amount) ||
	    !span_read(amount, &duration.span, &unit))
		return doc_refuse(node, reader->problem,
		                  "must be a duration with its calendar, such "
		                  "as \"30m business\" or \"24h clock\"");
	rest = str_trim(rest);
	if (rest.length == 0)
		return doc_refuse(node, reader->problem,
		                  "does not say on which time it counts; write "
		                  "\"%.*s business\", \"%.*s clock\" or \"%.*s "
		                  "calling\"",
		                  STR_ARG(amount), STR_ARG(amount),
		                  STR_ARG(amount));
	if (!hours_find(rest, &duration.hours))
		return doc_refuse(
			node, reader->problem,
			"\"%.*s\" is no calendar; known are business, "
			"clock and calling",
			STR_ARG(rest));
	if (unit == 'd' && duration.hours != HOURS_CLOCK)
		return doc_refuse(node, reader->problem,
		                  "days have a length only on the clock; write "
		                  "the hours, such as \"8h %.*s\"",
		                  STR_ARG(rest));
	if (duration.span < key->min * SPAN_MINUTE)
		return doc_refuse(node, reader->problem,
		                  "is too short; at least 1m");
	*(struct duration *)value = duration;
	return ST_OK;
}

enum status reader_number(struct reader *reader, const struct doc_node *node,
                          const struct reader_names *names, int *number_out)
{
	struct str text = node->kind == DOC_SCALAR ? node->text : node->key;
	const char *list[NAMES_MAX];
	size_t count = 0;

	assert(names->count <= NAMES_MAX);
	for (int i = 1; i < names->count; i++) {
		const char *name = names->name(i);

		if (!name)
			continue;
		if (str_equal(text, str_of(name))) {
			*number_out = i;
			return ST_OK;
		}
		list[count++] = name;
	}
	const char *near = doc_nearest(text, list, count);
	if (near)
		return doc_refuse(node, reader->problem,
		                  "\"%.*s\" is no %s; did you mean \"%s\"?",
		                  STR_ARG(text), names->what, near);
	return doc_refuse(node, reader->problem,
	                  "\"%.*s\" is no %s; write one such as \"%s\"",
	                  STR_ARG(text), names->what, list[0]);
}

enum status reader_name(struct reader *reader, const struct doc_node *node,
                        const struct reader_key *key, void *value)
{
	return reader_number(reader, node, key->names, value);
}

enum status reader_nothing(struct reader *reader, const struct doc_node *node,
                           const struct reader_key *key, void *value)
{
	(void)reader;
	(void)node;
	(void)key;
	(void)value;
	return ST_OK;
}

enum status reader_id(struct reader *reader, const struct doc_node *node,
                      const struct reader_key *key, void *value)
{
	struct str id = {0};
	enum status status = reader_text(reader, node, key, &id);
	if (status != ST_OK)
		return status;
	for (size_t i = 0; i < id.length; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-._",
		            id.text[i]))
			return doc_refuse(node, reader->problem,
			                  "an id has only a-z, 0-9, - . and _");
	uint32_t code = playbook_code(id);
	for (size_t i = 0; i < reader->ids_count; i++) {
		if (reader->codes[i] != code)
			continue;
		if (str_equal(reader->ids[i], id))
			return doc_refuse(node, reader->problem,
			                  "the id \"%.*s\" is used twice",
			                  STR_ARG(id));
		return doc_refuse(node, reader->problem,
		                  "the id \"%.*s\" has the same code as "
		                  "\"%.*s\"; change a letter",
		                  STR_ARG(id), STR_ARG(reader->ids[i]));
	}
	if (reader->ids_count == PLAYBOOK_RULES_MAX)
		return doc_refuse(node, reader->problem,
		                  "comes after %u rules, which is too many",
		                  PLAYBOOK_RULES_MAX);
	reader->ids[reader->ids_count] = id;
	reader->codes[reader->ids_count++] = code;
	*(struct str *)value = id;
	memcpy((char *)value + key->beside, &code, sizeof(code));
	return ST_OK;
}

enum status reader_rows(struct reader *reader, const struct doc_node *node,
                        const struct reader_rows *rows, void *rows_out,
                        size_t *count_out)
{
	enum status status =
		reader_kind(reader, node, DOC_LIST, rows->count_max);
	if (status != ST_OK)
		return status;
	char *objects =
		arena_array(reader->arena, node->count + 1, rows->bytes);
	for (const struct doc_node *n = node->first; n; n = n->next) {
		status = reader_map(reader, n, rows->keys, rows->key_count,
		                    objects + n->index * rows->bytes);
		if (status == ST_OK && rows->check)
			status = rows->check(reader, n, objects, n->index);
		if (status != ST_OK)
			return status;
	}
	memcpy(rows_out, &objects, sizeof(objects));
	*count_out = node->count;
	return ST_OK;
}

static const char *escalate_name(int number)
{
	return escalate_to_name((enum escalate_to)number);
}

static const char *signal_name(int number)
{
	return signal_kind_name((enum signal_kind)number);
}

static const char *type_name(int number)
{
	return request_type_name((enum request_type)number);
}

static const struct reader_names escalate_names = {
	"one to escalate to", escalate_name, ESCALATE_COUNT};
static const struct reader_names asking_names = {"request type", type_name,
                                                 REQUEST_OTHER + 1};
const struct reader_names reader_signal_names = {"signal", signal_name,
                                                 SIGNAL_KIND_COUNT};

/* clang-format off */
static const struct reader_key step_keys[] = {
	{"after", true, reader_duration, READER_AT(playbook_step, after)},
	{"to",    true, reader_name,     READER_AT(playbook_step, to), .names = &escalate_names},
};
/* clang-format on */

static enum status step_check(struct reader *reader,
                              const struct doc_node *node, void *rows,
                              size_t index)
{
	const struct playbook_step *steps = rows;

	if (index > 0 && steps[index].after.span < steps[index - 1].after.span)
		return doc_refuse(node, reader->problem,
		                  "comes sooner than the step before it; write "
		                  "the steps in order");
	return ST_OK;
}

enum status reader_steps(struct reader *reader, const struct doc_node *node,
                         const struct reader_key *key, void *value)
{
	static const struct reader_rows rows = {
		.keys = step_keys,
		.key_count = 2,
		.count_max = PLAYBOOK_STEPS_MAX,
		.bytes = sizeof(struct playbook_step),
		.check = step_check,
	};

	return reader_rows(reader, node, &rows, value,
	                   (void *)((char *)value + key->beside));
}

enum status reader_points(struct reader *reader, const struct doc_node *node,
                          const struct reader_key *key, void *value)
{
	int32_t *points = value;
	enum status status = reader_kind(reader, node, DOC_MAP, SIZE_MAX);

	for (const struct doc_node *n = node->first; n && status == ST_OK;
	     n = n->next) {
		struct doc_node name = *n;
		int type = 0;

		name.kind = DOC_MAP; /* its key is the name */
		status = reader_number(reader, &name, &asking_names, &type);
		if (status == ST_OK)
			status = reader_milli(reader, n, key, &points[type]);
	}
	return status;
}
