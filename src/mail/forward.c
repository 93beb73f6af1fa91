/*
 * Mails that a person passed on: the client's words arrive under a colleague's
 * name, and belong to the client. Both ways are read: the header block that
 * mail programs write above forwarded text, and the mail as an attachment.
 */
#include <string.h>

#include "base/limits.h"
#include "mail/address.h"
#include "mail/date.h"
#include "mail/message_private.h"
#include "mail/reply_words.h"

#define FORWARD_LINES_MAX 400u
#define FORWARD_BLOCK_MAX 14u

/* clang-format off */
static const struct str forward_prefixes[] = {
	STR("Fwd:"), STR("Fw:"), STR("[Fwd:"), STR("Fwd "), STR("WG:"), STR("Wtr:"), STR("TR:"), STR("Tr :"), STR("RV:"), STR("I:"), STR("Enc:"),
	STR("Doorst:"), STR("VB:"), STR("VS:"), STR("PD:"), STR("Vl:"), STR("RES:"), STR("İLT:"), STR("ILT:"), STR("转发:"), STR("轉寄:"), STR("転送:"),
	STR("Пересл:"), STR("ENC:"), STR("Weitergeleitet:"), STR("Reenv:"),
};
/* clang-format on */

static bool forward_subject(struct str subject)
{
	for (size_t i = 0;
	     i < sizeof(forward_prefixes) / sizeof(forward_prefixes[0]); i++) {
		if (str_starts_nocase(subject, forward_prefixes[i]))
			return true;
	}
	return false;
}

/* "Jane Doe [mailto:jane@example.com]" and "*Jane* <jane@...>" are meant. */
static struct mail_address forward_person(struct arena *arena, struct str value)
{
	struct mail_addresses found = {0};
	struct mail_address person = {{"", 0}, {"", 0}};
	char *copy = str_cstr(arena, value);
	size_t length = 0;

	for (size_t i = 0; i < value.length; i++) {
		struct str rest = str_sub(value, i, value.length);
		bool mailto = str_starts_nocase(rest, STR("mailto:"));

		if (mailto) {
			i += 6;
			continue;
		}
		if (value.text[i] == '*')
			continue;
		copy[length] = value.text[i];
		if (copy[length] == '[')
			copy[length] = '<';
		if (copy[length] == ']')
			copy[length] = '>';
		length++;
	}
	address_list_parse(arena, (struct str){copy, length}, &found);
	for (size_t i = 0; i < found.count; i++) {
		if (person.name.length == 0)
			person.name = found.items[i].name;
		if (person.address.length == 0 &&
		    address_valid(found.items[i].address))
			person.address = found.items[i].address;
	}
	if (found.count == 0)
		person.name = str_utf8_prefix(
			str_trim((struct str){copy, length}), LIMIT_NAME_BYTES);
	return person;
}

/* Reads the header block that begins at the first line of `rest`. */
static bool forward_block(struct reader *reader, struct str rest)
{
	struct mail_forwarded found = {.is_forward = true};
	struct str line, value;
	bool seen[REPLY_LABEL_COUNT] = {false};
	size_t labels = 0;

	for (size_t n = 0; n < FORWARD_BLOCK_MAX && str_line(&rest, &line);
	     n++) {
		enum reply_label label = reply_label(line, &value);

		if (label == REPLY_LABEL_NONE) {
			if (n == 0)
				return false;
			continue;
		}
		if (seen[label])
			continue;
		seen[label] = true;
		labels++;
		value = header_text(reader->arena, value);
		if (label == REPLY_LABEL_FROM)
			found.original = forward_person(reader->arena, value);
		if (label == REPLY_LABEL_SUBJECT)
			found.original_subject =
				str_utf8_prefix(value, LIMIT_SUBJECT_BYTES);
		if (label == REPLY_LABEL_DATE)
			mail_date_parse(value, &found.original_date);
	}
	if (!seen[REPLY_LABEL_FROM] || labels < 3)
		return false;
	reader->mail->forwarded = found;
	return true;
}

/* The first block of the text, if little stands before it. */
static bool forward_inline(struct reader *reader, bool by_subject)
{
	struct str rest = reader->mail->text, line, value;
	bool marked = by_subject;

	for (size_t n = 0; n < FORWARD_LINES_MAX; n++) {
		struct str before = rest;

		if (!str_line(&rest, &line))
			return false;
		marked |= reply_is_forward(line);
		if (marked && reply_label(line, &value) != REPLY_LABEL_NONE &&
		    forward_block(reader, before))
			return true;
	}
	return false;
}

static bool forward_attached(struct reader *reader)
{
	const struct part *part = reader_part(reader, "message/rfc822");
	struct mail_forwarded found = {.is_forward = true};
	struct mail_addresses from = {0};
	struct header header;
	struct str value;

	if (!part)
		return false;
	header_parse(reader->arena,
	             part_decoded(reader->arena, reader->raw, part), &header);
	if (!header_find(&header, STR("From"), &value))
		return false;
	address_list_parse(reader->arena, value, &from);
	if (from.count > 0)
		found.original = from.items[0];
	found.original_subject = str_utf8_prefix(
		header_get(reader->arena, &header, STR("Subject")),
		LIMIT_SUBJECT_BYTES);
	if (header_find(&header, STR("Date"), &value))
		mail_date_parse(header_unfold(reader->arena, value),
		                &found.original_date);
	reader->mail->forwarded = found;
	return true;
}

void reader_forwarded(struct reader *reader)
{
	const struct mail *mail = reader->mail;
	bool by_subject = forward_subject(mail->subject);

	/* Machines return mail; only people pass it on. */
	if (mail->kind != MAIL_AUTO_NONE && mail->kind != MAIL_AUTO_LIST)
		return;
	if (forward_inline(reader, by_subject))
		return;
	if (by_subject || str_trim(mail->text).length < 400)
		forward_attached(reader);
}
