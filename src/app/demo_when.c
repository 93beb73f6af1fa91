/* When things of the demo's story happen, as its texts write it. */
#include "app/demo_story.h"

/* "3h10m": units from large to small, each at most once. */
static bool when_span(struct str text, span_ms *span_out)
{
	static const struct {
		char unit;
		span_ms span;
	} units[] = {{'d', SPAN_DAY},
	             {'h', SPAN_HOUR},
	             {'m', SPAN_MINUTE},
	             {'s', SPAN_SECOND}};
	span_ms span = 0;
	size_t start = 0;

	for (size_t i = 0; i < 4; i++) {
		size_t at = str_find_char(text, units[i].unit, start);
		int64_t count;

		if (at == text.length)
			continue;
		if (!str_to_i64(str_sub(text, start, at), &count) ||
		    count < 0 || count > 1000)
			return false;
		span += count * units[i].span;
		start = at + 1;
	}
	*span_out = span;
	return start == text.length && text.length > 0;
}

/* "14:05" */
static bool when_wall(struct str text, span_ms *span_out)
{
	int64_t hour, minute;

	if (text.length != 5 || text.text[2] != ':' ||
	    !str_to_i64(str_sub(text, 0, 2), &hour) ||
	    !str_to_i64(str_sub(text, 3, 5), &minute) || hour < 0 ||
	    hour > 23 || minute < 0 || minute > 59)
		return false;
	*span_out = hour * SPAN_HOUR + minute * SPAN_MINUTE;
	return true;
}

bool demo_when_parse(struct str text, struct demo_when *when_out)
{
	struct demo_when when = {.kind = DEMO_WHEN_WORKED};
	size_t space = str_find_char(text, ' ', 0);
	struct str first = str_sub(text, 0, space);
	struct str rest = str_trim(str_sub(text, space, text.length));
	bool before = str_starts(first, STR("-"));

	if (!before && !str_starts(first, STR("+")))
		return false;
	first = str_sub(first, 1, first.length);
	if (!when_span(first, &when.span))
		return false;
	if (!before) {
		when.kind = DEMO_WHEN_AFTER;
	} else if (str_equal(rest, STR("clock"))) {
		when.kind = DEMO_WHEN_CLOCK;
	} else if (rest.length > 0) {
		when.kind = DEMO_WHEN_DAY;
		when.days = when.span / SPAN_DAY;
		if (when.days < 1 || when.span % SPAN_DAY != 0 ||
		    !when_wall(rest, &when.span))
			return false;
	}
	if (!before && rest.length > 0)
		return false;
	*when_out = when;
	return true;
}

enum status demo_when_find(const struct demo_story *story,
                           const struct demo_when *when, instant_ms before,
                           instant_ms *at_out)
{
	struct civil day;

	switch (when->kind) {
	case DEMO_WHEN_AFTER:
		*at_out = before + when->span;
		return before ? ST_OK : ST_INVALID;
	case DEMO_WHEN_CLOCK:
		*at_out = story->start - when->span;
		return ST_OK;
	case DEMO_WHEN_DAY:
		day = zone_civil(story->zone,
		                 story->start - when->days * SPAN_DAY);
		day.hour = (int)(when->span / SPAN_HOUR);
		day.minute = (int)(when->span % SPAN_HOUR / SPAN_MINUTE);
		day.second = (int)(when->days * 17 % 60);
		day.millisecond = 0;
		*at_out = zone_to_utc(story->zone, &day, ZONE_FIRST);
		return ST_OK;
	case DEMO_WHEN_WORKED:
		break;
	}
	return calendar_add(&story->hours, story->start, -when->span, NULL,
	                    at_out);
}
