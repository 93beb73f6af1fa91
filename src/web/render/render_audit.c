/*
 * Any event as a line of the audit: what a ticket's history says of it, or
 * what the table here says of those that no ticket has. An event that neither
 * knows is shown by the name of its kind, so none is left out.
 */
#include "store/content.h"
#include "store/record.h"
#include "web/render/render.h"

static const char *const access_texts[ACCESS_COUNT] = {
	[ACCESS_NONE] = "Access changed",
	[ACCESS_TOKEN_MADE] = "Token for a program made",
	[ACCESS_TOKEN_ENDED] = "Token for a program taken back",
	[ACCESS_SESSION_ENDED] = "Session ended from the list",
	[ACCESS_TOTP_ON] = "Sign-in codes turned on",
	[ACCESS_TOTP_OFF] = "Sign-in codes turned off",
	[ACCESS_RECOVERY_USED] = "Signed in with a recovery code",
	[ACCESS_INVITED] = "Invited",
};

/* clang-format off */
static const char *const item_texts[ITEM_SORT_COUNT] = {
	[ITEM_NONE]    = "Setting",
	[ITEM_BRAND]   = "Brand",
	[ITEM_MAILBOX] = "Mailbox",
	[ITEM_VIEW]    = "View",
	[ITEM_CANNED]  = "Canned reply",
	[ITEM_WEBHOOK] = "Webhook",
	[ITEM_KEYS]    = "Keys",
	[ITEM_NOTICES] = "Warnings",
};

static const struct audit_text {
	const char *text;
	enum slot slot; /* words that follow */
} audit_texts[EVENT_KIND_END] = {
	[EV_AGENCY_SAVED]       = {"Agency changed", SLOT_NAME},
	[EV_MEMBER_ADDED]       = {"Member added", SLOT_NAME},
	[EV_ADDRESS_ADDED]      = {"Address added", SLOT_ADDRESS},
	[EV_ADDRESS_CHANGED]    = {"Address changed", SLOT_ADDRESS},
	[EV_CALENDAR_SAVED]     = {"Hours changed", SLOT_NONE},
	[EV_PLAYBOOK_SAVED]     = {"Playbook changed", SLOT_NONE},
	[EV_WORKSPACE_RESTORED] = {"Restored from a copy", SLOT_NONE},
	[EV_CONTACT_ERASED]     = {"A person was forgotten", SLOT_NONE},
	[EV_WEBHOOK_STOPPED]    = {"Webhook stopped", SLOT_REASON},
	[EV_MAILBOX_FAILED]     = {"Mailbox failed", SLOT_REASON},
	[EV_MAILBOX_RECOVERED]  = {"Mailbox works again", SLOT_NONE},
	[EV_MAIL_ACCEPTED]      = {"Mail accepted", SLOT_NONE},
	[EV_MAIL_DUPLICATE]     = {"Mail that was there already", SLOT_NONE},
	[EV_MAIL_LOOP]          = {"Mail of our own came back", SLOT_NONE},
	[EV_MAIL_QUARANTINED]   = {"Mail set aside", SLOT_REASON},
	[EV_MAIL_RETRIED]       = {"Mail that was set aside read again", SLOT_NONE},
	[EV_CLIENT_ADDED]       = {"Client added", SLOT_NAME},
	[EV_CLIENT_CHANGED]     = {"Client changed", SLOT_NAME},
	[EV_CLIENT_MERGED]      = {"Client merged into another", SLOT_NONE},
	[EV_CLIENT_UNMERGED]    = {"Clients taken apart again", SLOT_NONE},
	[EV_CONTACT_ADDED]      = {"Contact added", SLOT_NAME},
	[EV_CONTACT_CHANGED]    = {"Contact changed", SLOT_NAME},
	[EV_CONTACT_MERGED]     = {"Contact merged into another", SLOT_NONE},
	[EV_PARTICIPANT_ADDED]  = {"Person on the thread", SLOT_NONE},
	[EV_SIGNAL_NOTICED]     = {"Signal noticed", SLOT_NONE},
	[EV_PROMISE_WARNED]     = {"Warned before the due time", SLOT_NONE},
	[EV_PROMISE_RETARGETED] = {"Promise has another due time", SLOT_NONE},
	[EV_PROMISE_HELD]       = {"Clock held while a reply can be taken back", SLOT_NONE},
	[EV_PROMISE_RELEASED]   = {"Clock goes on", SLOT_NONE},
	[EV_PROMISE_REOPENED]   = {"Promise owed again", SLOT_NONE},
	[EV_PROMISE_MOVED]      = {"Promise moved to another thread", SLOT_NONE},
	[EV_REPLY_RELEASED]     = {"Reply can leave", SLOT_NONE},
	[EV_MAIL_FIXED]         = {"Reply put together", SLOT_NONE},
	[EV_MAIL_ATTEMPTED]     = {"Reply handed to the mail server", SLOT_NONE},
};
/* clang-format on */

static struct str audit_member(const struct reading *reading,
                               const struct event *event)
{
	(void)reading;
	return event->data.member_changed.active ? STR("Member changed")
	                                         : STR("Member switched off");
}

static struct str audit_item(const struct reading *reading,
                             const struct event *event)
{
	int64_t sort = event->data.item_saved.sort;
	const char *what =
		sort > 0 && sort < ITEM_SORT_COUNT ? item_texts[sort] : NULL;

	return str_printf(reading->arena, "%s %s", what ? what : item_texts[0],
	                  !event->data.item_saved.active ? "removed"
	                  : event->data.item_saved.item  ? "changed"
	                                                 : "added");
}

static struct str audit_access(const struct event *event)
{
	int64_t what = event->data.access_changed.what;

	return str_of(access_texts[what > 0 && what < ACCESS_COUNT ? what : 0]);
}

/* "reply_queued" as "Reply queued" */
static struct str audit_name(const struct reading *reading,
                             const struct event *event)
{
	char *text =
		str_cstr(reading->arena, str_of(event_type(event->kind)->name));

	for (size_t i = 0; text[i] != '\0'; i++)
		if (text[i] == '_')
			text[i] = ' ';
	if (text[0] >= 'a' && text[0] <= 'z')
		text[0] = (char)(text[0] - 'a' + 'A');
	return str_of(text);
}

static struct str audit_words(const struct reading *reading,
                              const struct event *event, enum slot *slot_out)
{
	const struct audit_text *row = &audit_texts[event->kind];

	*slot_out = SLOT_NAME;
	switch ((int)event->kind) {
	case EV_MEMBER_CHANGED:
		return audit_member(reading, event);
	case EV_ITEM_SAVED:
		return audit_item(reading, event);
	case EV_ACCESS_CHANGED:
		return audit_access(event);
	}
	*slot_out = row->slot;
	return row->text ? str_of(row->text) : audit_name(reading, event);
}

static enum status audit_sentence(const struct reading *reading,
                                  const struct event *event,
                                  struct str *text_out)
{
	struct str more = STR(""), text = STR("");
	enum slot slot = SLOT_NONE;
	enum status status = render_log_sentence(reading, event, &text);

	if (status == ST_OK && text.length == 0) {
		text = audit_words(reading, event, &slot);
		if (slot != SLOT_NONE)
			status = content_read(reading->db, reading->arena,
			                      event->seq, slot, &more);
	}
	if (more.length > 0)
		text = str_printf(reading->arena, "%.*s: %.*s", STR_ARG(text),
		                  STR_ARG(more));
	*text_out = text;
	return status;
}

/* Of the kinds that concern a thread the first number is the thread. */
static int64_t audit_ticket(const struct event *event)
{
	if (event->kind == EV_TICKET_OPENED)
		return event->seq;
	return event->kind > EV_TICKET_OPENED ? event->data.field[0] : 0;
}

static enum status audit_subject(const struct reading *reading, int64_t ticket,
                                 bool *found_out, struct str *subject_out)
{
	struct ticket record = {0};
	enum status status = ST_NOT_FOUND;

	*found_out = false;
	if (ticket > 0)
		status = record_read(reading->db, RECORD_TICKET, ticket,
		                     &record.id);
	if (status == ST_NOT_FOUND)
		return ST_OK;
	*found_out = status == ST_OK;
	if (status == ST_OK)
		status = content_read(reading->db, reading->arena,
		                      record.subject_by, SLOT_SUBJECT,
		                      subject_out);
	return status;
}

enum status render_audit(const struct reading *reading, struct json_out *out,
                         const struct event *event)
{
	const struct event_type *type = event_type(event->kind);
	int64_t ticket = audit_ticket(event);
	struct str text = STR(""), subject = STR("");
	bool found = false;
	enum status status = audit_sentence(reading, event, &text);

	if (status == ST_OK)
		status = audit_subject(reading, ticket, &found, &subject);
	if (status != ST_OK)
		return status;
	out_open(out, '{');
	out_key_i64(out, "seq", event->seq);
	out_key_i64(out, "at", event->recorded_at);
	out_key_text(out, "kind", type->name);
	out_key_text(out, "class",
	             type->class == EVENT_FACT ? "fact" : "conclusion");
	out_key_id(out, "actor", event->actor);
	out_key_id(out, "client", event->client);
	out_key_id(out, "ticket", found ? ticket : 0);
	out_key_str_or_null(out, "subject", subject);
	out_key_str(out, "text", text);
	out_close(out, '}');
	return ST_OK;
}
