#include "mail/html_tree.h"

#include <setjmp.h>
#include <string.h>

#include "base/limits.h"

/*
 * An HTML5 parser can be made to work in the square of its input: by depth
 * (each tag looks up the stack of open elements), by attributes (each is
 * compared with those before it) and by unclosed formatting (each paragraph
 * repeats all of it). The first two are refused before parsing, the last by a
 * memory budget.
 */
#define HTML_DEPTH_MAX      500u
#define HTML_TAGS_MAX       100000u
#define HTML_ATTRIBUTES_MAX 400u
#define HTML_TREE_BYTES     ((size_t)128 << 20)
#define HTML_NAME_CLASSES   256u
/* Looking for the ends of tags costs at most so many times the input. */
#define HTML_SCAN_FACTOR 8u

struct html_memory {
	struct arena *arena;
	size_t bytes_left;
	jmp_buf exhausted;
};

static void *html_allocate(void *context, size_t size)
{
	struct html_memory *memory = context;

	if (size > memory->bytes_left)
		longjmp(memory->exhausted, 1);
	memory->bytes_left -= size;
	return arena_alloc(memory->arena, size);
}

/* The arena frees it all at once. */
static void html_release(void *context, void *pointer)
{
	(void)context;
	(void)pointer;
}

/* Elements whose end tag is often left out and implied by the next one. */
static bool html_closes_itself(struct str name)
{
	/* clang-format off */
	static const struct str names[] = {
		STR("p"), STR("br"), STR("hr"), STR("img"), STR("li"), STR("dd"), STR("dt"), STR("td"), STR("th"), STR("tr"),
		STR("tbody"), STR("thead"), STR("tfoot"), STR("meta"), STR("link"), STR("input"), STR("col"), STR("colgroup"),
		STR("wbr"), STR("area"), STR("base"), STR("option"), STR("o:p"), STR("html"), STR("body"), STR("head"),
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (str_equal_nocase(name, names[i]))
			return true;
	}
	return false;
}

/* Name at `at`, which is just behind "<" or "</". */
static struct str html_tag_name(struct str html, size_t at)
{
	size_t end = at;

	while (end < html.length && end - at < 32 && html.text[end] > ' ' &&
	       html.text[end] != '>' && html.text[end] != '/')
		end++;
	return str_sub(html, at, end);
}

static bool html_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == '/';
}

/* Position after an attribute's value, from after its name. */
static size_t html_skip_value(struct str html, size_t at)
{
	while (at < html.length && html_space(html.text[at]))
		at++;
	if (at == html.length || html.text[at] != '=')
		return at;
	at++;
	while (at < html.length && html_space(html.text[at]) &&
	       html.text[at] != '/')
		at++;
	if (at == html.length)
		return at;
	if (html.text[at] == '"' || html.text[at] == '\'') {
		at = str_find_char(html, html.text[at], at + 1);
		return at < html.length ? at + 1 : at;
	}
	while (at < html.length && html.text[at] != '>' &&
	       (!html_space(html.text[at]) || html.text[at] == '/'))
		at++;
	return at;
}

/*
 * Attributes of the tag at `at`, read as a tokenizer would from there, up to
 * one over the maximum. Adds what it looked at to *work.
 */
static unsigned html_attributes(struct str html, size_t at, size_t *work)
{
	unsigned count = 0;
	size_t start = at;

	while (at < html.length && !html_space(html.text[at]) &&
	       html.text[at] != '>')
		at++;
	while (at < html.length && count <= HTML_ATTRIBUTES_MAX) {
		while (at < html.length && html_space(html.text[at]))
			at++;
		if (at == html.length || html.text[at] == '>')
			break;
		at++; /* a name has at least one character */
		while (at < html.length && !html_space(html.text[at]) &&
		       html.text[at] != '>' && html.text[at] != '=')
			at++;
		at = html_skip_value(html, at);
		count++;
	}
	*work += at - start;
	return count;
}

static bool html_is_letter(struct str html, size_t at)
{
	return at < html.length && (html.text[at] | 0x20) >= 'a' &&
	       (html.text[at] | 0x20) <= 'z';
}

static unsigned html_class(struct str name)
{
	unsigned class = 0;

	for (size_t i = 0; i < name.length; i++)
		class = class * 31 + (unsigned char)(name.text[i] | 0x20);
	return class % HTML_NAME_CLASSES;
}

/* An upper estimate of depth, count and size of elements. */
static bool html_is_hostile(struct str html)
{
	unsigned open[HTML_NAME_CLASSES] = {0}, depth = 0, tags = 0;
	size_t work = 0;

	for (size_t at = 0;
	     (at = str_find_char(html, '<', at)) + 1 < html.length; at++) {
		bool closes = html.text[at + 1] == '/';
		size_t start = at + (closes ? 2 : 1);
		struct str name;
		unsigned class;

		if (++tags > HTML_TAGS_MAX)
			return true;
		if (!html_is_letter(html, start))
			continue;
		if (html_attributes(html, start, &work) > HTML_ATTRIBUTES_MAX ||
		    work > html.length * HTML_SCAN_FACTOR)
			return true;
		name = html_tag_name(html, start);
		if (html_closes_itself(name))
			continue;
		class = html_class(name);
		if (!closes) {
			open[class]++;
			if (++depth > HTML_DEPTH_MAX)
				return true;
		} else if (open[class] > 0) {
			open[class]--;
			depth--;
		}
	}
	return false;
}

GumboNode *html_tree_parse(struct arena *arena, struct str html)
{
	struct html_memory memory = {.arena = arena,
	                             .bytes_left = HTML_TREE_BYTES};
	GumboOptions options = kGumboDefaultOptions;

	if (html.length > LIMIT_HTML_BYTES || html_is_hostile(html))
		return NULL;
	options.allocator = html_allocate;
	options.deallocator = html_release;
	options.userdata = &memory;
	options.max_errors = 0;
	if (setjmp(memory.exhausted) != 0)
		return NULL;
	return gumbo_parse_with_options(&options, html.text, html.length)->root;
}

const GumboVector *html_tree_children(const GumboNode *node)
{
	if (node->type == GUMBO_NODE_ELEMENT ||
	    node->type == GUMBO_NODE_TEMPLATE)
		return &node->v.element.children;
	if (node->type == GUMBO_NODE_DOCUMENT)
		return &node->v.document.children;
	return NULL;
}

const GumboNode *html_tree_next(const GumboNode *root, const GumboNode *node,
                                bool enter, html_leave *leave, void *context)
{
	const GumboVector *children = enter ? html_tree_children(node) : NULL;

	if (children && children->length > 0)
		return children->data[0];
	while (true) {
		/* An element not entered was not opened either. */
		if (enter && html_tree_children(node))
			leave(context, node);
		if (node == root || !node->parent)
			return NULL;

		const GumboVector *row = html_tree_children(node->parent);
		size_t next = node->index_within_parent + 1;

		if (next < row->length)
			return row->data[next];
		node = node->parent;
		enter = true;
	}
}

struct str html_tree_attribute(const GumboNode *node, const char *name)
{
	if (node->type != GUMBO_NODE_ELEMENT)
		return STR("");

	GumboAttribute *attribute =
		gumbo_get_attribute(&node->v.element.attributes, name);

	return attribute ? str_of(attribute->value) : STR("");
}

struct str html_strip_tags(struct arena *arena, struct str html)
{
	char *text = arena_alloc(arena, html.length + 1);
	size_t length = 0;
	bool inside = false;

	for (size_t i = 0; i < html.length; i++) {
		char c = html.text[i];

		if (c == '<') {
			inside = true;
		} else if (c == '>') {
			if (inside && length > 0 && text[length - 1] != '\n')
				text[length++] = ' ';
			inside = false;
		} else if (!inside && c != '\r') {
			text[length++] = c;
		}
	}
	return (struct str){text, length};
}
