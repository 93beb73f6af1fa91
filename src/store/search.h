/*
 * Search in the words of messages: subject, people, whole text. Newest first,
 * never ranked: a page costs what the page holds, however many messages match.
 * Every word asked for must be there; the last one, while it is being typed,
 * is a beginning. The words of a message are those of its content rows, so a
 * message is added after its content is stored and removed before any of it is
 * erased, both in the same transaction.
 */
#ifndef STORE_SEARCH_H
#define STORE_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/str.h"
#include "store/sql.h"

#define SEARCH_WORDS_MAX 16u /* of what was asked; the rest is ignored */

/* ---- keeping the index */

/*
 * Puts in or takes out the message with that seq; a seq that is no message is
 * fine. Once each: after a part of the words was erased, it is removed before
 * and added again after.
 */
CHECKED enum status search_add(struct sql_db *db, int64_t message);
/*
 * All messages above `after` and up to `until`. The index is written out at
 * every savepoint, so one call for many costs a fraction of one for each.
 */
CHECKED enum status search_add_range(struct sql_db *db, int64_t after,
                                     int64_t until);
CHECKED enum status search_remove(struct sql_db *db, int64_t message);
/* Empties the index, for a rebuild. */
CHECKED enum status search_drop(struct sql_db *db);

/*
 * Removed words stay in the index until its parts are merged. One step of
 * that, a few milliseconds: the first with `first`, then until `done_out`.
 * Then sql_scrub(). Each step is a transaction of its own.
 */
CHECKED enum status search_scrub(struct sql_db *db, bool first, bool *done_out);

/* ---- asking */

struct search_word {
	struct str fold;
	bool beginning; /* any word that starts so */
};

/* What a person asked for. */
struct search {
	struct search_word words[SEARCH_WORDS_MAX];
	size_t count;     /* 0: nothing to look for */
	struct str match; /* the same in the engine's language */
};

/*
 * Reads what a person typed; any text is fine, and nothing in it is syntax.
 * The last word is a beginning if it has 3 letters and nothing follows it.
 */
CHECKED enum status search_read(struct sql_db *db, struct arena *arena,
                                struct str typed, struct search *search_out);
/* Asks for the words of both. */
void search_join(struct arena *arena, struct search *search,
                 const struct search *more);
/* Whether that one message has all of the words. */
CHECKED enum status search_has(struct sql_db *db, const struct search *search,
                               int64_t message, bool *has_out);
/* Whether all of the words are in the text. */
CHECKED enum status search_in(struct sql_db *db, struct arena *arena,
                              const struct search *search, struct str text,
                              bool *in_out);
/*
 * Up to `room` messages before `before` (INT64_MAX for the first page), newest
 * first. With no word none.
 */
CHECKED enum status search_page(struct sql_db *db, const struct search *search,
                                int64_t before, int64_t *ids, size_t room,
                                size_t *count_out);

/*
 * The word of the index that a slip of the finger may have meant; empty when
 * the word is there, is shorter than five letters, or nothing is near.
 */
CHECKED enum status search_near(struct sql_db *db, struct arena *arena,
                                struct str word, struct str *near_out);

/* A piece of a text, for showing; all pieces in a row are the text shown. */
struct search_part {
	struct str text; /* of the text asked about, not copied */
	bool hit;
};
struct search_parts {
	struct search_part *list;
	size_t count;
};
/*
 * The surroundings of the first hit in `text`, about `bytes_max` long, cut
 * between words; 0 for the whole text. Without a hit, the beginning.
 */
CHECKED enum status search_excerpt(struct sql_db *db, struct arena *arena,
                                   const struct search *search, struct str text,
                                   size_t bytes_max,
                                   struct search_parts *parts_out);

#endif
