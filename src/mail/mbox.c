#include "mail/mbox.h"

#include <string.h>

/* A field's name and its colon, or the end of a file that was cut. */
static bool mbox_is_header(struct str rest)
{
	size_t i = 0;

	if (str_starts(rest, STR("From ")) || str_starts(rest, STR(">From ")))
		return true;
	while (i < rest.length && rest.text[i] > ' ' && rest.text[i] < 127 &&
	       rest.text[i] != ':')
		i++;
	return i == rest.length || (i > 0 && rest.text[i] == ':');
}

/* "From jane@example.com Tue Nov 10 09:00:00 2026": a colon and a digit. */
static bool mbox_is_separator(struct str rest)
{
	size_t end = str_find_char(rest, '\n', 0);
	struct str line = str_sub(rest, 0, end);
	size_t colon = str_find_char(line, ':', 0);

	return str_starts(line, STR("From ")) && colon + 1 < line.length &&
	       line.text[colon + 1] >= '0' && line.text[colon + 1] <= '9' &&
	       mbox_is_header(
		       str_sub(rest, end + (end < rest.length), rest.length));
}

size_t mbox_find(struct str text, size_t at)
{
	for (; (at = str_find(text, STR("From "), at)) < text.length; at++) {
		bool after_empty =
			at == 0 || (at >= 2 && text.text[at - 1] == '\n' &&
		                    (text.text[at - 2] == '\n' ||
		                     (at >= 3 && text.text[at - 2] == '\r' &&
		                      text.text[at - 3] == '\n')));

		if (after_empty &&
		    mbox_is_separator(str_sub(text, at, text.length)))
			return at;
	}
	return text.length;
}

bool mbox_next(struct str *rest, struct str *message_out)
{
	struct str text = *rest;
	size_t start = 0, end;

	while (start < text.length &&
	       (text.text[start] == '\n' || text.text[start] == '\r'))
		start++;
	if (start == text.length)
		return false;
	if (mbox_is_separator(str_sub(text, start, text.length))) {
		start = str_find_char(text, '\n', start);
		start += start < text.length;
	}
	end = mbox_find(text, start);
	*message_out = str_sub(text, start, end);
	*rest = str_sub(text, end, text.length);
	return true;
}

/* The next line that lost its "From " to an escape; else the length. */
static size_t mbox_escaped(struct str text, size_t at)
{
	while ((at = str_find(text, STR("From "), at)) < text.length) {
		size_t mark = at;

		while (mark > 0 && text.text[mark - 1] == '>')
			mark--;
		if (mark < at && (mark == 0 || text.text[mark - 1] == '\n'))
			return mark;
		at++;
	}
	return text.length;
}

struct str mbox_mail(struct arena *arena, struct str message)
{
	size_t at, from = 0, length = 0;
	char *text;

	if (str_starts(message, STR("From "))) {
		at = str_find_char(message, '\n', 0);
		message = str_sub(message, at + (at < message.length),
		                  message.length);
	}
	at = mbox_escaped(message, 0);
	if (at == message.length)
		return message;
	text = arena_alloc(arena, message.length);
	while (at < message.length) {
		memcpy(text + length, message.text + from, at - from);
		length += at - from;
		/* One mark goes; nested ones were escaped more than once. */
		from = at + 1;
		at = str_find(message, STR("From "), from);
		at = mbox_escaped(message, at + 1);
	}
	memcpy(text + length, message.text + from, message.length - from);
	return (struct str){text, length + message.length - from};
}
