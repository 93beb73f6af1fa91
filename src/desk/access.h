/*
 * How members get in, as commands: tokens for programs, sessions, second
 * factors. What changed is an event, so the audit shows it; secrets are rows
 * of store/access.h. Answers as in desk/tickets.h.
 */
#ifndef DESK_ACCESS_H
#define DESK_ACCESS_H

#include "desk/desk.h"
#include "store/access.h"

struct token_command {
	struct str name;
	const struct str *rights; /* names */
	size_t right_count;
	instant_ms expires_at; /* 0: never */
	unsigned char hash[TOKEN_HASH_BYTES];
};

/*
 * A token for the one who asks, with rights that they have now. outcome->record
 * is its id. ST_INVALID for a right that is none, or not theirs.
 */
CHECKED enum status desk_token_add(struct desk *desk, const struct turn *turn,
                                   const struct token_command *asked,
                                   struct outcome *outcome_out,
                                   struct problem *problem_out);
/* Theirs, or anybody's for who may change members; else ST_NOT_FOUND. */
CHECKED enum status desk_token_remove(struct desk *desk,
                                      const struct turn *turn, int64_t id,
                                      struct outcome *outcome_out,
                                      struct problem *problem_out);

/* Ends one of the asker's own sessions, by its shown id. */
CHECKED enum status desk_session_end(struct desk *desk, const struct turn *turn,
                                     int64_t id,
                                     unsigned char hash_out[TOKEN_HASH_BYTES],
                                     struct outcome *outcome_out,
                                     struct problem *problem_out);

enum access_end {
	ACCESS_END_PASSWORD, /* it is another one */
	ACCESS_END_ROLE,     /* they may do other things */
	ACCESS_END_GONE,     /* they are switched off */
};
/*
 * Whatever lets a member in without their password ends; when they may do
 * less, what they let others in with; when they are gone, what waits for them
 * alone. Inside a command.
 */
CHECKED enum status desk_member_shut(struct desk *desk, int64_t member,
                                     enum access_end end);

#endif
