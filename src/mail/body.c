#include "mail/body.h"

/* Only the pure hash of the library, none of its randomness. */
#include <sodium/crypto_hash_sha256.h>
#include <string.h>

#include "base/limits.h"
#include "mail/html.h"
#include "mail/transfer.h"

/* What a part contributes. */
enum body_role {
	BODY_NOTHING, /* a container, or said already */
	BODY_TEXT,
	BODY_HTML,
	BODY_ATTACHMENT
};

/* The innermost multipart/alternative around a part; PART_NONE if none. */
static size_t body_alternative(const struct parts *parts, size_t index)
{
	size_t at = parts->items[index].parent;

	while (at != PART_NONE &&
	       !part_is(&parts->items[at], "multipart/alternative"))
		at = parts->items[at].parent;
	return at;
}

static bool body_is_first_leaf(const struct parts *parts, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (!parts->items[i].is_multipart)
			return false;
	}
	return true;
}

/* A second version of the same words: an alternative shows one of them. */
static bool body_is_second(const struct parts *parts, size_t index)
{
	size_t parent = parts->items[index].parent;

	if (parent == PART_NONE ||
	    !part_is(&parts->items[parent], "multipart/alternative"))
		return false;
	for (size_t i = parent + 1; i < index; i++) {
		if (parts->items[i].parent == parent &&
		    str_equal(parts->items[i].type.token,
		              parts->items[index].type.token))
			return true;
	}
	return false;
}

/* Shown as text, and kept as the file that it also is. */
static bool body_is_file_too(const struct parts *parts, size_t index)
{
	const struct part *part = &parts->items[index];

	return index > 0 && part->disposition.token.length > 0 &&
	       part_name(part).length > 0;
}

static enum body_role body_role(const struct parts *parts, size_t index)
{
	const struct part *part = &parts->items[index];
	bool is_html = part_is(part, "text/html");
	bool is_text =
		part_is(part, "text/plain") || part_is(part, "text/enriched") ||
		part_is(part, "text/richtext") ||
		(part_is_kind(part, "multipart/") && !part->is_multipart) ||
		(part_is_kind(part, "text/") && index == 0 &&
	         !part_is(part, "text/calendar"));
	bool is_declared =
		str_equal(part->disposition.token, STR("attachment"));

	if (part->is_multipart)
		return BODY_NOTHING;
	if (!is_html && !is_text)
		return BODY_ATTACHMENT;
	if (is_declared && (part_name(part).length > 0 || index > 0))
		return BODY_ATTACHMENT;
	/* A named text is a file, unless it is where the words must be. */
	if (part_name(part).length > 0 && !body_is_first_leaf(parts, index) &&
	    (body_alternative(parts, index) == PART_NONE ||
	     str_equal(part->disposition.token, STR("inline"))))
		return BODY_ATTACHMENT;
	if (body_is_second(parts, index))
		return BODY_NOTHING;
	return is_html ? BODY_HTML : BODY_TEXT;
}

static void body_add_text(struct buf *out, struct str text)
{
	if (str_trim(text).length == 0 && out->length > 0)
		return;
	if (out->length > 0 && out->data[out->length - 1] != '\n')
		buf_char(out, '\n');
	buf_str(out, str_utf8_prefix(text, LIMIT_TEXT_BYTES - out->length > 4
	                                           ? LIMIT_TEXT_BYTES -
	                                                     out->length - 4
	                                           : 0));
}

struct body_words {
	struct arena *arena;
	struct str raw;
	const struct parts *parts;
	enum body_role *roles;
	struct body *body;
	struct buf text, html;
};

/* Whether an alternative holds a leaf of that role. */
static bool body_alternative_has(const struct body_words *words,
                                 size_t alternative, enum body_role role)
{
	const struct parts *parts = words->parts;

	for (size_t i = alternative + 1; i < parts->count; i++) {
		if (parts->items[i].depth <= parts->items[alternative].depth)
			return false;
		if (words->roles[i] == role)
			return true;
	}
	return false;
}

/*
 * Text goes to the text and HTML to the HTML; each also to the other where no
 * alternative says the same there (a footer after an HTML mail).
 */
static void body_words_add(struct body_words *words, size_t index,
                           bool any_html)
{
	const struct part *part = &words->parts->items[index];
	size_t alternative = body_alternative(words->parts, index);
	bool clean = true;

	/* Enough was read; one more part costs as much as the first. */
	if (words->html.length >= LIMIT_HTML_BYTES ||
	    words->text.length + 64 >= LIMIT_TEXT_BYTES) {
		words->body->is_odd = true;
		return;
	}

	struct str text = part_text(words->arena, words->raw, part, &clean);
	bool is_html = words->roles[index] == BODY_HTML;
	bool to_other;

	words->body->is_odd |= !clean;
	to_other = alternative == PART_NONE ||
	           !body_alternative_has(words, alternative,
	                                 is_html ? BODY_TEXT : BODY_HTML);
	if (is_html) {
		buf_str(&words->html, text);
		if (to_other)
			body_add_text(&words->text,
			              mail_html_text(words->arena, text));
		return;
	}
	if (text.length > LIMIT_TEXT_BYTES)
		words->body->is_odd = true;
	body_add_text(&words->text, text);
	if (to_other && any_html)
		mail_text_html(&words->html, text);
}

static void body_words_collect(struct body_words *words)
{
	bool any_html = false;

	for (size_t i = 0; i < words->parts->count; i++)
		any_html |= words->roles[i] == BODY_HTML;
	buf_init(&words->text, (size_t)LIMIT_TEXT_BYTES + 64);
	buf_init(&words->html, (size_t)LIMIT_HTML_BYTES * 2);
	for (size_t i = 0; i < words->parts->count; i++) {
		if (words->roles[i] == BODY_TEXT ||
		    words->roles[i] == BODY_HTML)
			body_words_add(words, i, any_html);
	}
	words->body->text = str_copy(words->arena, buf_view(&words->text));
	words->body->html = str_copy(words->arena, buf_view(&words->html));
	buf_release(&words->text);
	buf_release(&words->html);
}

/* Bytes of the invisible or reordering character at `at`; 0 if it is none. */
static size_t body_invisible(struct str name, size_t at)
{
	const unsigned char *p = (const unsigned char *)name.text + at;

	if (p[0] < ' ' || p[0] == 0x7f)
		return 1;
	if (p[0] == 0xc2 && name.length - at > 1 && p[1] < 0xa0)
		return 2;
	if (name.length - at < 3)
		return 0;
	/* U+200B..200F, U+202A..202E, U+2060..206F, U+FEFF. */
	if (p[0] == 0xe2 && p[1] == 0x80 &&
	    ((p[2] >= 0x8b && p[2] <= 0x8f) || (p[2] >= 0xa8 && p[2] <= 0xae)))
		return 3;
	if (p[0] == 0xe2 && p[1] == 0x81 && p[2] >= 0xa0 && p[2] <= 0xaf)
		return 3;
	if (p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf)
		return 3;
	return 0;
}

struct str body_file_name(struct arena *arena, struct str name)
{
	char *copy;
	size_t length = 0;

	for (size_t i = name.length; i > 0; i--) {
		if (name.text[i - 1] == '/' || name.text[i - 1] == '\\') {
			name = str_sub(name, i, name.length);
			break;
		}
	}
	copy = arena_alloc(arena, name.length + 1);
	for (size_t i = 0; i < name.length;) {
		size_t skip = body_invisible(name, i);

		if (skip == 0)
			copy[length++] = name.text[i++];
		i += skip;
	}
	name = str_trim((struct str){copy, length});
	if (str_equal(name, STR(".")) || str_equal(name, STR("..")))
		return STR("");
	if (name.length <= LIMIT_NAME_BYTES)
		return name;

	/* Too long: the ending says what it is, so it stays. */
	size_t dot = name.length;

	for (size_t i = name.length; i > 0 && name.length - i < 12; i--) {
		if (name.text[i - 1] == '.') {
			dot = i - 1;
			break;
		}
	}

	struct str ending = str_sub(name, dot, name.length);

	return str_printf(
		arena, "%.*s%.*s",
		STR_ARG(str_utf8_prefix(str_sub(name, 0, dot),
	                                LIMIT_NAME_BYTES - ending.length)),
		STR_ARG(ending));
}

/* A name for a part without one, from its type. */
static struct str body_name_for(const struct part *part)
{
	/* clang-format off */
	static const struct {
		const char *type;
		struct str name;
	} names[] = {
		{"message/rfc822", STR("message.eml")}, {"message/global", STR("message.eml")},
		{"message/delivery-status", STR("delivery-status.txt")}, {"message/disposition-notification", STR("read-receipt.txt")},
		{"message/feedback-report", STR("feedback-report.txt")}, {"text/rfc822-headers", STR("headers.txt")},
		{"text/calendar", STR("invite.ics")}, {"text/plain", STR("text.txt")}, {"text/html", STR("page.html")},
		{"text/csv", STR("table.csv")}, {"text/vcard", STR("contact.vcf")}, {"text/x-vcard", STR("contact.vcf")},
		{"application/pgp-signature", STR("signature.asc")}, {"application/pkcs7-signature", STR("smime.p7s")},
		{"application/x-pkcs7-signature", STR("smime.p7s")}, {"application/pkcs7-mime", STR("smime.p7m")},
		{"application/x-pkcs7-mime", STR("smime.p7m")}, {"application/pgp-encrypted", STR("version.txt")},
		{"application/ms-tnef", STR("winmail.dat")}, {"application/pdf", STR("document.pdf")}, {"application/zip", STR("archive.zip")},
		{"image/jpeg", STR("image.jpg")}, {"image/png", STR("image.png")}, {"image/gif", STR("image.gif")},
		{"image/tiff", STR("image.tif")}, {"image/webp", STR("image.webp")}, {"image/heic", STR("image.heic")},
		{"image/svg+xml", STR("image.svg")}, {"audio/mpeg", STR("audio.mp3")}, {"audio/wav", STR("audio.wav")},
		{"video/mp4", STR("video.mp4")}, {"video/quicktime", STR("video.mov")},
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (part_is(part, names[i].type))
			return names[i].name;
	}
	return STR("attachment.bin");
}

static struct str body_content_id(struct arena *arena, const struct part *part)
{
	struct str value;

	if (!header_find(&part->header, STR("Content-ID"), &value))
		return STR("");
	value = header_text(arena, value);
	if (str_starts(value, STR("<")))
		value = str_sub(value, 1, str_find_char(value, '>', 1));
	return str_utf8_prefix(str_trim(value), MAIL_ID_BYTES_MAX);
}

/* Type as declared, or octets when it could do harm in a header. */
static struct str body_type(const struct part *part)
{
	struct str type = part->type.token;

	if (type.length > 127)
		return STR("application/octet-stream");
	for (size_t i = 0; i < type.length; i++) {
		char c = type.text[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    !strchr("/.+-_!#$&^", c))
			return STR("application/octet-stream");
	}
	return type;
}

static void body_attach(struct arena *arena, struct str raw,
                        const struct part *part, char *scratch,
                        struct mail_attachment *attachment)
{
	struct str bytes = str_sub(raw, part->body, part->body + part->length);

	*attachment = (struct mail_attachment){
		.name = body_file_name(arena, part_name(part)),
		.type = body_type(part),
		.content_id = body_content_id(arena, part),
		.offset = part->body,
		.length = part->length,
		.encoding = part->encoding,
		.is_inline = str_equal(part->disposition.token, STR("inline")),
	};
	if (attachment->name.length == 0)
		attachment->name = body_name_for(part);
	if (part->encoding != MAIL_ENCODING_IDENTITY)
		bytes = (struct str){scratch, transfer_decode(part->encoding,
		                                              bytes, scratch)};
	attachment->size = bytes.length;
	crypto_hash_sha256(attachment->sha256,
	                   (const unsigned char *)bytes.text, bytes.length);
}

static bool body_is_attached(const struct parts *parts,
                             const enum body_role *roles, size_t index)
{
	return roles[index] == BODY_ATTACHMENT ||
	       ((roles[index] == BODY_TEXT || roles[index] == BODY_HTML) &&
	        body_is_file_too(parts, index));
}

static void body_attachments(struct arena *arena, struct str raw,
                             const struct parts *parts,
                             const enum body_role *roles, struct body *body)
{
	size_t count = 0, longest = 0;
	char *scratch;

	for (size_t i = 0; i < parts->count; i++) {
		if (!body_is_attached(parts, roles, i))
			continue;
		count++;
		if (parts->items[i].length > longest)
			longest = parts->items[i].length;
	}
	body->attachments_cut = count > LIMIT_ATTACHMENTS;
	if (body->attachments_cut)
		count = LIMIT_ATTACHMENTS;
	scratch = arena_alloc(arena, longest + 1);
	body->attachments =
		arena_array(arena, count + 1, sizeof(*body->attachments));
	for (size_t i = 0; i < parts->count; i++) {
		struct mail_attachment *attachment;

		if (!body_is_attached(parts, roles, i) ||
		    body->attachment_count == count)
			continue;
		attachment = &body->attachments[body->attachment_count++];
		body_attach(arena, raw, &parts->items[i], scratch, attachment);
		attachment->is_inline |= mail_html_mentions_cid(
			body->html, attachment->content_id);
	}
}

void body_collect(struct arena *arena, struct str raw,
                  const struct parts *parts, struct body *body_out)
{
	struct body body = {0};
	struct body_words words = {
		.arena = arena, .raw = raw, .parts = parts, .body = &body};

	words.roles = arena_array(arena, parts->count, sizeof(*words.roles));
	for (size_t i = 0; i < parts->count; i++)
		words.roles[i] = body_role(parts, i);
	body_words_collect(&words);
	body_attachments(arena, raw, parts, words.roles, &body);
	*body_out = body;
}
