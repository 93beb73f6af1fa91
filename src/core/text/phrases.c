/*
 * The matcher. It walks the words once with a small set of active states: a
 * node of the trie, where its phrase began and where its last word stood. A
 * state waits as many words as its node's gap allows. Of two states on one
 * node that ended at one word only the later begun is kept, so the set is
 * bounded by the playbook and not by the text. A word's symbols are marked
 * once, so that a state only looks at its own children.
 */
#include "core/text/phrases.h"

#include <assert.h>
#include <string.h>

#include "core/text/phrases_private.h"

#define STATES_MAX 512u /* more at one word are not followed */

struct state {
	uint32_t node;
	uint32_t first;
	uint32_t last;
};

struct matcher {
	const struct phrases *phrases;
	const struct words *words;
	uint32_t *negated; /* per word: 1 + the last negation before or at it */
	uint32_t *seen;    /* per symbol: 1 + the last word that had it */
	uint32_t roots;    /* below which the word read now begins phrases */
	struct state states[STATES_MAX];
	size_t states_count;
	struct phrase_hit *hits;
	size_t hits_count, hits_capacity;
	struct arena *arena;
};

uint32_t phrases_entry_find(const struct phrases *phrases, struct str text,
                            uint64_t hash, bool prefix)
{
	uint32_t at = (uint32_t)hash & phrases->entry_mask;
	for (;; at = (at + 1) & phrases->entry_mask) {
		uint32_t slot = phrases->entry_slots[at];
		if (slot == 0)
			return PHRASES_NONE;
		const struct phrase_entry *entry =
			&phrases->entries.items[slot - 1];
		if (entry->hash == hash && entry->prefix == prefix &&
		    str_equal(entry->text, text))
			return slot - 1;
	}
}

size_t phrases_entries(const struct phrases *phrases, struct str fold,
                       uint32_t entries_out[PHRASE_ENTRIES_MAX])
{
	uint64_t hash = phrases_hash_start();
	size_t count = 0;
	uint32_t entry;

	assert(fold.length <= WORD_BYTES_MAX);
	for (size_t i = 0; i < fold.length; i++) {
		hash = phrases_hash_byte(hash, fold.text[i]);
		if (!(phrases->prefix_lengths >> i & 1))
			continue;
		struct str start = {fold.text, i + 1};
		entry = phrases_entry_find(phrases, start, hash, true);
		if (entry != PHRASES_NONE)
			entries_out[count++] = entry;
	}
	entry = phrases_entry_find(phrases, fold, hash, false);
	if (entry != PHRASES_NONE)
		entries_out[count++] = entry;
	return count;
}

static bool sentence_ends(const struct words *words, uint32_t last)
{
	return last + 1 >= words->count ||
	       words->list[last + 1].sentence != words->list[last].sentence;
}

/* A word of negation near enough before the hit, or inside it, voids it. */
static bool hit_is_negated(const struct matcher *m,
                           const struct phrase_terminal *terminal,
                           uint32_t first, uint32_t last)
{
	if (terminal->negation == 0)
		return false;
	uint32_t from = last;
	if (terminal->flags & PHRASE_NEGATES) {
		if (first == 0 || (m->words->list[first].flags &
		                   (WORD_SENTENCE | WORD_COMMA)))
			return false;
		from = first - 1;
	}
	uint32_t negated = m->negated[from];
	return negated && negated - 1 + (uint32_t)terminal->negation >= first;
}

static bool terminal_fits(const struct matcher *m,
                          const struct phrase_terminal *terminal,
                          const struct state *state)
{
	uint32_t flags = m->words->list[state->last].flags;
	if ((terminal->flags & PHRASE_QUESTION) && !(flags & WORD_QUESTION))
		return false;
	if ((terminal->flags & PHRASE_EXCLAIM) && !(flags & WORD_EXCLAIM))
		return false;
	if ((terminal->flags & PHRASE_ENDS) &&
	    !sentence_ends(m->words, state->last))
		return false;
	return !hit_is_negated(m, terminal, state->first, state->last);
}

static void hit_add(struct matcher *m, const struct phrase_terminal *terminal,
                    const struct state *state)
{
	const struct word *list = m->words->list;
	struct phrase_hit hit = {
		.list = terminal->list,
		.phrase = terminal->phrase,
		.first = state->first,
		.last = state->last,
		.start = list[state->first].start,
		.end = list[state->last].end,
	};
	/* A phrase with options may end here in two ways: the shortest wins. */
	for (size_t i = m->hits_count; i > 0; i--) {
		struct phrase_hit *other = &m->hits[i - 1];
		if (other->last != hit.last)
			break;
		if (other->list != hit.list || other->phrase != hit.phrase)
			continue;
		if (other->first < hit.first)
			*other = hit;
		return;
	}
	if (m->hits_count == PHRASE_HITS_MAX)
		return;
	if (m->hits_count == m->hits_capacity) {
		size_t capacity = m->hits_capacity ? 4 * m->hits_capacity : 64;
		struct phrase_hit *grown =
			arena_array(m->arena, capacity, sizeof(*grown));
		if (m->hits_count)
			memcpy(grown, m->hits, m->hits_count * sizeof(*grown));
		m->hits = grown;
		m->hits_capacity = capacity;
	}
	m->hits[m->hits_count++] = hit;
}

/* Puts the state among those from `fresh` on, the latest begun of its node. */
static void state_add(struct matcher *m, size_t fresh, struct state state)
{
	for (size_t i = fresh; i < m->states_count; i++) {
		if (m->states[i].node != state.node)
			continue;
		if (m->states[i].first < state.first)
			m->states[i].first = state.first;
		return;
	}
	if (m->states_count < STATES_MAX)
		m->states[m->states_count++] = state;
}

/*
 * The word being read has this symbol: marks it, begins what it begins. A node
 * is reached by one symbol of one parent, so none of these is there already.
 */
static inline void symbol_read(struct matcher *m, uint32_t at, uint32_t symbol)
{
	const struct phrases *phrases = m->phrases;
	if (m->seen[symbol] == at + 1)
		return;
	m->seen[symbol] = at + 1;
	if (symbol == SYMBOL_NEGATION)
		m->negated[at] = at + 1;
	for (uint32_t root = 0; root < m->roots; root++) {
		const struct phrase_range *range =
			&phrases->roots[root][symbol];
		for (uint32_t i = 0;
		     i < range->count && m->states_count < STATES_MAX; i++)
			m->states[m->states_count++] = (struct state){
				phrases->starts[range->first + i], at, at};
	}
}

static void word_read(struct matcher *m, uint32_t at)
{
	const struct word *word = &m->words->list[at];
	uint32_t entries[PHRASE_ENTRIES_MAX];
	size_t count = phrases_entries(m->phrases, word->fold, entries);

	m->roots = word->flags & WORD_SENTENCE ? ROOT_COUNT : ROOT_SENTENCE;
	symbol_read(m, at, SYMBOL_WORD);
	if (word->flags & WORD_NUMBER)
		symbol_read(m, at, SYMBOL_NUMBER);
	if (word->flags & WORD_MONEY)
		symbol_read(m, at, SYMBOL_MONEY);
	if (word->flags & WORD_SHOUT)
		symbol_read(m, at, SYMBOL_SHOUT);
	for (size_t i = 0; i < count; i++) {
		struct phrase_range range =
			m->phrases->entries.items[entries[i]].symbols;
		const uint32_t *symbols = m->phrases->symbols + range.first;
		for (uint32_t j = 0; j < range.count; j++)
			symbol_read(m, at, symbols[j]);
	}
}

/* Follows the children of a state whose symbols the word has. */
static void step_from(struct matcher *m, size_t fresh, struct state from,
                      uint32_t at)
{
	struct phrase_range range = m->phrases->nodes.items[from.node].children;
	const struct phrase_child *children =
		m->phrases->children + range.first;
	for (uint32_t i = 0; i < range.count; i++)
		if (m->seen[children[i].symbol] == at + 1)
			state_add(m, fresh,
			          (struct state){children[i].node, from.first,
			                         at});
}

/* Forgets the states whose gap ends before word `at`. */
static void states_expire(struct matcher *m, uint32_t at)
{
	size_t kept = 0;
	for (size_t i = 0; i < m->states_count; i++) {
		const struct state *state = &m->states[i];
		const struct phrase_node *node =
			&m->phrases->nodes.items[state->node];
		if (node->children.count && at - state->last - 1 <= node->gap)
			m->states[kept++] = *state;
	}
	m->states_count = kept;
}

static void match_word(struct matcher *m, uint32_t at)
{
	const struct word *word = &m->words->list[at];

	m->negated[at] = 0;
	if (word->flags & WORD_SENTENCE)
		m->states_count = 0;
	else if (!(word->flags & WORD_COMMA))
		m->negated[at] = m->negated[at - 1];
	states_expire(m, at);
	size_t fresh = m->states_count;
	word_read(m, at);
	/* What begins here is no deeper node, so only those are compared. */
	size_t begun = m->states_count;
	for (size_t i = 0; i < fresh; i++)
		step_from(m, begun, m->states[i], at);
	for (size_t i = fresh; i < m->states_count; i++) {
		const struct state *state = &m->states[i];
		uint32_t t = m->phrases->nodes.items[state->node].terminals;
		for (; t != PHRASES_NONE;
		     t = m->phrases->terminals.items[t].next)
			if (terminal_fits(m, &m->phrases->terminals.items[t],
			                  state))
				hit_add(m, &m->phrases->terminals.items[t],
				        state);
	}
}

size_t phrases_match(const struct phrases *phrases, const struct words *words,
                     struct arena *arena, const struct phrase_hit **hits_out)
{
	struct matcher *m = arena_alloc(arena, sizeof(*m));
	*m = (struct matcher){
		.phrases = phrases, .words = words, .arena = arena};
	m->negated = arena_array(arena, words->count + 1, sizeof(uint32_t));
	m->seen = arena_array(arena, phrases->symbol_count, sizeof(uint32_t));
	for (uint32_t i = 0; i < words->count; i++)
		match_word(m, i);
	*hits_out = m->hits;
	return m->hits_count;
}
