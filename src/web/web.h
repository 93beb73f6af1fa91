/*
 * The agents' side of the program as one thing: what app makes at the start
 * and hands requests to. Everything a handler reaches beyond its request is
 * found from here.
 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include <stdatomic.h>

#include "base/asset.h"
#include "base/instant.h"
#include "base/status.h"
#include "web/guard.h"
#include "web/session.h"
#include "web/stream.h"

struct mailbox_port;
struct node;
struct route;

struct web_config {
	struct node *node;
	const char *base_url; /* "http://127.0.0.1:8025" */
	span_ms idle;         /* 0: 12 hours */
	span_ms absolute;     /* 0: 7 days */
	const char *sandbox;  /* what confines the parser, for /api/health */
	/* What a webhook's URL may be; a problem when it may not. */
	enum status (*hook_url)(void *context, struct arena *arena,
	                        struct str url, struct problem *problem);
	void *hook_context;
	const struct mailbox_port *mailboxes; /* NULL: there are none */
	void (*log)(void *context, const char *line);
	void *log_context;
};

struct web {
	struct node *node;
	const char *sandbox;
	enum status (*hook_url)(void *context, struct arena *arena,
	                        struct str url, struct problem *problem);
	void *hook_context;
	const struct mailbox_port *mailboxes;
	atomic_bool counts_due; /* something changed since they were sent */
	atomic_uint jobs_told;  /* how far jobs had come when last told of */
	const char *base_url;
	struct guard guard;
	struct sessions *sessions;
	struct hub *hub;
	struct presence *presence;
	const struct route *routes; /* sorted by path, then method */
	size_t routes_count;
	const struct asset *assets; /* the interface, sorted by path */
	size_t assets_count;
	void *context; /* of `now` */
	instant_ms (*now)(void *context);
	/* One line for the operator; thread-safe. May be NULL. */
	void *log_context;
	void (*log)(void *context, const char *line);
};

/*
 * The web over a node that runs: sessions, streams and routes, ready for
 * server_start. Lives in `arena`; release before the arena and the node. From
 * then on live_committed must be told of every commit.
 */
CHECKED enum status web_new(struct arena *arena,
                            const struct web_config *config,
                            struct problem *problem, struct web **web_out);
void web_release(struct web *web);

/* Checks and hashes; the hash lives in the request's arena. */
CHECKED enum status web_hash_password(struct request *request,
                                      struct str password,
                                      struct str *hash_out);

/* Live streams of that session get their farewell. `web` may be NULL. */
void web_session_ended(const struct web *web,
                       const uint8_t hash[SESSION_HASH_BYTES]);

/*
 * Answers one request: everything from the guards to the problem document.
 * `request` holds what was received, `web`, `arena` and `now`; `response` is
 * initialised. A stream answer is left to the server.
 */
void web_answer(const struct web *web, struct request *request,
                struct response *response);
/*
 * May the body be read at all? Called with the headers alone, before a byte of
 * it. true says how many bytes it may have; false leaves the refusal in
 * `response`.
 */
bool web_accept_body(const struct web *web, struct request *request,
                     struct response *response, size_t *bytes_out);
/* The problem document for a status that the server itself came to. */
void web_refuse(const struct web *web, struct request *request,
                enum status status, struct response *response);

#endif
