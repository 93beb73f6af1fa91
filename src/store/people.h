/*
 * What the members of an agency have with each other: who follows a thread,
 * who was told of what, and what waits to be told by mail.
 */
#ifndef STORE_PEOPLE_H
#define STORE_PEOPLE_H

#include "base/instant.h"
#include "core/record.h"
#include "store/sql.h"

#define PEOPLE_FOLLOWERS_MAX 64

/* The row of a member on a ticket; 0 when there is none. */
CHECKED enum status people_follower(struct sql_db *db, int64_t ticket,
                                    int64_t member, int64_t *id_out);
/* Who follows it, or what was merged into it; each once. */
CHECKED enum status people_followers(struct sql_db *db, int64_t ticket,
                                     int64_t *members_out, size_t room,
                                     size_t *count_out);

/* The members told of the same as that notice. */
CHECKED enum status people_told(struct sql_db *db, int64_t origin,
                                int64_t *members_out, size_t room,
                                size_t *count_out);
/* A member's unseen notices up to one, newest first. */
CHECKED enum status people_unseen(struct sql_db *db, int64_t member,
                                  int64_t up_to, int64_t *ids_out, size_t room,
                                  size_t *count_out);
/* A member's, newest first, those before `before` (0: from the newest). */
CHECKED enum status people_notices(struct sql_db *db, int64_t member,
                                   int64_t before, struct notice *notices_out,
                                   size_t room, size_t *count_out);
/* How many they have not seen, counted up to `limit`. */
CHECKED enum status people_unread(struct sql_db *db, int64_t member,
                                  int64_t limit, int64_t *count_out);

CHECKED enum status people_mail_add(struct sql_db *db, int64_t notice,
                                    int64_t member, instant_ms due_at);
CHECKED enum status people_mail_drop(struct sql_db *db, int64_t notice);

#endif
