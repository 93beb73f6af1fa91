/*
 * Moments by golden cases, test/case/moment: a now, then lines of what people
 * type and when it is. Adding one needs no C.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/time/moment.h"

static const struct calendar_interval day[] = {{540, 780}, {840, 1080}};

static const struct calendar *working_week(struct arena *arena)
{
	struct calendar_plan plan = {.zone = STR("UTC")};
	const struct calendar *calendar;

	for (int i = 0; i < 5; i++)
		plan.week[i] = (struct calendar_hours){day, 2};
	assert_int_equal(
		calendar_build(arena, &plan, zone_utc(), &calendar, NULL),
		ST_OK);
	return calendar;
}

static instant_ms wall(struct str text)
{
	char full[40];
	instant_ms at = 0;

	snprintf(full, sizeof(full), "%.10sT%.5s:00Z", text.text,
	         text.text + 11);
	assert_true(instant_parse(str_of(full), &at));
	return at;
}

static int wrong;

static void one_line(struct arena *arena, struct moment_where *where,
                     struct str line)
{
	size_t arrow = str_find(line, STR(" => "), 0);
	struct str asked = str_sub(line, 0, arrow);
	struct str wanted;
	struct moment moment = {0};
	char text[INSTANT_TEXT_SIZE];
	enum status status;

	if (str_starts(line, STR("now "))) {
		where->now = wall(str_sub(line, 4, line.length));
		return;
	}
	assert_true(arrow < line.length);
	wanted = str_sub(line, arrow + 4, line.length);
	status = moment_read(arena, asked, where, &moment, NULL);
	if (str_equal(wanted, STR("refused"))) {
		if (status != ST_INVALID)
			print_error("%.*s: taken\n", STR_ARG(line));
		wrong += status != ST_INVALID;
		return;
	}
	instant_print(moment.at, text);
	if (status == ST_OK && moment.at == wall(wanted))
		return;
	print_error("%.*s: %s %s\n", STR_ARG(line), status_name(status), text);
	wrong++;
}

static void moments_are_as_written(void **state)
{
	struct arena *arena = arena_new((size_t)64 << 20);
	struct calendar_version version = CALENDAR_VERSION(working_week(arena));
	struct calendar_history hours = {&version, 1};
	struct moment_where where = {.hours = &hours};
	glob_t files;

	(void)state;
	assert_int_equal(glob("test/case/moment/*.txt", 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		char *text = calloc(1, 1 << 20);
		FILE *in = fopen(files.gl_pathv[i], "r");
		struct str rest, line;

		assert_non_null(in);
		assert_non_null(text);
		assert_true(fread(text, 1, (1 << 20) - 1, in) > 0);
		fclose(in);
		rest = str_of(text);
		while (str_line(&rest, &line)) {
			if (line.length > 0 && line.text[0] != '#')
				one_line(arena, &where, line);
		}
		free(text);
	}
	globfree(&files);
	arena_free(&arena);
	assert_int_equal(wrong, 0);
}

static void presets_are_to_come_and_in_order(void **state)
{
	struct arena *arena = arena_new((size_t)64 << 20);
	struct calendar_version version = CALENDAR_VERSION(working_week(arena));
	struct calendar_history hours = {&version, 1};
	struct moment moments[MOMENTS_MAX];

	(void)state;
	/* Every hour of a month, with hours and around the clock. */
	for (int i = 0; i < 2 * 31 * 24; i++) {
		struct moment_where where = {
			.now = 1795000000000 + (i / 2) * SPAN_HOUR,
			.hours = i % 2 ? &hours : NULL,
		};
		size_t count = moment_presets(&where, moments);

		assert_true(count >= 4 && count <= MOMENTS_MAX);
		for (size_t j = 0; j < count; j++)
			assert_true(moments[j].at >
			            (j ? moments[j - 1].at : where.now));
	}
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moments_are_as_written),
		cmocka_unit_test(presets_are_to_come_and_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
