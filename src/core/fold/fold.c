/*
 * What each event does to the records: one small function a kind, in one
 * table. No judgement lives here; a rule that needs one decides before the
 * event is written, and puts what it found into the event.
 */
#include "core/fold/fold.h"

#include <assert.h>

typedef void (*fold_event)(struct state *state, const struct event *event);

static void fold_nothing(struct state *state, const struct event *event)
{
	/* The event is its own record: its words are read by its seq. */
	(void)state;
	(void)event;
}

/* clang-format off */
static const fold_event fold_table[EVENT_KIND_END] = {
	[EV_AGENCY_SAVED]       = fold_nothing,
	[EV_MEMBER_ADDED]       = fold_member_added,
	[EV_MEMBER_CHANGED]     = fold_member_changed,
	[EV_ADDRESS_ADDED]      = fold_address_added,
	[EV_ADDRESS_CHANGED]    = fold_address_changed,
	[EV_CALENDAR_SAVED]     = fold_nothing,
	[EV_PLAYBOOK_SAVED]     = fold_nothing,
	[EV_WORKSPACE_RESTORED] = fold_nothing,
	[EV_CONTACT_ERASED]     = fold_contact_erased,
	[EV_ITEM_SAVED]         = fold_item_saved,
	[EV_ACCESS_CHANGED]     = fold_nothing,
	[EV_WEBHOOK_STOPPED]    = fold_nothing,
	[EV_MAIL_ACCEPTED]      = fold_mail_accepted,
	[EV_MAIL_DUPLICATE]     = fold_mail_duplicate,
	[EV_MAIL_LOOP]          = fold_mail_loop,
	[EV_MAIL_QUARANTINED]   = fold_mail_quarantined,
	[EV_MAIL_RETRIED]       = fold_mail_retried,
	[EV_CLIENT_ADDED]       = fold_client_added,
	[EV_CLIENT_CHANGED]     = fold_client_changed,
	[EV_CLIENT_MERGED]      = fold_client_merged,
	[EV_CLIENT_UNMERGED]    = fold_client_unmerged,
	[EV_CONTACT_ADDED]      = fold_contact_added,
	[EV_CONTACT_CHANGED]    = fold_contact_changed,
	[EV_CONTACT_MERGED]     = fold_contact_merged,
	[EV_TICKET_OPENED]      = fold_ticket_opened,
	[EV_MESSAGE_RECEIVED]   = fold_message_received,
	[EV_NOTE_ADDED]         = fold_note_added,
	[EV_CALL_LOGGED]        = fold_call_logged,
	[EV_TICKET_TYPED]       = fold_ticket_typed,
	[EV_TYPE_CORRECTED]     = fold_type_corrected,
	[EV_TICKET_ASSIGNED]    = fold_ticket_assigned,
	[EV_STATE_CHANGED]      = fold_state_changed,
	[EV_TICKET_MERGED]      = fold_ticket_merged,
	[EV_TICKET_UNMERGED]    = fold_ticket_unmerged,
	[EV_TICKET_SPLIT]       = fold_ticket_split,
	[EV_TICKET_MOVED]       = fold_ticket_moved,
	[EV_PARTICIPANT_ADDED]  = fold_participant_added,
	[EV_BOUNCE_RECEIVED]    = fold_bounce_received,
	[EV_PARTICIPANT_CHANGED] = fold_participant_changed,
	[EV_AWAY_NOTED]         = fold_away_noted,
	[EV_ADDRESS_SUPPRESSED] = fold_address_suppressed,
	[EV_SUPPRESSION_LIFTED] = fold_suppression_lifted,
	[EV_FLAG_MOVED]         = fold_promise,
	[EV_SIGNAL_NOTICED]     = fold_promise,
	[EV_FLAG_RAISED]        = fold_promise,
	[EV_FLAG_CLEARED]       = fold_promise,
	[EV_FLAG_REOPENED]      = fold_promise,
	[EV_PROMISE_MADE]       = fold_promise,
	[EV_PROMISE_WARNED]     = fold_promise,
	[EV_PROMISE_BROKEN]     = fold_promise,
	[EV_PROMISE_ESCALATED]  = fold_promise,
	[EV_PROMISE_PAUSED]     = fold_promise,
	[EV_PROMISE_RESUMED]    = fold_promise,
	[EV_PROMISE_RETARGETED] = fold_promise,
	[EV_PROMISE_HELD]       = fold_promise,
	[EV_PROMISE_RELEASED]   = fold_promise,
	[EV_PROMISE_KEPT]       = fold_promise,
	[EV_PROMISE_WITHDRAWN]  = fold_promise,
	[EV_PROMISE_REOPENED]   = fold_promise,
	[EV_PROMISE_MOVED]      = fold_promise,
	[EV_REPLY_QUEUED]       = fold_reply_queued,
	[EV_REPLY_UNDONE]       = fold_reply_undone,
	[EV_REPLY_RELEASED]     = fold_reply_released,
	[EV_MAIL_FIXED]         = fold_mail_fixed,
	[EV_MAIL_ATTEMPTED]     = fold_mail_attempted,
	[EV_MAIL_SENT]          = fold_mail_sent,
	[EV_MAIL_DEFERRED]      = fold_mail_deferred,
	[EV_MAIL_FAILED]        = fold_mail_failed,
	[EV_TICKET_SNOOZED]     = fold_ticket_snoozed,
	[EV_TICKET_WOKEN]       = fold_ticket_woken,
	[EV_REPLY_SCHEDULED]    = fold_reply_scheduled,
	[EV_REPLY_CANCELLED]    = fold_reply_cancelled,
	[EV_REPLY_HURRIED]      = fold_reply_hurried,
	[EV_NOTICE_GIVEN]       = fold_notice_given,
	[EV_NOTICE_SEEN]        = fold_notice_seen,
	[EV_NOTICE_ACKNOWLEDGED] = fold_notice_acknowledged,
	[EV_NOTICE_RAISED]      = fold_notice_raised,
	[EV_TICKET_FOLLOWED]    = fold_ticket_followed,
	[EV_MEMBER_MENTIONED]   = fold_member_mentioned,
	[EV_MAIL_ANSWERED]      = fold_mail_answered,
	[EV_IMPORT_ADDED]       = fold_nothing,
	[EV_MESSAGE_IMPORTED]   = fold_message_imported,
	[EV_TICKET_TAKEN_OVER]  = fold_ticket_taken_over,
	[EV_IMPORT_ENDED]       = fold_nothing,
	[EV_SENT_ELSEWHERE]     = fold_sent_elsewhere,
	[EV_MAILBOX_FAILED]     = fold_nothing,
	[EV_MAILBOX_RECOVERED]  = fold_nothing,
};
/* clang-format on */

void state_apply(struct state *state, const struct event *event)
{
	fold_event fold;

	assert(event->kind > EV_NONE && event->kind < EVENT_KIND_END);
	fold = fold_table[event->kind];
	assert(fold);
	fold(state, event);
}
