/*
 * Reading the playbook's nodes into its structs: a map is described by a table
 * of its keys, so that an unknown key, a missing one and a wrong value are
 * refused alike, with a suggestion.
 */
#ifndef CORE_PLAYBOOK_READER_H
#define CORE_PLAYBOOK_READER_H

#include "core/phrases.h"
#include "core/playbook.h"
#include "core/playbook_doc.h"

#define PLAYBOOK_LISTS_MAX   2000u
#define PLAYBOOK_FLAGS_MAX   200u
#define PLAYBOOK_CLOCKS_MAX  16u
#define PLAYBOOK_STEPS_MAX   8u
#define PLAYBOOK_SENDERS_MAX 1000u
#define PLAYBOOK_GROUPS_MAX  200u
#define PLAYBOOK_RULES_MAX   4000u

struct reader {
	struct arena *arena;
	struct problem *problem;
	struct playbook *playbook;
	struct phrase_builder *builder;
	/* Every id so far: a code may stand once in a document. */
	struct str *ids;
	uint32_t *codes;
	size_t ids_count;
};

/* A key of a map; `read` fills the map's object from the value. */
struct reader_key {
	const char *name;
	bool required;
	enum status (*read)(struct reader *reader, const struct doc_node *node,
	                    void *object);
};

CHECKED enum status reader_map(struct reader *reader,
                               const struct doc_node *node,
                               const struct reader_key *keys, size_t count,
                               void *object);

/* Refuses what is not of that kind. */
CHECKED enum status reader_kind(struct reader *reader,
                                const struct doc_node *node, enum doc_kind kind,
                                size_t count_max);
CHECKED enum status reader_text(struct reader *reader,
                                const struct doc_node *node,
                                struct str *text_out);
CHECKED enum status reader_int(struct reader *reader,
                               const struct doc_node *node, int min, int max,
                               int *value_out);
/* "0.75" as 750, at most 100 either way. */
CHECKED enum status reader_milli(struct reader *reader,
                                 const struct doc_node *node,
                                 int32_t *milli_out);
/* "30m business", at least `min` long. */
CHECKED enum status reader_duration(struct reader *reader,
                                    const struct doc_node *node, span_ms min,
                                    struct duration *duration_out);
/* The number of the name in `names`, from 1. */
CHECKED enum status reader_name(struct reader *reader,
                                const struct doc_node *node, const char *what,
                                const char *const *names, size_t count,
                                size_t *index_out);
/* An id that no other rule has, and its code. */
CHECKED enum status reader_id(struct reader *reader,
                              const struct doc_node *node, struct str *id_out,
                              uint32_t *code_out);
CHECKED enum status reader_steps(struct reader *reader,
                                 const struct doc_node *node,
                                 const struct playbook_step **steps_out,
                                 size_t *count_out);

/* {status_inquiry: 1.5, other: -0.5}; types left out keep their points. */
CHECKED enum status reader_points(struct reader *reader,
                                  const struct doc_node *node,
                                  int32_t points_out[REQUEST_TYPE_COUNT]);

/* The sections, one function each. */
CHECKED enum status reader_types(struct reader *reader,
                                 const struct doc_node *node);
CHECKED enum status reader_signals(struct reader *reader,
                                   const struct doc_node *node);
CHECKED enum status reader_flags(struct reader *reader,
                                 const struct doc_node *node);
CHECKED enum status reader_groups(struct reader *reader,
                                  const struct doc_node *node);
CHECKED enum status reader_senders(struct reader *reader,
                                   const struct doc_node *node);
CHECKED enum status reader_lists(struct reader *reader,
                                 const struct doc_node *node);

#endif
