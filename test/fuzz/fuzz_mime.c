/*
 * A stranger's mail. Oracles: parsing always answers; attachments lie inside
 * the mail and decode to the size and hash that were said; packing and
 * unpacking gives the same mail; the reply is never longer than the text; and
 * a mail whose packed form was damaged is refused or whole, never worse.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/limits.h"
#include "mail/html.h"
#include "mail/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_line(struct str line)
{
	assert(str_utf8_valid(line));
	for (size_t i = 0; i < line.length; i++)
		assert(line.text[i] != '\0' && line.text[i] != '\n' &&
		       line.text[i] != '\r');
}

static void check_attachments(const struct mail *mail, struct str raw)
{
	for (size_t i = 0; i < mail->attachment_count; i++) {
		const struct mail_attachment *item = &mail->attachments[i];
		struct buf bytes;

		buf_init(&bytes, LIMIT_MAIL_BYTES);
		assert(item->offset + item->length <= raw.length);
		assert(mail_attachment_extract(raw, item->offset, item->length,
		                               item->encoding,
		                               &bytes) == ST_OK);
		assert(bytes.length == item->size);
		check_line(item->name);
		assert(item->name.length > 0);
		buf_release(&bytes);
	}
}

static void check_packing(struct arena *arena, const struct mail *mail)
{
	struct buf packed, again;
	struct mail copy;

	buf_init(&packed, MAIL_PACKED_BYTES_MAX);
	buf_init(&again, MAIL_PACKED_BYTES_MAX);
	mail_pack(mail, &packed);
	assert(!packed.failed);
	assert(mail_unpack(arena, buf_view(&packed), &copy) == ST_OK);
	mail_pack(&copy, &again);
	assert(str_equal(buf_view(&packed), buf_view(&again)));
	/* Damage somewhere that depends on the input. */
	packed.data[packed.length / 2] ^= 0x55;
	if (mail_unpack(arena, buf_view(&packed), &copy) == ST_OK)
		check_line(copy.subject);
	buf_release(&packed);
	buf_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool warm;
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	struct str raw = {(const char *)data, size};
	struct mail mail;

	if (!warm)
		mail_warm();
	warm = true;
	assert(mail_parse(arena, raw, &mail) == ST_OK);
	check_line(mail.subject);
	check_line(mail.message_id);
	assert(str_utf8_valid(mail.text) && str_utf8_valid(mail.html));
	assert(mail.reply.length <= mail.text.length);
	assert(mail_html_is_clean(arena, mail.html));
	check_attachments(&mail, raw);
	check_packing(arena, &mail);
	arena_free(&arena);
	return 0;
}
