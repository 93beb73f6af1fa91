#include "desk/notices.h"

#include <assert.h>

#include "store/people.h"
#include "store/record.h"
#include "store/view.h"

#define NOTICES_A_COMMAND 512

/* One that is to be given; of several on a ticket the weightiest stays. */
struct notice_due {
	int64_t client, ticket, member, promise, about, level;
	int64_t first; /* once given: the first notice of the same event */
	enum notice_kind kind;
};

struct notices {
	struct desk *desk;
	struct decision *d;
	struct notice_person *people;
	size_t people_count;
	struct notice_due *due;
	size_t due_count;
	/* Rows of whom `follows` is about. */
	int64_t ticket;
};

/* The lower, the more it says. */
static const int notice_weights[NOTICE_KIND_COUNT] = {
	[NOTICE_ESCALATED] = 1, [NOTICE_LATE] = 2,     [NOTICE_FAILED] = 3,
	[NOTICE_MENTIONED] = 4, [NOTICE_FLAGGED] = 5,  [NOTICE_ASSIGNED] = 6,
	[NOTICE_DUE] = 7,       [NOTICE_REPLY] = 8,    [NOTICE_WOKE] = 9,
	[NOTICE_MAILBOX] = 10,  [NOTICE_WEBHOOK] = 11,
};

enum status notices_wish(struct sql_db *db, struct arena *arena, int64_t member,
                         struct notice_wish *wish_out)
{
	struct view_item item = {0};
	json_t *tree;
	enum status status =
		view_item_of(db, arena, ITEM_NOTICES, member, &item);

	notice_wish_default(wish_out);
	if (status == ST_NOT_FOUND)
		return ST_OK;
	if (status != ST_OK)
		return status;
	tree = json_loadb(item.document.text, item.document.length, 0, NULL);
	/* A wish that cannot be read any more is no reason to tell nobody. */
	if (tree)
		(void)!notice_wish_read(tree, wish_out, NULL);
	json_decref(tree);
	return ST_OK;
}

static void notices_people(struct notices *n)
{
	const struct agency *agency = n->desk->agency;

	n->people = arena_array(n->d->arena, agency->member_count + 1,
	                        sizeof(*n->people));
	n->due = arena_array(n->d->arena, NOTICES_A_COMMAND, sizeof(*n->due));
	for (size_t i = 0; i < agency->member_count; i++)
		n->people[i] = (struct notice_person){
			.id = agency->members[i].record.id,
			.role = (enum role)agency->members[i].record.role,
			.active = agency->members[i].record.active != 0,
		};
	n->people_count = agency->member_count;
}

/* Marks who follows the ticket. One that this very command made has nobody. */
static enum status notices_followers(struct notices *n, int64_t ticket)
{
	int64_t members[PEOPLE_FOLLOWERS_MAX];
	size_t count = 0;
	enum status status = ST_OK;

	if (n->ticket == ticket)
		return ST_OK;
	n->ticket = ticket;
	if (ticket <= n->desk->end.seq)
		status = people_followers(n->desk->db, ticket, members,
		                          PEOPLE_FOLLOWERS_MAX, &count);
	for (size_t i = 0; i < n->people_count; i++) {
		n->people[i].follows = false;
		for (size_t m = 0; m < count; m++)
			if (members[m] == n->people[i].id)
				n->people[i].follows = true;
	}
	return status;
}

static void notices_add(struct notices *n, const struct event *event,
                        const struct notice_asked *asked, int64_t member)
{
	struct notice_due due = {
		.client = event->client,
		.ticket = asked->ticket,
		.member = member,
		.promise = asked->promise,
		.about = event->seq,
		.level = asked->level,
		.kind = asked->kind,
	};

	for (size_t i = 0; i < n->due_count; i++) {
		if (n->due[i].member != member ||
		    n->due[i].ticket != asked->ticket)
			continue;
		if (notice_weights[due.kind] < notice_weights[n->due[i].kind])
			n->due[i] = due;
		return;
	}
	if (n->due_count < NOTICES_A_COMMAND)
		n->due[n->due_count++] = due;
}

/* When nobody having taken it on sends it higher; 0: it is at the top. */
static instant_ms notices_rise_at(const struct decision *d,
                                  const struct ticket *ticket, int64_t level)
{
	const struct playbook *playbook = rules_playbook(d->rules);
	instant_ms rise = 0;

	if (!ticket || level < 0 || (size_t)level >= playbook->rises_count)
		return 0;
	if (calendar_add(rules_hours(d->rules, ticket->address,
	                             playbook->rises[level].after.hours),
	                 d->now, playbook->rises[level].after.span, NULL,
	                 &rise) != ST_OK)
		return 0;
	return rise;
}

static enum status notices_by_mail(struct notices *n, int64_t notice,
                                   const struct notice_due *due)
{
	struct notice_wish wish;
	enum status status =
		notices_wish(n->desk->db, n->d->arena, due->member, &wish);

	if (status != ST_OK || wish.mail == NOTICE_MAIL_NEVER ||
	    !wish.kinds[due->kind])
		return status;
	return people_mail_add(n->desk->db, notice, due->member,
	                       notice_quiet_end(&wish, due->kind,
	                                        n->desk->agency->zone,
	                                        n->d->now + NOTICES_GATHER));
}

/* What an answer to it can have read. */
static int64_t notices_shown(const struct ticket *ticket)
{
	if (!ticket)
		return 0;
	return ticket->newest_message > ticket->newest_in
	               ? ticket->newest_message
	               : ticket->newest_in;
}

/* The first of those told of the same event carries its timer. */
static enum status notices_emit(struct notices *n)
{
	struct decision *d = n->d;
	int64_t cause = d->cause;
	enum status status = ST_OK;

	for (size_t i = 0; i < n->due_count && status == ST_OK; i++) {
		const struct notice_due *due = &n->due[i];
		const struct ticket *ticket =
			state_ticket(d->state, due->ticket);
		int64_t of = 0, notice;

		for (size_t m = 0; m < i && !of; m++)
			if (n->due[m].about == due->about)
				of = n->due[m].first;
		d->cause = due->about;
		notice = decide(
			d, EV_NOTICE_GIVEN, due->client, due->ticket, d->now,
			DATA(notice_given, .ticket = due->ticket,
		             .member = due->member, .kind = due->kind,
		             .level = due->level, .promise = due->promise,
		             .message = notices_shown(ticket),
		             .about = due->about, .origin = of,
		             .rise_at = !of && notice_rises(due->kind)
		                                ? notices_rise_at(d, ticket,
		                                                  due->level)
		                                : 0));
		n->due[i].first = of ? of : notice;
		status = notices_by_mail(n, notice, due);
	}
	d->cause = cause;
	return status;
}

static bool notices_looks_at(int64_t kind)
{
	switch (kind) {
	case EV_TICKET_ASSIGNED:
	case EV_MEMBER_MENTIONED:
	case EV_MESSAGE_RECEIVED:
	case EV_PROMISE_WARNED:
	case EV_PROMISE_BROKEN:
	case EV_PROMISE_ESCALATED:
	case EV_FLAG_RAISED:
	case EV_MAIL_FAILED:
	case EV_TICKET_WOKEN:
	case EV_WEBHOOK_STOPPED:
	case EV_MAILBOX_FAILED:
		return true;
	}
	return false;
}

/* Read in from another system, and known since long ago. */
static bool notices_is_history(const struct event *event)
{
	return event->known_at < event->recorded_at;
}

enum status notices_give(struct desk *desk, struct decision *d)
{
	struct notices n = {.desk = desk, .d = d};
	size_t count = d->event_count;
	enum status status = ST_OK;

	for (size_t i = 0; i < count && status == ST_OK; i++) {
		/* Events move when more are decided; none is here. */
		const struct event *event = &d->events[i];
		struct notice_asked asked;

		if (!notices_looks_at(event->kind) || notices_is_history(event))
			continue;
		if (!n.people)
			notices_people(&n);
		status = notices_followers(&n, event->data.field[0]);
		notice_of_event(d->state, event, n.people, n.people_count,
		                &asked);
		for (size_t m = 0; m < asked.count; m++)
			notices_add(&n, event, &asked, asked.to[m]);
	}
	if (status == ST_OK && n.due_count > 0)
		status = notices_emit(&n);
	return status;
}

/* -- Going up ---------------------------------------------------------------
 */

/* What it is about is not owed any more. */
static bool rise_is_settled(const struct decision *d,
                            const struct notice *notice)
{
	const struct promise *promise =
		state_promise(d->state, notice->promise);
	const struct ticket *ticket = state_ticket(d->state, notice->ticket);

	return !promise || promise->state != PROMISE_OPEN || !ticket ||
	       ticket->state == TICKET_CLOSED || ticket->merged_into;
}

static enum status rise_to(struct notices *n, const struct notice *notice,
                           int64_t raised)
{
	const struct playbook *playbook = rules_playbook(n->d->rules);
	const struct ticket *ticket = state_ticket(n->d->state, notice->ticket);
	struct notice_asked asked = {
		.kind = NOTICE_ESCALATED,
		.ticket = notice->ticket,
		.promise = notice->promise,
		.level = notice->level + 1,
	};
	struct event event = {
		.seq = raised,
		.client = ticket->client,
		.occurred_at = n->d->now,
	};
	int64_t told[PEOPLE_FOLLOWERS_MAX];
	size_t count = 0;
	enum status status = people_told(n->desk->db, notice->origin, told,
	                                 PEOPLE_FOLLOWERS_MAX, &count);

	if (status != ST_OK)
		return status;
	notices_people(n);
	notice_of_level(n->people, n->people_count, ticket->assignee,
	                playbook->rises[notice->level].to, told, count, &asked);
	for (size_t i = 0; i < asked.count; i++)
		notices_add(n, &event, &asked, asked.to[i]);
	return notices_emit(n);
}

enum status desk_notice_rise(struct desk *desk, const struct turn *turn,
                             int64_t id, struct outcome *outcome_out)
{
	struct decision d;
	struct notices n = {.desk = desk, .d = &d};
	const struct notice *notice;
	struct ticket *ticket;
	int64_t raised;
	bool settled;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = record_load(desk->db, d.state, RECORD_NOTICE, id);
	if (status != ST_OK)
		return status;
	notice = state_get(d.state, RECORD_NOTICE, id);
	if (notice->rise_at == 0 || notice->rise_at > d.now)
		return ST_OK;
	status = desk_load_ticket(desk, &d, notice->ticket, &ticket, NULL);
	if (status != ST_OK)
		return status;
	settled = rise_is_settled(&d, notice) ||
	          (size_t)notice->level >= rules_playbook(d.rules)->rises_count;
	raised = decide(&d, EV_NOTICE_RAISED, ticket->client, ticket->id,
	                notice->rise_at,
	                DATA(notice_raised, .ticket = ticket->id, .notice = id,
	                     .level = settled ? 0 : notice->level + 1));
	if (!settled)
		status = rise_to(&n, notice, raised);
	return status == ST_OK ? desk_commit(desk, turn, &d, outcome_out)
	                       : status;
}

/* -- Taking note ------------------------------------------------------------
 */

enum status desk_notice_acknowledge(struct desk *desk, const struct turn *turn,
                                    int64_t id, struct outcome *outcome_out,
                                    struct problem *problem_out)
{
	struct decision d;
	const struct notice *notice;
	struct ticket *ticket;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = record_load(desk->db, d.state, RECORD_NOTICE, id);
	if (status != ST_OK)
		return status == ST_NOT_FOUND
		               ? desk_missing(problem_out, "notice")
		               : status;
	notice = state_get(d.state, RECORD_NOTICE, id);
	assert(notice);
	if (notice->member != turn->actor)
		return desk_missing(problem_out, "notice");
	if (notice->acknowledged_at)
		return ST_OK;
	status = record_load(desk->db, d.state, RECORD_NOTICE, notice->origin);
	if (status == ST_OK && notice->ticket)
		status = desk_load_ticket(desk, &d, notice->ticket, &ticket,
		                          problem_out);
	if (status != ST_OK)
		return status;
	decide(&d, EV_NOTICE_ACKNOWLEDGED, notice->ticket ? ticket->client : 0,
	       notice->ticket, d.now,
	       DATA(notice_acknowledged, .ticket = notice->ticket,
	            .notice = id));
	status = people_mail_drop(desk->db, id);
	return status == ST_OK ? desk_commit(desk, turn, &d, outcome_out)
	                       : status;
}

enum status desk_notices_seen(struct desk *desk, const struct turn *turn,
                              int64_t up_to, struct outcome *outcome_out)
{
	struct decision d;
	int64_t ids[NOTICES_SEEN_MAX];
	size_t count = 0;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = people_unseen(desk->db, turn->actor, up_to, ids,
	                       NOTICES_SEEN_MAX, &count);
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		status = record_load(desk->db, d.state, RECORD_NOTICE, ids[i]);
		if (status != ST_OK)
			return status;
		decide(&d, EV_NOTICE_SEEN, 0, ids[i], d.now,
		       DATA(notice_seen, .notice = ids[i]));
		status = people_mail_drop(desk->db, ids[i]);
	}
	return status == ST_OK ? desk_commit(desk, turn, &d, outcome_out)
	                       : status;
}
