/*
 * A ticket's history in words. Most events have one sentence, from a table;
 * those that say something about a value have a function beside it. Words of
 * people (reasons, notes) are added as they are now, so erased ones are gone.
 */
#include <inttypes.h>

#include "core/later.h"
#include "core/playbook/playbook.h"
#include "store/content.h"
#include "store/log.h"
#include "store/record.h"
#include "web/render/render.h"

#define LOG_LINES_MAX 2000

struct log_writer {
	const struct reading *reading;
	struct json_out *out;
	size_t count;
	enum status status;
};

static struct str log_member(const struct reading *reading, int64_t id)
{
	const struct agency_member *member = agency_member(reading->agency, id);

	return member ? member->name : STR("nobody");
}

static struct str log_assigned(const struct reading *reading,
                               const struct event *event)
{
	int64_t member = event->data.ticket_assigned.member;

	if (member == 0)
		return STR("Nobody has it now");
	return str_printf(reading->arena, "Given to %.*s",
	                  STR_ARG(log_member(reading, member)));
}

static struct str log_type(const struct reading *reading, int64_t type)
{
	const struct playbook *playbook =
		rules_playbook(&reading->agency->rules);

	if (type > 0 && type < REQUEST_TYPE_COUNT &&
	    playbook->types[type].label.length > 0)
		return playbook->types[type].label;
	return str_of(render_type_name(type));
}

static struct str log_typed(const struct reading *reading,
                            const struct event *event)
{
	return str_printf(
		reading->arena, "Type by rule: %.*s",
		STR_ARG(log_type(reading, event->data.ticket_typed.type)));
}

static struct str log_corrected(const struct reading *reading,
                                const struct event *event)
{
	return str_printf(
		reading->arena, "Type set to %.*s",
		STR_ARG(log_type(reading, event->data.type_corrected.type)));
}

/* clang-format off */
static const char *const state_texts[TICKET_STATE_COUNT] = {
	[TICKET_NONE]               = "State changed",
	[TICKET_NEW]                = "New",
	[TICKET_OPEN]               = "Open",
	[TICKET_WAITING_CLIENT]     = "Waiting on the client",
	[TICKET_WAITING_PRODUCTION] = "Waiting on production",
	[TICKET_CLOSED]             = "Closed",
};

static const char *const promise_texts[PROMISE_KIND_COUNT] = {
	[PROMISE_NONE]           = "Promise",
	[PROMISE_FIRST_RESPONSE] = "First answer",
	[PROMISE_NEXT_RESPONSE]  = "Next answer",
	[PROMISE_ACKNOWLEDGE]    = "Acknowledgement",
	[PROMISE_PROPOSAL]       = "Proposal",
	[PROMISE_RESOLUTION]     = "Resolution",
	[PROMISE_CALL_BACK]      = "Call back",
};

static const char *const hours_texts[HOURS_COUNT] = {
	[HOURS_NONE]     = "",
	[HOURS_BUSINESS] = " of working hours",
	[HOURS_CLOCK]    = "",
	[HOURS_CALLING]  = " of calling hours",
};

/* clang-format on */

static struct str log_state(const struct reading *reading,
                            const struct event *event)
{
	(void)reading;
	return str_of(state_texts[event->data.state_changed.state]);
}

/* "1 h 30 of working hours" */
static struct str log_span(struct arena *arena, span_ms span, enum hours hours)
{
	int64_t minutes = span / SPAN_MINUTE;

	if (minutes < 60)
		return str_printf(arena, "%" PRId64 " min%s", minutes,
		                  hours_texts[hours]);
	if (minutes % 60 == 0)
		return str_printf(arena, "%" PRId64 " h%s", minutes / 60,
		                  hours_texts[hours]);
	return str_printf(arena, "%" PRId64 " h %02" PRId64 "%s", minutes / 60,
	                  minutes % 60, hours_texts[hours]);
}

static struct str log_promised(const struct reading *reading,
                               const struct event *event)
{
	struct str within =
		log_span(reading->arena, event->data.promise_made.target,
	                 (enum hours)event->data.promise_made.hours);

	return str_printf(reading->arena, "%s promised within %.*s",
	                  promise_texts[event->data.promise_made.kind],
	                  STR_ARG(within));
}

static struct str log_flagged(const struct reading *reading,
                              const struct event *event)
{
	const struct playbook *playbook = rules_playbook_at(
		&reading->agency->rules, event->data.flag_raised.playbook);
	const struct playbook_flag *rule = playbook_flag_by_code(
		playbook, (uint32_t)event->data.flag_raised.rule);

	if (!rule)
		return STR("Flag raised");
	return str_printf(reading->arena, "Flag raised: %.*s",
	                  STR_ARG(rule->label));
}

/* Which promise it was is read from its row. */
static struct str log_promise(const struct reading *reading, int64_t promise,
                              const char *what)
{
	struct promise record = {0};
	enum status status =
		record_read(reading->db, RECORD_PROMISE, promise, &record.id);
	int64_t kind = status == ST_OK ? record.kind : PROMISE_NONE;

	return str_printf(reading->arena, "%s %s", promise_texts[kind], what);
}

static struct str log_broken(const struct reading *reading,
                             const struct event *event)
{
	return log_promise(reading, event->data.promise_broken.promise,
	                   "is late");
}

static struct str log_kept(const struct reading *reading,
                           const struct event *event)
{
	int64_t promise = event->data.promise_kept.promise;
	struct promise record = {0};

	if (record_read(reading->db, RECORD_PROMISE, promise, &record.id) ==
	            ST_OK &&
	    record.broken_at)
		return log_promise(reading, promise, "came late");
	return log_promise(reading, promise, "kept");
}

static struct str log_withdrawn(const struct reading *reading,
                                const struct event *event)
{
	return log_promise(reading, event->data.promise_withdrawn.promise,
	                   "no longer owed");
}

static struct str log_paused(const struct reading *reading,
                             const struct event *event)
{
	return log_promise(reading, event->data.promise_paused.promise,
	                   "paused");
}

static struct str log_resumed(const struct reading *reading,
                              const struct event *event)
{
	return log_promise(reading, event->data.promise_resumed.promise,
	                   "goes on");
}

static struct str log_escalated(const struct reading *reading,
                                const struct event *event)
{
	static const char *const words[ESCALATE_COUNT] = {
		[ESCALATE_NONE] = "Passed on",
		[ESCALATE_OWNER] = "Late: now for the owner",
		[ESCALATE_BACKUP] = "Late: now for the backup",
		[ESCALATE_DESK_LEAD] = "Late: now for the desk lead",
		[ESCALATE_PARTNER] = "Late: now for a partner",
	};
	int64_t to = event->data.promise_escalated.to;

	(void)reading;
	return str_of(words[to > 0 && to < ESCALATE_COUNT ? to : 0]);
}

static struct str log_called(const struct reading *reading,
                             const struct event *event)
{
	(void)reading;
	if (event->data.call_logged.spoke)
		return STR("Call: spoke to the client");
	return STR("Call: not reached");
}

/* "Put aside until 12 May 2026, 14:00", on the agency's wall. */
static struct str log_until(const struct reading *reading, const char *what,
                            instant_ms at)
{
	static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr",
	                                   "May", "Jun", "Jul", "Aug",
	                                   "Sep", "Oct", "Nov", "Dec"};
	const struct zone *zone =
		reading->agency->zone ? reading->agency->zone : zone_utc();
	struct civil civil = zone_civil(zone, at);

	return str_printf(reading->arena, "%s %d %s %d, %02d:%02d", what,
	                  civil.day, months[(civil.month + 11) % 12],
	                  civil.year, civil.hour, civil.minute);
}

static struct str log_snoozed(const struct reading *reading,
                              const struct event *event)
{
	instant_ms until = event->data.ticket_snoozed.until_at;

	if (!until)
		return STR("Taken up again");
	return log_until(reading, "Put aside until", until);
}

static struct str log_woken(const struct reading *reading,
                            const struct event *event)
{
	static const char *const words[WAKE_COUNT] = {
		[WAKE_NONE] = "Back in the inbox",
		[WAKE_TIME] = "Back in the inbox: its time came",
		[WAKE_MAIL] = "Back in the inbox: they wrote",
		[WAKE_CLOCK] = "Back in the inbox: something comes due",
		[WAKE_FAILED] = "Back in the inbox: a reply did not arrive",
		[WAKE_FLAG] = "Back in the inbox: it was flagged",
		[WAKE_STATE] = "No longer put aside",
	};
	int64_t why = event->data.ticket_woken.why;

	(void)reading;
	return str_of(words[why > 0 && why < WAKE_COUNT ? why : 0]);
}

static struct str log_scheduled(const struct reading *reading,
                                const struct event *event)
{
	return log_until(reading,
	                 event->data.reply_scheduled.firm
	                         ? "It leaves in any case on"
	                         : "Unless they write first it leaves on",
	                 event->data.reply_scheduled.until_at);
}

static struct str log_participant(const struct reading *reading,
                                  const struct event *event)
{
	static const char *const roles[PARTICIPANT_ROLE_COUNT] = {
		[PARTICIPANT_NONE] = "somebody",
		[PARTICIPANT_CLIENT] = "the client",
		[PARTICIPANT_CC] = "a colleague at the client",
		[PARTICIPANT_OTHER_CLIENT] = "somebody else's",
		[PARTICIPANT_AGENCY] = "one of us",
		[PARTICIPANT_VENDOR] = "a vendor",
		[PARTICIPANT_REMOVED] = "nobody who gets answers",
	};
	int64_t role = event->data.participant_changed.role;
	struct view_contact contact = {0};

	if (view_contact(reading->db, reading->arena,
	                 event->data.participant_changed.contact,
	                 &contact) != ST_OK)
		contact.name = STR("");
	if (contact.name.length == 0)
		contact.name = contact.address;
	return str_printf(
		reading->arena, "%.*s is %s here", STR_ARG(contact.name),
		roles[role > 0 && role < PARTICIPANT_ROLE_COUNT ? role : 0]);
}

/* "Out of office until 12 May" */
static struct str log_away(const struct reading *reading,
                           const struct event *event)
{
	static const char months[12][10] = {"January", "February", "March",
	                                    "April",   "May",      "June",
	                                    "July",    "August",   "September",
	                                    "October", "November", "December"};
	instant_ms until = event->data.away_noted.until_at;
	struct civil day;

	if (until == 0)
		return STR("Out of office");
	day = civil_from_utc(until);
	return str_printf(reading->arena, "Out of office until %d %s", day.day,
	                  months[day.month - 1]);
}

static struct str log_followed(const struct reading *reading,
                               const struct event *event)
{
	const struct agency_member *member = agency_member(
		reading->agency, event->data.ticket_followed.member);

	if (!member)
		return STR("Followed");
	return str_printf(
		reading->arena, "%.*s follows this%s", STR_ARG(member->name),
		event->data.ticket_followed.following ? "" : " no more");
}

static struct str log_mentioned(const struct reading *reading,
                                const struct event *event)
{
	const struct agency_member *member = agency_member(
		reading->agency, event->data.member_mentioned.member);

	if (!member)
		return STR("Mentioned");
	return str_printf(reading->arena, "%.*s was mentioned",
	                  STR_ARG(member->name));
}

/* What is not here is not shown: it says the same as another line. */
static const struct log_text {
	const char *text;
	struct str (*words)(const struct reading *reading,
	                    const struct event *event);
	enum slot slot; /* words of people that follow, or SLOT_NONE */
} log_texts[EVENT_KIND_END] = {
	/* clang-format off */
	[EV_TICKET_OPENED]     = {"Thread opened", NULL, SLOT_NONE},
	[EV_MESSAGE_RECEIVED]  = {"Message received", NULL, SLOT_NONE},
	[EV_NOTE_ADDED]        = {"Note added", NULL, SLOT_NONE},
	[EV_CALL_LOGGED]       = {NULL, log_called, SLOT_NONE},
	[EV_TICKET_TYPED]      = {NULL, log_typed, SLOT_NONE},
	[EV_TYPE_CORRECTED]    = {NULL, log_corrected, SLOT_NONE},
	[EV_TICKET_ASSIGNED]   = {NULL, log_assigned, SLOT_NONE},
	[EV_STATE_CHANGED]     = {NULL, log_state, SLOT_REASON},
	[EV_TICKET_MERGED]     = {"Merged", NULL, SLOT_NONE},
	[EV_TICKET_UNMERGED]   = {"Taken apart again", NULL, SLOT_NONE},
	[EV_TICKET_SPLIT]      = {"Split off", NULL, SLOT_NONE},
	[EV_TICKET_MOVED]      = {"Moved to another client", NULL, SLOT_NONE},
	[EV_PARTICIPANT_CHANGED] = {NULL, log_participant, SLOT_NONE},
	[EV_ADDRESS_SUPPRESSED] = {"No mail goes there any more", NULL, SLOT_ADDRESS},
	[EV_SUPPRESSION_LIFTED] = {"Mail may go there again", NULL, SLOT_NONE},
	[EV_AWAY_NOTED]        = {NULL, log_away, SLOT_NONE},
	[EV_FLAG_MOVED]        = {"Flag taken along", NULL, SLOT_NONE},
	[EV_BOUNCE_RECEIVED]   = {"Could not be delivered", NULL, SLOT_REASON},
	[EV_FLAG_RAISED]       = {NULL, log_flagged, SLOT_TEXT},
	[EV_FLAG_CLEARED]      = {"Flag cleared", NULL, SLOT_REASON},
	[EV_FLAG_REOPENED]     = {"Flag up again", NULL, SLOT_NONE},
	[EV_PROMISE_MADE]      = {NULL, log_promised, SLOT_NONE},
	[EV_PROMISE_BROKEN]    = {NULL, log_broken, SLOT_NONE},
	[EV_PROMISE_ESCALATED] = {NULL, log_escalated, SLOT_NONE},
	[EV_PROMISE_PAUSED]    = {NULL, log_paused, SLOT_NONE},
	[EV_PROMISE_RESUMED]   = {NULL, log_resumed, SLOT_NONE},
	[EV_PROMISE_KEPT]      = {NULL, log_kept, SLOT_REASON},
	[EV_PROMISE_WITHDRAWN] = {NULL, log_withdrawn, SLOT_REASON},
	[EV_REPLY_QUEUED]      = {"Reply written", NULL, SLOT_NONE},
	[EV_REPLY_UNDONE]      = {"Reply taken back", NULL, SLOT_NONE},
	[EV_MAIL_SENT]         = {"Reply sent", NULL, SLOT_NONE},
	[EV_MAIL_DEFERRED]     = {"Reply could not be sent yet", NULL, SLOT_REASON},
	[EV_MAIL_FAILED]       = {"Reply could not be sent", NULL, SLOT_REASON},
	[EV_TICKET_SNOOZED]    = {NULL, log_snoozed, SLOT_REASON},
	[EV_TICKET_WOKEN]      = {NULL, log_woken, SLOT_NONE},
	[EV_REPLY_SCHEDULED]   = {NULL, log_scheduled, SLOT_NONE},
	[EV_REPLY_CANCELLED]   = {"The reply that waited was not sent", NULL, SLOT_REASON},
	[EV_REPLY_HURRIED]     = {"The reply that waited leaves now", NULL, SLOT_NONE},
	[EV_NOTICE_RAISED]     = {"Nobody took it on: a level up", NULL, SLOT_NONE},
	[EV_TICKET_FOLLOWED]   = {NULL, log_followed, SLOT_NONE},
	[EV_MEMBER_MENTIONED]  = {NULL, log_mentioned, SLOT_NONE},
	[EV_MESSAGE_IMPORTED]  = {"Moved in", NULL, SLOT_NONE},
	[EV_TICKET_TAKEN_OVER] = {"Open when we moved in: its clocks start now", NULL, SLOT_NONE},
	[EV_SENT_ELSEWHERE]    = {"Answered from another program", NULL, SLOT_NONE},
	/* clang-format on */
};

enum status render_log_sentence(const struct reading *reading,
                                const struct event *event, struct str *text_out)
{
	const struct log_text *row = &log_texts[event->kind];
	struct str text =
		row->words ? row->words(reading, event) : str_of(row->text);
	struct str more = STR("");
	enum status status = ST_OK;

	if (row->slot != SLOT_NONE)
		status = content_read(reading->db, reading->arena, event->seq,
		                      row->slot, &more);
	if (more.length > 0)
		text = str_printf(reading->arena, "%.*s: %.*s", STR_ARG(text),
		                  STR_ARG(more));
	*text_out = text;
	return status;
}

static enum status log_line(void *context, const struct event *event)
{
	struct log_writer *writer = context;
	const struct log_text *row = &log_texts[event->kind];
	struct json_out *out = writer->out;
	struct str text = STR("");

	if ((!row->text && !row->words) || writer->count == LOG_LINES_MAX)
		return ST_OK;
	writer->count++;
	writer->status = render_log_sentence(writer->reading, event, &text);
	out_open(out, '{');
	out_key_i64(out, "seq", event->seq);
	out_key_i64(out, "at", event->occurred_at);
	out_key_text(out, "kind", event_type(event->kind)->name);
	out_key_id(out, "actor", event->actor);
	out_key_str(out, "text", text);
	out_close(out, '}');
	return writer->status;
}

enum status render_log(const struct reading *reading, struct json_out *out,
                       int64_t ticket)
{
	struct log_writer writer = {.reading = reading, .out = out};
	enum status status;

	out_open(out, '[');
	status = log_read_subject(reading->db, ticket, log_line, &writer);
	out_close(out, ']');
	return status;
}
