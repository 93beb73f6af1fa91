/* Folder names, as servers write them and as people read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "channel/imap_name.h"
#include "channel/mail_sender.h"

static const struct {
	const char *server, *people;
} names[] = {
	{"INBOX", "INBOX"},
	{"R&AOk-sum&AOk-", "R\xc3\xa9sum\xc3\xa9"},
	{"Tom &- Ann", "Tom & Ann"},
	{"&U,BTFw-/&ZeVnLIqe-",
         "\xe5\x8f\xb0\xe5\x8c\x97/\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"},
	{"&2D3eAA-", "\xf0\x9f\x98\x80"},
	{"Gel&APY-scht", "Gel\xc3\xb6scht"},
};

static void names_go_both_ways(void **state)
{
	struct arena *arena = arena_new(1 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct str people;

		assert_true(imap_name_decode(arena, str_of(names[i].server),
		                             &people));
		assert_string_equal(str_cstr(arena, people), names[i].people);
		assert_string_equal(
			imap_name_encode(arena, str_of(names[i].people)),
			names[i].server);
	}
	arena_free(&arena);
}

/* What is not well formed is shown as it is, and never is another name. */
static void what_is_malformed_stays_as_it_is(void **state)
{
	static const char *const odd[] = {"&",     "&AOk",   "&A-", "&AAo-",
	                                  "&2D0-", "&====-", "A&!-"};
	struct arena *arena = arena_new(1 << 20);
	struct str name;

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		assert_true(imap_name_decode(arena, str_of(odd[i]), &name));
		assert_string_equal(str_cstr(arena, name), odd[i]);
	}
	assert_false(imap_name_decode(arena, str_of("a\r\nb"), &name));
	assert_false(imap_name_decode(arena, str_of("\xff"), &name));
	assert_false(imap_name_decode(arena, str_of(""), &name));
	arena_free(&arena);
}

static void no_name_becomes_a_second_command(void **state)
{
	struct arena *arena = arena_new(1 << 20);

	(void)state;
	assert_null(imap_name_encode(arena, str_of("INBOX\r\na LOGOUT")));
	assert_null(imap_name_encode(arena, str_of("")));
	assert_null(imap_name_encode(arena, str_of("\xff")));
	arena_free(&arena);
}

static void sent_folders_are_known_by_name(void **state)
{
	(void)state;
	assert_true(imap_name_sent(STR("INBOX.Sent")));
	assert_true(imap_name_sent(STR("[Gmail]/Sent Mail")));
	assert_true(imap_name_sent(STR("Gesendete Elemente")));
	assert_false(imap_name_sent(STR("Sentimental")));
	assert_false(imap_name_sent(STR("Sent/2024")));
}

static struct str sender(const char *raw)
{
	return mail_sender(str_of(raw));
}

static void the_sender_is_the_last_servers_word(void **state)
{
	(void)state;
	assert_true(str_equal(sender("Return-Path: <ann@client.example>\r\n"
	                             "From: x\r\n\r\n"),
	                      STR("ann@client.example")));
	assert_true(str_equal(sender("RETURN-PATH: ann@client.example\r\n"),
	                      STR("ann@client.example")));
	assert_int_equal(sender("Return-Path: <>\r\n\r\n").length, 0);
	assert_int_equal(
		sender("Subject: a\r\n\r\nReturn-Path: <a@b.example>").length,
		0);
	assert_int_equal(sender("Return-Path: <a b>\r\n").length, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_go_both_ways),
		cmocka_unit_test(what_is_malformed_stays_as_it_is),
		cmocka_unit_test(no_name_becomes_a_second_command),
		cmocka_unit_test(sent_folders_are_known_by_name),
		cmocka_unit_test(the_sender_is_the_last_servers_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
