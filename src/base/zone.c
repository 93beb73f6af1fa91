#include "base/zone.h"

#include <assert.h>
#include <string.h>

#include "base/limits.h"
#include "base/zone_rule.h"

#define ZONE_HEADER_BYTES 44
#define ZONE_TYPE_BYTES   6

/* RFC 8536, 3.2: no clock is further from UTC than this, in seconds. */
#define ZONE_OFFSET_LOW  (-89999)
#define ZONE_OFFSET_HIGH 93599
/* So any wall time is within this of the instant that shows it. */
#define ZONE_REACH (26 * SPAN_HOUR)

struct zone_type {
	int32_t offset; /* seconds */
	bool is_dst;
	const char *abbreviation;
};

/*
 * Before the first change the first type holds, after the last one the rule,
 * if there is one.
 */
struct zone {
	struct str name;
	const int64_t *changes; /* seconds since 1970, ascending */
	const uint8_t *types_after;
	size_t change_count;
	const struct zone_type *types;
	bool has_rule;
	struct zone_rule rule;
};

/* One data block of the file; sizes are known to fit once it is set. */
struct zone_block {
	const unsigned char *data;
	size_t time_bytes; /* 4 in version 1, 8 in later ones */
	size_t change_count;
	size_t type_count;
	size_t name_bytes;
	size_t leap_count;
	size_t length;
};

static uint32_t zone_read_u32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static int32_t zone_read_i32(const unsigned char *p)
{
	uint32_t bits = zone_read_u32(p);

	return bits <= INT32_MAX ? (int32_t)bits
	                         : (int32_t)(bits - UINT32_MAX - 1u);
}

static int64_t zone_read_time(const struct zone_block *block, size_t i)
{
	const unsigned char *p = block->data + i * block->time_bytes;

	if (block->time_bytes == 4)
		return zone_read_i32(p);
	return (int64_t)zone_read_i32(p) * ((int64_t)1 << 32) +
	       zone_read_u32(p + 4);
}

/* Reads a header at the start of `bytes`; false if it or its data is cut. */
static bool zone_block_read(struct str bytes, size_t time_bytes,
                            struct zone_block *block_out)
{
	const unsigned char *p = (const unsigned char *)bytes.text;
	uint64_t counts[6], length;

	if (bytes.length < ZONE_HEADER_BYTES || memcmp(p, "TZif", 4) != 0)
		return false;
	for (size_t i = 0; i < 6; i++)
		counts[i] = zone_read_u32(p + 20 + 4 * i);

	uint64_t ut = counts[0], std = counts[1], leap = counts[2];
	uint64_t changes = counts[3], types = counts[4], names = counts[5];

	length = changes * (time_bytes + 1) + types * ZONE_TYPE_BYTES + names +
	         leap * (time_bytes + 4) + std + ut;
	if (length > bytes.length - ZONE_HEADER_BYTES)
		return false;
	*block_out = (struct zone_block){
		.data = p + ZONE_HEADER_BYTES,
		.time_bytes = time_bytes,
		.change_count = (size_t)changes,
		.type_count = (size_t)types,
		.name_bytes = (size_t)names,
		.leap_count = (size_t)leap,
		.length = (size_t)length,
	};
	return true;
}

static enum status zone_bad(struct problem *problem_out, const char *why)
{
	return problem_set(problem_out, ST_INVALID, "zone",
	                   "This is not a usable zone file: %s.", why);
}

/* The types and their names; false when one points outside. */
static bool zone_read_types(struct arena *arena, const struct zone_block *block,
                            struct zone *zone)
{
	const unsigned char *p =
		block->data + block->change_count * (block->time_bytes + 1);
	const unsigned char *names = p + block->type_count * ZONE_TYPE_BYTES;
	struct zone_type *types =
		arena_array(arena, block->type_count, sizeof(*types));

	for (size_t i = 0; i < block->type_count; i++, p += ZONE_TYPE_BYTES) {
		struct str name;

		types[i].offset = zone_read_i32(p);
		types[i].is_dst = p[4] != 0;
		if (types[i].offset < ZONE_OFFSET_LOW ||
		    types[i].offset > ZONE_OFFSET_HIGH ||
		    p[5] >= block->name_bytes)
			return false;
		name = (struct str){(const char *)names + p[5],
		                    block->name_bytes - p[5]};
		name.length = str_find_char(name, '\0', 0);
		types[i].abbreviation = str_cstr(arena, name);
	}
	zone->types = types;
	return true;
}

static bool zone_read_changes(struct arena *arena,
                              const struct zone_block *block, struct zone *zone)
{
	size_t count = block->change_count;
	int64_t *changes = arena_array(arena, count, sizeof(*changes));
	uint8_t *types_after = arena_array(arena, count, 1);
	const unsigned char *indexes = block->data + count * block->time_bytes;

	for (size_t i = 0; i < count; i++) {
		changes[i] = zone_read_time(block, i);
		types_after[i] = indexes[i];
		if (indexes[i] >= block->type_count ||
		    (i > 0 && changes[i] <= changes[i - 1]))
			return false;
	}
	zone->changes = changes;
	zone->types_after = types_after;
	zone->change_count = count;
	return true;
}

/* "\nCET-1CEST,M3.5.0,M10.5.0/3\n"; an empty line means no rule. */
static bool zone_read_footer(struct str footer, struct zone *zone)
{
	struct str text;
	size_t end;

	if (!str_starts(footer, STR("\n")))
		return false;
	end = str_find_char(footer, '\n', 1);
	if (end == footer.length)
		return false;
	text = str_sub(footer, 1, end);
	if (text.length == 0)
		return true;
	zone->has_rule = zone_rule_parse(text, &zone->rule);
	return zone->has_rule;
}

enum status zone_parse(struct arena *arena, struct str name, struct str bytes,
                       const struct zone **zone_out,
                       struct problem *problem_out)
{
	struct zone *zone = arena_alloc(arena, sizeof(*zone));
	struct zone_block block;
	struct str rest;

	if (bytes.length > LIMIT_ZONE_BYTES)
		return zone_bad(problem_out, "it is too long");
	if (!zone_block_read(bytes, 4, &block))
		return zone_bad(problem_out, "its header is damaged");
	rest = str_sub(bytes, ZONE_HEADER_BYTES + block.length, bytes.length);
	if (bytes.text[4] != '\0') {
		/* Version 1 data are for old readers; the real ones follow. */
		if (!zone_block_read(rest, 8, &block))
			return zone_bad(problem_out, "its second header is "
			                             "damaged");
		rest = str_sub(rest, ZONE_HEADER_BYTES + block.length,
		               rest.length);
		if (!zone_read_footer(rest, zone))
			return zone_bad(problem_out, "its last line is not a "
			                             "rule");
	}
	if (block.leap_count > 0)
		return zone_bad(problem_out, "it counts leap seconds");
	if (block.type_count == 0 || block.type_count > 256 ||
	    block.change_count > LIMIT_ZONE_TRANSITIONS)
		return zone_bad(problem_out, "it has too many or too few "
		                             "entries");
	if (!zone_read_types(arena, &block, zone) ||
	    !zone_read_changes(arena, &block, zone))
		return zone_bad(problem_out, "an entry is out of range");
	zone->name = str_copy(arena, name);
	*zone_out = zone;
	return ST_OK;
}

const struct zone *zone_utc(void)
{
	static const struct zone_type type = {0, false, "UTC"};
	static const struct zone utc = {.name = {"UTC", 3}, .types = &type};

	return &utc;
}

struct str zone_name(const struct zone *zone)
{
	return zone->name;
}

/* Seconds to an instant; what is out of reach is for ever. */
static instant_ms zone_instant(int64_t seconds)
{
	if (seconds >= ZONE_FOREVER / SPAN_SECOND)
		return ZONE_FOREVER;
	if (seconds <= -ZONE_FOREVER / SPAN_SECOND)
		return -ZONE_FOREVER;
	return seconds * SPAN_SECOND;
}

/* How many changes are at or before `at`. */
static size_t zone_changes_before(const struct zone *zone, int64_t at)
{
	size_t low = 0, high = zone->change_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (zone->changes[middle] <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct zone_span zone_span_at(const struct zone *zone, instant_ms at)
{
	int64_t seconds = at / SPAN_SECOND - (at % SPAN_SECOND < 0);
	size_t passed = zone_changes_before(zone, seconds);
	int64_t from = passed > 0 ? zone->changes[passed - 1] : INT64_MIN;
	int64_t until =
		passed < zone->change_count ? zone->changes[passed] : INT64_MAX;

	assert(at >= -ZONE_FOREVER && at <= ZONE_FOREVER);
	if (passed < zone->change_count || !zone->has_rule) {
		size_t index = passed > 0 ? zone->types_after[passed - 1] : 0;
		const struct zone_type *type = &zone->types[index];

		return (struct zone_span){zone_instant(from),
		                          zone_instant(until),
		                          type->offset * SPAN_SECOND,
		                          type->is_dst, type->abbreviation};
	}

	const struct zone_rule *rule = &zone->rule;
	struct zone_rule_span span = zone_rule_span(rule, seconds);
	int32_t offset = span.is_dst ? rule->dst_offset : rule->offset;

	return (struct zone_span){
		zone_instant(span.from > from ? span.from : from),
		zone_instant(span.until), offset * SPAN_SECOND, span.is_dst,
		span.is_dst ? rule->dst_name : rule->name};
}

span_ms zone_offset_at(const struct zone *zone, instant_ms at)
{
	return zone_span_at(zone, at).offset;
}

struct civil zone_civil(const struct zone *zone, instant_ms at)
{
	return civil_from_utc(at + zone_offset_at(zone, at));
}

/*
 * The earliest instant at which the clock shows `wall` or later. It begins
 * where no clock in the world can show that yet.
 */
static instant_ms zone_first(const struct zone *zone, instant_ms wall)
{
	struct zone_span span = zone_span_at(zone, wall - ZONE_REACH);

	for (;;) {
		instant_ms at = wall - span.offset;

		if (at < span.from)
			at = span.from; /* the clock skipped it */
		if (at < span.until)
			return at;
		span = zone_span_at(zone, span.until);
	}
}

static instant_ms zone_second(const struct zone *zone, instant_ms wall)
{
	instant_ms found = zone_first(zone, wall);
	struct zone_span span = zone_span_at(zone, found);

	while (span.until <= wall + ZONE_REACH) {
		span = zone_span_at(zone, span.until);
		if (wall - span.offset >= span.from &&
		    wall - span.offset < span.until)
			found = wall - span.offset;
	}
	return found;
}

instant_ms zone_to_utc(const struct zone *zone, const struct civil *civil,
                       enum zone_choice choice)
{
	instant_ms wall = civil_to_utc(civil);

	switch (choice) {
	case ZONE_FIRST:
		return zone_first(zone, wall);
	case ZONE_SECOND:
		return zone_second(zone, wall);
	}
	assert(false);
	return wall;
}
