#include "app/demo_mime.h"

#include <stdio.h>

#define DEMO_WORD_BYTES 42 /* of text in an encoded word: 75 in all */
#define DEMO_LINE_BYTES 72

void demo_date_print(instant_ms at, int zone_minutes,
                     char text_out[DEMO_DATE_SIZE])
{
	static const char days[] = "MonTueWedThuFriSatSun";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct civil civil = civil_from_utc(at + zone_minutes * SPAN_MINUTE);
	int weekday =
		civil_weekday(civil_days(civil.year, civil.month, civil.day));
	int minutes = zone_minutes < 0 ? -zone_minutes : zone_minutes;

	snprintf(text_out, DEMO_DATE_SIZE,
	         "%.3s, %d %.3s %d %02d:%02d:%02d %c%02d%02d",
	         days + 3 * weekday, civil.day, months + 3 * (civil.month - 1),
	         civil.year, civil.hour, civil.minute, civil.second,
	         zone_minutes < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

static bool mime_ascii(struct str text)
{
	for (size_t i = 0; i < text.length; i++) {
		if ((unsigned char)text.text[i] >= 0x80)
			return false;
	}
	return true;
}

static void mime_base64(struct str bytes, size_t line, struct buf *out)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklm"
				      "nopqrstuvwxyz0123456789+/";
	size_t column = 0;

	for (size_t i = 0; i < bytes.length; i += 3) {
		size_t left = bytes.length - i;
		unsigned value = (unsigned)(unsigned char)bytes.text[i] << 16;

		if (left > 1)
			value |= (unsigned)(unsigned char)bytes.text[i + 1]
			         << 8;
		if (left > 2)
			value |= (unsigned char)bytes.text[i + 2];
		buf_char(out, letters[value >> 18 & 63]);
		buf_char(out, letters[value >> 12 & 63]);
		buf_char(out, left > 1 ? letters[value >> 6 & 63] : '=');
		buf_char(out, left > 2 ? letters[value & 63] : '=');
		column += 4;
		if (line && column >= line) {
			buf_text(out, "\r\n");
			column = 0;
		}
	}
}

void demo_header_words(struct str words, struct buf *out)
{
	bool first = true;

	if (mime_ascii(words)) {
		buf_str(out, words);
		return;
	}
	while (words.length > 0) {
		struct str piece = str_utf8_prefix(words, DEMO_WORD_BYTES);

		if (!first)
			buf_text(out, "\r\n ");
		first = false;
		buf_text(out, "=?UTF-8?B?");
		mime_base64(piece, 0, out);
		buf_text(out, "?=");
		words = str_sub(words, piece.length, words.length);
	}
}

void demo_html_text(struct str text, struct buf *out)
{
	for (size_t i = 0; i < text.length; i++) {
		switch (text.text[i]) {
		case '<':
			buf_text(out, "&lt;");
			break;
		case '>':
			buf_text(out, "&gt;");
			break;
		case '&':
			buf_text(out, "&amp;");
			break;
		case '"':
			buf_text(out, "&quot;");
			break;
		default:
			buf_char(out, text.text[i]);
		}
	}
}

/*
 * One character of UTF-8 as ISO 8859-1, or a likeness of it: what people's
 * programs write there for dashes and curly quotes.
 */
static char mime_latin1(struct str text, size_t *at)
{
	unsigned char first = (unsigned char)text.text[*at];
	unsigned value = first;
	size_t more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0;

	if (more == 1)
		value = first & 0x1f;
	else if (more == 2)
		value = first & 0x0f;
	(*at)++;
	for (; more > 0 && *at < text.length; more--, (*at)++)
		value = value << 6 | ((unsigned char)text.text[*at] & 0x3f);
	if (value < 0x100)
		return (char)value;
	if (value == 0x2018 || value == 0x2019)
		return '\'';
	if (value == 0x201c || value == 0x201d || value == 0x201e)
		return '"';
	return value == 0x2013 || value == 0x2014 ? '-' : '?';
}

/* One byte of quoted-printable; a line is broken before it gets too long. */
static void mime_quoted(char c, bool last, size_t *column, struct buf *out)
{
	unsigned char byte = (unsigned char)c;
	bool plain = (byte > ' ' && byte < 0x7f && byte != '=') ||
	             (byte == ' ' && !last);

	if (*column >= DEMO_LINE_BYTES) {
		buf_text(out, "=\r\n");
		*column = 0;
	}
	if (plain)
		buf_char(out, c);
	else
		buf_printf(out, "=%02X", byte);
	*column += plain ? 1 : 3;
}

static void mime_quoted_lines(struct str text, enum demo_charset charset,
                              struct buf *out)
{
	struct str line;

	while (str_line(&text, &line)) {
		size_t column = 0, at = 0;

		while (at < line.length) {
			char c = line.text[at];

			if (charset == DEMO_CHARSET_LATIN1)
				c = mime_latin1(line, &at);
			else
				at++;
			mime_quoted(c, at == line.length, &column, out);
		}
		buf_text(out, "\r\n");
	}
}

void demo_part_text(struct str text, const char *subtype,
                    enum demo_charset charset, struct buf *out)
{
	bool plain = mime_ascii(text);
	struct str rest = text, line;

	while (plain && str_line(&rest, &line))
		plain = line.length < 900;
	buf_printf(out,
	           "Content-Type: text/%s; charset=%s\r\n"
	           "Content-Transfer-Encoding: %s\r\n\r\n",
	           subtype,
	           charset == DEMO_CHARSET_LATIN1 ? "iso-8859-1" : "utf-8",
	           plain ? "7bit" : "quoted-printable");
	if (!plain) {
		mime_quoted_lines(text, charset, out);
		return;
	}
	while (str_line(&text, &line)) {
		buf_str(out, line);
		buf_text(out, "\r\n");
	}
}

void demo_part_file(const struct demo_file *file, size_t number,
                    struct buf *out)
{
	buf_printf(out,
	           "Content-Type: %.*s; name=\"%.*s\"\r\n"
	           "Content-Transfer-Encoding: base64\r\n",
	           STR_ARG(file->type), STR_ARG(file->name));
	if (file->is_inline)
		buf_printf(out, "Content-ID: <image%zu@mail>\r\n", number);
	buf_printf(out, "Content-Disposition: %s; filename=\"%.*s\"\r\n\r\n",
	           file->is_inline ? "inline" : "attachment",
	           STR_ARG(file->name));
	mime_base64(file->bytes, DEMO_LINE_BYTES, out);
	buf_text(out, "\r\n");
}
