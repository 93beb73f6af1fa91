/*
 * What the builder makes and the matcher walks: a vocabulary that gives each
 * word its symbols, and a trie over symbols. A symbol stands for one place in
 * a phrase: a word, a prefix, a set of alternatives or a named group.
 */
#ifndef CORE_PHRASES_PRIVATE_H
#define CORE_PHRASES_PRIVATE_H

#include "core/text/phrases.h"

#define PHRASES_NONE UINT32_MAX

enum {
	SYMBOL_NUMBER,
	SYMBOL_MONEY,
	SYMBOL_SHOUT,
	SYMBOL_NEGATION,
	SYMBOL_WORD, /* every word */
	SYMBOL_GIVEN_COUNT
};

enum {
	ROOT_ANYWHERE,
	ROOT_SENTENCE, /* phrases that begin with ^ */
	ROOT_COUNT
};

enum phrase_flag {
	PHRASE_ENDS = 1 << 0,     /* $ */
	PHRASE_QUESTION = 1 << 1, /* ? */
	PHRASE_EXCLAIM = 1 << 2,  /* ! */
	PHRASE_NEGATES = 1 << 3,  /* names a word of negation itself */
};

/* Places [first, first + count) of an array of phrases. */
struct phrase_range {
	uint32_t first, count;
};

/* A word or a prefix of the vocabulary. */
struct phrase_entry {
	struct str text;
	uint64_t hash;
	bool prefix;
	bool negates;  /* belongs to the group "negation" */
	uint32_t own;  /* symbol for the word alone, or PHRASES_NONE */
	uint32_t uses; /* first of its chain of symbols, or PHRASES_NONE */
	struct phrase_range symbols; /* the same, laid out */
};

struct phrase_use {
	uint32_t symbol;
	uint32_t next;
};

struct phrase_node {
	uint32_t parent;
	uint32_t symbol;
	uint32_t gap;       /* words that may follow before the next symbol */
	uint32_t same;      /* sibling: same parent and symbol, other gap */
	uint32_t terminals; /* first of the phrases that end here */
	struct phrase_range children;
};

struct phrase_child {
	uint32_t symbol;
	uint32_t node;
};

struct phrase_terminal {
	uint32_t list;
	uint32_t phrase;
	int32_t negation;
	uint32_t flags;
	uint32_t next;
};

/* An array that grows in an arena. */
#define PHRASES_ARRAY(type)                                                    \
	struct {                                                               \
		type *items;                                                   \
		uint32_t count, capacity;                                      \
	}

/*
 * While it is built, `uses`, `same` and the edge table hold the trie; compiling
 * lays it out as `symbols` and `children`, which is what matching walks.
 */
struct phrases {
	PHRASES_ARRAY(struct phrase_entry) entries;
	PHRASES_ARRAY(struct phrase_use) uses;
	PHRASES_ARRAY(struct phrase_node) nodes; /* the roots come first */
	PHRASES_ARRAY(struct phrase_terminal) terminals;
	/* Open addressing, a power of two: index + 1, 0 is free. */
	uint32_t *entry_slots;
	uint32_t entry_mask;
	uint32_t *edge_slots;
	uint32_t edge_mask;
	uint64_t prefix_lengths; /* bit (length - 1) */
	uint32_t symbol_count;

	uint32_t *symbols;             /* of all entries, each in its range */
	struct phrase_child *children; /* of all nodes, each in its range */
	/* Per root and symbol, the nodes that it begins: ranges of `starts`. */
	struct phrase_range *roots[ROOT_COUNT];
	uint32_t *starts;
};

static inline uint64_t phrases_hash_start(void)
{
	return 0xCBF29CE484222325u;
}

static inline uint64_t phrases_hash_byte(uint64_t hash, char byte)
{
	return (hash ^ (unsigned char)byte) * 0x100000001B3u;
}

/* Index of the entry, or PHRASES_NONE. */
uint32_t phrases_entry_find(const struct phrases *phrases, struct str text,
                            uint64_t hash, bool prefix);

/* The entries that a folded word fits: itself and its prefixes. */
#define PHRASE_ENTRIES_MAX (WORD_BYTES_MAX + 1u)
size_t phrases_entries(const struct phrases *phrases, struct str fold,
                       uint32_t entries_out[PHRASE_ENTRIES_MAX]);

#endif
