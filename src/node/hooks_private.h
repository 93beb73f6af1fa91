/*
 * Webhooks inside node: who is at which, and who rests. Only node_private.h
 * includes this.
 */
#ifndef NODE_HOOKS_PRIVATE_H
#define NODE_HOOKS_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct node;

#define NODE_HOOK_THREADS 4

/* One webhook at a time, so that each hears things in order. */
struct node_hooks {
	pthread_mutex_t lock;
	pthread_cond_t work; /* for the one who hands out */
	pthread_cond_t job;  /* for those who send */
	bool moved, stop;
	atomic_bool ends;
	int64_t at_it[NODE_HOOK_THREADS]; /* webhook; 0: free */
	int64_t given[NODE_HOOK_THREADS]; /* delivery that it is to send */
	struct node_hook_rest {           /* of those that are not there */
		int64_t webhook;
		unsigned times;
		int64_t until; /* on a clock that is never set */
	} rests[64];
	pthread_t hander, senders[NODE_HOOK_THREADS];
	unsigned sender_count, begun;
	bool running;
};

void hooks_start(struct node *node);
void hooks_stop(struct node *node);
void hooks_nudge(struct node *node);

#endif
