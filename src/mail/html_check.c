/*
 * A second look at cleaned HTML without a parser: a strict reader of exactly
 * what the cleaner writes. The main process asks it before it believes HTML
 * that comes out of the jail.
 */
#include <string.h>

#include "mail/html.h"
#include "mail/html_tree.h"

struct check {
	struct arena *arena;
	struct str html;
	size_t at;
};

static bool check_take(struct check *check, const char *literal)
{
	struct str rest = str_sub(check->html, check->at, check->html.length);

	if (!str_starts(rest, str_of(literal)))
		return false;
	check->at += strlen(literal);
	return true;
}

/* Lower-case letters, digits and dashes. */
static struct str check_name(struct check *check)
{
	size_t start = check->at;

	while (check->at < check->html.length) {
		char c = check->html.text[check->at];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    c != '-')
			break;
		check->at++;
	}
	return str_sub(check->html, start, check->at);
}

/* Undoes the four escapes of the cleaner; any other entity is refused. */
static bool check_unescape(struct arena *arena, struct str value,
                           struct str *out)
{
	/* clang-format off */
	static const struct {
		struct str entity;
		char c;
	} entities[] = {
		{STR("&amp;"), '&'}, {STR("&lt;"), '<'}, {STR("&gt;"), '>'}, {STR("&quot;"), '"'},
	};
	/* clang-format on */
	char *copy = arena_alloc(arena, value.length + 1);
	size_t length = 0;

	for (size_t i = 0; i < value.length;) {
		struct str rest = str_sub(value, i, value.length);
		size_t skip = 0;

		if (value.text[i] != '&') {
			copy[length++] = value.text[i++];
			continue;
		}
		for (size_t k = 0; k < 4 && skip == 0; k++) {
			if (str_starts(rest, entities[k].entity)) {
				copy[length++] = entities[k].c;
				skip = entities[k].entity.length;
			}
		}
		if (skip == 0)
			return false;
		i += skip;
	}
	*out = (struct str){copy, length};
	return true;
}

static bool check_attribute(struct check *check, GumboTag tag)
{
	struct str name = check_name(check), value, plain, url;
	size_t end;

	if (name.length == 0 || !check_take(check, "=\""))
		return false;
	end = str_find_char(check->html, '"', check->at);
	if (end == check->html.length)
		return false;
	value = str_sub(check->html, check->at, end);
	check->at = end + 1;
	if (str_find_char(value, '<', 0) < value.length ||
	    !check_unescape(check->arena, value, &plain))
		return false;
	if (tag == GUMBO_TAG_A && str_equal(name, STR("href"))) {
		enum html_scheme scheme =
			html_url_clean(check->arena, plain, &url);

		return (scheme == HTML_SCHEME_WEB ||
		        scheme == HTML_SCHEME_MAIL) &&
		       str_equal(url, plain);
	}
	if (tag == GUMBO_TAG_A && str_equal(name, STR("target")))
		return str_equal(value, STR("_blank"));
	if (tag == GUMBO_TAG_A && str_equal(name, STR("rel")))
		return str_equal(value, STR("noopener noreferrer"));
	return html_allow_written(check->arena, tag, name, plain);
}

static bool check_tag(struct check *check)
{
	bool closes = check_take(check, "/");
	struct str name = check_name(check);
	GumboTag tag;

	if (name.length == 0 || name.length > 16)
		return false;
	tag = gumbo_tagn_enum(name.text, (unsigned)name.length);
	if (html_allow_element(tag) != HTML_KEEP ||
	    !str_equal(str_of(gumbo_normalized_tagname(tag)), name))
		return false;
	while (!closes && check_take(check, " ")) {
		if (!check_attribute(check, tag))
			return false;
	}
	return check_take(check, ">");
}

bool mail_html_is_clean(struct arena *arena, struct str html)
{
	struct check check = {.arena = arena, .html = html};

	while (check.at < html.length) {
		check.at = str_find_char(html, '<', check.at);
		if (check.at == html.length)
			break;
		check.at++;
		if (!check_tag(&check))
			return false;
	}
	return true;
}
