/*
 * The thinnest path through all layers: a mail becomes a ticket with a clock,
 * is answered, and the log tells the same story as the rows.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/project.h"
#include "support/world.h"

#define MAIL(id, subject, more, body)                                          \
	"From: Hannah Reyes <hannah@marlow.example>\n"                         \
	"To: desk@ours.example\n"                                              \
	"Subject: " subject "\n"                                               \
	"Message-ID: <" id "@marlow.example>\n"                                \
	"Date: Mon, 2 Nov 2026 09:00:00 +0000\n" more "\n" body "\n"

static void mail_gets_a_clock_and_an_answer(void **unused)
{
	struct world w;
	struct ticket ticket;
	struct promise promise;
	int64_t message, reply;

	(void)unused;
	world_open(&w, ":memory:");
	world_at(&w, "2026-11-06T17:50:00Z");
	message = world_mail(&w, MAIL("m1", "Batch 3", "",
	                              "Hi, where are we with batch 3? When "
	                              "can we expect the files?"));
	assert_int_not_equal(message, 0);
	ticket = world_ticket(&w, world_message(&w, message).ticket);
	assert_int_equal(ticket.type, REQUEST_STATUS_INQUIRY);
	assert_int_equal(ticket.state, TICKET_NEW);
	assert_int_equal(ticket.rank, RANK_OWED);
	promise = world_promise(&w, ticket.id, PROMISE_FIRST_RESPONSE);
	assert_int_equal(promise.due_at, world_instant("2026-11-09T09:20:00Z"));

	world_at(&w, "2026-11-09T09:05:00Z");
	reply = world_reply(&w, ticket.id, "Hannah, they land on Thursday.");
	promise = world_promise(&w, ticket.id, PROMISE_FIRST_RESPONSE);
	assert_int_equal(promise.state, PROMISE_OPEN);
	assert_int_equal(promise.held_by, reply);
	world_at(&w, "2026-11-09T09:05:11Z");
	promise = world_promise(&w, ticket.id, PROMISE_FIRST_RESPONSE);
	assert_int_equal(promise.state, PROMISE_KEPT);
	assert_int_equal(promise.ended_at,
	                 world_instant("2026-11-09T09:05:00Z"));
	assert_int_equal(promise.evidence, reply);
	assert_int_equal(world_message(&w, reply).delivery, DELIVERY_SENT);
	ticket = world_ticket(&w, ticket.id);
	assert_int_equal(ticket.state, TICKET_OPEN);
	assert_int_equal(ticket.unanswered, 0);
	world_prove(&w);
	world_close(&w);
}

static void an_answer_finds_its_thread(void **unused)
{
	struct world w;
	int64_t first, second;

	(void)unused;
	world_open(&w, ":memory:");
	world_at(&w, "2026-11-03T10:00:00Z");
	first = world_mail(&w, MAIL("a", "Prices", "", "What does it cost?"));
	second = world_mail(&w, MAIL("b", "Re: Prices",
	                             "In-Reply-To: <unknown@x.example>\n"
	                             "References: <a@marlow.example>\n",
	                             "And for two hundred of them?"));
	assert_int_equal(world_message(&w, first).ticket,
	                 world_message(&w, second).ticket);
	/* An answer to a mail that never came here, then that mail. */
	first = world_mail(&w, MAIL("d", "Re: Other",
	                            "In-Reply-To: <c@marlow.example>\n",
	                            "As I said, it is blue."));
	second = world_mail(&w, MAIL("c", "Other", "", "Is it blue?"));
	assert_int_equal(world_message(&w, first).ticket,
	                 world_message(&w, second).ticket);
	world_prove(&w);
	world_close(&w);
}

static void the_same_mail_is_known(void **unused)
{
	static const char mail[] = MAIL("x", "Once", "", "Only once, please.");
	struct world w;
	int64_t first;

	(void)unused;
	world_open(&w, ":memory:");
	world_at(&w, "2026-11-03T10:00:00Z");
	first = world_mail(&w, mail);
	assert_int_not_equal(first, 0);
	assert_int_equal(world_mail(&w, mail), 0);
	/* The same id with other words is another message. */
	assert_int_not_equal(world_mail(&w, MAIL("x", "Once", "", "Twice?")),
	                     0);
	world_prove(&w);
	world_close(&w);
}

static void three_unanswered_demand_a_call(void **unused)
{
	struct world w;
	struct ticket ticket;
	struct promise call;
	struct ticket_command asked = {.spoke = true,
	                               .outward = true,
	                               .text = STR("Told her: Thursday.")};
	struct outcome outcome;
	struct turn turn;
	int64_t last;

	(void)unused;
	world_open(&w, ":memory:");
	world_at(&w, "2026-11-03T10:00:00Z");
	world_mail(&w, MAIL("1", "Batch 3", "", "Where is batch 3?"));
	world_at(&w, "2026-11-03T11:00:00Z");
	world_mail(&w, MAIL("2", "Batch 3 again", "", "Any news on it?"));
	world_at(&w, "2026-11-03T11:05:00Z");
	world_mail(&w, MAIL("3", "PS", "", "The blue ones, I mean."));
	world_at(&w, "2026-11-03T15:00:00Z");
	last = world_mail(&w, MAIL("4", "Third time asking", "",
	                           "Third time asking: where is it?"));
	ticket = world_ticket(&w, world_message(&w, last).ticket);
	assert_int_equal(ticket.rank, RANK_FLAGGED);
	call = world_promise(&w, ticket.id, PROMISE_CALL_BACK);
	assert_int_equal(call.due_at, world_instant("2026-11-03T16:00:00Z"));
	world_prove(&w);

	world_at(&w, "2026-11-03T15:30:00Z");
	asked.ticket = ticket.id;
	turn = world_turn(&w);
	assert_int_equal(
		desk_ticket_call(&w.desk, &turn, &asked, &outcome, &w.problem),
		ST_OK);
	call = world_promise(&w, ticket.id, PROMISE_CALL_BACK);
	assert_int_equal(call.state, PROMISE_KEPT);
	assert_int_equal(call.evidence, outcome.message);
	assert_int_not_equal(world_ticket(&w, ticket.id).rank, RANK_FLAGGED);
	world_prove(&w);
	world_close(&w);
}

static void a_command_is_carried_out_once(void **unused)
{
	struct world w;
	struct ticket_command asked = {.text = STR("A note.")};
	struct outcome first, second;
	struct turn turn;

	(void)unused;
	world_open(&w, ":memory:");
	world_at(&w, "2026-11-03T10:00:00Z");
	asked.ticket =
		world_message(&w, world_mail(&w, MAIL("1", "Hi", "", "Hello?")))
			.ticket;
	turn = world_turn(&w);
	assert_int_equal(
		desk_ticket_note(&w.desk, &turn, &asked, &first, &w.problem),
		ST_OK);
	assert_int_equal(
		desk_ticket_note(&w.desk, &turn, &asked, &second, &w.problem),
		ST_OK);
	assert_int_equal(first.message, second.message);
	assert_true(second.repeated);
	assert_int_equal(world_ticket(&w, asked.ticket).messages, 2);
	world_prove(&w);
	world_close(&w);
}

static void rebuilding_gives_the_same_rows(void **unused)
{
	struct world w;
	int64_t events, message;

	(void)unused;
	world_open(&w, ":memory:");
	world_at(&w, "2026-11-03T10:00:00Z");
	message = world_mail(&w, MAIL("1", "Prices", "", "What is a price?"));
	world_reply(&w, world_message(&w, message).ticket, "Ten.");
	world_at(&w, "2026-11-03T12:00:00Z");
	world_mail(&w, MAIL("2", "Other", "", "Nobody answers this."));
	world_at(&w, "2026-11-05T12:00:00Z");
	world_prove(&w);
	assert_int_equal(sql_transaction_begin(w.db), ST_OK);
	assert_int_equal(project_rebuild(w.db, &events, &w.problem), ST_OK);
	assert_int_equal(sql_transaction_commit(w.db), ST_OK);
	world_prove(&w);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mail_gets_a_clock_and_an_answer),
		cmocka_unit_test(an_answer_finds_its_thread),
		cmocka_unit_test(the_same_mail_is_known),
		cmocka_unit_test(three_unanswered_demand_a_call),
		cmocka_unit_test(a_command_is_carried_out_once),
		cmocka_unit_test(rebuilding_gives_the_same_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
