/* Paths and rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "web/router.h"

/* clang-format off */
static const struct route rows[] = {
	{METHOD_GET,  "/api/tickets",                          RIGHT_TICKET_READ,  0, NULL, NULL, NULL, NULL, "a"},
	{METHOD_POST, "/api/tickets",                          RIGHT_TICKET_WRITE, 0, NULL, NULL, NULL, NULL, "b"},
	{METHOD_GET,  "/api/tickets/{id}",                     RIGHT_TICKET_READ,  0, NULL, NULL, NULL, NULL, "c"},
	{METHOD_GET,  "/api/messages/{id}/attachments/{n}",    RIGHT_TICKET_READ,  0, NULL, NULL, NULL, NULL, "d"},
};

static const struct {
	enum http_method method;
	const char *path;
	const char *found; /* summary; NULL: not found; "": wrong method */
	int64_t ids[2];
} cases[] = {
	{METHOD_GET,    "/api/tickets", "a", {0, 0}},
	{METHOD_POST,   "/api/tickets", "b", {0, 0}},
	{METHOD_GET,    "/api/tickets/12", "c", {12, 0}},
	{METHOD_GET,    "/api/messages/7/attachments/3", "d", {7, 3}},
	{METHOD_GET,    "/api/messages/9223372036854775807/attachments/3", "d", {INT64_MAX, 3}},
	{METHOD_GET,    "/api/messages/9223372036854775808/attachments/3", NULL, {0, 0}},
	{METHOD_DELETE, "/api/tickets", "", {0, 0}},
	{METHOD_POST,   "/api/tickets/12", "", {0, 0}},
	{METHOD_GET,    "/api/tickets/", NULL, {0, 0}},
	{METHOD_GET,    "/api/tickets/12/", NULL, {0, 0}},
	{METHOD_GET,    "/api/tickets/0", NULL, {0, 0}},
	{METHOD_GET,    "/api/tickets/-1", NULL, {0, 0}},
	{METHOD_GET,    "/api/tickets/1e3", NULL, {0, 0}},
	{METHOD_GET,    "/api/tickets/12x", NULL, {0, 0}},
	{METHOD_GET,    "/api/tickets/{id}", NULL, {0, 0}},
	{METHOD_GET,    "/api/Tickets", NULL, {0, 0}},
	{METHOD_GET,    "/api/tickets.", NULL, {0, 0}},
	{METHOD_GET,    "/api", NULL, {0, 0}},
	{METHOD_GET,    "/", NULL, {0, 0}},
	{METHOD_GET,    "/api/messages/7/attachments", NULL, {0, 0}},
};
/* clang-format on */

static void each_path_has_one_meaning(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct route *route = NULL;
		int64_t ids[2] = {0, 0};
		char allow[64] = "";
		enum status status =
			route_find(rows, 4, cases[i].method,
		                   str_of(cases[i].path), &route, ids, allow);

		if (!cases[i].found) {
			assert_int_equal(status, ST_NOT_FOUND);
			assert_null(route);
		} else if (cases[i].found[0] == '\0') {
			assert_int_equal(status, ST_FORBIDDEN);
			assert_true(allow[0] != '\0');
		} else {
			assert_int_equal(status, ST_OK);
			assert_string_equal(route->summary, cases[i].found);
			assert_true(ids[0] == cases[i].ids[0]);
			assert_true(ids[1] == cases[i].ids[1]);
		}
	}
}

static void allowed_methods_are_told(void **state)
{
	const struct route *route = NULL;
	int64_t ids[2];
	char allow[64] = "";

	(void)state;
	assert_int_equal(route_find(rows, 4, METHOD_PUT, STR("/api/tickets"),
	                            &route, ids, allow),
	                 ST_FORBIDDEN);
	assert_string_equal(allow, "GET, HEAD, POST");
}

static void methods_by_name(void **state)
{
	enum http_method method = METHOD_PUT;

	(void)state;
	assert_true(method_parse(STR("HEAD"), &method));
	assert_int_equal(method, METHOD_GET);
	assert_true(method_parse(STR("PATCH"), &method));
	assert_int_equal(method, METHOD_PATCH);
	assert_false(method_parse(STR("get"), &method));
	assert_false(method_parse(STR("OPTIONS"), &method));
	assert_false(method_parse(STR("TRACE"), &method));
	assert_false(method_parse(STR(""), &method));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_path_has_one_meaning),
		cmocka_unit_test(allowed_methods_are_told),
		cmocka_unit_test(methods_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
