/*
 * A word that is in no message, and one that is: found by trying what one slip
 * of the finger makes of it (two letters swapped, one too many, one wrong, one
 * missing), each looked up in the word index. A few hundred lookups, and only
 * for a search that found nothing.
 */
#include "store/search.h"

#include <string.h>

#define NEAR_LETTERS_MIN 5u
#define NEAR_LETTERS_MAX 20u
#define NEAR_COUNT       20 /* messages counted of each candidate */

SQL_DIALECTS(search_near_count,
             "SELECT COUNT(*) FROM (SELECT rowid FROM search"
             " WHERE search MATCH $1 LIMIT $2)",
             "SELECT COUNT(*) FROM (SELECT id FROM search WHERE words @@"
             " to_tsquery('simple', replace($1, '\"', '''')) LIMIT $2) AS t");

struct near_best {
	struct sql_db *db;
	struct arena *arena;
	struct str word;
	int64_t count;
	enum status status;
};

static int64_t near_messages(struct near_best *best, struct str word)
{
	struct sql_query query;
	int64_t count = 0;

	if (best->status != ST_OK)
		return 0;
	sql_begin(&query, best->db, &search_near_count);
	sql_bind_text(&query, 1,
	              str_printf(best->arena, "\"%.*s\"", STR_ARG(word)));
	sql_bind_i64(&query, 2, NEAR_COUNT);
	if (sql_next(&query))
		count = sql_i64(&query, 0);
	best->status = sql_end(&query);
	return count;
}

static void near_try(struct near_best *best, const char *letters, size_t length)
{
	const struct str word = {letters, length};
	int64_t count = near_messages(best, word);

	if (count <= best->count)
		return;
	best->count = count;
	best->word = str_copy(best->arena, word);
}

static void near_swaps(struct near_best *best, struct str word)
{
	char letters[NEAR_LETTERS_MAX + 1];

	for (size_t i = 0; i + 1 < word.length; i++) {
		memcpy(letters, word.text, word.length);
		letters[i] = word.text[i + 1];
		letters[i + 1] = word.text[i];
		if (word.text[i] != word.text[i + 1])
			near_try(best, letters, word.length);
	}
}

static void near_drops(struct near_best *best, struct str word)
{
	char letters[NEAR_LETTERS_MAX + 1];

	for (size_t i = 0; i < word.length; i++) {
		memcpy(letters, word.text, i);
		memcpy(letters + i, word.text + i + 1, word.length - i - 1);
		near_try(best, letters, word.length - 1);
	}
}

static void near_changes(struct near_best *best, struct str word)
{
	char letters[NEAR_LETTERS_MAX + 1];

	for (size_t i = 0; i < word.length; i++) {
		memcpy(letters, word.text, word.length);
		for (int c = 'a'; c <= 'z'; c++) {
			letters[i] = (char)c;
			if (c != word.text[i])
				near_try(best, letters, word.length);
		}
	}
}

static void near_adds(struct near_best *best, struct str word)
{
	char letters[NEAR_LETTERS_MAX + 1];

	for (size_t i = 0; i <= word.length; i++) {
		memcpy(letters, word.text, i);
		memcpy(letters + i + 1, word.text + i, word.length - i);
		for (int c = 'a'; c <= 'z'; c++) {
			letters[i] = (char)c;
			near_try(best, letters, word.length + 1);
		}
	}
}

/* Letters that a slip can be undone in; of others nothing is guessed. */
static bool near_plain(struct str word)
{
	for (size_t i = 0; i < word.length; i++) {
		if (word.text[i] < 'a' || word.text[i] > 'z')
			return false;
	}
	return word.length >= NEAR_LETTERS_MIN &&
	       word.length <= NEAR_LETTERS_MAX;
}

enum status search_near(struct sql_db *db, struct arena *arena, struct str word,
                        struct str *near_out)
{
	static void (*const slips[])(struct near_best *, struct str) = {
		near_swaps,
		near_drops,
		near_changes,
		near_adds,
	};
	struct near_best best = {.db = db, .arena = arena, .word = STR("")};

	*near_out = STR("");
	if (!near_plain(word) || near_messages(&best, word) > 0)
		return best.status;
	for (size_t i = 0; i < sizeof(slips) / sizeof(*slips); i++)
		slips[i](&best, word);
	if (best.status == ST_OK)
		*near_out = best.word;
	return best.status;
}
