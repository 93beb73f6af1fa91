/*
 * Encoded words (RFC 2047). Neighbouring words of one charset are joined as
 * bytes before they are converted, because many programs cut characters in
 * two. Words inside quotes, glued to text, with spaces in them or without an
 * end are decoded as far as they make sense.
 */
#include <string.h>

#include "mail/charset.h"
#include "mail/header.h"
#include "mail/transfer.h"

struct word {
	struct str charset;
	struct str payload;
	bool is_base64;
	size_t end; /* position after it */
};

/* The word that begins with "=?" at `at`; false when there is none. */
static bool word_find(struct str text, size_t at, struct word *word_out)
{
	struct word word;
	size_t charset_end = at + 2;

	while (charset_end < text.length && charset_end - at < 64 &&
	       text.text[charset_end] > ' ' && text.text[charset_end] != '?')
		charset_end++;
	if (charset_end == at + 2 || charset_end + 2 >= text.length ||
	    text.text[charset_end] != '?' || text.text[charset_end + 2] != '?')
		return false;

	char kind = text.text[charset_end + 1];

	word.is_base64 = kind == 'B' || kind == 'b';
	if (!word.is_base64 && kind != 'Q' && kind != 'q')
		return false;
	word.charset = str_sub(text, at + 2, charset_end);
	/* RFC 2231 adds a language: "utf-8*en". */
	word.charset.length = str_find_char(word.charset, '*', 0);

	size_t start = charset_end + 3;
	size_t end = str_find(text, STR("?="), start);

	if (end == text.length) {
		/* Cut short: what is there up to the next space. */
		end = str_find_char(text, ' ', start);
		word.end = end;
	} else {
		word.end = end + 2;
	}
	word.payload = str_sub(text, start, end);
	*word_out = word;
	return true;
}

static size_t word_bytes(const struct word *word, char *out)
{
	size_t length = 0;
	struct str payload = word->payload;

	if (word->is_base64)
		return transfer_decode(MAIL_ENCODING_BASE64, payload, out);
	for (size_t i = 0; i < payload.length; i++) {
		char c = payload.text[i];

		if (c == '=' && i + 2 < payload.length &&
		    transfer_hex(payload.text[i + 1]) >= 0 &&
		    transfer_hex(payload.text[i + 2]) >= 0) {
			c = (char)(transfer_hex(payload.text[i + 1]) << 4 |
			           transfer_hex(payload.text[i + 2]));
			i += 2;
		} else if (c == '_') {
			c = ' ';
		}
		out[length++] = c;
	}
	return length;
}

/* Position after white space that stands between two encoded words. */
static size_t word_next(struct str text, size_t at)
{
	size_t next = at;

	while (next < text.length &&
	       (text.text[next] == ' ' || text.text[next] == '\t'))
		next++;
	if (next + 1 < text.length && text.text[next] == '=' &&
	    text.text[next + 1] == '?')
		return next;
	return at;
}

static void word_flush(struct arena *arena, struct buf *out, struct str charset,
                       struct str bytes)
{
	struct str text;

	if (bytes.length == 0)
		return;
	charset_decode(arena, charset, bytes, &text);
	buf_str(out, text);
}

struct str header_decode_words(struct arena *arena, struct str text)
{
	struct buf out;
	char *bytes;
	size_t count = 0, plain = 0, at = 0;
	struct str charset = {"", 0}, result;

	if (str_find(text, STR("=?"), 0) == text.length) {
		charset_decode(arena, STR(""), text, &result);
		return result;
	}
	bytes = arena_alloc(arena, text.length + 1);
	buf_init(&out, text.length * 4 + 64);
	while ((at = str_find(text, STR("=?"), at)) < text.length) {
		struct word word;

		if (!word_find(text, at, &word)) {
			at += 2;
			continue;
		}
		if (at > plain || !str_equal_nocase(word.charset, charset)) {
			word_flush(arena, &out, charset,
			           (struct str){bytes, count});
			count = 0;
			word_flush(arena, &out, STR(""),
			           str_sub(text, plain, at));
		}
		charset = word.charset;
		count += word_bytes(&word, bytes + count);
		plain = at = word_next(text, word.end);
	}
	word_flush(arena, &out, charset, (struct str){bytes, count});
	word_flush(arena, &out, STR(""), str_sub(text, plain, text.length));
	result = str_copy(arena, buf_view(&out));
	buf_release(&out);
	return result;
}
