/*
 * The allow-lists of elements and attributes. Whatever has no row here does
 * not exist; ids, names and classes have none, so nothing can shadow a
 * variable of the page around it.
 */
#include <string.h>

#include "mail/html.h"
#include "mail/html_tree.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* clang-format off */
static const GumboTag allow_kept[] = {
	GUMBO_TAG_A, GUMBO_TAG_ABBR, GUMBO_TAG_ADDRESS, GUMBO_TAG_B, GUMBO_TAG_BDI, GUMBO_TAG_BDO, GUMBO_TAG_BIG,
	GUMBO_TAG_BLOCKQUOTE, GUMBO_TAG_BR, GUMBO_TAG_CAPTION, GUMBO_TAG_CENTER, GUMBO_TAG_CITE, GUMBO_TAG_CODE, GUMBO_TAG_COL,
	GUMBO_TAG_COLGROUP, GUMBO_TAG_DD, GUMBO_TAG_DEL, GUMBO_TAG_DFN, GUMBO_TAG_DIV, GUMBO_TAG_DL, GUMBO_TAG_DT, GUMBO_TAG_EM,
	GUMBO_TAG_FIGCAPTION, GUMBO_TAG_FIGURE, GUMBO_TAG_FONT, GUMBO_TAG_H1, GUMBO_TAG_H2, GUMBO_TAG_H3, GUMBO_TAG_H4, GUMBO_TAG_H5,
	GUMBO_TAG_H6, GUMBO_TAG_HR, GUMBO_TAG_I, GUMBO_TAG_IMG, GUMBO_TAG_INS, GUMBO_TAG_KBD, GUMBO_TAG_LI, GUMBO_TAG_MARK,
	GUMBO_TAG_OL, GUMBO_TAG_P, GUMBO_TAG_PRE, GUMBO_TAG_Q, GUMBO_TAG_S, GUMBO_TAG_SAMP, GUMBO_TAG_SMALL, GUMBO_TAG_SPAN,
	GUMBO_TAG_STRIKE, GUMBO_TAG_STRONG, GUMBO_TAG_SUB, GUMBO_TAG_SUP, GUMBO_TAG_TABLE, GUMBO_TAG_TBODY, GUMBO_TAG_TD,
	GUMBO_TAG_TFOOT, GUMBO_TAG_TH, GUMBO_TAG_THEAD, GUMBO_TAG_TR, GUMBO_TAG_TT, GUMBO_TAG_U, GUMBO_TAG_UL, GUMBO_TAG_VAR,
	GUMBO_TAG_WBR,
};

/* Not shown: code, data, other languages, what loads or replaces content. */
static const GumboTag allow_dropped[] = {
	GUMBO_TAG_SCRIPT, GUMBO_TAG_STYLE, GUMBO_TAG_NOSCRIPT, GUMBO_TAG_TEMPLATE, GUMBO_TAG_IFRAME, GUMBO_TAG_OBJECT, GUMBO_TAG_EMBED,
	GUMBO_TAG_APPLET, GUMBO_TAG_SVG, GUMBO_TAG_MATH, GUMBO_TAG_HEAD, GUMBO_TAG_TITLE, GUMBO_TAG_TEXTAREA, GUMBO_TAG_SELECT,
	GUMBO_TAG_XMP, GUMBO_TAG_PLAINTEXT, GUMBO_TAG_NOEMBED, GUMBO_TAG_NOFRAMES, GUMBO_TAG_FRAMESET, GUMBO_TAG_FRAME,
	GUMBO_TAG_AUDIO, GUMBO_TAG_VIDEO, GUMBO_TAG_CANVAS, GUMBO_TAG_MAP, GUMBO_TAG_LINK, GUMBO_TAG_META, GUMBO_TAG_BASE,
	GUMBO_TAG_INPUT, GUMBO_TAG_PARAM, GUMBO_TAG_SOURCE, GUMBO_TAG_TRACK, GUMBO_TAG_AREA, GUMBO_TAG_BGSOUND,
};

enum allow_kind {
	ALLOW_TEXT,   /* any text */
	ALLOW_LENGTH, /* digits, perhaps with % or px */
	ALLOW_NUMBER,
	ALLOW_COLOR,
	ALLOW_TOKEN,  /* letters, digits and - */
	ALLOW_FACE,   /* font names */
	ALLOW_STYLE,
	ALLOW_FLAG,   /* without a value */
	ALLOW_CID,
	ALLOW_WEB
};

static const struct {
	const char *name;
	enum allow_kind kind;
	GumboTag tags[8]; /* none: every element */
} allow_attributes[] = {
	{"style", ALLOW_STYLE, {0}},
	{"title", ALLOW_TEXT, {0}},
	{"dir", ALLOW_TOKEN, {0}},
	{"lang", ALLOW_TOKEN, {0}},
	{"align", ALLOW_TOKEN, {0}},
	{"valign", ALLOW_TOKEN, {0}},
	{"width", ALLOW_LENGTH, {GUMBO_TAG_TABLE, GUMBO_TAG_TD, GUMBO_TAG_TH, GUMBO_TAG_IMG, GUMBO_TAG_COL, GUMBO_TAG_COLGROUP, GUMBO_TAG_HR}},
	{"height", ALLOW_LENGTH, {GUMBO_TAG_TABLE, GUMBO_TAG_TD, GUMBO_TAG_TH, GUMBO_TAG_IMG, GUMBO_TAG_TR}},
	{"bgcolor", ALLOW_COLOR, {GUMBO_TAG_TABLE, GUMBO_TAG_TD, GUMBO_TAG_TH, GUMBO_TAG_TR, GUMBO_TAG_TBODY, GUMBO_TAG_THEAD}},
	{"border", ALLOW_NUMBER, {GUMBO_TAG_TABLE, GUMBO_TAG_IMG}},
	{"cellpadding", ALLOW_NUMBER, {GUMBO_TAG_TABLE}},
	{"cellspacing", ALLOW_NUMBER, {GUMBO_TAG_TABLE}},
	{"colspan", ALLOW_NUMBER, {GUMBO_TAG_TD, GUMBO_TAG_TH}},
	{"rowspan", ALLOW_NUMBER, {GUMBO_TAG_TD, GUMBO_TAG_TH}},
	{"nowrap", ALLOW_FLAG, {GUMBO_TAG_TD, GUMBO_TAG_TH}},
	{"span", ALLOW_NUMBER, {GUMBO_TAG_COL, GUMBO_TAG_COLGROUP}},
	{"start", ALLOW_NUMBER, {GUMBO_TAG_OL}},
	{"value", ALLOW_NUMBER, {GUMBO_TAG_LI}},
	{"type", ALLOW_TOKEN, {GUMBO_TAG_OL, GUMBO_TAG_UL, GUMBO_TAG_LI}},
	{"color", ALLOW_COLOR, {GUMBO_TAG_FONT}},
	{"face", ALLOW_FACE, {GUMBO_TAG_FONT}},
	{"size", ALLOW_TOKEN, {GUMBO_TAG_FONT, GUMBO_TAG_HR}},
	{"alt", ALLOW_TEXT, {GUMBO_TAG_IMG}},
	{"data-cid", ALLOW_CID, {GUMBO_TAG_IMG}},
	{"data-remote-src", ALLOW_WEB, {GUMBO_TAG_IMG}},
};
/* clang-format on */

#define ALLOW_TEXT_BYTES_MAX 1000u

enum html_fate html_allow_element(GumboTag tag)
{
	for (size_t i = 0; i < COUNT(allow_kept); i++) {
		if (allow_kept[i] == tag)
			return HTML_KEEP;
	}
	for (size_t i = 0; i < COUNT(allow_dropped); i++) {
		if (allow_dropped[i] == tag)
			return HTML_DROP;
	}
	return HTML_UNWRAP;
}

static bool allow_chars(struct str value, const char *also)
{
	if (value.length == 0 || value.length > 128)
		return false;
	for (size_t i = 0; i < value.length; i++) {
		char c = value.text[i];

		if (!((c | 0x20) >= 'a' && (c | 0x20) <= 'z') &&
		    !(c >= '0' && c <= '9') && !(c && strchr(also, c)))
			return false;
	}
	return true;
}

static bool allow_digits(struct str value, bool unit)
{
	size_t digits = 0;

	while (digits < value.length && value.text[digits] >= '0' &&
	       value.text[digits] <= '9')
		digits++;

	struct str rest = str_sub(value, digits, value.length);

	if (digits == 0 || digits > 5)
		return false;
	return rest.length == 0 ||
	       (unit && (str_equal(rest, STR("%")) ||
	                 str_equal_nocase(rest, STR("px"))));
}

/* The value as it may be written; false drops the attribute. */
static bool allow_value(struct arena *arena, enum allow_kind kind,
                        struct str value, struct str *value_out)
{
	*value_out = str_trim(value);
	switch (kind) {
	case ALLOW_TEXT:
		*value_out = str_utf8_prefix(value, ALLOW_TEXT_BYTES_MAX);
		return true;
	case ALLOW_LENGTH:
		return allow_digits(*value_out, true);
	case ALLOW_NUMBER:
		return allow_digits(*value_out, false);
	case ALLOW_COLOR:
		return allow_chars(*value_out, "#");
	case ALLOW_TOKEN:
		return allow_chars(*value_out, "-+");
	case ALLOW_FACE:
		return allow_chars(*value_out, " ,-'");
	case ALLOW_STYLE:
		*value_out = html_css_clean(arena, value);
		return value_out->length > 0;
	case ALLOW_FLAG:
		*value_out = STR("");
		return true;
	case ALLOW_CID:
		return allow_chars(*value_out, "@.-_$+%!#=~*");
	case ALLOW_WEB:
		return html_url_clean(arena, value, value_out) ==
		       HTML_SCHEME_WEB;
	}
	return false;
}

static bool allow_on(const GumboTag tags[8], GumboTag tag)
{
	if (tags[0] == 0)
		return true;
	for (size_t i = 0; i < 8 && tags[i] != 0; i++) {
		if (tags[i] == tag)
			return true;
	}
	return false;
}

/* Row of that attribute on that element; COUNT(allow_attributes) if none. */
static size_t allow_row(GumboTag tag, struct str name)
{
	size_t i = 0;

	while (i < COUNT(allow_attributes) &&
	       !(str_equal(name, str_of(allow_attributes[i].name)) &&
	         allow_on(allow_attributes[i].tags, tag)))
		i++;
	return i;
}

void html_allow_attribute(struct arena *arena, struct buf *out, GumboTag tag,
                          const GumboAttribute *attribute)
{
	size_t row = allow_row(tag, str_of(attribute->name));
	struct str value;

	if (row == COUNT(allow_attributes) ||
	    attribute->attr_namespace != GUMBO_ATTR_NAMESPACE_NONE ||
	    !allow_value(arena, allow_attributes[row].kind,
	                 str_of(attribute->value), &value))
		return;
	buf_printf(out, " %s=\"", allow_attributes[row].name);
	mail_html_escape(out, value);
	buf_char(out, '"');
}

bool html_allow_written(struct arena *arena, GumboTag tag, struct str name,
                        struct str value)
{
	size_t row = allow_row(tag, name);
	struct str allowed;

	return row < COUNT(allow_attributes) &&
	       allow_value(arena, allow_attributes[row].kind, value,
	                   &allowed) &&
	       str_equal(value, allowed);
}

enum html_scheme html_url_clean(struct arena *arena, struct str url,
                                struct str *url_out)
{
	/* clang-format off */
	static const struct {
		struct str prefix;
		enum html_scheme scheme;
	} schemes[] = {
		{STR("http://"), HTML_SCHEME_WEB}, {STR("https://"), HTML_SCHEME_WEB},
		{STR("mailto:"), HTML_SCHEME_MAIL}, {STR("tel:"), HTML_SCHEME_MAIL},
		{STR("cid:"), HTML_SCHEME_CID},
	};
	/* clang-format on */
	char *copy = arena_alloc(arena, url.length + 1);
	size_t length = 0;

	for (size_t i = 0; i < url.length; i++) {
		unsigned char c = (unsigned char)url.text[i];

		if (c > ' ' && c != 0x7f)
			copy[length++] = (char)c;
		else if (c == ' ' && length > 0 && i + 1 < url.length)
			copy[length++] = ' ';
	}

	struct str clean = str_trim((struct str){copy, length});

	*url_out = clean;
	for (size_t i = 0; i < COUNT(schemes); i++) {
		if (str_starts_nocase(clean, schemes[i].prefix) &&
		    clean.length > schemes[i].prefix.length)
			return schemes[i].scheme;
	}
	return HTML_SCHEME_NONE;
}
