#include "core/time/moment.h"

#include <stdio.h>
#include <string.h>

#include "core/text/deadline.h"

#define TOKENS_MAX   16
#define HOUR_UNKNOWN (-1)
#define DAY_UNKNOWN  INT64_MIN

struct moment_tokens {
	struct str list[TOKENS_MAX];
	size_t count;
};

/* What has been read; a stretch excludes the rest. */
struct moment_reading {
	int64_t today, day; /* numbers of days */
	int64_t weekday;    /* 0 Monday; -1 none */
	int hour, minute;
	span_ms stretch;
	int64_t months; /* to add to today */
	int64_t workdays;
	bool named; /* a weekday, which "next" may push a week on */
};

/* clang-format off */
static const char *const weekdays[7] = {
	"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
static const char *const months[12] = {
	"january", "february", "march", "april", "may", "june", "july",
	"august", "september", "october", "november", "december"};

static const struct moment_unit {
	const char *name;
	span_ms span;
	int64_t days, months, workdays;
} units[] = {
	{"m", SPAN_MINUTE, 0, 0, 0}, {"min", SPAN_MINUTE, 0, 0, 0}, {"mins", SPAN_MINUTE, 0, 0, 0},
	{"minute", SPAN_MINUTE, 0, 0, 0}, {"minutes", SPAN_MINUTE, 0, 0, 0},
	{"h", SPAN_HOUR, 0, 0, 0}, {"hr", SPAN_HOUR, 0, 0, 0}, {"hrs", SPAN_HOUR, 0, 0, 0},
	{"hour", SPAN_HOUR, 0, 0, 0}, {"hours", SPAN_HOUR, 0, 0, 0},
	{"d", 0, 1, 0, 0}, {"day", 0, 1, 0, 0}, {"days", 0, 1, 0, 0},
	{"w", 0, 7, 0, 0}, {"week", 0, 7, 0, 0}, {"weeks", 0, 7, 0, 0},
	{"mo", 0, 0, 1, 0}, {"month", 0, 0, 1, 0}, {"months", 0, 0, 1, 0},
	{"y", 0, 0, 12, 0}, {"year", 0, 0, 12, 0},
	{"weekday", 0, 0, 0, 1}, {"weekdays", 0, 0, 0, 1},
	{"workday", 0, 0, 0, 1}, {"workdays", 0, 0, 0, 1},
};

/* Times of the day by name. */
static const struct {
	const char *name;
	int hour;
} parts[] = {
	{"morning", HOUR_UNKNOWN}, {"noon", 12}, {"lunch", 13}, {"afternoon", 14},
	{"evening", 18}, {"tonight", 18}, {"eod", 17}, {"night", 20},
};
/* clang-format on */

static const struct zone *moment_zone(const struct moment_where *where)
{
	return where->zone ? where->zone : zone_utc();
}

static instant_ms moment_on(const struct moment_where *where, int64_t day,
                            int hour, int minute)
{
	struct civil civil = {.hour = hour, .minute = minute};

	civil_from_days(day, &civil.year, &civil.month, &civil.day);
	return zone_to_utc(moment_zone(where), &civil, ZONE_FIRST);
}

static int64_t moment_day(const struct moment_where *where, instant_ms at)
{
	struct civil civil = zone_civil(moment_zone(where), at);

	return civil_days(civil.year, civil.month, civil.day);
}

instant_ms moment_working(const struct moment_where *where, instant_ms from)
{
	instant_ms at;

	if (calendar_add(where->hours, from, 0, NULL, &at) != ST_OK)
		return from;
	return at;
}

/* The first working hour of a day, or nine when it has none. */
static instant_ms moment_opening(const struct moment_where *where, int64_t day)
{
	instant_ms midnight = moment_on(where, day, 0, 0);
	instant_ms at = moment_working(where, midnight);

	if (where->hours && where->hours->count && at > midnight &&
	    moment_day(where, at) == day)
		return at;
	return moment_on(where, day, 9, 0);
}

/* ---- reading */

static bool moment_same(struct str token, const char *word)
{
	return str_equal(token, str_of(word));
}

/* "fri", "frid": a beginning of three letters or more. */
static int moment_name(struct str token, const char *const *names, int count)
{
	for (int i = 0; i < count; i++) {
		if (token.length >= 3 && str_starts(str_of(names[i]), token))
			return i;
	}
	return -1;
}

static bool moment_digits(struct str token, int64_t *value_out)
{
	for (size_t i = 0; i < token.length; i++) {
		if (token.text[i] < '0' || token.text[i] > '9')
			return false;
	}
	return token.length > 0 && token.length <= 6 &&
	       str_to_i64(token, value_out);
}

/* The number that a token begins with, and what follows it. */
static bool moment_number(struct str token, int64_t *value_out,
                          struct str *rest_out)
{
	size_t end = 0;

	while (end < token.length && token.text[end] >= '0' &&
	       token.text[end] <= '9')
		end++;
	if (!moment_digits(str_sub(token, 0, end), value_out))
		return false;
	*rest_out = str_sub(token, end, token.length);
	return true;
}

static const struct moment_unit *moment_unit(struct str token)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (moment_same(token, units[i].name))
			return &units[i];
	}
	return NULL;
}

static void moment_split(struct arena *arena, struct str text,
                         struct moment_tokens *tokens)
{
	struct str rest = str_lower(arena, str_trim(text)), token;

	tokens->count = 0;
	for (size_t i = 0; i < rest.length; i++) {
		if (rest.text[i] == ',' || rest.text[i] == '\t')
			((char *)(uintptr_t)rest.text)[i] = ' ';
	}
	while (tokens->count < TOKENS_MAX && str_split(&rest, ' ', &token)) {
		if (token.length > 0 && !moment_same(token, "at") &&
		    !moment_same(token, "on") && !moment_same(token, "the") &&
		    !moment_same(token, "o'clock") &&
		    !moment_same(token, "this") && !moment_same(token, "of"))
			tokens->list[tokens->count++] = token;
	}
}

/* "in 2 days", "2h", "90 min", "a week"; how many tokens, 0 for none. */
static size_t moment_stretch(const struct moment_tokens *t, size_t at,
                             struct moment_reading *r)
{
	const struct moment_unit *unit = NULL;
	size_t start = at;
	int64_t count;
	struct str rest;

	if (at < t->count && moment_same(t->list[at], "in"))
		at++;
	if (at >= t->count)
		return 0;
	if (moment_same(t->list[at], "a") || moment_same(t->list[at], "an") ||
	    moment_same(t->list[at], "one")) {
		count = 1;
		rest = STR("");
	} else if (!moment_number(t->list[at], &count, &rest)) {
		return 0;
	}
	at++;
	if (rest.length == 0 && at < t->count &&
	    (moment_same(t->list[at], "working") ||
	     moment_same(t->list[at], "business"))) {
		r->workdays = count;
		return at + 1 < t->count ? at + 2 - start : 0;
	}
	if (rest.length > 0)
		unit = moment_unit(rest);
	else if (at < t->count)
		unit = moment_unit(t->list[at++]);
	if (!unit || count > 100000)
		return 0;
	r->stretch = count * unit->span;
	r->months = count * unit->months;
	r->workdays = count * unit->workdays;
	if (unit->days)
		r->day = r->today + count * unit->days;
	return at - start;
}

/* "9", "9:30", "14h", "9am", "9 pm". */
static size_t moment_time(const struct moment_tokens *t, size_t at,
                          struct moment_reading *r)
{
	struct str rest, half;
	int64_t hour, minute = 0;
	size_t used = 1;

	if (!moment_number(t->list[at], &hour, &rest))
		return 0;
	half = rest;
	if (rest.length > 1 && (rest.text[0] == ':' || rest.text[0] == 'h') &&
	    !moment_number(str_sub(rest, 1, rest.length), &minute, &half))
		return 0;
	if (half.length == 0 && at + 1 < t->count &&
	    (moment_same(t->list[at + 1], "am") ||
	     moment_same(t->list[at + 1], "pm"))) {
		half = t->list[at + 1];
		used = 2;
	}
	if (moment_same(half, "pm") && hour < 12)
		hour += 12;
	else if (moment_same(half, "am") && hour == 12)
		hour = 0;
	else if (half.length > 0 && !moment_same(half, "pm") &&
	         !moment_same(half, "am") && !moment_same(half, "h"))
		return 0;
	if (hour > 23 || minute > 59 || r->hour != HOUR_UNKNOWN)
		return 0;
	r->hour = (int)hour;
	r->minute = (int)minute;
	return used;
}

static bool moment_date(struct moment_reading *r, int64_t year, int64_t month,
                        int64_t day)
{
	static const int days[12] = {31, 29, 31, 30, 31, 30,
	                             31, 31, 30, 31, 30, 31};
	int y, m, d;

	if (month < 1 || month > 12 || day < 1 || day > days[month - 1])
		return false;
	civil_from_days(r->today, &y, &m, &d);
	if (year < 0) {
		year = y;
		/* A date that is over means next year's. */
		if (civil_days(y, (int)month, (int)day) < r->today)
			year++;
	} else if (year < 100) {
		year += 2000;
	}
	if (year > y + 10)
		return false;
	r->day = civil_days((int)year, (int)month, (int)day);
	return true;
}

/* "2026-12-24", "24.12.", "24.12.2026". */
static size_t moment_figures(const struct moment_tokens *t, size_t at,
                             struct moment_reading *r)
{
	struct str token = t->list[at], rest;
	int64_t a, b, c = -1;
	bool iso;

	if (!moment_number(token, &a, &rest) || rest.length < 2 ||
	    (rest.text[0] != '-' && rest.text[0] != '.'))
		return 0;
	iso = rest.text[0] == '-';
	if (!moment_number(str_sub(rest, 1, rest.length), &b, &rest))
		return 0;
	if (rest.length > 1 &&
	    (!moment_number(str_sub(rest, 1, rest.length), &c, &rest) ||
	     rest.length > 0))
		return 0;
	if (iso)
		return c >= 0 && a > 99 && moment_date(r, a, b, c);
	return moment_date(r, c, b, a);
}

/* "12 dec", "dec 12", "12th december 2027". */
static size_t moment_month(const struct moment_tokens *t, size_t at,
                           struct moment_reading *r)
{
	bool first = moment_name(t->list[at], months, 12) >= 0;
	size_t name = first ? at : at + 1, number = first ? at + 1 : at;
	size_t used = 2;
	int64_t day, year = -1;
	struct str rest;
	int month;

	if (at + 1 >= t->count)
		return 0;
	month = moment_name(t->list[name], months, 12);
	if (month < 0 || !moment_number(t->list[number], &day, &rest))
		return 0;
	if (rest.length > 0 && !moment_same(rest, "st") &&
	    !moment_same(rest, "nd") && !moment_same(rest, "rd") &&
	    !moment_same(rest, "th") && !moment_same(rest, "."))
		return 0;
	if (at + 2 < t->count && t->list[at + 2].length == 4 &&
	    moment_digits(t->list[at + 2], &year))
		used = 3;
	return moment_date(r, year, month + 1, day) ? used : 0;
}

static size_t moment_next(const struct moment_tokens *t, size_t at,
                          struct moment_reading *r)
{
	int64_t weekday = civil_weekday(r->today);
	int y, m, d, name;

	if (!moment_same(t->list[at], "next") || at + 1 >= t->count)
		return 0;
	if (moment_same(t->list[at + 1], "week")) {
		r->day = r->today + 7 - weekday;
	} else if (moment_same(t->list[at + 1], "month")) {
		civil_from_days(r->today, &y, &m, &d);
		r->day = m == 12 ? civil_days(y + 1, 1, 1)
		                 : civil_days(y, m + 1, 1);
	} else if ((name = moment_name(t->list[at + 1], weekdays, 7)) >= 0) {
		r->day = r->today + 7 - weekday + name;
	} else {
		return 0;
	}
	return 2;
}

static size_t moment_word(const struct moment_tokens *t, size_t at,
                          struct moment_reading *r)
{
	struct str token = t->list[at];
	int name = moment_name(token, weekdays, 7);

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (!moment_same(token, parts[i].name))
			continue;
		r->hour = parts[i].hour;
		if (r->day == DAY_UNKNOWN && parts[i].hour != HOUR_UNKNOWN)
			return 1;
		if (r->day == DAY_UNKNOWN)
			r->day = r->today + 1;
		return 1;
	}
	if (moment_same(token, "today")) {
		r->day = r->today;
	} else if (moment_same(token, "tomorrow") ||
	           moment_same(token, "tmr") || moment_same(token, "tom")) {
		r->day = r->today + 1;
	} else if (moment_same(token, "weekend")) {
		r->day = r->today + (5 - civil_weekday(r->today) + 7) % 7;
	} else if (name >= 0) {
		r->weekday = name;
	} else {
		return 0;
	}
	return 1;
}

typedef size_t (*moment_rule)(const struct moment_tokens *t, size_t at,
                              struct moment_reading *r);

/* The first that fits; dates before bare figures. */
static const moment_rule rules[] = {
	moment_stretch, moment_next, moment_figures,
	moment_month,   moment_word, moment_time,
};

static bool moment_parse(const struct moment_tokens *t,
                         struct moment_reading *r)
{
	size_t at = 0;

	while (at < t->count) {
		size_t used = 0;

		for (size_t i = 0;
		     i < sizeof(rules) / sizeof(rules[0]) && used == 0; i++)
			used = rules[i](t, at, r);
		if (used == 0)
			return false;
		at += used;
	}
	return t->count > 0;
}

/* ---- resolving */

static instant_ms moment_workday(const struct moment_where *where,
                                 int64_t count)
{
	instant_ms at = where->now;

	for (int64_t i = 0; i < count && i < 500; i++) {
		int64_t day = moment_day(where, at);

		at = moment_working(where, moment_on(where, day + 1, 0, 0));
	}
	return at;
}

static int64_t moment_add_months(int64_t today, int64_t count)
{
	int y, m, d;
	int64_t last;

	civil_from_days(today, &y, &m, &d);
	m += (int)(count % 12);
	y += (int)(count / 12);
	if (m > 12) {
		m -= 12;
		y++;
	}
	last = (m == 12 ? civil_days(y + 1, 1, 1) : civil_days(y, m + 1, 1)) -
	       1;
	return civil_days(y, m, 1) + d - 1 > last ? last
	                                          : civil_days(y, m, 1) + d - 1;
}

static instant_ms moment_resolve(const struct moment_where *where,
                                 struct moment_reading *r)
{
	instant_ms at;

	if (r->stretch)
		return where->now + r->stretch;
	if (r->months)
		r->day = moment_add_months(r->today, r->months);
	if (r->workdays && r->hour == HOUR_UNKNOWN)
		return moment_workday(where, r->workdays);
	if (r->workdays)
		r->day = moment_day(where, moment_workday(where, r->workdays));
	if (r->weekday >= 0)
		r->day = r->today +
		         (r->weekday - civil_weekday(r->today) + 7) % 7;
	if (r->day == DAY_UNKNOWN)
		r->day = r->today;
	else if (r->weekday < 0 && r->day < r->today)
		return 0;
	at = r->hour == HOUR_UNKNOWN
	             ? moment_opening(where, r->day)
	             : moment_on(where, r->day, r->hour, r->minute);
	if (at > where->now)
		return at;
	/* "fri" on a Friday is in a week; "9" at ten o'clock is tomorrow. */
	if (r->weekday >= 0)
		r->day += 7;
	else if (r->day == r->today && r->hour != HOUR_UNKNOWN && !r->named)
		r->day += 1;
	else
		return 0;
	return r->hour == HOUR_UNKNOWN
	               ? moment_opening(where, r->day)
	               : moment_on(where, r->day, r->hour, r->minute);
}

/* Another language, or a sentence; figures that are no date are no part of one.
 */
static instant_ms moment_elsewhere(struct arena *arena, struct str text,
                                   const struct moment_where *where)
{
	const struct deadline *found;
	struct words words = words_split(arena, text);
	size_t count;

	if (text.length == 0 || (text.text[0] >= '0' && text.text[0] <= '9') ||
	    str_find_char(text, '-', 0) < text.length)
		return 0;
	count = deadline_scan(&words, where->now, moment_zone(where), arena,
	                      &found);
	for (size_t i = 0; i < count; i++) {
		instant_ms at = found[i].at;

		if (!found[i].resolved)
			continue;
		if (!found[i].has_time && !found[i].hours)
			at = moment_opening(where,
			                    civil_days(found[i].date.year,
			                               found[i].date.month,
			                               found[i].date.day));
		if (at > where->now)
			return at;
	}
	return 0;
}

enum status moment_read(struct arena *arena, struct str text,
                        const struct moment_where *where,
                        struct moment *moment_out, struct problem *problem_out)
{
	struct moment_reading r = {
		.today = moment_day(where, where->now),
		.day = DAY_UNKNOWN,
		.weekday = -1,
		.hour = HOUR_UNKNOWN,
	};
	struct moment_tokens tokens;
	instant_ms at = 0;

	if (text.length > MOMENT_TEXT_BYTES)
		return problem_set(problem_out, ST_INVALID, "text",
		                   "That is too long for a moment.");
	moment_split(arena, text, &tokens);
	if (moment_parse(&tokens, &r)) {
		/* "today 9" at ten o'clock is over, and not tomorrow. */
		r.named = r.day != DAY_UNKNOWN;
		at = moment_resolve(where, &r);
	} else {
		at = moment_elsewhere(arena, text, where);
	}
	if (at <= where->now)
		return problem_set(problem_out, ST_INVALID, "text",
		                   "That is no moment to come. Try \"tomorrow "
		                   "9\", \"in 2 days\" or \"fri 14:00\".");
	moment_out->at = at;
	moment_label(where, at, moment_out->label);
	return ST_OK;
}

/* ---- showing */

void moment_label(const struct moment_where *where, instant_ms at,
                  char label_out[MOMENT_LABEL_SIZE])
{
	struct civil civil = zone_civil(moment_zone(where), at);
	struct civil now = zone_civil(moment_zone(where), where->now);
	int64_t day = civil_days(civil.year, civil.month, civil.day);
	char year[16] = "";

	if (civil.year != now.year)
		snprintf(year, sizeof(year), " %d", civil.year);
	snprintf(label_out, MOMENT_LABEL_SIZE, "%c%.2s %d %c%.2s%s, %02d:%02d",
	         weekdays[civil_weekday(day)][0] - 'a' + 'A',
	         weekdays[civil_weekday(day)] + 1, civil.day,
	         months[civil.month - 1][0] - 'a' + 'A',
	         months[civil.month - 1] + 1, year, civil.hour, civil.minute);
}

static void moment_add(struct moment *moments, size_t *count, instant_ms at,
                       const char *label)
{
	for (size_t i = 0; i < *count; i++) {
		if (moments[i].at >= at)
			return;
	}
	moments[*count].at = at;
	snprintf(moments[*count].label, MOMENT_LABEL_SIZE, "%s", label);
	(*count)++;
}

size_t moment_presets(const struct moment_where *where,
                      struct moment moments_out[MOMENTS_MAX])
{
	int64_t today = moment_day(where, where->now);
	int64_t weekday = civil_weekday(today);
	instant_ms later = where->now + 3 * SPAN_HOUR;
	instant_ms next = moment_workday(where, 1);
	size_t count = 0;

	later += SPAN_HOUR - 1 - (later + SPAN_HOUR - 1) % SPAN_HOUR;
	moment_add(moments_out, &count, where->now + SPAN_HOUR, "In an hour");
	if (moment_day(where, later) == today &&
	    (!where->hours || calendar_open_at(where->hours, later)))
		moment_add(moments_out, &count, later, "Later today");
	if (moment_day(where, next) == today + 1)
		moment_add(moments_out, &count,
		           moment_opening(where, today + 1), "Tomorrow");
	else
		moment_add(moments_out, &count, next, "Next working day");
	moment_add(moments_out, &count,
	           moment_working(where,
	                          moment_opening(where, today + 7 - weekday)),
	           "Next week");
	moment_add(moments_out, &count,
	           moment_working(where, moment_opening(where, today + 14)),
	           "In two weeks");
	moment_add(moments_out, &count,
	           moment_working(
			   where,
			   moment_opening(where, moment_add_months(today, 1))),
	           "In a month");
	return count;
}
