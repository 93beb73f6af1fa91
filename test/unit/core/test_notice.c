/* Whom an event concerns, when it may ring, and what a wish may hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/canned.h"
#include "core/keys.h"
#include "core/notice.h"

static const struct notice_person people[] = {
	{.id = 1, .role = ROLE_PARTNER, .active = true},
	{.id = 2, .role = ROLE_AGENT, .active = true},
	{.id = 3, .role = ROLE_AGENT, .active = true, .follows = true},
	{.id = 4, .role = ROLE_AGENT, .active = false, .follows = true},
	{.id = 5, .role = ROLE_PARTNER, .active = true},
};
#define PEOPLE (sizeof(people) / sizeof(*people))

struct ground {
	struct arena *arena;
	struct state state;
	struct ticket *ticket;
};

static struct ground ground(int64_t assignee)
{
	struct ground g = {.arena = arena_new(1 << 20)};
	int64_t columns[RECORD_COLUMNS_MAX] = {10};

	state_init(&g.state, g.arena);
	g.ticket = state_load(&g.state, RECORD_TICKET, columns);
	g.ticket->assignee = assignee;
	return g;
}

static struct notice_asked ask(struct ground *g, struct event event)
{
	struct notice_asked asked;

	event.data.field[0] = 10;
	notice_of_event(&g->state, &event, people, PEOPLE, &asked);
	return asked;
}

static void assert_to(const struct notice_asked *asked, const int64_t *to,
                      size_t count)
{
	assert_int_equal(asked->count, count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(asked->to[i], to[i]);
}

static void the_owner_is_told_and_the_actor_is_not(void **state)
{
	struct ground g = ground(2);
	struct event event = {.kind = EV_MESSAGE_RECEIVED};
	struct notice_asked asked;

	(void)state;
	event.data.message_received.counts = 1;
	asked = ask(&g, event);
	assert_int_equal(asked.kind, NOTICE_REPLY);
	assert_to(&asked, (int64_t[]){2, 3}, 2);
	event.data.message_received.counts = 0;
	assert_int_equal(ask(&g, event).kind, NOTICE_NONE);
	event = (struct event){.kind = EV_TICKET_ASSIGNED, .actor = 2};
	event.data.ticket_assigned.member = 2;
	assert_int_equal(ask(&g, event).count, 0);
	event.actor = 1;
	asked = ask(&g, event);
	assert_to(&asked, (int64_t[]){2}, 1);
	/* Who is switched off is told nothing. */
	event.data.ticket_assigned.member = 4;
	assert_int_equal(ask(&g, event).count, 0);
	arena_free(&g.arena);
}

static void what_nobody_has_is_for_those_on_duty(void **state)
{
	const int64_t owners[] = {0, 4, 99};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct ground g = ground(owners[i]);
		struct notice_asked asked =
			ask(&g, (struct event){.kind = EV_PROMISE_BROKEN});

		assert_int_equal(asked.kind, NOTICE_LATE);
		assert_to(&asked, (int64_t[]){2, 3}, 2);
		arena_free(&g.arena);
	}
}

static void a_clocks_flag_is_told_as_its_clock(void **state)
{
	struct ground g = ground(2);
	struct event event = {.kind = EV_FLAG_RAISED};

	(void)state;
	event.data.flag_raised.cond = FLAG_WHEN_CLOCK_BREACHED;
	assert_int_equal(ask(&g, event).kind, NOTICE_NONE);
	event.data.flag_raised.cond = FLAG_WHEN_UNANSWERED;
	assert_int_equal(ask(&g, event).kind, NOTICE_FLAGGED);
	arena_free(&g.arena);
}

static void what_stops_is_told_to_those_who_can_mend_it(void **state)
{
	struct ground g = ground(2);
	struct notice_asked asked =
		ask(&g, (struct event){.kind = EV_MAILBOX_FAILED});

	(void)state;
	assert_int_equal(asked.kind, NOTICE_MAILBOX);
	assert_int_equal(asked.ticket, 0);
	assert_to(&asked, (int64_t[]){1, 5}, 2);
	asked = ask(&g, (struct event){.kind = EV_WEBHOOK_STOPPED});
	assert_int_equal(asked.kind, NOTICE_WEBHOOK);
	assert_int_equal(asked.ticket, 0);
	assert_to(&asked, (int64_t[]){1, 5}, 2);
	arena_free(&g.arena);
}

static void levels_go_up_and_spare_who_was_told(void **state)
{
	struct notice_asked asked = {0};

	(void)state;
	notice_of_level(people, PEOPLE, 2, ESCALATE_BACKUP, NULL, 0, &asked);
	assert_to(&asked, (int64_t[]){3}, 1);
	asked = (struct notice_asked){0};
	notice_of_level(people, PEOPLE, 2, ESCALATE_PARTNER, NULL, 0, &asked);
	assert_to(&asked, (int64_t[]){1, 5}, 2);
	asked = (struct notice_asked){0};
	notice_of_level(people, PEOPLE, 2, ESCALATE_PARTNER, (int64_t[]){1}, 1,
	                &asked);
	assert_to(&asked, (int64_t[]){5}, 1);
	/* Nobody else is left: once more, rather than nobody. */
	asked = (struct notice_asked){0};
	notice_of_level(people, PEOPLE, 2, ESCALATE_PARTNER, (int64_t[]){1, 5},
	                2, &asked);
	assert_to(&asked, (int64_t[]){1, 5}, 2);
	/* A desk of one. */
	asked = (struct notice_asked){0};
	notice_of_level(people + 1, 1, 2, ESCALATE_PARTNER, (int64_t[]){2}, 1,
	                &asked);
	assert_to(&asked, (int64_t[]){2}, 1);
}

static instant_ms at(const char *text)
{
	instant_ms instant = 0;

	assert_true(instant_parse(str_of(text), &instant));
	return instant;
}

static void quiet_hours_go_over_midnight_and_weekends(void **state)
{
	struct notice_wish wish;
	const struct zone *utc = zone_utc();

	(void)state;
	notice_wish_default(&wish);
	wish.quiet_from = 19 * 60;
	wish.quiet_to = 8 * 60;
	assert_false(notice_is_quiet(&wish, NOTICE_LATE, utc,
	                             at("2026-11-05T18:59:59Z")));
	assert_true(notice_is_quiet(&wish, NOTICE_LATE, utc,
	                            at("2026-11-05T19:00:00Z")));
	assert_true(notice_is_quiet(&wish, NOTICE_LATE, utc,
	                            at("2026-11-06T07:59:59Z")));
	assert_false(notice_is_quiet(&wish, NOTICE_LATE, utc,
	                             at("2026-11-06T08:00:00Z")));
	assert_true(notice_is_quiet(&wish, NOTICE_LATE, utc,
	                            at("2026-11-07T12:00:00Z")));
	assert_false(notice_is_quiet(&wish, NOTICE_MAILBOX, utc,
	                             at("2026-11-07T12:00:00Z")));
	assert_int_equal(notice_quiet_end(&wish, NOTICE_LATE, utc,
	                                  at("2026-11-06T22:15:30Z")),
	                 at("2026-11-09T08:00:00Z"));
	assert_int_equal(notice_quiet_end(&wish, NOTICE_LATE, utc,
	                                  at("2026-11-05T12:00:00Z")),
	                 at("2026-11-05T12:00:00Z"));
	wish.quiet_weekend = false;
	assert_false(notice_is_quiet(&wish, NOTICE_LATE, utc,
	                             at("2026-11-07T12:00:00Z")));
	/* By day, for who works at night. */
	wish.quiet_from = 8 * 60;
	wish.quiet_to = 19 * 60;
	assert_true(notice_is_quiet(&wish, NOTICE_LATE, utc,
	                            at("2026-11-05T12:00:00Z")));
	assert_false(notice_is_quiet(&wish, NOTICE_LATE, utc,
	                             at("2026-11-05T19:00:00Z")));
	/* Always: the end is still an instant. */
	wish = (struct notice_wish){
		.quiet = true, .quiet_from = 0, .quiet_to = 1439};
	wish.quiet_weekend = true;
	assert_true(notice_quiet_end(&wish, NOTICE_LATE, utc,
	                             at("2026-11-05T12:00:00Z")) >
	            at("2026-11-05T12:00:00Z"));
	wish.quiet = false;
	assert_false(notice_is_quiet(&wish, NOTICE_LATE, utc,
	                             at("2026-11-07T12:00:00Z")));
}

static void a_wish_is_read_whole_or_not_at_all(void **state)
{
	struct notice_wish wish, before;
	struct problem problem = {0};
	json_t *tree = json_loads(
		"{\"desktop\": false, \"mail\": \"never\", \"quiet\": "
		"{\"from\": \"25:00\", \"to\": \"08:00\", \"weekend\": true}}",
		0, NULL);

	(void)state;
	notice_wish_default(&wish);
	before = wish;
	assert_int_equal(notice_wish_read(tree, &wish, &problem), ST_INVALID);
	assert_string_equal(problem.field, "quiet");
	assert_memory_equal(&wish, &before, sizeof(wish));
	json_object_del(tree, "quiet");
	assert_int_equal(notice_wish_read(tree, &wish, &problem), ST_OK);
	assert_false(wish.desktop);
	assert_false(wish.quiet);
	json_decref(tree);
}

static void keys_that_others_need_are_refused(void **state)
{
	static const char *const good[] = {"x",  "shift+e", "g i",  "mod+enter",
	                                   "?",  "/",       "[",    "ü",
	                                   "f2", "+",       "mod+k"};
	static const char *const bad[] = {
		"",       " ",     "X",     "alt+e",        "mod+t", "f5",
		"tab",    "a b c", "hello", "ctrl+shift+k", "a  b",  "mod+",
		"mod+f5", "alt+1", "\x01",  "\xff"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		assert_null(keys_refused(str_of(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_non_null(keys_refused(str_of(bad[i])));
	assert_true(keys_clash(STR("g"), STR("g i")));
	assert_true(keys_clash(STR("g i"), STR("g i")));
	assert_false(keys_clash(STR("g i"), STR("g u")));
	assert_false(keys_clash(STR("f1"), STR("f12")));
}

static void places_are_filled_once_and_never_read_again(void **state)
{
	struct arena *arena = arena_new(1 << 20);
	struct str values[PLACE_COUNT] = {
		[PLACE_CLIENT_NAME] = STR("{{me.name}}"),
		[PLACE_ME_NAME] = STR("Ines"),
	};
	bool missing[PLACE_COUNT];
	struct problem problem = {0};
	struct str text = canned_fill(
		arena, STR("{{ client.name }}, {{me.name}} {{due}} {{x}} {{"),
		values, missing);

	(void)state;
	assert_true(str_equal(text, STR("{{me.name}}, Ines {{due}} {{x}} {{")));
	assert_true(missing[PLACE_DUE]);
	assert_false(missing[PLACE_ME_NAME]);
	assert_int_equal(canned_check(STR("a\nb {{nope}}"), &problem),
	                 ST_INVALID);
	assert_int_equal(problem.line, 2);
	assert_int_equal(problem.column, 3);
	assert_int_equal(canned_check(STR("{{me.name}"), NULL), ST_INVALID);
	assert_int_equal(canned_check(STR("} {a} {{due}}"), NULL), ST_OK);
	assert_true(str_equal(canned_first_name(STR("Diaz, Ana")), STR("Ana")));
	assert_true(str_equal(canned_first_name(STR("Ana Diaz")), STR("Ana")));
	assert_int_equal(canned_first_name(STR("ana@x.example")).length, 0);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_owner_is_told_and_the_actor_is_not),
		cmocka_unit_test(what_nobody_has_is_for_those_on_duty),
		cmocka_unit_test(a_clocks_flag_is_told_as_its_clock),
		cmocka_unit_test(what_stops_is_told_to_those_who_can_mend_it),
		cmocka_unit_test(levels_go_up_and_spare_who_was_told),
		cmocka_unit_test(quiet_hours_go_over_midnight_and_weekends),
		cmocka_unit_test(a_wish_is_read_whole_or_not_at_all),
		cmocka_unit_test(keys_that_others_need_are_refused),
		cmocka_unit_test(places_are_filled_once_and_never_read_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
