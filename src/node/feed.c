/* Tells the driver what was committed, in order and after the fact. */
#include <stdlib.h>

#include "base/limits.h"
#include "node/node_private.h"
#include "store/log.h"

#define FEED_SLICE 500

struct feed_batch {
	struct event *events;
	size_t count;
};

static enum status feed_each(void *context, const struct event *event)
{
	struct feed_batch *batch = context;

	/* The rest comes with the next slice. */
	if (batch->count == FEED_SLICE)
		return ST_LIMIT;
	batch->events[batch->count++] = *event;
	return ST_OK;
}

/* Gives up to where it told. */
static int64_t feed_tell(struct node *node, struct arena *arena,
                         struct event *events)
{
	const struct node_driver *driver = &node->config.driver;
	struct feed_batch batch = {.events = events};
	struct sql_db *reader = node_reader_take(node);
	int64_t told = node->feed.told;
	enum status status;

	status = log_read(reader, told, 0, feed_each, &batch);
	if (status != ST_OK && status != ST_LIMIT)
		node_log(node, "the live feed could not read the log");
	if (batch.count > 0) {
		driver->committed(driver->context, reader, arena, batch.events,
		                  batch.count);
		told = batch.events[batch.count - 1].seq;
	}
	node_reader_return(node, reader);
	return told;
}

static void *feed_main(void *context)
{
	struct node *node = context;
	struct node_feed *feed = &node->feed;
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	struct event *events = calloc(FEED_SLICE, sizeof(*events));

	pthread_setname_np(pthread_self(), "feed");
	if (!events)
		abort();

	pthread_mutex_lock(&feed->lock);
	while (!feed->stop) {
		int64_t told;

		if (feed->told >= feed->seq) {
			pthread_cond_wait(&feed->work, &feed->lock);
			continue;
		}
		pthread_mutex_unlock(&feed->lock);
		told = feed_tell(node, arena, events);
		arena_clear(arena);
		pthread_mutex_lock(&feed->lock);
		feed->told = told;
	}
	pthread_mutex_unlock(&feed->lock);
	arena_free(&arena);
	free(events);
	return NULL;
}

void feed_nudge(struct node *node, int64_t seq)
{
	const struct node_driver *driver = &node->config.driver;
	struct node_feed *feed = &node->feed;

	pthread_mutex_lock(&feed->lock);
	/* All was told, and nobody wants the rest: no thread need wake. */
	if (feed->told == feed->seq && driver->skips &&
	    driver->skips(driver->context, seq))
		feed->told = seq;
	else
		pthread_cond_signal(&feed->work);
	feed->seq = seq;
	pthread_mutex_unlock(&feed->lock);
}

void feed_start(struct node *node, int64_t seq)
{
	struct node_feed *feed = &node->feed;

	pthread_mutex_init(&feed->lock, NULL);
	pthread_cond_init(&feed->work, NULL);
	feed->seq = feed->told = seq;
	feed->stop = node->config.driver.committed == NULL;
	if (pthread_create(&feed->thread, NULL, feed_main, node) != 0)
		node_log(node, "the system gives no thread for the feed");
}

void feed_stop(struct node *node)
{
	pthread_mutex_lock(&node->feed.lock);
	node->feed.stop = true;
	pthread_cond_signal(&node->feed.work);
	pthread_mutex_unlock(&node->feed.lock);
	pthread_join(node->feed.thread, NULL);
}
