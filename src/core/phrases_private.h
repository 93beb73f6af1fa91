/*
 * What the builder makes and the matcher walks: a vocabulary that gives each
 * word its symbols, and a trie over symbols. A symbol stands for one place in
 * a phrase: a word, a prefix, a set of alternatives or a named group.
 */
#ifndef CORE_PHRASES_PRIVATE_H
#define CORE_PHRASES_PRIVATE_H

#include "core/phrases.h"

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

/* A word or a prefix of the vocabulary. */
struct phrase_entry {
	struct str text;
	uint64_t hash;
	bool prefix;
	uint32_t own;  /* symbol for the word alone, or PHRASES_NONE */
	uint32_t uses; /* first of its chain of symbols, or PHRASES_NONE */
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
	uint64_t children;  /* bit (symbol % 64) for each child's symbol */
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
	uint32_t symbols;
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
/* First child of `node` by `symbol`, or PHRASES_NONE. */
uint32_t phrases_child(const struct phrases *phrases, uint32_t node,
                       uint32_t symbol);

/* The symbols of a word, each once; a word has at most that many. */
#define PHRASE_SYMBOLS_MAX 96u
size_t phrases_symbols(const struct phrases *phrases, const struct word *word,
                       uint32_t symbols_out[PHRASE_SYMBOLS_MAX]);

#endif
