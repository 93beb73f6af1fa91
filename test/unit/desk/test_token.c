/* The address that a member answers to: one notice, one member, one time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "desk/token.h"
#include "support/world.h"

static const struct notice given = {
	.id = 4711, .member = 3, .ticket = 20, .at = 1000};

static bool ours(struct world *w, struct str address, struct notice notice)
{
	bool is = true;

	assert_int_equal(
		token_answer_is_ours(&w->desk, w->arena, address, &notice, &is),
		ST_OK);
	return is;
}

static struct str made(struct world *w, const char *address)
{
	struct str answer = STR("?");

	assert_int_equal(token_answer_address(&w->desk, w->arena,
	                                      str_of(address), &given, &answer),
	                 ST_OK);
	return answer;
}

static void an_address_is_bound_to_all_of_its_notice(void **state)
{
	struct world w;
	struct notice other = given;
	struct str address;

	(void)state;
	world_open(&w, ":memory:");
	address = made(&w, "desk@ours.example");
	assert_int_equal(token_answer_claims(address), given.id);
	assert_true(ours(&w, address, given));
	assert_non_null(agency_address_by_text(w.desk.agency, address));
	/* Mail programs change the case of addresses. */
	for (size_t i = 0; i < address.length; i++) {
		char *c = (char *)(uintptr_t)&address.text[i];

		*c = *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c;
	}
	assert_int_equal(token_answer_claims(address), given.id);
	assert_true(ours(&w, address, given));
	other.member = 4;
	assert_false(ours(&w, address, other));
	other = given;
	other.ticket = 21;
	assert_false(ours(&w, address, other));
	other = given;
	other.at = 1001;
	assert_false(ours(&w, address, other));
	other = given;
	other.id = 4712;
	assert_false(ours(&w, address, other));
	world_close(&w);
}

static void no_character_of_it_may_change(void **state)
{
	struct world w;
	struct str address;

	(void)state;
	world_open(&w, ":memory:");
	address = made(&w, "desk@ours.example");
	for (size_t i = 7; address.text[i] != '@'; i++) {
		char *c = (char *)(uintptr_t)&address.text[i];
		char was = *c;

		*c = was == '0' ? '1' : '0';
		assert_true(token_answer_claims(address) != given.id ||
		            !ours(&w, address, given));
		*c = was;
	}
	assert_true(ours(&w, address, given));
	world_close(&w);
}

static void what_is_none_claims_nothing(void **state)
{
	static const char *const none[] = {
		"",
		"@",
		"desk@ours.example",
		"desk+a-@ours.example",
		"desk+a-0000000000000000000000000000000000",
		"desk+a-!!!!!!!!00000000000000000000000000@ours.example",
		"desk+b-00000001000000000000000000000000000@ours.example",
		"desk+a-000000010000000000000000000000000@ours.example",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
		assert_int_equal(token_answer_claims(str_of(none[i])), 0);
}

static void a_long_address_has_no_room_for_it(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, ":memory:");
	assert_int_equal(
		made(&w, "a.very.long.address.of.a.desk@ours.example").length,
		0);
	assert_true(made(&w, "hello.production.team@ours.example").length > 0);
	world_close(&w);
}

static void another_workspace_has_another_key(void **state)
{
	struct world one, two;

	(void)state;
	world_open(&one, ":memory:");
	world_open(&two, ":memory:");
	assert_false(ours(&two, made(&one, "desk@ours.example"), given));
	world_close(&one);
	world_close(&two);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_bound_to_all_of_its_notice),
		cmocka_unit_test(no_character_of_it_may_change),
		cmocka_unit_test(what_is_none_claims_nothing),
		cmocka_unit_test(a_long_address_has_no_room_for_it),
		cmocka_unit_test(another_workspace_has_another_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
