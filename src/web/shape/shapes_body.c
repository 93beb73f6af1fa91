/*
 * What is taken: bodies and queries.
 */
#include "base/limits.h"
#include "core/query.h"
#include "core/time/calendar_text.h"
#include "web/password.h"
#include "web/shape/shapes.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define SHAPE(symbol, fields)                                                  \
	const struct shape symbol = {#symbol, fields, COUNT(fields), NULL}

#define NOTE_BYTES   (256u << 10)
#define REASON_BYTES 2000
#define CURSOR_BYTES 64

/* clang-format off */
#define R  FIELD_REQUIRED
#define RF (FIELD_REQUIRED | FIELD_FILLED)
#define N  FIELD_NULL
#define L  FIELD_LINES

static const char *const roles[] = {"partner", "agent", NULL};
static const char *const stages[] = {"provisional", "client", NULL};
static const char *const states[] = {"open", "waiting_client", "waiting_production", "closed", NULL};
static const char *const directions[] = {"in", "out", NULL};
static const char *const thens[] = {"wait", "close", NULL};
static const char *const views[] = {"open", "mine", "unassigned", "flagged", "waiting", "snoozed", "closed", "all", NULL};
static const char *const orders[] = {"due", "newest", "oldest", NULL};
static const char *const types[] = {
	"status_inquiry", "scope_change", "pricing", "new_brief", "issue", "other", "no_request",
	"vendor", "applicant", "newsletter", "spam", NULL};

static const struct shape_field sign_in[] = {
	{.name = "address",  .kind = FIELD_TEXT, .max = LIMIT_ADDRESS_BYTES},
	{.name = "password", .kind = FIELD_TEXT, .max = PASSWORD_BYTES_MAX},
	{.name = "token",    .kind = FIELD_TEXT, .max = 128},
	{.name = "code",     .kind = FIELD_TEXT, .max = 64},
};
SHAPE(shape_sign_in, sign_in);

static const struct shape_field time_text = {.kind = FIELD_TEXT, .max = 5};
static const struct shape_field interval = {.kind = FIELD_LIST, .item = &time_text, .max = 2};
static const struct shape_field day_hours = {.kind = FIELD_LIST, .item = &interval, .max = 24};
static const struct shape_field date_text = {.kind = FIELD_TEXT, .max = 10};

#define CALENDAR_FIELDS \
	{.name = "week",     .kind = FIELD_MAP,  .item = &day_hours, .max = 7, .flags = R}, \
	{.name = "days",     .kind = FIELD_MAP,  .item = &day_hours, .max = 1000}, \
	{.name = "holidays", .kind = FIELD_LIST, .item = &date_text, .max = 1000}

static const struct shape_field setup[] = {
	{.name = "agency",       .kind = FIELD_TEXT, .flags = RF, .max = LIMIT_NAME_BYTES},
	{.name = "name",         .kind = FIELD_TEXT, .flags = RF, .max = LIMIT_NAME_BYTES},
	{.name = "address",      .kind = FIELD_TEXT, .flags = RF, .max = LIMIT_ADDRESS_BYTES},
	{.name = "password",     .kind = FIELD_TEXT, .flags = R,  .max = PASSWORD_BYTES_MAX},
	{.name = "desk_address", .kind = FIELD_TEXT, .flags = RF, .max = LIMIT_ADDRESS_BYTES},
	{.name = "zone",         .kind = FIELD_TEXT, .flags = RF, .max = 64},
	CALENDAR_FIELDS,
};
SHAPE(shape_setup, setup);

static const struct shape_field recipient[] = {
	{.name = "name",    .kind = FIELD_TEXT, .flags = N, .max = LIMIT_NAME_BYTES},
	{.name = "address", .kind = FIELD_TEXT, .flags = RF, .max = LIMIT_ADDRESS_BYTES},
};
static const struct shape shape_recipient = {"recipient", recipient, COUNT(recipient), NULL};

static const struct shape_field call[] = {
	{.name = "direction", .kind = FIELD_WORD, .flags = R, .words = directions},
	{.name = "spoke",     .kind = FIELD_BOOL, .flags = R},
	{.name = "text",      .kind = FIELD_TEXT, .flags = RF | L, .max = NOTE_BYTES},
	{.name = "contact",   .kind = FIELD_ID,   .flags = N},
	{.name = "at",        .kind = FIELD_AT,   .flags = N},
};
SHAPE(shape_call, call);

static const struct shape_field address_text = {.kind = FIELD_TEXT, .flags = FIELD_FILLED, .max = LIMIT_ADDRESS_BYTES};

static const struct shape_field ticket_new[] = {
	{.name = "to",       .kind = FIELD_OBJECT, .flags = N, .shape = &shape_recipient},
	{.name = "subject",  .kind = FIELD_TEXT,   .flags = N, .max = LIMIT_SUBJECT_BYTES},
	{.name = "text",     .kind = FIELD_TEXT,   .flags = N | L, .max = NOTE_BYTES},
	{.name = "html",     .kind = FIELD_TEXT,   .flags = N | L, .max = LIMIT_BODY_BYTES},
	{.name = "from",     .kind = FIELD_ID,     .flags = N},
	{.name = "override", .kind = FIELD_LIST,   .flags = N, .item = &address_text, .max = 50},
	{.name = "call",     .kind = FIELD_OBJECT, .flags = N, .shape = &shape_call},
};
SHAPE(shape_ticket_new, ticket_new);

static const struct shape_field upload_id = {.kind = FIELD_INT, .min = -FIELD_INT_MAX};
static const struct shape_field reply[] = {
	{.name = "text",        .kind = FIELD_TEXT, .flags = RF | L, .max = NOTE_BYTES},
	{.name = "html",        .kind = FIELD_TEXT, .flags = N | L, .max = LIMIT_BODY_BYTES},
	{.name = "cc",          .kind = FIELD_LIST, .flags = N, .item = &address_text, .max = 50},
	{.name = "attachments", .kind = FIELD_LIST, .flags = N, .item = &upload_id, .max = 50},
	{.name = "seen",        .kind = FIELD_ID,   .flags = N},
	{.name = "then",        .kind = FIELD_WORD, .flags = N, .words = thens},
	{.name = "send_at",     .kind = FIELD_AT,   .flags = N},
	{.name = "cancel_on_reply", .kind = FIELD_BOOL},
	{.name = "to",          .kind = FIELD_LIST, .flags = N, .item = &address_text, .max = 50},
	{.name = "audience",    .kind = FIELD_ID,   .flags = N},
	{.name = "override",    .kind = FIELD_LIST, .flags = N, .item = &address_text, .max = 50},
	{.name = "confirm",     .kind = FIELD_BOOL},
};
SHAPE(shape_reply, reply);

static const struct shape_field member_id = {.kind = FIELD_ID};
static const struct shape_field note[] = {
	{.name = "text",     .kind = FIELD_TEXT, .flags = RF | L, .max = NOTE_BYTES},
	{.name = "mentions", .kind = FIELD_LIST, .flags = N, .item = &member_id, .max = 50},
};
SHAPE(shape_note, note);

static const struct shape_field type[] = {
	{.name = "type", .kind = FIELD_WORD, .flags = R, .words = types},
};
SHAPE(shape_type, type);

static const struct shape_field assign[] = {
	{.name = "member", .kind = FIELD_ID, .flags = R | N},
};
SHAPE(shape_assign, assign);

static const struct shape_field state[] = {
	{.name = "state",  .kind = FIELD_WORD, .flags = R, .words = states},
	{.name = "reason", .kind = FIELD_TEXT, .flags = N, .max = REASON_BYTES},
};
SHAPE(shape_state, state);

static const struct shape_field into[] = {
	{.name = "into", .kind = FIELD_ID, .flags = R},
};
SHAPE(shape_into, into);

static const struct shape_field split[] = {
	{.name = "message", .kind = FIELD_ID,   .flags = R},
	{.name = "subject", .kind = FIELD_TEXT, .flags = N, .max = LIMIT_SUBJECT_BYTES},
};
SHAPE(shape_split, split);

static const struct shape_field move[] = {
	{.name = "client", .kind = FIELD_ID, .flags = R},
};
SHAPE(shape_move, move);

static const struct shape_field flag_new[] = {
	{.name = "text", .kind = FIELD_TEXT, .flags = RF, .max = REASON_BYTES},
};
SHAPE(shape_flag_new, flag_new);

static const struct shape_field reason[] = {
	{.name = "reason", .kind = FIELD_TEXT, .flags = N, .max = REASON_BYTES},
};
SHAPE(shape_reason, reason);

static const struct shape_field settle[] = {
	{.name = "kept",   .kind = FIELD_BOOL, .flags = R},
	{.name = "reason", .kind = FIELD_TEXT, .flags = RF, .max = REASON_BYTES},
};
SHAPE(shape_settle, settle);

static const struct shape_field client_new[] = {
	{.name = "name",   .kind = FIELD_TEXT, .flags = RF, .max = LIMIT_NAME_BYTES},
	{.name = "domain", .kind = FIELD_TEXT, .flags = N, .max = 253},
};
SHAPE(shape_client_new, client_new);

static const struct shape_field client_patch[] = {
	{.name = "name",   .kind = FIELD_TEXT, .flags = FIELD_FILLED, .max = LIMIT_NAME_BYTES},
	{.name = "domain", .kind = FIELD_TEXT, .flags = N, .max = 253},
	{.name = "stage",  .kind = FIELD_WORD, .words = stages},
};
SHAPE(shape_client_patch, client_patch);

static const struct shape_field contact_new[] = {
	{.name = "name",    .kind = FIELD_TEXT, .flags = N, .max = LIMIT_NAME_BYTES},
	{.name = "address", .kind = FIELD_TEXT, .flags = RF, .max = LIMIT_ADDRESS_BYTES},
};
SHAPE(shape_contact_new, contact_new);

static const struct shape_field contact_patch[] = {
	{.name = "name",   .kind = FIELD_TEXT, .max = LIMIT_NAME_BYTES},
	{.name = "client", .kind = FIELD_ID},
};
SHAPE(shape_contact_patch, contact_patch);

static const struct shape_field agency_put[] = {
	{.name = "name",         .kind = FIELD_TEXT, .flags = RF, .max = LIMIT_NAME_BYTES},
	{.name = "zone",         .kind = FIELD_TEXT, .flags = RF, .max = 64},
	{.name = "undo_seconds", .kind = FIELD_INT,  .flags = R, .max = 120},
};
SHAPE(shape_agency_put, agency_put);

static const struct shape_field address_new[] = {
	{.name = "address",   .kind = FIELD_TEXT, .flags = RF, .max = LIMIT_ADDRESS_BYTES},
	{.name = "name",      .kind = FIELD_TEXT, .flags = N, .max = LIMIT_NAME_BYTES},
	{.name = "signature", .kind = FIELD_TEXT, .flags = N | L, .max = 4000},
	{.name = "active",    .kind = FIELD_BOOL},
	{.name = "brand",     .kind = FIELD_ID,   .flags = N},
};
SHAPE(shape_address_new, address_new);

static const struct shape_field address_patch[] = {
	{.name = "name",      .kind = FIELD_TEXT, .flags = N, .max = LIMIT_NAME_BYTES},
	{.name = "signature", .kind = FIELD_TEXT, .flags = N | L, .max = 4000},
	{.name = "active",    .kind = FIELD_BOOL},
	{.name = "brand",     .kind = FIELD_ID,   .flags = N},
};
SHAPE(shape_address_patch, address_patch);

static const struct shape_field calendar_put[] = {
	{.name = "zone", .kind = FIELD_TEXT, .flags = RF, .max = 64},
	CALENDAR_FIELDS,
};
SHAPE(shape_calendar_put, calendar_put);

static const struct shape_field playbook_put[] = {
	{.name = "text",    .kind = FIELD_TEXT, .flags = RF | L, .max = LIMIT_PLAYBOOK_BYTES},
	{.name = "version", .kind = FIELD_INT},
};
SHAPE(shape_playbook_put, playbook_put);

static const struct shape_field member_new[] = {
	{.name = "name",     .kind = FIELD_TEXT, .flags = RF, .max = LIMIT_NAME_BYTES},
	{.name = "address",  .kind = FIELD_TEXT, .flags = RF, .max = LIMIT_ADDRESS_BYTES},
	{.name = "role",     .kind = FIELD_WORD, .flags = R, .words = roles},
	{.name = "password", .kind = FIELD_TEXT, .flags = N, .max = PASSWORD_BYTES_MAX},
};
SHAPE(shape_member_new, member_new);

static const struct shape_field member_patch[] = {
	{.name = "name",     .kind = FIELD_TEXT, .flags = FIELD_FILLED, .max = LIMIT_NAME_BYTES},
	{.name = "address",  .kind = FIELD_TEXT, .flags = FIELD_FILLED, .max = LIMIT_ADDRESS_BYTES},
	{.name = "role",     .kind = FIELD_WORD, .words = roles},
	{.name = "password", .kind = FIELD_TEXT, .max = PASSWORD_BYTES_MAX},
	{.name = "active",   .kind = FIELD_BOOL},
};
SHAPE(shape_member_patch, member_patch);

static const struct shape_field password[] = {
	{.name = "old",      .kind = FIELD_TEXT, .flags = N, .max = PASSWORD_BYTES_MAX},
	{.name = "password", .kind = FIELD_TEXT, .flags = R, .max = PASSWORD_BYTES_MAX},
};
SHAPE(shape_password, password);

/* Queries. */
static const struct shape_field inbox_query[] = {
	{.name = "view",     .kind = FIELD_WORD, .words = views},
	{.name = "type",     .kind = FIELD_WORD, .words = types},
	{.name = "assignee", .kind = FIELD_ID},
	{.name = "client",   .kind = FIELD_ID},
	{.name = "q",        .kind = FIELD_TEXT, .max = QUERY_BYTES_MAX},
	{.name = "order",    .kind = FIELD_WORD, .words = orders},
	{.name = "after",    .kind = FIELD_TEXT, .max = CURSOR_BYTES},
	{.name = "limit",    .kind = FIELD_INT,  .min = 1, .max = LIMIT_PAGE_ROWS},
};
SHAPE(shape_inbox_query, inbox_query);

static const struct shape_field clients_query[] = {
	{.name = "q",     .kind = FIELD_TEXT, .max = 100},
	{.name = "after", .kind = FIELD_TEXT, .max = CURSOR_BYTES},
	{.name = "limit", .kind = FIELD_INT,  .min = 1, .max = LIMIT_PAGE_ROWS},
};
SHAPE(shape_clients_query, clients_query);

static const struct shape_field search_query[] = {
	{.name = "q",     .kind = FIELD_TEXT, .flags = R, .max = QUERY_BYTES_MAX},
	{.name = "after", .kind = FIELD_TEXT, .max = CURSOR_BYTES},
	{.name = "limit", .kind = FIELD_INT,  .min = 1, .max = 50},
};
SHAPE(shape_search_query, search_query);

static const struct shape_field stream_query[] = {
	{.name = "after", .kind = FIELD_INT},
};
SHAPE(shape_stream_query, stream_query);

static const struct shape_field html_query[] = {
	{.name = "images", .kind = FIELD_BOOL},
};
SHAPE(shape_html_query, html_query);
/* clang-format on */
