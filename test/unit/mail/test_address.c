/*
 * Addresses: lists as people and programs write them, the one normal form, and
 * printing that cannot be abused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "mail/address.h"
#include "mail/message.h"
#include <cmocka.h>

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
	arena = arena_new((size_t)64 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* The list as "name <address>|name <address>". */
static struct str listed(const char *value)
{
	struct mail_addresses list;
	struct str all = {"", 0};

	address_list_parse(arena, str_of(value), &list);
	for (size_t i = 0; i < list.count; i++)
		all = str_printf(arena, "%.*s%s%.*s <%.*s>", STR_ARG(all),
		                 i > 0 ? "|" : "", STR_ARG(list.items[i].name),
		                 STR_ARG(list.items[i].address));
	return all;
}

static void test_lists(void **state)
{
	(void)state;
	assert_text(listed("a@b.example"), " <a@b.example>");
	assert_text(listed("Jane Doe <Jane@B.Example>"),
	            "Jane Doe <Jane@b.example>");
	assert_text(listed("\"Doe, Jane\" <a@b.c>, x@y.z"),
	            "Doe, Jane <a@b.c>| <x@y.z>");
	assert_text(listed("Doe, Jane <a@b.c>"), "Doe, Jane <a@b.c>");
	assert_text(listed("Team: a@b.c, \"B\" <b@b.c>;, d@b.c"),
	            " <a@b.c>|B <b@b.c>| <d@b.c>");
	assert_text(listed("undisclosed-recipients:;"), "");
	assert_text(listed("a@b.c (Jane Doe)"), "Jane Doe <a@b.c>");
	assert_text(listed("<@x.y,@z.y:a@b.c>"), " <a@b.c>");
	assert_text(listed("a @ b . c"), " <a@b.c>");
	assert_text(listed("\"john doe\"@b.c"), " <\"john doe\"@b.c>");
	assert_text(listed("=?utf-8?Q?J=C3=B6rg=2C_x=40evil=2Ee?= <a@b.c>"),
	            "Jörg, x@evil.e <a@b.c>");
	assert_text(listed("'Jane' <a@b.c>"), "Jane <a@b.c>");
	assert_text(listed("\"a@b.c\" <a@b.c>"), " <a@b.c>");
	assert_text(listed("<a@b.c> <d@e.f>"), " <a@b.c>| <d@e.f>");
	assert_text(listed(",,, a@b.c ,;"), " <a@b.c>");
	assert_text(listed("<>"), "");
}

static void test_encoded_address_is_no_address(void **state)
{
	struct mail_addresses list;

	(void)state;
	assert_false(address_list_parse(
		arena, STR("=?utf-8?Q?Jane_=3Cceo=40b=2Ec=3E?="), &list));
	for (size_t i = 0; i < list.count; i++)
		assert_int_equal(list.items[i].address.length, 0);
}

static void test_limits(void **state)
{
	struct mail_addresses list;
	struct buf many;

	(void)state;
	buf_init(&many, (size_t)1 << 20);
	for (int i = 0; i < 3000; i++)
		buf_printf(&many, "a%d@b.c, ", i);
	assert_false(address_list_parse(arena, buf_view(&many), &list));
	assert_int_equal(list.count, LIMIT_ADDRESSES);
	buf_clear(&many);
	for (int i = 0; i < 1000; i++)
		buf_char(&many, 'a');
	buf_text(&many, "@b.c");
	address_list_parse(arena, buf_view(&many), &list);
	for (size_t i = 0; i < list.count; i++)
		assert_int_equal(list.items[i].address.length, 0);
	buf_release(&many);
}

static void test_normal_form(void **state)
{
	(void)state;
	assert_text(address_normalise(arena, STR("  Jane+x@Shop.EXAMPLE. ")),
	            "Jane+x@shop.example");
	assert_text(address_normalise(arena, STR("xn--a@XN--B.example")),
	            "xn--a@xn--b.example");
	assert_true(address_valid(STR("a@b.c")));
	assert_true(address_valid(STR("a@[192.0.2.1]")));
	assert_true(address_valid(STR("\"a b\"@c.d")));
	assert_false(address_valid(STR("a b@c.d")));
	assert_false(address_valid(STR("a@b..c")));
	assert_false(address_valid(STR("a@b\r\nBcc: x@y")));
	assert_false(address_valid(STR("a@.b")));
	assert_false(address_valid(STR("@b")));
	assert_false(address_valid(STR("a@")));
	assert_false(address_valid(STR("a,b@c.d")));
	assert_false(address_valid((struct str){"a@b\0c", 5}));
}

static void test_companies(void **state)
{
	(void)state;
	assert_text(address_company(STR("mail.shop.co.uk")), "shop.co.uk");
	assert_text(address_company(STR("Fjordwear.SE")), "Fjordwear.SE");
	assert_text(address_company(STR("gmail.com")), "");
	assert_text(address_registrable(STR("gmail.com")), "gmail.com");
	assert_text(address_company(STR("co.uk")), "");
	assert_text(address_company(STR("[192.0.2.1]")), "");
	assert_text(address_company(STR("localhost")), "");
	assert_true(address_is_public_mail(STR("GMX.de")));
	assert_true(address_is_public_mail(STR("mx.yahoo.co.jp")));
	assert_false(address_is_public_mail(STR("notgmail.com")));
}

static void test_machines(void **state)
{
	(void)state;
	assert_true(address_is_machine(STR("MAILER-DAEMON@x.example")));
	assert_true(address_is_machine(STR("no-reply@x.example")));
	assert_true(address_is_machine(STR("noreply+7@x.example")));
	assert_true(address_is_machine(STR("mailer-daemon")));
	assert_false(address_is_machine(STR("norbert@x.example")));
	assert_false(address_is_machine(STR("info@x.example")));
	assert_false(address_is_machine(STR("roota@x.example")));
}

static struct str printed(const char *name, const char *address)
{
	struct mail_address item = {str_of(name), str_of(address)};
	struct buf out;
	struct str text;

	buf_init(&out, 4096);
	address_print(&out, &item);
	text = str_copy(arena, buf_view(&out));
	buf_release(&out);
	return text;
}

static void test_printing(void **state)
{
	(void)state;
	assert_text(printed("", "a@b.c"), "a@b.c");
	assert_text(printed("Jane Doe", "a@b.c"), "\"Jane Doe\" <a@b.c>");
	assert_text(printed("x\" <evil@x.y>, <evil2@x.y>", "a@b.c"),
	            "\"x\\\" <evil@x.y>, <evil2@x.y>\" <a@b.c>");
	assert_text(printed("a\r\nBcc: x@y.z", "a@b.c"),
	            "=?UTF-8?B?YSAgQmNjOiB4QHkueg==?=\r\n <a@b.c>");
	assert_text(printed("Zoë", "a@b.c"),
	            "=?UTF-8?B?Wm/Dqw==?=\r\n <a@b.c>");
	assert_text(printed("Jane", "a@b\r\nc"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_encoded_address_is_no_address),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_normal_form),
		cmocka_unit_test(test_companies),
		cmocka_unit_test(test_machines),
		cmocka_unit_test(test_printing),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
