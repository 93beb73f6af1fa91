/*
 * Listening by numeric address only: what a name means is decided by whoever
 * configures us, not at the start of a server.
 */
#include "web/listen.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 512

union place {
	struct sockaddr any;
	struct sockaddr_in four;
	struct sockaddr_in6 six;
};

static socklen_t place_of(const char *address, uint16_t port,
                          union place *place)
{
	*place = (union place){0};
	if (inet_pton(AF_INET, address, &place->four.sin_addr) == 1) {
		place->four.sin_family = AF_INET;
		place->four.sin_port = htons(port);
		return sizeof(place->four);
	}
	if (inet_pton(AF_INET6, address, &place->six.sin6_addr) == 1) {
		place->six.sin6_family = AF_INET6;
		place->six.sin6_port = htons(port);
		return sizeof(place->six);
	}
	return 0;
}

static uint16_t place_port(const union place *place)
{
	return ntohs(place->any.sa_family == AF_INET ? place->four.sin_port
	                                             : place->six.sin6_port);
}

static bool listen_bind(int fd, const union place *place, socklen_t length)
{
	int on = 1;

	return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
	       bind(fd, &place->any, length) == 0 && listen(fd, BACKLOG) == 0;
}

enum status listen_open(const char *address, uint16_t port,
                        struct problem *problem, int *fd_out,
                        uint16_t *port_out)
{
	union place place;
	socklen_t length = place_of(address, port, &place);
	int fd;

	if (length == 0)
		return problem_set(problem, ST_INVALID, "listen",
		                   "Write a numeric address such as "
		                   "127.0.0.1, not \"%s\".",
		                   address);
	fd = socket(place.any.sa_family,
	            SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0 || !listen_bind(fd, &place, length)) {
		int error = errno;

		if (fd >= 0)
			close(fd);
		return problem_set(problem, ST_STORE, "listen",
		                   "Cannot listen on %s port %u: %s.", address,
		                   port, strerror(error));
	}
	length = sizeof(place);
	if (getsockname(fd, &place.any, &length) != 0)
		assert(!"a bound socket has a name");
	*fd_out = fd;
	*port_out = place_port(&place);
	return ST_OK;
}

void listen_print(const struct sockaddr *from, char text_out[PEER_TEXT_SIZE])
{
	union place place = {0};

	static_assert(PEER_TEXT_SIZE >= INET6_ADDRSTRLEN, "fits any address");
	text_out[0] = '\0';
	if (from->sa_family == AF_INET) {
		memcpy(&place.four, from, sizeof(place.four));
		inet_ntop(AF_INET, &place.four.sin_addr, text_out,
		          PEER_TEXT_SIZE);
	} else if (from->sa_family == AF_INET6) {
		memcpy(&place.six, from, sizeof(place.six));
		inet_ntop(AF_INET6, &place.six.sin6_addr, text_out,
		          PEER_TEXT_SIZE);
	}
	if (strncmp(text_out, "::ffff:", 7) == 0)
		memmove(text_out, text_out + 7, strlen(text_out + 7) + 1);
}
