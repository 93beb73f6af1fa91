#include "desk/answer.h"

#include <sodium.h>
#include <string.h>

#include "base/limits.h"
#include "core/notice.h"
#include "desk/letters.h"
#include "desk/reply.h"
#include "desk/tickets.h"
#include "desk/token.h"
#include "mail/address.h"
#include "store/content.h"
#include "store/lookup.h"
#include "store/record.h"
#include "store/view.h"

#define ANSWER_TEXT_BYTES (256u << 10)
#define ANSWER_NEW_SHOWN  5 /* messages that they had not seen */

/* -- Finding it --------------------------------------------------------------
 */

/* An address with our signature over a notice that there is. */
static enum status answer_try(struct desk *desk, struct arena *arena,
                              struct str address, struct answer *answer)
{
	int64_t id = token_answer_claims(address);
	struct notice notice = {0};
	bool ours = false;
	enum status status;

	if (answer->notice.id || id == 0 ||
	    !agency_address_by_text(desk->agency, address))
		return ST_OK;
	status = record_read(desk->db, RECORD_NOTICE, id, &notice.id);
	if (status == ST_NOT_FOUND)
		return ST_OK;
	if (status == ST_OK)
		status = token_answer_is_ours(desk, arena, address, &notice,
		                              &ours);
	if (status == ST_OK && ours)
		answer->notice = notice;
	return status;
}

static enum status answer_addresses(struct desk *desk, struct arena *arena,
                                    const struct mail *mail,
                                    struct str recipient, struct answer *answer)
{
	const struct mail_addresses *lists[] = {&mail->to, &mail->cc};
	enum status status = answer_try(desk, arena, recipient, answer);

	if (status == ST_OK)
		status = answer_try(desk, arena, mail->signals.delivered_to,
		                    answer);
	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0; j < lists[i]->count && status == ST_OK; j++)
			status = answer_try(desk, arena,
			                    lists[i]->items[j].address, answer);
	return status;
}

/* Whether it answers a letter of ours, whatever address it was sent to. */
static enum status answer_to_letter(struct desk *desk, struct arena *arena,
                                    const struct mail *mail, bool *letter_out)
{
	const struct mail_ids *lists[] = {&mail->in_reply_to,
	                                  &mail->references};
	enum status status = ST_OK;

	*letter_out = false;
	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0;
		     j < lists[i]->count && status == ST_OK && !*letter_out;
		     j++)
			status = token_is_letter(
				desk, arena, lists[i]->items[j], letter_out);
	return status;
}

/* Of an active member, not too old, and not of a life before a restore. */
static enum status answer_is_alive(const struct desk *desk,
                                   const struct notice *notice, instant_ms now,
                                   bool *alive_out)
{
	const struct agency_member *member =
		agency_member(desk->agency, notice->member);
	int64_t restored = 0;
	enum status status =
		lookup_newest(desk->db, EV_WORKSPACE_RESTORED, &restored);

	*alive_out = member && member->record.active && notice->ticket &&
	             notice->at + ANSWER_LASTS > now && notice->id > restored;
	return status;
}

enum status answer_find(struct desk *desk, struct arena *arena,
                        const struct mail *mail, struct str envelope,
                        bool enveloped, struct answer *answer_out)
{
	struct answer answer = {0};
	struct str recipient = STR("");
	bool letter = false;
	enum status status;

	(void)str_line(&envelope, &answer.sender);
	(void)str_line(&envelope, &recipient);
	if (answer.sender.length == 0 && !enveloped &&
	    !mail->signals.null_return_path && mail->from.count == 1)
		answer.sender = mail->from.items[0].address;
	status = answer_addresses(desk, arena, mail, recipient, &answer);
	if (status == ST_OK && !answer.notice.id)
		status = answer_to_letter(desk, arena, mail, &letter);
	if (status != ST_OK || (!answer.notice.id && !letter)) {
		*answer_out = (struct answer){0};
		return status;
	}
	if (mail->kind != MAIL_AUTO_NONE || answer.sender.length == 0)
		answer.how = ANSWER_AUTOMATIC;
	else if (answer.notice.id)
		answer.how = ANSWER_SENT;
	else
		answer.how = ANSWER_REFUSED;
	*answer_out = answer;
	return ST_OK;
}

/* -- Carrying it out ----------------------------------------------------------
 */

/* Where the line begins that `at` is in. */
static size_t answer_line(struct str text, size_t at)
{
	while (at > 0 && text.text[at - 1] != '\n')
		at--;
	return at;
}

/* Their words alone: nothing of our letter, however their program quotes. */
static struct str answer_words(const struct mail *mail)
{
	const struct str marked = STR(LETTERS_MARK);
	struct str text = mail->reply.length ? mail->reply : mail->text;
	size_t mark = str_find(text, marked, 0);

	if (mark < text.length)
		text = str_sub(text, 0, answer_line(text, mark));
	text = str_trim(text);
	/* "On Monday they wrote:" stands above the letter that is quoted. */
	if (str_find(mail->text, marked, 0) < mail->text.length &&
	    str_ends(text, STR(":")))
		text = str_sub(text, 0, answer_line(text, text.length));
	return str_trim(text);
}

/* The same mail, however often it comes, is the same command. */
static void answer_command(const struct notice *notice, const struct mail *mail,
                           struct str words, unsigned char command_out[16])
{
	const struct str parts[] = {mail->message_id, mail->subject, words};
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, EVENT_COMMAND_BYTES);
	crypto_generichash_update(&state, (const unsigned char *)"answer", 6);
	crypto_generichash_update(&state, (const unsigned char *)&notice->id,
	                          sizeof(notice->id));
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		uint64_t length = parts[i].length;

		crypto_generichash_update(
			&state, (const unsigned char *)&length, sizeof(length));
		crypto_generichash_update(&state,
		                          (const unsigned char *)parts[i].text,
		                          parts[i].length);
	}
	crypto_generichash_final(&state, command_out, EVENT_COMMAND_BYTES);
}

struct taking {
	struct desk *desk;
	const struct turn *turn;
	const struct mail *mail;
	const struct answer *answer;
	struct str words;
	struct outcome outcome; /* of the reply or note */
	struct problem problem; /* why it was held */
	enum answer_how how;
};

/* What a person can do something about; the rest is tried again. */
static bool answer_is_refusal(enum status status)
{
	return status == ST_CONFLICT || status == ST_INVALID ||
	       status == ST_LIMIT || status == ST_FORBIDDEN ||
	       status == ST_NOT_FOUND;
}

static enum status answer_reply(struct taking *t)
{
	const struct notice *notice = &t->answer->notice;
	const struct reply reply = {
		.ticket = notice->ticket,
		.text = t->words,
		.seen = notice->message,
		.audience = notice->message,
	};
	struct turn turn = *t->turn;

	turn.actor = notice->member;
	answer_command(notice, t->mail, t->words, turn.command);
	for (size_t i = 0; i < t->mail->attachment_count; i++)
		if (!t->mail->attachments[i].is_inline)
			return problem_set(&t->problem, ST_INVALID,
			                   "attachments",
			                   "Files cannot be sent by mail. "
			                   "Attach them in the thread.");
	return desk_reply(t->desk, &turn, &reply, &t->outcome, &t->problem);
}

static enum status answer_note(struct taking *t)
{
	const struct notice *notice = &t->answer->notice;
	const struct ticket_command asked = {
		.ticket = notice->ticket,
		.text = str_trim(str_sub(t->words, 5, t->words.length)),
	};
	struct turn turn = *t->turn;

	turn.actor = notice->member;
	answer_command(notice, t->mail, t->words, turn.command);
	return desk_ticket_note(t->desk, &turn, &asked, &t->outcome,
	                        &t->problem);
}

static enum status answer_act(struct taking *t)
{
	bool note = str_starts_nocase(t->words, STR("note:"));
	enum status status = note ? answer_note(t) : answer_reply(t);

	t->how = note ? ANSWER_NOTED : ANSWER_SENT;
	if (!answer_is_refusal(status))
		return status;
	t->how = ANSWER_HELD;
	return ST_OK;
}

/* What they had not seen, so that they can write anew. */
static enum status answer_news(struct taking *t, struct buf *buf)
{
	const struct notice *notice = &t->answer->notice;
	struct arena *arena = t->turn->arena;
	struct view_message *messages = NULL;
	size_t count = 0, shown = 0;
	enum status status = view_messages(t->desk->db, arena, notice->ticket,
	                                   &messages, &count);

	for (size_t i = 0; i < count && status == ST_OK; i++) {
		struct str rest =
			str_utf8_prefix(str_trim(messages[i].text), 4000);
		struct str line;

		if (messages[i].record.id <= notice->message ||
		    messages[i].record.kind == MESSAGE_NOTE ||
		    shown++ == ANSWER_NEW_SHOWN)
			continue;
		buf_printf(buf, "New since then, from %.*s:\n",
		           STR_ARG(messages[i].from));
		while (str_line(&rest, &line))
			buf_printf(buf, "> %.*s\n", STR_ARG(line));
		buf_char(buf, '\n');
	}
	return status;
}

/* A member's own words come back with why they were not sent. */
static enum status answer_mail_back(struct taking *t,
                                    const struct notice *again)
{
	const struct notice *notice = &t->answer->notice;
	const struct agency_member *member =
		agency_member(t->desk->agency, notice->member);
	struct letter_words words = {
		.member = notice->member,
		.kind = LETTER_HELD,
		.to = member->address,
		.subject = STR("Your answer was not sent"),
		.notice = again,
	};
	struct buf buf;
	enum status status;

	buf_init(&buf, ANSWER_TEXT_BYTES);
	buf_printf(&buf,
	           LETTERS_MARK "\n\nYour answer was not sent: %s\n" LETTER_BASE
	                        "/t/%lld\n\n",
	           t->problem.text, (long long)notice->ticket);
	status = answer_news(t, &buf);
	buf_printf(&buf, "What you wrote:\n\n%.*s\n",
	           STR_ARG(str_utf8_prefix(t->words, 64u << 10)));
	words.text = str_copy(t->turn->arena, buf_view(&buf));
	buf_release(&buf);
	return status == ST_OK ? letters_write(t->desk, t->turn->arena,
	                                       t->turn->now, &words)
	                       : status;
}

/* Once a day to an address, whatever it sends, and to nobody unknown. */
static enum status answer_explain(struct taking *t)
{
	struct str to = str_lower(t->turn->arena, t->answer->sender);
	const struct letter_words words = {
		.kind = LETTER_EXPLAIN,
		.to = to,
		.subject = STR("Your mail was not sent to the client"),
		.text = STR("You answered a warning, and nothing was sent.\n\n"
	                    "Such an answer works for 30 days, at the address "
	                    "that the warning asks to answer to, and as long "
	                    "as your account is active. Open the thread and "
	                    "answer there:\n" LETTER_BASE "/\n\n"
	                    "There will be no other mail about this today.\n"),
	};
	int64_t sent = 0;
	enum status status;

	if (!address_valid(to) || agency_address_by_text(t->desk->agency, to))
		return ST_OK;
	status = letter_count(t->desk->db, to, LETTER_EXPLAIN,
	                      t->turn->now - ANSWER_EXPLAINED, &sent);
	if (status != ST_OK || sent > 0)
		return status;
	return letters_write(t->desk, t->turn->arena, t->turn->now, &words);
}

/* Held: a notice of its own, so that the next answer has seen all. */
static enum status answer_hold(struct taking *t, struct decision *d,
                               const struct ticket *ticket, int64_t about)
{
	int64_t id = decide(
		d, EV_NOTICE_GIVEN, ticket->client, ticket->id, d->now,
		DATA(notice_given, .ticket = ticket->id,
	             .member = t->answer->notice.member, .kind = NOTICE_FAILED,
	             .message = ticket->newest_message, .about = about));

	return answer_mail_back(t, state_get(d->state, RECORD_NOTICE, id));
}

enum status answer_take(struct desk *desk, const struct turn *turn,
                        int64_t intake, const struct mail *mail,
                        const struct answer *answer,
                        struct outcome *outcome_out)
{
	struct taking t = {
		.desk = desk,
		.turn = turn,
		.mail = mail,
		.answer = answer,
		.words = answer_words(mail),
		.how = answer->how,
	};
	struct ticket *ticket = NULL;
	struct decision d;
	bool alive = false;
	int64_t event;
	enum status status = ST_OK;

	if (t.how == ANSWER_SENT)
		status = answer_is_alive(desk, &answer->notice, turn->now,
		                         &alive);
	if (t.how == ANSWER_SENT && !alive)
		t.how = ANSWER_REFUSED;
	if (status == ST_OK && t.how == ANSWER_SENT)
		status = answer_act(&t);
	else if (status == ST_OK && t.how == ANSWER_REFUSED)
		status = answer_explain(&t);
	if (status != ST_OK || desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = record_load(desk->db, d.state, RECORD_INTAKE, intake);
	if (status == ST_OK && answer->notice.ticket)
		status = desk_load_ticket(desk, &d, answer->notice.ticket,
		                          &ticket, NULL);
	if (status != ST_OK)
		return status;
	event = decide(&d, EV_MAIL_ANSWERED, ticket ? ticket->client : 0,
	               ticket ? ticket->id : intake, d.now,
	               DATA(mail_answered, .ticket = ticket ? ticket->id : 0,
	                    .intake = intake, .notice = answer->notice.id,
	                    .how = t.how, .message = t.outcome.message));
	if (t.how == ANSWER_HELD && ticket)
		status = answer_hold(&t, &d, ticket, event);
	return status == ST_OK ? desk_commit(desk, turn, &d, outcome_out)
	                       : status;
}
