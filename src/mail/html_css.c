/*
 * Style attributes. A declaration stays when its property is in the list and
 * its value holds nothing but plain tokens: no url(), no expression(), no
 * escape, no comment, no function but colours. Positions are not in the list,
 * so nothing leaves its place.
 */
#include <string.h>

#include "mail/html_tree.h"

/* clang-format off */
static const char *const css_properties[] = {
	"background", "background-color", "border", "border-bottom", "border-bottom-color", "border-bottom-style",
	"border-bottom-width", "border-collapse", "border-color", "border-left", "border-left-color", "border-left-style",
	"border-left-width", "border-radius", "border-right", "border-right-color", "border-right-style", "border-right-width",
	"border-spacing", "border-style", "border-top", "border-top-color", "border-top-style", "border-top-width", "border-width",
	"clear", "color", "direction", "display", "float", "font", "font-family", "font-size", "font-style", "font-variant",
	"font-weight", "height", "letter-spacing", "line-height", "list-style", "list-style-type", "margin", "margin-bottom",
	"margin-left", "margin-right", "margin-top", "max-width", "min-width", "max-height", "overflow-wrap", "padding",
	"padding-bottom", "padding-left", "padding-right", "padding-top", "table-layout", "text-align", "text-decoration",
	"text-indent", "text-transform", "unicode-bidi", "vertical-align", "white-space", "width", "word-break", "word-spacing",
	"word-wrap",
};

static const char *const css_functions[] = {"rgb", "rgba", "hsl", "hsla"};

/* Parts of a value that no harmless declaration holds. */
static const struct str css_refused[] = {
	STR("expression"), STR("javascript"), STR("vbscript"), STR("behavior"), STR("binding"), STR("import"), STR("url"),
	STR("position"), STR("fixed;"), STR("-->"), STR("/*"), STR("*/"), STR("//"),
};
/* clang-format on */

#define COUNT(table)        (sizeof(table) / sizeof((table)[0]))
#define CSS_VALUE_BYTES_MAX 200u

/* What stands before each "(" must be a colour function. */
static bool css_functions_allowed(struct str value)
{
	for (size_t at = 0; (at = str_find_char(value, '(', at)) < value.length;
	     at++) {
		size_t start = at;
		bool known = false;

		while (start > 0 && (value.text[start - 1] == '-' ||
		                     (value.text[start - 1] | 0x20) >= 'a'))
			start--;
		for (size_t i = 0; i < COUNT(css_functions); i++)
			known |= str_equal_nocase(str_sub(value, start, at),
			                          str_of(css_functions[i]));
		if (!known)
			return false;
	}
	return true;
}

static bool css_value_allowed(struct str value)
{
	char quote = 0;
	int parens = 0;

	if (value.length == 0 || value.length > CSS_VALUE_BYTES_MAX)
		return false;
	for (size_t i = 0; i < value.length; i++) {
		unsigned char c = (unsigned char)value.text[i];
		bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
		bool digit = c >= '0' && c <= '9';

		if (c == '\'' || c == '"') {
			if (quote == 0)
				quote = (char)c;
			else if (quote == (char)c)
				quote = 0;
			else
				return false;
			continue;
		}
		if (!letter && !digit && c != 0 && !strchr(" #%.,-+!()/_", c))
			return false;
		if (c == 0)
			return false;
		if (quote && (c == '(' || c == ')'))
			return false;
		parens += c == '(';
		parens -= c == ')';
		if (parens < 0)
			return false;
	}
	for (size_t i = 0; i < COUNT(css_refused); i++) {
		if (str_find_nocase(value, css_refused[i], 0) < value.length)
			return false;
	}
	return quote == 0 && parens == 0 && css_functions_allowed(value);
}

static bool css_property_allowed(struct str property)
{
	for (size_t i = 0; i < COUNT(css_properties); i++) {
		if (str_equal(property, str_of(css_properties[i])))
			return true;
	}
	return false;
}

/* The next declaration, up to a ";" outside quotes and parentheses. */
static bool css_next(struct str *rest, struct str *declaration_out)
{
	char quote = 0;
	int parens = 0;
	size_t i;

	if (rest->length == 0)
		return false;
	for (i = 0; i < rest->length; i++) {
		char c = rest->text[i];

		if (quote) {
			if (c == quote)
				quote = 0;
		} else if (c == '"' || c == '\'') {
			quote = c;
		} else if (c == '(') {
			parens++;
		} else if (c == ')') {
			parens -= parens > 0;
		} else if (c == ';' && parens == 0) {
			break;
		}
	}
	*declaration_out = str_sub(*rest, 0, i);
	*rest = i < rest->length ? str_sub(*rest, i + 1, rest->length)
	                         : STR("");
	return true;
}

struct str html_css_clean(struct arena *arena, struct str style)
{
	struct buf out;
	struct str declaration, result;

	buf_init(&out, style.length * 2 + 16);
	while (css_next(&style, &declaration)) {
		size_t colon = str_find_char(declaration, ':', 0);
		struct str property, value;

		if (colon == declaration.length)
			continue;
		property = str_lower(arena,
		                     str_trim(str_sub(declaration, 0, colon)));
		value = str_trim(
			str_sub(declaration, colon + 1, declaration.length));
		if (!css_property_allowed(property) ||
		    !css_value_allowed(value))
			continue;
		if (out.length > 0)
			buf_text(&out, "; ");
		buf_str(&out, property);
		buf_text(&out, ": ");
		buf_str(&out, value);
	}
	result = str_copy(arena, buf_view(&out));
	buf_release(&out);
	return result;
}
