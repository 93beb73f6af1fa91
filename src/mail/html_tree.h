/*
 * A parsed document, and a walk over it without recursion. Private to the
 * html_*.c files.
 */
#ifndef MAIL_HTML_TREE_H
#define MAIL_HTML_TREE_H

#include <gumbo.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

/*
 * NULL when the document is too deep or too big for its own good. The tree
 * lives in the arena; `html` must outlive it.
 */
GumboNode *html_tree_parse(struct arena *arena, struct str html);

/* Children of a node; NULL for text. */
const GumboVector *html_tree_children(const GumboNode *node);

/*
 * The next node in document order within `root`. Going down into `node` is
 * skipped unless `enter`. Calls `leave` for each element left on the way.
 */
typedef void html_leave(void *context, const GumboNode *node);
const GumboNode *html_tree_next(const GumboNode *root, const GumboNode *node,
                                bool enter, html_leave *leave, void *context);

/* Attribute value, "" when absent. */
struct str html_tree_attribute(const GumboNode *node, const char *name);

/* What allow-listing decides; see html_allow.c. */
enum html_fate {
	HTML_KEEP,
	HTML_UNWRAP, /* its children stay */
	HTML_DROP    /* with all that is in it */
};

enum html_fate html_allow_element(GumboTag tag);
/*
 * Writes ` name="value"` if the attribute is allowed on that element; nothing
 * otherwise. href and src are not its business.
 */
void html_allow_attribute(struct arena *arena, struct buf *out, GumboTag tag,
                          const GumboAttribute *attribute);

/* Whether the attribute is one that html_allow_attribute() would write so. */
bool html_allow_written(struct arena *arena, GumboTag tag, struct str name,
                        struct str value);

/* A style attribute's declarations that are allowed, normalised; may be "". */
struct str html_css_clean(struct arena *arena, struct str style);

enum html_scheme {
	HTML_SCHEME_NONE, /* relative, unknown, forbidden */
	HTML_SCHEME_WEB,  /* http, https */
	HTML_SCHEME_MAIL, /* mailto, tel */
	HTML_SCHEME_CID
};

/* Address without the white space and controls that browsers ignore. */
enum html_scheme html_url_clean(struct arena *arena, struct str url,
                                struct str *url_out);

/* Text between tags, without any parsing: the last resort. */
struct str html_strip_tags(struct arena *arena, struct str html);

#endif
