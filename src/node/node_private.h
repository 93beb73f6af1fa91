/* Shared by the files of node; nobody else includes this. */
#ifndef NODE_NODE_PRIVATE_H
#define NODE_NODE_PRIVATE_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <time.h>

#include "node/hooks_private.h"
#include "node/node.h"
#include "node/node_out.h"

#define NODE_READERS_MAX 64

/* One command that waits for the writer. */
struct node_job {
	struct node_job *next;
	const struct node_asked *asked;
	struct turn turn;
	struct outcome outcome;
	struct problem problem;
	enum status status;
	sem_t ready;
};

/* Jobs in the order they came. */
struct node_line {
	struct node_job *first, **last;
	size_t count;
	int64_t since; /* when the first of them came */
};

struct node_writer {
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct node_line eager;   /* somebody waits for these */
	struct node_line patient; /* nobody does */
	atomic_uint hurried;      /* how many wait for all to be done */
	pthread_t thread;
	struct sql_db *db;
	struct desk desk;
	bool stop;
	atomic_bool disk_full;
};

struct node_readers {
	pthread_mutex_t lock;
	pthread_cond_t freed;
	struct sql_db *free[NODE_READERS_MAX];
	unsigned count;
};

/* The agency as readers see it, with how many are at it. */
struct node_agency {
	pthread_rwlock_t lock;
	struct agency *agency;
};

/* Ids in the order they came; grows as needed. */
/* Bytes that need not be read back from the store. */
struct node_kept {
	struct node_kept *next;
	int64_t intake;
	instant_ms at; /* when it was accepted */
	size_t length;
	char bytes[];
};

struct node_intake {
	pthread_mutex_t lock;
	pthread_cond_t work, turn, idle;
	struct node_queue queue;
	/* What could not be filed, and when to try it once more. */
	struct node_queue again;
	instant_ms again_at;
	span_ms again_wait; /* 0: the last one worked */
	uint64_t taken;     /* so far; numbers those that are under way */
	struct node_intake_place {
		bool busy;
		uint64_t number; /* 0: free, or submitted already */
		int64_t since;   /* on a clock that is never set */
	} places[NODE_THREADS_MAX];
	size_t busy;
	bool stop, refill;
	pthread_t threads[NODE_THREADS_MAX];
	unsigned thread_count;
	/* Bytes of mail just accepted, oldest first. */
	struct node_kept *kept, **kept_last;
	size_t kept_bytes;
};

struct node_timers {
	pthread_mutex_t lock;
	pthread_cond_t work, idle, hurry;
	bool stop, moved; /* something may be due sooner now */
	unsigned urgent;  /* how many wait for the next look */
	bool settled;     /* nothing was due at the last look */
	uint64_t looks;
	pthread_t thread;
};

struct node_feed {
	pthread_mutex_t lock;
	pthread_cond_t work;
	int64_t seq;  /* committed */
	int64_t told; /* given to the driver */
	bool stop;
	pthread_t thread;
};

/* What is added to the system's clock, so that time never steps back. */
struct node_clock {
	pthread_mutex_t lock;
	instant_ms last;    /* told */
	instant_ms lost_at; /* when it lost of that last */
	span_ms ahead;
};

struct node_checkpoint {
	pthread_mutex_t lock;
	pthread_cond_t work;
	bool wanted, stop;
	pthread_t thread;
	struct sql_db *db; /* the thread's */
	int64_t pages;     /* of the log at the last nudge; the writer's */
};

struct node_movein {
	pthread_mutex_t lock, piece; /* piece: one is written at a time */
	pthread_cond_t work, tell;
	atomic_bool stop;
	_Atomic int64_t import; /* that is being read; 0: none */
	_Atomic int64_t read;   /* of its mails, about */
	int64_t from, since;    /* where, and when, this run began */
	bool nudged, running, telling;
	pthread_t thread, teller;
};

struct node_bulk {
	pthread_mutex_t lock;
	pthread_cond_t work;
	atomic_bool stop;
	atomic_uint steps; /* slices so far: something has moved */
	bool nudged, running;
	pthread_t thread;
};

struct node {
	struct node_config config;
	struct node_clock clock;
	struct node_writer writer;
	struct node_readers readers;
	struct node_agency agency;
	struct node_intake intake;
	struct node_timers timers;
	struct node_outbox outbox;
	struct node_letters letters;
	struct node_feed feed;
	struct node_hooks hooks;
	struct node_checkpoint checkpoint;
	struct node_movein movein;
	struct node_bulk bulk;
};

void node_log(struct node *node, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Milliseconds on a clock that is never set. */
int64_t node_tick(void);
/* The system's wall clock in `wait` from now, for a timed wait. */
struct timespec node_until(span_ms wait);

CHECKED enum status writer_start(struct node *node,
                                 struct problem *problem_out);
void writer_stop(struct node *node);
/* Hands a job to the writer without waiting; writer_wait() ends it. */
void writer_submit(struct node *node, struct node_job *job,
                   const struct node_asked *asked);
enum status writer_wait(struct node_job *job, struct outcome *outcome_out,
                        struct problem *problem_out);

CHECKED enum status intake_start(struct node *node);
void intake_stop(struct node *node);
void intake_push(struct node *node, int64_t first, int64_t last);
void intake_settle(struct node *node);

void timers_start(struct node *node);
void timers_stop(struct node *node);
/* Something was committed: the next due time may have changed. */
void timers_nudge(struct node *node);
void timers_settle(struct node *node);

void checkpoint_start(struct node *node);
void checkpoint_stop(struct node *node);
/* After a commit, by the writer: so long is the engine's log now. */
void checkpoint_nudge(struct node *node, int64_t pages);

void bulk_start(struct node *node);
void bulk_stop(struct node *node);
void movein_start(struct node *node);
void movein_stop(struct node *node);
/* Whoever watches hears that an import has moved. */
void movein_tell(struct node *node, int64_t import);

void feed_start(struct node *node, int64_t seq);
void feed_stop(struct node *node);
void feed_nudge(struct node *node, int64_t seq);

#endif
