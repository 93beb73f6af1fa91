/*
 * Events: everything that happens. One table declares each kind as a fact
 * (something from outside: a mail, a member's act) or a conclusion (what a
 * rule made of facts). Rebuild applies both and never decides again. Data are
 * integers only: ids, enums, spans and instants; words are content rows.
 *
 * Numbers are stored. Append kinds and fields, never renumber or reorder: a
 * field that an old event lacks reads as 0.
 */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/instant.h"
#include "base/str.h"

/* clang-format off */
#define EVENT_KINDS(E) \
	/* number, symbol, name in the union, class; the agency: client 0 */ \
	E(1,  AGENCY_SAVED,       agency_saved,       FACT) \
	E(2,  MEMBER_ADDED,       member_added,       FACT) \
	E(3,  MEMBER_CHANGED,     member_changed,     FACT) \
	E(4,  ADDRESS_ADDED,      address_added,      FACT) \
	E(5,  ADDRESS_CHANGED,    address_changed,    FACT) \
	E(6,  CALENDAR_SAVED,     calendar_saved,     FACT) \
	E(7,  PLAYBOOK_SAVED,     playbook_saved,     FACT) \
	E(8,  WORKSPACE_RESTORED, workspace_restored, FACT) \
	E(9,  CONTACT_ERASED,     contact_erased,     FACT) \
	/* mail on its way in: client 0 until it is filed */ \
	E(20, MAIL_ACCEPTED,      mail_accepted,      FACT) \
	E(21, MAIL_DUPLICATE,     mail_duplicate,     CONCLUSION) \
	E(22, MAIL_LOOP,          mail_loop,          CONCLUSION) \
	E(23, MAIL_QUARANTINED,   mail_quarantined,   CONCLUSION) \
	E(24, MAIL_RETRIED,       mail_retried,       FACT) \
	/* clients and contacts */ \
	E(30, CLIENT_ADDED,       client_added,       FACT) \
	E(31, CLIENT_CHANGED,     client_changed,     FACT) \
	E(32, CLIENT_MERGED,      client_merged,      FACT) \
	E(33, CLIENT_UNMERGED,    client_unmerged,    FACT) \
	E(34, CONTACT_ADDED,      contact_added,      FACT) \
	E(35, CONTACT_CHANGED,    contact_changed,    FACT) \
	E(36, CONTACT_MERGED,     contact_merged,     FACT) \
	/* tickets and what is said on them */ \
	E(40, TICKET_OPENED,      ticket_opened,      FACT) \
	E(41, MESSAGE_RECEIVED,   message_received,   FACT) \
	E(42, NOTE_ADDED,         note_added,         FACT) \
	E(43, CALL_LOGGED,        call_logged,        FACT) \
	E(44, TICKET_TYPED,       ticket_typed,       CONCLUSION) \
	E(45, TYPE_CORRECTED,     type_corrected,     FACT) \
	E(46, TICKET_ASSIGNED,    ticket_assigned,    FACT) \
	E(47, STATE_CHANGED,      state_changed,      FACT) \
	E(48, TICKET_MERGED,      ticket_merged,      FACT) \
	E(49, TICKET_UNMERGED,    ticket_unmerged,    FACT) \
	E(50, TICKET_SPLIT,       ticket_split,       FACT) \
	E(51, TICKET_MOVED,       ticket_moved,       FACT) \
	E(52, PARTICIPANT_ADDED,  participant_added,  FACT) \
	E(53, BOUNCE_RECEIVED,    bounce_received,    FACT) \
	/* what was noticed */ \
	E(60, SIGNAL_NOTICED,     signal_noticed,     CONCLUSION) \
	E(61, FLAG_RAISED,        flag_raised,        CONCLUSION) \
	E(62, FLAG_CLEARED,       flag_cleared,       CONCLUSION) \
	E(63, FLAG_REOPENED,      flag_reopened,      CONCLUSION) \
	/* what is owed */ \
	E(70, PROMISE_MADE,       promise_made,       CONCLUSION) \
	E(71, PROMISE_WARNED,     promise_warned,     CONCLUSION) \
	E(72, PROMISE_BROKEN,     promise_broken,     CONCLUSION) \
	E(73, PROMISE_ESCALATED,  promise_escalated,  CONCLUSION) \
	E(74, PROMISE_PAUSED,     promise_paused,     CONCLUSION) \
	E(75, PROMISE_RESUMED,    promise_resumed,    CONCLUSION) \
	E(76, PROMISE_RETARGETED, promise_retargeted, CONCLUSION) \
	E(77, PROMISE_HELD,       promise_held,       CONCLUSION) \
	E(78, PROMISE_RELEASED,   promise_released,   CONCLUSION) \
	E(79, PROMISE_KEPT,       promise_kept,       CONCLUSION) \
	E(80, PROMISE_WITHDRAWN,  promise_withdrawn,  CONCLUSION) \
	E(81, PROMISE_REOPENED,   promise_reopened,   CONCLUSION) \
	E(82, PROMISE_MOVED,      promise_moved,      CONCLUSION) \
	/* mail on its way out */ \
	E(90, REPLY_QUEUED,       reply_queued,       FACT) \
	E(91, REPLY_UNDONE,       reply_undone,       FACT) \
	E(92, REPLY_RELEASED,     reply_released,     CONCLUSION) \
	E(93, MAIL_FIXED,         mail_fixed,         FACT) \
	E(94, MAIL_ATTEMPTED,     mail_attempted,     FACT) \
	E(95, MAIL_SENT,          mail_sent,          FACT) \
	E(96, MAIL_DEFERRED,      mail_deferred,      FACT) \
	E(97, MAIL_FAILED,        mail_failed,        FACT)
/* clang-format on */

enum event_kind {
	EV_NONE = 0,
#define E(number, symbol, member, class) EV_##symbol = number,
	EVENT_KINDS(E)
#undef E
		EVENT_KIND_END = 100
};

enum event_class { EVENT_FACT = 1, EVENT_CONCLUSION = 2 };

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
	struct { int64_t active; } address_added;
	struct { int64_t address, active; } address_changed;
	struct { int64_t from_at; } calendar_saved;
	struct { int64_t version; } playbook_saved;
	struct { int64_t up_to; } workspace_restored;
	struct { int64_t contact; } contact_erased;

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
	struct { int64_t ticket, message, intake, permanent; } bounce_received;

	struct {
		int64_t ticket, message, kind, strength;
		int64_t span_start, span_end;
	} signal_noticed;
	struct {
		int64_t ticket, message, rule, cond, points, signal, playbook;
	} flag_raised;
	struct { int64_t ticket, flag, why; } flag_cleared;
	struct { int64_t ticket, flag; } flag_reopened;

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
		int64_t answers, then_do, has_html;
	} reply_queued;
	struct { int64_t ticket, message; } reply_undone;
	struct { int64_t ticket, message; } reply_released;
	struct { int64_t ticket, message, raw; } mail_fixed;
	struct { int64_t ticket, message, attempt, until_at; } mail_attempted;
	struct { int64_t ticket, message; } mail_sent;
	struct { int64_t ticket, message, next_at, unknown; } mail_deferred;
	struct { int64_t ticket, message, why; } mail_failed;
};
/* clang-format on */

#define EVENT_COMMAND_BYTES 16

struct event {
	int64_t seq;    /* also the id of the record that it creates */
	int64_t client; /* 0: the agency */
	enum event_kind kind;
	int64_t subject; /* the ticket, or the record it is about */
	int64_t actor;   /* member; 0: Holdfast, or somebody outside */
	instant_ms occurred_at, recorded_at, known_at;
	int64_t cause;
	unsigned char command[EVENT_COMMAND_BYTES];
	int64_t position;
	union event_data data;
};

/* What the table says of a kind; NULL for a number that is none. */
struct event_type {
	const char *name; /* "ticket_opened" */
	enum event_class class;
	size_t fields; /* how many of data.field it uses */
};
const struct event_type *event_type(int64_t kind);

/* Data as stored: integers with spaces between, trailing zeroes left out. */
#define EVENT_DATA_TEXT_MAX (EVENT_FIELDS_MAX * 21 + 1)
size_t event_data_print(const struct event *event,
                        char text_out[EVENT_DATA_TEXT_MAX]);
/* False: not integers, or more than there is room for. */
bool event_data_parse(struct str text, union event_data *data_out);

#endif
