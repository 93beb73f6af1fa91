#include "channel/lmtp_path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"

/* An expected text that starts with a digit is the refusal's code. */
static const struct {
	bool sender;
	const char *text, *expected;
} paths[] = {
	{true, "<>", ""},
	{true, " <a@b.example> ", "a@b.example"},
	{true, "<root>", "root"},
	{false, "<>", "501"},
	{false, "<postmaster>", "postmaster"},
	{false, "<a+b=c@d.example>", "a+b=c@d.example"},
	{false, "<\"a b\"@c.example>", "\"a b\"@c.example"},
	{false, "<\"a\\\"b>\"@c.example>", "\"a\\\"b>\"@c.example"},
	{false, "<\"\"@x>", "\"\"@x"},
	{false, "<@a,@b:c@d>", "c@d"},
	{false, "<@a:>", "501"},
	{false, "<@a>", "501"},
	{false, "<a@[192.0.2.1]>", "a@[192.0.2.1]"},
	{false, "<a@[IPv6:2001:db8::1]>", "a@[IPv6:2001:db8::1]"},
	{false, "<a@>", "501"},
	{false, "<@b.example>", "501"},
	{false, "<a@b@c>", "501"},
	{false, "<a b@c>", "501"},
	{false, "<a@b c>", "501"},
	{false, "<a@b", "501"},
	{false, "<", "501"},
	{false, "", "501"},
	{false, "a@b.example", "501"},
	{false, "<\"a@b.example>", "501"},
	{false, "<\"a\\", "501"},
	{false, "<<a@b>>", "501"},
	{false, "<a@b>x", "501"},
	{false, "<a@b.example> NOTIFY=NEVER", "555"},
	{false, "<\xff@b.example>", "501"},
	{false, "<\xc3\xb6@b.example>", "\xc3\xb6@b.example"},
	{true, "<\xc3\xb6@b.example>", "553"},
	{true, "<\xc3\xb6@b.example> SMTPUTF8", "\xc3\xb6@b.example"},
	{true, "<a@b>  SIZE=5  BODY=7bit ", "a@b"},
	{true, "<a@b> SIZE=", "501"},
	{true, "<a@b> SIZE=-1", "501"},
	{true, "<a@b> SIZE=1x", "501"},
	{true, "<a@b> SIZE=1 SIZE=2", "501"},
	{true, "<a@b> SIZE=99999999999999999999", "552"},
	{true, "<a@b> SIZE=999999999999999999999", "501"},
	{true, "<a@b> SIZE", "555"},
	{true, "<a@b> SMTPUTF8=1", "555"},
	{true, "<a@b> SMTPUTF8 SMTPUTF8", "501"},
	{true, "<a@b> BODY=BINARYMIME", "501"},
	{true, "<a@b> BODY=7BIT BODY=7BIT", "501"},
	{true, "<a@b> RET=FULL", "555"},
	{true, "<a@b> AUTH=<>", "555"},
};

static void test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		struct lmtp_path path;
		const char *refusal = lmtp_path_read(str_of(paths[i].text),
		                                     paths[i].sender, &path);
		const char *expected = paths[i].expected;

		if (*expected >= '0' && *expected <= '9') {
			if (!refusal || strncmp(refusal, expected, 3) != 0)
				fail_msg("%s: %s", paths[i].text,
				         refusal ? refusal : "accepted");
		} else if (refusal ||
		           !str_equal(path.address, str_of(expected))) {
			fail_msg("%s: %s", paths[i].text,
			         refusal ? refusal : "wrong address");
		}
	}
}

static void test_values(void **state)
{
	struct lmtp_path path;

	(void)state;
	assert_null(lmtp_path_read(STR("<a@b> size=77 body=8bitmime"), true,
	                           &path));
	assert_true(path.size == 77 && path.eight_bit && !path.utf8);
}

static void test_long_address(void **state)
{
	char text[LIMIT_ADDRESS_BYTES + 64];
	struct lmtp_path path;

	(void)state;
	for (size_t length = LIMIT_ADDRESS_BYTES;
	     length <= LIMIT_ADDRESS_BYTES + 1; length++) {
		memset(text, 'x', sizeof(text));
		text[0] = '<';
		text[100] = '@';
		text[length + 1] = '>';
		text[length + 2] = '\0';
		assert_true((lmtp_path_read(str_of(text), false, &path) ==
		             NULL) == (length == LIMIT_ADDRESS_BYTES));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_long_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
