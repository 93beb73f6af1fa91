/* Addresses: too much mail to one, those that failed, those that are gone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "desk/erase.h"
#include "store/content.h"
#include "support/world.h"

static void too_many_mails_to_one_address_wait(void **state)
{
	int64_t message, ticket, last = 0, other;
	struct world w;

	(void)state;
	world_open(&w, ":memory:");
	world_at(&w, "2026-11-03T09:00:00Z");
	message = world_mail(&w, "From: bot@machine.example\nTo: "
	                         "desk@ours.example\nSubject: Ping\n"
	                         "Message-ID: <ping@machine.example>\n\n"
	                         "Where is batch 3?\n");
	ticket = world_message(&w, message).ticket;
	for (int i = 0; i < 31; i++) {
		last = world_reply(&w, ticket, "Pong");
		world_run_until(&w, w.now + SPAN_MINUTE);
		if (i < 30)
			assert_int_equal(world_message(&w, last).delivery,
			                 DELIVERY_SENT);
	}
	assert_int_equal(world_message(&w, last).delivery, DELIVERY_DEFERRED);
	/* Nobody else has to wait for it. */
	message = world_mail(&w, "From: hannah@marlow.example\nTo: "
	                         "desk@ours.example\nSubject: Hello\n"
	                         "Message-ID: <hello@marlow.example>\n\n"
	                         "Where is batch 4?\n");
	other = world_reply(&w, world_message(&w, message).ticket, "Soon.");
	world_run_until(&w, w.now + SPAN_MINUTE);
	assert_int_equal(world_message(&w, other).delivery, DELIVERY_SENT);
	/* An hour after the first there is room again. */
	world_at(&w, "2026-11-03T10:01:00Z");
	assert_int_equal(world_message(&w, last).delivery, DELIVERY_SENT);
	world_prove(&w);
	world_close(&w);
}

/* Whoever has a mail does not get it again when others were put off. */
static void only_those_who_were_put_off_are_tried_again(void **state)
{
	const struct outbound_report partly = {
		.outcome = OUTBOUND_TEMPORARY,
		.reason = STR("Not to ben@marlow.example: 451 later"),
		.again = STR("ben@marlow.example"),
	};
	struct outbound_report lost = {.outcome = OUTBOUND_PERMANENT,
	                               .reason = STR("550 no"),
	                               .tried = STR("ben@marlow.example")};
	struct outcome outcome;
	int64_t message, reply;
	struct message record;
	struct turn turn;
	struct world w;
	struct str again = STR("");

	(void)state;
	world_open(&w, ":memory:");
	world_at(&w, "2026-11-03T09:00:00Z");
	message = world_mail(&w, "From: hannah@marlow.example\nTo: "
	                         "desk@ours.example\nCc: ben@marlow.example\n"
	                         "Subject: Hello\n"
	                         "Message-ID: <hello@marlow.example>\n\n"
	                         "Where is batch 4?\n");
	reply = world_reply(&w, world_message(&w, message).ticket, "Soon.");
	turn = world_turn(&w);
	w.now += SPAN_MINUTE;
	turn.now = w.now;
	assert_int_equal(
		desk_timer_fire(&w.desk, &turn, TIMER_MESSAGE, reply, &outcome),
		ST_OK);
	turn = world_turn(&w);
	assert_int_equal(desk_send_begin(&w.desk, &turn, reply, STR("raw\r\n"),
	                                 &outcome),
	                 ST_OK);
	turn = world_turn(&w);
	assert_int_equal(
		desk_send_end(&w.desk, &turn, reply, &partly, &outcome), ST_OK);
	record = world_message(&w, reply);
	assert_int_equal(record.delivery, DELIVERY_DEFERRED);
	assert_int_equal(
		content_read(w.db, w.arena, record.failed_by, SLOT_TO, &again),
		ST_OK);
	assert_true(str_equal(again, STR("ben@marlow.example")));

	/* The copy is refused for good: the answer has arrived all the same. */
	w.now += SPAN_HOUR;
	turn = world_turn(&w);
	assert_int_equal(desk_send_begin(&w.desk, &turn, reply, STR("raw\r\n"),
	                                 &outcome),
	                 ST_OK);
	turn = world_turn(&w);
	assert_int_equal(desk_send_end(&w.desk, &turn, reply, &lost, &outcome),
	                 ST_OK);
	assert_int_equal(world_message(&w, reply).delivery, DELIVERY_SENT);
	world_prove(&w);
	world_close(&w);
}

/* What an address failed for is forgotten with the person whose it was. */
static void an_erased_person_is_on_no_list(void **state)
{
	int64_t message, reply, suppression = 0, events[8];
	struct str lines = STR(""), back = STR("");
	enum slot slots[8];
	struct erased erased;
	struct world w;
	size_t count = 1;

	(void)state;
	world_open(&w, ":memory:");
	world_at(&w, "2026-11-03T09:00:00Z");
	message = world_mail(&w, "From: gone@tansy.example\nTo: "
	                         "desk@ours.example\nSubject: Hello\n"
	                         "Message-ID: <hello@tansy.example>\n\n"
	                         "Where is batch 4?\n");
	reply = world_reply(&w, world_message(&w, message).ticket, "Soon.");
	world_run_until(&w, w.now + SPAN_MINUTE);
	assert_int_equal(
		content_read(w.db, w.arena, reply, SLOT_RETURN, &lines), ST_OK);
	assert_true(str_line(&lines, &back) && str_line(&lines, &back));
	world_mail_from(&w, "", str_cstr(w.arena, back),
	                "From: MAILER-DAEMON@mx.example\nTo: x@y.example\n"
	                "Subject: failure notice\nMessage-ID: <f@mx.example>\n"
	                "\nThis is a permanent error.\n\n"
	                "<gone@tansy.example>:\nNo mailbox here by that name. "
	                "(#5.1.1)\n");
	assert_int_equal(lookup_suppression(w.db, STR("gone@tansy.example"),
	                                    &suppression),
	                 ST_OK);
	assert_int_not_equal(suppression, 0);
	assert_int_equal(desk_erase(&w.desk, w.now,
	                            world_message(&w, message).contact, &erased,
	                            NULL),
	                 ST_OK);
	assert_int_equal(lookup_suppression(w.db, STR("gone@tansy.example"),
	                                    &suppression),
	                 ST_OK);
	assert_int_equal(suppression, 0);
	assert_int_equal(content_search(w.db, STR("gone@tansy"), -1, events,
	                                slots, 8, &count),
	                 ST_OK);
	assert_int_equal(count, 0);
	world_prove(&w);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(too_many_mails_to_one_address_wait),
		cmocka_unit_test(only_those_who_were_put_off_are_tried_again),
		cmocka_unit_test(an_erased_person_is_on_no_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
