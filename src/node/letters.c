/*
 * Letters to members: gathers what they are to be told by mail, builds each
 * letter in the jail, sends it with a null return path, and records how it
 * went. One thread, which looks once a second; there are few.
 */
#include <string.h>

#include "base/limits.h"
#include "desk/letters.h"
#include "mail/html.h"
#include "node/jail_mail.h"
#include "node/node_private.h"

#define LETTERS_SLICE 50
#define LETTERS_PAUSE (1 * SPAN_SECOND)

struct letter_work {
	struct node *node;
	struct arena *arena;
	int64_t member;
	struct letter letter;
	bool again;
};

static enum status letters_gather_run(struct desk *desk,
                                      const struct turn *turn, void *arguments,
                                      struct outcome *outcome_out,
                                      struct problem *problem_out)
{
	const struct letter_work *w = arguments;

	(void)problem_out;
	*outcome_out = (struct outcome){.seq = desk->end.seq};
	return desk_letters_gather(desk, turn, w->member);
}

static enum status letters_end_run(struct desk *desk, const struct turn *turn,
                                   void *arguments, struct outcome *outcome_out,
                                   struct problem *problem_out)
{
	const struct letter_work *w = arguments;

	(void)problem_out;
	*outcome_out = (struct outcome){.seq = desk->end.seq};
	return desk_letter_end(desk, turn, w->letter.id, w->again);
}

static enum status letters_run(struct letter_work *w, node_command run)
{
	struct node_asked asked = {
		.arena = w->arena, .run = run, .arguments = w};
	struct outcome outcome;

	return node_run(w->node, &asked, &outcome, NULL);
}

/* The text with the interface's address wherever it is meant. */
static struct str letters_text(struct letter_work *w)
{
	const char *base = atomic_load(&w->node->letters.base_url);
	struct str rest = w->letter.text;
	struct str text;
	struct buf buf;

	buf_init(&buf, LIMIT_TEXT_BYTES);
	while (rest.length > 0) {
		size_t mark = str_find(rest, STR(LETTER_BASE), 0);

		buf_str(&buf, str_sub(rest, 0, mark));
		if (mark == rest.length)
			break;
		buf_text(&buf, base ? base : "");
		rest = str_sub(rest, mark + 1, rest.length);
	}
	text = str_copy(w->arena, buf_view(&buf));
	buf_release(&buf);
	return text;
}

static enum status letters_build(struct letter_work *w, struct str *raw_out)
{
	const struct agency *agency = node_agency_take(w->node);
	span_ms offset = zone_offset_at(agency->zone, w->letter.created_at);
	struct mail_address to = {STR(""), w->letter.address};
	struct mail_address reply_to = {STR(""), w->letter.reply_to};
	struct str from = w->letter.from;
	size_t open = str_find_char(from, '<', 0);
	const struct mail_draft draft = {
		.from = {str_trim(str_sub(from, 0, open)),
	                 str_sub(from, open + 1, from.length - 1)},
		.to = {&to, 1},
		.reply_to = {&reply_to, w->letter.reply_to.length > 0},
		.subject = w->letter.subject,
		.message_id = w->letter.message_id,
		.date = w->letter.created_at,
		.zone_minutes = (int)(offset / SPAN_MINUTE),
		.auto_submitted = w->letter.kind == LETTER_NOTICES
	                                  ? STR("auto-generated")
	                                  : STR("auto-replied"),
		.text = letters_text(w),
	};

	node_agency_return(w->node, agency);
	return jail_build(w->node->config.jail, w->arena, &draft, raw_out);
}

/* Which of our addresses it is from: 0 when it is none any more. */
static int64_t letters_address(struct letter_work *w)
{
	const struct agency *agency = node_agency_take(w->node);
	struct str from = w->letter.from;
	size_t open = str_find_char(from, '<', 0);
	const struct agency_address *address = agency_address_by_text(
		agency, str_sub(from, open + 1, from.length - 1));
	int64_t id = address ? address->record.id : 0;

	node_agency_return(w->node, agency);
	return id;
}

static void letters_send(struct letter_work *w)
{
	const struct node_driver *driver = &w->node->config.driver;
	struct node_outgoing mail = {
		.address = letters_address(w),
		.to_member = true,
		.sender = STR(""),
		.recipients = &w->letter.address,
		.recipient_count = 1,
	};
	struct node_sent sent = {.outcome = OUTBOUND_PERMANENT};
	struct str raw = STR("");
	enum status status = letters_build(w, &raw);

	/* The jail cannot just now: nothing was tried. */
	if (status == ST_BUSY || status == ST_STORE)
		return;
	mail.raw = raw;
	if (status == ST_OK)
		driver->send(driver->context, w->arena, &mail, &sent);
	w->again = sent.outcome == OUTBOUND_TEMPORARY;
	if (sent.outcome != OUTBOUND_SENT)
		node_log(w->node, "letter %lld to a member did not leave: %s",
		         (long long)w->letter.id,
		         sent.reason[0] ? sent.reason : status_name(status));
	if (letters_run(w, letters_end_run) != ST_OK)
		node_log(w->node, "letter %lld was tried, unrecorded",
		         (long long)w->letter.id);
}

/* What members are to be told by now; gives how many letters are due. */
static size_t letters_look(struct node *node, struct arena *arena,
                           int64_t ids[LETTERS_SLICE])
{
	int64_t members[LETTERS_SLICE];
	struct sql_db *reader = node_reader_take(node);
	size_t member_count = 0, count = 0;
	enum status status = letter_members(reader, node_now(node), members,
	                                    LETTERS_SLICE, &member_count);

	node_reader_return(node, reader);
	for (size_t i = 0; i < member_count && status == ST_OK; i++) {
		struct letter_work work = {
			.node = node, .arena = arena, .member = members[i]};

		status = letters_run(&work, letters_gather_run);
	}
	if (status == ST_OK) {
		reader = node_reader_take(node);
		status = letter_due(reader, node_now(node), ids, LETTERS_SLICE,
		                    &count);
		node_reader_return(node, reader);
	}
	return status == ST_OK ? count : 0;
}

static void letters_turn(struct node *node, struct arena *arena)
{
	int64_t ids[LETTERS_SLICE];
	size_t count = letters_look(node, arena, ids);

	for (size_t i = 0; i < count; i++) {
		struct letter_work work = {.node = node, .arena = arena};
		struct sql_db *reader = node_reader_take(node);
		enum status status =
			letter_read(reader, arena, ids[i], &work.letter);

		node_reader_return(node, reader);
		if (status == ST_OK && work.letter.next_at)
			letters_send(&work);
	}
}

static void *letters_main(void *context)
{
	struct node *node = context;
	struct node_letters *letters = &node->letters;
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);

	pthread_mutex_lock(&letters->lock);
	while (!letters->stop) {
		struct timespec until = node_until(LETTERS_PAUSE);

		pthread_cond_timedwait(&letters->work, &letters->lock, &until);
		if (letters->stop)
			break;
		pthread_mutex_unlock(&letters->lock);
		letters_turn(node, arena);
		arena_clear(arena);
		pthread_mutex_lock(&letters->lock);
	}
	pthread_mutex_unlock(&letters->lock);
	arena_free(&arena);
	return NULL;
}

void node_set_base_url(struct node *node, const char *base_url)
{
	atomic_store(&node->letters.base_url, base_url);
}

void letters_start(struct node *node)
{
	struct node_letters *letters = &node->letters;

	pthread_mutex_init(&letters->lock, NULL);
	pthread_cond_init(&letters->work, NULL);
	letters->started =
		!node->config.offline &&
		pthread_create(&letters->thread, NULL, letters_main, node) == 0;
}

void letters_stop(struct node *node)
{
	struct node_letters *letters = &node->letters;

	pthread_mutex_lock(&letters->lock);
	letters->stop = true;
	pthread_cond_signal(&letters->work);
	pthread_mutex_unlock(&letters->lock);
	if (letters->started)
		pthread_join(letters->thread, NULL);
}
