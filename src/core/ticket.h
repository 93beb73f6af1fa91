/*
 * The ticket's own rules: which clocks a type starts, what a change of state
 * or type does to them, and how tickets are merged, split and moved.
 */
#ifndef CORE_TICKET_H
#define CORE_TICKET_H

#include "core/decision.h"

/* A new request: the clocks of its type, from the client's message. */
void ticket_start_clocks(struct decision *d, struct ticket *ticket,
                         int64_t message, instant_ms at);
/* The client wrote again: pauses end, a closed ticket reopens, we owe. */
void ticket_client_wrote(struct decision *d, struct ticket *ticket,
                         int64_t message, instant_ms at);
/* Somebody who starts no clock wrote: a closed ticket is seen again. */
void ticket_show(struct decision *d, struct ticket *ticket, instant_ms at);
/* What a machine sent and nobody has to answer: filed, and closed. */
void ticket_file_quietly(struct decision *d, struct ticket *ticket,
                         instant_ms at);

/*
 * Each of these refuses with ST_CONFLICT what makes no sense on the ticket as
 * it is (merged away, already so), and ST_INVALID what is no such value.
 */
CHECKED enum status ticket_set_type(struct decision *d, struct ticket *ticket,
                                    int64_t type, struct problem *problem_out);
CHECKED enum status ticket_assign(struct decision *d, struct ticket *ticket,
                                  int64_t member, struct problem *problem_out);
/* The promises and flags that the last close ended must be loaded. */
CHECKED enum status ticket_set_state(struct decision *d, struct ticket *ticket,
                                     int64_t state, struct str reason,
                                     struct problem *problem_out);
/*
 * The same by a message of ours that leaves: what the close keeps is kept by
 * it, so that it is owed again should the message not arrive.
 */
CHECKED enum status ticket_set_state_by(struct decision *d,
                                        struct ticket *ticket, int64_t state,
                                        int64_t message, struct str reason,
                                        struct problem *problem_out);
/* The open promises of both stay; of one kind, the earlier due. */
CHECKED enum status ticket_merge(struct decision *d, struct ticket *ticket,
                                 struct ticket *into,
                                 struct problem *problem_out);
/* What the merge ended, of both, must be loaded. */
CHECKED enum status ticket_unmerge(struct decision *d, struct ticket *ticket,
                                   struct problem *problem_out);
/* A new ticket from `message` on, whose messages are loaded. Returns its id. */
CHECKED enum status ticket_split(struct decision *d, struct ticket *ticket,
                                 int64_t message, struct str subject,
                                 int64_t *id_out, struct problem *problem_out);
CHECKED enum status ticket_move(struct decision *d, struct ticket *ticket,
                                int64_t client, struct problem *problem_out);
/* A note, or a call that was had; both return the message's id. */
int64_t ticket_note(struct decision *d, struct ticket *ticket, struct str text);
int64_t ticket_call(struct decision *d, struct ticket *ticket, int64_t contact,
                    bool outward, bool spoke, struct str text, instant_ms at);
/* A promise that a member settles by hand, with the reason in words. */
CHECKED enum status ticket_settle(struct decision *d, struct promise *promise,
                                  bool kept, struct str reason,
                                  struct problem *problem_out);

#endif
