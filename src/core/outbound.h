/*
 * A reply on its way: queued behind its undo window, released, sent, deferred
 * or failed for good. The bytes are fixed before the first attempt; an outcome
 * that nobody knows is tried once more, late.
 */
#ifndef CORE_OUTBOUND_H
#define CORE_OUTBOUND_H

#include "core/decision.h"

struct outbound {
	int64_t contact; /* whom it is to; 0: none known */
	int64_t address; /* ours, that it is from */
	int64_t answers; /* the client's message; 0: a new thread */
	int64_t attachments;
	enum then then;
	bool has_html;
	instant_ms send_at; /* waits until then; 0: leaves at once */
	bool firm;          /* whatever the client writes meanwhile */
	bool aside;         /* to nobody of the client: no answer to them */
	/* Words. */
	struct str subject, text, html, from, to, cc, message_id, references;
	struct str attachment_lines;
};

/* Queues it; returns the message's id. */
int64_t outbound_queue(struct decision *d, struct ticket *ticket,
                       const struct outbound *out);
/* Also one that waits, or was cancelled. ST_CONFLICT when it has left. */
CHECKED enum status outbound_undo(struct decision *d, struct ticket *ticket,
                                  struct message *message,
                                  struct problem *problem_out);
/* The undo window is over: it counts as an answer, as of the press. */
void outbound_release(struct decision *d, struct ticket *ticket,
                      struct message *message);

/* An attempt begins; the bytes have the id `raw` from now on. */
void outbound_attempt(struct decision *d, struct ticket *ticket,
                      struct message *message);

enum outbound_outcome {
	OUTBOUND_SENT,
	OUTBOUND_TEMPORARY, /* not now */
	OUTBOUND_PERMANENT, /* never */
	OUTBOUND_UNKNOWN,   /* the answer after the last byte was lost */
};
/* How an attempt went; addresses are a line each. */
struct outbound_report {
	enum outbound_outcome outcome;
	struct str reason;
	/* Whom the attempt was for, and who is still to get it when others
	 * have it already; empty: everybody. */
	struct str tried, again;
	struct str gone; /* whom there is none of, as the server says */
	bool reached;    /* whom it is to has it: only copies are left */
};
void outbound_result(struct decision *d, struct ticket *ticket,
                     struct message *message,
                     const struct outbound_report *report);
/*
 * Failed for good, at once or by a bounce: what it had kept is owed again, so
 * the promises whose evidence it is must be loaded.
 */
void outbound_fail(struct decision *d, struct ticket *ticket,
                   struct message *message, enum why why, struct str reason);
/* A member has it tried again. ST_CONFLICT unless it failed. */
CHECKED enum status outbound_retry(struct decision *d, struct ticket *ticket,
                                   struct message *message, struct str again,
                                   struct problem *problem_out);

/* RFC 5321 4.5.4.1: give up after four to five days. */
#define OUTBOUND_GIVE_UP (4 * SPAN_DAY)
/* Longer than any server may take over its last answer (RFC 5321 4.5.3.2). */
#define OUTBOUND_ATTEMPT (15 * SPAN_MINUTE)

#endif
