/*
 * The API to read in a browser: the rows and their shapes as one plain page,
 * without script. All of it is our own tables; nothing of anybody's data.
 */
#include <string.h>

#include "web/route/routes.h"
#include "web/router.h"
#include "web/shape/shapes.h"
#include "web/web.h"

#define DOCS_POLICY                                                            \
	"default-src 'none'; style-src 'unsafe-inline'; "                      \
	"frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
#define DOCS_BYTES ((size_t)4 << 20)
#define DOCS_DEPTH 8

/* clang-format off */
static const char docs_head[] =
	"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
	"<meta name=\"viewport\" content=\"width=device-width\"><title>Holdfast API</title><style>"
	":root{color-scheme:light dark;--surface:light-dark(#fff,#151a1a);--sunken:light-dark(#f5f7f6,#111516);"
	"--line:light-dark(#e1e5e4,#252c2c);--text:light-dark(#162021,#e6ebea);--text-2:light-dark(#4d5857,#a3afad);"
	"--link:light-dark(#1d6470,#7cc4cf)}"
	"body{margin:0;background:var(--surface);color:var(--text);font:14px/22px Inter,system-ui,sans-serif}"
	"main{max-width:960px;margin:0 auto;padding:24px}h1{font-size:20px;line-height:28px}h2{font-size:15px;margin:32px 0 8px}"
	"code,pre,.path{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:13px}"
	"details{border:1px solid var(--line);border-radius:6px;margin:4px 0}summary{padding:6px 12px;cursor:pointer}"
	"summary span{color:var(--text-2)}.in{padding:0 12px 8px;background:var(--sunken);overflow-x:auto}"
	"h3{font-size:12px;color:var(--text-2);margin:8px 0 0}ul{margin:0;padding-left:20px}a{color:var(--link)}"
	"</style></head><body><main><h1>Holdfast, the agents' API</h1>"
	"<p>JSON over HTTP. A browser is signed in by its cookie; a program sends <code>Authorization: Bearer hft_...</code>. "
	"State changes carry <code>Holdfast-Command</code>, 32 hex digits of your own choice: the same again gives the first answer. "
	"Instants are milliseconds since 1970 UTC. Refusals are problem documents (RFC 9457). "
	"The same as a document: <a href=\"/api/openapi.json\">OpenAPI</a>.</p>";
/* clang-format on */

static const char *const docs_kinds[FIELD_KIND_COUNT] = {
	[FIELD_TEXT] = "text",     [FIELD_WORD] = "word",
	[FIELD_INT] = "number",    [FIELD_ID] = "id",
	[FIELD_AT] = "instant",    [FIELD_BOOL] = "yes or no",
	[FIELD_OBJECT] = "object", [FIELD_LIST] = "list",
	[FIELD_MAP] = "map",
};

static void docs_fields(struct buf *out, const struct shape *shape, int depth);

static void docs_kind(struct buf *out, const struct shape_field *field)
{
	buf_printf(out, " %s", docs_kinds[field->kind]);
	if (field->item)
		buf_printf(out, " of %s", docs_kinds[field->item->kind]);
	for (const char *const *word = field->words; word && *word; word++)
		buf_printf(out, "%s<code>%s</code>",
		           word == field->words ? ": " : ", ", *word);
	if (field->kind == FIELD_TEXT && field->max > 0)
		buf_printf(out, ", at most %lld bytes", (long long)field->max);
	if (field->flags & FIELD_NULL)
		buf_text(out, ", or null");
	if (!(field->flags & FIELD_REQUIRED))
		buf_text(out, ", may be left out");
}

static void docs_field(struct buf *out, const struct shape_field *field,
                       int depth)
{
	const struct shape *inner = field->shape;

	if (field->item && field->item->shape)
		inner = field->item->shape;
	buf_printf(out, "<li><code>%s</code>", field->name ? field->name : "");
	docs_kind(out, field);
	if (inner && depth < DOCS_DEPTH)
		docs_fields(out, inner, depth + 1);
	buf_text(out, "</li>");
}

static void docs_fields(struct buf *out, const struct shape *shape, int depth)
{
	buf_text(out, "<ul>");
	for (size_t i = 0; i < shape->count; i++)
		docs_field(out, &shape->fields[i], depth);
	if (shape->list && shape->list->shape && depth < DOCS_DEPTH)
		docs_fields(out, shape->list->shape, depth + 1);
	buf_text(out, "</ul>");
}

static void docs_part(struct buf *out, const char *title,
                      const struct shape *shape)
{
	if (!shape)
		return;
	buf_printf(out, "<h3>%s</h3>", title);
	if (shape == &shape_bytes)
		buf_text(out, "<p>Bytes.</p>");
	else if (shape == &shape_events)
		buf_text(out, "<p>Server-sent events.</p>");
	else
		docs_fields(out, shape, 0);
}

static void docs_route(struct buf *out, const struct route *route)
{
	buf_printf(out,
	           "<details><summary><span class=\"path\">%s</span> "
	           "<code>%s</code> <span>%s</span></summary>"
	           "<div class=\"in\"><p>Right: <code>%s</code>%s</p>",
	           method_name(route->method), route->path, route->summary,
	           right_name(route->right),
	           route->flags & ROUTE_PERSON
	                   ? "; for a person at a browser, not for tokens"
	                   : "");
	docs_part(out, "Query", route->query);
	docs_part(out, "Body", route->body);
	docs_part(out, "Answer", route->answer);
	if (!route->answer)
		buf_text(out, "<h3>Answer</h3><p>204, without a body.</p>");
	buf_text(out, "</div></details>");
}

static void docs_write(struct buf *out, const struct web *web)
{
	struct str last = STR("");

	buf_text(out, docs_head);
	for (size_t i = 0; i < web->routes_count; i++) {
		struct str tag = route_tag(&web->routes[i]);

		if (!str_equal(tag, last))
			buf_printf(out, "<h2>%.*s</h2>", STR_ARG(tag));
		last = tag;
		docs_route(out, &web->routes[i]);
	}
	buf_text(out, "</main></body></html>\n");
}

enum status route_docs_show(struct request *request, struct response *response)
{
	struct buf page;

	buf_init(&page, DOCS_BYTES);
	docs_write(&page, request->web);
	buf_str(&response->body, buf_view(&page));
	buf_release(&page);
	response->kind = RESPONSE_BYTES;
	response->type = "text/html; charset=utf-8";
	response->policy = DOCS_POLICY;
	return ST_OK;
}
