#include "app/demo_feed.h"

#include <stdlib.h>

#include "app/demo_post.h"
#include "app/demo_seen.h"
#include "base/limits.h"
#include "store/content.h"
#include "store/lookup.h"
#include "store/record.h"

/* What they were told longer ago, they have looked at. */
#define FEED_SEEN          (3 * SPAN_HOUR)
#define FEED_ARENA_BYTES   LIMIT_TURN_ARENA_BYTES
#define FEED_PROGRESS_STEP 8

/* A thread while it is played. */
struct feed_thread {
	const struct demo_thread *thread;
	int64_t ticket;      /* 0: not looked up yet */
	struct str first_id; /* of its first mail */
	struct str last_id;  /* of the newest message */
	struct str references;
	struct str last_text, last_name, last_address;
	instant_ms last_at;
	struct str sent_id, sent_to; /* of our newest reply */
	const struct demo_person *person;
};

struct feed_event {
	struct feed_thread *thread;
	const struct demo_step *step;
};

struct feed {
	const struct demo_feed *asked;
	struct demo_story *story;
	struct node *node;
	struct arena *keep;  /* what threads remember */
	struct arena *arena; /* for one step */
	struct random random;
	struct demo_fed fed;
	struct problem *problem;
	bool dirty; /* something may be under way */
};

instant_ms demo_clock_now(void *context)
{
	struct demo_clock *clock = context;
	instant_ms at = clock->at;

	return at ? at : node_system_now();
}

/* -- Time ------------------------------------------------------------------ */

static void feed_settle(struct feed *f)
{
	if (f->dirty)
		node_settle(f->node);
	f->dirty = false;
}

static enum status feed_next_timer(struct feed *f, instant_ms *next_out)
{
	struct sql_db *reader = node_reader_take(f->node);
	enum status status = timer_next(reader, next_out);

	node_reader_return(f->node, reader);
	return status;
}

/* Moves the clock, and stops at every timer on the way. */
static enum status feed_until(struct feed *f, instant_ms at)
{
	struct demo_clock *clock = f->asked->clock;
	instant_ms next = 0;
	enum status status;

	feed_settle(f);
	while ((status = feed_next_timer(f, &next)) == ST_OK) {
		if (next == 0 || next > at || next <= clock->at)
			break;
		clock->at = next;
		node_settle(f->node);
	}
	if (at > clock->at)
		clock->at = at;
	return status;
}

/* -- Setting up ------------------------------------------------------------ */

static enum status feed_members(struct feed *f)
{
	struct demo_story *story = f->story;
	enum status status = ST_OK;

	for (size_t i = 1; i < story->member_count && status == ST_OK; i++) {
		struct demo_member *member = &story->members[i];
		struct settings_command command = {
			.has_name = true,
			.has_address = true,
			.has_role = true,
			.name = member->name,
			.address = member->address,
			.role = member->role,
			.active = true,
		};

		status = demo_do_settings(
			f->node, f->arena, story->members[0].id,
			desk_member_save, &command, &member->id, f->problem);
	}
	return status;
}

static enum status feed_addresses(struct feed *f)
{
	const struct agency *agency = node_agency_take(f->node);
	int64_t id = agency->address_count ? agency->addresses[0].record.id : 0;
	struct settings_command command = {
		.id = id,
		.has_name = true,
		.has_signature = true,
		.name = f->story->agency,
		.signature = f->story->signature,
		.active = true,
	};
	enum status status;

	node_agency_return(f->node, agency);
	status = demo_do_settings(f->node, f->arena, f->story->members[0].id,
	                          desk_address_save, &command, &id, f->problem);
	if (status != ST_OK || f->story->hello.length == 0)
		return status;
	command.id = 0;
	command.has_address = true;
	command.address = f->story->hello;
	return demo_do_settings(f->node, f->arena, f->story->members[0].id,
	                        desk_address_save, &command, &id, f->problem);
}

static enum status feed_clients(struct feed *f)
{
	struct demo_story *story = f->story;
	enum status status = ST_OK;

	for (size_t i = 0; i < story->client_count && status == ST_OK; i++) {
		const struct client_command command = {
			.has_name = true,
			.has_domain = true,
			.name = story->clients[i].name,
			.domain = story->clients[i].domain,
		};

		status = demo_do_client(f->node, f->arena, story->members[0].id,
		                        &command, &story->clients[i].id,
		                        f->problem);
	}
	return status;
}

static enum status feed_set_up(struct feed *f)
{
	struct demo_story *story = f->story;
	struct demo_member *first = &story->members[0];
	const struct setup setup = {
		.agency = story->agency,
		.name = first->name,
		.address = first->address,
		.desk_address = story->desk,
		.calendar = story->calendar_text,
		.zone = story->zone_name,
	};
	enum status status;

	f->asked->clock->at = story->first;
	status = demo_do_setup(f->node, f->arena, &setup, &first->id,
	                       f->problem);
	if (status == ST_OK)
		status = feed_members(f);
	if (status == ST_OK)
		status = feed_addresses(f);
	if (status == ST_OK)
		status = feed_clients(f);
	f->dirty = true;
	return status;
}

/* -- What happened --------------------------------------------------------- */

/* The ticket that the thread's first mail came to be on. */
static enum status feed_ticket(struct feed *f, struct feed_thread *thread,
                               struct ticket *ticket_out)
{
	struct sql_db *reader = node_reader_take(f->node);
	struct message message = {0};
	int64_t id = 0;
	bool own = false;
	enum status status = ST_OK;

	if (!thread->ticket) {
		status = lookup_ref(reader, thread->first_id, &id, &own);
		if (status == ST_OK && id)
			status = record_read(reader, RECORD_MESSAGE, id,
			                     &message.id);
		thread->ticket = message.ticket;
	}
	if (status == ST_OK)
		status = record_read(reader, RECORD_TICKET, thread->ticket,
		                     &ticket_out->id);
	node_reader_return(f->node, reader);
	return status;
}

static void feed_remember(struct feed *f, struct feed_thread *thread,
                          const struct demo_step *step, struct str id)
{
	id = str_copy(f->keep, id);
	if (thread->references.length > 0)
		thread->references =
			str_printf(f->keep, "%.*s %.*s",
		                   STR_ARG(thread->references), STR_ARG(id));
	else
		thread->references = id;
	thread->last_id = id;
	thread->last_text = step->text;
	thread->last_at = step->at;
}

static enum status feed_mail(struct feed *f, struct feed_thread *thread,
                             const struct demo_step *step)
{
	bool fresh =
		thread->last_id.length == 0 || (step->form & DEMO_FORM_FRESH);
	bool answers = !fresh && thread->sent_id.length > 0;
	struct str subject = step->subject.length > 0 ? step->subject
	                                              : thread->thread->subject;
	struct demo_post post = {
		.story = f->story,
		.from = step->from,
		.cc = step->cc,
		.cc_count = step->cc_count,
		.subject = subject,
		.text = step->text,
		.files = step->files,
		.form = step->form,
		.hello = step->hello,
		.at = step->at,
		.random = &f->random,
	};
	struct str id;
	enum status status;

	if (!fresh) {
		post.in_reply_to = thread->last_id;
		post.references = thread->references;
		if (step->subject.length == 0)
			post.subject = str_printf(f->arena, "Re: %.*s",
			                          STR_ARG(subject));
	}
	if (answers && !(step->form & DEMO_FORM_AWAY)) {
		post.quoted_text = thread->last_text;
		post.quoted_name = thread->last_name;
		post.quoted_address = thread->last_address;
		post.quoted_at = thread->last_at;
	}
	status = demo_post(f->node, f->arena, &post, &id);
	if (status != ST_OK)
		return status;
	feed_remember(f, thread, step, id);
	if (thread->first_id.length == 0)
		thread->first_id = thread->last_id;
	thread->last_name = step->from->name;
	thread->last_address = step->from->address;
	thread->person = step->from;
	f->fed.mails++;
	f->dirty = true;
	return ST_OK;
}

static enum status feed_reply(struct feed *f, struct feed_thread *thread,
                              const struct demo_step *step,
                              const struct ticket *ticket)
{
	const struct reply reply = {
		.ticket = ticket->id,
		.text = step->text,
		.seen = ticket->newest_in,
		.then = (enum then)step->value,
	};
	int64_t message = 0;
	struct sql_db *reader;
	struct str id = STR("");
	enum status status = demo_do_reply(f->node, f->arena, step->by->id,
	                                   &reply, &message, f->problem);

	if (status != ST_OK)
		return status;
	reader = node_reader_take(f->node);
	status = content_read(reader, f->arena, message, SLOT_MESSAGE_ID, &id);
	node_reader_return(f->node, reader);
	if (status != ST_OK)
		return status;
	feed_remember(f, thread, step, id);
	thread->last_name = f->story->agency;
	thread->last_address = f->story->desk;
	thread->sent_id = thread->last_id;
	thread->sent_to = thread->person->address;
	f->fed.replies++;
	f->dirty = true;
	return ST_OK;
}

static enum status feed_bounce(struct feed *f, struct feed_thread *thread,
                               const struct demo_step *step)
{
	size_t at = str_find_char(thread->sent_to, '@', 0);
	struct str domain =
		str_sub(thread->sent_to, at + 1, thread->sent_to.length);
	const struct demo_bounce bounce = {
		.host = str_printf(f->arena, "mx.%.*s", STR_ARG(domain)),
		.recipient = thread->sent_to,
		.to = f->story->desk,
		.reason = step->reason,
		.status = STR("5.1.1"),
		.message_id =
			str_printf(f->arena, "<%llx@mx.%.*s>",
	                           (unsigned long long)random_next(&f->random),
	                           STR_ARG(domain)),
		.original_id = str_printf(f->arena, "<%.*s>",
	                                  STR_ARG(thread->sent_id)),
		.original_subject = thread->thread->subject,
		.date = step->at,
	};

	f->dirty = true;
	f->fed.mails++;
	return demo_post_raw(f->node, f->story, STR(""),
	                     demo_bounce_bytes(f->arena, &bounce), step->at);
}

/* An act of a member on a ticket. */
static enum status feed_act(struct feed *f, struct feed_thread *thread,
                            const struct demo_step *step)
{
	static const desk_ticket_command runs[DEMO_ACT_COUNT] = {
		[DEMO_ACT_NOTE] = desk_ticket_note,
		[DEMO_ACT_CALL] = desk_ticket_call,
		[DEMO_ACT_ASSIGN] = desk_ticket_assign,
		[DEMO_ACT_TYPE] = desk_ticket_type,
		[DEMO_ACT_STATE] = desk_ticket_state,
		[DEMO_ACT_FLAG] = desk_ticket_flag,
	};
	struct ticket ticket = {0};
	struct ticket_command command = {
		.text = step->reason.length ? step->reason : step->text,
		.value = step->member ? step->member->id : step->value,
		.outward = !step->inward,
		.spoke = !step->missed,
	};
	enum status status;

	feed_settle(f);
	status = feed_ticket(f, thread, &ticket);
	if (status != ST_OK)
		return status;
	/* The rules had it right already. */
	if ((step->act == DEMO_ACT_TYPE && ticket.type == step->value) ||
	    (step->act == DEMO_ACT_STATE && ticket.state == step->value))
		return ST_OK;
	if (step->act == DEMO_ACT_REPLY)
		return feed_reply(f, thread, step, &ticket);
	command.ticket = ticket.id;
	command.contact = ticket.contact;
	f->dirty = true;
	f->fed.acts++;
	return demo_do_ticket(f->node, f->arena, step->by->id, runs[step->act],
	                      &command, f->problem);
}

static enum status feed_one(struct feed *f, const struct feed_event *event)
{
	const struct demo_step *step = event->step;
	enum status status = feed_until(f, step->at);

	if (status != ST_OK)
		return status;
	if (step->act == DEMO_ACT_MAIL)
		status = feed_mail(f, event->thread, step);
	else if (step->act == DEMO_ACT_BOUNCE)
		status = feed_bounce(f, event->thread, step);
	else
		status = feed_act(f, event->thread, step);
	if (status == ST_OK)
		return ST_OK;
	return demo_text_wrong(f->problem, event->thread->thread->file,
	                       step->line, "the desk answered %s. %s",
	                       status_name(status),
	                       f->problem ? f->problem->text : "");
}

/* -- The order ------------------------------------------------------------- */

/* By time; what a thread has at one moment stays in its order. */
static int feed_compare(const void *left, const void *right)
{
	const struct feed_event *a = left, *b = right;

	if (a->step->at != b->step->at)
		return a->step->at < b->step->at ? -1 : 1;
	if (a->thread != b->thread)
		return a->thread < b->thread ? -1 : 1;
	return a->step < b->step ? -1 : a->step > b->step;
}

static struct feed_event *feed_events(struct feed *f, size_t *count_out)
{
	const struct demo_story *story = f->story;
	struct feed_thread *threads =
		arena_array(f->keep, story->thread_count + 1, sizeof(*threads));
	struct feed_event *events;
	size_t count = 0, total = 0;

	for (size_t i = 0; i < story->thread_count; i++)
		total += story->threads[i].step_count;
	events = arena_array(f->keep, total + 1, sizeof(*events));
	for (size_t i = 0; i < story->thread_count; i++) {
		threads[i].thread = &story->threads[i];
		for (size_t j = 0; j < story->threads[i].step_count; j++)
			events[count++] = (struct feed_event){
				&threads[i], &story->threads[i].steps[j]};
	}
	qsort(events, count, sizeof(*events), feed_compare);
	*count_out = count;
	return events;
}

static enum status feed_all(struct feed *f)
{
	size_t count;
	const struct feed_event *events = feed_events(f, &count);
	const struct demo_feed *asked = f->asked;
	enum status status = ST_OK;

	for (size_t i = 0; i < count && status == ST_OK; i++) {
		status = feed_one(f, &events[i]);
		arena_clear(f->arena);
		if (asked->progress && i % FEED_PROGRESS_STEP == 0)
			asked->progress(asked->context, i, count);
	}
	if (status == ST_OK)
		status = feed_until(f, f->story->start);
	feed_settle(f);
	if (status == ST_OK)
		status = demo_seen(f->node, f->arena, f->story,
		                   f->story->start - FEED_SEEN);
	if (asked->progress && status == ST_OK)
		asked->progress(asked->context, count, count);
	return status;
}

enum status demo_feed(const struct demo_feed *asked, struct demo_fed *fed_out,
                      struct problem *problem_out)
{
	struct feed f = {
		.asked = asked,
		.story = asked->story,
		.node = asked->node,
		.keep = arena_new(FEED_ARENA_BYTES),
		.arena = arena_new(FEED_ARENA_BYTES),
		.random = random_branch(&asked->story->random, 2000),
		.problem = problem_out,
	};
	enum status status = feed_set_up(&f);

	if (status == ST_OK)
		status = feed_all(&f);
	if (status == ST_OK)
		*fed_out = f.fed;
	arena_free(&f.arena);
	arena_free(&f.keep);
	return status;
}
