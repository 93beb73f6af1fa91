/*
 * Inside the fold: shared by state.c, which keeps the records, and the files
 * that say what each event does to them. Nobody else includes this.
 */
#ifndef CORE_FOLD_H
#define CORE_FOLD_H

#include "core/state.h"

/* The record, now dirty; it must be loaded. */
void *fold_touch(struct state *state, enum record_type type, int64_t id);
/* A new record, dirty; there must be none of that id. */
void *fold_create(struct state *state, enum record_type type, int64_t id);

/* The client that is left of it after merges, now dirty. */
struct client *fold_owner(struct state *state, int64_t id);
/* The ticket, now dirty. */
struct ticket *fold_ticket(struct state *state, int64_t id);
/* A new message of that kind on the ticket, dirty. */
struct message *fold_message(struct state *state, const struct event *event,
                             enum message_kind kind, struct ticket *ticket);
/* A human word from us reached them: nothing of theirs waits any more. */
void fold_answered(struct state *state, struct ticket *ticket, instant_ms at);
/* Whether a reply waits for its hour. */
bool fold_is_scheduled(const struct message *message);
/* Its words count as said at that instant, not when they were written. */
void fold_said_now(struct ticket *ticket, struct message *message,
                   instant_ms at);
/* The intake, now in that state. */
struct intake *fold_intake(struct state *state, int64_t id,
                           enum intake_state how);
/* Recomputes what a ticket's row shows of its promises and flags. */
void fold_ticket_refresh(struct state *state, struct ticket *ticket);

#define FOLD(name) void name(struct state *state, const struct event *event)

/* fold_agency.c */
FOLD(fold_member_added);
FOLD(fold_member_changed);
FOLD(fold_address_added);
FOLD(fold_address_changed);
FOLD(fold_contact_erased);
FOLD(fold_client_added);
FOLD(fold_client_changed);
FOLD(fold_client_merged);
FOLD(fold_client_unmerged);
FOLD(fold_contact_added);
FOLD(fold_contact_changed);
FOLD(fold_contact_merged);
FOLD(fold_item_saved);
/* fold_intake.c */
FOLD(fold_mail_accepted);
FOLD(fold_mail_duplicate);
FOLD(fold_mail_loop);
FOLD(fold_mail_quarantined);
FOLD(fold_mail_retried);
/* fold_mail.c */
FOLD(fold_reply_queued);
FOLD(fold_reply_undone);
FOLD(fold_reply_released);
FOLD(fold_mail_fixed);
FOLD(fold_mail_attempted);
FOLD(fold_mail_sent);
FOLD(fold_mail_deferred);
FOLD(fold_mail_failed);
/* fold_ticket.c */
FOLD(fold_ticket_opened);
FOLD(fold_message_received);
FOLD(fold_note_added);
FOLD(fold_call_logged);
FOLD(fold_ticket_typed);
FOLD(fold_type_corrected);
FOLD(fold_ticket_assigned);
FOLD(fold_state_changed);
FOLD(fold_ticket_merged);
FOLD(fold_ticket_unmerged);
FOLD(fold_ticket_split);
FOLD(fold_ticket_moved);
FOLD(fold_bounce_received);
/* fold_later.c */
FOLD(fold_ticket_snoozed);
FOLD(fold_ticket_woken);
FOLD(fold_reply_scheduled);
FOLD(fold_reply_cancelled);
FOLD(fold_reply_hurried);
/* fold_people.c */
FOLD(fold_participant_added);
FOLD(fold_participant_changed);
FOLD(fold_away_noted);
FOLD(fold_address_suppressed);
FOLD(fold_suppression_lifted);
/* fold_notice.c */
FOLD(fold_notice_given);
FOLD(fold_notice_seen);
FOLD(fold_notice_acknowledged);
FOLD(fold_notice_raised);
FOLD(fold_ticket_followed);
FOLD(fold_member_mentioned);
FOLD(fold_mail_answered);
/* fold_history.c */
FOLD(fold_message_imported);
FOLD(fold_ticket_taken_over);
FOLD(fold_sent_elsewhere);
/* fold_promise.c: all that concerns promises and flags */
FOLD(fold_promise);

#undef FOLD

#endif
