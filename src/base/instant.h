/*
 * Points and stretches of time. An instant is milliseconds since 1970 UTC, for
 * people and promises; it is always handed in, never read here. Civil dates
 * are proleptic Gregorian.
 */
#ifndef BASE_INSTANT_H
#define BASE_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

typedef int64_t instant_ms; /* 0 means "never" in records */
typedef int64_t span_ms;

#define SPAN_SECOND ((span_ms)1000)
#define SPAN_MINUTE (60 * SPAN_SECOND)
#define SPAN_HOUR   (60 * SPAN_MINUTE)
#define SPAN_DAY    (24 * SPAN_HOUR)

/* A date on the wall; month and day from 1. */
struct civil {
	int year, month, day;
	int hour, minute, second, millisecond;
};

/* Days since 1970-01-01 of a date, and back. */
int64_t civil_days(int year, int month, int day);
void civil_from_days(int64_t days, int *year_out, int *month_out, int *day_out);
/* Weekday of a day number: 0 is Monday, 6 is Sunday. */
int civil_weekday(int64_t days);
/* As if the wall were UTC; zones are in base/zone.h. */
instant_ms civil_to_utc(const struct civil *civil);
struct civil civil_from_utc(instant_ms at);

/*
 * RFC 3339: "2026-11-10T09:00:00.250+01:00" or "...Z". Seconds may be left
 * out of neither. false leaves the out parameter alone.
 */
bool instant_parse(struct str text, instant_ms *at_out);
#define INSTANT_TEXT_SIZE 32
/* "2026-11-10T08:00:00Z", with ".250" only when there are milliseconds. */
void instant_print(instant_ms at, char text_out[INSTANT_TEXT_SIZE]);

#endif
