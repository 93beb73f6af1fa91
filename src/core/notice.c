#include "core/notice.h"

#include <stdio.h>
#include <string.h>

#include "core/later.h"

#define MINUTES_A_DAY 1440

const char *const notice_kind_names[NOTICE_KIND_COUNT] = {
	[NOTICE_ASSIGNED] = "assigned", [NOTICE_MENTIONED] = "mentioned",
	[NOTICE_REPLY] = "reply",       [NOTICE_DUE] = "due",
	[NOTICE_LATE] = "late",         [NOTICE_ESCALATED] = "escalated",
	[NOTICE_FLAGGED] = "flagged",   [NOTICE_FAILED] = "failed",
	[NOTICE_MAILBOX] = "mailbox",   [NOTICE_WOKE] = "woke",
	[NOTICE_WEBHOOK] = "webhook",
};

const char *const notice_mail_names[NOTICE_MAIL_COUNT] = {
	[NOTICE_MAIL_NEVER] = "never",
	[NOTICE_MAIL_AWAY] = "away",
	[NOTICE_MAIL_ALWAYS] = "always",
};

void notice_wish_default(struct notice_wish *wish_out)
{
	*wish_out = (struct notice_wish){
		.desktop = true,
		.mail = NOTICE_MAIL_AWAY,
		.quiet = true,
		.quiet_from = 20 * 60,
		.quiet_to = 7 * 60,
		.quiet_weekend = true,
	};
	for (int kind = 1; kind < NOTICE_KIND_COUNT; kind++)
		wish_out->kinds[kind] = true;
}

/* "07:30" to minutes; -1 when it is none. */
static int notice_minute(const json_t *value)
{
	const char *text = json_string_value(value);
	int hour, minute;

	if (!text || strlen(text) != 5 || text[2] != ':')
		return -1;
	for (int i = 0; i < 5; i++)
		if (i != 2 && (text[i] < '0' || text[i] > '9'))
			return -1;
	hour = (text[0] - '0') * 10 + text[1] - '0';
	minute = (text[3] - '0') * 10 + text[4] - '0';
	return hour < 24 && minute < 60 ? hour * 60 + minute : -1;
}

void notice_minute_print(int minute, char text_out[8])
{
	snprintf(text_out, 8, "%02u:%02u", (unsigned)minute / 60 % 24,
	         (unsigned)minute % 60);
}

static enum status notice_read_quiet(const json_t *quiet,
                                     struct notice_wish *wish,
                                     struct problem *problem_out)
{
	int from = notice_minute(json_object_get(quiet, "from"));
	int to = notice_minute(json_object_get(quiet, "to"));

	wish->quiet = json_is_object(quiet);
	if (!wish->quiet)
		return ST_OK;
	if (from < 0 || to < 0)
		return problem_set(problem_out, ST_INVALID, "quiet",
		                   "Write a time of day like 19:00.");
	wish->quiet_from = from;
	wish->quiet_to = to;
	wish->quiet_weekend = json_is_true(json_object_get(quiet, "weekend"));
	return ST_OK;
}

static enum status notice_read_kinds(const json_t *kinds,
                                     struct notice_wish *wish,
                                     struct problem *problem_out)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)kinds, name, value)
	{
		int kind = 1;

		while (kind < NOTICE_KIND_COUNT &&
		       strcmp(name, notice_kind_names[kind]) != 0)
			kind++;
		if (kind == NOTICE_KIND_COUNT)
			return problem_set(problem_out, ST_INVALID, "kinds",
			                   "There is no warning of the kind "
			                   "%.60s.",
			                   name);
		wish->kinds[kind] = json_is_true(value);
	}
	return ST_OK;
}

enum status notice_wish_read(const json_t *tree, struct notice_wish *wish,
                             struct problem *problem_out)
{
	const char *mail = json_string_value(json_object_get(tree, "mail"));
	const json_t *desktop = json_object_get(tree, "desktop");
	struct notice_wish read = *wish;
	enum status status = ST_OK;

	for (int i = 0; mail && i < NOTICE_MAIL_COUNT; i++)
		if (strcmp(mail, notice_mail_names[i]) == 0)
			read.mail = (enum notice_mail)i;
	if (desktop)
		read.desktop = json_is_true(desktop);
	/* A document that was saved without quiet hours has none. */
	if (json_object_size(tree) > 0)
		status = notice_read_quiet(json_object_get(tree, "quiet"),
		                           &read, problem_out);
	if (status == ST_OK)
		status = notice_read_kinds(json_object_get(tree, "kinds"),
		                           &read, problem_out);
	if (status == ST_OK)
		*wish = read;
	return status;
}

bool notice_is_quiet(const struct notice_wish *wish, enum notice_kind kind,
                     const struct zone *zone, instant_ms at)
{
	struct civil wall = zone_civil(zone, at);
	int64_t day = civil_days(wall.year, wall.month, wall.day);
	int minute = wall.hour * 60 + wall.minute;

	if (!wish->quiet || kind == NOTICE_MAILBOX)
		return false;
	if (wish->quiet_weekend && civil_weekday(day) >= 5)
		return true;
	if (wish->quiet_from <= wish->quiet_to)
		return minute >= wish->quiet_from && minute < wish->quiet_to;
	return minute >= wish->quiet_from || minute < wish->quiet_to;
}

instant_ms notice_quiet_end(const struct notice_wish *wish,
                            enum notice_kind kind, const struct zone *zone,
                            instant_ms at)
{
	instant_ms end = at;

	/* Changes come at whole minutes; a week has all there are. */
	for (int i = 0;
	     i <= 8 * MINUTES_A_DAY && notice_is_quiet(wish, kind, zone, end);
	     i++)
		end = (end / SPAN_MINUTE + 1) * SPAN_MINUTE;
	return end;
}

/* -- Whom an event concerns ------------------------------------------------ */

static bool asked_has(const struct notice_asked *asked, int64_t member)
{
	for (size_t i = 0; i < asked->count; i++)
		if (asked->to[i] == member)
			return true;
	return false;
}

static void ask_member(struct notice_asked *asked,
                       const struct notice_person *people, size_t count,
                       int64_t member, int64_t but)
{
	for (size_t i = 0; i < count; i++) {
		if (people[i].id != member || !people[i].active ||
		    member == but || asked_has(asked, member) ||
		    asked->count == NOTICE_PEOPLE_MAX)
			continue;
		asked->to[asked->count++] = member;
	}
}

static void ask_role(struct notice_asked *asked,
                     const struct notice_person *people, size_t count,
                     enum role role, int64_t but)
{
	for (size_t i = 0; i < count; i++)
		if (people[i].role == role)
			ask_member(asked, people, count, people[i].id, but);
}

/* Who minds what nobody has: the agents; without any, the partners. */
static void ask_duty(struct notice_asked *asked,
                     const struct notice_person *people, size_t count,
                     int64_t but)
{
	ask_role(asked, people, count, ROLE_AGENT, but);
	if (asked->count == 0)
		ask_role(asked, people, count, ROLE_PARTNER, but);
}

static void ask_followers(struct notice_asked *asked,
                          const struct notice_person *people, size_t count,
                          int64_t but)
{
	for (size_t i = 0; i < count; i++)
		if (people[i].follows)
			ask_member(asked, people, count, people[i].id, but);
}

/* Whose ticket it is; those on duty when nobody's who is still here. */
static void ask_owner(struct notice_asked *asked,
                      const struct notice_person *people, size_t count,
                      int64_t owner, int64_t but)
{
	bool here = false;

	for (size_t i = 0; i < count; i++)
		here = here || (people[i].id == owner && people[i].active);
	if (here)
		ask_member(asked, people, count, owner, but);
	else
		ask_duty(asked, people, count, but);
}

void notice_of_level(const struct notice_person *people, size_t count,
                     int64_t owner, int64_t to, const int64_t *told,
                     size_t told_count, struct notice_asked *asked_out)
{
	struct notice_asked all = *asked_out;

	switch ((enum escalate_to)to) {
	case ESCALATE_OWNER:
		ask_owner(&all, people, count, owner, 0);
		break;
	case ESCALATE_NONE:
	case ESCALATE_COUNT:
	case ESCALATE_BACKUP:
		ask_duty(&all, people, count, owner);
		break;
	case ESCALATE_DESK_LEAD:
	case ESCALATE_PARTNER:
		ask_role(&all, people, count, ROLE_PARTNER, 0);
		break;
	}
	/* A desk of one: the same person hears it once more. */
	if (all.count == 0)
		ask_owner(&all, people, count, owner, 0);
	*asked_out = all;
	asked_out->count = 0;
	for (size_t i = 0; i < all.count; i++) {
		bool heard = false;

		for (size_t n = 0; n < told_count && !heard; n++)
			heard = told[n] == all.to[i];
		if (!heard)
			asked_out->to[asked_out->count++] = all.to[i];
	}
	if (asked_out->count == 0)
		*asked_out = all;
}

bool notice_rises(int64_t kind)
{
	return kind == NOTICE_LATE || kind == NOTICE_ESCALATED;
}

/* A clock's flag says what the notice of its promise says better. */
static bool flag_is_clocks(const struct event *event)
{
	return event->data.flag_raised.cond == FLAG_WHEN_CLOCK_BREACHED ||
	       event->data.flag_raised.cond == FLAG_WHEN_CLOCK_SOON;
}

/* The member whose mail it was that did not arrive. */
static int64_t failed_writer(const struct state *state, int64_t message)
{
	const struct message *failed =
		state_get(state, RECORD_MESSAGE, message);

	return failed ? failed->member : 0;
}

/* What is owed, and comes due or is late. */
static void notice_of_promise(const struct event *event,
                              const struct notice_person *people, size_t count,
                              int64_t owner, struct notice_asked *asked)
{
	/* In all three kinds the second field is the promise. */
	asked->promise = event->data.field[1];
	if (event->kind == EV_PROMISE_ESCALATED) {
		asked->kind = NOTICE_ESCALATED;
		asked->level = event->data.promise_escalated.level;
		notice_of_level(people, count, owner,
		                event->data.promise_escalated.to, NULL, 0,
		                asked);
		return;
	}
	asked->kind =
		event->kind == EV_PROMISE_BROKEN ? NOTICE_LATE : NOTICE_DUE;
	ask_owner(asked, people, count, owner, 0);
}

void notice_of_event(const struct state *state, const struct event *event,
                     const struct notice_person *people, size_t count,
                     struct notice_asked *asked_out)
{
	/* In all kinds of threads the first field is the ticket. */
	const struct ticket *ticket =
		state_get(state, RECORD_TICKET, event->data.field[0]);
	struct notice_asked asked = {.ticket = event->data.field[0]};
	int64_t owner = ticket ? ticket->assignee : 0, me = event->actor;

	switch ((int)event->kind) {
	case EV_TICKET_ASSIGNED:
		asked.kind = NOTICE_ASSIGNED;
		ask_member(&asked, people, count,
		           event->data.ticket_assigned.member, me);
		break;
	case EV_MEMBER_MENTIONED:
		asked.kind = NOTICE_MENTIONED;
		ask_member(&asked, people, count,
		           event->data.member_mentioned.member, me);
		break;
	case EV_MESSAGE_RECEIVED:
		if (!event->data.message_received.counts)
			break;
		asked.kind = NOTICE_REPLY;
		ask_member(&asked, people, count, owner, me);
		ask_followers(&asked, people, count, me);
		break;
	case EV_PROMISE_WARNED:
	case EV_PROMISE_BROKEN:
	case EV_PROMISE_ESCALATED:
		notice_of_promise(event, people, count, owner, &asked);
		break;
	case EV_FLAG_RAISED:
		if (flag_is_clocks(event))
			break;
		asked.kind = NOTICE_FLAGGED;
		ask_owner(&asked, people, count, owner, me);
		ask_followers(&asked, people, count, me);
		break;
	case EV_TICKET_WOKEN:
		/* What else wakes it is told as what it is. */
		if (event->data.ticket_woken.why != WAKE_TIME)
			break;
		asked.kind = NOTICE_WOKE;
		ask_owner(&asked, people, count, owner, 0);
		break;
	case EV_WEBHOOK_STOPPED:
		/* Its first field is the webhook. */
		asked.kind = NOTICE_WEBHOOK;
		asked.ticket = 0;
		ask_role(&asked, people, count, ROLE_PARTNER, 0);
		break;
	case EV_MAILBOX_FAILED:
		/* Its first field is the mailbox. */
		asked.kind = NOTICE_MAILBOX;
		asked.ticket = 0;
		ask_role(&asked, people, count, ROLE_PARTNER, 0);
		break;
	case EV_REPLY_CANCELLED:
		/* A mail of theirs is told as what it is. */
		if (state_message(state, event->data.reply_cancelled.by))
			break;
		asked.kind = NOTICE_FAILED;
		ask_member(&asked, people, count,
		           failed_writer(state,
		                         event->data.reply_cancelled.message),
		           0);
		ask_owner(&asked, people, count, owner, 0);
		break;
	case EV_MAIL_FAILED:
		asked.kind = NOTICE_FAILED;
		ask_member(
			&asked, people, count,
			failed_writer(state, event->data.mail_failed.message),
			0);
		ask_owner(&asked, people, count, owner, 0);
		break;
	}
	*asked_out = asked;
}
