/*
 * Runs the stories in test/case/calendar/: calendars in words, then what
 * happened at which wall time and what must be due. Adding one needs no C;
 * test/case/calendar/README.md has the grammar. Where a story only starts,
 * pauses and resumes, the clock's due time is also reckoned in one sum from
 * the list of pauses, so each story proves two ways to the same instant.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <glob.h>

#include "base/buf.h"
#include "core/time/calendar.h"
#include "core/time/clock.h"
#include "node/zones.h"

#define CASE_CALENDARS 8
#define CASE_VERSIONS  8
#define CASE_DAYS      64
#define CASE_PAUSES    64
#define CASE_WORDS     16
#define CASE_BYTES     ((size_t)1 << 20)

struct case_calendar {
	struct str name;
	struct calendar_version versions[CASE_VERSIONS];
	struct calendar_history history;
	const struct zone *zone;
};

struct runner {
	struct arena *arena;
	const char *path;
	int line;
	int checks;
	struct case_calendar calendars[CASE_CALENDARS];
	size_t calendar_count;
	/* The version that is being described, until something else comes. */
	bool describing;
	bool always;
	instant_ms valid_from;
	struct calendar_plan plan;
	struct calendar_day days[CASE_DAYS];
	int32_t holidays[CASE_DAYS];
	/* The clock of the case, and its pauses while they tell all. */
	struct case_calendar *hours;
	struct clock clock;
	struct calendar_pause pauses[CASE_PAUSES];
	size_t pause_count;
	bool plain;
	/* The words of the line, and the next to read. */
	struct str words[CASE_WORDS];
	size_t word_count;
	size_t word;
};

static void bad(const struct runner *r, const char *format, ...)
	__attribute__((format(printf, 2, 3), noreturn));

static void bad(const struct runner *r, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s:%d: ", r->path, r->line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	fail();
	abort();
}

static struct str next_word(struct runner *r)
{
	if (r->word == r->word_count)
		bad(r, "the line ends too soon");
	return r->words[r->word++];
}

static bool take_word(struct runner *r, const char *wanted)
{
	if (r->word == r->word_count ||
	    !str_equal(r->words[r->word], str_of(wanted)))
		return false;
	r->word++;
	return true;
}

static void need_word(struct runner *r, const char *wanted)
{
	if (!take_word(r, wanted))
		bad(r, "expected \"%s\"", wanted);
}

static int number(const struct runner *r, struct str text)
{
	int64_t value;

	if (!str_to_i64(text, &value) || value < -1000000 || value > 1000000)
		bad(r, "\"%.*s\" is no number", STR_ARG(text));
	return (int)value;
}

/* "1h30m", "-2h", "40d" (of 24 hours), "10s", "0". */
static span_ms next_span(struct runner *r)
{
	struct str text = next_word(r);
	bool negative = str_starts(text, STR("-"));
	span_ms span = 0;
	size_t at = negative ? 1 : 0;

	while (at < text.length) {
		size_t end = at;

		while (end < text.length && text.text[end] >= '0' &&
		       text.text[end] <= '9')
			end++;

		int count = number(r, str_sub(text, at, end));
		char unit = end < text.length ? text.text[end] : 's';

		if (unit == 'd')
			span += count * SPAN_DAY;
		else if (unit == 'h')
			span += count * SPAN_HOUR;
		else if (unit == 'm')
			span += count * SPAN_MINUTE;
		else if (unit == 's')
			span += count * SPAN_SECOND;
		else
			bad(r, "\"%.*s\" is no span", STR_ARG(text));
		at = end + 1;
	}
	return negative ? -span : span;
}

static void parse_date(const struct runner *r, struct str text,
                       struct civil *civil)
{
	if (text.length != 10)
		bad(r, "\"%.*s\" is no date", STR_ARG(text));
	civil->year = number(r, str_sub(text, 0, 4));
	civil->month = number(r, str_sub(text, 5, 7));
	civil->day = number(r, str_sub(text, 8, 10));
}

static int32_t next_day(struct runner *r)
{
	struct civil civil = {0};

	parse_date(r, next_word(r), &civil);
	return (int32_t)civil_days(civil.year, civil.month, civil.day);
}

/* "2026-11-13 17:50", on the wall of `hours`; "again": the second time. */
static instant_ms next_wall(struct runner *r, const struct case_calendar *hours)
{
	struct civil civil = {0};
	struct str time;

	parse_date(r, next_word(r), &civil);
	time = next_word(r);
	if (time.length < 5)
		bad(r, "\"%.*s\" is no time", STR_ARG(time));
	civil.hour = number(r, str_sub(time, 0, 2));
	civil.minute = number(r, str_sub(time, 3, 5));
	if (time.length == 8)
		civil.second = number(r, str_sub(time, 6, 8));
	return zone_to_utc(hours->zone, &civil,
	                   take_word(r, "again") ? ZONE_SECOND : ZONE_FIRST);
}

/* ---------------------------------------------------------------- calendars */

static struct case_calendar *find_calendar(struct runner *r, struct str name)
{
	for (size_t i = 0; i < r->calendar_count; i++) {
		if (str_equal(r->calendars[i].name, name))
			return &r->calendars[i];
	}
	bad(r, "there is no calendar \"%.*s\"", STR_ARG(name));
}

static const struct zone *load_zone(struct runner *r, struct str name)
{
	struct problem problem = {0};
	const struct zone *zone = NULL;

	if (zones_load(r->arena, name, &zone, &problem) != ST_OK)
		bad(r, "%s", problem.text);
	return zone;
}

static void finish_calendar(struct runner *r)
{
	const struct calendar *calendar = NULL;
	struct problem problem = {0};
	struct case_calendar *c;

	if (!r->describing)
		return;
	r->describing = false;
	c = &r->calendars[r->calendar_count - 1];
	c->zone = load_zone(r, r->plan.zone);
	r->plan.days = r->days;
	r->plan.holidays = r->holidays;
	if (!r->always && calendar_build(r->arena, &r->plan, c->zone, &calendar,
	                                 &problem) != ST_OK)
		bad(r, "%s", problem.text);
	assert_true(c->history.count < CASE_VERSIONS);
	c->versions[c->history.count++] =
		(struct calendar_version){r->valid_from, calendar};
	c->history.versions = c->versions;
}

static void line_calendar(struct runner *r)
{
	struct str name = next_word(r);

	finish_calendar(r);
	r->valid_from = 0;
	if (take_word(r, "from")) {
		struct case_calendar *c = find_calendar(r, name);

		if (c != &r->calendars[r->calendar_count - 1])
			bad(r, "versions of a calendar must be together");
		r->valid_from = next_wall(r, c);
	} else {
		assert_true(r->calendar_count < CASE_CALENDARS);
		r->calendars[r->calendar_count++] =
			(struct case_calendar){.name = name};
	}
	r->plan = (struct calendar_plan){.zone = STR("UTC")};
	r->always = false;
	r->describing = true;
}

/* "09:00-13:00 14:00-18:00", or nothing. */
static struct calendar_hours next_hours(struct runner *r)
{
	struct calendar_interval *list =
		arena_array(r->arena, CASE_WORDS, sizeof(*list));
	size_t count = 0;

	while (r->word < r->word_count) {
		struct str text = next_word(r);

		if (text.length != 11)
			bad(r, "\"%.*s\" are no hours", STR_ARG(text));
		list[count].from =
			(int16_t)(number(r, str_sub(text, 0, 2)) * 60 +
		                  number(r, str_sub(text, 3, 5)));
		list[count++].to =
			(int16_t)(number(r, str_sub(text, 6, 8)) * 60 +
		                  number(r, str_sub(text, 9, 11)));
	}
	return (struct calendar_hours){list, count};
}

static size_t weekday(const struct runner *r, struct str name)
{
	static const char names[] = "montuewedthufrisatsun";
	size_t at = str_find(STR(names), name, 0);

	if (name.length != 3 || at % 3 != 0 || at == sizeof(names) - 1)
		bad(r, "\"%.*s\" is no weekday", STR_ARG(name));
	return at / 3;
}

/* "week mon-fri 09:00-18:00" */
static void line_week(struct runner *r)
{
	struct str days = next_word(r), first, last;
	struct calendar_hours hours = next_hours(r);

	assert_true(str_split(&days, '-', &first));
	last = days.length > 0 ? days : first;
	for (size_t i = weekday(r, first); i <= weekday(r, last); i++)
		r->plan.week[i] = hours;
}

static bool line_describes(struct runner *r)
{
	if (!r->describing)
		return false;
	if (take_word(r, "always")) {
		r->always = true;
	} else if (take_word(r, "zone")) {
		r->plan.zone = next_word(r);
	} else if (take_word(r, "week")) {
		line_week(r);
	} else if (take_word(r, "day")) {
		assert_true(r->plan.day_count < CASE_DAYS);
		r->days[r->plan.day_count].day = next_day(r);
		r->days[r->plan.day_count++].hours = next_hours(r);
	} else if (take_word(r, "holiday")) {
		assert_true(r->plan.holiday_count < CASE_DAYS);
		r->holidays[r->plan.holiday_count++] = next_day(r);
	} else {
		return false;
	}
	return true;
}

/* ------------------------------------------------------------------ checks */

static void check_instant(struct runner *r, const char *what, instant_ms got,
                          instant_ms wanted)
{
	char got_text[INSTANT_TEXT_SIZE], wanted_text[INSTANT_TEXT_SIZE];

	r->checks++;
	instant_print(got, got_text);
	instant_print(wanted, wanted_text);
	if (got != wanted)
		bad(r, "%s is %s, not %s", what, got == 0 ? "never" : got_text,
		    wanted == 0 ? "never" : wanted_text);
}

static void check_span(struct runner *r, const char *what, span_ms got,
                       span_ms wanted)
{
	r->checks++;
	if (got != wanted)
		bad(r, "%s is %lld s, not %lld s", what,
		    (long long)(got / SPAN_SECOND),
		    (long long)(wanted / SPAN_SECOND));
}

static instant_ms next_wall_or_never(struct runner *r,
                                     const struct case_calendar *hours)
{
	return take_word(r, "never") ? 0 : next_wall(r, hours);
}

/* The due time by one sum over the whole story so far. */
static void check_both_ways(struct runner *r)
{
	struct calendar_pauses pauses = {r->pauses, r->pause_count};
	instant_ms due = 0;

	if (!r->plain || r->clock.state != CLOCK_RUNNING)
		return;
	if (calendar_add(&r->hours->history, r->clock.start, r->clock.target,
	                 &pauses, &due) != ST_OK)
		due = 0;
	check_instant(r, "due by the list of pauses", due, r->clock.due);
}

static void line_add(struct runner *r, const struct case_calendar *other)
{
	span_ms span = next_span(r);
	instant_ms from, due = 0;
	enum status status;

	need_word(r, "from");
	from = next_wall(r, r->hours);
	status = other ? calendar_add_both(&r->hours->history, &other->history,
	                                   from, span, &due)
	               : calendar_add(&r->hours->history, from, span, NULL,
	                              &due);
	need_word(r, "is");
	check_instant(r, "the sum", status == ST_OK ? due : 0,
	              next_wall_or_never(r, r->hours));
}

static void line_span(struct runner *r)
{
	instant_ms from, to;

	need_word(r, "from");
	from = next_wall(r, r->hours);
	need_word(r, "to");
	to = next_wall(r, r->hours);
	need_word(r, "is");
	check_span(r, "the span",
	           calendar_span(&r->hours->history, from, to, NULL),
	           next_span(r));
}

static bool line_asks(struct runner *r)
{
	if (take_word(r, "add")) {
		line_add(r, NULL);
	} else if (take_word(r, "both")) {
		struct case_calendar *other = find_calendar(r, next_word(r));

		need_word(r, "add");
		line_add(r, other);
	} else if (take_word(r, "span")) {
		line_span(r);
	} else if (take_word(r, "due")) {
		check_instant(r, "due", r->clock.due,
		              next_wall_or_never(r, r->hours));
		check_both_ways(r);
	} else if (take_word(r, "warn")) {
		check_instant(r, "the warning", r->clock.warn,
		              next_wall_or_never(r, r->hours));
	} else if (take_word(r, "state")) {
		struct str wanted = next_word(r);

		r->checks++;
		if (!str_equal(wanted,
		               str_of(clock_state_name(r->clock.state))))
			bad(r, "the clock is %s",
			    clock_state_name(r->clock.state));
	} else {
		return false;
	}
	return true;
}

/* ----------------------------------------------------------------- signals */

static span_ms next_warning(struct runner *r)
{
	return take_word(r, "warn") ? next_span(r) : 0;
}

static void signal_pause(struct runner *r, instant_ms at)
{
	if (r->clock.state == CLOCK_RUNNING) {
		assert_true(r->pause_count < CASE_PAUSES);
		r->pauses[r->pause_count++] =
			(struct calendar_pause){.from = at};
	}
	clock_pause(&r->clock, &r->hours->history, at);
}

static void signal_resume(struct runner *r, instant_ms at)
{
	if (r->clock.state == CLOCK_PAUSED) {
		struct calendar_pause *pause = &r->pauses[r->pause_count - 1];

		/* Before it began: a pause of no time. */
		pause->to = at > pause->from ? at : pause->from;
	}
	clock_resume(&r->clock, &r->hours->history, at);
}

static void line_signal(struct runner *r)
{
	instant_ms at = next_wall(r, r->hours);
	const struct calendar_history *hours = &r->hours->history;

	if (take_word(r, "start")) {
		span_ms target = next_span(r);

		r->clock = clock_start(hours, at, target, next_warning(r));
		r->plain = true;
		r->pause_count = 0;
	} else if (take_word(r, "pause")) {
		signal_pause(r, at);
	} else if (take_word(r, "resume")) {
		signal_resume(r, at);
	} else if (take_word(r, "finish")) {
		clock_finish(&r->clock, hours, at);
	} else if (take_word(r, "unfinish")) {
		clock_unfinish(&r->clock, hours);
	} else if (take_word(r, "retarget")) {
		span_ms target = next_span(r);

		clock_retarget(&r->clock, hours, target, next_warning(r));
		r->plain = r->clock.due > r->clock.since;
	} else if (take_word(r, "move")) {
		r->hours = find_calendar(r, next_word(r));
		clock_move(&r->clock, hours, &r->hours->history, at);
		r->plain = false;
	} else if (take_word(r, "used")) {
		check_span(r, "used", clock_used(&r->clock, hours, at),
		           next_span(r));
	} else if (take_word(r, "left")) {
		check_span(r, "left", clock_left(&r->clock, hours, at),
		           next_span(r));
	} else {
		bad(r, "unknown signal");
	}
}

static void run_line(struct runner *r, struct str line)
{
	struct str word;

	r->word = r->word_count = 0;
	line = str_sub(line, 0, str_find_char(line, '#', 0));
	while (str_split(&line, ' ', &word)) {
		if (word.length == 0)
			continue;
		assert_true(r->word_count < CASE_WORDS);
		r->words[r->word_count++] = word;
	}
	if (r->word_count == 0)
		return;
	if (take_word(r, "calendar")) {
		line_calendar(r);
		return;
	}
	if (line_describes(r))
		return;
	finish_calendar(r);
	if (take_word(r, "case")) {
		r->hours = &r->calendars[0];
		r->clock = (struct clock){0};
		return;
	}
	if (take_word(r, "use"))
		r->hours = find_calendar(r, next_word(r));
	else if (!line_asks(r))
		line_signal(r);
	if (r->word != r->word_count)
		bad(r, "the line says more than it should");
}

static int run_file(const char *path)
{
	struct arena *arena = arena_new((size_t)64 << 20);
	struct runner *r = arena_alloc(arena, sizeof(*r));
	char *bytes = arena_alloc(arena, CASE_BYTES);
	FILE *file = fopen(path, "r");
	struct str rest, line;
	int checks;

	assert_non_null(file);
	r->arena = arena;
	r->path = path;
	rest = (struct str){bytes, fread(bytes, 1, CASE_BYTES, file)};
	fclose(file);
	while (str_line(&rest, &line)) {
		r->line++;
		run_line(r, line);
	}
	checks = r->checks;
	arena_free(&arena);
	return checks;
}

static void every_story_ends_as_told(void **state)
{
	glob_t files;
	int checks = 0;

	(void)state;
	assert_int_equal(glob("test/case/calendar/*.txt", 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		int here = run_file(files.gl_pathv[i]);

		if (here == 0)
			fail_msg("%s checks nothing", files.gl_pathv[i]);
		checks += here;
	}
	printf("%zu files, %d checks\n", files.gl_pathc, checks);
	globfree(&files);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_story_ends_as_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
