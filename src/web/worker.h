/*
 * A queue and the threads that serve it. Each job is a link inside what it is
 * about, so queueing allocates nothing.
 */
#ifndef WEB_WORKER_H
#define WEB_WORKER_H

#include <pthread.h>
#include <stdbool.h>

#include "base/status.h"

#define WORKERS_MAX 64u

struct job {
	struct job *next;
	void (*run)(struct job *job);
};

struct workers {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct job *first;
	struct job *last;
	bool stopping;
	unsigned count;
	pthread_t threads[WORKERS_MAX];
};

/* ST_BUSY when a thread cannot be started; none is left running then. */
CHECKED enum status workers_start(struct workers *workers, unsigned count);
/* false once stopping: the job was not taken. */
bool workers_add(struct workers *workers, struct job *job);
/* Runs what is queued, then ends the threads; more jobs are not taken. */
void workers_stop(struct workers *workers);
/* When nobody can call workers_add any more. */
void workers_release(struct workers *workers);

#endif
