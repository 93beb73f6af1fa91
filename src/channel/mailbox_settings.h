/* A mailbox as it was set up: the item's document read into a struct. */
#ifndef CHANNEL_MAILBOX_SETTINGS_H
#define CHANNEL_MAILBOX_SETTINGS_H

#include "channel/imap.h"
#include "channel/oauth.h"
#include "channel/smtp.h"
#include "store/view.h"

struct mailbox_settings {
	int64_t id;
	int64_t version; /* changes whenever the settings do */
	int64_t address; /* id of the address that its mail is for */
	bool active;
	struct str provider;
	struct imap_server imap;
	enum imap_auth auth;
	struct str user, folder, sent_folder; /* empty: none */
	bool has_smtp;
	struct smtp_target smtp;
	enum imap_auth smtp_auth;
	struct oauth_client oauth;
};

/* From the item; words live in the arena. ST_INVALID: not a mailbox's. */
CHECKED enum status mailbox_settings_read(struct arena *arena,
                                          const struct view_item *item,
                                          struct mailbox_settings *out);
/* The same document, with the instant at which a person gave leave. */
struct str mailbox_settings_authorized(struct arena *arena, struct str document,
                                       instant_ms at);

#endif
