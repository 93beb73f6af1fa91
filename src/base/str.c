#include "base/str.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static char str_fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool str_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_of(const char *text)
{
	return text ? (struct str){text, strlen(text)} : (struct str){"", 0};
}

bool str_equal(struct str a, struct str b)
{
	return a.length == b.length &&
	       (a.length == 0 || memcmp(a.text, b.text, a.length) == 0);
}

bool str_equal_nocase(struct str a, struct str b)
{
	return a.length == b.length && str_starts_nocase(a, b);
}

int str_compare(struct str a, struct str b)
{
	size_t shorter = a.length < b.length ? a.length : b.length;
	int order = shorter ? memcmp(a.text, b.text, shorter) : 0;

	if (order != 0)
		return order;
	return (a.length > b.length) - (a.length < b.length);
}

bool str_starts(struct str s, struct str prefix)
{
	return s.length >= prefix.length &&
	       str_equal(str_sub(s, 0, prefix.length), prefix);
}

bool str_starts_nocase(struct str s, struct str prefix)
{
	if (s.length < prefix.length)
		return false;
	for (size_t i = 0; i < prefix.length; i++) {
		if (str_fold(s.text[i]) != str_fold(prefix.text[i]))
			return false;
	}
	return true;
}

bool str_ends(struct str s, struct str suffix)
{
	return s.length >= suffix.length &&
	       str_equal(str_sub(s, s.length - suffix.length, s.length),
	                 suffix);
}

struct str str_trim(struct str s)
{
	while (s.length > 0 && str_space(s.text[0]))
		s = str_sub(s, 1, s.length);
	while (s.length > 0 && str_space(s.text[s.length - 1]))
		s.length--;
	return s;
}

struct str str_sub(struct str s, size_t start, size_t end)
{
	assert(start <= end && end <= s.length);
	if (start == end)
		return (struct str){"", 0};
	return (struct str){s.text + start, end - start};
}

size_t str_find(struct str s, struct str needle, size_t from)
{
	const char *hit;

	if (from > s.length || needle.length > s.length - from)
		return s.length;
	if (needle.length == 0)
		return from;
	hit = memmem(s.text + from, s.length - from, needle.text,
	             needle.length);
	return hit ? (size_t)(hit - s.text) : s.length;
}

size_t str_find_nocase(struct str s, struct str needle, size_t from)
{
	for (size_t i = from; i + needle.length <= s.length; i++) {
		if (str_starts_nocase(str_sub(s, i, s.length), needle))
			return i;
	}
	return s.length;
}

size_t str_find_char(struct str s, char c, size_t from)
{
	const char *hit;

	if (from >= s.length)
		return s.length;
	hit = memchr(s.text + from, c, s.length - from);
	return hit ? (size_t)(hit - s.text) : s.length;
}

bool str_split(struct str *rest, char separator, struct str *piece_out)
{
	size_t end;

	if (rest->length == 0)
		return false;
	end = str_find_char(*rest, separator, 0);
	*piece_out = str_sub(*rest, 0, end);
	*rest = end == rest->length ? (struct str){"", 0}
	                            : str_sub(*rest, end + 1, rest->length);
	return true;
}

bool str_line(struct str *rest, struct str *line_out)
{
	struct str line;

	if (!str_split(rest, '\n', &line))
		return false;
	if (str_ends(line, STR("\r")))
		line.length--;
	*line_out = line;
	return true;
}

char *str_cstr(struct arena *arena, struct str s)
{
	char *copy = arena_alloc(arena, s.length + 1);

	if (s.length > 0)
		memcpy(copy, s.text, s.length);
	return copy;
}

struct str str_copy(struct arena *arena, struct str s)
{
	return (struct str){str_cstr(arena, s), s.length};
}

struct str str_lower(struct arena *arena, struct str s)
{
	char *copy = str_cstr(arena, s);

	for (size_t i = 0; i < s.length; i++)
		copy[i] = str_fold(copy[i]);
	return (struct str){copy, s.length};
}

struct str str_printf(struct arena *arena, const char *format, ...)
{
	va_list args, again;
	int length;
	char *text;

	va_start(args, format);
	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	assert(length >= 0);
	text = arena_alloc(arena, (size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	return (struct str){text, (size_t)length};
}

bool str_to_i64(struct str s, int64_t *value_out)
{
	int64_t value = 0;
	bool negative = s.length > 0 && s.text[0] == '-';

	if (negative)
		s = str_sub(s, 1, s.length);
	if (s.length == 0)
		return false;
	for (size_t i = 0; i < s.length; i++) {
		if (s.text[i] < '0' || s.text[i] > '9')
			return false;
		/* Built downwards, so that INT64_MIN can be read. */
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_sub_overflow(value, s.text[i] - '0', &value))
			return false;
	}
	if (!negative && __builtin_sub_overflow(0, value, &value))
		return false;
	*value_out = value;
	return true;
}

/* Length of the valid character at the start of `s`, 0 if there is none. */
static size_t str_utf8_step(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.text;
	size_t need;
	unsigned low = 0x80, high = 0xbf;

	if (s.length == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf) {
		need = 2;
	} else if ((p[0] & 0xf0) == 0xe0) {
		need = 3;
		low = p[0] == 0xe0 ? 0xa0 : low;
		high = p[0] == 0xed ? 0x9f : high; /* no surrogates */
	} else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
		need = 4;
		low = p[0] == 0xf0 ? 0x90 : low;
		high = p[0] == 0xf4 ? 0x8f : high;
	} else {
		return 0;
	}
	if (s.length < need || p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < need; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	}
	return need;
}

struct str str_utf8_prefix(struct str s, size_t bytes_max)
{
	size_t length = 0;

	while (length < s.length) {
		size_t step = str_utf8_step(str_sub(s, length, s.length));

		if (step == 0 || length + step > bytes_max)
			break;
		length += step;
	}
	return str_sub(s, 0, length);
}

bool str_utf8_valid(struct str s)
{
	return str_utf8_prefix(s, s.length).length == s.length;
}

struct str str_utf8_clean(struct arena *arena, struct str s)
{
	size_t length = 0;
	char *text;

	if (str_utf8_valid(s))
		return s;
	text = arena_array(arena, s.length + 1, 3);
	for (size_t i = 0; i < s.length;) {
		size_t step = str_utf8_step(str_sub(s, i, s.length));

		if (step == 0) {
			memcpy(text + length, "\xef\xbf\xbd", 3);
			length += 3;
			i++;
			continue;
		}
		memcpy(text + length, s.text + i, step);
		length += step;
		i += step;
	}
	return (struct str){text, length};
}
