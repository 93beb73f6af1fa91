/*
 * Recipients of a reply: derived from the thread, or those of the writer's
 * lists, and refused when they must not see each other. Private to reply*.c.
 */
#ifndef DESK_REPLY_PEOPLE_H
#define DESK_REPLY_PEOPLE_H

#include "desk/reply.h"

struct reply_work {
	struct desk *desk;
	struct decision *d;
	const struct reply *reply;
	struct ticket *ticket;
	struct outbound out;
	struct problem *problem;
};

/* "Name <address>" as one line of the recipients' words. */
struct str reply_person(struct arena *arena, struct str name,
                        struct str address);
/* Fills to, cc, contact, answers and aside of w->out. */
CHECKED enum status reply_people(struct reply_work *w);
/* The same checks for a thread that begins with w->out.to. */
CHECKED enum status reply_may_write(struct reply_work *w, struct str address);

#endif
