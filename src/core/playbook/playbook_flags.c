/* The document's flags: what raises a thread, and what calls for a call. */
#include "core/playbook/playbook_reader.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static enum status flag_once(struct reader *reader, const struct doc_node *node,
                             const struct reader_key *key, void *value)
{
	struct duration once = {0};
	enum status status = reader_duration(reader, node, key, &once);

	if (status != ST_OK)
		return status;
	if (once.hours != HOURS_CLOCK)
		return doc_refuse(node, reader->problem,
		                  "counts on the clock; write \"15m clock\"");
	*(span_ms *)value = once.span;
	return ST_OK;
}

static const char *when_name(int number)
{
	return flag_when_name((enum flag_when)number);
}

static const struct reader_names when_names = {"cause of a flag", when_name,
                                               FLAG_WHEN_COUNT};

static enum status flag_call_back(struct reader *reader,
                                  const struct doc_node *node,
                                  const struct reader_key *key, void *value);

#define AT(member) READER_AT(playbook_flag, member)

/* clang-format off */
static const struct reader_key call_keys[] = {
	{"id",       true,  reader_id,       AT(call_back_id), .beside = READER_BESIDE(playbook_flag, call_back_id, call_back_code)},
	{"within",   true,  reader_duration, AT(call_back), .min = 1},
	{"escalate", false, reader_steps,    AT(steps), .beside = READER_BESIDE(playbook_flag, steps, steps_count)},
};

static const struct reader_key flag_keys[] = {
	{"id",          true,  reader_id,      AT(id), .beside = READER_BESIDE(playbook_flag, id, code)},
	{"spec",        false, reader_text,    AT(spec)},
	{"when",        true,  reader_name,    AT(when), .names = &when_names},
	{"label",       true,  reader_text,    AT(label)},
	{"icon",        true,  reader_text,    AT(icon)},
	{"points",      true,  reader_int,     AT(points), .min = 0, .max = 1000},
	{"count",       false, reader_int,     AT(count), .min = 1, .max = 100},
	{"once_within", false, flag_once,      AT(once_within)},
	{"signal",      false, reader_name,    AT(signal), .names = &reader_signal_names},
	{"strength",    false, reader_milli,   AT(strength_milli)},
	{"days",        false, reader_int,     AT(days), .min = 0, .max = 366},
	{"call_back",   false, flag_call_back, .offset = 0},
};
/* clang-format on */

static enum status flag_call_back(struct reader *reader,
                                  const struct doc_node *node,
                                  const struct reader_key *key, void *value)
{
	(void)key;
	return reader_map(reader, node, call_keys, COUNT(call_keys), value);
}

/* What a cause needs, and which keys belong to one cause alone. */
static enum status flag_check(struct reader *reader,
                              const struct doc_node *node, void *rows,
                              size_t index)
{
	static const struct {
		const char *key;
		enum flag_when when;
		bool required;
	} needs[] = {
		{"count", FLAG_WHEN_UNANSWERED, true},
		{"once_within", FLAG_WHEN_UNANSWERED, false},
		{"signal", FLAG_WHEN_SIGNAL, true},
		{"strength", FLAG_WHEN_SIGNAL, false},
		{"days", FLAG_WHEN_DEADLINE, true},
	};
	enum flag_when when = ((const struct playbook_flag *)rows)[index].when;

	for (size_t i = 0; i < COUNT(needs); i++) {
		const struct doc_node *n = doc_get(node, needs[i].key);

		if (n && when != needs[i].when)
			return doc_refuse(n, reader->problem,
			                  "belongs to \"when: %s\"",
			                  flag_when_name(needs[i].when));
		if (!n && needs[i].required && when == needs[i].when)
			return doc_refuse(node, reader->problem,
			                  "\"when: %s\" needs the key \"%s\"",
			                  flag_when_name(when), needs[i].key);
	}
	return ST_OK;
}

enum status reader_flags(struct reader *reader, const struct doc_node *node)
{
	static const struct reader_rows rows = {
		.keys = flag_keys,
		.key_count = COUNT(flag_keys),
		.count_max = PLAYBOOK_FLAGS_MAX,
		.bytes = sizeof(struct playbook_flag),
		.check = flag_check,
	};

	return reader_rows(reader, node, &rows, &reader->playbook->flags,
	                   &reader->playbook->flags_count);
}
