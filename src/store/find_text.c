/*
 * What is asked of messages. The wanted words of all terms lead through the
 * word index, newest message first; each message is then asked the rest: in
 * which of its lines the words stand, and whether they stand in a row. A word
 * that must not be there must be in no message of the thread.
 *
 * Where few threads are left by their rows, those are looked through instead.
 */
#include <stdlib.h>
#include <string.h>

#include "core/content.h"
#include "store/content.h"
#include "store/find_private.h"
#include "store/record.h"

#define FIND_SLICE       200u   /* messages from the index at a time */
#define FIND_FEW         200u   /* threads: looked through one by one */
#define FIND_THREAD      500u   /* messages of one thread */
#define FIND_PHRASE_TEXT 20000u /* words of a text */

SQL(find_thread_messages,
    "SELECT id FROM message WHERE (ticket = $1 OR ticket IN"
    " (SELECT id FROM ticket WHERE merged_into = $1 AND merged_into > 0))"
    " AND delivery <> 8 ORDER BY id DESC LIMIT $2");

/* ---- asking one message */

static bool find_in_a_row(const struct sql_words *wanted,
                          const struct sql_words *words)
{
	for (size_t i = 0; i + wanted->count <= words->count; i++) {
		size_t same = 0;

		while (same < wanted->count &&
		       str_equal(wanted->list[same].fold,
		                 words->list[i + same].fold))
			same++;
		if (same == wanted->count)
			return true;
	}
	return false;
}

/* The whole text, its subject and the people, as the index has them. */
static enum status find_phrase(struct sql_db *db, struct arena *arena,
                               const struct find_text *text, int64_t message,
                               bool *has_out)
{
	static const enum slot slots[] = {SLOT_TEXT, SLOT_FULL, SLOT_SUBJECT,
	                                  SLOT_FROM, SLOT_TO,   SLOT_CC};
	enum status status = ST_OK;
	bool has = false;

	for (size_t i = 0; i < sizeof(slots) / sizeof(*slots) && !has; i++) {
		struct sql_words words = {0};
		struct str found = STR("");

		status = content_read(db, arena, message, slots[i], &found);
		if (status == ST_OK && found.length > 0)
			status = sql_words_split(db, arena, found,
			                         FIND_PHRASE_TEXT, &words);
		if (status != ST_OK)
			return status;
		has = find_in_a_row(&text->words, &words);
	}
	*has_out = has;
	return ST_OK;
}

static enum status find_line(struct sql_db *db, struct arena *arena,
                             const struct find_text *text, int64_t message,
                             enum slot slot, bool *has_out)
{
	struct str found = STR("");
	enum status status = content_read(db, arena, message, slot, &found);

	if (status == ST_OK)
		status = search_in(db, arena, &text->search, found, has_out);
	return status;
}

/* Whether one message is what the term says, be it wanted or not. */
static enum status find_term(struct sql_db *db, struct arena *arena,
                             const struct find_text *text, int64_t message,
                             bool *has_out)
{
	enum status status = search_has(db, &text->search, message, has_out);

	if (status != ST_OK || !*has_out || text->field == QUERY_WORD)
		return status;
	if (text->field == QUERY_PHRASE)
		return find_phrase(db, arena, text, message, has_out);
	if (text->field == QUERY_FROM)
		return find_line(db, arena, text, message, SLOT_FROM, has_out);
	if (text->field == QUERY_SUBJECT)
		return find_line(db, arena, text, message, SLOT_SUBJECT,
		                 has_out);
	status = find_line(db, arena, text, message, SLOT_TO, has_out);
	if (status == ST_OK && !*has_out)
		status = find_line(db, arena, text, message, SLOT_CC, has_out);
	return status;
}

/* All that is wanted. `indexed`: it has the words, wherever they stand. */
static enum status find_wanted(struct sql_db *db, struct arena *arena,
                               const struct find *find, int64_t message,
                               bool indexed, bool *has_out)
{
	bool has = true;
	enum status status = ST_OK;

	for (size_t i = 0; i < find->text_count && has && status == ST_OK;
	     i++) {
		const struct find_text *text = &find->texts[i];

		if (text->not || (indexed && text->field == QUERY_WORD))
			continue;
		status = find_term(db, arena, text, message, &has);
	}
	*has_out = has;
	return status;
}

/* ---- asking one thread */

static bool find_has_not(const struct find *find)
{
	for (size_t i = 0; i < find->text_count; i++)
		if (find->texts[i].not )
			return true;
	return false;
}

bool find_has_words(const struct find *find)
{
	for (size_t i = 0; i < find->text_count; i++)
		if (!find->texts[i].not )
			return true;
	return false;
}

static enum status find_thread_ids(struct sql_db *db, int64_t ticket,
                                   int64_t *ids, size_t *count_out)
{
	struct sql_query query;
	size_t count = 0;

	sql_begin(&query, db, &find_thread_messages);
	sql_bind_i64(&query, 1, ticket);
	sql_bind_i64(&query, 2, FIND_THREAD);
	while (count < FIND_THREAD && sql_next(&query))
		ids[count++] = sql_i64(&query, 0);
	*count_out = count;
	return sql_end(&query);
}

static enum status find_unwanted(struct sql_db *db, struct arena *arena,
                                 const struct find *find, const int64_t *ids,
                                 size_t count, bool *has_out)
{
	enum status status = ST_OK;
	bool has = false;

	for (size_t i = 0; i < find->text_count; i++) {
		const struct find_text *text = &find->texts[i];

		for (size_t j = 0;
		     j < count && text->not &&!has && status == ST_OK; j++)
			status = find_term(db, arena, text, ids[j], &has);
	}
	*has_out = has;
	return status;
}

/* Nothing unwanted in any message and, with `wanted`, one that has it all. */
static enum status find_thread(struct sql_db *db, struct arena *arena,
                               const struct find *find, int64_t ticket,
                               bool wanted, bool *fits_out)
{
	int64_t ids[FIND_THREAD];
	bool unwanted = false, has = !wanted;
	size_t count = 0;
	enum status status;

	if (!wanted && !find_has_not(find)) {
		*fits_out = true;
		return ST_OK;
	}
	status = find_thread_ids(db, ticket, ids, &count);
	for (size_t i = 0; i < count && !has && status == ST_OK; i++)
		status = find_wanted(db, arena, find, ids[i], false, &has);
	if (status == ST_OK && has)
		status = find_unwanted(db, arena, find, ids, count, &unwanted);
	*fits_out = has && !unwanted;
	return status;
}

/* ---- from message to thread */

static enum status find_message_row(struct sql_db *db, struct arena *arena,
                                    const struct find *find, int64_t message,
                                    struct find_hit *hit_out, bool *fits_out)
{
	enum status status =
		find_shown_on(db, find, message, hit_out, fits_out);

	if (status == ST_OK && *fits_out)
		status = find_wanted(db, arena, find, message, true, fits_out);
	return status;
}

enum status find_message(struct sql_db *db, struct arena *arena,
                         const struct find *find, int64_t message,
                         int64_t *ticket_out, bool *fits_out)
{
	struct find_hit hit = {0};
	enum status status =
		find_message_row(db, arena, find, message, &hit, fits_out);

	*ticket_out = hit.id;
	if (status == ST_OK && *fits_out)
		status = find_thread(db, arena, find, hit.id, false, fits_out);
	return status;
}

/* ---- pages */

/* Threads that were found; each once. */
struct find_set {
	struct arena *arena;
	struct find_hit *list;
	size_t count, room;
	int64_t *slots; /* ids seen, by hash; 0: free */
	size_t slot_count;
};

static void find_set_init(struct find_set *set, struct arena *arena,
                          size_t most)
{
	*set = (struct find_set){.arena = arena, .slot_count = 64, .room = 64};
	while (set->slot_count < most * 2)
		set->slot_count *= 2;
	set->slots = arena_array(arena, set->slot_count, sizeof(int64_t));
	set->list = arena_array(arena, set->room, sizeof(*set->list));
}

/* False when it was seen before. */
static bool find_set_see(struct find_set *set, int64_t id)
{
	size_t at = (size_t)((uint64_t)id * 0x9E3779B97F4A7C15u) &
	            (set->slot_count - 1);

	while (set->slots[at] != 0) {
		if (set->slots[at] == id)
			return false;
		at = (at + 1) & (set->slot_count - 1);
	}
	set->slots[at] = id;
	return true;
}

static void find_set_add(struct find_set *set, const struct find_hit *hit)
{
	if (set->count == set->room) {
		struct find_hit *grown =
			arena_array(set->arena, set->room * 2, sizeof(*grown));

		memcpy(grown, set->list, set->count * sizeof(*grown));
		set->list = grown;
		set->room *= 2;
	}
	set->list[set->count++] = *hit;
}

/* Through the word index, newest message first. */
static enum status find_by_words(struct sql_db *db, struct arena *arena,
                                 const struct find *find, size_t enough,
                                 struct find_set *set)
{
	int64_t ids[FIND_SLICE], before = INT64_MAX;
	size_t count = FIND_SLICE;
	enum status status = ST_OK;

	for (size_t looked = 0; looked < FIND_MESSAGES && count == FIND_SLICE &&
	                        set->count < enough && status == ST_OK;
	     looked += count) {
		status = search_page(db, &find->search, before, ids, FIND_SLICE,
		                     &count);
		for (size_t i = 0; i < count && status == ST_OK; i++) {
			struct find_hit hit = {0};
			bool fits = false;

			before = ids[i];
			status = find_message_row(db, arena, find, ids[i], &hit,
			                          &fits);
			if (status == ST_OK && fits &&
			    find_set_see(set, hit.id)) {
				status = find_thread(db, arena, find, hit.id,
				                     false, &fits);
				if (status == ST_OK && fits)
					find_set_add(set, &hit);
			}
		}
	}
	return status;
}

/* The rows that are left are few: each is asked for the words. */
static enum status find_by_rows(struct sql_db *db, struct arena *arena,
                                const struct find *find,
                                const struct find_hit *rows, size_t count,
                                struct find_set *set)
{
	enum status status = ST_OK;

	for (size_t i = 0; i < count && status == ST_OK; i++) {
		bool fits = false;

		status = find_thread(db, arena, find, rows[i].id,
		                     find_has_words(find), &fits);
		if (status == ST_OK && fits)
			find_set_add(set, &rows[i]);
	}
	return status;
}

/* In order, behind the place, as many as are asked for. */
static void find_set_cut(struct find_set *set, enum find_order order,
                         const struct find_place *after, size_t limit)
{
	size_t from = 0;

	if (set->count > 1)
		qsort(set->list, set->count, sizeof(*set->list),
		      find_compare(order));
	while (from < set->count &&
	       !find_is_behind(&set->list[from], order, after))
		from++;
	set->list += from;
	set->count -= from;
	if (set->count > limit)
		set->count = limit;
}

/* Only what must not be there: rows in order, until the page is full. */
static enum status find_without(struct sql_db *db, struct arena *arena,
                                const struct find *find, enum find_order order,
                                const struct find_place *after, size_t limit,
                                struct find_set *set,
                                struct find_place *next_out)
{
	struct find_place place = *after;
	size_t count = FIND_SLICE;
	enum status status = ST_OK;

	for (size_t looked = 0; looked < FIND_MESSAGES && count == FIND_SLICE &&
	                        set->count < limit && status == ST_OK;
	     looked += count) {
		struct find_hit *rows = NULL;

		status = find_rows(db, arena, find, order, &place, FIND_SLICE,
		                   &rows, &count);
		if (status != ST_OK || count == 0)
			break;
		status = find_by_rows(db, arena, find, rows, count, set);
		place = (struct find_place){
			.rank = rows[count - 1].rank,
			.key = order == FIND_DUE ? rows[count - 1].place
		                                 : rows[count - 1].heard,
			.id = rows[count - 1].id,
		};
	}
	if (set->count > limit)
		set->count = limit;
	else if (count == FIND_SLICE)
		*next_out = place;
	return status;
}

enum status find_text_rows(struct sql_db *db, struct arena *arena,
                           const struct find *find, enum find_order order,
                           const struct find_place *after, size_t limit,
                           struct find_hit **hits_out, size_t *count_out,
                           struct find_place *next_out)
{
	static const struct find_place start = {0};
	size_t enough = order == FIND_ANY ? limit : SIZE_MAX;
	struct find_hit *rows = NULL;
	struct find_set set;
	size_t count = 0;
	enum status status;

	if (order == FIND_ANY)
		order = FIND_DUE;
	find_set_init(&set, arena, FIND_MESSAGES + FIND_SLICE);
	if (!find_has_words(find)) {
		status = find_without(db, arena, find, order, after, limit,
		                      &set, next_out);
	} else {
		status = find_rows(db, arena, find, order, &start, FIND_FEW,
		                   &rows, &count);
		if (status == ST_OK && count < FIND_FEW)
			status = find_by_rows(db, arena, find, rows, count,
			                      &set);
		else if (status == ST_OK)
			status = find_by_words(db, arena, find, enough, &set);
		find_set_cut(&set, order, after, limit);
	}
	if (status != ST_OK)
		return status;
	*hits_out = set.list;
	*count_out = set.count;
	return ST_OK;
}

/* ---- making ready */

enum status find_add_text(struct sql_db *db, struct arena *arena,
                          struct find *find, const struct query_term *term)
{
	struct find_text *text = &find->texts[find->text_count];
	bool open = term->typing ||
	            (term->field != QUERY_WORD && term->field != QUERY_PHRASE);
	struct str typed = term->text;
	enum status status;

	/* What stands behind the last word tells that it is whole. */
	if (!open)
		typed = str_printf(arena, "%.*s ", STR_ARG(typed));
	*text = (struct find_text){.field = term->field, .not = term->not };
	status = search_read(db, arena, typed, &text->search);
	if (status == ST_OK && term->field == QUERY_PHRASE)
		status = sql_words_split(db, arena, typed, SEARCH_WORDS_MAX,
		                         &text->words);
	if (status != ST_OK || text->search.count == 0)
		return status;
	find->text_count++;
	if (!text->not )
		search_join(arena, &find->search, &text->search);
	return ST_OK;
}
