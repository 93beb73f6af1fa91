#include "mail/header.h"

#include <string.h>

#include "base/limits.h"
#include "mail/charset.h"
#include "mail/transfer.h"

static bool header_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Position of the colon that ends a field name; 0 if it is no field. */
static size_t header_colon(struct str line)
{
	size_t i = 0;

	while (i < line.length && i < 256 && line.text[i] > ' ' &&
	       line.text[i] != ':' && line.text[i] != 0x7f)
		i++;

	size_t end = i;

	/* "Subject : x" is old and legal. */
	while (i < line.length && header_blank(line.text[i]))
		i++;
	if (end == 0 || i == line.length || line.text[i] != ':')
		return 0;
	return i;
}

/* Bytes of the line at `at`, with its line end (LF, CRLF or a lone CR). */
static size_t header_line_bytes(struct str bytes, size_t at)
{
	size_t lf = str_find_char(bytes, '\n', at);

	return (lf < bytes.length ? lf + 1 : lf) - at;
}

static struct str header_line(struct str bytes, size_t at, size_t length)
{
	struct str line = str_sub(bytes, at, at + length);

	while (line.length > 0 && (line.text[line.length - 1] == '\n' ||
	                           line.text[line.length - 1] == '\r'))
		line.length--;
	return line;
}

static void header_add(struct arena *arena, struct header *header,
                       size_t *capacity, struct header_field field)
{
	if (header->count == HEADER_FIELDS_MAX) {
		header->is_cut = true;
		return;
	}
	if (header->count == *capacity) {
		size_t larger = *capacity ? *capacity * 2 : 24;
		struct header_field *fields =
			arena_array(arena, larger, sizeof(*fields));

		if (header->count > 0)
			memcpy(fields, header->fields,
			       header->count * sizeof(*fields));
		header->fields = fields;
		*capacity = larger;
	}
	header->fields[header->count++] = field;
}

/*
 * What to do at a line that is neither a field nor a fold: mbox lines and
 * stray words between fields are skipped; otherwise the body begins here.
 */
static bool header_junk_is_skipped(struct str bytes, size_t next,
                                   struct str line, bool first)
{
	if (str_starts(line, STR("From ")) || str_starts(line, STR(">From ")))
		return true;
	if (first || next >= bytes.length || str_starts(line, STR("--")))
		return false;

	struct str following =
		header_line(bytes, next, header_line_bytes(bytes, next));

	return header_colon(following) > 0 &&
	       str_find(following, STR("://"), 0) == following.length;
}

void header_parse(struct arena *arena, struct str bytes,
                  struct header *header_out)
{
	struct header header = {0};
	size_t capacity = 0, at = 0;

	while (at < bytes.length) {
		size_t length = header_line_bytes(bytes, at);
		struct str line = header_line(bytes, at, length);

		if (line.length == 0) {
			at += length;
			break;
		}

		size_t colon =
			header_blank(line.text[0]) ? 0 : header_colon(line);

		if (colon > 0) {
			header_add(arena, &header, &capacity,
			           (struct header_field){
					   str_trim(str_sub(line, 0, colon)),
					   {line.text + colon + 1,
			                    line.length - colon - 1}});
		} else if (header_blank(line.text[0]) && header.count > 0) {
			struct header_field *last =
				&header.fields[header.count - 1];

			if (str_trim(line).length == 0 &&
			    at + length < bytes.length &&
			    header_colon(header_line(
				    bytes, at + length,
				    header_line_bytes(bytes, at + length))) ==
			            0 &&
			    !header_blank(bytes.text[at + length]))
				header.has_junk = true;
			last->value.length = (size_t)(line.text + line.length -
			                              last->value.text);
		} else if (header_junk_is_skipped(bytes, at + length, line,
		                                  header.count == 0)) {
			header.has_junk |= !str_starts(line, STR("From "));
		} else {
			header.has_junk |= header.count > 0;
			break;
		}
		at += length;
		if (at > LIMIT_HEADER_BYTES) {
			header.is_cut = true;
			break;
		}
	}
	if (header.is_cut && at > LIMIT_HEADER_BYTES) {
		size_t end = str_find(bytes, STR("\n\n"), at);
		size_t crlf =
			str_find(str_sub(bytes, 0, end), STR("\n\r\n"), at);

		at = crlf < end ? crlf + 3 : end;
	}
	header.length = header.count > 0 ? at : 0;
	*header_out = header;
}

bool header_find(const struct header *header, struct str name,
                 struct str *value_out)
{
	for (size_t i = 0; i < header->count; i++) {
		if (str_equal_nocase(header->fields[i].name, name)) {
			*value_out = header->fields[i].value;
			return true;
		}
	}
	return false;
}

unsigned header_count(const struct header *header, struct str name)
{
	unsigned count = 0;

	for (size_t i = 0; i < header->count; i++)
		count += str_equal_nocase(header->fields[i].name, name);
	return count;
}

struct str header_unfold(struct arena *arena, struct str value)
{
	char *text;
	size_t length = 0;

	value = str_trim(value);
	text = arena_alloc(arena, value.length + 1);
	for (size_t i = 0; i < value.length; i++) {
		char c = value.text[i];

		if (c == '\r' || c == '\n')
			continue;
		if ((unsigned char)c < ' ' || c == 0x7f)
			c = ' ';
		text[length++] = c;
	}
	return (struct str){text, length};
}

/* U+202A to U+202E and U+2066 to U+2069: marks that turn the order around. */
static bool header_turns(struct str text, size_t at)
{
	const unsigned char *s = (const unsigned char *)text.text + at;

	if (text.length - at < 3 || s[0] != 0xe2)
		return false;
	return (s[1] == 0x80 && s[2] >= 0xaa && s[2] <= 0xae) ||
	       (s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9);
}

/*
 * Some clients put separators in the bytes of encoded words; a person's header
 * is one line, and nothing invisible may turn its reading order around.
 */
static struct str header_one_line(struct arena *arena, struct str text)
{
	char *copy = str_cstr(arena, text);
	size_t length = 0;

	for (size_t i = 0; i < text.length; i++) {
		unsigned char c = (unsigned char)copy[i];

		if (header_turns((struct str){copy, text.length}, i)) {
			i += 2;
			continue;
		}
		if (c < ' ' || c == 0x7f)
			c = ' ';
		/* U+0085, U+2028, U+2029: line ends in disguise. */
		if (c == 0xc2 && i + 1 < text.length &&
		    (unsigned char)copy[i + 1] == 0x85) {
			c = ' ';
			i++;
		} else if (c == 0xe2 && i + 2 < text.length &&
		           (unsigned char)copy[i + 1] == 0x80 &&
		           ((unsigned char)copy[i + 2] & 0xfe) == 0xa8) {
			c = ' ';
			i += 2;
		}
		copy[length++] = (char)c;
	}
	return str_trim((struct str){copy, length});
}

struct str header_text(struct arena *arena, struct str value)
{
	struct str text =
		header_decode_words(arena, header_unfold(arena, value));

	return header_one_line(arena, text);
}

struct str header_get(struct arena *arena, const struct header *header,
                      struct str name)
{
	struct str value;

	if (!header_find(header, name, &value))
		return STR("");
	return header_text(arena, value);
}

static bool header_id_char(char c)
{
	return (unsigned char)c > ' ' && c != '<' && c != '>' && c != ',' &&
	       c != 0x7f && (unsigned char)c < 0x80;
}

void header_ids(struct arena *arena, struct str value, size_t max,
                struct mail_ids *ids_out)
{
	struct mail_ids ids = {0};
	struct str text = header_unfold(arena, value);
	bool angled = str_find_char(text, '<', 0) < text.length;
	size_t i = 0;

	ids.items = arena_array(arena, max, sizeof(*ids.items));
	while (i < text.length && ids.count < max) {
		if (angled) {
			i = str_find_char(text, '<', i);
			if (i == text.length)
				break;
			i++;
		}
		while (i < text.length && header_blank(text.text[i]))
			i++;

		size_t start = i;
		bool broken = false;

		while (i < text.length && header_id_char(text.text[i]))
			i++;
		if (angled && (i == text.length || text.text[i] != '>'))
			broken = i < text.length && text.text[i] != ' ';

		struct str id = str_sub(text, start, i);

		/* Without brackets only what looks like an id is one. */
		if (id.length > 0 && id.length <= MAIL_ID_BYTES_MAX &&
		    !broken &&
		    (angled || str_find_char(id, '@', 0) < id.length))
			ids.items[ids.count++] = str_copy(arena, id);
		if (i == start || !angled)
			i++;
	}
	*ids_out = ids;
}
