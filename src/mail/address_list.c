/*
 * Address lists of headers, in one pass over the characters. The list is cut
 * into mailboxes before encoded words are decoded, so that no encoded text can
 * add an address or move one.
 */
#include <string.h>

#include "base/limits.h"
#include "mail/address.h"
#include "mail/header.h"

/* One mailbox while it is being read. */
struct mailbox {
	struct buf phrase;  /* words outside brackets, quotes undone */
	struct buf angle;   /* inside <> */
	struct buf comment; /* the last comment, which old mail uses as name */
	bool has_angle, was_quoted;
};

struct list {
	struct arena *arena;
	struct str text;
	size_t at;
	struct mail_addresses addresses;
	size_t capacity;
	struct mailbox box;
	bool clean;
};

/* Copies "..." from the opening quote on, without escapes. */
static void list_quoted(struct list *list, struct buf *out, bool keep_quotes)
{
	struct str text = list->text;

	if (keep_quotes)
		buf_char(out, '"');
	for (list->at++; list->at < text.length; list->at++) {
		char c = text.text[list->at];

		if (c == '"')
			break;
		if (c == '\\' && list->at + 1 < text.length)
			c = text.text[++list->at];
		buf_char(out, c);
	}
	if (list->at == text.length)
		list->clean = false;
	if (keep_quotes)
		buf_char(out, '"');
	list->at++;
}

/* Comments nest; the outermost text is kept. */
static void list_comment(struct list *list)
{
	struct str text = list->text;
	size_t depth = 0;

	buf_clear(&list->box.comment);
	for (; list->at < text.length; list->at++) {
		char c = text.text[list->at];

		if (c == '\\' && list->at + 1 < text.length) {
			c = text.text[++list->at];
		} else if (c == '(') {
			if (depth++ == 0)
				continue;
		} else if (c == ')' && --depth == 0) {
			break;
		}
		buf_char(&list->box.comment, c);
	}
	list->at++;
}

/* What stands in <>: no white space outside quotes, no route. */
static void list_angle(struct list *list)
{
	struct str text = list->text;
	struct buf *out = &list->box.angle;

	buf_clear(out);
	list->box.has_angle = true;
	list->at++;
	while (list->at < text.length && text.text[list->at] != '>') {
		char c = text.text[list->at];

		if (c == '"') {
			list_quoted(list, out, true);
			continue;
		}
		if (c == '(') {
			struct buf saved = list->box.comment;

			buf_init(&list->box.comment, saved.bytes_max);
			list_comment(list);
			buf_release(&list->box.comment);
			list->box.comment = saved;
			continue;
		}
		/* A bracket that never closes ends before the next one. */
		if (c == '<') {
			list->clean = false;
			buf_clear(out);
		} else if (c == ':' && out->length > 0 && out->data[0] == '@') {
			buf_clear(out);
		} else if (c != ' ') {
			buf_char(out, c);
		}
		list->at++;
	}
	if (list->at == text.length)
		list->clean = false;
	list->at++;
}

static void list_add(struct list *list, struct str name, struct str address)
{
	struct mail_addresses *addresses = &list->addresses;

	if (addresses->count == LIMIT_ADDRESSES) {
		list->clean = false;
		return;
	}
	if (addresses->count == list->capacity) {
		size_t larger = list->capacity ? list->capacity * 2 : 4;
		struct mail_address *items =
			arena_array(list->arena, larger, sizeof(*items));

		if (addresses->count > 0)
			memcpy(items, addresses->items,
			       addresses->count * sizeof(*items));
		addresses->items = items;
		list->capacity = larger;
	}
	addresses->items[addresses->count++] =
		(struct mail_address){name, address};
}

/* Removes the spaces that old syntax allows around "." and "@". */
static struct str list_squeeze(struct arena *arena, struct str text)
{
	char *copy = str_cstr(arena, text);
	size_t length = 0;

	for (size_t i = 0; i < text.length; i++) {
		if (copy[i] != ' ')
			copy[length++] = copy[i];
	}
	return (struct str){copy, length};
}

static struct str list_name(struct arena *arena, struct str raw)
{
	struct str name = header_text(arena, raw);

	/* 'Name' in single quotes is a habit of one mail program. */
	if (name.length > 2 && name.text[0] == '\'' &&
	    name.text[name.length - 1] == '\'')
		name = str_sub(name, 1, name.length - 1);
	return str_utf8_prefix(name, LIMIT_NAME_BYTES);
}

/* The word with an @ of a phrase without brackets; the rest is the name. */
static struct str list_bare(struct list *list, struct str phrase,
                            struct str *rest_out)
{
	struct str words = phrase, word, found = {"", 0};
	size_t start = 0;

	/* Quotes are left only around a local part. */
	if (str_find(phrase, STR("\"@"), 0) < phrase.length) {
		start = str_find_char(phrase, '"', 0);
		*rest_out = str_sub(phrase, 0, start);
		return str_sub(phrase, start, phrase.length);
	}
	if (str_find(phrase, STR(" @"), 0) < phrase.length ||
	    str_find(phrase, STR("@ "), 0) < phrase.length) {
		*rest_out = STR("");
		return list_squeeze(list->arena, phrase);
	}
	while (str_split(&words, ' ', &word)) {
		if (str_find_char(word, '@', 0) < word.length) {
			found = word;
			start = (size_t)(word.text - phrase.text);
		}
	}
	*rest_out = found.length > 0 ? str_sub(phrase, 0, start) : phrase;
	return found;
}

/* Ends a mailbox at "," ";" or the end of the value. */
static void list_end(struct list *list, bool is_last)
{
	struct mailbox *box = &list->box;
	struct str phrase = str_trim(buf_view(&box->phrase));
	struct str name = phrase, raw = buf_view(&box->angle), address;

	if (phrase.length == 0 && !box->has_angle) {
		buf_clear(&box->phrase);
		return;
	}
	if (!box->has_angle) {
		raw = list_bare(list, phrase, &name);
		if (raw.length == 0 && !is_last &&
		    phrase.length < LIMIT_NAME_BYTES) {
			/* `Doe, Jane <jane@...>`: the name goes on. */
			buf_char(&box->phrase, ',');
			return;
		}
		name = str_trim(name);
		if (name.length == 0)
			name = buf_view(&box->comment);
	} else if (name.length == 0) {
		name = buf_view(&box->comment);
	}
	raw = header_unfold(list->arena, raw);
	address = address_normalise(list->arena,
	                            str_utf8_clean(list->arena, raw));
	if (!address_valid(address)) {
		list->clean = false;
		/* A bare user name is kept when nothing else is there. */
		if (address.length > LIMIT_ADDRESS_BYTES ||
		    str_find_char(address, ' ', 0) < address.length ||
		    str_find_char(address, '"', 0) < address.length)
			address = STR("");
	}
	name = list_name(list->arena, name);
	if (str_equal_nocase(name, address))
		name = STR(""); /* no name, only the address again */
	if (address.length > 0 || name.length > 0)
		list_add(list, name, address);
	buf_clear(&box->phrase);
	buf_clear(&box->angle);
	buf_clear(&box->comment);
	box->has_angle = false;
}

static void list_char(struct list *list, char c)
{
	struct buf *phrase = &list->box.phrase;

	if (c == ',') {
		list_end(list, false);
	} else if (c == ';') {
		list_end(list, true);
	} else if (c == ':' && !list->box.has_angle &&
	           memchr(phrase->length ? phrase->data : "", '@',
	                  phrase->length) == NULL) {
		buf_clear(phrase); /* a group's name */
	} else if (c == '\\') {
		list->at++;
		if (list->at < list->text.length)
			buf_char(phrase, list->text.text[list->at]);
	} else if (list->box.has_angle && c != ' ') {
		/* Words after <...>: a comma was forgotten. */
		list->clean = false;
		list_end(list, true);
		buf_char(phrase, c);
	} else if (!list->box.has_angle) {
		buf_char(phrase, c);
	}
	list->at++;
}

bool address_list_parse(struct arena *arena, struct str value,
                        struct mail_addresses *addresses_out)
{
	struct list list = {.arena = arena, .clean = true};

	list.text = header_unfold(arena, value);
	buf_init(&list.box.phrase, list.text.length * 3 + 64);
	buf_init(&list.box.angle, list.text.length + 64);
	buf_init(&list.box.comment, list.text.length + 64);
	while (list.at < list.text.length) {
		char c = list.text.text[list.at];

		if (c == '"') {
			/* A quoted local part keeps its quotes. */
			size_t end = list.at + 1;
			struct str text = list.text;

			while (end < text.length && text.text[end] != '"')
				end += text.text[end] == '\\' ? 2 : 1;
			list_quoted(&list, &list.box.phrase,
			            end + 1 < text.length &&
			                    text.text[end + 1] == '@');
		} else if (c == '(') {
			list_comment(&list);
		} else if (c == '<') {
			if (list.box.has_angle) {
				list.clean = false;
				list_end(&list, true);
			}
			list_angle(&list);
		} else {
			list_char(&list, c);
		}
	}
	list_end(&list, true);
	buf_release(&list.box.phrase);
	buf_release(&list.box.angle);
	buf_release(&list.box.comment);
	*addresses_out = list.addresses;
	return list.clean;
}
