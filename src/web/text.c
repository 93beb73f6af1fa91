/*
 * Undoing escapes, once and never twice.
 */
#include "web/text.h"

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The byte that the escape at `at` stands for; -1 for a bad one. */
static int escaped_byte(struct str raw, size_t at)
{
	int high, low;

	if (raw.length - at < 3)
		return -1;
	high = hex_value(raw.text[at + 1]);
	low = hex_value(raw.text[at + 2]);
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

static bool unescape(struct arena *arena, struct str raw, bool plus,
                     struct str *text_out)
{
	char *text = arena_alloc(arena, raw.length + 1);
	size_t length = 0;

	for (size_t i = 0; i < raw.length; i++) {
		int byte = (unsigned char)raw.text[i];

		if (byte == '%') {
			byte = escaped_byte(raw, i);
			i += 2;
		} else if (byte == '+' && plus) {
			byte = ' ';
		}
		if (byte <= 0)
			return false;
		text[length++] = (char)byte;
	}
	*text_out = (struct str){text, length};
	return true;
}

bool text_unescape(struct arena *arena, struct str raw, struct str *text_out)
{
	return unescape(arena, raw, false, text_out);
}

bool text_unescape_form(struct arena *arena, struct str raw,
                        struct str *text_out)
{
	return unescape(arena, raw, true, text_out);
}

struct str text_line(struct arena *arena, struct str text)
{
	char *line = str_cstr(arena, text);

	for (size_t i = 0; i < text.length; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
			line[i] = ' ';
	return str_trim((struct str){line, text.length});
}
