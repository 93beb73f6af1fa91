/*
 * What find.c, which reads rows, and find_text.c, which reads words, share.
 */
#ifndef STORE_FIND_PRIVATE_H
#define STORE_FIND_PRIVATE_H

#include "store/find.h"

/* A thread that was found, with all that it may be ordered by. */
struct find_hit {
	int64_t rank;
	int64_t place; /* rank_at */
	int64_t heard; /* -last_at */
	int64_t id;
};

int (*find_compare(enum find_order order))(const void *, const void *);
bool find_is_behind(const struct find_hit *hit, enum find_order order,
                    const struct find_place *place);

/* The thread that shows the message, if its row is what is asked for. */
CHECKED enum status find_shown_on(struct sql_db *db, const struct find *find,
                                  int64_t message, struct find_hit *hit_out,
                                  bool *fits_out);
/* By the row alone, in order. */
CHECKED enum status find_rows(struct sql_db *db, struct arena *arena,
                              const struct find *find, enum find_order order,
                              const struct find_place *after, size_t limit,
                              struct find_hit **hits_out, size_t *count_out);
/*
 * Rows and words. *next_out is only touched when the page is not full and
 * there is more to look at.
 */
CHECKED enum status
find_text_rows(struct sql_db *db, struct arena *arena, const struct find *find,
               enum find_order order, const struct find_place *after,
               size_t limit, struct find_hit **hits_out, size_t *count_out,
               struct find_place *next_out);

#endif
