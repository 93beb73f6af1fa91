#include "app/demo_live.h"

#include <stdlib.h>

#include "app/demo_fill.h"
#include "app/demo_post.h"
#include "base/limits.h"
#include "store/content.h"
#include "store/log.h"
#include "store/lookup.h"
#include "store/record.h"
#include "store/view.h"

/* Pauses between two mails; longer the more is open, so that one can keep up.
 */
#define LIVE_PAUSE_FROM (60 * SPAN_SECOND)
#define LIVE_PAUSE_TO   (180 * SPAN_SECOND)
#define LIVE_OPEN_MANY  30

/*
 * A client with that many messages unanswered writes no more by itself, so
 * that an inbox left alone does not fill with calls to make.
 */
#define LIVE_UNANSWERED_MAX 2

/* How soon a client answers what we sent, and how many of a hundred do. */
#define LIVE_ANSWER_FROM (15 * SPAN_SECOND)
#define LIVE_ANSWER_TO   (75 * SPAN_SECOND)
#define LIVE_ANSWERED    70
#define LIVE_PENDING_MAX 32

/* How many of a hundred mails ask again; only after that long. */
#define LIVE_CHASES      30
#define LIVE_CHASE_AFTER (8 * SPAN_MINUTE)
#define LIVE_CHASE_ROWS  40

struct live_answer {
	instant_ms at;
	int64_t message; /* ours; 0: nothing */
};

struct demo_live {
	struct node *node;
	const struct demo_story *story;
	struct arena *arena; /* of one tick */
	struct random random;
	instant_ms next_at;
	int64_t seen; /* of the log */
	struct live_answer pending[LIVE_PENDING_MAX];
	instant_ms now; /* of this tick */
};

/* Whom and what a mail of the moment is about. */
struct live_mail {
	struct demo_person person;
	struct str numbers[DEMO_NUMBERS_MAX];
	const struct demo_member *member;
	struct demo_post post;
};

struct demo_live *demo_live_new(struct node *node,
                                const struct demo_story *story)
{
	struct demo_live *live = calloc(1, sizeof(*live));
	struct log_end end = {0};
	struct sql_db *reader;

	if (!live)
		abort();
	live->node = node;
	live->story = story;
	live->arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	live->random = random_branch(&story->random,
	                             (uint64_t)(node_now(node) / SPAN_MINUTE));
	live->next_at = node_now(node) + LIVE_PAUSE_FROM;
	reader = node_reader_take(node);
	if (log_find_end(reader, &end) != ST_OK)
		end.seq = INT64_MAX; /* then there is nothing to answer */
	node_reader_return(node, reader);
	live->seen = end.seq;
	return live;
}

void demo_live_free(struct demo_live **live)
{
	if (!*live)
		return;
	arena_free(&(*live)->arena);
	free(*live);
	*live = NULL;
}

/* -- Words ----------------------------------------------------------------- */

/* A recipe of that name and language, by its weight; NULL when none fits. */
static const struct demo_recipe *live_recipe(struct demo_live *live,
                                             const char *name, struct str lang)
{
	const struct demo_story *story = live->story;
	const struct demo_recipe *found = NULL;
	int64_t total = 0;

	for (size_t i = 0; i < story->line_count; i++) {
		const struct demo_recipe *recipe = &story->lines[i];
		bool named = str_starts(recipe->name, str_of(name));

		if (!named || (lang.length && !str_equal(recipe->lang, lang)))
			continue;
		total += recipe->weight;
		if (random_between(&live->random, 1, total) <= recipe->weight)
			found = recipe;
	}
	return found;
}

static struct str live_words(struct demo_live *live,
                             const struct demo_recipe *recipe, const char *kind,
                             struct live_mail *mail)
{
	const struct demo_fill fill = {
		.arena = live->arena,
		.random = &live->random,
		.zone = live->story->zone,
		.at = live->now,
		.person = &mail->person,
		.member = mail->member,
		.numbers = mail->numbers,
	};
	struct str words = STR(""), wrong;
	uint64_t seen = 0;

	for (size_t i = 0; i < recipe->part_count; i++) {
		if (str_equal(recipe->parts[i].kind, str_of(kind)) &&
		    random_below(&live->random, ++seen) == 0)
			words = recipe->parts[i].words;
	}
	/* What cannot be filled in stays as it is, braces and all. */
	if (!demo_fill(&fill, words, &words, &wrong))
		return words;
	return words;
}

static void live_send(struct demo_live *live, struct live_mail *mail)
{
	struct str id;

	mail->post.story = live->story;
	mail->post.from = &mail->person;
	mail->post.at = live->now;
	mail->post.random = &live->random;
	if (mail->post.text.length == 0)
		return;
	if (demo_post(live->node, live->arena, &mail->post, &id) != ST_OK)
		live->next_at += LIVE_PAUSE_TO; /* the store is in trouble */
}

/* Whether the person's client may write unasked; strangers may. */
static bool live_patient(struct demo_live *live,
                         const struct demo_person *person)
{
	struct view_contact contact = {0};
	struct client client = {0};
	struct sql_db *reader = node_reader_take(live->node);
	int64_t id = 0;
	enum status status = lookup_contact(reader, person->address, &id);

	if (status == ST_OK && id)
		status = view_contact(reader, live->arena, id, &contact);
	if (status == ST_OK && contact.record.client)
		status = record_read(reader, RECORD_CLIENT,
		                     contact.record.client, &client.id);
	node_reader_return(live->node, reader);
	return status == ST_OK && client.unanswered < LIVE_UNANSWERED_MAX;
}

/* -- Something new --------------------------------------------------------- */

static void live_new(struct demo_live *live)
{
	const struct demo_story *story = live->story;
	const struct demo_recipe *recipe = live_recipe(live, "new", STR(""));
	const struct demo_person *person = NULL;
	struct live_mail mail = {.member = &story->members[0]};

	if (!recipe)
		return;
	for (int tries = 0; tries < 60; tries++) {
		person = &story->people[random_below(&live->random,
		                                     story->person_count)];
		if (person->client && !person->left &&
		    str_equal(person->lang, recipe->lang) &&
		    live_patient(live, person))
			break;
		person = NULL;
	}
	if (!person)
		return;
	mail.person = *person;
	mail.post.subject = live_words(live, recipe, "subject", &mail);
	mail.post.text = live_words(live, recipe, "ask", &mail);
	live_send(live, &mail);
}

/* -- On a thread ----------------------------------------------------------- */

/* The person of a contact: one of the story, or whoever it is. */
static void live_person(const struct demo_live *live, struct str name,
                        struct str address, struct demo_person *out)
{
	const struct demo_story *story = live->story;

	*out = (struct demo_person){.name = name,
	                            .address = address,
	                            .lang = STR("en"),
	                            .product = STR("picture"),
	                            .software = DEMO_GMAIL};
	for (size_t i = 0; i < story->person_count; i++) {
		if (str_equal_nocase(story->people[i].address, address))
			*out = story->people[i];
	}
}

/* Fills in what the mail answers: a message with its words and ids. */
static enum status live_answering(struct demo_live *live, struct sql_db *reader,
                                  int64_t message, struct live_mail *mail,
                                  bool quote)
{
	struct view_message view;
	struct str references = STR("");
	enum status status = view_message(reader, live->arena, message, &view);

	if (status == ST_OK)
		status = content_read(reader, live->arena, message,
		                      SLOT_MESSAGE_ID, &mail->post.in_reply_to);
	if (status == ST_OK)
		status = content_read(reader, live->arena, message,
		                      SLOT_REFERENCES, &references);
	if (status != ST_OK)
		return status;
	mail->post.subject = str_starts_nocase(view.subject, STR("Re:"))
	                             ? view.subject
	                             : str_printf(live->arena, "Re: %.*s",
	                                          STR_ARG(view.subject));
	mail->post.references = mail->post.in_reply_to;
	while (references.length > 0) {
		struct str id;

		if (str_line(&references, &id) && id.length > 0)
			mail->post.references = str_printf(
				live->arena, "%.*s %.*s", STR_ARG(id),
				STR_ARG(mail->post.references));
	}
	if (!quote)
		return ST_OK;
	mail->post.quoted_text = view.text;
	mail->post.quoted_name = live->story->agency;
	mail->post.quoted_address = live->story->desk;
	mail->post.quoted_at = view.record.at;
	return ST_OK;
}

/* A ticket that waits for us; id 0 when there is none. */
static enum status live_chased(struct demo_live *live, struct sql_db *reader,
                               struct view_ticket *ticket)
{
	const struct view_filter filter = {
		.rank_from = RANK_FLAGGED,
		.rank_to = RANK_OWED,
		.limit = LIVE_CHASE_ROWS,
	};
	int64_t ids[LIVE_CHASE_ROWS];
	size_t count = 0;
	uint64_t seen = 0;
	enum status status = view_ticket_ids(reader, &filter, ids, &count);

	*ticket = (struct view_ticket){0};
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		struct view_ticket row;

		status = view_ticket(reader, live->arena, ids[i], &row);
		if (status != ST_OK)
			break;
		if (row.record.unanswered > 0 &&
		    row.client.record.unanswered < LIVE_UNANSWERED_MAX &&
		    row.contact.record.id && row.record.newest_in &&
		    live->now - row.record.last_in_at > LIVE_CHASE_AFTER &&
		    random_below(&live->random, ++seen) == 0)
			*ticket = row;
	}
	return status;
}

/* False when nobody has waited long enough. */
static bool live_chase(struct demo_live *live)
{
	struct live_mail mail = {.member = &live->story->members[0]};
	const struct demo_recipe *recipe;
	struct view_ticket ticket;
	struct sql_db *reader = node_reader_take(live->node);
	enum status status = live_chased(live, reader, &ticket);

	if (status == ST_OK && ticket.record.id)
		status = live_answering(live, reader, ticket.record.newest_in,
		                        &mail, false);
	node_reader_return(live->node, reader);
	if (status != ST_OK || !ticket.record.id)
		return false;
	live_person(live, ticket.contact.name, ticket.contact.address,
	            &mail.person);
	recipe = live_recipe(live, "chase", mail.person.lang);
	if (!recipe)
		return false;
	mail.post.text = live_words(live, recipe, "ask", &mail);
	live_send(live, &mail);
	return true;
}

/* -- What we sent ---------------------------------------------------------- */

static void live_expect(struct demo_live *live, int64_t message)
{
	if (!random_chance(&live->random, LIVE_ANSWERED))
		return;
	for (size_t i = 0; i < LIVE_PENDING_MAX; i++) {
		if (live->pending[i].message)
			continue;
		live->pending[i].message = message;
		live->pending[i].at =
			live->now + random_between(&live->random,
		                                   LIVE_ANSWER_FROM,
		                                   LIVE_ANSWER_TO);
		return;
	}
}

static enum status live_see(void *context, const struct event *event)
{
	struct demo_live *live = context;

	live->seen = event->seq;
	if (event->kind == EV_MAIL_SENT)
		live_expect(live, event->data.mail_sent.message);
	return ST_OK;
}

static void live_look(struct demo_live *live)
{
	struct sql_db *reader = node_reader_take(live->node);

	if (log_read(reader, live->seen, 0, live_see, live) != ST_OK)
		live->next_at += LIVE_PAUSE_TO;
	node_reader_return(live->node, reader);
}

static void live_react(struct demo_live *live, int64_t id)
{
	struct live_mail mail = {.member = &live->story->members[0]};
	const struct demo_recipe *recipe;
	struct message message = {0};
	struct view_contact contact = {0};
	struct sql_db *reader = node_reader_take(live->node);
	enum status status =
		record_read(reader, RECORD_MESSAGE, id, &message.id);

	if (status == ST_OK)
		status = view_contact(reader, live->arena, message.contact,
		                      &contact);
	if (status == ST_OK)
		status = live_answering(live, reader, id, &mail, true);
	node_reader_return(live->node, reader);
	if (status != ST_OK)
		return;
	for (size_t i = 0; i < live->story->member_count; i++) {
		if (live->story->members[i].id == message.member)
			mail.member = &live->story->members[i];
	}
	live_person(live, contact.name, contact.address, &mail.person);
	recipe = live_recipe(live, "reaction", mail.person.lang);
	if (!recipe)
		return;
	mail.post.text = live_words(live, recipe, "ask", &mail);
	live_send(live, &mail);
}

/* -- The course of it ------------------------------------------------------ */

static int64_t live_open(struct demo_live *live)
{
	struct view_tally *rows = NULL;
	struct sql_db *reader = node_reader_take(live->node);
	int64_t open = 0;
	size_t count = 0;

	if (view_tally(reader, live->arena, &rows, &count) != ST_OK)
		count = 0;
	node_reader_return(live->node, reader);
	for (size_t i = 0; i < count; i++)
		open += rows[i].rank <= RANK_OPEN ? rows[i].count : 0;
	return open;
}

static void live_write(struct demo_live *live)
{
	span_ms pause =
		random_between(&live->random, LIVE_PAUSE_FROM, LIVE_PAUSE_TO);
	int64_t open = live_open(live);

	for (; open > LIVE_OPEN_MANY && pause < SPAN_HOUR; open -= 10)
		pause *= 2;
	live->next_at = live->now + pause;
	if (random_chance(&live->random, LIVE_CHASES) && live_chase(live))
		return;
	live_new(live);
}

void demo_live_tick(void *context)
{
	struct demo_live *live = context;

	live->now = node_now(live->node);
	live_look(live);
	for (size_t i = 0; i < LIVE_PENDING_MAX; i++) {
		struct live_answer *pending = &live->pending[i];

		if (!pending->message || pending->at > live->now)
			continue;
		live_react(live, pending->message);
		pending->message = 0;
	}
	if (live->now >= live->next_at)
		live_write(live);
	arena_clear(live->arena);
}
