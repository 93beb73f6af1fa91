/*
 * How members get in, and what they did: bodies, queries and answers.
 */
#include "base/limits.h"
#include "web/password.h"
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
#define N  (FIELD_REQUIRED | FIELD_NULL)
#define L  FIELD_LINES

#define SEQ {.name = "seq", .kind = FIELD_INT, .flags = R}

static const struct shape_field text_item = {.kind = FIELD_TEXT};

static const struct shape_field session_row[] = {
	{.name = "id",         .kind = FIELD_ID,   .flags = R},
	{.name = "agent",      .kind = FIELD_TEXT, .flags = R},
	{.name = "address",    .kind = FIELD_TEXT, .flags = R},
	{.name = "created_at", .kind = FIELD_AT,   .flags = R},
	{.name = "seen_at",    .kind = FIELD_AT,   .flags = R},
	{.name = "current",    .kind = FIELD_BOOL, .flags = R},
};
PART(shape_session_row, session_row);
static const struct shape_field session_item = {.kind = FIELD_OBJECT, .shape = &shape_session_row};
static const struct shape_field sessions[] = {
	SEQ,
	{.name = "sessions", .kind = FIELD_LIST, .flags = R, .item = &session_item},
	{.name = "totp",     .kind = FIELD_BOOL, .flags = R},
	{.name = "recovery", .kind = FIELD_INT,  .flags = R},
};
SHAPE(shape_sessions, sessions);

static const struct shape_field token[] = {
	{.name = "id",           .kind = FIELD_ID,   .flags = R},
	{.name = "name",         .kind = FIELD_TEXT, .flags = R},
	{.name = "member",       .kind = FIELD_ID,   .flags = R},
	{.name = "rights",       .kind = FIELD_LIST, .flags = R, .item = &text_item},
	{.name = "created_at",   .kind = FIELD_AT,   .flags = R},
	{.name = "last_used_at", .kind = FIELD_AT,   .flags = N},
	{.name = "expires_at",   .kind = FIELD_AT,   .flags = N},
};
PART(shape_token, token);
static const struct shape_field token_item = {.kind = FIELD_OBJECT, .shape = &shape_token};
static const struct shape_field tokens[] = {
	SEQ,
	{.name = "tokens", .kind = FIELD_LIST, .flags = R, .item = &token_item},
};
SHAPE(shape_tokens, tokens);

static const struct shape_field right_item = {.kind = FIELD_TEXT, .max = 64};
static const struct shape_field token_new[] = {
	{.name = "name",       .kind = FIELD_TEXT, .flags = RF, .max = LIMIT_NAME_BYTES},
	{.name = "rights",     .kind = FIELD_LIST, .flags = R, .item = &right_item, .max = 64},
	{.name = "expires_at", .kind = FIELD_AT,   .flags = FIELD_NULL},
};
SHAPE(shape_token_new, token_new);
static const struct shape_field token_made[] = {
	SEQ,
	{.name = "created", .kind = FIELD_OBJECT, .flags = R, .shape = &shape_token},
	{.name = "token",   .kind = FIELD_TEXT,   .flags = R},
};
SHAPE(shape_token_made, token_made);

static const struct shape_field audit_query[] = {
	{.name = "after",  .kind = FIELD_ID},
	{.name = "member", .kind = FIELD_ID},
	{.name = "kind",   .kind = FIELD_TEXT, .max = 64},
	{.name = "from",   .kind = FIELD_AT},
	{.name = "to",     .kind = FIELD_AT},
};
SHAPE(shape_audit_query, audit_query);

static const struct shape_field audit_event[] = {
	SEQ,
	{.name = "at",      .kind = FIELD_AT,   .flags = R},
	{.name = "kind",    .kind = FIELD_TEXT, .flags = R},
	{.name = "class",   .kind = FIELD_TEXT, .flags = R},
	{.name = "actor",   .kind = FIELD_ID,   .flags = N},
	{.name = "client",  .kind = FIELD_ID,   .flags = N},
	{.name = "ticket",  .kind = FIELD_ID,   .flags = N},
	{.name = "subject", .kind = FIELD_TEXT, .flags = N},
	{.name = "text",    .kind = FIELD_TEXT, .flags = R | L},
};
PART(shape_audit_event, audit_event);
static const struct shape_field audit_item = {.kind = FIELD_OBJECT, .shape = &shape_audit_event};
static const struct shape_field audit[] = {
	SEQ,
	{.name = "events", .kind = FIELD_LIST, .flags = R, .item = &audit_item},
	{.name = "next",   .kind = FIELD_ID,   .flags = N},
};
SHAPE(shape_audit, audit);

static const struct shape_field problem[] = {
	{.name = "type",   .kind = FIELD_TEXT, .flags = R},
	{.name = "title",  .kind = FIELD_TEXT, .flags = R},
	{.name = "status", .kind = FIELD_INT,  .flags = R},
	{.name = "detail", .kind = FIELD_TEXT, .flags = R},
	{.name = "field",  .kind = FIELD_TEXT},
	{.name = "line",   .kind = FIELD_INT},
	{.name = "column", .kind = FIELD_INT},
};
SHAPE(shape_problem, problem);

static const char *const formats[] = {"csv", "json", NULL};
static const struct shape_field export_query[] = {
	{.name = "format", .kind = FIELD_WORD, .words = formats},
	{.name = "q",      .kind = FIELD_TEXT, .max = 1000},
};
SHAPE(shape_export_query, export_query);

static const struct shape_field invited[] = {
	SEQ,
	{.name = "link",   .kind = FIELD_TEXT, .flags = R},
	{.name = "mailed", .kind = FIELD_BOOL, .flags = R},
};
SHAPE(shape_invited, invited);

static const struct shape_field totp_new[] = {
	{.name = "password", .kind = FIELD_TEXT, .flags = R, .max = PASSWORD_BYTES_MAX},
};
SHAPE(shape_totp_new, totp_new);
static const struct shape_field totp_secret[] = {
	SEQ,
	{.name = "secret", .kind = FIELD_TEXT, .flags = R},
	{.name = "uri",    .kind = FIELD_TEXT, .flags = R},
	{.name = "qr",     .kind = FIELD_TEXT, .flags = R},
};
SHAPE(shape_totp_secret, totp_secret);
static const struct shape_field totp_code_given[] = {
	{.name = "code", .kind = FIELD_TEXT, .flags = RF, .max = 64},
};
SHAPE(shape_totp_code, totp_code_given);
static const struct shape_field totp_on[] = {
	SEQ,
	{.name = "recovery", .kind = FIELD_LIST, .flags = R, .item = &text_item},
};
SHAPE(shape_totp_on, totp_on);
static const struct shape_field totp_off[] = {
	{.name = "password", .kind = FIELD_TEXT, .flags = R, .max = PASSWORD_BYTES_MAX},
	{.name = "code",     .kind = FIELD_TEXT, .flags = R, .max = 64},
};
SHAPE(shape_totp_off, totp_off);

static const struct shape_field after_query[] = {
	{.name = "after", .kind = FIELD_ID},
};
SHAPE(shape_after_query, after_query);

static const struct shape_field kind_item = {.kind = FIELD_TEXT, .max = 64};
#define WEBHOOK_FIELDS(flag) \
	{.name = "name",   .kind = FIELD_TEXT, .flags = flag, .max = LIMIT_NAME_BYTES}, \
	{.name = "url",    .kind = FIELD_TEXT, .flags = flag, .max = 2000}, \
	{.name = "kinds",  .kind = FIELD_LIST, .item = &kind_item, .max = 200}, \
	{.name = "active", .kind = FIELD_BOOL}
static const struct shape_field webhook_new[] = {WEBHOOK_FIELDS(RF)};
SHAPE(shape_webhook_new, webhook_new);
static const struct shape_field webhook_patch[] = {WEBHOOK_FIELDS(FIELD_FILLED)};
SHAPE(shape_webhook_patch, webhook_patch);

static const struct shape_field webhook[] = {
	{.name = "id",            .kind = FIELD_ID,   .flags = R},
	{.name = "name",          .kind = FIELD_TEXT, .flags = R},
	{.name = "shared",        .kind = FIELD_TEXT, .flags = R},
	{.name = "owner",         .kind = FIELD_ID,   .flags = N},
	{.name = "position",      .kind = FIELD_INT,  .flags = R},
	{.name = "url",           .kind = FIELD_TEXT, .flags = R},
	{.name = "kinds",         .kind = FIELD_LIST, .flags = R, .item = &text_item},
	{.name = "active",        .kind = FIELD_BOOL, .flags = R},
	{.name = "state",         .kind = FIELD_TEXT, .flags = R},
	{.name = "failing_since", .kind = FIELD_AT,   .flags = N},
	{.name = "last_ok_at",    .kind = FIELD_AT,   .flags = N},
	{.name = "waiting",       .kind = FIELD_INT,  .flags = R},
	{.name = "dead",          .kind = FIELD_INT,  .flags = R},
	{.name = "said",          .kind = FIELD_TEXT, .flags = N},
	{.name = "secret",        .kind = FIELD_TEXT},
};
PART(shape_webhook, webhook);
static const struct shape_field webhook_item = {.kind = FIELD_OBJECT, .shape = &shape_webhook};
static const struct shape_field webhooks[] = {
	SEQ,
	{.name = "webhooks", .kind = FIELD_LIST, .flags = R, .item = &webhook_item},
};
SHAPE(shape_webhooks, webhooks);
static const struct shape_field webhook_answer[] = {
	SEQ,
	{.name = "webhook", .kind = FIELD_OBJECT, .flags = R, .shape = &shape_webhook},
};
SHAPE(shape_webhook_answer, webhook_answer);

static const struct shape_field delivery[] = {
	{.name = "id",       .kind = FIELD_ID,   .flags = R},
	{.name = "event",    .kind = FIELD_ID,   .flags = N},
	{.name = "kind",     .kind = FIELD_TEXT, .flags = R},
	{.name = "ticket",   .kind = FIELD_ID,   .flags = N},
	{.name = "state",    .kind = FIELD_TEXT, .flags = R},
	{.name = "attempts", .kind = FIELD_INT,  .flags = R},
	{.name = "at",       .kind = FIELD_AT,   .flags = R},
	{.name = "next_at",  .kind = FIELD_AT,   .flags = N},
	{.name = "status",   .kind = FIELD_ID,   .flags = N},
	{.name = "said",     .kind = FIELD_TEXT, .flags = N},
};
PART(shape_delivery, delivery);
static const struct shape_field delivery_item = {.kind = FIELD_OBJECT, .shape = &shape_delivery};
static const struct shape_field deliveries[] = {
	SEQ,
	{.name = "deliveries", .kind = FIELD_LIST, .flags = R, .item = &delivery_item},
	{.name = "next",       .kind = FIELD_ID,   .flags = N},
};
SHAPE(shape_deliveries, deliveries);
/* clang-format on */
