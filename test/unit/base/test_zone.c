/* Zone files made by hand: rules, borders, gaps and damage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/zone.h"

static struct arena *arena;

static int open_arena(void **state)
{
	(void)state;
	arena = arena_new((size_t)16 << 20);
	return 0;
}

static int close_arena(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static void put_number(struct buf *buf, int64_t value, int bytes)
{
	for (int i = bytes - 1; i >= 0; i--)
		buf_char(buf, (char)(((uint64_t)value >> (8 * i)) & 0xff));
}

struct made {
	char version;
	int64_t leaps;
	const int64_t *changes;
	const char *after; /* types by index, as bytes */
	int64_t change_count;
	const int32_t *offsets; /* of the types; every second is summer */
	int64_t type_count;
	const char *footer;
};

static void put_block(struct buf *buf, const struct made *made, int time_bytes)
{
	buf_text(buf, "TZif");
	buf_char(buf, made->version);
	for (int i = 0; i < 15; i++)
		buf_char(buf, '\0');
	put_number(buf, 0, 4);
	put_number(buf, 0, 4);
	put_number(buf, made->leaps, 4);
	put_number(buf, made->change_count, 4);
	put_number(buf, made->type_count, 4);
	put_number(buf, 8, 4);
	for (int64_t i = 0; i < made->change_count; i++)
		put_number(buf, made->changes[i], time_bytes);
	for (int64_t i = 0; i < made->change_count; i++)
		buf_char(buf, made->after[i]);
	for (int64_t i = 0; i < made->type_count; i++) {
		put_number(buf, made->offsets[i], 4);
		buf_char(buf, (char)(i % 2));
		buf_char(buf, i % 2 ? '\4' : '\0');
	}
	buf_add(buf, "STD\0DST", 8);
	for (int64_t i = 0; i < made->leaps; i++)
		buf_add(buf, "\0\0\0\0\0\0\0\0\0\0\0", (size_t)time_bytes + 4);
}

static struct str make(const struct made *made)
{
	struct buf buf;
	struct str bytes;

	buf_init(&buf, 1 << 20);
	put_block(&buf, made, 4);
	if (made->version) {
		put_block(&buf, made, 8);
		buf_text(&buf, made->footer);
	}
	bytes = str_copy(arena, buf_view(&buf));
	buf_release(&buf);
	return bytes;
}

static const struct zone *parse(const struct made *made)
{
	const struct zone *zone = NULL;
	struct problem problem = {0};

	assert_int_equal(zone_parse(arena, STR("Test/Made"), make(made), &zone,
	                            &problem),
	                 ST_OK);
	return zone;
}

/* A zone that has nothing but a rule. */
static const struct zone *from_rule(const char *rule)
{
	static const int32_t offsets[] = {0};
	struct made made = {
		.version = '3', .offsets = offsets, .type_count = 1};

	made.footer = str_printf(arena, "\n%s\n", rule).text;
	return parse(&made);
}

static instant_ms utc(const char *text)
{
	instant_ms at = 0;

	assert_true(instant_parse(str_of(text), &at));
	return at;
}

static void assert_offset(const struct zone *zone, const char *at, int minutes)
{
	assert_int_equal(zone_offset_at(zone, utc(at)), minutes * SPAN_MINUTE);
}

static void utc_needs_no_file(void **state)
{
	struct zone_span span = zone_span_at(zone_utc(), 12345);

	(void)state;
	assert_int_equal(span.offset, 0);
	assert_int_equal(span.from, -ZONE_FOREVER);
	assert_int_equal(span.until, ZONE_FOREVER);
	assert_string_equal(span.abbreviation, "UTC");
}

static void a_table_without_a_rule(void **state)
{
	static const int64_t changes[] = {-100, 1000, 2000};
	static const int32_t offsets[] = {3600, 7200, -1800};
	struct made made = {.changes = changes,
	                    .after = "\1\0\2",
	                    .change_count = 3,
	                    .offsets = offsets,
	                    .type_count = 3};
	const struct zone *zone = parse(&made);
	struct zone_span span;

	(void)state;
	assert_int_equal(zone_offset_at(zone, -100001), 3600000);
	assert_int_equal(zone_offset_at(zone, -100000), 7200000);
	assert_int_equal(zone_offset_at(zone, 999999), 7200000);
	assert_int_equal(zone_offset_at(zone, 1000000), 3600000);
	span = zone_span_at(zone, 5000000);
	assert_int_equal(span.offset, -1800000);
	assert_int_equal(span.from, 2000000);
	assert_int_equal(span.until, ZONE_FOREVER);
	assert_string_equal(zone_span_at(zone, 0).abbreviation, "DST");
	/* The same through the wide times of later versions. */
	made.version = '2';
	made.footer = "\n\n";
	zone = parse(&made);
	assert_int_equal(zone_offset_at(zone, -100001), 3600000);
	assert_int_equal(zone_offset_at(zone, -100000), 7200000);
}

static void rules_of_all_forms(void **state)
{
	const struct zone *z;

	(void)state;
	z = from_rule("CET-1CEST,M3.5.0,M10.5.0/3");
	assert_offset(z, "2040-03-25T00:59:59Z", 60);
	assert_offset(z, "2040-03-25T01:00:00Z", 120);
	assert_offset(z, "2040-10-28T00:59:59Z", 120);
	assert_offset(z, "2040-10-28T01:00:00Z", 60);
	/* The southern summer spans the new year. */
	z = from_rule("AEST-10AEDT,M10.1.0,M4.1.0/3");
	assert_offset(z, "2026-01-01T00:00:00Z", 660);
	assert_offset(z, "2026-04-04T15:59:59Z", 660);
	assert_offset(z, "2026-04-04T16:00:00Z", 600);
	assert_offset(z, "2026-10-03T16:00:00Z", 660);
	/* Names in brackets, minutes, and hours before midnight. */
	z = from_rule("<-02>2<-01>,M3.5.0/-1,M10.5.0/0");
	assert_offset(z, "2026-03-29T00:59:59Z", -120);
	assert_offset(z, "2026-03-29T01:00:00Z", -60);
	z = from_rule("<+0545>-5:45");
	assert_offset(z, "2026-03-29T01:00:00Z", 345);
	/* J60 is 1 March in every year; 59 is 29 February in a leap year. */
	z = from_rule("AAA0BBB,J60/0,300/0");
	assert_offset(z, "2028-02-29T23:59:59Z", 0);
	assert_offset(z, "2028-03-01T00:00:00Z", 60);
	z = from_rule("AAA0BBB,59/0,300/0");
	assert_offset(z, "2028-02-28T23:59:59Z", 0);
	assert_offset(z, "2028-02-29T00:00:00Z", 60);
	assert_offset(z, "2027-03-01T00:00:00Z", 60);
	/* Summer all year round (RFC 8536, 3.3.1). */
	z = from_rule("EST5EDT,0/0,J365/25");
	assert_offset(z, "2026-01-01T04:59:59Z", -240);
	assert_offset(z, "2026-01-01T05:00:00Z", -240);
	assert_offset(z, "2026-07-01T00:00:00Z", -240);
	assert_offset(z, "2026-12-31T23:59:59Z", -240);
	/* Days after the named one: Saturday's night by Thursday's rule. */
	z = from_rule("EET-2EEST,M3.4.4/50,M10.4.4/50");
	assert_offset(z, "2026-03-27T23:59:59Z", 120);
	assert_offset(z, "2026-03-28T00:00:00Z", 180);
}

static void rules_that_are_none(void **state)
{
	/* clang-format off */
	static const char *const bad[] = {
		"CET", "C-1", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-25", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
		"CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J60", "CET-1CEST,366,60", "CET-1CEST,M3.5.0/168,M10.5.0", "<CET-1",
		"CET-1CEST,M3.5.0,M10.5.0x", "CET-1:60", "-1", "AVERYLONGNAMEOFAZONE-1", "CET-1 ", ",M3.5.0,M10.5.0",
	};
	/* clang-format on */
	static const int32_t offsets[] = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct made made = {
			.version = '3', .offsets = offsets, .type_count = 1};
		const struct zone *zone = NULL;
		struct problem problem = {0};

		made.footer = str_printf(arena, "\n%s\n", bad[i]).text;
		assert_int_equal(zone_parse(arena, STR("x"), make(&made), &zone,
		                            &problem),
		                 ST_INVALID);
		assert_null(zone);
		assert_string_equal(problem.field, "zone");
	}
}

static void the_rule_takes_over_from_the_table(void **state)
{
	/* Until 2030-03-31 01:00 UTC winter by table, then as the rule says. */
	static const int64_t changes[] = {0, 1901149200};
	static const int32_t offsets[] = {3600, 7200};
	struct made made = {.version = '2',
	                    .changes = changes,
	                    .after = "\0\1",
	                    .change_count = 2,
	                    .offsets = offsets,
	                    .type_count = 2,
	                    .footer = "\nCET-1CEST,M3.5.0,M10.5.0/3\n"};
	const struct zone *zone = parse(&made);
	struct zone_span span;

	(void)state;
	assert_offset(zone, "2029-07-01T00:00:00Z", 60);
	assert_offset(zone, "2030-07-01T00:00:00Z", 120);
	assert_offset(zone, "2031-01-01T00:00:00Z", 60);
	span = zone_span_at(zone, utc("2029-07-01T00:00:00Z"));
	assert_int_equal(span.until, 1901149200000);
	span = zone_span_at(zone, span.until);
	assert_int_equal(span.from, 1901149200000);
	assert_int_equal(span.until, utc("2030-10-27T01:00:00Z"));
	assert_true(span.is_dst);
}

static instant_ms wall(const struct zone *zone, const char *text,
                       enum zone_choice choice)
{
	struct civil civil = civil_from_utc(utc(text));

	return zone_to_utc(zone, &civil, choice);
}

static void walls_with_gaps_and_overlaps(void **state)
{
	const struct zone *z = from_rule("CET-1CEST,M3.5.0,M10.5.0/3");

	(void)state;
	/* The time in the gap is the first instant after it. */
	assert_int_equal(wall(z, "2026-03-29T02:30:00Z", ZONE_FIRST),
	                 utc("2026-03-29T01:00:00Z"));
	assert_int_equal(wall(z, "2026-03-29T02:30:00Z", ZONE_SECOND),
	                 utc("2026-03-29T01:00:00Z"));
	assert_int_equal(wall(z, "2026-03-29T03:00:00Z", ZONE_FIRST),
	                 utc("2026-03-29T01:00:00Z"));
	assert_int_equal(wall(z, "2026-03-29T01:59:59Z", ZONE_FIRST),
	                 utc("2026-03-29T00:59:59Z"));
	assert_int_equal(wall(z, "2026-10-25T02:30:00Z", ZONE_FIRST),
	                 utc("2026-10-25T00:30:00Z"));
	assert_int_equal(wall(z, "2026-10-25T02:30:00Z", ZONE_SECOND),
	                 utc("2026-10-25T01:30:00Z"));
	assert_int_equal(wall(z, "2026-10-25T03:00:00Z", ZONE_FIRST),
	                 utc("2026-10-25T02:00:00Z"));
	assert_int_equal(wall(z, "2026-07-01T12:00:00Z", ZONE_SECOND),
	                 utc("2026-07-01T10:00:00Z"));
	assert_int_equal(zone_civil(z, utc("2026-07-01T23:30:00Z")).day, 2);
}

/* ZONE_FIRST is in order, and a wall time that exists comes back as it was. */
static void walls_never_go_back(void **state)
{
	const struct zone *z = from_rule("CET-1CEST,M3.5.0,M10.5.0/3");
	instant_ms last = 0;

	(void)state;
	for (instant_ms at = utc("2026-10-24T00:00:00Z");
	     at < utc("2027-04-01T00:00:00Z"); at += 7 * SPAN_MINUTE) {
		struct civil civil = civil_from_utc(at);
		instant_ms first = zone_to_utc(z, &civil, ZONE_FIRST);
		instant_ms second = zone_to_utc(z, &civil, ZONE_SECOND);

		assert_true(first >= last);
		assert_true(second == first || second == first + SPAN_HOUR);
		assert_true(zone_offset_at(z, first) + first >= at);
		if (second != first)
			assert_int_equal(zone_offset_at(z, second) + second,
			                 at);
		last = first;
	}
}

/* Every cut and every changed byte is refused or parsed, and then usable. */
static void damaged_files(void **state)
{
	static const int64_t changes[] = {-100, 1000};
	static const int32_t offsets[] = {3600, 7200};
	struct made made = {.version = '2',
	                    .changes = changes,
	                    .after = "\1\0",
	                    .change_count = 2,
	                    .offsets = offsets,
	                    .type_count = 2,
	                    .footer = "\nCET-1CEST,M3.5.0,M10.5.0/3\n"};
	struct str good = make(&made);

	(void)state;
	for (size_t i = 0; i < good.length; i++) {
		const struct zone *zone = NULL;
		struct problem problem = {0};
		char *bytes = str_cstr(arena, good);

		assert_int_equal(zone_parse(arena, STR("x"),
		                            str_sub(good, 0, i), &zone,
		                            &problem),
		                 ST_INVALID);
		for (int flip = 1; flip < 256; flip += 51) {
			bytes[i] = (char)(good.text[i] ^ flip);
			if (zone_parse(arena, STR("x"),
			               (struct str){bytes, good.length}, &zone,
			               &problem) == ST_OK)
				zone_span_at(zone, 0);
		}
		arena_clear(arena);
		good = make(&made);
	}
}

static void leap_seconds_are_refused(void **state)
{
	static const int32_t offsets[] = {0};
	struct made made = {.version = '2',
	                    .leaps = 1,
	                    .offsets = offsets,
	                    .type_count = 1,
	                    .footer = "\nUTC0\n"};
	const struct zone *zone = NULL;
	struct problem problem = {0};

	(void)state;
	assert_int_equal(
		zone_parse(arena, STR("x"), make(&made), &zone, &problem),
		ST_INVALID);
	assert_non_null(strstr(problem.text, "leap"));
}

#define ZONE_TEST(function)                                                    \
	cmocka_unit_test_setup_teardown(function, open_arena, close_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ZONE_TEST(utc_needs_no_file),
		ZONE_TEST(a_table_without_a_rule),
		ZONE_TEST(rules_of_all_forms),
		ZONE_TEST(rules_that_are_none),
		ZONE_TEST(the_rule_takes_over_from_the_table),
		ZONE_TEST(walls_with_gaps_and_overlaps),
		ZONE_TEST(walls_never_go_back),
		ZONE_TEST(damaged_files),
		ZONE_TEST(leap_seconds_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
