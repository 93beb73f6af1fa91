/*
 * Finding the times of a text: each word where deadline_read() can begin, what
 * leads up to it (a preposition decides whether it binds), whether its clause
 * speaks of what was, and which instant is meant.
 */
#include "core/text/deadline.h"

#include <assert.h>

#include "core/text/deadline_private.h"

/* The day meant, as a day number; false when that takes a guess. */
static bool reading_resolve_day(const struct deadline_reading *r, int64_t today,
                                int64_t *day_out)
{
	if (r->day_offset != DEADLINE_UNKNOWN) {
		*day_out = today + r->day_offset;
		return true;
	}
	if (r->weekday != DEADLINE_UNKNOWN) {
		int now = civil_weekday(today);
		int ahead = r->weeks ? 7 - now + r->weekday
		                     : (r->weekday - now + 7) % 7;
		*day_out = today + (ahead ? ahead : 7);
		return true;
	}
	if (r->month_day == DEADLINE_UNKNOWN)
		return false;
	int year, month, day;
	civil_from_days(today, &year, &month, &day);
	if (r->month == DEADLINE_UNKNOWN) { /* the next such day */
		if (r->month_day < day)
			month++;
		if (month > 12) {
			month = 1;
			year++;
		}
		*day_out = civil_days(year, month, r->month_day);
		return true;
	}
	if (r->year != DEADLINE_UNKNOWN) {
		*day_out = civil_days(r->year, r->month, r->month_day);
		return true;
	}
	*day_out = civil_days(year, r->month, r->month_day);
	/* Long over means next year's; just over means that it was. */
	if (*day_out < today - 60)
		*day_out = civil_days(year + 1, r->month, r->month_day);
	return true;
}

static void reading_resolve(const struct deadline_reading *r, instant_ms now,
                            const struct zone *zone, bool before,
                            struct deadline *deadline)
{
	struct civil wall = zone_civil(zone, now);
	int64_t today = civil_days(wall.year, wall.month, wall.day);
	int64_t day = today;
	if (r->stretch) {
		deadline->at = now + r->minutes * SPAN_MINUTE;
		deadline->date = zone_civil(zone, deadline->at);
		deadline->has_time = true;
		deadline->resolved = true;
		return;
	}
	if (r->day && !reading_resolve_day(r, today, &day))
		return;
	int minutes = r->clock ? 60 * r->hour + r->minute : DEADLINE_UNKNOWN;
	if (!r->day && minutes <= 60 * wall.hour + wall.minute)
		day++;
	deadline->past = deadline->past || day < today;
	deadline->has_time = r->clock;
	if (!r->clock)
		minutes = before && day > today ? 0 : 24 * 60;
	struct civil date = {0};
	civil_from_days(day + minutes / (24 * 60), &date.year, &date.month,
	                &date.day);
	date.hour = minutes % (24 * 60) / 60;
	date.minute = minutes % 60;
	deadline->at = zone_to_utc(zone, &date, ZONE_FIRST);
	if (!r->clock)
		civil_from_days(day, &date.year, &date.month, &date.day);
	deadline->date = date;
	deadline->resolved = true;
}

/* Words of time that lead up to `at`: "no later than the", "by", "on". */
static uint32_t lead_start(const struct deadline_scan *s, uint32_t at,
                           uint32_t *bits_out)
{
	const uint32_t any = LEX_BIT(LEX_BY) | LEX_BIT(LEX_BEFORE) |
	                     LEX_BIT(LEX_FOR) | LEX_BIT(LEX_ON) |
	                     LEX_BIT(LEX_IN) | LEX_BIT(LEX_NEXT) |
	                     LEX_BIT(LEX_THIS);
	uint32_t first = at;
	*bits_out = 0;
	while (first && at - first < 4 &&
	       s->words->list[first - 1].sentence ==
	               s->words->list[at].sentence &&
	       (s->classes[first - 1] & any)) {
		first--;
		*bits_out |= s->classes[first];
	}
	if (first >= 2 &&
	    str_equal(s->words->list[first - 1].fold, STR("than")) &&
	    str_equal(s->words->list[first - 2].fold, STR("later"))) {
		first -= 2;
		*bits_out |= LEX_BIT(LEX_BY);
		if (first &&
		    (str_equal(s->words->list[first - 1].fold, STR("no")) ||
		     str_equal(s->words->list[first - 1].fold, STR("not"))))
			first--;
	}
	return first;
}

/* Is word `at` one of PAST that counts against this time? */
static bool is_past(const struct deadline_scan *s, uint32_t at, bool absences)
{
	return (s->classes[at] & LEX_BIT(LEX_PAST)) &&
	       (absences || deadline_value(s, at, LEX_PAST) == 0);
}

/*
 * Does the clause around words [first, last] speak of what was, or of an
 * absence? An absence counts against "until Friday" and a bare "Friday", not
 * against "by Friday".
 */
static bool clause_is_past(const struct deadline_scan *s, uint32_t first,
                           uint32_t last, bool absences)
{
	uint32_t sentence = s->words->list[first].sentence;
	for (uint32_t i = first; i-- > 0 && first - i <= 8;) {
		if (s->words->list[i].sentence != sentence)
			break;
		if (is_past(s, i, absences))
			return true;
		if (s->words->list[i + 1].flags & WORD_COMMA)
			break;
	}
	uint32_t next = last + 1;
	return next < s->words->count &&
	       s->words->list[next].sentence == sentence &&
	       is_past(s, next, absences);
}

/* Is one of the words [first, at) "until"? */
static bool leads_until(const struct deadline_scan *s, uint32_t first,
                        uint32_t at)
{
	for (uint32_t i = first; i < at; i++)
		if ((s->classes[i] & LEX_BIT(LEX_BY)) &&
		    deadline_value(s, i, LEX_BY))
			return true;
	return false;
}

static struct deadline deadline_of(const struct deadline_scan *s, uint32_t at,
                                   const struct deadline_reading *r,
                                   instant_ms now, const struct zone *zone)
{
	uint32_t bits;
	uint32_t first = lead_start(s, at, &bits);
	const uint32_t binding = LEX_BIT(LEX_BY) | LEX_BIT(LEX_BEFORE);
	const struct word *list = s->words->list;
	struct deadline d = {
		.found = true,
		.binding = (bits & binding) || r->stretch,
		.hours = r->hours,
		.first = first,
		.last = r->next - 1,
		.start = list[first].start,
		.end = list[r->next - 1].end,
	};
	d.past = clause_is_past(s, d.first, d.last,
	                        !d.binding || leads_until(s, first, at));
	if (now)
		reading_resolve(r, now, zone, bits & LEX_BIT(LEX_BEFORE), &d);
	return d;
}

static bool led_by(const struct deadline_scan *s, uint32_t at)
{
	/* clang-format off */
	static const char *const ats[] = {"at", "um", "alle", "las", "as"};
	/* clang-format on */
	if (!at || !deadline_is(s, at, at - 1, UINT32_MAX))
		return false;
	if (s->classes[at - 1] & (LEX_BIT(LEX_BY) | LEX_BIT(LEX_BEFORE)))
		return true;
	for (size_t i = 0; i < sizeof(ats) / sizeof(ats[0]); i++)
		if (str_equal(s->words->list[at - 1].fold, str_of(ats[i])))
			return true;
	return false;
}

size_t deadline_scan(const struct words *words, instant_ms now,
                     const struct zone *zone, struct arena *arena,
                     const struct deadline **found_out)
{
	uint32_t *classes =
		arena_array(arena, words->count + 1, sizeof(uint32_t));
	const struct deadline_scan s = {words, classes};
	struct deadline *found = NULL;
	size_t count = 0;

	for (size_t i = 0; i < words->count; i++)
		classes[i] = lexicon_classes(words->list[i].fold);
	for (uint32_t at = 0; at < words->count && count < DEADLINES_MAX;) {
		struct deadline_reading r = deadline_reading_none();
		bool number = words->list[at].flags & WORD_NUMBER;
		if ((!number && !classes[at] &&
		     !deadline_word_is(&s, at, "half")) ||
		    !deadline_read(&s, at, led_by(&s, at), &r)) {
			at++;
			continue;
		}
		assert(r.next > at);
		struct deadline d =
			deadline_of(&s, at, &r, now, zone ? zone : zone_utc());
		bool led = d.first < at;
		at = r.next;
		if ((r.weak && !led) || (r.bound && !d.binding))
			continue;
		if (!found)
			found = arena_array(arena, DEADLINES_MAX,
			                    sizeof(*found));
		found[count++] = d;
	}
	*found_out = found;
	return count;
}
