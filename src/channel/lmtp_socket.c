#include "channel/lmtp_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKET_BACKLOG 128

union socket_name {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un local;
	struct sockaddr_storage room;
};

static enum status socket_bad(struct problem *problem, struct str address)
{
	return problem_set(problem, ST_INVALID, "lmtp",
	                   "cannot read the address \"%.*s\": write "
	                   "127.0.0.1:2424, [::1]:2424 or /path/to/socket",
	                   STR_ARG(address));
}

static bool socket_read_port(struct str text, in_port_t *port_out)
{
	int64_t port;

	if (!str_to_i64(text, &port) || port < 0 || port > 65535)
		return false;
	*port_out = htons((uint16_t)port);
	return true;
}

static bool socket_read_inet(struct str address, union socket_name *name_out,
                             socklen_t *length_out)
{
	size_t colon = address.length;
	char host[64] = "127.0.0.1";
	union socket_name name = {0};
	in_port_t port;
	struct str part;

	while (colon > 0 && address.text[colon - 1] != ':')
		colon--;
	if (colon == 0 ||
	    !socket_read_port(str_sub(address, colon, address.length), &port))
		return false;
	part = str_sub(address, 0, colon - 1);
	if (part.length >= sizeof(host))
		return false;
	if (!str_equal(part, STR("localhost")))
		snprintf(host, sizeof(host), "%.*s", STR_ARG(part));

	if (part.length > 2 && part.text[0] == '[' &&
	    str_ends(part, STR("]"))) {
		host[part.length - 1] = '\0';
		name.v6.sin6_family = AF_INET6;
		name.v6.sin6_port = port;
		if (inet_pton(AF_INET6, host + 1, &name.v6.sin6_addr) != 1)
			return false;
		*length_out = sizeof(name.v6);
	} else {
		name.v4.sin_family = AF_INET;
		name.v4.sin_port = port;
		if (inet_pton(AF_INET, host, &name.v4.sin_addr) != 1)
			return false;
		*length_out = sizeof(name.v4);
	}
	*name_out = name;
	return true;
}

static bool socket_read(struct str address, union socket_name *name_out,
                        socklen_t *length_out)
{
	union socket_name name = {0};

	if (!str_starts(address, STR("/")))
		return socket_read_inet(address, name_out, length_out);
	if (address.length >= sizeof(name.local.sun_path) ||
	    memchr(address.text, '\0', address.length))
		return false;
	name.local.sun_family = AF_UNIX;
	memcpy(name.local.sun_path, address.text, address.length);
	*name_out = name;
	*length_out = sizeof(name.local);
	return true;
}

/* A socket file that nobody listens on is left from a crash. */
static void socket_remove_stale(const union socket_name *name)
{
	struct stat info;
	int probe;

	if (lstat(name->local.sun_path, &info) != 0 || !S_ISSOCK(info.st_mode))
		return;
	probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (probe < 0)
		return;
	if (connect(probe, &name->any, sizeof(name->local)) != 0 &&
	    errno == ECONNREFUSED)
		unlink(name->local.sun_path);
	close(probe);
}

static enum status socket_cannot(struct problem *problem, int fd,
                                 const char *what, struct str address)
{
	int reason = errno;

	if (fd >= 0)
		close(fd);
	return problem_set(problem, ST_INVALID, "lmtp", "cannot %s %.*s: %s",
	                   what, STR_ARG(address), strerrordesc_np(reason));
}

enum status lmtp_socket_listen(struct str address, int *socket_out,
                               struct problem *problem)
{
	union socket_name name;
	socklen_t length;
	int on = 1;
	int fd;

	if (!socket_read(address, &name, &length))
		return socket_bad(problem, address);
	fd = socket(name.any.sa_family,
	            SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return socket_cannot(problem, fd, "open a socket for", address);
	if (name.any.sa_family == AF_UNIX)
		socket_remove_stale(&name);
	else
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, &name.any, length) != 0 || listen(fd, SOCKET_BACKLOG) != 0)
		return socket_cannot(problem, fd, "listen on", address);
	/* Who may hand in mail is decided by the group of the socket file. */
	if (name.any.sa_family == AF_UNIX &&
	    chmod(name.local.sun_path, 0660) != 0)
		return socket_cannot(problem, fd, "set the mode of", address);
	*socket_out = fd;
	return ST_OK;
}

enum status lmtp_socket_connect(struct str address, int *socket_out,
                                struct problem *problem)
{
	union socket_name name;
	socklen_t length;
	int fd;

	if (!socket_read(address, &name, &length))
		return socket_bad(problem, address);
	fd = socket(name.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, &name.any, length) != 0) {
		(void)socket_cannot(problem, fd, "connect to", address);
		return ST_BUSY;
	}
	*socket_out = fd;
	return ST_OK;
}

unsigned lmtp_socket_port(int socket)
{
	union socket_name name = {0};
	socklen_t length = sizeof(name);

	if (getsockname(socket, &name.any, &length) != 0)
		return 0;
	if (name.any.sa_family == AF_INET)
		return ntohs(name.v4.sin_port);
	if (name.any.sa_family == AF_INET6)
		return ntohs(name.v6.sin6_port);
	return 0;
}

void lmtp_socket_peer(int socket, char peer_out[LMTP_PEER_SIZE])
{
	union socket_name name = {0};
	socklen_t length = sizeof(name);
	char host[INET6_ADDRSTRLEN] = "?";

	if (getpeername(socket, &name.any, &length) != 0 ||
	    name.any.sa_family == AF_UNIX) {
		snprintf(peer_out, LMTP_PEER_SIZE, "unix");
	} else if (name.any.sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &name.v6.sin6_addr, host, sizeof(host));
		snprintf(peer_out, LMTP_PEER_SIZE, "[%s]:%u", host,
		         ntohs(name.v6.sin6_port));
	} else {
		inet_ntop(AF_INET, &name.v4.sin_addr, host, sizeof(host));
		snprintf(peer_out, LMTP_PEER_SIZE, "%s:%u", host,
		         ntohs(name.v4.sin_port));
	}
}
