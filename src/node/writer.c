/*
 * The one writer: takes the commands that wait, runs each in a savepoint,
 * commits once, then answers all. A command that fails undoes only itself; a
 * commit that fails undoes all of them, and they are told so.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "node/node_private.h"
#include "node/zones.h"
#include "store/sql.h"

/* Bounds how long the first of a batch waits for the last. */
#define WRITER_BATCH_MAX 256
/*
 * Commands that nobody waits for are held so long, or until there are so many:
 * then one commit and one sync serve them all, and what somebody does wait for
 * need not wait for them too. Fewer than the threads that file mail.
 */
#define WRITER_PATIENCE    20
#define WRITER_PATIENT_MAX 12
/* From so long a log on the writer sees to it itself that it begins anew. */
#define WRITER_LOG_PAGES 32768

/* What a command may have changed in memory, to be put back. */
struct writer_mark {
	struct log_end end;
	int64_t indexed;
	bool agency_changed;
};

static struct writer_mark writer_mark(const struct desk *desk)
{
	return (struct writer_mark){desk->end, desk->indexed,
	                            desk->agency_changed};
}

static void writer_undo(struct node *node, const struct writer_mark *mark)
{
	struct desk *desk = &node->writer.desk;

	desk->end = mark->end;
	desk->indexed = mark->indexed;
	if (desk->agency_changed && !mark->agency_changed &&
	    agency_reload(desk->db, desk->ports.load_zone, &desk->agency) !=
	            ST_OK)
		node_log(node, "the agency's settings could not be read");
	desk->agency_changed = mark->agency_changed;
}

static void writer_run_job(struct node *node, struct node_job *job)
{
	struct desk *desk = &node->writer.desk;
	struct writer_mark mark = writer_mark(desk);

	job->status = sql_savepoint_begin(desk->db);
	if (job->status != ST_OK)
		return;
	job->status = job->asked->run(desk, &job->turn, job->asked->arguments,
	                              &job->outcome, &job->problem);
	if (job->status == ST_OK)
		job->status = sql_savepoint_release(desk->db);
	if (job->status != ST_OK) {
		sql_savepoint_rollback(desk->db);
		writer_undo(node, &mark);
	}
}

/* Words for the person when the store will not have it. */
static void writer_refuse(struct node *node, struct node_job *job)
{
	bool full = sql_disk_full(node->writer.db);

	if (job->status != ST_STORE)
		return;
	atomic_store(&node->writer.disk_full, full);
	if (full)
		job->status = problem_set(&job->problem, ST_BUSY, "store",
		                          "The disk is full. Nothing was "
		                          "changed; try again when there "
		                          "is room.");
	else
		problem_set(&job->problem, ST_STORE, "store",
		            "The store failed: %s. Nothing was changed.",
		            sql_error(node->writer.db));
}

static void writer_publish_agency(struct node *node)
{
	struct desk *desk = &node->writer.desk;
	struct agency *fresh;

	if (!desk->agency_changed)
		return;
	desk->agency_changed = false;
	if (agency_load(desk->db, desk->ports.load_zone, desk->agency, &fresh,
	                NULL) != ST_OK) {
		node_log(node, "the agency's settings could not be read");
		return;
	}
	pthread_rwlock_wrlock(&node->agency.lock);
	agency_release(&node->agency.agency);
	node->agency.agency = fresh;
	pthread_rwlock_unlock(&node->agency.lock);
}

/* Runs and commits one batch. */
static void writer_batch(struct node *node, struct node_job *first)
{
	struct desk *desk = &node->writer.desk;
	struct writer_mark mark = writer_mark(desk);
	enum status status = sql_transaction_begin(desk->db);

	for (struct node_job *job = first; job; job = job->next) {
		if (status == ST_OK)
			writer_run_job(node, job);
		else
			job->status = status;
		writer_refuse(node, job);
	}
	if (status == ST_OK)
		status = desk_index(desk);
	if (status == ST_OK)
		status = sql_transaction_commit(desk->db);
	/*
	 * After a failed sync nobody knows what the disk holds, and asking it
	 * again would lie. The next start reads what is there.
	 */
	if (status != ST_OK && sql_sync_failed(desk->db)) {
		node_log(node, "the disk could not sync; ending, so that the "
		               "next start finds out what it holds");
		abort();
	}
	/* Nothing began, or the commit that failed has rolled back. */
	if (status != ST_OK) {
		writer_undo(node, &mark);
		for (struct node_job *job = first; job; job = job->next) {
			/* A refusal stands; what had worked did not happen. */
			if (job->status == ST_OK) {
				job->status = status;
				writer_refuse(node, job);
			}
		}
		return;
	}
	if (desk->end.seq != mark.end.seq) {
		atomic_store(&node->writer.disk_full, false);
		writer_publish_agency(node);
	}
}

static void line_push(struct node_line *line, struct node_job *job)
{
	if (line->count++ == 0) {
		line->since = node_tick();
		line->last = &line->first;
	}
	*line->last = job;
	line->last = &job->next;
}

/* Moves the line's jobs, so many at most, to the end of a batch. */
static struct node_job **line_take(struct node_line *line, size_t count,
                                   struct node_job **end)
{
	for (; count > 0 && line->count > 0; count--) {
		*end = line->first;
		end = &line->first->next;
		line->first = line->first->next;
		line->count--;
	}
	*end = NULL;
	return end;
}

/* Whether the patient ones have waited long enough. */
static bool writer_held_enough(struct node_writer *writer)
{
	return writer->patient.count >= WRITER_PATIENT_MAX || writer->stop ||
	       atomic_load(&writer->hurried) > 0 ||
	       node_tick() >= writer->patient.since + WRITER_PATIENCE;
}

static void writer_sleep(struct node_writer *writer)
{
	int64_t until = writer->patient.since + WRITER_PATIENCE;
	struct timespec when = {.tv_sec = until / SPAN_SECOND,
	                        .tv_nsec = until % SPAN_SECOND * 1000000};

	if (writer->patient.count > 0)
		pthread_cond_timedwait(&writer->work, &writer->lock, &when);
	else
		pthread_cond_wait(&writer->work, &writer->lock);
}

/* Sleeps until there is a batch worth beginning; NULL: look again. */
static struct node_job *writer_take(struct node_writer *writer)
{
	struct node_job *first = NULL, **end = &first;

	end = line_take(&writer->eager, WRITER_BATCH_MAX, end);
	if (writer->patient.count > 0 && writer_held_enough(writer))
		line_take(&writer->patient, WRITER_BATCH_MAX, end);
	if (!first)
		writer_sleep(writer);
	return first;
}

static void writer_checkpoint(struct node *node)
{
	struct node_writer *writer = &node->writer;
	int64_t pages = sql_log_pages(writer->db);

	checkpoint_nudge(node, pages);
	if (pages >= WRITER_LOG_PAGES && sql_checkpoint(writer->db) != ST_OK)
		node_log(node, "checkpoint: %s", sql_error(writer->db));
}

static void *writer_main(void *context)
{
	struct node *node = context;
	struct node_writer *writer = &node->writer;

	pthread_setname_np(pthread_self(), "writer");
	pthread_mutex_lock(&writer->lock);
	while (!writer->stop || writer->eager.count > 0 ||
	       writer->patient.count > 0) {
		struct node_job *first = writer_take(writer), *next;
		int64_t seq = writer->desk.end.seq;

		if (!first)
			continue;
		pthread_mutex_unlock(&writer->lock);
		writer_batch(node, first);
		if (writer->desk.end.seq != seq) {
			feed_nudge(node, writer->desk.end.seq);
			timers_nudge(node);
			hooks_nudge(node);
		}
		for (struct node_job *job = first; job; job = next) {
			/* Whoever waits for it may forget it at once. */
			next = job->next;
			sem_post(&job->ready);
		}
		writer_checkpoint(node);
		pthread_mutex_lock(&writer->lock);
	}
	pthread_mutex_unlock(&writer->lock);
	return NULL;
}

void writer_submit(struct node *node, struct node_job *job,
                   const struct node_asked *asked)
{
	struct node_writer *writer = &node->writer;
	struct node_line *line;
	bool wake;

	*job = (struct node_job){.asked = asked};
	if (sem_init(&job->ready, 0, 0) != 0)
		abort();
	job->turn = (struct turn){
		.arena = asked->arena,
		.now = node_now(node),
		.actor = asked->actor,
	};
	if (asked->command)
		memcpy(job->turn.command, asked->command, EVENT_COMMAND_BYTES);
	else
		node_random(job->turn.command, EVENT_COMMAND_BYTES);
	pthread_mutex_lock(&writer->lock);
	line = asked->patient ? &writer->patient : &writer->eager;
	line_push(line, job);
	wake = line->count == 1 || line->count == WRITER_PATIENT_MAX;
	pthread_mutex_unlock(&writer->lock);
	if (wake)
		pthread_cond_signal(&writer->work);
}

enum status writer_wait(struct node_job *job, struct outcome *outcome_out,
                        struct problem *problem_out)
{
	while (sem_wait(&job->ready) != 0) {
		/* A signal came between. */
	}
	sem_destroy(&job->ready);
	*outcome_out = job->outcome;
	if (problem_out)
		*problem_out = job->problem;
	return job->status;
}

enum status node_run(struct node *node, const struct node_asked *asked,
                     struct outcome *outcome_out, struct problem *problem_out)
{
	struct node_job job;

	writer_submit(node, &job, asked);
	return writer_wait(&job, outcome_out, problem_out);
}

enum status writer_start(struct node *node, struct problem *problem_out)
{
	struct node_writer *writer = &node->writer;
	const struct desk_ports ports = {node_random, zones_load};
	pthread_condattr_t monotonic;
	enum status status;

	pthread_mutex_init(&writer->lock, NULL);
	if (pthread_condattr_init(&monotonic) != 0 ||
	    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) != 0 ||
	    pthread_cond_init(&writer->work, &monotonic) != 0)
		abort();
	pthread_condattr_destroy(&monotonic);
	status = sql_open(node->config.file, SQL_OPEN_WRITER, &writer->db,
	                  problem_out);
	if (status == ST_OK)
		status = desk_open(&writer->desk, writer->db, &ports,
		                   problem_out);
	writer->desk.authserv = node->config.authserv;
	writer->desk.plain_addresses = node->config.plain_addresses;
	/* Once a batch, not once a command. */
	writer->desk.index_later = true;
	if (status == ST_OK)
		status =
			agency_load(writer->db, zones_load, writer->desk.agency,
		                    &node->agency.agency, problem_out);
	if (status == ST_OK &&
	    pthread_create(&writer->thread, NULL, writer_main, node) != 0)
		status = problem_set(problem_out, ST_BUSY, "writer",
		                     "The system gives no thread.");
	return status;
}

void writer_stop(struct node *node)
{
	struct node_writer *writer = &node->writer;

	pthread_mutex_lock(&writer->lock);
	writer->stop = true;
	pthread_cond_signal(&writer->work);
	pthread_mutex_unlock(&writer->lock);
	pthread_join(writer->thread, NULL);
	if (sql_checkpoint(writer->db) != ST_OK)
		node_log(node, "checkpoint: %s", sql_error(writer->db));
	desk_close(&writer->desk);
	sql_close(&writer->db);
}
