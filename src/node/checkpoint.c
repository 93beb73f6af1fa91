/*
 * Moves the engine's log into the file while the writer goes on: a connection
 * and a thread of its own, so that no command waits for it.
 */
#include "node/node_private.h"
#include "store/sql.h"

/* Moved when so much is new in it; the same page is moved once. */
#define CHECKPOINT_PAGES 2000

static void checkpoint_run(struct node *node)
{
	struct node_checkpoint *checkpoint = &node->checkpoint;
	struct problem problem = {0};

	/* Opened when it is first needed: a start has other things to do. */
	if (!checkpoint->db && sql_open(node->config.file, SQL_OPEN_WRITER,
	                                &checkpoint->db, &problem) != ST_OK)
		node_log(node, "checkpoint: %s", problem.text);
	else if (sql_checkpoint(checkpoint->db) != ST_OK)
		node_log(node, "checkpoint: %s", sql_error(checkpoint->db));
}

static void *checkpoint_main(void *context)
{
	struct node *node = context;
	struct node_checkpoint *checkpoint = &node->checkpoint;

	pthread_setname_np(pthread_self(), "checkpoint");
	pthread_mutex_lock(&checkpoint->lock);
	while (!checkpoint->stop) {
		if (!checkpoint->wanted) {
			pthread_cond_wait(&checkpoint->work, &checkpoint->lock);
			continue;
		}
		checkpoint->wanted = false;
		pthread_mutex_unlock(&checkpoint->lock);
		checkpoint_run(node);
		pthread_mutex_lock(&checkpoint->lock);
	}
	pthread_mutex_unlock(&checkpoint->lock);
	return NULL;
}

void checkpoint_nudge(struct node *node, int64_t pages)
{
	struct node_checkpoint *checkpoint = &node->checkpoint;

	/* The log began anew. */
	if (pages < checkpoint->pages)
		checkpoint->pages = 0;
	if (pages - checkpoint->pages < CHECKPOINT_PAGES)
		return;
	checkpoint->pages = pages;
	pthread_mutex_lock(&checkpoint->lock);
	checkpoint->wanted = true;
	pthread_cond_signal(&checkpoint->work);
	pthread_mutex_unlock(&checkpoint->lock);
}

void checkpoint_start(struct node *node)
{
	struct node_checkpoint *checkpoint = &node->checkpoint;

	if (pthread_create(&checkpoint->thread, NULL, checkpoint_main, node) !=
	    0)
		node_log(node, "the system gives no thread for checkpoints");
}

void checkpoint_stop(struct node *node)
{
	struct node_checkpoint *checkpoint = &node->checkpoint;

	pthread_mutex_lock(&checkpoint->lock);
	checkpoint->stop = true;
	pthread_cond_signal(&checkpoint->work);
	pthread_mutex_unlock(&checkpoint->lock);
	pthread_join(checkpoint->thread, NULL);
	sql_close(&checkpoint->db);
}
