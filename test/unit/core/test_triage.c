/*
 * Runs the cases of test/case/triage/ against the playbook that ships; its
 * README.md has the grammar. Then what no case can say: bounds, spans and that
 * the same message gives the same answer.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/asset.h"
#include "base/buf.h"
#include "core/text/deadline_lexicon.h"
#include "core/text/triage.h"

static struct arena *arena;
static struct playbook *playbook;

static int begin(void **state)
{
	(void)state;
	arena = arena_new(256u << 20);
	for (size_t i = 0; i < assets_playbook_count; i++) {
		struct str yaml = {(const char *)assets_playbook[i].bytes,
		                   assets_playbook[i].length};
		if (!strcmp(assets_playbook[i].path, "default.yaml") &&
		    playbook_parse(arena, yaml, &playbook, NULL) == ST_OK)
			return 0;
	}
	return -1;
}

static int end(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* A case being run: what it expects is checked line by line. */
struct story {
	const char *file;
	struct str name;
	struct str subject, from;
	instant_ms now;
	struct buf text;
	struct str expects[32];
	size_t expects_count;
	int failed;
};

static void complain(struct story *story, struct str line, const char *got)
{
	print_error("%s: %.*s: expected \"%.*s\", got %s\n", story->file,
	            STR_ARG(story->name), STR_ARG(line), got);
	story->failed++;
}

/* Takes the next word, or what stands in quotes, off the line. */
static struct str take(struct str *line)
{
	struct str piece = {0};
	*line = str_trim(*line);
	if (line->length && line->text[0] == '"') {
		size_t close = str_find_char(*line, '"', 1);
		piece = str_sub(*line, 1, close);
		*line = str_sub(*line, close + 1, line->length);
		return piece;
	}
	if (!str_split(line, ' ', &piece))
		return (struct str){0};
	return piece;
}

static const char *kinds_of(const struct triage *triage)
{
	struct str out = STR("signals:");
	for (size_t i = 0; i < triage->signals_count; i++)
		out = str_printf(arena, "%.*s %s", STR_ARG(out),
		                 signal_kind_name(triage->signals[i].kind));
	return str_cstr(arena, out);
}

static bool has_signal(const struct triage *triage, struct str text,
                       struct str name, struct str words)
{
	for (size_t i = 0; i < triage->signals_count; i++) {
		const struct triage_signal *signal = &triage->signals[i];
		struct str quote = str_sub(text, signal->start, signal->end);
		if (str_equal(name, str_of(signal_kind_name(signal->kind))) &&
		    str_find(quote, words, 0) < quote.length + !words.length)
			return true;
	}
	return false;
}

static void expect_deadline(struct story *story, struct str line,
                            struct str rest, const struct triage *triage,
                            struct str text)
{
	struct str words = take(&rest), at = take(&rest);
	char shown[INSTANT_TEXT_SIZE] = "unresolved";
	const struct deadline *d = &triage->deadline;
	if (!d->found) {
		complain(story, line, "none");
		return;
	}
	struct str phrase = str_sub(text, d->start, d->end);
	if (d->resolved)
		instant_print(d->at, shown);
	bool same = at.length ? str_equal(at, str_of(shown)) : !d->resolved;
	if (!same || !str_equal(phrase, words))
		complain(story, line,
		         str_cstr(arena, str_printf(arena, "\"%.*s\" %s",
		                                    STR_ARG(phrase), shown)));
}

static void expect_level(struct story *story, struct str line, struct str key,
                         struct str rest, const struct triage *triage)
{
	if (str_equal(key, STR("sentiment"))) {
		bool plus = str_equal(rest, STR("+"));
		if (plus ? triage->sentiment_milli <= 0
		         : triage->sentiment_milli >= 0)
			complain(story, line, "another sign");
		return;
	}
	if (!str_equal(rest, str_printf(arena, "%d", triage->urgency)))
		complain(story, line,
		         str_cstr(arena, str_printf(arena, "urgency %d",
		                                    triage->urgency)));
}

/* "no deadline", "no answer needed", "no request NAME", "answer needed". */
static void expect_none(struct story *story, struct str line, struct str rest,
                        const struct triage *triage)
{
	struct str what = take(&rest);
	bool quiet = triage->no_answer_needed;
	if (str_equal(what, STR("deadline"))) {
		if (triage->deadline.found)
			complain(story, line, "one");
	} else if (str_equal(what, STR("answer"))) {
		if (!quiet)
			complain(story, line, "answer needed");
	} else {
		const char *got = request_type_name(triage->no_request);
		if (!str_equal(rest, str_of(got)))
			complain(story, line, got);
	}
}

static void expect(struct story *story, struct str line,
                   const struct triage *triage, struct str text)
{
	struct str rest = line, key = take(&rest);
	if (str_equal(key, STR("type"))) {
		const char *got = request_type_name(triage->type);
		if (!str_equal(rest, str_of(got)))
			complain(story, line, got);
	} else if (str_equal(key, STR("signal"))) {
		struct str name = take(&rest);
		if (!has_signal(triage, text, name, take(&rest)))
			complain(story, line, kinds_of(triage));
	} else if (str_equal(key, STR("not"))) {
		if (has_signal(triage, text, take(&rest), STR("")))
			complain(story, line, kinds_of(triage));
	} else if (str_equal(key, STR("deadline"))) {
		expect_deadline(story, line, rest, triage, text);
	} else if (str_equal(key, STR("no"))) {
		expect_none(story, line, rest, triage);
	} else if (str_equal(line, STR("answer needed"))) {
		if (triage->no_answer_needed)
			complain(story, line, "no answer needed");
	} else if (str_equal(key, STR("urgency")) ||
	           str_equal(key, STR("sentiment"))) {
		expect_level(story, line, key, rest, triage);
	} else {
		complain(story, line, "a line that is not understood");
	}
}

static void story_run(struct story *story)
{
	if (!story->name.length)
		return;
	struct triage_input input = {.subject = story->subject,
	                             .text = buf_view(&story->text),
	                             .from = story->from,
	                             .now = story->now};
	struct triage triage;
	triage_message(playbook, arena, &input, &triage);
	for (size_t i = 0; i < story->expects_count; i++)
		expect(story, story->expects[i], &triage, input.text);
}

static void story_line(struct story *story, struct str line)
{
	struct str rest = line, key = take(&rest);
	if (key.length == 0 || line.text[0] == '#')
		return;
	if (str_equal(key, STR("==="))) {
		story_run(story);
		int failed = story->failed;
		buf_clear(&story->text);
		*story = (struct story){.file = story->file,
		                        .name = rest,
		                        .text = story->text,
		                        .failed = failed};
	} else if (str_equal(key, STR("|"))) {
		buf_str(&story->text, rest);
		buf_char(&story->text, '\n');
	} else if (str_equal(key, STR("subject"))) {
		story->subject = rest;
	} else if (str_equal(key, STR("from"))) {
		story->from = rest;
	} else if (str_equal(key, STR("now"))) {
		assert_true(instant_parse(rest, &story->now));
	} else {
		assert_true(story->expects_count < 32);
		story->expects[story->expects_count++] = line;
	}
}

static int run_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	char *bytes = arena_alloc(arena, 1u << 20);
	size_t length = fread(bytes, 1, 1u << 20, file);
	fclose(file);
	struct str rest = {bytes, length}, line;
	struct story story = {.file = path};
	buf_init(&story.text, 1u << 20);
	while (str_line(&rest, &line))
		story_line(&story, line);
	story_run(&story);
	buf_release(&story.text);
	return story.failed;
}

static void test_cases(void **state)
{
	(void)state;
	glob_t files;
	int failed = 0;
	assert_int_equal(glob("test/case/triage/*.txt", 0, NULL, &files), 0);
	assert_true(files.gl_pathc >= 4);
	for (size_t i = 0; i < files.gl_pathc; i++)
		failed += run_file(files.gl_pathv[i]);
	globfree(&files);
	assert_int_equal(failed, 0);
}

static void test_lexicon_is_sorted(void **state)
{
	(void)state;
	for (size_t i = 1; i < lexicon_count(); i++)
		assert_true(strcmp(lexicon_at(i - 1)->word,
		                   lexicon_at(i)->word) <= 0);
}

static void test_empty_message(void **state)
{
	(void)state;
	struct triage_input input = {0};
	struct triage triage;
	triage_message(playbook, arena, &input, &triage);
	assert_true(request_type_is_request(triage.type));
	assert_int_equal(triage.signals_count, 0);
	assert_int_equal(triage.no_request, REQUEST_TYPE_NONE);
	assert_false(triage.no_answer_needed);
}

/* A long text of nothing but trigger words is read in bounded space. */
static void test_long_message(void **state)
{
	(void)state;
	struct buf text;
	buf_init(&text, 4u << 20);
	while (text.length < (1u << 20))
		buf_text(&text, "still waiting for any news by Friday 5pm "
		                "urgent urgent third email wrong logo ");
	struct triage_input input = {.text = buf_view(&text), .now = 1};
	struct triage once, twice;
	triage_message(playbook, arena, &input, &once);
	triage_message(playbook, arena, &input, &twice);
	assert_non_null(triage_signal(&once, SIGNAL_URGENCY));
	assert_int_equal(once.type, twice.type);
	assert_int_equal(once.reasons_count, twice.reasons_count);
	assert_int_equal(once.signals_count, twice.signals_count);
	for (size_t i = 0; i < once.reasons_count; i++) {
		assert_ptr_equal(once.reasons[i].list, twice.reasons[i].list);
		assert_true(once.reasons[i].end <= text.length);
	}
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_lexicon_is_sorted),
		cmocka_unit_test(test_empty_message),
		cmocka_unit_test(test_long_message),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
