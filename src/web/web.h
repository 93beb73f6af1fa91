/*
 * The agents' side of the program as one thing: what app makes at the start
 * and hands requests to. Everything a handler reaches beyond its request is
 * found from here.
 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "base/asset.h"
#include "base/instant.h"
#include "base/status.h"
#include "web/guard.h"
#include "web/session.h"
#include "web/stream.h"

struct node;
struct route;

struct web {
	struct node *node;
	struct guard guard;
	struct sessions *sessions;
	struct hub *hub;
	const struct route *routes; /* sorted by path, then method */
	size_t routes_count;
	const struct asset *assets; /* the interface, sorted by path */
	size_t assets_count;
	void *context; /* of the functions below */
	instant_ms (*now)(void *context);
	/* One line for the operator; thread-safe. May be NULL. */
	void (*log)(void *context, const char *line);
};

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
