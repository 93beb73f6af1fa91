/*
 * A ticket as a row of a list: what it is, whose, what is owed next and what
 * speaks for looking at it now.
 */
#include "core/playbook/playbook.h"
#include "core/promise.h"
#include "web/render/render.h"

static const char *const type_by_names[] = {
	[TYPE_BY_NONE] = "rule",
	[TYPE_BY_RULE] = "rule",
	[TYPE_BY_MEMBER] = "member",
};

const char *render_type_name(int64_t type)
{
	if (type == REQUEST_TYPE_NONE)
		return request_type_name(REQUEST_OTHER);
	if (type > 0 && type < REQUEST_TYPE_COUNT &&
	    request_type_is_request((enum request_type)type))
		return request_type_name((enum request_type)type);
	return "no_request";
}

static const char *clock_name(const struct promise *promise, instant_ms now)
{
	if (!promise->running)
		return "paused";
	return promise->due_at > 0 && promise->due_at <= now ? "late"
	                                                     : "running";
}

static void render_clock(const struct reading *reading, struct json_out *out,
                         const struct promise *promise)
{
	span_ms left = promise->target - promise->used;
	instant_ms due = promise->due_at;

	out_key(out, "clock");
	if (promise->id == 0) {
		out_null(out);
		return;
	}
	/* A paused clock has no due time; as if it went on now. */
	if (!promise->running)
		due = reading->now + left;
	out_open(out, '{');
	out_key_i64(out, "promise", promise->id);
	out_key_text(out, "kind",
	             promise_kind_name((enum promise_kind)promise->kind));
	out_key_text(out, "state", clock_name(promise, reading->now));
	out_key_i64(out, "started_at", promise->started_at);
	out_key_i64(out, "due_at", due);
	out_key_at(out, "warn_at", promise->running ? promise->warn_at : 0);
	out_key_i64(out, "target_ms", promise->target);
	out_key(out, "left_ms");
	if (promise->running)
		out_null(out);
	else
		out_i64(out, left);
	out_key_text(out, "calendar", hours_name((enum hours)promise->hours));
	out_close(out, '}');
}

static const char *flag_kind(const struct flag *flag)
{
	switch ((enum flag_when)flag->cond) {
	case FLAG_WHEN_UNANSWERED:
		return "unanswered";
	case FLAG_WHEN_SIGNAL:
		return signal_kind_name((enum signal_kind)flag->signal);
	case FLAG_WHEN_DEADLINE:
		return "deadline";
	case FLAG_WHEN_CLOCK_BREACHED:
		return "breached";
	case FLAG_WHEN_CLOCK_SOON:
		return "due_soon";
	case FLAG_WHEN_NONE:
	case FLAG_WHEN_COUNT:
		return "member";
	}
	return "member";
}

static struct str flag_text(const struct reading *reading,
                            const struct view_flag *flag)
{
	const struct playbook *playbook;
	const struct playbook_flag *rule;

	if (flag->words.length > 0 || flag->record.rule == 0)
		return flag->words;
	playbook = rules_playbook_at(&reading->agency->rules,
	                             flag->record.playbook);
	rule = playbook_flag_by_code(playbook, (uint32_t)flag->record.rule);
	return rule ? rule->label : STR("");
}

void render_flag(const struct reading *reading, struct json_out *out,
                 const struct view_flag *flag)
{
	const struct flag *record = &flag->record;

	out_open(out, '{');
	out_key_i64(out, "id", record->id);
	out_key_i64(out, "ticket", record->ticket);
	out_key_text(out, "kind", flag_kind(record));
	out_key_i64(out, "points", record->points);
	out_key_id(out, "message", record->message);
	out_key_str_or_null(out, "quote", flag->quote);
	out_key_str(out, "text", flag_text(reading, flag));
	out_key_i64(out, "raised_at", record->raised_at);
	out_key_at(out, "cleared_at", record->cleared_at);
	out_key_id(out, "by", record->actor);
	out_close(out, '}');
}

void render_person(struct json_out *out, const struct view_contact *contact)
{
	if (contact->record.id == 0) {
		out_null(out);
		return;
	}
	out_open(out, '{');
	out_key_i64(out, "id", contact->record.id);
	out_key_str(out, "name", contact->name);
	out_key_str(out, "address", contact->address);
	out_close(out, '}');
}

static void render_who(struct json_out *out, const struct view_ticket *ticket)
{
	const struct view_client *client = &ticket->client;

	out_key_open(out, "client", '{');
	out_key_i64(out, "id", client->record.id);
	out_key_str(out, "name", client->name);
	out_key_text(out, "stage", stage_names[client->record.stage]);
	out_key_i64(out, "unanswered", client->record.unanswered);
	out_key_at(out, "unanswered_since", client->record.unanswered_since);
	out_close(out, '}');
	out_key(out, "contact");
	render_person(out, &ticket->contact);
}

/* Runs of white space become one space. */
static struct str one_line(struct arena *arena, struct str text)
{
	char *line = arena_alloc(arena, text.length + 1);
	size_t length = 0;

	for (size_t i = 0; i < text.length; i++) {
		char c = text.text[i];

		if (c == '\n' || c == '\r' || c == '\t')
			c = ' ';
		if (c != ' ' || (length > 0 && line[length - 1] != ' '))
			line[length++] = c;
	}
	return str_trim((struct str){line, length});
}

/* Why it waits, when the state alone does not say it. */
static void render_waiting(struct json_out *out, const struct ticket *ticket)
{
	bool waits = ticket->state == TICKET_WAITING_CLIENT ||
	             ticket->state == TICKET_WAITING_PRODUCTION;

	out_key(out, "waiting_reason");
	if (!waits || ticket->why == WHY_NONE || ticket->why == WHY_MEMBER ||
	    ticket->why == WHY_WAITING_CLIENT)
		out_null(out);
	else
		out_str(out, str_of(why_name(ticket->why)));
}

static void render_times(struct json_out *out, const struct ticket *ticket)
{
	out_key_i64(out, "opened_at", ticket->opened_at);
	out_key_i64(out, "last_at", ticket->last_at);
	out_key_at(out, "last_in_at", ticket->last_in_at);
	out_key_at(out, "last_out_at", ticket->last_out_at);
}

static void render_snoozed(struct json_out *out,
                           const struct view_ticket *ticket)
{
	out_key(out, "snoozed");
	if (!ticket->record.snoozed_until) {
		out_null(out);
		return;
	}
	out_open(out, '{');
	out_key_i64(out, "until_at", ticket->record.snoozed_until);
	out_key_id(out, "by", ticket->snoozed_member);
	out_key_str(out, "note", ticket->snooze_note);
	out_close(out, '}');
}

/* The brand it came to, and until when whoever asked is away. */
static void render_face(const struct reading *reading, struct json_out *out,
                        const struct view_ticket *ticket)
{
	const struct agency_brand *brand =
		agency_brand_of(reading->agency, ticket->record.address);
	instant_ms away = ticket->contact.record.away_until;

	out_key_id(out, "brand", brand ? brand->record.id : 0);
	out_key_at(out, "away_until", away > reading->now ? away : 0);
}

void render_draft(struct json_out *out, const struct draft *draft)
{
	if (draft->ticket == 0) {
		out_null(out);
		return;
	}
	out_open(out, '{');
	out_key_i64(out, "member", draft->member);
	out_key_i64(out, "at", draft->at);
	out_key_bool(out, "ready", draft->ready);
	out_close(out, '}');
}

void render_ticket_open(const struct reading *reading, struct json_out *out,
                        const struct view_ticket *ticket)
{
	const struct ticket *record = &ticket->record;

	out_open(out, '{');
	out_key_i64(out, "id", record->id);
	out_key_str(out, "subject", ticket->subject);
	out_key_text(out, "state", ticket_state_names[record->state]);
	render_waiting(out, record);
	out_key_text(out, "type", render_type_name(record->type));
	out_key_text(out, "type_by", type_by_names[record->type_by]);
	render_who(out, ticket);
	out_key_id(out, "assignee", record->assignee);
	render_times(out, record);
	out_key_i64(out, "unanswered", record->unanswered);
	out_key_i64(out, "messages", record->messages);
	out_key_bool(out, "has_attachments", record->attachments > 0);
	out_key_str(out, "preview", one_line(reading->arena, ticket->preview));
	render_clock(reading, out, &ticket->clock);
	out_key_open(out, "flags", '[');
	for (size_t i = 0; i < ticket->flag_count; i++)
		render_flag(reading, out, &ticket->flags[i]);
	out_close(out, ']');
	out_key_i64(out, "priority", record->points);
	out_key_id(out, "merged_into", record->merged_into);
	out_key_bool(out, "undelivered", record->undelivered > 0);
	render_snoozed(out, ticket);
	render_face(reading, out, ticket);
	out_key_open(out, "followers", '[');
	for (size_t i = 0; i < ticket->follower_count; i++)
		out_i64(out, ticket->followers[i]);
	out_close(out, ']');
	out_key(out, "draft");
	render_draft(out, &ticket->draft);
}

void render_ticket(const struct reading *reading, struct json_out *out,
                   const struct view_ticket *ticket)
{
	render_ticket_open(reading, out, ticket);
	out_close(out, '}');
}
