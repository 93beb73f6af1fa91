/*
 * All phrases of a playbook in one automaton over words. A phrase is a
 * sequence of words:
 *
 *   word       that word, folded as core/text/words.h folds it
 *   word*      any word that begins so
 *   (a|b c|d*) one of these;   (a|b)? one of them or none
 *   <name>     one of a named group; <word>, <number>, <money> and
 *              <shout> are given
 *   *          a gap of up to two words; *4 up to four (at most 6)
 *   ^ first    the phrase begins its sentence
 *   last $     it ends its sentence
 *   last ?     its sentence is a question;   last ! an exclamation
 *
 * A phrase never crosses the end of a sentence. For each phrase and each word
 * that it can end at there is one hit: the shortest. Matching is linear in the
 * text for a given playbook.
 */
#ifndef CORE_PHRASES_H
#define CORE_PHRASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/str.h"
#include "core/text/words.h"

#define PHRASES_MAX      20000u /* in one automaton, options written out */
#define PHRASE_WORDS_MAX 16u
#define PHRASE_GAP_MAX   6u
#define PHRASE_HITS_MAX  4096u /* kept of one text; later ones are ignored */
#define PHRASE_LISTS_MAX 65535u

struct phrase_group {
	struct str name;
	const struct str *words; /* "word" or "word*" */
	size_t count;
};

struct phrase_hit {
	uint32_t list;   /* the number given to phrases_add() */
	uint32_t phrase; /* likewise */
	uint32_t first;  /* words [first, last] */
	uint32_t last;
	size_t start; /* bytes [start, end) of the text */
	size_t end;
};

struct phrases; /* compiled: constant, in its arena, readable by any thread */
struct phrase_builder;

struct phrase_builder *phrase_builder_new(struct arena *arena);

/*
 * Names a group of words for <name>. The group "negation" holds the words
 * that void hits. ST_INVALID: a word that is not one, or the name is taken.
 */
CHECKED enum status phrases_group(struct phrase_builder *builder,
                                  const struct phrase_group *group,
                                  struct problem *problem_out);

/*
 * Adds a phrase under the caller's numbers. `negation`: so many words before
 * it are looked at for a word of the group "negation", which voids the hit;
 * so does one in a gap, unless the phrase names such a word itself. Groups
 * must have been named before. ST_INVALID: the text is not a phrase;
 * ST_LIMIT: too many, or too long.
 */
CHECKED enum status phrases_add(struct phrase_builder *builder, struct str text,
                                uint32_t list, uint32_t phrase, int negation,
                                struct problem *problem_out);

/* The builder is spent afterwards. */
const struct phrases *phrases_compile(struct phrase_builder *builder);

/*
 * All hits in the order of their last word. `hits_out` points into the arena.
 */
size_t phrases_match(const struct phrases *phrases, const struct words *words,
                     struct arena *arena, const struct phrase_hit **hits_out);

#endif
