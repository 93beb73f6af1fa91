#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/content.h"
#include "core/event.h"
#include "store/search.h"

SQL(test_event_put, "INSERT INTO event (seq, client, kind, subject, actor,"
                    " occurred_at, recorded_at, known_at, cause, command,"
                    " position, data, content, hash) VALUES ($1, 0, $2, 0, 0,"
                    " 0, 0, 0, 0, $3, $1, '', '', '')");
SQL(test_content_put, "INSERT INTO content (event, slot, salt, text)"
                      " VALUES ($1, $2, '', $3)");
SQL(test_content_erase, "UPDATE content SET salt = NULL, text = NULL"
                        " WHERE event = $1");

struct fixture {
	struct sql_db *db;
	struct arena *arena;
	char path[64];
};

static int setup_at(void **state, const char *path)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct problem problem;

	snprintf(f->path, sizeof(f->path), "%s", path);
	f->arena = arena_new(64u << 20);
	if (sql_open(path, SQL_OPEN_WRITER, &f->db, &problem) != ST_OK)
		return -1;
	*state = f;
	return 0;
}

static int setup(void **state)
{
	return setup_at(state, ":memory:");
}

static int setup_file(void **state)
{
	char path[64] = "/tmp/search-XXXXXX";
	int fd = mkstemp(path);

	if (fd < 0)
		return -1;
	close(fd);
	return setup_at(state, path);
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	char path[80];

	sql_close(&f->db);
	unlink(f->path);
	snprintf(path, sizeof(path), "%s-wal", f->path);
	unlink(path);
	snprintf(path, sizeof(path), "%s-shm", f->path);
	unlink(path);
	arena_free(&f->arena);
	free(f);
	return 0;
}

static void slot_put(struct fixture *f, int64_t seq, enum slot slot,
                     const char *text)
{
	struct sql_query query;

	sql_begin(&query, f->db, &test_content_put);
	sql_bind_i64(&query, 1, seq);
	sql_bind_i64(&query, 2, slot);
	sql_bind_blob(&query, 3, str_of(text));
	assert_int_equal(sql_run(&query), ST_OK);
}

static void event_put(struct fixture *f, int64_t seq, enum event_kind kind)
{
	struct sql_query query;

	sql_begin(&query, f->db, &test_event_put);
	sql_bind_i64(&query, 1, seq);
	sql_bind_i64(&query, 2, kind);
	sql_bind_blob(&query, 3, STR(""));
	assert_int_equal(sql_run(&query), ST_OK);
}

static void message_put(struct fixture *f, int64_t seq, const char *subject,
                        const char *from, const char *text)
{
	event_put(f, seq, EV_MESSAGE_RECEIVED);
	slot_put(f, seq, SLOT_SUBJECT, subject);
	slot_put(f, seq, SLOT_FROM, from);
	slot_put(f, seq, SLOT_TEXT, text);
	assert_int_equal(search_add(f->db, seq), ST_OK);
}

/* The ids that are found, as "3 2 1". */
static const char *found_before(struct fixture *f, const char *typed,
                                int64_t before, size_t room)
{
	struct search search;
	int64_t ids[64];
	size_t count = 99;
	char *text = arena_alloc(f->arena, 1000);
	size_t length = 0;

	assert_true(room <= 64);
	assert_int_equal(search_read(f->db, f->arena, str_of(typed), &search),
	                 ST_OK);
	if (search_page(f->db, &search, before, ids, room, &count) != ST_OK)
		fail_msg("%s: %s", typed, sql_error(f->db));
	for (size_t i = 0; i < count; i++)
		length +=
			(size_t)snprintf(text + length, 1000 - length, "%s%lld",
		                         i > 0 ? " " : "", (long long)ids[i]);
	return text;
}

static const char *found(struct fixture *f, const char *typed)
{
	return found_before(f, typed, INT64_MAX, 64);
}

static void letters_put(struct fixture *f)
{
	message_put(f, 10, "Packshots for autumn",
	            "Inés Caballero <ines@almendra.example>",
	            "Hello, the colours of batch 22 are off. Résumé attached.");
	message_put(
		f, 20, "Re: Packshots for autumn",
		"Tom Whitlock <tom@studio.example>",
		"Colour is corrected; batch 22 follows. Straße 5, don't wait");
	message_put(f, 30, "Invoice 2026-117", "Ines <ines@almendra.example>",
	            "Is the NOT in AND or OR a NEAR thing? AB-1234");
}

static void test_words(void **state)
{
	struct fixture *f = *state;

	letters_put(f);
	assert_string_equal(found(f, "packshots "), "20 10");
	assert_string_equal(found(f, "PACKSHOTS batch "), "20 10");
	assert_string_equal(found(f, "packshots ines "), "10");
	assert_string_equal(found(f, "resume "), "10");
	assert_string_equal(found(f, "résumé "), "10");
	assert_string_equal(found(f, "Caballero "), "10");
	assert_string_equal(found(f, "ines@almendra.example "), "30 10");
	assert_string_equal(found(f, "22"), "20 10");
	assert_string_equal(found(f, "AB-1234"), "30");
	assert_string_equal(found(f, "nobody "), "");
	assert_string_equal(found(f, "batch nobody "), "");
}

static void test_beginnings(void **state)
{
	struct fixture *f = *state;

	letters_put(f);
	/* As one types: two letters are a word, three are a beginning. */
	assert_string_equal(found(f, "co"), "");
	assert_string_equal(found(f, "col"), "20 10");
	assert_string_equal(found(f, "colo"), "20 10");
	assert_string_equal(found(f, "colou"), "20 10");
	assert_string_equal(found(f, "colour"), "20 10");
	assert_string_equal(found(f, "colours"), "10");
	assert_string_equal(found(f, "corrected"), "20");
	assert_string_equal(found(f, "colour "), "20");
	assert_string_equal(found(f, "packs batch "), "");
	assert_string_equal(found(f, "batch packs"), "20 10");
	assert_string_equal(found(f, "Rés"), "10");
}

/* clang-format off */
static const char *const odd_texts[] = {
	"\"",
	"\"\"",
	"'",
	"*",
	"a*",
	"(",
	")",
	"(a",
	"-a",
	"^a",
	"+a",
	"a:b",
	"words:batch",
	"rowid:1",
	"{a b}:c",
	"NEAR(",
	"NEAR(a b)",
	"NEAR(a, 2)",
	"a NEAR/2 b",
	"AND",
	"OR",
	"NOT",
	"a AND",
	"OR b",
	"NOT NOT",
	"a\\",
	"\xff\xfe",
	"a\xc3",
	"\xed\xa0\x80",
	"--",
	"/*",
	";",
	"$1",
	"?1",
	"%",
	"_",
	"foo–bar",
	"हिन्दी में",
	"日本語テスト",
	"🙂",
	"a\tb\nc",
	"it's",
	"l’été",
	"ﬁle",
	"İstanbul",
	"a'b\"c",
	"\"a\"*",
	"'a':*",
	"a & b",
	"a | !b",
	"<->",
};
/* clang-format on */

/* Nothing that is typed is syntax, and nothing fails. */
static void test_nothing_is_syntax(void **state)
{
	struct fixture *f = *state;
	char long_text[3000];

	letters_put(f);
	for (size_t i = 0; i < sizeof(odd_texts) / sizeof(odd_texts[0]); i++)
		found(f, odd_texts[i]);
	assert_string_equal(found(f, ""), "");
	assert_string_equal(found(f, " \t"), "");
	assert_string_equal(found(f, "*"), "");
	assert_string_equal(found(f, "not and or near "), "30");
	assert_string_equal(found(f, "words:batch"), "");
	assert_string_equal(found(f, "\"batch\" (22)"), "20 10");
	memset(long_text, 'a', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	found(f, long_text);
	for (size_t i = 1; i < sizeof(long_text) - 1; i += 2)
		long_text[i] = ' ';
	found(f, long_text);
}

static void test_every_script(void **state)
{
	struct fixture *f = *state;

	message_put(f, 1, "हिन्दी में", "Ωmega <o@example.com>",
	            "Привет, Straße–Haus и ещё l’été");
	assert_string_equal(found(f, "हिन्दी "), "1");
	assert_string_equal(found(f, "ПРИВЕТ "), "1");
	assert_string_equal(found(f, "haus straße "), "1");
	assert_string_equal(found(f, "été "), "1");
	assert_string_equal(found(f, "ωme"), "1");
}

static void test_pages(void **state)
{
	struct fixture *f = *state;

	for (int64_t seq = 1; seq <= 10; seq++)
		message_put(f, seq, "Weekly", "a@example.com", "same words");
	assert_string_equal(found_before(f, "same ", INT64_MAX, 4), "10 9 8 7");
	assert_string_equal(found_before(f, "same ", 7, 4), "6 5 4 3");
	assert_string_equal(found_before(f, "sam", 3, 4), "2 1");
	assert_string_equal(found_before(f, "same ", 1, 4), "");
}

/* Whole text where there is more than the new words; what is no message. */
static void test_sources(void **state)
{
	struct fixture *f = *state;

	event_put(f, 1, EV_NOTE_ADDED);
	slot_put(f, 1, SLOT_TEXT, "only a note");
	assert_int_equal(search_add(f->db, 1), ST_OK);
	event_put(f, 2, EV_MESSAGE_RECEIVED);
	slot_put(f, 2, SLOT_TEXT, "fine");
	slot_put(f, 2, SLOT_FULL, "fine\n> forwarded words");
	slot_put(f, 2, SLOT_TO, "desk@studio.example");
	slot_put(f, 2, SLOT_CC, "Greta <greta@example.com>");
	assert_int_equal(search_add(f->db, 2), ST_OK);
	event_put(f, 3, EV_TICKET_ASSIGNED);
	slot_put(f, 3, SLOT_TEXT, "note no message");
	assert_int_equal(search_add(f->db, 3), ST_OK);
	assert_int_equal(search_add(f->db, 4), ST_OK);
	assert_int_equal(search_remove(f->db, 4), ST_OK);
	assert_string_equal(found(f, "note"), "1");
	assert_string_equal(found(f, "forwarded "), "2");
	assert_string_equal(found(f, "greta desk "), "2");
	assert_int_equal(search_drop(f->db), ST_OK);
	assert_string_equal(found(f, "note"), "");
	assert_int_equal(search_add(f->db, 2), ST_OK);
	assert_string_equal(found(f, "forwarded "), "2");
}

/* ---------------------------------------------------------------- excerpts */

/* Hits in brackets. */
static const char *excerpt(struct fixture *f, const char *typed,
                           const char *text, size_t bytes_max)
{
	struct search search;
	struct search_parts parts = {0};
	char *shown = arena_alloc(f->arena, 2000);
	size_t length = 0;

	assert_int_equal(search_read(f->db, f->arena, str_of(typed), &search),
	                 ST_OK);
	assert_int_equal(search_excerpt(f->db, f->arena, &search, str_of(text),
	                                bytes_max, &parts),
	                 ST_OK);
	for (size_t i = 0; i < parts.count; i++)
		length +=
			(size_t)snprintf(shown + length, 2000 - length,
		                         parts.list[i].hit ? "[%.*s]" : "%.*s",
		                         STR_ARG(parts.list[i].text));
	return shown;
}

static void test_excerpt(void **state)
{
	static const char text[] =
		"One two three four five six, seven eight nine ten. Résumé of "
		"eleven twelve thirteen fourteen fifteen sixteen seventeen.";
	struct fixture *f = *state;

	assert_string_equal(excerpt(f, "resume ", "The RÉSUMÉ, résumés", 0),
	                    "The [RÉSUMÉ], résumés");
	assert_string_equal(excerpt(f, "resum", "The RÉSUMÉ, résumés", 0),
	                    "The [RÉSUMÉ], [résumés]");
	assert_string_equal(excerpt(f, "a c ", "a b c a", 0), "[a] b [c] [a]");
	assert_string_equal(excerpt(f, "", "a b", 0), "a b");
	assert_string_equal(excerpt(f, "a", "", 0), "");
	assert_string_equal(excerpt(f, "resume ", text, 40),
	                    "ten. [Résumé] of eleven twelve thirteen");
	assert_string_equal(excerpt(f, "two ", text, 24),
	                    "One [two] three four five");
	assert_string_equal(excerpt(f, "seventeen ", text, 60),
	                    "sixteen [seventeen].");
	assert_string_equal(excerpt(f, "nothing ", text, 12), "One two");
}

/* ----------------------------------------------------------------- erasing */

static bool file_holds(const struct fixture *f, const char *suffix,
                       const char *words)
{
	char path[80];
	char *bytes = NULL;
	size_t length = 0;
	FILE *all = open_memstream(&bytes, &length);
	FILE *file = NULL;
	bool holds = false;
	int c = 0;

	snprintf(path, sizeof(path), "%s%s", f->path, suffix);
	file = fopen(path, "rb");
	while (file != NULL && (c = fgetc(file)) != EOF)
		fputc(c, all);
	if (file != NULL)
		fclose(file);
	fclose(all);
	holds = memmem(bytes, length, words, strlen(words)) != NULL;
	free(bytes);
	return holds;
}

static void content_erase(struct fixture *f, int64_t seq)
{
	struct sql_query query;

	sql_begin(&query, f->db, &test_content_erase);
	sql_bind_i64(&query, 1, seq);
	assert_int_equal(sql_run(&query), ST_OK);
}

/*
 * Words that nobody else uses are nowhere in the file once the message is
 * erased: not in the index, its parts, the pages that were freed, or the log.
 */
static void test_erase(void **state)
{
	struct fixture *f = *state;
	bool done = false;
	int steps = 0;

	for (int64_t seq = 1; seq <= 400; seq++) {
		char text[200];

		snprintf(text, sizeof(text), "Message %d about batch %d, %s",
		         (int)seq, (int)(seq * 7919),
		         seq % 100 == 50 ? "zwolschegracht xylander"
		                         : "as always");
		assert_int_equal(sql_transaction_begin(f->db), ST_OK);
		message_put(f, seq, "Weekly", "anna@example.com", text);
		assert_int_equal(sql_transaction_commit(f->db), ST_OK);
	}
	assert_string_equal(found(f, "xylander "), "350 250 150 50");
	assert_true(file_holds(f, "-wal", "xylander"));
	for (int64_t seq = 50; seq < 400; seq += 100) {
		assert_int_equal(search_remove(f->db, seq), ST_OK);
		content_erase(f, seq);
	}
	assert_string_equal(found(f, "xylander "), "");
	assert_string_equal(found(f, "weekly message 51 "), "51");
	assert_int_equal(search_scrub(f->db, true, &done), ST_OK);
	while (!done) {
		assert_int_equal(search_scrub(f->db, false, &done), ST_OK);
		assert_true(++steps < 1000);
	}
	assert_int_equal(sql_scrub(f->db), ST_OK);
	/* Without its first letters, which an index may share. */
	assert_false(file_holds(f, "", "lander"));
	assert_false(file_holds(f, "", "schegracht"));
	assert_false(file_holds(f, "", "xyl"));
	assert_false(file_holds(f, "-wal", "lander"));
	assert_string_equal(found(f, "weekly message 51 "), "51");
	assert_true(file_holds(f, "", "weekly"));
	/* Those left are found again after the words come back. */
	assert_int_equal(search_remove(f->db, 51), ST_OK);
	assert_string_equal(found(f, "weekly message 51 "), "");
	assert_int_equal(search_add(f->db, 51), ST_OK);
	assert_string_equal(found(f, "weekly message 51 "), "51");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_words),
		TEST(test_beginnings),
		TEST(test_nothing_is_syntax),
		TEST(test_every_script),
		TEST(test_pages),
		TEST(test_sources),
		TEST(test_excerpt),
		cmocka_unit_test_setup_teardown(test_erase, setup_file,
	                                        teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
