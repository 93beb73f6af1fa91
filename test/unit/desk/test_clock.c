/*
 * A clock that is set back: the log never steps back with it, what has
 * happened does not happen again, and what is to come comes once.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/log.h"
#include "store/pending.h"
#include "support/world.h"

#define MAIL(id, subject, body)                                                \
	"From: Hannah Reyes <hannah@marlow.example>\n"                         \
	"To: desk@ours.example\n"                                              \
	"Subject: " subject "\n"                                               \
	"Message-ID: <" id "@marlow.example>\n"                                \
	"Date: Mon, 2 Nov 2026 09:00:00 +0000\n\n" body "\n"

struct tally {
	instant_ms recorded_at;
	int counts[EVENT_KIND_END];
};

static enum status tally_each(void *context, const struct event *event)
{
	struct tally *tally = context;

	assert_true(event->recorded_at >= tally->recorded_at);
	tally->recorded_at = event->recorded_at;
	tally->counts[event->kind]++;
	return ST_OK;
}

/* Walks the whole log: no event is older than the one before it. */
static struct tally log_tally(struct world *w)
{
	struct tally tally = {0};

	assert_int_equal(log_read(w->db, 0, 0, tally_each, &tally), ST_OK);
	return tally;
}

static void the_log_never_steps_back(void **unused)
{
	struct world w;
	struct tally before, after;
	int64_t first, second;

	(void)unused;
	world_open(&w, ":memory:");
	world_at(&w, "2026-11-03T10:00:00Z");
	first = world_mail(&w, MAIL("1", "Batch", "Where is batch 3?"));
	before = log_tally(&w);
	w.now = world_instant("2026-11-01T10:00:00Z");
	second = world_mail(&w, MAIL("2", "Prices", "What is a price?"));
	world_reply(&w, world_message(&w, first).ticket, "On Thursday.");
	after = log_tally(&w);
	assert_int_equal(after.recorded_at, before.recorded_at);
	assert_true(world_message(&w, second).id > first);
	/* And goes on when the clock has caught up. */
	world_at(&w, "2026-11-03T10:30:00Z");
	after = log_tally(&w);
	assert_true(after.recorded_at > before.recorded_at);
	assert_int_equal(after.counts[EV_MAIL_SENT], 1);
	world_prove(&w);
	world_close(&w);
}

static void what_fell_due_does_not_fall_due_again(void **unused)
{
	struct world w;
	struct tally before, after;

	(void)unused;
	world_open(&w, ":memory:");
	world_at(&w, "2026-11-03T10:00:00Z");
	world_mail(&w, MAIL("1", "Batch", "Where is batch 3?"));
	world_at(&w, "2026-11-06T17:00:00Z");
	before = log_tally(&w);
	assert_true(before.counts[EV_PROMISE_BROKEN] > 0);
	for (int i = 0; i < 3; i++) {
		w.now = world_instant("2026-11-03T10:00:00Z");
		world_at(&w, "2026-11-06T17:00:00Z");
	}
	after = log_tally(&w);
	for (int kind = 0; kind < EVENT_KIND_END; kind++)
		assert_int_equal(after.counts[kind], before.counts[kind]);
	world_prove(&w);
	world_close(&w);
}

static void a_reply_leaves_once(void **unused)
{
	struct world w;
	struct tally tally;
	int64_t message, reply;

	(void)unused;
	world_open(&w, ":memory:");
	world_at(&w, "2026-11-03T10:00:00Z");
	message = world_mail(&w, MAIL("1", "Batch", "Where is batch 3?"));
	reply = world_reply(&w, world_message(&w, message).ticket, "Soon.");
	world_at(&w, "2026-11-03T10:01:00Z");
	assert_int_equal(world_message(&w, reply).delivery, DELIVERY_SENT);
	world_run_until(&w, world_instant("2026-11-02T10:00:00Z"));
	world_at(&w, "2026-11-03T10:02:00Z");
	tally = log_tally(&w);
	assert_int_equal(tally.counts[EV_MAIL_ATTEMPTED], 1);
	assert_int_equal(tally.counts[EV_MAIL_SENT], 1);
	world_prove(&w);
	world_close(&w);
}

/* What the program did not live to record is tried once more, and marked. */
static void an_attempt_that_was_cut_short_is_repeated_once(void **unused)
{
	struct world w;
	struct outcome outcome;
	struct turn turn;
	struct tally tally;
	int64_t message, reply;

	(void)unused;
	world_open(&w, ":memory:");
	world_at(&w, "2026-11-03T10:00:00Z");
	message = world_mail(&w, MAIL("1", "Batch", "Where is batch 3?"));
	reply = world_reply(&w, world_message(&w, message).ticket, "Soon.");
	w.now = world_message(&w, reply).until_at;
	w.actor = 0;
	turn = world_turn(&w);
	assert_int_equal(
		desk_timer_fire(&w.desk, &turn, TIMER_MESSAGE, reply, &outcome),
		ST_OK);
	turn = world_turn(&w);
	assert_int_equal(desk_send_begin(&w.desk, &turn, reply, STR("raw\r\n"),
	                                 &outcome),
	                 ST_OK);
	assert_int_equal(world_message(&w, reply).delivery, DELIVERY_SENDING);
	/* Here the program dies, and starts with its clock a day behind. */
	world_run_until(&w, world_instant("2026-11-02T10:00:00Z"));
	assert_int_equal(world_message(&w, reply).delivery, DELIVERY_SENDING);
	world_at(&w, "2026-11-03T10:20:00Z");
	assert_int_equal(world_message(&w, reply).delivery, DELIVERY_UNKNOWN);
	tally = log_tally(&w);
	assert_int_equal(tally.counts[EV_MAIL_ATTEMPTED], 1);
	assert_int_equal(tally.counts[EV_MAIL_DEFERRED], 1);
	world_prove(&w);
	world_close(&w);
}

/* New hours reach every open promise, also when a crash comes between. */
static void new_hours_go_on_after_a_crash(void **unused)
{
	static const char calendar[] =
		"{\"zone\":\"UTC\",\"week\":{\"fri\":[[\"09:00\",\"18:00\"]]}}";
	struct settings_command asked = {.document = str_of(calendar)};
	struct outcome outcome;
	struct turn turn;
	struct world w;
	int64_t mails[3], after = 0, last = 1;
	bool found = false;

	(void)unused;
	world_open(&w, ":memory:");
	world_at(&w, "2026-11-03T10:00:00Z");
	mails[0] = world_mail(&w, MAIL("1", "Batch", "Where is batch 3?"));
	mails[1] = world_mail(&w, MAIL("2", "Batch", "Where is batch 4?"));
	mails[2] = world_mail(&w, MAIL("3", "Batch", "Where is batch 5?"));
	turn = world_turn(&w);
	assert_int_equal(desk_calendar_save(&w.desk, &turn, &asked, &outcome,
	                                    &w.problem),
	                 ST_OK);
	turn = world_turn(&w);
	assert_int_equal(
		desk_promises_recompute(&w.desk, &turn, 0, 1, &last, &outcome),
		ST_OK);
	/* Here the program dies. The next one finds where it was. */
	assert_int_equal(pending_find(w.db, PENDING_RECOMPUTE, &after, &found),
	                 ST_OK);
	assert_true(found);
	assert_int_equal(after, last);
	while (found) {
		turn = world_turn(&w);
		assert_int_equal(desk_promises_recompute(&w.desk, &turn, after,
		                                         1, &last, &outcome),
		                 ST_OK);
		assert_int_equal(
			pending_find(w.db, PENDING_RECOMPUTE, &after, &found),
			ST_OK);
	}
	for (int i = 0; i < 3; i++) {
		int64_t ticket = world_message(&w, mails[i]).ticket;
		struct promise promise =
			world_promise(&w, ticket, PROMISE_FIRST_RESPONSE);

		assert_int_equal(promise.due_at,
		                 world_instant("2026-11-06T09:30:00Z"));
	}
	world_prove(&w);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_log_never_steps_back),
		cmocka_unit_test(what_fell_due_does_not_fall_due_again),
		cmocka_unit_test(a_reply_leaves_once),
		cmocka_unit_test(
			an_attempt_that_was_cut_short_is_repeated_once),
		cmocka_unit_test(new_hours_go_on_after_a_crash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
