#include <assert.h>
#include <stdlib.h>

#include "base/limits.h"
#include "core/time/calendar_private.h"

#define DAY_MINUTES 1440
/* Day number of the Monday from which weeks are counted. */
#define WEEK_MONDAY (-3)

static enum status calendar_bad(struct problem *problem_out, const char *text)
{
	return problem_set(problem_out, ST_INVALID, "calendar", "%s", text);
}

static span_ms hours_total(const struct calendar_hours *hours)
{
	span_ms total = 0;

	for (size_t i = 0; i < hours->count; i++)
		total += hours->intervals[i].to - hours->intervals[i].from;
	return total * SPAN_MINUTE;
}

/* Sorted, and what touches or overlaps made one. */
static enum status hours_build(struct arena *arena,
                               const struct calendar_hours *given,
                               struct calendar_hours *hours_out,
                               struct problem *problem_out)
{
	struct calendar_interval *list;
	size_t count = 0, kept = 0;

	if (given->count > LIMIT_CALENDAR_HOURS)
		return problem_set(problem_out, ST_LIMIT, "calendar",
		                   "A day has at most %u intervals.",
		                   LIMIT_CALENDAR_HOURS);
	list = arena_array(arena, given->count, sizeof(*list));
	for (size_t i = 0; i < given->count; i++) {
		struct calendar_interval interval = given->intervals[i];
		size_t place = count++;

		if (interval.from < 0 || interval.to > DAY_MINUTES ||
		    interval.from >= interval.to)
			return calendar_bad(problem_out,
			                    "An interval must end after it "
			                    "starts, on the same day.");
		for (; place > 0 && list[place - 1].from > interval.from;
		     place--)
			list[place] = list[place - 1];
		list[place] = interval;
	}
	for (size_t i = 0; i < count; i++) {
		if (kept > 0 && list[i].from <= list[kept - 1].to) {
			if (list[i].to > list[kept - 1].to)
				list[kept - 1].to = list[i].to;
			continue;
		}
		list[kept++] = list[i];
	}
	*hours_out = (struct calendar_hours){list, kept};
	return ST_OK;
}

/* By day; on one day the earlier in the list, where holidays come first. */
struct exception_order {
	int32_t day;
	uint32_t place;
};

static int exception_compare(const void *left, const void *right)
{
	const struct exception_order *a = left, *b = right;

	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

/* Worked time from the fixed Monday to the start of a day, by weekdays only. */
static span_ms week_sum(const struct calendar *calendar, int64_t day)
{
	int64_t week = calendar_floor(day - WEEK_MONDAY, 7);
	int64_t weekday = day - WEEK_MONDAY - week * 7;

	return week * calendar->week_before[7] + calendar->week_before[weekday];
}

/* Gives each exception the worked time that lies before it. */
static void exceptions_sum(const struct calendar *calendar,
                           struct calendar_exception *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct calendar_exception *e = &list[i];

		e->total = hours_total(&e->hours);
		e->before = week_sum(calendar, e->day);
		if (i > 0)
			e->before += list[i - 1].before + list[i - 1].total -
			             week_sum(calendar,
			                      (int64_t)list[i - 1].day + 1);
	}
}

static enum status exceptions_build(struct arena *arena,
                                    const struct calendar_plan *plan,
                                    struct calendar *calendar,
                                    struct problem *problem_out)
{
	size_t count = plan->holiday_count + plan->day_count, kept = 0;
	struct exception_order *order;
	struct calendar_exception *list;

	if (plan->holiday_count > LIMIT_CALENDAR_DAYS ||
	    plan->day_count > LIMIT_CALENDAR_DAYS ||
	    count > LIMIT_CALENDAR_DAYS)
		return problem_set(problem_out, ST_LIMIT, "calendar",
		                   "A calendar has at most %u special days "
		                   "and holidays.",
		                   LIMIT_CALENDAR_DAYS);
	order = arena_array(arena, count, sizeof(*order));
	list = arena_array(arena, count, sizeof(*list));
	for (size_t i = 0; i < count; i++) {
		order[i].place = (uint32_t)i;
		order[i].day =
			i < plan->holiday_count
				? plan->holidays[i]
				: plan->days[i - plan->holiday_count].day;
	}
	if (count > 0)
		qsort(order, count, sizeof(*order), exception_compare);
	for (size_t i = 0; i < count; i++) {
		size_t place = order[i].place;
		struct calendar_hours none = {0};
		const struct calendar_hours *given = &none;
		enum status status;

		if (kept > 0 && list[kept - 1].day == order[i].day)
			continue;
		if (place >= plan->holiday_count)
			given = &plan->days[place - plan->holiday_count].hours;
		list[kept].day = order[i].day;
		status = hours_build(arena, given, &list[kept].hours,
		                     problem_out);
		if (status != ST_OK)
			return status;
		kept++;
	}
	exceptions_sum(calendar, list, kept);
	calendar->exceptions = list;
	calendar->exception_count = kept;
	return ST_OK;
}

enum status calendar_build(struct arena *arena,
                           const struct calendar_plan *plan,
                           const struct zone *zone,
                           const struct calendar **calendar_out,
                           struct problem *problem_out)
{
	struct calendar *calendar = arena_alloc(arena, sizeof(*calendar));
	enum status status;

	calendar->zone = zone;
	for (size_t i = 0; i < 7; i++) {
		status = hours_build(arena, &plan->week[i], &calendar->week[i],
		                     problem_out);
		if (status != ST_OK)
			return status;
		calendar->week_before[i + 1] = calendar->week_before[i] +
		                               hours_total(&calendar->week[i]);
	}
	status = exceptions_build(arena, plan, calendar, problem_out);
	if (status != ST_OK)
		return status;
	*calendar_out = calendar;
	return ST_OK;
}

const struct calendar *calendar_always(void)
{
	static const struct calendar_interval day = {0, DAY_MINUTES};
	/* clang-format off */
	static const struct calendar always = {
		.week = {{&day, 1}, {&day, 1}, {&day, 1}, {&day, 1}, {&day, 1}, {&day, 1}, {&day, 1}},
		.week_before = {0, SPAN_DAY, 2 * SPAN_DAY, 3 * SPAN_DAY, 4 * SPAN_DAY, 5 * SPAN_DAY, 6 * SPAN_DAY,
		                7 * SPAN_DAY},
	};
	/* clang-format on */
	return &always;
}

/* How many exceptions are before `day`. */
static size_t exceptions_before_day(const struct calendar *calendar,
                                    int64_t day)
{
	size_t low = 0, high = calendar->exception_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (calendar->exceptions[middle].day < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* How many exceptions begin with less than `worked` behind them. */
static size_t exceptions_before_sum(const struct calendar *calendar,
                                    span_ms worked)
{
	size_t low = 0, high = calendar->exception_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (calendar->exceptions[middle].before < worked)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct calendar_hours *calendar_hours_of(const struct calendar *calendar,
                                               int64_t day)
{
	size_t i = exceptions_before_day(calendar, day);

	if (i < calendar->exception_count && calendar->exceptions[i].day == day)
		return &calendar->exceptions[i].hours;
	return &calendar->week[civil_weekday(day)];
}

static span_ms hours_worked(const struct calendar_hours *hours, span_ms time)
{
	span_ms worked = 0;

	for (size_t i = 0; i < hours->count; i++) {
		span_ms from = hours->intervals[i].from * SPAN_MINUTE;
		span_ms to = hours->intervals[i].to * SPAN_MINUTE;

		if (time <= from)
			break;
		worked += (time < to ? time : to) - from;
	}
	return worked;
}

/* The first time of day by which `worked` (at least 1) has passed. */
static span_ms hours_time(const struct calendar_hours *hours, span_ms worked)
{
	assert(worked > 0);
	for (size_t i = 0; i < hours->count; i++) {
		span_ms from = hours->intervals[i].from * SPAN_MINUTE;
		span_ms to = hours->intervals[i].to * SPAN_MINUTE;

		if (worked <= to - from)
			return from + worked;
		worked -= to - from;
	}
	assert(false);
	return SPAN_DAY;
}

span_ms calendar_wall_worked(const struct calendar *calendar, instant_ms wall)
{
	int64_t day = calendar_floor(wall, SPAN_DAY);
	span_ms time = wall - day * SPAN_DAY;
	size_t i = exceptions_before_day(calendar, day);
	span_ms worked = week_sum(calendar, day);
	const struct calendar_hours *hours =
		&calendar->week[civil_weekday(day)];

	if (i > 0) {
		const struct calendar_exception *e =
			&calendar->exceptions[i - 1];

		worked += e->before + e->total -
		          week_sum(calendar, (int64_t)e->day + 1);
	}
	if (i < calendar->exception_count && calendar->exceptions[i].day == day)
		hours = &calendar->exceptions[i].hours;
	return worked + hours_worked(hours, time);
}

/* The inverse by weekdays only; callers know that the week has hours. */
static instant_ms week_wall(const struct calendar *calendar, span_ms worked)
{
	span_ms total = calendar->week_before[7];
	int64_t week = calendar_floor(worked - 1, total);
	span_ms rest = worked - week * total;
	int weekday = 0;

	while (calendar->week_before[weekday + 1] < rest)
		weekday++;

	int64_t day = WEEK_MONDAY + week * 7 + weekday;

	return day * SPAN_DAY +
	       hours_time(&calendar->week[weekday],
	                  rest - calendar->week_before[weekday]);
}

instant_ms calendar_wall_first(const struct calendar *calendar, span_ms worked)
{
	size_t i = exceptions_before_sum(calendar, worked);

	if (i == 0)
		return week_wall(calendar, worked);

	const struct calendar_exception *e = &calendar->exceptions[i - 1];
	span_ms after = e->before + e->total;

	if (worked <= after)
		return e->day * SPAN_DAY +
		       hours_time(&e->hours, worked - e->before);
	return week_wall(calendar,
	                 worked - after +
	                         week_sum(calendar, (int64_t)e->day + 1));
}

instant_ms calendar_wall_last(const struct calendar *calendar, span_ms worked)
{
	return calendar_wall_first(calendar, worked + 1) - 1;
}
