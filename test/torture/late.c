/*
 * Loaded before a program (LD_PRELOAD): its wall clock is LATE_SECONDS ahead
 * of the system's. What waits until a time of that clock wakes when it comes.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

/* A monotonic clock counts from the start of the machine: never this much. */
#define LATE_WALL_CLOCK 1000000000

static time_t late_seconds(void)
{
	const char *text = getenv("LATE_SECONDS");

	return text ? (time_t)strtol(text, NULL, 10) : 0;
}

/* Ours under the names by which the program calls them. */
int late_clock_gettime(clockid_t clock,
                       struct timespec *now) __asm__("clock_gettime");
int late_timedwait(
	pthread_cond_t *condition, pthread_mutex_t *lock,
	const struct timespec *until) __asm__("pthread_cond_timedwait");

int late_clock_gettime(clockid_t clock, struct timespec *now)
{
	static int (*real)(clockid_t, struct timespec *);
	int result;

	if (!real)
		real = (int (*)(clockid_t, struct timespec *))dlsym(
			RTLD_NEXT, "clock_gettime");
	result = real(clock, now);
	if (result == 0 && clock == CLOCK_REALTIME)
		now->tv_sec += late_seconds();
	return result;
}

int late_timedwait(pthread_cond_t *condition, pthread_mutex_t *lock,
                   const struct timespec *until)
{
	static int (*real)(pthread_cond_t *, pthread_mutex_t *,
	                   const struct timespec *);
	struct timespec own = *until;

	if (!real)
		real = (int (*)(pthread_cond_t *, pthread_mutex_t *,
		                const struct timespec *))
			dlsym(RTLD_NEXT, "pthread_cond_timedwait");
	if (own.tv_sec > LATE_WALL_CLOCK)
		own.tv_sec -= late_seconds();
	return real(condition, lock, &own);
}
