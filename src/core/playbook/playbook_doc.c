/*
 * The only place that knows libyaml: its events become nodes of our own, in
 * the arena, as they come. Reading stops at the first thing refused, so
 * neither depth nor size is the library's to bound.
 */
#include "core/playbook/playbook_doc.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct doc_reader {
	struct arena *arena;
	struct problem *problem;
	struct str yaml;
	size_t nodes;
	yaml_parser_t parser;
	yaml_event_t event; /* the one at hand; freed as the next is read */
};

/* What libyaml says about the text, in words for who writes a playbook. */
/* clang-format off */
static const struct syntax_words {
	const char *theirs;
	const char *ours;
	bool begun; /* the place to mend is where it began, not where it failed */
} syntax_words[] = {
	{"did not find expected ',' or ']'",                             "a list in [ ] is not closed, or a comma is missing",          false},
	{"did not find expected ',' or '}'",                             "keys in { } are not closed, or a comma is missing",           false},
	{"did not find expected node content",                           "a value should stand here; look at commas and brackets",      false},
	{"did not find expected '-' indicator",                          "a \"- \" should stand here; look at indentation and quotes",  false},
	{"did not find expected key",                                    "a key should stand here; look at indentation and quotes",     false},
	{"could not find expected ':'",                                  "a key has no \":\" after it",                                 true},
	{"found unexpected end of stream",                               "a quote is not closed",                                       true},
	{"found unexpected document indicator",                          "a quote is not closed",                                       true},
	{"mapping values are not allowed in this context",               "\": \" cannot stand here; look at indentation, or put text in quotes", false},
	{"mapping keys are not allowed in this context",                 "\"? \" cannot stand here; put the text in quotes",            false},
	{"block sequence entries are not allowed in this context",       "\"- \" cannot stand here; begin the list on its own line",    false},
	{"found a tab character that violates indentation",              "a tab is no indentation; use spaces",                         false},
	{"found a tab character where an indentation space is expected", "a tab is no indentation; use spaces",                         false},
	{"found character that cannot start any token",                  "nothing begins with a tab, @, % or `; indent with spaces, put text in quotes", false},
	{"found unknown escape character",                               "there is no such escape (\\); use single quotes",             false},
	{"did not find expected hexdecimal number",                      "there is no such escape (\\); use single quotes",             false},
	{"found invalid Unicode character escape code",                  "there is no such escape (\\); use single quotes",             false},
	{"did not find expected alphabetic or numeric character",        "text cannot begin with & or *; put it in quotes",             false},
	{"did not find expected comment or line break",                  "only a comment can follow on this line",                      false},
	{"did not find expected <document start>",                       "the document has ended before this",                          false},
};
/* clang-format on */

static const struct syntax_words *words_find(const char *theirs)
{
	static const struct syntax_words unknown = {
		.ours = "it cannot be read"};
	size_t count = sizeof(syntax_words) / sizeof(syntax_words[0]);
	for (size_t i = 0; theirs && i < count; i++)
		if (!strcmp(syntax_words[i].theirs, theirs))
			return &syntax_words[i];
	return &unknown;
}

/* Errors of its decoder have an offset in bytes and no mark. */
static yaml_mark_t mark_of_offset(struct str yaml, size_t offset)
{
	yaml_mark_t mark = {0};
	for (size_t i = 0; i < offset && i < yaml.length; i++) {
		unsigned char c = (unsigned char)yaml.text[i];
		if (c == '\n') {
			mark.line++;
			mark.column = 0;
		} else if ((c & 0xC0) != 0x80) {
			mark.column++;
		}
	}
	return mark;
}

static enum status refuse_at(struct doc_reader *r, yaml_mark_t at,
                             const char *text)
{
	enum status status =
		problem_set(r->problem, ST_INVALID, "playbook", "%s", text);
	if (r->problem) {
		r->problem->line = (int)at.line + 1;
		r->problem->column = (int)at.column + 1;
	}
	return status;
}

static enum status refuse_syntax(struct doc_reader *r)
{
	const yaml_parser_t *parser = &r->parser;
	if (parser->error == YAML_MEMORY_ERROR)
		abort(); /* as an arena does */
	if (parser->error == YAML_READER_ERROR)
		return refuse_at(
			r, mark_of_offset(r->yaml, parser->problem_offset),
			"is not plain UTF-8 text");
	const struct syntax_words *words = words_find(parser->problem);
	bool begun = words->begun && parser->context;
	char text[128];
	snprintf(text, sizeof(text), "is not YAML here: %s", words->ours);
	return refuse_at(r, begun ? parser->context_mark : parser->problem_mark,
	                 text);
}

static CHECKED enum status event_next(struct doc_reader *r)
{
	yaml_event_delete(&r->event);
	return yaml_parser_parse(&r->parser, &r->event) ? ST_OK
	                                                : refuse_syntax(r);
}

static void mark_take(const struct doc_reader *r, struct doc_node *node)
{
	node->line = (int)r->event.start_mark.line + 1;
	node->column = (int)r->event.start_mark.column + 1;
}

static struct str scalar_take(const struct doc_reader *r)
{
	return str_copy(r->arena,
	                (struct str){(const char *)r->event.data.scalar.value,
	                             r->event.data.scalar.length});
}

static struct doc_node *child_add(struct doc_reader *r, struct doc_node *parent,
                                  struct doc_node **last)
{
	struct doc_node *child = arena_alloc(r->arena, sizeof(*child));
	child->parent = parent;
	child->index = parent->count++;
	mark_take(r, child);
	if (*last)
		(*last)->next = child;
	else
		parent->first = child;
	*last = child;
	return child;
}

static CHECKED enum status node_read(struct doc_reader *r,
                                     struct doc_node *node, int depth);

static CHECKED enum status list_read(struct doc_reader *r,
                                     struct doc_node *node, int depth)
{
	struct doc_node *last = NULL;
	node->kind = DOC_LIST;
	for (;;) {
		enum status status = event_next(r);
		if (status != ST_OK || r->event.type == YAML_SEQUENCE_END_EVENT)
			return status;
		struct doc_node *child = child_add(r, node, &last);
		status = node_read(r, child, depth + 1);
		if (status != ST_OK)
			return status;
	}
}

/* Takes the key at hand, which is the last of its map so far. */
static CHECKED enum status key_take(struct doc_reader *r, struct doc_node *map,
                                    struct doc_node *child)
{
	if (r->event.type != YAML_SCALAR_EVENT || r->event.data.scalar.anchor ||
	    r->event.data.scalar.tag || r->event.data.scalar.length == 0)
		return doc_refuse(map, r->problem,
		                  "has a key that is not a plain word");
	if (map->count > DOC_KEYS_MAX)
		return doc_refuse(map, r->problem, "has more than %d keys",
		                  DOC_KEYS_MAX);
	child->key = scalar_take(r);
	for (const struct doc_node *n = map->first; n != child; n = n->next)
		if (str_equal(n->key, child->key))
			return doc_refuse(child, r->problem,
			                  "stands here a second time");
	return ST_OK;
}

static CHECKED enum status map_read(struct doc_reader *r, struct doc_node *node,
                                    int depth)
{
	struct doc_node *last = NULL;
	node->kind = DOC_MAP;
	for (;;) {
		enum status status = event_next(r);
		if (status != ST_OK || r->event.type == YAML_MAPPING_END_EVENT)
			return status;
		struct doc_node *child = child_add(r, node, &last);
		status = key_take(r, node, child);
		if (status != ST_OK)
			return status;
		/* A list item that is a map stands where its first key does. */
		if (child->index == 0 && node->key.length == 0) {
			node->line = child->line;
			node->column = child->column;
		}
		status = event_next(r);
		if (status != ST_OK)
			return status;
		status = node_read(r, child, depth + 1);
		if (status != ST_OK)
			return status;
	}
}

static CHECKED enum status refuse_decorated(struct doc_reader *r,
                                            const struct doc_node *node,
                                            const yaml_char_t *anchor,
                                            const yaml_char_t *tag)
{
	if (anchor)
		return doc_refuse(node, r->problem,
		                  "uses an anchor or alias (& or *); write it "
		                  "out, or put it in quotes");
	if (tag)
		return doc_refuse(node, r->problem,
		                  "uses a tag (!); put it in quotes");
	return ST_OK;
}

/* Reads what the event at hand begins, to its end. */
static CHECKED enum status node_read(struct doc_reader *r,
                                     struct doc_node *node, int depth)
{
	const yaml_event_t *event = &r->event;
	enum status status = ST_OK;
	if (depth > DOC_DEPTH_MAX)
		return doc_refuse(node, r->problem,
		                  "is nested deeper than %d levels",
		                  DOC_DEPTH_MAX);
	if (++r->nodes > DOC_NODES_MAX)
		return doc_refuse(node, r->problem,
		                  "comes after %u entries, which is too many",
		                  DOC_NODES_MAX);
	if (event->type == YAML_ALIAS_EVENT)
		return refuse_decorated(r, node, event->data.alias.anchor,
		                        NULL);
	if (event->type == YAML_SCALAR_EVENT) {
		status = refuse_decorated(r, node, event->data.scalar.anchor,
		                          event->data.scalar.tag);
		if (status == ST_OK)
			node->text = scalar_take(r);
		return status;
	}
	if (event->type == YAML_SEQUENCE_START_EVENT) {
		status = refuse_decorated(r, node,
		                          event->data.sequence_start.anchor,
		                          event->data.sequence_start.tag);
		return status == ST_OK ? list_read(r, node, depth) : status;
	}
	assert(event->type == YAML_MAPPING_START_EVENT);
	status = refuse_decorated(r, node, event->data.mapping_start.anchor,
	                          event->data.mapping_start.tag);
	return status == ST_OK ? map_read(r, node, depth) : status;
}

/* Exactly one document. */
static CHECKED enum status stream_read(struct doc_reader *r,
                                       struct doc_node *root)
{
	bool seen = false;
	for (;;) {
		enum status status = event_next(r);
		if (status != ST_OK)
			return status;
		if (r->event.type == YAML_STREAM_END_EVENT)
			break;
		if (r->event.type != YAML_DOCUMENT_START_EVENT)
			continue;
		mark_take(r, root);
		if (seen)
			return doc_refuse(root, r->problem,
			                  "is a second document in one text");
		seen = true;
		status = event_next(r);
		if (status == ST_OK)
			status = node_read(r, root, 0);
		if (status != ST_OK)
			return status;
	}
	return seen ? ST_OK
	            : problem_set(r->problem, ST_INVALID, "playbook",
	                          "is not a YAML document");
}

/* Finds a control character, or a line end that only YAML knows. */
static bool has_control(struct str yaml, size_t *offset_out)
{
	for (size_t i = 0; i < yaml.length; i++) {
		const unsigned char *c = (const unsigned char *)yaml.text + i;
		size_t left = yaml.length - i;
		if ((*c >= ' ' || *c == '\n' || *c == '\r' || *c == '\t') &&
		    *c != 0x7F && !(left > 1 && *c == 0xC2 && c[1] < 0xA0) &&
		    !(left > 2 && *c == 0xE2 && c[1] == 0x80 &&
		      (c[2] | 1) == 0xA9))
			continue;
		*offset_out = i;
		return true;
	}
	return false;
}

/* Playbooks need none, and libyaml takes long over many of them. */
static bool has_directive(struct str yaml, size_t *offset_out)
{
	for (size_t i = 0; i < yaml.length; i++) {
		if (yaml.text[i] != '%' || (i > 0 && yaml.text[i - 1] != '\n' &&
		                            yaml.text[i - 1] != '\r'))
			continue;
		*offset_out = i;
		return true;
	}
	return false;
}

enum status doc_parse(struct arena *arena, struct str yaml,
                      struct doc_node **root_out, struct problem *problem_out)
{
	struct doc_reader r = {
		.arena = arena,
		.problem = problem_out,
		.yaml = yaml,
	};
	size_t offset;
	if (!str_utf8_valid(yaml))
		return problem_set(problem_out, ST_INVALID, "playbook",
		                   "is not plain UTF-8 text");
	if (has_control(yaml, &offset))
		return refuse_at(&r, mark_of_offset(yaml, offset),
		                 "is not plain UTF-8 text");
	if (has_directive(yaml, &offset))
		return refuse_at(&r, mark_of_offset(yaml, offset),
		                 "has a directive (%); put the text in quotes");
	struct doc_node *root = arena_alloc(arena, sizeof(*root));
	root->line = root->column = 1;
	if (!yaml_parser_initialize(&r.parser))
		abort(); /* as an arena does: there is no memory */
	yaml_parser_set_input_string(
		&r.parser, (const unsigned char *)yaml.text, yaml.length);
	enum status status = stream_read(&r, root);
	yaml_event_delete(&r.event);
	yaml_parser_delete(&r.parser);
	if (status == ST_OK)
		*root_out = root;
	return status;
}

const struct doc_node *doc_get(const struct doc_node *map, const char *key)
{
	if (map->kind != DOC_MAP)
		return NULL;
	for (const struct doc_node *n = map->first; n; n = n->next)
		if (str_equal(n->key, str_of(key)))
			return n;
	return NULL;
}

/* Writes the path of a node from the top: "flags[2].points". */
static void path_write(const struct doc_node *node, char *out, size_t size)
{
	const struct doc_node *chain[DOC_DEPTH_MAX + 3];
	size_t count = 0;
	for (; node && node->parent && count < DOC_DEPTH_MAX + 3;
	     node = node->parent)
		chain[count++] = node;
	size_t used = 0;
	out[0] = 0;
	while (count-- && used < size) {
		const struct doc_node *n = chain[count];
		int wrote = n->key.length ? snprintf(out + used, size - used,
		                                     "%s%.*s", used ? "." : "",
		                                     STR_ARG(n->key))
		                          : snprintf(out + used, size - used,
		                                     "[%zu]", n->index);
		used += wrote > 0 ? (size_t)wrote : 0;
	}
	if (!out[0])
		snprintf(out, size, "playbook");
}

enum status doc_refuse(const struct doc_node *node, struct problem *problem,
                       const char *format, ...)
{
	char path[64];
	char text[256];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	path_write(node, path, sizeof(path));
	enum status status = problem_set(problem, ST_INVALID, path, "%s", text);
	if (problem) {
		problem->line = node->line;
		problem->column = node->column;
	}
	return status;
}

/* Levenshtein's distance, for words of up to 40 bytes. */
static size_t distance(struct str a, struct str b)
{
	size_t row[41];
	if (a.length > 40 || b.length > 40)
		return SIZE_MAX;
	for (size_t j = 0; j <= b.length; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.length; i++) {
		size_t corner = row[0];
		row[0] = i;
		for (size_t j = 1; j <= b.length; j++) {
			size_t best = corner + (a.text[i - 1] != b.text[j - 1]);
			corner = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[b.length];
}

const char *doc_nearest(struct str wrong, const char *const *names,
                        size_t count)
{
	const char *best = NULL;
	size_t least = wrong.length / 2 + 1;
	if (least > 4)
		least = 4;
	for (size_t i = 0; i < count; i++) {
		size_t d =
			names[i] ? distance(wrong, str_of(names[i])) : SIZE_MAX;
		if (d < least) {
			least = d;
			best = names[i];
		}
	}
	return best;
}
