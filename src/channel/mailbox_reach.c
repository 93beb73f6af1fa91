/* From settings to a conversation that is signed in. */
#include <stdio.h>

#include "base/limits.h"
#include "channel/mailboxes_private.h"
#include "store/view.h"

enum status mailbox_load(struct mailboxes *boxes, struct arena *arena,
                         int64_t mailbox, struct mailbox_settings *out)
{
	struct sql_db *reader = node_reader_take(boxes->config.node);
	struct view_item item;
	enum status status = view_item(reader, arena, mailbox, &item);

	node_reader_return(boxes->config.node, reader);
	if (status != ST_OK)
		return status;
	if (!item.record.active ||
	    mailbox_settings_read(arena, &item, out) != ST_OK)
		return ST_NOT_FOUND;
	out->imap.patience = mailboxes_patience(boxes);
	return ST_OK;
}

enum status mailbox_secret(struct mailboxes *boxes, struct arena *arena,
                           int64_t mailbox, enum mailbox_secret which,
                           struct str host, struct str *out)
{
	struct sql_db *reader = node_reader_take(boxes->config.node);
	enum status status =
		mailbox_secret_read(reader, arena, mailbox, which, host, out);

	node_reader_return(boxes->config.node, reader);
	return status;
}

static enum status reach_no_password(struct imap_said *said)
{
	said->fault = IMAP_FAULT_SIGN_IN;
	snprintf(said->text, sizeof(said->text),
	         "There is no password for this server. Type it again.");
	return ST_FORBIDDEN;
}

enum status mailbox_credential(struct mailboxes *boxes, struct arena *arena,
                               const struct mailbox_settings *settings,
                               enum imap_auth auth, bool smtp, struct str *out,
                               struct imap_said *said)
{
	enum status status;

	if (auth == IMAP_AUTH_XOAUTH2)
		return mailbox_access(boxes, arena, settings, out, said);
	status = mailbox_secret(
		boxes, arena, settings->id,
		smtp ? MAILBOX_SMTP_PASSWORD : MAILBOX_PASSWORD,
		smtp ? settings->smtp.host : settings->imap.host, out);
	/* Most have one password for both. */
	if (status == ST_NOT_FOUND && smtp &&
	    str_equal(settings->smtp.user, settings->user))
		status = mailbox_secret(boxes, arena, settings->id,
		                        MAILBOX_PASSWORD, settings->imap.host,
		                        out);
	if (status == ST_NOT_FOUND)
		return reach_no_password(said);
	return status == ST_OK ? ST_OK : ST_BUSY;
}

enum mailbox_state mailbox_state_of(const struct imap_said *said)
{
	/* clang-format off */
	static const enum mailbox_state states[IMAP_FAULT_COUNT] = {
		[IMAP_FAULT_NONE]        = MAILBOX_RETRYING,
		[IMAP_FAULT_RESOLVE]     = MAILBOX_RETRYING,
		[IMAP_FAULT_CONNECT]     = MAILBOX_RETRYING,
		[IMAP_FAULT_TLS]         = MAILBOX_CERTIFICATE,
		[IMAP_FAULT_CERTIFICATE] = MAILBOX_CERTIFICATE,
		[IMAP_FAULT_SIGN_IN]     = MAILBOX_REFUSED,
		[IMAP_FAULT_FOLDER]      = MAILBOX_REFUSED,
		[IMAP_FAULT_REFUSED]     = MAILBOX_RETRYING,
		[IMAP_FAULT_LOST]        = MAILBOX_RETRYING,
	};
	/* clang-format on */

	return states[said->fault];
}

static void reach_hold(struct mailbox_watcher *watcher, struct imap *imap)
{
	if (!watcher)
		return;
	pthread_mutex_lock(&watcher->lock);
	watcher->imap = imap;
	/* It may have been asked to end before there was what to interrupt. */
	if (imap && atomic_load(&watcher->stop))
		imap_interrupt(imap);
	pthread_mutex_unlock(&watcher->lock);
}

void mailbox_leave(struct mailbox_watcher *watcher, struct imap **imap)
{
	reach_hold(watcher, NULL);
	imap_close(imap);
}

/* *had_out: there was something to sign in with. */
static enum status reach_once(struct mailboxes *boxes,
                              const struct mailbox_settings *settings,
                              struct mailbox_watcher *watcher,
                              struct imap **imap_out, struct imap_said *said,
                              bool *had_out)
{
	struct arena *arena = arena_new(LIMIT_BODY_BYTES * 8);
	struct imap *imap = NULL;
	struct str secret = STR("");
	enum status status = mailbox_credential(
		boxes, arena, settings, settings->auth, false, &secret, said);

	*had_out = status == ST_OK;
	if (status == ST_OK)
		status = imap_new(&boxes->config.program, &imap, said);
	if (status == ST_OK) {
		reach_hold(watcher, imap);
		status = imap_connect(imap, &settings->imap, said);
		if (status == ST_OK)
			status = imap_sign_in(imap, settings->auth,
			                      settings->user, secret, said);
		if (status == ST_OK)
			*imap_out = imap;
		else
			mailbox_leave(watcher, &imap);
	}
	arena_free(&arena);
	return status;
}

enum status mailbox_reach(struct mailboxes *boxes,
                          const struct mailbox_settings *settings,
                          struct mailbox_watcher *watcher,
                          struct imap **imap_out, struct imap_said *said,
                          enum mailbox_state *state_out)
{
	bool token = settings->auth == IMAP_AUTH_XOAUTH2, had = false;
	enum status status;

	*said = (struct imap_said){0};
	status = reach_once(boxes, settings, watcher, imap_out, said, &had);
	/* A token may have been taken back before its time: once anew. */
	if (status == ST_FORBIDDEN && token && had) {
		mailbox_access_forget(boxes, settings->id);
		status = reach_once(boxes, settings, watcher, imap_out, said,
		                    &had);
	}
	*state_out = status == ST_FORBIDDEN && token && !had
	                     ? MAILBOX_TOKEN_EXPIRED
	                     : mailbox_state_of(said);
	return status;
}
