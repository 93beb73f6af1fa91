/*
 * The zones of this machine, all of them, against what the C library makes of
 * the same files: offset, summer and abbreviation, near every change and far
 * ahead.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "node/zones.h"

static void assert_as_library(const struct zone *zone, instant_ms at)
{
	struct zone_span span = zone_span_at(zone, at);
	time_t seconds = (time_t)(at / SPAN_SECOND);
	struct tm tm;

	assert_true(span.from <= at && at < span.until);
	assert_non_null(localtime_r(&seconds, &tm));
	if (span.offset != tm.tm_gmtoff * SPAN_SECOND ||
	    strcmp(span.abbreviation, tm.tm_zone) != 0 ||
	    span.is_dst != (tm.tm_isdst > 0))
		fail_msg("%.*s at %lld: %s %lld, the library says %s %ld",
		         STR_ARG(zone_name(zone)), (long long)seconds,
		         span.abbreviation,
		         (long long)(span.offset / SPAN_SECOND), tm.tm_zone,
		         tm.tm_gmtoff);
}

static void every_zone_as_the_library_reads_it(void **state)
{
	struct arena *arena = arena_new((size_t)64 << 20);
	struct zones_names names = zones_list(arena);
	instant_ms begin = -3000000000 * SPAN_SECOND; /* 1874 */
	instant_ms end = 5000000000 * SPAN_SECOND;    /* 2128 */

	(void)state;
	assert_true(names.count > 300);
	for (size_t i = 0; i < names.count; i++) {
		const struct zone *zone = NULL;
		struct problem problem = {0};

		assert_int_equal(
			zones_load(arena, names.list[i], &zone, &problem),
			ST_OK);
		setenv("TZ", str_cstr(arena, names.list[i]), 1);
		tzset();
		for (instant_ms at = begin; at < end;) {
			struct zone_span span = zone_span_at(zone, at);

			assert_as_library(zone, at);
			assert_as_library(zone,
			                  span.until - SPAN_SECOND < end
			                          ? span.until - SPAN_SECOND
			                          : end);
			at = span.until;
		}
	}
	unsetenv("TZ");
	arena_free(&arena);
}

static void names_that_are_refused(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		enum status status;
	} cases[] = {
		{"../passwd", ST_INVALID}, {"/etc/passwd", ST_INVALID}, {"Europe/../Berlin", ST_INVALID}, {"", ST_INVALID},
		{"Europe//Berlin", ST_INVALID}, {"Europe/Berlin/", ST_INVALID}, {".", ST_INVALID}, {"a b", ST_INVALID},
		{"Europe", ST_INVALID}, {"zone.tab", ST_INVALID}, {"leapseconds", ST_INVALID},
		{"Europe/Atlantis", ST_NOT_FOUND}, {"Europe/Berlin/Mitte", ST_NOT_FOUND},
	};
	/* clang-format on */
	struct arena *arena = arena_new((size_t)1 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct zone *zone = NULL;
		struct problem problem = {0};

		assert_int_equal(zones_load(arena, str_of(cases[i].name), &zone,
		                            &problem),
		                 cases[i].status);
		assert_null(zone);
		assert_string_equal(problem.field, "zone");
		assert_ptr_equal(zones_load_or_utc(arena, str_of(cases[i].name),
		                                   &problem),
		                 zone_utc());
		assert_true(problem.text[0] != '\0');
	}
	arena_free(&arena);
}

static void the_list_is_sorted_and_has_what_people_look_for(void **state)
{
	static const char *const wanted[] = {"Europe/Oslo", "Europe/Berlin",
	                                     "UTC", "Asia/Kolkata"};
	struct arena *arena = arena_new((size_t)1 << 20);
	struct zones_names names = zones_list(arena);
	struct problem problem;
	size_t found = 0;

	(void)state;
	for (size_t i = 0; i < names.count; i++) {
		if (i > 0)
			assert_true(str_compare(names.list[i - 1],
			                        names.list[i]) < 0);
		for (size_t j = 0; j < 4; j++)
			found += str_equal(names.list[i], str_of(wanted[j]));
	}
	assert_int_equal(found, 4);
	zones_load_or_utc(arena, STR("Europe/Oslo"), &problem);
	assert_string_equal(problem.text, "");
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_zone_as_the_library_reads_it),
		cmocka_unit_test(names_that_are_refused),
		cmocka_unit_test(
			the_list_is_sorted_and_has_what_people_look_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
