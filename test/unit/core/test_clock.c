/*
 * Clocks: every sequence of signals up to length six against the definition
 * in one sum, and the lines behind a due time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/time/clock.h"

#define TARGET (150 * SPAN_MINUTE)
#define WARN   (30 * SPAN_MINUTE)
#define LENGTH 6
/* Between two signals: more than the lunch break. */
#define STEP (95 * SPAN_MINUTE)

enum act {
	ACT_NOTHING,
	ACT_PAUSE,
	ACT_RESUME,
	ACT_FINISH,
	ACT_UNFINISH,
	ACT_COUNT
};

static struct arena *arena;
static struct calendar_version version;
static struct calendar_history hours;

/* 2026-11-10, a Tuesday. */
#define DAY ((instant_ms)20767 * SPAN_DAY)

static int make_hours(void **state)
{
	static const struct calendar_interval day[] = {{540, 780}, {840, 1080}};
	struct calendar_plan plan = {.zone = STR("UTC")};
	struct problem problem;

	(void)state;
	arena = arena_new((size_t)4 << 20);
	for (size_t i = 0; i < 5; i++)
		plan.week[i] = (struct calendar_hours){day, 2};
	if (calendar_build(arena, &plan, zone_utc(), &version.calendar,
	                   &problem) != ST_OK)
		return -1;
	hours = (struct calendar_history){&version, 1};
	return 0;
}

static int free_hours(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* What happened, kept as the list of pauses that it amounts to. */
struct told {
	struct calendar_pause list[LENGTH + 1];
	size_t count;
	bool paused;
	bool done;
	instant_ms done_at;
};

static void tell(struct told *told, enum act act, instant_ms at)
{
	switch (act) {
	case ACT_PAUSE:
		if (!told->done && !told->paused) {
			told->list[told->count++].from = at;
			told->paused = true;
		}
		break;
	case ACT_RESUME:
		if (!told->done && told->paused) {
			told->list[told->count - 1].to = at;
			told->paused = false;
		}
		break;
	case ACT_FINISH:
		if (!told->done)
			told->done_at = at;
		told->done = true;
		break;
	case ACT_UNFINISH:
		told->done = false;
		break;
	case ACT_NOTHING:
	case ACT_COUNT:
		break;
	}
}

static void act_on(struct clock *clock, enum act act, instant_ms at)
{
	switch (act) {
	case ACT_PAUSE:
		clock_pause(clock, &hours, at);
		break;
	case ACT_RESUME:
		clock_resume(clock, &hours, at);
		break;
	case ACT_FINISH:
		clock_finish(clock, &hours, at);
		break;
	case ACT_UNFINISH:
		clock_unfinish(clock, &hours);
		break;
	case ACT_NOTHING:
	case ACT_COUNT:
		break;
	}
}

/*
 * An instant by one sum; while stopped, only if it was reached by then, which
 * it was if the pauses up to then did not keep it from it.
 */
static instant_ms told_reach(const struct told *told, instant_ms start,
                             span_ms span)
{
	struct calendar_pauses pauses = {told->list, told->count};
	instant_ms at;

	if (calendar_add(&hours, start, span, &pauses, &at) != ST_OK)
		return 0;
	if (told->done && at > told->done_at)
		return 0;
	return at;
}

static void check_told(const struct clock *clock, const struct told *told,
                       instant_ms now)
{
	struct calendar_pauses pauses = {told->list, told->count};
	instant_ms until = told->done ? told->done_at : now;

	assert_int_equal(clock->state, told->done     ? CLOCK_DONE
	                               : told->paused ? CLOCK_PAUSED
	                                              : CLOCK_RUNNING);
	assert_int_equal(clock_used(clock, &hours, now),
	                 calendar_span(&hours, clock->start, until, &pauses));
	assert_int_equal(clock->due,
	                 told_reach(told, clock->start, clock->target));
	assert_int_equal(clock->warn,
	                 told_reach(told, clock->start,
	                            clock->target - clock->warn_before));
}

static void every_sequence_of_signals(void **state)
{
	size_t sequences = 1;

	(void)state;
	for (int i = 0; i < LENGTH; i++)
		sequences *= ACT_COUNT;
	for (size_t number = 0; number < sequences; number++) {
		instant_ms at = DAY + 10 * SPAN_HOUR;
		struct clock clock = clock_start(&hours, at, TARGET, WARN);
		struct told told = {0};
		size_t rest = number;

		for (int i = 0; i < LENGTH; i++, rest /= ACT_COUNT) {
			enum act act = (enum act)(rest % ACT_COUNT);

			at += STEP;
			act_on(&clock, act, at);
			tell(&told, act, at);
			check_told(&clock, &told, at);
		}
	}
}

static void a_signal_that_changes_nothing_moves_nothing(void **state)
{
	struct clock clock =
		clock_start(&hours, DAY + 9 * SPAN_HOUR, TARGET, WARN);
	struct clock before;

	(void)state;
	clock_resume(&clock, &hours, DAY + 10 * SPAN_HOUR);
	clock_unfinish(&clock, &hours);
	assert_int_equal(clock.since, DAY + 9 * SPAN_HOUR);
	clock_pause(&clock, &hours, DAY + 10 * SPAN_HOUR);
	before = clock;
	clock_pause(&clock, &hours, DAY + 11 * SPAN_HOUR);
	clock_recompute(&clock, &hours);
	assert_memory_equal(&clock, &before, sizeof(clock));
}

static void a_target_of_nothing_is_due_when_work_begins(void **state)
{
	struct clock clock = clock_start(&hours, DAY + 3 * SPAN_HOUR, 0, 0);

	(void)state;
	assert_int_equal(clock.due, DAY + 9 * SPAN_HOUR);
	assert_int_equal(clock.warn, 0);
}

static void a_warning_longer_than_the_target_is_none(void **state)
{
	struct clock clock =
		clock_start(&hours, DAY + 9 * SPAN_HOUR, SPAN_HOUR, SPAN_HOUR);

	(void)state;
	assert_int_equal(clock.warn, 0);
	assert_int_equal(clock.due, DAY + 10 * SPAN_HOUR);
}

static void assert_line(const struct clock_line *line,
                        enum clock_line_kind kind, int from, int to,
                        int counted)
{
	assert_int_equal(line->kind, kind);
	assert_int_equal(line->from, DAY + from * SPAN_MINUTE);
	assert_int_equal(line->to, DAY + to * SPAN_MINUTE);
	assert_int_equal(line->counted, counted * SPAN_MINUTE);
}

static void the_sum_behind_a_due_time(void **state)
{
	const struct calendar_pause list[] = {
		{DAY + 600 * SPAN_MINUTE, DAY + 660 * SPAN_MINUTE, 1},
		{DAY + 630 * SPAN_MINUTE, DAY + 690 * SPAN_MINUTE, 2},
		{DAY + 900 * SPAN_MINUTE, DAY + 900 * SPAN_MINUTE, 3},
	};
	struct calendar_pauses pauses = {list, 3};
	struct clock_line lines[8];
	size_t count = clock_sum(&hours, DAY + 530 * SPAN_MINUTE,
	                         DAY + 870 * SPAN_MINUTE, &pauses, lines, 8);

	(void)state;
	assert_int_equal(count, 7);
	assert_line(&lines[0], CLOCK_LINE_CLOSED, 530, 540, 0);
	assert_line(&lines[1], CLOCK_LINE_COUNTED, 540, 600, 60);
	assert_line(&lines[2], CLOCK_LINE_PAUSED, 600, 660, 0);
	assert_int_equal(lines[2].reason, 1);
	assert_line(&lines[3], CLOCK_LINE_PAUSED, 660, 690, 0);
	assert_int_equal(lines[3].reason, 2);
	assert_line(&lines[4], CLOCK_LINE_COUNTED, 690, 780, 90);
	assert_line(&lines[5], CLOCK_LINE_CLOSED, 780, 840, 0);
	assert_line(&lines[6], CLOCK_LINE_COUNTED, 840, 870, 30);
}

static void a_sum_too_long_ends_in_one_line(void **state)
{
	struct clock_line lines[3];
	instant_ms from = DAY + 540 * SPAN_MINUTE;
	instant_ms to = from + 365 * SPAN_DAY;
	size_t count = clock_sum(&hours, from, to, NULL, lines, 3);
	span_ms total = 0;

	(void)state;
	assert_int_equal(count, 3);
	assert_int_equal(lines[2].kind, CLOCK_LINE_REST);
	assert_int_equal(lines[2].to, to);
	for (size_t i = 0; i < count; i++)
		total += lines[i].counted;
	assert_int_equal(total, calendar_span(&hours, from, to, NULL));
	assert_int_equal(clock_sum(&hours, to, from, NULL, lines, 3), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_sequence_of_signals),
		cmocka_unit_test(a_signal_that_changes_nothing_moves_nothing),
		cmocka_unit_test(a_target_of_nothing_is_due_when_work_begins),
		cmocka_unit_test(a_warning_longer_than_the_target_is_none),
		cmocka_unit_test(the_sum_behind_a_due_time),
		cmocka_unit_test(a_sum_too_long_ends_in_one_line),
	};

	return cmocka_run_group_tests(tests, make_hours, free_hours);
}
