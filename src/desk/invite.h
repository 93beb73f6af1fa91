/*
 * Inviting a member: a link that opens the desk once within a week, by mail.
 * It ends with a newer one, with a change of the member's role, and with the
 * right of the one who invited.
 */
#ifndef DESK_INVITE_H
#define DESK_INVITE_H

#include "desk/desk.h"
#include "store/session.h"

#define INVITE_AGE     (7 * SPAN_DAY)
#define INVITE_AN_HOUR 3 /* mails to one member */

struct invite {
	int64_t member;
	struct str token; /* behind "/sign-in#" */
	unsigned char hash[TOKEN_HASH_BYTES];
	bool mailed; /* told: a letter is on its way */
};

/* ST_NOT_FOUND; ST_CONFLICT for who is switched off or has codes on. */
CHECKED enum status desk_invite(struct desk *desk, const struct turn *turn,
                                struct invite *invite,
                                struct outcome *outcome_out,
                                struct problem *problem_out);

#endif
