/*
 * The worker: confines itself, then answers requests until its socket closes.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <unistd.h>

#include "node/jail_private.h"

#define WORKER_CHANNEL     3
#define WORKER_ARENA_BYTES ((size_t)320 << 20)
/* A second of computing more for each so many bytes of request. */
#define WORKER_BYTES_A_SECOND ((uint64_t)8 << 20)

/* Plain reads and writes: the profile has nothing else. */
static bool worker_read(void *bytes, size_t length)
{
	char *at = bytes;

	while (length > 0) {
		ssize_t n = read(WORKER_CHANNEL, at, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		length -= (size_t)n;
	}
	return true;
}

static void worker_write(const void *bytes, size_t length)
{
	const char *at = bytes;

	while (length > 0) {
		ssize_t n = write(WORKER_CHANNEL, at, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			_exit(0);
		at += n;
		length -= (size_t)n;
	}
}

/* SIGPROF's default ends the process when the time is used up. */
static void worker_clock(span_ms span)
{
	const struct itimerval timer = {
		.it_value.tv_sec = span / 1000,
		.it_value.tv_usec = span % 1000 * 1000,
	};

	if (setitimer(ITIMER_PROF, &timer, NULL) != 0)
		_exit(1);
}

static void worker_serve(const struct jail_config *config,
                         const struct jail_frame *frame, struct arena *arena)
{
	const struct jail_work *work = &config->works[frame->code];
	struct jail_frame answer = {.magic = JAIL_MAGIC};
	struct buf response;
	enum status status;
	char *request = malloc((size_t)frame->length + 1);

	if (!request || !worker_read(request, (size_t)frame->length))
		_exit(1);
	/* One write wakes the other side once: the head comes first in it. */
	buf_init(&response, work->response_bytes_max + sizeof(answer));
	buf_add(&response, &answer, sizeof(answer));
	worker_clock(config->cpu +
	             (span_ms)(frame->length * 1000 / WORKER_BYTES_A_SECOND));
	status = work->run(arena, (struct str){request, (size_t)frame->length},
	                   &response);
	worker_clock(0);
	if (status == ST_OK && response.failed)
		status = ST_LIMIT;
	answer.code = (uint32_t)status;
	answer.length = status == ST_OK ? response.length - sizeof(answer) : 0;
	memcpy(response.data, &answer, sizeof(answer));
	worker_write(response.data, sizeof(answer) + (size_t)answer.length);
	buf_release(&response);
	free(request);
	arena_clear(arena);
}

/* Descriptors 0 to 2 lead nowhere, and 3 is the socket. */
static bool worker_descriptors(int channel, enum jail_profile profile)
{
	int nowhere = open("/dev/null", O_RDWR);
	/* A sanitizer's report is worth reading. */
	int last = profile == JAIL_PROFILE_RELEASE ? 2 : 1;

	if (nowhere < 0)
		return false;
	for (int fd = 0; fd <= last; fd++) {
		if (dup2(nowhere, fd) != fd)
			return false;
	}
	/* May be 3 itself, and then it must not be closed. */
	return dup2(channel, WORKER_CHANNEL) == WORKER_CHANNEL;
}

_Noreturn void jail_worker_run(const struct jail_config *config, int channel)
{
	struct arena *arena;
	struct jail_frame frame;
	sigset_t none;

	prctl(PR_SET_NAME, "holdfast-parse");
	sigemptyset(&none);
	/* Large blocks go back to the system when they are freed. */
	mallopt(M_MMAP_THRESHOLD, 256 << 10);
	mallopt(M_TRIM_THRESHOLD, 1 << 20);
	if (sigprocmask(SIG_SETMASK, &none, NULL) != 0 ||
	    !worker_descriptors(channel, config->profile) ||
	    !jail_confine(config->profile, WORKER_CHANNEL + 1))
		_exit(1);
	frame = (struct jail_frame){.magic = JAIL_MAGIC};
	worker_write(&frame, sizeof(frame));
	arena = arena_new(WORKER_ARENA_BYTES);
	while (worker_read(&frame, sizeof(frame))) {
		assert(frame.magic == JAIL_MAGIC);
		assert(frame.code < config->work_count);
		worker_serve(config, &frame, arena);
	}
	_exit(0);
}
