/*
 * libcurl carries it. Its callback that opens a socket is told the very
 * address that is about to be connected to: that is where it is judged.
 */
#include "channel/webhook.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WEBHOOK_DEADLINE     (20 * SPAN_SECOND)
#define WEBHOOK_CONNECT      (10 * SPAN_SECOND)
#define WEBHOOK_ANSWER_BYTES ((size_t)64 << 10)
#define WEBHOOK_WAIT_MAX     (1 * SPAN_DAY)
#define WEBHOOK_PORT_MIN     1024 /* below it only 443 and, named, 80 */

/* One for all that cannot be reached, so that it tells nothing of a network. */
#define WEBHOOK_UNREACHED                                                      \
	"The receiver could not be reached at a public address."

struct posting {
	const struct webhook_networks *networks;
	const struct webhook_post *post;
	bool plain; /* http: only to a network that is named */
	size_t header_bytes, answer_bytes;
	span_ms wait;
};

/* ------------------------------------------------------------- the URL */

struct url_parts {
	struct str host;
	int64_t port;
	bool plain;
};

static bool url_bytes(struct str url)
{
	for (size_t i = 0; i < url.length; i++)
		if (url.text[i] <= ' ' || url.text[i] > '~' ||
		    strchr("\\#\"<>^`{|}", url.text[i]))
			return false;
	return url.length > 0 && url.length <= WEBHOOK_URL_BYTES;
}

static bool url_split(struct str url, struct url_parts *parts)
{
	struct str rest, authority;
	size_t end, colon, bracket;

	parts->plain = str_starts(url, STR("http://"));
	if (!parts->plain && !str_starts(url, STR("https://")))
		return false;
	rest = str_sub(url, parts->plain ? 7 : 8, url.length);
	end = str_find_char(rest, '/', 0);
	if (str_find_char(rest, '?', 0) < end)
		end = str_find_char(rest, '?', 0);
	authority = str_sub(rest, 0, end);
	bracket = str_find_char(authority, ']', 0);
	colon = str_find_char(authority, ':',
	                      bracket < authority.length ? bracket : 0);
	parts->host = str_sub(authority, 0, colon);
	parts->port = parts->plain ? 80 : 443;
	if (str_find_char(authority, '@', 0) < authority.length)
		return false;
	if (colon < authority.length &&
	    !str_to_i64(str_sub(authority, colon + 1, authority.length),
	                &parts->port))
		return false;
	return parts->host.length > 0 && parts->port > 0 &&
	       parts->port <= 65535;
}

/* A host that is an address by itself, in any spelling that curl takes. */
static enum status url_address(struct arena *arena,
                               const struct webhook_networks *networks,
                               const struct url_parts *parts,
                               struct problem *problem_out)
{
	CURLU *url = curl_url();
	char *host = NULL;
	enum status status = ST_OK;
	struct webhook_networks one = {0};
	struct str text;

	if (!url)
		abort();
	text = str_printf(arena, "https://%.*s/", STR_ARG(parts->host));
	if (curl_url_set(url, CURLUPART_URL, text.text, 0) != CURLUE_OK ||
	    curl_url_get(url, CURLUPART_HOST, &host, 0) != CURLUE_OK) {
		curl_url_cleanup(url);
		return problem_set(problem_out, ST_INVALID, "url",
		                   "This names no host.");
	}
	text = str_of(host);
	if (str_starts(text, STR("[")) && str_ends(text, STR("]")))
		text = str_sub(text, 1, text.length - 1);
	if (webhook_networks_parse(arena, text, &one, NULL) == ST_OK &&
	    one.count == 1) {
		struct sockaddr_in6 six = {.sin6_family = AF_INET6};

		memcpy(&six.sin6_addr, one.list[0].address, 16);
		if (!webhook_address_allowed(networks, (struct sockaddr *)&six))
			status = problem_set(problem_out, ST_INVALID, "url",
			                     "This is no public address.");
	}
	curl_free(host);
	curl_url_cleanup(url);
	return status;
}

enum status webhook_url_check(struct arena *arena,
                              const struct webhook_networks *networks,
                              struct str url, struct problem *problem_out)
{
	struct url_parts parts = {0};

	if (!url_bytes(url) || !url_split(url, &parts))
		return problem_set(problem_out, ST_INVALID, "url",
		                   "Write it as https://host/path, without a "
		                   "name or a password in it.");
	if (parts.plain && networks->count == 0)
		return problem_set(problem_out, ST_INVALID, "url",
		                   "Only https is sent to.");
	if (parts.port < WEBHOOK_PORT_MIN && parts.port != 443 &&
	    !(parts.plain && parts.port == 80))
		return problem_set(problem_out, ST_INVALID, "url",
		                   "Webhooks go to port 443, or one from 1024 "
		                   "on.");
	return url_address(arena, networks, &parts, problem_out);
}

/* --------------------------------------------------------------- signing */

void webhook_sign(struct str secret, struct str id, int64_t timestamp,
                  struct str body, char signature_out[WEBHOOK_SIGNATURE_SIZE])
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state state;
	char time[32];
	int length =
		snprintf(time, sizeof(time), ".%lld.", (long long)timestamp);

	crypto_auth_hmacsha256_init(&state, (const unsigned char *)secret.text,
	                            secret.length);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)id.text,
	                              id.length);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)time,
	                              (unsigned long long)length);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)body.text,
	                              body.length);
	crypto_auth_hmacsha256_final(&state, mac);
	memcpy(signature_out, "v1,", 3);
	sodium_bin2base64(signature_out + 3, WEBHOOK_SIGNATURE_SIZE - 3, mac,
	                  sizeof(mac), sodium_base64_VARIANT_ORIGINAL);
}

/* --------------------------------------------------------------- posting */

static curl_socket_t posting_socket(void *context, curlsocktype purpose,
                                    struct curl_sockaddr *address)
{
	const struct posting *posting = context;
	bool allowed = posting->plain
	                       ? webhook_address_named(posting->networks,
	                                               &address->addr)
	                       : webhook_address_allowed(posting->networks,
	                                                 &address->addr);

	if (purpose != CURLSOCKTYPE_IPCXN || !allowed)
		return CURL_SOCKET_BAD;
	return socket(address->family, address->socktype | SOCK_CLOEXEC,
	              address->protocol);
}

static size_t posting_header(char *text, size_t size, size_t count,
                             void *context)
{
	struct posting *posting = context;
	struct str line = {text, size * count};
	struct str name = STR("Retry-After:");
	int64_t seconds;

	posting->header_bytes += line.length;
	if (str_starts_nocase(line, name) &&
	    str_to_i64(str_trim(str_sub(line, name.length, line.length)),
	               &seconds) &&
	    seconds > 0)
		posting->wait = seconds < WEBHOOK_WAIT_MAX / SPAN_SECOND
		                        ? seconds * SPAN_SECOND
		                        : WEBHOOK_WAIT_MAX;
	return posting->header_bytes > WEBHOOK_ANSWER_BYTES ? 0 : line.length;
}

/* What the receiver says is nobody's to read; a little is let through. */
static size_t posting_answer(char *text, size_t size, size_t count,
                             void *context)
{
	struct posting *posting = context;

	(void)text;
	posting->answer_bytes += size * count;
	return posting->answer_bytes > WEBHOOK_ANSWER_BYTES ? 0 : size * count;
}

static int posting_progress(void *context, curl_off_t down_total,
                            curl_off_t down, curl_off_t up_total, curl_off_t up)
{
	const struct posting *posting = context;

	(void)down_total;
	(void)down;
	(void)up_total;
	(void)up;
	return posting->post->stop && atomic_load(posting->post->stop);
}

/* An option that is not taken is a libcurl that cannot do its job here. */
#define SET(curl, option, value)                                               \
	do {                                                                   \
		if (curl_easy_setopt(curl, option, value) != CURLE_OK)         \
			abort();                                               \
	} while (0)

static struct curl_slist *posting_headers(struct arena *arena,
                                          const struct webhook_post *post)
{
	char signature[WEBHOOK_SIGNATURE_SIZE];
	const char *lines[6];
	struct curl_slist *list = NULL;

	webhook_sign(post->secret, post->id, post->timestamp, post->body,
	             signature);
	lines[0] =
		str_printf(arena, "webhook-id: %.*s", STR_ARG(post->id)).text;
	lines[1] = str_printf(arena, "webhook-timestamp: %lld",
	                      (long long)post->timestamp)
	                   .text;
	lines[2] = str_printf(arena, "webhook-signature: %s", signature).text;
	lines[3] = "Content-Type: application/json";
	lines[4] = "User-Agent: Holdfast";
	lines[5] = "Expect:"; /* no waiting for leave to go on */
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct curl_slist *longer = curl_slist_append(list, lines[i]);

		if (!longer)
			abort();
		list = longer;
	}
	return list;
}

static void posting_set(CURL *curl, struct arena *arena,
                        struct posting *posting, struct curl_slist *headers)
{
	const struct webhook_post *post = posting->post;
	span_ms deadline = post->deadline ? post->deadline : WEBHOOK_DEADLINE;

	SET(curl, CURLOPT_URL, str_cstr(arena, post->url));
	SET(curl, CURLOPT_PROTOCOLS_STR, posting->plain ? "http" : "https");
	SET(curl, CURLOPT_FOLLOWLOCATION, 0L);
	SET(curl, CURLOPT_PROXY, "");
	SET(curl, CURLOPT_NOSIGNAL, 1L);
	SET(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(curl, CURLOPT_HTTP09_ALLOWED, 0L);
	SET(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	SET(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	SET(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)WEBHOOK_CONNECT);
	SET(curl, CURLOPT_TIMEOUT_MS, (long)deadline);
	SET(curl, CURLOPT_OPENSOCKETFUNCTION, posting_socket);
	SET(curl, CURLOPT_OPENSOCKETDATA, posting);
	SET(curl, CURLOPT_HEADERFUNCTION, posting_header);
	SET(curl, CURLOPT_HEADERDATA, posting);
	SET(curl, CURLOPT_WRITEFUNCTION, posting_answer);
	SET(curl, CURLOPT_WRITEDATA, posting);
	SET(curl, CURLOPT_NOPROGRESS, 0L);
	SET(curl, CURLOPT_XFERINFOFUNCTION, posting_progress);
	SET(curl, CURLOPT_XFERINFODATA, posting);
	SET(curl, CURLOPT_POST, 1L);
	SET(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)post->body.length);
	SET(curl, CURLOPT_POSTFIELDS, post->body.text);
	SET(curl, CURLOPT_HTTPHEADER, headers);
}

static void posting_judge(CURLcode code, long status,
                          struct webhook_posted *posted)
{
	const char *words = WEBHOOK_UNREACHED;

	posted->status = status;
	if (status >= 200 && status < 300)
		return;
	if (status / 100 == 3)
		words = "The receiver answered with a redirect, which is not "
			"followed.";
	else if (code == CURLE_OPERATION_TIMEDOUT)
		words = "The receiver did not answer in time.";
	else if (code == CURLE_PEER_FAILED_VERIFICATION)
		words = "The receiver's certificate is not one to trust.";
	if (status / 100 == 3 || status == 0)
		snprintf(posted->said, sizeof(posted->said), "%s", words);
	else
		snprintf(posted->said, sizeof(posted->said),
		         "The receiver answered %ld.", status);
}

void webhook_post(struct arena *arena, const struct webhook_networks *networks,
                  const struct webhook_post *post,
                  struct webhook_posted *posted_out)
{
	struct posting posting = {
		.networks = networks,
		.post = post,
		.plain = str_starts(post->url, STR("http://")),
	};
	struct problem problem = {0};
	struct curl_slist *headers;
	long status = 0;
	CURLcode code;
	CURL *curl;

	*posted_out = (struct webhook_posted){0};
	if (webhook_url_check(arena, networks, post->url, &problem) != ST_OK) {
		posted_out->refused = true;
		snprintf(posted_out->said, sizeof(posted_out->said), "%.190s",
		         problem.text);
		return;
	}
	curl = curl_easy_init();
	if (!curl)
		abort();
	headers = posting_headers(arena, post);
	posting_set(curl, arena, &posting, headers);
	code = curl_easy_perform(curl);
	/* Judged by what came before it broke off, but not by an early 100. */
	if (code == CURLE_OK || code == CURLE_WRITE_ERROR)
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	posting_judge(code, status, posted_out);
	posted_out->wait = posting.wait;
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
}
