/*
 * HTML of strangers. Cleaning parses as a browser does (gumbo) and writes out
 * only what an allow-list names: elements, attributes, CSS properties, URL
 * schemes. Nothing that survives can run, load, submit, or reach outside its
 * frame. Cleaning is idempotent: the output, cleaned again, is the same bytes.
 * It walks with parent pointers, never by recursion, and gives up on documents
 * built to exhaust a parser: those become their plain text.
 */
#ifndef MAIL_HTML_H
#define MAIL_HTML_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

/* What cleaning met; all fields are set by mail_clean_html(). */
struct mail_clean {
	unsigned remote_images; /* made inert: data-remote-src */
	unsigned cid_images;    /* data-cid, for the server to fill in */
	bool was_hostile;       /* given up on; the output is plain text */
};

/*
 * `html` is UTF-8. Links keep http, https, mailto and tel and open in a new
 * window without referrer. An image keeps its address as data-remote-src
 * (http, https) or data-cid (cid:), never as src. `clean_out` may be NULL.
 */
void mail_clean_html(struct arena *arena, struct str html,
                     struct mail_clean *clean_out, struct str *html_out);

/*
 * Whether this is HTML as mail_clean_html() writes it: no element, attribute,
 * style or address outside the lists. Does not parse; safe for any bytes.
 */
bool mail_html_is_clean(struct arena *arena, struct str html);

/*
 * HTML as plain text: paragraphs, lists, "> " before quoted history, and
 * "text <address>" for links. Script, style and hidden heads are left out.
 */
struct str mail_html_text(struct arena *arena, struct str html);

/* Plain text as HTML that says the same: escaped, paragraphs, links live. */
void mail_text_html(struct buf *out, struct str text);
/* Only the escaping: & < > and ". */
void mail_html_escape(struct buf *out, struct str text);

/*
 * Whether the document holds an image of that Content-ID; `html` is what came,
 * not what was cleaned.
 */
bool mail_html_mentions_cid(struct str html, struct str content_id);

#endif
