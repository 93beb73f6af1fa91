/* Bodies against shapes: what is refused, and which field is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "web/shape/shape.h"

/* clang-format off */
static const char *const then_words[] = {"wait", "close", NULL};
static const struct shape_field person_fields[] = {
	{.name = "name",    .kind = FIELD_TEXT, .max = 20, .flags = FIELD_NULL},
	{.name = "address", .kind = FIELD_TEXT, .max = 20, .flags = FIELD_REQUIRED},
};
static const struct shape person = {"person", person_fields, 2, NULL};
static const struct shape_field upload_id = {.kind = FIELD_ID};
static const struct shape_field fields[] = {
	{.name = "text",    .kind = FIELD_TEXT,   .flags = FIELD_REQUIRED | FIELD_FILLED | FIELD_LINES, .max = 40},
	{.name = "subject", .kind = FIELD_TEXT,   .max = 20},
	{.name = "then",    .kind = FIELD_WORD,   .words = then_words, .flags = FIELD_NULL},
	{.name = "to",      .kind = FIELD_OBJECT, .shape = &person},
	{.name = "files",   .kind = FIELD_LIST,   .item = &upload_id, .max = 3},
	{.name = "days",    .kind = FIELD_MAP,    .item = &upload_id, .max = 2},
	{.name = "share",   .kind = FIELD_INT,    .min = -5, .max = 5},
	{.name = "at",      .kind = FIELD_AT},
	{.name = "spoke",   .kind = FIELD_BOOL},
};
static const struct shape reply = {"reply", fields, 9, NULL};

/* field NULL: accepted. */
static const struct {
	const char *body;
	const char *field;
} cases[] = {
	{"{\"text\":\"hi\"}", NULL},
	{"{\"text\":\"two\\nlines\",\"then\":null,\"to\":{\"address\":\"a@b\"},\"files\":[1,2,3],\"share\":-5}", NULL},
	{" {\"text\":\"\xc3\xbc\",\"days\":{\"x\":1},\"at\":0,\"spoke\":false} \n", NULL},
	{"", ""},
	{"[]", ""},
	{"null", ""},
	{"{\"text\":\"a\"} x", ""},
	{"\xef\xbb\xbf{\"text\":\"a\"}", ""},
	{"{}", "text"},
	{"{\"text\":null}", "text"},
	{"{\"text\":7}", "text"},
	{"{\"text\":\" \\n \"}", "text"},
	{"{\"text\":\"0123456789012345678901234567890123456789x\"}", "text"},
	{"{\"text\":\"a\\u0000b\"}", ""},
	{"{\"text\":\"a\\u0007b\"}", "text"},
	{"{\"text\":\"\\ud800\"}", ""},
	{"{\"text\":\"\xff\"}", ""},
	{"{\"text\":\"a\",\"subject\":\"b\\r\\nBcc: c\"}", "subject"},
	{"{\"text\":\"a\",\"text\":\"b\"}", "text"},
	{"{\"text\":\"a\",\"role\":\"partner\"}", "role"},
	{"{\"text\":\"a\",\"then\":\"explode\"}", "then"},
	{"{\"text\":\"a\",\"to\":{\"address\":\"a\",\"id\":1}}", "to.id"},
	{"{\"text\":\"a\",\"to\":{\"name\":\"a\"}}", "to.address"},
	{"{\"text\":\"a\",\"to\":null}", "to"},
	{"{\"text\":\"a\",\"to\":[]}", "to"},
	{"{\"text\":\"a\",\"files\":[1,0]}", "files[1]"},
	{"{\"text\":\"a\",\"files\":[1,2,3,4]}", "files"},
	{"{\"text\":\"a\",\"files\":[1.0]}", "files[0]"},
	{"{\"text\":\"a\",\"files\":[1e400]}", ""},
	{"{\"text\":\"a\",\"files\":[9223372036854775808]}", ""},
	{"{\"text\":\"a\",\"files\":[9007199254740993]}", "files[0]"},
	{"{\"text\":\"a\",\"days\":{\"x\":\"y\"}}", "days.x"},
	{"{\"text\":\"a\",\"days\":{\"x\":1,\"y\":1,\"z\":1}}", "days"},
	{"{\"text\":\"a\",\"share\":6}", "share"},
	{"{\"text\":\"a\",\"share\":-6}", "share"},
	{"{\"text\":\"a\",\"share\":\"1\"}", "share"},
	{"{\"text\":\"a\",\"at\":-1}", "at"},
	{"{\"text\":\"a\",\"spoke\":1}", "spoke"},
};
/* clang-format on */

static void each_body_is_judged(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct problem problem = {0};
		json_t *tree = NULL;
		enum status status = shape_parse(&reply, str_of(cases[i].body),
		                                 &problem, &tree);

		if (!cases[i].field) {
			if (status != ST_OK)
				print_error("%s: %s\n", cases[i].body,
				            problem.text);
			assert_int_equal(status, ST_OK);
			json_decref(tree);
			continue;
		}
		assert_int_equal(status, ST_INVALID);
		assert_null(tree);
		assert_string_equal(problem.field, cases[i].field);
		assert_true(problem.text[0] != '\0');
	}
}

static void depth_is_bounded_before_parsing(void **state)
{
	static char deep[200000];
	struct problem problem = {0};
	json_t *tree = NULL;

	(void)state;
	memset(deep, '[', sizeof(deep));
	assert_int_equal(shape_parse(&reply, (struct str){deep, sizeof(deep)},
	                             &problem, &tree),
	                 ST_INVALID);
	assert_non_null(strstr(problem.text, "deep"));
}

static void the_number_of_values_is_bounded(void **state)
{
	static char wide[200000];
	struct problem problem = {0};
	json_t *tree = NULL;

	(void)state;
	memset(wide, ',', sizeof(wide));
	wide[0] = '[';
	assert_int_equal(shape_parse(&reply, (struct str){wide, sizeof(wide)},
	                             &problem, &tree),
	                 ST_INVALID);
	assert_non_null(strstr(problem.text, "values"));
}

/* clang-format off */
static const struct shape_field filter_fields[] = {
	{.name = "q",     .kind = FIELD_TEXT, .max = 10},
	{.name = "view",  .kind = FIELD_WORD, .words = then_words},
	{.name = "after", .kind = FIELD_INT},
	{.name = "limit", .kind = FIELD_INT, .min = 1, .max = 200},
};
static const struct shape filter = {"filter", filter_fields, 4, NULL};

static const struct {
	const char *query;
	const char *field; /* NULL: accepted */
} queries[] = {
	{"", NULL},
	{"q=a%20b+c&view=wait&after=0&limit=200", NULL},
	{"q=%C3%BC", NULL},
	{"q=", NULL},
	{"x=1", "x"},
	{"q", "q"},
	{"q=1&q=2", "q"},
	{"q=%", "q"},
	{"q=%4", "q"},
	{"q=%zz", "q"},
	{"q=%00", "q"},
	{"q=%ff", "q"},
	{"q=%0a", "q"},
	{"q=01234567890", "q"},
	{"view=all", "view"},
	{"after=-1", "after"},
	{"after=1e3", "after"},
	{"after=+1", "after"},
	{"after=01", "after"},
	{"after=9223372036854775808", "after"},
	{"after=18446744073709551617", "after"},
	{"limit=0", "limit"},
	{"limit=201", "limit"},
	{"%ff=1", ""},
	{"Q=1", "Q"},
};
/* clang-format on */

static void each_query_is_judged(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		struct arena *arena = arena_new(1 << 20);
		struct problem problem = {0};
		json_t *tree = NULL;
		enum status status =
			shape_parse_query(&filter, str_of(queries[i].query),
		                          arena, &problem, &tree);

		if (queries[i].field) {
			assert_int_equal(status, ST_INVALID);
			assert_string_equal(problem.field, queries[i].field);
		} else {
			assert_int_equal(status, ST_OK);
			json_decref(tree);
		}
		arena_free(&arena);
	}
}

static void ids_are_plain_positive_integers(void **state)
{
	static const char *const refused[] = {
		"",         "0",
		"-1",       "+1",
		" 1",       "1 ",
		"01",       "1e3",
		"0x1",      "9223372036854775808",
		"1.",       "a",
		"\xd9\xa1", "99999999999999999999"};
	int64_t id = 5;

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		assert_false(shape_parse_id(str_of(refused[i]), &id));
	assert_int_equal(id, 5);
	assert_true(shape_parse_id(STR("9223372036854775807"), &id));
	assert_true(id == INT64_MAX);
}

static void readers_take_absent_for_empty(void **state)
{
	struct problem problem = {0};
	json_t *tree = NULL;

	(void)state;
	assert_int_equal(shape_parse(&reply,
	                             STR("{\"text\":\"a\",\"then\":null}"),
	                             &problem, &tree),
	                 ST_OK);
	assert_int_equal(body_str(tree, "text").length, 1);
	assert_int_equal(body_str(tree, "then").length, 0);
	assert_true(body_has(tree, "then"));
	assert_false(body_has(tree, "subject"));
	assert_int_equal(body_i64(tree, "share"), 0);
	assert_false(body_bool(tree, "spoke"));
	assert_null(body_node(tree, "files"));
	json_decref(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_body_is_judged),
		cmocka_unit_test(depth_is_bounded_before_parsing),
		cmocka_unit_test(the_number_of_values_is_bounded),
		cmocka_unit_test(each_query_is_judged),
		cmocka_unit_test(ids_are_plain_positive_integers),
		cmocka_unit_test(readers_take_absent_for_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
