/* Calendars as text: what is read, what is refused and how, and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/time/calendar_text.h"

static struct arena *arena;

static int open_arena(void **state)
{
	(void)state;
	arena = arena_new((size_t)64 << 20);
	return 0;
}

static int close_arena(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static struct calendar_plan parse(const char *text)
{
	struct calendar_plan plan = {0};
	struct problem problem = {0};

	if (calendar_text_parse(arena, str_of(text), &plan, &problem) != ST_OK)
		fail_msg("%s: %s", problem.field, problem.text);
	return plan;
}

static struct str print(const struct calendar_plan *plan)
{
	struct buf buf;
	struct str text;

	buf_init(&buf, 1 << 20);
	calendar_text_print(plan, &buf);
	assert_false(buf.failed);
	text = str_copy(arena, buf_view(&buf));
	buf_release(&buf);
	return text;
}

static void all_members_are_read(void **state)
{
	struct calendar_plan plan = parse(
		"{\"zone\": \"Europe/Berlin\","
		" \"week\": {\"mon\": [[\"09:00\", \"13:00\"], [\"14:00\", "
		"\"24:00\"]], \"sun\": []},"
		" \"days\": {\"2026-12-24\": [[\"09:00\", \"12:30\"]]},"
		" \"holidays\": [\"2026-12-25\", {\"date\": \"2026-12-26\","
		" \"name\": \"Zweiter \\\"Weihnachtstag\\\"\"}]}");

	(void)state;
	assert_true(str_equal(plan.zone, STR("Europe/Berlin")));
	assert_int_equal(plan.week[0].count, 2);
	assert_int_equal(plan.week[0].intervals[0].from, 540);
	assert_int_equal(plan.week[0].intervals[1].to, 1440);
	assert_int_equal(plan.week[6].count, 0);
	assert_int_equal(plan.day_count, 1);
	assert_int_equal(plan.days[0].day, civil_days(2026, 12, 24));
	assert_int_equal(plan.days[0].hours.intervals[0].to, 750);
	assert_int_equal(plan.holiday_count, 2);
	assert_int_equal(plan.holidays[1], civil_days(2026, 12, 26));
	assert_true(str_equal(plan.holiday_names[1],
	                      STR("Zweiter \"Weihnachtstag\"")));
}

static void what_is_left_out_is_closed(void **state)
{
	struct calendar_plan plan = parse("{\"week\": null}");

	(void)state;
	assert_true(str_equal(plan.zone, STR("UTC")));
	for (size_t i = 0; i < 7; i++)
		assert_int_equal(plan.week[i].count, 0);
	assert_int_equal(plan.day_count + plan.holiday_count, 0);
}

static void printing_is_the_way_back(void **state)
{
	struct calendar_plan plan = parse(
		"{\"week\": {\"tue\": [[\"00:00\", \"24:00\"]]},"
		" \"days\": {\"2026-12-31\": [], \"2026-01-02\":"
		" [[\"09:05\", \"09:06\"]]},"
		" \"holidays\": [\"2027-01-01\", {\"date\": \"2026-01-01\","
		" \"name\": \"N\\u00e9w\\n\\\"Year\\\"\"}, \"2027-01-01\"]}");
	struct str once = print(&plan), twice;

	(void)state;
	plan = parse(once.text);
	twice = print(&plan);
	assert_string_equal(once.text, twice.text);
	assert_non_null(strstr(once.text, "{\"2026-01-02\": [[\"09:05\", "
	                                  "\"09:06\"]],"));
	assert_non_null(strstr(once.text, "\"holidays\": [{\"date\": "
	                                  "\"2026-01-01\", \"name\": "));
	assert_non_null(strstr(once.text, "}, \"2027-01-01\"]}"));
	assert_non_null(strstr(once.text, "\"mon\": [],"));
}

static void refusals_name_the_field(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text;
		const char *field;
	} cases[] = {
		{"[]", "calendar"},
		{"", "calendar"},
		{"{\"zone\": 3}", "zone"},
		{"{\"zone\": \"\"}", "zone"},
		{"{\"zone\": \"Europe\\nBerlin\"}", "zone"},
		{"{\"hollidays\": []}", "hollidays"},
		{"{\"week\": []}", "week"},
		{"{\"week\": {\"monday\": []}}", "week.monday"},
		{"{\"week\": {\"mon\": {}}}", "week.mon"},
		{"{\"week\": {\"mon\": [\"09:00\"]}}", "week.mon[0]"},
		{"{\"week\": {\"mon\": [[\"09:00\", \"10:00\"], [\"9:00\", \"10:00\"]]}}", "week.mon[1]"},
		{"{\"week\": {\"mon\": [[\"09:00\", \"24:01\"]]}}", "week.mon[0]"},
		{"{\"week\": {\"mon\": [[\"09:00\", \"09:60\"]]}}", "week.mon[0]"},
		{"{\"week\": {\"mon\": [[\"22:00\", \"06:00\"]]}}", "week.mon[0]"},
		{"{\"week\": {\"mon\": [[\"09:00\", \"09:00\"]]}}", "week.mon[0]"},
		{"{\"week\": {\"mon\": [[\"09:00\", \"10:00\", \"11:00\"]]}}", "week.mon[0]"},
		{"{\"days\": []}", "days"},
		{"{\"days\": {\"2026-02-30\": []}}", "days.2026-02-30"},
		{"{\"days\": {\"24.12.2026\": []}}", "days.24.12.2026"},
		{"{\"days\": {\"2026-12-24\": 1}}", "days.2026-12-24"},
		{"{\"holidays\": {}}", "holidays"},
		{"{\"holidays\": [\"2026-12-25\", \"2026-13-01\"]}", "holidays[1]"},
		{"{\"holidays\": [{\"name\": \"x\"}]}", "holidays[0]"},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct calendar_plan plan = {.day_count = 7};
		struct problem problem = {0};

		assert_int_equal(calendar_text_parse(arena,
		                                     str_of(cases[i].text),
		                                     &plan, &problem),
		                 ST_INVALID);
		assert_string_equal(problem.field, cases[i].field);
		assert_true(problem.text[0] != '\0');
		assert_int_equal(plan.day_count, 7);
	}
}

static void what_is_not_json_has_a_place(void **state)
{
	struct calendar_plan plan;
	struct problem problem = {0};

	(void)state;
	assert_int_equal(calendar_text_parse(arena, STR("{\n \"zone\": x}"),
	                                     &plan, &problem),
	                 ST_INVALID);
	assert_int_equal(problem.line, 2);
	assert_int_equal(
		calendar_text_parse(arena,
	                            STR("{\"days\": {\"2026-12-24\": [],"
	                                " \"2026-12-24\": []}}"),
	                            &plan, &problem),
		ST_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_members_are_read),
		cmocka_unit_test(what_is_left_out_is_closed),
		cmocka_unit_test(printing_is_the_way_back),
		cmocka_unit_test(refusals_name_the_field),
		cmocka_unit_test(what_is_not_json_has_a_place),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
