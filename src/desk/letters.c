#include "desk/letters.h"

#include "base/limits.h"
#include "desk/notices.h"
#include "desk/token.h"
#include "store/content.h"
#include "store/people.h"
#include "store/record.h"
#include "store/view.h"

#define LETTERS_TRIES      8
#define LETTERS_TEXT_BYTES (64u << 10)
#define LETTERS_QUOTE      4000 /* bytes of what the client wrote */

static const char *const letter_texts[NOTICE_KIND_COUNT] = {
	[NOTICE_ASSIGNED] = "This is yours now",
	[NOTICE_MENTIONED] = "You were mentioned",
	[NOTICE_REPLY] = "The client wrote",
	[NOTICE_DUE] = "Due soon",
	[NOTICE_LATE] = "Late",
	[NOTICE_ESCALATED] = "Late, and nobody has taken it on",
	[NOTICE_FLAGGED] = "Flagged",
	[NOTICE_FAILED] = "A reply could not be delivered",
	[NOTICE_MAILBOX] = "A mailbox needs you",
	[NOTICE_WOKE] = "Back from snooze",
	[NOTICE_WEBHOOK] = "A webhook has stopped",
};

/* No control characters: they would be a line, or our own mark. */
static struct str letters_line(struct arena *arena, struct str text)
{
	char *line = arena_alloc(arena, text.length + 1);

	for (size_t i = 0; i < text.length; i++)
		line[i] =
			(unsigned char)text.text[i] < ' ' ? ' ' : text.text[i];
	return str_trim((struct str){line, text.length});
}

static void letters_quote(struct arena *arena, struct buf *buf, struct str text)
{
	struct str rest = str_utf8_prefix(str_trim(text), LETTERS_QUOTE), line;

	while (str_line(&rest, &line))
		buf_printf(buf, "> %.*s\n", STR_ARG(letters_line(arena, line)));
}

static const struct agency_address *letters_from(const struct agency *agency,
                                                 int64_t address)
{
	const struct agency_address *from = agency_address(agency, address);

	for (size_t i = 0;
	     i < agency->address_count && !(from && from->record.active); i++)
		from = &agency->addresses[i];
	return from && from->record.active ? from : NULL;
}

enum status letters_write(struct desk *desk, struct arena *arena,
                          instant_ms now, const struct letter_words *words)
{
	const struct agency_address *from =
		letters_from(desk->agency, words->address);
	struct letter letter = {
		.member = words->member,
		.kind = words->kind,
		.created_at = now,
		.next_at = now,
		.address = words->to,
		.subject = letters_line(arena, words->subject),
		.text = words->text,
	};
	enum status status;

	/* An agency that cannot write has its list all the same. */
	if (!from)
		return ST_OK;
	letter.from =
		str_printf(arena, "%.*s <%.*s>",
	                   STR_ARG(letters_line(arena, desk->agency->name)),
	                   STR_ARG(from->address));
	status =
		token_letter_id(desk, arena, from->address, &letter.message_id);
	if (status == ST_OK && words->notice)
		status = token_answer_address(desk, arena, from->address,
		                              words->notice, &letter.reply_to);
	return status == ST_OK ? letter_add(desk->db, &letter) : status;
}

struct gathered {
	struct desk *desk;
	const struct turn *turn;
	struct buf buf;
	struct notice notices[LETTERS_NOTICES];
	size_t count;
	struct str subject; /* of the first one's ticket */
	int64_t address;
};

/* One notice as a paragraph. */
static enum status gather_one(struct gathered *g, const struct notice *notice)
{
	struct arena *arena = g->turn->arena;
	struct view_ticket *ticket = arena_alloc(arena, sizeof(*ticket));
	struct str text = STR("");
	enum status status = ST_NOT_FOUND;

	if (notice->ticket)
		status =
			view_ticket(g->desk->db, arena, notice->ticket, ticket);
	buf_printf(&g->buf, "%s", letter_texts[notice->kind]);
	if (status == ST_NOT_FOUND) {
		buf_text(&g->buf, "\n" LETTER_BASE "/\n\n");
		return ST_OK;
	}
	if (status != ST_OK)
		return status;
	if (g->subject.length == 0) {
		g->subject = letters_line(arena, ticket->subject);
		g->address = ticket->record.address;
	}
	buf_printf(&g->buf, ": %.*s\n%.*s\n",
	           STR_ARG(letters_line(arena, ticket->subject)),
	           STR_ARG(letters_line(arena, ticket->client.name)));
	if (ticket->record.newest_in)
		status = content_read(g->desk->db, arena,
		                      ticket->record.newest_in, SLOT_TEXT,
		                      &text);
	if (g->count == 1)
		letters_quote(arena, &g->buf, text);
	buf_printf(&g->buf, LETTER_BASE "/t/%lld\n\n",
	           (long long)notice->ticket);
	return status;
}

static enum status gather_send(struct gathered *g,
                               const struct agency_member *member, size_t more)
{
	bool one = g->count == 1 && more == 0;
	struct letter_words words = {
		.member = member->record.id,
		.kind = LETTER_NOTICES,
		.to = member->address,
		.notice = one && g->notices[0].ticket ? &g->notices[0] : NULL,
	};
	enum status status = ST_OK;

	if (words.notice)
		buf_text(&g->buf, LETTERS_MARK
		         "\nBegin with \"note:\" to write a note that only "
		         "the agency sees.\n\n");
	for (size_t i = 0; i < g->count && status == ST_OK; i++)
		status = gather_one(g, &g->notices[i]);
	if (more > 0)
		buf_printf(&g->buf, "And %zu more: " LETTER_BASE "/\n\n", more);
	buf_text(&g->buf, "How you are told: " LETTER_BASE "/settings\n");
	words.address = g->address;
	words.text = str_copy(g->turn->arena, buf_view(&g->buf));
	words.subject = one ? str_printf(g->turn->arena, "%s: %.*s",
	                                 letter_texts[g->notices[0].kind],
	                                 STR_ARG(g->subject))
	                    : str_printf(g->turn->arena, "%zu warnings",
	                                 g->count + more);
	return status == ST_OK ? letters_write(g->desk, g->turn->arena,
	                                       g->turn->now, &words)
	                       : status;
}

/* Whether they hear of it otherwise, or want to; or not so often. */
static enum status gather_wanted(struct desk *desk, const struct turn *turn,
                                 const struct agency_member *member,
                                 instant_ms until, bool *wanted_out)
{
	struct notice_wish wish;
	instant_ms seen_at = 0;
	int64_t sent = 0;
	enum status status;

	*wanted_out = false;
	if (!member || !member->record.active)
		return ST_OK;
	status = notices_wish(desk->db, turn->arena, member->record.id, &wish);
	if (status == ST_OK)
		status = letter_last_gesture(desk->db, member->record.id,
		                             &seen_at);
	if (status == ST_OK)
		status = letter_count(desk->db, member->address, LETTER_NONE,
		                      turn->now - SPAN_HOUR, &sent);
	if (status != ST_OK || wish.mail == NOTICE_MAIL_NEVER ||
	    (wish.mail == NOTICE_MAIL_AWAY &&
	     seen_at > turn->now - LETTERS_AWAY))
		return status;
	if (sent >= LETTERS_AN_HOUR)
		return letter_notices_defer(desk->db, member->record.id, until,
		                            turn->now + SPAN_HOUR);
	*wanted_out = true;
	return ST_OK;
}

static enum status gather_read(struct gathered *g, int64_t member,
                               instant_ms until, size_t *more_out)
{
	int64_t ids[NOTICES_SEEN_MAX];
	size_t count = 0;
	enum status status = letter_notices(g->desk->db, member, until, ids,
	                                    NOTICES_SEEN_MAX, &count);

	for (size_t i = 0; i < count && status == ST_OK; i++) {
		struct notice notice = {0};

		status = record_read(g->desk->db, RECORD_NOTICE, ids[i],
		                     &notice.id);
		if (status != ST_OK || notice.seen_at)
			continue;
		if (g->count < LETTERS_NOTICES)
			g->notices[g->count++] = notice;
		else
			(*more_out)++;
	}
	return status;
}

enum status desk_letters_gather(struct desk *desk, const struct turn *turn,
                                int64_t member)
{
	/* What came within the minute after the first goes with it. */
	instant_ms until = turn->now + NOTICES_GATHER;
	struct gathered *g = arena_alloc(turn->arena, sizeof(*g));
	const struct agency_member *to = agency_member(desk->agency, member);
	size_t more = 0;
	bool wanted;
	enum status status = gather_wanted(desk, turn, to, until, &wanted);

	g->desk = desk;
	g->turn = turn;
	if (status == ST_OK && wanted)
		status = gather_read(g, member, until, &more);
	if (status == ST_OK)
		status = letter_notices_drop(desk->db, member, until);
	if (status != ST_OK || g->count == 0)
		return status;
	buf_init(&g->buf, LETTERS_TEXT_BYTES);
	status = gather_send(g, to, more);
	buf_release(&g->buf);
	return status;
}

enum status desk_letter_end(struct desk *desk, const struct turn *turn,
                            int64_t id, bool again)
{
	struct letter letter;
	enum status status = letter_read(desk->db, turn->arena, id, &letter);

	if (status != ST_OK)
		return status == ST_NOT_FOUND ? ST_OK : status;
	if (!again || letter.attempts + 1 >= LETTERS_TRIES)
		return letter_end(desk->db, id);
	/* 1, 2, 4 ... minutes, and at most two hours. */
	return letter_defer(desk->db, id,
	                    turn->now + (SPAN_MINUTE << letter.attempts));
}
