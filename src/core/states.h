/*
 * What the enum columns of records mean. Numbers are stored: append, never
 * renumber.
 */
#ifndef CORE_STATES_H
#define CORE_STATES_H

#include <stdint.h>

enum role { ROLE_NONE, ROLE_PARTNER, ROLE_AGENT, ROLE_COUNT };
enum stage { STAGE_NONE, STAGE_PROVISIONAL, STAGE_CLIENT, STAGE_COUNT };
enum contact_role { CONTACT_PLAIN, CONTACT_ROLE_COUNT };

enum ticket_state {
	TICKET_NONE,
	TICKET_NEW,
	TICKET_OPEN,
	TICKET_WAITING_CLIENT,
	TICKET_WAITING_PRODUCTION,
	TICKET_CLOSED,
	TICKET_STATE_COUNT
};

/* How the inbox is ordered: smaller first, then by the next due time. */
enum rank {
	RANK_FLAGGED = 1, /* a flag is up: look now */
	RANK_OWED = 2,    /* a clock is running */
	RANK_OPEN = 3,    /* open, nothing owed */
	RANK_WAITING = 4,
	RANK_SNOOZED = 5, /* put aside until a moment that a member chose */
	RANK_CLOSED = 9,  /* closed or merged away */
};

enum type_by { TYPE_BY_NONE, TYPE_BY_RULE, TYPE_BY_MEMBER };

enum promise_state {
	PROMISE_STATE_NONE,
	PROMISE_OPEN,
	PROMISE_KEPT,
	PROMISE_WITHDRAWN,
};

/* Why a promise paused, was withdrawn, or a flag was cleared. */
enum why {
	WHY_NONE,
	WHY_WAITING_CLIENT,
	WHY_NO_REQUEST,
	WHY_CLOSED,
	WHY_MERGED,
	WHY_RETYPED,
	WHY_ANSWERED,
	WHY_CALLED,
	WHY_MEMBER,
	WHY_NO_ANSWER_NEEDED,
	WHY_CRASHED, /* the parser died on it */
	WHY_TOO_BIG,
	WHY_REFUSED, /* by the other server, for good */
	WHY_EXPIRED, /* tried for too long */
	WHY_BOUNCED,
	WHY_RESTORED,    /* the workspace came back from a copy */
	WHY_OWN_ADDRESS, /* it says that it is from us, and is not */
	WHY_COMPLAINED,  /* by the spam button of their mail program */
	WHY_HISTORY,     /* it was over before we moved in */
	WHY_TAKEN_OVER,  /* it was open when we moved in */
	WHY_UNFETCHED,   /* the mailbox's server did not give it */
	WHY_COUNT
};
const char *why_name(int64_t why);

enum message_kind {
	MESSAGE_NONE,
	MESSAGE_IN,
	MESSAGE_OUT,
	MESSAGE_NOTE,
	MESSAGE_CALL,
	MESSAGE_KIND_COUNT
};

enum delivery {
	DELIVERY_NONE,
	DELIVERY_UNDO,     /* still inside its undo window */
	DELIVERY_QUEUED,   /* to be sent as soon as may be */
	DELIVERY_SENDING,  /* an attempt began and has not been recorded */
	DELIVERY_SENT,     /* the next server took it */
	DELIVERY_DEFERRED, /* failed for now; until_at is the next attempt */
	DELIVERY_UNKNOWN,  /* the answer was lost; tried once more, late */
	DELIVERY_FAILED,   /* for good */
	DELIVERY_UNDONE,
	DELIVERY_SCHEDULED, /* leaves at until_at unless the client writes */
	DELIVERY_FIRM,      /* leaves at until_at whatever they write */
	DELIVERY_CANCELLED, /* they wrote first, or so; its words are kept */
	DELIVERY_COUNT
};

enum participant_role {
	PARTICIPANT_NONE,
	PARTICIPANT_CLIENT,
	PARTICIPANT_CC,
	PARTICIPANT_OTHER_CLIENT,
	PARTICIPANT_AGENCY,
	PARTICIPANT_VENDOR,  /* works for us or for them; not the client */
	PARTICIPANT_REMOVED, /* taken off by a member: gets nothing */
	PARTICIPANT_ROLE_COUNT
};

enum intake_state {
	INTAKE_NONE,
	INTAKE_WAITING,
	INTAKE_OPENED,
	INTAKE_APPENDED,
	INTAKE_QUARANTINED,
	INTAKE_DUPLICATE,
	INTAKE_LOOP,
	INTAKE_ANSWERED, /* a member's answer to a notice, carried out or not */
	INTAKE_STATE_COUNT
};

enum source {
	SOURCE_NONE,
	SOURCE_LMTP,
	SOURCE_PIPE,
	SOURCE_MEMBER,
	SOURCE_IMAP,   /* fetched from a mailbox's folder */
	SOURCE_SENT,   /* a copy of what somebody sent from another program */
	SOURCE_IMPORT, /* history of the former mailbox */
};

/* How a mailbox fares. */
enum mailbox_state {
	MAILBOX_OFF,
	MAILBOX_CONNECTING,
	MAILBOX_CONNECTED,
	MAILBOX_RETRYING,      /* gone for now: tried again by itself */
	MAILBOX_REFUSED,       /* name, password or folder: ask a person */
	MAILBOX_TOKEN_EXPIRED, /* to be authorized anew by a person */
	MAILBOX_CERTIFICATE,   /* the server is not whom it should be */
	MAILBOX_STATE_COUNT
};

/*
 * Settings of which there are several: each has a name, a place in its list
 * and a document (JSON, of the shape that its route declares).
 */
enum item_sort {
	ITEM_NONE,
	ITEM_BRAND,
	ITEM_MAILBOX,
	ITEM_VIEW,
	ITEM_CANNED,
	ITEM_WEBHOOK,
	ITEM_KEYS,    /* one a member: keys that they changed */
	ITEM_NOTICES, /* one a member: how they want to be warned */
	ITEM_SORT_COUNT
};

/* Who else sees an item than its owner. */
enum item_shared { SHARED_MINE, SHARED_TEAM, SHARED_ALL, SHARED_COUNT };

/* What changed about how a member gets in. */
enum access_what {
	ACCESS_NONE,
	ACCESS_TOKEN_MADE,
	ACCESS_TOKEN_ENDED,
	ACCESS_SESSION_ENDED, /* by hand, from the list */
	ACCESS_TOTP_ON,
	ACCESS_TOTP_OFF,
	ACCESS_RECOVERY_USED,
	ACCESS_INVITED,
	ACCESS_COUNT
};

/* What a reply does to its ticket when it leaves. */
enum then { THEN_NOTHING, THEN_WAIT, THEN_CLOSE };

/* Names in JSON, by number; NULL past the end. */
extern const char *const role_names[ROLE_COUNT];
extern const char *const stage_names[STAGE_COUNT];
extern const char *const ticket_state_names[TICKET_STATE_COUNT];
extern const char *const message_kind_names[MESSAGE_KIND_COUNT];
extern const char *const delivery_names[DELIVERY_COUNT];
extern const char *const intake_state_names[INTAKE_STATE_COUNT];
extern const char *const mailbox_state_names[MAILBOX_STATE_COUNT];
extern const char *const participant_names[PARTICIPANT_ROLE_COUNT];

#endif
