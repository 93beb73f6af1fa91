/*
 * HTML to plain text, for mails that have no text part and for search. Quoted
 * history gets "> " so that the reply finder sees what the writer saw.
 */
#include <string.h>

#include "base/limits.h"
#include "mail/html.h"
#include "mail/html_tree.h"

#define TEXT_QUOTE_MAX 20u

struct text_writer {
	struct arena *arena;
	struct buf *out;
	unsigned quote;      /* nesting of blockquotes */
	unsigned pre;        /* nesting of pre */
	unsigned newlines;   /* wanted before the next word */
	bool space;          /* wanted before the next word */
	bool line_empty;     /* nothing on this line yet */
	unsigned line_quote; /* nesting of the last line with words */
	size_t link_start;   /* position in out where the link's text began */
};

enum text_break {
	TEXT_INLINE,
	TEXT_LINE,      /* begins a line of its own */
	TEXT_PARAGRAPH, /* with an empty line around it */
	TEXT_CELL
};

static enum text_break text_break_of(GumboTag tag)
{
	switch ((int)tag) {
	case GUMBO_TAG_P:
	case GUMBO_TAG_H1:
	case GUMBO_TAG_H2:
	case GUMBO_TAG_H3:
	case GUMBO_TAG_H4:
	case GUMBO_TAG_H5:
	case GUMBO_TAG_H6:
	case GUMBO_TAG_UL:
	case GUMBO_TAG_OL:
	case GUMBO_TAG_PRE:
	case GUMBO_TAG_BLOCKQUOTE:
	case GUMBO_TAG_TABLE:
	case GUMBO_TAG_DL:
		return TEXT_PARAGRAPH;
	case GUMBO_TAG_DIV:
	case GUMBO_TAG_LI:
	case GUMBO_TAG_TR:
	case GUMBO_TAG_DT:
	case GUMBO_TAG_DD:
	case GUMBO_TAG_ADDRESS:
	case GUMBO_TAG_CENTER:
	case GUMBO_TAG_CAPTION:
	case GUMBO_TAG_FIGURE:
	case GUMBO_TAG_ARTICLE:
	case GUMBO_TAG_SECTION:
	case GUMBO_TAG_HEADER:
	case GUMBO_TAG_FOOTER:
	case GUMBO_TAG_FORM:
	case GUMBO_TAG_FIELDSET:
		return TEXT_LINE;
	case GUMBO_TAG_TD:
	case GUMBO_TAG_TH:
		return TEXT_CELL;
	}
	return TEXT_INLINE;
}

static void text_newlines(struct text_writer *writer, unsigned count)
{
	if (writer->newlines < count)
		writer->newlines = count;
	writer->space = false;
}

/* Empty lines between two quoted ones are quoted, others are not. */
static void text_empty_lines(struct text_writer *writer)
{
	unsigned marks = writer->quote < writer->line_quote
	                         ? writer->quote
	                         : writer->line_quote;

	for (; writer->newlines > 0; writer->newlines--) {
		buf_char(writer->out, '\n');
		for (unsigned q = 0; q < marks && writer->newlines > 1; q++)
			buf_char(writer->out, '>');
	}
	writer->line_empty = true;
}

/* Writes what is due before a word: line ends, quote marks, a space. */
static void text_ready(struct text_writer *writer)
{
	if (writer->out->length == 0)
		writer->newlines = 0;
	if (writer->newlines > 0)
		text_empty_lines(writer);
	if (writer->line_empty) {
		for (unsigned q = 0; q < writer->quote; q++)
			buf_text(writer->out,
			         q + 1 < writer->quote ? ">" : "> ");
	} else if (writer->space) {
		buf_char(writer->out, ' ');
	}
	writer->line_quote = writer->quote;
	writer->line_empty = false;
	writer->space = false;
}

static bool text_is_space(const char *text, size_t *bytes_out)
{
	unsigned char c = (unsigned char)text[0];

	*bytes_out = 1;
	if (c == ' ' || (c >= '\t' && c <= '\r'))
		return true;
	/* A no-break space is a space here; zero widths are nothing. */
	if (c == 0xc2 && (unsigned char)text[1] == 0xa0) {
		*bytes_out = 2;
		return true;
	}
	if (c == 0xe2 && (unsigned char)text[1] == 0x80 &&
	    (unsigned char)text[2] == 0x8b) {
		*bytes_out = 3;
		return true;
	}
	return false;
}

static void text_words(struct text_writer *writer, const char *text)
{
	while (*text) {
		size_t bytes, length = 0;

		if (writer->pre > 0 && *text == '\n') {
			/* Line ends count one by one. */
			writer->newlines++;
			writer->space = false;
			text++;
			continue;
		}
		if (writer->pre == 0 && text_is_space(text, &bytes)) {
			writer->space = true;
			text += bytes;
			continue;
		}
		while (text[length] && text[length] != '\n' &&
		       (writer->pre > 0 ||
		        !text_is_space(text + length, &bytes)))
			length++;
		text_ready(writer);
		buf_add(writer->out, text, length);
		text += length;
	}
}

static void text_element_open(struct text_writer *writer, const GumboNode *node)
{
	GumboTag tag = node->v.element.tag;
	struct str alt;

	switch (text_break_of(tag)) {
	case TEXT_PARAGRAPH:
		text_newlines(writer, 2);
		break;
	case TEXT_LINE:
		text_newlines(writer, 1);
		break;
	case TEXT_CELL:
		writer->space = true;
		break;
	case TEXT_INLINE:
		break;
	}
	switch ((int)tag) {
	case GUMBO_TAG_BR:
		writer->newlines++;
		writer->space = false;
		break;
	case GUMBO_TAG_HR:
		text_newlines(writer, 1);
		text_ready(writer);
		buf_text(writer->out, "________________________________");
		text_newlines(writer, 1);
		break;
	case GUMBO_TAG_LI:
		text_ready(writer);
		buf_text(writer->out, "- ");
		break;
	case GUMBO_TAG_PRE:
		writer->pre++;
		break;
	case GUMBO_TAG_BLOCKQUOTE:
		if (writer->quote < TEXT_QUOTE_MAX)
			writer->quote++;
		break;
	case GUMBO_TAG_A:
		writer->link_start = writer->out->length;
		break;
	case GUMBO_TAG_IMG:
		alt = str_trim(html_tree_attribute(node, "alt"));
		if (alt.length > 0 && alt.length < 200) {
			text_ready(writer);
			buf_printf(writer->out, "[%.*s]", STR_ARG(alt));
		}
		break;
	}
}

/* The address of a link, unless the text says it already. */
static void text_link_end(struct text_writer *writer, const GumboNode *node)
{
	struct str url, shown, bare;
	enum html_scheme scheme = html_url_clean(
		writer->arena, html_tree_attribute(node, "href"), &url);
	size_t start = writer->link_start;

	if (start > writer->out->length)
		return;
	shown = str_trim(
		str_sub(buf_view(writer->out), start, writer->out->length));
	if ((scheme != HTML_SCHEME_WEB && scheme != HTML_SCHEME_MAIL) ||
	    shown.length == 0 || url.length > 500)
		return;
	bare = str_sub(url, str_find_char(url, ':', 0) + 1, url.length);
	while (str_starts(bare, STR("/")))
		bare = str_sub(bare, 1, bare.length);
	if (str_ends(bare, STR("/")))
		bare.length--;
	/* Shown in full, or with "https://" left out. */
	if (str_find(shown, bare, 0) < shown.length)
		return;
	buf_printf(writer->out, " <%.*s>", STR_ARG(url));
}

static void text_leave(void *context, const GumboNode *node)
{
	struct text_writer *writer = context;

	if (node->type != GUMBO_NODE_ELEMENT)
		return;
	switch (text_break_of(node->v.element.tag)) {
	case TEXT_PARAGRAPH:
		text_newlines(writer, 2);
		break;
	case TEXT_LINE:
		text_newlines(writer, 1);
		break;
	case TEXT_CELL:
		writer->space = true;
		break;
	case TEXT_INLINE:
		break;
	}
	if (node->v.element.tag == GUMBO_TAG_PRE && writer->pre > 0)
		writer->pre--;
	if (node->v.element.tag == GUMBO_TAG_BLOCKQUOTE && writer->quote > 0)
		writer->quote--;
	if (node->v.element.tag == GUMBO_TAG_A)
		text_link_end(writer, node);
}

/* Not for readers: scripts, heads, other languages. */
static bool text_is_hidden(const GumboNode *node)
{
	if (node->type != GUMBO_NODE_ELEMENT)
		return true;
	return node->v.element.tag_namespace != GUMBO_NAMESPACE_HTML ||
	       html_allow_element(node->v.element.tag) == HTML_DROP;
}

/* No spaces at line ends, at most one empty line in a row. */
static struct str text_tidy(struct arena *arena, struct str text)
{
	char *copy = arena_alloc(arena, text.length + 2);
	struct str line;
	size_t length = 0;
	unsigned empty = 0;

	while (str_line(&text, &line)) {
		while (line.length > 0 && line.text[line.length - 1] == ' ')
			line.length--;
		empty = line.length == 0 ? empty + 1 : 0;
		if (empty > 1 || (length == 0 && empty > 0))
			continue;
		memcpy(copy + length, line.text, line.length);
		length += line.length;
		copy[length++] = '\n';
	}
	while (length > 1 && copy[length - 1] == '\n' &&
	       copy[length - 2] == '\n')
		length--;
	return (struct str){copy, length};
}

struct str mail_html_text(struct arena *arena, struct str html)
{
	struct arena *scratch = arena_new(LIMIT_TURN_ARENA_BYTES);
	const GumboNode *root = html_tree_parse(scratch, html);
	struct buf out;
	struct text_writer writer = {
		.arena = scratch, .out = &out, .line_empty = true};
	struct str text;

	buf_init(&out, LIMIT_TEXT_BYTES);
	if (!root)
		buf_str(&out, str_utf8_prefix(html_strip_tags(scratch, html),
		                              LIMIT_TEXT_BYTES));
	for (const GumboNode *node = root; node;) {
		bool enter = false;

		if (node->type == GUMBO_NODE_TEXT ||
		    node->type == GUMBO_NODE_WHITESPACE) {
			text_words(&writer, node->v.text.text);
		} else if (!text_is_hidden(node)) {
			enter = true;
			text_element_open(&writer, node);
		}
		node = html_tree_next(root, node, enter, text_leave, &writer);
	}
	/* Latched at the limit: the cut may be inside a character. */
	text = text_tidy(arena, str_utf8_prefix(buf_view(&out), out.length));
	buf_release(&out);
	arena_free(&scratch);
	return text;
}

/* Where an address that text contains ends. */
static size_t text_url_end(struct str text, size_t at)
{
	while (at < text.length && (unsigned char)text.text[at] > ' ' &&
	       !strchr("<>\"", text.text[at]))
		at++;
	while (at > 0 && strchr(".,;:!?)'", text.text[at - 1]))
		at--;
	return at;
}

static void text_html_line(struct buf *out, struct str line)
{
	size_t start = 0, at = 0;

	while ((at = str_find(line, STR("http"), at)) < line.length) {
		struct str rest = str_sub(line, at, line.length);
		size_t end;

		if (!str_starts(rest, STR("http://")) &&
		    !str_starts(rest, STR("https://"))) {
			at += 4;
			continue;
		}
		end = text_url_end(line, at);
		if (end <= at + 8) {
			at += 4;
			continue;
		}
		mail_html_escape(out, str_sub(line, start, at));
		buf_text(out, "<a href=\"");
		mail_html_escape(out, str_sub(line, at, end));
		buf_text(out, "\">");
		mail_html_escape(out, str_sub(line, at, end));
		buf_text(out, "</a>");
		start = at = end;
	}
	mail_html_escape(out, str_sub(line, start, line.length));
}

void mail_text_html(struct buf *out, struct str text)
{
	struct str line;
	bool open = false;

	while (str_line(&text, &line)) {
		if (str_trim(line).length == 0) {
			if (open)
				buf_text(out, "</p>\n");
			open = false;
			continue;
		}
		buf_text(out, open ? "<br>\n" : "<p>");
		open = true;
		/* Indentation is meant. */
		while (str_starts(line, STR("  "))) {
			buf_text(out, "&nbsp;");
			line = str_sub(line, 1, line.length);
		}
		text_html_line(out, line);
	}
	if (open)
		buf_text(out, "</p>\n");
}
