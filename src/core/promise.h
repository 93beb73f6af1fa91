/*
 * Promises: the one mechanism for everything owed. A promise has a reason (its
 * playbook rule), an owner, a due time on a calendar, and ends kept or
 * withdrawn, with evidence; when its due time passes first it is broken, which
 * stays on record whatever happens later.
 */
#ifndef CORE_PROMISE_H
#define CORE_PROMISE_H

#include "core/decision.h"

/* A promise's arithmetic as a clock. */
struct clock promise_clock(const struct promise *promise);

/*
 * Makes the promise of a playbook clock on a ticket, from `started_at`; keeps
 * an open one of the same kind instead, if there is one.
 */
void promise_make(struct decision *d, struct ticket *ticket,
                  const struct playbook_clock *rule, instant_ms started_at,
                  int64_t message);
/* The call back that a flag demands. */
void promise_call_back(struct decision *d, struct ticket *ticket,
                       const struct playbook_flag *rule, int64_t flag,
                       int64_t message, instant_ms at);

/* The open promise of a kind; NULL if none. */
struct promise *promise_find(const struct ticket *ticket,
                             enum promise_kind kind);
/* First, next response and acknowledgement: what any human word keeps. */
bool promise_is_response(int64_t kind);

void promise_keep(struct decision *d, struct promise *promise, int64_t evidence,
                  instant_ms at);
/* Another thread owes it from now on, by the hours of that one. */
void promise_to_ticket(struct decision *d, struct promise *promise,
                       const struct ticket *to);
void promise_withdraw(struct decision *d, struct promise *promise, enum why why,
                      instant_ms at);
void promise_pause(struct decision *d, struct promise *promise, enum why why,
                   instant_ms at);
void promise_resume(struct decision *d, struct promise *promise, instant_ms at);
/* Takes back its end: the reply failed, or the merge was undone. */
void promise_reopen(struct decision *d, struct promise *promise);
/* Another rule takes over; used time and pauses stay. */
void promise_retarget(struct decision *d, struct promise *promise,
                      const struct playbook_clock *rule);

/*
 * Everything of it that has come due by now, each at its true time: the
 * warning, the breach, each escalation. A late start of the program gives the
 * same events as one that never stopped.
 */
void promise_fire(struct decision *d, struct promise *promise);

/* What a message or call of ours, at `at`, does to the ticket's promises. */
void promise_answered(struct decision *d, struct ticket *ticket,
                      int64_t evidence, instant_ms at);
/* While a reply is in its undo window the clocks that it would stop are held.
 */
void promise_hold(struct decision *d, struct ticket *ticket, int64_t message);
void promise_unhold(struct decision *d, struct ticket *ticket, int64_t message);

/* Why a due time is what it is. NULL when the rule is gone from its version. */
const struct playbook_clock *promise_rule(const struct rules *rules,
                                          const struct promise *promise);

#endif
