#include "mail/date.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
static const struct {
	const char *prefix;
	int month;
} date_months[] = {
	{"jan", 1}, {"ene", 1}, {"gen", 1}, {"sty", 1}, {"j\xc3\xa4n", 1},
	{"feb", 2}, {"f\xc3\xa9v", 2}, {"fev", 2}, {"lut", 2},
	{"mar", 3}, {"m\xc3\xa4r", 3}, {"mrz", 3}, {"maa", 3}, {"mrt", 3},
	{"apr", 4}, {"avr", 4}, {"abr", 4}, {"kwi", 4},
	{"may", 5}, {"mai", 5}, {"maj", 5}, {"mei", 5}, {"mag", 5},
	{"jun", 6}, {"juin", 6}, {"giu", 6}, {"cze", 6},
	{"jul", 7}, {"juil", 7}, {"lug", 7}, {"lip", 7},
	{"aug", 8}, {"ao\xc3\xbb", 8}, {"ago", 8}, {"sie", 8}, {"aou", 8},
	{"sep", 9}, {"set", 9}, {"wrz", 9},
	{"oct", 10}, {"okt", 10}, {"out", 10}, {"ott", 10}, {"pa\xc5\xba", 10},
	{"nov", 11}, {"lis", 11},
	{"dec", 12}, {"dez", 12}, {"d\xc3\xa9" "c", 12}, {"dic", 12}, {"des", 12}, {"gru", 12},
};

static const struct {
	const char *name;
	int minutes;
} date_zones[] = {
	{"ut", 0}, {"utc", 0}, {"gmt", 0}, {"z", 0},
	{"est", -300}, {"edt", -240}, {"cst", -360}, {"cdt", -300}, {"mst", -420}, {"mdt", -360}, {"pst", -480}, {"pdt", -420},
	{"wet", 0}, {"west", 60}, {"bst", 60}, {"cet", 60}, {"cest", 120}, {"met", 60}, {"mest", 120}, {"mez", 60}, {"mesz", 120},
	{"eet", 120}, {"eest", 180}, {"msk", 180}, {"jst", 540}, {"kst", 540},
	{"hkt", 480}, {"sgt", 480}, {"aest", 600}, {"aedt", 660}, {"nzst", 720}, {"nzdt", 780},
};
/* clang-format on */

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const char date_days[] = "MonTueWedThuFriSatSun";
static const char date_names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

int mail_date_month(struct str word)
{
	/* Longer prefixes of one letter run first: "juin" before "jun". */
	int month = 0;
	size_t longest = 0;

	for (size_t i = 0; i < COUNT(date_months); i++) {
		struct str prefix = str_of(date_months[i].prefix);

		if (prefix.length > longest &&
		    str_starts_nocase(word, prefix)) {
			longest = prefix.length;
			month = date_months[i].month;
		}
	}
	return month;
}

struct date_state {
	struct civil civil;
	int zone;
	bool has_day, has_month, has_year, has_time, has_zone, is_pm, is_am;
};

static bool date_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Up to `max` digits from *at. */
static int date_number(struct str text, size_t *at, size_t max)
{
	int value = 0;

	for (size_t n = 0;
	     n < max && *at < text.length && date_digit(text.text[*at]);
	     n++, (*at)++)
		value = value * 10 + (text.text[*at] - '0');
	return value;
}

/* "09:55:06", "9:55", "09.55.06" from after the hour's digits. */
static size_t date_time(struct date_state *state, struct str text, size_t at,
                        int hour)
{
	state->civil.hour = hour;
	at++;
	state->civil.minute = date_number(text, &at, 2);
	if (at + 1 < text.length &&
	    (text.text[at] == ':' || text.text[at] == '.') &&
	    date_digit(text.text[at + 1])) {
		at++;
		state->civil.second = date_number(text, &at, 2);
		if (state->civil.second == 60)
			state->civil.second = 59; /* a leap second */
		if (at < text.length && text.text[at] == '.') {
			at++;
			while (at < text.length && date_digit(text.text[at]))
				at++;
		}
	}
	state->has_time = true;
	return at;
}

static size_t date_zone(struct date_state *state, struct str text, size_t at)
{
	int sign = text.text[at] == '-' ? -1 : 1;
	size_t start = ++at;
	int value = date_number(text, &at, 4);
	size_t digits = at - start;

	if (digits <= 2) {
		int minutes = 0;

		if (at < text.length && text.text[at] == ':') {
			at++;
			minutes = date_number(text, &at, 2);
		}
		value = value * 100 + minutes;
	}
	if (digits > 0 && value / 100 <= 15 && value % 100 < 60) {
		state->zone = sign * (value / 100 * 60 + value % 100);
		state->has_zone = true;
	}
	return at;
}

static void date_year(struct date_state *state, int value, size_t digits)
{
	if (digits <= 2)
		value += value < 50 ? 2000 : 1900;
	else if (digits == 3)
		value += 1900;
	state->civil.year = value;
	state->has_year = true;
}

static size_t date_digits(struct date_state *state, struct str text, size_t at)
{
	size_t start = at;
	int value = date_number(text, &at, 4);
	size_t digits = at - start;
	char next = at < text.length ? text.text[at] : ' ';
	bool digit_follows =
		at + 1 < text.length && date_digit(text.text[at + 1]);

	if (digits <= 2 && !state->has_time && digit_follows &&
	    (next == ':' || (next == '.' && state->has_year)))
		return date_time(state, text, at, value);
	if (digits == 4 && (next == '-' || next == '/') && digit_follows &&
	    !state->has_month) {
		/* An ISO date. */
		date_year(state, value, digits);
		at++;
		state->civil.month = date_number(text, &at, 2);
		state->has_month = true;
		if (at + 1 < text.length && date_digit(text.text[at + 1])) {
			at++;
			state->civil.day = date_number(text, &at, 2);
			state->has_day = true;
		}
		return at;
	}
	if (!state->has_day && digits <= 2 && next == '.' && digit_follows) {
		/* 10.11.2026, the German way. */
		state->civil.day = value;
		at++;
		state->civil.month = date_number(text, &at, 2);
		state->has_day = state->has_month = true;
		return at < text.length ? at + 1 : at;
	}
	if (!state->has_day && digits <= 2) {
		state->civil.day = value;
		state->has_day = true;
		if (next == '/' && digit_follows) {
			/* 01/12/2010 cannot be told apart: month first. */
			state->civil.month = value;
			at++;
			state->civil.day = date_number(text, &at, 2);
			state->has_month = true;
		}
		return at;
	}
	if (!state->has_year)
		date_year(state, value, digits);
	return at;
}

static size_t date_word(struct date_state *state, struct str text, size_t at)
{
	size_t start = at;
	struct str word;
	int month;

	while (at < text.length && ((unsigned char)text.text[at] >= 0x80 ||
	                            (text.text[at] | 0x20) >= 'a'))
		at++;
	if (at == start)
		return at + 1;
	word = str_sub(text, start, at);
	if (str_equal_nocase(word, STR("pm")))
		state->is_pm = true;
	if (str_equal_nocase(word, STR("am")))
		state->is_am = true;
	for (size_t i = 0; i < COUNT(date_zones); i++) {
		if (state->has_time && !state->has_zone &&
		    str_equal_nocase(word, str_of(date_zones[i].name))) {
			state->zone = date_zones[i].minutes;
			state->has_zone = true;
			return at;
		}
	}
	month = mail_date_month(word);
	/* "Mar" is also Tuesday in Spanish; the last word before wins. */
	if (month > 0 && (!state->has_month || !state->has_year)) {
		state->civil.month = month;
		state->has_month = true;
	}
	return at;
}

bool mail_date_parse(struct str text, instant_ms *at_out)
{
	struct date_state state = {0};
	size_t at = 0;

	text = str_sub(text, 0, text.length < 200 ? text.length : 200);
	while (at < text.length) {
		char c = text.text[at];

		if (c == '(')
			break; /* only comments follow */
		if (date_digit(c))
			at = date_digits(&state, text, at);
		else if ((c == '+' || c == '-') && state.has_time)
			at = date_zone(&state, text, at);
		else
			at = date_word(&state, text, at);
	}
	if (state.is_pm && state.civil.hour < 12)
		state.civil.hour += 12;
	if (state.is_am && state.civil.hour == 12)
		state.civil.hour = 0;
	if (!state.has_day || !state.has_month || !state.has_year ||
	    state.civil.day < 1 || state.civil.day > 31 ||
	    state.civil.month < 1 || state.civil.month > 12 ||
	    state.civil.year < 1900 || state.civil.hour > 23 ||
	    state.civil.minute > 59 || state.civil.second > 59)
		return false;
	*at_out = civil_to_utc(&state.civil) - state.zone * SPAN_MINUTE;
	return true;
}

void mail_date_print(instant_ms at, int zone_minutes,
                     char text_out[MAIL_DATE_SIZE])
{
	struct civil civil = civil_from_utc(at + zone_minutes * SPAN_MINUTE);
	int weekday =
		civil_weekday(civil_days(civil.year, civil.month, civil.day));
	int zone = abs(zone_minutes);

	snprintf(text_out, MAIL_DATE_SIZE,
	         "%.3s, %d %.3s %04d %02d:%02d:%02d %c%02d%02d",
	         date_days + weekday * 3, civil.day,
	         date_names + (civil.month - 1) * 3, civil.year, civil.hour,
	         civil.minute, civil.second, zone_minutes < 0 ? '-' : '+',
	         zone / 60 % 100, zone % 60);
}
