#include "channel/imap_name.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"

#define NAME_BYTES 1000u

static const char name_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/* The next character of text that is known to be UTF-8. */
static uint32_t name_point(struct str *rest)
{
	const unsigned char *at = (const unsigned char *)rest->text;
	size_t more = at[0] < 0x80   ? 0
	              : at[0] < 0xe0 ? 1
	              : at[0] < 0xf0 ? 2
	                             : 3;
	uint32_t point = more == 0 ? at[0] : at[0] & (0x3fu >> more);

	for (size_t i = 1; i <= more; i++)
		point = point << 6 | (at[i] & 0x3fu);
	*rest = str_sub(*rest, more + 1, rest->length);
	return point;
}

/* Bits that wait to become digits of base 64. */
struct name_bits {
	uint32_t bits;
	unsigned count;
};

static void name_put_unit(struct buf *buf, struct name_bits *bits,
                          uint32_t unit)
{
	bits->bits = bits->bits << 16 | unit;
	bits->count += 16;
	while (bits->count >= 6) {
		bits->count -= 6;
		buf_char(buf, name_digits[bits->bits >> bits->count & 0x3f]);
	}
	bits->bits &= (1u << bits->count) - 1;
}

static void name_shift_back(struct buf *buf, struct name_bits *bits)
{
	if (bits->count > 0)
		buf_char(buf,
		         name_digits[bits->bits << (6 - bits->count) & 0x3f]);
	buf_char(buf, '-');
	*bits = (struct name_bits){0};
}

char *imap_name_encode(struct arena *arena, struct str name)
{
	struct name_bits bits = {0};
	bool shifted = false, plain = true;
	struct buf buf;
	char *text;

	buf_init(&buf, NAME_BYTES);
	for (struct str rest = name; str_utf8_valid(name) && rest.length > 0;) {
		uint32_t point = name_point(&rest);
		bool direct = point >= 0x20 && point < 0x7f;

		plain = plain && point >= 0x20 && point != 0x7f;
		if (direct && shifted)
			name_shift_back(&buf, &bits);
		if (!direct && !shifted)
			buf_char(&buf, '&');
		shifted = !direct;
		if (direct) {
			buf_char(&buf, (char)point);
			if (point == '&')
				buf_char(&buf, '-');
		} else if (point >= 0x10000) {
			point -= 0x10000;
			name_put_unit(&buf, &bits, 0xd800 | point >> 10);
			name_put_unit(&buf, &bits, 0xdc00 | (point & 0x3ff));
		} else {
			name_put_unit(&buf, &bits, point);
		}
	}
	if (shifted)
		name_shift_back(&buf, &bits);
	plain = plain && !buf.failed && buf.length > 0;
	text = plain ? str_cstr(arena, buf_view(&buf)) : NULL;
	buf_release(&buf);
	return text;
}

static void name_put_point(struct buf *buf, uint32_t point)
{
	if (point < 0x80) {
		buf_char(buf, (char)point);
		return;
	}
	if (point < 0x800) {
		buf_char(buf, (char)(0xc0 | point >> 6));
	} else {
		if (point < 0x10000) {
			buf_char(buf, (char)(0xe0 | point >> 12));
		} else {
			buf_char(buf, (char)(0xf0 | point >> 18));
			buf_char(buf, (char)(0x80 | (point >> 12 & 0x3f)));
		}
		buf_char(buf, (char)(0x80 | (point >> 6 & 0x3f)));
	}
	buf_char(buf, (char)(0x80 | (point & 0x3f)));
}

/* What stands between & and -. False when it is not well formed. */
static bool name_shifted(struct buf *buf, struct str digits)
{
	struct name_bits bits = {0};
	uint32_t high = 0;

	for (size_t i = 0; i < digits.length; i++) {
		const char *digit =
			digits.text[i] == '\0'
				? NULL
				: strchr(name_digits, digits.text[i]);
		uint32_t unit;

		if (!digit)
			return false;
		bits.bits = (bits.bits << 6 | (uint32_t)(digit - name_digits));
		bits.count += 6;
		if (bits.count < 16)
			continue;
		bits.count -= 16;
		unit = bits.bits >> bits.count & 0xffff;
		bits.bits &= (1u << bits.count) - 1;
		if (high && unit >= 0xdc00 && unit < 0xe000) {
			name_put_point(buf, 0x10000 + ((high & 0x3ff) << 10 |
			                               (unit & 0x3ff)));
			high = 0;
		} else if (high || unit < 0x7f) {
			return false;
		} else if (unit >= 0xd800 && unit < 0xdc00) {
			high = unit;
		} else {
			name_put_point(buf, unit);
		}
	}
	/* What need not be shifted, or is none, would be a second spelling. */
	return high == 0 && bits.bits == 0 && bits.count < 6 &&
	       digits.length > 2;
}

bool imap_name_decode(struct arena *arena, struct str name,
                      struct str *name_out)
{
	bool good = true;
	struct buf buf;

	if (!str_utf8_valid(name) || name.length == 0 ||
	    name.length > NAME_BYTES)
		return false;
	for (size_t i = 0; i < name.length; i++) {
		if ((unsigned char)name.text[i] < 0x20 || name.text[i] == 0x7f)
			return false;
	}
	buf_init(&buf, NAME_BYTES * 2);
	for (size_t i = 0; i < name.length && good; i++) {
		size_t end;

		if (name.text[i] != '&') {
			buf_char(&buf, name.text[i]);
			continue;
		}
		end = str_find_char(name, '-', i);
		good = end < name.length;
		if (good && end == i + 1)
			buf_char(&buf, '&');
		else if (good)
			good = name_shifted(&buf, str_sub(name, i + 1, end));
		i = end;
	}
	good = good && str_utf8_valid(buf_view(&buf));
	*name_out = str_copy(arena, good ? buf_view(&buf) : name);
	buf_release(&buf);
	return true;
}

bool imap_name_sent(struct str name)
{
	static const struct str names[] = {
		{"Sent", 4},
		{"Sent Items", 10},
		{"Sent Messages", 13},
		{"Sent Mail", 9},
		{"Gesendet", 8},
		{"Gesendete Elemente", 18},
		{"Enviados", 8},
		{"Itens Enviados", 14},
		{"Elementos enviados", 18},
		{"Envoy\xc3\xa9s", 8},
		{"Posta inviata", 13},
		{"Verzonden items", 15},
	};
	size_t start = 0;

	/* Below another folder: "INBOX.Sent", "[Gmail]/Sent Mail". */
	for (size_t i = 0; i < name.length; i++) {
		if (name.text[i] == '/' || name.text[i] == '.')
			start = i + 1;
	}
	name = str_sub(name, start, name.length);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (str_equal_nocase(name, names[i]))
			return true;
	}
	return false;
}
