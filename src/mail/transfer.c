#include "mail/transfer.h"

#include <string.h>

static const char transfer_alphabet[64] = {
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"};

enum mail_encoding transfer_named(struct str value)
{
	/* clang-format off */
	static const struct {
		struct str name;
		enum mail_encoding encoding;
	} names[] = {
		{STR("base64"), MAIL_ENCODING_BASE64},
		{STR("base-64"), MAIL_ENCODING_BASE64},
		{STR("quoted-printable"), MAIL_ENCODING_QUOTED},
		{STR("quoted_printable"), MAIL_ENCODING_QUOTED},
		{STR("x-uuencode"), MAIL_ENCODING_UUENCODE},
		{STR("x-uue"), MAIL_ENCODING_UUENCODE},
		{STR("uuencode"), MAIL_ENCODING_UUENCODE},
	};
	/* clang-format on */

	value = str_trim(value);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (str_starts_nocase(value, names[i].name))
			return names[i].encoding;
	}
	return MAIL_ENCODING_IDENTITY;
}

int transfer_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

static int transfer_sextet(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	if (c == '/' || c == '_')
		return 63;
	return -1;
}

static size_t transfer_from_base64(struct str bytes, char *out)
{
	size_t length = 0;
	unsigned value = 0;
	int have = 0;

	for (size_t i = 0; i < bytes.length; i++) {
		int sextet = transfer_sextet(bytes.text[i]);

		if (bytes.text[i] == '=') {
			/* Padding ends a group; a new one may follow. */
			have = 0;
			value = 0;
			continue;
		}
		if (sextet < 0)
			continue;
		value = (value << 6 | (unsigned)sextet) & 0xffffff;
		if (++have == 1)
			continue;
		out[length++] = (char)(value >> (8 - have * 2) & 0xff);
		have %= 4;
	}
	return length;
}

/* Length of white space that only pads a line's end at `i`. */
static size_t transfer_padding(struct str bytes, size_t i)
{
	size_t end = i;

	while (end < bytes.length &&
	       (bytes.text[end] == ' ' || bytes.text[end] == '\t'))
		end++;
	if (end == bytes.length || bytes.text[end] == '\n' ||
	    (bytes.text[end] == '\r' && end + 1 < bytes.length &&
	     bytes.text[end + 1] == '\n'))
		return end - i;
	return 0;
}

static size_t transfer_from_quoted(struct str bytes, char *out)
{
	size_t length = 0;

	for (size_t i = 0; i < bytes.length;) {
		char c = bytes.text[i];

		if (c != '=') {
			out[length++] = c;
			i++;
			continue;
		}
		if (i + 2 < bytes.length) {
			int high = transfer_hex(bytes.text[i + 1]);
			int low = transfer_hex(bytes.text[i + 2]);

			if (high >= 0 && low >= 0) {
				out[length++] = (char)(high << 4 | low);
				i += 3;
				continue;
			}
		}

		size_t next = i + 1 + transfer_padding(bytes, i + 1);

		if (next < bytes.length && bytes.text[next] == '\r')
			next++;
		if (next < bytes.length && bytes.text[next] == '\n') {
			i = next + 1; /* a soft line break */
		} else if (next == bytes.length) {
			i = next;
		} else {
			out[length++] = c;
			i++;
		}
	}
	return length;
}

static size_t transfer_from_uuencode(struct str bytes, char *out)
{
	struct str line;
	size_t length = 0;
	bool begun = false;

	while (str_line(&bytes, &line)) {
		if (!begun) {
			begun = str_starts(line, STR("begin"));
			continue;
		}
		if (str_starts(line, STR("end")) || line.length == 0)
			break;

		size_t want = (size_t)((line.text[0] - ' ') & 0x3f);

		for (size_t i = 1; i + 1 < line.length && want > 0; i += 4) {
			unsigned group = 0;

			for (size_t k = 0; k < 4; k++) {
				char c = i + k < line.length ? line.text[i + k]
				                             : ' ';
				group = group << 6 |
				        (unsigned)((c - ' ') & 0x3f);
			}
			for (int shift = 16; shift >= 0 && want > 0;
			     shift -= 8, want--)
				out[length++] = (char)(group >> shift & 0xff);
		}
	}
	return length;
}

size_t transfer_decode(enum mail_encoding encoding, struct str bytes, char *out)
{
	switch (encoding) {
	case MAIL_ENCODING_BASE64:
		return transfer_from_base64(bytes, out);
	case MAIL_ENCODING_QUOTED:
		return transfer_from_quoted(bytes, out);
	case MAIL_ENCODING_UUENCODE:
		return transfer_from_uuencode(bytes, out);
	case MAIL_ENCODING_IDENTITY:
	case MAIL_ENCODING_COUNT:
		break;
	}
	if (bytes.length > 0)
		memcpy(out, bytes.text, bytes.length);
	return bytes.length;
}

struct str transfer_decoded(struct arena *arena, enum mail_encoding encoding,
                            struct str bytes)
{
	if (encoding == MAIL_ENCODING_IDENTITY || bytes.length == 0)
		return bytes;

	char *out = arena_alloc(arena, bytes.length + 1);

	return (struct str){out, transfer_decode(encoding, bytes, out)};
}

void transfer_base64_line(struct buf *out, struct str bytes)
{
	for (size_t i = 0; i < bytes.length; i += 3) {
		size_t left = bytes.length - i;
		unsigned value = (unsigned)(unsigned char)bytes.text[i] << 16;
		char group[4];

		if (left > 1)
			value |= (unsigned)(unsigned char)bytes.text[i + 1]
			         << 8;
		if (left > 2)
			value |= (unsigned char)bytes.text[i + 2];
		for (int k = 0; k < 4; k++)
			group[k] =
				transfer_alphabet[value >> (18 - 6 * k) & 0x3f];
		if (left < 3)
			group[3] = '=';
		if (left < 2)
			group[2] = '=';
		buf_add(out, group, sizeof(group));
	}
}

void transfer_base64(struct buf *out, struct str bytes)
{
	for (size_t i = 0; i < bytes.length; i += 57) {
		size_t end = i + 57 < bytes.length ? i + 57 : bytes.length;

		transfer_base64_line(out, str_sub(bytes, i, end));
		buf_text(out, "\r\n");
	}
}

/* One line of text, without its line end. */
static void transfer_quoted_line(struct buf *out, struct str line)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t column = 0;

	for (size_t i = 0; i < line.length; i++) {
		unsigned char c = (unsigned char)line.text[i];
		bool last = i + 1 == line.length;

		if (column + 3 > 75) {
			buf_text(out, "=\r\n");
			column = 0;
		}

		/* "From " and a lone dot are protected from mail servers. */
		bool risky = column == 0 && (c == 'F' || c == '.');
		bool plain = (c > ' ' && c < 0x7f && c != '=' && !risky) ||
		             ((c == ' ' || c == '\t') && !last);

		if (plain) {
			buf_char(out, (char)c);
		} else {
			buf_char(out, '=');
			buf_char(out, hex[c >> 4]);
			buf_char(out, hex[c & 15]);
		}
		column += plain ? 1 : 3;
	}
}

void transfer_quoted(struct buf *out, struct str text)
{
	struct str line;

	while (str_line(&text, &line)) {
		transfer_quoted_line(out, line);
		buf_text(out, "\r\n");
	}
}
