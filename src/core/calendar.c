#include "core/calendar.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

/*
 * How it works. On a wall without clock changes the working time since a fixed
 * Monday is a function of the wall time alone: weeks times the week's sum, plus
 * the days of this week, plus what special days added or took. That sum and
 * its inverse cost a binary search over the special days. Real time is cut
 * into pieces (one version, one offset from UTC, paused or not), and in each
 * the function is read at its two ends.
 */

#define DAY_MINUTES 1440
/* Day number of the Monday from which weeks are counted. */
#define WEEK_MONDAY    (-3)
#define CALENDAR_REACH ((instant_ms)CALENDAR_YEARS_MAX * 366 * SPAN_DAY)
/* Full days are walked singly when looking for the end of an open stretch. */
#define CALENDAR_STRETCH_STEPS 400

/* A day that is not as its weekday; `before` is worked time when it begins. */
struct calendar_exception {
	int32_t day;
	struct calendar_hours hours;
	span_ms total;
	span_ms before;
};

struct calendar {
	const struct zone *zone;
	struct calendar_hours week[7];
	span_ms week_before[8]; /* worked from Monday to each day; the sum */
	const struct calendar_exception *exceptions; /* ascending */
	size_t exception_count;
};

/* A piece of real time in which only the wall moves. */
struct calendar_piece {
	instant_ms from;
	instant_ms until;
	const struct calendar *calendar;
	span_ms offset;
	bool paused;
};

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* ---------------------------------------------------------------- building */

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
	struct calendar_interval *list =
		arena_array(arena, given->count, sizeof(*list));
	size_t count = 0, kept = 0;

	if (given->count > LIMIT_CALENDAR_HOURS)
		return problem_set(problem_out, ST_LIMIT, "calendar",
		                   "A day has at most %u intervals.",
		                   LIMIT_CALENDAR_HOURS);
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
	int64_t week = floor_div(day - WEEK_MONDAY, 7);
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

const struct zone *calendar_zone(const struct calendar *calendar)
{
	return calendar->zone ? calendar->zone : zone_utc();
}

/* What no calendar means. */
static const struct calendar *calendar_always(void)
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

/* ------------------------------------------------- working time on the wall */

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

static const struct calendar_hours *
calendar_hours_of(const struct calendar *calendar, int64_t day)
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

/* Worked time from the fixed Monday to a wall time; never falls. */
static span_ms wall_worked(const struct calendar *calendar, instant_ms wall)
{
	int64_t day = floor_div(wall, SPAN_DAY);
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
	int64_t week = floor_div(worked - 1, total);
	span_ms rest = worked - week * total;
	int weekday = 0;

	while (calendar->week_before[weekday + 1] < rest)
		weekday++;

	int64_t day = WEEK_MONDAY + week * 7 + weekday;

	return day * SPAN_DAY +
	       hours_time(&calendar->week[weekday],
	                  rest - calendar->week_before[weekday]);
}

/*
 * The first wall time by which `worked` has passed since the fixed Monday.
 * Only asked for sums that wall_worked() reaches somewhere.
 */
static instant_ms wall_first(const struct calendar *calendar, span_ms worked)
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

/* The last wall time until which no more than `worked` has passed. */
static instant_ms wall_last(const struct calendar *calendar, span_ms worked)
{
	return wall_first(calendar, worked + 1) - 1;
}

/* ------------------------------------------------------ pieces of real time */

static const struct calendar *
piece_version(const struct calendar_history *history, instant_ms at,
              struct calendar_piece *piece)
{
	const struct calendar *calendar;
	size_t low = 0, high;

	if (!history || history->count == 0)
		return calendar_always();
	high = history->count;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (history->versions[middle].valid_from <= at)
			low = middle;
		else
			high = middle;
	}
	if (low > 0)
		piece->from = history->versions[low].valid_from;
	if (high < history->count)
		piece->until = history->versions[high].valid_from;
	calendar = history->versions[low].calendar;
	return calendar ? calendar : calendar_always();
}

static void piece_cut(struct calendar_piece *piece, instant_ms from,
                      instant_ms until)
{
	if (piece->from < from)
		piece->from = from;
	if (piece->until > until)
		piece->until = until;
}

static void piece_pauses(const struct calendar_pauses *pauses, instant_ms at,
                         struct calendar_piece *piece)
{
	for (size_t i = 0; i < pauses->count; i++) {
		instant_ms from = pauses->list[i].from;
		instant_ms to = pauses->list[i].to;

		if (to == 0)
			to = ZONE_FOREVER;
		if (from >= to)
			continue;
		if (from <= at && at < to) {
			piece->paused = true;
			piece_cut(piece, from, to);
		} else if (at < from) {
			piece_cut(piece, piece->from, from);
		} else {
			piece_cut(piece, to, piece->until);
		}
	}
}

static struct calendar_piece
calendar_piece_at(const struct calendar_history *history,
                  const struct calendar_pauses *pauses, instant_ms at)
{
	struct calendar_piece piece = {.from = -ZONE_FOREVER,
	                               .until = ZONE_FOREVER};
	struct zone_span span;

	piece.calendar = piece_version(history, at, &piece);
	if (piece.calendar->zone) {
		span = zone_span_at(piece.calendar->zone, at);
		piece.offset = span.offset;
		piece_cut(&piece, span.from, span.until);
	}
	if (pauses)
		piece_pauses(pauses, at, &piece);
	assert(piece.from <= at && at < piece.until);
	return piece;
}

static span_ms piece_worked(const struct calendar_piece *piece, instant_ms at)
{
	return wall_worked(piece->calendar, at + piece->offset);
}

/* ------------------------------------------------------------------ answers */

/* Far enough from the ends of time that no sum here can overflow. */
static bool calendar_within_reach(instant_ms at)
{
	return at > -ZONE_FOREVER / 4 && at < ZONE_FOREVER / 4;
}

static enum status calendar_forth(const struct calendar_history *history,
                                  instant_ms from, span_ms span,
                                  const struct calendar_pauses *pauses,
                                  instant_ms *due_out)
{
	instant_ms limit = from + CALENDAR_REACH;

	for (instant_ms at = from; at < limit;) {
		struct calendar_piece piece =
			calendar_piece_at(history, pauses, at);
		instant_ms until = piece.until < limit ? piece.until : limit;

		if (!piece.paused) {
			span_ms begin = piece_worked(&piece, at);
			span_ms worked = piece_worked(&piece, until) - begin;

			if (span == 0 && worked > 0) {
				*due_out = wall_last(piece.calendar, begin) -
				           piece.offset;
				return ST_OK;
			}
			if (span > 0 && worked >= span) {
				*due_out = wall_first(piece.calendar,
				                      begin + span) -
				           piece.offset;
				return ST_OK;
			}
			span -= worked;
		}
		at = until;
	}
	return ST_LIMIT;
}

/*
 * Back by `span`; 0 gives the end of the last open time before `from`, which
 * is what calendar_previous_open() needs.
 */
static enum status calendar_back(const struct calendar_history *history,
                                 instant_ms from, span_ms span,
                                 const struct calendar_pauses *pauses,
                                 instant_ms *at_out)
{
	instant_ms limit = from - CALENDAR_REACH;

	for (instant_ms at = from; at > limit;) {
		struct calendar_piece piece =
			calendar_piece_at(history, pauses, at - 1);
		instant_ms begin = piece.from > limit ? piece.from : limit;

		if (!piece.paused) {
			span_ms end = piece_worked(&piece, at);
			span_ms worked = end - piece_worked(&piece, begin);

			if (span == 0 && worked > 0) {
				*at_out = wall_first(piece.calendar, end) -
				          piece.offset;
				return ST_OK;
			}
			if (span > 0 && worked >= span) {
				*at_out =
					wall_last(piece.calendar, end - span) -
					piece.offset;
				return ST_OK;
			}
			span -= worked;
		}
		at = begin;
	}
	return ST_LIMIT;
}

enum status calendar_add(const struct calendar_history *history,
                         instant_ms from, span_ms span,
                         const struct calendar_pauses *pauses,
                         instant_ms *due_out)
{
	if (!calendar_within_reach(from) || span > CALENDAR_REACH ||
	    span < -CALENDAR_REACH)
		return ST_LIMIT;
	if (span < 0)
		return calendar_back(history, from, -span, pauses, due_out);
	return calendar_forth(history, from, span, pauses, due_out);
}

span_ms calendar_span(const struct calendar_history *history, instant_ms from,
                      instant_ms to, const struct calendar_pauses *pauses)
{
	span_ms worked = 0;

	if (to < from)
		return -calendar_span(history, to, from, pauses);
	assert(calendar_within_reach(from) && calendar_within_reach(to));
	for (instant_ms at = from; at < to;) {
		struct calendar_piece piece =
			calendar_piece_at(history, pauses, at);
		instant_ms until = piece.until < to ? piece.until : to;

		if (!piece.paused)
			worked += piece_worked(&piece, until) -
			          piece_worked(&piece, at);
		at = until;
	}
	return worked;
}

/*
 * Whether it is open at `at`, and how long that holds at least: to the end of
 * the interval or of the piece. Closed time is not looked ahead.
 */
static bool calendar_open_until(const struct calendar_history *history,
                                instant_ms at, instant_ms *until_out)
{
	struct calendar_piece piece = calendar_piece_at(history, NULL, at);
	instant_ms wall = at + piece.offset;
	int64_t day = floor_div(wall, SPAN_DAY);
	span_ms time = wall - day * SPAN_DAY;
	const struct calendar_hours *hours =
		calendar_hours_of(piece.calendar, day);

	for (size_t i = 0; i < hours->count; i++) {
		span_ms from = hours->intervals[i].from * SPAN_MINUTE;
		span_ms to = hours->intervals[i].to * SPAN_MINUTE;

		if (time >= from && time < to) {
			*until_out = at + (to - time);
			if (*until_out > piece.until)
				*until_out = piece.until;
			return true;
		}
	}
	return false;
}

bool calendar_open_at(const struct calendar_history *history, instant_ms at)
{
	instant_ms until;

	return calendar_open_until(history, at, &until);
}

enum status calendar_next_open(const struct calendar_history *history,
                               instant_ms at, instant_ms *open_out)
{
	return calendar_add(history, at, 0, NULL, open_out);
}

enum status calendar_previous_open(const struct calendar_history *history,
                                   instant_ms at, instant_ms *open_out)
{
	if (!calendar_within_reach(at))
		return ST_LIMIT;
	if (calendar_open_at(history, at)) {
		*open_out = at;
		return ST_OK;
	}
	return calendar_back(history, at, 0, NULL, open_out);
}

struct calendar_stretch
calendar_stretch_at(const struct calendar_history *history, instant_ms at)
{
	struct calendar_stretch stretch = {.until = ZONE_FOREVER};
	instant_ms until;

	stretch.open = calendar_open_until(history, at, &until);
	if (!stretch.open) {
		if (calendar_next_open(history, at, &until) == ST_OK)
			stretch.until = until;
		return stretch;
	}
	for (int i = 0; i < CALENDAR_STRETCH_STEPS; i++) {
		if (!calendar_open_until(history, until, &until)) {
			stretch.until = until;
			break;
		}
	}
	return stretch;
}

/* The first instant at or after `at` that is open in both. */
static enum status both_next_open(const struct calendar_history *a,
                                  const struct calendar_history *b,
                                  instant_ms at, instant_ms limit,
                                  instant_ms *open_out)
{
	while (at < limit) {
		instant_ms in_a, in_b;

		if (calendar_next_open(a, at, &in_a) != ST_OK ||
		    calendar_next_open(b, in_a, &in_b) != ST_OK)
			return ST_LIMIT;
		if (in_a == in_b) {
			*open_out = in_a;
			return ST_OK;
		}
		at = in_b;
	}
	return ST_LIMIT;
}

enum status calendar_add_both(const struct calendar_history *a,
                              const struct calendar_history *b, instant_ms from,
                              span_ms span, instant_ms *due_out)
{
	instant_ms at = from, until_a, until_b, limit;

	assert(span >= 0);
	if (!calendar_within_reach(from))
		return ST_LIMIT;
	limit = from + (instant_ms)CALENDAR_BOTH_YEARS_MAX * 366 * SPAN_DAY;
	for (;;) {
		enum status status = both_next_open(a, b, at, limit, &at);

		if (status != ST_OK)
			return status;
		if (!calendar_open_until(a, at, &until_a) ||
		    !calendar_open_until(b, at, &until_b))
			return ST_LIMIT;
		if (until_b < until_a)
			until_a = until_b;
		if (span <= until_a - at) {
			*due_out = at + span;
			return ST_OK;
		}
		span -= until_a - at;
		at = until_a;
	}
}
