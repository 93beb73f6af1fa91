/* The document's flags: what raises a thread, and what calls for a call. */
#include "core/playbook_reader.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static enum status flag_id(struct reader *reader, const struct doc_node *node,
                           void *object)
{
	struct playbook_flag *flag = object;
	return reader_id(reader, node, &flag->id, &flag->code);
}

static enum status flag_spec(struct reader *reader, const struct doc_node *node,
                             void *object)
{
	struct playbook_flag *flag = object;
	return reader_text(reader, node, &flag->spec);
}

static enum status flag_label(struct reader *reader,
                              const struct doc_node *node, void *object)
{
	struct playbook_flag *flag = object;
	return reader_text(reader, node, &flag->label);
}

static enum status flag_icon(struct reader *reader, const struct doc_node *node,
                             void *object)
{
	struct playbook_flag *flag = object;
	return reader_text(reader, node, &flag->icon);
}

static enum status flag_points(struct reader *reader,
                               const struct doc_node *node, void *object)
{
	struct playbook_flag *flag = object;
	return reader_int(reader, node, 0, 1000, &flag->points);
}

static enum status flag_count(struct reader *reader,
                              const struct doc_node *node, void *object)
{
	struct playbook_flag *flag = object;
	return reader_int(reader, node, 1, 100, &flag->count);
}

static enum status flag_once(struct reader *reader, const struct doc_node *node,
                             void *object)
{
	struct playbook_flag *flag = object;
	struct duration once = {0};
	enum status status = reader_duration(reader, node, 0, &once);
	if (status != ST_OK)
		return status;
	if (once.hours != HOURS_CLOCK)
		return doc_refuse(node, reader->problem,
		                  "counts on the clock; write \"15m clock\"");
	flag->once_within = once.span;
	return ST_OK;
}

static enum status flag_strength(struct reader *reader,
                                 const struct doc_node *node, void *object)
{
	struct playbook_flag *flag = object;
	return reader_milli(reader, node, &flag->strength_milli);
}

static enum status flag_days(struct reader *reader, const struct doc_node *node,
                             void *object)
{
	struct playbook_flag *flag = object;
	return reader_int(reader, node, 0, 366, &flag->days);
}

static enum status flag_when_read(struct reader *reader,
                                  const struct doc_node *node, void *object)
{
	struct playbook_flag *flag = object;
	const char *names[FLAG_WHEN_COUNT];
	for (int i = 0; i < FLAG_WHEN_COUNT; i++)
		names[i] = flag_when_name((enum flag_when)i);
	size_t when = 0;
	enum status status = reader_name(reader, node, "cause of a flag", names,
	                                 FLAG_WHEN_COUNT, &when);
	if (status == ST_OK)
		flag->when = (enum flag_when)when;
	return status;
}

static enum status flag_signal(struct reader *reader,
                               const struct doc_node *node, void *object)
{
	struct playbook_flag *flag = object;
	const char *names[SIGNAL_KIND_COUNT];
	for (int i = 0; i < SIGNAL_KIND_COUNT; i++)
		names[i] = signal_kind_name((enum signal_kind)i);
	size_t kind = 0;
	enum status status = reader_name(reader, node, "signal", names,
	                                 SIGNAL_KIND_COUNT, &kind);
	if (status == ST_OK)
		flag->signal = (enum signal_kind)kind;
	return status;
}

static enum status call_id(struct reader *reader, const struct doc_node *node,
                           void *object)
{
	struct playbook_flag *flag = object;
	return reader_id(reader, node, &flag->call_back_id,
	                 &flag->call_back_code);
}

static enum status call_within(struct reader *reader,
                               const struct doc_node *node, void *object)
{
	struct playbook_flag *flag = object;
	return reader_duration(reader, node, SPAN_MINUTE, &flag->call_back);
}

static enum status call_escalate(struct reader *reader,
                                 const struct doc_node *node, void *object)
{
	struct playbook_flag *flag = object;
	return reader_steps(reader, node, &flag->steps, &flag->steps_count);
}

static const struct reader_key call_keys[] = {
	{"id", true, call_id},
	{"within", true, call_within},
	{"escalate", false, call_escalate},
};

static enum status flag_call_back(struct reader *reader,
                                  const struct doc_node *node, void *object)
{
	return reader_map(reader, node, call_keys, COUNT(call_keys), object);
}

static const struct reader_key flag_keys[] = {
	{"id", true, flag_id},          {"spec", false, flag_spec},
	{"when", true, flag_when_read}, {"label", true, flag_label},
	{"icon", true, flag_icon},      {"points", true, flag_points},
	{"count", false, flag_count},   {"once_within", false, flag_once},
	{"signal", false, flag_signal}, {"strength", false, flag_strength},
	{"days", false, flag_days},     {"call_back", false, flag_call_back},
};

/* What a cause needs, and which keys belong to one cause alone. */
static enum status flag_check(struct reader *reader,
                              const struct doc_node *node,
                              const struct playbook_flag *flag)
{
	static const struct {
		const char *key;
		enum flag_when when;
		bool required;
	} rows[] = {
		{"count", FLAG_WHEN_UNANSWERED, true},
		{"once_within", FLAG_WHEN_UNANSWERED, false},
		{"signal", FLAG_WHEN_SIGNAL, true},
		{"strength", FLAG_WHEN_SIGNAL, false},
		{"days", FLAG_WHEN_DEADLINE, true},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct doc_node *n = doc_get(node, rows[i].key);
		if (n && flag->when != rows[i].when)
			return doc_refuse(n, reader->problem,
			                  "belongs to \"when: %s\"",
			                  flag_when_name(rows[i].when));
		if (!n && rows[i].required && flag->when == rows[i].when)
			return doc_refuse(node, reader->problem,
			                  "\"when: %s\" needs the key \"%s\"",
			                  flag_when_name(rows[i].when),
			                  rows[i].key);
	}
	return ST_OK;
}

enum status reader_flags(struct reader *reader, const struct doc_node *node)
{
	enum status status =
		reader_kind(reader, node, DOC_LIST, PLAYBOOK_FLAGS_MAX);
	if (status != ST_OK)
		return status;
	struct playbook_flag *flags =
		arena_array(reader->arena, node->count + 1, sizeof(*flags));
	for (const struct doc_node *n = node->first; n; n = n->next) {
		struct playbook_flag *flag = &flags[n->index];
		status = reader_map(reader, n, flag_keys, COUNT(flag_keys),
		                    flag);
		if (status == ST_OK)
			status = flag_check(reader, n, flag);
		if (status != ST_OK)
			return status;
	}
	reader->playbook->flags = flags;
	reader->playbook->flags_count = node->count;
	return ST_OK;
}
