/*
 * Timers are rows. The thread sleeps until the earliest, fires what is due,
 * and looks again whenever something was committed. What was missed while the
 * program was down fires now, at its true time.
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "desk/reply.h"
#include "desk/settings.h"
#include "desk/sweep.h"
#include "node/node_private.h"
#include "store/lookup.h"
#include "store/pending.h"
#include "store/record.h"

#define TIMERS_SLICE 100
/* After a look that found nothing: under load every commit would cause one. */
#define TIMERS_PAUSE 50
/* Never sleeps longer: the wall clock may be set. */
#define TIMERS_SLEEP_MAX (1 * SPAN_SECOND)

static enum status timers_run(struct desk *desk, const struct turn *turn,
                              void *arguments, struct outcome *outcome_out,
                              struct problem *problem_out)
{
	const struct timer *timer = arguments;

	(void)problem_out;
	return desk_timer_fire(desk, turn, timer->kind, timer->subject,
	                       outcome_out);
}

/* One timer, one command: however often it is fired, it acts once. */
static void timers_command(const struct timer *timer,
                           unsigned char command_out[EVENT_COMMAND_BYTES])
{
	memset(command_out, 0, EVENT_COMMAND_BYTES);
	command_out[0] = 't';
	command_out[1] = (unsigned char)timer->kind;
	for (int i = 0; i < 7; i++) {
		command_out[2 + i] = (unsigned char)((uint64_t)timer->subject >>
		                                     (48 - 8 * i));
		command_out[9 + i] =
			(unsigned char)((uint64_t)timer->at >> (48 - 8 * i));
	}
}

/* A message's timer is the desk's (undo, lost attempt) or the outbox's. */
static bool timers_is_send(struct sql_db *reader, const struct timer *timer)
{
	struct message message = {0};

	if (timer->kind != TIMER_MESSAGE ||
	    record_read(reader, RECORD_MESSAGE, timer->subject, &message.id) !=
	            ST_OK)
		return false;
	return message.delivery == DELIVERY_QUEUED ||
	       message.delivery == DELIVERY_DEFERRED ||
	       message.delivery == DELIVERY_UNKNOWN;
}

/* Fires one slice; returns how many did anything, or -1 when one failed. */
static int timers_slice(struct node *node, struct arena *arena,
                        const struct timer *timers, size_t count)
{
	struct node_job jobs[TIMERS_SLICE];
	struct node_asked asked[TIMERS_SLICE];
	unsigned char commands[TIMERS_SLICE][EVENT_COMMAND_BYTES];
	struct sql_db *reader = node_reader_take(node);
	struct outcome outcome;
	size_t fired = 0;
	int acted = 0;
	bool failed = false;

	for (size_t i = 0; i < count; i++) {
		if (timers_is_send(reader, &timers[i])) {
			acted += outbox_push(node, timers[i].subject);
			continue;
		}
		timers_command(&timers[i], commands[fired]);
		asked[fired] = (struct node_asked){
			.arena = arena,
			.command = commands[fired],
			.run = timers_run,
			.arguments = (void *)(uintptr_t)&timers[i],
		};
		fired++;
	}
	node_reader_return(node, reader);
	for (size_t i = 0; i < fired; i++)
		writer_submit(node, &jobs[i], &asked[i]);
	for (size_t i = 0; i < fired; i++) {
		enum status status = writer_wait(&jobs[i], &outcome, NULL);

		acted += status == ST_OK;
		if (status != ST_OK && !failed)
			node_log(node, "a timer waits: %s",
			         status_name(status));
		failed = failed || status != ST_OK;
	}
	return failed ? -1 : acted;
}

/* Fires what is due; tells when the next one comes (0: none). */
static int timers_look(struct node *node, struct arena *arena,
                       instant_ms *next_out)
{
	struct timer timers[TIMERS_SLICE];
	struct sql_db *reader = node_reader_take(node);
	size_t count = 0;
	enum status status =
		timer_due(reader, node_now(node), timers, TIMERS_SLICE, &count);

	if (status == ST_OK)
		status = timer_next(reader, next_out);
	node_reader_return(node, reader);
	if (status != ST_OK) {
		node_log(node, "timers could not be read");
		return -1;
	}
	return count ? timers_slice(node, arena, timers, count) : 0;
}

static void timers_sleep(struct node *node, instant_ms next)
{
	struct node_timers *timers = &node->timers;
	span_ms wait = TIMERS_SLEEP_MAX;
	struct timespec until;

	if (next && next - node_now(node) < wait)
		wait = next - node_now(node);
	/* Due, yet nothing could be done: it is under way. */
	if (wait < 20)
		wait = 20;
	until = node_until(wait);
	pthread_cond_timedwait(&timers->work, &timers->lock, &until);
}

/* However much is committed meanwhile: only who waits for a look is heard. */
static void timers_pause(struct node_timers *timers)
{
	struct timespec until = node_until(TIMERS_PAUSE);
	int waited = 0;

	while (!timers->stop && timers->urgent == 0 && waited == 0)
		waited = pthread_cond_timedwait(&timers->hurry, &timers->lock,
		                                &until);
}

/* The store fails: what is committed meanwhile is no reason to hurry. */
static void timers_rest(struct node *node)
{
	struct node_timers *timers = &node->timers;
	struct timespec until = node_until(TIMERS_SLEEP_MAX);

	while (!timers->stop &&
	       pthread_cond_timedwait(&timers->work, &timers->lock, &until) ==
	               0) {
	}
}

static enum status timers_sweep_run(struct desk *desk, const struct turn *turn,
                                    void *arguments,
                                    struct outcome *outcome_out,
                                    struct problem *problem_out)
{
	(void)arguments;
	(void)outcome_out;
	(void)problem_out;
	return desk_sweep(desk, turn);
}

/* Now and then, by the wall clock; a clock that was set back waits longer. */
static void timers_sweep(struct node *node, struct arena *arena,
                         instant_ms *swept_at)
{
	struct node_asked asked = {.arena = arena, .run = timers_sweep_run};
	struct outcome outcome;

	if (node_now(node) - *swept_at < SWEEP_EVERY)
		return;
	*swept_at = node_now(node);
	if (node_run(node, &asked, &outcome, NULL) != ST_OK)
		node_log(node, "old sessions and files could not be swept");
}

struct timers_follow {
	int64_t after, last;
};

static enum status timers_follow_run(struct desk *desk, const struct turn *turn,
                                     void *arguments,
                                     struct outcome *outcome_out,
                                     struct problem *problem_out)
{
	struct timers_follow *follow = arguments;

	(void)problem_out;
	return desk_promises_recompute(desk, turn, follow->after, TIMERS_SLICE,
	                               &follow->last, outcome_out);
}

/* A change of hours that a crash kept from reaching every promise. */
static void timers_follow(struct node *node, struct arena *arena)
{
	struct timers_follow follow = {0};
	struct node_asked asked = {.arena = arena,
	                           .run = timers_follow_run,
	                           .arguments = &follow,
	                           .patient = true};
	struct sql_db *reader = node_reader_take(node);
	struct outcome outcome;
	bool found = false;
	enum status status =
		pending_find(reader, PENDING_RECOMPUTE, &follow.after, &found);

	node_reader_return(node, reader);
	while (status == ST_OK && found) {
		follow.last = 0;
		status = node_run(node, &asked, &outcome, NULL);
		found = follow.last > follow.after;
		follow.after = follow.last;
		arena_clear(arena);
	}
	if (status != ST_OK)
		node_log(node, "promises wait to fall due anew: %s",
		         status_name(status));
}

static void *timers_main(void *context)
{
	struct node *node = context;
	struct node_timers *timers = &node->timers;
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	instant_ms swept_at = node_now(node);

	pthread_setname_np(pthread_self(), "timers");
	if (!node->config.offline)
		timers_follow(node, arena);
	pthread_mutex_lock(&timers->lock);
	while (!timers->stop) {
		instant_ms next = 0;
		int acted;

		timers->moved = false;
		pthread_mutex_unlock(&timers->lock);
		acted = timers_look(node, arena, &next);
		timers_sweep(node, arena, &swept_at);
		arena_clear(arena);
		pthread_mutex_lock(&timers->lock);
		timers->looks++;
		timers->settled = acted == 0;
		pthread_cond_broadcast(&timers->idle);
		if (acted < 0)
			timers_rest(node);
		else if (acted == 0)
			timers_pause(timers);
		if (acted == 0 && !timers->moved && !timers->stop)
			timers_sleep(node, next);
	}
	pthread_mutex_unlock(&timers->lock);
	arena_free(&arena);
	return NULL;
}

void timers_nudge(struct node *node)
{
	pthread_mutex_lock(&node->timers.lock);
	node->timers.moved = true;
	pthread_cond_signal(&node->timers.work);
	pthread_mutex_unlock(&node->timers.lock);
}

void timers_settle(struct node *node)
{
	struct node_timers *timers = &node->timers;
	uint64_t looks;

	pthread_mutex_lock(&timers->lock);
	/* One whole look that began after now, and found nothing to do. */
	looks = timers->looks;
	timers->urgent++;
	pthread_cond_signal(&timers->hurry);
	while (!(timers->looks > looks + 1 && timers->settled)) {
		timers->moved = true;
		pthread_cond_signal(&timers->work);
		pthread_cond_wait(&timers->idle, &timers->lock);
	}
	timers->urgent--;
	pthread_mutex_unlock(&timers->lock);
}

void timers_start(struct node *node)
{
	struct node_timers *timers = &node->timers;

	pthread_mutex_init(&timers->lock, NULL);
	pthread_cond_init(&timers->work, NULL);
	pthread_cond_init(&timers->idle, NULL);
	pthread_cond_init(&timers->hurry, NULL);
	timers->stop = node->config.offline;
	if (pthread_create(&timers->thread, NULL, timers_main, node) != 0)
		node_log(node, "the system gives no thread for timers");
}

void timers_stop(struct node *node)
{
	struct node_timers *timers = &node->timers;

	pthread_mutex_lock(&timers->lock);
	timers->stop = true;
	pthread_cond_signal(&timers->hurry);
	pthread_cond_signal(&timers->work);
	pthread_mutex_unlock(&timers->lock);
	pthread_join(timers->thread, NULL);
}
