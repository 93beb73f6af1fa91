/*
 * What agents' tools take and give: views, jobs over many threads, moments.
 */
#include "base/limits.h"
#include "core/query.h"
#include "core/time/moment.h"
#include "web/shape/shapes.h"

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

static const struct shape_field find_query[] = {
	{.name = "q", .kind = FIELD_TEXT, .max = QUERY_BYTES_MAX},
};
SHAPE(shape_find_query, find_query);

static const struct shape_field count[] = {
	{.name = "seq",   .kind = FIELD_INT, .flags = R},
	{.name = "count", .kind = FIELD_INT, .flags = R},
};
SHAPE(shape_count, count);

static const char *const orders[] = {"due", "newest", "oldest", NULL};
static const char *const shareds[] = {"mine", "team", "all", NULL};
static const struct shape_field member_id = {.kind = FIELD_ID};

#define VIEW_FIELDS(name_flags) \
	{.name = "name",     .kind = FIELD_TEXT, .flags = (name_flags), .max = LIMIT_NAME_BYTES}, \
	{.name = "query",    .kind = FIELD_TEXT, .max = QUERY_BYTES_MAX}, \
	{.name = "order",    .kind = FIELD_WORD, .words = orders}, \
	{.name = "shared",   .kind = FIELD_WORD, .words = shareds}, \
	{.name = "members",  .kind = FIELD_LIST, .item = &member_id, .max = 500}, \
	{.name = "position", .kind = FIELD_INT,  .max = 100000}

static const struct shape_field view_new[] = {VIEW_FIELDS(R | FIELD_FILLED)};
SHAPE(shape_view_new, view_new);
static const struct shape_field view_patch[] = {VIEW_FIELDS(FIELD_FILLED)};
SHAPE(shape_view_patch, view_patch);

static const struct shape_field view[] = {
	{.name = "id",       .kind = FIELD_ID,   .flags = R},
	{.name = "name",     .kind = FIELD_TEXT, .flags = R},
	{.name = "query",    .kind = FIELD_TEXT, .flags = R},
	{.name = "order",    .kind = FIELD_TEXT, .flags = R},
	{.name = "shared",   .kind = FIELD_TEXT, .flags = R},
	{.name = "members",  .kind = FIELD_LIST, .flags = R, .item = &member_id},
	{.name = "owner",    .kind = FIELD_ID,   .flags = R | N},
	{.name = "position", .kind = FIELD_INT,  .flags = R},
};
PART(shape_view, view);
static const struct shape_field view_item = {.kind = FIELD_OBJECT, .shape = &shape_view};
static const struct shape_field views[] = {
	{.name = "seq",   .kind = FIELD_INT,  .flags = R},
	{.name = "views", .kind = FIELD_LIST, .flags = R, .item = &view_item},
};
SHAPE(shape_views, views);
static const struct shape_field view_answer[] = {
	{.name = "seq",  .kind = FIELD_INT,    .flags = R},
	{.name = "view", .kind = FIELD_OBJECT, .flags = R, .shape = &shape_view},
};
SHAPE(shape_view_answer, view_answer);
static const struct shape_field count_item = {.kind = FIELD_INT};
static const struct shape_field view_counts[] = {
	{.name = "seq",    .kind = FIELD_INT, .flags = R},
	{.name = "counts", .kind = FIELD_MAP, .flags = R, .item = &count_item},
};
SHAPE(shape_view_counts, view_counts);

static const char *const acts[] = {"assign", "state", "type", "snooze", "follow", "flag_clear", NULL};
static const char *const states[] = {"open", "waiting_client", "waiting_production", "closed", NULL};
static const char *const types[] = {
	"status_inquiry", "scope_change", "pricing", "new_brief", "issue", "other", "no_request",
	"vendor", "applicant", "newsletter", "spam", NULL};

static const struct shape_field bulk_act[] = {
	{.name = "kind",     .kind = FIELD_WORD, .flags = R, .words = acts},
	{.name = "member",   .kind = FIELD_ID,   .flags = N},
	{.name = "state",    .kind = FIELD_WORD, .flags = N, .words = states},
	{.name = "reason",   .kind = FIELD_TEXT, .flags = N, .max = LIMIT_SUBJECT_BYTES},
	{.name = "type",     .kind = FIELD_WORD, .flags = N, .words = types},
	{.name = "until_at", .kind = FIELD_AT,   .flags = N},
};
PART(shape_bulk_act, bulk_act);
static const struct shape_field ticket_id = {.kind = FIELD_ID};
static const struct shape_field bulk[] = {
	{.name = "tickets", .kind = FIELD_LIST,   .flags = N, .item = &ticket_id, .max = 2000},
	{.name = "query",   .kind = FIELD_TEXT,   .flags = N, .max = QUERY_BYTES_MAX},
	{.name = "act",     .kind = FIELD_OBJECT, .flags = R, .shape = &shape_bulk_act},
};
SHAPE(shape_bulk, bulk);

static const struct shape_field job_act[] = {
	{.name = "kind",     .kind = FIELD_TEXT, .flags = R},
	{.name = "member",   .kind = FIELD_ID,   .flags = N},
	{.name = "state",    .kind = FIELD_TEXT},
	{.name = "reason",   .kind = FIELD_TEXT},
	{.name = "type",     .kind = FIELD_TEXT},
	{.name = "until_at", .kind = FIELD_AT,   .flags = N},
};
PART(shape_job_act, job_act);
static const struct shape_field refused[] = {
	{.name = "ticket",  .kind = FIELD_ID,   .flags = R},
	{.name = "subject", .kind = FIELD_TEXT, .flags = R},
	{.name = "reason",  .kind = FIELD_TEXT, .flags = R},
};
PART(shape_refused, refused);
static const struct shape_field refused_item = {.kind = FIELD_OBJECT, .shape = &shape_refused};
static const struct shape_field job[] = {
	{.name = "id",      .kind = FIELD_ID,     .flags = R},
	{.name = "act",     .kind = FIELD_OBJECT, .flags = R, .shape = &shape_job_act},
	{.name = "total",   .kind = FIELD_INT,    .flags = R},
	{.name = "done",    .kind = FIELD_INT,    .flags = R},
	{.name = "refused", .kind = FIELD_LIST,   .flags = R, .item = &refused_item},
	{.name = "state",   .kind = FIELD_TEXT,   .flags = R},
	{.name = "by",      .kind = FIELD_ID,     .flags = R | N},
	{.name = "at",      .kind = FIELD_AT,     .flags = R},
};
PART(shape_job, job);
static const struct shape_field job_answer[] = {
	{.name = "seq", .kind = FIELD_INT,    .flags = R},
	{.name = "job", .kind = FIELD_OBJECT, .flags = R, .shape = &shape_job},
};
SHAPE(shape_job_answer, job_answer);

static const struct shape_field why_text = {.kind = FIELD_TEXT};
static const struct shape_field suggestion[] = {
	{.name = "ticket", .kind = FIELD_OBJECT, .flags = R, .shape = &shape_ticket_row},
	{.name = "why",    .kind = FIELD_LIST,   .flags = R, .item = &why_text},
};
PART(shape_suggestion, suggestion);
static const struct shape_field suggestion_item = {.kind = FIELD_OBJECT, .shape = &shape_suggestion};
static const struct shape_field suggestions[] = {
	{.name = "seq",         .kind = FIELD_INT,  .flags = R},
	{.name = "suggestions", .kind = FIELD_LIST, .flags = R, .item = &suggestion_item},
};
SHAPE(shape_suggestions, suggestions);
/* clang-format on */
