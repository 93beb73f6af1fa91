/* Host, origin, framing and command id, case by case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "web/guard.h"
#include "web/router.h"

static void base_addresses(void **state)
{
	static const struct {
		const char *url;
		size_t hosts; /* 0: refused */
		const char *first;
		bool secure;
	} cases[] = {
		/* clang-format off */
		{"http://127.0.0.1:8025",       3, "127.0.0.1:8025", false},
		{"http://localhost:8025/",      3, "127.0.0.1:8025", false},
		{"http://[::1]:8025",           3, "127.0.0.1:8025", false},
		{"https://desk.example.com",    1, "desk.example.com", true},
		{"https://desk.example.com:44", 1, "desk.example.com:44", true},
		{"desk.example.com",            0, NULL, false},
		{"ftp://desk.example.com",      0, NULL, false},
		{"https://",                    0, NULL, false},
		{"https://desk.example.com/x",  0, NULL, false},
		{"https://u@desk.example.com",  0, NULL, false},
		/* clang-format on */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct problem problem = {0};
		struct guard guard;
		enum status status = guard_init(&guard, cases[i].url, &problem);

		if (cases[i].hosts == 0) {
			assert_int_equal(status, ST_INVALID);
			assert_true(problem.text[0] != '\0');
			continue;
		}
		assert_int_equal(status, ST_OK);
		assert_int_equal(guard.count, cases[i].hosts);
		assert_string_equal(guard.hosts[0], cases[i].first);
		assert_int_equal(guard.secure, cases[i].secure);
	}
}

static struct guard local_guard(void)
{
	struct problem problem;
	struct guard guard;

	assert_int_equal(guard_init(&guard, "http://127.0.0.1:8025", &problem),
	                 ST_OK);
	return guard;
}

static void hosts(void **state)
{
	static const struct {
		const char *host;
		int refused;
	} cases[] = {
		/* clang-format off */
		{"127.0.0.1:8025", 0}, {"localhost:8025", 0},
		{"LOCALHOST:8025", 0}, {"[::1]:8025", 0},
		{NULL, 400},           {"", 400},
		{"evil.example", 421}, {"127.0.0.1", 421},
		{"127.0.0.1:80", 421}, {"127.0.0.1:8025.evil.example", 421},
		{"evil.example@127.0.0.1:8025", 421},
		/* clang-format on */
	};
	struct guard guard = local_guard();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct request request = {0};
		enum status status;

		if (cases[i].host)
			request.headers[HEADER_HOST] = str_of(cases[i].host);
		status = guard_host(&guard, &request);
		assert_int_equal(status == ST_OK, cases[i].refused == 0);
		assert_int_equal(request.refused, cases[i].refused);
	}
}

static void origins(void **state)
{
	static const struct {
		const char *origin, *site;
		unsigned flags;
		bool fine;
	} cases[] = {
		/* clang-format off */
		{NULL, NULL, 0, true},
		{"http://127.0.0.1:8025", "same-origin", 0, true},
		{"http://127.0.0.1:8025", NULL, 0, true},
		{NULL, "same-origin", 0, true},
		{"https://127.0.0.1:8025", NULL, 0, false},
		{"http://localhost:8025", NULL, 0, false}, /* not that Host */
		{"http://127.0.0.1", NULL, 0, false},
		{"http://evil.example", NULL, 0, false},
		{"null", NULL, 0, false},
		{"", NULL, 0, false},
		{NULL, "cross-site", 0, false},
		{NULL, "cross-site", ROUTE_OPENED, false},
		{NULL, "same-site", 0, false},
		{NULL, "none", 0, false},
		{NULL, "none", ROUTE_OPENED, true},
		{"http://127.0.0.1:8025", "cross-site", 0, false},
		{NULL, "", 0, false},
		/* clang-format on */
	};
	struct guard guard = local_guard();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct route route = {.flags = cases[i].flags};
		struct request request = {.route = &route};
		enum status status;

		request.headers[HEADER_HOST] = STR("127.0.0.1:8025");
		if (cases[i].origin)
			request.headers[HEADER_ORIGIN] =
				str_of(cases[i].origin);
		if (cases[i].site)
			request.headers[HEADER_FETCH_SITE] =
				str_of(cases[i].site);
		status = guard_origin(&guard, &request);
		assert_int_equal(status == ST_OK, cases[i].fine);
		assert_int_equal(request.refused, cases[i].fine ? 0 : 403);
	}
}

static void framing(void **state)
{
	static const struct {
		const char *path, *length, *encoding, *override;
		bool repeated, fine;
	} cases[] = {
		/* clang-format off */
		{"/api/x", NULL, NULL, NULL, false, true},
		{"/", "5", NULL, NULL, false, true},
		{"/api/x", NULL, "chunked", NULL, false, true},
		{"/api/x", NULL, "Chunked", NULL, false, true},
		{"/api/x", "5", "chunked", NULL, false, false},
		{"/api/x", NULL, "xchunked", NULL, false, false},
		{"/api/x", NULL, "gzip, chunked", NULL, false, false},
		{"/api/x", NULL, "identity", NULL, false, false},
		{"/api/x", NULL, NULL, "DELETE", false, false},
		{"/api/x", NULL, NULL, NULL, true, false},
		{"/api//x", NULL, NULL, NULL, false, false},
		{"/api/../x", NULL, NULL, NULL, false, false},
		{"/api/./x", NULL, NULL, NULL, false, false},
		{"/api/..", NULL, NULL, NULL, false, false},
		{"/api/%2e%2e/x", NULL, NULL, NULL, false, false},
		{"/api/%2fx", NULL, NULL, NULL, false, false},
		{"/api/%252fx", NULL, NULL, NULL, false, false},
		{"/api/x;y", NULL, NULL, NULL, false, false},
		{"/api\\x", NULL, NULL, NULL, false, false},
		{"/api/\xc0\xaf", NULL, NULL, NULL, false, false},
		{"http://127.0.0.1:8025/api/x", NULL, NULL, NULL, false, false},
		{"*", NULL, NULL, NULL, false, false},
		{"", NULL, NULL, NULL, false, false},
		/* clang-format on */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct request request = {
			.path = str_of(cases[i].path),
			.header_repeated = cases[i].repeated,
		};
		enum status status;

		if (cases[i].length)
			request.headers[HEADER_CONTENT_LENGTH] =
				str_of(cases[i].length);
		if (cases[i].encoding)
			request.headers[HEADER_TRANSFER_ENCODING] =
				str_of(cases[i].encoding);
		if (cases[i].override)
			request.headers[HEADER_METHOD_OVERRIDE] =
				str_of(cases[i].override);
		status = guard_framing(&request);
		if ((status == ST_OK) != cases[i].fine)
			print_error("%s\n", cases[i].path);
		assert_int_equal(status == ST_OK, cases[i].fine);
	}
}

static void commands(void **state)
{
	static const struct {
		enum http_method method;
		const char *type, *command;
		unsigned flags;
		int refused;
	} cases[] = {
		/* clang-format off */
		{METHOD_GET,  NULL, NULL, 0, 0},
		{METHOD_POST, "application/json", "00112233445566778899aabbccddeeff", 0, 0},
		{METHOD_POST, "Application/JSON; charset=UTF-8", "00112233445566778899aabbccddeeff", 0, 0},
		{METHOD_POST, "application/json", NULL, ROUTE_NO_COMMAND, 0},
		{METHOD_POST, "application/json", NULL, 0, 400},
		{METHOD_POST, "application/json", "", 0, 400},
		{METHOD_POST, "application/json", "00112233445566778899aabbccddeef", 0, 400},
		{METHOD_POST, "application/json", "00112233445566778899aabbccddeefff", 0, 400},
		{METHOD_POST, "application/json", "00112233445566778899AABBCCDDEEFF", 0, 400},
		{METHOD_POST, "application/json", "0011223344556677 899aabbccddeeff", 0, 400},
		{METHOD_POST, "text/plain", "00112233445566778899aabbccddeeff", 0, 415},
		{METHOD_POST, "text/plain", NULL, ROUTE_NO_COMMAND, 415},
		{METHOD_POST, "application/x-www-form-urlencoded", NULL, ROUTE_NO_COMMAND, 415},
		{METHOD_POST, "application/json; charset=utf-7", NULL, ROUTE_NO_COMMAND, 415},
		{METHOD_POST, "application/jsonx", NULL, ROUTE_NO_COMMAND, 415},
		{METHOD_DELETE, NULL, NULL, ROUTE_NO_COMMAND, 415},
		/* clang-format on */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct route route = {.flags = cases[i].flags};
		struct request request = {.method = cases[i].method,
		                          .route = &route};
		enum status status;

		if (cases[i].type)
			request.headers[HEADER_CONTENT_TYPE] =
				str_of(cases[i].type);
		if (cases[i].command)
			request.headers[HEADER_COMMAND] =
				str_of(cases[i].command);
		status = guard_command(&request);
		assert_int_equal(status == ST_OK, cases[i].refused == 0);
		assert_int_equal(request.refused, cases[i].refused);
		if (status == ST_OK && cases[i].command)
			assert_int_equal(request.command[15], 0xff);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base_addresses), cmocka_unit_test(hosts),
		cmocka_unit_test(origins),        cmocka_unit_test(framing),
		cmocka_unit_test(commands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
