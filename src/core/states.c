#include "core/states.h"

static const char *const why_names[WHY_COUNT] = {
	[WHY_NONE] = "none",
	[WHY_WAITING_CLIENT] = "waiting_client",
	[WHY_NO_REQUEST] = "no_request",
	[WHY_CLOSED] = "closed",
	[WHY_MERGED] = "merged",
	[WHY_RETYPED] = "retyped",
	[WHY_ANSWERED] = "answered",
	[WHY_CALLED] = "called",
	[WHY_MEMBER] = "member",
	[WHY_NO_ANSWER_NEEDED] = "no_answer_needed",
	[WHY_CRASHED] = "crashed",
	[WHY_TOO_BIG] = "too_big",
	[WHY_REFUSED] = "refused",
	[WHY_EXPIRED] = "expired",
	[WHY_BOUNCED] = "bounced",
	[WHY_RESTORED] = "restored",
	[WHY_UNFETCHED] = "unfetched",
	[WHY_OWN_ADDRESS] = "own_address",
	[WHY_COMPLAINED] = "complained",
	[WHY_HISTORY] = "history",
	[WHY_TAKEN_OVER] = "taken_over",
};

const char *why_name(int64_t why)
{
	return why > 0 && why < WHY_COUNT ? why_names[why] : why_names[0];
}

const char *const role_names[ROLE_COUNT] = {
	[ROLE_NONE] = "none",
	[ROLE_PARTNER] = "partner",
	[ROLE_AGENT] = "agent",
};

const char *const stage_names[STAGE_COUNT] = {
	[STAGE_NONE] = "none",
	[STAGE_PROVISIONAL] = "provisional",
	[STAGE_CLIENT] = "client",
};

const char *const ticket_state_names[TICKET_STATE_COUNT] = {
	[TICKET_NONE] = "none",
	[TICKET_NEW] = "new",
	[TICKET_OPEN] = "open",
	[TICKET_WAITING_CLIENT] = "waiting_client",
	[TICKET_WAITING_PRODUCTION] = "waiting_production",
	[TICKET_CLOSED] = "closed",
};

const char *const message_kind_names[MESSAGE_KIND_COUNT] = {
	[MESSAGE_NONE] = "none", [MESSAGE_IN] = "in",     [MESSAGE_OUT] = "out",
	[MESSAGE_NOTE] = "note", [MESSAGE_CALL] = "call",
};

const char *const delivery_names[DELIVERY_COUNT] = {
	[DELIVERY_NONE] = "none",       [DELIVERY_UNDO] = "undo",
	[DELIVERY_QUEUED] = "queued",   [DELIVERY_SENDING] = "sending",
	[DELIVERY_SENT] = "sent",       [DELIVERY_DEFERRED] = "deferred",
	[DELIVERY_UNKNOWN] = "unknown", [DELIVERY_FAILED] = "failed",
	[DELIVERY_UNDONE] = "undone",   [DELIVERY_SCHEDULED] = "scheduled",
	[DELIVERY_FIRM] = "scheduled",  [DELIVERY_CANCELLED] = "cancelled",
};

const char *const intake_state_names[INTAKE_STATE_COUNT] = {
	[INTAKE_NONE] = "none",
	[INTAKE_WAITING] = "waiting",
	[INTAKE_OPENED] = "opened",
	[INTAKE_APPENDED] = "appended",
	[INTAKE_QUARANTINED] = "quarantined",
	[INTAKE_DUPLICATE] = "duplicate",
	[INTAKE_LOOP] = "loop",
	[INTAKE_ANSWERED] = "answered",
};

const char *const mailbox_state_names[MAILBOX_STATE_COUNT] = {
	[MAILBOX_OFF] = "off",
	[MAILBOX_CONNECTING] = "connecting",
	[MAILBOX_CONNECTED] = "connected",
	[MAILBOX_RETRYING] = "retrying",
	[MAILBOX_REFUSED] = "refused",
	[MAILBOX_TOKEN_EXPIRED] = "token_expired",
	[MAILBOX_CERTIFICATE] = "certificate",
};

const char *const participant_names[PARTICIPANT_ROLE_COUNT] = {
	[PARTICIPANT_NONE] = "client",
	[PARTICIPANT_CLIENT] = "client",
	[PARTICIPANT_CC] = "cc",
	[PARTICIPANT_OTHER_CLIENT] = "other_client",
	[PARTICIPANT_AGENCY] = "agency",
	[PARTICIPANT_VENDOR] = "vendor",
	[PARTICIPANT_REMOVED] = "removed",
};
