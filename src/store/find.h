/*
 * One way to find threads for search, lists, counts, views, bulk and export.
 * What a thread is asked for is a set of masks, bounds and id lists that one
 * family of statements reads from its row; what is asked of its messages is
 * looked up in the word index. Made by desk/find.h from what people typed.
 *
 * A page costs what it shows, not what there is: rows come in order from an
 * index, newest or most due first. Text is bounded: FIND_MESSAGES messages are
 * looked at for a page, newest first.
 */
#ifndef STORE_FIND_H
#define STORE_FIND_H

#include "base/arena.h"
#include "core/query.h"
#include "core/record.h"
#include "store/search.h"
#include "store/sql.h"

#define FIND_IDS_MAX  50u   /* clients or owners of one query */
#define FIND_MESSAGES 5000u /* looked at for one page */
#define FIND_RANKS    10

/* What a row is, as bits; those of `mask` must be as in `want`. */
enum find_bit {
	FIND_UNDELIVERED = 1,
	FIND_MERGED = 2,
	FIND_ATTACHMENT = 4,
	FIND_UNASSIGNED = 8,
	FIND_NOTE = 16,
	FIND_CALL = 32,
	FIND_DRAFT = 64,
	FIND_FOLLOWING = 128,
	FIND_MENTIONED = 256,
};

struct find_ids {
	int64_t list[FIND_IDS_MAX];
	size_t count;
	bool asked;      /* else the list means nothing */
	struct str text; /* ",1,2,": set by find_ready() */
};

/* One term about messages. */
struct find_text {
	enum query_field field;
	bool not ;
	struct search search;   /* its words */
	struct sql_words words; /* of a phrase, in order */
};

struct find {
	int64_t ranks, states, types; /* a bit each; -1: any */
	int64_t bits, want;
	instant_ms last_from, last_to; /* of last_at; to 0: no end */
	instant_ms due_to;   /* runs, and is due before; 0: whenever */
	instant_ms due_from; /* is not due before; 0: whenever */
	struct find_ids owners, not_owners, clients, not_clients;
	struct find_ids addresses, not_addresses; /* ours, that it came to */
	int64_t member;                           /* who asks */
	struct find_text texts[QUERY_TERMS_MAX];
	size_t text_count;
	struct search search; /* the words of all that must be there */
};

/* ANY: for counting alone; stops as soon as there are enough. */
enum find_order { FIND_DUE, FIND_NEWEST, FIND_OLDEST, FIND_ANY };

/* Behind which row a page begins; id 0: at the start. */
struct find_place {
	int64_t rank, key, id;
};

/* Everything but what was merged away. */
void find_init(struct find *find, int64_t member);
/* Adds what is asked of messages, split as the index splits. */
CHECKED enum status find_add_text(struct sql_db *db, struct arena *arena,
                                  struct find *find,
                                  const struct query_term *term);

/* Once all is asked. */
void find_ready(struct arena *arena, struct find *find);

/* Ids in order; next_out->id is 0 at the end. */
CHECKED enum status find_page(struct sql_db *db, struct arena *arena,
                              const struct find *find, enum find_order order,
                              const struct find_place *after, size_t limit,
                              int64_t *ids_out, size_t *count_out,
                              struct find_place *next_out);
/* Counts up to `max` and no further. */
CHECKED enum status find_count(struct sql_db *db, struct arena *arena,
                               const struct find *find, size_t max,
                               size_t *count_out);
/*
 * For search, which goes by message: whether this one is what is asked for,
 * and the thread that shows it.
 */
CHECKED enum status find_message(struct sql_db *db, struct arena *arena,
                                 const struct find *find, int64_t message,
                                 int64_t *ticket_out, bool *fits_out);
/* Whether any word must be looked for in messages. */
bool find_has_words(const struct find *find);

#endif
