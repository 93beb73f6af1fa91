/*
 * Sign-in and sessions over a port of memory: ids are ours alone, one answer
 * for every wrong guess, ends by idleness, by age and by decision.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "web/session.h"
#include "web/web.h"

#define ROWS 8

static struct {
	struct session rows[ROWS];
	bool used[ROWS];
	int touched, tokens_taken;
	uint8_t token[SESSION_HASH_BYTES];
	bool token_there;
	struct session_member member;
	uint8_t random;
	struct arena *arena;
	struct sessions *sessions;
} memory;

static int row_of(const uint8_t *hash)
{
	for (int i = 0; i < ROWS; i++)
		if (memory.used[i] &&
		    memcmp(memory.rows[i].hash, hash, SESSION_HASH_BYTES) == 0)
			return i;
	return -1;
}

static enum status port_find(void *context, const uint8_t *hash,
                             struct session *session_out)
{
	int row = row_of(hash);

	(void)context;
	if (row < 0 || !memory.member.active)
		return ST_NOT_FOUND;
	*session_out = memory.rows[row];
	session_out->role = memory.member.role;
	return ST_OK;
}

static enum status port_create(void *context, const struct session *session,
                               struct str agent, struct str address)
{
	(void)context;
	(void)agent;
	(void)address;
	for (int i = 0; i < ROWS; i++) {
		if (memory.used[i])
			continue;
		memory.used[i] = true;
		memory.rows[i] = *session;
		return ST_OK;
	}
	return ST_STORE;
}

static enum status port_touch(void *context, const uint8_t *hash, instant_ms at)
{
	int row = row_of(hash);

	(void)context;
	memory.touched++;
	if (row >= 0)
		memory.rows[row].seen_at = at;
	return row >= 0 ? ST_OK : ST_NOT_FOUND;
}

static enum status port_end(void *context, const uint8_t *hash)
{
	int row = row_of(hash);

	(void)context;
	if (row < 0)
		return ST_NOT_FOUND;
	memory.used[row] = false;
	return ST_OK;
}

static enum status port_member(void *context, struct str address,
                               struct session_member *member_out)
{
	(void)context;
	if (!str_equal(address, STR("lena@agency.example")))
		return ST_NOT_FOUND;
	*member_out = memory.member;
	return ST_OK;
}

static enum status port_take(void *context, const uint8_t *hash, instant_ms now,
                             struct session_member *member_out)
{
	(void)context;
	(void)now;
	if (!memory.token_there ||
	    memcmp(hash, memory.token, SESSION_HASH_BYTES) != 0)
		return ST_NOT_FOUND;
	memory.token_there = false;
	memory.tokens_taken++;
	*member_out = memory.member;
	return ST_OK;
}

static void port_random(void *context, void *bytes, size_t length)
{
	uint8_t *at = bytes;

	(void)context;
	for (size_t i = 0; i < length; i++)
		at[i] = memory.random++;
}

/* Nothing here streams. */
static const struct session_port port = {
	.find = port_find,
	.create = port_create,
	.touch = port_touch,
	.end = port_end,
	.member = port_member,
	.take_token = port_take,
	.fill_random = port_random,
};

static int setup(void **state)
{
	struct session_policy policy = {SPAN_HOUR, SPAN_DAY, false};

	(void)state;
	memset(&memory, 0, sizeof(memory));
	memory.arena = arena_new(16 << 20);
	memory.sessions = sessions_new(memory.arena, &port, &policy);
	memory.member = (struct session_member){
		.id = 9, .role = ROLE_AGENT, .active = true};
	assert_int_equal(password_hash(sessions_gate(memory.sessions),
	                               STR("correct horse"),
	                               memory.member.password),
	                 ST_OK);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	sessions_release(memory.sessions);
	arena_free(&memory.arena);
	return 0;
}

struct visit {
	struct request request;
	struct response response;
	char cookie[SESSION_COOKIE_SIZE];
};

static struct visit visit_new(const char *cookie, instant_ms now)
{
	struct visit visit = {0};

	visit.request.arena = memory.arena;
	visit.request.now = now;
	snprintf(visit.request.peer, PEER_TEXT_SIZE, "192.0.2.7");
	if (cookie)
		visit.request.headers[HEADER_COOKIE] = str_of(cookie);
	response_init(&visit.response);
	return visit;
}

/* The pair of Set-Cookie as a browser would send it back. */
static void visit_keep_cookie(struct visit *visit)
{
	/* The second one only marks the browser as known. */
	assert_in_range(visit->response.header_count, 1, 2);
	assert_string_equal(visit->response.headers[0].name, "Set-Cookie");

	const char *value = visit->response.headers[0].value;

	assert_non_null(strstr(value, "; Path=/;"));
	assert_non_null(strstr(value, "HttpOnly"));
	assert_non_null(strstr(value, "SameSite=Strict"));
	assert_null(strstr(value, "Domain"));
	snprintf(visit->cookie, sizeof(visit->cookie), "%.*s",
	         (int)strcspn(value, ";"), value);
}

static enum status sign_in(struct visit *visit, const char *address,
                           const char *password)
{
	return sessions_sign_in(memory.sessions, &visit->request,
	                        &visit->response, str_of(address),
	                        str_of(password), STR(""));
}

static enum status come_back(const char *cookie, instant_ms now)
{
	struct visit visit = visit_new(cookie, now);

	return sessions_of_request(memory.sessions, &visit.request);
}

static void a_session_is_made_at_sign_in(void **state)
{
	struct visit visit = visit_new(NULL, 1000);

	(void)state;
	assert_int_equal(
		sign_in(&visit, " Lena@Agency.example", "correct horse"),
		ST_OK);
	visit_keep_cookie(&visit);
	assert_int_equal(strlen(visit.cookie), strlen("holdfast=") + 43);
	assert_int_equal(visit.request.session.member, 9);
	assert_int_equal(come_back(visit.cookie, 2000), ST_OK);
	/* What is stored is not what was handed out. */
	assert_null(strstr((const char *)memory.rows[0].hash, visit.cookie));
}

static void ids_are_never_adopted(void **state)
{
	static const char chosen[] =
		"holdfast=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	struct visit visit = visit_new(chosen, 1000);
	struct visit again;

	(void)state;
	assert_int_equal(come_back(chosen, 1000), ST_NOT_FOUND);
	assert_int_equal(
		sign_in(&visit, "lena@agency.example", "correct horse"), ST_OK);
	visit_keep_cookie(&visit);
	assert_int_equal(come_back(chosen, 1000), ST_NOT_FOUND);

	/* Signing in again ends the session that the browser had. */
	again = visit_new(visit.cookie, 2000);
	assert_int_equal(sessions_of_request(memory.sessions, &again.request),
	                 ST_OK);
	assert_int_equal(
		sign_in(&again, "lena@agency.example", "correct horse"), ST_OK);
	visit_keep_cookie(&again);
	assert_string_not_equal(visit.cookie, again.cookie);
	assert_int_equal(come_back(visit.cookie, 3000), ST_NOT_FOUND);
	assert_int_equal(come_back(again.cookie, 3000), ST_OK);
}

static void odd_cookies_are_none(void **state)
{
	struct visit visit = visit_new(NULL, 1000);
	char odd[400];

	(void)state;
	assert_int_equal(
		sign_in(&visit, "lena@agency.example", "correct horse"), ST_OK);
	visit_keep_cookie(&visit);
	snprintf(odd, sizeof(odd), "a=b; %s; c=d", visit.cookie);
	assert_int_equal(come_back(odd, 2000), ST_OK);
	snprintf(odd, sizeof(odd), "%s; %s", visit.cookie, visit.cookie);
	assert_int_equal(come_back(odd, 2000), ST_NOT_FOUND);
	snprintf(odd, sizeof(odd), "%sA", visit.cookie);
	assert_int_equal(come_back(odd, 2000), ST_NOT_FOUND);
	snprintf(odd, sizeof(odd), "%.51s", visit.cookie);
	assert_int_equal(come_back(odd, 2000), ST_NOT_FOUND);
	snprintf(odd, sizeof(odd), "x%s", visit.cookie);
	assert_int_equal(come_back(odd, 2000), ST_NOT_FOUND);
	assert_int_equal(come_back("holdfast=", 2000), ST_NOT_FOUND);
	assert_int_equal(come_back("holdfast", 2000), ST_NOT_FOUND);
	assert_int_equal(come_back("", 2000), ST_NOT_FOUND);
}

static void wrong_guesses_look_alike(void **state)
{
	struct visit wrong = visit_new(NULL, 1000);
	struct visit unknown = visit_new(NULL, 1000);
	struct visit inactive = visit_new(NULL, 1000);

	(void)state;
	assert_int_equal(sign_in(&wrong, "lena@agency.example", "wrong horse"),
	                 ST_FORBIDDEN);
	assert_int_equal(sign_in(&unknown, "who@agency.example", "wrong horse"),
	                 ST_FORBIDDEN);
	memory.member.active = false;
	assert_int_equal(
		sign_in(&inactive, "lena@agency.example", "correct horse"),
		ST_FORBIDDEN);
	assert_memory_equal(&wrong.request.problem, &unknown.request.problem,
	                    sizeof(struct problem));
	assert_memory_equal(&wrong.request.problem, &inactive.request.problem,
	                    sizeof(struct problem));
	assert_int_equal(wrong.response.header_count, 0);
}

static void guessing_is_slowed_down(void **state)
{
	struct visit visit = visit_new(NULL, 1000);

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(
			sign_in(&visit, "who@agency.example", "wrong horse"),
			ST_FORBIDDEN);
	assert_int_equal(sign_in(&visit, "WHO@agency.example ", "wrong horse"),
	                 ST_LIMIT);
	assert_int_equal(visit.request.refused, 429);
	assert_int_equal(visit.request.retry_after_s, 1);
	/* Others are not in the way of it. */
	assert_int_equal(
		sign_in(&visit, "lena@agency.example", "correct horse"), ST_OK);
}

static void a_network_that_guesses_is_slowed_down(void **state)
{
	struct visit visit = visit_new(NULL, 1000);
	enum status status = ST_OK;
	char address[40];

	(void)state;
	snprintf(visit.request.peer, PEER_TEXT_SIZE, "2001:db8:1:2::77");
	for (int i = 0; i < 20; i++) {
		snprintf(address, sizeof(address), "a%d@agency.example", i);
		status = sign_in(&visit, address, "");
		assert_int_equal(status, ST_FORBIDDEN);
	}
	snprintf(visit.request.peer, PEER_TEXT_SIZE, "2001:db8:1:2:ffff::1");
	assert_int_equal(sign_in(&visit, "new@agency.example", ""), ST_LIMIT);
	snprintf(visit.request.peer, PEER_TEXT_SIZE, "2001:db8:1:3::1");
	assert_int_equal(sign_in(&visit, "new@agency.example", ""),
	                 ST_FORBIDDEN);
}

static void idle_and_old_sessions_end(void **state)
{
	struct visit visit = visit_new(NULL, 1000);
	instant_ms now = 1000;

	(void)state;
	assert_int_equal(
		sign_in(&visit, "lena@agency.example", "correct horse"), ST_OK);
	visit_keep_cookie(&visit);
	assert_int_equal(come_back(visit.cookie, 1000 + SPAN_HOUR - 1), ST_OK);
	assert_int_equal(come_back(visit.cookie, 1000 + SPAN_HOUR),
	                 ST_NOT_FOUND);
	/* And it does not come back to life. */
	assert_int_equal(come_back(visit.cookie, 1001), ST_NOT_FOUND);

	visit = visit_new(NULL, 1000);
	assert_int_equal(
		sign_in(&visit, "lena@agency.example", "correct horse"), ST_OK);
	visit_keep_cookie(&visit);
	for (; now < 1000 + SPAN_DAY; now += SPAN_HOUR / 2) {
		struct visit click = visit_new(visit.cookie, now);

		assert_int_equal(
			sessions_of_request(memory.sessions, &click.request),
			ST_OK);
		sessions_gesture(memory.sessions, &click.request.session, now);
	}
	assert_int_equal(come_back(visit.cookie, now), ST_NOT_FOUND);
}

static void gestures_are_written_once_a_minute(void **state)
{
	struct visit visit = visit_new(NULL, 1000);

	(void)state;
	assert_int_equal(
		sign_in(&visit, "lena@agency.example", "correct horse"), ST_OK);
	for (instant_ms now = 1000; now < 1000 + 2 * SPAN_MINUTE; now += 100)
		sessions_gesture(memory.sessions, &visit.request.session, now);
	assert_int_equal(memory.touched, 1);
}

static void decisions_end_sessions(void **state)
{
	struct visit visit = visit_new(NULL, 1000);
	struct visit out;

	(void)state;
	assert_int_equal(
		sign_in(&visit, "lena@agency.example", "correct horse"), ST_OK);
	visit_keep_cookie(&visit);
	assert_int_equal(
		sessions_check(memory.sessions, &visit.request.session, 1500),
		ST_OK);
	memory.member.role = ROLE_PARTNER;
	assert_int_equal(
		sessions_check(memory.sessions, &visit.request.session, 1500),
		ST_NOT_FOUND);
	memory.member.active = false;
	assert_int_equal(come_back(visit.cookie, 1500), ST_NOT_FOUND);
	memory.member.active = true;
	out = visit_new(visit.cookie, 2000);
	assert_int_equal(sessions_of_request(memory.sessions, &out.request),
	                 ST_OK);
	assert_int_equal(
		sessions_sign_out(memory.sessions, &out.request, &out.response),
		ST_OK);
	assert_non_null(strstr(out.response.headers[0].value, "Max-Age=0"));
	assert_int_equal(come_back(visit.cookie, 2000), ST_NOT_FOUND);
}

static void links_work_once(void **state)
{
	struct visit visit = visit_new(NULL, 1000);
	char token[SESSION_TOKEN_SIZE];

	(void)state;
	session_token_make(port_random, NULL, token, memory.token);
	memory.token_there = true;
	assert_int_equal(
		sessions_sign_in_by_token(memory.sessions, &visit.request,
	                                  &visit.response, str_of(token)),
		ST_OK);
	visit_keep_cookie(&visit);
	assert_int_equal(
		sessions_sign_in_by_token(memory.sessions, &visit.request,
	                                  &visit.response, str_of(token)),
		ST_FORBIDDEN);
	assert_int_equal(memory.tokens_taken, 1);
}

static void odd_tokens_ask_the_store_nothing(void **state)
{
	static const char *const odd[] = {
		"",
		"%",
		"_",
		"*",
		"null",
		"0",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
	};
	uint8_t hash[SESSION_HASH_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		assert_false(session_token_hash(str_of(odd[i]), hash));
}

static void passwords_are_bounded_before_hashing(void **state)
{
	static char huge[1 << 20];
	struct problem problem = {0};

	(void)state;
	memset(huge, 'a', sizeof(huge));
	assert_int_equal(password_acceptable(STR("short"), &problem),
	                 ST_INVALID);
	assert_string_equal(problem.field, "password");
	assert_int_equal(password_acceptable((struct str){huge, 257}, &problem),
	                 ST_INVALID);
	assert_int_equal(password_acceptable((struct str){huge, 256}, &problem),
	                 ST_OK);
	assert_int_equal(password_check(sessions_gate(memory.sessions),
	                                memory.member.password,
	                                (struct str){huge, sizeof(huge)}),
	                 ST_FORBIDDEN);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static void only_one_form_is_a_token(void **state)
{
	char token[API_TOKEN_SIZE], header[128];
	uint8_t made[SESSION_HASH_BYTES], found[SESSION_HASH_BYTES];
	static const char *const wrong[] = {
		"%s",         "Bearer  %s",    "bearer %s",
		"Basic %s",   "Bearer %s ",    "Bearer %sA",
		"Bearer x%s", "Bearer hft_%s", " Bearer %s",
	};

	(void)state;
	api_token_make(port_random, NULL, token, made);
	assert_int_equal(strlen(token), API_TOKEN_SIZE - 1);
	assert_true(str_starts(str_of(token), STR("hft_")));
	snprintf(header, sizeof(header), "Bearer %s", token);
	assert_true(api_token_of_header(str_of(header), found));
	assert_memory_equal(made, found, sizeof(made));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		size_t hole = (size_t)(strchr(wrong[i], '%') - wrong[i]);

		snprintf(header, sizeof(header), "%.*s%s%s", (int)hole,
		         wrong[i], token, wrong[i] + hole + 2);
		assert_false(api_token_of_header(str_of(header), found));
	}
	assert_false(api_token_of_header(STR("Bearer hft_"), found));
	assert_false(api_token_of_header(STR(""), found));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_one_form_is_a_token),
		CASE(a_session_is_made_at_sign_in),
		CASE(ids_are_never_adopted),
		CASE(odd_cookies_are_none),
		CASE(wrong_guesses_look_alike),
		CASE(guessing_is_slowed_down),
		CASE(a_network_that_guesses_is_slowed_down),
		CASE(idle_and_old_sessions_end),
		CASE(gestures_are_written_once_a_minute),
		CASE(decisions_end_sessions),
		CASE(links_work_once),
		CASE(odd_tokens_ask_the_store_nothing),
		CASE(passwords_are_bounded_before_hashing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
