/*
 * The new words of a mail, in the shapes that programs and people give them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "mail/message.h"
#include "mail/reply.h"
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
	arena = arena_new((size_t)256 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static void check(const char *text, const char *wanted)
{
	assert_text(mail_reply_text(arena, str_of(text)), wanted);
}

static void test_introductions(void **state)
{
	/* clang-format off */
	static const char *const lines[] = {
		"On Mon, 9 Nov 2026 at 17:03, Desk <desk@a.example> wrote:",
		"On 9 Nov 2026, at 17:03, Desk\n<desk@a.example>\nwrote:",
		"Am Mo., 9. Nov. 2026 um 17:03 Uhr schrieb Desk <desk@a.example>:",
		"Am 09.11.2026 um 17:03 schrieb Desk:",
		"Desk <desk@a.example> schrieb am Mo., 9. Nov. 2026\num 17:03 Uhr:",
		"Le lun. 9 nov. 2026 à 17:03, Desk <desk@a.example> a écrit :",
		"El lun, 9 nov 2026 a las 17:03, Desk (<desk@a.example>) escribió:",
		"Em seg., 9 de nov. de 2026 às 17:03, Desk <desk@a.example> escreveu:",
		"Il giorno lun 9 nov 2026 alle ore 17:03 Desk <desk@a.example> ha scritto:",
		"Op ma 9 nov. 2026 om 17:03 schreef Desk <desk@a.example>:",
		"Den mån 9 nov. 2026 kl 17:03 skrev Desk <desk@a.example>:",
		"man. 9. nov. 2026 kl. 17.03 skrev Desk <desk@a.example>:",
		"pon., 9 lis 2026 o 17:03 Desk <desk@a.example> napisał(a):",
		"ma 9. marrask. 2026 klo 17.03 Desk (desk@a.example) kirjoitti:",
		"2026-11-09 17:03 GMT+01:00 Desk <desk@a.example>:",
		"----- Original Message -----",
		"-----Ursprüngliche Nachricht-----",
		"-------- Message d'origine --------",
		"---------- Forwarded message ---------",
		"From: Desk <desk@a.example>\nSent: Monday\nTo: Jane\nSubject: Offer\n",
		"Von: Desk\nGesendet: Montag, 9. November 2026 17:03\nAn: Jane\nBetreff: Angebot\n",
		"________________________________\nDe : Desk <desk@a.example>\nEnvoyé : lundi\nÀ : Jane\nObjet : Devis\n",
		"*From:* Desk <desk@a.example>\n*Date:* Monday\n*To:* Jane\n*Subject:* x\n",
		"Från: Desk\nSkickat: den 9 november 2026 17:03\nTill: Jane\nÄmne: x\n",
		"Van: Desk\nVerzonden: maandag 9 november 2026 17:03\nAan: Jane\nOnderwerp: x\n",
		"Da: Desk\nInviato: lunedì 9 novembre 2026 17:03\nA: Jane\nOggetto: x\n",
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct str quoted = str_printf(
			arena, "Fine, go ahead.\n\n%s\n\n> Old words.\n",
			lines[i]);
		struct str bare = str_printf(
			arena, "Fine, go ahead.\n\n%s\n\nOld words.\n",
			lines[i]);

		if (!str_equal(mail_reply_text(arena, quoted),
		               STR("Fine, go ahead.")) ||
		    !str_equal(mail_reply_text(arena, bare),
		               STR("Fine, go ahead.")))
			fail_msg("not seen: %s", lines[i]);
	}
}

static void test_signatures(void **state)
{
	(void)state;
	check("Yes.\n\n-- \nJane\nFjordwear\n", "Yes.");
	check("Yes.\n--\nJane\n", "Yes.");
	check("Yes.\n\nSent from my iPhone\n", "Yes.");
	check("Yes.\n\nVon meinem iPhone gesendet\n", "Yes.");
	check("Yes.\n\nGet Outlook for iOS<https://aka.ms/x>\n", "Yes.");
	check("Sent from my desk, is much easier than a phone.\n",
	      "Sent from my desk, is much easier than a phone.");
	check("-- \nonly a signature", "-- \nonly a signature");
	check("Best regards,\nJane", "Best regards,\nJane");
}

static void test_inline_answers_stay(void **state)
{
	(void)state;
	check("On 9 Nov 2026 at 17:03, Desk <d@a.example> wrote:\n"
	      "> One?\nyes\n> Two?\nno\n",
	      "> One?\nyes\n> Two?\nno");
	check("Hi,\n\nOn 9 Nov 2026 at 17:03, Desk <d@a.example> wrote:\n"
	      "> One?\n\nyes\n\n> Two?\n\nno\n",
	      "Hi,\n\n> One?\n\nyes\n\n> Two?\n\nno");
	check("On 9 Nov 2026 at 17:03, Desk <d@a.example> wrote:\n"
	      "> Old\n> words\n\nNew words below.\n",
	      "New words below.");
	check("> A quote.\n\nAnd text.", "> A quote.\n\nAnd text.");
	check("> Only a quote.", "> Only a quote.");
}

static void test_nothing_is_lost(void **state)
{
	/* clang-format off */
	static const char *const kept[] = {
		"On Monday we start:\n\n- first\n- second",
		"On your side:\nplease check",
		"From: now on we use TIFF.\nTo: be clear, always.",
		"Here is what 3 clients wrote:\n\nall good",
		"Prices -- as agreed -- stay.",
		"a\n---\nb",
		"He wrote: fine.",
		"I moved the date.\nSubject: to change, of course.",
		"2026-11-09 is the deadline.",
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		check(kept[i], kept[i]);
	check("", "");
	check("\n\n  \n", "");
}

static void test_pure_forward(void **state)
{
	(void)state;
	check("---------- Forwarded message ---------\n"
	      "From: Jane <jane@b.example>\nDate: Mon, Nov 9, 2026\n"
	      "Subject: Banner\nTo: <desk@a.example>\n\n"
	      "Can you make the banner?\n",
	      "Can you make the banner?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_introductions),
		cmocka_unit_test(test_signatures),
		cmocka_unit_test(test_inline_answers_stay),
		cmocka_unit_test(test_nothing_is_lost),
		cmocka_unit_test(test_pure_forward),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
