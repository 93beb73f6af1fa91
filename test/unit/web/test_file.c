/* Strangers' names and documents: dispositions, frames, picture types. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "web/file.h"

static void names_become_harmless(void **state)
{
	/* clang-format off */
	static const struct {
		struct str name;
		const char *shown;
	} cases[] = {
		{{"plan.pdf", 8},                "plan.pdf"},
		{{"", 0},                        "file"},
		{{"...", 3},                     "file"},
		{{"../../etc/passwd", 16},       "_.._etc_passwd"},
		{{"a\r\nSet-Cookie: x", 16},     "a__Set-Cookie_%20x"},
		{{"a\"b", 3},                    "a_b"},
		{{"\xe2\x80\xae" "gpj.exe", 10}, "gpj.exe"},
		{{"\xe2\x80\x8b.htaccess", 12},  "htaccess"},
		{{"\xef\xbb\xbf.x", 5},          "x"},
		{{"b\xc3\xbcro", 5},             "b%C3%BCro"},
		{{"\xff\xfe", 2},                "%EF%BF%BD%EF%BF%BD"},
		{{"a\0b", 3},                    "a_b"},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena *arena = arena_new(1 << 20);
		struct str value =
			file_disposition(arena, false, cases[i].name);
		const char *shown = strstr(value.text, "UTF-8''");

		assert_non_null(shown);
		assert_string_equal(shown + strlen("UTF-8''"), cases[i].shown);
		assert_true(str_starts(value, STR("attachment; filename=\"")));
		for (size_t j = 0; j < value.length; j++)
			assert_in_range(value.text[j], 0x20, 0x7e);
		arena_free(&arena);
	}
}

static void pictures_are_known_by_their_first_bytes(void **state)
{
	(void)state;
	assert_string_equal(file_picture_type(STR("\x89PNG\r\n\x1a\n...")),
	                    "image/png");
	assert_string_equal(file_picture_type(STR("\xff\xd8\xff\xe0")),
	                    "image/jpeg");
	assert_string_equal(file_picture_type(STR("GIF89a.")), "image/gif");
	assert_string_equal(file_picture_type(STR("RIFF....WEBPVP8 ")),
	                    "image/webp");
	assert_null(file_picture_type(STR("")));
	assert_null(file_picture_type(STR("<svg xmlns=")));
	assert_null(file_picture_type(STR("RIFF....WAVEfmt ")));
	assert_null(file_picture_type(STR("\x89PNG")));
	assert_null(file_picture_type(STR("<!doctype html>")));
}

static void assert_frame(struct str html, bool images, const char *expected)
{
	struct str lines =
		STR("logo.png\timage/png\tlogo\t70\t0\t0\t0\t1\t0\n");
	struct arena *arena = arena_new(16 << 20);
	struct buf out;
	const char *body;

	buf_init(&out, 1 << 20);
	file_frame(arena, 9, html, lines, images, &out);
	body = strstr(out.data, "<body>");
	assert_non_null(body);
	body += strlen("<body>");
	assert_int_equal(strlen(body) - strlen("</body></html>"),
	                 strlen(expected));
	assert_memory_equal(body, expected, strlen(expected));
	buf_release(&out);
	arena_free(&arena);
}

static void frames_get_the_pictures_that_were_asked_for(void **state)
{
	struct str html =
		STR("<img data-remote-src=\"https://a.example/x?a&amp;b\">"
	            "<img data-cid=\"logo\"><img data-cid=\"gone\">");

	(void)state;
	assert_frame(html, false,
	             "<img data-remote-src=\"https://a.example/x?a&amp;b\">"
	             "<img src=\"/api/messages/9/attachments/1\">"
	             "<img data-cid=\"gone\">");
	assert_frame(html, true,
	             "<img src=\"https://a.example/x?a&amp;b\">"
	             "<img src=\"/api/messages/9/attachments/1\">"
	             "<img data-cid=\"gone\">");
	assert_frame(STR(""), true, "");
	assert_frame(STR(" data-"), true, " data-");
	assert_frame(STR("x data-cid=\"logo"), true, "x data-cid=\"logo");
	assert_frame(STR("x data-data-cid=\"logo\""), true,
	             "x data-data-cid=\"logo\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_become_harmless),
		cmocka_unit_test(pictures_are_known_by_their_first_bytes),
		cmocka_unit_test(frames_get_the_pictures_that_were_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
