/*
 * The text index's own tokenizer, reached through FTS5's interface for
 * extensions: what is searched, what is highlighted and what is indexed are
 * split by the same code, so they cannot disagree.
 */
#include "store/sqlite_private.h"

#include <assert.h>
#include <string.h>

#define WORDS_FIRST 64

/* The tokenizer of 004_search.sqlite.sql. */
static const char *const tokenizer_arguments[] = {"remove_diacritics", "2"};

struct collector {
	struct arena *arena;
	struct sql_words words;
	size_t room;
	size_t words_max;
};

static int collector_add(void *context, int flags, const char *fold, int length,
                         int start, int end)
{
	struct collector *collector = context;
	struct sql_words *words = &collector->words;

	(void)flags;
	if (words->count == collector->words_max)
		return SQLITE_DONE;
	if (words->count == collector->room) {
		struct sql_word *more = arena_array(
			collector->arena, collector->room * 2, sizeof(*more));

		memcpy(more, words->list, words->count * sizeof(*more));
		words->list = more;
		collector->room *= 2;
	}
	words->list[words->count++] = (struct sql_word){
		.fold = str_copy(collector->arena,
	                         (struct str){fold, (size_t)length}),
		.start = (uint32_t)start,
		.end = (uint32_t)end,
	};
	return SQLITE_OK;
}

static fts5_api *extension_find(struct sql_db *db)
{
	fts5_api *api = NULL;
	sqlite3_stmt *handle = NULL;

	/* The documented way: FTS5 writes its address through the pointer. */
	if (sqlite3_prepare_v2(db->handle, SQLITE_OWN("SELECT fts5(?1)"), -1,
	                       &handle, NULL) == SQLITE_OK) {
		sqlite3_bind_pointer(handle, 1, &api, "fts5_api_ptr", NULL);
		sqlite3_step(handle);
	}
	sqlite3_finalize(handle);
	return api;
}

static int text_split(fts5_api *api, struct str text,
                      struct collector *collector)
{
	fts5_tokenizer tokenizer = {0};
	Fts5Tokenizer *instance = NULL;
	void *context = NULL;
	const char *arguments[2];
	int code = SQLITE_OK;

	memcpy(arguments, tokenizer_arguments, sizeof(arguments));
	code = api->xFindTokenizer(api, "unicode61", &context, &tokenizer);
	if (code == SQLITE_OK)
		code = tokenizer.xCreate(context, arguments, 2, &instance);
	if (code != SQLITE_OK)
		return code;
	code = tokenizer.xTokenize(instance, collector, FTS5_TOKENIZE_QUERY,
	                           text.text, (int)text.length, collector_add);
	tokenizer.xDelete(instance);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

enum status sql_words_split(struct sql_db *db, struct arena *arena,
                            struct str text, size_t words_max,
                            struct sql_words *words_out)
{
	struct collector collector = {
		.arena = arena,
		.words_max = words_max,
		.room = WORDS_FIRST,
	};
	fts5_api *api = extension_find(db);
	int code = SQLITE_OK;

	assert(text.length <= INT32_MAX);
	if (api == NULL)
		return sqlite_failed(db, SQLITE_ERROR);
	collector.words.list = arena_array(arena, WORDS_FIRST,
	                                   sizeof(collector.words.list[0]));
	if (text.length > 0)
		code = text_split(api, text, &collector);
	if (code != SQLITE_OK)
		return sqlite_failed(db, code);
	*words_out = collector.words;
	return ST_OK;
}
