/*
 * Reading the playbook's nodes into its structs: a map is described by a table
 * of its keys, so that an unknown key, a missing one and a wrong value are
 * refused alike, with a suggestion.
 */
#ifndef CORE_PLAYBOOK_READER_H
#define CORE_PLAYBOOK_READER_H

#include <stddef.h>

#include "core/playbook/playbook.h"
#include "core/playbook/playbook_doc.h"
#include "core/text/phrases.h"

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

/* Names that a value may be, from 1; `name` gives the text of each. */
struct reader_names {
	const char *what; /* "kind of promise" */
	const char *(*name)(int number);
	int count;
};

/*
 * A key of a map. `read` gets the place of its value: `offset` bytes into the
 * map's object, so at 0 the object itself.
 */
struct reader_key {
	const char *name;
	bool required;
	enum status (*read)(struct reader *reader, const struct doc_node *node,
	                    const struct reader_key *key, void *value);
	size_t offset;
	/* What some readers need beside. */
	int min, max;                     /* reader_int, reader_duration */
	const struct reader_names *names; /* reader_name */
	size_t beside; /* the code of an id, the count of a list */
};

#define READER_AT(type, member) .offset = offsetof(struct type, member)
/* Where the second value is, seen from the first. */
#define READER_BESIDE(type, member, other)                                     \
	(offsetof(struct type, other) - offsetof(struct type, member))

CHECKED enum status reader_map(struct reader *reader,
                               const struct doc_node *node,
                               const struct reader_key *keys, size_t count,
                               void *object);

/*
 * A list of maps, at most `count_max`, each into an object of `bytes`; `check`
 * (may be NULL) sees each when it is read. The objects are one array.
 */
struct reader_rows {
	const struct reader_key *keys;
	size_t key_count;
	size_t count_max, bytes;
	enum status (*check)(struct reader *reader, const struct doc_node *node,
	                     void *rows, size_t index);
};
CHECKED enum status reader_rows(struct reader *reader,
                                const struct doc_node *node,
                                const struct reader_rows *rows, void *rows_out,
                                size_t *count_out);

/* Refuses what is not of that kind. */
CHECKED enum status reader_kind(struct reader *reader,
                                const struct doc_node *node, enum doc_kind kind,
                                size_t count_max);
/* The number of the name, from 1, less than names->count. */
CHECKED enum status reader_number(struct reader *reader,
                                  const struct doc_node *node,
                                  const struct reader_names *names,
                                  int *number_out);

/* -- Readers of one value, for the tables of keys ------------------------- */

#define READER(name)                                                           \
	CHECKED enum status name(struct reader *reader,                        \
	                         const struct doc_node *node,                  \
	                         const struct reader_key *key, void *value)

READER(reader_text);     /* struct str, not empty */
READER(reader_int);      /* int, from key->min to key->max */
READER(reader_milli);    /* int32_t: "0.75" as 750, at most 100 either way */
READER(reader_duration); /* struct duration, of key->min minutes or more */
READER(reader_name);     /* an enum: the number of one of key->names */
READER(reader_id);       /* struct str no other rule has; beside: its code */
READER(reader_steps);    /* const struct playbook_step *; beside: how many */
/* int32_t[REQUEST_TYPE_COUNT]: {status_inquiry: 1.5, other: -0.5}. */
READER(reader_points);
READER(reader_nothing); /* a key that is read elsewhere */

#undef READER

extern const struct reader_names reader_signal_names;

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
