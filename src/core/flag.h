/*
 * Flags: what puts a thread on top, each raised by a named rule of the
 * playbook with its evidence, or by a person with words. A rule raises at most
 * one open flag a ticket.
 */
#ifndef CORE_FLAG_H
#define CORE_FLAG_H

#include "core/decision.h"
#include "core/promise.h"
#include "core/text/triage.h"

/*
 * After a human message from the client: every rule of the playbook looks.
 * `triage` is what the message says.
 */
void flag_message(struct decision *d, struct ticket *ticket, int64_t message,
                  const struct triage *triage, instant_ms at);
/* Fires what is due of the promise, and raises the flags about clocks. */
void flag_promise_fire(struct decision *d, struct promise *promise);
/* A member's own flag; the words become its evidence. Returns its id. */
int64_t flag_person(struct decision *d, struct ticket *ticket,
                    struct str words);

void flag_clear(struct decision *d, struct flag *flag, enum why why,
                instant_ms at);
/* Our word reached the client: what an answer settles is settled. */
void flag_answered(struct decision *d, struct ticket *ticket, instant_ms at);
/* A talk settles everything but a person's own flag. */
void flag_called(struct decision *d, struct ticket *ticket, instant_ms at);
/* The ticket is done with: closed, or no request at all. */
/* What is up moves to the thread that is left, unless the like is up there. */
void flag_merge_all(struct decision *d, struct ticket *ticket,
                    const struct ticket *into);
/* What came from `ticket` and is still up on `from` goes back. */
void flag_unmerge_all(struct decision *d, const struct ticket *ticket,
                      struct ticket *from);
void flag_clear_all(struct decision *d, struct ticket *ticket, enum why why,
                    instant_ms at);
/*
 * Raises again what was cleared for `why`, at that instant unless it is 0, of
 * those that are loaded.
 */
void flag_reopen_all(struct decision *d, const struct ticket *ticket,
                     enum why why, instant_ms cleared_at);

/* Points of a person's flag: above any single rule of the default playbook. */
#define FLAG_PERSON_POINTS 50

#endif
