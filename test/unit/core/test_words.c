/* Splitting and folding: what a word is, and where sentences end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "core/text/words.h"

static struct arena *arena;

static int begin(void **state)
{
	(void)state;
	arena = arena_new(64u << 20);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* Folded words with marks: | begins a sentence, ? ! as it ends. */
static const char *shape(const char *text)
{
	struct words words = words_split(arena, str_of(text));
	struct buf out;
	buf_init(&out, 1u << 20);
	buf_text(&out, "");
	for (size_t i = 0; i < words.count; i++) {
		const struct word *word = &words.list[i];
		if (i)
			buf_char(&out, ' ');
		if (word->flags & WORD_SENTENCE)
			buf_char(&out, '|');
		buf_str(&out, word->fold);
		if (i + 1 < words.count &&
		    words.list[i + 1].sentence == word->sentence)
			continue;
		if (word->flags & WORD_QUESTION)
			buf_char(&out, '?');
		if (word->flags & WORD_EXCLAIM)
			buf_char(&out, '!');
	}
	const char *shown = str_cstr(arena, buf_view(&out));
	buf_release(&out);
	return shown;
}

static void test_shapes(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text, *shape;
	} rows[] = {
		{"", ""},
		{" \n ... -- ", ""},
		{"Any news?", "|any news?"},
		{"I can't. Don't!", "|i cant |dont!"},
		{"R\xC3\xA9sum\xC3\xA9 der Stra\xC3\x9F""e", "|resume der strasse"},
		{"l'image d'ici, aujourd'hui", "|l image d ici aujourd hui"},
		{"it\xE2\x80\x99s o'clock", "|its oclock"},
		{"\xC5\x81\xC3\xB3""d\xC5\xBA \xC4\xB0zmir", "|lodz izmir"},
		{"\xCE\x91\xCE\xB8\xCE\xAE\xCE\xBD\xCE\xB1", "|\xCE\xB1\xCE\xB8\xCE\xB7\xCE\xBD\xCE\xB1"},
		{"\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82, \xD0\x81", "|\xD0\xBF\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82 \xD0\xB5"},
		{"1,200 SKUs at 17.30, 50% by 2026-11-20.", "|1,200 skus at 17.30 50 by 2026-11-20"},
		{"follow-up e-mail", "|follow up e mail"},
		{"see no. 5 e.g. incl. five", "|see no |5 e g incl five"},
		{"Done. Next!", "|done |next!"},
		{"one line that is longer than fifty characters, so it\nwraps here", "|one line that is longer than fifty characters so it wraps here"},
		{"short\nline", "|short |line"},
		{"a paragraph\n\nanother", "|a paragraph |another"},
		{"great \xF0\x9F\x94\xA5\xF0\x9F\x94\xA5 yes", "|great \xF0\x9F\x94\xA5 \xF0\x9F\x94\xA5 yes"},
		{"What?! Really??", "|what?! |really?"},
		{"ok\xFF\xFEok", "|ok ok"},
	};
	/* clang-format on */
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(shape(rows[i].text), rows[i].shape);
}

static void test_spans_and_flags(void **state)
{
	(void)state;
	struct str text = STR("SOON, \xE2\x82\xAC"
	                      "500 (can't)");
	struct words words = words_split(arena, text);
	assert_int_equal(words.count, 3);
	assert_true(words.list[0].flags & WORD_SHOUT);
	assert_true(words.list[0].flags & WORD_LINE);
	assert_true(words.list[1].flags & WORD_MONEY);
	assert_true(words.list[1].flags & WORD_NUMBER);
	assert_true(words.list[1].flags & WORD_COMMA);
	struct str third =
		str_sub(text, words.list[2].start, words.list[2].end);
	assert_true(str_equal(third, STR("can't")));
	assert_true(str_equal(words.list[2].fold, STR("cant")));
}

/* Words come in order, never overlap, and never leave the text. */
static void test_random_bytes(void **state)
{
	(void)state;
	uint64_t seed = 88172645463325252u;
	char bytes[400];
	for (int round = 0; round < 3000; round++) {
		size_t length = (size_t)(seed % sizeof(bytes));
		for (size_t i = 0; i < length; i++) {
			seed ^= seed << 13;
			seed ^= seed >> 7;
			seed ^= seed << 17;
			bytes[i] = "aB9 .,'?\n\xC3\xA9\xE2\x82\xAC\xF0\x9F\x94"
				   "\xA5-"[seed % 20];
		}
		struct words words =
			words_split(arena, (struct str){bytes, length});
		size_t at = 0;
		uint32_t sentence = 0;
		for (size_t i = 0; i < words.count; i++) {
			const struct word *word = &words.list[i];
			assert_true(word->start >= at);
			assert_true(word->end > word->start);
			assert_true(word->fold.length > 0);
			assert_true(word->fold.length <= WORD_BYTES_MAX);
			assert_true(word->sentence >= sentence);
			at = word->end;
			sentence = word->sentence;
		}
		assert_true(at <= length);
		arena_clear(arena);
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
	}
}

static void test_bounds(void **state)
{
	(void)state;
	size_t length = 400000;
	char *text = arena_alloc(arena, length);
	memset(text, 'a', length);
	struct words one = words_split(arena, (struct str){text, length});
	assert_int_equal(one.count, 1);
	assert_int_equal(one.list[0].fold.length, WORD_BYTES_MAX);
	assert_int_equal(one.list[0].end, length);
	for (size_t i = 1; i < length; i += 2)
		text[i] = ' ';
	struct words many = words_split(arena, (struct str){text, length});
	assert_int_equal(many.count, WORDS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_spans_and_flags),
		cmocka_unit_test(test_random_bytes),
		cmocka_unit_test(test_bounds),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
