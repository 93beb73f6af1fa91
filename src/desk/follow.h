/*
 * Who follows a thread: who asked to, and whom a note names.
 */
#ifndef DESK_FOLLOW_H
#define DESK_FOLLOW_H

#include "desk/tickets.h"

#define FOLLOW_MENTIONS_MAX 50

/* value: whether the turn's actor follows it from now on. */
CHECKED enum status desk_ticket_follow(struct desk *, const struct turn *,
                                       const struct ticket_command *,
                                       struct outcome *, struct problem *);

/* ST_INVALID, field "mentions", unless each is an active member. */
CHECKED enum status follow_mentions_allowed(const struct desk *desk,
                                            const int64_t *mentions,
                                            size_t count,
                                            struct problem *problem_out);
/* They follow the ticket, and that message of it names them. */
CHECKED enum status follow_mentions(struct desk *desk, struct decision *d,
                                    struct ticket *ticket, int64_t message,
                                    const int64_t *mentions, size_t count);

#endif
