/*
 * What people read: tickets as a list shows them, with their words, in the
 * order of the inbox; companies and people; counts. Each is one query whose
 * cost depends on the page and not on how much there is. Readers only.
 */
#ifndef STORE_INBOX_H
#define STORE_INBOX_H

#include "base/arena.h"
#include "core/record.h"
#include "store/sql.h"

#define PREVIEW_BYTES 240

/* A ticket as one line of a list. */
struct ticket_row {
	struct ticket ticket;   /* its pointers are NULL */
	struct promise promise; /* the next thing owed; id 0: nothing */
	struct str subject;
	struct str client_name;
	int64_t client_stage;
	struct str contact_name, contact_address;
	struct str preview; /* first words of the newest message */
};

enum inbox_view {
	INBOX_OPEN, /* all that are not closed */
	INBOX_FLAGGED,
	INBOX_WAITING,
	INBOX_CLOSED,
	INBOX_ALL,
	INBOX_VIEW_COUNT
};

/* Where a page begins: after that row. Zero: at the top. */
struct inbox_place {
	int64_t rank, rank_at, id;
};

#define INBOX_ANYBODY (-1)

struct inbox_filter {
	enum inbox_view view;
	int64_t assignee; /* 0: nobody's; INBOX_ANYBODY: not asked */
	int64_t type;     /* 0: any */
	int64_t client;   /* 0: any */
	struct inbox_place after;
};

/* At most `room` rows. */
CHECKED enum status inbox_page(struct sql_db *db, struct arena *arena,
                               const struct inbox_filter *filter, size_t room,
                               struct ticket_row *rows_out, size_t *count_out);
/* ST_NOT_FOUND. */
CHECKED enum status inbox_row(struct sql_db *db, struct arena *arena,
                              int64_t ticket, struct ticket_row *row_out);

/* How many tickets of a sort there are. */
struct tally_row {
	int64_t rank, type, assignee, count;
};
#define TALLY_ROWS_MAX 20000
CHECKED enum status inbox_tally(struct sql_db *db, struct arena *arena,
                                struct tally_row **rows_out, size_t *count_out);
/* Open tickets by type whose clock ran out before `now`. */
CHECKED enum status inbox_late(struct sql_db *db, instant_ms now,
                               int64_t *counts_by_type_out, size_t types);
/* Mail that sits in quarantine. */
CHECKED enum status inbox_quarantined(struct sql_db *db, int64_t *count_out);

/* The ticket's raised flags; at most `room`. */
CHECKED enum status inbox_flags(struct sql_db *db, int64_t ticket,
                                struct flag *flags_out, size_t room,
                                size_t *count_out);
/* The same of a client's tickets, newest first. */
CHECKED enum status inbox_client_flags(struct sql_db *db, int64_t client,
                                       struct flag *flags_out, size_t room,
                                       size_t *count_out);

#endif
