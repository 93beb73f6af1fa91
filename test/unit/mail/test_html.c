/*
 * What is left of a stranger's HTML, that it settles, and what it says as text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "base/limits.h"
#include "mail/html.h"
#include "mail/message.h"

static void assert_text(struct str got, const char *wanted)
{
	if (!str_equal(got, str_of(wanted)))
		fail_msg("wanted \"%s\", got \"%.*s\"", wanted, STR_ARG(got));
}

static struct arena *arena;

static int setup(void **state)
{
	(void)state;
	mail_warm();
	arena = arena_new((size_t)256 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static struct str clean(const char *html)
{
	struct mail_clean first, second;
	struct str once, twice;

	mail_clean_html(arena, str_of(html), &first, &once);
	mail_clean_html(arena, once, &second, &twice);
	assert_true(str_equal(once, twice));
	assert_true(mail_html_is_clean(arena, once));
	assert_int_equal(first.remote_images, second.remote_images);
	assert_int_equal(first.cid_images, second.cid_images);
	return once;
}

static void test_kept(void **state)
{
	(void)state;
	assert_text(clean("<p>Hi <b>you</b> &amp; me</p>"),
	            "<p>Hi <b>you</b> &amp; me</p>");
	assert_text(clean("<a href='https://x.example/?a=1&amp;b=2'>x</a>"),
	            "<a href=\"https://x.example/?a=1&amp;b=2\" "
	            "target=\"_blank\" rel=\"noopener noreferrer\">x</a>");
	assert_text(clean("<a href=mailto:a@b.c>m</a>"),
	            "<a href=\"mailto:a@b.c\" target=\"_blank\" "
	            "rel=\"noopener noreferrer\">m</a>");
	assert_text(clean("<table width=100% bgcolor=#fff><tr><td nowrap>x"),
	            "<table width=\"100%\" bgcolor=\"#fff\"><tbody><tr>"
	            "<td nowrap=\"\">x</td></tr></tbody></table>");
	assert_text(clean("<pre>\n\nx</pre>"), "<pre>\n\nx</pre>");
	assert_text(clean("<form><label>Name</label></form>"), "Name");
}

static void test_dropped(void **state)
{
	(void)state;
	assert_text(clean("a<script>x()</script>b"), "ab");
	assert_text(clean("<p onclick=x() id=a class=b name=c>t</p>"),
	            "<p>t</p>");
	assert_text(clean("<style>p{}</style><title>t</title>x"), "x");
	assert_text(clean("<a href='java\tscript:x()'>y</a>"), "<a>y</a>");
	assert_text(clean("<a href='//evil.example'>y</a>"), "<a>y</a>");
	assert_text(clean("<a href=' &#1;JaVaScRiPt:x'>y</a>"), "<a>y</a>");
	assert_text(clean("<a href='data:text/html,x'>y</a>"), "<a>y</a>");
	assert_text(clean("<svg><script>x</script><p>z</svg>"), "<p>z</p>");
	assert_text(clean("<math><mi><img src=x onerror=y></math>"), "");
	assert_text(clean("<iframe src=x></iframe><base href=x>"
	                  "<meta http-equiv=refresh content=x>"),
	            "");
	assert_text(clean("<input value=x><button>b</button>"
	                  "<textarea><b>t</textarea>"),
	            "b");
	assert_text(clean("<!--[if mso]><b>x</b><![endif]-->y"), "y");
	/* Both readings of noscript are harmless once it is gone. */
	assert_text(clean("<noscript><p title=\"</noscript><img src=x>\">"),
	            "<p title=\"&lt;/noscript&gt;&lt;img src=x&gt;\"></p>");
}

static void test_images(void **state)
{
	struct mail_clean found;
	struct str out;

	(void)state;
	assert_text(clean("<img src=https://t.example/p.gif width=1>"),
	            "<img data-remote-src=\"https://t.example/p.gif\" "
	            "width=\"1\">");
	assert_text(clean("<img src=cid:a@b alt=\"x&quot;y\">"),
	            "<img data-cid=\"a@b\" alt=\"x&quot;y\">");
	assert_text(clean("<img srcset=x src=p.gif>"), "<img>");
	assert_text(clean("<img data-remote-src=javascript:x>"), "<img>");
	mail_clean_html(arena, STR("<img src=cid:a><img src=http://x/y>"),
	                &found, &out);
	assert_int_equal(found.cid_images, 1);
	assert_int_equal(found.remote_images, 1);
	assert_true(
		mail_html_mentions_cid(STR("<img src='CID:a@b'>"), STR("a@b")));
	assert_false(mail_html_mentions_cid(STR("a@b"), STR("a@b")));
}

static void test_styles(void **state)
{
	(void)state;
	assert_text(clean("<p style='COLOR:Red; font-family: \"Arial\",x'>t"),
	            "<p style=\"color: Red; font-family: "
	            "&quot;Arial&quot;,x\">t</p>");
	assert_text(clean("<p style='background:url(http://x)'>t"), "<p>t</p>");
	assert_text(clean("<p style='color:red;position:fixed;top:0'>t"),
	            "<p style=\"color: red\">t</p>");
	assert_text(clean("<p style='width:expression(x)'>t"), "<p>t</p>");
	assert_text(clean("<p style='color:\\72 ed'>t"), "<p>t</p>");
	assert_text(clean("<p style='color:rgb(1,2,3)'>t"),
	            "<p style=\"color: rgb(1,2,3)\">t</p>");
	assert_text(clean("<p style='width:calc(1px)'>t"), "<p>t</p>");
	assert_text(clean("<p style='color:red/**/;x'>t"), "<p>t</p>");
}

static void hostile(const char *before, const char *repeat, size_t count)
{
	struct mail_clean found;
	struct buf html;
	struct str out, again;

	buf_init(&html, LIMIT_HTML_BYTES * 2u);
	buf_text(&html, before);
	for (size_t i = 0; i < count; i++)
		buf_text(&html, repeat);
	mail_clean_html(arena, buf_view(&html), &found, &out);
	assert_true(found.was_hostile);
	assert_true(mail_html_is_clean(arena, out));
	mail_clean_html(arena, out, NULL, &again);
	assert_true(str_equal(out, again));
	buf_release(&html);
}

static void test_exhaustion(void **state)
{
	(void)state;
	hostile("", "<div>", 600);
	hostile("", "<div></p>", 600);
	hostile("<p ", "a=1 ", 500);
	hostile("<!-- <p a=\"--> <p ", "a ", 500);
	hostile("", "<p>", 100001);
	hostile("", "0123456789abcdef", (LIMIT_HTML_BYTES >> 4) + 1);
}

static void test_strict_reader(void **state)
{
	static const char *const refused[] = {
		"<script>x</script>",
		"<p onclick=\"x\">",
		"<p id=\"x\">",
		"<P>x</P>",
		"<a href=\"javascript:x\">y</a>",
		"<a href=\"&#106;avascript:x\">y</a>",
		"<img src=\"https://x.example/\">",
		"<p style=\"position: fixed\">",
		"<p title=\"a\"onclick=\"x\">",
		"<p title='a'>",
		"<p title=\"<\">",
		"<p",
		"<",
		"<!-- x -->",
		"<svg>",
		"<p/onclick=x>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		if (mail_html_is_clean(arena, str_of(refused[i])))
			fail_msg("accepted: %s", refused[i]);
	}
	assert_true(mail_html_is_clean(arena, STR("a > b &amp; <p>c</p>")));
}

static void check_text(const char *html, const char *wanted)
{
	assert_text(mail_html_text(arena, str_of(html)), wanted);
}

static void test_text(void **state)
{
	(void)state;
	check_text("<p>One\n two</p><p>three<br>four",
	           "One two\n\nthree\nfour\n");
	check_text("<ul><li>a<li>b</ul>", "- a\n- b\n");
	check_text("<a href='https://x.example/a'>see</a>",
	           "see <https://x.example/a>\n");
	check_text("<a href='https://x.example/'>x.example</a>", "x.example\n");
	check_text("<a href='javascript:x'>see</a>", "see\n");
	check_text("a<blockquote>b<p>c<blockquote>d</blockquote></blockquote>e",
	           "a\n\n> b\n>\n> c\n>\n>> d\n\ne\n");
	check_text("<style>x</style><script>y</script>z", "z\n");
	check_text("<pre>a\n  b</pre>", "a\n  b\n");
	check_text("a&nbsp;b&lt;c", "a b<c\n");
	check_text("<td>a<td>b", "ab\n");
	check_text("<table><tr><td>a<td>b<tr><td>c</table>", "a b\nc\n");
	check_text("<img alt='Logo' src=x>", "[Logo]\n");
	check_text("", "");
}

static void check_html(const char *text, const char *wanted)
{
	struct buf out;

	buf_init(&out, 4096);
	mail_text_html(&out, str_of(text));
	assert_text(buf_view(&out), wanted);
	buf_release(&out);
}

static void test_text_to_html(void **state)
{
	(void)state;
	check_html("a <b> & \"c\"\nd\n\ne",
	           "<p>a &lt;b&gt; &amp; &quot;c&quot;<br>\nd</p>\n<p>e</p>\n");
	check_html("see https://x.example/?a=1&b=2.",
	           "<p>see <a href=\"https://x.example/?a=1&amp;b=2\">"
	           "https://x.example/?a=1&amp;b=2</a>.</p>\n");
	check_html("http:// https:// httpx", "<p>http:// https:// httpx</p>\n");
	check_html("", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_dropped),
		cmocka_unit_test(test_images),
		cmocka_unit_test(test_styles),
		cmocka_unit_test(test_exhaustion),
		cmocka_unit_test(test_strict_reader),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_text_to_html),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
