/*
 * One exchange as a handler sees it: a request that the router has already
 * matched, authenticated and checked against its row, and the answer being
 * written. Nothing here knows the HTTP library; tests make requests by hand.
 */
#ifndef WEB_REQUEST_H
#define WEB_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/instant.h"
#include "base/status.h"
#include "base/str.h"
#include "core/right.h"
#include "web/json.h"

struct route;
struct web;

enum http_method {
	METHOD_GET,
	METHOD_POST,
	METHOD_PUT,
	METHOD_PATCH,
	METHOD_DELETE,
	METHOD_COUNT
};

/* The only headers that mean anything; each may be given once. */
enum header {
	HEADER_HOST,
	HEADER_ORIGIN,
	HEADER_FETCH_SITE,
	HEADER_CONTENT_TYPE,
	HEADER_CONTENT_LENGTH,
	HEADER_TRANSFER_ENCODING,
	HEADER_COOKIE,
	HEADER_COMMAND,
	HEADER_BACKGROUND,
	HEADER_NAME,
	HEADER_IF_NONE_MATCH,
	HEADER_LAST_EVENT_ID,
	HEADER_ACCEPT_ENCODING,
	HEADER_METHOD_OVERRIDE,
	HEADER_AUTHORIZATION,
	HEADER_USER_AGENT,
	HEADER_COUNT
};

#define SESSION_HASH_BYTES 32
#define COMMAND_ID_BYTES   16
#define PEER_TEXT_SIZE     48

/* Who asks. Zero when nobody is signed in. */
struct session {
	uint8_t hash[SESSION_HASH_BYTES]; /* of the id; the id is not kept */
	int64_t id;                       /* shown in lists; opens nothing */
	int64_t token;   /* of a program; 0: a person at a browser */
	uint64_t rights; /* of the token, a bit each; fewer than the role's */
	int64_t member;
	enum role role;
	instant_ms created_at;
	instant_ms seen_at; /* last gesture of the person */
};

/* By role, and for a token by the rights that it was given. */
bool session_may(const struct session *session, enum right right);

struct request {
	/* As received. */
	enum http_method method;
	bool head;         /* HEAD: answered as GET, without the body */
	struct str target; /* path and query, not decoded */
	struct str path;
	struct str query;
	struct str headers[HEADER_COUNT]; /* .text NULL when absent */
	bool header_repeated;
	struct str content;        /* the body's bytes */
	char peer[PEER_TEXT_SIZE]; /* address of the connection */

	/* Given by the server. */
	const struct web *web;
	struct arena *arena; /* the turn's */
	instant_ms now;

	/* Found by the router. */
	const struct route *route;
	int64_t ids[2];
	const json_t *body;   /* of the route's body shape; NULL without one */
	const json_t *filter; /* of the route's query shape */
	struct session session;
	uint8_t command[COMMAND_ID_BYTES];

	struct problem problem; /* for a status other than ST_OK */
	/* One more member of the refusal, or NULL. */
	const char *told;
	int64_t told_value;
	int refused;           /* an HTTP status more exact than the status's */
	int64_t retry_after_s; /* with 429 and 503 */
	bool drain; /* refused, but the body is read before it is said */
};

enum response_kind {
	RESPONSE_JSON,   /* `body` */
	RESPONSE_BYTES,  /* `body`, with the headers that the handler set */
	RESPONSE_STATIC, /* `fixed`, which outlives the server */
	RESPONSE_EMPTY,
	RESPONSE_STREAM, /* `stream_after` */
	RESPONSE_PAGES,  /* pieces that `more` gives, one after the other */
};

#define RESPONSE_HEADERS_MAX 20

struct response_header {
	const char *name;
	const char *value; /* printable ASCII; response_header checks */
};

struct response {
	enum response_kind kind;
	int status;
	struct buf body;
	struct str fixed;
	struct json_out json; /* writes to `body` */
	const char *type;     /* content type; NULL for the kind's own */
	const char *policy;   /* Content-Security-Policy in place of ours */
	const char *cache;    /* Cache-Control in place of no-store */
	struct response_header headers[RESPONSE_HEADERS_MAX];
	size_t header_count;
	int64_t stream_after;
	/*
	 * Writes the next piece, on a thread that may wait; *more_out false
	 * when it was the last. What is not ST_OK cuts the answer off. The
	 * context lives in the request's arena.
	 */
	enum status (*more)(void *context, struct buf *out, bool *more_out);
	void *more_context;
};

typedef enum status (*route_handler)(struct request *request,
                                     struct response *response);

void response_init(struct response *response);
void response_release(struct response *response);
/* Forgets what was written, for a refusal half way through. */
void response_reset(struct response *response);
/*
 * Both texts must live as long as the arena. A value with bytes that do not
 * belong in a header is left out, header and all.
 */
void response_header(struct response *response, const char *name,
                     const char *value);
/* The writer of an answer whose object is open; response_end closes it. */
struct json_out *response_begin(struct response *response);
void response_end(struct response *response);

#endif
