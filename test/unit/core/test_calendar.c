/*
 * Calendar arithmetic against a walk that knows nothing: it asks the wall
 * clock every minute and counts. Calendars, zones, versions and pauses are
 * drawn from printed seeds; the windows lie around clock changes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/time/calendar.h"
#include "node/zones.h"

#define SEEDS        120
#define QUESTIONS    25
#define WINDOW_DAYS  9
#define WINDOW       (WINDOW_DAYS * 24 * 60)
#define PLAN_DAYS    4
#define PLAN_HOURS   3
#define VERSIONS_MAX 3
#define PAUSES_MAX   4

/* Repeatable numbers: xorshift64. */
static uint32_t draw(uint64_t *seed, uint32_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)((*seed >> 16) % below);
}

struct world {
	const struct zone *zone[VERSIONS_MAX];
	struct calendar_plan plan[VERSIONS_MAX];
	struct calendar_version versions[VERSIONS_MAX];
	struct calendar_history history;
	struct calendar_pause pause[PAUSES_MAX];
	struct calendar_pauses pauses;
	instant_ms begin;
	bool open[WINDOW]; /* minute by minute, pauses taken out */
};

static struct calendar_hours draw_hours(struct arena *arena, uint64_t *seed)
{
	struct calendar_interval *list =
		arena_array(arena, PLAN_HOURS, sizeof(*list));
	size_t count = draw(seed, PLAN_HOURS + 1);

	for (size_t i = 0; i < count; i++) {
		uint32_t from = draw(seed, 1440);

		if (draw(seed, 4) == 0)
			from = 0;
		list[i].from = (int16_t)from;
		list[i].to = (int16_t)(from + 1 + draw(seed, 1440 - from));
		if (draw(seed, 4) == 0)
			list[i].to = 1440;
	}
	return (struct calendar_hours){list, count};
}

static void draw_plan(struct arena *arena, uint64_t *seed, int64_t first_day,
                      struct calendar_plan *plan)
{
	struct calendar_day *days =
		arena_array(arena, PLAN_DAYS, sizeof(*days));
	int32_t *holidays = arena_array(arena, PLAN_DAYS, sizeof(*holidays));

	for (size_t i = 0; i < 7; i++) {
		if (draw(seed, 3) != 0)
			plan->week[i] = draw_hours(arena, seed);
	}
	plan->day_count = draw(seed, PLAN_DAYS + 1);
	for (size_t i = 0; i < plan->day_count; i++) {
		/* Each date at most once; the window is nine days. */
		days[i].day =
			(int32_t)(first_day + (int64_t)i * 3 + draw(seed, 3));
		days[i].hours = draw_hours(arena, seed);
	}
	plan->holiday_count = draw(seed, PLAN_DAYS + 1);
	for (size_t i = 0; i < plan->holiday_count; i++)
		holidays[i] = (int32_t)(first_day + draw(seed, WINDOW_DAYS));
	plan->days = days;
	plan->holidays = holidays;
}

static bool hours_open(const struct calendar_hours *hours, int minute)
{
	for (size_t i = 0; i < hours->count; i++) {
		if (minute >= hours->intervals[i].from &&
		    minute < hours->intervals[i].to)
			return true;
	}
	return false;
}

static bool plan_open(const struct calendar_plan *plan, int64_t day, int minute)
{
	for (size_t i = 0; i < plan->holiday_count; i++) {
		if (plan->holidays[i] == day)
			return false;
	}
	for (size_t i = 0; i < plan->day_count; i++) {
		if (plan->days[i].day == day)
			return hours_open(&plan->days[i].hours, minute);
	}
	return hours_open(&plan->week[civil_weekday(day)], minute);
}

/* What the wall says, with nothing but the wall. */
static bool world_open(const struct world *w, instant_ms at)
{
	size_t version = 0;
	struct civil wall;

	for (size_t i = 0; i < w->pauses.count; i++) {
		if (w->pause[i].from <= at && at < w->pause[i].to)
			return false;
	}
	for (size_t i = 1; i < w->history.count; i++) {
		if (w->versions[i].valid_from <= at)
			version = i;
	}
	wall = zone_civil(w->zone[version], at);
	return plan_open(&w->plan[version],
	                 civil_days(wall.year, wall.month, wall.day),
	                 wall.hour * 60 + wall.minute);
}

static const struct zone *draw_zone(struct arena *arena, uint64_t *seed)
{
	/* clang-format off */
	static const char *const names[] = {
		"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Asia/Kathmandu",
		"America/Santiago", "Africa/Casablanca", "Pacific/Apia", "Europe/Dublin",
	};
	/* clang-format on */
	struct problem problem;
	const struct zone *zone = NULL;
	uint32_t which = draw(seed, sizeof(names) / sizeof(*names));

	assert_int_equal(
		zones_load(arena, str_of(names[which]), &zone, &problem),
		ST_OK);
	return zone;
}

/* A window that begins some days before a clock change, if there is one. */
static instant_ms draw_begin(uint64_t *seed, const struct zone *zone)
{
	instant_ms at = (15000 + (instant_ms)draw(seed, 12000)) * SPAN_DAY;
	struct zone_span span = zone_span_at(zone, at);

	if (span.until < 40000 * SPAN_DAY)
		at = span.until - (1 + (instant_ms)draw(seed, 6)) * SPAN_DAY;
	return at / SPAN_DAY * SPAN_DAY +
	       (instant_ms)draw(seed, 1440) * SPAN_MINUTE;
}

static struct world *draw_world(struct arena *arena, uint64_t *seed)
{
	struct world *w = arena_alloc(arena, sizeof(*w));
	struct problem problem;

	w->zone[0] = draw_zone(arena, seed);
	w->begin = draw_begin(seed, w->zone[0]);
	w->history = (struct calendar_history){w->versions,
	                                       1 + draw(seed, VERSIONS_MAX)};
	for (size_t i = 0; i < w->history.count; i++) {
		if (i > 0)
			w->zone[i] = draw(seed, 2) ? w->zone[0]
			                           : draw_zone(arena, seed);
		w->versions[i].valid_from =
			w->begin + (instant_ms)i * 3 * SPAN_DAY +
			(instant_ms)draw(seed, 2880) * SPAN_MINUTE;
		draw_plan(arena, seed, w->begin / SPAN_DAY, &w->plan[i]);
		assert_int_equal(calendar_build(arena, &w->plan[i], w->zone[i],
		                                &w->versions[i].calendar,
		                                &problem),
		                 ST_OK);
	}
	w->pauses =
		(struct calendar_pauses){w->pause, draw(seed, PAUSES_MAX + 1)};
	for (size_t i = 0; i < w->pauses.count; i++) {
		w->pause[i].from =
			w->begin + (instant_ms)draw(seed, WINDOW) * SPAN_MINUTE;
		w->pause[i].to = w->pause[i].from +
		                 (instant_ms)draw(seed, 2880) * SPAN_MINUTE;
	}
	for (size_t i = 0; i < WINDOW; i++)
		w->open[i] =
			world_open(w, w->begin + (instant_ms)i * SPAN_MINUTE);
	return w;
}

static instant_ms minute_at(const struct world *w, size_t minute)
{
	return w->begin + (instant_ms)minute * SPAN_MINUTE;
}

/* The first instant by which `minutes` have been worked; false: not here. */
static bool walk_forth(const struct world *w, size_t from, size_t minutes,
                       instant_ms *at_out)
{
	for (size_t i = from; i < WINDOW; i++) {
		if (minutes == 0 && w->open[i]) {
			*at_out = minute_at(w, i);
			return true;
		}
		if (w->open[i] && minutes > 0 && --minutes == 0) {
			*at_out = minute_at(w, i + 1);
			return true;
		}
	}
	return false;
}

static bool walk_back(const struct world *w, size_t from, size_t minutes,
                      instant_ms *at_out)
{
	for (size_t i = from; i > 0; i--) {
		if (w->open[i - 1] && --minutes == 0) {
			*at_out = minute_at(w, i - 1);
			return true;
		}
	}
	return false;
}

static void ask_world(const struct world *w, uint64_t *seed)
{
	size_t from = draw(seed, WINDOW), to = draw(seed, WINDOW);
	size_t minutes = draw(seed, 2) ? draw(seed, 90) : draw(seed, 6000);
	instant_ms wanted, due;
	span_ms worked = 0;

	if (walk_forth(w, from, minutes, &wanted)) {
		assert_int_equal(calendar_add(&w->history, minute_at(w, from),
		                              (span_ms)minutes * SPAN_MINUTE,
		                              &w->pauses, &due),
		                 ST_OK);
		assert_int_equal(due, wanted);
	}
	if (minutes > 0 && walk_back(w, from, minutes, &wanted)) {
		assert_int_equal(calendar_add(&w->history, minute_at(w, from),
		                              -(span_ms)minutes * SPAN_MINUTE,
		                              &w->pauses, &due),
		                 ST_OK);
		assert_int_equal(due, wanted);
	}
	for (size_t i = from; i < to; i++)
		worked += w->open[i] ? SPAN_MINUTE : 0;
	for (size_t i = to; i < from; i++)
		worked -= w->open[i] ? SPAN_MINUTE : 0;
	assert_int_equal(calendar_span(&w->history, minute_at(w, from),
	                               minute_at(w, to), &w->pauses),
	                 worked);
}

static void as_a_walk_that_asks_every_minute(void **state)
{
	struct arena *arena = arena_new((size_t)256 << 20);

	(void)state;
	for (uint64_t number = 1; number <= SEEDS; number++) {
		uint64_t seed = number * 0x9e3779b97f4a7c15u;
		struct world *w = draw_world(arena, &seed);

		print_message("seed %d: %.*s\n", (int)number,
		              STR_ARG(zone_name(w->zone[0])));
		for (int i = 0; i < QUESTIONS; i++)
			ask_world(w, &seed);
		arena_clear(arena);
	}
	arena_free(&arena);
}

/* Without pauses: what is open, until when, and what comes before. */
static void ask_stretches(const struct world *w)
{
	for (size_t i = 1; i + 1 < WINDOW; i += 7) {
		instant_ms at = minute_at(w, i), wanted = at, got;
		struct calendar_stretch stretch =
			calendar_stretch_at(&w->history, at);
		size_t end = i;

		assert_int_equal(calendar_open_at(&w->history, at), w->open[i]);
		assert_int_equal(stretch.open, w->open[i]);
		while (end < WINDOW && w->open[end] == w->open[i])
			end++;
		if (end < WINDOW)
			assert_int_equal(stretch.until, minute_at(w, end));
		else
			assert_true(stretch.until >= minute_at(w, end));
		for (end = i; !w->open[i] && end > 0; end--) {
			wanted = minute_at(w, end);
			if (w->open[end - 1])
				break;
		}
		if (w->open[i] || end > 0) {
			assert_int_equal(
				calendar_previous_open(&w->history, at, &got),
				ST_OK);
			assert_int_equal(got, wanted);
		}
	}
}

/* The first minute by which `minutes` were open in both. */
static void ask_both(const struct world *a, const struct world *b,
                     uint64_t *seed)
{
	size_t from = draw(seed, WINDOW / 2), minutes = draw(seed, 300);
	instant_ms due;

	for (size_t i = from, left = minutes; i < WINDOW; i++) {
		size_t place;

		if (!a->open[i] || !b->open[i])
			continue;
		place = left == 0 ? i : i + 1;
		if (left > 0 && --left > 0)
			continue;
		assert_int_equal(
			calendar_add_both(&a->history, &b->history,
		                          minute_at(a, from),
		                          (span_ms)minutes * SPAN_MINUTE, &due),
			ST_OK);
		assert_int_equal(due, minute_at(a, place));
		return;
	}
}

static void stretches_and_intersections(void **state)
{
	struct arena *arena = arena_new((size_t)256 << 20);

	(void)state;
	for (uint64_t number = 1; number <= SEEDS / 4; number++) {
		uint64_t seed = number * 0xd1342543de82ef95u;
		struct world *a = draw_world(arena, &seed);
		struct world *b = draw_world(arena, &seed);

		print_message("seed %d\n", (int)number);
		a->pauses.count = b->pauses.count = 0;
		b->begin = a->begin;
		for (size_t i = 0; i < WINDOW; i++) {
			a->open[i] = world_open(a, minute_at(a, i));
			b->open[i] = world_open(b, minute_at(b, i));
		}
		ask_stretches(a);
		for (int i = 0; i < QUESTIONS; i++)
			ask_both(a, b, &seed);
		arena_clear(arena);
	}
	arena_free(&arena);
}

static void no_calendar_is_around_the_clock(void **state)
{
	struct calendar_version version = CALENDAR_VERSION(NULL);
	struct calendar_history one = {&version, 1}, none = {0};
	const struct calendar_history *const all[] = {NULL, &none, &one};
	instant_ms due;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(
			calendar_add(all[i], 1234567, 86400001, NULL, &due),
			ST_OK);
		assert_int_equal(due, 1234567 + 86400001);
		assert_int_equal(
			calendar_add(all[i], 1234567, -86400001, NULL, &due),
			ST_OK);
		assert_int_equal(due, 1234567 - 86400001);
		assert_int_equal(calendar_add(all[i], -5, 0, NULL, &due),
		                 ST_OK);
		assert_int_equal(due, -5);
		assert_true(calendar_open_at(all[i], 0));
		assert_int_equal(calendar_stretch_at(all[i], 0).until,
		                 ZONE_FOREVER);
	}
}

static void a_pause_without_end_never_gets_there(void **state)
{
	struct calendar_pause pause = {.from = SPAN_HOUR};
	struct calendar_pauses pauses = {&pause, 1};
	instant_ms due = 7;

	(void)state;
	assert_int_equal(calendar_add(NULL, 0, SPAN_HOUR, &pauses, &due),
	                 ST_OK);
	assert_int_equal(due, SPAN_HOUR);
	assert_int_equal(calendar_add(NULL, 0, SPAN_HOUR + 1, &pauses, &due),
	                 ST_LIMIT);
	assert_int_equal(due, SPAN_HOUR);
}

static void what_is_out_of_reach_is_refused(void **state)
{
	instant_ms due = 7;

	(void)state;
	assert_int_equal(calendar_add(NULL, 0, INT64_MAX, NULL, &due),
	                 ST_LIMIT);
	assert_int_equal(calendar_add(NULL, 0, INT64_MIN, NULL, &due),
	                 ST_LIMIT);
	assert_int_equal(calendar_add(NULL, INT64_MAX, 1, NULL, &due),
	                 ST_LIMIT);
	assert_int_equal(calendar_add(NULL, INT64_MIN, -1, NULL, &due),
	                 ST_LIMIT);
	assert_int_equal(due, 7);
}

static void plans_are_checked(void **state)
{
	/* clang-format off */
	static const struct calendar_interval bad[] = {{-1, 60}, {60, 60}, {120, 60}, {60, 1441}};
	/* clang-format on */
	struct arena *arena = arena_new((size_t)1 << 20);
	const struct calendar *calendar = NULL;
	struct problem problem;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct calendar_plan plan = {.week[3] = {&bad[i], 1}};

		assert_int_equal(calendar_build(arena, &plan, zone_utc(),
		                                &calendar, &problem),
		                 ST_INVALID);
		assert_null(calendar);
	}
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_a_walk_that_asks_every_minute),
		cmocka_unit_test(stretches_and_intersections),
		cmocka_unit_test(no_calendar_is_around_the_clock),
		cmocka_unit_test(a_pause_without_end_never_gets_there),
		cmocka_unit_test(what_is_out_of_reach_is_refused),
		cmocka_unit_test(plans_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
