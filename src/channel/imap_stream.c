#include "channel/imap_stream.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "channel/imap_wire.h"

#define STREAM_CONNECT_MAX  (15 * SPAN_SECOND)
#define STREAM_WINDOW_BYTES ((size_t)16 << 10)
#define STREAM_LINE_BYTES   2000u
/* What is plain is short: the greeting and the answer to STARTTLS. */
#define STREAM_PLAIN_LINES 20
#define STREAM_BUFFER      16384

/* Ourselves, and nothing that a system's setting makes weaker. */
#define STREAM_PRIORITY                                                        \
	"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%PROFILE_LOW"

bool imap_stream_fail(struct imap_stream *stream, enum imap_fault fault,
                      const char *format, ...)
{
	va_list arguments;

	if (stream->said.fault != IMAP_FAULT_NONE)
		return false;
	stream->said.fault = fault;
	va_start(arguments, format);
	vsnprintf(stream->said.text, sizeof(stream->said.text), format,
	          arguments);
	va_end(arguments);
	return false;
}

bool imap_stream_trust(struct imap_stream *stream, struct str ca_file)
{
	char path[4096];
	int count;

	if (ca_file.length >= sizeof(path))
		return imap_stream_fail(stream, IMAP_FAULT_TLS,
		                        "The file of authorities has too long "
		                        "a name.");
	snprintf(path, sizeof(path), "%.*s", STR_ARG(ca_file));
	if (gnutls_global_init() != 0 ||
	    gnutls_certificate_allocate_credentials(&stream->trust) != 0)
		abort();
	if (ca_file.length > 0)
		count = gnutls_certificate_set_x509_trust_file(
			stream->trust, path, GNUTLS_X509_FMT_PEM);
	else
		count = gnutls_certificate_set_x509_system_trust(stream->trust);
	if (count > 0)
		return true;
	return imap_stream_fail(
		stream, IMAP_FAULT_TLS,
		"No certificate authorities could be read%s%s.",
		ca_file.length ? " from " : "; install ca-certificates", path);
}

/* -- TCP ------------------------------------------------------------------ */

static bool stream_try(struct imap_stream *stream, const struct addrinfo *at)
{
	int error = 0, on = 1;
	socklen_t length = sizeof(error);
	int fd = socket(at->ai_family,
	                at->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool begun;

	if (fd < 0)
		return false;
	begun = connect(fd, at->ai_addr, at->ai_addrlen) == 0 ||
	        errno == EINPROGRESS;
	if (begun && !wire_wait(fd, POLLOUT, wire_tick() + STREAM_CONNECT_MAX))
		error = ETIMEDOUT;
	else if (!begun ||
	         getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0)
		error = errno;
	if (error) {
		close(fd);
		errno = error;
		return false;
	}
	/* Commands are short and waited for. Without it they are slower. */
	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) != 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)) != 0)
		errno = 0;
	stream->fd = fd;
	return true;
}

bool imap_stream_connect(struct imap_stream *stream, struct str host,
                         unsigned port)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
	                               .ai_flags = AI_ADDRCONFIG};
	struct addrinfo *list = NULL;
	char name[256], service[8];
	int error;

	snprintf(name, sizeof(name), "%.*s", STR_ARG(host));
	snprintf(service, sizeof(service), "%u", port);
	error = getaddrinfo(name, service, &hints, &list);
	if (error != 0)
		return imap_stream_fail(stream,
		                        error == EAI_NONAME
		                                ? IMAP_FAULT_RESOLVE
		                                : IMAP_FAULT_CONNECT,
		                        "The host %s was not found: %s.", name,
		                        gai_strerror(error));
	stream->fd = -1;
	for (struct addrinfo *at = list; at && stream->fd < 0; at = at->ai_next)
		(void)stream_try(stream, at);
	error = errno;
	freeaddrinfo(list);
	if (stream->fd >= 0)
		return true;
	return imap_stream_fail(stream, IMAP_FAULT_CONNECT,
	                        "%s does not answer on port %u: %s.", name,
	                        port, strerror(error));
}

/* A line in the clear, without its end. A byte at a time: no byte too many. */
static bool stream_plain_line(struct imap_stream *stream, char *line,
                              size_t room)
{
	size_t length = 0;

	for (;;) {
		ssize_t n;
		char c;

		if (!wire_wait(stream->fd, POLLIN, stream->deadline))
			return imap_stream_fail(stream, IMAP_FAULT_LOST,
			                        "The server says nothing.");
		n = recv(stream->fd, &c, 1, 0);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n <= 0 || length + 1 >= room)
			return imap_stream_fail(stream, IMAP_FAULT_LOST,
			                        "The server hung up, or is no "
			                        "IMAP server.");
		if (c == '\n')
			break;
		line[length++] = c;
	}
	while (length > 0 && line[length - 1] == '\r')
		length--;
	line[length] = '\0';
	return true;
}

/* -- TLS ------------------------------------------------------------------ */

static bool stream_starttls(struct imap_stream *stream)
{
	static const char command[] = "s STARTTLS\r\n";
	char line[STREAM_LINE_BYTES], early;

	if (!stream_plain_line(stream, line, sizeof(line)))
		return false;
	if (strncasecmp(line, "* OK", 4) != 0)
		return imap_stream_fail(stream, IMAP_FAULT_LOST,
		                        "There is no IMAP server on this port, "
		                        "or it wants TLS at once.");
	if (send(stream->fd, command, strlen(command), MSG_NOSIGNAL) !=
	    (ssize_t)strlen(command))
		return imap_stream_fail(stream, IMAP_FAULT_LOST,
		                        "The server hung up.");
	for (int lines = 0; lines < STREAM_PLAIN_LINES; lines++) {
		if (!stream_plain_line(stream, line, sizeof(line)))
			return false;
		if (strncasecmp(line, "s ", 2) == 0)
			break;
	}
	if (strncasecmp(line, "s OK", 4) != 0)
		return imap_stream_fail(stream, IMAP_FAULT_TLS,
		                        "The server offers no STARTTLS here. "
		                        "Nothing was sent to it.");
	/* Who speaks on before TLS puts words into the server's mouth. */
	if (recv(stream->fd, &early, 1, MSG_PEEK | MSG_DONTWAIT) > 0)
		return imap_stream_fail(stream, IMAP_FAULT_TLS,
		                        "Somebody spoke before TLS began. "
		                        "Nothing was sent.");
	return true;
}

static bool stream_untrusted(struct imap_stream *stream, const char *host)
{
	gnutls_datum_t words = {0};
	unsigned status = gnutls_session_get_verify_cert_status(stream->tls);

	if (status & GNUTLS_CERT_UNEXPECTED_OWNER)
		return imap_stream_fail(stream, IMAP_FAULT_CERTIFICATE,
		                        "The server's certificate is not for "
		                        "%s. Use the name that it is for.",
		                        host);
	if (gnutls_certificate_verification_status_print(
		    status, GNUTLS_CRT_X509, &words, 0) != 0)
		words.data = NULL;
	(void)imap_stream_fail(stream, IMAP_FAULT_CERTIFICATE,
	                       "The certificate of %s is not to be trusted: %s",
	                       host, words.data ? (char *)words.data : "");
	gnutls_free(words.data);
	return false;
}

static bool stream_is_address(const char *host)
{
	struct in6_addr room;

	return inet_pton(AF_INET, host, &room) == 1 ||
	       inet_pton(AF_INET6, host, &room) == 1;
}

static bool stream_wait_tls(struct imap_stream *stream)
{
	short events =
		gnutls_record_get_direction(stream->tls) ? POLLOUT : POLLIN;

	return wire_wait(stream->fd, events, stream->deadline);
}

static bool stream_handshake(struct imap_stream *stream, const char *host)
{
	int result;

	do {
		result = gnutls_handshake(stream->tls);
		if (result == GNUTLS_E_AGAIN && !stream_wait_tls(stream))
			return imap_stream_fail(stream, IMAP_FAULT_TLS,
			                        "The server does not answer "
			                        "with TLS on this port.");
	} while (result < 0 && !gnutls_error_is_fatal(result));
	if (result == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR)
		return stream_untrusted(stream, host);
	if (result < 0)
		return imap_stream_fail(stream, IMAP_FAULT_TLS,
		                        "There is no TLS to be had: %s",
		                        gnutls_strerror(result));
	return true;
}

bool imap_stream_secure(struct imap_stream *stream, struct str host,
                        enum imap_tls how)
{
	char name[256];

	snprintf(name, sizeof(name), "%.*s", STR_ARG(host));
	stream->deadline = wire_tick() + stream->patience;
	if (how == IMAP_TLS_STARTTLS) {
		if (!stream_starttls(stream))
			return false;
		/* It does not greet again; libetpan wants to be greeted. */
		stream->greeting = STR("* OK ready\r\n");
	}
	if (gnutls_init(&stream->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK |
	                                      GNUTLS_NO_SIGNAL) != 0 ||
	    gnutls_priority_set_direct(stream->tls, STREAM_PRIORITY, NULL) !=
	            0 ||
	    gnutls_credentials_set(stream->tls, GNUTLS_CRD_CERTIFICATE,
	                           stream->trust) != 0)
		abort();
	if (!stream_is_address(name) &&
	    gnutls_server_name_set(stream->tls, GNUTLS_NAME_DNS, name,
	                           strlen(name)) != 0)
		return imap_stream_fail(stream, IMAP_FAULT_RESOLVE,
		                        "%s is no name of a host.", name);
	/* Chain and name, inside the handshake. */
	gnutls_session_set_verify_cert(stream->tls, name, 0);
	gnutls_transport_set_int(stream->tls, stream->fd);
	return stream_handshake(stream, name);
}

/* -- libetpan's stream ---------------------------------------------------- */

void imap_stream_allow(struct imap_stream *stream, size_t bytes, span_ms most)
{
	stream->budget = bytes;
	stream->deadline = wire_tick() + most;
	stream->window_until = wire_tick() + stream->patience;
	stream->window_bytes = 0;
}

bool imap_stream_pending(const struct imap_stream *stream)
{
	return stream->greeting.length > 0 ||
	       gnutls_record_check_pending(stream->tls) > 0;
}

/* Waits for bytes, but neither for ever nor for a drip. */
static bool stream_patient(struct imap_stream *stream)
{
	int64_t now = wire_tick();
	int64_t until = stream->window_until < stream->deadline
	                        ? stream->window_until
	                        : stream->deadline;

	if (now >= stream->window_until &&
	    stream->window_bytes >= STREAM_WINDOW_BYTES) {
		stream->window_until = now + stream->patience;
		stream->window_bytes = 0;
		return true;
	}
	if (wire_wait(stream->fd, POLLIN, until))
		return true;
	/* The window may have ended with enough in it. */
	if (stream->window_bytes >= STREAM_WINDOW_BYTES &&
	    wire_tick() < stream->deadline)
		return true;
	return imap_stream_fail(stream, IMAP_FAULT_LOST,
	                        "The server took too long to answer.");
}

static ssize_t stream_read(mailstream_low *low, void *room, size_t length)
{
	struct imap_stream *stream = low->data;
	ssize_t n;

	if (stream->greeting.length > 0) {
		if (length > stream->greeting.length)
			length = stream->greeting.length;
		memcpy(room, stream->greeting.text, length);
		stream->greeting = str_sub(stream->greeting, length,
		                           stream->greeting.length);
		return (ssize_t)length;
	}
	if (length > stream->budget)
		length = stream->budget;
	if (length == 0) {
		(void)imap_stream_fail(stream, IMAP_FAULT_LOST,
		                       "The server answers without end.");
		return -1;
	}
	/* Also a drip that is always there in time comes to an end. */
	if (wire_tick() >= stream->window_until && !stream_patient(stream))
		return -1;
	do {
		n = gnutls_record_recv(stream->tls, room, length);
		if (n == GNUTLS_E_AGAIN && !stream_patient(stream))
			return -1;
	} while (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED);
	if (n <= 0) {
		(void)imap_stream_fail(stream, IMAP_FAULT_LOST,
		                       "The server hung up.");
		return -1;
	}
	stream->budget -= (size_t)n;
	stream->window_bytes += (size_t)n;
	return n;
}

static ssize_t stream_write(mailstream_low *low, const void *bytes,
                            size_t length)
{
	struct imap_stream *stream = low->data;
	ssize_t n;

	do {
		n = gnutls_record_send(stream->tls, bytes, length);
		if (n == GNUTLS_E_AGAIN && !stream_wait_tls(stream))
			break;
	} while (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED);
	if (n > 0) {
		/* Who takes what we say is not idle. */
		stream->window_bytes += (size_t)n;
		return n;
	}
	(void)imap_stream_fail(stream, IMAP_FAULT_LOST, "The server hung up.");
	return -1;
}

static int stream_close(mailstream_low *low)
{
	(void)low;
	return 0;
}

static int stream_fd(mailstream_low *low)
{
	const struct imap_stream *stream = low->data;

	return stream->fd;
}

static void stream_free(mailstream_low *low)
{
	free(low);
}

static void stream_cancel(mailstream_low *low)
{
	(void)low;
}

mailstream *imap_stream_open(struct imap_stream *stream)
{
	static mailstream_low_driver driver = {
		.mailstream_read = stream_read,
		.mailstream_write = stream_write,
		.mailstream_close = stream_close,
		.mailstream_get_fd = stream_fd,
		.mailstream_free = stream_free,
		.mailstream_cancel = stream_cancel,
	};
	mailstream_low *low = mailstream_low_new(stream, &driver);
	mailstream *open = low ? mailstream_new(low, STREAM_BUFFER) : NULL;

	if (!open)
		abort();
	return open;
}
