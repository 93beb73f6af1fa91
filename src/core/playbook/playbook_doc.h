/*
 * A YAML document as plain nodes with positions: all that the playbook needs
 * of it. Anchors, aliases and tags are refused, so a document is as big as it
 * looks.
 */
#ifndef CORE_PLAYBOOK_DOC_H
#define CORE_PLAYBOOK_DOC_H

#include "base/arena.h"
#include "base/status.h"
#include "base/str.h"

#define DOC_DEPTH_MAX 8
#define DOC_KEYS_MAX  1000 /* of one map */
#define DOC_NODES_MAX 100000u

enum doc_kind { DOC_SCALAR, DOC_LIST, DOC_MAP };

struct doc_node {
	enum doc_kind kind;
	struct str text; /* of a scalar */
	struct str key;  /* in its map; empty in a list */
	size_t index;    /* in its list or map */
	int line;        /* 1-based; of the key, where there is one */
	int column;
	const struct doc_node *parent; /* NULL at the top */
	struct doc_node *first;        /* children of a list or map */
	struct doc_node *next;
	size_t count;
};

/*
 * ST_INVALID: not one YAML document, or more of it than is read. The problem
 * has line and column, 1-based, where there is a place to show.
 */
CHECKED enum status doc_parse(struct arena *arena, struct str yaml,
                              struct doc_node **root_out,
                              struct problem *problem_out);

/* NULL when the map has no such key. */
const struct doc_node *doc_get(const struct doc_node *map, const char *key);

/*
 * Fills the problem with the node's path ("flags[2].points"), its position and
 * the text; returns ST_INVALID.
 */
enum status doc_refuse(const struct doc_node *node, struct problem *problem,
                       const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The name nearest to `wrong`, or NULL when none is near. */
const char *doc_nearest(struct str wrong, const char *const *names,
                        size_t count);

#endif
