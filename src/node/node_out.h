/*
 * What goes out, in threads of its own: mail to clients (outbox.c) and letters
 * to members (letters.c). Part of node_private.h.
 */
#ifndef NODE_NODE_OUT_H
#define NODE_NODE_OUT_H

#include <pthread.h>
#include <stdatomic.h>

#include "node/node.h"

#define NODE_THREADS_MAX 64

struct node_queue {
	int64_t *ids;
	size_t first, count, capacity;
};

struct node_outbox {
	pthread_mutex_t lock;
	pthread_cond_t work, idle;
	struct node_queue queue;
	int64_t under_way[NODE_THREADS_MAX];
	size_t busy;
	bool stop;
	pthread_t threads[NODE_THREADS_MAX];
	unsigned thread_count;
	_Atomic instant_ms sent_at;
};

struct node_letters {
	pthread_mutex_t lock;
	pthread_cond_t work;
	bool stop, started;
	const char *_Atomic base_url;
	pthread_t thread;
};

void queue_push(struct node_queue *queue, int64_t id);
int64_t queue_pop(struct node_queue *queue); /* 0 when empty */
bool queue_has(const struct node_queue *queue, int64_t id);
void queue_release(struct node_queue *queue);

void outbox_start(struct node *node);
void outbox_stop(struct node *node);
/* False when it is queued or under way already. */
bool outbox_push(struct node *node, int64_t message);
void outbox_settle(struct node *node);

void letters_start(struct node *node);
void letters_stop(struct node *node);

#endif
