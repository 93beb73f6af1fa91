/*
 * The document's words: groups, senders, and the phrase lists, which go into
 * the automaton as they are read so that a wrong phrase is refused with its
 * own line and column. playbook_parse() itself is at the end.
 */
#include "base/limits.h"
#include "core/playbook/playbook_reader.h"

#define COUNT(array)     (sizeof(array) / sizeof((array)[0]))
#define FORMAT           "1"
#define LIST_PHRASES_MAX 4000u
#define PHRASE_BYTES_MAX 2000u

/* A problem of the phrase reader, at the place of its node. */
static enum status refuse_phrase(struct reader *reader,
                                 const struct doc_node *node,
                                 enum status status,
                                 const struct problem *inner)
{
	enum status refused =
		doc_refuse(node, reader->problem, "%s", inner->text);
	return status == ST_LIMIT ? status : refused;
}

static CHECKED enum status read_phrases(struct reader *reader,
                                        const struct doc_node *node,
                                        const struct str **out, size_t *count)
{
	enum status status =
		reader_kind(reader, node, DOC_LIST, LIST_PHRASES_MAX);
	if (status != ST_OK)
		return status;
	struct str *texts =
		arena_array(reader->arena, node->count + 1, sizeof(*texts));
	for (const struct doc_node *n = node->first; n; n = n->next) {
		status = reader_kind(reader, n, DOC_SCALAR, 0);
		if (status != ST_OK)
			return status;
		if (n->text.length > PHRASE_BYTES_MAX)
			return doc_refuse(n, reader->problem,
			                  "is longer than %u bytes",
			                  PHRASE_BYTES_MAX);
		texts[n->index] = n->text;
	}
	*out = texts;
	*count = node->count;
	return ST_OK;
}

enum status reader_groups(struct reader *reader, const struct doc_node *node)
{
	enum status status =
		reader_kind(reader, node, DOC_MAP, PLAYBOOK_GROUPS_MAX);
	for (const struct doc_node *n = node->first; n && status == ST_OK;
	     n = n->next) {
		struct phrase_group group = {.name = n->key};
		struct problem inner = {0};
		status = read_phrases(reader, n, &group.words, &group.count);
		if (status != ST_OK)
			return status;
		status = phrases_group(reader->builder, &group, &inner);
		if (status != ST_OK)
			return refuse_phrase(reader, n, status, &inner);
	}
	return status;
}

/* ---- senders ---- */

static enum status sender_pattern(struct reader *reader,
                                  const struct doc_node *node,
                                  const struct reader_key *key, void *value)
{
	struct str *pattern = value;
	enum status status = reader_text(reader, node, key, pattern);

	if (status == ST_OK)
		*pattern = str_lower(reader->arena, *pattern);
	return status;
}

/* A request of ours has no place among these. */
static const char *no_request_name(int number)
{
	enum request_type type = (enum request_type)number;

	return request_type_is_request(type) ? NULL : request_type_name(type);
}

static const struct reader_names no_request_names = {
	"type that asks nothing of us", no_request_name, REQUEST_TYPE_COUNT};

/* clang-format off */
static const struct reader_key sender_keys[] = {
	{"pattern", true, sender_pattern, READER_AT(playbook_sender, pattern)},
	{"type",    true, reader_name,    READER_AT(playbook_sender, type), .names = &no_request_names},
};
/* clang-format on */

enum status reader_senders(struct reader *reader, const struct doc_node *node)
{
	static const struct reader_rows rows = {
		.keys = sender_keys,
		.key_count = COUNT(sender_keys),
		.count_max = PLAYBOOK_SENDERS_MAX,
		.bytes = sizeof(struct playbook_sender),
	};

	return reader_rows(reader, node, &rows, &reader->playbook->senders,
	                   &reader->playbook->senders_count);
}

/* ---- phrase lists ---- */

static enum status list_signal(struct reader *reader,
                               const struct doc_node *node,
                               const struct reader_key *key, void *value)
{
	enum signal_kind *kind = value;
	enum status status = reader_name(reader, node, key, kind);

	if (status == ST_OK &&
	    reader->playbook->signals[*kind].kind == SIGNAL_NONE)
		return doc_refuse(node, reader->problem,
		                  "\"signals\" has no entry for it");
	return status;
}

static enum status list_any(struct reader *reader, const struct doc_node *node,
                            const struct reader_key *key, void *value)
{
	struct playbook_list *list = value;

	(void)key;
	return read_phrases(reader, node, &list->phrases, &list->phrases_count);
}

#define LIST(member) READER_AT(playbook_list, member)

/* clang-format off */
static const struct reader_key list_keys[] = {
	{"id",         true,  reader_id,     LIST(id), .beside = READER_BESIDE(playbook_list, id, code)},
	{"lang",       false, reader_text,   LIST(lang)},
	{"spec",       false, reader_text,   LIST(spec)},
	{"points",     false, reader_points, LIST(points_milli)},
	{"signal",     false, list_signal,   LIST(signal), .names = &reader_signal_names},
	{"no_request", false, reader_name,   LIST(no_request), .names = &no_request_names},
	{"no_answer",  false, reader_milli,  LIST(weight_milli)},
	{"pressure",   false, reader_milli,  LIST(weight_milli)},
	{"language",   false, reader_text,   LIST(lang)},
	{"weight",     false, reader_milli,  LIST(weight_milli)},
	{"sentiment",  false, reader_milli,  LIST(sentiment_milli)},
	{"negation",   false, reader_int,    LIST(negation), .min = 0, .max = 8},
	{"any",        true,  list_any,      .offset = 0},
};

/* Which key makes a list evidence for what, and whether it needs a weight. */
static const struct list_aim {
	const char *key;
	enum list_target target;
	bool weighed;
} list_aims[] = {
	{"points",     LIST_TARGET_TYPES,      false},
	{"signal",     LIST_TARGET_SIGNAL,     true},
	{"no_request", LIST_TARGET_NO_REQUEST, true},
	{"no_answer",  LIST_TARGET_NO_ANSWER,  false},
	{"pressure",   LIST_TARGET_PRESSURE,   false},
	{"language",   LIST_TARGET_LANGUAGE,   false},
};
/* clang-format on */

static const struct list_aim *list_aim_find(struct str key)
{
	for (size_t i = 0; i < COUNT(list_aims); i++)
		if (str_equal(key, str_of(list_aims[i].key)))
			return &list_aims[i];
	return NULL;
}

/* A list is evidence for one thing only. */
static enum status list_aim_read(struct reader *reader,
                                 const struct doc_node *node,
                                 struct playbook_list *list)
{
	const struct doc_node *weight = doc_get(node, "weight");
	bool weighed = false;

	for (const struct doc_node *n = node->first; n; n = n->next) {
		const struct list_aim *aim = list_aim_find(n->key);

		if (aim && list->target != LIST_TARGET_NONE)
			return doc_refuse(n, reader->problem,
			                  "the list is for \"%s\" already",
			                  list_target_name(list->target));
		if (!aim)
			continue;
		list->target = aim->target;
		weighed = aim->weighed;
	}
	if (weighed && !weight)
		return doc_refuse(node, reader->problem,
		                  "the key \"weight\" is missing");
	if (!weighed && weight)
		return doc_refuse(weight, reader->problem,
		                  "only lists for a signal or no_request have "
		                  "a weight");
	if (list->target == LIST_TARGET_NONE && doc_get(node, "sentiment"))
		list->target = LIST_TARGET_SENTIMENT;
	if (list->target == LIST_TARGET_NONE)
		return doc_refuse(
			node, reader->problem,
			"says nothing: give it points, signal, sentiment, "
			"pressure, no_answer, no_request or language");
	return ST_OK;
}

static enum status list_compile(struct reader *reader,
                                const struct doc_node *node,
                                const struct playbook_list *list)
{
	const struct doc_node *any = doc_get(node, "any");
	for (const struct doc_node *n = any->first; n; n = n->next) {
		struct problem inner = {0};
		enum status status = phrases_add(
			reader->builder, n->text, (uint32_t)node->index,
			(uint32_t)n->index, list->negation, &inner);
		if (status != ST_OK)
			return refuse_phrase(reader, n, status, &inner);
	}
	return ST_OK;
}

static enum status list_check(struct reader *reader,
                              const struct doc_node *node, void *rows,
                              size_t index)
{
	struct playbook_list *list = (struct playbook_list *)rows + index;
	enum status status = list_aim_read(reader, node, list);

	if (status == ST_OK)
		status = list_compile(reader, node, list);
	return status;
}

enum status reader_lists(struct reader *reader, const struct doc_node *node)
{
	static const struct reader_rows rows = {
		.keys = list_keys,
		.key_count = COUNT(list_keys),
		.count_max = PLAYBOOK_LISTS_MAX,
		.bytes = sizeof(struct playbook_list),
		.check = list_check,
	};

	return reader_rows(reader, node, &rows, &reader->playbook->lists,
	                   &reader->playbook->lists_count);
}

/* ---- the document ---- */

static enum status top_format(struct reader *reader,
                              const struct doc_node *node,
                              const struct reader_key *key, void *value)
{
	(void)key;
	(void)value;
	if (node->kind == DOC_SCALAR && str_equal(node->text, STR(FORMAT)))
		return ST_OK;
	return doc_refuse(node, reader->problem,
	                  "must be " FORMAT
	                  ", the grammar that this program reads");
}

/* What an older document, which does not say, asks for. */
static const struct playbook_step top_rises[] = {
	{{15 * SPAN_MINUTE, HOURS_BUSINESS}, ESCALATE_DESK_LEAD},
	{{60 * SPAN_MINUTE, HOURS_BUSINESS}, ESCALATE_PARTNER},
};

/*
 * The sections are read in their own order below; here they are only known.
 */
/* clang-format off */
static const struct reader_key top_keys[] = {
	{"format",         true,  top_format,     .offset = 0},
	{"version",        true,  reader_text,    READER_AT(playbook, version)},
	{"name",           true,  reader_text,    READER_AT(playbook, name)},
	{"subject_weight", false, reader_milli,   READER_AT(playbook, subject_milli)},
	{"request_types",  true,  reader_nothing, .offset = 0},
	{"signals",        true,  reader_nothing, .offset = 0},
	{"flags",          true,  reader_nothing, .offset = 0},
	{"senders",        false, reader_nothing, .offset = 0},
	{"unacknowledged", false, reader_steps,   READER_AT(playbook, rises), .beside = READER_BESIDE(playbook, rises, rises_count)},
	{"groups",         false, reader_nothing, .offset = 0},
	{"phrases",        true,  reader_nothing, .offset = 0},
};
/* clang-format on */

static enum status read_sections(struct reader *reader,
                                 const struct doc_node *root)
{
	static const struct {
		const char *name;
		enum status (*read)(struct reader *reader,
		                    const struct doc_node *node);
	} sections[] = {
		{"request_types", reader_types}, {"signals", reader_signals},
		{"flags", reader_flags},         {"senders", reader_senders},
		{"groups", reader_groups},       {"phrases", reader_lists},
	};
	enum status status = reader_map(reader, root, top_keys, COUNT(top_keys),
	                                reader->playbook);
	for (size_t i = 0; i < COUNT(sections) && status == ST_OK; i++) {
		const struct doc_node *node = doc_get(root, sections[i].name);
		if (node)
			status = sections[i].read(reader, node);
	}
	return status;
}

enum status playbook_parse(struct arena *arena, struct str yaml,
                           struct playbook **playbook_out,
                           struct problem *problem_out)
{
	struct doc_node *root;
	if (yaml.length > LIMIT_PLAYBOOK_BYTES)
		return problem_set(problem_out, ST_LIMIT, "playbook",
		                   "is longer than %u bytes",
		                   LIMIT_PLAYBOOK_BYTES);
	enum status status = doc_parse(arena, yaml, &root, problem_out);
	if (status != ST_OK)
		return status;
	struct reader reader = {
		.arena = arena,
		.problem = problem_out,
		.playbook = arena_alloc(arena, sizeof(struct playbook)),
		.builder = phrase_builder_new(arena),
		.ids = arena_array(arena, PLAYBOOK_RULES_MAX,
	                           sizeof(struct str)),
		.codes = arena_array(arena, PLAYBOOK_RULES_MAX,
	                             sizeof(uint32_t)),
	};
	reader.playbook->subject_milli = 500;
	reader.playbook->rises = top_rises;
	reader.playbook->rises_count = COUNT(top_rises);
	status = read_sections(&reader, root);
	if (status != ST_OK)
		return status;
	reader.playbook->phrases = phrases_compile(reader.builder);
	*playbook_out = reader.playbook;
	return ST_OK;
}
