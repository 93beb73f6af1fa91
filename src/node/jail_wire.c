/*
 * Bytes through the jail's sockets, with a deadline.
 */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "node/jail_private.h"

int64_t jail_tick(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Waits for `events`; false at the deadline. */
static bool jail_wait(int fd, short events, int64_t deadline)
{
	for (;;) {
		struct pollfd item = {.fd = fd, .events = events};
		int64_t left = deadline - jail_tick();
		int n;

		if (left <= 0)
			return false;
		n = poll(&item, 1, left > 60000 ? 60000 : (int)left);
		if (n > 0)
			return true;
		if (n < 0 && errno != EINTR)
			return false;
	}
}

bool jail_send(int fd, const void *bytes, size_t length, int64_t deadline)
{
	const char *at = bytes;

	while (length > 0) {
		ssize_t n = send(fd, at, length, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n > 0) {
			at += n;
			length -= (size_t)n;
		} else if (n < 0 && errno == EAGAIN) {
			if (!jail_wait(fd, POLLOUT, deadline))
				return false;
		} else if (n == 0 || errno != EINTR) {
			return false;
		}
	}
	return true;
}

bool jail_receive(int fd, void *bytes, size_t length, int64_t deadline)
{
	char *at = bytes;

	while (length > 0) {
		ssize_t n = recv(fd, at, length, MSG_DONTWAIT);

		if (n > 0) {
			at += n;
			length -= (size_t)n;
		} else if (n < 0 && errno == EAGAIN) {
			if (!jail_wait(fd, POLLIN, deadline))
				return false;
		} else if (n == 0 || errno != EINTR) {
			return false;
		}
	}
	return true;
}
