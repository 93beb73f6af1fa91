#include "base/instant.h"

#include <stdio.h>

/* Days and dates by the era method: 400 years are 146,097 days. */
int64_t civil_days(int year, int month, int day)
{
	int64_t y = month <= 2 ? (int64_t)year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t month_from_march = (month + 9) % 12;
	int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 -
	                     year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

void civil_from_days(int64_t days, int *year_out, int *month_out, int *day_out)
{
	int64_t shifted = days + 719468;
	int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int64_t day_of_era = shifted - era * 146097;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 +
	                       day_of_era / 36524 - day_of_era / 146096) /
	                      365;
	int64_t day_of_year =
		day_of_era -
		(365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month_from_march = (5 * day_of_year + 2) / 153;
	int month = (int)(month_from_march < 10 ? month_from_march + 3
	                                        : month_from_march - 9);

	*day_out = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
	*month_out = month;
	*year_out = (int)(year_of_era + era * 400 + (month <= 2));
}

int civil_weekday(int64_t days)
{
	/* 1970-01-01 was a Thursday. */
	int64_t weekday = (days + 3) % 7;

	return (int)(weekday < 0 ? weekday + 7 : weekday);
}

instant_ms civil_to_utc(const struct civil *civil)
{
	int64_t days = civil_days(civil->year, civil->month, civil->day);

	return days * SPAN_DAY + civil->hour * SPAN_HOUR +
	       civil->minute * SPAN_MINUTE + civil->second * SPAN_SECOND +
	       civil->millisecond;
}

struct civil civil_from_utc(instant_ms at)
{
	int64_t days = at / SPAN_DAY;
	int64_t rest = at % SPAN_DAY;
	struct civil civil;

	if (rest < 0) {
		rest += SPAN_DAY;
		days--;
	}
	civil_from_days(days, &civil.year, &civil.month, &civil.day);
	civil.hour = (int)(rest / SPAN_HOUR);
	civil.minute = (int)(rest / SPAN_MINUTE % 60);
	civil.second = (int)(rest / SPAN_SECOND % 60);
	civil.millisecond = (int)(rest % SPAN_SECOND);
	return civil;
}

/* Exactly `digits` digits at `*at`, which moves past them. */
static bool instant_digits(struct str text, size_t *at, int digits,
                           int *value_out)
{
	int value = 0;

	for (int i = 0; i < digits; i++, (*at)++) {
		if (*at >= text.length || text.text[*at] < '0' ||
		    text.text[*at] > '9')
			return false;
		value = value * 10 + (text.text[*at] - '0');
	}
	*value_out = value;
	return true;
}

static bool instant_char(struct str text, size_t *at, const char *any)
{
	if (*at >= text.length)
		return false;
	for (; *any; any++) {
		if (text.text[*at] == *any) {
			(*at)++;
			return true;
		}
	}
	return false;
}

/* ".123456": milliseconds are kept, the rest is dropped. */
static bool instant_fraction(struct str text, size_t *at, int *ms_out)
{
	int ms = 0, digits = 0;

	for (; *at < text.length && text.text[*at] >= '0' &&
	       text.text[*at] <= '9';
	     (*at)++, digits++) {
		if (digits < 3)
			ms = ms * 10 + (text.text[*at] - '0');
	}
	for (int i = digits; i < 3; i++)
		ms *= 10;
	*ms_out = ms;
	return digits > 0;
}

static bool instant_offset(struct str text, size_t *at, span_ms *offset_out)
{
	int hours, minutes;
	bool west;

	if (instant_char(text, at, "Zz")) {
		*offset_out = 0;
		return true;
	}
	west = *at < text.length && text.text[*at] == '-';
	if (!instant_char(text, at, "+-") ||
	    !instant_digits(text, at, 2, &hours) ||
	    !instant_char(text, at, ":") ||
	    !instant_digits(text, at, 2, &minutes) || hours > 23 ||
	    minutes > 59)
		return false;
	*offset_out = hours * SPAN_HOUR + minutes * SPAN_MINUTE;
	if (west)
		*offset_out = -*offset_out;
	return true;
}

static bool civil_valid(const struct civil *c)
{
	static const int days[] = {31, 29, 31, 30, 31, 30,
	                           31, 31, 30, 31, 30, 31};
	bool leap =
		(c->year % 4 == 0 && c->year % 100 != 0) || c->year % 400 == 0;

	if (c->month < 1 || c->month > 12 || c->day < 1 ||
	    c->day > days[c->month - 1])
		return false;
	if (c->month == 2 && c->day == 29 && !leap)
		return false;
	/* RFC 3339 admits a leap second; it counts as the next second. */
	return c->hour <= 23 && c->minute <= 59 && c->second <= 60;
}

bool instant_parse(struct str text, instant_ms *at_out)
{
	struct civil c = {0};
	size_t at = 0;
	span_ms offset;

	if (!instant_digits(text, &at, 4, &c.year) ||
	    !instant_char(text, &at, "-") ||
	    !instant_digits(text, &at, 2, &c.month) ||
	    !instant_char(text, &at, "-") ||
	    !instant_digits(text, &at, 2, &c.day) ||
	    !instant_char(text, &at, "Tt ") ||
	    !instant_digits(text, &at, 2, &c.hour) ||
	    !instant_char(text, &at, ":") ||
	    !instant_digits(text, &at, 2, &c.minute) ||
	    !instant_char(text, &at, ":") ||
	    !instant_digits(text, &at, 2, &c.second))
		return false;
	if (instant_char(text, &at, ".") &&
	    !instant_fraction(text, &at, &c.millisecond))
		return false;
	if (!instant_offset(text, &at, &offset) || at != text.length ||
	    !civil_valid(&c))
		return false;
	*at_out = civil_to_utc(&c) - offset;
	return true;
}

void instant_print(instant_ms at, char text_out[INSTANT_TEXT_SIZE])
{
	struct civil c = civil_from_utc(at);
	char fraction[8] = "";

	if (c.millisecond != 0)
		snprintf(fraction, sizeof(fraction), ".%03u",
		         (unsigned)c.millisecond % 1000u);
	snprintf(text_out, INSTANT_TEXT_SIZE,
	         "%04d-%02u-%02uT%02u:%02u:%02u%sZ", c.year % 10000,
	         (unsigned)c.month % 100u, (unsigned)c.day % 100u,
	         (unsigned)c.hour % 100u, (unsigned)c.minute % 100u,
	         (unsigned)c.second % 100u, fraction);
}
