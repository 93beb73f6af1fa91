/*
 * Shapes of moving in: what an import is made of, how far it is, and what was
 * late in it.
 */
#include "base/limits.h"
#include "desk/imports.h"
#include "node/movein.h"
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

#define SEQ {.name = "seq", .kind = FIELD_INT, .flags = R}

static const char *const import_sources[] = {"mbox", "imap", NULL};
static const char *const import_types[] = {
	"status_inquiry", "scope_change", "pricing", "new_brief", "issue", "other", "no_request", NULL};
static const char *const import_states[] = {
	"receiving", "reading", "stopped", "done", "failed", NULL};

static const struct shape_field import_label[] = {
	{.name = "label",  .kind = FIELD_TEXT, .flags = RF, .max = LIMIT_NAME_BYTES},
	{.name = "type",   .kind = FIELD_WORD, .flags = N, .words = import_types},
	{.name = "member", .kind = FIELD_ID,   .flags = N},
};
PART(shape_import_label, import_label);
static const struct shape_field import_label_item = {.kind = FIELD_OBJECT, .shape = &shape_import_label};
static const struct shape_field import_mine_item = {.kind = FIELD_TEXT, .max = LIMIT_ADDRESS_BYTES};

#define IMPORT_CHOICE \
	{.name = "takeover_at", .kind = FIELD_AT, .flags = N}, \
	{.name = "labels", .kind = FIELD_LIST, .flags = N, .max = IMPORT_LABELS_MAX, .item = &import_label_item}, \
	{.name = "mine",   .kind = FIELD_LIST, .flags = N, .max = IMPORT_MINE_MAX, .item = &import_mine_item}

static const struct shape_field import_new[] = {
	{.name = "source",  .kind = FIELD_WORD, .flags = R, .words = import_sources},
	{.name = "name",    .kind = FIELD_TEXT, .flags = RF, .max = LIMIT_NAME_BYTES},
	{.name = "size",    .kind = FIELD_INT,  .flags = N},
	{.name = "mailbox", .kind = FIELD_ID,   .flags = N},
	{.name = "folder",  .kind = FIELD_TEXT, .flags = N, .max = LIMIT_NAME_BYTES},
	IMPORT_CHOICE,
};
SHAPE(shape_import_new, import_new);

static const struct shape_field import_start[] = {
	IMPORT_CHOICE,
};
SHAPE(shape_import_start, import_start);

static const struct shape_field import_piece_query[] = {
	{.name = "at", .kind = FIELD_INT, .flags = R},
};
SHAPE(shape_import_piece_query, import_piece_query);

static const struct shape_field import_piece[] = {
	{.name = "received", .kind = FIELD_INT, .flags = R},
};
SHAPE(shape_import_piece, import_piece);

static const struct shape_field import_error[] = {
	{.name = "n",    .kind = FIELD_INT,  .flags = R},
	{.name = "said", .kind = FIELD_TEXT, .flags = R},
};
PART(shape_import_error, import_error);
static const struct shape_field import_error_item = {.kind = FIELD_OBJECT, .shape = &shape_import_error};

static const struct shape_field import_row[] = {
	{.name = "id",          .kind = FIELD_ID,   .flags = R},
	{.name = "source",      .kind = FIELD_WORD, .flags = R, .words = import_sources},
	{.name = "name",        .kind = FIELD_TEXT, .flags = R},
	{.name = "mailbox",     .kind = FIELD_ID,   .flags = RN},
	{.name = "folder",      .kind = FIELD_TEXT, .flags = RN},
	{.name = "state",       .kind = FIELD_WORD, .flags = R, .words = import_states},
	{.name = "received",    .kind = FIELD_INT,  .flags = R},
	{.name = "size",        .kind = FIELD_INT,  .flags = R},
	{.name = "read",        .kind = FIELD_INT,  .flags = R},
	{.name = "total",       .kind = FIELD_INT,  .flags = RN},
	{.name = "left_ms",     .kind = FIELD_INT,  .flags = RN},
	{.name = "threads",     .kind = FIELD_INT,  .flags = R},
	{.name = "messages",    .kind = FIELD_INT,  .flags = R},
	{.name = "duplicates",  .kind = FIELD_INT,  .flags = R},
	{.name = "skipped",     .kind = FIELD_INT,  .flags = R},
	{.name = "errors",      .kind = FIELD_LIST, .flags = R, .item = &import_error_item},
	{.name = "takeover_at", .kind = FIELD_AT,   .flags = RN},
	{.name = "said",        .kind = FIELD_TEXT, .flags = RN},
};
PART(shape_import_row, import_row);
static const struct shape_field import_item = {.kind = FIELD_OBJECT, .shape = &shape_import_row};

static const struct shape_field imports[] = {
	SEQ,
	{.name = "imports", .kind = FIELD_LIST, .flags = R, .item = &import_item},
};
SHAPE(shape_imports, imports);

static const struct shape_field import_answer[] = {
	SEQ,
	{.name = "import", .kind = FIELD_OBJECT, .flags = R, .shape = &shape_import_row},
};
SHAPE(shape_import_answer, import_answer);

static const struct shape_field label_count[] = {
	{.name = "label", .kind = FIELD_TEXT, .flags = R},
	{.name = "count", .kind = FIELD_INT,  .flags = R},
};
PART(shape_label_count, label_count);
static const struct shape_field label_count_item = {.kind = FIELD_OBJECT, .shape = &shape_label_count};
static const struct shape_field import_labels[] = {
	{.name = "labels", .kind = FIELD_LIST, .flags = R, .max = MOVEIN_LABELS_COUNT, .item = &label_count_item},
};
SHAPE(shape_import_labels, import_labels);

static const struct shape_field late_figures[] = {
	{.name = "threads",   .kind = FIELD_INT, .flags = R},
	{.name = "asked",     .kind = FIELD_INT, .flags = R},
	{.name = "answered",  .kind = FIELD_INT, .flags = R},
	{.name = "late",      .kind = FIELD_INT, .flags = R},
	{.name = "never",     .kind = FIELD_INT, .flags = R},
	{.name = "median_ms", .kind = FIELD_INT, .flags = RN},
	{.name = "worst_ms",  .kind = FIELD_INT, .flags = RN},
	{.name = "since_at",  .kind = FIELD_AT,  .flags = RN},
	{.name = "until_at",  .kind = FIELD_AT,  .flags = RN},
};
PART(shape_late_figures, late_figures);
static const struct shape_field late_client[] = {
	{.name = "id",   .kind = FIELD_ID,   .flags = R},
	{.name = "name", .kind = FIELD_TEXT, .flags = R},
};
PART(shape_late_client, late_client);
static const struct shape_field late_row[] = {
	{.name = "ticket",      .kind = FIELD_ID,     .flags = R},
	{.name = "subject",     .kind = FIELD_TEXT,   .flags = R},
	{.name = "client",      .kind = FIELD_OBJECT, .flags = R, .shape = &shape_late_client},
	{.name = "asked_at",    .kind = FIELD_AT,     .flags = R},
	{.name = "answered_at", .kind = FIELD_AT,     .flags = RN},
	{.name = "took_ms",     .kind = FIELD_INT,    .flags = R},
	{.name = "target_ms",   .kind = FIELD_INT,    .flags = R},
	{.name = "message",     .kind = FIELD_ID,     .flags = R},
};
PART(shape_late_row, late_row);
static const struct shape_field late_item = {.kind = FIELD_OBJECT, .shape = &shape_late_row};
static const struct shape_field late[] = {
	{.name = "figures", .kind = FIELD_OBJECT, .flags = R, .shape = &shape_late_figures},
	{.name = "late",    .kind = FIELD_LIST,   .flags = R, .item = &late_item},
};
SHAPE(shape_import_late, late);

static const struct shape_field holiday[] = {
	{.name = "date", .kind = FIELD_TEXT, .flags = R},
	{.name = "name", .kind = FIELD_TEXT, .flags = R},
};
PART(shape_holiday, holiday);
static const struct shape_field holiday_item = {.kind = FIELD_OBJECT, .shape = &shape_holiday};
static const struct shape_field text_item = {.kind = FIELD_TEXT};
static const struct shape_field interval = {.kind = FIELD_LIST, .item = &text_item};
static const struct shape_field day_hours = {.kind = FIELD_LIST, .item = &interval};
static const struct shape_field holidays_calendar[] = {
	{.name = "zone",     .kind = FIELD_TEXT, .flags = R},
	{.name = "week",     .kind = FIELD_MAP,  .flags = R, .item = &day_hours},
	{.name = "days",     .kind = FIELD_MAP,  .item = &day_hours},
	{.name = "holidays", .kind = FIELD_LIST, .max = LIMIT_CALENDAR_DAYS, .item = &text_item},
};
PART(shape_holidays_calendar, holidays_calendar);
static const struct shape_field holidays[] = {
	SEQ,
	{.name = "calendar", .kind = FIELD_OBJECT, .flags = R, .shape = &shape_holidays_calendar},
	{.name = "added",    .kind = FIELD_LIST,   .flags = R, .max = LIMIT_HOLIDAYS, .item = &holiday_item},
	{.name = "skipped",  .kind = FIELD_INT,    .flags = R},
};
SHAPE(shape_holidays, holidays);
