#include "core/time/calendar_text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

/* clang-format off */
static const char *const weekday_names[7] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
static const char *const member_names[] = {"zone", "week", "days", "holidays"};
/* clang-format on */

#define DAY_MINUTES 1440

/* What every reader below needs. */
struct calendar_reader {
	struct arena *arena;
	struct problem *problem_out;
};

static enum status reader_bad(const struct calendar_reader *reader,
                              struct str field, const char *text)
{
	char name[sizeof(((struct problem *)0)->field)];
	struct str shown = str_utf8_prefix(field, sizeof(name) - 1);

	memcpy(name, shown.text, shown.length);
	name[shown.length] = '\0';
	return problem_set(reader->problem_out, ST_INVALID, name, "%s", text);
}

static bool text_digits(struct str text, size_t at, size_t count,
                        int *value_out)
{
	int value = 0;

	for (size_t i = at; i < at + count; i++) {
		if (text.text[i] < '0' || text.text[i] > '9')
			return false;
		value = value * 10 + (text.text[i] - '0');
	}
	*value_out = value;
	return true;
}

/* "09:30" in minutes; "24:00" too. */
static bool text_time(const json_t *json, int16_t *minute_out)
{
	struct str text = {json_string_value(json), json_string_length(json)};
	int hour, minute;

	if (!json_is_string(json) || text.length != 5 || text.text[2] != ':' ||
	    !text_digits(text, 0, 2, &hour) ||
	    !text_digits(text, 3, 2, &minute) || minute > 59 ||
	    hour * 60 + minute > DAY_MINUTES)
		return false;
	*minute_out = (int16_t)(hour * 60 + minute);
	return true;
}

/* "2026-12-25" as a day number; 30 February is none. */
static bool text_date(struct str text, int32_t *day_out)
{
	int year, month, day, back_year, back_month, back_day;
	int64_t days;

	if (text.length != 10 || text.text[4] != '-' || text.text[7] != '-' ||
	    !text_digits(text, 0, 4, &year) ||
	    !text_digits(text, 5, 2, &month) ||
	    !text_digits(text, 8, 2, &day) || month < 1 || month > 12)
		return false;
	days = civil_days(year, month, day);
	civil_from_days(days, &back_year, &back_month, &back_day);
	if (back_month != month || back_day != day)
		return false;
	*day_out = (int32_t)days;
	return true;
}

static enum status reader_interval(const struct calendar_reader *reader,
                                   const json_t *json, struct str field,
                                   struct calendar_interval *interval_out)
{
	struct calendar_interval interval;

	if (!json_is_array(json) || json_array_size(json) != 2)
		return reader_bad(reader, field,
		                  "Write an interval as two times, as in "
		                  "[\"09:00\", \"17:30\"].");
	if (!text_time(json_array_get(json, 0), &interval.from) ||
	    !text_time(json_array_get(json, 1), &interval.to))
		return reader_bad(reader, field,
		                  "Write a time as \"09:00\", with two digits "
		                  "each; the end of a day is \"24:00\".");
	if (interval.from >= interval.to)
		return reader_bad(reader, field,
		                  "An interval must end after it starts. Hours "
		                  "that pass midnight are two: one until "
		                  "\"24:00\", and one from \"00:00\" on the "
		                  "next day.");
	*interval_out = interval;
	return ST_OK;
}

static enum status reader_hours(const struct calendar_reader *reader,
                                const json_t *json, struct str field,
                                struct calendar_hours *hours_out)
{
	size_t count = json_array_size(json);
	struct calendar_interval *list;

	if (!json_is_array(json))
		return reader_bad(reader, field,
		                  "Write the hours of a day as a list of "
		                  "intervals; an empty list is closed.");
	if (count > LIMIT_CALENDAR_HOURS)
		return reader_bad(reader, field,
		                  "That is more intervals than a day may "
		                  "have.");
	list = arena_array(reader->arena, count, sizeof(*list));
	for (size_t i = 0; i < count; i++) {
		enum status status =
			reader_interval(reader, json_array_get(json, i),
		                        str_printf(reader->arena, "%.*s[%zu]",
		                                   STR_ARG(field), i),
		                        &list[i]);

		if (status != ST_OK)
			return status;
	}
	*hours_out = (struct calendar_hours){list, count};
	return ST_OK;
}

static bool weekday_find(const char *name, size_t *weekday_out)
{
	for (size_t i = 0; i < 7; i++) {
		if (strcmp(weekday_names[i], name) == 0) {
			*weekday_out = i;
			return true;
		}
	}
	return false;
}

static enum status reader_week(const struct calendar_reader *reader,
                               json_t *json, struct calendar_plan *plan)
{
	const char *name;
	json_t *hours;
	size_t weekday;

	if (!json_is_object(json))
		return reader_bad(reader, STR("week"),
		                  "Write the week as an object with a list of "
		                  "intervals for each day.");
	json_object_foreach(json, name, hours)
	{
		struct str field = str_printf(reader->arena, "week.%s", name);
		enum status status;

		if (!weekday_find(name, &weekday))
			return reader_bad(reader, field,
			                  "The days are mon, tue, wed, thu, "
			                  "fri, sat and sun.");
		status = reader_hours(reader, hours, field,
		                      &plan->week[weekday]);
		if (status != ST_OK)
			return status;
	}
	return ST_OK;
}

static enum status reader_too_many(const struct calendar_reader *reader,
                                   const char *field)
{
	return problem_set(reader->problem_out, ST_LIMIT, field,
	                   "A calendar has at most %u of them.",
	                   LIMIT_CALENDAR_DAYS);
}

static enum status reader_days(const struct calendar_reader *reader,
                               json_t *json, struct calendar_plan *plan)
{
	struct calendar_day *list;
	size_t count = 0;
	const char *name;
	json_t *hours;

	if (!json_is_object(json))
		return reader_bad(reader, STR("days"),
		                  "Write special days as an object from a date "
		                  "to a list of intervals.");
	if (json_object_size(json) > LIMIT_CALENDAR_DAYS)
		return reader_too_many(reader, "days");
	list = arena_array(reader->arena, json_object_size(json),
	                   sizeof(*list));
	json_object_foreach(json, name, hours)
	{
		struct str field = str_printf(reader->arena, "days.%s", name);
		enum status status;

		if (!text_date(str_of(name), &list[count].day))
			return reader_bad(reader, field,
			                  "Write a date that exists, as in "
			                  "\"2026-12-24\".");
		status = reader_hours(reader, hours, field, &list[count].hours);
		if (status != ST_OK)
			return status;
		count++;
	}
	plan->days = list;
	plan->day_count = count;
	return ST_OK;
}

/* A date, or an object with a date and maybe a name. */
static bool reader_holiday(const struct calendar_reader *reader,
                           const json_t *json, int32_t *day_out,
                           struct str *name_out)
{
	const json_t *date = json, *name = NULL;

	if (json_is_object(json)) {
		date = json_object_get(json, "date");
		name = json_object_get(json, "name");
	}
	if (!json_is_string(date) ||
	    !text_date((struct str){json_string_value(date),
	                            json_string_length(date)},
	               day_out))
		return false;
	if (json_is_string(name))
		*name_out = str_copy(
			reader->arena,
			str_utf8_prefix((struct str){json_string_value(name),
		                                     json_string_length(name)},
		                        LIMIT_NAME_BYTES));
	return true;
}

static enum status reader_holidays(const struct calendar_reader *reader,
                                   const json_t *json,
                                   struct calendar_plan *plan)
{
	size_t count = json_array_size(json);
	int32_t *list;
	struct str *names;

	if (!json_is_array(json))
		return reader_bad(reader, STR("holidays"),
		                  "Write holidays as a list of dates.");
	if (count > LIMIT_CALENDAR_DAYS)
		return reader_too_many(reader, "holidays");
	list = arena_array(reader->arena, count, sizeof(*list));
	names = arena_array(reader->arena, count, sizeof(*names));
	for (size_t i = 0; i < count; i++) {
		if (!reader_holiday(reader, json_array_get(json, i), &list[i],
		                    &names[i]))
			return reader_bad(
				reader,
				str_printf(reader->arena, "holidays[%zu]", i),
				"Write a date that exists, as in "
				"\"2026-12-25\".");
	}
	plan->holidays = list;
	plan->holiday_names = names;
	plan->holiday_count = count;
	return ST_OK;
}

/* As the files of the database are named; the file is looked for later. */
static bool text_zone(struct str name)
{
	static const char others[] = "_+-/";

	for (size_t i = 0; i < name.length; i++) {
		char c = name.text[i];

		if (!(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') &&
		    !(c >= '0' && c <= '9') &&
		    !memchr(others, c, sizeof(others) - 1))
			return false;
	}
	return name.length > 0 && name.length <= LIMIT_NAME_BYTES;
}

static enum status reader_zone(const struct calendar_reader *reader,
                               const json_t *json, struct calendar_plan *plan)
{
	struct str name = {json_string_value(json), json_string_length(json)};

	if (!json_is_string(json) || !text_zone(name))
		return reader_bad(reader, STR("zone"),
		                  "Name a time zone, as in "
		                  "\"Europe/Berlin\".");
	plan->zone = str_copy(reader->arena, name);
	return ST_OK;
}

static enum status reader_members(const struct calendar_reader *reader,
                                  json_t *json)
{
	const char *name;
	json_t *value;

	json_object_foreach(json, name, value)
	{
		bool known = false;

		for (size_t i = 0;
		     i < sizeof(member_names) / sizeof(*member_names); i++)
			known |= strcmp(name, member_names[i]) == 0;
		if (!known)
			return reader_bad(reader, str_of(name),
			                  "A calendar has zone, week, days and "
			                  "holidays, and nothing else.");
	}
	return ST_OK;
}

/* null is as good as absent. */
static json_t *member_get(const json_t *json, const char *name)
{
	json_t *value = json_object_get(json, name);

	return json_is_null(value) ? NULL : value;
}

enum status calendar_text_read(struct arena *arena, const json_t *json,
                               struct calendar_plan *plan_out,
                               struct problem *problem_out)
{
	struct calendar_reader reader = {arena, problem_out};
	struct calendar_plan plan = {.zone = STR("UTC")};
	json_t *zone = member_get(json, "zone");
	json_t *week = member_get(json, "week");
	json_t *days = member_get(json, "days");
	json_t *holidays = member_get(json, "holidays");
	enum status status;

	if (!json_is_object(json))
		return reader_bad(&reader, STR("calendar"),
		                  "Write a calendar as an object with zone, "
		                  "week, days and holidays.");
	/* Only reads, but the library's iterators are not const. */
	status = reader_members(&reader, (json_t *)(uintptr_t)json);
	if (status == ST_OK && zone)
		status = reader_zone(&reader, zone, &plan);
	if (status == ST_OK && week)
		status = reader_week(&reader, week, &plan);
	if (status == ST_OK && days)
		status = reader_days(&reader, days, &plan);
	if (status == ST_OK && holidays)
		status = reader_holidays(&reader, holidays, &plan);
	if (status == ST_OK)
		*plan_out = plan;
	return status;
}

enum status calendar_text_parse(struct arena *arena, struct str text,
                                struct calendar_plan *plan_out,
                                struct problem *problem_out)
{
	json_error_t error;
	json_t *json;
	enum status status;

	if (text.length > LIMIT_BODY_BYTES)
		return problem_set(problem_out, ST_LIMIT, "calendar",
		                   "A calendar has at most %u bytes.",
		                   LIMIT_BODY_BYTES);
	json = json_loadb(text.text, text.length, JSON_REJECT_DUPLICATES,
	                  &error);
	if (!json) {
		status = problem_set(problem_out, ST_INVALID, "calendar",
		                     "This is not JSON: %s.", error.text);
		if (problem_out) {
			problem_out->line = error.line;
			problem_out->column = error.column;
		}
		return status;
	}
	status = calendar_text_read(arena, json, plan_out, problem_out);
	json_decref(json);
	return status;
}

/* ---------------------------------------------------------------- printing */

static void print_hours(const struct calendar_hours *hours, struct buf *buf)
{
	buf_char(buf, '[');
	for (size_t i = 0; i < hours->count; i++) {
		int from = hours->intervals[i].from;
		int to = hours->intervals[i].to;

		buf_printf(buf, "%s[\"%02d:%02d\", \"%02d:%02d\"]",
		           i ? ", " : "", from / 60, from % 60, to / 60,
		           to % 60);
	}
	buf_char(buf, ']');
}

static void print_date(int32_t number, struct buf *buf)
{
	int year, month, day;

	civil_from_days(number, &year, &month, &day);
	buf_printf(buf, "\"%04d-%02d-%02d\"", year, month, day);
}

static void print_text(struct str text, struct buf *buf)
{
	json_t *json = json_stringn(text.text, text.length);
	char *quoted = json ? json_dumps(json, JSON_ENCODE_ANY) : NULL;

	buf_text(buf, quoted ? quoted : "\"\"");
	free(quoted);
	json_decref(json);
}

/* The smallest day above `after`, which `place_out` has; false at the end. */
static bool next_day(const struct calendar_plan *plan, bool holidays,
                     int64_t after, size_t *place_out)
{
	size_t count = holidays ? plan->holiday_count : plan->day_count;
	int64_t best = INT64_MAX;

	for (size_t i = 0; i < count; i++) {
		int64_t day = holidays ? plan->holidays[i] : plan->days[i].day;

		if (day > after && day < best) {
			best = day;
			*place_out = i;
		}
	}
	return best != INT64_MAX;
}

static void print_holiday(const struct calendar_plan *plan, size_t place,
                          struct buf *buf)
{
	bool named =
		plan->holiday_names && plan->holiday_names[place].length > 0;

	if (named)
		buf_text(buf, "{\"date\": ");
	print_date(plan->holidays[place], buf);
	if (named) {
		buf_text(buf, ", \"name\": ");
		print_text(plan->holiday_names[place], buf);
		buf_char(buf, '}');
	}
}

void calendar_text_print(const struct calendar_plan *plan, struct buf *buf)
{
	int64_t after = INT64_MIN;
	size_t place;

	buf_text(buf, "{\"zone\": ");
	print_text(plan->zone, buf);
	buf_text(buf, ",\n \"week\": {");
	for (size_t i = 0; i < 7; i++) {
		buf_printf(buf, "%s\"%s\": ", i ? ",\n          " : "",
		           weekday_names[i]);
		print_hours(&plan->week[i], buf);
	}
	buf_text(buf, "},\n \"days\": {");
	for (bool first = true; next_day(plan, false, after, &place);
	     first = false) {
		after = plan->days[place].day;
		buf_text(buf, first ? "" : ",\n          ");
		print_date(plan->days[place].day, buf);
		buf_text(buf, ": ");
		print_hours(&plan->days[place].hours, buf);
	}
	buf_text(buf, "},\n \"holidays\": [");
	after = INT64_MIN;
	for (bool first = true; next_day(plan, true, after, &place);
	     first = false) {
		after = plan->holidays[place];
		buf_text(buf, first ? "" : ", ");
		print_holiday(plan, place, buf);
	}
	buf_text(buf, "]}\n");
}
