/*
 * What agents' tools take and give: views, jobs over many threads, moments.
 */
#include "base/limits.h"
#include "core/moment.h"
#include "web/shapes.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define SHAPE(symbol, fields)                                                  \
	const struct shape symbol = {#symbol, fields, COUNT(fields), NULL}
#define PART(symbol, fields)                                                   \
	static const struct shape symbol = {#symbol, fields, COUNT(fields),    \
	                                    NULL}

/* clang-format off */
#define R FIELD_REQUIRED
#define N FIELD_NULL
#define L FIELD_LINES

static const struct shape_field snooze[] = {
	{.name = "until_at", .kind = FIELD_AT,   .flags = R | N},
	{.name = "note",     .kind = FIELD_TEXT, .flags = N, .max = LIMIT_SUBJECT_BYTES},
};
SHAPE(shape_snooze, snooze);

static const struct shape_field moments_query[] = {
	{.name = "text", .kind = FIELD_TEXT, .max = MOMENT_TEXT_BYTES},
	{.name = "for",  .kind = FIELD_ID},
};
SHAPE(shape_moments_query, moments_query);

static const struct shape_field moment[] = {
	{.name = "at",    .kind = FIELD_AT,   .flags = R},
	{.name = "label", .kind = FIELD_TEXT, .flags = R},
};
PART(shape_moment, moment);
static const struct shape_field moment_item = {.kind = FIELD_OBJECT, .shape = &shape_moment};
static const struct shape_field moments[] = {
	{.name = "moments", .kind = FIELD_LIST, .flags = R, .item = &moment_item},
};
SHAPE(shape_moments, moments);
/* clang-format on */
