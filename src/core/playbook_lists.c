/*
 * The document's words: groups, senders, and the phrase lists, which go into
 * the automaton as they are read so that a wrong phrase is refused with its
 * own line and column. playbook_parse() itself is at the end.
 */
#include <assert.h>

#include "base/limits.h"
#include "core/playbook_reader.h"

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
                                  const struct doc_node *node, void *object)
{
	struct playbook_sender *sender = object;
	enum status status = reader_text(reader, node, &sender->pattern);
	if (status == ST_OK)
		sender->pattern = str_lower(reader->arena, sender->pattern);
	return status;
}

static enum status no_request_type(struct reader *reader,
                                   const struct doc_node *node,
                                   enum request_type *type_out)
{
	const char *names[REQUEST_TYPE_COUNT] = {NULL};
	size_t count = 1;
	for (int i = 1; i < REQUEST_TYPE_COUNT; i++)
		if (!request_type_is_request((enum request_type)i))
			names[count++] =
				request_type_name((enum request_type)i);
	size_t index = 0;
	enum status status =
		reader_name(reader, node, "type that asks nothing of us", names,
	                    count, &index);
	if (status == ST_OK) {
		bool found = request_type_find(str_of(names[index]), type_out);
		assert(found);
	}
	return status;
}

static enum status sender_type(struct reader *reader,
                               const struct doc_node *node, void *object)
{
	struct playbook_sender *sender = object;
	return no_request_type(reader, node, &sender->type);
}

static const struct reader_key sender_keys[] = {
	{"pattern", true, sender_pattern},
	{"type", true, sender_type},
};

enum status reader_senders(struct reader *reader, const struct doc_node *node)
{
	enum status status =
		reader_kind(reader, node, DOC_LIST, PLAYBOOK_SENDERS_MAX);
	if (status != ST_OK)
		return status;
	struct playbook_sender *senders =
		arena_array(reader->arena, node->count + 1, sizeof(*senders));
	for (const struct doc_node *n = node->first; n; n = n->next) {
		status = reader_map(reader, n, sender_keys, COUNT(sender_keys),
		                    &senders[n->index]);
		if (status != ST_OK)
			return status;
	}
	reader->playbook->senders = senders;
	reader->playbook->senders_count = node->count;
	return ST_OK;
}

/* ---- phrase lists ---- */

static enum status list_id(struct reader *reader, const struct doc_node *node,
                           void *object)
{
	struct playbook_list *list = object;
	return reader_id(reader, node, &list->id, &list->code);
}

static enum status list_lang(struct reader *reader, const struct doc_node *node,
                             void *object)
{
	struct playbook_list *list = object;
	return reader_text(reader, node, &list->lang);
}

static enum status list_spec(struct reader *reader, const struct doc_node *node,
                             void *object)
{
	struct playbook_list *list = object;
	return reader_text(reader, node, &list->spec);
}

/* A list is evidence for one thing only. */
static enum status list_aim(struct reader *reader, const struct doc_node *node,
                            struct playbook_list *list, enum list_target target)
{
	if (list->target != LIST_TARGET_NONE)
		return doc_refuse(node, reader->problem,
		                  "the list is for \"%s\" already",
		                  list_target_name(list->target));
	list->target = target;
	return ST_OK;
}

static enum status list_signal(struct reader *reader,
                               const struct doc_node *node, void *object)
{
	struct playbook_list *list = object;
	const char *names[SIGNAL_KIND_COUNT];
	for (int i = 0; i < SIGNAL_KIND_COUNT; i++)
		names[i] = signal_kind_name((enum signal_kind)i);
	size_t kind = 0;
	enum status status = reader_name(reader, node, "signal", names,
	                                 SIGNAL_KIND_COUNT, &kind);
	if (status != ST_OK)
		return status;
	if (reader->playbook->signals[kind].kind == SIGNAL_NONE)
		return doc_refuse(node, reader->problem,
		                  "\"signals\" has no entry for it");
	list->signal = (enum signal_kind)kind;
	return list_aim(reader, node, list, LIST_TARGET_SIGNAL);
}

static enum status list_points(struct reader *reader,
                               const struct doc_node *node, void *object)
{
	struct playbook_list *list = object;
	enum status status = reader_points(reader, node, list->points_milli);
	if (status != ST_OK)
		return status;
	return list_aim(reader, node, list, LIST_TARGET_TYPES);
}

static enum status list_no_request(struct reader *reader,
                                   const struct doc_node *node, void *object)
{
	struct playbook_list *list = object;
	enum status status = no_request_type(reader, node, &list->no_request);
	if (status != ST_OK)
		return status;
	return list_aim(reader, node, list, LIST_TARGET_NO_REQUEST);
}

static enum status list_pressure(struct reader *reader,
                                 const struct doc_node *node, void *object)
{
	struct playbook_list *list = object;
	enum status status = reader_milli(reader, node, &list->weight_milli);
	if (status != ST_OK)
		return status;
	return list_aim(reader, node, list, LIST_TARGET_PRESSURE);
}

static enum status list_no_answer(struct reader *reader,
                                  const struct doc_node *node, void *object)
{
	struct playbook_list *list = object;
	enum status status = reader_milli(reader, node, &list->weight_milli);
	if (status != ST_OK)
		return status;
	return list_aim(reader, node, list, LIST_TARGET_NO_ANSWER);
}

static enum status list_language(struct reader *reader,
                                 const struct doc_node *node, void *object)
{
	struct playbook_list *list = object;
	enum status status = reader_text(reader, node, &list->lang);
	if (status != ST_OK)
		return status;
	return list_aim(reader, node, list, LIST_TARGET_LANGUAGE);
}

static enum status list_weight(struct reader *reader,
                               const struct doc_node *node, void *object)
{
	struct playbook_list *list = object;
	return reader_milli(reader, node, &list->weight_milli);
}

static enum status list_sentiment(struct reader *reader,
                                  const struct doc_node *node, void *object)
{
	struct playbook_list *list = object;
	return reader_milli(reader, node, &list->sentiment_milli);
}

static enum status list_negation(struct reader *reader,
                                 const struct doc_node *node, void *object)
{
	struct playbook_list *list = object;
	return reader_int(reader, node, 0, 8, &list->negation);
}

static enum status list_any(struct reader *reader, const struct doc_node *node,
                            void *object)
{
	struct playbook_list *list = object;
	return read_phrases(reader, node, &list->phrases, &list->phrases_count);
}

static const struct reader_key list_keys[] = {
	{"id", true, list_id},
	{"lang", false, list_lang},
	{"spec", false, list_spec},
	{"points", false, list_points},
	{"signal", false, list_signal},
	{"no_request", false, list_no_request},
	{"no_answer", false, list_no_answer},
	{"pressure", false, list_pressure},
	{"language", false, list_language},
	{"weight", false, list_weight},
	{"sentiment", false, list_sentiment},
	{"negation", false, list_negation},
	{"any", true, list_any},
};

static enum status list_check(struct reader *reader,
                              const struct doc_node *node,
                              struct playbook_list *list)
{
	const struct doc_node *weight = doc_get(node, "weight");
	bool weighed = list->target == LIST_TARGET_SIGNAL ||
	               list->target == LIST_TARGET_NO_REQUEST;
	if (weighed && !weight)
		return doc_refuse(node, reader->problem,
		                  "the key \"weight\" is missing");
	if (!weighed && weight)
		return doc_refuse(weight, reader->problem,
		                  "only lists for a signal or no_request have "
		                  "a weight");
	if (list->target == LIST_TARGET_NONE) {
		if (!doc_get(node, "sentiment"))
			return doc_refuse(
				node, reader->problem,
				"says nothing: give it points, signal, "
				"sentiment, pressure, no_answer, no_request or "
				"language");
		list->target = LIST_TARGET_SENTIMENT;
	}
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

enum status reader_lists(struct reader *reader, const struct doc_node *node)
{
	enum status status =
		reader_kind(reader, node, DOC_LIST, PLAYBOOK_LISTS_MAX);
	if (status != ST_OK)
		return status;
	struct playbook_list *lists =
		arena_array(reader->arena, node->count + 1, sizeof(*lists));
	for (const struct doc_node *n = node->first; n; n = n->next) {
		struct playbook_list *list = &lists[n->index];
		status = reader_map(reader, n, list_keys, COUNT(list_keys),
		                    list);
		if (status == ST_OK)
			status = list_check(reader, n, list);
		if (status == ST_OK)
			status = list_compile(reader, n, list);
		if (status != ST_OK)
			return status;
	}
	reader->playbook->lists = lists;
	reader->playbook->lists_count = node->count;
	return ST_OK;
}

/* ---- the document ---- */

static enum status top_format(struct reader *reader,
                              const struct doc_node *node, void *object)
{
	(void)object;
	if (node->kind == DOC_SCALAR && str_equal(node->text, STR(FORMAT)))
		return ST_OK;
	return doc_refuse(node, reader->problem,
	                  "must be " FORMAT
	                  ", the grammar that this program reads");
}

static enum status top_version(struct reader *reader,
                               const struct doc_node *node, void *object)
{
	struct playbook *playbook = object;
	return reader_text(reader, node, &playbook->version);
}

static enum status top_name(struct reader *reader, const struct doc_node *node,
                            void *object)
{
	struct playbook *playbook = object;
	return reader_text(reader, node, &playbook->name);
}

static enum status top_subject(struct reader *reader,
                               const struct doc_node *node, void *object)
{
	struct playbook *playbook = object;
	return reader_milli(reader, node, &playbook->subject_milli);
}

/* The sections are read in their own order below; here they are only known. */
static enum status top_section(struct reader *reader,
                               const struct doc_node *node, void *object)
{
	(void)reader;
	(void)node;
	(void)object;
	return ST_OK;
}

static const struct reader_key top_keys[] = {
	{"format", true, top_format},
	{"version", true, top_version},
	{"name", true, top_name},
	{"subject_weight", false, top_subject},
	{"request_types", true, top_section},
	{"signals", true, top_section},
	{"flags", true, top_section},
	{"senders", false, top_section},
	{"groups", false, top_section},
	{"phrases", true, top_section},
};

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
	status = read_sections(&reader, root);
	if (status != ST_OK)
		return status;
	reader.playbook->phrases = phrases_compile(reader.builder);
	*playbook_out = reader.playbook;
	return ST_OK;
}
