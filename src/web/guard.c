/*
 * Refusals by header. A browser tells where a request comes from in
 * Sec-Fetch-Site and Origin; a page of another site can neither forge them nor
 * set Holdfast-Command without asking first, and nobody is ever told yes.
 */
#include "web/guard.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "web/router.h"

static enum status guard_refuse(struct request *request, enum status status,
                                int http, const char *text)
{
	request->refused = http;
	return problem_set(&request->problem, status, "", "%s", text);
}

static bool host_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("-.:[]", c));
}

static void guard_add(struct guard *guard, const char *name, struct str port)
{
	char *host = guard->hosts[guard->count];

	snprintf(host, GUARD_HOST_SIZE, "%s%.*s", name, STR_ARG(port));
	snprintf(guard->origins[guard->count], GUARD_ORIGIN_SIZE, "%s://%s%.*s",
	         guard->secure ? "https" : "http", name, STR_ARG(port));
	guard->count++;
}

/* ":8025" of "127.0.0.1:8025" and of "[::1]:8025"; empty without one. */
static struct str host_port(struct str host)
{
	size_t from = str_find_char(host, ']', 0);
	size_t colon = str_find_char(host, ':', from < host.length ? from : 0);

	return str_sub(host, colon, host.length);
}

enum status guard_init(struct guard *guard, const char *base_url,
                       struct problem *problem)
{
	static const char *const local[] = {"127.0.0.1", "localhost", "[::1]"};
	struct str url = str_of(base_url), host, name, port;
	bool loopback = false;

	*guard = (struct guard){0};
	guard->secure = str_starts(url, STR("https://"));
	if (!guard->secure && !str_starts(url, STR("http://")))
		return problem_set(problem, ST_INVALID, "base_url",
		                   "Write it as https://desk.example.com.");
	host = str_sub(url, guard->secure ? 8 : 7, url.length);
	if (str_ends(host, STR("/")))
		host.length--;
	if (host.length == 0 || host.length > GUARD_HOST_SIZE - 24)
		return problem_set(problem, ST_INVALID, "base_url",
		                   "The address names no host.");
	for (size_t i = 0; i < host.length; i++)
		if (!host_char(host.text[i]))
			return problem_set(problem, ST_INVALID, "base_url",
			                   "Only a lower-case host and a port "
			                   "may stand here, no path.");
	port = host_port(host);
	name = str_sub(host, 0, host.length - port.length);
	for (size_t i = 0; i < 3; i++)
		loopback |= str_equal(name, str_of(local[i]));
	if (!loopback) {
		char text[GUARD_HOST_SIZE];

		snprintf(text, sizeof(text), "%.*s", STR_ARG(name));
		guard_add(guard, text, port);
		return ST_OK;
	}
	for (size_t i = 0; i < 3; i++)
		guard_add(guard, local[i], port);
	return ST_OK;
}

enum status guard_framing(struct request *request)
{
	const struct str *headers = request->headers;
	struct str encoding = headers[HEADER_TRANSFER_ENCODING];

	if (request->header_repeated)
		return guard_refuse(request, ST_INVALID, 400,
		                    "A header is given twice.");
	if (encoding.text && headers[HEADER_CONTENT_LENGTH].text)
		return guard_refuse(request, ST_INVALID, 400,
		                    "The length of the body is given twice.");
	if (encoding.text && !str_equal_nocase(encoding, STR("chunked")))
		return guard_refuse(request, ST_INVALID, 400,
		                    "This transfer encoding is not known.");
	if (headers[HEADER_METHOD_OVERRIDE].text)
		return guard_refuse(request, ST_INVALID, 400,
		                    "The method cannot be overridden.");
	if (route_check_path(request->path) != ST_OK)
		return guard_refuse(request, ST_INVALID, 400,
		                    "The path cannot be read in one way.");
	return ST_OK;
}

enum status guard_host(const struct guard *guard, struct request *request)
{
	struct str host = request->headers[HEADER_HOST];

	if (!host.text || host.length == 0)
		return guard_refuse(request, ST_INVALID, 400,
		                    "The request names no host.");
	for (size_t i = 0; i < guard->count; i++)
		if (str_equal_nocase(host, str_of(guard->hosts[i])))
			return ST_OK;
	return guard_refuse(request, ST_INVALID, 421,
	                    "This server does not answer for that host.");
}

static bool origin_is_ours(const struct guard *guard, struct str origin,
                           struct str host)
{
	for (size_t i = 0; i < guard->count; i++)
		if (str_equal(origin, str_of(guard->origins[i])) &&
		    str_equal_nocase(host, str_of(guard->hosts[i])))
			return true;
	return false;
}

enum status guard_origin(const struct guard *guard, struct request *request)
{
	struct str site = request->headers[HEADER_FETCH_SITE];
	struct str origin = request->headers[HEADER_ORIGIN];
	bool opened = request->route->flags & ROUTE_OPENED;

	if (origin.text &&
	    !origin_is_ours(guard, origin, request->headers[HEADER_HOST]))
		return guard_refuse(request, ST_FORBIDDEN, 403,
		                    "Another site sent this request.");
	if (!site.text || str_equal(site, STR("same-origin")))
		return ST_OK;
	if (str_equal(site, STR("none")) && opened)
		return ST_OK;
	return guard_refuse(request, ST_FORBIDDEN, 403,
	                    "Another site sent this request.");
}

static bool type_is_json(struct str type)
{
	struct str rest = type, name;

	if (!str_split(&rest, ';', &name))
		return false;
	if (!str_equal_nocase(str_trim(name), STR("application/json")))
		return false;
	rest = str_trim(rest);
	return rest.length == 0 || str_equal_nocase(rest, STR("charset=utf-8"));
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool command_parse(struct str text, uint8_t command_out[16])
{
	uint8_t command[COMMAND_ID_BYTES];

	if (text.length != 2 * COMMAND_ID_BYTES)
		return false;
	for (size_t i = 0; i < COMMAND_ID_BYTES; i++) {
		int high = hex_digit(text.text[2 * i]);
		int low = hex_digit(text.text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		command[i] = (uint8_t)(high * 16 + low);
	}
	memcpy(command_out, command, sizeof(command));
	return true;
}

/*
 * A command's name in the log: what the client chose, bound to who asks and
 * for what. So nobody can take another's name, nor one that mail is filed by.
 */
void guard_bind_command(struct request *request)
{
	uint8_t bound[COMMAND_ID_BYTES];
	int64_t member = request->session.member;
	const char *method = method_name(request->method);
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, sizeof(bound));
	crypto_generichash_update(&state, request->command,
	                          sizeof(request->command));
	crypto_generichash_update(&state, (const uint8_t *)&member,
	                          sizeof(member));
	crypto_generichash_update(&state, (const uint8_t *)method,
	                          strlen(method) + 1);
	crypto_generichash_update(&state, (const uint8_t *)request->path.text,
	                          request->path.length);
	crypto_generichash_final(&state, bound, sizeof(bound));
	memcpy(request->command, bound, sizeof(bound));
}

void guard_next_command(struct request *request)
{
	uint8_t next[COMMAND_ID_BYTES];

	crypto_generichash(next, sizeof(next), request->command,
	                   sizeof(request->command), NULL, 0);
	memcpy(request->command, next, sizeof(next));
}

enum status guard_command(struct request *request)
{
	const struct route *route = request->route;
	const struct str *headers = request->headers;

	if (request->method == METHOD_GET)
		return ST_OK;
	if (route->body != &shape_bytes &&
	    !type_is_json(headers[HEADER_CONTENT_TYPE]))
		return guard_refuse(request, ST_INVALID, 415,
		                    "Send this as application/json.");
	if (route->flags & ROUTE_NO_COMMAND)
		return ST_OK;
	/* A browser sends no such header by itself; nobody can forge it. */
	if (!headers[HEADER_COMMAND].text && headers[HEADER_AUTHORIZATION].text)
		return ST_OK;
	if (!headers[HEADER_COMMAND].text)
		return guard_refuse(request, ST_INVALID, 400,
		                    "The header Holdfast-Command is missing.");
	if (!command_parse(headers[HEADER_COMMAND], request->command))
		return guard_refuse(request, ST_INVALID, 400,
		                    "Holdfast-Command must be 32 lower-case "
		                    "hexadecimal digits.");
	return ST_OK;
}
