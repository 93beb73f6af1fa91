#include "mail/build.h"

#include <string.h>

#include "mail/address.h"
#include "mail/build_header.h"
#include "mail/date.h"
#include "mail/html.h"
#include "mail/transfer.h"

/* "=_" can stand in neither base64 nor quoted-printable text. */
#define BUILD_MIXED       "=_holdfast_mixed"
#define BUILD_RELATED     "=_holdfast_related"
#define BUILD_ALTERNATIVE "=_holdfast_alternative"

/* The first id says where the thread began, the last ones where it is. */
#define BUILD_REFERENCES_LAST 20u

struct builder {
	struct arena *arena;
	const struct mail_draft *draft;
	struct buf *out;
};

static bool build_address_ok(const struct mail_address *address)
{
	struct str text = address->address;

	for (size_t i = 0; i < text.length; i++) {
		if ((unsigned char)text.text[i] >= 0x80)
			return false;
	}
	return address_valid(text);
}

static bool build_draft_ok(const struct mail_draft *draft)
{
	const struct mail_addresses *lists[] = {&draft->to, &draft->cc,
	                                        &draft->reply_to};

	if (!build_address_ok(&draft->from) ||
	    !build_id_valid(draft->message_id))
		return false;
	for (size_t i = 0; i < 3; i++) {
		for (size_t k = 0; k < lists[i]->count; k++) {
			if (!build_address_ok(&lists[i]->items[k]))
				return false;
		}
	}
	return true;
}

static void build_references(struct builder *builder)
{
	const struct mail_ids *all = &builder->draft->references;
	struct str kept[BUILD_REFERENCES_LAST + 1];
	struct mail_ids ids = {.items = kept};
	size_t start = all->count > BUILD_REFERENCES_LAST + 1
	                       ? all->count - BUILD_REFERENCES_LAST
	                       : 0;

	if (start > 0)
		kept[ids.count++] = all->items[0];
	for (size_t i = start; i < all->count; i++)
		kept[ids.count++] = all->items[i];
	build_ids(builder->out, "References", &ids);
}

static void build_fields(struct builder *builder)
{
	const struct mail_draft *draft = builder->draft;
	struct arena *arena = builder->arena;
	struct buf *out = builder->out;
	struct mail_address from_one = draft->from;
	struct mail_addresses from = {&from_one, 1};
	struct str parent = draft->in_reply_to, id = draft->message_id;
	struct mail_ids parents = {&parent, 1}, ids = {&id, 1};
	char date[MAIL_DATE_SIZE];

	mail_date_print(draft->date, draft->zone_minutes, date);
	build_token(out, "Date", str_of(date));
	build_addresses(arena, out, "From", &from);
	build_addresses(arena, out, "To", &draft->to);
	build_addresses(arena, out, "Cc", &draft->cc);
	build_addresses(arena, out, "Reply-To", &draft->reply_to);
	build_text(arena, out, "Subject", draft->subject);
	build_ids(out, "Message-ID", &ids);
	build_ids(out, "In-Reply-To", &parents);
	build_references(builder);
	if (draft->auto_submitted.length > 0) {
		build_token(out, "Auto-Submitted", draft->auto_submitted);
		build_token(out, "X-Auto-Response-Suppress", STR("All"));
	}
	if (draft->loop.length > 0)
		build_token(out, MAIL_LOOP_HEADER, draft->loop);
	if (draft->language.length > 0)
		build_token(out, "Content-Language", draft->language);
	buf_text(out, "MIME-Version: 1.0\r\n");
}

/* LF line ends, no NUL, a line end at the end. */
static struct str build_body(struct arena *arena, struct str text)
{
	struct str clean = str_utf8_clean(arena, text);
	char *copy = arena_alloc(arena, clean.length + 2);
	size_t length = 0;

	for (size_t i = 0; i < clean.length; i++) {
		char c = clean.text[i];

		if (c == '\0')
			continue;
		if (c == '\r') {
			if (i + 1 < clean.length && clean.text[i + 1] == '\n')
				continue;
			c = '\n';
		}
		copy[length++] = c;
	}
	if (length > 0 && copy[length - 1] != '\n')
		copy[length++] = '\n';
	return (struct str){copy, length};
}

static void build_text_part(struct builder *builder, const char *type,
                            struct str text)
{
	struct buf *out = builder->out;
	struct str body = build_body(builder->arena, text);
	size_t high = 0;

	for (size_t i = 0; i < body.length; i++)
		high += (unsigned char)body.text[i] >= 0x80;
	buf_printf(out, "Content-Type: %s; charset=utf-8\r\n", type);
	/* Text in other scripts is shorter in base64. */
	if (high * 4 > body.length) {
		buf_text(out, "Content-Transfer-Encoding: base64\r\n\r\n");
		transfer_base64(out, body);
		return;
	}
	buf_text(out, "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
	transfer_quoted(out, body);
}

static void build_alternative(struct builder *builder)
{
	const struct mail_draft *draft = builder->draft;
	struct buf *out = builder->out;
	struct str text = draft->text;

	if (text.length == 0 && draft->html.length > 0)
		text = mail_html_text(builder->arena, draft->html);
	if (draft->html.length == 0) {
		build_text_part(builder, "text/plain", text);
		return;
	}
	buf_text(out, "Content-Type: multipart/alternative;\r\n "
	              "boundary=\"" BUILD_ALTERNATIVE
	              "\"\r\n\r\n--" BUILD_ALTERNATIVE "\r\n");
	build_text_part(builder, "text/plain", text);
	buf_text(out, "\r\n--" BUILD_ALTERNATIVE "\r\n");
	build_text_part(builder, "text/html", draft->html);
	buf_text(out, "\r\n--" BUILD_ALTERNATIVE "--\r\n");
}

/* A type that a header may hold and that base64 is allowed for. */
static struct str build_file_type(struct str type)
{
	struct str fallback = STR("application/octet-stream");
	size_t slashes = 0;

	if (type.length < 3 || type.length > 100 ||
	    str_starts_nocase(type, STR("message/")) ||
	    str_starts_nocase(type, STR("multipart/")))
		return fallback;
	for (size_t i = 0; i < type.length; i++) {
		char c = type.text[i];
		char lower = (char)(c | 0x20);

		slashes += c == '/';
		if (!(lower >= 'a' && lower <= 'z') &&
		    !(c >= '0' && c <= '9') && (!c || !strchr("/.+-", c)))
			return fallback;
	}
	return slashes == 1 ? type : fallback;
}

static bool build_is_related(const struct mail_draft *draft, size_t index)
{
	const struct mail_draft_file *file = &draft->files[index];

	return file->is_inline && file->content_id.length > 0 &&
	       draft->html.length > 0;
}

static void build_file(struct builder *builder, size_t index)
{
	const struct mail_draft_file *file = &builder->draft->files[index];
	bool related = build_is_related(builder->draft, index);
	struct buf *out = builder->out;

	buf_printf(out, "Content-Type: %.*s",
	           STR_ARG(build_file_type(file->type)));
	build_parameter(builder->arena, out, "name", file->name);
	buf_text(out, "\r\nContent-Transfer-Encoding: base64\r\n");
	if (related)
		buf_text(out, "Content-ID: <");
	for (size_t i = 0; related && i < file->content_id.length && i < 200;
	     i++) {
		char c = file->content_id.text[i];

		if (c > ' ' && c < 0x7f && c != '<' && c != '>')
			buf_char(out, c);
	}
	if (related)
		buf_text(out, ">\r\n");
	buf_printf(out, "Content-Disposition: %s",
	           related ? "inline" : "attachment");
	build_parameter(builder->arena, out, "filename", file->name);
	buf_text(out, "\r\n\r\n");
	transfer_base64(out, file->bytes);
}

static void build_related(struct builder *builder, size_t related)
{
	const struct mail_draft *draft = builder->draft;
	struct buf *out = builder->out;

	if (related == 0) {
		build_alternative(builder);
		return;
	}
	buf_text(
		out,
		"Content-Type: multipart/related;\r\n boundary=\"" BUILD_RELATED
		"\"\r\n\r\n--" BUILD_RELATED "\r\n");
	build_alternative(builder);
	for (size_t i = 0; i < draft->file_count; i++) {
		if (!build_is_related(draft, i))
			continue;
		buf_text(out, "\r\n--" BUILD_RELATED "\r\n");
		build_file(builder, i);
	}
	buf_text(out, "\r\n--" BUILD_RELATED "--\r\n");
}

static void build_mixed(struct builder *builder)
{
	const struct mail_draft *draft = builder->draft;
	struct buf *out = builder->out;
	size_t related = 0;

	for (size_t i = 0; i < draft->file_count; i++)
		related += build_is_related(draft, i);
	if (related == draft->file_count) {
		build_related(builder, related);
		return;
	}
	buf_text(out,
	         "Content-Type: multipart/mixed;\r\n boundary=\"" BUILD_MIXED
	         "\"\r\n\r\n--" BUILD_MIXED "\r\n");
	build_related(builder, related);
	for (size_t i = 0; i < draft->file_count; i++) {
		if (build_is_related(draft, i))
			continue;
		buf_text(out, "\r\n--" BUILD_MIXED "\r\n");
		build_file(builder, i);
	}
	buf_text(out, "\r\n--" BUILD_MIXED "--\r\n");
}

enum status mail_build(struct arena *arena, const struct mail_draft *draft,
                       struct buf *out)
{
	struct builder builder = {arena, draft, out};
	size_t before = out->length;

	if (!build_draft_ok(draft))
		return ST_INVALID;
	build_fields(&builder);
	build_mixed(&builder);
	if (out->failed) {
		out->length = before;
		return ST_LIMIT;
	}
	return ST_OK;
}
