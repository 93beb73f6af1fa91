/*
 * Letters: mail to members, never to a client, on its way out. No history:
 * what is sent or given up loses its words and stays as a mark for a while, by
 * which the letters to one address are counted.
 */
#ifndef STORE_LETTER_H
#define STORE_LETTER_H

#include "base/arena.h"
#include "base/instant.h"
#include "store/sql.h"

/* In a letter's text this byte stands for the address of the interface. */
#define LETTER_BASE "\x01"

enum letter_kind {
	LETTER_NONE,
	LETTER_NOTICES, /* what the list has, too */
	LETTER_HELD,    /* their answer was not sent, and why */
	LETTER_EXPLAIN, /* what they wrote opens nothing; one a day */
	LETTER_INVITE,
};

struct letter {
	int64_t id;     /* 0: a new one */
	int64_t member; /* 0: whoever has the address */
	enum letter_kind kind;
	instant_ms created_at;
	instant_ms next_at; /* when it is tried; 0: not any more */
	int64_t attempts;
	struct str address; /* to whom */
	struct str subject, text;
	struct str from;       /* "Name <address>" */
	struct str reply_to;   /* an address, or empty */
	struct str message_id; /* without <> */
};

CHECKED enum status letter_add(struct sql_db *db, const struct letter *letter);
/* ST_NOT_FOUND. */
CHECKED enum status letter_read(struct sql_db *db, struct arena *arena,
                                int64_t id, struct letter *letter_out);
/* Ids of what is to be tried by then, soonest first. */
CHECKED enum status letter_due(struct sql_db *db, instant_ms until,
                               int64_t *ids_out, size_t room,
                               size_t *count_out);
/* Tried again at that time. */
CHECKED enum status letter_defer(struct sql_db *db, int64_t id,
                                 instant_ms next_at);
/* Sent or given up: its words are gone. */
CHECKED enum status letter_end(struct sql_db *db, int64_t id);
/* How many of a kind (LETTER_NONE: any) an address was written since. */
CHECKED enum status letter_count(struct sql_db *db, struct str address,
                                 enum letter_kind kind, instant_ms since,
                                 int64_t *count_out);
/* Marks older than that. */
CHECKED enum status letter_expire(struct sql_db *db, instant_ms before);
/* All that waits: a restore sends nothing old, an erased person nothing. */
CHECKED enum status letter_clear(struct sql_db *db);

/* Members with a notice that is to go by mail by then. */
CHECKED enum status letter_members(struct sql_db *db, instant_ms until,
                                   int64_t *members_out, size_t room,
                                   size_t *count_out);
/* Those notices of one member, oldest first. */
CHECKED enum status letter_notices(struct sql_db *db, int64_t member,
                                   instant_ms until, int64_t *ids_out,
                                   size_t room, size_t *count_out);
CHECKED enum status letter_notices_drop(struct sql_db *db, int64_t member,
                                        instant_ms until);
CHECKED enum status letter_notices_defer(struct sql_db *db, int64_t member,
                                         instant_ms until, instant_ms to);
/* The last gesture of a member at any screen; 0: they are signed in nowhere. */
CHECKED enum status letter_last_gesture(struct sql_db *db, int64_t member,
                                        instant_ms *at_out);

#endif
