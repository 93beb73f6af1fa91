/*
 * The rule in the footer of a TZif file: a POSIX TZ string with the wider
 * times of RFC 8536 ("CET-1CEST,M3.5.0,M10.5.0/3"), which says how the clock
 * is set in all years after the file's last entry. A part of zone.c, which is
 * its only user.
 */
#ifndef BASE_ZONE_RULE_H
#define BASE_ZONE_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum zone_day {
	ZONE_DAY_NONE,
	ZONE_DAY_JULIAN,  /* "J60": 1 to 365, 29 February is never counted */
	ZONE_DAY_ORDINAL, /* "59": 0 to 365, 29 February counts */
	ZONE_DAY_MONTH,   /* "M3.5.0": month, week (5 is the last), weekday */
};

struct zone_change {
	enum zone_day kind;
	int day;      /* of JULIAN and ORDINAL */
	int month;    /* of MONTH, from 1 */
	int week;     /* of MONTH, 1 to 5 */
	int weekday;  /* of MONTH, 0 is Sunday */
	int32_t time; /* seconds of wall time after that day's midnight */
};

#define ZONE_NAME_SIZE 16

struct zone_rule {
	bool has_dst;
	int32_t offset;     /* seconds east of UTC */
	int32_t dst_offset; /* the same in summer */
	char name[ZONE_NAME_SIZE];
	char dst_name[ZONE_NAME_SIZE];
	struct zone_change begin; /* of summer, on the clock before it */
	struct zone_change end;
};

/* Seconds since 1970; `until` is exclusive. */
struct zone_rule_span {
	int64_t from;
	int64_t until;
	bool is_dst;
};

/* false, leaving *rule_out alone, unless all of `text` is a rule. */
bool zone_rule_parse(struct str text, struct zone_rule *rule_out);

/*
 * The stretch around `at` in which the rule changes nothing. It may end
 * without a change, never miss one.
 */
struct zone_rule_span zone_rule_span(const struct zone_rule *rule, int64_t at);

#endif
