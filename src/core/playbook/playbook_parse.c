/*
 * The document's sections except the phrase lists and the flags: request types
 * with their clocks, and signals.
 */
#include <string.h>

#include "base/limits.h"
#include "core/playbook/playbook_reader.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- clocks ---- */

/* "10m business" before due, or "75%" of the way; read once `within` is. */
static enum status clock_warn(struct reader *reader,
                              const struct doc_node *node,
                              const struct reader_key *key, void *value)
{
	static const struct reader_key within_key = {.min = 1};
	span_ms *warn_before = value;
	const struct doc_node *within = doc_get(node->parent, "within");
	struct duration whole, before;
	if (!within)
		return ST_OK; /* refused as missing later */
	enum status status =
		reader_duration(reader, within, &within_key, &whole);
	if (status != ST_OK)
		return status;
	if (str_ends(node->text, STR("%"))) {
		struct str number =
			str_sub(node->text, 0, node->text.length - 1);
		int64_t percent;
		if (!str_to_i64(number, &percent) || percent < 1 ||
		    percent > 99)
			return doc_refuse(node, reader->problem,
			                  "a share is 1%% to 99%%");
		*warn_before = whole.span - whole.span * percent / 100;
		return ST_OK;
	}
	status = reader_duration(reader, node, key, &before);
	if (status != ST_OK)
		return status;
	if (before.hours != whole.hours)
		return doc_refuse(node, reader->problem,
		                  "must count on the same time as \"within\": "
		                  "%s",
		                  hours_name(whole.hours));
	if (before.span >= whole.span)
		return doc_refuse(node, reader->problem,
		                  "must be shorter than \"within\"");
	*warn_before = before.span;
	return ST_OK;
}

static const char *promise_name(int number)
{
	return promise_kind_name((enum promise_kind)number);
}

static const struct reader_names promise_names = {
	"kind of promise", promise_name, PROMISE_KIND_COUNT};

#define CLOCK(member) READER_AT(playbook_clock, member)

/* clang-format off */
static const struct reader_key clock_keys[] = {
	{"id",       true,  reader_id,       CLOCK(id), .beside = READER_BESIDE(playbook_clock, id, code)},
	{"spec",     false, reader_text,     CLOCK(spec)},
	{"promise",  true,  reader_name,     CLOCK(promise), .names = &promise_names},
	{"within",   true,  reader_duration, CLOCK(within), .min = 1},
	{"warn",     false, clock_warn,      CLOCK(warn_before)},
	{"escalate", false, reader_steps,    CLOCK(steps), .beside = READER_BESIDE(playbook_clock, steps, steps_count)},
};
/* clang-format on */

static enum status clock_check(struct reader *reader,
                               const struct doc_node *node, void *rows,
                               size_t index)
{
	const struct playbook_clock *clocks = rows;

	for (size_t i = 0; i < index; i++)
		if (clocks[i].promise == clocks[index].promise)
			return doc_refuse(
				node, reader->problem,
				"this type promises %s twice",
				promise_kind_name(clocks[index].promise));
	return ST_OK;
}

/* ---- request types ---- */

static enum status type_bias(struct reader *reader, const struct doc_node *node,
                             const struct reader_key *key, void *value)
{
	const struct playbook_type *type = value;

	return reader_milli(reader, node, key,
	                    &reader->playbook->bias_milli[type->type]);
}

static enum status type_clocks(struct reader *reader,
                               const struct doc_node *node,
                               const struct reader_key *key, void *value)
{
	static const struct reader_rows rows = {
		.keys = clock_keys,
		.key_count = COUNT(clock_keys),
		.count_max = PLAYBOOK_CLOCKS_MAX,
		.bytes = sizeof(struct playbook_clock),
		.check = clock_check,
	};
	struct playbook_type *type = value;

	(void)key;
	if (node->count && !request_type_is_request(type->type))
		return doc_refuse(node, reader->problem,
		                  "%s is no request and gets no clock",
		                  request_type_name(type->type));
	return reader_rows(reader, node, &rows, &type->clocks,
	                   &type->clocks_count);
}

static const char *type_name(int number)
{
	return request_type_name((enum request_type)number);
}

static const struct reader_names type_names = {"request type", type_name,
                                               REQUEST_TYPE_COUNT};

#define TYPE(member) READER_AT(playbook_type, member)

/* clang-format off */
static const struct reader_key type_keys[] = {
	{"label",  true,  reader_text, TYPE(label)},
	{"icon",   true,  reader_text, TYPE(icon)},
	{"spec",   false, reader_text, TYPE(spec)},
	{"bias",   false, type_bias,   .offset = 0},
	{"clocks", false, type_clocks, .offset = 0},
};
/* clang-format on */

enum status reader_types(struct reader *reader, const struct doc_node *node)
{
	enum status status = reader_kind(reader, node, DOC_MAP, SIZE_MAX);
	for (const struct doc_node *n = node->first; n && status == ST_OK;
	     n = n->next) {
		int type = 0;
		struct doc_node key = *n;
		key.kind = DOC_MAP; /* its key is the name */
		status = reader_number(reader, &key, &type_names, &type);
		if (status != ST_OK)
			return status;
		struct playbook_type *row = &reader->playbook->types[type];
		row->type = (enum request_type)type;
		status =
			reader_map(reader, n, type_keys, COUNT(type_keys), row);
	}
	for (int i = 1; i < REQUEST_TYPE_COUNT && status == ST_OK; i++)
		if (!doc_get(node, type_name(i)))
			return doc_refuse(node, reader->problem,
			                  "the type \"%s\" is missing",
			                  type_name(i));
	return status;
}

/* ---- signals ---- */

#define SIGNAL(member) READER_AT(playbook_signal, member)

/* clang-format off */
static const struct reader_key signal_keys[] = {
	{"label",     true,  reader_text,   SIGNAL(label)},
	{"icon",      true,  reader_text,   SIGNAL(icon)},
	{"threshold", false, reader_milli,  SIGNAL(threshold_milli)},
	{"sentiment", false, reader_milli,  SIGNAL(sentiment_milli)},
	{"points",    false, reader_points, SIGNAL(points_milli)},
};
/* clang-format on */

enum status reader_signals(struct reader *reader, const struct doc_node *node)
{
	enum status status = reader_kind(reader, node, DOC_MAP, SIZE_MAX);
	for (const struct doc_node *n = node->first; n && status == ST_OK;
	     n = n->next) {
		int kind = SIGNAL_NONE;
		struct doc_node key = *n;
		key.kind = DOC_MAP;
		status = reader_number(reader, &key, &reader_signal_names,
		                       &kind);
		if (status != ST_OK)
			return status;
		struct playbook_signal *row = &reader->playbook->signals[kind];
		row->kind = (enum signal_kind)kind;
		row->threshold_milli = 1000;
		status = reader_map(reader, n, signal_keys, COUNT(signal_keys),
		                    row);
	}
	return status;
}
