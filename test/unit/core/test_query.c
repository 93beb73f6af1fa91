/*
 * The search language by golden cases, test/case/query: a line asked, then
 * what it is read as. Adding one needs no C.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "core/query.h"
#include "core/states.h"
#include "core/text/request_type.h"

static const char *const fields[QUERY_FIELD_COUNT] = {
	"word", "phrase", "from", "to",  "subject", "client", "owner", "brand",
	"type", "state",  "is",   "has", "before",  "after",  "due",
};
static const char *const is_words[IS_COUNT] = {
	"open",      "closed",      "waiting", "flagged",
	"late",      "unassigned",  "snoozed", "following",
	"mentioned", "undelivered", "merged",  "mine",
};
static const char *const has_words[HAS_COUNT] = {"attachment", "note", "call",
                                                 "draft"};

static int wrong;

static void print_term(struct buf *out, const struct query_term *term)
{
	char at[INSTANT_TEXT_SIZE];

	buf_printf(out, "%s%s%s", out->length ? " " : "", term->not ? "-" : "",
	           fields[term->field]);
	switch (term->field) {
	case QUERY_TYPE:
		buf_printf(out, "=%s",
		           term->value < 0
		                   ? "no_request"
		                   : request_type_name(
					     (enum request_type)term->value));
		break;
	case QUERY_STATE:
		buf_printf(out, "=%s", ticket_state_names[term->value]);
		break;
	case QUERY_IS:
		buf_printf(out, "=%s", is_words[term->value]);
		break;
	case QUERY_HAS:
		buf_printf(out, "=%s", has_words[term->value]);
		break;
	case QUERY_BEFORE:
	case QUERY_AFTER:
	case QUERY_DUE:
		instant_print(term->value, at);
		buf_printf(out, "=%s", term->value ? at : "late");
		break;
	case QUERY_WORD:
	case QUERY_PHRASE:
	case QUERY_FROM:
	case QUERY_TO:
	case QUERY_SUBJECT:
	case QUERY_CLIENT:
	case QUERY_OWNER:
	case QUERY_BRAND:
	case QUERY_FIELD_COUNT:
		buf_printf(out, "(%.*s)%s", STR_ARG(term->text),
		           term->typing ? "~" : "");
		break;
	}
}

static struct str read_as(struct arena *arena, struct str asked)
{
	struct query query = {.count = 0};
	struct query_error error = {0};
	struct buf out;
	struct str text;
	instant_ms now;

	assert_true(instant_parse(STR("2026-11-24T10:15:00Z"), &now));
	buf_init(&out, 100000);
	if (query_parse(arena, asked, now, NULL, &query, &error) == ST_OK)
		for (size_t i = 0; i < query.count; i++)
			print_term(&out, &query.terms[i]);
	else
		buf_printf(&out, "refused %zu-%zu%s%s", error.start, error.end,
		           error.suggest[0] ? " try " : "", error.suggest);
	text = str_copy(arena, buf_view(&out));
	buf_release(&out);
	return text;
}

static void one_case(struct arena *arena, struct str line)
{
	size_t arrow = str_find(line, STR(" => "), 0);
	struct str wanted, found;

	assert_true(arrow < line.length);
	wanted = str_sub(line, arrow + 4, line.length);
	/* "|" shows where the asked text ends, and what follows its last word.
	 */
	if (arrow > 0 && line.text[arrow - 1] == '|')
		arrow--;
	found = read_as(arena, str_sub(line, 0, arrow));
	if (str_equal(wanted, found))
		return;
	print_error("%.*s\n   read: %.*s\n", STR_ARG(line), STR_ARG(found));
	wrong++;
}

static void queries_are_read_as_written(void **state)
{
	struct arena *arena = arena_new((size_t)64 << 20);
	glob_t files;

	(void)state;
	assert_int_equal(glob("test/case/query/*.txt", 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		char *text = calloc(1, 1 << 20);
		FILE *in = fopen(files.gl_pathv[i], "r");
		struct str rest, line;

		assert_non_null(in);
		assert_non_null(text);
		assert_true(fread(text, 1, (1 << 20) - 1, in) > 0);
		fclose(in);
		rest = str_of(text);
		while (str_line(&rest, &line)) {
			if (line.length > 0 && line.text[0] != '#')
				one_case(arena, line);
		}
		free(text);
	}
	globfree(&files);
	arena_free(&arena);
	assert_int_equal(wrong, 0);
}

static void too_much_is_refused(void **state)
{
	struct arena *arena = arena_new((size_t)64 << 20);
	char text[QUERY_BYTES_MAX + 2];

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_true(str_starts(read_as(arena, (struct str){text, sizeof(text)}),
	                       STR("refused")));
	for (size_t i = 0; i < sizeof(text); i += 2)
		text[i] = ' ';
	assert_true(str_starts(read_as(arena, (struct str){text, 200}),
	                       STR("refused")));
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(queries_are_read_as_written),
		cmocka_unit_test(too_much_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
