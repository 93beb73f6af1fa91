/*
 * Shapes of what members keep for themselves and share with each other.
 */
#include "base/limits.h"
#include "core/canned.h"
#include "core/keys.h"
#include "core/notice.h"
#include "web/presence.h"
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
#define N  FIELD_NULL
#define RN (FIELD_REQUIRED | FIELD_NULL)
#define L  FIELD_LINES

#define SEQ {.name = "seq", .kind = FIELD_INT, .flags = R}

static const char *const canned_shared[] = {"mine", "all", NULL};

#define CANNED_MORE \
	{.name = "shortcut", .kind = FIELD_TEXT, .flags = N, .max = 40}, \
	{.name = "brand",    .kind = FIELD_ID,   .flags = N}, \
	{.name = "shared",   .kind = FIELD_WORD, .words = canned_shared}, \
	{.name = "position", .kind = FIELD_INT}

static const struct shape_field canned_new[] = {
	{.name = "name", .kind = FIELD_TEXT, .flags = RF, .max = LIMIT_NAME_BYTES},
	{.name = "text", .kind = FIELD_TEXT, .flags = RF | L, .max = CANNED_TEXT_BYTES},
	CANNED_MORE,
};
SHAPE(shape_canned_new, canned_new);

static const struct shape_field canned_patch[] = {
	{.name = "name", .kind = FIELD_TEXT, .flags = FIELD_FILLED, .max = LIMIT_NAME_BYTES},
	{.name = "text", .kind = FIELD_TEXT, .flags = FIELD_FILLED | L, .max = CANNED_TEXT_BYTES},
	CANNED_MORE,
};
SHAPE(shape_canned_patch, canned_patch);

static const struct shape_field canned_ticket[] = {
	{.name = "ticket", .kind = FIELD_ID, .flags = R},
};
SHAPE(shape_canned_ticket, canned_ticket);

static const struct shape_field canned[] = {
	{.name = "id",       .kind = FIELD_ID,   .flags = R},
	{.name = "name",     .kind = FIELD_TEXT, .flags = R},
	{.name = "shared",   .kind = FIELD_TEXT, .flags = R},
	{.name = "owner",    .kind = FIELD_ID,   .flags = RN},
	{.name = "position", .kind = FIELD_INT,  .flags = R},
	{.name = "text",     .kind = FIELD_TEXT, .flags = L},
	{.name = "shortcut", .kind = FIELD_TEXT, .flags = N},
	{.name = "brand",    .kind = FIELD_ID,   .flags = N},
};
PART(shape_canned, canned);
static const struct shape_field canned_item = {.kind = FIELD_OBJECT, .shape = &shape_canned};
static const struct shape_field canned_list[] = {
	SEQ,
	{.name = "canned", .kind = FIELD_LIST, .flags = R, .item = &canned_item},
};
SHAPE(shape_canned_list, canned_list);
static const struct shape_field canned_answer[] = {
	SEQ,
	{.name = "canned", .kind = FIELD_OBJECT, .flags = R, .shape = &shape_canned},
};
SHAPE(shape_canned_answer, canned_answer);

static const struct shape_field text_item = {.kind = FIELD_TEXT};
static const struct shape_field canned_preview[] = {
	SEQ,
	{.name = "text",    .kind = FIELD_TEXT, .flags = R | L},
	{.name = "missing", .kind = FIELD_LIST, .flags = R, .item = &text_item},
};
SHAPE(shape_canned_preview, canned_preview);

static const struct shape_field key_text = {.kind = FIELD_TEXT, .max = KEY_TEXT_BYTES};
static const struct shape_field keys_put[] = {
	{.name = "keys", .kind = FIELD_MAP, .flags = R, .item = &key_text, .max = 200},
};
SHAPE(shape_keys_put, keys_put);
static const struct shape_field keys[] = {
	SEQ,
	{.name = "keys", .kind = FIELD_MAP, .flags = R, .item = &key_text, .max = 200},
};
SHAPE(shape_keys, keys);

static const char *const mails[] = {"never", "away", "always", NULL};
static const struct shape_field quiet[] = {
	{.name = "from",    .kind = FIELD_TEXT, .flags = R, .max = 5},
	{.name = "to",      .kind = FIELD_TEXT, .flags = R, .max = 5},
	{.name = "weekend", .kind = FIELD_BOOL, .flags = R},
};
PART(shape_quiet, quiet);
static const struct shape_field kind_wanted = {.kind = FIELD_BOOL};

#define WISH \
	{.name = "desktop", .kind = FIELD_BOOL,   .flags = R}, \
	{.name = "mail",    .kind = FIELD_WORD,   .flags = R, .words = mails}, \
	{.name = "quiet",   .kind = FIELD_OBJECT, .flags = N, .shape = &shape_quiet}, \
	{.name = "kinds",   .kind = FIELD_MAP,    .item = &kind_wanted, .max = NOTICE_KIND_COUNT}

static const struct shape_field notices_query[] = {
	{.name = "after", .kind = FIELD_ID},
};
SHAPE(shape_notices_query, notices_query);
static const struct shape_field notices_seen[] = {
	{.name = "up_to", .kind = FIELD_ID, .flags = R},
};
SHAPE(shape_notices_seen, notices_seen);
static const struct shape_field notice[] = {
	{.name = "id",              .kind = FIELD_ID,     .flags = R},
	{.name = "at",              .kind = FIELD_AT,     .flags = R},
	{.name = "kind",            .kind = FIELD_TEXT,   .flags = R},
	{.name = "ticket",          .kind = FIELD_OBJECT, .flags = RN, .shape = &shape_ticket_row},
	{.name = "text",            .kind = FIELD_TEXT,   .flags = R},
	{.name = "level",           .kind = FIELD_INT,    .flags = R},
	{.name = "seen_at",         .kind = FIELD_AT,     .flags = RN},
	{.name = "acknowledged_at", .kind = FIELD_AT,     .flags = RN},
};
PART(shape_notice, notice);
static const struct shape_field notice_item = {.kind = FIELD_OBJECT, .shape = &shape_notice};
static const struct shape_field notices[] = {
	SEQ,
	{.name = "unread",  .kind = FIELD_INT,  .flags = R},
	{.name = "notices", .kind = FIELD_LIST, .flags = R, .item = &notice_item},
	{.name = "next",    .kind = FIELD_ID,   .flags = RN},
};
SHAPE(shape_notices, notices);

static const char *const doings[] = {"viewing", "replying", "gone", NULL};
static const struct shape_field presence_put[] = {
	{.name = "doing", .kind = FIELD_WORD, .flags = R, .words = doings},
	{.name = "tab",   .kind = FIELD_TEXT, .flags = RF, .max = PRESENCE_TAB_BYTES},
};
SHAPE(shape_presence_put, presence_put);
static const struct shape_field presence_member[] = {
	{.name = "member", .kind = FIELD_ID,   .flags = R},
	{.name = "doing",  .kind = FIELD_TEXT, .flags = R},
	{.name = "since",  .kind = FIELD_AT,   .flags = R},
};
PART(shape_presence_member, presence_member);
static const struct shape_field presence_member_item = {.kind = FIELD_OBJECT, .shape = &shape_presence_member};
static const struct shape_field presence_ticket[] = {
	{.name = "ticket",  .kind = FIELD_ID,   .flags = R},
	{.name = "members", .kind = FIELD_LIST, .flags = R, .item = &presence_member_item},
};
PART(shape_presence_ticket, presence_ticket);
static const struct shape_field presence_item = {.kind = FIELD_OBJECT, .shape = &shape_presence_ticket};
static const struct shape_field presence[] = {
	{.name = "presence", .kind = FIELD_LIST, .flags = R, .item = &presence_item},
};
SHAPE(shape_presence, presence);

static const char *const draft_kinds[] = {"reply", "note", NULL};
static const struct shape_field draft_address = {.kind = FIELD_TEXT, .max = LIMIT_ADDRESS_BYTES};
static const struct shape_field draft_upload = {.kind = FIELD_INT, .min = -FIELD_INT_MAX};

#define DRAFT_WORDS(must) \
	{.name = "text",        .kind = FIELD_TEXT, .flags = (must) | L, .max = 256u << 10}, \
	{.name = "html",        .kind = FIELD_TEXT, .flags = N | L, .max = 512u << 10}, \
	{.name = "to",          .kind = FIELD_LIST, .flags = N, .item = &draft_address, .max = 50}, \
	{.name = "cc",          .kind = FIELD_LIST, .flags = N, .item = &draft_address, .max = 50}, \
	{.name = "attachments", .kind = FIELD_LIST, .flags = N, .item = &draft_upload, .max = 50}, \
	{.name = "kind",        .kind = FIELD_WORD, .flags = N, .words = draft_kinds}

static const struct shape_field draft_put[] = {
	DRAFT_WORDS(R),
	{.name = "ready",   .kind = FIELD_BOOL},
	{.name = "version", .kind = FIELD_INT, .flags = R},
	{.name = "take",    .kind = FIELD_BOOL},
};
SHAPE(shape_draft_put, draft_put);
static const struct shape_field draft_whole[] = {
	DRAFT_WORDS(R),
	{.name = "member",  .kind = FIELD_ID,   .flags = R},
	{.name = "at",      .kind = FIELD_AT,   .flags = R},
	{.name = "version", .kind = FIELD_INT,  .flags = R},
	{.name = "ready",   .kind = FIELD_BOOL, .flags = R},
};
PART(shape_draft_whole, draft_whole);
static const struct shape_field draft[] = {
	{.name = "draft", .kind = FIELD_OBJECT, .flags = RN, .shape = &shape_draft_whole},
};
SHAPE(shape_draft, draft);

static const struct shape_field follow[] = {
	{.name = "following", .kind = FIELD_BOOL, .flags = R},
};
SHAPE(shape_follow, follow);

static const struct shape_field notice_wish_put[] = {WISH};
SHAPE(shape_notice_wish_put, notice_wish_put);
static const struct shape_field notice_wish[] = {SEQ, WISH};
SHAPE(shape_notice_wish, notice_wish);
/* clang-format on */
