#include "core/time/holidays.h"

#include <libical/ical.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/limits.h"

/* VCALENDAR, VEVENT, VALARM, and room; the library frees by recursion. */
#define HOLIDAY_DEPTH_MAX 8
/* A yearly rule from long ago, with some days a year. */
#define HOLIDAY_REPEATS_MAX 4000
#define HOLIDAY_RANGE_MAX   (50 * 366)
/* "Company holidays, 24 December to 6 January" is one event. */
#define HOLIDAY_LENGTH_MAX 366

struct holiday_list {
	struct arena *arena;
	struct holiday *list; /* LIMIT_HOLIDAYS of them */
	size_t count;
	bool full;
	int32_t first_day;
	int32_t last_day;
	size_t seen;
	size_t skipped;
};

static enum status holidays_bad(struct problem *problem_out, const char *text)
{
	return problem_set(problem_out, ST_INVALID, "holidays", "%s", text);
}

/* Lines that were folded (RFC 5545, 3.1) made whole again. */
static struct str holidays_unfold(struct arena *arena, struct str bytes)
{
	char *text = arena_alloc(arena, bytes.length + 1);
	size_t length = 0;

	for (size_t i = 0; i < bytes.length; i++) {
		size_t next = i;

		if (bytes.text[next] == '\r')
			next++;
		if (next + 1 < bytes.length && bytes.text[next] == '\n' &&
		    (bytes.text[next + 1] == ' ' ||
		     bytes.text[next + 1] == '\t')) {
			i = next + 1;
			continue;
		}
		text[length++] = bytes.text[i];
	}
	return (struct str){text, length};
}

/* Whether it is a calendar and nests no deeper than calendars do. */
static bool holidays_sane(struct str text)
{
	struct str line;
	int depth = 0;
	bool calendar = false;

	if (str_find_char(text, '\0', 0) < text.length)
		return false;
	while (str_line(&text, &line)) {
		line = str_trim(line);
		if (str_starts_nocase(line, STR("BEGIN:"))) {
			calendar |=
				str_equal_nocase(line, STR("BEGIN:VCALENDAR"));
			depth++;
		} else if (str_starts_nocase(line, STR("END:"))) {
			depth--;
		}
		if (depth > HOLIDAY_DEPTH_MAX)
			return false;
	}
	return calendar;
}

static int32_t holiday_day(struct icaltimetype date)
{
	return (int32_t)civil_days(date.year, date.month, date.day);
}

static bool holiday_date_valid(struct icaltimetype date)
{
	return date.is_date && date.year >= 1 && date.year <= 9999 &&
	       date.month >= 1 && date.month <= 12 && date.day >= 1 &&
	       date.day <= 31;
}

/* One line of clean text. */
static struct str holiday_name(struct holiday_list *holidays,
                               icalcomponent *event)
{
	icalproperty *property =
		icalcomponent_get_first_property(event, ICAL_SUMMARY_PROPERTY);
	struct str name = {"", 0};
	char *text;

	if (property)
		name = str_of(icalproperty_get_summary(property));
	name = str_utf8_prefix(str_utf8_clean(holidays->arena, name),
	                       LIMIT_NAME_BYTES);
	text = str_cstr(holidays->arena, name);
	for (size_t i = 0; i < name.length; i++) {
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			text[i] = ' ';
	}
	return str_trim((struct str){text, name.length});
}

/* How many days an event covers; DTEND is exclusive. */
static int64_t holiday_length(icalcomponent *event, int32_t start)
{
	icalproperty *property =
		icalcomponent_get_first_property(event, ICAL_DTEND_PROPERTY);
	int64_t days = 1;

	if (property) {
		struct icaltimetype end = icalproperty_get_dtend(property);

		if (holiday_date_valid(end))
			days = (int64_t)holiday_day(end) - start;
	} else {
		property = icalcomponent_get_first_property(
			event, ICAL_DURATION_PROPERTY);
		if (property) {
			struct icaldurationtype duration =
				icalproperty_get_duration(property);

			days = (int64_t)duration.days +
			       (int64_t)duration.weeks * 7;
			if (duration.is_neg)
				days = 1;
		}
	}
	if (days < 1)
		return 1;
	return days < HOLIDAY_LENGTH_MAX ? days : HOLIDAY_LENGTH_MAX;
}

static bool holiday_excluded(icalcomponent *event, int32_t day)
{
	icalproperty *property =
		icalcomponent_get_first_property(event, ICAL_EXDATE_PROPERTY);

	while (property) {
		struct icaltimetype date = icalproperty_get_exdate(property);

		date.is_date = 1;
		if (holiday_date_valid(date) && holiday_day(date) == day)
			return true;
		property = icalcomponent_get_next_property(
			event, ICAL_EXDATE_PROPERTY);
	}
	return false;
}

static void holiday_add(struct holiday_list *holidays, icalcomponent *event,
                        int32_t start, int64_t days, struct str name)
{
	if (holiday_excluded(event, start))
		return;
	for (int64_t day = start; day < start + days; day++) {
		if (day < holidays->first_day || day > holidays->last_day)
			continue;
		if (holidays->count == LIMIT_HOLIDAYS) {
			holidays->full = true;
			return;
		}
		holidays->list[holidays->count++] =
			(struct holiday){(int32_t)day, name};
	}
}

/* A rule that repeats by years; others are no holidays. */
static void holiday_repeat(struct holiday_list *holidays, icalcomponent *event,
                           icalproperty *property, struct icaltimetype start)
{
	struct icalrecurrencetype rule = icalproperty_get_rrule(property);
	icalrecur_iterator *iterator = NULL;
	struct str name = holiday_name(holidays, event);
	int64_t days = holiday_length(event, holiday_day(start));

	if (rule.freq == ICAL_YEARLY_RECURRENCE && !rule.rscale)
		iterator = icalrecur_iterator_new(rule, start);
	if (!iterator) {
		holidays->skipped++;
		return;
	}
	for (int i = 0; i < HOLIDAY_REPEATS_MAX && !holidays->full; i++) {
		struct icaltimetype date = icalrecur_iterator_next(iterator);

		if (!holiday_date_valid(date) ||
		    holiday_day(date) > holidays->last_day)
			break;
		holiday_add(holidays, event, holiday_day(date), days, name);
	}
	icalrecur_iterator_free(iterator);
}

static bool holiday_cancelled(icalcomponent *event)
{
	icalproperty *property =
		icalcomponent_get_first_property(event, ICAL_STATUS_PROPERTY);

	return property &&
	       icalproperty_get_status(property) == ICAL_STATUS_CANCELLED;
}

static void holiday_event(struct holiday_list *holidays, icalcomponent *event)
{
	icalproperty *property =
		icalcomponent_get_first_property(event, ICAL_DTSTART_PROPERTY);
	struct icaltimetype start;

	if (!property || holiday_cancelled(event))
		return;
	start = icalproperty_get_dtstart(property);
	if (!holiday_date_valid(start)) {
		holidays->skipped++;
		return;
	}
	holidays->seen++;
	property = icalcomponent_get_first_property(event, ICAL_RRULE_PROPERTY);
	if (property)
		holiday_repeat(holidays, event, property, start);
	else
		holiday_add(holidays, event, holiday_day(start),
		            holiday_length(event, holiday_day(start)),
		            holiday_name(holidays, event));
}

static void holidays_events(struct holiday_list *holidays,
                            icalcomponent *calendar)
{
	icalcomponent *event = icalcomponent_get_first_component(
		calendar, ICAL_VEVENT_COMPONENT);

	for (; event && !holidays->full;
	     event = icalcomponent_get_next_component(calendar,
	                                              ICAL_VEVENT_COMPONENT))
		holiday_event(holidays, event);
}

/* A file may hold several calendars; the library wraps those in one. */
static void holidays_walk(struct holiday_list *holidays, icalcomponent *root)
{
	icalcomponent *calendar;

	if (icalcomponent_isa(root) == ICAL_VCALENDAR_COMPONENT) {
		holidays_events(holidays, root);
		return;
	}
	calendar = icalcomponent_get_first_component(root,
	                                             ICAL_VCALENDAR_COMPONENT);
	while (calendar) {
		holidays_events(holidays, calendar);
		calendar = icalcomponent_get_next_component(
			root, ICAL_VCALENDAR_COMPONENT);
	}
}

/* By day; of several names for one day the alphabet's first. */
static int holiday_compare(const void *left, const void *right)
{
	const struct holiday *a = left, *b = right;

	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	return str_compare(a->name, b->name);
}

static size_t holidays_sort(struct holiday *list, size_t count)
{
	size_t kept = 0;

	if (count > 0)
		qsort(list, count, sizeof(*list), holiday_compare);
	for (size_t i = 0; i < count; i++) {
		if (kept > 0 && list[kept - 1].day == list[i].day)
			continue;
		list[kept++] = list[i];
	}
	return kept;
}

enum status holidays_parse(struct arena *arena, struct str bytes,
                           int32_t first_day, int32_t last_day,
                           struct holidays *holidays_out,
                           struct problem *problem_out)
{
	struct holiday_list holidays = {
		.arena = arena, .first_day = first_day, .last_day = last_day};
	icalcomponent *root;
	struct str text;

	if (bytes.length > LIMIT_HOLIDAY_BYTES)
		return problem_set(problem_out, ST_LIMIT, "holidays",
		                   "A file of holidays has at most %u bytes.",
		                   LIMIT_HOLIDAY_BYTES);
	if (last_day < first_day ||
	    (int64_t)last_day - first_day > HOLIDAY_RANGE_MAX)
		return problem_set(problem_out, ST_LIMIT, "holidays",
		                   "Ask for holidays of at most 50 years.");
	text = holidays_unfold(arena, bytes);
	if (!holidays_sane(text))
		return holidays_bad(problem_out,
		                    "This is not an iCalendar file. Export "
		                    "the holidays as .ics.");
	root = icalparser_parse_string(text.text);
	if (!root)
		return holidays_bad(problem_out,
		                    "This iCalendar file is damaged.");
	holidays.list =
		arena_array(arena, LIMIT_HOLIDAYS, sizeof(*holidays.list));
	holidays_walk(&holidays, root);
	icalcomponent_free(root);
	if (holidays.full)
		return problem_set(problem_out, ST_LIMIT, "holidays",
		                   "That is more than %u holidays.",
		                   LIMIT_HOLIDAYS);
	if (holidays.seen == 0)
		return holidays_bad(problem_out,
		                    "There is no all-day event in this file.");
	holidays_out->list = holidays.list;
	holidays_out->count = holidays_sort(holidays.list, holidays.count);
	holidays_out->skipped = holidays.skipped;
	return ST_OK;
}
