/*
 * The only place that knows libfyaml: its document is copied into nodes of our
 * own and dropped at once.
 */
#include "core/playbook_doc.h"

#include <assert.h>
#include <libfyaml.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct copier {
	struct arena *arena;
	struct problem *problem;
	size_t nodes;
};

static CHECKED enum status doc_copy(struct copier *c, struct fy_node *from,
                                    struct doc_node *node, int depth);

static void mark_take(struct fy_token *token, struct doc_node *node)
{
	const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;
	if (mark) {
		node->line = mark->line + 1;
		node->column = mark->column + 1;
	}
}

static struct str scalar_take(struct arena *arena, struct fy_node *from)
{
	size_t length = 0;
	const char *text = fy_node_get_scalar(from, &length);
	return text ? str_copy(arena, (struct str){text, length})
	            : (struct str){"", 0};
}

static struct doc_node *child_add(struct copier *c, struct doc_node *parent,
                                  struct doc_node **last)
{
	struct doc_node *child = arena_alloc(c->arena, sizeof(*child));
	child->parent = parent;
	child->line = parent->line;
	child->column = parent->column;
	child->index = parent->count++;
	if (*last)
		(*last)->next = child;
	else
		parent->first = child;
	*last = child;
	return child;
}

static CHECKED enum status copy_list(struct copier *c, struct fy_node *from,
                                     struct doc_node *node, int depth)
{
	void *iterator = NULL;
	struct doc_node *last = NULL;
	struct fy_node *item;
	node->kind = DOC_LIST;
	while ((item = fy_node_sequence_iterate(from, &iterator))) {
		struct doc_node *child = child_add(c, node, &last);
		enum status status = doc_copy(c, item, child, depth + 1);
		if (status != ST_OK)
			return status;
	}
	return ST_OK;
}

static CHECKED enum status copy_map(struct copier *c, struct fy_node *from,
                                    struct doc_node *node, int depth)
{
	void *iterator = NULL;
	struct doc_node *last = NULL;
	struct fy_node_pair *pair;
	node->kind = DOC_MAP;
	while ((pair = fy_node_mapping_iterate(from, &iterator))) {
		struct doc_node *child = child_add(c, node, &last);
		struct fy_node *key = fy_node_pair_key(pair);
		if (!key || !fy_node_is_scalar(key))
			return doc_refuse(node, c->problem,
			                  "has a key that is not a plain word");
		mark_take(fy_node_get_scalar_token(key), child);
		child->key = scalar_take(c->arena, key);
		/* A list item that is a map stands where its first key does. */
		if (child->index == 0 && node->key.length == 0) {
			node->line = child->line;
			node->column = child->column;
		}
		enum status status =
			doc_copy(c, fy_node_pair_value(pair), child, depth + 1);
		if (status != ST_OK)
			return status;
	}
	return ST_OK;
}

static CHECKED enum status doc_copy(struct copier *c, struct fy_node *from,
                                    struct doc_node *node, int depth)
{
	if (depth > DOC_DEPTH_MAX)
		return doc_refuse(node, c->problem,
		                  "is nested deeper than %d levels",
		                  DOC_DEPTH_MAX);
	if (++c->nodes > DOC_NODES_MAX)
		return doc_refuse(node, c->problem,
		                  "comes after %u entries, which is too many",
		                  DOC_NODES_MAX);
	if (!from)
		return ST_OK;
	if (fy_node_is_alias(from) || fy_node_get_anchor(from))
		return doc_refuse(node, c->problem,
		                  "uses an anchor or alias (& or *); write it "
		                  "out, or put it in quotes");
	switch (fy_node_get_type(from)) {
	case FYNT_SCALAR:
		if (node->key.length == 0)
			mark_take(fy_node_get_scalar_token(from), node);
		node->text = scalar_take(c->arena, from);
		return ST_OK;
	case FYNT_SEQUENCE:
		return copy_list(c, from, node, depth);
	case FYNT_MAPPING:
		return copy_map(c, from, node, depth);
	}
	return ST_OK;
}

static enum status refuse_syntax(struct fy_diag *diag, struct problem *problem)
{
	void *iterator = NULL;
	const struct fy_diag_error *error =
		fy_diag_errors_iterate(diag, &iterator);
	if (!error || !error->msg)
		return problem_set(problem, ST_INVALID, "playbook",
		                   "is not a YAML document");
	enum status status = problem_set(problem, ST_INVALID, "playbook",
	                                 "is not YAML here: %s", error->msg);
	if (problem && error->line > 0) {
		problem->line = error->line;
		problem->column = error->column;
	}
	return status;
}

static bool has_control(struct str yaml)
{
	for (size_t i = 0; i < yaml.length; i++) {
		unsigned char c = (unsigned char)yaml.text[i];
		if ((c < ' ' && c != '\n' && c != '\r' && c != '\t') ||
		    c == 0x7F)
			return true;
	}
	return false;
}

enum status doc_parse(struct arena *arena, struct str yaml,
                      struct doc_node **root_out, struct problem *problem_out)
{
	if (!str_utf8_valid(yaml) || has_control(yaml))
		return problem_set(problem_out, ST_INVALID, "playbook",
		                   "is not plain UTF-8 text");
	struct fy_diag_cfg diag_cfg;
	fy_diag_cfg_default(&diag_cfg);
	diag_cfg.fp = NULL;
	struct fy_diag *diag = fy_diag_create(&diag_cfg);
	assert(diag);
	fy_diag_set_collect_errors(diag, true);
	struct fy_parse_cfg cfg = {
		.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG,
		.diag = diag,
	};
	struct fy_document *document =
		fy_document_build_from_string(&cfg, yaml.text, yaml.length);
	enum status status;
	struct doc_node *root = arena_alloc(arena, sizeof(*root));
	root->line = root->column = 1;
	if (document) {
		struct copier c = {.arena = arena, .problem = problem_out};
		status = doc_copy(&c, fy_document_root(document), root, 0);
	} else {
		status = refuse_syntax(diag, problem_out);
	}
	fy_document_destroy(document);
	fy_diag_destroy(diag);
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
