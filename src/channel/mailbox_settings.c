#include "channel/mailbox_settings.h"

#include <jansson.h>
#include <stdlib.h>

static struct str settings_str(struct arena *arena, const json_t *tree,
                               const char *key)
{
	const json_t *value = json_object_get(tree, key);

	if (!json_is_string(value))
		return STR("");
	return str_copy(arena, (struct str){json_string_value(value),
	                                    json_string_length(value)});
}

static int64_t settings_i64(const json_t *tree, const char *key)
{
	return json_integer_value(json_object_get(tree, key));
}

static bool settings_is(struct arena *arena, const json_t *tree,
                        const char *key, const char *word)
{
	return str_equal(settings_str(arena, tree, key), str_of(word));
}

static enum imap_auth settings_auth(struct arena *arena, const json_t *tree)
{
	return settings_is(arena, tree, "auth", "oauth2") ? IMAP_AUTH_XOAUTH2
	                                                  : IMAP_AUTH_PASSWORD;
}

static void settings_imap(struct arena *arena, const json_t *imap,
                          struct mailbox_settings *out)
{
	out->imap.host = settings_str(arena, imap, "host");
	out->imap.port = (unsigned)settings_i64(imap, "port");
	out->imap.tls = settings_is(arena, imap, "tls", "starttls")
	                        ? IMAP_TLS_STARTTLS
	                        : IMAP_TLS_IMPLICIT;
	out->user = settings_str(arena, imap, "user");
	out->auth = settings_auth(arena, imap);
	out->folder = settings_str(arena, imap, "folder");
	out->sent_folder = settings_str(arena, imap, "sent_folder");
	if (out->folder.length == 0)
		out->folder = STR("INBOX");
	if (out->imap.port == 0)
		out->imap.port = out->imap.tls == IMAP_TLS_STARTTLS ? 143 : 993;
}

static void settings_smtp(struct arena *arena, const json_t *smtp,
                          struct mailbox_settings *out)
{
	out->has_smtp = json_is_object(smtp);
	out->smtp.host = settings_str(arena, smtp, "host");
	out->smtp.port = (unsigned)settings_i64(smtp, "port");
	out->smtp.tls = settings_is(arena, smtp, "tls", "starttls")
	                        ? SMTP_TLS_STARTTLS
	                        : SMTP_TLS_IMPLICIT;
	out->smtp.user = settings_str(arena, smtp, "user");
	out->smtp_auth = settings_auth(arena, smtp);
	if (out->smtp.port == 0)
		out->smtp.port = out->smtp.tls == SMTP_TLS_STARTTLS ? 587 : 465;
}

enum status mailbox_settings_read(struct arena *arena,
                                  const struct view_item *item,
                                  struct mailbox_settings *out)
{
	json_t *tree =
		json_loadb(item->document.text ? item->document.text : "",
	                   item->document.length, 0, NULL);
	const json_t *oauth = json_object_get(tree, "oauth");
	struct mailbox_settings read = {
		.id = item->record.id,
		.version = item->record.named_by,
		.address = settings_i64(tree, "address"),
		.provider = settings_str(arena, tree, "provider"),
	};

	if (item->record.sort != ITEM_MAILBOX || !json_is_object(tree)) {
		json_decref(tree);
		return ST_INVALID;
	}
	read.active = item->record.active &&
	              json_is_true(json_object_get(tree, "active"));
	settings_imap(arena, json_object_get(tree, "imap"), &read);
	settings_smtp(arena, json_object_get(tree, "smtp"), &read);
	read.oauth.provider = read.provider;
	read.oauth.client = settings_str(arena, oauth, "client");
	read.oauth.tenant = settings_str(arena, oauth, "tenant");
	json_decref(tree);
	if (read.imap.host.length == 0)
		return ST_INVALID;
	*out = read;
	return ST_OK;
}

struct str mailbox_settings_authorized(struct arena *arena, struct str document,
                                       instant_ms at)
{
	json_t *tree = json_loadb(document.text ? document.text : "",
	                          document.length, 0, NULL);
	json_t *oauth = json_object_get(tree, "oauth");
	struct str changed = document;
	char *text;

	if (json_is_object(oauth) &&
	    json_object_set_new(oauth, "authorized_at", json_integer(at)) ==
	            0) {
		text = json_dumps(tree, JSON_COMPACT);
		if (text)
			changed = str_copy(arena, str_of(text));
		free(text);
	}
	json_decref(tree);
	return changed;
}
