/*
 * What is given. A field that an answer holds and no shape names fails the API
 * tests, so nothing slips out by being a column.
 */
#include "web/shape/shapes.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define SHAPE(symbol, fields)                                                  \
	const struct shape symbol = {#symbol, fields, COUNT(fields), NULL}
#define LIST(symbol, item)                                                     \
	const struct shape symbol = {#symbol, NULL, 0, &(item)}
#define PART(symbol, fields)                                                   \
	static const struct shape symbol = {#symbol, fields, COUNT(fields),    \
	                                    NULL}

/* clang-format off */
#define R FIELD_REQUIRED
#define N (FIELD_REQUIRED | FIELD_NULL)
#define L FIELD_LINES

#define SEQ {.name = "seq", .kind = FIELD_INT, .flags = R}
#define NOW {.name = "now", .kind = FIELD_AT,  .flags = R}

static const struct shape_field text_item = {.kind = FIELD_TEXT, .flags = L};
static const struct shape_field int_item = {.kind = FIELD_INT};

static const struct shape_field member[] = {
	{.name = "id",       .kind = FIELD_ID,   .flags = R},
	{.name = "name",     .kind = FIELD_TEXT, .flags = R},
	{.name = "address",  .kind = FIELD_TEXT, .flags = R},
	{.name = "role",     .kind = FIELD_TEXT, .flags = R},
	{.name = "initials", .kind = FIELD_TEXT, .flags = R},
	{.name = "active",   .kind = FIELD_BOOL, .flags = R},
};
PART(shape_member, member);
static const struct shape_field member_item = {.kind = FIELD_OBJECT, .shape = &shape_member};

static const struct shape_field agency_short[] = {
	{.name = "name", .kind = FIELD_TEXT, .flags = R},
	{.name = "zone", .kind = FIELD_TEXT, .flags = R},
};
PART(shape_agency_short, agency_short);

static const struct shape_field session[] = {
	{.name = "member", .kind = FIELD_OBJECT, .flags = R, .shape = &shape_member},
	{.name = "agency", .kind = FIELD_OBJECT, .flags = R, .shape = &shape_agency_short},
	NOW, SEQ,
};
SHAPE(shape_session, session);

static const struct shape_field setup_state[] = {
	{.name = "needed", .kind = FIELD_BOOL, .flags = R},
	{.name = "zones",  .kind = FIELD_LIST, .flags = R, .item = &text_item},
};
SHAPE(shape_setup_state, setup_state);

static const struct shape_field ticket_client[] = {
	{.name = "id",               .kind = FIELD_ID,   .flags = R},
	{.name = "name",             .kind = FIELD_TEXT, .flags = R},
	{.name = "stage",            .kind = FIELD_TEXT, .flags = R},
	{.name = "unanswered",       .kind = FIELD_INT,  .flags = R},
	{.name = "unanswered_since", .kind = FIELD_AT,   .flags = N},
};
PART(shape_ticket_client, ticket_client);

static const struct shape_field ticket_contact[] = {
	{.name = "id",      .kind = FIELD_ID,   .flags = R},
	{.name = "name",    .kind = FIELD_TEXT, .flags = R},
	{.name = "address", .kind = FIELD_TEXT, .flags = R},
};
PART(shape_ticket_contact, ticket_contact);

static const struct shape_field clock[] = {
	{.name = "promise",    .kind = FIELD_ID,   .flags = R},
	{.name = "kind",       .kind = FIELD_TEXT, .flags = R},
	{.name = "state",      .kind = FIELD_TEXT, .flags = R},
	{.name = "started_at", .kind = FIELD_AT,   .flags = R},
	{.name = "due_at",     .kind = FIELD_AT,   .flags = N},
	{.name = "warn_at",    .kind = FIELD_AT,   .flags = N},
	{.name = "target_ms",  .kind = FIELD_INT,  .flags = R},
	{.name = "left_ms",    .kind = FIELD_INT,  .flags = N, .min = -FIELD_INT_MAX},
	{.name = "calendar",   .kind = FIELD_TEXT, .flags = R},
};
PART(shape_clock, clock);

static const struct shape_field flag[] = {
	{.name = "id",        .kind = FIELD_ID,   .flags = R},
	{.name = "ticket",    .kind = FIELD_ID},
	{.name = "kind",      .kind = FIELD_TEXT, .flags = R},
	{.name = "points",    .kind = FIELD_INT,  .flags = R},
	{.name = "message",   .kind = FIELD_ID,   .flags = N},
	{.name = "quote",     .kind = FIELD_TEXT, .flags = N | L},
	{.name = "text",      .kind = FIELD_TEXT, .flags = R},
	{.name = "raised_at", .kind = FIELD_AT,   .flags = R},
	{.name = "cleared_at", .kind = FIELD_AT,  .flags = FIELD_NULL},
	{.name = "by",        .kind = FIELD_ID,   .flags = FIELD_NULL},
};
PART(shape_flag, flag);
static const struct shape_field flag_item = {.kind = FIELD_OBJECT, .shape = &shape_flag};

static const struct shape_field hit_part[] = {
	{.name = "text", .kind = FIELD_TEXT, .flags = R | L},
	{.name = "hit",  .kind = FIELD_BOOL, .flags = R},
};
PART(shape_hit_part, hit_part);
static const struct shape_field hit_part_item = {.kind = FIELD_OBJECT, .shape = &shape_hit_part};
static const struct shape_field hit[] = {
	{.name = "message", .kind = FIELD_ID,   .flags = N},
	{.name = "at",      .kind = FIELD_AT,   .flags = N},
	{.name = "parts",   .kind = FIELD_LIST, .flags = R, .item = &hit_part_item},
};
PART(shape_hit, hit);

static const struct shape_field snoozed[] = {
	{.name = "until_at", .kind = FIELD_AT,   .flags = R},
	{.name = "by",       .kind = FIELD_ID,   .flags = N},
	{.name = "note",     .kind = FIELD_TEXT, .flags = R | L},
};
PART(shape_snoozed, snoozed);
static const struct shape_field member_id_item = {.kind = FIELD_ID};
static const struct shape_field draft_head[] = {
	{.name = "member", .kind = FIELD_ID,   .flags = R},
	{.name = "at",     .kind = FIELD_AT,   .flags = R},
	{.name = "ready",  .kind = FIELD_BOOL, .flags = R},
};
PART(shape_draft_head, draft_head);

static const struct shape_field ticket_row[] = {
	{.name = "id",              .kind = FIELD_ID,     .flags = R},
	{.name = "subject",         .kind = FIELD_TEXT,   .flags = R},
	{.name = "state",           .kind = FIELD_TEXT,   .flags = R},
	{.name = "waiting_reason",  .kind = FIELD_TEXT,   .flags = N},
	{.name = "type",            .kind = FIELD_TEXT,   .flags = R},
	{.name = "type_by",         .kind = FIELD_TEXT,   .flags = R},
	{.name = "client",          .kind = FIELD_OBJECT, .flags = R, .shape = &shape_ticket_client},
	{.name = "contact",         .kind = FIELD_OBJECT, .flags = N, .shape = &shape_ticket_contact},
	{.name = "assignee",        .kind = FIELD_ID,     .flags = N},
	{.name = "opened_at",       .kind = FIELD_AT,     .flags = R},
	{.name = "last_at",         .kind = FIELD_AT,     .flags = R},
	{.name = "last_in_at",      .kind = FIELD_AT,     .flags = N},
	{.name = "last_out_at",     .kind = FIELD_AT,     .flags = N},
	{.name = "unanswered",      .kind = FIELD_INT,    .flags = R},
	{.name = "messages",        .kind = FIELD_INT,    .flags = R},
	{.name = "has_attachments", .kind = FIELD_BOOL,   .flags = R},
	{.name = "preview",         .kind = FIELD_TEXT,   .flags = R | L},
	{.name = "clock",           .kind = FIELD_OBJECT, .flags = N, .shape = &shape_clock},
	{.name = "flags",           .kind = FIELD_LIST,   .flags = R, .item = &flag_item},
	{.name = "priority",        .kind = FIELD_INT,    .flags = R},
	{.name = "merged_into",     .kind = FIELD_ID,     .flags = N},
	{.name = "undelivered",     .kind = FIELD_BOOL,   .flags = R},
	{.name = "snoozed",         .kind = FIELD_OBJECT, .flags = N, .shape = &shape_snoozed},
	{.name = "brand",           .kind = FIELD_ID,     .flags = N},
	{.name = "away_until",      .kind = FIELD_AT,     .flags = N},
	{.name = "followers",       .kind = FIELD_LIST,   .flags = R, .item = &member_id_item},
	{.name = "draft",           .kind = FIELD_OBJECT, .flags = N, .shape = &shape_draft_head},
	{.name = "hit",             .kind = FIELD_OBJECT, .shape = &shape_hit},
};
SHAPE(shape_ticket_row, ticket_row);
static const struct shape_field ticket_item = {.kind = FIELD_OBJECT, .shape = &shape_ticket_row};

static const struct shape_field tickets[] = {
	SEQ, NOW,
	{.name = "tickets", .kind = FIELD_LIST, .flags = R, .item = &ticket_item},
	{.name = "next",    .kind = FIELD_TEXT, .flags = N},
	{.name = "suggest", .kind = FIELD_TEXT},
};
SHAPE(shape_tickets, tickets);

static const struct shape_field late[] = {
	{.name = "types", .kind = FIELD_MAP, .flags = R, .item = &int_item},
};
PART(shape_late, late);
static const struct shape_field counts[] = {
	SEQ,
	{.name = "open",       .kind = FIELD_INT, .flags = R},
	{.name = "mine",       .kind = FIELD_INT},
	{.name = "unassigned", .kind = FIELD_INT, .flags = R},
	{.name = "flagged",    .kind = FIELD_INT, .flags = R},
	{.name = "waiting",    .kind = FIELD_INT, .flags = R},
	{.name = "snoozed",    .kind = FIELD_INT, .flags = R},
	{.name = "closed",     .kind = FIELD_INT, .flags = R},
	{.name = "quarantine", .kind = FIELD_INT, .flags = R},
	{.name = "types",      .kind = FIELD_MAP, .flags = R, .item = &int_item},
	{.name = "members",    .kind = FIELD_MAP, .flags = R, .item = &int_item},
	{.name = "late",       .kind = FIELD_OBJECT, .flags = R, .shape = &shape_late},
};
SHAPE(shape_counts, counts);

static const struct shape_field participant[] = {
	{.name = "contact", .kind = FIELD_ID,   .flags = N},
	{.name = "name",    .kind = FIELD_TEXT, .flags = R},
	{.name = "address", .kind = FIELD_TEXT, .flags = R},
	{.name = "role",    .kind = FIELD_TEXT, .flags = R},
};
PART(shape_participant, participant);
static const struct shape_field participant_item = {.kind = FIELD_OBJECT, .shape = &shape_participant};

static const struct shape_field person[] = {
	{.name = "name",    .kind = FIELD_TEXT, .flags = R},
	{.name = "address", .kind = FIELD_TEXT, .flags = R},
	{.name = "contact", .kind = FIELD_ID,   .flags = FIELD_NULL},
	{.name = "member",  .kind = FIELD_ID,   .flags = FIELD_NULL},
};
PART(shape_person, person);
static const struct shape_field person_item = {.kind = FIELD_OBJECT, .shape = &shape_person};

static const struct shape_field attachment[] = {
	{.name = "n",      .kind = FIELD_INT,  .flags = R},
	{.name = "name",   .kind = FIELD_TEXT, .flags = R},
	{.name = "type",   .kind = FIELD_TEXT, .flags = R},
	{.name = "size",   .kind = FIELD_INT,  .flags = R},
	{.name = "inline", .kind = FIELD_BOOL, .flags = R},
};
PART(shape_attachment, attachment);
static const struct shape_field attachment_item = {.kind = FIELD_OBJECT, .shape = &shape_attachment};

static const struct shape_field signal[] = {
	{.name = "kind",  .kind = FIELD_TEXT, .flags = R},
	{.name = "start", .kind = FIELD_INT,  .flags = R},
	{.name = "end",   .kind = FIELD_INT,  .flags = R},
};
PART(shape_signal, signal);
static const struct shape_field signal_item = {.kind = FIELD_OBJECT, .shape = &shape_signal};

static const struct shape_field delivery[] = {
	{.name = "state",    .kind = FIELD_TEXT, .flags = R},
	{.name = "until_at", .kind = FIELD_AT,   .flags = N},
	{.name = "reason",   .kind = FIELD_TEXT, .flags = N | L},
	{.name = "cancel_on_reply", .kind = FIELD_BOOL},
};
PART(shape_delivery, delivery);
static const struct shape_field call[] = {
	{.name = "direction", .kind = FIELD_TEXT, .flags = R},
	{.name = "spoke",     .kind = FIELD_BOOL, .flags = R},
};
PART(shape_call_line, call);

static const struct shape_field auth[] = {
	{.name = "spf",   .kind = FIELD_TEXT, .flags = N},
	{.name = "dkim",  .kind = FIELD_TEXT, .flags = N},
	{.name = "dmarc", .kind = FIELD_TEXT, .flags = N},
};
PART(shape_auth, auth);

static const struct shape_field hit_place[] = {
	{.name = "start", .kind = FIELD_INT, .flags = R},
	{.name = "end",   .kind = FIELD_INT, .flags = R},
};
PART(shape_hit_place, hit_place);
static const struct shape_field hit_place_item = {.kind = FIELD_OBJECT, .shape = &shape_hit_place};

static const struct shape_field message[] = {
	{.name = "id",            .kind = FIELD_ID,     .flags = R},
	{.name = "kind",          .kind = FIELD_TEXT,   .flags = R},
	{.name = "at",            .kind = FIELD_AT,     .flags = R},
	{.name = "from",          .kind = FIELD_OBJECT, .flags = R, .shape = &shape_person},
	{.name = "to",            .kind = FIELD_LIST,   .flags = R, .item = &person_item},
	{.name = "cc",            .kind = FIELD_LIST,   .flags = R, .item = &person_item},
	{.name = "subject",       .kind = FIELD_TEXT,   .flags = R},
	{.name = "text",          .kind = FIELD_TEXT,   .flags = R | L},
	{.name = "full",          .kind = FIELD_TEXT,   .flags = N | L},
	{.name = "has_html",      .kind = FIELD_BOOL,   .flags = R},
	{.name = "remote_images", .kind = FIELD_INT,    .flags = R},
	{.name = "attachments",   .kind = FIELD_LIST,   .flags = R, .item = &attachment_item},
	{.name = "auto",          .kind = FIELD_TEXT,   .flags = R},
	{.name = "auth",          .kind = FIELD_OBJECT, .flags = N, .shape = &shape_auth},
	{.name = "errors",        .kind = FIELD_LIST,   .flags = R, .item = &text_item},
	{.name = "signals",       .kind = FIELD_LIST,   .flags = R, .item = &signal_item},
	{.name = "delivery",      .kind = FIELD_OBJECT, .flags = N, .shape = &shape_delivery},
	{.name = "call",          .kind = FIELD_OBJECT, .flags = N, .shape = &shape_call_line},
	{.name = "hits",          .kind = FIELD_LIST,   .item = &hit_place_item},
};
PART(shape_message, message);
static const struct shape_field message_item = {.kind = FIELD_OBJECT, .shape = &shape_message};

static const struct shape_field sum_line[] = {
	{.name = "from_at",    .kind = FIELD_AT,   .flags = R},
	{.name = "to_at",      .kind = FIELD_AT,   .flags = R},
	{.name = "counted_ms", .kind = FIELD_INT,  .flags = R},
	{.name = "what",       .kind = FIELD_TEXT, .flags = R},
	{.name = "reason",     .kind = FIELD_TEXT, .flags = N},
};
PART(shape_sum_line, sum_line);
static const struct shape_field sum_item = {.kind = FIELD_OBJECT, .shape = &shape_sum_line};

static const struct shape_field promise[] = {
	{.name = "id",         .kind = FIELD_ID,   .flags = R},
	{.name = "ticket",     .kind = FIELD_ID,   .flags = R},
	{.name = "kind",       .kind = FIELD_TEXT, .flags = R},
	{.name = "state",      .kind = FIELD_TEXT, .flags = R},
	{.name = "running",    .kind = FIELD_BOOL, .flags = R},
	{.name = "started_at", .kind = FIELD_AT,   .flags = R},
	{.name = "due_at",     .kind = FIELD_AT,   .flags = N},
	{.name = "warn_at",    .kind = FIELD_AT,   .flags = N},
	{.name = "target_ms",  .kind = FIELD_INT,  .flags = R},
	{.name = "used_ms",    .kind = FIELD_INT,  .flags = R},
	{.name = "calendar",   .kind = FIELD_TEXT, .flags = R},
	{.name = "owner",      .kind = FIELD_ID,   .flags = N},
	{.name = "kept_at",    .kind = FIELD_AT,   .flags = N},
	{.name = "evidence",   .kind = FIELD_ID,   .flags = N},
	{.name = "late_at",    .kind = FIELD_AT,   .flags = N},
	{.name = "rule",       .kind = FIELD_TEXT, .flags = R},
	{.name = "sum",        .kind = FIELD_LIST, .item = &sum_item},
	{.name = "stops",      .kind = FIELD_LIST, .item = &text_item},
};
PART(shape_promise, promise);
static const struct shape_field promise_item = {.kind = FIELD_OBJECT, .shape = &shape_promise};

static const struct shape_field log_line[] = {
	{.name = "seq",   .kind = FIELD_ID,   .flags = R},
	{.name = "at",    .kind = FIELD_AT,   .flags = R},
	{.name = "kind",  .kind = FIELD_TEXT, .flags = R},
	{.name = "actor", .kind = FIELD_ID,   .flags = N},
	{.name = "text",  .kind = FIELD_TEXT, .flags = R | L},
};
PART(shape_log_line, log_line);
static const struct shape_field log_item = {.kind = FIELD_OBJECT, .shape = &shape_log_line};

static const struct shape_field reason[] = {
	{.name = "text",  .kind = FIELD_TEXT, .flags = R},
	{.name = "quote", .kind = FIELD_TEXT, .flags = N | L},
	{.name = "rule",  .kind = FIELD_TEXT, .flags = R},
};
PART(shape_reason_line, reason);
static const struct shape_field reason_item = {.kind = FIELD_OBJECT, .shape = &shape_reason_line};

static const struct shape_field ticket[] = {
	SEQ, NOW,
	{.name = "ticket",       .kind = FIELD_OBJECT, .flags = R, .shape = &shape_ticket_row},
	{.name = "answer_to",    .kind = FIELD_OBJECT, .flags = N, .shape = &shape_ticket_contact},
	{.name = "participants", .kind = FIELD_LIST,   .flags = R, .item = &participant_item},
	{.name = "audience",     .kind = FIELD_OBJECT, .flags = R, .shape = &shape_audience},
	{.name = "messages",     .kind = FIELD_LIST,   .flags = R, .item = &message_item},
	{.name = "promises",     .kind = FIELD_LIST,   .flags = R, .item = &promise_item},
	{.name = "log",          .kind = FIELD_LIST,   .flags = R, .item = &log_item},
	{.name = "reasons",      .kind = FIELD_LIST,   .flags = R, .item = &reason_item},
};
SHAPE(shape_ticket, ticket);

static const struct shape_field ticket_answer[] = {
	SEQ,
	{.name = "ticket", .kind = FIELD_OBJECT, .flags = R, .shape = &shape_ticket_row},
};
SHAPE(shape_ticket_answer, ticket_answer);

static const struct shape_field ticket_message[] = {
	SEQ,
	{.name = "ticket",  .kind = FIELD_OBJECT, .flags = R, .shape = &shape_ticket_row},
	{.name = "message", .kind = FIELD_OBJECT, .flags = N, .shape = &shape_message},
};
SHAPE(shape_ticket_message, ticket_message);

static const struct shape_field ticket_text[] = {
	SEQ,
	{.name = "ticket", .kind = FIELD_OBJECT, .flags = R, .shape = &shape_ticket_row},
	{.name = "text",   .kind = FIELD_TEXT,   .flags = R | L},
};
SHAPE(shape_ticket_text, ticket_text);

static const struct shape_field snooze_answer[] = {
	SEQ,
	{.name = "ticket",  .kind = FIELD_OBJECT, .flags = R, .shape = &shape_ticket_row},
	{.name = "running", .kind = FIELD_LIST,   .flags = R, .item = &promise_item},
};
SHAPE(shape_snooze_answer, snooze_answer);

static const struct shape_field promise_answer[] = {
	SEQ,
	{.name = "promise", .kind = FIELD_OBJECT, .flags = R, .shape = &shape_promise},
};
SHAPE(shape_promise_answer, promise_answer);

static const struct shape_field upload[] = {
	{.name = "id",   .kind = FIELD_INT,  .flags = R, .min = -FIELD_INT_MAX},
	{.name = "name", .kind = FIELD_TEXT, .flags = R},
	{.name = "type", .kind = FIELD_TEXT, .flags = R},
	{.name = "size", .kind = FIELD_INT,  .flags = R},
};
SHAPE(shape_upload, upload);

static const struct shape_field client_row[] = {
	{.name = "id",       .kind = FIELD_ID,   .flags = R},
	{.name = "name",     .kind = FIELD_TEXT, .flags = R},
	{.name = "stage",    .kind = FIELD_TEXT, .flags = R},
	{.name = "domain",   .kind = FIELD_TEXT, .flags = N},
	{.name = "contacts", .kind = FIELD_INT,  .flags = R},
	{.name = "open",     .kind = FIELD_INT,  .flags = R},
	{.name = "last_at",  .kind = FIELD_AT,   .flags = N},
};
PART(shape_client_row, client_row);
static const struct shape_field client_item = {.kind = FIELD_OBJECT, .shape = &shape_client_row};
static const struct shape_field clients[] = {
	SEQ,
	{.name = "clients", .kind = FIELD_LIST, .flags = R, .item = &client_item},
	{.name = "next",    .kind = FIELD_TEXT, .flags = N},
};
SHAPE(shape_clients, clients);

static const struct shape_field client[] = {
	{.name = "id",          .kind = FIELD_ID,   .flags = R},
	{.name = "name",        .kind = FIELD_TEXT, .flags = R},
	{.name = "stage",       .kind = FIELD_TEXT, .flags = R},
	{.name = "domain",      .kind = FIELD_TEXT, .flags = N},
	{.name = "first_at",    .kind = FIELD_AT,   .flags = N},
	{.name = "last_in_at",  .kind = FIELD_AT,   .flags = N},
	{.name = "last_out_at", .kind = FIELD_AT,   .flags = N},
	{.name = "unanswered",  .kind = FIELD_INT,  .flags = R},
	{.name = "merged_into", .kind = FIELD_ID,   .flags = N},
};
PART(shape_client, client);
static const struct shape_field client_answer[] = {
	SEQ,
	{.name = "client", .kind = FIELD_OBJECT, .flags = R, .shape = &shape_client},
};
SHAPE(shape_client_answer, client_answer);

static const struct shape_field contact[] = {
	{.name = "id",      .kind = FIELD_ID,   .flags = R},
	{.name = "name",    .kind = FIELD_TEXT, .flags = R},
	{.name = "address", .kind = FIELD_TEXT, .flags = R},
	{.name = "role",    .kind = FIELD_TEXT, .flags = N},
	{.name = "client",  .kind = FIELD_ID},
	{.name = "last_at", .kind = FIELD_AT,   .flags = N},
};
PART(shape_contact, contact);
static const struct shape_field contact_item = {.kind = FIELD_OBJECT, .shape = &shape_contact};
static const struct shape_field contact_answer[] = {
	SEQ,
	{.name = "contact", .kind = FIELD_OBJECT, .flags = R, .shape = &shape_contact},
};
SHAPE(shape_contact_answer, contact_answer);

static const struct shape_field client_record[] = {
	SEQ,
	{.name = "client",   .kind = FIELD_OBJECT, .flags = R, .shape = &shape_client},
	{.name = "contacts", .kind = FIELD_LIST,   .flags = R, .item = &contact_item},
	{.name = "tickets",  .kind = FIELD_LIST,   .flags = R, .item = &ticket_item},
	{.name = "promises", .kind = FIELD_LIST,   .flags = R, .item = &promise_item},
	{.name = "flags",    .kind = FIELD_LIST,   .flags = R, .item = &flag_item},
};
SHAPE(shape_client_record, client_record);

static const struct shape_field search[] = {
	SEQ,
	{.name = "tickets", .kind = FIELD_LIST, .flags = R, .item = &ticket_item},
	{.name = "next",    .kind = FIELD_TEXT, .flags = N},
	{.name = "suggest", .kind = FIELD_TEXT},
};
SHAPE(shape_tickets_found, search);

static const struct shape_field quarantined[] = {
	{.name = "id",       .kind = FIELD_ID,   .flags = R},
	{.name = "at",       .kind = FIELD_AT,   .flags = R},
	{.name = "from",     .kind = FIELD_TEXT, .flags = R},
	{.name = "to",       .kind = FIELD_TEXT, .flags = R},
	{.name = "size",     .kind = FIELD_INT,  .flags = R},
	{.name = "reason",   .kind = FIELD_TEXT, .flags = R},
	{.name = "attempts", .kind = FIELD_INT,  .flags = R},
};
PART(shape_quarantined, quarantined);
static const struct shape_field quarantined_item = {.kind = FIELD_OBJECT, .shape = &shape_quarantined};
static const struct shape_field quarantine[] = {
	SEQ,
	{.name = "items", .kind = FIELD_LIST, .flags = R, .item = &quarantined_item},
};
SHAPE(shape_quarantine, quarantine);

static const struct shape_field done[] = {SEQ};
SHAPE(shape_done, done);

static const struct shape_field agency[] = {
	SEQ,
	{.name = "name",         .kind = FIELD_TEXT, .flags = R},
	{.name = "zone",         .kind = FIELD_TEXT, .flags = R},
	{.name = "undo_seconds", .kind = FIELD_INT,  .flags = R},
};
SHAPE(shape_agency, agency);

static const struct shape_field address[] = {
	{.name = "id",        .kind = FIELD_ID,   .flags = R},
	{.name = "address",   .kind = FIELD_TEXT, .flags = R},
	{.name = "name",      .kind = FIELD_TEXT, .flags = R},
	{.name = "signature", .kind = FIELD_TEXT, .flags = R | L},
	{.name = "active",    .kind = FIELD_BOOL, .flags = R},
	{.name = "brand",     .kind = FIELD_ID,   .flags = N},
};
PART(shape_address, address);
static const struct shape_field address_item = {.kind = FIELD_OBJECT, .shape = &shape_address};
LIST(shape_addresses, address_item);
static const struct shape_field address_answer[] = {
	SEQ,
	{.name = "address", .kind = FIELD_OBJECT, .flags = R, .shape = &shape_address},
};
SHAPE(shape_address_answer, address_answer);

static const struct shape_field interval = {.kind = FIELD_LIST, .item = &text_item};
static const struct shape_field day_hours = {.kind = FIELD_LIST, .item = &interval};
static const struct shape_field calendar[] = {
	SEQ,
	{.name = "zone",     .kind = FIELD_TEXT, .flags = R},
	{.name = "week",     .kind = FIELD_MAP,  .flags = R, .item = &day_hours},
	{.name = "days",     .kind = FIELD_MAP,  .item = &day_hours},
	{.name = "holidays", .kind = FIELD_LIST, .item = &text_item},
};
SHAPE(shape_calendar, calendar);

static const struct shape_field playbook[] = {
	SEQ,
	{.name = "version", .kind = FIELD_INT,  .flags = R},
	{.name = "text",    .kind = FIELD_TEXT, .flags = R | L},
};
SHAPE(shape_playbook, playbook);

static const struct shape_field type_clock[] = {
	{.name = "kind",      .kind = FIELD_TEXT, .flags = R},
	{.name = "target_ms", .kind = FIELD_INT,  .flags = R},
	{.name = "calendar",  .kind = FIELD_TEXT, .flags = R},
};
PART(shape_type_clock, type_clock);
static const struct shape_field type_clock_item = {.kind = FIELD_OBJECT, .shape = &shape_type_clock};
static const struct shape_field request_type[] = {
	{.name = "type",    .kind = FIELD_TEXT, .flags = R},
	{.name = "label",   .kind = FIELD_TEXT, .flags = R},
	{.name = "icon",    .kind = FIELD_TEXT, .flags = R},
	{.name = "clocks",  .kind = FIELD_LIST, .flags = R, .item = &type_clock_item},
	{.name = "phrases", .kind = FIELD_LIST, .flags = R, .item = &text_item},
};
PART(shape_request_type, request_type);
static const struct shape_field request_type_item = {.kind = FIELD_OBJECT, .shape = &shape_request_type};
LIST(shape_request_types, request_type_item);

LIST(shape_members, member_item);
static const struct shape_field member_answer[] = {
	SEQ,
	{.name = "member", .kind = FIELD_OBJECT, .flags = R, .shape = &shape_member},
};
SHAPE(shape_member_answer, member_answer);

static const struct shape_field mail_in[] = {
	{.name = "waiting",     .kind = FIELD_INT, .flags = R},
	{.name = "quarantined", .kind = FIELD_INT, .flags = R},
};
PART(shape_mail_in, mail_in);
static const struct shape_field mail_out[] = {
	{.name = "waiting",      .kind = FIELD_INT, .flags = R},
	{.name = "failed",       .kind = FIELD_INT, .flags = R},
	{.name = "last_sent_at", .kind = FIELD_AT,  .flags = N},
};
PART(shape_mail_out, mail_out);
static const struct shape_field mailbox_state[] = {
	{.name = "id",       .kind = FIELD_ID,   .flags = R},
	{.name = "name",     .kind = FIELD_TEXT, .flags = R},
	{.name = "state",    .kind = FIELD_TEXT, .flags = R},
	{.name = "since_at", .kind = FIELD_AT,   .flags = N},
	{.name = "said",     .kind = FIELD_TEXT, .flags = N},
};
PART(shape_mailbox_state, mailbox_state);
static const struct shape_field mailbox_state_item = {.kind = FIELD_OBJECT, .shape = &shape_mailbox_state};
static const struct shape_field health[] = {
	SEQ,
	{.name = "mailboxes", .kind = FIELD_LIST,  .flags = R, .item = &mailbox_state_item},
	{.name = "mail_in",  .kind = FIELD_OBJECT, .flags = R, .shape = &shape_mail_in},
	{.name = "mail_out", .kind = FIELD_OBJECT, .flags = R, .shape = &shape_mail_out},
	{.name = "disk_full", .kind = FIELD_BOOL,  .flags = R},
	{.name = "sandbox",  .kind = FIELD_TEXT,   .flags = R},
	{.name = "version",  .kind = FIELD_TEXT,   .flags = R},
};
SHAPE(shape_health, health);
/* clang-format on */
