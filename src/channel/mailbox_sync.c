/*
 * Reading one folder: what is new, in order, each mail with its place in one
 * transaction. A mail that cannot be had is replaced by a few words about it,
 * set aside for people to see, and the next one comes.
 */
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "channel/mail_sender.h"
#include "channel/mailboxes_private.h"
#include "store/blob.h"
#include "store/content.h"
#include "store/log.h"
#include "store/record.h"

/* The connection broke so often at one mail: it is the mail. */
#define SYNC_HARD_TRIES 4
/* Renumbered, what is older than this was there before. */
#define SYNC_SKIP_BEFORE (30 * SPAN_DAY)
#define SYNC_STORE_REST  (2 * SPAN_SECOND)

static struct mailboxes *sync_boxes(const struct mailbox_sync *sync)
{
	return sync->watcher->box->boxes;
}

static const struct mailbox_settings *
sync_settings(const struct mailbox_sync *sync)
{
	return &sync->watcher->box->settings;
}

static bool sync_is_in(const struct mailbox_sync *sync)
{
	return sync->watcher->watch == MAILBOX_WATCH_IN;
}

/* -- The place ------------------------------------------------------------- */

static enum status sync_store(struct mailbox_sync *sync)
{
	struct arena *arena = arena_new(LIMIT_BODY_BYTES);
	struct node_asked asked = {.arena = arena,
	                           .run = desk_mailbox_place,
	                           .arguments = &sync->place};
	struct outcome outcome;
	enum status status =
		node_run(sync_boxes(sync)->config.node, &asked, &outcome, NULL);

	arena_free(&arena);
	return status;
}

static enum status sync_load(struct mailbox_sync *sync, int64_t *end_out)
{
	struct node *node = sync_boxes(sync)->config.node;
	struct sql_db *reader = node_reader_take(node);
	struct log_end end = {0};
	enum status status =
		mailbox_place_read(reader, sync->arena, sync_settings(sync)->id,
	                           sync->watcher->watch, &sync->place);
	instant_ms born = 0;

	if (status == ST_NOT_FOUND) {
		sync->place = (struct mailbox_place){
			.mailbox = sync_settings(sync)->id,
			.watch = sync->watcher->watch};
		status = ST_OK;
	}
	if (status == ST_OK && sync->place.started_at == 0) {
		status = mailbox_added_at(reader, sync->place.mailbox, &born);
		/* Servers count whole seconds. */
		sync->place.started_at = born - born % SPAN_SECOND;
	}
	if (status == ST_OK)
		status = log_find_end(reader, &end);
	node_reader_return(node, reader);
	*end_out = end.seq;
	return status;
}

/*
 * The first time, what came before the mailbox was added is history, which is
 * not ours to bring in. After a renumbering, what is much older than the newest
 * that was taken was taken, too; the rest is told apart by its digest.
 */
static void sync_place(struct mailbox_sync *sync, struct str folder,
                       const struct imap_selected *selected, int64_t end)
{
	struct mailbox_place *place = &sync->place;
	bool first = place->validity == 0 || !str_equal(place->folder, folder);
	instant_ms since = place->started_at;

	if (!first && place->validity == selected->validity)
		return;
	if (first && place->copied == 0)
		place->copied = end;
	/* Another folder begins when it is chosen. */
	if (place->validity != 0 && first)
		since = place->started_at =
			node_now(sync_boxes(sync)->config.node);
	else if (!first && place->last_at - SYNC_SKIP_BEFORE > since)
		since = place->last_at - SYNC_SKIP_BEFORE;
	place->folder = folder;
	place->validity = selected->validity;
	place->uid = 0;
	place->skip_since = since;
	/* 0: the server does not say; then all that is older is skipped. */
	place->skip_until = selected->next ? selected->next : UINT32_MAX;
}

static enum status sync_address(struct mailbox_sync *sync,
                                struct imap_said *said)
{
	struct node *node = sync_boxes(sync)->config.node;
	const struct agency *agency = node_agency_take(node);
	const struct agency_address *address =
		agency_address(agency, sync_settings(sync)->address);
	bool good = address && address->record.active;

	if (good)
		sync->recipient = str_copy(sync->arena, address->address);
	node_agency_return(node, agency);
	if (good)
		return ST_OK;
	said->fault = IMAP_FAULT_FOLDER;
	snprintf(said->text, sizeof(said->text),
	         "The address that its mail is for is not in use here.");
	return ST_NOT_FOUND;
}

enum status mailbox_sync_begin(struct mailbox_sync *sync,
                               struct imap_said *said)
{
	const struct mailbox_settings *settings = sync_settings(sync);
	struct str folder =
		sync_is_in(sync) ? settings->folder : settings->sent_folder;
	struct imap_selected selected;
	int64_t end = 0;
	enum status status = sync_address(sync, said);

	if (status == ST_OK)
		status = imap_select(sync->imap, folder, &selected, said);
	if (status != ST_OK)
		return status;
	sync->idle = selected.idle;
	sync->next = selected.next;
	if (sync_load(sync, &end) != ST_OK)
		return ST_STORE;
	sync_place(sync, folder, &selected, end);
	return sync_store(sync) == ST_OK ? ST_OK : ST_STORE;
}

/* -- One mail -------------------------------------------------------------- */

/* Words in place of a mail that cannot be had, as a mail. */
static struct str sync_stand_in(struct mailbox_sync *sync,
                                const struct imap_entry *entry,
                                struct str header, const char *reason)
{
	char at[INSTANT_TEXT_SIZE];

	instant_print(entry->at, at);
	return str_printf(
		sync->turn,
		"From: Holdfast <mailbox@holdfast.invalid>\r\n"
		"To: %.*s\r\n"
		"Subject: A mail that could not be fetched\r\n"
		"Message-ID: <%lld.%lld.%u@mailbox.holdfast.invalid>\r\n"
		"Auto-Submitted: auto-generated\r\n"
		"MIME-Version: 1.0\r\n"
		"Content-Type: text/plain; charset=utf-8\r\n"
		"\r\n"
		"A mail of %lld bytes that arrived in the mailbox's folder at "
		"%s could not be fetched: %s\r\n"
		"It is still there, as number %u. Look at it with a mail "
		"program.\r\n\r\n%.*s",
		STR_ARG(sync->recipient), (long long)sync->place.mailbox,
		(long long)sync->place.validity, entry->uid,
		(long long)entry->size, at, reason, entry->uid,
		STR_ARG(header));
}

/* Waits while the store cannot. False when the thread is to end. */
static bool sync_accept(struct mailbox_sync *sync,
                        const struct imap_entry *entry, struct str raw,
                        enum why set_aside, struct imap_said *said)
{
	struct node *node = sync_boxes(sync)->config.node;
	struct mailbox_place place = sync->place;
	instant_ms now = node_now(node);
	struct mail_in mail = {
		.sender = set_aside ? STR("") : mail_sender(raw),
		.recipients = &sync->recipient,
		.recipient_count = 1,
		.raw = raw,
		.source = sync_is_in(sync) ? SOURCE_IMAP : SOURCE_SENT,
		.at = entry->at > 0 && entry->at < now ? entry->at : now,
		.place = &place,
		.set_aside = set_aside,
	};
	enum status result = ST_BUSY;

	place.uid = entry->uid;
	if (mail.at > place.last_at)
		place.last_at = mail.at;
	while (node_accept_mail(node, &mail, &result),
	       result == ST_BUSY || result == ST_STORE) {
		if (mailbox_watch_rest(sync->watcher, SYNC_STORE_REST))
			return false;
	}
	if (result == ST_OK) {
		sync->place = place;
		return true;
	}
	said->fault = IMAP_FAULT_FOLDER;
	snprintf(said->text, sizeof(said->text),
	         "The address that its mail is for is not in use here.");
	return false;
}

static bool sync_set_aside(struct mailbox_sync *sync,
                           const struct imap_entry *entry, enum why why,
                           const char *reason, struct str header,
                           struct imap_said *said)
{
	mailboxes_log(sync_boxes(sync), "mailbox %lld: mail %u set aside: %s",
	              (long long)sync->place.mailbox, entry->uid, reason);
	return sync_accept(sync, entry,
	                   sync_stand_in(sync, entry, header, reason), why,
	                   said);
}

static enum status sync_seen(struct mailbox_sync *sync, struct str raw,
                             bool *seen_out)
{
	struct node *node = sync_boxes(sync)->config.node;
	unsigned char digest[MAILBOX_DIGEST_BYTES];
	struct sql_db *reader = node_reader_take(node);
	enum status status;

	mailbox_digest(raw, digest);
	status = mailbox_seen(reader, sync->place.mailbox, digest, seen_out);
	node_reader_return(node, reader);
	return status;
}

/* Whether it is in the folder still. */
static enum status sync_is_there(struct mailbox_sync *sync, uint32_t uid,
                                 bool *there_out, struct imap_said *said)
{
	struct imap_entry *entries;
	size_t count = 0;
	enum status status = imap_list(sync->imap, uid, uid, sync->turn,
	                               &entries, &count, said);

	*there_out = count > 0;
	return status;
}

/* The server gave nothing: it is gone, or it is not to be had. */
static enum status sync_refused(struct mailbox_sync *sync,
                                const struct imap_entry *entry,
                                struct imap_said *said)
{
	struct imap_said reason = *said;
	bool there = false;
	enum status status = sync_is_there(sync, entry->uid, &there, said);

	if (status != ST_OK)
		return status;
	if (!there) {
		sync->place.uid = entry->uid;
		return ST_OK;
	}
	return sync_set_aside(sync, entry, WHY_UNFETCHED, reason.text, STR(""),
	                      said)
	               ? ST_OK
	               : ST_CONFLICT;
}

static enum status sync_fetched(struct mailbox_sync *sync,
                                const struct imap_entry *entry, struct str raw,
                                struct imap_said *said)
{
	bool seen = false;
	enum status status = sync_seen(sync, raw, &seen);

	if (status != ST_OK)
		return ST_STORE;
	if (seen) {
		sync->place.uid = entry->uid;
		return sync_store(sync) == ST_OK ? ST_OK : ST_STORE;
	}
	return sync_accept(sync, entry, raw, WHY_NONE, said) ? ST_OK
	                                                     : ST_CONFLICT;
}

static enum status sync_too_big(struct mailbox_sync *sync,
                                const struct imap_entry *entry,
                                struct imap_said *said)
{
	struct str header = STR("");
	enum status status = imap_fetch_header(sync->imap, entry->uid,
	                                       sync->turn, &header, said);

	if (status != ST_OK && status != ST_NOT_FOUND)
		return status;
	return sync_set_aside(sync, entry, WHY_TOO_BIG,
	                      "it is larger than what is taken.", header, said)
	               ? ST_OK
	               : ST_CONFLICT;
}

static enum status sync_one(struct mailbox_sync *sync,
                            const struct imap_entry *entry,
                            struct imap_said *said)
{
	struct mailbox_watcher *watcher = sync->watcher;
	struct str raw;
	enum status status;

	if (entry->size > (int64_t)LIMIT_MAIL_BYTES)
		return sync_too_big(sync, entry, said);
	if (watcher->hard_uid == entry->uid &&
	    watcher->hard_tries >= SYNC_HARD_TRIES)
		return sync_set_aside(sync, entry, WHY_UNFETCHED,
		                      "each time the connection broke.",
		                      STR(""), said)
		               ? ST_OK
		               : ST_CONFLICT;
	if (watcher->hard_uid != entry->uid)
		watcher->hard_tries = 0;
	watcher->hard_uid = entry->uid;
	status = imap_fetch(sync->imap, entry->uid, sync->turn, &raw, said);
	if (status == ST_NOT_FOUND)
		return sync_refused(sync, entry, said);
	if (status == ST_OK)
		return sync_fetched(sync, entry, raw, said);
	/* Who is asked to end has no hard mail. */
	if (!atomic_load(&watcher->stop))
		watcher->hard_tries++;
	return status;
}

/* -- All of them ----------------------------------------------------------- */

static bool sync_skips(const struct mailbox_place *place,
                       const struct imap_entry *entry)
{
	return entry->uid < place->skip_until && entry->at > 0 &&
	       entry->at < place->skip_since;
}

static void sync_behind(struct mailbox_sync *sync, int64_t behind)
{
	struct mailbox *box = sync->watcher->box;
	bool tell;

	if (!sync_is_in(sync))
		return;
	pthread_mutex_lock(&box->lock);
	/* Told at the ends, and now and then between. */
	tell = box->health.behind != behind &&
	       (behind == 0 || behind % 50 == 0);
	box->health.behind = behind;
	if (sync->place.last_at > box->health.last_mail_at)
		box->health.last_mail_at = sync->place.last_at;
	pthread_mutex_unlock(&box->lock);
	if (tell)
		mailbox_changed(box);
}

static enum status sync_entries(struct mailbox_sync *sync,
                                const struct imap_entry *entries, size_t count,
                                struct imap_said *said)
{
	bool skipped = false;
	enum status status = ST_OK;

	for (size_t i = 0;
	     i < count && status == ST_OK && !atomic_load(&sync->watcher->stop);
	     i++) {
		skipped = sync_skips(&sync->place, &entries[i]);
		if (skipped) {
			sync->place.uid = entries[i].uid;
			continue;
		}
		status = sync_one(sync, &entries[i], said);
		arena_clear(sync->turn);
		sync_behind(sync, (int64_t)(count - i - 1));
	}
	/* What was passed over need not be listed again. */
	if (skipped && status == ST_OK && sync_store(sync) != ST_OK)
		status = ST_STORE;
	return status;
}

enum status mailbox_sync_run(struct mailbox_sync *sync, struct imap_said *said)
{
	struct imap_entry *entries;
	size_t count = 1;
	enum status status = ST_OK;

	while (status == ST_OK && count > 0 &&
	       !atomic_load(&sync->watcher->stop) &&
	       sync->place.uid < UINT32_MAX) {
		count = 0;
		status = imap_list(sync->imap, (uint32_t)sync->place.uid + 1,
		                   UINT32_MAX, sync->list, &entries, &count,
		                   said);
		if (status == ST_OK)
			status = sync_entries(sync, entries, count, said);
		arena_clear(sync->list);
	}
	return status;
}

/* -- Copies of what was sent ----------------------------------------------- */

struct sync_copy {
	int64_t message;
	struct message record;
	struct str message_id, raw;
};

/* ST_NOT_FOUND: there is nothing to copy of it. */
static enum status sync_copy_load(struct mailbox_sync *sync,
                                  struct sync_copy *copy)
{
	struct node *node = sync_boxes(sync)->config.node;
	struct sql_db *reader = node_reader_take(node);
	enum status status = record_read(reader, RECORD_MESSAGE, copy->message,
	                                 &copy->record.id);

	if (status == ST_OK &&
	    (copy->record.raw == 0 ||
	     copy->record.address != sync_settings(sync)->address))
		status = ST_NOT_FOUND;
	if (status == ST_OK)
		status = content_read(reader, sync->turn, copy->message,
		                      SLOT_MESSAGE_ID, &copy->message_id);
	if (status == ST_OK && copy->message_id.length == 0)
		status = ST_NOT_FOUND;
	if (status == ST_OK)
		status = blob_read(reader, copy->record.raw, sync->turn,
		                   &copy->raw);
	node_reader_return(node, reader);
	return status;
}

static enum status sync_seen_run(struct desk *desk, const struct turn *turn,
                                 void *arguments, struct outcome *outcome_out,
                                 struct problem *problem_out)
{
	struct mailbox_sync *sync = ((void **)arguments)[0];
	const struct sync_copy *copy = ((void **)arguments)[1];
	unsigned char digest[MAILBOX_DIGEST_BYTES];

	(void)turn;
	(void)problem_out;
	*outcome_out = (struct outcome){.seq = desk->end.seq};
	mailbox_digest(copy->raw, digest);
	return mailbox_seen_add(desk->db, sync->place.mailbox, digest);
}

/* Our own copy, met again in that folder, is no news. */
static enum status sync_copy_known(struct mailbox_sync *sync,
                                   struct sync_copy *copy)
{
	void *arguments[] = {sync, copy};
	struct node_asked asked = {.arena = sync->turn,
	                           .run = sync_seen_run,
	                           .arguments = arguments};
	struct outcome outcome;

	return node_run(sync_boxes(sync)->config.node, &asked, &outcome, NULL);
}

static enum status sync_copy_one(struct mailbox_sync *sync, int64_t message,
                                 struct imap_said *said)
{
	struct sync_copy copy = {.message = message};
	bool has = false;
	enum status status = sync_copy_load(sync, &copy);

	if (status == ST_NOT_FOUND)
		return ST_OK;
	if (status != ST_OK || sync_copy_known(sync, &copy) != ST_OK)
		return ST_STORE;
	/* It may be there: by the provider's doing, or ours before a crash. */
	status = imap_has(sync->imap, copy.message_id, &has, said);
	if (status == ST_OK && !has)
		status = imap_append(sync->imap, sync->place.folder, copy.raw,
		                     copy.record.at, said);
	if (status != ST_NOT_FOUND)
		return status;
	/* A copy that is not taken is no reason to stop. */
	mailboxes_log(
		sync_boxes(sync), "mailbox %lld: no copy of message %lld: %s",
		(long long)sync->place.mailbox, (long long)message, said->text);
	return ST_OK;
}

enum status mailbox_sync_copies(struct mailbox_sync *sync,
                                struct imap_said *said)
{
	struct node *node = sync_boxes(sync)->config.node;
	struct str provider = sync_settings(sync)->provider;
	struct mailbox_sent sent[50];
	size_t count = sizeof(sent) / sizeof(*sent), room = count;
	enum status status = ST_OK;

	/* These keep a copy of what goes through them by themselves. */
	if (str_equal(provider, STR("google")) ||
	    str_equal(provider, STR("microsoft")))
		return ST_OK;
	while (count == room && status == ST_OK &&
	       !atomic_load(&sync->watcher->stop)) {
		struct sql_db *reader = node_reader_take(node);

		status = mailbox_sent_after(reader, sync->place.copied, sent,
		                            room, &count);
		node_reader_return(node, reader);
		for (size_t i = 0; i < count && status == ST_OK; i++) {
			status = sync_copy_one(sync, sent[i].message, said);
			arena_clear(sync->turn);
			if (status == ST_OK)
				sync->place.copied = sent[i].seq;
		}
		if (count > 0 && sync_store(sync) != ST_OK)
			status = ST_STORE;
	}
	return status;
}
