/* Letters to members: when they gather, when they wait, when they are gone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "desk/erase.h"
#include "desk/items.h"
#include "desk/letters.h"
#include "desk/notices.h"
#include "desk/token.h"
#include "store/draft.h"
#include "store/people.h"
#include "store/session.h"
#include "support/world.h"

static const char question[] =
	"From: Hannah Marlow <hannah@marlow.example>\nTo: desk@ours.example\n"
	"Subject: Batch 3\nMessage-ID: <%d@marlow.example>\n\n"
	"Where is batch 3?\n";

struct scene {
	struct world w;
	int64_t ben, ticket;
	int mails;
};

static void ok(enum status status)
{
	assert_int_equal(status, ST_OK);
}

static void wish(struct scene *s, const char *document)
{
	struct item_command asked = {.sort = ITEM_NOTICES,
	                             .owner = s->ben,
	                             .active = true,
	                             .name = STR("notices"),
	                             .document = str_of(document)};
	struct turn turn = world_turn(&s->w);
	struct outcome outcome;

	ok(desk_item_save(&s->w.desk, &turn, &asked, &outcome, NULL));
}

static void give(struct scene *s)
{
	struct ticket_command asked = {.value = s->ben};
	struct turn turn;
	struct outcome outcome;
	char raw[1024];

	snprintf(raw, sizeof(raw), question, ++s->mails);
	s->ticket = world_message(&s->w, world_mail(&s->w, raw)).ticket;
	asked.ticket = s->ticket;
	turn = world_turn(&s->w);
	ok(desk_ticket_assign(&s->w.desk, &turn, &asked, &outcome, NULL));
}

static struct scene *scene(void)
{
	struct scene *s = calloc(1, sizeof(*s));
	struct settings_command member = {.has_name = true,
	                                  .name = STR("Ben"),
	                                  .has_address = true,
	                                  .address = STR("ben@people.example"),
	                                  .has_role = true,
	                                  .role = ROLE_AGENT};
	struct turn turn;
	struct outcome outcome;

	assert_non_null(s);
	world_open(&s->w, ":memory:");
	world_at(&s->w, "2026-11-03T09:00:00Z");
	turn = world_turn(&s->w);
	ok(desk_member_save(&s->w.desk, &turn, &member, &outcome, NULL));
	s->ben = outcome.record;
	wish(s, "{\"mail\": \"always\", \"desktop\": true}");
	return s;
}

static void end(struct scene *s)
{
	world_prove(&s->w);
	world_close(&s->w);
	free(s);
}

/* Gathers what is due for Ben, and gives the ids of the letters that wait. */
static size_t gather(struct scene *s, int64_t ids[10])
{
	int64_t members[10];
	size_t count = 0;

	ok(letter_members(s->w.db, s->w.now, members, 10, &count));
	for (size_t i = 0; i < count; i++) {
		struct turn turn = world_turn(&s->w);

		ok(desk_letters_gather(&s->w.desk, &turn, members[i]));
	}
	ok(letter_due(s->w.db, s->w.now, ids, 10, &count));
	return count;
}

static void one_minute_is_one_letter(void **state)
{
	struct scene *s = scene();
	struct letter letter;
	int64_t ids[10];

	(void)state;
	give(s);
	assert_int_equal(gather(s, ids), 0);
	s->w.now += 59 * SPAN_SECOND;
	give(s);
	assert_int_equal(gather(s, ids), 0);
	s->w.now += SPAN_SECOND;
	assert_int_equal(gather(s, ids), 1);
	ok(letter_read(s->w.db, s->w.arena, ids[0], &letter));
	assert_true(str_equal(letter.subject, STR("2 warnings")));
	assert_true(str_equal(letter.address, STR("ben@people.example")));
	assert_int_equal(letter.reply_to.length, 0);
	/* Once; its words are gone when it is. */
	assert_int_equal(gather(s, ids), 1);
	ok(letter_end(s->w.db, ids[0]));
	assert_int_equal(gather(s, ids), 0);
	ok(letter_read(s->w.db, s->w.arena, ids[0], &letter));
	assert_int_equal(letter.text.length + letter.subject.length, 0);
	end(s);
}

static void who_is_at_the_screen_gets_none(void **state)
{
	unsigned char hash[TOKEN_HASH_BYTES] = {1};
	struct scene *s = scene();
	int64_t ids[10];

	(void)state;
	wish(s, "{\"mail\": \"away\", \"desktop\": true}");
	ok(session_add(s->w.db, hash,
	               &(struct session_row){.member = s->ben,
	                                     .created_at = s->w.now,
	                                     .seen_at = s->w.now,
	                                     .agent = STR("browser")}));
	give(s);
	s->w.now += 2 * SPAN_MINUTE;
	assert_int_equal(gather(s, ids), 0);
	give(s);
	s->w.now += 5 * SPAN_MINUTE;
	assert_int_equal(gather(s, ids), 1);
	end(s);
}

static void what_was_seen_is_not_mailed(void **state)
{
	struct scene *s = scene();
	struct outcome outcome;
	struct turn turn;
	int64_t ids[10];

	(void)state;
	give(s);
	turn = world_turn(&s->w);
	turn.actor = s->ben;
	ok(desk_notices_seen(&s->w.desk, &turn, INT64_MAX, &outcome));
	s->w.now += 2 * SPAN_MINUTE;
	assert_int_equal(gather(s, ids), 0);
	end(s);
}

static void an_address_is_not_flooded(void **state)
{
	struct scene *s = scene();
	int64_t ids[10];

	(void)state;
	for (int i = 0; i < LETTERS_AN_HOUR; i++) {
		give(s);
		s->w.now += SPAN_MINUTE;
		assert_int_equal(gather(s, ids), 1);
		ok(letter_end(s->w.db, ids[0]));
	}
	give(s);
	s->w.now += 2 * SPAN_MINUTE;
	assert_int_equal(gather(s, ids), 0);
	s->w.now += SPAN_HOUR;
	assert_int_equal(gather(s, ids), 1);
	end(s);
}

static void what_does_not_leave_is_given_up(void **state)
{
	struct scene *s = scene();
	struct letter letter;
	int64_t ids[10], first;
	int tries = 0;

	(void)state;
	give(s);
	s->w.now += SPAN_MINUTE;
	assert_int_equal(gather(s, ids), 1);
	first = ids[0];
	do {
		struct turn turn = world_turn(&s->w);

		ok(desk_letter_end(&s->w.desk, &turn, first, true));
		ok(letter_read(s->w.db, s->w.arena, first, &letter));
		s->w.now += 3 * SPAN_HOUR;
	} while (++tries < 100 && letter.next_at);
	assert_int_equal(tries, 8);
	assert_int_equal(letter.text.length, 0);
	end(s);
}

static void a_restore_sends_nothing_old(void **state)
{
	struct scene *s = scene();
	struct outcome outcome;
	struct turn turn;
	int64_t ids[10];

	(void)state;
	give(s);
	s->w.now += SPAN_MINUTE;
	assert_int_equal(gather(s, ids), 1);
	give(s);
	turn = world_turn(&s->w);
	ok(desk_restored(&s->w.desk, &turn, &outcome));
	s->w.now += SPAN_HOUR;
	assert_int_equal(gather(s, ids), 0);
	end(s);
}

static void erasing_takes_drafts_and_letters(void **state)
{
	struct scene *s = scene();
	const struct draft draft = {.member = 1,
	                            .version = 1,
	                            .at = 1,
	                            .document =
	                                    STR("{\"text\":\"Dear Hannah\"}")};
	struct draft found = draft;
	struct erased erased;
	struct ticket ticket;
	int64_t ids[10];

	(void)state;
	give(s);
	found.ticket = s->ticket;
	ok(draft_write(s->w.db, &found));
	s->w.now += SPAN_MINUTE;
	assert_int_equal(gather(s, ids), 1);
	ticket = world_ticket(&s->w, s->ticket);
	ok(desk_erase(&s->w.desk, s->w.now, ticket.contact, &erased, NULL));
	ok(draft_head(s->w.db, s->ticket, &found));
	assert_int_equal(found.ticket, 0);
	assert_int_equal(gather(s, ids), 0);
	end(s);
}

/* Answers Ben's newest notice by mail; how many messages there are then. */
static int64_t answered(struct scene *s, const struct notice *notice,
                        const char *id, const char *words)
{
	struct str address;
	char raw[1024];

	ok(token_answer_address(&s->w.desk, s->w.arena,
	                        STR("desk@ours.example"), notice, &address));
	snprintf(raw, sizeof(raw),
	         "From: Ben <ben@home.example>\nTo: %.*s\nSubject: Re: it\n"
	         "Message-ID: <%s@home.example>\n\n%s\n",
	         STR_ARG(address), id, words);
	(void)world_mail_to(&s->w, str_cstr(s->w.arena, address), raw);
	return world_ticket(&s->w, s->ticket).messages;
}

static struct notice newest(struct scene *s)
{
	struct notice notice = {0};
	size_t count = 0;

	ok(people_notices(s->w.db, s->ben, 0, &notice, 1, &count));
	assert_int_equal(count, 1);
	return notice;
}

static void an_answer_counts_for_thirty_days(void **state)
{
	struct scene *s = scene();
	struct notice notice;

	(void)state;
	give(s);
	notice = newest(s);
	assert_int_equal(answered(s, &notice, "a", "note: one"), 2);
	s->w.now = notice.at + 30 * SPAN_DAY - 1;
	assert_int_equal(answered(s, &notice, "b", "note: two"), 3);
	s->w.now++;
	assert_int_equal(answered(s, &notice, "c", "note: three"), 3);
	/* The same mail as the second, which was carried out. */
	s->w.now = notice.at + 31 * SPAN_DAY;
	assert_int_equal(answered(s, &notice, "b", "note: two"), 3);
	end(s);
}

static void an_answer_to_a_life_before_a_restore_counts_no_more(void **state)
{
	struct scene *s = scene();
	struct outcome outcome;
	struct notice notice;
	struct turn turn;

	(void)state;
	give(s);
	notice = newest(s);
	turn = world_turn(&s->w);
	ok(desk_restored(&s->w.desk, &turn, &outcome));
	assert_int_equal(answered(s, &notice, "a", "note: one"), 1);
	end(s);
}

static void another_members_answer_is_not_taken_for_mine(void **state)
{
	struct scene *s = scene();
	struct notice notice, forged;

	(void)state;
	give(s);
	notice = newest(s);
	forged = notice;
	forged.member = s->w.actor;
	/* Signed for somebody else: a mail from a stranger, elsewhere. */
	assert_int_equal(answered(s, &forged, "a", "note: one"), 1);
	assert_int_equal(answered(s, &notice, "b", "note: two"), 2);
	end(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_minute_is_one_letter),
		cmocka_unit_test(who_is_at_the_screen_gets_none),
		cmocka_unit_test(what_was_seen_is_not_mailed),
		cmocka_unit_test(an_address_is_not_flooded),
		cmocka_unit_test(what_does_not_leave_is_given_up),
		cmocka_unit_test(a_restore_sends_nothing_old),
		cmocka_unit_test(erasing_takes_drafts_and_letters),
		cmocka_unit_test(an_answer_counts_for_thirty_days),
		cmocka_unit_test(
			an_answer_to_a_life_before_a_restore_counts_no_more),
		cmocka_unit_test(another_members_answer_is_not_taken_for_mine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
