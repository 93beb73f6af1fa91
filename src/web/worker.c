/*
 * First in, first out; one lock. Threads have small stacks: handlers keep
 * what is big in their arena.
 */
#include "web/worker.h"

#include <assert.h>

#define WORKER_STACK_BYTES ((size_t)512 << 10)

static struct job *workers_take(struct workers *workers)
{
	struct job *job;

	pthread_mutex_lock(&workers->lock);
	while (!workers->first && !workers->stopping)
		pthread_cond_wait(&workers->wake, &workers->lock);
	job = workers->first;
	if (job) {
		workers->first = job->next;
		if (!workers->first)
			workers->last = NULL;
	}
	pthread_mutex_unlock(&workers->lock);
	return job;
}

static void *worker_main(void *argument)
{
	struct workers *workers = argument;
	struct job *job;

	pthread_setname_np(pthread_self(), "web worker");
	while ((job = workers_take(workers)))
		job->run(job);
	return NULL;
}

enum status workers_start(struct workers *workers, unsigned count)
{
	pthread_attr_t attributes;
	int error = 0;

	assert(count > 0 && count <= WORKERS_MAX);
	*workers = (struct workers){.count = 0};
	pthread_mutex_init(&workers->lock, NULL);
	pthread_cond_init(&workers->wake, NULL);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, WORKER_STACK_BYTES);
	while (workers->count < count && !error) {
		error = pthread_create(&workers->threads[workers->count],
		                       &attributes, worker_main, workers);
		if (!error)
			workers->count++;
	}
	pthread_attr_destroy(&attributes);
	if (!error)
		return ST_OK;
	workers_stop(workers);
	workers_release(workers);
	return ST_BUSY;
}

bool workers_add(struct workers *workers, struct job *job)
{
	bool taken;

	job->next = NULL;
	pthread_mutex_lock(&workers->lock);
	taken = !workers->stopping;
	if (taken) {
		if (workers->last)
			workers->last->next = job;
		else
			workers->first = job;
		workers->last = job;
		pthread_cond_signal(&workers->wake);
	}
	pthread_mutex_unlock(&workers->lock);
	return taken;
}

void workers_stop(struct workers *workers)
{
	pthread_mutex_lock(&workers->lock);
	workers->stopping = true;
	pthread_cond_broadcast(&workers->wake);
	pthread_mutex_unlock(&workers->lock);
	for (unsigned i = 0; i < workers->count; i++)
		pthread_join(workers->threads[i], NULL);
}

void workers_release(struct workers *workers)
{
	pthread_cond_destroy(&workers->wake);
	pthread_mutex_destroy(&workers->lock);
}
