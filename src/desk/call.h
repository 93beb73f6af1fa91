/*
 * A thread that begins with a call: somebody rang, or was rung, and what they
 * asked for becomes a ticket with the clocks of its type. The call is the
 * first response, if it reached them.
 */
#ifndef DESK_CALL_H
#define DESK_CALL_H

#include "desk/desk.h"

/* A call may be logged this long after it was had. */
#define CALL_AGE_MAX (7 * SPAN_DAY)

struct call_command {
	int64_t contact;          /* 0: by name and address */
	struct str name, address; /* who need not be known yet */
	struct str subject;       /* empty: made from the name */
	struct str text;
	bool outward, spoke;
	instant_ms at; /* 0: now */
};

/* outcome.ticket, outcome.message. ST_INVALID, ST_NOT_FOUND: no contact. */
CHECKED enum status desk_call_begin(struct desk *desk, const struct turn *turn,
                                    const struct call_command *asked,
                                    struct outcome *outcome_out,
                                    struct problem *problem_out);

#endif
