/*
 * From a request to an answer: guards, route, session, right, shape, handler,
 * problem document, headers; in this order, and in this one place.
 */
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "node/node.h"
#include "web/guard.h"
#include "web/page.h"
#include "web/presence.h"
#include "web/problem.h"
#include "web/router.h"
#include "web/web.h"

#define DRAIN_BYTES_MAX ((int64_t)256 << 20)
/* Of a body from somebody who has not signed in. */
#define PUBLIC_BODY_BYTES ((int64_t)16 << 10)

#define POLICY                                                                 \
	"default-src 'self'; img-src 'self' data:; style-src 'self'; "         \
	"script-src 'self'; frame-src 'self'; object-src 'none'; "             \
	"frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

static bool path_is_api(struct str path)
{
	return str_equal(path, STR("/api")) || str_starts(path, STR("/api/"));
}

/* Where a provider sends people back to, from its own site. */
static bool path_is_way_back(struct str path)
{
	return str_equal(path, STR("/oauth/callback"));
}

static void split_target(struct request *request)
{
	struct str target = request->target;
	size_t mark = str_find_char(target, '?', 0);

	request->path = str_sub(target, 0, mark);
	request->query = mark < target.length
	                         ? str_sub(target, mark + 1, target.length)
	                         : (struct str){"", 0};
}

static enum status find_route(const struct web *web, struct request *request,
                              struct response *response)
{
	char *allow = arena_alloc(request->arena, 64);
	enum status status =
		route_find(web->routes, web->routes_count, request->method,
	                   request->path, &request->route, request->ids, allow);

	if (status == ST_FORBIDDEN) {
		request->refused = 405;
		response_header(response, "Allow", allow);
	}
	return status;
}

/* Signed in, and with the right that the row names. */
static enum status check_right(const struct web *web, struct request *request)
{
	enum status status = sessions_of_request(web->sessions, request);

	if (status != ST_OK && status != ST_NOT_FOUND)
		return status;
	if (request->session.token && request->route->flags & ROUTE_PERSON)
		return problem_set(&request->problem, ST_FORBIDDEN, "",
		                   "This is for a person who signed in, not "
		                   "for a program's token.");
	if (session_may(&request->session, request->route->right))
		return ST_OK;
	if (request->session.role == ROLE_NONE)
		request->refused = 401;
	return ST_FORBIDDEN;
}

static enum status parse_body(struct request *request)
{
	const struct shape *shape = request->route->body;
	json_t *tree = NULL;
	enum status status;

	if (shape == &shape_bytes)
		return ST_OK;
	if (!shape && request->content.length == 0)
		return ST_OK;
	if (!shape && str_equal(str_trim(request->content), STR("{}")))
		return ST_OK;
	if (!shape)
		return problem_set(&request->problem, ST_INVALID, "",
		                   "This takes no body.");
	status = shape_parse(shape, request->content, &request->problem, &tree);
	if (status == ST_OK)
		request->body = tree;
	return status;
}

static enum status parse_query(struct request *request)
{
	static const struct shape nothing = {.name = "nothing"};
	const struct shape *shape = request->route->query;
	json_t *tree = NULL;
	enum status status;

	status = shape_parse_query(shape ? shape : &nothing, request->query,
	                           request->arena, &request->problem, &tree);
	if (status == ST_OK)
		request->filter = tree;
	return status;
}

/* What can be judged by the headers alone, without the store. */
static enum status judge(const struct web *web, struct request *request,
                         struct response *response)
{
	enum status status;

	/* Judged twice when there is a body: nothing is kept from before. */
	request->route = NULL;
	request->session = (struct session){0};
	split_target(request);
	status = guard_framing(request);
	if (status == ST_OK)
		status = guard_host(&web->guard, request);
	if (status == ST_OK && path_is_way_back(request->path))
		return find_route(web, request, response);
	if (status != ST_OK || !path_is_api(request->path))
		return status;
	status = find_route(web, request, response);
	if (status == ST_OK)
		status = guard_origin(&web->guard, request);
	if (status == ST_OK)
		status = guard_command(request);
	return status;
}

static enum status run_route(const struct web *web, struct request *request,
                             struct response *response)
{
	unsigned flags = request->route->flags;
	enum status status = check_right(web, request);

	if (status == ST_OK)
		status = parse_query(request);
	if (status == ST_OK)
		status = parse_body(request);
	/* A program's command needs no name of its own. */
	if (request->session.token && !request->headers[HEADER_COMMAND].text)
		node_random(request->command, sizeof(request->command));
	guard_bind_command(request);
	if (status == ST_OK)
		status = request->route->handler(request, response);
	if (status == ST_OK && !request->headers[HEADER_BACKGROUND].text &&
	    request->session.role != ROLE_NONE && !(flags & ROUTE_QUIET))
		sessions_gesture(web->sessions, &request->session,
		                 request->now);
	json_decref((json_t *)(uintptr_t)request->body);
	json_decref((json_t *)(uintptr_t)request->filter);
	request->body = request->filter = NULL;
	return status;
}

static void add_headers(const struct web *web, struct response *response)
{
	response_header(response, "Content-Security-Policy",
	                response->policy ? response->policy : POLICY);
	response_header(response, "X-Content-Type-Options", "nosniff");
	response_header(response, "Referrer-Policy", "no-referrer");
	response_header(response, "Cross-Origin-Opener-Policy", "same-origin");
	response_header(response, "Cross-Origin-Resource-Policy",
	                "same-origin");
	response_header(response, "Cache-Control",
	                response->cache ? response->cache : "no-store");
	if (web->guard.secure)
		response_header(response, "Strict-Transport-Security",
		                "max-age=31536000");
	if (response->kind == RESPONSE_JSON && !response->type)
		response->type = "application/json";
	if (response->type && response->kind != RESPONSE_EMPTY)
		response_header(response, "Content-Type", response->type);
}

static void log_failure(const struct web *web, const struct request *request,
                        enum status status)
{
	char line[512];

	if (status != ST_STORE || !web->log)
		return;
	snprintf(line, sizeof(line), "%s %.*s: %s",
	         method_name(request->method), STR_ARG(request->path),
	         request->problem.text);
	web->log(web->log_context, line);
}

static void refuse(const struct web *web, const struct request *request,
                   enum status status, struct response *response)
{
	/* Allow and the like were found out before the refusal. */
	struct response_header kept = {0};

	if (request->refused == 405 && response->header_count > 0)
		kept = response->headers[0];
	log_failure(web, request, status);
	problem_of_request(request, status, response);
	if (kept.name)
		response_header(response, kept.name, kept.value);
}

void web_answer(const struct web *web, struct request *request,
                struct response *response)
{
	enum status status = judge(web, request, response);

	if (status == ST_OK && request->route)
		status = run_route(web, request, response);
	else if (status == ST_OK)
		status = page_answer(web->assets, web->assets_count, request,
		                     response);
	if (status == ST_OK && response->body.failed)
		status = problem_set(&request->problem, ST_LIMIT, "",
		                     "The answer would be too long.");
	if (status != ST_OK)
		refuse(web, request, status, response);
	add_headers(web, response);
}

/* Digits only, or not a length that we accept. -1: sent in chunks. */
static bool content_length(const struct request *request, int64_t *length_out)
{
	struct str text = request->headers[HEADER_CONTENT_LENGTH];

	if (text.text && !str_equal(text, STR("0")))
		return shape_parse_id(text, length_out);
	*length_out = request->headers[HEADER_TRANSFER_ENCODING].text ? -1 : 0;
	return true;
}

static int64_t body_max(const struct route *route)
{
	if (route->body == &shape_bytes)
		return LIMIT_UPLOAD_BYTES;
	return route->right == RIGHT_PUBLIC ? PUBLIC_BODY_BYTES
	                                    : LIMIT_BODY_BYTES;
}

static enum status judge_body(const struct web *web, struct request *request,
                              size_t *bytes_out)
{
	int64_t length, max;

	if (request->method == METHOD_GET)
		return problem_set(&request->problem, ST_INVALID, "",
		                   "A request to read takes no body.");
	if (!request->route) {
		request->refused = 405;
		return ST_FORBIDDEN;
	}
	max = body_max(request->route);
	if (!content_length(request, &length))
		return problem_set(&request->problem, ST_INVALID, "",
		                   "Content-Length is not a number.");
	/*
	 * A browser that is cut off while it sends shows no reason. One of
	 * ours may finish, within bounds; a stranger is cut off.
	 */
	if (length > max && length <= DRAIN_BYTES_MAX)
		request->drain = check_right(web, request) == ST_OK &&
		                 request->session.role != ROLE_NONE;
	if (length > max)
		return problem_set(&request->problem, ST_LIMIT, "",
		                   "At most %lld bytes are accepted here.",
		                   (long long)max);
	*bytes_out = (size_t)(length < 0 ? max : length);
	/* What a stranger may make us keep is little. */
	if (request->route->body != &shape_bytes)
		return length >= 0 && length <= PUBLIC_BODY_BYTES
		               ? ST_OK
		               : check_right(web, request);
	if (length < 0)
		return problem_set(&request->problem, ST_INVALID, "",
		                   "Content-Length is missing.");
	return check_right(web, request);
}

bool web_accept_body(const struct web *web, struct request *request,
                     struct response *response, size_t *bytes_out)
{
	enum status status = judge(web, request, response);

	if (status == ST_OK)
		status = judge_body(web, request, bytes_out);
	if (status == ST_OK)
		return true;
	/* check_right may have had something else to say. */
	if (request->drain)
		request->refused = 0;
	refuse(web, request, status, response);
	add_headers(web, response);
	return false;
}

void web_refuse(const struct web *web, struct request *request,
                enum status status, struct response *response)
{
	refuse(web, request, status, response);
	add_headers(web, response);
}

void web_session_ended(const struct web *web,
                       const uint8_t hash[SESSION_HASH_BYTES])
{
	if (web && web->hub)
		hub_end_session(web->hub, hash);
	if (web && web->presence)
		presence_end_session(web, hash);
}
