/*
 * Putting the web together over a node.
 */
#include "web/web.h"

#include "node/node.h"
#include "store/log.h"
#include "web/accounts.h"
#include "web/live.h"
#include "web/presence.h"
#include "web/router.h"

#define IDLE_DEFAULT     (12 * SPAN_HOUR)
#define ABSOLUTE_DEFAULT (7 * SPAN_DAY)

static instant_ms web_now(void *context)
{
	return node_now(context);
}

static enum status web_check(void *context, const struct session *session)
{
	struct web *web = context;

	return sessions_check(web->sessions, session, web->now(web->context));
}

static enum status web_head(struct node *node, int64_t *head_out)
{
	struct log_end end = {0};
	struct sql_db *db = node_reader_take(node);
	enum status status = log_find_end(db, &end);

	node_reader_return(node, db);
	if (status == ST_OK)
		*head_out = end.seq;
	return status;
}

enum status web_new(struct arena *arena, const struct web_config *config,
                    struct problem *problem, struct web **web_out)
{
	struct web *web = arena_alloc(arena, sizeof(*web));
	const struct session_port accounts = accounts_port(config->node);
	const struct stream_port streams = {web, live_catch_up, web_check};
	struct session_policy policy = {
		.idle = config->idle ? config->idle : IDLE_DEFAULT,
		.absolute =
			config->absolute ? config->absolute : ABSOLUTE_DEFAULT,
	};
	int64_t head = 0;
	enum status status = guard_init(&web->guard, config->base_url, problem);

	if (status == ST_OK)
		status = web_head(config->node, &head);
	if (status != ST_OK)
		return status;
	policy.secure = web->guard.secure;
	web->node = config->node;
	web->mailboxes = config->mailboxes;
	web->sandbox = config->sandbox ? config->sandbox : "";
	web->hook_url = config->hook_url;
	web->hook_context = config->hook_context;
	web->base_url = config->base_url;
	web->routes = routes;
	web->routes_count = routes_count;
	web->assets = assets_ui;
	web->assets_count = assets_ui_count;
	web->context = config->node;
	web->now = web_now;
	web->log_context = config->log_context;
	web->log = config->log;
	web->sessions = sessions_new(arena, &accounts, &policy);
	web->hub = hub_new(arena, &streams, head);
	web->presence = presence_new(arena);
	*web_out = web;
	return ST_OK;
}

void web_release(struct web *web)
{
	presence_release(web->presence);
	hub_release(web->hub);
	sessions_release(web->sessions);
}

enum status web_hash_password(struct request *request, struct str password,
                              struct str *hash_out)
{
	char *hash = arena_alloc(request->arena, PASSWORD_HASH_SIZE);
	enum status status = password_acceptable(password, &request->problem);

	if (status == ST_OK)
		status = password_hash(sessions_gate(request->web->sessions),
		                       password, hash);
	if (status == ST_OK)
		*hash_out = str_of(hash);
	return status;
}
