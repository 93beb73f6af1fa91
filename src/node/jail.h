/*
 * The parser jail: other processes that do what must not hurt us. Bytes from
 * strangers are parsed in a worker that has no files, no network, little
 * memory, little time, and is killed by the kernel when it asks for more. What
 * comes back is bytes again, and the caller unpacks them as hostile.
 *
 * Workers are forked from a zygote, which is forked at program start, before
 * any thread: it has the charset converters open that the parser will need,
 * and hands them down. One worker does at most JAIL_WORKER_CALLS calls, and
 * none after a fault. Death of the program is death of all of them.
 */
#ifndef NODE_JAIL_H
#define NODE_JAIL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/instant.h"
#include "base/status.h"
#include "base/str.h"

#define JAIL_WORKER_CALLS 200u
#define JAIL_WORKERS_MAX  16u

/*
 * What a worker can be asked to do. `run` gets the request and appends the
 * response; its arena is emptied afterwards. It may answer ST_OK, ST_INVALID,
 * ST_LIMIT and ST_NOT_FOUND; it may crash or hang, too.
 */
struct jail_work {
	const char *name;
	size_t request_bytes_max;
	size_t response_bytes_max;
	enum status (*run)(struct arena *arena, struct str request,
	                   struct buf *response);
	/*
	 * In a worker that did nothing before: a mail that has taken a worker
	 * over must not write what we send to somebody else.
	 */
	bool alone;
};

/* Which system calls a worker has. Sanitizers need some more to report. */
enum jail_profile {
	JAIL_PROFILE_BUILD, /* the one that fits this build */
	JAIL_PROFILE_RELEASE,
	JAIL_PROFILE_SANITIZER,
};

struct jail_config {
	const struct jail_work *works; /* an index here is the `work` below */
	size_t work_count;
	void (*warm)(void); /* runs in the zygote, unconfined; may be NULL */
	/* 0 takes the default of each. */
	unsigned workers; /* as many as there are processors */
	span_ms cpu;      /* 2 s of computing a call, and some for size */
	span_ms wall;     /* 20 s for a call, all in all */
	span_ms patience; /* 60 s to wait for a free worker */
	enum jail_profile profile;
};

struct jail;

/*
 * Forks the zygote. To be called from the main thread, which must outlive
 * it, before there are other threads. The works table must be static.
 * ST_BUSY with a problem when the system gives no process or cannot confine it.
 */
CHECKED enum status jail_start(const struct jail_config *config,
                               struct jail **jail_out, struct problem *problem);
/* No call may be under way. Sets *jail to NULL; NULL is fine. */
void jail_stop(struct jail **stopped);

/*
 * Has `works[work]` run on the request and copies the response into the arena.
 * Safe from any thread; waits while all workers are taken.
 *
 * ST_INVALID   the worker died, took too long or said nonsense, twice if its
 *              first try was not its first call ever; or `run` said so: the
 *              request is poison, set it aside
 * ST_LIMIT     request or response is over the row's limit; or `run` said so
 * ST_NOT_FOUND `run` said so
 * ST_BUSY      no worker to be had: try again later
 */
CHECKED enum status jail_call(struct jail *jail, unsigned work,
                              struct str request, struct arena *arena,
                              struct str *response_out);

struct jail_counts {
	size_t calls;
	size_t faults;  /* workers that died, hung or said nonsense */
	size_t spawned; /* workers since the start */
	bool broken;    /* the zygote is gone: only a restart helps */
};

struct jail_counts jail_counts(struct jail *jail);
/* "release" or "sanitizer", for the log at start. */
const char *jail_profile_name(const struct jail *jail);

#endif
