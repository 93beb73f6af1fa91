/*
 * The interface over a node that runs: its settings, its start and its end.
 * Until it has started, what is committed concerns nobody.
 */
#include "app/serve_web.h"

#include <stdatomic.h>
#include <stdio.h>

#include "app/explain_file.h"
#include "app/serve_mailbox.h"
#include "base/limits.h"
#include "web/hook_body.h"
#include "web/live.h"
#include "web/route/mailbox.h"
#include "web/server.h"
#include "web/web.h"

#define SERVE_WEB_PEM_BYTES ((size_t)1 << 20)

struct serve_web {
	struct arena *arena;
	struct web *web;
	struct server *server;
	char *url;
	_Atomic(struct web *) live; /* set once it may be told of commits */
};

/* A PEM file of the settings as text; NULL when there is none. */
static enum status serve_web_pem(struct arena *arena,
                                 const struct config *config,
                                 enum config_key key, const char *field,
                                 const char **text_out, struct problem *problem)
{
	char *path = str_cstr(arena, config_get(config, key));
	enum status status = ST_OK;
	struct buf buf;

	*text_out = NULL;
	if (path[0] == '\0')
		return ST_OK;
	buf_init(&buf, SERVE_WEB_PEM_BYTES);
	if (explain_file_read(path, &buf))
		*text_out = str_cstr(arena, buf_view(&buf));
	else
		status = problem_set(problem, ST_INVALID, field,
		                     "%s cannot be read.", path);
	buf_release(&buf);
	return status;
}

static enum status serve_web_listen(struct arena *arena,
                                    const struct config *config,
                                    struct server_config *server,
                                    struct problem *problem)
{
	unsigned port = 0;
	char *host = NULL;
	enum status status = config_address(arena, config, CONFIG_HTTP, &host,
	                                    &port, problem);

	if (status == ST_OK)
		status = serve_web_pem(arena, config, CONFIG_TLS_CERTIFICATE,
		                       "tls-certificate", &server->certificate,
		                       problem);
	if (status == ST_OK)
		status = serve_web_pem(arena, config, CONFIG_TLS_KEY, "tls-key",
		                       &server->key, problem);
	if (status != ST_OK)
		return status;
	if (!server->certificate != !server->key)
		return problem_set(problem, ST_INVALID, "tls-key",
		                   "tls-certificate and tls-key belong "
		                   "together: set both or none.");
	server->address = host;
	server->port = (uint16_t)port;
	return ST_OK;
}

/* How browsers reach it: as configured, else by the address listened on. */
static enum status serve_web_url(struct arena *arena,
                                 const struct config *config,
                                 const struct server_config *server,
                                 char **url_out, struct problem *problem)
{
	struct str url = config_get(config, CONFIG_URL);
	struct str host = str_of(server->address);
	bool six = str_find_char(host, ':', 0) < host.length;

	if (url.length > 0) {
		*url_out = str_cstr(arena, url);
		return ST_OK;
	}
	if (str_equal(host, STR("0.0.0.0")) || str_equal(host, STR("::")))
		return problem_set(problem, ST_INVALID, "url",
		                   "With http on every address, say how "
		                   "browsers reach it, such as "
		                   "https://desk.example.com.");
	*url_out = str_cstr(arena,
	                    str_printf(arena, "%s://%s%s%s:%u",
	                               server->certificate ? "https" : "http",
	                               six ? "[" : "", server->address,
	                               six ? "]" : "", server->port));
	return ST_OK;
}

static enum status serve_web_hook_url(void *context, struct arena *arena,
                                      struct str url, struct problem *problem)
{
	const struct serve *serve = context;

	return webhook_url_check(arena, &serve->networks, url, problem);
}

static enum status serve_web_run(struct serve *serve, struct serve_web *web,
                                 const struct server_config *server,
                                 struct problem *problem)
{
	const struct web_config config = {
		.node = serve->node,
		.base_url = web->url,
		.sandbox = serve->jail ? "on" : "off",
		.hook_url = serve_web_hook_url,
		.hook_context = serve,
		.mailboxes = &serve->box_port,
		.log = serve_log,
		.log_context = serve,
	};
	enum status status = web_new(web->arena, &config, problem, &web->web);

	if (status != ST_OK)
		return status;
	node_set_base_url(serve->node, web->url);
	/* Told of commits from here on; what came before is in its head. */
	atomic_store(&web->live, web->web);
	return server_start(server, web->web, web->arena, problem,
	                    &web->server);
}

enum status serve_web_start(struct serve *serve, struct problem *problem)
{
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	struct serve_web *web = arena_alloc(arena, sizeof(*web));
	struct server_config server = {0};
	const struct config *config = &serve->line->config;
	enum status status = serve_web_listen(arena, config, &server, problem);

	if (status == ST_OK)
		status = serve_web_url(arena, config, &server, &web->url,
		                       problem);
	web->arena = arena;
	serve->web = web;
	/* How they fare is shown from the first page on. */
	if (status == ST_OK)
		status = serve_mailbox_start(serve, web->url, problem);
	if (status == ST_OK)
		status = serve_web_run(serve, web, &server, problem);
	return status;
}

void serve_web_stop(struct serve *serve)
{
	struct serve_web *web = serve->web;

	if (!web)
		return;
	server_stop(&web->server);
	/* Node tells of commits until it stops; that concerns nobody now. */
	atomic_store(&web->live, NULL);
}

void serve_web_release(struct serve *serve)
{
	struct serve_web *web = serve->web;
	struct arena *arena;

	if (!web)
		return;
	if (web->web)
		web_release(web->web);
	arena = web->arena;
	arena_free(&arena);
	serve->web = NULL;
}

void serve_web_announce(struct serve *serve)
{
	printf("Open %s\n", serve->web->url);
	fflush(stdout);
}

bool serve_web_skips(void *context, int64_t seq)
{
	const struct serve *serve = context;
	struct web *web = serve->web ? atomic_load(&serve->web->live) : NULL;

	return !web || live_skips(web, seq);
}

void serve_web_committed(void *context, struct sql_db *reader,
                         struct arena *arena, const struct event *events,
                         size_t count)
{
	const struct serve *serve = context;
	struct web *web = serve->web ? atomic_load(&serve->web->live) : NULL;

	if (web)
		live_committed(web, reader, arena, events, count);
}

enum status serve_web_hook_body(void *context, struct arena *arena,
                                int64_t event, int64_t owner,
                                struct str *body_out)
{
	const struct serve *serve = context;
	struct web *web = serve->web ? atomic_load(&serve->web->live) : NULL;

	if (!web)
		return ST_BUSY;
	return hook_body(web, arena, event, owner, body_out);
}

void serve_web_moved(void *context, int64_t import)
{
	const struct serve *serve = context;
	struct web *web = serve->web ? atomic_load(&serve->web->live) : NULL;

	if (web)
		live_moved(web, import);
}

void serve_web_mailbox(void *context, int64_t mailbox)
{
	const struct serve *serve = context;
	struct web *web = serve->web ? atomic_load(&serve->web->live) : NULL;

	if (web)
		mailbox_publish(web, mailbox);
}
