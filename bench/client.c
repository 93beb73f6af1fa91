/* The other ends of the program's sockets: a browser and a mail server. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "served.h"

static int loopback(unsigned port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr = {htonl(INADDR_LOOPBACK)},
	};
	int on = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 ||
	    connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		bench_fail("port %u does not answer", port);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

static void send_all(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);

		if (sent <= 0)
			bench_fail("the program hung up");
		bytes += sent;
		length -= (size_t)sent;
	}
}

/* -------------------------------------------------------------------- HTTP */

void http_open(struct http *http, const struct served *served, int agent)
{
	*http = (struct http){
		.fd = loopback(served->http),
		.served = served,
		.cookie = served->agents[agent].cookie,
		.room = (size_t)1 << 20,
	};
	http->bytes = malloc(http->room);
}

void http_close(struct http *http)
{
	close(http->fd);
	free(http->bytes);
}

/* Reads until the whole answer is there; its length stands in its head. */
static void answer_read(struct http *http, const char *path)
{
	size_t whole = 0;

	http->length = 0;
	while (whole == 0 || http->length < whole) {
		ssize_t got = recv(http->fd, http->bytes + http->length,
		                   http->room - 1 - http->length, 0);
		char *end, *length;

		if (got <= 0)
			bench_fail("%s: no answer", path);
		http->length += (size_t)got;
		http->bytes[http->length] = '\0';
		end = strstr((char *)http->bytes, "\r\n\r\n");
		if (whole > 0 || end == NULL)
			continue;
		length = strcasestr((char *)http->bytes, "content-length:");
		http->body = end + 4;
		whole = (size_t)(http->body - (char *)http->bytes);
		if (length != NULL && length < end)
			whole += strtoul(length + 15, NULL, 10);
		if (whole >= http->room)
			bench_fail("%s: the answer is too long", path);
	}
	if (strncmp((char *)http->bytes, "HTTP/1.1 2", 10) != 0)
		bench_fail("%s: %s", path, (char *)http->bytes);
}

double http_get(struct http *http, const char *path)
{
	char head[1024];
	double start = bench_seconds();
	int length = snprintf(head, sizeof(head),
	                      "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
	                      "Cookie: %s\r\n\r\n",
	                      path, http->served->http, http->cookie);

	send_all(http->fd, head, (size_t)length);
	answer_read(http, path);
	return (bench_seconds() - start) * 1e3;
}

static double post(struct http *http, const char *path, const char *type,
                   const char *body, size_t body_length)
{
	static atomic_ullong commands = 1;
	char head[4096];
	double start = bench_seconds();
	int length = snprintf(
		head, sizeof(head),
		"POST %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nCookie: %s\r\n"
		"Content-Type: %s\r\n"
		"Holdfast-Command: %016llx%016llx\r\n"
		"Content-Length: %zu\r\n\r\n",
		path, http->served->http, http->cookie, type,
		(unsigned long long)(bench_seconds() * 1e6),
		atomic_fetch_add(&commands, 1), body_length);

	if ((size_t)length + body_length < sizeof(head)) {
		memcpy(head + length, body, body_length);
		send_all(http->fd, head, (size_t)length + body_length);
	} else {
		send_all(http->fd, head, (size_t)length);
		send_all(http->fd, body, body_length);
	}
	answer_read(http, path);
	return (bench_seconds() - start) * 1e3;
}

double http_post(struct http *http, const char *path, const char *body)
{
	return post(http, path, "application/json", body, strlen(body));
}

double http_post_bytes(struct http *http, const char *path, const char *bytes,
                       size_t length)
{
	return post(http, path, "application/octet-stream", bytes, length);
}

int64_t http_number(const struct http *http, const char *name)
{
	char quoted[64];
	const char *at;

	snprintf(quoted, sizeof(quoted), "\"%s\":", name);
	at = strstr(http->body, quoted);
	if (at == NULL)
		bench_fail("there is no %s in %s", name, http->body);
	return strtoll(at + strlen(quoted), NULL, 10);
}

void http_stream(struct http *http)
{
	char head[1024];
	int length = snprintf(head, sizeof(head),
	                      "GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1:%u"
	                      "\r\nCookie: %s\r\n\r\n",
	                      http->served->http, http->cookie);

	send_all(http->fd, head, (size_t)length);
	if (recv(http->fd, http->bytes, http->room - 1, 0) <= 0)
		bench_fail("no live stream");
}

/* -------------------------------------------------------------------- LMTP */

/* One answer, of one or more lines, that begins with that digit. */
static void lmtp_answer(struct lmtp_client *client, char wanted)
{
	size_t length = 0, line = 0;

	for (;;) {
		ssize_t got = recv(client->fd, client->line + length,
		                   sizeof(client->line) - 1 - length, 0);

		if (got <= 0)
			bench_fail("LMTP: the program hung up");
		length += (size_t)got;
		client->line[length] = '\0';
		for (;;) {
			char *end = strstr(client->line + line, "\r\n");

			if (end == NULL)
				break;
			if (client->line[line] != wanted)
				bench_fail("LMTP: %s", client->line + line);
			if (client->line[line + 3] == ' ')
				return;
			line = (size_t)(end + 2 - client->line);
		}
	}
}

static void lmtp_say(struct lmtp_client *client, const char *text, char wanted)
{
	send_all(client->fd, text, strlen(text));
	lmtp_answer(client, wanted);
}

void lmtp_client_open(struct lmtp_client *client, const struct served *served)
{
	client->fd = loopback(served->lmtp);
	lmtp_answer(client, '2');
	lmtp_say(client, "LHLO mail.agency.example\r\n", '2');
}

void lmtp_client_send(struct lmtp_client *client, const char *mail,
                      size_t length)
{
	lmtp_say(client, "MAIL FROM:<somebody@client.example>\r\n", '2');
	lmtp_say(client, "RCPT TO:<" SERVED_DESK ">\r\n", '2');
	lmtp_say(client, "DATA\r\n", '3');
	/* No line of ours begins with a dot. */
	send_all(client->fd, mail, length);
	lmtp_say(client, ".\r\n", '2');
}

void lmtp_client_close(struct lmtp_client *client)
{
	close(client->fd);
}
