#include "mail/html.h"

#include <string.h>

#include "base/limits.h"
#include "mail/html_tree.h"

/* A document that has not settled by then becomes plain text. */
#define CLEAN_PASSES_MAX 6

struct cleaner {
	struct arena *arena;
	struct buf *out;
	struct mail_clean *clean;
};

void mail_html_escape(struct buf *out, struct str text)
{
	size_t start = 0;

	for (size_t i = 0; i < text.length; i++) {
		const char *entity = NULL;

		if (text.text[i] == '&')
			entity = "&amp;";
		else if (text.text[i] == '<')
			entity = "&lt;";
		else if (text.text[i] == '>')
			entity = "&gt;";
		else if (text.text[i] == '"')
			entity = "&quot;";
		if (!entity)
			continue;
		buf_add(out, text.text + start, i - start);
		buf_text(out, entity);
		start = i + 1;
	}
	if (text.length > start)
		buf_add(out, text.text + start, text.length - start);
}

/* Text with what a second parse would change or a reader must not see gone. */
static void clean_text(struct buf *out, struct str text)
{
	size_t start = 0;

	for (size_t i = 0; i < text.length; i++) {
		unsigned char c = (unsigned char)text.text[i];

		if ((c >= ' ' && c != 0x7f) || c == '\t' || c == '\n')
			continue;
		mail_html_escape(out, str_sub(text, start, i));
		start = i + 1;
	}
	mail_html_escape(out, str_sub(text, start, text.length));
}

static bool clean_is_void(GumboTag tag)
{
	return tag == GUMBO_TAG_BR || tag == GUMBO_TAG_HR ||
	       tag == GUMBO_TAG_IMG || tag == GUMBO_TAG_COL ||
	       tag == GUMBO_TAG_WBR;
}

static void clean_link(struct cleaner *cleaner, const GumboNode *node)
{
	struct str url;
	enum html_scheme scheme = html_url_clean(
		cleaner->arena, html_tree_attribute(node, "href"), &url);

	if (scheme != HTML_SCHEME_WEB && scheme != HTML_SCHEME_MAIL)
		return;
	buf_text(cleaner->out, " href=\"");
	mail_html_escape(cleaner->out, url);
	buf_text(cleaner->out,
	         "\" target=\"_blank\" rel=\"noopener noreferrer\"");
}

static void clean_image(struct cleaner *cleaner, const GumboNode *node)
{
	struct str src = html_tree_attribute(node, "src"), url;

	if (html_tree_attribute(node, "data-remote-src").length > 0 ||
	    html_tree_attribute(node, "data-cid").length > 0) {
		/* Already ours; counted, written with the attributes. */
		cleaner->clean->remote_images +=
			html_tree_attribute(node, "data-cid").length == 0;
		cleaner->clean->cid_images +=
			html_tree_attribute(node, "data-cid").length > 0;
		return;
	}
	switch (html_url_clean(cleaner->arena, src, &url)) {
	case HTML_SCHEME_WEB: {
		cleaner->clean->remote_images++;
		buf_text(cleaner->out, " data-remote-src=\"");
		mail_html_escape(cleaner->out, url);
		buf_char(cleaner->out, '"');
		break;
	}
	case HTML_SCHEME_CID: {
		GumboAttribute cid = {.name = "data-cid"};

		cid.value =
			str_cstr(cleaner->arena, str_sub(url, 4, url.length));
		cleaner->clean->cid_images++;
		html_allow_attribute(cleaner->arena, cleaner->out,
		                     GUMBO_TAG_IMG, &cid);
		break;
	}
	case HTML_SCHEME_NONE:
	case HTML_SCHEME_MAIL:
		break;
	}
}

static void clean_open(struct cleaner *cleaner, const GumboNode *node)
{
	const GumboElement *element = &node->v.element;
	struct buf *out = cleaner->out;

	buf_printf(out, "<%s", gumbo_normalized_tagname(element->tag));
	if (element->tag == GUMBO_TAG_A)
		clean_link(cleaner, node);
	if (element->tag == GUMBO_TAG_IMG)
		clean_image(cleaner, node);
	for (unsigned i = 0; i < element->attributes.length; i++)
		html_allow_attribute(cleaner->arena, out, element->tag,
		                     element->attributes.data[i]);
	buf_char(out, '>');
	if (element->tag == GUMBO_TAG_PRE && element->children.length > 0) {
		const GumboNode *first = element->children.data[0];

		/* A parser swallows the first line end of <pre>. */
		if (first->type == GUMBO_NODE_TEXT &&
		    first->v.text.text[0] == '\n')
			buf_char(out, '\n');
	}
}

static enum html_fate clean_fate(const GumboNode *node)
{
	if (node->type != GUMBO_NODE_ELEMENT)
		return node->type == GUMBO_NODE_DOCUMENT ? HTML_UNWRAP
		                                         : HTML_DROP;
	/* Inside svg and math other rules of parsing hold. */
	if (node->v.element.tag_namespace != GUMBO_NAMESPACE_HTML)
		return HTML_DROP;
	return html_allow_element(node->v.element.tag);
}

static void clean_leave(void *context, const GumboNode *node)
{
	struct cleaner *cleaner = context;

	if (clean_fate(node) == HTML_KEEP &&
	    !clean_is_void(node->v.element.tag))
		buf_printf(cleaner->out, "</%s>",
		           gumbo_normalized_tagname(node->v.element.tag));
}

/* One parse and one walk; false when the parser refuses. */
static bool clean_pass(struct arena *arena, struct str html, struct buf *out,
                       struct mail_clean *clean)
{
	struct cleaner cleaner = {arena, out, clean};
	const GumboNode *root = html_tree_parse(arena, html);

	*clean = (struct mail_clean){0};
	if (!root)
		return false;
	for (const GumboNode *node = root; node;) {
		bool enter = false;

		if (node->type == GUMBO_NODE_TEXT ||
		    node->type == GUMBO_NODE_WHITESPACE) {
			clean_text(out, str_of(node->v.text.text));
		} else {
			enum html_fate fate = clean_fate(node);

			enter = fate != HTML_DROP;
			if (fate == HTML_KEEP)
				clean_open(&cleaner, node);
		}
		node = html_tree_next(root, node, enter, clean_leave, &cleaner);
	}
	return !out->failed;
}

static void clean_as_text(struct arena *arena, struct str html,
                          struct mail_clean *clean, struct buf *out)
{
	*clean = (struct mail_clean){.was_hostile = true};
	buf_clear(out);
	buf_text(out, "<pre>");
	/* Small enough that cleaning it again reads all of it. */
	clean_text(out, str_utf8_prefix(str_trim(html_strip_tags(arena, html)),
	                                LIMIT_HTML_BYTES / 8));
	buf_text(out, "</pre>");
}

void mail_clean_html(struct arena *arena, struct str html,
                     struct mail_clean *clean_out, struct str *html_out)
{
	struct mail_clean clean;
	/* The trees of the passes are not the caller's to keep. */
	struct arena *scratch = arena_new(LIMIT_TURN_ARENA_BYTES);
	struct buf out, again;
	bool settled = false;

	buf_init(&out, (size_t)LIMIT_HTML_BYTES * 2);
	buf_init(&again, (size_t)LIMIT_HTML_BYTES * 2);
	if (clean_pass(scratch, html, &out, &clean)) {
		for (int pass = 0; pass < CLEAN_PASSES_MAX && !settled;
		     pass++) {
			struct buf swap = out;

			arena_clear(scratch);
			buf_clear(&again);
			if (!clean_pass(scratch, buf_view(&out), &again,
			                &clean))
				break;
			settled = str_equal(buf_view(&out), buf_view(&again));
			out = again;
			again = swap;
		}
	}
	if (!settled)
		clean_as_text(scratch, html, &clean, &out);
	*html_out = str_copy(arena, buf_view(&out));
	if (clean_out)
		*clean_out = clean;
	buf_release(&out);
	buf_release(&again);
	arena_free(&scratch);
}

bool mail_html_mentions_cid(struct str html, struct str content_id)
{
	size_t at = 0;

	if (content_id.length == 0)
		return false;
	for (; (at = str_find(html, content_id, at)) < html.length; at++) {
		if (at >= 4 &&
		    str_equal_nocase(str_sub(html, at - 4, at), STR("cid:")))
			return true;
	}
	return false;
}
