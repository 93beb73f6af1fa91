/*
 * libmicrohttpd and what it is held to. A request is an exchange: begun when
 * its line is read, filled by the I/O thread, answered by a worker while its
 * connection is suspended, sent by the I/O thread again.
 */
#include "web/server.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <microhttpd.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "web/listen.h"
#include "web/live.h"
#include "web/peer.h"
#include "web/router.h"
#include "web/worker.h"

#define CONNECTION_BYTES    8192u
#define CONNECTIONS_DEFAULT 1024u
#define IDLE_SECONDS        30u
#define WORKERS_DEFAULT     12u
#define IO_THREADS          2u
#define STREAM_BLOCK_BYTES  4096u
/* Bodies being read, all together. */
#define BODIES_BYTES_MAX ((size_t)96 << 20)
/* Large answers being sent, all together; small ones are not counted. */
#define ANSWERS_BYTES_MAX ((size_t)256 << 20)
#define ANSWER_BYTES      ((size_t)1 << 20)
/* One piece of an answer that is made piece by piece. */
#define PAGE_BYTES_MAX ((size_t)64 << 20)

struct server {
	struct MHD_Daemon *daemon;
	struct web *web;
	struct workers workers;
	struct peers peers;
	atomic_size_t bodies_bytes;
	atomic_size_t answers_bytes;
	pthread_t ticker;
	int stop_fd;
	uint16_t port;
};

enum exchange_state {
	EXCHANGE_NEW,
	EXCHANGE_READING,
	EXCHANGE_REFUSED,  /* answered; a rest of the body is thrown away */
	EXCHANGE_DRAINING, /* the body is thrown away, then it is answered */
	EXCHANGE_QUEUED,   /* with a worker; the connection is suspended */
	EXCHANGE_DONE,
};

struct exchange {
	struct job job; /* first: a job is its exchange */
	struct server *server;
	struct MHD_Connection *connection;
	struct peer *peer;
	enum exchange_state state;
	struct arena *arena; /* holds this struct too */
	struct request request;
	struct response response;
	struct buf content;
	size_t reserved; /* of bodies_bytes */
	size_t held;     /* of answers_bytes */
	struct buf page; /* of an answer in pieces */
	size_t page_sent;
	bool pages_end, pages_cut;
};

/* clang-format off */
static const struct {
	const char *name;
	enum header header;
} header_names[] = {
	{"Host",                   HEADER_HOST},
	{"Origin",                 HEADER_ORIGIN},
	{"Sec-Fetch-Site",         HEADER_FETCH_SITE},
	{"Content-Type",           HEADER_CONTENT_TYPE},
	{"Content-Length",         HEADER_CONTENT_LENGTH},
	{"Transfer-Encoding",      HEADER_TRANSFER_ENCODING},
	{"Cookie",                 HEADER_COOKIE},
	{"Holdfast-Command",       HEADER_COMMAND},
	{"Holdfast-Background",    HEADER_BACKGROUND},
	{"Holdfast-Name",          HEADER_NAME},
	{"If-None-Match",          HEADER_IF_NONE_MATCH},
	{"Last-Event-ID",          HEADER_LAST_EVENT_ID},
	{"Accept-Encoding",        HEADER_ACCEPT_ENCODING},
	{"X-HTTP-Method-Override", HEADER_METHOD_OVERRIDE},
	{"X-Method-Override",      HEADER_METHOD_OVERRIDE},
	{"Authorization",          HEADER_AUTHORIZATION},
	{"User-Agent",             HEADER_USER_AGENT},
};
/* clang-format on */

static enum MHD_Result exchange_header(void *context, enum MHD_ValueKind kind,
                                       const char *name, const char *value)
{
	struct request *request = context;

	(void)kind;
	for (size_t i = 0; i < sizeof(header_names) / sizeof(header_names[0]);
	     i++) {
		struct str *header = &request->headers[header_names[i].header];

		if (!str_equal_nocase(str_of(name),
		                      str_of(header_names[i].name)))
			continue;
		request->header_repeated |= header->text != NULL;
		*header = str_of(value ? value : "");
		return MHD_YES;
	}
	return MHD_YES;
}

/* Called with the request line, before anything else is known. */
static void *exchange_new(void *context, const char *target,
                          struct MHD_Connection *connection)
{
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	struct exchange *exchange = arena_alloc(arena, sizeof(*exchange));

	exchange->server = context;
	exchange->connection = connection;
	exchange->arena = arena;
	exchange->request.arena = arena;
	exchange->request.web = exchange->server->web;
	exchange->request.target = str_copy(arena, str_of(target));
	response_init(&exchange->response);
	return exchange;
}

static void exchange_end(void *context, struct MHD_Connection *connection,
                         void **exchange_at,
                         enum MHD_RequestTerminationCode reason)
{
	struct exchange *exchange = *exchange_at;

	(void)context;
	(void)connection;
	(void)reason;
	if (!exchange)
		return;
	if (exchange->peer)
		peer_rests(&exchange->server->peers, exchange->peer);
	atomic_fetch_sub(&exchange->server->bodies_bytes, exchange->reserved);
	atomic_fetch_sub(&exchange->server->answers_bytes, exchange->held);
	buf_release(&exchange->content);
	buf_release(&exchange->page);
	response_release(&exchange->response);

	struct arena *arena = exchange->arena;

	arena_free(&arena);
	*exchange_at = NULL;
}

static void exchange_peer(struct exchange *exchange)
{
	const union MHD_ConnectionInfo *info;

	info = MHD_get_connection_info(exchange->connection,
	                               MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	exchange->peer = info ? info->socket_context : NULL;
	info = MHD_get_connection_info(exchange->connection,
	                               MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	if (info)
		listen_print(info->client_addr, exchange->request.peer);
}

static void stream_pause(void *connection)
{
	MHD_suspend_connection(connection);
}

static void stream_resume(void *connection)
{
	MHD_resume_connection(connection);
}

static ssize_t stream_reader(void *stream, uint64_t position, char *bytes,
                             size_t max)
{
	ssize_t length = stream_read(stream, bytes, max);

	(void)position;
	return length < 0 ? (ssize_t)MHD_CONTENT_READER_END_OF_STREAM : length;
}

static void stream_release(void *stream)
{
	stream_close(stream);
}

static struct MHD_Response *exchange_stream(struct exchange *exchange)
{
	struct MHD_Response *reply;
	struct stream *stream;

	if (hub_open_stream(exchange->server->web->hub,
	                    &exchange->request.session,
	                    exchange->response.stream_after, &stream) != ST_OK)
		return NULL;
	stream_on_wait(stream, exchange->connection, stream_pause,
	               stream_resume);
	reply = MHD_create_response_from_callback(
		MHD_SIZE_UNKNOWN, STREAM_BLOCK_BYTES, stream_reader, stream,
		stream_release);
	if (!reply)
		stream_close(stream);
	return reply;
}

/* The next piece is made by a worker while the connection rests. */
static void page_run(struct job *job)
{
	struct exchange *exchange = (struct exchange *)job;
	const struct response *response = &exchange->response;
	bool more = false;

	buf_clear(&exchange->page);
	exchange->page_sent = 0;
	exchange->pages_cut = response->more(response->more_context,
	                                     &exchange->page, &more) != ST_OK ||
	                      exchange->page.failed;
	exchange->pages_end = !more || exchange->pages_cut;
	MHD_resume_connection(exchange->connection);
}

static ssize_t page_reader(void *context, uint64_t position, char *bytes,
                           size_t max)
{
	struct exchange *exchange = context;
	size_t length = exchange->page.length - exchange->page_sent;

	(void)position;
	if (exchange->pages_cut)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (length > 0) {
		length = length < max ? length : max;
		memcpy(bytes, exchange->page.data + exchange->page_sent,
		       length);
		exchange->page_sent += length;
		return (ssize_t)length;
	}
	if (exchange->pages_end)
		return MHD_CONTENT_READER_END_OF_STREAM;
	exchange->job.run = page_run;
	MHD_suspend_connection(exchange->connection);
	if (!workers_add(&exchange->server->workers, &exchange->job)) {
		exchange->pages_cut = true;
		MHD_resume_connection(exchange->connection);
	}
	return 0;
}

static struct MHD_Response *exchange_pages(struct exchange *exchange)
{
	buf_init(&exchange->page, PAGE_BYTES_MAX);
	return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN,
	                                         STREAM_BLOCK_BYTES * 4,
	                                         page_reader, exchange, NULL);
}

static struct MHD_Response *bytes_response(struct str bytes)
{
	/* Lives until exchange_end, which comes after the last byte. */
	return MHD_create_response_from_buffer(bytes.length,
	                                       (void *)(uintptr_t)bytes.text,
	                                       MHD_RESPMEM_PERSISTENT);
}

static struct MHD_Response *exchange_response(struct exchange *exchange)
{
	struct response *response = &exchange->response;

	switch (response->kind) {
	case RESPONSE_JSON:
	case RESPONSE_BYTES:
		return bytes_response(buf_view(&response->body));
	case RESPONSE_STATIC:
		return bytes_response(response->fixed);
	case RESPONSE_EMPTY:
		return bytes_response(STR(""));
	case RESPONSE_STREAM:
		return exchange_stream(exchange);
	case RESPONSE_PAGES:
		return exchange_pages(exchange);
	}
	return NULL;
}

static enum MHD_Result exchange_send(struct exchange *exchange)
{
	struct response *response = &exchange->response;
	struct MHD_Response *reply = exchange_response(exchange);
	enum MHD_Result result;

	if (!reply && response->kind == RESPONSE_STREAM) {
		web_refuse(exchange->server->web, &exchange->request, ST_BUSY,
		           response);
		reply = exchange_response(exchange);
	}
	if (!reply)
		return MHD_NO;
	for (size_t i = 0; i < response->header_count; i++)
		MHD_add_response_header(reply, response->headers[i].name,
		                        response->headers[i].value);
	result = MHD_queue_response(exchange->connection,
	                            (unsigned)response->status, reply);
	MHD_destroy_response(reply);
	return result;
}

static instant_ms server_now(const struct server *server)
{
	return server->web->now(server->web->context);
}

/* Readers who take a large answer slowly must not hold all memory. */
static void exchange_hold(struct exchange *exchange)
{
	atomic_size_t *total = &exchange->server->answers_bytes;
	size_t bytes = exchange->response.body.length +
	               exchange->response.fixed.length;

	if (bytes < ANSWER_BYTES)
		return;
	if (atomic_fetch_add(total, bytes) + bytes <= ANSWERS_BYTES_MAX) {
		exchange->held = bytes;
		return;
	}
	atomic_fetch_sub(total, bytes);
	web_refuse(exchange->server->web, &exchange->request, ST_BUSY,
	           &exchange->response);
}

static void exchange_run(struct job *job)
{
	struct exchange *exchange = (struct exchange *)job;

	exchange->request.now = server_now(exchange->server);
	exchange->request.content = buf_view(&exchange->content);
	if (exchange->content.failed)
		web_refuse(exchange->server->web, &exchange->request, ST_LIMIT,
		           &exchange->response);
	else
		web_answer(exchange->server->web, &exchange->request,
		           &exchange->response);
	exchange_hold(exchange);
	exchange->state = EXCHANGE_DONE;
	MHD_resume_connection(exchange->connection);
}

static enum MHD_Result exchange_queue(struct exchange *exchange)
{
	exchange->state = EXCHANGE_QUEUED;
	exchange->job.run = exchange_run;
	if (exchange->peer)
		peer_works(&exchange->server->peers, exchange->peer);
	MHD_suspend_connection(exchange->connection);
	if (!workers_add(&exchange->server->workers, &exchange->job)) {
		web_refuse(exchange->server->web, &exchange->request, ST_BUSY,
		           &exchange->response);
		exchange->state = EXCHANGE_DONE;
		MHD_resume_connection(exchange->connection);
	}
	return MHD_YES;
}

static bool exchange_reserve(struct exchange *exchange, size_t bytes)
{
	atomic_size_t *total = &exchange->server->bodies_bytes;

	if (atomic_fetch_add(total, bytes) + bytes > BODIES_BYTES_MAX) {
		atomic_fetch_sub(total, bytes);
		return false;
	}
	exchange->reserved = bytes;
	buf_init(&exchange->content, bytes);
	return true;
}

static enum MHD_Result exchange_refuse(struct exchange *exchange)
{
	if (!exchange->request.drain)
		return exchange_send(exchange);
	exchange->state = EXCHANGE_DRAINING;
	if (exchange->peer)
		peer_uploads(&exchange->server->peers, exchange->peer);
	return MHD_YES;
}

/* The headers are there. A body is accepted, or refused before it is read. */
static enum MHD_Result exchange_begin(struct exchange *exchange,
                                      const char *method, const char *version)
{
	const struct web *web = exchange->server->web;
	struct request *request = &exchange->request;
	struct response *response = &exchange->response;
	size_t bytes = 0;
	bool has_body;

	exchange_peer(exchange);
	request->now = server_now(exchange->server);
	request->head = strcmp(method, "HEAD") == 0;
	MHD_get_connection_values(exchange->connection, MHD_HEADER_KIND,
	                          exchange_header, request);
	exchange->state = EXCHANGE_REFUSED;
	if (strcmp(version, "HTTP/1.1") != 0 &&
	    strcmp(version, "HTTP/1.0") != 0) {
		web_refuse(web, request, ST_INVALID, response);
		return exchange_send(exchange);
	}
	if (!method_parse(str_of(method), &request->method)) {
		request->refused = 405;
		web_refuse(web, request, ST_FORBIDDEN, response);
		return exchange_send(exchange);
	}
	has_body =
		request->headers[HEADER_TRANSFER_ENCODING].text ||
		(request->headers[HEADER_CONTENT_LENGTH].text &&
	         !str_equal(request->headers[HEADER_CONTENT_LENGTH], STR("0")));
	if (has_body && !web_accept_body(web, request, response, &bytes))
		return exchange_refuse(exchange);
	if (has_body && !exchange_reserve(exchange, bytes)) {
		web_refuse(web, request, ST_BUSY, response);
		return exchange_send(exchange);
	}
	if (bytes > LIMIT_BODY_BYTES && exchange->peer)
		peer_uploads(&exchange->server->peers, exchange->peer);
	exchange->state = EXCHANGE_READING;
	return MHD_YES;
}

static enum MHD_Result serve(void *context, struct MHD_Connection *connection,
                             const char *url, const char *method,
                             const char *version, const char *upload,
                             size_t *upload_length, void **exchange_at)
{
	struct exchange *exchange = *exchange_at;

	(void)context;
	(void)connection;
	(void)url;
	switch (exchange->state) {
	case EXCHANGE_NEW:
		return exchange_begin(exchange, method, version);
	case EXCHANGE_READING:
		if (*upload_length == 0)
			return exchange_queue(exchange);
		buf_add(&exchange->content, upload, *upload_length);
		*upload_length = 0;
		return MHD_YES;
	case EXCHANGE_REFUSED:
		*upload_length = 0;
		return MHD_YES;
	case EXCHANGE_DRAINING:
		if (*upload_length == 0)
			return exchange_send(exchange);
		*upload_length = 0;
		return MHD_YES;
	case EXCHANGE_QUEUED:
		return MHD_YES;
	case EXCHANGE_DONE:
		return exchange_send(exchange);
	}
	return MHD_NO;
}

static void connection_notify(void *context, struct MHD_Connection *connection,
                              void **peer_at,
                              enum MHD_ConnectionNotificationCode code)
{
	struct server *server = context;
	const union MHD_ConnectionInfo *info;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (*peer_at)
			peer_left(&server->peers, *peer_at);
		*peer_at = NULL;
		return;
	}
	info = MHD_get_connection_info(connection,
	                               MHD_CONNECTION_INFO_CONNECTION_FD);
	*peer_at = info ? peer_came(&server->peers, info->connect_fd) : NULL;
}

/* Once a second: live streams, and connections that take too long. */
static void *ticker_main(void *argument)
{
	struct server *server = argument;
	struct pollfd stop = {.fd = server->stop_fd, .events = POLLIN};

	pthread_setname_np(pthread_self(), "web ticker");
	while (poll(&stop, 1, 1000) == 0) {
		live_tick(server->web);
		hub_tick(server->web->hub);
		peers_tick(&server->peers);
	}
	return NULL;
}

static unsigned connections_max(const struct server_config *config)
{
	return config->connections_max ? config->connections_max
	                               : CONNECTIONS_DEFAULT;
}

static struct MHD_Daemon *daemon_start(struct server *server,
                                       const struct server_config *config,
                                       int listen_fd)
{
	unsigned flags =
		MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;
	/* The last row ends the list; without TLS it ends earlier. */
	struct MHD_OptionItem tls[] = {
		{MHD_OPTION_HTTPS_MEM_CERT, 0,
	         (void *)(uintptr_t)config->certificate},
		{MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)config->key},
		{MHD_OPTION_HTTPS_PRIORITIES, 0,
	         (void *)(uintptr_t) "NORMAL:-VERS-ALL:+VERS-TLS1.3:"
	                             "+VERS-TLS1.2"},
		{MHD_OPTION_END, 0, NULL},
	};
	struct MHD_OptionItem *extra = tls;

	if (config->certificate)
		flags |= MHD_USE_TLS;
	else
		extra = &tls[3];
	return MHD_start_daemon(
		flags, 0, NULL, NULL, serve, server, MHD_OPTION_LISTEN_SOCKET,
		listen_fd, MHD_OPTION_URI_LOG_CALLBACK, exchange_new, server,
		MHD_OPTION_NOTIFY_COMPLETED, exchange_end, server,
		MHD_OPTION_NOTIFY_CONNECTION, connection_notify, server,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
		MHD_OPTION_CONNECTION_LIMIT, connections_max(config),
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, config->connections_ip_max,
		MHD_OPTION_CONNECTION_TIMEOUT,
		config->idle_seconds ? config->idle_seconds : IDLE_SECONDS,
		MHD_OPTION_THREAD_POOL_SIZE, IO_THREADS,
		MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_ARRAY, extra,
		MHD_OPTION_END);
}

/* In the order in which server_stop takes it down again, turned around. */
static enum status server_run(struct server *server,
                              const struct server_config *config, int listen_fd,
                              struct problem *problem)
{
	unsigned workers = config->workers ? config->workers : WORKERS_DEFAULT;

	server->stop_fd = eventfd(0, EFD_CLOEXEC);
	if (server->stop_fd < 0)
		return problem_set(problem, ST_STORE, "", "%s",
		                   strerror(errno));
	if (workers_start(&server->workers, workers) != ST_OK) {
		close(server->stop_fd);
		return problem_set(problem, ST_STORE, "workers",
		                   "No more threads can be started.");
	}
	server->daemon = daemon_start(server, config, listen_fd);
	if (!server->daemon) {
		workers_stop(&server->workers);
		workers_release(&server->workers);
		close(server->stop_fd);
		return problem_set(problem, ST_INVALID, "certificate",
		                   "The web server cannot start; look at the "
		                   "certificate and its key.");
	}
	if (pthread_create(&server->ticker, NULL, ticker_main, server) != 0)
		assert(!"no thread for the ticker");
	return ST_OK;
}

enum status server_start(const struct server_config *config, struct web *web,
                         struct arena *arena, struct problem *problem,
                         struct server **server_out)
{
	struct server *server = arena_alloc(arena, sizeof(*server));
	enum status status;
	int fd;

	status = listen_open(config->address, config->port, problem, &fd,
	                     &server->port);
	if (status != ST_OK)
		return status;
	server->web = web;
	peers_init(&server->peers, connections_max(config) / 4 * 3);
	status = server_run(server, config, fd, problem);
	if (status != ST_OK) {
		peers_release(&server->peers);
		close(fd);
		return status;
	}
	*server_out = server;
	return ST_OK;
}

void server_stop(struct server **server_at)
{
	struct server *server = *server_at;
	uint64_t one = 1;
	int fd;

	if (!server)
		return;
	fd = MHD_quiesce_daemon(server->daemon);
	if (fd >= 0)
		close(fd);
	hub_close(server->web->hub);
	workers_stop(&server->workers);
	/* From here on every connection that was suspended is resumed. */
	if (write(server->stop_fd, &one, sizeof(one)) == sizeof(one))
		pthread_join(server->ticker, NULL);
	MHD_stop_daemon(server->daemon);
	workers_release(&server->workers);
	close(server->stop_fd);
	peers_release(&server->peers);
	*server_at = NULL;
}
