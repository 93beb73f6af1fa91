/* The interface's files: found, validated, compressed, never outside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "web/page.h"

/* clang-format off */
static const struct asset assets[] = {
	{"assets/index-4f2a.js", "text/javascript; charset=utf-8", (const unsigned char *)"zipped", 6, true, "\"a1\""},
	{"favicon.svg",          "image/svg+xml",                  (const unsigned char *)"<svg/>", 6, false, "\"b2\""},
	{"index.html",           "text/html; charset=utf-8",       (const unsigned char *)"zipped", 6, true, "\"c3\""},
};

static const struct {
	const char *path, *encoding, *etag;
	enum http_method method;
	int status;        /* of the answer; 0: refused */
	const char *found; /* its ETag */
} cases[] = {
	{"/",                     "gzip, br",          NULL,          METHOD_GET,  200, "\"c3\""},
	{"/index.html",           "gzip",              NULL,          METHOD_GET,  200, "\"c3\""},
	{"/tickets/12",           "gzip",              NULL,          METHOD_GET,  200, "\"c3\""},
	{"/sign-in",              "*",                 NULL,          METHOD_GET,  200, "\"c3\""},
	{"/assets/index-4f2a.js", "deflate, gzip;q=1", NULL,          METHOD_GET,  200, "\"a1\""},
	{"/assets/index-4f2a.js", "gzip",              "\"a1\"",      METHOD_GET,  304, "\"a1\""},
	{"/assets/index-4f2a.js", "gzip",              "W/\"x\", \"a1\"", METHOD_GET, 304, "\"a1\""},
	{"/assets/index-4f2a.js", "gzip",              "\"old\"",     METHOD_GET,  200, "\"a1\""},
	{"/assets/index-4f2a.js", "br, gzip;q=0",      NULL,          METHOD_GET,  0,   NULL},
	{"/assets/index-4f2a.js", NULL,                NULL,          METHOD_GET,  0,   NULL},
	{"/favicon.svg",          NULL,                NULL,          METHOD_GET,  200, "\"b2\""},
	{"/assets/gone-1111.js",  "gzip",              NULL,          METHOD_GET,  0,   NULL},
	{"/robots.txt",           "gzip",              NULL,          METHOD_GET,  0,   NULL},
	{"/",                     "gzip",              NULL,          METHOD_POST, 0,   NULL},
};
/* clang-format on */

static const char *header(const struct response *response, const char *name)
{
	for (size_t i = 0; i < response->header_count; i++)
		if (strcmp(response->headers[i].name, name) == 0)
			return response->headers[i].value;
	return NULL;
}

static void each_path_is_a_file_or_the_first_page(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct request request = {.method = cases[i].method,
		                          .path = str_of(cases[i].path)};
		struct response response;
		enum status status;

		response_init(&response);
		if (cases[i].encoding)
			request.headers[HEADER_ACCEPT_ENCODING] =
				str_of(cases[i].encoding);
		if (cases[i].etag)
			request.headers[HEADER_IF_NONE_MATCH] =
				str_of(cases[i].etag);
		status = page_answer(assets, 3, &request, &response);
		if (cases[i].status == 0) {
			assert_int_not_equal(status, ST_OK);
		} else {
			assert_int_equal(status, ST_OK);
			assert_int_equal(response.status, cases[i].status);
			assert_string_equal(header(&response, "ETag"),
			                    cases[i].found);
		}
		response_release(&response);
	}
}

static void names_with_a_hash_are_kept_for_ever(void **state)
{
	struct request request = {.path = STR("/assets/index-4f2a.js")};
	struct response response;

	(void)state;
	request.headers[HEADER_ACCEPT_ENCODING] = STR("gzip");
	response_init(&response);
	assert_int_equal(page_answer(assets, 3, &request, &response), ST_OK);
	assert_non_null(strstr(response.cache, "immutable"));
	assert_string_equal(header(&response, "Content-Encoding"), "gzip");
	assert_string_equal(response.type, "text/javascript; charset=utf-8");
	response_release(&response);

	request.path = STR("/");
	response_init(&response);
	assert_int_equal(page_answer(assets, 3, &request, &response), ST_OK);
	assert_string_equal(response.cache, "no-cache");
	response_release(&response);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_path_is_a_file_or_the_first_page),
		cmocka_unit_test(names_with_a_hash_are_kept_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
