#include "node/node.h"

#include <assert.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "node/node_private.h"

#define NODE_READERS_DEFAULT 12
/* A clock that is ahead loses one in so many ms. */
#define NODE_CLOCK_LOSS 10

void node_random(void *bytes, size_t length)
{
	randombytes_buf(bytes, length);
}

/*
 * A system's clock that is set back must not hold what waits for a time: from
 * there on ours runs ahead of it, and loses a tenth of what it is ahead by.
 */
instant_ms node_now(struct node *node)
{
	struct node_clock *clock = &node->clock;
	instant_ms now;
	span_ms lost;

	if (node->config.now)
		return node->config.now(node->config.now_context);
	pthread_mutex_lock(&clock->lock);
	now = node_system_now() + clock->ahead;
	if (now < clock->last) {
		clock->ahead += clock->last - now;
		now = clock->last;
	}
	lost = (now - clock->lost_at) / NODE_CLOCK_LOSS;
	if (lost > clock->ahead)
		lost = clock->ahead;
	if (lost > 0 || clock->ahead == 0)
		clock->lost_at = now;
	clock->ahead -= lost;
	/* Between two losses it may stand still for a moment. */
	if (now - lost > clock->last)
		clock->last = now - lost;
	now = clock->last;
	pthread_mutex_unlock(&clock->lock);
	return now;
}

instant_ms node_system_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (instant_ms)now.tv_sec * SPAN_SECOND + now.tv_nsec / 1000000;
}

struct timespec node_until(span_ms wait)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += wait / SPAN_SECOND;
	until.tv_nsec += wait % SPAN_SECOND * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	return until;
}

int64_t node_tick(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * SPAN_SECOND + now.tv_nsec / 1000000;
}

void node_log(struct node *node, const char *format, ...)
{
	char line[512];
	va_list args;

	if (!node->config.driver.log)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	node->config.driver.log(node->config.driver.context, line);
}

void queue_push(struct node_queue *queue, int64_t id)
{
	if (queue->count == queue->capacity) {
		size_t capacity = queue->capacity ? queue->capacity * 2 : 64;
		int64_t *ids = calloc(capacity, sizeof(*ids));

		if (!ids)
			abort();
		for (size_t i = 0; i < queue->count; i++)
			ids[i] = queue->ids[(queue->first + i) %
			                    queue->capacity];
		free(queue->ids);
		queue->ids = ids;
		queue->capacity = capacity;
		queue->first = 0;
	}
	queue->ids[(queue->first + queue->count++) % queue->capacity] = id;
}

int64_t queue_pop(struct node_queue *queue)
{
	int64_t id;

	if (queue->count == 0)
		return 0;
	id = queue->ids[queue->first];
	queue->first = (queue->first + 1) % queue->capacity;
	queue->count--;
	return id;
}

bool queue_has(const struct node_queue *queue, int64_t id)
{
	for (size_t i = 0; i < queue->count; i++) {
		if (queue->ids[(queue->first + i) % queue->capacity] == id)
			return true;
	}
	return false;
}

void queue_release(struct node_queue *queue)
{
	free(queue->ids);
	*queue = (struct node_queue){0};
}

struct sql_db *node_reader_take(struct node *node)
{
	struct node_readers *readers = &node->readers;
	struct sql_db *reader;

	pthread_mutex_lock(&readers->lock);
	while (readers->count == 0)
		pthread_cond_wait(&readers->freed, &readers->lock);
	reader = readers->free[--readers->count];
	pthread_mutex_unlock(&readers->lock);
	/* Without a snapshot every read is right by itself, which will do. */
	if (sql_snapshot_begin(reader) != ST_OK)
		node_log(node, "no snapshot: %s", sql_error(reader));
	return reader;
}

void node_reader_return(struct node *node, struct sql_db *reader)
{
	struct node_readers *readers = &node->readers;

	sql_snapshot_end(reader);
	pthread_mutex_lock(&readers->lock);
	assert(readers->count < NODE_READERS_MAX);
	readers->free[readers->count++] = reader;
	pthread_cond_signal(&readers->freed);
	pthread_mutex_unlock(&readers->lock);
}

const struct agency *node_agency_take(struct node *node)
{
	pthread_rwlock_rdlock(&node->agency.lock);
	return node->agency.agency;
}

void node_agency_return(struct node *node, const struct agency *agency)
{
	(void)agency;
	pthread_rwlock_unlock(&node->agency.lock);
}

bool node_knows_address(struct node *node, struct str address)
{
	const struct agency *agency = node_agency_take(node);
	bool known = agency_address_by_text(agency, address) != NULL;

	node_agency_return(node, agency);
	return known;
}

static enum status node_open_readers(struct node *node,
                                     struct problem *problem_out)
{
	unsigned wanted = node->config.readers ? node->config.readers
	                                       : NODE_READERS_DEFAULT;
	enum status status = ST_OK;

	pthread_mutex_init(&node->readers.lock, NULL);
	pthread_cond_init(&node->readers.freed, NULL);
	for (unsigned i = 0; i < wanted && status == ST_OK; i++) {
		status = sql_open(node->config.file, SQL_OPEN_READER,
		                  &node->readers.free[i], problem_out);
		node->readers.count += status == ST_OK;
	}
	return status;
}

enum status node_start(const struct node_config *config, struct node **node_out,
                       struct problem *problem_out)
{
	struct node *node = calloc(1, sizeof(*node));
	enum status status;

	if (!node)
		abort();
	if (sodium_init() < 0)
		abort();
	node->config = *config;
	pthread_rwlock_init(&node->agency.lock, NULL);
	pthread_mutex_init(&node->clock.lock, NULL);
	/* Until the log is open, when it may turn out that it was later. */
	node->clock.last = node->clock.lost_at = node_system_now();
	/* Locks first: the writer nudges all of them. */
	pthread_mutex_init(&node->timers.lock, NULL);
	pthread_cond_init(&node->timers.work, NULL);
	pthread_mutex_init(&node->checkpoint.lock, NULL);
	pthread_cond_init(&node->checkpoint.work, NULL);
	pthread_mutex_init(&node->feed.lock, NULL);
	pthread_cond_init(&node->feed.work, NULL);
	pthread_mutex_init(&node->hooks.lock, NULL);
	pthread_cond_init(&node->hooks.work, NULL);
	pthread_cond_init(&node->hooks.job, NULL);
	status = writer_start(node, problem_out);
	if (status == ST_OK)
		status = node_open_readers(node, problem_out);
	if (status != ST_OK) {
		free(node);
		return status;
	}
	if (node->writer.desk.end.recorded_at > node->clock.last)
		node->clock.last = node->clock.lost_at =
			node->writer.desk.end.recorded_at;
	checkpoint_start(node);
	feed_start(node, node->writer.desk.end.seq);
	outbox_start(node);
	letters_start(node);
	timers_start(node);
	hooks_start(node);
	status = intake_start(node);
	if (status != ST_OK) {
		node_stop(&node);
		return problem_set(problem_out, status, "threads",
		                   "The system gives no thread.");
	}
	bulk_start(node);
	movein_start(node);
	*node_out = node;
	return ST_OK;
}

void node_stop(struct node **node_in)
{
	struct node *node = *node_in;

	if (!node)
		return;
	movein_stop(node);
	bulk_stop(node);
	intake_stop(node);
	hooks_stop(node);
	timers_stop(node);
	outbox_stop(node);
	letters_stop(node);
	feed_stop(node);
	checkpoint_stop(node);
	/* Readers first: who closes last tidies up, and they cannot write. */
	for (unsigned i = 0; i < node->readers.count; i++)
		sql_close(&node->readers.free[i]);
	writer_stop(node);
	agency_release(&node->agency.agency);
	free(node);
	*node_in = NULL;
}

void node_settle(struct node *node)
{
	atomic_fetch_add(&node->writer.hurried, 1);
	/* Each may give work to the others; sending is the last to come. */
	intake_settle(node);
	timers_settle(node);
	outbox_settle(node);
	timers_settle(node);
	atomic_fetch_sub(&node->writer.hurried, 1);
}

struct node_health node_health(struct node *node)
{
	struct node_health health = {
		.sent_at = atomic_load(&node->outbox.sent_at),
		.disk_full = atomic_load(&node->writer.disk_full),
	};

	if (node->config.jail)
		health.jail = jail_counts(node->config.jail);
	pthread_mutex_lock(&node->intake.lock);
	health.intake_waiting = node->intake.queue.count + node->intake.busy;
	pthread_mutex_unlock(&node->intake.lock);
	pthread_mutex_lock(&node->outbox.lock);
	health.send_waiting = node->outbox.queue.count + node->outbox.busy;
	pthread_mutex_unlock(&node->outbox.lock);
	return health;
}
