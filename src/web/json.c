/*
 * The JSON writer. No tree is built: an inbox page is some thousand small
 * appends to one buffer. Runs of plain characters are copied whole.
 */
#include "web/json.h"

#include <assert.h>
#include <string.h>

void out_init(struct json_out *out, struct buf *buf)
{
	*out = (struct json_out){.buf = buf};
}

static void out_separate(struct json_out *out)
{
	if (out->comma)
		buf_char(out->buf, ',');
	out->comma = true;
}

void out_open(struct json_out *out, char bracket)
{
	assert(bracket == '{' || bracket == '[');
	out_separate(out);
	buf_char(out->buf, bracket);
	out->comma = false;
}

void out_close(struct json_out *out, char bracket)
{
	assert(bracket == '}' || bracket == ']');
	buf_char(out->buf, bracket);
	out->comma = true;
}

/* Bytes of a valid UTF-8 character at `s`; 0 if there is none. */
static size_t out_character(const unsigned char *s, size_t left)
{
	size_t length = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;

	if (s[0] < 0xc2 || length > left)
		return 0;
	return str_utf8_valid((struct str){(const char *)s, length}) ? length
	                                                             : 0;
}

static void out_escape(struct buf *buf, unsigned char c)
{
	switch (c) {
	case '"':
		buf_text(buf, "\\\"");
		return;
	case '\\':
		buf_text(buf, "\\\\");
		return;
	case '\n':
		buf_text(buf, "\\n");
		return;
	case '\r':
		buf_text(buf, "\\r");
		return;
	case '\t':
		buf_text(buf, "\\t");
		return;
	}
	buf_printf(buf, "\\u%04x", c);
}

static bool out_is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static void out_text(struct buf *buf, struct str value)
{
	const unsigned char *s = (const unsigned char *)value.text;
	size_t plain = 0, i = 0;

	while (i < value.length) {
		if (out_is_plain(s[i])) {
			i++;
			continue;
		}
		if (s[i] >= 0x80) {
			size_t length = out_character(s + i, value.length - i);

			if (length > 0) {
				i += length;
				continue;
			}
		}
		buf_add(buf, s + plain, i - plain);
		if (s[i] >= 0x80)
			buf_text(buf, "\xef\xbf\xbd");
		else
			out_escape(buf, s[i]);
		plain = ++i;
	}
	if (value.length > plain)
		buf_add(buf, s + plain, value.length - plain);
}

void out_str(struct json_out *out, struct str value)
{
	out_separate(out);
	buf_char(out->buf, '"');
	out_text(out->buf, value);
	buf_char(out->buf, '"');
}

void out_key(struct json_out *out, const char *key)
{
	out_str(out, str_of(key));
	buf_char(out->buf, ':');
	out->comma = false;
}

void out_i64(struct json_out *out, int64_t value)
{
	char digits[24];
	size_t at = sizeof(digits);
	uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	do {
		digits[--at] = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	if (value < 0)
		digits[--at] = '-';
	out_separate(out);
	buf_add(out->buf, digits + at, sizeof(digits) - at);
}

void out_bool(struct json_out *out, bool value)
{
	out_separate(out);
	buf_text(out->buf, value ? "true" : "false");
}

void out_null(struct json_out *out)
{
	out_separate(out);
	buf_text(out->buf, "null");
}

void out_json(struct json_out *out, struct str text)
{
	out_separate(out);
	buf_str(out->buf, text);
}

void out_key_open(struct json_out *out, const char *key, char bracket)
{
	out_key(out, key);
	out_open(out, bracket);
}

void out_key_str(struct json_out *out, const char *key, struct str value)
{
	out_key(out, key);
	out_str(out, value);
}

void out_key_text(struct json_out *out, const char *key, const char *value)
{
	out_key_str(out, key, str_of(value));
}

void out_key_i64(struct json_out *out, const char *key, int64_t value)
{
	out_key(out, key);
	out_i64(out, value);
}

void out_key_bool(struct json_out *out, const char *key, bool value)
{
	out_key(out, key);
	out_bool(out, value);
}

void out_key_null(struct json_out *out, const char *key)
{
	out_key(out, key);
	out_null(out);
}

void out_key_at(struct json_out *out, const char *key, instant_ms at)
{
	if (at == 0)
		out_key_null(out, key);
	else
		out_key_i64(out, key, at);
}

void out_key_id(struct json_out *out, const char *key, int64_t id)
{
	if (id == 0)
		out_key_null(out, key);
	else
		out_key_i64(out, key, id);
}

void out_key_str_or_null(struct json_out *out, const char *key,
                         struct str value)
{
	if (value.length == 0)
		out_key_null(out, key);
	else
		out_key_str(out, key, value);
}
