/*
 * The automaton: the grammar row by row, what is refused, and a comparison
 * with a matcher that is too simple to be wrong, on seeded random phrases.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/text/phrases.h"

static struct arena *arena;

static int begin(void **state)
{
	(void)state;
	arena = arena_new(256u << 20);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static struct phrase_builder *builder_with_groups(void)
{
	static const struct str no[] = {{"not", 3}, {"never", 5}, {"kein*", 5}};
	static const struct str days[] = {{"monday", 6}, {"friday", 6}};
	struct phrase_builder *b = phrase_builder_new(arena);
	struct phrase_group negation = {STR("negation"), no, 3};
	struct phrase_group day = {STR("day"), days, 2};
	assert_int_equal(phrases_group(b, &negation, NULL), ST_OK);
	assert_int_equal(phrases_group(b, &day, NULL), ST_OK);
	return b;
}

/* The text of the first hit of a phrase; NULL when there is none. */
static const char *hit_of(const char *phrase, int negation, const char *text)
{
	struct phrase_builder *b = builder_with_groups();
	struct problem problem = {0};
	assert_int_equal(
		phrases_add(b, str_of(phrase), 0, 0, negation, &problem),
		ST_OK);
	struct words words = words_split(arena, str_of(text));
	const struct phrase_hit *hits;
	size_t count = phrases_match(phrases_compile(b), &words, arena, &hits);
	if (count == 0)
		return NULL;
	return str_cstr(arena,
	                str_sub(str_of(text), hits[0].start, hits[0].end));
}

static void test_grammar(void **state)
{
	/* clang-format off */
	static const struct {
		const char *phrase;
		int negation;
		const char *text, *hit;
	} rows[] = {
		{"any news", 0, "Is there any news?", "any news"},
		{"any news", 0, "any. News", NULL},
		{"any news", 0, "any good news", NULL},
		{"any * news", 0, "any very good news", "any very good news"},
		{"any * news", 0, "any one two three news", NULL},
		{"any *3 news", 0, "any one two three news", "any one two three news"},
		{"any *1 news", 0, "any any x news", "any x news"},
		{"invoic*", 0, "the Invoicing", "Invoicing"},
		{"(any|some) (news|word)", 0, "some word", "some word"},
		{"(as soon as|before) you", 0, "as soon as you", "as soon as you"},
		{"(as soon as|before) you", 0, "before you", "before you"},
		{"(<day>|today) please", 0, "friday please", "friday please"},
		{"(<day>|today) please", 0, "today please", "today please"},
		{"on (the)? <day>", 0, "on Monday", "on Monday"},
		{"on (the)? <day>", 0, "on the Monday", "on the Monday"},
		{"<number> images", 0, "1,200 images", "1,200 images"},
		{"<money>", 0, "we have \xC2\xA3""500", "500"},
		{"<shout> <shout>", 0, "HELP ME now", "HELP ME"},
		{"^ thanks", 0, "Many thanks", NULL},
		{"^ thanks", 0, "Well. Thanks a lot", "Thanks"},
		{"thanks $", 0, "thanks a lot", NULL},
		{"thanks $", 0, "many thanks.", "thanks"},
		{"any news?", 0, "any news", NULL},
		{"any news ?", 0, "any news then?", "any news"},
		{"wow !", 0, "wow that is it!", "wow"},
		{"can't wait", 0, "I can\xE2\x80\x99t wait", "can\xE2\x80\x99t wait"},
		{"r\xC3\xA9sum\xC3\xA9", 0, "RESUME", "RESUME"},
		{"happy", 2, "not happy", NULL},
		{"happy", 2, "not at all happy", "happy"},
		{"happy", 3, "not at all happy", NULL},
		{"happy", 3, "no, not today, happy as I am", "happy"},
		{"looks * good", 2, "looks not good", NULL},
		{"not good", 2, "this is not good", "not good"},
		{"not good", 2, "never say not good", NULL},
		{"gut", 1, "keine gut", NULL},
	};
	/* clang-format on */
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *hit =
			hit_of(rows[i].phrase, rows[i].negation, rows[i].text);
		if (!rows[i].hit != !hit)
			fail_msg("'%s' in '%s'", rows[i].phrase, rows[i].text);
		if (hit)
			assert_string_equal(hit, rows[i].hit);
	}
}

static void test_refusals(void **state)
{
	/* clang-format off */
	static const struct {
		const char *phrase, *text;
	} rows[] = {
		{"", "there is no word in it"},
		{"^ ?", "there is no word in it"},
		{"* news", "begins with a gap; drop the *"},
		{"news *", "ends with a gap; drop the *"},
		{"any *9 news", "a gap is * (two words) or *1 to *6"},
		{"(a|b", "\"(a|b\" is not closed"},
		{"any (a|)", NULL},
		{"()", "() holds no words"},
		{"(a|b (c|d)) e", "has a (...) inside a (...); write it out"},
		{"<week>", "there is no group <week>"},
		{"(the)?", "everything in it is optional"},
		{"a -- b", "\"--\" is not a word"},
		{"(a)? (b)? (c)? (d)? (e)? f", "more than 4 optional words"},
		{"a b c d e f g h i j k l m n o p q", "longer than 16 words"},
	};
	/* clang-format on */
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct phrase_builder *b = builder_with_groups();
		struct problem problem = {0};
		enum status status = phrases_add(b, str_of(rows[i].phrase), 0,
		                                 0, 0, &problem);
		if (!rows[i].text)
			continue;
		assert_int_not_equal(status, ST_OK);
		assert_string_equal(problem.text, rows[i].text);
	}
}

/* ---- the simple matcher ---- */

#define SIMPLE_WORDS 5
#define SIMPLE_COUNT 40

struct simple {
	char words[SIMPLE_WORDS]; /* 'a' to 'd', '.' for any of a and b */
	int gaps[SIMPLE_WORDS];   /* after each */
	size_t count;
	bool anchored, ends;
	int negation;
};

static uint64_t seed;

static uint32_t draw(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 20) % below;
}

static struct simple simple_draw(char *text_out, size_t size)
{
	struct simple p = {.count = 1 + draw(SIMPLE_WORDS),
	                   .anchored = draw(8) == 0,
	                   .ends = draw(8) == 0,
	                   .negation = draw(3) == 0 ? 1 + (int)draw(3) : 0};
	int used = snprintf(text_out, size, "%s", p.anchored ? "^ " : "");
	for (size_t i = 0; i < p.count; i++) {
		bool either = draw(5) == 0;
		p.words[i] = either ? '.' : (char)('a' + draw(4));
		if (i + 1 < p.count && draw(3) == 0)
			p.gaps[i] = 1 + (int)draw(3);
		used += either ? snprintf(text_out + used, size - (size_t)used,
		                          "(a|b) ")
		               : snprintf(text_out + used, size - (size_t)used,
		                          "%c ", p.words[i]);
		if (p.gaps[i])
			used += snprintf(text_out + used, size - (size_t)used,
			                 "*%d ", p.gaps[i]);
	}
	snprintf(text_out + used, size - (size_t)used, "%s", p.ends ? "$" : "");
	return p;
}

static bool word_fits(const struct word *word, char want)
{
	char c = word->fold.length == 1 ? word->fold.text[0] : 0;
	return want == '.' ? c == 'a' || c == 'b' : c == want;
}

/* Can words [first, last] be read as the phrase from its place `at` on? */
static bool simple_fits(const struct simple *p, size_t at,
                        const struct words *words, size_t first, size_t last)
{
	const struct word *list = words->list;
	if (first > last || list[first].sentence != list[last].sentence ||
	    !word_fits(&list[first], p->words[at]))
		return false;
	if (at + 1 == p->count)
		return first == last;
	for (size_t skip = 0; skip <= (size_t)p->gaps[at]; skip++)
		if (simple_fits(p, at + 1, words, first + 1 + skip, last))
			return true;
	return false;
}

static bool simple_negated(const struct simple *p, const struct words *words,
                           size_t first, size_t last)
{
	const struct word *list = words->list;
	if (!p->negation)
		return false;
	for (size_t i = last + 1; i-- > 0;) {
		if (list[i].sentence != list[last].sentence ||
		    i + (size_t)p->negation < first)
			return false;
		if (str_equal(list[i].fold, STR("not")))
			return true;
		if (list[i].flags & WORD_COMMA)
			return false;
	}
	return false;
}

/* The first word of the shortest reading that ends at `last`, or SIZE_MAX. */
static size_t simple_find(const struct simple *p, const struct words *words,
                          size_t last)
{
	const struct word *list = words->list;
	bool closes = last + 1 == words->count ||
	              list[last + 1].sentence != list[last].sentence;
	if (p->ends && !closes)
		return SIZE_MAX;
	for (size_t first = last + 1; first-- > 0;) {
		if (p->anchored && !(list[first].flags & WORD_SENTENCE))
			continue;
		if (!simple_fits(p, 0, words, first, last))
			continue;
		return simple_negated(p, words, first, last) ? SIZE_MAX : first;
	}
	return SIZE_MAX;
}

static void compare(const struct simple *list, const struct phrases *phrases)
{
	static const char *const pieces[] = {"a ", "b ", "c ",   "d ",
	                                     "x ", ". ", "not ", ", "};
	char text[400] = "";
	size_t used = 0, pieces_count = 20 + draw(60);
	for (size_t i = 0; i < pieces_count && used < 390; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s",
		                         pieces[draw(8)]);
	struct words words = words_split(arena, str_of(text));
	const struct phrase_hit *hits;
	size_t count = phrases_match(phrases, &words, arena, &hits), found = 0;
	for (size_t last = 0; last < words.count; last++) {
		for (uint32_t p = 0; p < SIMPLE_COUNT; p++) {
			size_t first = simple_find(&list[p], &words, last);
			if (first == SIZE_MAX)
				continue;
			bool same = false;
			for (size_t i = 0; i < count; i++)
				same |= hits[i].phrase == p &&
				        hits[i].last == last &&
				        hits[i].first == first;
			if (!same)
				fail_msg("phrase %u at %zu in: %s", p, last,
				         text);
			found++;
		}
	}
	assert_int_equal(found, count);
}

static void test_against_simple(void **state)
{
	(void)state;
	static const struct str no[] = {{"not", 3}};
	struct phrase_group negation = {STR("negation"), no, 1};
	seed = 20261121;
	for (int round = 0; round < 150; round++) {
		struct simple list[SIMPLE_COUNT];
		struct phrase_builder *b = phrase_builder_new(arena);
		assert_int_equal(phrases_group(b, &negation, NULL), ST_OK);
		for (uint32_t i = 0; i < SIMPLE_COUNT; i++) {
			char text[128];
			list[i] = simple_draw(text, sizeof(text));
			assert_int_equal(phrases_add(b, str_of(text), 0, i,
			                             list[i].negation, NULL),
			                 ST_OK);
		}
		for (int i = 0; i < 8; i++)
			compare(list, phrases_compile(b));
		arena_clear(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grammar),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_against_simple),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
