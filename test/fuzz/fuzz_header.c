/*
 * A header value through every reader of values, and through the builder.
 * Oracles: decoded text is one valid line; an address list printed and read
 * again gives the same addresses; whatever stands in the fields of a draft,
 * the mail that is built has the recipients of the draft and no others.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/limits.h"
#include "mail/address.h"
#include "mail/build.h"
#include "mail/date.h"
#include "mail/header.h"
#include "mail/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_line(struct str line)
{
	assert(str_utf8_valid(line));
	for (size_t i = 0; i < line.length; i++)
		assert((unsigned char)line.text[i] >= ' ');
}

static bool is_ascii(struct str text)
{
	for (size_t i = 0; i < text.length; i++) {
		if ((unsigned char)text.text[i] >= 0x80)
			return false;
	}
	return true;
}

static void check_addresses(struct arena *arena, struct str value)
{
	struct mail_addresses list, again;

	address_list_parse(arena, value, &list);
	for (size_t i = 0; i < list.count; i++) {
		struct buf out;

		check_line(list.items[i].name);
		check_line(list.items[i].address);
		buf_init(&out, 4096);
		address_print(&out, &list.items[i]);
		if (address_valid(list.items[i].address) &&
		    is_ascii(list.items[i].address)) {
			assert(address_list_parse(arena, buf_view(&out),
			                          &again));
			assert(again.count == 1);
			assert(str_equal(again.items[0].address,
			                 list.items[i].address));
		} else {
			assert(out.length == 0);
		}
		buf_release(&out);
	}
}

static void check_build(struct arena *arena, struct str value)
{
	struct mail_address to = {value, STR("zoe@example.org")};
	struct mail_draft_file file = {.name = value,
	                               .type = value,
	                               .content_id = value,
	                               .bytes = value,
	                               .is_inline = true};
	struct mail_draft draft = {
		.from = {value, STR("desk@example.com")},
		.to = {&to, 1},
		.subject = value,
		.message_id = STR("1@example.com"),
		.in_reply_to = value,
		.references = {&value, 1},
		.auto_submitted = value,
		.loop = value,
		.language = value,
		.text = value,
		.html = value,
		.files = &file,
		.file_count = 1,
	};
	struct mail mail;
	struct buf out;

	buf_init(&out, BUILD_BYTES_MAX);
	assert(mail_build(arena, &draft, &out) == ST_OK);
	assert(mail_parse(arena, buf_view(&out), &mail) == ST_OK);
	assert(mail.from.count == 1 && mail.to.count == 1);
	assert(str_equal(mail.from.items[0].address, draft.from.address));
	assert(str_equal(mail.to.items[0].address, to.address));
	assert(mail.cc.count == 0 && mail.reply_to.count == 0);
	assert(str_equal(mail.message_id, draft.message_id));
	assert(mail.attachment_count == 1);
	assert(mail.attachments[0].size == value.length);
	for (size_t i = 0, column = 0; i < out.length; i++, column++) {
		assert(column <= 998);
		assert((unsigned char)out.data[i] < 0x80);
		if (out.data[i] == '\n') {
			assert(i > 0 && out.data[i - 1] == '\r');
			column = 0;
		}
	}
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	struct str value = {(const char *)data, size};
	struct header_params params;
	struct mail_ids ids;
	instant_ms at;

	check_line(header_text(arena, value));
	header_params_parse(arena, value, &params);
	for (size_t i = 0; i < params.count; i++)
		check_line(params.items[i].value);
	header_ids(arena, value, LIMIT_REFERENCES, &ids);
	for (size_t i = 0; i < ids.count; i++)
		check_line(ids.items[i]);
	mail_date_parse(value, &at);
	mail_reply_text(arena, str_utf8_clean(arena, value));
	check_addresses(arena, value);
	check_build(arena, value);
	arena_free(&arena);
	return 0;
}
