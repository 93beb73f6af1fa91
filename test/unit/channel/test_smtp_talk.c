/*
 * Conversations as text: C is what we said, S what came back. The expected
 * outcomes follow for the whole and for each recipient.
 */
#include "channel/smtp_talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HELLO "S220 hi\nCEHLO me\nS250-hi\nS250 SIZE 1000\n"
#define MAIL  HELLO "CMAIL FROM:<a@b>\nS250 ok\n"
#define RCPT  MAIL "CRCPT TO:<c@d>\nS250 ok\n"
#define DATA  RCPT "CDATA\nS354 go\n"

static const struct {
	const char *talk;
	enum smtp_ending ending;
	bool content_ended;
	const char *expected; /* overall, then each recipient */
} talks[] = {
	{DATA "S250 2.0.0 stored\nCQUIT\nS221 bye\n", SMTP_ENDING_NORMAL, true,
         "sent 250 sent"},
	/* What comes after the answer to the dot changes nothing. */
	{DATA "S250 stored\nCQUIT\nS500 no\n", SMTP_ENDING_BROKEN, true,
         "sent 250 sent"},
	{DATA "S250 stored\n", SMTP_ENDING_BROKEN, true, "sent 250 sent"},
	{DATA, SMTP_ENDING_BROKEN, true, "uncertain 0 uncertain"},
	{DATA "S250-stor\n", SMTP_ENDING_BROKEN, true, "uncertain 0 uncertain"},
	{DATA, SMTP_ENDING_BROKEN, false, "temporary 0 temporary"},
	{DATA "S451 later\n", SMTP_ENDING_NORMAL, true,
         "temporary 451 temporary"},
	{DATA "S554 spam\n", SMTP_ENDING_NORMAL, true,
         "permanent 554 permanent"},
	{DATA "S999 what\n", SMTP_ENDING_BROKEN, true,
         "uncertain 999 uncertain"},
	{DATA "S354 go on\n", SMTP_ENDING_BROKEN, true,
         "uncertain 354 uncertain"},
	{RCPT "CDATA\nS250 what\n", SMTP_ENDING_BROKEN, false,
         "temporary 0 temporary"},
	{RCPT "CDATA\nS554 no\n", SMTP_ENDING_NORMAL, false,
         "permanent 554 permanent"},
	{RCPT "CDATA\nS452 full\n", SMTP_ENDING_NORMAL, false,
         "temporary 452 temporary"},
	{RCPT, SMTP_ENDING_BROKEN, false, "temporary 0 temporary"},
	{MAIL "CRCPT TO:<c@d>\nS550 5.1.1 unknown\n", SMTP_ENDING_NORMAL, false,
         "permanent 550 permanent"},
	{MAIL "CRCPT TO:<c@d>\nS450 grey\n", SMTP_ENDING_NORMAL, false,
         "temporary 450 temporary"},
	{HELLO "CMAIL FROM:<a@b>\nS553 no\nCQUIT\nS221 bye\n",
         SMTP_ENDING_NORMAL, false, "permanent 553 permanent"},
	{HELLO "CMAIL FROM:<a@b>\nS530 sign in\n", SMTP_ENDING_NORMAL, false,
         "auth 530 auth"},
	{HELLO "CAUTH PLAIN\nS334 \nCAGJvYg==\nS535 5.7.8 no\n",
         SMTP_ENDING_DENIED, false, "auth 535 auth"},
	{HELLO "CAUTH PLAIN\nS454 later\n", SMTP_ENDING_DENIED, false,
         "temporary 454 temporary"},
	{HELLO, SMTP_ENDING_DENIED, false, "auth 0 auth"},
	{HELLO, SMTP_ENDING_UNTRUSTED, false, "untrusted 0 untrusted"},
	{HELLO "CSTARTTLS\nS454 not now\n", SMTP_ENDING_UNTRUSTED, false,
         "temporary 454 temporary"},
	{"S554 go away\n", SMTP_ENDING_BROKEN, false,
         "temporary 554 temporary"},
	{HELLO "CMAIL FROM:<a@b>\nS550-half an ans\n", SMTP_ENDING_BROKEN,
         false, "temporary 0 temporary"},
	{"S421 busy\n", SMTP_ENDING_BROKEN, false, "temporary 421 temporary"},
	{"", SMTP_ENDING_BROKEN, false, "temporary 0 temporary"},
	/* Secrets of a sign-in that look like commands are none. */
	{HELLO "CAUTH LOGIN\nS334 VXNlcg==\nCDATA\nS334 UGFzcw==\nCDATA\n"
               "S235 ok\nCMAIL FROM:<a@b>\nS250 ok\nCRCPT TO:<c@d>\nS250 ok\n"
               "CDATA\nS354 go\nS250 ok\n",
         SMTP_ENDING_NORMAL, true, "sent 250 sent"},
};

static void play(struct smtp_talk *talk, const char *text)
{
	struct str rest = str_of(text), line;

	while (str_line(&rest, &line)) {
		struct str words = str_sub(line, 1, line.length);

		if (line.text[0] == 'C')
			smtp_talk_command(talk, words);
		else
			smtp_talk_reply(talk, words);
	}
}

static void test_endings(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(talks) / sizeof(*talks); i++) {
		struct smtp_answer recipient, overall;
		struct smtp_talk talk;
		char got[128];

		smtp_talk_begin(&talk, &recipient, 1, true);
		play(&talk, talks[i].talk);
		talk.content_ended = talks[i].content_ended;
		smtp_talk_end(&talk, talks[i].ending, STR("broken"), &overall);
		snprintf(got, sizeof(got), "%s %d %s",
		         smtp_outcome_name(overall.outcome), overall.code,
		         smtp_outcome_name(recipient.outcome));
		if (strcmp(got, talks[i].expected) != 0)
			fail_msg("%zu: \"%s\" instead of \"%s\"", i, got,
			         talks[i].expected);
		assert_true(overall.text[0] != '\0');
	}
}

static void test_each_recipient(void **state)
{
	struct smtp_answer own[4], overall;
	struct smtp_talk talk;

	(void)state;
	smtp_talk_begin(&talk, own, 4, true);
	play(&talk, MAIL "CRCPT TO:<1>\nS250 ok\nCRCPT TO:<2>\nS550-5.1.1 no\n"
	                 "S550 5.1.1 such user\nCRCPT TO:<3>\nS450 later\n"
	                 "CRCPT TO:<4>\nS250 ok\nCDATA\nS354 go\nS250 done\n");
	talk.content_ended = true;
	smtp_talk_end(&talk, SMTP_ENDING_NORMAL, STR(""), &overall);
	assert_int_equal(overall.outcome, SMTP_SENT);
	assert_int_equal(own[0].outcome, SMTP_SENT);
	assert_int_equal(own[1].outcome, SMTP_PERMANENT);
	assert_string_equal(own[1].text, "550-5.1.1 no 5.1.1 such user");
	assert_int_equal(own[2].outcome, SMTP_TEMPORARY);
	assert_int_equal(own[3].outcome, SMTP_SENT);
}

/* Cut off between two recipients: the refused one stays refused. */
static void test_cut_between_recipients(void **state)
{
	struct smtp_answer own[3], overall;
	struct smtp_talk talk;

	(void)state;
	smtp_talk_begin(&talk, own, 3, true);
	play(&talk, MAIL "CRCPT TO:<1>\nS550 no\nCRCPT TO:<2>\nS250 ok\n"
	                 "CRCPT TO:<3>\n");
	smtp_talk_end(&talk, SMTP_ENDING_BROKEN, STR("cut"), &overall);
	assert_int_equal(overall.outcome, SMTP_TEMPORARY);
	assert_string_equal(overall.text, "cut");
	assert_int_equal(own[0].outcome, SMTP_PERMANENT);
	assert_int_equal(own[1].outcome, SMTP_TEMPORARY);
	assert_int_equal(own[2].outcome, SMTP_TEMPORARY);
}

static void test_all_refused(void **state)
{
	struct smtp_answer own[2], overall;
	struct smtp_talk talk;

	(void)state;
	smtp_talk_begin(&talk, own, 2, true);
	play(&talk, MAIL "CRCPT TO:<1>\nS550 no\nCRCPT TO:<2>\nS451 wait\n");
	smtp_talk_end(&talk, SMTP_ENDING_NORMAL, STR(""), &overall);
	assert_int_equal(overall.outcome, SMTP_TEMPORARY);
	assert_int_equal(own[0].outcome, SMTP_PERMANENT);
	assert_int_equal(own[1].outcome, SMTP_TEMPORARY);
}

static void test_text_is_bounded_and_printable(void **state)
{
	struct smtp_answer own, overall;
	struct smtp_talk talk;

	(void)state;
	smtp_talk_begin(&talk, &own, 1, true);
	for (int i = 0; i < 1000; i++)
		smtp_talk_reply(&talk, STR("554-\x1b[31m\xff long \0 words"));
	smtp_talk_reply(&talk, STR("554 end"));
	smtp_talk_end(&talk, SMTP_ENDING_BROKEN, STR(""), &overall);
	assert_int_equal(strlen(overall.text), SMTP_TEXT_BYTES - 1);
	for (const char *c = overall.text; *c; c++)
		assert_true(*c >= ' ' && *c < 0x7f);
	assert_true(talk.reply_bytes > 1000 * 20);
}

static void test_extensions(void **state)
{
	struct smtp_answer own;
	struct smtp_talk talk;

	(void)state;
	smtp_talk_begin(&talk, &own, 1, false);
	play(&talk, "S220 hi\nCEHLO me\nS250-hi\nS250 SMTPUTF8\n");
	assert_true(talk.utf8_offered && !talk.encrypted);
	/* What was offered before TLS is forgotten. */
	play(&talk, "CSTARTTLS\nS220 go\nCEHLO me\nS250 hi\n");
	assert_true(!talk.utf8_offered && talk.encrypted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_endings),
		cmocka_unit_test(test_each_recipient),
		cmocka_unit_test(test_cut_between_recipients),
		cmocka_unit_test(test_all_refused),
		cmocka_unit_test(test_text_is_bounded_and_printable),
		cmocka_unit_test(test_extensions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
