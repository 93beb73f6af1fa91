/*
 * A peer's bytes through an LMTP session. Oracles: cut in the middle or fed
 * whole, the same mails arrive and the same answers are given; a filed mail
 * has CRLF lines only; each end of data files at most one mail.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "channel/lmtp_session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct tally {
	struct buf mails;
	size_t count;
};

static enum status tally_check(void *context, struct str address)
{
	(void)context;
	assert(str_utf8_valid(address));
	for (size_t i = 0; i < address.length; i++)
		assert((unsigned char)address.text[i] >= ' ');
	return address.length % 7 == 6 ? ST_NOT_FOUND : ST_OK;
}

static void tally_mail(void *context, const struct envelope *envelope,
                       struct str raw, enum status results[])
{
	struct tally *tally = context;

	assert(envelope->recipient_count > 0);
	for (size_t i = 0; i < raw.length; i++) {
		if (raw.text[i] == '\n')
			assert(i > 0 && raw.text[i - 1] == '\r');
		if (raw.text[i] == '\r')
			assert(i + 1 < raw.length && raw.text[i + 1] == '\n');
	}
	tally->count++;
	buf_str(&tally->mails, raw);
	buf_char(&tally->mails, '\0');
	for (size_t i = 0; i < envelope->recipient_count; i++)
		results[i] = ST_OK;
}

static void talk(struct str bytes, size_t cut, struct tally *tally,
                 struct buf *out)
{
	struct channel_driver driver = {tally, tally_check, tally_mail};
	struct lmtp_session *session =
		lmtp_session_new(&driver, STR("desk.example"), STR("unix"));

	buf_init(&tally->mails, (size_t)64 << 20);
	buf_init(out, LMTP_ANSWER_BYTES_MAX(bytes.length));
	lmtp_session_feed(session, str_sub(bytes, 0, cut), out);
	lmtp_session_feed(session, str_sub(bytes, cut, bytes.length), out);
	assert(!out->failed);
	assert(tally->count <= lmtp_session_mails(session));
	lmtp_session_free(&session);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = {(const char *)data, size};
	struct tally whole = {0}, halves = {0};
	struct buf out, out_halves;

	talk(bytes, size, &whole, &out);
	talk(bytes, size / 2, &halves, &out_halves);
	assert(whole.count == halves.count);
	assert(str_equal(buf_view(&whole.mails), buf_view(&halves.mails)));
	assert(str_equal(buf_view(&out), buf_view(&out_halves)));
	buf_release(&whole.mails);
	buf_release(&halves.mails);
	buf_release(&out);
	buf_release(&out_halves);
	return 0;
}
