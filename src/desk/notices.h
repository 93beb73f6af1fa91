/*
 * Notices: whoever an event concerns is told in the same transaction, and what
 * nobody acknowledges goes up a level. core/notice.h decides whom.
 */
#ifndef DESK_NOTICES_H
#define DESK_NOTICES_H

#include "core/notice.h"
#include "desk/desk.h"

#define NOTICES_SEEN_MAX 2000 /* marked in one command */
/* What comes within this long goes into one mail. */
#define NOTICES_GATHER (1 * SPAN_MINUTE)

/* For desk_commit: adds what the decision's events ask for. */
CHECKED enum status notices_give(struct desk *desk, struct decision *d);

/* TIMER_NOTICE: nobody has taken it on. Else nothing happens. */
CHECKED enum status desk_notice_rise(struct desk *desk, const struct turn *turn,
                                     int64_t notice,
                                     struct outcome *outcome_out);

/* The member's own; ST_NOT_FOUND for another's. Twice is once. */
CHECKED enum status desk_notice_acknowledge(struct desk *desk,
                                            const struct turn *turn,
                                            int64_t notice,
                                            struct outcome *outcome_out,
                                            struct problem *problem_out);
/* All of theirs up to that one; the newest NOTICES_SEEN_MAX of them. */
CHECKED enum status desk_notices_seen(struct desk *desk,
                                      const struct turn *turn, int64_t up_to,
                                      struct outcome *outcome_out);

/* How the member wants to be told. */
CHECKED enum status notices_wish(struct sql_db *db, struct arena *arena,
                                 int64_t member, struct notice_wish *wish_out);

#endif
