#include "support/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "desk/audience.h"
#include "desk/call.h"
#include "desk/participants.h"
#include "store/blob.h"
#include "store/content.h"

struct story_letter {
	struct str from, to, subject, sender, recipient;
	char id[96], headers[4096];
	instant_ms sent_at;
};

static void story_header(struct story_letter *letter, const char *before,
                         struct str value, const char *behind)
{
	size_t used = strlen(letter->headers);

	snprintf(letter->headers + used, sizeof(letter->headers) - used,
	         "%s%.*s%s\n", before, STR_ARG(value), behind);
}

/* One of the addresses that answers and bounces of our mail come to. */
static struct str story_return(struct story *s, struct str label, int number)
{
	struct str lines = STR(""), line = STR("");

	if (content_read(s->w.db, s->w.arena, story_label(s, label),
	                 SLOT_RETURN, &lines) != ST_OK)
		story_fail(s, "no addresses");
	for (int i = 0; i <= number; i++) {
		if (!str_line(&lines, &line))
			story_fail(s, "no such address");
	}
	return line;
}

static void story_part(struct story *s, struct story_letter *letter,
                       struct str word, struct str value)
{
	if (str_equal(word, STR("from")))
		letter->from = value;
	else if (str_equal(word, STR("to")))
		letter->to = value;
	else if (str_equal(word, STR("subject")))
		letter->subject = value;
	else if (str_equal(word, STR("sender")))
		letter->sender = value;
	else if (str_equal(word, STR("at")))
		letter->recipient = value;
	else if (str_equal(word, STR("sentat"))) {
		if (!instant_parse(value, &letter->sent_at))
			story_fail(s, "no instant");
	} else if (str_equal(word, STR("token")))
		letter->recipient = story_return(s, value, 0);
	else if (str_equal(word, STR("returned")))
		letter->recipient = story_return(s, value, 1);
	else if (str_equal(word, STR("id")))
		snprintf(letter->id, sizeof(letter->id), "%.*s",
		         STR_ARG(value));
	else if (str_equal(word, STR("header")))
		story_header(letter, "", value, "");
	else if (str_equal(word, STR("cc")))
		story_header(letter, "Cc: ", value, "");
	else if (str_equal(word, STR("answers")))
		story_header(letter, "In-Reply-To: <",
		             str_of(story_id(s, value)), ">");
	else
		story_fail(s, "unknown word in mail");
}

static struct story_letter story_letter(struct story *s, struct str label,
                                        struct str rest)
{
	struct story_letter letter = {
		.from = STR("hannah@marlow.example"),
		.to = STR("desk@ours.example"),
		.subject = STR("A question"),
		.sender = STR("somebody@elsewhere.example"),
		.recipient = STR("desk@ours.example"),
	};

	snprintf(letter.id, sizeof(letter.id), "%.*s@story.example",
	         STR_ARG(label));
	while (str_trim(rest).length > 0) {
		struct str word = story_word(&rest);

		story_part(s, &letter, word, story_word(&rest));
	}
	return letter;
}

static void story_deliver(struct story *s, struct str label,
                          const struct story_letter *letter, const char *raw)
{
	int64_t message;

	s->w.sent_at = letter->sent_at;
	message = world_mail_from(&s->w, str_cstr(s->w.arena, letter->sender),
	                          str_cstr(s->w.arena, letter->recipient), raw);
	s->w.sent_at = 0;
	story_name(s, label, message, str_of(letter->id));
}

void story_mail(struct story *s, struct str rest)
{
	struct str body = story_text(&rest), label = story_word(&rest);
	struct story_letter letter = story_letter(s, label, rest);
	struct str raw = str_printf(s->w.arena,
	                            "From: %.*s\nTo: %.*s\nSubject: %.*s\n"
	                            "Message-ID: <%s>\n%s\n%.*s\n",
	                            STR_ARG(letter.from), STR_ARG(letter.to),
	                            STR_ARG(letter.subject), letter.id,
	                            letter.headers, STR_ARG(body));

	story_deliver(s, label, &letter, raw.text);
}

/* The bytes of a file beside the story's, in the folder of its name. */
void story_file(struct story *s, struct str rest)
{
	struct str label = story_word(&rest), name = story_word(&rest);
	struct story_letter letter = story_letter(s, label, rest);
	const char *end = strrchr(s->file, '.');
	struct str path =
		str_printf(s->w.arena, "%.*s/%.*s", (int)(end - s->file),
	                   s->file, STR_ARG(name));
	char *raw = calloc(1, 1 << 20);
	FILE *in = fopen(path.text, "rb");

	if (!in || !raw || fread(raw, 1, (1 << 20) - 1, in) == 0)
		story_fail(s, "no such file");
	fclose(in);
	letter.id[0] = '\0';
	story_deliver(s, label, &letter, raw);
	free(raw);
}

/* huge LABEL readers N, huge LABEL mb N: a mail that is large in that. */
void story_huge(struct story *s, struct str rest)
{
	struct str label = story_word(&rest), what = story_word(&rest);
	struct story_letter letter = story_letter(s, label, STR(""));
	struct buf buf;
	int64_t count = 0;

	if (!str_to_i64(story_word(&rest), &count))
		story_fail(s, "how many?");
	buf_init(&buf, (size_t)40 << 20);
	buf_printf(&buf,
	           "From: hannah@marlow.example\nSubject: Huge\n"
	           "Message-ID: <%s>\nTo: desk@ours.example",
	           letter.id);
	if (str_equal(what, STR("readers"))) {
		for (int64_t i = 0; i < count; i++)
			buf_printf(&buf, ",\n reader%lld@crowd.example",
			           (long long)i);
		buf_text(&buf, "\n\nWhere is it?\n");
	} else {
		buf_text(&buf, "\n\nWhere is it?\n");
		while (buf.length < (size_t)count << 20)
			buf_text(&buf, "And once more the same line of words, "
			               "as long as it takes to be large.\n");
	}
	buf_char(&buf, '\0');
	story_deliver(s, label, &letter, buf.data);
	buf_release(&buf);
}

/* address A: one more address of the desk */
void story_address(struct story *s, struct str rest)
{
	struct settings_command asked = {.has_address = true,
	                                 .address = story_word(&rest)};
	struct turn turn = world_turn(&s->w);
	struct outcome outcome;

	if (desk_address_save(&s->w.desk, &turn, &asked, &outcome,
	                      &s->w.problem) != ST_OK)
		story_fail(s, "address refused");
}

/* role L A ROLE: what somebody is on the thread of L */
void story_role(struct story *s, struct str rest)
{
	int64_t ticket = story_ticket(s, &rest), contact = 0;
	struct str address = story_word(&rest), name = story_word(&rest);
	struct participant_command asked = {.ticket = ticket};
	struct turn turn = world_turn(&s->w);
	struct outcome outcome;

	for (int i = 1; i < PARTICIPANT_ROLE_COUNT; i++) {
		if (str_equal(name, str_of(participant_names[i])))
			asked.role = (enum participant_role)i;
	}
	if (lookup_contact(s->w.db, address, &contact) != ST_OK)
		story_fail(s, "lookup");
	asked.contact = contact;
	if (desk_participant_set(&s->w.desk, &turn, &asked, &outcome,
	                         &s->w.problem) != ST_OK)
		story_fail(s, "role refused");
}

/* ring LABEL PERSON [spoke|voicemail]: a thread that begins with a call */
void story_ring(struct story *s, struct str rest)
{
	struct str text = story_text(&rest), label = story_word(&rest);
	struct call_command asked = {.text = text,
	                             .address = story_word(&rest)};
	struct turn turn = world_turn(&s->w);
	struct outcome outcome;

	asked.spoke = !str_equal(story_word(&rest), STR("voicemail"));
	asked.outward = !asked.spoke;
	if (desk_call_begin(&s->w.desk, &turn, &asked, &outcome,
	                    &s->w.problem) != ST_OK)
		story_fail(s, "call refused");
	story_name(s, label, outcome.message, STR(""));
}

/* next unknown temporary ...: how the next attempts to send go */
void story_next(struct story *s, struct str rest)
{
	static const char *const names[] = {
		[OUTBOUND_SENT] = "sent",
		[OUTBOUND_TEMPORARY] = "temporary",
		[OUTBOUND_PERMANENT] = "permanent",
		[OUTBOUND_UNKNOWN] = "unknown",
	};
	struct str word;

	while ((word = story_word(&rest)).length > 0) {
		for (int i = 0; i < 4 && s->w.outcome_count < 4; i++) {
			if (str_equal(word, str_of(names[i])))
				s->w.outcomes[s->w.outcome_count++] =
					(enum outbound_outcome)i;
		}
	}
}

/* -- What must be true ---------------------------------------------------- */

static struct str story_people(struct story *s,
                               const struct audience_person *people,
                               size_t count, struct str before)
{
	for (size_t i = 0; i < count; i++)
		before = str_printf(s->w.arena, "%.*s%s%.*s", STR_ARG(before),
		                    before.length ? " " : "",
		                    STR_ARG(people[i].address));
	return before;
}

static void story_same(struct story *s, struct str found, struct str wanted)
{
	if (!str_equal(found, wanted))
		story_fail(s, str_printf(s->w.arena, "it is \"%.*s\"",
		                         STR_ARG(found))
		                      .text);
}

/* audience "a b", or changes "vendor a" */
static void story_audience(struct story *s, int64_t id, bool changes,
                           struct str wanted)
{
	struct audience *audience = arena_alloc(s->w.arena, sizeof(*audience));
	struct ticket ticket = world_ticket(&s->w, id);
	struct str found = STR("");

	if (audience_of(s->w.db, s->w.desk.agency, s->w.arena, &ticket,
	                audience) != ST_OK)
		story_fail(s, "no audience");
	if (!changes) {
		found = story_people(s, audience->to, audience->to_count,
		                     found);
		found = story_people(s, audience->cc, audience->cc_count,
		                     found);
	}
	for (size_t i = 0; i < audience->change_count && changes; i++)
		found = str_printf(
			s->w.arena, "%.*s%s%s %.*s", STR_ARG(found),
			found.length ? " " : "",
			audience_what_names[audience->changes[i].what],
			STR_ARG(audience->changes[i].address));
	story_same(s, found, wanted);
}

static void story_words(struct story *s, int64_t message, enum slot slot,
                        struct str wanted)
{
	struct str found = STR("");

	if (content_read(s->w.db, s->w.arena, message, slot, &found) != ST_OK)
		story_fail(s, "no words");
	if (str_find(found, wanted, 0) == found.length && wanted.length > 0)
		story_same(s, found, wanted);
}

/* Kept as it came, byte for byte, on a thread that people see. */
static void story_stored(struct story *s, int64_t id)
{
	struct message message = world_message(&s->w, id);
	struct view_ticket view;
	struct str raw = STR("");

	if (blob_read(s->w.db, message.raw, s->w.arena, &raw) != ST_OK ||
	    raw.length == 0)
		story_fail(s, "its bytes are not kept");
	if (view_ticket(s->w.db, s->w.arena, message.ticket, &view) != ST_OK ||
	    view.record.messages == 0)
		story_fail(s, "no thread shows it");
}

static void story_away(struct story *s, int64_t ticket, struct str wanted)
{
	struct view_ticket view;
	char text[INSTANT_TEXT_SIZE] = "no";

	if (view_ticket(s->w.db, s->w.arena, ticket, &view) != ST_OK)
		story_fail(s, "no ticket");
	if (view.contact.record.away_until)
		instant_print(view.contact.record.away_until, text);
	story_same(s, str_sub(str_of(text), 0, wanted.length), wanted);
}

static void story_count(struct story *s, const char *what, int64_t found,
                        struct str wanted)
{
	int64_t number = 0;

	if (!str_to_i64(wanted, &number) || found != number)
		fail_msg("%s:%d: %s: %lld", s->file, s->line, what,
		         (long long)found);
}

static int64_t story_outs(struct story *s, int64_t ticket)
{
	struct view_message *messages;
	size_t count = 0;
	int64_t outs = 0;

	if (view_messages(s->w.db, s->w.arena, ticket, &messages, &count) !=
	    ST_OK)
		story_fail(s, "no messages");
	for (size_t i = 0; i < count; i++)
		outs += messages[i].record.kind == MESSAGE_OUT;
	return outs;
}

static void story_suppressed(struct story *s, struct str address, bool wanted)
{
	int64_t suppression = 0;

	if (lookup_suppression(s->w.db, address, &suppression) != ST_OK)
		story_fail(s, "lookup");
	if ((suppression != 0) != wanted)
		story_fail(s, wanted ? "it may be written to"
		                     : "it is suppressed");
}

static void story_contact(struct story *s, int64_t ticket, struct str wanted)
{
	struct view_ticket view;

	if (view_ticket(s->w.db, s->w.arena, ticket, &view) != ST_OK)
		story_fail(s, "no ticket");
	story_same(s, view.contact.address, wanted);
}

/* Which promise the row of the list shows. */
static void story_chip(struct story *s, int64_t ticket, struct str wanted)
{
	struct view_ticket view;

	if (view_ticket(s->w.db, s->w.arena, ticket, &view) != ST_OK)
		story_fail(s, "no ticket");
	story_same(
		s,
		str_of(promise_kind_name((enum promise_kind)view.clock.kind)),
		wanted);
}

bool story_expect_mail(struct story *s, struct str label, struct str what,
                       struct str rest)
{
	int64_t id = story_label(s, label);
	struct message message = world_message(&s->w, id);
	struct str value = story_word(&rest);

	if (str_equal(what, STR("audience")) || str_equal(what, STR("changes")))
		story_audience(s, message.ticket,
		               str_equal(what, STR("changes")), value);
	else if (str_equal(what, STR("auto")))
		story_same(s,
		           str_of(mail_auto_name(
				   (enum mail_auto)message.automatic)),
		           value);
	else if (str_equal(what, STR("stored")))
		story_stored(s, id);
	else if (str_equal(what, STR("text")))
		story_words(s, id, SLOT_TEXT, value);
	else if (str_equal(what, STR("errors")))
		story_words(s, id, SLOT_ERRORS, value);
	else if (str_equal(what, STR("to")))
		story_words(s, id, SLOT_TO, value);
	else if (str_equal(what, STR("files")))
		story_count(s, "files", message.attachments, value);
	else if (str_equal(what, STR("attempts")))
		story_count(s, "attempts", message.attempts, value);
	else if (str_equal(what, STR("outs")))
		story_count(s, "outs", story_outs(s, message.ticket), value);
	else if (str_equal(what, STR("away")))
		story_away(s, message.ticket, value);
	else if (str_equal(what, STR("contact")))
		story_contact(s, message.ticket, value);
	else if (str_equal(what, STR("chip")))
		story_chip(s, message.ticket, value);
	else
		return false;
	return true;
}

bool story_expect_desk(struct story *s, struct str what, struct str rest)
{
	int64_t intakes[INTAKE_STATE_COUNT], deliveries[DELIVERY_COUNT];

	if (str_equal(what, STR("suppressed")))
		story_suppressed(s, story_word(&rest), true);
	else if (str_equal(what, STR("writable")))
		story_suppressed(s, story_word(&rest), false);
	else if (str_equal(what, STR("set-aside"))) {
		if (view_mail_counts(s->w.db, intakes, deliveries) != ST_OK)
			story_fail(s, "no counts");
		story_count(s, "set aside", intakes[INTAKE_QUARANTINED],
		            story_word(&rest));
	} else {
		return false;
	}
	return true;
}
