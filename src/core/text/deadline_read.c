/*
 * Reading one time from the words at a place: a stretch ("in the next two
 * hours"), a day ("Thursday 20 Nov", "the 9th", "end of the week"), a time of
 * day ("5pm", "before 4"), and what may follow (a day takes a time, a time
 * takes a day).
 */
#include <string.h>

#include "core/text/deadline_private.h"

struct deadline_reading deadline_reading_none(void)
{
	return (struct deadline_reading){
		.weekday = DEADLINE_UNKNOWN,
		.month = DEADLINE_UNKNOWN,
		.month_day = DEADLINE_UNKNOWN,
		.year = DEADLINE_UNKNOWN,
		.day_offset = DEADLINE_UNKNOWN,
		.hour = DEADLINE_UNKNOWN,
	};
}

/* Within the sentence of word `from`, and there. */
bool deadline_is(const struct deadline_scan *s, uint32_t from, uint32_t at,
                 uint32_t bits)
{
	return at < s->words->count && (s->classes[at] & bits) &&
	       s->words->list[at].sentence == s->words->list[from].sentence;
}

int deadline_value(const struct deadline_scan *s, uint32_t at,
                   enum lexeme_class class)
{
	return lexicon_value(s->words->list[at].fold, class);
}

bool deadline_word_is(const struct deadline_scan *s, uint32_t at,
                      const char *text)
{
	return at < s->words->count &&
	       str_equal(s->words->list[at].fold, str_of(text));
}

/* "9", "9th", "1st", "6e": the number and whether it was written as a day. */
static int day_number(const struct deadline_scan *s, uint32_t at,
                      bool *ordinal_out)
{
	/* clang-format off */
	static const char *const endings[] = {"st", "nd", "rd", "th", "er", "e", "o", "a", "ter", "ten"};
	/* clang-format on */
	if (at >= s->words->count)
		return DEADLINE_UNKNOWN;
	struct str fold = s->words->list[at].fold;
	size_t i = 0;
	int number = 0;
	while (i < fold.length && i < 3 && fold.text[i] >= '0' &&
	       fold.text[i] <= '9')
		number = 10 * number + (fold.text[i++] - '0');
	struct str rest = str_sub(fold, i, fold.length);
	if (i == 0 || number < 1 || number > 31)
		return DEADLINE_UNKNOWN;
	*ordinal_out = false;
	if (rest.length == 0)
		return number;
	for (size_t j = 0; j < sizeof(endings) / sizeof(endings[0]); j++) {
		if (str_equal(rest, str_of(endings[j]))) {
			*ordinal_out = true;
			return number;
		}
	}
	return DEADLINE_UNKNOWN;
}

static int month_at(const struct deadline_scan *s, uint32_t at,
                    bool beside_number)
{
	if (at >= s->words->count)
		return DEADLINE_UNKNOWN;
	if (s->classes[at] & LEX_BIT(LEX_MONTH))
		return deadline_value(s, at, LEX_MONTH);
	if (beside_number && (s->classes[at] & LEX_BIT(LEX_MONTH_SHORT)))
		return deadline_value(s, at, LEX_MONTH_SHORT);
	return DEADLINE_UNKNOWN;
}

static bool year_at(const struct deadline_scan *s, uint32_t at, int *year_out)
{
	int64_t year;
	if (at >= s->words->count ||
	    !str_to_i64(s->words->list[at].fold, &year) || year < 2000 ||
	    year > 2099)
		return false;
	*year_out = (int)year;
	return true;
}

/* Up to four numbers divided by one of `. : / -`, or h. */
static size_t split_numbers(struct str fold, int numbers_out[4],
                            char *divider_out, struct str *rest_out)
{
	size_t count = 0, i = 0;
	*divider_out = 0;
	while (i < fold.length && count < 4) {
		size_t from = i;
		int number = 0;
		while (i < fold.length && i - from < 4 && fold.text[i] >= '0' &&
		       fold.text[i] <= '9')
			number = 10 * number + (fold.text[i++] - '0');
		if (i == from)
			break;
		numbers_out[count++] = number;
		if (i + 1 >= fold.length || !strchr(".:/-h", fold.text[i]) ||
		    fold.text[i + 1] < '0' || fold.text[i + 1] > '9' ||
		    (*divider_out && *divider_out != fold.text[i]))
			break;
		*divider_out = fold.text[i++];
	}
	*rest_out = str_sub(fold, i, fold.length);
	return count;
}

static bool figures_fit(const struct deadline_reading *r)
{
	return r->month_day >= 1 && r->month_day <= 31 && r->month >= 1 &&
	       r->month <= 12;
}

/* Dates in figures: 2026-11-20, 20.11.2026, 20/11. */
static bool read_figures(const struct deadline_scan *s, uint32_t at,
                         struct deadline_reading *r)
{
	const struct word *word = &s->words->list[at];
	int n[4] = {0};
	char divider;
	struct str rest;
	size_t count = split_numbers(word->fold, n, &divider, &rest);
	struct str after =
		str_sub(s->words->text, word->end, s->words->text.length);

	if (rest.length || count < 2 || count > 3 || divider == ':' ||
	    divider == 'h')
		return false;
	/* A range, or a time or number: a German date ends in a full stop. */
	if (count == 2 && (divider == '-' ||
	                   (divider == '.' && !str_starts(after, STR(".")))))
		return false;
	r->month_day = n[0];
	r->month = n[1];
	if (count == 3 && n[0] >= 2000 && n[0] < 2100) {
		r->year = n[0];
		r->month_day = n[2];
	} else if (count == 3) {
		r->year = n[2] < 100 ? 2000 + n[2] : n[2];
	}
	if (divider == '/' && n[1] > 12) {
		r->month_day = n[1];
		r->month = n[0];
	}
	if (!figures_fit(r))
		return false;
	if (divider == '/' && n[0] <= 12 && n[1] <= 12 && n[0] != n[1]) {
		/* 12/10: either way round */
		r->month = DEADLINE_UNKNOWN;
		r->month_day = DEADLINE_UNKNOWN;
	}
	r->day = true;
	r->next = at + 1;
	return true;
}

/* "20 November 2026", "the 20th of November", "20. November", "Nov 20". */
static bool read_month_day(const struct deadline_scan *s, uint32_t at,
                           struct deadline_reading *r)
{
	bool ordinal = false;
	int number = day_number(s, at, &ordinal);
	if (number != DEADLINE_UNKNOWN) {
		uint32_t next = at + 1;
		if (deadline_is(s, at, next, LEX_BIT(LEX_ON)) &&
		    month_at(s, next + 1, true) != DEADLINE_UNKNOWN)
			next++;
		/* "20. November" may have been taken for two sentences. */
		int month = month_at(s, next, true);
		if (month == DEADLINE_UNKNOWN)
			return false;
		r->month = month;
		r->month_day = number;
		r->next = next + 1;
	} else {
		int month = month_at(s, at, true);
		uint32_t next = at + 1;
		if (month == DEADLINE_UNKNOWN)
			return false;
		if (deadline_is(s, at, next, LEX_BIT(LEX_ON)))
			next++;
		number = day_number(s, next, &ordinal);
		if (number == DEADLINE_UNKNOWN ||
		    !deadline_is(s, at, at, UINT32_MAX) ||
		    s->words->list[next].sentence !=
		            s->words->list[at].sentence)
			return false;
		r->month = month;
		r->month_day = number;
		r->next = next + 1;
	}
	if (year_at(s, r->next, &r->year))
		r->next++;
	r->day = true;
	return true;
}

/* "the 9th", "le 14", "am 12": a day of some month. */
static bool read_bare_day(const struct deadline_scan *s, uint32_t at,
                          struct deadline_reading *r)
{
	/* clang-format off */
	static const char *const before[] = {"le", "el", "il", "dia", "den", "dem", "zum", "am", "du", "del"};
	/* clang-format on */
	bool ordinal = false;
	int number = day_number(s, at, &ordinal);
	if (number == DEADLINE_UNKNOWN ||
	    (s->words->list[at].flags & WORD_MONEY))
		return false;
	bool article = false;
	for (size_t i = 0; at && i < sizeof(before) / sizeof(before[0]); i++)
		article |= str_equal(s->words->list[at - 1].fold,
		                     str_of(before[i]));
	if (!ordinal && !article)
		return false;
	/* "the 2nd image" names no day: only little words may follow. */
	uint32_t next = at + 1;
	if (next < s->words->count &&
	    s->words->list[next].sentence == s->words->list[at].sentence &&
	    !(s->words->list[next].flags & WORD_COMMA) && article && !ordinal &&
	    s->classes[next] == 0 && s->words->list[next].fold.length > 4)
		return false;
	r->month_day = number;
	r->day = true;
	r->next = at + 1;
	return true;
}

/*
 * "sat", "wed" and "quinta" are other words, too: they need a word of time
 * beside them, and no apostrophe inside ("we'd").
 */
static bool is_short_weekday(const struct deadline_scan *s, uint32_t at)
{
	const struct word *word = &s->words->list[at];
	const uint32_t led = LEX_BIT(LEX_BY) | LEX_BIT(LEX_BEFORE) |
	                     LEX_BIT(LEX_FOR) | LEX_BIT(LEX_NEXT);
	if (!deadline_is(s, at, at, LEX_BIT(LEX_WEEKDAY_SHORT)) ||
	    (word->fold.length == 3 && word->end - word->start != 3))
		return false;
	if (at && deadline_is(s, at, at - 1, UINT32_MAX) &&
	    ((s->classes[at - 1] & led) || deadline_word_is(s, at - 1, "na") ||
	     deadline_word_is(s, at - 1, "on")))
		return true;
	return deadline_is(s, at, at + 1, LEX_BIT(LEX_PART)) ||
	       deadline_word_is(s, at + 1, "feira") ||
	       (at + 1 < s->words->count &&
	        (s->words->list[at + 1].flags & WORD_NUMBER));
}

static bool read_weekday(const struct deadline_scan *s, uint32_t at,
                         struct deadline_reading *r)
{
	if (deadline_is(s, at, at, LEX_BIT(LEX_WEEKDAY)))
		r->weekday = deadline_value(s, at, LEX_WEEKDAY);
	else if (is_short_weekday(s, at))
		r->weekday = deadline_value(s, at, LEX_WEEKDAY_SHORT);
	else
		return false;
	r->next = at + 1;
	r->day = true;
	if (at && (s->classes[at - 1] & LEX_BIT(LEX_NEXT)))
		r->weeks = 1;
	/* "Thursday next week", "Thursday week" */
	if (deadline_is(s, at, r->next, LEX_BIT(LEX_NEXT)) &&
	    deadline_is(s, at, r->next + 1, LEX_BIT(LEX_UNIT)) &&
	    deadline_value(s, r->next + 1, LEX_UNIT) == 10080) {
		r->weeks = 1;
		r->next += 2;
	}
	/* "Thursday 20 November": the date decides. */
	struct deadline_reading date = deadline_reading_none();
	uint32_t from = r->next;
	if (deadline_is(s, at, from, LEX_BIT(LEX_ON)))
		from++;
	if (from < s->words->count &&
	    s->words->list[from].sentence == s->words->list[at].sentence &&
	    (read_month_day(s, from, &date) || read_figures(s, from, &date) ||
	     read_bare_day(s, from, &date)))
		*r = date;
	return true;
}

/* "tomorrow", "morgen", "this afternoon", "this week", "next month". */
static bool read_relative(const struct deadline_scan *s, uint32_t at,
                          struct deadline_reading *r)
{
	if (deadline_is(s, at, at, LEX_BIT(LEX_DAY) | LEX_BIT(LEX_MORGEN))) {
		r->day_offset = (s->classes[at] & LEX_BIT(LEX_DAY))
		                        ? deadline_value(s, at, LEX_DAY)
		                        : 1;
		r->hours = r->day_offset == 0;
		r->day = true;
		r->next = at + 1;
		return true;
	}
	bool next = deadline_is(s, at, at, LEX_BIT(LEX_NEXT));
	if (!next && !deadline_is(s, at, at, LEX_BIT(LEX_THIS)))
		return false;
	if (deadline_is(s, at, at + 1, LEX_BIT(LEX_PART)) && !next) {
		r->day_offset = 0;
		r->hour = deadline_value(s, at + 1, LEX_PART);
		r->hours = true;
	} else if (deadline_is(s, at, at + 1, LEX_BIT(LEX_UNIT)) &&
	           deadline_value(s, at + 1, LEX_UNIT) == 10080) {
		r->weekday = 6;
		r->weeks = next;
	} else if (!deadline_is(s, at, at + 1,
	                        LEX_BIT(LEX_UNIT) | LEX_BIT(LEX_PERIOD)) ||
	           (deadline_is(s, at, at + 1, LEX_BIT(LEX_UNIT)) &&
	            deadline_value(s, at + 1, LEX_UNIT) < 43200)) {
		return false;
	}
	r->day = true;
	r->next = at + 2;
	return true;
}

/* "in week 20" */
static bool read_week_number(const struct deadline_scan *s, uint32_t at,
                             struct deadline_reading *r)
{
	bool ordinal;
	if (!deadline_is(s, at, at, LEX_BIT(LEX_UNIT)) ||
	    deadline_value(s, at, LEX_UNIT) != 10080 ||
	    at + 1 >= s->words->count ||
	    s->words->list[at + 1].sentence != s->words->list[at].sentence ||
	    day_number(s, at + 1, &ordinal) == DEADLINE_UNKNOWN)
		return false;
	r->next = at + 2;
	r->weak = true;
	return r->day = true;
}

/* "end of the week", "mid May", "EOD", "close of business", "Christmas". */
static bool read_named(const struct deadline_scan *s, uint32_t at,
                       struct deadline_reading *r)
{
	if (deadline_is(s, at, at, LEX_BIT(LEX_EOD))) {
		int which = deadline_value(s, at, LEX_EOD);
		r->day_offset = which == 0 ? 0 : DEADLINE_UNKNOWN;
		r->weekday = which == 4 ? 4 : DEADLINE_UNKNOWN;
		r->hours = which == 0;
		r->next = at + 1;
		return r->day = true;
	}
	if (deadline_is(s, at, at, LEX_BIT(LEX_EVENT))) {
		int date = deadline_value(s, at, LEX_EVENT);
		if (date) {
			r->month = date / 100;
			r->month_day = date % 100;
		}
		r->next = at + 1;
		r->weak = true;
		return r->day = true;
	}
	if (deadline_is(s, at, at, LEX_BIT(LEX_PERIOD))) {
		r->next = at + 1;
		r->bound = true;
		return r->day = true;
	}
	if (!deadline_is(s, at, at, LEX_BIT(LEX_END)))
		return read_week_number(s, at, r);
	uint32_t to = at + 1;
	while (to < at + 4 && deadline_is(s, at, to,
	                                  LEX_BIT(LEX_ON) | LEX_BIT(LEX_THIS) |
	                                          LEX_BIT(LEX_NEXT)))
		to++;
	if (deadline_is(s, at, to, LEX_BIT(LEX_UNIT) | LEX_BIT(LEX_BUSINESS))) {
		int unit = deadline_is(s, at, to, LEX_BIT(LEX_UNIT))
		                   ? deadline_value(s, to, LEX_UNIT)
		                   : 1440;
		if (unit < 1440)
			return false;
		r->hours = unit == 1440;
		r->day_offset = unit == 1440 ? 0 : DEADLINE_UNKNOWN;
		r->weekday = unit == 10080 ? 4 : DEADLINE_UNKNOWN;
	} else if (month_at(s, to, true) == DEADLINE_UNKNOWN &&
	           !deadline_is(s, at, to, LEX_BIT(LEX_PERIOD))) {
		return false;
	}
	r->next = to + 1;
	return r->day = true;
}

/* A month by itself binds only after a preposition. */
static bool read_month(const struct deadline_scan *s, uint32_t at,
                       struct deadline_reading *r)
{
	bool led = at &&
	           deadline_is(s, at, at - 1,
	                       LEX_BIT(LEX_IN) | LEX_BIT(LEX_BY) |
	                               LEX_BIT(LEX_BEFORE) | LEX_BIT(LEX_FOR));
	if (month_at(s, at, led) == DEADLINE_UNKNOWN)
		return false;
	r->day = true;
	r->weak = true;
	r->next = at + 1;
	return true;
}

static bool read_day(const struct deadline_scan *s, uint32_t at,
                     struct deadline_reading *r)
{
	static bool (*const readers[])(const struct deadline_scan *, uint32_t,
	                               struct deadline_reading *) = {
		read_relative, read_month_day, read_figures, read_weekday,
		read_named,    read_bare_day,  read_month,
	};
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		struct deadline_reading tried = *r;
		if (readers[i](s, at, &tried)) {
			*r = tried;
			return true;
		}
	}
	return false;
}

/* A figure or a word that can be an hour; false for anything else. */
static bool read_hour(const struct deadline_scan *s, uint32_t at,
                      struct deadline_reading *r)
{
	const struct word *word = &s->words->list[at];
	int n[4] = {0};
	char divider;
	struct str rest;
	if (deadline_is(s, at, at, LEX_BIT(LEX_COUNT)) &&
	    word->fold.length > 2) {
		r->hour = deadline_value(s, at, LEX_COUNT);
		r->next = at + 1;
		return r->hour <= 12;
	}
	if (!(word->flags & WORD_NUMBER) || (word->flags & WORD_MONEY) ||
	    (word->end < s->words->text.length &&
	     s->words->text.text[word->end] == '%'))
		return false;
	size_t count = split_numbers(word->fold, n, &divider, &rest);
	bool pm = str_equal(rest, STR("pm")), am = str_equal(rest, STR("am"));
	bool h = str_equal(rest, STR("h")) || divider == 'h';
	if (count < 1 || count > 2 || (rest.length && !pm && !am && !h) ||
	    divider == '/' || divider == '-' || n[0] > 24 || n[1] > 59)
		return false;
	r->hour = pm && n[0] < 12 ? n[0] + 12 : n[0];
	r->minute = n[1];
	r->next = at + 1;
	/* These say so themselves; a lone figure needs "at" or "before". */
	r->clock = pm || am || h || (count == 2 && divider == ':');
	return true;
}

/* "5pm", "17.00 Uhr", "noon", "six o'clock"; after a day also "at 8", "8". */
static bool read_clock(const struct deadline_scan *s, uint32_t at, bool led,
                       struct deadline_reading *r)
{
	struct deadline_reading tried = *r;
	tried.clock = false;
	if (at >= s->words->count)
		return false;
	if (deadline_is(s, at, at, LEX_BIT(LEX_PART)) ||
	    (led && r->day && deadline_is(s, at, at, LEX_BIT(LEX_MORGEN)))) {
		tried.hour = deadline_is(s, at, at, LEX_BIT(LEX_PART))
		                     ? deadline_value(s, at, LEX_PART)
		                     : 9;
		tried.next = at + 1;
		tried.weak = !r->day;
	} else if (read_hour(s, at, &tried)) {
		if (deadline_is(s, at, tried.next, LEX_BIT(LEX_OCLOCK))) {
			int half = deadline_value(s, tried.next, LEX_OCLOCK);
			if (half == 2 && tried.hour < 12)
				tried.hour += 12;
			tried.clock = true;
			tried.next++;
		}
		/* "before 4 images are done" is no time. */
		uint32_t n = tried.next;
		bool closed = n >= s->words->count ||
		              s->words->list[n].sentence !=
		                      s->words->list[at].sentence ||
		              (s->words->list[n].flags & WORD_COMMA) ||
		              s->classes[n];
		if (!tried.clock && !(led && closed))
			return false;
	} else {
		return false;
	}
	if (tried.hour > 24)
		return false;
	tried.clock = true;
	*r = tried;
	return true;
}

/* Steps over "the", "next" and the like, at most two. */
static uint32_t skip_little(const struct deadline_scan *s, uint32_t at)
{
	uint32_t to = at;
	while (to < at + 2 &&
	       deadline_is(s, at, to, LEX_BIT(LEX_ON) | LEX_BIT(LEX_NEXT)) &&
	       !deadline_is(s, at, to, LEX_BIT(LEX_COUNT)))
		to++;
	return to;
}

/* "5", "five", "a"; false when there is no count. */
static bool read_count(const struct deadline_scan *s, uint32_t at,
                       int64_t *count_out)
{
	if (at >= s->words->count)
		return false;
	if (str_to_i64(s->words->list[at].fold, count_out))
		return *count_out > 0 && *count_out < 1000;
	if (!deadline_is(s, at, at, LEX_BIT(LEX_COUNT)))
		return false;
	*count_out = deadline_value(s, at, LEX_COUNT);
	return true;
}

/* "in 20 minutes", "within the hour", "in the next two working weeks". */
static bool read_stretch(const struct deadline_scan *s, uint32_t at,
                         struct deadline_reading *r)
{
	if (!at ||
	    !deadline_is(s, at, at - 1, LEX_BIT(LEX_IN) | LEX_BIT(LEX_NEXT)))
		return false;
	uint32_t to = skip_little(s, at);
	bool half = deadline_word_is(s, to, "half");
	to += half;
	int64_t count = 1;
	bool counted = read_count(s, to, &count);
	to += counted;
	for (int i = 0; i < 2 && counted; i++)
		to += deadline_is(s, at, to,
		                  LEX_BIT(LEX_BUSINESS) | LEX_BIT(LEX_ON)) ||
		      deadline_word_is(s, to, "more");
	if (!deadline_is(s, at, to, LEX_BIT(LEX_UNIT)))
		return false;
	int64_t unit = deadline_value(s, to, LEX_UNIT);
	if (!counted && unit > 60)
		return false;
	r->stretch = true;
	r->minutes = half ? count * unit / 2 : count * unit;
	r->hours = unit <= 60;
	r->next = to + 1;
	return true;
}

/* A day and a time in either order, or a stretch. */
bool deadline_read(const struct deadline_scan *s, uint32_t at, bool led,
                   struct deadline_reading *r)
{
	if (read_stretch(s, at, r))
		return true;
	if (read_day(s, at, r)) {
		for (int i = 0; i < 2; i++) {
			uint32_t to = r->next;
			bool joined =
				deadline_is(s, at, to,
			                    LEX_BIT(LEX_ON) | LEX_BIT(LEX_BY) |
			                            LEX_BIT(LEX_BEFORE));
			bool same = to < s->words->count &&
			            s->words->list[to].sentence ==
			                    s->words->list[at].sentence;
			if (!same || !read_clock(s, to + joined, true, r))
				break;
		}
		return true;
	}
	if (!read_clock(s, at, led, r))
		return false;
	r->hours = true;
	struct deadline_reading day = deadline_reading_none();
	uint32_t to = r->next;
	if (deadline_is(s, at, to, LEX_BIT(LEX_ON)))
		to++;
	if (to < s->words->count &&
	    s->words->list[to].sentence == s->words->list[at].sentence &&
	    read_day(s, to, &day) && !day.weak) {
		day.hour = r->hour;
		day.minute = r->minute;
		day.clock = true;
		*r = day;
	}
	return true;
}
