/*
 * What members do with tickets. Each command answers ST_OK, ST_NOT_FOUND,
 * ST_INVALID or ST_CONFLICT with a problem for the person, or ST_STORE.
 */
#ifndef DESK_TICKETS_H
#define DESK_TICKETS_H

#include "desk/desk.h"

/* What the command's row of the API carries; each uses what it needs. */
struct ticket_command {
	int64_t ticket;
	int64_t value;   /* type, member, state, ticket to merge into ... */
	struct str text; /* note, call, reason, subject */
	int64_t contact;
	bool outward, spoke, kept;
	instant_ms at;           /* when the call was; 0: now */
	const int64_t *mentions; /* members that a note names */
	size_t mention_count;
};

typedef enum status (*desk_ticket_command)(struct desk *desk,
                                           const struct turn *turn,
                                           const struct ticket_command *asked,
                                           struct outcome *outcome_out,
                                           struct problem *problem_out);

/* value: enum request_type */
enum status desk_ticket_type(struct desk *, const struct turn *,
                             const struct ticket_command *, struct outcome *,
                             struct problem *);
/* value: an active member, or 0 for nobody */
enum status desk_ticket_assign(struct desk *, const struct turn *,
                               const struct ticket_command *, struct outcome *,
                               struct problem *);
/* value: enum ticket_state; text: reason */
enum status desk_ticket_state(struct desk *, const struct turn *,
                              const struct ticket_command *, struct outcome *,
                              struct problem *);
/* text: the note */
enum status desk_ticket_note(struct desk *, const struct turn *,
                             const struct ticket_command *, struct outcome *,
                             struct problem *);
/* text: one line; contact, outward, spoke, at */
enum status desk_ticket_call(struct desk *, const struct turn *,
                             const struct ticket_command *, struct outcome *,
                             struct problem *);
/* value: the ticket that stays */
enum status desk_ticket_merge(struct desk *, const struct turn *,
                              const struct ticket_command *, struct outcome *,
                              struct problem *);
enum status desk_ticket_unmerge(struct desk *, const struct turn *,
                                const struct ticket_command *, struct outcome *,
                                struct problem *);
/* value: the message that starts the new ticket */
enum status desk_ticket_split(struct desk *, const struct turn *,
                              const struct ticket_command *, struct outcome *,
                              struct problem *);
/* at: until when, 0 wakes it; text: what for */
enum status desk_ticket_snooze(struct desk *, const struct turn *,
                               const struct ticket_command *, struct outcome *,
                               struct problem *);
/* value: client */
enum status desk_ticket_move(struct desk *, const struct turn *,
                             const struct ticket_command *, struct outcome *,
                             struct problem *);
/* text: why a person flags it */
enum status desk_ticket_flag(struct desk *, const struct turn *,
                             const struct ticket_command *, struct outcome *,
                             struct problem *);
/* value: flag; text: why it is no risk */
enum status desk_flag_clear(struct desk *, const struct turn *,
                            const struct ticket_command *, struct outcome *,
                            struct problem *);
/* value: promise; kept or withdrawn; text: what settles it */
enum status desk_promise_settle(struct desk *, const struct turn *,
                                const struct ticket_command *, struct outcome *,
                                struct problem *);

#endif
