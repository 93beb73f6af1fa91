#include "mail/mbox.h"

/* "From jane@example.com Tue Nov 10 09:00:00 2026": a colon and a digit. */
static bool mbox_is_separator(struct str rest)
{
	struct str line = str_sub(rest, 0, str_find_char(rest, '\n', 0));
	size_t colon = str_find_char(line, ':', 0);

	return str_starts(line, STR("From ")) && colon + 1 < line.length &&
	       line.text[colon + 1] >= '0' && line.text[colon + 1] <= '9';
}

/* Where the next separator line begins, at or after `at`; else the length. */
static size_t mbox_find(struct str text, size_t at)
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
