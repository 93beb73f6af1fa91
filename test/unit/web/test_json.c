/* The JSON writer: escapes, broken UTF-8, numbers at their limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <jansson.h>

#include "web/json.h"

static void assert_written(const struct buf *buf, const char *expected)
{
	assert_false(buf->failed);
	assert_string_equal(buf->data, expected);
}

static void an_object_has_its_commas(void **state)
{
	struct json_out out;
	struct buf buf;

	(void)state;
	buf_init(&buf, 1000);
	out_init(&out, &buf);
	out_open(&out, '{');
	out_key_i64(&out, "id", 7);
	out_key_open(&out, "list", '[');
	out_i64(&out, INT64_MIN);
	out_i64(&out, INT64_MAX);
	out_open(&out, '{');
	out_close(&out, '}');
	out_null(&out);
	out_close(&out, ']');
	out_key_at(&out, "at", 0);
	out_key_id(&out, "by", 0);
	out_key_bool(&out, "late", true);
	out_key_str_or_null(&out, "note", STR(""));
	out_close(&out, '}');
	assert_written(&buf, "{\"id\":7,\"list\":[-9223372036854775808,"
	                     "9223372036854775807,{},null],\"at\":null,"
	                     "\"by\":null,\"late\":true,\"note\":null}");
	buf_release(&buf);
}

static void text_is_escaped(void **state)
{
	static const struct {
		struct str text;
		const char *json;
	} cases[] = {
		/* clang-format off */
		{{"", 0},                "\"\""},
		{{"a\"b\\c", 5},         "\"a\\\"b\\\\c\""},
		{{"\n\r\t\x01\x7f", 5},  "\"\\n\\r\\t\\u0001\\u007f\""},
		{{"x\0y", 3},            "\"x\\u0000y\""},
		{{"\xc3\xbc\xf0\x9f\x98\x80", 6}, "\"\xc3\xbc\xf0\x9f\x98\x80\""},
		{{"\xff" "a", 2},        "\"\xef\xbf\xbd" "a\""},
		{{"\xc3", 1},            "\"\xef\xbf\xbd\""},
		{{"\xed\xa0\x80", 3},    "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
		/* clang-format on */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json_out out;
		struct buf buf;

		buf_init(&buf, 1000);
		out_init(&out, &buf);
		out_str(&out, cases[i].text);
		assert_written(&buf, cases[i].json);
		buf_release(&buf);
	}
}

static void any_bytes_give_json_that_parses(void **state)
{
	char bytes[512];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 37 + i / 3);
	for (size_t length = 0; length <= sizeof(bytes); length++) {
		struct json_out out;
		struct buf buf;
		json_t *tree;

		buf_init(&buf, 10000);
		out_init(&out, &buf);
		out_open(&out, '[');
		out_str(&out, (struct str){bytes, length});
		out_close(&out, ']');
		tree = json_loadb(buf.data, buf.length, JSON_ALLOW_NUL, NULL);
		assert_non_null(tree);
		json_decref(tree);
		buf_release(&buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_object_has_its_commas),
		cmocka_unit_test(text_is_escaped),
		cmocka_unit_test(any_bytes_give_json_that_parses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
