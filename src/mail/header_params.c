/*
 * Parameters of Content-Type and Content-Disposition (RFC 2045, 2231):
 * continuations in any order, percent encoding with a charset, and what is
 * sent instead: encoded words, bare 8-bit, spaces without quotes.
 */
#include <string.h>

#include "mail/charset.h"
#include "mail/header.h"
#include "mail/transfer.h"

/* A parameter as written: "name*1*". */
struct param_piece {
	struct str name; /* without marks */
	struct str value;
	unsigned index;
	bool is_percent, is_numbered;
};

static size_t param_skip_blanks(struct str text, size_t at)
{
	while (at < text.length &&
	       (text.text[at] == ' ' || text.text[at] == '\t'))
		at++;
	return at;
}

/* A value from `at`; *end_out is its delimiter. */
static struct str param_value(struct arena *arena, struct str text, size_t at,
                              size_t *end_out)
{
	at = param_skip_blanks(text, at);
	if (at == text.length || text.text[at] != '"') {
		size_t end = str_find_char(text, ';', at);

		*end_out = end;
		return str_trim(str_sub(text, at, end));
	}

	char *copy = arena_alloc(arena, text.length - at + 1);
	size_t length = 0;

	for (at++; at < text.length && text.text[at] != '"'; at++) {
		/* A backslash before a letter is a Windows path. */
		if (text.text[at] == '\\' && at + 1 < text.length &&
		    (text.text[at + 1] == '"' || text.text[at + 1] == '\\'))
			at++;
		copy[length++] = text.text[at];
	}
	*end_out = str_find_char(text, ';', at);
	return (struct str){copy, length};
}

/* Takes "*0*" off a name. */
static void param_marks(struct param_piece *piece)
{
	struct str name = piece->name;
	size_t star = str_find_char(name, '*', 0);
	struct str marks;
	int64_t index;

	if (star == name.length)
		return;
	marks = str_sub(name, star + 1, name.length);
	piece->name = str_sub(name, 0, star);
	if (marks.length == 0) {
		piece->is_percent = true;
		return;
	}
	if (str_ends(marks, STR("*"))) {
		piece->is_percent = true;
		marks.length--;
	}
	if (str_to_i64(marks, &index) && index >= 0 &&
	    index < (int64_t)HEADER_PARAMS_MAX) {
		piece->is_numbered = true;
		piece->index = (unsigned)index;
	}
}

static size_t param_pieces(struct arena *arena, struct str text,
                           struct param_piece *pieces)
{
	size_t count = 0, at = 0;

	while (at < text.length && count < HEADER_PARAMS_MAX) {
		at = param_skip_blanks(text, at);

		size_t start = at;

		while (at < text.length && text.text[at] != '=' &&
		       text.text[at] != ';')
			at++;
		if (at == text.length)
			break;
		if (text.text[at] == ';') {
			at++;
			continue;
		}

		struct param_piece piece = {0};

		piece.name =
			str_lower(arena, str_trim(str_sub(text, start, at)));
		piece.value = param_value(arena, text, at + 1, &at);
		param_marks(&piece);
		if (piece.name.length > 0)
			pieces[count++] = piece;
		at++;
	}
	return count;
}

static size_t param_percent(struct str value, char *out)
{
	size_t length = 0;

	for (size_t i = 0; i < value.length; i++) {
		char c = value.text[i];

		if (c == '%' && i + 2 < value.length &&
		    transfer_hex(value.text[i + 1]) >= 0 &&
		    transfer_hex(value.text[i + 2]) >= 0) {
			c = (char)(transfer_hex(value.text[i + 1]) << 4 |
			           transfer_hex(value.text[i + 2]));
			i += 2;
		}
		out[length++] = c;
	}
	return length;
}

/* All pieces of one name, in the order of their numbers, as text. */
static struct str param_join(struct arena *arena,
                             const struct param_piece *pieces, size_t count,
                             const struct param_piece *first)
{
	struct str charset = {"", 0}, text;
	bool is_percent = false;
	size_t total = 0, length = 0;
	char *bytes;

	for (size_t i = 0; i < count; i++)
		total += pieces[i].value.length;
	bytes = arena_alloc(arena, total + 1);
	for (unsigned index = 0; index < HEADER_PARAMS_MAX; index++) {
		const struct param_piece *piece = NULL;

		for (size_t i = 0; i < count && !piece; i++) {
			if (pieces[i].is_numbered && pieces[i].index == index &&
			    str_equal(pieces[i].name, first->name))
				piece = &pieces[i];
		}
		if (!first->is_numbered)
			piece = first;
		if (!piece)
			break;

		struct str value = piece->value;
		size_t quote = str_find_char(value, '\'', 0);
		size_t second = str_find_char(value, '\'', quote + 1);

		if (piece->is_percent && index == 0 && second < value.length) {
			charset = str_sub(value, 0, quote);
			value = str_sub(value, second + 1, value.length);
		}
		is_percent |= piece->is_percent;
		if (piece->is_percent) {
			length += param_percent(value, bytes + length);
		} else {
			memcpy(bytes + length, value.text, value.length);
			length += value.length;
		}
		if (!first->is_numbered)
			break;
	}
	text = (struct str){bytes, length};
	if (!is_percent)
		return header_text(arena, text);
	charset_decode(arena, charset, text, &text);
	return header_unfold(arena, text);
}

void header_params_parse(struct arena *arena, struct str value,
                         struct header_params *params_out)
{
	struct header_params params = {0};
	struct param_piece pieces[HEADER_PARAMS_MAX];
	struct str text = header_unfold(arena, value);
	size_t end = str_find_char(text, ';', 0);
	size_t stop = 0, count;

	/* The token ends at a blank or a comment, whatever follows. */
	while (stop < end && text.text[stop] != ' ' && text.text[stop] != '(')
		stop++;
	params.token =
		str_lower(arena, str_utf8_clean(arena, str_sub(text, 0, stop)));
	/* "Content-Type: charset=x" alone has no token. */
	if (str_find_char(params.token, '=', 0) < params.token.length) {
		params.token = STR("");
		end = 0;
	} else {
		/* A missing semicolon: "text/html charset=x". */
		end = stop;
	}
	count = param_pieces(arena, str_sub(text, end, text.length), pieces);
	params.items = arena_array(arena, count + 1, sizeof(*params.items));
	for (size_t i = 0; i < count; i++) {
		struct str name = pieces[i].name;
		bool better = false;

		for (size_t k = 0; k < count; k++) {
			/* Once a name; the RFC 2231 form wins. */
			if (k != i && str_equal(pieces[k].name, name)) {
				bool coded = pieces[i].is_percent ||
				             pieces[i].is_numbered;
				bool other = pieces[k].is_percent ||
				             pieces[k].is_numbered;

				better |= other && !coded;
				better |= k < i && other == coded;
			}
		}
		if (better)
			continue;
		params.items[params.count].name = str_utf8_clean(arena, name);
		params.items[params.count++].value =
			param_join(arena, pieces, count, &pieces[i]);
	}
	*params_out = params;
}

struct str header_param(const struct header_params *params, struct str name)
{
	for (size_t i = 0; i < params->count; i++) {
		if (str_equal(params->items[i].name, name))
			return params->items[i].value;
	}
	return STR("");
}
