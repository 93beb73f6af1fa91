/*
 * Every kind of event: its number, its symbol, the name of its data and
 * whether it is a fact (something from outside: a mail, a member's act) or a
 * conclusion (what a rule made of facts).
 *
 * Numbers are stored: append, never renumber.
 */
#ifndef CORE_EVENT_KINDS_H
#define CORE_EVENT_KINDS_H

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
	E(10, ITEM_SAVED,         item_saved,         FACT) \
	E(14, ACCESS_CHANGED,     access_changed,     FACT) \
	E(15, WEBHOOK_STOPPED,    webhook_stopped,    CONCLUSION) \
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
	E(54, PARTICIPANT_CHANGED, participant_changed, FACT) \
	E(55, AWAY_NOTED,         away_noted,         CONCLUSION) \
	E(56, ADDRESS_SUPPRESSED, address_suppressed, CONCLUSION) \
	E(57, SUPPRESSION_LIFTED, suppression_lifted, FACT) \
	/* what was noticed */ \
	E(60, SIGNAL_NOTICED,     signal_noticed,     CONCLUSION) \
	E(61, FLAG_RAISED,        flag_raised,        CONCLUSION) \
	E(62, FLAG_CLEARED,       flag_cleared,       CONCLUSION) \
	E(63, FLAG_REOPENED,      flag_reopened,      CONCLUSION) \
	E(110, FLAG_MOVED,        flag_moved,         CONCLUSION) \
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
	E(97, MAIL_FAILED,        mail_failed,        FACT) \
	/* put aside, and sent later */ \
	E(120, TICKET_SNOOZED,    ticket_snoozed,     FACT) \
	E(121, TICKET_WOKEN,      ticket_woken,       CONCLUSION) \
	E(122, REPLY_SCHEDULED,   reply_scheduled,    FACT) \
	E(123, REPLY_CANCELLED,   reply_cancelled,    CONCLUSION) \
	E(124, REPLY_HURRIED,     reply_hurried,      FACT) \
	/* who is told of what */ \
	E(130, NOTICE_GIVEN,        notice_given,        CONCLUSION) \
	E(131, NOTICE_SEEN,         notice_seen,         FACT) \
	E(132, NOTICE_ACKNOWLEDGED, notice_acknowledged, FACT) \
	E(133, NOTICE_RAISED,       notice_raised,       CONCLUSION) \
	E(134, TICKET_FOLLOWED,     ticket_followed,     FACT) \
	E(135, MEMBER_MENTIONED,    member_mentioned,    FACT) \
	E(136, MAIL_ANSWERED,       mail_answered,       CONCLUSION) \
	/* moving in, and what was sent from another program */ \
	E(105, IMPORT_ADDED,      import_added,       FACT) \
	E(106, MESSAGE_IMPORTED,  message_imported,   FACT) \
	E(107, TICKET_TAKEN_OVER, ticket_taken_over,  CONCLUSION) \
	E(108, IMPORT_ENDED,      import_ended,       FACT) \
	E(109, SENT_ELSEWHERE,    sent_elsewhere,     FACT) \
	/* mailboxes: client 0, the item is the subject */ \
	E(100, MAILBOX_FAILED,    mailbox_failed,     FACT) \
	E(101, MAILBOX_RECOVERED, mailbox_recovered,  FACT)
/* clang-format on */

#define EVENT_KIND_END 200 /* past the highest number */

#endif
