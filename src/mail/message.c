#include "mail/message.h"

#include <string.h>

#include "base/limits.h"
#include "mail/address.h"
#include "mail/charset.h"
#include "mail/date.h"
#include "mail/html.h"
#include "mail/message_private.h"
#include "mail/reply.h"
#include "mail/transfer.h"

void reader_error(struct reader *reader, const char *text)
{
	struct mail *mail = reader->mail;

	if (mail->error_count < MAIL_ERRORS_MAX)
		mail->errors[mail->error_count++] = str_of(text);
}

const struct part *reader_part(const struct reader *reader, const char *type)
{
	for (size_t i = 0; i < reader->parts.count; i++) {
		if (part_is(&reader->parts.items[i], type) &&
		    !reader->parts.items[i].is_multipart)
			return &reader->parts.items[i];
	}
	return NULL;
}

static void reader_addresses(struct reader *reader, struct str name,
                             struct mail_addresses *out, const char *problem)
{
	struct str value;

	if (header_find(reader->header, name, &value) &&
	    !address_list_parse(reader->arena, value, out))
		reader_error(reader, problem);
}

/* All From: headers hold the same bytes. */
static bool reader_from_is_same(const struct reader *reader)
{
	const struct header *header = reader->header;
	struct str first = {"", 0};
	bool same = true;

	for (size_t i = 0; i < header->count; i++) {
		struct str value = str_trim(header->fields[i].value);

		if (!str_equal_nocase(header->fields[i].name, STR("From")))
			continue;
		if (first.length == 0)
			first = value;
		same &= str_equal(first, value);
	}
	return same && first.length > 0;
}

/*
 * Who sent it is a claim, and one that must at least be unambiguous: two From:
 * headers give no sender at all.
 */
static void reader_from(struct reader *reader)
{
	struct mail *mail = reader->mail;
	unsigned count = header_count(reader->header, STR("From"));
	bool same = reader_from_is_same(reader);
	struct mail_addresses sender = {0};

	if (count == 0)
		reader_error(reader, "There is no From: header.");
	if (count > 1)
		reader_error(reader, same ? "The From: header is repeated."
		                          : "There is more than one From: "
		                            "header; none is believed.");
	if (count == 1 || same)
		reader_addresses(reader, STR("From"), &mail->from,
		                 "The From: header is not a proper address.");
	if (mail->from.count > 1)
		reader_error(reader, "The From: header names several people.");
	for (size_t i = 0; i < mail->from.count; i++) {
		struct mail_address *from = &mail->from.items[i];

		if (str_find_char(from->name, '@', 0) < from->name.length &&
		    !str_equal_nocase(from->name, from->address))
			reader_error(reader, "The sender's name shows "
			                     "another address.");
	}
	reader_addresses(reader, STR("Sender"), &sender,
	                 "The Sender: header is not a proper address.");
	if (sender.count > 0)
		mail->sender = sender.items[0];
}

/* All fields of that name joined: some programs write one To: a person. */
static void reader_recipients(struct reader *reader, struct str name,
                              struct mail_addresses *out, const char *problem)
{
	unsigned count = header_count(reader->header, name);
	struct buf joined;
	struct str all;

	if (count <= 1) {
		reader_addresses(reader, name, out, problem);
		return;
	}
	buf_init(&joined, LIMIT_HEADER_BYTES * 2u);
	for (size_t i = 0; i < reader->header->count; i++) {
		const struct header_field *field = &reader->header->fields[i];

		if (!str_equal_nocase(field->name, name))
			continue;
		buf_str(&joined, field->value);
		buf_text(&joined, ", ");
	}
	all = str_copy(reader->arena, buf_view(&joined));
	buf_release(&joined);
	if (!address_list_parse(reader->arena, all, out))
		reader_error(reader, problem);
}

static void reader_ids(struct reader *reader, struct str name,
                       struct mail_ids *out)
{
	struct str value;

	*out = (struct mail_ids){0};
	if (!header_find(reader->header, name, &value))
		return;
	header_ids(reader->arena, value, LIMIT_REFERENCES, out);
}

static void reader_identity(struct reader *reader)
{
	struct mail *mail = reader->mail;
	struct mail_ids ids;
	struct str value;

	mail->subject = str_utf8_prefix(
		header_get(reader->arena, reader->header, STR("Subject")),
		LIMIT_SUBJECT_BYTES);
	reader_ids(reader, STR("Message-ID"), &ids);
	if (ids.count > 0)
		mail->message_id = ids.items[0];
	else
		reader_error(reader, "There is no usable Message-ID.");
	if (header_count(reader->header, STR("Message-ID")) > 1)
		reader_error(reader, "There is more than one Message-ID.");
	if (header_count(reader->header, STR("Subject")) > 1)
		reader_error(reader, "There is more than one Subject.");
	reader_ids(reader, STR("In-Reply-To"), &mail->in_reply_to);
	reader_ids(reader, STR("References"), &mail->references);
	if (!header_find(reader->header, STR("Date"), &value)) {
		reader_error(reader, "There is no Date: header.");
	} else if (!mail_date_parse(header_unfold(reader->arena, value),
	                            &mail->date)) {
		reader_error(reader, "The Date: header is not a date.");
	}
}

/* Return-Path: <> says "no answer"; an absent one says nothing. */
static void reader_return_path(struct reader *reader)
{
	struct mail *mail = reader->mail;
	struct mail_addresses path = {0};
	struct str value;

	if (!header_find(reader->header, STR("Return-Path"), &value))
		return;
	value = header_unfold(reader->arena, value);
	if (str_equal(value, STR("<>"))) {
		mail->signals.null_return_path = true;
		return;
	}
	if (address_list_parse(reader->arena, value, &path) && path.count == 1)
		mail->return_path = path.items[0].address;
}

static void reader_header(struct reader *reader)
{
	struct mail *mail = reader->mail;

	if (reader->header->count == 0)
		reader_error(reader, "There are no headers.");
	if (reader->header->has_junk)
		reader_error(reader, "The headers hold lines that are none.");
	if (reader->header->is_cut)
		reader_error(reader, "The headers are too long; the rest of "
		                     "them was not read.");
	reader_from(reader);
	reader_recipients(reader, STR("To"), &mail->to,
	                  "The To: header is not a proper address list.");
	reader_recipients(reader, STR("Cc"), &mail->cc,
	                  "The Cc: header is not a proper address list.");
	reader_recipients(reader, STR("Reply-To"), &mail->reply_to,
	                  "The Reply-To: header is not a proper address.");
	reader_identity(reader);
	reader_return_path(reader);
}

static void reader_body(struct reader *reader)
{
	struct mail *mail = reader->mail;
	struct mail_clean clean = {0};

	body_collect(reader->arena, reader->raw, &reader->parts, &reader->body);
	mail->text = reader->body.text;
	if (reader->body.html.length > 0)
		mail_clean_html(reader->arena, reader->body.html, &clean,
		                &mail->html);
	mail->attachments = reader->body.attachments;
	mail->attachment_count = reader->body.attachment_count;
	if (reader->parts.is_cut)
		reader_error(reader, "It has more or deeper parts than are "
		                     "read.");
	if (reader->parts.is_unclosed)
		reader_error(reader, "It ends before its last part does.");
	if (reader->body.is_odd)
		reader_error(reader, "Some text is not in the charset that "
		                     "it claims.");
	if (reader->body.attachments_cut)
		reader_error(reader, "It has more attachments than are kept.");
	if (clean.was_hostile)
		reader_error(reader, "The HTML is built to exhaust a reader; "
		                     "its text is shown.");
	if (reader_part(reader, "application/pgp-encrypted") ||
	    reader_part(reader, "application/pkcs7-mime") ||
	    reader_part(reader, "application/x-pkcs7-mime"))
		reader_error(reader, "It is encrypted or signed in a way that "
		                     "hides its text.");
}

enum status mail_parse(struct arena *arena, struct str raw,
                       struct mail *mail_out)
{
	struct mail mail = {0};
	struct reader reader = {.arena = arena, .raw = raw, .mail = &mail};

	if (raw.length > LIMIT_MAIL_BYTES)
		return ST_LIMIT;
	mail.errors = arena_array(arena, MAIL_ERRORS_MAX, sizeof(*mail.errors));
	parts_parse(arena, raw, &reader.parts);
	reader.header = &reader.parts.items[0].header;
	reader_header(&reader);
	reader_body(&reader);
	reader_classify(&reader);
	reader_forwarded(&reader);
	mail.reply = mail_reply_text(arena, mail.text);
	*mail_out = mail;
	return ST_OK;
}

enum status mail_parse_ids(struct arena *arena, struct str raw,
                           struct mail *mail_out)
{
	struct mail mail = {0};
	struct header header;
	struct reader reader = {
		.arena = arena, .raw = raw, .header = &header, .mail = &mail};
	struct mail_ids ids;

	header_parse(arena, raw, &header);
	reader_ids(&reader, STR("Message-ID"), &ids);
	if (ids.count > 0)
		mail.message_id = ids.items[0];
	reader_ids(&reader, STR("In-Reply-To"), &mail.in_reply_to);
	reader_ids(&reader, STR("References"), &mail.references);
	*mail_out = mail;
	return ST_OK;
}

enum status mail_attachment_extract(struct str raw, size_t offset,
                                    size_t length, enum mail_encoding encoding,
                                    struct buf *out)
{
	size_t before = out->length;
	struct str bytes;
	char *decoded;

	if (offset > raw.length || length > raw.length - offset ||
	    encoding >= MAIL_ENCODING_COUNT)
		return ST_INVALID;
	bytes = str_sub(raw, offset, offset + length);
	if (encoding == MAIL_ENCODING_IDENTITY) {
		buf_str(out, bytes);
	} else {
		struct arena *scratch = arena_new(LIMIT_MAIL_BYTES * 2u);

		decoded = arena_alloc(scratch, bytes.length + 1);
		buf_add(out, decoded,
		        transfer_decode(encoding, bytes, decoded));
		arena_free(&scratch);
	}
	if (out->failed) {
		out->length = before;
		return ST_LIMIT;
	}
	return ST_OK;
}

const char *mail_auto_name(enum mail_auto kind)
{
	static const char *const names[MAIL_AUTO_COUNT] = {
		"none",     "loop",       "feedback", "bounce",
		"vacation", "auto_reply", "list"};

	return kind < MAIL_AUTO_COUNT ? names[kind] : "none";
}

unsigned mail_warm(void)
{
	static const char sample[] =
		"From: =?iso-8859-2?Q?Zo=EB?= <zoe@example.com>\r\n"
		"Subject: =?utf-8?B?U2FtcGxl?=\r\n"
		"Date: Tue, 10 Nov 2026 09:00:00 +0100\r\n"
		"Content-Type: text/html; charset=koi8-r\r\n"
		"\r\n"
		"<p style=\"color: red\">Sample &eacute; "
		"<a href=\"https://example.com/\">link</a></p>\r\n";
	unsigned count = charset_warm();
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	struct mail mail;

	if (mail_parse(arena, str_of(sample), &mail) != ST_OK)
		count = 0;
	address_registrable(STR("mail.example.co.uk"));
	arena_free(&arena);
	return count;
}
