#include "mail/build_header.h"

#include <assert.h>
#include <string.h>

#include "base/limits.h"
#include "mail/address.h"
#include "mail/transfer.h"

#define BUILD_LINE_BYTES 76u
/* So many bytes give an encoded word of 72. */
#define BUILD_WORD_BYTES 45u

/* One line without controls, as every value from outside is first made. */
static struct str build_clean(struct arena *arena, struct str value)
{
	struct str text = str_utf8_clean(arena, value);
	char *copy = str_cstr(arena, text);

	for (size_t i = 0; i < text.length; i++) {
		if ((unsigned char)copy[i] < ' ' || copy[i] == 0x7f)
			copy[i] = ' ';
	}
	return str_trim((struct str){copy, text.length});
}

/* ASCII that a header may hold as it is: no word too long to fold. */
static bool build_is_plain(struct str text)
{
	size_t run = 0;

	for (size_t i = 0; i < text.length; i++) {
		unsigned char c = (unsigned char)text.text[i];

		if (c < ' ' || c >= 0x7f)
			return false;
		run = c == ' ' ? 0 : run + 1;
		if (run > BUILD_LINE_BYTES - 10)
			return false;
		/* Two spaces would not survive folding. */
		if (c == ' ' && i > 0 && text.text[i - 1] == ' ')
			return false;
	}
	return str_find(text, STR("=?"), 0) == text.length;
}

void build_words(struct buf *out, struct str text, size_t column)
{
	size_t room = BUILD_WORD_BYTES - (column + 3) / 4 * 3;

	assert(column < 40);
	while (text.length > 0) {
		struct str piece = str_utf8_prefix(text, room);

		if (piece.length == 0)
			break;
		buf_text(out, "=?UTF-8?B?");
		transfer_base64_line(out, piece);
		buf_text(out, "?=");
		text = str_sub(text, piece.length, text.length);
		if (text.length > 0)
			buf_text(out, "\r\n ");
		room = BUILD_WORD_BYTES;
	}
}

/* Plain words, folded at spaces. */
static void build_folded(struct buf *out, struct str text, size_t column)
{
	struct str word;
	bool first = true;

	while (str_split(&text, ' ', &word)) {
		if (!first && column + 1 + word.length > BUILD_LINE_BYTES) {
			buf_text(out, "\r\n ");
			column = 1;
		} else if (!first) {
			buf_char(out, ' ');
			column++;
		}
		first = false;
		buf_str(out, word);
		column += word.length;
	}
}

void build_text(struct arena *arena, struct buf *out, const char *name,
                struct str value)
{
	struct str text =
		build_clean(arena, str_utf8_prefix(str_utf8_clean(arena, value),
	                                           LIMIT_SUBJECT_BYTES));

	buf_printf(out, "%s: ", name);
	if (build_is_plain(text)) {
		build_folded(out, text, strlen(name) + 2);
	} else {
		build_words(out, text, strlen(name) + 2);
	}
	buf_text(out, "\r\n");
}

void build_token(struct buf *out, const char *name, struct str value)
{
	size_t written = 0;

	buf_printf(out, "%s: ", name);
	for (size_t i = 0; i < value.length && written < 800; i++) {
		char c = value.text[i];

		if (c >= ' ' && c < 0x7f) {
			buf_char(out, c);
			written++;
		}
	}
	buf_text(out, "\r\n");
}

/* A display name as an atom, a quoted string or encoded words. */
static void build_name(struct buf *out, struct str name)
{
	if (!build_is_plain(name) || name.length > 60) {
		build_words(out, name, 12); /* "Reply-To: " */
		return;
	}
	buf_char(out, '"');
	for (size_t i = 0; i < name.length; i++) {
		if (name.text[i] == '"' || name.text[i] == '\\')
			buf_char(out, '\\');
		buf_char(out, name.text[i]);
	}
	buf_char(out, '"');
}

static bool build_is_ascii(struct str text)
{
	for (size_t i = 0; i < text.length; i++) {
		if ((unsigned char)text.text[i] >= 0x80)
			return false;
	}
	return true;
}

void address_print(struct buf *out, const struct mail_address *address)
{
	struct arena *arena;

	if (!address_valid(address->address) ||
	    !build_is_ascii(address->address))
		return;
	arena = arena_new((size_t)64 << 10);

	struct str name = build_clean(
		arena, str_utf8_prefix(address->name, LIMIT_NAME_BYTES));

	if (name.length > 0) {
		build_name(out, name);
		/* A name of encoded words leaves no room on the line. */
		buf_text(out, name.length > 40 || !build_is_plain(name)
		                      ? "\r\n <"
		                      : " <");
		buf_str(out, address->address);
		buf_char(out, '>');
	} else {
		buf_str(out, address->address);
	}
	arena_free(&arena);
}

void build_addresses(struct arena *arena, struct buf *out, const char *name,
                     const struct mail_addresses *addresses)
{
	bool first = true;

	(void)arena;
	for (size_t i = 0; i < addresses->count; i++) {
		const struct mail_address *address = &addresses->items[i];

		if (!address_valid(address->address) ||
		    !build_is_ascii(address->address))
			continue;
		if (first)
			buf_printf(out, "%s: ", name);
		else
			buf_text(out, ",\r\n ");
		first = false;
		address_print(out, address);
	}
	if (!first)
		buf_text(out, "\r\n");
}

bool build_id_valid(struct str id)
{
	if (id.length < 3 || id.length > 900 ||
	    str_find_char(id, '@', 0) == id.length)
		return false;
	for (size_t i = 0; i < id.length; i++) {
		unsigned char c = (unsigned char)id.text[i];

		if (c <= ' ' || c >= 0x7f || c == '<' || c == '>')
			return false;
	}
	return true;
}

void build_ids(struct buf *out, const char *name, const struct mail_ids *ids)
{
	bool first = true;

	for (size_t i = 0; i < ids->count; i++) {
		if (!build_id_valid(ids->items[i]))
			continue;
		if (first)
			buf_printf(out, "%s: ", name);
		else
			buf_text(out, "\r\n ");
		first = false;
		buf_printf(out, "<%.*s>", STR_ARG(ids->items[i]));
	}
	if (!first)
		buf_text(out, "\r\n");
}

static bool build_is_attribute_char(unsigned char c)
{
	return (c >= '0' && c <= '9') ||
	       ((c | 0x20) >= 'a' && (c | 0x20) <= 'z' && c < 0x80) ||
	       (c && strchr("!#$&+-.^_`|~", (char)c));
}

void build_parameter(struct arena *arena, struct buf *out, const char *name,
                     struct str value)
{
	static const char hex[] = "0123456789ABCDEF";
	struct str text = build_clean(arena, value);
	unsigned piece = 0;
	size_t column;

	if (build_is_plain(text) && text.length < 60 &&
	    str_find_char(text, '"', 0) == text.length &&
	    str_find_char(text, '\\', 0) == text.length) {
		buf_printf(out, ";\r\n %s=\"%.*s\"", name, STR_ARG(text));
		return;
	}
	buf_printf(out, ";\r\n %s*0*=UTF-8''", name);
	column = strlen(name) + 14;
	for (size_t i = 0; i < text.length; i++) {
		unsigned char c = (unsigned char)text.text[i];

		if (column > BUILD_LINE_BYTES - 6) {
			buf_printf(out, ";\r\n %s*%u*=", name, ++piece);
			column = strlen(name) + 8;
		}
		if (build_is_attribute_char(c)) {
			buf_char(out, (char)c);
			column++;
		} else {
			buf_char(out, '%');
			buf_char(out, hex[c >> 4]);
			buf_char(out, hex[c & 15]);
			column += 3;
		}
	}
}
