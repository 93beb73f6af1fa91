/* The thread of one watched folder: conversations, and the time between. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/limits.h"
#include "channel/mailboxes_private.h"
#include "node/wire.h"

#define WATCH_IDLE        (5 * SPAN_MINUTE)
#define WATCH_POLL        (1 * SPAN_MINUTE)
#define WATCH_RETRY_FIRST (1 * SPAN_SECOND)
#define WATCH_RETRY_LAST  (5 * SPAN_MINUTE)
#define WATCH_SHOUT       (4 * SPAN_MINUTE)
/* A server that always says that something is new, where nothing is. */
#define WATCH_EMPTY_MAX 5

static span_ms watch_span(span_ms set, span_ms otherwise)
{
	return set > 0 ? set : otherwise;
}

bool mailbox_watch_rest(struct mailbox_watcher *watcher, span_ms span)
{
	int64_t until = wire_tick() + span;
	uint64_t count;

	while (!atomic_load(&watcher->stop) && wire_tick() < until) {
		if (!wire_wait(watcher->wake, POLLIN, until))
			break;
		/* Woken for work: there is none without a conversation. */
		if (read(watcher->wake, &count, sizeof(count)) < 0 &&
		    errno != EAGAIN)
			break;
	}
	return atomic_load(&watcher->stop);
}

/* -- How it fares ---------------------------------------------------------- */

static enum status watch_report_run(struct desk *desk, const struct turn *turn,
                                    void *arguments,
                                    struct outcome *outcome_out,
                                    struct problem *problem_out)
{
	(void)problem_out;
	return desk_mailbox_report(desk, turn, arguments, outcome_out);
}

/* To the log, from where others are told. */
static void watch_report(struct mailbox *box, enum mailbox_state state,
                         const char *said)
{
	struct mailboxes *boxes = box->boxes;
	struct arena *arena = arena_new(LIMIT_BODY_BYTES);
	struct mailbox_report report = {
		.mailbox = box->settings.id,
		.state = state,
		.since = box->health.since_at,
		.said = str_of(said),
	};
	struct node_asked asked = {
		.arena = arena, .run = watch_report_run, .arguments = &report};
	struct outcome outcome;

	if (node_run(boxes->config.node, &asked, &outcome, NULL) != ST_OK)
		mailboxes_log(boxes,
		              "mailbox %lld: how it fares could not be stored",
		              (long long)box->settings.id);
	arena_free(&arena);
}

static void watch_set(struct mailbox *box, enum mailbox_state state,
                      const char *said, instant_ms next_try_at)
{
	struct mailbox_health *health = &box->health;
	bool other;

	pthread_mutex_lock(&box->lock);
	other = health->state != state;
	if (other)
		health->since_at = node_now(box->boxes->config.node);
	health->state = state;
	health->next_try_at = next_try_at;
	snprintf(health->said, sizeof(health->said), "%s", said);
	if (state == MAILBOX_CONNECTED)
		box->failing_since = 0;
	else if (box->failing_since == 0 && state != MAILBOX_CONNECTING)
		box->failing_since = wire_tick();
	pthread_mutex_unlock(&box->lock);
	if (other)
		mailboxes_log(box->boxes, "mailbox %lld is %s%s%s",
		              (long long)box->settings.id,
		              mailbox_state_names[state], *said ? ": " : "",
		              said);
	mailbox_changed(box);
}

/* The folder of sent mail fails by itself, beside a mailbox that works. */
static void watch_set_sent(struct mailbox *box, const char *said)
{
	bool other;

	pthread_mutex_lock(&box->lock);
	other = strcmp(box->sent_said, said) != 0;
	snprintf(box->sent_said, sizeof(box->sent_said), "%s", said);
	pthread_mutex_unlock(&box->lock);
	if (other && *said)
		mailboxes_log(box->boxes, "mailbox %lld, sent mail: %s",
		              (long long)box->settings.id, said);
	if (other)
		mailbox_changed(box);
}

static void watch_connected(struct mailbox_watcher *watcher)
{
	watcher->failures = 0;
	if (watcher->watch == MAILBOX_WATCH_SENT) {
		watch_set_sent(watcher->box, "");
		return;
	}
	watch_set(watcher->box, MAILBOX_CONNECTED, "", 0);
	watch_report(watcher->box, MAILBOX_CONNECTED, "");
}

/* Longer each time, and never all mailboxes at once. */
static span_ms watch_delay(struct mailbox_watcher *watcher)
{
	const struct mailboxes_config *config = &watcher->box->boxes->config;
	span_ms last = watch_span(config->retry_last, WATCH_RETRY_LAST);
	span_ms delay = watch_span(config->retry_first, WATCH_RETRY_FIRST);
	uint32_t dice;

	for (unsigned i = 1; i < watcher->failures && delay < last; i++)
		delay *= 2;
	if (delay > last)
		delay = last;
	node_random(&dice, sizeof(dice));
	return delay / 2 + (span_ms)(dice % 1024) * (delay - delay / 2) / 1024;
}

static void watch_failed(struct mailbox_watcher *watcher,
                         enum mailbox_state state, const char *said)
{
	struct mailbox *box = watcher->box;
	const struct mailboxes_config *config = &box->boxes->config;
	span_ms delay;
	bool shout;

	watcher->failures++;
	/* A password is not tried again and again: accounts are locked so. */
	if (state == MAILBOX_REFUSED && watcher->failures < 20)
		watcher->failures = 20;
	delay = watch_delay(watcher);
	if (watcher->watch == MAILBOX_WATCH_SENT) {
		watch_set_sent(box, said);
		(void)mailbox_watch_rest(watcher, delay);
		return;
	}
	watch_set(box, state, said, node_now(config->node) + delay);
	shout = state != MAILBOX_RETRYING ||
	        wire_tick() - box->failing_since >=
	                watch_span(config->shout_after, WATCH_SHOUT);
	if (shout)
		watch_report(box, state, said);
	(void)mailbox_watch_rest(watcher, delay);
}

/* -- A conversation -------------------------------------------------------- */

static enum status watch_wait(struct mailbox_sync *sync, struct imap_said *said)
{
	struct mailbox_watcher *watcher = sync->watcher;
	span_ms most = watch_span(watcher->box->boxes->config.idle,
	                          sync->idle ? WATCH_IDLE : WATCH_POLL);
	enum status status = imap_wait(sync->imap, most, watcher->wake, said);
	uint64_t count;

	if (read(watcher->wake, &count, sizeof(count)) < 0)
		errno = 0; /* it was not that */
	return status;
}

/* Reads, waits, reads: until something breaks or the thread is to end. */
static enum status watch_talk(struct mailbox_sync *sync, struct imap_said *said)
{
	struct mailbox_watcher *watcher = sync->watcher;
	unsigned empty = 0;
	/* After a failure it works when it has read all, and not before. */
	bool told = watcher->failures == 0;
	enum status status = mailbox_sync_begin(sync, said);

	if (status == ST_OK && told)
		watch_connected(watcher);
	while (status == ST_OK && !atomic_load(&watcher->stop)) {
		int64_t uid = sync->place.uid, since;

		status = mailbox_sync_run(sync, said);
		if (status == ST_OK && watcher->watch == MAILBOX_WATCH_SENT)
			status = mailbox_sync_copies(sync, said);
		if (status != ST_OK)
			break;
		if (!told)
			watch_connected(watcher);
		told = true;
		since = wire_tick();
		status = watch_wait(sync, said);
		empty = sync->place.uid == uid &&
		                        wire_tick() - since < SPAN_SECOND
		                ? empty + 1
		                : 0;
		if (empty > WATCH_EMPTY_MAX &&
		    mailbox_watch_rest(watcher, SPAN_SECOND))
			break;
	}
	return status;
}

static void watch_once(struct mailbox_watcher *watcher)
{
	struct mailbox *box = watcher->box;
	struct mailbox_sync sync = {.watcher = watcher};
	enum mailbox_state state = MAILBOX_RETRYING;
	struct imap_said said = {0};
	enum status status = mailbox_reach(box->boxes, &box->settings, watcher,
	                                   &sync.imap, &said, &state);

	if (status == ST_OK) {
		sync.arena = arena_new(LIMIT_BODY_BYTES);
		sync.list = arena_new(MAILBOX_ARENA_BYTES);
		sync.turn = arena_new(MAILBOX_ARENA_BYTES);
		status = watch_talk(&sync, &said);
		state = mailbox_state_of(&said);
		if (status == ST_STORE)
			snprintf(said.text, sizeof(said.text),
			         "The store cannot write just now.");
		mailbox_leave(watcher, &sync.imap);
		arena_free(&sync.arena);
		arena_free(&sync.list);
		arena_free(&sync.turn);
	}
	if (status != ST_OK && !atomic_load(&watcher->stop))
		watch_failed(watcher, state, said.text);
}

static void *watch_main(void *context)
{
	struct mailbox_watcher *watcher = context;

	while (!atomic_load(&watcher->stop))
		watch_once(watcher);
	return NULL;
}

/* -- From outside ---------------------------------------------------------- */

bool mailbox_watch_start(struct mailbox_watcher *watcher)
{
	pthread_mutex_init(&watcher->lock, NULL);
	watcher->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (watcher->wake >= 0 &&
	    pthread_create(&watcher->thread, NULL, watch_main, watcher) == 0)
		return true;
	if (watcher->wake >= 0)
		close(watcher->wake);
	return false;
}

void mailbox_watch_wake(struct mailbox_watcher *watcher)
{
	const uint64_t one = 1;

	if (write(watcher->wake, &one, sizeof(one)) < 0)
		errno = 0; /* it is awake already */
}

void mailbox_watch_stop(struct mailbox_watcher *watcher)
{
	atomic_store(&watcher->stop, true);
	pthread_mutex_lock(&watcher->lock);
	if (watcher->imap)
		imap_interrupt(watcher->imap);
	pthread_mutex_unlock(&watcher->lock);
	mailbox_watch_wake(watcher);
}

void mailbox_watch_join(struct mailbox_watcher *watcher)
{
	pthread_join(watcher->thread, NULL);
	close(watcher->wake);
	pthread_mutex_destroy(&watcher->lock);
}
