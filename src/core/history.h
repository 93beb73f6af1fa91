/*
 * Mail that is told late: the history of a mailbox that moves in, which starts
 * no clock and raises no flag, and what somebody sent from another program,
 * which settles what was owed at its true time. The desk has looked up who and
 * where; this decides.
 */
#ifndef CORE_HISTORY_H
#define CORE_HISTORY_H

#include "core/inbound.h"

struct history {
	/* Of mail from us, `from` is the first whom it is to. */
	const struct inbound *in;
	bool outward;   /* from us */
	int64_t import; /* 0: none */
	int64_t member; /* who of us wrote it; 0: the desk's own address */
	/* What its labels say; 0: nothing. */
	int64_t type;
	int64_t owner;
};

/*
 * Emits the events of one mail of the past and returns the message's id; what
 * is loaded is as in inbound_file(). A new thread is over as soon as it is
 * there, and a thread that goes on here stays as it is.
 */
int64_t history_file(struct decision *d, const struct history *history);

/* Of the client's messages after an answer: those that nobody answered. */
struct history_left {
	int64_t count;
	instant_ms since; /* the first; 0: none */
};

/*
 * Emits an answer that left from another program at in->at and settles with it
 * what it answers, late or not. `left` and `client_left`
 * tell what came after it, on the ticket and from the client.
 */
int64_t history_sent(struct decision *d, const struct history *history,
                     const struct history_left *left,
                     const struct history_left *client_left);

/*
 * A thread of the past whose last word is the client's becomes an open ticket.
 * Its clocks start at `at`, or now if that is later: nothing is overdue on the
 * first day. Nothing happens when it is open, answered or no request.
 */
void history_take_over(struct decision *d, struct ticket *ticket,
                       int64_t import, instant_ms at);

#endif
