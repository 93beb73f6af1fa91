/*
 * Reading for people: records joined with their words, from a reader's
 * connection. Erased words read as empty text. Everything lives in the arena.
 */
#ifndef STORE_VIEW_H
#define STORE_VIEW_H

#include "core/record.h"
#include "store/draft.h"
#include "store/sql.h"

#define VIEW_FLAGS_MAX     20
#define VIEW_PROMISES_MAX  200
#define VIEW_MESSAGES_MAX  2000
#define VIEW_PEOPLE_MAX    200
#define VIEW_SIGNALS_MAX   50
#define VIEW_FOLLOWERS_MAX 64

struct view_client {
	struct client record;
	struct str name, domain;
	int64_t contacts; /* how many; only in lists and view_client() */
};

struct view_contact {
	struct contact record;
	struct str name, address;
};

struct view_flag {
	struct flag record;
	struct str words; /* a person's own */
	/* The quote that a signal's flag saw; empty otherwise. */
	struct str quote;
};

/* A ticket as a row of a list. */
struct view_ticket {
	struct ticket record;
	struct str subject, preview;
	struct view_client client;   /* the one it belongs to now */
	struct view_contact contact; /* record.id 0: nobody known */
	struct promise clock;        /* id 0: nothing is owed */
	struct view_flag flags[VIEW_FLAGS_MAX];
	size_t flag_count;
	/* Who put it aside, and what for; 0 and empty when nobody did. */
	int64_t snoozed_member;
	struct str snooze_note;
	int64_t followers[VIEW_FOLLOWERS_MAX];
	size_t follower_count;
	struct draft draft; /* ticket 0: none; without its words */
};

/* Which tickets, and where to go on. Zero means no such condition. */
struct view_filter {
	int64_t rank_from, rank_to; /* enum rank, both included */
	int64_t type, client;
	int64_t type_to;  /* with `type`: a range of types; 0: that one alone */
	int64_t assignee; /* a member; -1: nobody */
	/* Behind this one, in the order of the inbox; id 0: from the start. */
	int64_t after_rank, after_rank_at, after_id;
	size_t limit; /* at most LIMIT_PAGE_ROWS */
};

/* ST_NOT_FOUND. */
CHECKED enum status view_ticket(struct sql_db *db, struct arena *arena,
                                int64_t id, struct view_ticket *ticket_out);
/* Ids in the order of the inbox; room for filter->limit. */
CHECKED enum status view_ticket_ids(struct sql_db *db,
                                    const struct view_filter *filter,
                                    int64_t *ids_out, size_t *count_out);

struct view_message {
	struct message record;
	/* Words; `full` only when it is longer than `text`. */
	struct str subject, text, full, from, to, cc, errors, attachments;
	struct str auth; /* spf, dkim and dmarc as found; "-": nothing said */
	struct str failure; /* why it could not be delivered */
	struct signal signals[VIEW_SIGNALS_MAX];
	size_t signal_count;
};
/* Oldest first, with those of tickets merged into it. Undone ones are out. */
CHECKED enum status view_messages(struct sql_db *db, struct arena *arena,
                                  int64_t ticket,
                                  struct view_message **messages_out,
                                  size_t *count_out);
CHECKED enum status view_message(struct sql_db *db, struct arena *arena,
                                 int64_t id, struct view_message *message_out);

/* All promises of a ticket, newest first. */
CHECKED enum status view_promises(struct sql_db *db, struct arena *arena,
                                  int64_t ticket, struct promise **promises_out,
                                  size_t *count_out);
CHECKED enum status view_client_promises(struct sql_db *db, struct arena *arena,
                                         int64_t client,
                                         struct promise **promises_out,
                                         size_t *count_out);

CHECKED enum status view_contact(struct sql_db *db, struct arena *arena,
                                 int64_t id, struct view_contact *contact_out);
CHECKED enum status view_contacts(struct sql_db *db, struct arena *arena,
                                  int64_t client,
                                  struct view_contact **contacts_out,
                                  size_t *count_out);
/* Follows no merge: the record as it is. ST_NOT_FOUND. */
CHECKED enum status view_client(struct sql_db *db, struct arena *arena,
                                int64_t id, struct view_client *client_out);
/*
 * Clients by their last message, newest first, merged ones left out; `after`
 * is the last id of the former page, 0 for the first.
 */
CHECKED enum status view_clients(struct sql_db *db, struct arena *arena,
                                 struct str name_part, int64_t after,
                                 size_t limit, struct view_client **clients_out,
                                 size_t *count_out);

/* On a thread and on those merged into it, each person once. */
struct view_participant {
	int64_t contact, client, role;
	struct str name, address;
};
CHECKED enum status view_participants(struct sql_db *db, struct arena *arena,
                                      int64_t ticket,
                                      struct view_participant *out, size_t room,
                                      size_t *count_out);

/* Addresses that are not written to, newest first. */
struct view_suppression {
	struct suppression record;
	struct str address, reason;
};
#define VIEW_SUPPRESSIONS_MAX 1000
CHECKED enum status view_suppressions(struct sql_db *db, struct arena *arena,
                                      struct view_suppression **rows_out,
                                      size_t *count_out);

/* How many tickets there are, by rank, type and assignee. */
struct view_tally {
	int64_t rank, type, assignee, count;
};
CHECKED enum status view_tally(struct sql_db *db, struct arena *arena,
                               struct view_tally **rows_out, size_t *count_out);
/* Those that were merged away: the tally has them among the closed. */
CHECKED enum status view_merged(struct sql_db *db, int64_t *count_out);
/*
 * Open tickets whose next due time has passed, by type; at most `limit` of
 * each type with a flag and as many without.
 */
CHECKED enum status view_late(struct sql_db *db, instant_ms now, size_t limit,
                              int64_t counts_out[], size_t types);

#define VIEW_ITEMS_MAX 1000

struct view_item {
	struct item record;
	struct str name, document;
};
/* ST_NOT_FOUND; a removed one is found, with `active` 0. */
CHECKED enum status view_item(struct sql_db *db, struct arena *arena,
                              int64_t id, struct view_item *item_out);
/* Those of a sort that were not removed, in their order. */
CHECKED enum status view_items(struct sql_db *db, struct arena *arena,
                               enum item_sort sort,
                               struct view_item **items_out, size_t *count_out);

/* The one that a member keeps of a sort; ST_NOT_FOUND. */
CHECKED enum status view_item_of(struct sql_db *db, struct arena *arena,
                                 enum item_sort sort, int64_t owner,
                                 struct view_item *item_out);

struct view_intake {
	struct intake record;
	struct str envelope; /* sender and recipient, a line each */
};
/* Mail that was set aside, oldest first. */
CHECKED enum status view_quarantine(struct sql_db *db, struct arena *arena,
                                    struct view_intake *out, size_t room,
                                    size_t *count_out);
/*
 * How much mail waits or is set aside, by intake state, and how much of the
 * outgoing did not leave (yet), by delivery.
 */
CHECKED enum status view_mail_counts(struct sql_db *db, int64_t *intakes_out,
                                     int64_t *deliveries_out);

#endif
