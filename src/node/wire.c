#include "node/wire.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int64_t wire_tick(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool wire_wait(int fd, short events, int64_t deadline)
{
	for (;;) {
		struct pollfd item = {.fd = fd, .events = events};
		int64_t left = deadline < 0 ? 60000 : deadline - wire_tick();
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

bool wire_send(int fd, const void *bytes, size_t length, int64_t deadline)
{
	const char *at = bytes;

	while (length > 0) {
		ssize_t n = send(fd, at, length, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n > 0) {
			at += n;
			length -= (size_t)n;
		} else if (n < 0 && errno == EAGAIN) {
			if (!wire_wait(fd, POLLOUT, deadline))
				return false;
		} else if (n == 0 || errno != EINTR) {
			return false;
		}
	}
	return true;
}

bool wire_receive(int fd, void *bytes, size_t length, int64_t deadline)
{
	char *at = bytes;

	while (length > 0) {
		ssize_t n = recv(fd, at, length, MSG_DONTWAIT);

		if (n > 0) {
			at += n;
			length -= (size_t)n;
		} else if (n < 0 && errno == EAGAIN) {
			if (!wire_wait(fd, POLLIN, deadline))
				return false;
		} else if (n == 0 || errno != EINTR) {
			return false;
		}
	}
	return true;
}
