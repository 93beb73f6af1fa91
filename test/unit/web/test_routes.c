/*
 * The rows as a whole: sorted, complete, and the matrix of rights as it was
 * reviewed. HOLDFAST_ACCEPT=1 writes the golden file anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "web/router.h"
#include "web/shape/shape.h"

#define GOLDEN "test/case/api/rights.txt"

static void rows_are_sorted(void **state)
{
	(void)state;
	for (size_t i = 1; i < routes_count; i++) {
		int order = strcmp(routes[i - 1].path, routes[i].path);

		if (order > 0 ||
		    (order == 0 && routes[i - 1].method >= routes[i].method))
			fail_msg("%s is out of order", routes[i].path);
	}
}

static void rows_are_complete(void **state)
{
	(void)state;
	for (size_t i = 0; i < routes_count; i++) {
		const struct route *route = &routes[i];
		bool get = route->method == METHOD_GET;

		assert_true(str_starts(str_of(route->path), STR("/api/")) ||
		            strcmp(route->path, "/oauth/callback") == 0);
		assert_int_equal(route_check_path(STR("/api/x")), ST_OK);
		assert_non_null(route->handler);
		assert_true(strlen(route->summary) > 5);
		/* Only sign-in and sign-out change nothing in the log. */
		assert_true(!get || !(route->flags & ROUTE_NO_COMMAND));
		assert_true(!get || !route->body);
		if (route->right == RIGHT_PUBLIC)
			assert_true(strstr(route->path, "/session") ||
			            strstr(route->path, "/setup") ||
			            strstr(route->path, "/callback"));
		/* A state change has a right of its own, or is one's own. */
		if (!get && route->right != RIGHT_PUBLIC &&
		    !(route->flags & ROUTE_PERSON))
			assert_non_null(
				strstr(right_name(route->right), "_write"));
	}
}

static void print_matrix(struct buf *out)
{
	buf_text(out, "# Who may do what, from the route rows. Changed on "
	              "purpose only:\n"
	              "# HOLDFAST_ACCEPT=1 make unit T=web/test_routes\n");
	buf_printf(out, "# %-47s %-17s %-7s %-7s %s\n", "route", "right",
	           "nobody", "partner", "agent");
	for (size_t i = 0; i < routes_count; i++) {
		const struct route *route = &routes[i];

		buf_printf(out, "%-6s %-42s %-17s", method_name(route->method),
		           route->path, right_name(route->right));
		for (int role = 0; role < ROLE_COUNT; role++)
			buf_printf(out, " %-7s",
			           role_has((enum role)role, route->right)
			                   ? "yes"
			                   : "-");
		while (out->data[out->length - 1] == ' ')
			out->data[--out->length] = '\0';
		buf_char(out, '\n');
	}
}

static void the_matrix_is_the_one_reviewed(void **state)
{
	struct buf now, golden;
	char piece[4096];
	size_t length;
	FILE *file;

	(void)state;
	buf_init(&now, 1 << 20);
	buf_init(&golden, 1 << 20);
	print_matrix(&now);
	if (getenv("HOLDFAST_ACCEPT")) {
		file = fopen(GOLDEN, "w");
		assert_non_null(file);
		fwrite(now.data, 1, now.length, file);
		fclose(file);
	}
	file = fopen(GOLDEN, "r");
	assert_non_null(file);
	while ((length = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_add(&golden, piece, length);
	fclose(file);
	assert_string_equal(now.data, golden.data);
	buf_release(&now);
	buf_release(&golden);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_sorted),
		cmocka_unit_test(rows_are_complete),
		cmocka_unit_test(the_matrix_is_the_one_reviewed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
