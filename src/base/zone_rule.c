#include "base/zone_rule.h"

#include <string.h>

#include "base/instant.h"

#define DAY_SECONDS 86400

/* A cursor over the text; every step fails for good once one has. */
struct zone_text {
	struct str text;
	size_t at;
	bool failed;
};

static char zone_text_peek(const struct zone_text *t)
{
	return t->at < t->text.length ? t->text.text[t->at] : '\0';
}

static bool zone_text_take(struct zone_text *t, char c)
{
	if (t->failed || t->at >= t->text.length || zone_text_peek(t) != c)
		return false;
	t->at++;
	return true;
}

static int zone_text_number(struct zone_text *t, int low, int high)
{
	int value = 0, digits = 0;

	while (zone_text_peek(t) >= '0' && zone_text_peek(t) <= '9' &&
	       digits < 4) {
		value = value * 10 + (zone_text_peek(t) - '0');
		t->at++;
		digits++;
	}
	if (digits == 0 || value < low || value > high)
		t->failed = true;
	return t->failed ? low : value;
}

/* "CEST" or "<+0330>". */
static void zone_text_name(struct zone_text *t, char name_out[ZONE_NAME_SIZE])
{
	bool quoted = zone_text_take(t, '<');
	size_t start = t->at, length;

	for (;; t->at++) {
		char c = zone_text_peek(t);
		bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
		bool sign = (c >= '0' && c <= '9') || c == '+' || c == '-';

		if (!letter && !(quoted && sign))
			break;
	}
	length = t->at - start;
	if (length < 3 || length >= ZONE_NAME_SIZE ||
	    (quoted && !zone_text_take(t, '>'))) {
		t->failed = true;
		return;
	}
	memcpy(name_out, t->text.text + start, length);
	name_out[length] = '\0';
}

/* "-1", "3:30", "167:00:00" in seconds. */
static int32_t zone_text_time(struct zone_text *t, int hours_max)
{
	bool negative = zone_text_take(t, '-');
	int32_t seconds;

	if (!negative)
		zone_text_take(t, '+');
	seconds = 3600 * zone_text_number(t, 0, hours_max);
	if (zone_text_take(t, ':')) {
		seconds += 60 * zone_text_number(t, 0, 59);
		if (zone_text_take(t, ':'))
			seconds += zone_text_number(t, 0, 59);
	}
	return negative ? -seconds : seconds;
}

static struct zone_change zone_text_change(struct zone_text *t)
{
	struct zone_change change = {.time = 2 * 3600};

	if (!zone_text_take(t, ','))
		t->failed = true;
	if (zone_text_take(t, 'M')) {
		change.kind = ZONE_DAY_MONTH;
		change.month = zone_text_number(t, 1, 12);
		t->failed |= !zone_text_take(t, '.');
		change.week = zone_text_number(t, 1, 5);
		t->failed |= !zone_text_take(t, '.');
		change.weekday = zone_text_number(t, 0, 6);
	} else if (zone_text_take(t, 'J')) {
		change.kind = ZONE_DAY_JULIAN;
		change.day = zone_text_number(t, 1, 365);
	} else {
		change.kind = ZONE_DAY_ORDINAL;
		change.day = zone_text_number(t, 0, 365);
	}
	if (zone_text_take(t, '/'))
		change.time = zone_text_time(t, 167);
	return change;
}

bool zone_rule_parse(struct str text, struct zone_rule *rule_out)
{
	struct zone_text t = {.text = text};
	struct zone_rule rule = {0};

	zone_text_name(&t, rule.name);
	/* POSIX counts west of Greenwich as positive. */
	rule.offset = -zone_text_time(&t, 24);
	if (!t.failed && t.at < text.length) {
		rule.has_dst = true;
		zone_text_name(&t, rule.dst_name);
		rule.dst_offset = rule.offset + 3600;
		if (zone_text_peek(&t) != ',')
			rule.dst_offset = -zone_text_time(&t, 24);
		rule.begin = zone_text_change(&t);
		rule.end = zone_text_change(&t);
	}
	if (t.failed || t.at != text.length)
		return false;
	*rule_out = rule;
	return true;
}

/* Day number of a change in a year. */
static int64_t zone_change_day(const struct zone_change *change, int year)
{
	int64_t first = civil_days(year, 1, 1);
	bool leap = civil_days(year + 1, 1, 1) - first == 366;

	switch (change->kind) {
	case ZONE_DAY_JULIAN:
		return first + change->day - 1 + (leap && change->day >= 60);
	case ZONE_DAY_ORDINAL:
		return first + change->day;
	case ZONE_DAY_NONE:
	case ZONE_DAY_MONTH:
		break;
	}

	int64_t month = civil_days(year, change->month, 1);
	int64_t next = change->month == 12
	                       ? civil_days(year + 1, 1, 1)
	                       : civil_days(year, change->month + 1, 1);
	/* civil_weekday() counts from Monday, the rule from Sunday. */
	int weekday = (civil_weekday(month) + 1) % 7;
	int64_t day = month + (change->weekday - weekday + 7) % 7 +
	              7 * (change->week - 1);

	return day < next ? day : day - 7;
}

struct zone_event {
	int64_t at;
	bool to_dst;
};

/*
 * The changes of three years in order of time. Of two at one instant the one
 * of the later year comes last and wins: that is how a rule says "summer all
 * year round" (RFC 8536, 3.3.1).
 */
static void zone_rule_events(const struct zone_rule *rule, int year,
                             struct zone_event events_out[6])
{
	size_t count = 0;

	for (int i = 0; i < 3; i++) {
		int y = year - 1 + i;
		struct zone_event both[2] = {
			{zone_change_day(&rule->begin, y) * DAY_SECONDS +
		                 rule->begin.time - rule->offset,
		         true},
			{zone_change_day(&rule->end, y) * DAY_SECONDS +
		                 rule->end.time - rule->dst_offset,
		         false},
		};

		for (size_t j = 0; j < 2; j++) {
			size_t place = count++;

			for (; place > 0; place--) {
				if (events_out[place - 1].at <= both[j].at)
					break;
				events_out[place] = events_out[place - 1];
			}
			events_out[place] = both[j];
		}
	}
}

struct zone_rule_span zone_rule_span(const struct zone_rule *rule, int64_t at)
{
	struct zone_event events[6] = {0};
	struct zone_rule_span span = {INT64_MIN, INT64_MAX, false};
	int64_t wall = at + rule->offset;
	int64_t days = wall / DAY_SECONDS - (wall % DAY_SECONDS < 0);
	int year, month, day;

	if (!rule->has_dst)
		return span;
	civil_from_days(days, &year, &month, &day);
	zone_rule_events(rule, year, events);
	span.from = civil_days(year - 1, 1, 1) * DAY_SECONDS;
	span.until = civil_days(year + 2, 1, 1) * DAY_SECONDS;
	span.is_dst = !events[0].to_dst;
	for (size_t i = 0; i < 6; i++) {
		if (events[i].at > at) {
			span.until = events[i].at;
			break;
		}
		span.from = events[i].at;
		span.is_dst = events[i].to_dst;
	}
	return span;
}
