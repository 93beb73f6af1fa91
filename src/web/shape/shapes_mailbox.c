/*
 * Shapes of mailboxes: how they are set up, how they fare.
 */
#include "base/limits.h"
#include "web/shape/shapes.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define SHAPE(symbol, fields)                                                  \
	const struct shape symbol = {#symbol, fields, COUNT(fields), NULL}
#define PART(symbol, fields)                                                   \
	static const struct shape symbol = {#symbol, fields, COUNT(fields),    \
	                                    NULL}

#define HOST_BYTES   253
#define SECRET_BYTES 4000

/* clang-format off */
#define R  FIELD_REQUIRED
#define RF (FIELD_REQUIRED | FIELD_FILLED)
#define RN (FIELD_REQUIRED | FIELD_NULL)
#define N  FIELD_NULL

static const char *const providers[] = {"other", "google", "microsoft", NULL};
static const char *const tls_kinds[] = {"implicit", "starttls", NULL};
static const char *const auths[] = {"password", "oauth2", NULL};

#define SERVER_FIELDS \
	{.name = "host", .kind = FIELD_TEXT, .flags = RF, .max = HOST_BYTES}, \
	{.name = "port", .kind = FIELD_INT,  .flags = R, .min = 1, .max = 65535}, \
	{.name = "tls",  .kind = FIELD_WORD, .flags = R, .words = tls_kinds}, \
	{.name = "user", .kind = FIELD_TEXT, .flags = RF, .max = LIMIT_ADDRESS_BYTES}, \
	{.name = "auth", .kind = FIELD_WORD, .flags = R, .words = auths}

static const struct shape_field imap[] = {
	SERVER_FIELDS,
	{.name = "folder",      .kind = FIELD_TEXT, .max = LIMIT_NAME_BYTES},
	{.name = "sent_folder", .kind = FIELD_TEXT, .flags = N, .max = LIMIT_NAME_BYTES},
};
PART(shape_mailbox_imap, imap);
static const struct shape_field smtp[] = {SERVER_FIELDS};
PART(shape_mailbox_smtp, smtp);
static const struct shape_field oauth[] = {
	{.name = "client",        .kind = FIELD_TEXT, .flags = R, .max = 400},
	{.name = "tenant",        .kind = FIELD_TEXT, .flags = N, .max = 100},
	{.name = "authorized_at", .kind = FIELD_AT,   .flags = N},
};
PART(shape_mailbox_oauth, oauth);

#define MAILBOX_FIELDS(must, filled) \
	{.name = "name",          .kind = FIELD_TEXT,   .flags = filled, .max = LIMIT_NAME_BYTES}, \
	{.name = "address",       .kind = FIELD_ID,     .flags = must}, \
	{.name = "provider",      .kind = FIELD_WORD,   .flags = must, .words = providers}, \
	{.name = "active",        .kind = FIELD_BOOL}, \
	{.name = "imap",          .kind = FIELD_OBJECT, .flags = must, .shape = &shape_mailbox_imap}, \
	{.name = "smtp",          .kind = FIELD_OBJECT, .flags = N, .shape = &shape_mailbox_smtp}, \
	{.name = "oauth",         .kind = FIELD_OBJECT, .flags = N, .shape = &shape_mailbox_oauth}, \
	{.name = "password",      .kind = FIELD_TEXT,   .flags = N, .max = SECRET_BYTES}, \
	{.name = "smtp_password", .kind = FIELD_TEXT,   .flags = N, .max = SECRET_BYTES}, \
	{.name = "oauth_secret",  .kind = FIELD_TEXT,   .flags = N, .max = SECRET_BYTES}

static const struct shape_field mailbox_new[] = {MAILBOX_FIELDS(R, RF)};
SHAPE(shape_mailbox_new, mailbox_new);
static const struct shape_field mailbox_patch[] = {MAILBOX_FIELDS(0, FIELD_FILLED)};
SHAPE(shape_mailbox_patch, mailbox_patch);

static const struct shape_field health[] = {
	{.name = "state",        .kind = FIELD_TEXT, .flags = R},
	{.name = "since_at",     .kind = FIELD_AT,   .flags = RN},
	{.name = "said",         .kind = FIELD_TEXT, .flags = RN},
	{.name = "last_mail_at", .kind = FIELD_AT,   .flags = RN},
	{.name = "next_try_at",  .kind = FIELD_AT,   .flags = RN},
	{.name = "behind",       .kind = FIELD_INT,  .flags = R},
};
PART(shape_mailbox_health, health);

static const struct shape_field mailbox[] = {
	{.name = "id",       .kind = FIELD_ID,     .flags = R},
	{.name = "name",     .kind = FIELD_TEXT,   .flags = R},
	{.name = "shared",   .kind = FIELD_TEXT,   .flags = R},
	{.name = "owner",    .kind = FIELD_ID,     .flags = N},
	{.name = "position", .kind = FIELD_INT,    .flags = R},
	{.name = "address",  .kind = FIELD_ID,     .flags = R},
	{.name = "provider", .kind = FIELD_TEXT,   .flags = R},
	{.name = "active",   .kind = FIELD_BOOL,   .flags = R},
	{.name = "imap",     .kind = FIELD_OBJECT, .flags = R, .shape = &shape_mailbox_imap},
	{.name = "smtp",     .kind = FIELD_OBJECT, .flags = RN, .shape = &shape_mailbox_smtp},
	{.name = "oauth",    .kind = FIELD_OBJECT, .flags = RN, .shape = &shape_mailbox_oauth},
	{.name = "health",   .kind = FIELD_OBJECT, .flags = R, .shape = &shape_mailbox_health},
};
PART(shape_mailbox, mailbox);
static const struct shape_field mailbox_item = {.kind = FIELD_OBJECT, .shape = &shape_mailbox};
static const struct shape_field mailboxes[] = {
	{.name = "seq",       .kind = FIELD_INT,  .flags = R},
	{.name = "mailboxes", .kind = FIELD_LIST, .flags = R, .item = &mailbox_item},
};
SHAPE(shape_mailboxes, mailboxes);
static const struct shape_field mailbox_answer[] = {
	{.name = "seq",     .kind = FIELD_INT,    .flags = R},
	{.name = "mailbox", .kind = FIELD_OBJECT, .flags = R, .shape = &shape_mailbox},
};
SHAPE(shape_mailbox_answer, mailbox_answer);

static const struct shape_field step[] = {
	{.name = "step", .kind = FIELD_TEXT, .flags = R},
	{.name = "ok",   .kind = FIELD_BOOL, .flags = R},
	{.name = "said", .kind = FIELD_TEXT, .flags = RN},
};
PART(shape_mailbox_step, step);
static const struct shape_field step_item = {.kind = FIELD_OBJECT, .shape = &shape_mailbox_step};
static const struct shape_field check[] = {
	{.name = "ok",    .kind = FIELD_BOOL, .flags = R},
	{.name = "steps", .kind = FIELD_LIST, .flags = R, .item = &step_item},
};
SHAPE(shape_mailbox_check, check);

static const struct shape_field folder[] = {
	{.name = "name",     .kind = FIELD_TEXT, .flags = R},
	{.name = "messages", .kind = FIELD_INT,  .flags = RN},
	{.name = "sent",     .kind = FIELD_BOOL, .flags = R},
};
PART(shape_mailbox_folder, folder);
static const struct shape_field folder_item = {.kind = FIELD_OBJECT, .shape = &shape_mailbox_folder};
static const struct shape_field folders[] = {
	{.name = "folders", .kind = FIELD_LIST, .flags = R, .item = &folder_item},
};
SHAPE(shape_mailbox_folders, folders);

static const struct shape_field page[] = {
	{.name = "url", .kind = FIELD_TEXT, .flags = R},
};
SHAPE(shape_mailbox_page, page);

/* What providers put into the address on the way back; most of it is theirs. */
static const struct shape_field callback[] = {
	{.name = "state",             .kind = FIELD_TEXT, .max = 200},
	{.name = "code",              .kind = FIELD_TEXT, .max = 4000},
	{.name = "error",             .kind = FIELD_TEXT, .max = 400},
	{.name = "error_description", .kind = FIELD_TEXT, .max = 4000},
	{.name = "error_uri",         .kind = FIELD_TEXT, .max = 2000},
	{.name = "error_subcode",     .kind = FIELD_TEXT, .max = 400},
	{.name = "scope",             .kind = FIELD_TEXT, .max = 4000},
	{.name = "authuser",          .kind = FIELD_TEXT, .max = 400},
	{.name = "hd",                .kind = FIELD_TEXT, .max = 400},
	{.name = "prompt",            .kind = FIELD_TEXT, .max = 400},
	{.name = "iss",               .kind = FIELD_TEXT, .max = 400},
	{.name = "session_state",     .kind = FIELD_TEXT, .max = 400},
	{.name = "client_info",       .kind = FIELD_TEXT, .max = 4000},
	{.name = "admin_consent",     .kind = FIELD_TEXT, .max = 400},
};
SHAPE(shape_oauth_callback, callback);
/* clang-format on */
