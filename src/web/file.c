/*
 * Downloads and frames. Names are reduced to what a header can carry; types
 * are decided by magic bytes, never by what was declared.
 */
#include "web/file.h"

#include <string.h>

#include "base/limits.h"
#include "desk/attachment.h"
#include "mail/message.h"
#include "store/blob.h"

#define NAME_CHARACTERS_MAX 120

#define FILE_POLICY "sandbox; default-src 'none'; frame-ancestors 'none'"

const char *file_picture_type(struct str bytes)
{
	/* clang-format off */
	static const struct {
		struct str magic;
		const char *type;
	} pictures[] = {
		{{"\x89PNG\r\n\x1a\n", 8}, "image/png"},
		{{"\xff\xd8\xff", 3},      "image/jpeg"},
		{{"GIF87a", 6},            "image/gif"},
		{{"GIF89a", 6},            "image/gif"},
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(pictures) / sizeof(pictures[0]); i++)
		if (str_starts(bytes, pictures[i].magic))
			return pictures[i].type;
	if (bytes.length > 12 && str_starts(bytes, STR("RIFF")) &&
	    memcmp(bytes.text + 8, "WEBP", 4) == 0)
		return "image/webp";
	return NULL;
}

/* A character that may stand in a file name on any system. */
static bool name_char(unsigned char c)
{
	return c >= 0x20 && c != 0x7f && c != '"' && c != '\\' && c != '/' &&
	       c != ':' && c != '*' && c != '?' && c != '<' && c != '>' &&
	       c != '|';
}

/*
 * Characters that are not seen but change what is: marks of direction, joiners
 * and zero widths (U+200B to U+200F, U+202A to U+202E, U+2060 to U+206F,
 * U+FEFF).
 */
static size_t name_unseen(struct str name, size_t at)
{
	const unsigned char *s = (const unsigned char *)name.text + at;

	if (name.length - at < 3)
		return 0;
	if (s[0] == 0xe2 && s[1] == 0x80 &&
	    ((s[2] >= 0x8b && s[2] <= 0x8f) || (s[2] >= 0xaa && s[2] <= 0xae)))
		return 3;
	if (s[0] == 0xe2 && s[1] == 0x81 && s[2] >= 0xa0 && s[2] <= 0xaf)
		return 3;
	return s[0] == 0xef && s[1] == 0xbb && s[2] == 0xbf ? 3 : 0;
}

struct str file_name_safe(struct arena *arena, struct str name)
{
	struct str clean = str_utf8_clean(arena, name);
	char *text = arena_alloc(arena, clean.length + 1);
	size_t length = 0, i = 0;

	while (i < clean.length) {
		size_t unseen = name_unseen(clean, i);
		unsigned char c = (unsigned char)clean.text[i];

		i += unseen > 0 ? unseen : 1;
		if (unseen > 0)
			continue;
		if ((c == '.' || c == ' ') && length == 0)
			continue;
		text[length++] = name_char(c) ? (char)c : '_';
	}
	clean = str_utf8_prefix((struct str){text, length},
	                        NAME_CHARACTERS_MAX);
	return clean.length > 0 ? clean : STR("file");
}

static bool attr_char(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("!#$&+-.^_`|~", c));
}

struct str file_disposition(struct arena *arena, bool is_inline,
                            struct str name)
{
	static const char digits[] = "0123456789ABCDEF";
	struct str safe = file_name_safe(arena, name), value;
	struct buf buf;

	buf_init(&buf, 2000);
	buf_text(&buf,
	         is_inline ? "inline; filename=\"" : "attachment; filename=\"");
	for (size_t i = 0; i < safe.length; i++) {
		char c = safe.text[i];

		buf_char(&buf, (unsigned char)c < 0x7f ? c : '_');
	}
	buf_text(&buf, "\"; filename*=UTF-8''");
	for (size_t i = 0; i < safe.length; i++) {
		unsigned char c = (unsigned char)safe.text[i];

		if (attr_char(c)) {
			buf_char(&buf, (char)c);
			continue;
		}
		buf_char(&buf, '%');
		buf_char(&buf, digits[c >> 4]);
		buf_char(&buf, digits[c & 15]);
	}
	value = str_copy(arena, buf_view(&buf));
	buf_release(&buf);
	return value;
}

static void file_answer(struct arena *arena, struct str name,
                        struct response *response)
{
	const char *type = file_picture_type(buf_view(&response->body));

	response->kind = RESPONSE_BYTES;
	response->type = type ? type : "application/octet-stream";
	response->policy = FILE_POLICY;
	response_header(response, "Content-Disposition",
	                file_disposition(arena, type != NULL, name).text);
}

/* The bytes of a part of the mail, or of a file that was put up. */
static enum status attachment_bytes(const struct reading *reading, int64_t raw,
                                    const struct attachment *attachment,
                                    struct buf *out)
{
	struct str bytes = STR("");
	enum status status;

	if (attachment->blob != 0) {
		status = blob_read(reading->db, attachment->blob,
		                   reading->arena, &bytes);
		if (status == ST_OK)
			buf_str(out, bytes);
		return status;
	}
	status = blob_read_range(reading->db, raw, attachment->offset,
	                         attachment->length, reading->arena, &bytes);
	if (status != ST_OK)
		return status;
	return mail_attachment_extract(bytes, 0, bytes.length,
	                               (enum mail_encoding)attachment->encoding,
	                               out);
}

enum status file_attachment(const struct reading *reading,
                            const struct view_message *message, int64_t n,
                            struct response *response)
{
	struct attachment *list =
		arena_array(reading->arena, LIMIT_ATTACHMENTS, sizeof(*list));
	size_t count = 0;
	enum status status;

	if (message->attachments.length > 0)
		count = attachment_parse(message->attachments, list,
		                         LIMIT_ATTACHMENTS);
	if (n < 1 || (size_t)n > count)
		return ST_NOT_FOUND;
	status = attachment_bytes(reading, message->record.raw, &list[n - 1],
	                          &response->body);
	if (status == ST_OK)
		file_answer(reading->arena, list[n - 1].name, response);
	return status;
}

enum status file_raw(const struct reading *reading, int64_t blob,
                     int64_t message, struct response *response)
{
	struct str bytes = STR(""), name;
	enum status status;

	if (blob == 0)
		return ST_NOT_FOUND;
	status = blob_read(reading->db, blob, reading->arena, &bytes);
	if (status != ST_OK)
		return status;
	name = str_printf(reading->arena, "message-%lld.eml",
	                  (long long)message);
	/* In the request's arena, which lives until the last byte is sent. */
	response->kind = RESPONSE_STATIC;
	response->fixed = bytes;
	response->type = "application/octet-stream";
	response->policy = FILE_POLICY;
	response_header(response, "Content-Disposition",
	                file_disposition(reading->arena, false, name).text);
	return ST_OK;
}

/* The number of the attachment with that Content-ID; 0 if there is none. */
static size_t frame_cid(const struct attachment *list, size_t count,
                        struct str cid)
{
	for (size_t i = 0; i < count; i++)
		if (cid.length > 0 && str_equal(list[i].content_id, cid))
			return i + 1;
	return 0;
}

static const char frame_head[] =
	"<!doctype html><html><head><meta charset=\"utf-8\">"
	"<meta name=\"color-scheme\" content=\"light\">"
	"<style>body{margin:0;font:14px/1.5 system-ui,sans-serif;color:#1c1b1f;"
	"background:#fff;overflow-wrap:anywhere}img{max-width:100%;height:auto}"
	"table{max-width:100%}pre{white-space:pre-wrap}"
	"blockquote{margin:0 0 0 8px;padding-left:10px;"
	"border-left:2px solid #ddd}</style></head><body>";

/*
 * The cleaner leaves ` data-cid="..."` and ` data-remote-src="..."`, each
 * value escaped and in double quotes, and no other attribute of those names.
 */
static size_t frame_attribute(struct str html, size_t at, struct str name,
                              struct str *value_out)
{
	size_t start = at + name.length;
	size_t end = str_find_char(html, '"', start);

	if (!str_starts(str_sub(html, at, html.length), name) ||
	    end >= html.length)
		return 0;
	*value_out = str_sub(html, start, end);
	return end + 1;
}

struct frame_place {
	size_t at;
	bool in_tag, in_value;
};

/*
 * Goes on to where an attribute of a tag may be one of ours. Text and values
 * that only read like one are passed over.
 */
static bool frame_next(struct str html, struct frame_place *place)
{
	for (; place->at < html.length; place->at++) {
		char c = html.text[place->at];

		if (c == '"' && place->in_tag)
			place->in_value = !place->in_value;
		if ((c == '<' || c == '>') && !place->in_value)
			place->in_tag = c == '<';
		if (c == ' ' && place->in_tag && !place->in_value &&
		    str_starts(str_sub(html, place->at, html.length),
		               STR(" data-")))
			return true;
	}
	return false;
}

void file_frame(struct arena *arena, int64_t message, struct str html,
                struct str attachments, bool images, struct buf *out)
{
	struct attachment *list =
		arena_array(arena, LIMIT_ATTACHMENTS, sizeof(*list));
	size_t count = 0, plain = 0, next;
	struct frame_place place = {0};
	struct str value;

	if (attachments.length > 0)
		count = attachment_parse(attachments, list, LIMIT_ATTACHMENTS);
	buf_text(out, frame_head);
	while (frame_next(html, &place)) {
		size_t at = place.at, n = 0;
		bool remote = false;

		next = frame_attribute(html, at, STR(" data-cid=\""), &value);
		if (next > 0)
			n = frame_cid(list, count, value);
		else
			remote = images &&
			         (next = frame_attribute(
					  html, at, STR(" data-remote-src=\""),
					  &value)) > 0;
		if (n == 0 && !remote) {
			place.at++;
			continue;
		}
		buf_str(out, str_sub(html, plain, at));
		if (remote)
			buf_printf(out, " src=\"%.*s\"", STR_ARG(value));
		else
			buf_printf(out,
			           " src=\"/api/messages/%lld/attachments/%zu"
			           "\"",
			           (long long)message, n);
		place.at = plain = next;
	}
	buf_str(out, str_sub(html, plain, html.length));
	buf_text(out, "</body></html>");
}
