/*
 * What each kind of event holds: integers only. Words are content rows.
 *
 * Data are stored by place: append fields, never reorder or remove. A field
 * that an old event lacks reads as 0.
 */
#ifndef CORE_EVENT_DATA_H
#define CORE_EVENT_DATA_H

#include <stdint.h>

#define EVENT_FIELDS_MAX 14

/*
 * Every member is a run of int64_t, so `field` sees them all. "ticket",
 * "promise" and such are ids; at and until are instants; the rest are enums,
 * counts or spans as named.
 */
/* clang-format off */
union event_data {
	int64_t field[EVENT_FIELDS_MAX];
	struct { int64_t undo_ms; } agency_saved;
	struct { int64_t role; } member_added;
	struct { int64_t member, role, active; } member_changed;
	struct { int64_t active, brand; } address_added;
	struct { int64_t address, active, brand; } address_changed;
	struct { int64_t from_at; } calendar_saved;
	struct { int64_t version; } playbook_saved;
	struct { int64_t up_to; } workspace_restored;
	struct { int64_t contact; } contact_erased;
	struct { int64_t item, sort, owner, shared, position, active; } item_saved;
	struct { int64_t member, what, record; } access_changed;
	struct { int64_t item, why; } webhook_stopped;

	struct { int64_t raw, address, size, source; } mail_accepted;
	struct { int64_t intake, message; } mail_duplicate;
	struct { int64_t intake; } mail_loop;
	struct { int64_t intake, why; } mail_quarantined;
	struct { int64_t intake, release; } mail_retried;

	struct { int64_t stage; } client_added;
	struct { int64_t stage; } client_changed;
	struct { int64_t into; } client_merged;
	struct { int64_t from; } client_unmerged;
	struct { int64_t role; } contact_added;
	struct { int64_t contact, role, client; } contact_changed;
	struct { int64_t contact, into; } contact_merged;

	struct { int64_t contact, address, source; } ticket_opened;
	struct {
		int64_t ticket, contact, intake, raw, automatic, attachments;
		int64_t has_html, dated_at, counts, verified, answers;
	} message_received;
	struct { int64_t ticket; } note_added;
	struct { int64_t ticket, contact, outward, spoke; } call_logged;
	struct { int64_t ticket, type, playbook; } ticket_typed;
	struct { int64_t ticket, type, was; } type_corrected;
	struct { int64_t ticket, member, was; } ticket_assigned;
	struct { int64_t ticket, state, why; } state_changed;
	struct { int64_t ticket, into; } ticket_merged;
	struct { int64_t ticket, from; } ticket_unmerged;
	struct { int64_t ticket, from, message; } ticket_split;
	struct { int64_t ticket, from, to; } ticket_moved;
	struct { int64_t ticket, contact, role, message; } participant_added;
	struct {
		int64_t ticket, message, intake, permanent, partial;
	} bounce_received;
	struct {
		int64_t ticket, participant, contact, role;
	} participant_changed;
	struct { int64_t ticket, contact, message, until_at; } away_noted;
	struct {
		int64_t ticket, contact, message, why;
	} address_suppressed;
	struct { int64_t ticket, suppression; } suppression_lifted;

	struct {
		int64_t ticket, message, kind, strength;
		int64_t span_start, span_end;
	} signal_noticed;
	struct {
		int64_t ticket, message, rule, cond, points, signal, playbook;
	} flag_raised;
	struct { int64_t ticket, flag, why; } flag_cleared;
	struct { int64_t ticket, flag; } flag_reopened;
	struct { int64_t ticket, flag, to; } flag_moved;

	struct {
		int64_t ticket, kind, rule, playbook, hours, target;
		int64_t warn_before, started_at, due_at, warn_at, message;
		int64_t flag, owner;
	} promise_made;
	struct { int64_t ticket, promise; } promise_warned;
	struct { int64_t ticket, promise, escalate_at; } promise_broken;
	struct {
		int64_t ticket, promise, level, to, escalate_at;
	} promise_escalated;
	struct { int64_t ticket, promise, used, why, due_at, warn_at; } promise_paused;
	struct { int64_t ticket, promise, due_at, warn_at; } promise_resumed;
	struct {
		int64_t ticket, promise, kind, rule, hours, target;
		int64_t warn_before, used, since, due_at, warn_at;
	} promise_retargeted;
	struct { int64_t ticket, promise, message; } promise_held;
	struct { int64_t ticket, promise; } promise_released;
	struct { int64_t ticket, promise, evidence; } promise_kept;
	struct { int64_t ticket, promise, why; } promise_withdrawn;
	struct { int64_t ticket, promise, due_at, warn_at; } promise_reopened;
	struct { int64_t ticket, promise, to; } promise_moved;

	struct {
		int64_t ticket, contact, address, until_at, attachments;
		int64_t answers, then_do, has_html, aside;
	} reply_queued;
	struct { int64_t ticket, message; } reply_undone;
	struct { int64_t ticket, message; } reply_released;
	struct { int64_t ticket, message, raw; } mail_fixed;
	struct { int64_t ticket, message, attempt, until_at; } mail_attempted;
	struct { int64_t ticket, message; } mail_sent;
	struct { int64_t ticket, message, next_at, unknown; } mail_deferred;
	struct { int64_t ticket, message, why; } mail_failed;

	struct { int64_t ticket, until_at; } ticket_snoozed;
	struct { int64_t ticket, why; } ticket_woken;
	struct { int64_t ticket, message, until_at, firm; } reply_scheduled;
	struct { int64_t ticket, message, by; } reply_cancelled;
	struct { int64_t ticket, message, until_at; } reply_hurried;
	struct {
		int64_t ticket, member, kind, level, promise, message;
		int64_t about, rise_at, origin;
	} notice_given;
	struct { int64_t ticket, notice; } notice_seen;
	struct { int64_t ticket, notice; } notice_acknowledged;
	struct { int64_t ticket, notice, level, rise_at; } notice_raised;
	struct { int64_t ticket, member, following, record; } ticket_followed;
	struct { int64_t ticket, member, message, record; } member_mentioned;
	struct { int64_t ticket, intake, notice, how, message; } mail_answered;
	/* Not about a ticket: 0. */
	struct { int64_t ticket, source, size, takeover_at, mailbox; } import_added;
	/* outward: from us */
	struct {
		int64_t ticket, contact, member, raw, outward, automatic;
		int64_t attachments, has_html, dated_at, counts, import, intake;
	} message_imported;
	struct { int64_t ticket, import, unanswered, since_at; } ticket_taken_over;
	struct {
		int64_t ticket, import, read, messages, threads, duplicates, skipped;
	} import_ended;
	/* left: of theirs what came after it and has no answer. */
	struct {
		int64_t ticket, contact, member, raw, intake, address;
		int64_t attachments, has_html, dated_at, import;
		int64_t left, left_since, client_left, client_since;
	} sent_elsewhere;
	struct { int64_t mailbox, state, since; } mailbox_failed;
	struct { int64_t mailbox, state, since; } mailbox_recovered;
};
/* clang-format on */

#endif
