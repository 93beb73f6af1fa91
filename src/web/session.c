/*
 * Sessions: making, finding and ending them. Ids are compared by looking up
 * their hash, so no comparison of secrets depends on where they differ.
 */
#include "web/session.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "web/web.h"

#define ACCOUNT_FREE_TRIES 5u
#define PEER_FREE_TRIES    20u
#define TOUCH_EVERY        SPAN_MINUTE

struct sessions {
	struct session_port port;
	struct session_policy policy;
	struct password_gate gate;
	pthread_mutex_t lock; /* of the throttles */
	struct throttle accounts;
	struct throttle peers;
	uint8_t key[crypto_shorthash_KEYBYTES];
	uint8_t known_key[SESSION_HASH_BYTES];
};

struct sessions *sessions_new(struct arena *arena,
                              const struct session_port *port,
                              const struct session_policy *policy)
{
	struct sessions *sessions = arena_alloc(arena, sizeof(*sessions));

	sessions->port = *port;
	sessions->policy = *policy;
	password_gate_init(&sessions->gate);
	pthread_mutex_init(&sessions->lock, NULL);
	port->fill_random(port->context, sessions->key, sizeof(sessions->key));
	/* Without the lasting key browsers are known until the next start. */
	if (!port->known_key ||
	    port->known_key(port->context, sessions->known_key) != ST_OK)
		port->fill_random(port->context, sessions->known_key,
		                  sizeof(sessions->known_key));
	return sessions;
}

void sessions_release(struct sessions *sessions)
{
	pthread_mutex_destroy(&sessions->lock);
	password_gate_release(&sessions->gate);
}

struct password_gate *sessions_gate(struct sessions *sessions)
{
	return &sessions->gate;
}

static bool token_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool session_token_hash(struct str token, uint8_t hash_out[SESSION_HASH_BYTES])
{
	if (token.length != SESSION_TOKEN_SIZE - 1)
		return false;
	for (size_t i = 0; i < token.length; i++)
		if (!token_char(token.text[i]))
			return false;
	crypto_generichash(hash_out, SESSION_HASH_BYTES,
	                   (const unsigned char *)token.text, token.length,
	                   NULL, 0);
	return true;
}

void session_token_make(void (*fill_random)(void *context, void *bytes,
                                            size_t length),
                        void *context, char token_out[SESSION_TOKEN_SIZE],
                        uint8_t hash_out[SESSION_HASH_BYTES])
{
	uint8_t bytes[32];
	bool made;

	fill_random(context, bytes, sizeof(bytes));
	sodium_bin2base64(token_out, SESSION_TOKEN_SIZE, bytes, sizeof(bytes),
	                  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(bytes, sizeof(bytes));
	made = session_token_hash(str_of(token_out), hash_out);
	assert(made);
}

void api_token_make(void (*fill_random)(void *context, void *bytes,
                                        size_t length),
                    void *context, char token_out[API_TOKEN_SIZE],
                    uint8_t hash_out[SESSION_HASH_BYTES])
{
	size_t prefix = sizeof(API_TOKEN_PREFIX) - 1;

	memcpy(token_out, API_TOKEN_PREFIX, prefix);
	session_token_make(fill_random, context, token_out + prefix, hash_out);
}

bool api_token_of_header(struct str authorization,
                         uint8_t hash_out[SESSION_HASH_BYTES])
{
	struct str scheme = STR("Bearer " API_TOKEN_PREFIX);

	return str_starts(authorization, scheme) &&
	       session_token_hash(str_sub(authorization, scheme.length,
	                                  authorization.length),
	                          hash_out);
}

bool session_may(const struct session *session, enum right right)
{
	static_assert(RIGHT_COUNT <= 64, "a bit for each right");
	return role_has(session->role, right) &&
	       (!session->token || right <= RIGHT_SESSION ||
	        (session->rights >> right & 1) != 0);
}

static const char *cookie_name(const struct sessions *sessions)
{
	return sessions->policy.secure ? "__Host-holdfast" : "holdfast";
}

/* The one cookie of that name; none if it is there twice. */
static struct str cookie_find(struct str name, struct str cookies)
{
	struct str found = {0}, pair;
	bool seen = false;

	while (str_split(&cookies, ';', &pair)) {
		pair = str_trim(pair);

		size_t equals = str_find_char(pair, '=', 0);

		if (!str_equal(str_sub(pair, 0, equals), name))
			continue;
		if (seen || equals >= pair.length)
			return (struct str){0};
		seen = true;
		found = str_sub(pair, equals + 1, pair.length);
	}
	return found;
}

static void cookie_set(const struct sessions *sessions, struct request *request,
                       struct response *response, const char *token,
                       int64_t seconds)
{
	struct str cookie = str_printf(
		request->arena,
		"%s=%s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Strict%s",
		cookie_name(sessions), token, (long long)seconds,
		sessions->policy.secure ? "; Secure" : "");

	response_header(response, "Set-Cookie", cookie.text);
}

static bool session_runs(const struct session_policy *policy,
                         const struct session *session, instant_ms now)
{
	return now - session->created_at < policy->absolute &&
	       now - session->seen_at < policy->idle;
}

/* A program says who it is in a header of its own, never by cookie. */
static enum status sessions_of_token(struct sessions *sessions,
                                     struct request *request)
{
	uint8_t hash[SESSION_HASH_BYTES];
	struct session session = {0};
	enum status status;

	if (!api_token_of_header(request->headers[HEADER_AUTHORIZATION], hash))
		return ST_NOT_FOUND;
	status = sessions->port.find_token(sessions->port.context, hash,
	                                   request->now, &session);
	if (status != ST_OK)
		return status;
	memcpy(session.hash, hash, sizeof(hash));
	request->session = session;
	return ST_OK;
}

enum status sessions_of_request(struct sessions *sessions,
                                struct request *request)
{
	uint8_t hash[SESSION_HASH_BYTES];
	struct session session = {0};
	struct str token = cookie_find(str_of(cookie_name(sessions)),
	                               request->headers[HEADER_COOKIE]);
	enum status status;

	if (request->headers[HEADER_AUTHORIZATION].text)
		return sessions_of_token(sessions, request);
	if (!session_token_hash(token, hash))
		return ST_NOT_FOUND;
	status = sessions->port.find(sessions->port.context, hash, &session);
	if (status != ST_OK)
		return status;
	if (!session_runs(&sessions->policy, &session, request->now)) {
		/* Already over, so failing to say so changes nothing. */
		(void)sessions->port.end(sessions->port.context, hash);
		return ST_NOT_FOUND;
	}
	memcpy(session.hash, hash, sizeof(hash));
	request->session = session;
	return ST_OK;
}

enum status sessions_check(struct sessions *sessions,
                           const struct session *session, instant_ms now)
{
	const struct session_port *port = &sessions->port;
	struct session found = {0};
	enum status status =
		session->token
			? port->find_token(port->context, session->hash, now,
	                                   &found)
			: port->find(port->context, session->hash, &found);

	if (status != ST_OK)
		return status;
	if (found.role != session->role ||
	    (!session->token && !session_runs(&sessions->policy, &found, now)))
		return ST_NOT_FOUND;
	return ST_OK;
}

void sessions_gesture(struct sessions *sessions, struct session *session,
                      instant_ms now)
{
	if (now - session->seen_at < TOUCH_EVERY &&
	    now - session->seen_at < sessions->policy.idle / 4)
		return;
	/* Not being able to write it down must not fail the request. */
	if (session->token &&
	    sessions->port.touch_token(sessions->port.context, session->token,
	                               now) == ST_OK)
		session->seen_at = now;
	if (session->token)
		return;
	if (sessions->port.touch(sessions->port.context, session->hash, now) ==
	    ST_OK)
		session->seen_at = now;
}

static uint64_t throttle_key(const struct sessions *sessions, struct str text)
{
	uint8_t hash[crypto_shorthash_BYTES];
	uint64_t key;

	crypto_shorthash(hash, (const unsigned char *)text.text, text.length,
	                 sessions->key);
	static_assert(sizeof(hash) == sizeof(key), "a key is a whole hash");
	memcpy(&key, hash, sizeof(key));
	return key | 1;
}

/*
 * A peer on this machine is a proxy or a shell, and stands for many people, so
 * it is not slowed down as one; accounts always are.
 */
static bool peer_is_local(const char *peer)
{
	return str_starts(str_of(peer), STR("127.")) || !strcmp(peer, "::1");
}

/* An IPv6 neighbour has a whole /64: that is one peer. */
static struct str peer_network(const char *peer)
{
	struct str text = str_of(peer);
	size_t colons = 0;

	for (size_t i = 0; i < text.length; i++)
		if (text.text[i] == ':' && ++colons == 4)
			return str_sub(text, 0, i);
	return text;
}

static span_ms sign_in_wait(struct sessions *sessions,
                            const struct request *request, uint64_t account)
{
	uint64_t peer = throttle_key(sessions, peer_network(request->peer));
	span_ms wait = 0;

	pthread_mutex_lock(&sessions->lock);
	if (!peer_is_local(request->peer))
		wait = throttle_try(&sessions->peers, peer, PEER_FREE_TRIES,
		                    request->now);
	if (wait == 0 && account != 0)
		wait = throttle_try(&sessions->accounts, account,
		                    ACCOUNT_FREE_TRIES, request->now);
	pthread_mutex_unlock(&sessions->lock);
	return wait;
}

/* ------------------------------------------------- browsers that are known */

/*
 * Whoever signed in leaves a mark in that browser, for their address alone. A
 * stranger who guesses at an account slows down strangers, not the browser
 * that its owner uses.
 */
#define KNOWN_NONCE_BYTES 16
#define KNOWN_MARK_BYTES  (KNOWN_NONCE_BYTES + SESSION_HASH_BYTES)
#define KNOWN_MARK_SIZE                                                        \
	sodium_base64_ENCODED_LEN(KNOWN_MARK_BYTES,                            \
	                          sodium_base64_VARIANT_URLSAFE_NO_PADDING)
#define KNOWN_SECONDS (365 * 24 * 3600)

static const char *known_name(const struct sessions *sessions)
{
	return sessions->policy.secure ? "__Host-holdfast-known"
	                               : "holdfast-known";
}

static void known_mark(const struct sessions *sessions, struct str account,
                       uint8_t mark[KNOWN_MARK_BYTES])
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, sessions->known_key,
	                        sizeof(sessions->known_key),
	                        SESSION_HASH_BYTES);
	crypto_generichash_update(&state, mark, KNOWN_NONCE_BYTES);
	crypto_generichash_update(&state, (const unsigned char *)account.text,
	                          account.length);
	crypto_generichash_final(&state, mark + KNOWN_NONCE_BYTES,
	                         SESSION_HASH_BYTES);
}

/* Whether the request's browser is one that signed in to the account. */
static bool known_browser(const struct sessions *sessions,
                          const struct request *request, struct str account)
{
	struct str cookie = cookie_find(str_of(known_name(sessions)),
	                                request->headers[HEADER_COOKIE]);
	uint8_t said[KNOWN_MARK_BYTES], right[KNOWN_MARK_BYTES];
	size_t length = 0;

	if (cookie.length != KNOWN_MARK_SIZE - 1 ||
	    sodium_base642bin(said, sizeof(said), cookie.text, cookie.length,
	                      NULL, &length, NULL,
	                      sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
	    length != sizeof(said))
		return false;
	memcpy(right, said, KNOWN_NONCE_BYTES);
	known_mark(sessions, account, right);
	return sodium_memcmp(said, right, sizeof(said)) == 0;
}

static void known_remember(const struct sessions *sessions,
                           struct request *request, struct response *response,
                           struct str account)
{
	uint8_t mark[KNOWN_MARK_BYTES];
	char text[KNOWN_MARK_SIZE];

	if (known_browser(sessions, request, account))
		return;
	sessions->port.fill_random(sessions->port.context, mark,
	                           KNOWN_NONCE_BYTES);
	known_mark(sessions, account, mark);
	sodium_bin2base64(text, sizeof(text), mark, sizeof(mark),
	                  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	response_header(response, "Set-Cookie",
	                str_printf(request->arena,
	                           "%s=%s; Path=/; Max-Age=%d; HttpOnly; "
	                           "SameSite=Strict%s",
	                           known_name(sessions), text, KNOWN_SECONDS,
	                           sessions->policy.secure ? "; Secure" : "")
	                        .text);
}

/* What tries at an account are counted under. */
static uint64_t account_key(const struct sessions *sessions,
                            const struct request *request, struct str account)
{
	struct str cookie;

	if (!known_browser(sessions, request, account))
		return throttle_key(sessions, account);
	cookie = cookie_find(str_of(known_name(sessions)),
	                     request->headers[HEADER_COOKIE]);
	return throttle_key(sessions,
	                    str_printf(request->arena, "%.*s\n%.*s",
	                               STR_ARG(account), STR_ARG(cookie)));
}

static enum status refuse_wait(struct request *request, span_ms wait)
{
	request->refused = 429;
	request->retry_after_s = (wait + 999) / 1000;
	return problem_set(&request->problem, ST_LIMIT, "",
	                   "Too many tries. Wait %lld seconds.",
	                   (long long)request->retry_after_s);
}

enum status sessions_start(struct sessions *sessions, struct request *request,
                           struct response *response, int64_t member,
                           enum role role)
{
	struct session session = {
		.member = member,
		.role = role,
		.created_at = request->now,
		.seen_at = request->now,
	};
	char token[SESSION_TOKEN_SIZE];
	enum status status;

	assert(role != ROLE_NONE);
	session_token_make(sessions->port.fill_random, sessions->port.context,
	                   token, session.hash);
	sessions->port.fill_random(sessions->port.context, &session.id,
	                           sizeof(session.id));
	/* What a browser can count, and never 0. */
	session.id = (int64_t)((uint64_t)session.id >> 12 | 1);
	status = sessions->port.create(sessions->port.context, &session,
	                               request->headers[HEADER_USER_AGENT],
	                               str_of(request->peer));
	if (status != ST_OK)
		return status;
	/* What was signed in before in this browser no longer is. */
	if (request->session.role != ROLE_NONE &&
	    sessions->port.end(sessions->port.context, request->session.hash) ==
	            ST_OK)
		web_session_ended(request->web, request->session.hash);
	request->session = session;
	cookie_set(sessions, request, response, token,
	           sessions->policy.absolute / 1000);
	sodium_memzero(token, sizeof(token));
	return ST_OK;
}

static enum status refuse_sign_in(struct request *request)
{
	return problem_set(&request->problem, ST_FORBIDDEN, "",
	                   "The address or the password is not right.");
}

/* Said only to who has the password right. */
static enum status second_check(struct sessions *sessions,
                                struct request *request, int64_t member,
                                struct str code)
{
	enum status status;

	if (!sessions->port.second)
		return ST_OK;
	status = sessions->port.second(sessions->port.context, member, code);
	if (status == ST_CONFLICT) {
		request->refused = 401;
		status = problem_set(&request->problem, ST_FORBIDDEN, "code",
		                     "Give the six digits that your device "
		                     "shows, or a recovery code.");
		return problem_type(&request->problem, status, "code_needed");
	}
	if (status == ST_FORBIDDEN)
		return problem_set(&request->problem, ST_FORBIDDEN, "code",
		                   "The code is not right, or was used "
		                   "already.");
	return status;
}

enum status sessions_second(struct sessions *sessions, struct request *request,
                            int64_t member, struct str code)
{
	struct str account =
		str_printf(request->arena, "second %lld", (long long)member);
	uint64_t key = throttle_key(sessions, account);
	span_ms wait = sign_in_wait(sessions, request, key);
	enum status status;

	if (wait > 0)
		return refuse_wait(request, wait);
	status = second_check(sessions, request, member, code);
	if (status != ST_OK)
		return status;
	pthread_mutex_lock(&sessions->lock);
	throttle_clear(&sessions->accounts, key);
	pthread_mutex_unlock(&sessions->lock);
	return ST_OK;
}

enum status sessions_sign_in(struct sessions *sessions, struct request *request,
                             struct response *response, struct str address,
                             struct str password, struct str code)
{
	struct str account = str_lower(request->arena, str_trim(address));
	uint64_t key = account_key(sessions, request, account);
	span_ms wait = sign_in_wait(sessions, request, key);
	struct session_member member = {0};
	enum status status;

	if (wait > 0)
		return refuse_wait(request, wait);
	status =
		sessions->port.member(sessions->port.context, account, &member);
	if (status != ST_OK && status != ST_NOT_FOUND)
		return status;
	status = password_check(&sessions->gate, member.password, password);
	if (status == ST_FORBIDDEN || (status == ST_OK && !member.active))
		return refuse_sign_in(request);
	if (status == ST_OK)
		status = second_check(sessions, request, member.id, code);
	if (status != ST_OK)
		return status;
	pthread_mutex_lock(&sessions->lock);
	throttle_clear(&sessions->accounts, key);
	pthread_mutex_unlock(&sessions->lock);
	status = sessions_start(sessions, request, response, member.id,
	                        member.role);
	if (status == ST_OK)
		known_remember(sessions, request, response, account);
	return status;
}

enum status sessions_sign_in_by_token(struct sessions *sessions,
                                      struct request *request,
                                      struct response *response,
                                      struct str token)
{
	uint8_t hash[SESSION_HASH_BYTES];
	struct session_member member = {0};
	enum status status;
	span_ms wait = sign_in_wait(sessions, request, 0);

	if (wait > 0)
		return refuse_wait(request, wait);
	if (!session_token_hash(token, hash))
		status = ST_NOT_FOUND;
	else
		status = sessions->port.take_token(sessions->port.context, hash,
		                                   request->now, &member);
	if (status == ST_NOT_FOUND || (status == ST_OK && !member.active))
		return problem_set(&request->problem, ST_FORBIDDEN, "token",
		                   "This link was used already or is too old. "
		                   "Ask for a new one.");
	if (status != ST_OK)
		return status;
	return sessions_start(sessions, request, response, member.id,
	                      member.role);
}

enum status sessions_confirm(struct sessions *sessions, struct request *request,
                             struct str password)
{
	struct str account = str_printf(request->arena, "member %lld",
	                                (long long)request->session.member);
	uint64_t key = throttle_key(sessions, account);
	char hash[PASSWORD_HASH_SIZE] = "";
	span_ms wait = sign_in_wait(sessions, request, key);
	enum status status;

	if (wait > 0)
		return refuse_wait(request, wait);
	status = sessions->port.password(sessions->port.context,
	                                 request->session.member, hash);
	if (status == ST_OK && hash[0] != '\0')
		status = password_check(&sessions->gate, hash, password);
	if (status == ST_FORBIDDEN)
		return problem_set(&request->problem, ST_FORBIDDEN, "old",
		                   "That is not your password.");
	if (status != ST_OK)
		return status;
	pthread_mutex_lock(&sessions->lock);
	throttle_clear(&sessions->accounts, key);
	pthread_mutex_unlock(&sessions->lock);
	return ST_OK;
}

enum status sessions_sign_out(struct sessions *sessions,
                              struct request *request,
                              struct response *response)
{
	enum status status = sessions->port.end(sessions->port.context,
	                                        request->session.hash);

	if (status != ST_OK && status != ST_NOT_FOUND)
		return status;
	web_session_ended(request->web, request->session.hash);
	cookie_set(sessions, request, response, "", 0);
	return ST_OK;
}
