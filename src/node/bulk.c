/*
 * Jobs over many threads: small slices between other commands, each of which
 * waits for the one before, so that mail and people come first. A job that was
 * cut off goes on at the next start.
 */
#include "desk/bulk.h"

#include "base/limits.h"
#include "node/node_private.h"

/* What a mail may have to wait for, together with one sync of the disk. */
#define BULK_SLICE 16
#define BULK_JOBS  8
/* The store fails: a little later it may not. */
#define BULK_REST (1 * SPAN_SECOND)

struct bulk_call {
	int64_t bulk, place;
};

static enum status bulk_call_run(struct desk *desk, const struct turn *turn,
                                 void *arguments, struct outcome *outcome_out,
                                 struct problem *problem_out)
{
	const struct bulk_call *call = arguments;

	return desk_bulk_step(desk, turn, call->bulk, call->place, outcome_out,
	                      problem_out);
}

/* The places that come next, of one job. */
static size_t bulk_next(struct node *node, struct arena *arena, int64_t id,
                        int64_t places[BULK_SLICE])
{
	struct sql_db *reader = node_reader_take(node);
	struct bulk bulk = {0};
	size_t count = 0;
	enum status status = bulk_read(reader, arena, id, &bulk);

	if (status == ST_OK && bulk.state == BULK_RUNNING) {
		status = bulk_places(reader, id, BULK_ITEM_WAITING, places,
		                     BULK_SLICE, &count);
	} else if (status == ST_OK && bulk.state == BULK_UNDOING) {
		while (count < BULK_SLICE &&
		       bulk.done + (int64_t)count < bulk.total) {
			places[count] = bulk.done + (int64_t)count;
			count++;
		}
	}
	node_reader_return(node, reader);
	return status == ST_OK ? count : 0;
}

/* False when the store would not have it. */
static bool bulk_slice(struct node *node, struct arena *arena, int64_t id)
{
	int64_t places[BULK_SLICE];
	struct bulk_call calls[BULK_SLICE];
	struct node_asked asked[BULK_SLICE];
	struct node_job jobs[BULK_SLICE];
	size_t count = bulk_next(node, arena, id, places);
	bool well = count > 0;

	for (size_t i = 0; i < count; i++) {
		calls[i] = (struct bulk_call){id, places[i]};
		asked[i] = (struct node_asked){
			.arena = arena,
			.run = bulk_call_run,
			.arguments = &calls[i],
			.patient = true,
		};
		writer_submit(node, &jobs[i], &asked[i]);
	}
	for (size_t i = 0; i < count; i++) {
		struct outcome outcome;

		well = writer_wait(&jobs[i], &outcome, NULL) == ST_OK && well;
	}
	atomic_fetch_add(&node->bulk.steps, 1);
	return well;
}

/* One slice of each job that goes; how many there are, or -1. */
static int bulk_round(struct node *node, struct arena *arena)
{
	struct sql_db *reader = node_reader_take(node);
	int64_t ids[BULK_JOBS];
	size_t count = 0;
	bool well = true;
	enum status status = bulk_going(reader, ids, BULK_JOBS, &count);

	node_reader_return(node, reader);
	if (status != ST_OK)
		return -1;
	for (size_t i = 0; i < count && !atomic_load(&node->bulk.stop); i++) {
		well = bulk_slice(node, arena, ids[i]) && well;
		arena_clear(arena);
	}
	return well ? (int)count : -1;
}

static void bulk_wait(struct node_bulk *bulk, span_ms wait)
{
	struct timespec until = node_until(wait);

	pthread_mutex_lock(&bulk->lock);
	while (!bulk->nudged && !atomic_load(&bulk->stop) &&
	       pthread_cond_timedwait(&bulk->work, &bulk->lock, &until) == 0) {
	}
	bulk->nudged = false;
	pthread_mutex_unlock(&bulk->lock);
}

static void *bulk_main(void *context)
{
	struct node *node = context;
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);

	while (!atomic_load(&node->bulk.stop)) {
		int going = bulk_round(node, arena);

		if (going <= 0)
			bulk_wait(&node->bulk, going ? BULK_REST : SPAN_HOUR);
	}
	arena_free(&arena);
	return NULL;
}

void node_bulk_nudge(struct node *node)
{
	pthread_mutex_lock(&node->bulk.lock);
	node->bulk.nudged = true;
	pthread_cond_signal(&node->bulk.work);
	pthread_mutex_unlock(&node->bulk.lock);
}

unsigned node_bulk_steps(struct node *node)
{
	return atomic_load(&node->bulk.steps);
}

void bulk_start(struct node *node)
{
	struct node_bulk *bulk = &node->bulk;

	pthread_mutex_init(&bulk->lock, NULL);
	pthread_cond_init(&bulk->work, NULL);
	if (node->config.offline)
		return;
	bulk->running =
		pthread_create(&bulk->thread, NULL, bulk_main, node) == 0;
	if (!bulk->running)
		node_log(node, "the system gives no thread for jobs over many "
		               "threads");
}

void bulk_stop(struct node *node)
{
	struct node_bulk *bulk = &node->bulk;

	pthread_mutex_lock(&bulk->lock);
	atomic_store(&bulk->stop, true);
	pthread_cond_signal(&bulk->work);
	pthread_mutex_unlock(&bulk->lock);
	if (bulk->running)
		pthread_join(bulk->thread, NULL);
}
