#include "core/keys.h"

/* What every browser keeps for itself, with Control or Command. */
static const char keys_browser_letters[] = "cdfghjlnopqrstuvwxy0123456789+-=";
static const char *const keys_browser[] = {"f1",  "f3",  "f5", "f7",
                                           "f11", "f12", "tab"};

struct key_stroke {
	bool control, alt, shift;
	struct str key;
};

static bool key_named(struct str key)
{
	static const char *const names[] = {
		"enter",  "escape", "space",  "tab",     "backspace",
		"delete", "home",   "end",    "left",    "right",
		"up",     "down",   "pageup", "pagedown"};
	int64_t number;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_equal(key, str_of(names[i])))
			return true;
	return key.length >= 2 && key.text[0] == 'f' &&
	       str_to_i64(str_sub(key, 1, key.length), &number) &&
	       number >= 1 && number <= 12;
}

/* One character that a key writes, in lower case. */
static bool key_written(struct str key)
{
	size_t length = 0;

	for (size_t i = 0; i < key.length; i++)
		length += ((unsigned char)key.text[i] & 0xc0) != 0x80;
	return length == 1 && str_utf8_valid(key) &&
	       (unsigned char)key.text[0] > ' ' && key.text[0] != 0x7f &&
	       !(key.text[0] >= 'A' && key.text[0] <= 'Z');
}

static bool key_letter(struct str key)
{
	return key_written(key) &&
	       ((key.text[0] >= 'a' && key.text[0] <= 'z') ||
	        (unsigned char)key.text[0] >= 0x80);
}

static bool key_parse(struct str text, struct key_stroke *stroke_out)
{
	struct key_stroke stroke = {0};

	for (;;) {
		size_t plus = str_find_char(text, '+', 0);
		struct str part = str_sub(text, 0, plus);

		/* The last part; "+" itself is a key too. */
		if (plus == text.length || plus == 0)
			break;
		if (str_equal(part, STR("mod")) ||
		    str_equal(part, STR("ctrl")) ||
		    str_equal(part, STR("meta")))
			stroke.control = true;
		else if (str_equal(part, STR("alt")))
			stroke.alt = true;
		else if (str_equal(part, STR("shift")))
			stroke.shift = true;
		else
			return false;
		text = str_sub(text, plus + 1, text.length);
	}
	stroke.key = text;
	*stroke_out = stroke;
	return key_named(text) || key_written(text);
}

static bool key_is_browsers(const struct key_stroke *stroke)
{
	for (size_t i = 0; i < sizeof(keys_browser) / sizeof(*keys_browser);
	     i++)
		if (str_equal(stroke->key, str_of(keys_browser[i])))
			return true;
	if (!stroke->control || stroke->key.length != 1)
		return false;
	for (size_t i = 0; keys_browser_letters[i]; i++)
		if (stroke->key.text[0] == keys_browser_letters[i])
			return true;
	return false;
}

static const char *key_refused(struct str text)
{
	struct key_stroke stroke;

	if (!key_parse(text, &stroke))
		return "That is no key. Write it like e, shift+e, mod+enter or "
		       "g i.";
	if (stroke.alt && (key_letter(stroke.key) || stroke.key.length == 1))
		return "Alt with a letter writes a character on many "
		       "keyboards.";
	if (stroke.control && stroke.shift && key_letter(stroke.key))
		return "Control with Shift and a letter belongs to the "
		       "browser.";
	if (key_is_browsers(&stroke))
		return "The browser needs that key itself.";
	return NULL;
}

const char *keys_refused(struct str key)
{
	struct str rest = key, stroke;
	const char *why = NULL;
	int strokes = 0;

	if (key.length == 0 || key.length > KEY_TEXT_BYTES ||
	    key.text[0] == ' ' || key.text[key.length - 1] == ' ')
		return "Name a key.";
	while (!why && str_split(&rest, ' ', &stroke)) {
		if (++strokes > 2)
			return "Two strokes at most.";
		why = key_refused(stroke);
	}
	return why;
}

bool keys_clash(struct str a, struct str b)
{
	struct str shorter = a.length < b.length ? a : b;
	struct str longer = a.length < b.length ? b : a;

	return str_starts(longer, shorter) &&
	       (longer.length == shorter.length ||
	        longer.text[shorter.length] == ' ');
}
