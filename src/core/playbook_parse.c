/*
 * The document's sections except the phrase lists: request types with their
 * clocks, signals, flags, senders, groups.
 */
#include <string.h>

#include "base/limits.h"
#include "core/playbook_reader.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- clocks ---- */

static enum status clock_id(struct reader *reader, const struct doc_node *node,
                            void *object)
{
	struct playbook_clock *clock = object;
	return reader_id(reader, node, &clock->id, &clock->code);
}

static enum status clock_spec(struct reader *reader,
                              const struct doc_node *node, void *object)
{
	struct playbook_clock *clock = object;
	return reader_text(reader, node, &clock->spec);
}

static enum status clock_promise(struct reader *reader,
                                 const struct doc_node *node, void *object)
{
	struct playbook_clock *clock = object;
	const char *names[PROMISE_KIND_COUNT];
	for (int i = 0; i < PROMISE_KIND_COUNT; i++)
		names[i] = promise_kind_name((enum promise_kind)i);
	size_t kind = 0;
	enum status status = reader_name(reader, node, "kind of promise", names,
	                                 PROMISE_KIND_COUNT, &kind);
	if (status == ST_OK)
		clock->promise = (enum promise_kind)kind;
	return status;
}

static enum status clock_within(struct reader *reader,
                                const struct doc_node *node, void *object)
{
	struct playbook_clock *clock = object;
	return reader_duration(reader, node, SPAN_MINUTE, &clock->within);
}

/* "10m business" before due, or "75%" of the way; read once `within` is. */
static enum status clock_warn(struct reader *reader,
                              const struct doc_node *node, void *object)
{
	struct playbook_clock *clock = object;
	const struct doc_node *within = doc_get(node->parent, "within");
	struct duration whole, before;
	if (!within)
		return ST_OK; /* refused as missing later */
	enum status status =
		reader_duration(reader, within, SPAN_MINUTE, &whole);
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
		clock->warn_before = whole.span - whole.span * percent / 100;
		return ST_OK;
	}
	status = reader_duration(reader, node, 0, &before);
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
	clock->warn_before = before.span;
	return ST_OK;
}

static enum status clock_escalate(struct reader *reader,
                                  const struct doc_node *node, void *object)
{
	struct playbook_clock *clock = object;
	return reader_steps(reader, node, &clock->steps, &clock->steps_count);
}

static const struct reader_key clock_keys[] = {
	{"id", true, clock_id},           {"spec", false, clock_spec},
	{"promise", true, clock_promise}, {"within", true, clock_within},
	{"warn", false, clock_warn},      {"escalate", false, clock_escalate},
};

/* ---- request types ---- */

static enum status type_label(struct reader *reader,
                              const struct doc_node *node, void *object)
{
	struct playbook_type *type = object;
	return reader_text(reader, node, &type->label);
}

static enum status type_icon(struct reader *reader, const struct doc_node *node,
                             void *object)
{
	struct playbook_type *type = object;
	return reader_text(reader, node, &type->icon);
}

static enum status type_spec(struct reader *reader, const struct doc_node *node,
                             void *object)
{
	struct playbook_type *type = object;
	return reader_text(reader, node, &type->spec);
}

static enum status type_bias(struct reader *reader, const struct doc_node *node,
                             void *object)
{
	struct playbook_type *type = object;
	return reader_milli(reader, node,
	                    &reader->playbook->bias_milli[type->type]);
}

static enum status type_clocks(struct reader *reader,
                               const struct doc_node *node, void *object)
{
	struct playbook_type *type = object;
	enum status status =
		reader_kind(reader, node, DOC_LIST, PLAYBOOK_CLOCKS_MAX);
	if (status != ST_OK)
		return status;
	if (node->count && !request_type_is_request(type->type))
		return doc_refuse(node, reader->problem,
		                  "%s is no request and gets no clock",
		                  request_type_name(type->type));
	struct playbook_clock *clocks =
		arena_array(reader->arena, node->count + 1, sizeof(*clocks));
	for (const struct doc_node *n = node->first; n; n = n->next) {
		struct playbook_clock *clock = &clocks[n->index];
		status = reader_map(reader, n, clock_keys, COUNT(clock_keys),
		                    clock);
		if (status != ST_OK)
			return status;
		for (size_t i = 0; i < n->index; i++)
			if (clocks[i].promise == clock->promise)
				return doc_refuse(
					n, reader->problem,
					"this type promises %s twice",
					promise_kind_name(clock->promise));
	}
	type->clocks = clocks;
	type->clocks_count = node->count;
	return ST_OK;
}

static const struct reader_key type_keys[] = {
	{"label", true, type_label},    {"icon", true, type_icon},
	{"spec", false, type_spec},     {"bias", false, type_bias},
	{"clocks", false, type_clocks},
};

enum status reader_types(struct reader *reader, const struct doc_node *node)
{
	const char *names[REQUEST_TYPE_COUNT];
	for (int i = 0; i < REQUEST_TYPE_COUNT; i++)
		names[i] = request_type_name((enum request_type)i);
	enum status status = reader_kind(reader, node, DOC_MAP, SIZE_MAX);
	for (const struct doc_node *n = node->first; n && status == ST_OK;
	     n = n->next) {
		size_t type = 0;
		struct doc_node key = *n;
		key.kind = DOC_MAP; /* its key is the name */
		status = reader_name(reader, &key, "request type", names,
		                     REQUEST_TYPE_COUNT, &type);
		if (status != ST_OK)
			return status;
		struct playbook_type *row = &reader->playbook->types[type];
		row->type = (enum request_type)type;
		status =
			reader_map(reader, n, type_keys, COUNT(type_keys), row);
	}
	for (int i = 1; i < REQUEST_TYPE_COUNT && status == ST_OK; i++)
		if (!doc_get(node, names[i]))
			return doc_refuse(node, reader->problem,
			                  "the type \"%s\" is missing",
			                  names[i]);
	return status;
}

/* ---- signals ---- */

static enum status signal_label(struct reader *reader,
                                const struct doc_node *node, void *object)
{
	struct playbook_signal *signal = object;
	return reader_text(reader, node, &signal->label);
}

static enum status signal_icon(struct reader *reader,
                               const struct doc_node *node, void *object)
{
	struct playbook_signal *signal = object;
	return reader_text(reader, node, &signal->icon);
}

static enum status signal_threshold(struct reader *reader,
                                    const struct doc_node *node, void *object)
{
	struct playbook_signal *signal = object;
	return reader_milli(reader, node, &signal->threshold_milli);
}

static enum status signal_sentiment(struct reader *reader,
                                    const struct doc_node *node, void *object)
{
	struct playbook_signal *signal = object;
	return reader_milli(reader, node, &signal->sentiment_milli);
}

static enum status signal_points(struct reader *reader,
                                 const struct doc_node *node, void *object)
{
	struct playbook_signal *signal = object;
	return reader_points(reader, node, signal->points_milli);
}

static const struct reader_key signal_keys[] = {
	{"label", true, signal_label},
	{"icon", true, signal_icon},
	{"threshold", false, signal_threshold},
	{"sentiment", false, signal_sentiment},
	{"points", false, signal_points},
};

static enum status signal_by_name(struct reader *reader,
                                  const struct doc_node *node,
                                  enum signal_kind *kind_out)
{
	const char *names[SIGNAL_KIND_COUNT];
	for (int i = 0; i < SIGNAL_KIND_COUNT; i++)
		names[i] = signal_kind_name((enum signal_kind)i);
	size_t kind = 0;
	enum status status = reader_name(reader, node, "signal", names,
	                                 SIGNAL_KIND_COUNT, &kind);
	if (status == ST_OK)
		*kind_out = (enum signal_kind)kind;
	return status;
}

enum status reader_signals(struct reader *reader, const struct doc_node *node)
{
	enum status status = reader_kind(reader, node, DOC_MAP, SIZE_MAX);
	for (const struct doc_node *n = node->first; n && status == ST_OK;
	     n = n->next) {
		enum signal_kind kind = SIGNAL_NONE;
		struct doc_node key = *n;
		key.kind = DOC_MAP;
		status = signal_by_name(reader, &key, &kind);
		if (status != ST_OK)
			return status;
		struct playbook_signal *row = &reader->playbook->signals[kind];
		row->kind = kind;
		row->threshold_milli = 1000;
		status = reader_map(reader, n, signal_keys, COUNT(signal_keys),
		                    row);
	}
	return status;
}
