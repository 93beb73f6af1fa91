/* The page on which leave is given, and what token servers say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "channel/oauth.h"

static struct arena *arena;

static int make_arena(void **state)
{
	(void)state;
	arena = arena_new(1 << 20);
	return 0;
}

static int free_arena(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* RFC 7636, appendix B. */
static void the_page_holds_the_challenge_and_not_the_verifier(void **state)
{
	const struct oauth_client client = {.provider = STR("google"),
	                                    .client = STR("desk & co"),
	                                    .secret = STR("secret")};
	const struct oauth_asking asking = {
		.redirect = STR("https://desk.example/oauth/callback"),
		.state = STR("the-state"),
		.verifier = STR("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
		.user = STR("desk@agency.example"),
	};
	struct oauth_ends ends;
	struct str page;

	(void)state;
	assert_int_equal(oauth_ends_of(arena, &client, STR(""), &ends), ST_OK);
	page = oauth_page(arena, &ends, &client, &asking);
	assert_true(str_starts(
		page, STR("https://accounts.google.com/o/oauth2/v2/auth?"
	                  "response_type=code&client_id=desk%20%26%20co&")));
	assert_true(str_find(page,
	                     STR("code_challenge="
	                         "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
	                     0) < page.length);
	assert_int_equal(str_find(page, asking.verifier, 0), page.length);
	assert_int_equal(str_find(page, client.secret, 0), page.length);
}

static void a_tenant_stays_a_part_of_the_path(void **state)
{
	struct oauth_client client = {.provider = STR("microsoft")};
	struct oauth_ends ends;

	(void)state;
	assert_int_equal(oauth_ends_of(arena, &client, STR(""), &ends), ST_OK);
	assert_string_equal(
		str_cstr(arena, ends.token),
		"https://login.microsoftonline.com/common/oauth2/v2.0/token");
	client.tenant = STR("../evil.example/");
	assert_int_equal(oauth_ends_of(arena, &client, STR(""), &ends),
	                 ST_NOT_FOUND);
	client.provider = STR("other");
	assert_int_equal(oauth_ends_of(arena, &client, STR(""), &ends),
	                 ST_NOT_FOUND);
	assert_int_equal(oauth_ends_of(arena, &client,
	                               STR("https://id.example/x"), &ends),
	                 ST_OK);
	assert_string_equal(str_cstr(arena, ends.token),
	                    "https://id.example/x/token");
}

static const struct {
	long http;
	const char *body;
	enum status status;
} answers[] = {
	{200, "{\"access_token\":\"a\",\"expires_in\":3600}", ST_OK},
	{200, "{\"access_token\":\"\"}", ST_BUSY},
	{200, "no JSON", ST_BUSY},
	{200, "", ST_BUSY},
	{400, "{\"error\":\"invalid_grant\"}", ST_FORBIDDEN},
	{401, "{\"error\":\"invalid_client\"}", ST_FORBIDDEN},
	{400, "{\"error\":\"temporarily_unavailable\"}", ST_BUSY},
	{429, "{\"error\":\"invalid_grant\"}", ST_BUSY},
	{503, "<html>", ST_BUSY},
	{400, "<html>", ST_BUSY},
};

static void only_a_clear_no_needs_a_person(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		char said[OAUTH_SAID_BYTES] = "";
		struct oauth_tokens tokens;

		assert_int_equal(oauth_read(arena, answers[i].http,
		                            str_of(answers[i].body), &tokens,
		                            said),
		                 answers[i].status);
		assert_true((answers[i].status == ST_OK) == (said[0] == '\0'));
	}
}

static void what_a_server_says_of_time_is_bounded(void **state)
{
	char said[OAUTH_SAID_BYTES];
	struct oauth_tokens tokens;

	(void)state;
	assert_int_equal(
		oauth_read(
			arena, 200,
			STR("{\"access_token\":\"a\",\"refresh_token\":\"r\","
	                    "\"expires_in\":99999999999}"),
			&tokens, said),
		ST_OK);
	assert_true(tokens.lasts <= SPAN_HOUR);
	assert_string_equal(str_cstr(arena, tokens.refresh), "r");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			the_page_holds_the_challenge_and_not_the_verifier),
		cmocka_unit_test(a_tenant_stays_a_part_of_the_path),
		cmocka_unit_test(only_a_clear_no_needs_a_person),
		cmocka_unit_test(what_a_server_says_of_time_is_bounded),
	};

	return cmocka_run_group_tests(tests, make_arena, free_arena);
}
