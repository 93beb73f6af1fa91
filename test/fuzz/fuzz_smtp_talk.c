/*
 * A conversation with a server that says anything, line by line: lines that
 * begin with C are ours, all others its replies. Oracles: the outcome is one of
 * those there are, texts are printable, "sent" was said by a 2xx after all of
 * the mail, and a recipient's own refusal is never overruled.
 */
#include <assert.h>
#include <stdint.h>

#include "channel/smtp_talk.h"

#define RECIPIENTS 3

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_answer(const struct smtp_answer *answer)
{
	size_t i = 0;

	assert(answer->outcome < SMTP_OUTCOME_COUNT);
	for (; i < SMTP_TEXT_BYTES && answer->text[i]; i++)
		assert(answer->text[i] >= ' ' && answer->text[i] < 0x7f);
	assert(i < SMTP_TEXT_BYTES);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct smtp_answer own[RECIPIENTS], overall;
	struct str rest = {(const char *)data, size}, line;
	struct smtp_talk talk;
	enum smtp_ending ending =
		size > 0 ? (enum smtp_ending)(data[0] % 4) : SMTP_ENDING_BROKEN;

	smtp_talk_begin(&talk, own, RECIPIENTS, size % 2 == 0);
	while (str_line(&rest, &line)) {
		if (str_starts(line, STR("C")))
			smtp_talk_command(&talk, str_sub(line, 1, line.length));
		else
			smtp_talk_reply(&talk, line);
		talk.content_ended = talk.step >= SMTP_STEP_CONTENT;
	}
	smtp_talk_end(&talk, ending, STR("words"), &overall);
	check_answer(&overall);
	if (overall.outcome == SMTP_SENT)
		assert(talk.step == SMTP_STEP_DONE && overall.code / 100 == 2);
	for (size_t i = 0; i < RECIPIENTS; i++) {
		check_answer(&own[i]);
		if (own[i].outcome == SMTP_SENT)
			assert(overall.outcome == SMTP_SENT);
	}
	return 0;
}
