/*
 * Shapes of brands, of who is on a thread, and of who is not to be written to.
 */
#include "base/limits.h"
#include "web/shape/shapes.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define SHAPE(symbol, fields)                                                  \
	const struct shape symbol = {#symbol, fields, COUNT(fields), NULL}
#define PART(symbol, fields)                                                   \
	static const struct shape symbol = {#symbol, fields, COUNT(fields),    \
	                                    NULL}

/* clang-format off */
#define R  FIELD_REQUIRED
#define RF (FIELD_REQUIRED | FIELD_FILLED)
#define RN (FIELD_REQUIRED | FIELD_NULL)
#define N  FIELD_NULL
#define L  FIELD_LINES

static const char *const participant_roles[] = {"client", "cc", "vendor", "other_client", "agency", "removed", NULL};

static const struct shape_field time_text = {.kind = FIELD_TEXT, .max = 5};
static const struct shape_field interval = {.kind = FIELD_LIST, .item = &time_text, .max = 2};
static const struct shape_field day_hours = {.kind = FIELD_LIST, .item = &interval, .max = 24};
static const struct shape_field date_text = {.kind = FIELD_TEXT, .max = 10};
static const struct shape_field hours[] = {
	{.name = "zone",     .kind = FIELD_TEXT, .flags = RF, .max = 64},
	{.name = "week",     .kind = FIELD_MAP,  .flags = R, .item = &day_hours, .max = 7},
	{.name = "days",     .kind = FIELD_MAP,  .item = &day_hours, .max = 1000},
	{.name = "holidays", .kind = FIELD_LIST, .item = &date_text, .max = 1000},
};
PART(shape_brand_hours, hours);

#define BRAND_FIELDS(name_flags) \
	{.name = "name",      .kind = FIELD_TEXT,   .flags = name_flags, .max = LIMIT_NAME_BYTES}, \
	{.name = "from_name", .kind = FIELD_TEXT,   .max = LIMIT_NAME_BYTES}, \
	{.name = "signature", .kind = FIELD_TEXT,   .flags = L, .max = 4000}, \
	{.name = "footer",    .kind = FIELD_TEXT,   .flags = L, .max = 2000}, \
	{.name = "colour",    .kind = FIELD_TEXT,   .flags = N, .max = 7}, \
	{.name = "calendar",  .kind = FIELD_OBJECT, .flags = N, .shape = &shape_brand_hours}, \
	{.name = "position",  .kind = FIELD_INT}, \
	{.name = "active",    .kind = FIELD_BOOL}

static const struct shape_field brand_new[] = {BRAND_FIELDS(RF)};
SHAPE(shape_brand_new, brand_new);
static const struct shape_field brand_patch[] = {BRAND_FIELDS(FIELD_FILLED)};
SHAPE(shape_brand_patch, brand_patch);

static const struct shape_field brand[] = {
	{.name = "id",        .kind = FIELD_ID,     .flags = R},
	{.name = "name",      .kind = FIELD_TEXT,   .flags = R},
	{.name = "shared",    .kind = FIELD_TEXT,   .flags = R},
	{.name = "owner",     .kind = FIELD_ID,     .flags = N},
	{.name = "from_name", .kind = FIELD_TEXT,   .flags = R},
	{.name = "signature", .kind = FIELD_TEXT,   .flags = R | L},
	{.name = "footer",    .kind = FIELD_TEXT,   .flags = R | L},
	{.name = "colour",    .kind = FIELD_TEXT,   .flags = RN},
	{.name = "calendar",  .kind = FIELD_OBJECT, .flags = RN, .shape = &shape_brand_hours},
	{.name = "position",  .kind = FIELD_INT,    .flags = R},
	{.name = "active",    .kind = FIELD_BOOL,   .flags = R},
};
PART(shape_brand, brand);
static const struct shape_field brand_item = {.kind = FIELD_OBJECT, .shape = &shape_brand};

static const struct shape_field brands[] = {
	{.name = "seq",    .kind = FIELD_INT,  .flags = R},
	{.name = "brands", .kind = FIELD_LIST, .flags = R, .item = &brand_item},
};
SHAPE(shape_brands, brands);
static const struct shape_field brand_answer[] = {
	{.name = "seq",   .kind = FIELD_INT,    .flags = R},
	{.name = "brand", .kind = FIELD_OBJECT, .flags = R, .shape = &shape_brand},
};
SHAPE(shape_brand_answer, brand_answer);

static const struct shape_field participant_patch[] = {
	{.name = "role", .kind = FIELD_WORD, .flags = R, .words = participant_roles},
};
SHAPE(shape_participant_patch, participant_patch);

static const struct shape_field person[] = {
	{.name = "contact",    .kind = FIELD_ID,   .flags = RN},
	{.name = "name",       .kind = FIELD_TEXT, .flags = R},
	{.name = "address",    .kind = FIELD_TEXT, .flags = R},
	{.name = "role",       .kind = FIELD_TEXT, .flags = R},
	{.name = "suppressed", .kind = FIELD_BOOL, .flags = R},
};
PART(shape_audience_person, person);
static const struct shape_field person_item = {.kind = FIELD_OBJECT, .shape = &shape_audience_person};

static const struct shape_field change[] = {
	{.name = "address", .kind = FIELD_TEXT, .flags = R},
	{.name = "name",    .kind = FIELD_TEXT, .flags = R},
	{.name = "what",    .kind = FIELD_TEXT, .flags = R},
};
PART(shape_audience_change, change);
static const struct shape_field change_item = {.kind = FIELD_OBJECT, .shape = &shape_audience_change};

static const struct shape_field audience[] = {
	{.name = "to",      .kind = FIELD_LIST, .flags = R, .item = &person_item},
	{.name = "cc",      .kind = FIELD_LIST, .flags = R, .item = &person_item},
	{.name = "changed", .kind = FIELD_BOOL, .flags = R},
	{.name = "changes", .kind = FIELD_LIST, .flags = R, .item = &change_item},
	{.name = "newest",  .kind = FIELD_ID,   .flags = RN},
};
SHAPE(shape_audience, audience);

static const struct shape_field suppressed_row[] = {
	{.name = "id",      .kind = FIELD_ID,   .flags = R},
	{.name = "address", .kind = FIELD_TEXT, .flags = R},
	{.name = "why",     .kind = FIELD_TEXT, .flags = R},
	{.name = "reason",  .kind = FIELD_TEXT, .flags = R | L},
	{.name = "at",      .kind = FIELD_AT,   .flags = R},
	{.name = "contact", .kind = FIELD_ID,   .flags = RN},
	{.name = "ticket",  .kind = FIELD_ID,   .flags = RN},
	{.name = "message", .kind = FIELD_ID,   .flags = RN},
};
PART(shape_suppressed_row, suppressed_row);
static const struct shape_field suppressed_item = {.kind = FIELD_OBJECT, .shape = &shape_suppressed_row};
static const struct shape_field suppressed[] = {
	{.name = "seq",        .kind = FIELD_INT,  .flags = R},
	{.name = "suppressed", .kind = FIELD_LIST, .flags = R, .item = &suppressed_item},
};
SHAPE(shape_suppressed, suppressed);
/* clang-format on */
