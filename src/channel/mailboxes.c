/*
 * Which mailboxes there are, and that each is watched with the settings that
 * it has now. One thread, the keeper, looks after that.
 */
#include "channel/mailboxes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "channel/mailboxes_private.h"
#include "store/view.h"

#define MAILBOXES_PATIENCE (60 * SPAN_SECOND)
#define MAILBOXES_LINE     600

void mailboxes_log(struct mailboxes *boxes, const char *format, ...)
{
	char line[MAILBOXES_LINE];
	va_list arguments;

	if (!boxes->config.log)
		return;
	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	boxes->config.log(boxes->config.context, line);
}

void mailbox_changed(struct mailbox *box)
{
	const struct mailboxes_config *config = &box->boxes->config;

	if (config->changed)
		config->changed(config->context, box->settings.id);
}

span_ms mailboxes_patience(const struct mailboxes *boxes)
{
	return boxes->config.patience > 0 ? boxes->config.patience
	                                  : MAILBOXES_PATIENCE;
}

/* -- One mailbox ----------------------------------------------------------- */

static void box_watch(struct mailbox *box, enum mailbox_watch watch)
{
	struct mailbox_watcher *watcher = &box->watchers[box->watcher_count];

	watcher->box = box;
	watcher->watch = watch;
	if (watch == MAILBOX_WATCH_SENT)
		atomic_fetch_add(&box->boxes->copying, 1);
	if (mailbox_watch_start(watcher))
		box->watcher_count++;
	else
		mailboxes_log(box->boxes, "mailbox %lld cannot be watched",
		              (long long)box->settings.id);
}

static bool box_has_sent(const struct mailbox_settings *settings)
{
	return settings->sent_folder.length > 0;
}

/* Takes the arena over. */
static struct mailbox *box_new(struct mailboxes *boxes, struct arena *arena,
                               const struct mailbox_settings *settings)
{
	struct mailbox *box = calloc(1, sizeof(*box));

	if (!box)
		abort();
	box->boxes = boxes;
	box->arena = arena;
	box->settings = *settings;
	box->keep = true;
	pthread_mutex_init(&box->lock, NULL);
	box->health.since_at = node_now(boxes->config.node);
	box->health.state = settings->active ? MAILBOX_CONNECTING : MAILBOX_OFF;
	return box;
}

static void box_start(struct mailbox *box)
{
	if (!box->settings.active)
		return;
	box_watch(box, MAILBOX_WATCH_IN);
	if (box_has_sent(&box->settings))
		box_watch(box, MAILBOX_WATCH_SENT);
}

static void box_end(struct mailbox *box)
{
	for (size_t i = 0; i < box->watcher_count; i++)
		mailbox_watch_join(&box->watchers[i]);
	if (box->settings.active && box_has_sent(&box->settings))
		atomic_fetch_sub(&box->boxes->copying, 1);
	pthread_mutex_destroy(&box->lock);
	arena_free(&box->arena);
	free(box);
}

/* Of a list: all are asked first, so that they end at once. */
static void boxes_end(struct mailbox *list)
{
	for (struct mailbox *box = list; box; box = box->next)
		for (size_t i = 0; i < box->watcher_count; i++)
			mailbox_watch_stop(&box->watchers[i]);
	while (list) {
		struct mailbox *box = list;

		list = box->next;
		box_end(box);
	}
}

/* -- The keeper ------------------------------------------------------------ */

static struct mailbox *keeper_find(struct mailboxes *boxes, int64_t id)
{
	struct mailbox *box = boxes->first;

	while (box && box->settings.id != id)
		box = box->next;
	return box;
}

/* One item: is it watched as it is set? A new one is put in `fresh`. */
static void keeper_look(struct mailboxes *boxes, const struct view_item *item,
                        struct mailbox **fresh)
{
	struct arena *arena = arena_new(LIMIT_BODY_BYTES);
	struct mailbox_settings settings;
	struct mailbox *box;

	if (mailbox_settings_read(arena, item, &settings) != ST_OK) {
		arena_free(&arena);
		return;
	}
	settings.imap.patience = mailboxes_patience(boxes);
	pthread_mutex_lock(&boxes->lock);
	box = keeper_find(boxes, settings.id);
	if (box && box->settings.version == settings.version) {
		box->keep = true;
		arena_free(&arena);
	}
	pthread_mutex_unlock(&boxes->lock);
	if (!arena)
		return;
	box = box_new(boxes, arena, &settings);
	box->next = *fresh;
	*fresh = box;
}

/* Takes those out that are not to be kept. */
static struct mailbox *keeper_sort_out(struct mailboxes *boxes)
{
	struct mailbox *gone = NULL;

	pthread_mutex_lock(&boxes->lock);
	for (struct mailbox **at = &boxes->first; *at;) {
		struct mailbox *box = *at;

		if (box->keep) {
			at = &box->next;
			continue;
		}
		*at = box->next;
		box->next = gone;
		gone = box;
	}
	pthread_mutex_unlock(&boxes->lock);
	return gone;
}

static enum status keeper_items(struct mailboxes *boxes, struct arena *arena,
                                struct view_item **items, size_t *count)
{
	struct sql_db *reader = node_reader_take(boxes->config.node);
	enum status status =
		view_items(reader, arena, ITEM_MAILBOX, items, count);

	node_reader_return(boxes->config.node, reader);
	return status;
}

static void keeper_turn(struct mailboxes *boxes, struct arena *arena)
{
	struct view_item *items = NULL;
	struct mailbox *fresh = NULL;
	size_t count = 0;

	if (keeper_items(boxes, arena, &items, &count) != ST_OK) {
		mailboxes_log(boxes, "the mailboxes could not be read");
		return;
	}
	pthread_mutex_lock(&boxes->lock);
	for (struct mailbox *box = boxes->first; box; box = box->next)
		box->keep = false;
	pthread_mutex_unlock(&boxes->lock);
	for (size_t i = 0; i < count; i++)
		keeper_look(boxes, &items[i], &fresh);
	/* Two must never read one folder: the old ones end first. */
	boxes_end(keeper_sort_out(boxes));
	while (fresh) {
		struct mailbox *box = fresh;

		fresh = box->next;
		pthread_mutex_lock(&boxes->lock);
		box->next = boxes->first;
		boxes->first = box;
		pthread_mutex_unlock(&boxes->lock);
		box_start(box);
		mailbox_changed(box);
	}
}

static void *keeper_main(void *context)
{
	struct mailboxes *boxes = context;
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);

	pthread_mutex_lock(&boxes->lock);
	while (!boxes->stop) {
		if (!boxes->dirty) {
			pthread_cond_wait(&boxes->work, &boxes->lock);
			continue;
		}
		boxes->dirty = false;
		pthread_mutex_unlock(&boxes->lock);
		keeper_turn(boxes, arena);
		arena_clear(arena);
		pthread_mutex_lock(&boxes->lock);
	}
	pthread_mutex_unlock(&boxes->lock);
	arena_free(&arena);
	return NULL;
}

/* -- From outside ---------------------------------------------------------- */

enum status mailboxes_start(const struct mailboxes_config *config,
                            struct mailboxes **boxes_out)
{
	struct mailboxes *boxes = calloc(1, sizeof(*boxes));

	if (!boxes)
		abort();
	boxes->config = *config;
	boxes->dirty = true;
	pthread_mutex_init(&boxes->lock, NULL);
	pthread_cond_init(&boxes->work, NULL);
	if (pthread_create(&boxes->keeper, NULL, keeper_main, boxes) != 0) {
		free(boxes);
		return ST_BUSY;
	}
	*boxes_out = boxes;
	return ST_OK;
}

void mailboxes_stop(struct mailboxes *boxes)
{
	struct mailbox *list;

	pthread_mutex_lock(&boxes->lock);
	boxes->stop = true;
	pthread_cond_broadcast(&boxes->work);
	pthread_mutex_unlock(&boxes->lock);
	pthread_join(boxes->keeper, NULL);
	pthread_mutex_lock(&boxes->lock);
	list = boxes->first;
	boxes->first = NULL;
	pthread_mutex_unlock(&boxes->lock);
	boxes_end(list);
}

void mailboxes_release(struct mailboxes **released)
{
	struct mailboxes *boxes = *released;

	if (!boxes)
		return;
	while (boxes->tokens) {
		struct mailbox_token *token = boxes->tokens;

		boxes->tokens = token->next;
		pthread_mutex_destroy(&token->lock);
		explicit_bzero(token->access, sizeof(token->access));
		free(token);
	}
	pthread_mutex_destroy(&boxes->lock);
	pthread_cond_destroy(&boxes->work);
	free(boxes);
	*released = NULL;
}

void mailboxes_look(struct mailboxes *boxes)
{
	pthread_mutex_lock(&boxes->lock);
	boxes->dirty = true;
	pthread_cond_broadcast(&boxes->work);
	pthread_mutex_unlock(&boxes->lock);
}

bool mailboxes_skips(const struct mailboxes *boxes)
{
	return atomic_load(&boxes->copying) == 0;
}

/* A copy of it goes into that folder. */
static void boxes_wake_sent(struct mailboxes *boxes)
{
	for (struct mailbox *box = boxes->first; box; box = box->next) {
		for (size_t i = 0; i < box->watcher_count; i++) {
			if (box->watchers[i].watch == MAILBOX_WATCH_SENT)
				mailbox_watch_wake(&box->watchers[i]);
		}
	}
}

void mailboxes_committed(struct mailboxes *boxes, const struct event *events,
                         size_t count)
{
	bool sent = false;

	for (size_t i = 0; i < count; i++)
		sent = sent || events[i].kind == EV_MAIL_SENT;
	if (!sent)
		return;
	pthread_mutex_lock(&boxes->lock);
	boxes_wake_sent(boxes);
	pthread_mutex_unlock(&boxes->lock);
}

static void boxes_look(void *context)
{
	mailboxes_look(context);
}

static void boxes_health(void *context, int64_t mailbox,
                         struct mailbox_health *health_out)
{
	struct mailboxes *boxes = context;
	struct mailbox *box;

	*health_out = (struct mailbox_health){0};
	pthread_mutex_lock(&boxes->lock);
	box = keeper_find(boxes, mailbox);
	if (box) {
		pthread_mutex_lock(&box->lock);
		*health_out = box->health;
		if (health_out->said[0] == '\0' && box->sent_said[0])
			snprintf(health_out->said, sizeof(health_out->said),
			         "Sent mail: %.300s", box->sent_said);
		pthread_mutex_unlock(&box->lock);
	}
	pthread_mutex_unlock(&boxes->lock);
}

struct mailbox_port mailboxes_port(struct mailboxes *boxes)
{
	return (struct mailbox_port){
		.context = boxes,
		.look = boxes_look,
		.health = boxes_health,
		.check = mailbox_check,
		.folders = mailbox_folders,
		.authorize = mailbox_authorize,
		.authorized = mailbox_authorized,
	};
}

enum status mailboxes_open(struct mailboxes *boxes, int64_t mailbox,
                           struct imap **imap_out, struct imap_said *said)
{
	struct arena *arena = arena_new(LIMIT_BODY_BYTES);
	struct mailbox_settings settings;
	enum mailbox_state state;
	enum status status = mailbox_load(boxes, arena, mailbox, &settings);

	if (status == ST_OK)
		status = mailbox_reach(boxes, &settings, NULL, imap_out, said,
		                       &state);
	arena_free(&arena);
	return status;
}

/* The first active mailbox that is for that address and can send. */
static bool boxes_sender(struct mailboxes *boxes, struct arena *arena,
                         int64_t address, struct mailbox_settings *settings)
{
	struct view_item *items = NULL;
	size_t count = 0;

	if (keeper_items(boxes, arena, &items, &count) != ST_OK)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (mailbox_settings_read(arena, &items[i], settings) ==
		            ST_OK &&
		    settings->active && settings->has_smtp &&
		    settings->address == address)
			return true;
	}
	return false;
}

enum status mailboxes_smtp(struct mailboxes *boxes, struct arena *arena,
                           int64_t address, struct smtp_target *target_out,
                           struct imap_said *said)
{
	struct mailbox_settings settings;
	struct str secret = STR("");
	enum status status;

	if (!boxes_sender(boxes, arena, address, &settings))
		return ST_NOT_FOUND;
	status = mailbox_credential(boxes, arena, &settings, settings.smtp_auth,
	                            true, &secret, said);
	if (status != ST_OK)
		return status;
	*target_out = settings.smtp;
	target_out->password = secret;
	target_out->bearer = settings.smtp_auth == IMAP_AUTH_XOAUTH2;
	target_out->ca_file = boxes->config.program.ca_file;
	return ST_OK;
}

void mailboxes_smtp_refused(struct mailboxes *boxes, struct arena *arena,
                            int64_t address)
{
	struct mailbox_settings settings;

	if (boxes_sender(boxes, arena, address, &settings))
		mailbox_access_forget(boxes, settings.id);
}
