/*
 * What is put off: a thread until a moment, a reply until its hour. A snooze
 * stops no clock. It ends at its moment, or before anything that somebody must
 * see: a mail of a person, a clock that warns, a reply that failed, a flag.
 */
#ifndef CORE_LATER_H
#define CORE_LATER_H

#include "core/decision.h"

/* Why a thread is back. Numbers are stored: append, never renumber. */
enum wake_why {
	WAKE_NONE,
	WAKE_TIME,   /* its moment came */
	WAKE_MAIL,   /* somebody wrote */
	WAKE_CLOCK,  /* something promised comes due */
	WAKE_FAILED, /* a reply of ours did not arrive */
	WAKE_FLAG,
	WAKE_STATE, /* a member opened, closed or set it to wait */
	WAKE_COUNT
};

#define LATER_SPAN_MAX (730 * SPAN_DAY)

/*
 * `until` 0 wakes it. ST_INVALID for a moment that is past or too far,
 * ST_CONFLICT for a thread that is closed or merged away.
 */
CHECKED enum status later_snooze(struct decision *d, struct ticket *ticket,
                                 instant_ms until, struct str note,
                                 struct problem *problem_out);
/* Nothing happens to a thread that is not put aside. */
void later_wake(struct decision *d, struct ticket *ticket, enum wake_why why,
                instant_ms at);

/* Queued as a reply, it waits until `send_at`; until then it stops no clock. */
void later_schedule(struct decision *d, struct ticket *ticket, int64_t message,
                    instant_ms send_at, bool firm);
bool later_waits(const struct message *message);
/* A reply that waits stays unsent, because of the event `by`; 0: none. */
void later_cancel(struct decision *d, const struct ticket *ticket,
                  const struct message *message, int64_t by, instant_ms at,
                  struct str reason);
/*
 * A person of the client wrote: what waited on the thread stays unsent. The
 * replies that wait on it are loaded (record_load_scheduled).
 */
void later_client_wrote(struct decision *d, struct ticket *ticket, int64_t by,
                        instant_ms at);
/* It leaves now, behind the usual undo window. ST_CONFLICT unless it waits. */
CHECKED enum status later_send_now(struct decision *d, struct ticket *ticket,
                                   struct message *message,
                                   struct problem *problem_out);

#endif
