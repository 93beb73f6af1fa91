/*
 * One act on many threads: each once, refusals kept, taken back but for what
 * has changed since; and the subjects by which threads are the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/text/request_type.h"
#include "desk/bulk.h"
#include "desk/near.h"
#include "support/world.h"

#define THREADS 5

static int64_t ids[THREADS];

static void threads(struct world *w)
{
	world_open(w, ":memory:");
	world_at(w, "2026-11-03T09:00:00Z");
	for (int i = 0; i < THREADS; i++) {
		char raw[400];

		snprintf(raw, sizeof(raw),
		         "From: p@c%d.example\nTo: desk@ours.example\n"
		         "Subject: Thread %d\nMessage-ID: <t%d@c.example>\n\n"
		         "Where is batch %d?\n",
		         i, i, i, i);
		ids[i] = world_message(w, world_mail(w, raw)).ticket;
	}
}

static struct bulk job(struct world *w, int64_t id)
{
	struct bulk bulk = {0};

	assert_int_equal(bulk_read(w->db, w->arena, id, &bulk), ST_OK);
	return bulk;
}

static struct bulk_item item(struct world *w, int64_t id, int64_t place)
{
	struct bulk_item found = {0};

	assert_int_equal(bulk_read_item(w->db, w->arena, id, place, &found),
	                 ST_OK);
	return found;
}

static void step(struct world *w, int64_t id, int64_t place)
{
	struct turn turn = world_turn(w);
	struct outcome outcome;

	assert_int_equal(desk_bulk_step(&w->desk, &turn, id, place, &outcome,
	                                &w->problem),
	                 ST_OK);
}

static int64_t begin(struct world *w, enum bulk_act act, int64_t value)
{
	const struct bulk_asked asked = {.tickets = ids,
	                                 .count = THREADS,
	                                 .act = act,
	                                 .value = value,
	                                 .reason = STR("by phone")};
	struct turn turn = world_turn(w);
	struct outcome outcome;
	int64_t id;

	assert_int_equal(
		desk_bulk_begin(&w->desk, &turn, &asked, &outcome, &w->problem),
		ST_OK);
	id = outcome.record;
	/* The same press again is the same job. */
	assert_int_equal(
		desk_bulk_begin(&w->desk, &turn, &asked, &outcome, &w->problem),
		ST_OK);
	assert_int_equal(outcome.record, id);
	return id;
}

static void run(struct world *w, int64_t id)
{
	for (int64_t i = 0; i < THREADS; i++)
		step(w, id, i);
}

static void undo(struct world *w, int64_t id)
{
	struct turn turn = world_turn(w);
	struct outcome outcome;

	assert_int_equal(
		desk_bulk_undo(&w->desk, &turn, id, &outcome, &w->problem),
		ST_OK);
	run(w, id);
	assert_int_equal(job(w, id).state, BULK_UNDONE);
}

static void closed_and_taken_back(void **state)
{
	struct world w;
	instant_ms due;
	int64_t id, seq;

	(void)state;
	threads(&w);
	due = world_promise(&w, ids[2], PROMISE_FIRST_RESPONSE).due_at;
	id = begin(&w, BULK_STATE, TICKET_CLOSED);
	step(&w, id, 0);
	seq = w.desk.end.seq;
	/* Cut off and taken up again: what was done is not done again. */
	step(&w, id, 0);
	assert_int_equal(w.desk.end.seq, seq);
	assert_int_equal(job(&w, id).state, BULK_RUNNING);
	run(&w, id);
	assert_int_equal(job(&w, id).state, BULK_DONE);
	assert_int_equal(world_ticket(&w, ids[2]).state, TICKET_CLOSED);
	/* Somebody opened one meanwhile, and closed it again. */
	for (int i = 0; i < 2; i++) {
		const struct ticket_command asked = {.ticket = ids[1],
		                                     .value = i ? TICKET_CLOSED
		                                                : TICKET_OPEN};
		struct turn turn = world_turn(&w);
		struct outcome outcome;

		assert_int_equal(desk_ticket_state(&w.desk, &turn, &asked,
		                                   &outcome, &w.problem),
		                 ST_OK);
	}
	undo(&w, id);
	assert_int_equal(item(&w, id, 1).state, BULK_ITEM_LEFT);
	assert_int_equal(world_ticket(&w, ids[1]).state, TICKET_CLOSED);
	assert_int_equal(item(&w, id, 2).state, BULK_ITEM_UNDONE);
	assert_int_equal(world_ticket(&w, ids[2]).state, TICKET_OPEN);
	assert_int_equal(
		world_promise(&w, ids[2], PROMISE_FIRST_RESPONSE).due_at, due);
	world_prove(&w);
	world_close(&w);
}

static void refusals_are_kept_and_the_rest_goes_on(void **state)
{
	struct world w;
	int64_t id, second = 0;

	(void)state;
	threads(&w);
	second = ids[1];
	ids[1] = 999999;
	id = begin(&w, BULK_TYPE, REQUEST_SPAM);
	run(&w, id);
	assert_int_equal(item(&w, id, 1).state, BULK_ITEM_REFUSED);
	assert_true(item(&w, id, 1).refusal.length > 0);
	assert_int_equal(world_ticket(&w, ids[0]).type, REQUEST_SPAM);
	assert_int_equal(
		world_promise(&w, ids[0], PROMISE_FIRST_RESPONSE).state,
		PROMISE_WITHDRAWN);
	undo(&w, id);
	/* "It is a request after all" owes from the client's message. */
	assert_int_equal(world_ticket(&w, ids[0]).type, REQUEST_STATUS_INQUIRY);
	assert_int_equal(
		world_promise(&w, ids[0], PROMISE_FIRST_RESPONSE).state,
		PROMISE_OPEN);
	assert_int_equal(world_ticket(&w, second).type, REQUEST_STATUS_INQUIRY);
	world_prove(&w);
	world_close(&w);
}

static void a_restored_copy_goes_on_with_nothing(void **state)
{
	struct world w;
	int64_t id;

	(void)state;
	threads(&w);
	id = begin(&w, BULK_SNOOZE, world_instant("2026-11-20T09:00:00Z"));
	step(&w, id, 0);
	assert_int_equal(bulk_stop_all(w.db), ST_OK);
	assert_int_equal(job(&w, id).state, BULK_DONE);
	step(&w, id, 1);
	assert_true(world_ticket(&w, ids[0]).snoozed_until > 0);
	assert_int_equal(world_ticket(&w, ids[1]).snoozed_until, 0);
	world_close(&w);
}

static void subjects_are_compared_bare(void **state)
{
	static const char *const pairs[][2] = {
		{"Re: Banner sizes", "banner sizes"},
		{"AW: WG: Fwd:  Banner   sizes ", "banner sizes"},
		{"[#12] Banner sizes", "banner sizes"},
		{"Re:", ""},
		{"[open", "[open"},
		{"Reply to all", "reply to all"},
	};
	struct arena *arena = arena_new((size_t)1 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		struct str bare = near_subject(arena, str_of(pairs[i][0]));

		if (!str_equal(bare, str_of(pairs[i][1])))
			fail_msg("%s: %.*s", pairs[i][0], STR_ARG(bare));
	}
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closed_and_taken_back),
		cmocka_unit_test(refusals_are_kept_and_the_rest_goes_on),
		cmocka_unit_test(a_restored_copy_goes_on_with_nothing),
		cmocka_unit_test(subjects_are_compared_bare),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
