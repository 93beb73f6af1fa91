#include "store/search.h"

#include <assert.h>

#include "base/buf.h"

#define BEGINNING_LETTERS 3
#define TYPED_BYTES_MAX   1000u
#define TEXT_WORDS_MAX    20000u /* looked at for an excerpt */
#define SCRUB_PAGES       64     /* of the index, a step */

SQL_DIALECTS(search_put,
             "INSERT INTO search (rowid, words)"
             " SELECT id, words FROM search_source WHERE id > $1 AND id <= $2",
             "INSERT INTO search (id, words)"
             " SELECT id, to_tsvector('simple', words) FROM search_source"
             " WHERE id > $1 AND id <= $2");
/* The source tells the index what to take back. */
SQL_DIALECTS(search_take,
             "DELETE FROM search WHERE rowid IN"
             " (SELECT id FROM search_source WHERE id = $1)",
             "DELETE FROM search WHERE id = $1");
SQL_DIALECTS(search_empty, "INSERT INTO search (search) VALUES ('delete-all')",
             "DELETE FROM search");
/* Less than 0: all parts into one, not only those that are due. */
SQL_DIALECTS(search_merge,
             "INSERT INTO search (search, rank) VALUES ('merge', $1)",
             "SELECT gin_clean_pending_list('search_words'::regclass)"
             " WHERE CAST($1 AS BIGINT) <> 0");
/* PostgreSQL spells "a" AND "b"* as 'a' & 'b':*; no word holds a quote. */
SQL_DIALECTS(search_match,
             "SELECT rowid FROM search WHERE search MATCH $1 AND rowid < $2"
             " ORDER BY rowid DESC LIMIT $3",
             "SELECT id FROM search WHERE words @@ to_tsquery('simple',"
             " replace(replace(replace($1, '\"*', ''':*'), '\"', ''''),"
             " ' AND ', ' & ')) AND id < $2 ORDER BY id DESC LIMIT $3");

SQL_DIALECTS(search_match_one,
             "SELECT rowid FROM search WHERE search MATCH $1 AND rowid = $2",
             "SELECT id FROM search WHERE words @@ to_tsquery('simple',"
             " replace(replace(replace($1, '\"*', ''':*'), '\"', ''''),"
             " ' AND ', ' & ')) AND id = $2");

static enum status run_on(struct sql_db *db,
                          const struct sql_statement *const *statement,
                          int64_t message)
{
	struct sql_query query;

	sql_begin(&query, db, statement);
	sql_bind_i64(&query, 1, message);
	return sql_run(&query);
}

enum status search_add(struct sql_db *db, int64_t message)
{
	return search_add_range(db, message - 1, message);
}

enum status search_add_range(struct sql_db *db, int64_t after, int64_t until)
{
	struct sql_query query;

	sql_begin(&query, db, &search_put);
	sql_bind_i64(&query, 1, after);
	sql_bind_i64(&query, 2, until);
	return sql_run(&query);
}

enum status search_remove(struct sql_db *db, int64_t message)
{
	return run_on(db, &search_take, message);
}

enum status search_drop(struct sql_db *db)
{
	struct sql_query query;

	sql_begin(&query, db, &search_empty);
	return sql_run(&query);
}

enum status search_scrub(struct sql_db *db, bool first, bool *done_out)
{
	int64_t before = sql_changes(db);
	enum status status =
		run_on(db, &search_merge, first ? -SCRUB_PAGES : SCRUB_PAGES);

	if (status != ST_OK)
		return status;
	/* The command itself counts as one change. */
	*done_out = sql_changes(db) - before < 2;
	return ST_OK;
}

/* ------------------------------------------------------------------ asking */

static size_t letters_count(struct str word)
{
	size_t count = 0;

	for (size_t i = 0; i < word.length; i++) {
		if (((unsigned char)word.text[i] & 0xC0) != 0x80)
			count++;
	}
	return count;
}

static void search_word_add(struct search *search, struct search_word word)
{
	for (size_t i = 0; i < search->count; i++) {
		if (str_equal(search->words[i].fold, word.fold) &&
		    search->words[i].beginning == word.beginning)
			return;
	}
	if (search->count < SEARCH_WORDS_MAX)
		search->words[search->count++] = word;
}

/*
 * Every word in quotes, so that AND, NOT, columns and brackets are words as
 * well. A word as the tokenizer gives it holds no quote.
 */
static struct str match_print(struct arena *arena, const struct search *search)
{
	struct buf buf;
	struct str match = {"", 0};

	buf_init(&buf, SIZE_MAX);
	for (size_t i = 0; i < search->count; i++) {
		assert(str_find_char(search->words[i].fold, '"', 0) ==
		       search->words[i].fold.length);
		if (i > 0)
			buf_text(&buf, " AND ");
		buf_char(&buf, '"');
		buf_str(&buf, search->words[i].fold);
		buf_text(&buf, search->words[i].beginning ? "\"*" : "\"");
	}
	match = str_copy(arena, buf_view(&buf));
	buf_release(&buf);
	return match;
}

enum status search_read(struct sql_db *db, struct arena *arena,
                        struct str typed, struct search *search_out)
{
	struct search search = {.count = 0};
	struct sql_words words = {0};
	enum status status = ST_OK;

	typed = str_utf8_clean(arena, typed);
	typed = str_utf8_prefix(typed, TYPED_BYTES_MAX);
	status = sql_words_split(db, arena, typed, SIZE_MAX, &words);
	if (status != ST_OK)
		return status;
	for (size_t i = 0; i < words.count; i++) {
		bool last = words.list[i].end == typed.length;
		struct str fold = words.list[i].fold;

		search_word_add(
			&search,
			(struct search_word){
				fold, last && letters_count(fold) >=
						      BEGINNING_LETTERS});
	}
	search.match = match_print(arena, &search);
	*search_out = search;
	return ST_OK;
}

void search_join(struct arena *arena, struct search *search,
                 const struct search *more)
{
	for (size_t i = 0; i < more->count; i++)
		search_word_add(search, more->words[i]);
	search->match = match_print(arena, search);
}

enum status search_has(struct sql_db *db, const struct search *search,
                       int64_t message, bool *has_out)
{
	struct sql_query query;

	if (search->count == 0) {
		*has_out = true;
		return ST_OK;
	}
	sql_begin(&query, db, &search_match_one);
	sql_bind_text(&query, 1, search->match);
	sql_bind_i64(&query, 2, message);
	*has_out = sql_next(&query);
	return sql_end(&query);
}

enum status search_page(struct sql_db *db, const struct search *search,
                        int64_t before, int64_t *ids, size_t room,
                        size_t *count_out)
{
	struct sql_query query;
	size_t count = 0;
	enum status status = ST_OK;

	if (search->count == 0) {
		*count_out = 0;
		return ST_OK;
	}
	sql_begin(&query, db, &search_match);
	sql_bind_text(&query, 1, search->match);
	sql_bind_i64(&query, 2, before);
	sql_bind_i64(&query, 3, (int64_t)room);
	while (count < room && sql_next(&query))
		ids[count++] = sql_i64(&query, 0);
	status = sql_end(&query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

/* ---------------------------------------------------------------- excerpts */

static bool word_hit(const struct search *search, struct str fold)
{
	for (size_t i = 0; i < search->count; i++) {
		const struct search_word *word = &search->words[i];

		if (word->beginning ? str_starts(fold, word->fold)
		                    : str_equal(fold, word->fold))
			return true;
	}
	return false;
}

enum status search_in(struct sql_db *db, struct arena *arena,
                      const struct search *search, struct str text,
                      bool *in_out)
{
	struct sql_words words = {0};
	bool in = true;
	enum status status =
		sql_words_split(db, arena, text, TEXT_WORDS_MAX, &words);

	for (size_t i = 0; i < search->count && in && status == ST_OK; i++) {
		const struct search one = {{search->words[i]}, 1, {"", 0}};

		in = false;
		for (size_t j = 0; j < words.count && !in; j++)
			in = word_hit(&one, words.list[j].fold);
	}
	*in_out = in;
	return status;
}

/* The window of words, [first, last), and of bytes that is shown. */
struct window {
	size_t first, last;
	size_t start, end;
};

/* A third of the window stands before the first hit. */
static struct window window_find(const struct search *search,
                                 const struct sql_words *words, struct str text,
                                 size_t bytes_max)
{
	struct window window = {0, words->count, 0, text.length};
	size_t hit = 0;
	size_t limit = 0;

	if (bytes_max == 0 || text.length <= bytes_max || words->count == 0)
		return window;
	while (hit < words->count && !word_hit(search, words->list[hit].fold))
		hit++;
	if (hit == words->count)
		hit = 0;
	window.first = hit;
	while (window.first > 0 &&
	       words->list[hit].end - words->list[window.first - 1].start <=
	               bytes_max / 3)
		window.first--;
	if (window.first > 0)
		window.start = words->list[window.first].start;
	limit = window.start + bytes_max;
	window.last = hit + 1;
	window.end = words->list[hit].end;
	while (window.last < words->count &&
	       words->list[window.last].end <= limit)
		window.end = words->list[window.last++].end;
	if (window.last == words->count && text.length <= limit)
		window.end = text.length;
	return window;
}

static void part_add(struct search_parts *parts, struct str text, bool hit)
{
	if (text.length > 0)
		parts->list[parts->count++] = (struct search_part){text, hit};
}

enum status search_excerpt(struct sql_db *db, struct arena *arena,
                           const struct search *search, struct str text,
                           size_t bytes_max, struct search_parts *parts_out)
{
	struct search_parts parts = {0};
	struct sql_words words = {0};
	struct window window;
	size_t at = 0;
	enum status status =
		sql_words_split(db, arena, text, TEXT_WORDS_MAX, &words);

	if (status != ST_OK)
		return status;
	window = window_find(search, &words, text, bytes_max);
	/* Each word is a part at most, with one before and one at the end. */
	parts.list = arena_array(arena, 2 * (window.last - window.first) + 1,
	                         sizeof(parts.list[0]));
	at = window.start;
	for (size_t i = window.first; i < window.last; i++) {
		const struct sql_word *word = &words.list[i];

		if (!word_hit(search, word->fold))
			continue;
		part_add(&parts, str_sub(text, at, word->start), false);
		part_add(&parts, str_sub(text, word->start, word->end), true);
		at = word->end;
	}
	part_add(&parts, str_sub(text, at, window.end), false);
	*parts_out = parts;
	return ST_OK;
}
