/*
 * Text as a calendar, and arithmetic on what comes out. Oracles: what is
 * printed parses to the same text again; adding and counting are inverse; a
 * due time is never before its start.
 */
#include <assert.h>
#include <stdint.h>

#include "core/time/calendar_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_print(struct arena *arena, const struct calendar_plan *plan)
{
	struct calendar_plan again;
	struct problem problem;
	struct buf once, twice;

	buf_init(&once, (size_t)8 << 20);
	buf_init(&twice, (size_t)8 << 20);
	calendar_text_print(plan, &once);
	if (once.length < (1u << 20)) {
		assert(calendar_text_parse(arena, buf_view(&once), &again,
		                           &problem) == ST_OK);
		calendar_text_print(&again, &twice);
		assert(str_equal(buf_view(&once), buf_view(&twice)));
	}
	buf_release(&once);
	buf_release(&twice);
}

static void check_sums(const struct calendar *calendar, instant_ms from,
                       span_ms span)
{
	struct calendar_version version = CALENDAR_VERSION(calendar);
	struct calendar_history history = {&version, 1};
	instant_ms due, back;

	if (calendar_add(&history, from, span, NULL, &due) == ST_OK) {
		assert(due >= from);
		assert(calendar_span(&history, from, due, NULL) == span);
		/* The first such instant: the one before it was worked. */
		assert(span == 0 || calendar_open_at(&history, due - 1));
		assert(span > 0 || calendar_open_at(&history, due));
	}
	if (calendar_add(&history, from, -span - 1, NULL, &back) == ST_OK) {
		assert(back < from);
		assert(calendar_span(&history, back, from, NULL) == span + 1);
		assert(calendar_open_at(&history, back));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new((size_t)64 << 20);
	struct str text = {(const char *)data, size};
	struct calendar_plan plan;
	struct problem problem = {0};
	const struct calendar *calendar;

	if (calendar_text_parse(arena, text, &plan, &problem) == ST_OK) {
		check_print(arena, &plan);
		if (calendar_build(arena, &plan, zone_utc(), &calendar,
		                   &problem) == ST_OK) {
			check_sums(calendar, 1794297600000, 1800000);
			check_sums(calendar, 1794297600001, 0);
			check_sums(calendar, -1, 123456789);
			check_sums(calendar, 1794297600000, 999999999999);
		}
	}
	assert(problem.text[0] != '\0' || problem.field[0] == '\0');
	arena_free(&arena);
	return 0;
}
