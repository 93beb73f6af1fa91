/*
 * Reads phrases and grows the trie. A phrase with options is written out: each
 * combination is a path of its own. Everything is laid out in the arena; what
 * was outgrown stays there until the arena goes.
 */
#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "core/text/phrases.h"
#include "core/text/phrases_private.h"

#define OPTIONS_MAX 4u
#define WAYS_MAX    512u
#define BUCKETS     4096u

/* One place of a phrase being read. */
struct place {
	uint32_t symbol;
	uint32_t gap; /* after it */
	bool optional;
};

struct named {
	struct str name;
	uint64_t hash;
	uint32_t symbol;
	uint32_t next; /* in its bucket: index + 1, 0 ends it */
};

struct phrase_builder {
	struct arena *arena;
	struct phrases *phrases;
	PHRASES_ARRAY(struct named) groups; /* <name> and (a|b) alike */
	uint32_t buckets[BUCKETS];          /* of groups, by hash */
	/* The phrase that is being read. */
	struct place places[PHRASE_WORDS_MAX];
	size_t places_count;
	uint32_t flags;
	bool anchored;
};

static void *grow(struct arena *arena, void *items, uint32_t count,
                  uint32_t *capacity, size_t size)
{
	if (count < *capacity)
		return items;
	uint32_t more = *capacity ? 2 * *capacity : 64;
	void *grown = arena_array(arena, more, size);
	if (count)
		memcpy(grown, items, count * size);
	*capacity = more;
	return grown;
}

#define PUSH(builder, array, ...)                                              \
	((array)->items =                                                      \
	         grow((builder)->arena, (array)->items, (array)->count,        \
	              &(array)->capacity, sizeof(*(array)->items)),            \
	 (array)->items[(array)->count++] = (__VA_ARGS__))

static uint32_t edge_hash(uint32_t node, uint32_t symbol)
{
	uint64_t hash = ((uint64_t)node << 32 | symbol) * 0x9E3779B97F4A7C15u;
	return (uint32_t)(hash >> 32);
}

/* First child of `node` by `symbol`, or PHRASES_NONE. */
static uint32_t child_find(const struct phrases *phrases, uint32_t node,
                           uint32_t symbol)
{
	uint32_t at = edge_hash(node, symbol) & phrases->edge_mask;
	for (;; at = (at + 1) & phrases->edge_mask) {
		uint32_t slot = phrases->edge_slots[at];
		if (slot == 0)
			return PHRASES_NONE;
		const struct phrase_node *child =
			&phrases->nodes.items[slot - 1];
		if (child->parent == node && child->symbol == symbol)
			return slot - 1;
	}
}

static uint64_t hash_of(struct str text)
{
	uint64_t hash = phrases_hash_start();
	for (size_t i = 0; i < text.length; i++)
		hash = phrases_hash_byte(hash, text.text[i]);
	return hash;
}

static void entry_insert(struct phrases *phrases, uint32_t index)
{
	uint32_t at = (uint32_t)phrases->entries.items[index].hash;
	for (at &= phrases->entry_mask; phrases->entry_slots[at];)
		at = (at + 1) & phrases->entry_mask;
	phrases->entry_slots[at] = index + 1;
}

static void edge_insert(struct phrases *phrases, uint32_t index)
{
	const struct phrase_node *node = &phrases->nodes.items[index];
	uint32_t at = edge_hash(node->parent, node->symbol);
	for (at &= phrases->edge_mask; phrases->edge_slots[at];)
		at = (at + 1) & phrases->edge_mask;
	phrases->edge_slots[at] = index + 1;
}

/* Keeps the tables at most half full. */
static void entries_rehash(struct phrase_builder *b)
{
	struct phrases *p = b->phrases;
	if (p->entry_slots && 2 * (p->entries.count + 1) <= p->entry_mask)
		return;
	p->entry_mask = p->entry_slots ? 2 * p->entry_mask + 1 : 255;
	p->entry_slots =
		arena_array(b->arena, p->entry_mask + 1, sizeof(uint32_t));
	for (uint32_t i = 0; i < p->entries.count; i++)
		entry_insert(p, i);
}

static void edges_rehash(struct phrase_builder *b)
{
	struct phrases *p = b->phrases;
	if (p->edge_slots && 2 * (p->nodes.count + 1) <= p->edge_mask)
		return;
	p->edge_mask = p->edge_slots ? 2 * p->edge_mask + 1 : 1023;
	p->edge_slots =
		arena_array(b->arena, p->edge_mask + 1, sizeof(uint32_t));
	/* Of siblings by one symbol the oldest stands for all. */
	for (uint32_t i = ROOT_COUNT; i < p->nodes.count; i++)
		if (child_find(p, p->nodes.items[i].parent,
		               p->nodes.items[i].symbol) == PHRASES_NONE)
			edge_insert(p, i);
}

static uint32_t entry_get(struct phrase_builder *b, struct str text,
                          bool prefix)
{
	struct phrases *p = b->phrases;
	uint64_t hash = hash_of(text);
	uint32_t index = phrases_entry_find(p, text, hash, prefix);
	if (index != PHRASES_NONE)
		return index;
	entries_rehash(b);
	index = p->entries.count;
	PUSH(b, &p->entries,
	     (struct phrase_entry){.text = str_copy(b->arena, text),
	                           .hash = hash,
	                           .prefix = prefix,
	                           .own = PHRASES_NONE,
	                           .uses = PHRASES_NONE});
	entry_insert(p, index);
	if (prefix)
		p->prefix_lengths |= (uint64_t)1 << (text.length - 1);
	return index;
}

static void entry_use(struct phrase_builder *b, uint32_t entry, uint32_t symbol)
{
	struct phrases *p = b->phrases;
	uint32_t use = p->uses.count;
	PUSH(b, &p->uses,
	     (struct phrase_use){symbol, p->entries.items[entry].uses});
	p->entries.items[entry].uses = use;
	p->entries.items[entry].negates |= symbol == SYMBOL_NEGATION;
}

/* The symbol of one word or prefix standing alone. */
static uint32_t entry_symbol(struct phrase_builder *b, uint32_t entry)
{
	struct phrases *p = b->phrases;
	if (p->entries.items[entry].own == PHRASES_NONE) {
		p->entries.items[entry].own = p->symbol_count;
		entry_use(b, entry, p->symbol_count++);
	}
	return p->entries.items[entry].own;
}

static uint32_t group_find(const struct phrase_builder *b, struct str name)
{
	uint64_t hash = hash_of(name);
	for (uint32_t i = b->buckets[hash % BUCKETS]; i;
	     i = b->groups.items[i - 1].next)
		if (b->groups.items[i - 1].hash == hash &&
		    str_equal(b->groups.items[i - 1].name, name))
			return b->groups.items[i - 1].symbol;
	return PHRASES_NONE;
}

static void group_add(struct phrase_builder *b, struct str name,
                      uint32_t symbol)
{
	uint64_t hash = hash_of(name);
	uint32_t *bucket = &b->buckets[hash % BUCKETS];
	PUSH(b, &b->groups,
	     (struct named){str_copy(b->arena, name), hash, symbol, *bucket});
	*bucket = b->groups.count;
}

struct phrase_builder *phrase_builder_new(struct arena *arena)
{
	struct phrase_builder *b = arena_alloc(arena, sizeof(*b));
	b->arena = arena;
	b->phrases = arena_alloc(arena, sizeof(*b->phrases));
	b->phrases->symbol_count = SYMBOL_GIVEN_COUNT;
	entries_rehash(b);
	for (int i = 0; i < ROOT_COUNT; i++)
		PUSH(b, &b->phrases->nodes,
		     (struct phrase_node){PHRASES_NONE,
		                          0,
		                          0,
		                          PHRASES_NONE,
		                          PHRASES_NONE,
		                          {0, 0}});
	edges_rehash(b);
	static const struct {
		const char *name;
		uint32_t symbol;
	} given[] = {
		{"number", SYMBOL_NUMBER},
		{"money", SYMBOL_MONEY},
		{"shout", SYMBOL_SHOUT},
		{"word", SYMBOL_WORD},
	};
	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++)
		group_add(b, str_of(given[i].name), given[i].symbol);
	return b;
}

/* Splits "word" or "word*" into its folded word and whether it is a prefix. */
static CHECKED enum status word_read(struct phrase_builder *b, struct str text,
                                     struct str *fold_out, bool *prefix_out,
                                     struct problem *problem)
{
	bool prefix = text.length > 1 && text.text[text.length - 1] == '*';
	struct str bare = str_sub(text, 0, text.length - prefix);
	struct words words = words_split(b->arena, bare);
	if (words.count != 1)
		return problem_set(
			problem, ST_INVALID, "phrase",
			"\"%.*s\" is not one word, as it must be here",
			STR_ARG(text));
	*fold_out = words.list[0].fold;
	*prefix_out = prefix;
	return ST_OK;
}

enum status phrases_group(struct phrase_builder *b,
                          const struct phrase_group *group,
                          struct problem *problem_out)
{
	if (group_find(b, group->name) != PHRASES_NONE)
		return problem_set(problem_out, ST_INVALID, "group",
		                   "the group <%.*s> is there already",
		                   STR_ARG(group->name));
	bool negation = str_equal(group->name, STR("negation"));
	uint32_t symbol =
		negation ? SYMBOL_NEGATION : b->phrases->symbol_count++;
	for (size_t i = 0; i < group->count; i++) {
		struct str fold = {0};
		bool prefix = false;
		enum status status = word_read(b, group->words[i], &fold,
		                               &prefix, problem_out);
		if (status != ST_OK)
			return status;
		entry_use(b, entry_get(b, fold, prefix), symbol);
	}
	group_add(b, group->name, symbol);
	return ST_OK;
}

/* Notes that the phrase names a word of negation itself. */
static void note_negation(struct phrase_builder *b, struct str fold)
{
	uint32_t entries[PHRASE_ENTRIES_MAX];
	size_t count = phrases_entries(b->phrases, fold, entries);
	for (size_t i = 0; i < count; i++)
		if (b->phrases->entries.items[entries[i]].negates)
			b->flags |= PHRASE_NEGATES;
}

static CHECKED enum status place_add(struct phrase_builder *b, uint32_t symbol,
                                     bool optional, struct problem *problem)
{
	if (b->places_count == PHRASE_WORDS_MAX)
		return problem_set(problem, ST_LIMIT, "phrase",
		                   "longer than %u words", PHRASE_WORDS_MAX);
	b->places[b->places_count++] = (struct place){symbol, 0, optional};
	return ST_OK;
}

/* "(a|b*|c)": alternatives are a group named by their own text. */
static CHECKED enum status read_alternatives(struct phrase_builder *b,
                                             struct str token, bool optional,
                                             struct problem *problem)
{
	uint32_t symbol = group_find(b, token);
	bool known = symbol != PHRASES_NONE;
	if (!known)
		symbol = b->phrases->symbol_count++;
	struct str rest = str_sub(token, 1, token.length - 1);
	struct str piece;
	size_t count = 0;
	while (str_split(&rest, '|', &piece)) {
		struct str fold = {0};
		bool prefix = false;
		enum status status =
			word_read(b, piece, &fold, &prefix, problem);
		if (status != ST_OK)
			return status;
		note_negation(b, fold);
		if (!known)
			entry_use(b, entry_get(b, fold, prefix), symbol);
		count++;
	}
	if (count == 0)
		return problem_set(problem, ST_INVALID, "phrase",
		                   "() holds no words");
	if (!known)
		group_add(b, token, symbol);
	return place_add(b, symbol, optional, problem);
}

static CHECKED enum status read_group(struct phrase_builder *b,
                                      struct str token, bool optional,
                                      struct problem *problem)
{
	struct str name = str_sub(token, 1, token.length - 1);
	uint32_t symbol = group_find(b, name);
	if (symbol == PHRASES_NONE)
		return problem_set(problem, ST_INVALID, "phrase",
		                   "there is no group <%.*s>", STR_ARG(name));
	if (symbol == SYMBOL_NEGATION)
		b->flags |= PHRASE_NEGATES;
	return place_add(b, symbol, optional, problem);
}

static CHECKED enum status read_gap(struct phrase_builder *b, struct str token,
                                    struct problem *problem)
{
	int64_t gap = 2;
	if (token.length > 1 &&
	    (!str_to_i64(str_sub(token, 1, token.length), &gap) || gap < 1 ||
	     gap > PHRASE_GAP_MAX))
		return problem_set(problem, ST_INVALID, "phrase",
		                   "a gap is * (two words) or *1 to *%u",
		                   PHRASE_GAP_MAX);
	if (b->places_count == 0)
		return problem_set(problem, ST_INVALID, "phrase",
		                   "begins with a gap; drop the *");
	b->places[b->places_count - 1].gap = (uint32_t)gap;
	return ST_OK;
}

static CHECKED enum status read_words(struct phrase_builder *b,
                                      struct str token, struct problem *problem)
{
	bool prefix = token.length > 1 && token.text[token.length - 1] == '*';
	struct words words =
		words_split(b->arena, str_sub(token, 0, token.length - prefix));
	if (words.count == 0)
		return problem_set(problem, ST_INVALID, "phrase",
		                   "\"%.*s\" is not a word", STR_ARG(token));
	for (size_t i = 0; i < words.count; i++) {
		bool last = i + 1 == words.count;
		struct str fold = words.list[i].fold;
		note_negation(b, fold);
		uint32_t entry = entry_get(b, fold, prefix && last);
		enum status status =
			place_add(b, entry_symbol(b, entry), false, problem);
		if (status != ST_OK)
			return status;
	}
	return ST_OK;
}

static CHECKED enum status read_token(struct phrase_builder *b,
                                      struct str token, struct problem *problem)
{
	char first = token.text[0];
	bool optional = token.length > 2 &&
	                token.text[token.length - 1] == '?' &&
	                (first == '(' || first == '<');
	struct str bare = str_sub(token, 0, token.length - optional);
	char last = bare.text[bare.length - 1];

	if (first == '(' && last == ')')
		return read_alternatives(b, bare, optional, problem);
	if (first == '<' && last == '>')
		return read_group(b, bare, optional, problem);
	if (first == '(' || first == '<')
		return problem_set(problem, ST_INVALID, "phrase",
		                   "\"%.*s\" is not closed", STR_ARG(token));
	if (first == '*')
		return read_gap(b, token, problem);
	return read_words(b, token, problem);
}

/* Takes ^ from the front and $ ? ! from the back of a phrase. */
static struct str read_ends(struct phrase_builder *b, struct str text)
{
	static const struct {
		char mark;
		enum phrase_flag flag;
	} marks[] = {{'$', PHRASE_ENDS},
	             {'?', PHRASE_QUESTION},
	             {'!', PHRASE_EXCLAIM}};
	text = str_trim(text);
	if (text.length && text.text[0] == '^') {
		b->anchored = true;
		text = str_trim(str_sub(text, 1, text.length));
	}
	for (size_t i = 0; i < 3 && text.length; i++) {
		if (text.text[text.length - 1] != marks[i].mark)
			continue;
		struct str less = str_sub(text, 0, text.length - 1);
		/* (a|b)? is an option, not a question. */
		if (str_ends(less, STR(")")) || str_ends(less, STR(">")))
			continue;
		b->flags |= marks[i].flag;
		text = str_trim(less);
		i = SIZE_MAX; /* look again from the first mark */
	}
	return text;
}

static uint32_t node_get(struct phrase_builder *b, uint32_t parent,
                         const struct place *place)
{
	struct phrases *p = b->phrases;
	uint32_t child = child_find(p, parent, place->symbol);
	uint32_t first = child;
	for (; child != PHRASES_NONE; child = p->nodes.items[child].same)
		if (p->nodes.items[child].gap == place->gap)
			return child;
	edges_rehash(b);
	child = p->nodes.count;
	PUSH(b, &p->nodes,
	     (struct phrase_node){.parent = parent,
	                          .symbol = place->symbol,
	                          .gap = place->gap,
	                          .same = PHRASES_NONE,
	                          .terminals = PHRASES_NONE});
	if (first == PHRASES_NONE) {
		edge_insert(p, child);
	} else {
		p->nodes.items[child].same = p->nodes.items[first].same;
		p->nodes.items[first].same = child;
	}
	return child;
}

/* Adds the path that leaves out the options whose bit is set. */
static CHECKED enum status path_add(struct phrase_builder *b, uint32_t without,
                                    struct phrase_terminal terminal,
                                    struct problem *problem)
{
	struct phrases *p = b->phrases;
	uint32_t node = b->anchored ? ROOT_SENTENCE : ROOT_ANYWHERE;
	struct place path[PHRASE_WORDS_MAX];
	size_t count = 0;
	uint32_t option = 0;
	for (size_t i = 0; i < b->places_count; i++) {
		struct place place = b->places[i];
		if (place.optional && (without >> option++ & 1)) {
			/* Its gap widens the one before it. */
			if (count && place.gap > path[count - 1].gap)
				path[count - 1].gap = place.gap;
			continue;
		}
		path[count++] = place;
	}
	if (count == 0)
		return problem_set(problem, ST_INVALID, "phrase",
		                   "everything in it is optional");
	path[count - 1].gap = 0;
	for (size_t i = 0; i < count; i++)
		node = node_get(b, node, &path[i]);
	terminal.next = p->nodes.items[node].terminals;
	p->nodes.items[node].terminals = p->terminals.count;
	PUSH(b, &p->terminals, terminal);
	return ST_OK;
}

static CHECKED enum status places_check(const struct phrase_builder *b,
                                        uint32_t *options_out,
                                        struct problem *problem)
{
	uint32_t options = 0;
	for (size_t i = 0; i < b->places_count; i++)
		options += b->places[i].optional;
	if (b->places_count == 0)
		return problem_set(problem, ST_INVALID, "phrase",
		                   "there is no word in it");
	if (b->places[b->places_count - 1].gap)
		return problem_set(problem, ST_INVALID, "phrase",
		                   "ends with a gap; drop the *");
	if (options > OPTIONS_MAX)
		return problem_set(problem, ST_LIMIT, "phrase",
		                   "more than %u optional words", OPTIONS_MAX);
	if (b->phrases->terminals.count + (1u << options) > PHRASES_MAX)
		return problem_set(problem, ST_LIMIT, "phrase",
		                   "more than %u phrases", PHRASES_MAX);
	*options_out = options;
	return ST_OK;
}

/* One way to write a phrase: single-word alternatives only. */
static CHECKED enum status way_add(struct phrase_builder *b, struct str text,
                                   struct phrase_terminal terminal,
                                   struct problem *problem)
{
	b->places_count = 0;
	b->flags = 0;
	b->anchored = false;
	struct str rest = read_ends(b, text);
	struct str token;
	enum status status = ST_OK;
	while (status == ST_OK && str_split(&rest, ' ', &token))
		if (token.length)
			status = read_token(b, token, problem);
	uint32_t options = 0;
	if (status == ST_OK)
		status = places_check(b, &options, problem);
	if (status != ST_OK)
		return status;
	terminal.flags = b->flags;
	for (uint32_t i = 0; i < 1u << options && status == ST_OK; i++)
		status = path_add(b, i, terminal, problem);
	return status;
}

/* An alternative that is more than one plain word. */
static bool is_long(struct str piece)
{
	return str_find_char(piece, ' ', 0) < piece.length ||
	       str_starts(piece, STR("<"));
}

/* The first (...) with a long alternative; false when there is none. */
static bool find_long(struct str text, size_t *open_out, size_t *close_out)
{
	for (size_t at = 0; (at = str_find_char(text, '(', at)) < text.length;
	     at++) {
		size_t close = str_find_char(text, ')', at);
		struct str rest = str_sub(text, at + 1, close), piece;
		while (close < text.length && str_split(&rest, '|', &piece)) {
			if (!is_long(piece))
				continue;
			*open_out = at;
			*close_out = close;
			return true;
		}
	}
	return false;
}

/* (...) may not stand inside (...). */
static bool is_nested(struct str text)
{
	bool open = false;
	for (size_t i = 0; i < text.length; i++) {
		if (text.text[i] == '(' && open)
			return true;
		if (text.text[i] == '(' || text.text[i] == ')')
			open = text.text[i] == '(';
	}
	return false;
}

struct ways {
	struct str list[WAYS_MAX];
	size_t count;
};

static bool ways_push(struct phrase_builder *b, struct ways *ways,
                      struct str before, struct str middle, struct str after)
{
	if (ways->count == WAYS_MAX)
		return false;
	ways->list[ways->count++] =
		str_printf(b->arena, "%.*s%.*s%.*s", STR_ARG(before),
	                   STR_ARG(middle), STR_ARG(after));
	return true;
}

/*
 * Writes a phrase out for its first (...) with longer alternatives: one way
 * for each of those, and one for all single words together.
 */
static bool ways_divide(struct phrase_builder *b, struct ways *ways,
                        struct str text, size_t open, size_t close)
{
	struct str before = str_sub(text, 0, open);
	struct str after = str_sub(text, close + 1, text.length);
	struct str rest = str_sub(text, open + 1, close), piece;
	struct buf singles;
	bool optional = str_starts(after, STR("?"));
	bool fits = true;
	struct str plain = str_sub(after, optional, after.length);

	buf_init(&singles, text.length + 4);
	while (str_split(&rest, '|', &piece)) {
		if (is_long(piece)) {
			fits = fits && ways_push(b, ways, before, piece, plain);
			continue;
		}
		buf_char(&singles, singles.length ? '|' : '(');
		buf_str(&singles, piece);
	}
	if (singles.length) {
		buf_char(&singles, ')');
		fits = fits &&
		       ways_push(b, ways, before, buf_view(&singles), after);
	} else if (optional) {
		fits = fits && ways_push(b, ways, before, STR(""), plain);
	}
	buf_release(&singles);
	return fits;
}

enum status phrases_add(struct phrase_builder *b, struct str text,
                        uint32_t list, uint32_t phrase, int negation,
                        struct problem *problem_out)
{
	struct phrase_terminal terminal = {list, phrase, negation, 0,
	                                   PHRASES_NONE};
	struct ways ways = {.list = {text}, .count = 1};
	enum status status = ST_OK;

	assert(negation >= 0);
	if (is_nested(text))
		return problem_set(problem_out, ST_INVALID, "phrase",
		                   "has a (...) inside a (...); write it out");
	for (size_t i = 0; i < ways.count && status == ST_OK; i++) {
		size_t open, close;
		struct str way = ways.list[i];
		if (!find_long(way, &open, &close))
			status = way_add(b, way, terminal, problem_out);
		else if (!ways_divide(b, &ways, way, open, close))
			status = problem_set(problem_out, ST_LIMIT, "phrase",
			                     "can be read in more than %u ways",
			                     WAYS_MAX);
	}
	return status;
}

/* Each entry's chain of symbols becomes a range. */
static void lay_out_symbols(struct phrase_builder *b)
{
	struct phrases *p = b->phrases;
	uint32_t used = 0;
	p->symbols = arena_array(b->arena, p->uses.count + 1, sizeof(uint32_t));
	for (uint32_t i = 0; i < p->entries.count; i++) {
		struct phrase_entry *entry = &p->entries.items[i];
		uint32_t use = entry->uses;
		entry->symbols.first = used;
		for (; use != PHRASES_NONE; use = p->uses.items[use].next)
			p->symbols[used++] = p->uses.items[use].symbol;
		entry->symbols.count = used - entry->symbols.first;
	}
}

/* Each node's children become a range: counted first, then put in place. */
static void lay_out_children(struct phrase_builder *b)
{
	struct phrases *p = b->phrases;
	uint32_t used = 0;
	for (uint32_t i = ROOT_COUNT; i < p->nodes.count; i++)
		p->nodes.items[p->nodes.items[i].parent].children.count++;
	for (uint32_t i = 0; i < p->nodes.count; i++) {
		struct phrase_range *range = &p->nodes.items[i].children;
		range->first = used;
		used += range->count;
		range->count = 0;
	}
	p->children = arena_array(b->arena, used + 1, sizeof(*p->children));
	for (uint32_t i = ROOT_COUNT; i < p->nodes.count; i++) {
		const struct phrase_node *node = &p->nodes.items[i];
		struct phrase_range *range =
			&p->nodes.items[node->parent].children;
		p->children[range->first + range->count++] =
			(struct phrase_child){node->symbol, i};
	}
}

/* The roots have too many children to look through: by symbol, then. */
static void lay_out_root(struct phrase_builder *b, uint32_t root,
                         uint32_t *used)
{
	struct phrases *p = b->phrases;
	struct phrase_range all = p->nodes.items[root].children;
	struct phrase_range *ranges =
		arena_array(b->arena, p->symbol_count, sizeof(*ranges));
	for (uint32_t i = 0; i < all.count; i++)
		ranges[p->children[all.first + i].symbol].count++;
	for (uint32_t s = 0; s < p->symbol_count; s++) {
		ranges[s].first = *used;
		*used += ranges[s].count;
		ranges[s].count = 0;
	}
	for (uint32_t i = 0; i < all.count; i++) {
		struct phrase_child child = p->children[all.first + i];
		struct phrase_range *range = &ranges[child.symbol];
		p->starts[range->first + range->count++] = child.node;
	}
	p->roots[root] = ranges;
}

const struct phrases *phrases_compile(struct phrase_builder *builder)
{
	struct phrases *p = builder->phrases;
	uint32_t used = 0;
	lay_out_symbols(builder);
	lay_out_children(builder);
	p->starts =
		arena_array(builder->arena, p->nodes.count, sizeof(uint32_t));
	for (uint32_t root = 0; root < ROOT_COUNT; root++)
		lay_out_root(builder, root, &used);
	return p;
}
