/*
 * What people are on a thread, as members say; and which addresses are not to
 * be written to any more, or again.
 */
#ifndef DESK_PARTICIPANTS_H
#define DESK_PARTICIPANTS_H

#include "desk/desk.h"

struct participant_command {
	int64_t ticket, contact;
	enum participant_role role;
};

/*
 * Who is not on the thread yet joins it. ST_NOT_FOUND: no such ticket or
 * contact; ST_INVALID: no such role.
 */
CHECKED enum status
desk_participant_set(struct desk *desk, const struct turn *turn,
                     const struct participant_command *asked,
                     struct outcome *outcome_out, struct problem *problem_out);
/* The address may be written to again. */
CHECKED enum status desk_suppression_lift(struct desk *desk,
                                          const struct turn *turn,
                                          int64_t suppression,
                                          struct outcome *outcome_out,
                                          struct problem *problem_out);
/* Somebody writes from it: it may be written to, whatever was before. */
CHECKED enum status participants_alive(struct desk *desk, struct decision *d,
                                       struct str address);
/*
 * Notes that an address is not to be written to, because of a message of ours;
 * nothing when it is so already. For the commands that learn of it.
 */
CHECKED enum status participants_suppress(struct desk *desk, struct decision *d,
                                          const struct ticket *ticket,
                                          int64_t message, struct str address,
                                          enum why why, struct str reason);

#endif
