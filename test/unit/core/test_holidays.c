/* Holidays out of iCalendar files: yearly, of several days, folded, broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/limits.h"
#include "core/time/holidays.h"

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

static int32_t day(int year, int month, int date)
{
	return (int32_t)civil_days(year, month, date);
}

#define FILE_OF(events)                                                        \
	"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\n" events   \
	"END:VCALENDAR\r\n"
#define EVENT(lines) "BEGIN:VEVENT\r\n" lines "END:VEVENT\r\n"

static enum status parse(struct str text, struct holidays *holidays)
{
	struct problem problem = {0};
	enum status status =
		holidays_parse(arena, text, day(2026, 1, 1), day(2028, 12, 31),
	                       holidays, &problem);

	if (status != ST_OK) {
		assert_string_equal(problem.field, "holidays");
		assert_true(problem.text[0] != '\0');
	}
	return status;
}

static struct holidays parse_good(const char *text)
{
	struct holidays holidays = {0};

	assert_int_equal(parse(str_of(text), &holidays), ST_OK);
	return holidays;
}

static void single_days_in_order(void **state)
{
	struct holidays h = parse_good(FILE_OF(
		EVENT("DTSTART;VALUE=DATE:20261226\r\nSUMMARY:Boxing Day\r\n")
			EVENT("DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:"
	                      "20261226\r\nSUMMARY:Christmas\\, the first\r\n")
				EVENT("DTSTART;VALUE=DATE:20251225\r\nSUMMARY:"
	                              "Before\r\n") EVENT("DTSTART;VALUE=DATE:"
	                                                  "20290101\r\nSUMMARY:"
	                                                  "After\r\n")
					EVENT("DTSTART;VALUE=DATE:"
	                                      "20261225\r\nSUMMARY:Z "
	                                      "again\r\n")));

	(void)state;
	assert_int_equal(h.count, 2);
	assert_int_equal(h.list[0].day, day(2026, 12, 25));
	assert_true(str_equal(h.list[0].name, STR("Christmas, the first")));
	assert_int_equal(h.list[1].day, day(2026, 12, 26));
}

static void yearly_ones_repeat(void **state)
{
	struct holidays h = parse_good(FILE_OF(
		EVENT("DTSTART;VALUE=DATE:19700501\r\nRRULE:FREQ=YEARLY\r\n"
	              "EXDATE;VALUE=DATE:20270501\r\nSUMMARY:Labour Day\r\n")
		/* The first Monday of September. */
		EVENT("DTSTART;VALUE=DATE:20200907\r\nRRULE:FREQ=YEARLY;"
	              "BYMONTH=9;BYDAY=1MO\r\nSUMMARY:September\r\n")
			EVENT("DTSTART;VALUE=DATE:20240229\r\nRRULE:FREQ="
	                      "YEARLY;"
	                      "UNTIL=20300101\r\nSUMMARY:Leap\r\n")
				EVENT("DTSTART;VALUE=DATE:20200101\r\nRRULE:"
	                              "FREQ=YEARLY;"
	                              "COUNT=7\r\nSUMMARY:Until 2026\r\n")));
	const int32_t wanted[] = {
		day(2026, 1, 1), day(2026, 5, 1),  day(2026, 9, 7),
		day(2027, 9, 6), day(2028, 2, 29), day(2028, 5, 1),
		day(2028, 9, 4),
	};

	(void)state;
	assert_int_equal(h.count, 7);
	for (size_t i = 0; i < 7; i++)
		assert_int_equal(h.list[i].day, wanted[i]);
	assert_int_equal(h.skipped, 0);
}

static void several_days_and_the_range(void **state)
{
	struct holidays h = parse_good(FILE_OF(
		EVENT("DTSTART;VALUE=DATE:20251224\r\nDTEND;VALUE=DATE:"
	              "20260103\r\nSUMMARY:Closed\r\n")
			EVENT("DTSTART;VALUE=DATE:20260803\r\nDURATION:P1W\r\n"
	                      "SUMMARY:Works holiday\r\n")));

	(void)state;
	assert_int_equal(h.count, 2 + 7);
	assert_int_equal(h.list[0].day, day(2026, 1, 1));
	assert_int_equal(h.list[8].day, day(2026, 8, 9));
}

static void what_is_no_holiday_is_counted(void **state)
{
	struct holidays h = parse_good(FILE_OF(
		EVENT("DTSTART:20260501T090000Z\r\nSUMMARY:Meeting\r\n") EVENT(
			"DTSTART;VALUE=DATE:20260501\r\nRRULE:FREQ=WEEKLY\r\n"
			"SUMMARY:Bins\r\n")
			EVENT("DTSTART;VALUE=DATE:20260502\r\nSTATUS:"
	                      "CANCELLED\r\n") EVENT("SUMMARY:No date\r\n")
				EVENT("DTSTART;VALUE=DATE:20260503\r\n")));

	(void)state;
	assert_int_equal(h.count, 1);
	assert_int_equal(h.list[0].day, day(2026, 5, 3));
	assert_int_equal(h.list[0].name.length, 0);
	assert_int_equal(h.skipped, 2);
}

static void names_are_one_clean_line(void **state)
{
	struct holidays h = parse_good(FILE_OF(
		EVENT("DTSTART;VALUE=DA\r\n TE:20260501\r\n"
	              "SUMMARY:T\xc3\xa4g\r\n  der\\nArbeit \xff\r\n")));

	(void)state;
	assert_int_equal(h.count, 1);
	assert_true(str_equal(h.list[0].name,
	                      STR("T\xc3\xa4g der Arbeit \xef\xbf\xbd")));
}

static void bad_files_are_refused(void **state)
{
	/* clang-format off */
	static const char *const bad[] = {
		"", "holidays", "date,name\n2026-12-25,Christmas\n", "BEGIN:VCALENDAR", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
		FILE_OF(EVENT("DTSTART:20260501T090000Z\r\n")), FILE_OF(EVENT("DTSTART;VALUE=DATE:tomorrow\r\n")),
		FILE_OF(EVENT("DTSTART;VALUE=DATE:20261350\r\n")), "BEGIN:VEVENT\r\nEND:VEVENT\r\n",
		"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART",
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct holidays holidays = {.count = 7};

		assert_int_equal(parse(str_of(bad[i]), &holidays), ST_INVALID);
		assert_int_equal(holidays.count, 7);
	}
}

static void deep_and_big_files_are_refused(void **state)
{
	struct holidays holidays;
	struct buf buf;

	(void)state;
	buf_init(&buf, (size_t)8 << 20);
	for (int i = 0; i < 20000; i++)
		buf_text(&buf, "BEGIN:VCALENDAR\r\n");
	assert_int_equal(parse(buf_view(&buf), &holidays), ST_INVALID);
	while (buf.length <= LIMIT_HOLIDAY_BYTES)
		buf_text(&buf, "BEGIN:VCALENDAR\r\n");
	assert_int_equal(parse(buf_view(&buf), &holidays), ST_LIMIT);
	buf_clear(&buf);
	/* Four hundred events of a year each are more than fit. */
	buf_text(&buf, "BEGIN:VCALENDAR\r\n");
	for (int i = 0; i < 400; i++)
		buf_text(&buf, EVENT("DTSTART;VALUE=DATE:20260101\r\n"
		                     "DURATION:P52W\r\n"));
	buf_text(&buf, "END:VCALENDAR\r\n");
	assert_int_equal(parse(buf_view(&buf), &holidays), ST_LIMIT);
	buf_release(&buf);
}

/* Rules that never come true, or come true all the time, still end. */
static void rules_that_go_nowhere(void **state)
{
	struct holidays h = parse_good(FILE_OF(
		EVENT("DTSTART;VALUE=DATE:20200101\r\nRRULE:FREQ=YEARLY;"
	              "BYMONTH=2;BYMONTHDAY=30\r\n")
			EVENT("DTSTART;VALUE=DATE:00010101\r\nRRULE:FREQ="
	                      "YEARLY;"
	                      "BYDAY=MO,TU,WE,TH,FR,SA,SU\r\n")
				EVENT("DTSTART;VALUE=DATE:20260101\r\nRRULE:"
	                              "FREQ=YEARLY;"
	                              "INTERVAL=30000\r\n")
					EVENT("DTSTART;VALUE=DATE:"
	                                      "20260704\r\n")));

	(void)state;
	assert_true(h.count >= 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(single_days_in_order),
		cmocka_unit_test(yearly_ones_repeat),
		cmocka_unit_test(several_days_and_the_range),
		cmocka_unit_test(what_is_no_holiday_is_counted),
		cmocka_unit_test(names_are_one_clean_line),
		cmocka_unit_test(bad_files_are_refused),
		cmocka_unit_test(deep_and_big_files_are_refused),
		cmocka_unit_test(rules_that_go_nowhere),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
