/*
 * Webhooks: the signature of the standard's own example, which addresses are
 * public, and which URLs may be asked at all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sodium.h>
#include <string.h>

#include "channel/webhook.h"

/* The example of the reference libraries. */
static void the_signature_is_the_standards(void **state)
{
	unsigned char secret[64];
	char signature[WEBHOOK_SIGNATURE_SIZE];
	size_t length = 0;

	(void)state;
	assert_int_equal(sodium_base642bin(secret, sizeof(secret),
	                                   "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
	                                   32, NULL, &length, NULL,
	                                   sodium_base64_VARIANT_ORIGINAL),
	                 0);
	webhook_sign((struct str){(const char *)secret, length},
	             STR("msg_p5jXN8AQM9LWM0D4loKWxJek"), 1614265330,
	             STR("{\"test\": 2432232314}"), signature);
	assert_string_equal(signature,
	                    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

static bool allowed(const char *text, const char *networks)
{
	struct arena *arena = arena_new((size_t)1 << 20);
	struct webhook_networks list;
	struct sockaddr_in four = {.sin_family = AF_INET};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6};
	bool is_four = inet_pton(AF_INET, text, &four.sin_addr) == 1;
	bool answer;

	assert_true(is_four || inet_pton(AF_INET6, text, &six.sin6_addr) == 1);
	assert_int_equal(
		webhook_networks_parse(arena, str_of(networks), &list, NULL),
		ST_OK);
	answer = webhook_address_allowed(&list,
	                                 is_four ? (struct sockaddr *)&four
	                                         : (struct sockaddr *)&six);
	arena_free(&arena);
	return answer;
}

static void only_public_addresses_are_open(void **state)
{
	static const char *const closed[] = {
		"0.0.0.0",
		"10.1.2.3",
		"100.64.0.1",
		"100.127.255.255",
		"127.0.0.1",
		"169.254.169.254",
		"172.16.0.1",
		"172.31.255.255",
		"192.0.0.1",
		"192.168.0.1",
		"198.18.0.1",
		"203.0.113.9",
		"224.0.0.1",
		"255.255.255.255",
		"::",
		"::1",
		"::ffff:10.0.0.1",
		"::ffff:127.0.0.1",
		"::127.0.0.1",
		"64:ff9b::1.1.1.1",
		"fc00::1",
		"fdff::1",
		"fe80::1",
		"ff02::1",
		"2001::1",
		"2001:db8::1",
		"2002:7f00:1::",
		"3fff::1",
		"100::1",
	};
	static const char *const open[] = {
		"1.1.1.1",    "8.8.8.8",        "100.63.255.255",
		"172.15.0.1", "172.32.0.1",     "2606:4700::1111",
		"2a00::1",    "::ffff:8.8.8.8",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++)
		if (allowed(closed[i], ""))
			fail_msg("%s is open", closed[i]);
	for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++)
		if (!allowed(open[i], ""))
			fail_msg("%s is closed", open[i]);
}

static void networks_that_are_named_are_open(void **state)
{
	struct arena *arena = arena_new((size_t)1 << 20);
	struct webhook_networks list;
	static const char *const wrong[] = {"x",      "10.0.0.0/33", "10.0.0/8",
	                                    "::/129", "1.1.1.1/-1",  "/8"};

	(void)state;
	assert_true(allowed("10.9.1.1", "10.9.0.0/16"));
	assert_false(allowed("10.8.1.1", "10.9.0.0/16"));
	assert_true(allowed("::ffff:10.9.1.1", "10.9.0.0/16"));
	assert_true(allowed("fd12::5", "127.0.0.0/8 fd12::/16"));
	assert_true(allowed("192.168.3.4", "192.168.3.4"));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(webhook_networks_parse(arena, str_of(wrong[i]),
		                                        &list, NULL),
		                 ST_INVALID);
	arena_free(&arena);
}

static void urls_are_plain(void **state)
{
	static const char *const good[] = {
		"https://example.com",
		"https://example.com/a?b=c&d=e%20f",
		"https://hooks.example.com:8443/x",
		"https://8.8.8.8/",
		"https://[2606:4700::1111]/x",
	};
	static const char *const bad[] = {
		"",
		"http://example.com/",
		"https://",
		"https:///x",
		"https://a@example.com/",
		"https://example.com/#x",
		"https://example.com:22/",
		"https://example.com/ x",
		"https://127.0.0.1/",
		"https://2130706433/",
		"https://0x7f.1/",
		"https://[::ffff:10.0.0.1]/",
		"ftp://example.com/",
	};
	struct arena *arena = arena_new((size_t)1 << 20);
	const struct webhook_networks none = {0};
	struct problem problem;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (webhook_url_check(arena, &none, str_of(good[i]),
		                      &problem) != ST_OK)
			fail_msg("%s: %s", good[i], problem.text);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (webhook_url_check(arena, &none, str_of(bad[i]), &problem) !=
		    ST_INVALID)
			fail_msg("%s is taken", bad[i]);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_signature_is_the_standards),
		cmocka_unit_test(only_public_addresses_are_open),
		cmocka_unit_test(networks_that_are_named_are_open),
		cmocka_unit_test(urls_are_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
