/*
 * The program's side of the jail: a pool of places, each with at most one
 * worker. A caller takes a place, fills it if it is empty, talks, and gives it
 * back, empty again if anything was wrong.
 */
#include "node/jail.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "node/jail_private.h"

#define JAIL_CPU      (2 * SPAN_SECOND)
#define JAIL_WALL     (20 * SPAN_SECOND)
#define JAIL_PATIENCE (60 * SPAN_SECOND)
/* Sanitized code is slower, and reports take time. */
#define JAIL_SANITIZER_FACTOR 10
#define JAIL_ZYGOTE_ANSWER    (30 * SPAN_SECOND)

struct jail_place {
	bool taken;
	int fd; /* -1 when there is no worker */
	int32_t pid;
	unsigned calls;
};

struct jail {
	struct jail_config config;
	pid_t zygote;
	int control;
	pthread_mutex_t control_lock; /* one note and its answer at a time */
	pthread_mutex_t lock;         /* all below */
	pthread_cond_t freed;
	struct jail_place places[JAIL_WORKERS_MAX];
	struct jail_counts counts;
};

/* Talking to the zygote. */

static void jail_count(struct jail *jail, size_t *counter)
{
	pthread_mutex_lock(&jail->lock);
	(*counter)++;
	pthread_mutex_unlock(&jail->lock);
}

static void jail_break(struct jail *jail)
{
	pthread_mutex_lock(&jail->lock);
	jail->counts.broken = true;
	pthread_mutex_unlock(&jail->lock);
}

static bool jail_note(const struct jail *jail, struct jail_note note,
                      int channel)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} extra = {.room = {0}};
	struct iovec piece = {.iov_base = &note, .iov_len = sizeof(note)};
	struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
	ssize_t n;

	if (channel >= 0) {
		message.msg_control = &extra;
		message.msg_controllen = sizeof(extra);
		extra.head.cmsg_level = SOL_SOCKET;
		extra.head.cmsg_type = SCM_RIGHTS;
		extra.head.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&extra.head), &channel, sizeof(int));
	}
	do {
		n = sendmsg(jail->control, &message, MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof(note);
}

/* The new worker's pid, or -1. */
static int32_t jail_ask_spawn(struct jail *jail, int channel)
{
	struct jail_note note = {.kind = JAIL_NOTE_SPAWN};
	int32_t pid = -1;
	bool answered;

	pthread_mutex_lock(&jail->control_lock);
	answered = jail_note(jail, note, channel) &&
	           wire_receive(jail->control, &pid, sizeof(pid),
	                        wire_tick() + JAIL_ZYGOTE_ANSWER);
	pthread_mutex_unlock(&jail->control_lock);
	if (!answered)
		jail_break(jail);
	return answered ? pid : -1;
}

/* A worker that waits for requests ends by itself when its socket closes. */
static void jail_retire(struct jail_place *place)
{
	if (place->fd >= 0)
		close(place->fd);
	place->fd = -1;
	place->calls = 0;
}

/* One that may be computing for ever does not. */
static void jail_kill(struct jail *jail, struct jail_place *place)
{
	struct jail_note note = {.kind = JAIL_NOTE_KILL, .pid = place->pid};

	pthread_mutex_lock(&jail->control_lock);
	if (!jail_note(jail, note, -1)) {
		/* The zygote is dead, and its workers died with it. */
	}
	pthread_mutex_unlock(&jail->control_lock);
	jail_retire(place);
	jail_count(jail, &jail->counts.faults);
}

/* A worker says a word when it is confined; one that cannot be, dies. */
static bool jail_greeted(struct jail *jail, struct jail_place *place)
{
	struct jail_frame hello = {0};

	if (wire_receive(place->fd, &hello, sizeof(hello),
	                 wire_tick() + JAIL_ZYGOTE_ANSWER) &&
	    hello.magic == JAIL_MAGIC)
		return true;
	jail_kill(jail, place);
	return false;
}

static bool jail_spawn(struct jail *jail, struct jail_place *place)
{
	int ends[2];
	int32_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return false;
	pid = jail_ask_spawn(jail, ends[1]);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return false;
	}
	place->fd = ends[0];
	place->pid = pid;
	place->calls = 0;
	jail_count(jail, &jail->counts.spawned);
	return jail_greeted(jail, place);
}

/* The pool. */

static struct jail_place *jail_find_free(struct jail *jail)
{
	struct jail_place *empty = NULL;

	for (unsigned i = 0; i < jail->config.workers; i++) {
		struct jail_place *place = &jail->places[i];

		if (!place->taken && place->fd >= 0)
			return place;
		if (!place->taken && !empty)
			empty = place;
	}
	return empty;
}

static struct jail_place *jail_take(struct jail *jail)
{
	struct jail_place *place;
	struct timespec until;
	int waited = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += jail->config.patience / SPAN_SECOND;
	pthread_mutex_lock(&jail->lock);
	while (!(place = jail_find_free(jail)) && waited != ETIMEDOUT)
		waited = pthread_cond_timedwait(&jail->freed, &jail->lock,
		                                &until);
	if (place)
		place->taken = true;
	pthread_mutex_unlock(&jail->lock);
	return place;
}

static void jail_give_back(struct jail *jail, struct jail_place *place)
{
	if (place->calls >= JAIL_WORKER_CALLS)
		jail_retire(place);
	pthread_mutex_lock(&jail->lock);
	place->taken = false;
	pthread_cond_signal(&jail->freed);
	pthread_mutex_unlock(&jail->lock);
}

/*
 * A worker in the place that has not died or spoken since its last answer: an
 * idle worker that was killed from outside is nobody's poison.
 */
static bool jail_ready(struct jail *jail, struct jail_place *place)
{
	struct pollfd item = {.fd = place->fd, .events = POLLIN};

	if (place->fd >= 0 && poll(&item, 1, 0) != 0)
		jail_kill(jail, place);
	return place->fd >= 0 || jail_spawn(jail, place);
}

/* Calls. */

/* One call on its way. */
struct jail_exchange {
	unsigned work;
	struct str request;
	struct arena *arena;
	struct str response;
	enum status status;
};

/* What a sane worker may answer. */
static bool jail_answer_sane(const struct jail_frame *answer,
                             size_t response_bytes_max)
{
	if (answer->magic != JAIL_MAGIC)
		return false;
	if (answer->code == ST_OK)
		return answer->length <= response_bytes_max;
	return answer->length == 0 &&
	       (answer->code == ST_INVALID || answer->code == ST_LIMIT ||
	        answer->code == ST_NOT_FOUND);
}

/* Head and body at once as far as they go, so that the worker wakes once. */
static bool jail_ask(int fd, const struct jail_frame *frame, struct str request,
                     int64_t deadline)
{
	struct iovec pieces[2] = {
		{.iov_base = (void *)(uintptr_t)frame,
	         .iov_len = sizeof(*frame)},
		{.iov_base = (void *)(uintptr_t)request.text,
	         .iov_len = request.length},
	};
	struct msghdr message = {.msg_iov = pieces, .msg_iovlen = 2};
	ssize_t n = sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	size_t sent = n > 0 ? (size_t)n : 0;

	if (sent < sizeof(*frame)) {
		if (!wire_send(fd, (const char *)frame + sent,
		               sizeof(*frame) - sent, deadline))
			return false;
		sent = sizeof(*frame);
	}
	sent -= sizeof(*frame);
	return wire_send(fd, request.text + sent, request.length - sent,
	                 deadline);
}

/* One try. False for a fault; the worker is not to be used again. */
static bool jail_talk(const struct jail *jail, const struct jail_place *place,
                      struct jail_exchange *exchange)
{
	const struct jail_work *work = &jail->config.works[exchange->work];
	const struct jail_frame frame = {
		.magic = JAIL_MAGIC,
		.code = exchange->work,
		.length = exchange->request.length,
	};
	int64_t deadline = wire_tick() + jail->config.wall;
	struct jail_frame answer;
	char *bytes;

	if (!jail_ask(place->fd, &frame, exchange->request, deadline) ||
	    !wire_receive(place->fd, &answer, sizeof(answer), deadline) ||
	    !jail_answer_sane(&answer, work->response_bytes_max))
		return false;
	bytes = arena_alloc(exchange->arena, (size_t)answer.length + 1);
	if (!wire_receive(place->fd, bytes, (size_t)answer.length, deadline))
		return false;
	exchange->response = (struct str){bytes, (size_t)answer.length};
	exchange->status = (enum status)answer.code;
	return true;
}

/*
 * Tries a second time, with a new worker, when the first had done other work:
 * what that left behind may be to blame.
 */
static enum status jail_try(struct jail *jail, struct jail_place *place,
                            struct jail_exchange *exchange)
{
	bool first;

	if (jail->config.works[exchange->work].alone && place->calls > 0)
		jail_retire(place);
	do {
		if (!jail_ready(jail, place))
			return ST_BUSY;
		first = place->calls++ == 0;
		if (jail_talk(jail, place, exchange))
			return exchange->status;
		jail_kill(jail, place);
	} while (!first);
	return ST_INVALID;
}

enum status jail_call(struct jail *jail, unsigned work, struct str request,
                      struct arena *arena, struct str *response_out)
{
	struct jail_exchange exchange = {
		.work = work,
		.request = request,
		.arena = arena,
	};
	struct jail_place *place;
	enum status status;

	assert(work < jail->config.work_count);
	if (request.length > jail->config.works[work].request_bytes_max)
		return ST_LIMIT;
	place = jail_take(jail);
	if (!place)
		return ST_BUSY;
	jail_count(jail, &jail->counts.calls);
	status = jail_try(jail, place, &exchange);
	jail_give_back(jail, place);
	if (status == ST_OK)
		*response_out = exchange.response;
	return status;
}

/* Start and stop. */

static unsigned jail_processors(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);

	if (count < 1)
		return 1;
	return count > 8 ? 8 : (unsigned)count;
}

static void jail_configure(struct jail *jail, const struct jail_config *config)
{
	struct jail_config *own = &jail->config;
	span_ms factor = 1;

	*own = *config;
#ifdef HOLDFAST_SANITIZE
	factor = JAIL_SANITIZER_FACTOR;
	if (own->profile == JAIL_PROFILE_BUILD)
		own->profile = JAIL_PROFILE_SANITIZER;
#else
	if (own->profile == JAIL_PROFILE_BUILD)
		own->profile = JAIL_PROFILE_RELEASE;
#endif
	own->workers = own->workers ? own->workers : jail_processors();
	if (own->workers > JAIL_WORKERS_MAX)
		own->workers = JAIL_WORKERS_MAX;
	own->cpu = own->cpu ? own->cpu : JAIL_CPU * factor;
	own->wall = own->wall ? own->wall : JAIL_WALL * factor;
	own->patience = own->patience ? own->patience : JAIL_PATIENCE * factor;
	for (unsigned i = 0; i < JAIL_WORKERS_MAX; i++)
		jail->places[i].fd = -1;
}

static void jail_open_locks(struct jail *jail)
{
	pthread_condattr_t monotonic;

	if (pthread_mutex_init(&jail->lock, NULL) != 0 ||
	    pthread_mutex_init(&jail->control_lock, NULL) != 0 ||
	    pthread_condattr_init(&monotonic) != 0 ||
	    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) != 0 ||
	    pthread_cond_init(&jail->freed, &monotonic) != 0)
		abort();
	pthread_condattr_destroy(&monotonic);
}

static void jail_free(struct jail **jail)
{
	pthread_cond_destroy(&(*jail)->freed);
	pthread_mutex_destroy(&(*jail)->lock);
	pthread_mutex_destroy(&(*jail)->control_lock);
	free(*jail);
	*jail = NULL;
}

/* The child's side of it never returns. */
static bool jail_fork(struct jail *jail)
{
	pid_t program = getpid();
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return false;
	jail->zygote = fork();
	if (jail->zygote == 0) {
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 ||
		    getppid() != program)
			_exit(1);
		jail_zygote_run(&jail->config, ends[1]);
	}
	close(ends[1]);
	jail->control = ends[0];
	if (jail->zygote > 0)
		return true;
	close(jail->control);
	return false;
}

enum status jail_start(const struct jail_config *config, struct jail **jail_out,
                       struct problem *problem)
{
	struct jail *jail = calloc(1, sizeof(*jail));

	if (!jail)
		abort();
	jail_configure(jail, config);
	jail_open_locks(jail);
	if (!jail_fork(jail)) {
		jail_free(&jail);
		return problem_set(problem, ST_BUSY, "jail",
		                   "no process for the parser: %s",
		                   strerrordesc_np(errno));
	}
	/* A mail must not be the first to learn that this cannot work. */
	if (!jail_spawn(jail, &jail->places[0])) {
		jail_stop(&jail);
		return problem_set(problem, ST_BUSY, "jail",
		                   "the parser cannot be confined here: "
		                   "seccomp filters are needed");
	}
	*jail_out = jail;
	return ST_OK;
}

void jail_stop(struct jail **stopped)
{
	struct jail *jail = *stopped;

	if (!jail)
		return;
	for (unsigned i = 0; i < jail->config.workers; i++) {
		assert(!jail->places[i].taken);
		jail_retire(&jail->places[i]);
	}
	close(jail->control);
	/* A worker that hangs dies with the zygote. */
	while (waitpid(jail->zygote, NULL, 0) < 0 && errno == EINTR) {
	}
	jail_free(stopped);
}

/* The zygote's end of the socket closes with it, and nobody else has it. */
static bool jail_hung_up(const struct jail *jail)
{
	struct pollfd item = {.fd = jail->control};

	return poll(&item, 1, 0) > 0 && (item.revents & (POLLHUP | POLLERR));
}

struct jail_counts jail_counts(struct jail *jail)
{
	struct jail_counts counts;
	bool gone = jail_hung_up(jail);

	pthread_mutex_lock(&jail->lock);
	jail->counts.broken = jail->counts.broken || gone;
	counts = jail->counts;
	pthread_mutex_unlock(&jail->lock);
	return counts;
}

const char *jail_profile_name(const struct jail *jail)
{
	return jail->config.profile == JAIL_PROFILE_RELEASE ? "release"
	                                                    : "sanitizer";
}
