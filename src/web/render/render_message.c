/*
 * One message of a conversation, without its HTML: that has a frame and a
 * route of its own.
 */
#include "base/limits.h"
#include "core/text/signal.h"
#include "desk/attachment.h"
#include "mail/message.h"
#include "store/content.h"
#include "web/render/render.h"

#define PEOPLE_SHOWN_MAX 500

size_t render_characters(struct str text, size_t bytes)
{
	size_t characters = 0;

	for (size_t i = 0; i < bytes && i < text.length; i++)
		if (((unsigned char)text.text[i] & 0xc0) != 0x80)
			characters++;
	return characters;
}

/* "Name <address>", or an address alone, as desk writes them. */
static void person_read(struct str line, struct str *name_out,
                        struct str *address_out)
{
	size_t start = line.length;

	if (!str_ends(line, STR(">"))) {
		*name_out = STR("");
		*address_out = line;
		return;
	}
	while (start > 0 && line.text[start - 1] != '<')
		start--;
	*address_out = str_sub(line, start, line.length - 1);
	*name_out = str_trim(str_sub(line, 0, start > 0 ? start - 1 : 0));
}

static void render_people(struct json_out *out, const char *key,
                          struct str lines)
{
	struct str line, name, address;
	size_t count = 0;

	out_key_open(out, key, '[');
	while (count++ < PEOPLE_SHOWN_MAX && str_line(&lines, &line)) {
		if (line.length == 0)
			continue;
		person_read(line, &name, &address);
		out_open(out, '{');
		out_key_str(out, "name", name);
		out_key_str(out, "address", address);
		out_close(out, '}');
	}
	out_close(out, ']');
}

static void render_from(const struct reading *reading, struct json_out *out,
                        const struct view_message *message)
{
	const struct agency_member *member =
		agency_member(reading->agency, message->record.member);
	struct str line = STR(""), name = STR(""), address = STR("");
	struct str rest = message->from;

	if (str_line(&rest, &line))
		person_read(line, &name, &address);
	if (name.length == 0 && member)
		name = member->name;
	if (address.length == 0 && member)
		address = member->address;
	out_key_open(out, "from", '{');
	out_key_str(out, "name", name);
	out_key_str(out, "address", address);
	/* Of our own words the contact is whom they are to. */
	out_key_id(out, "contact",
	           message->record.kind == MESSAGE_IN ? message->record.contact
	                                              : 0);
	out_key_id(out, "member", message->record.member);
	out_close(out, '}');
}

static void render_attachments(const struct reading *reading,
                               struct json_out *out,
                               const struct view_message *message)
{
	struct attachment *list =
		arena_array(reading->arena, LIMIT_ATTACHMENTS, sizeof(*list));
	size_t count = 0;

	if (message->attachments.length > 0)
		count = attachment_parse(message->attachments, list,
		                         LIMIT_ATTACHMENTS);
	out_key_open(out, "attachments", '[');
	for (size_t i = 0; i < count; i++) {
		out_open(out, '{');
		out_key_i64(out, "n", (int64_t)i + 1);
		out_key_str(out, "name", list[i].name);
		out_key_str(out, "type", list[i].type);
		out_key_i64(out, "size", list[i].size);
		out_key_bool(out, "inline", list[i].is_inline);
		out_close(out, '}');
	}
	out_close(out, ']');
}

/* What the host that received it found; null when none was trusted. */
static void render_auth(struct json_out *out, struct str words)
{
	static const char *const keys[] = {"spf", "dkim", "dmarc"};
	struct str word;

	if (words.length == 0) {
		out_key_null(out, "auth");
		return;
	}
	out_key_open(out, "auth", '{');
	for (size_t i = 0; i < 3; i++) {
		if (!str_split(&words, ' ', &word) || str_equal(word, STR("-")))
			out_key_null(out, keys[i]);
		else
			out_key_str(out, keys[i], word);
	}
	out_close(out, '}');
}

static void render_errors(struct json_out *out, struct str lines)
{
	struct str line;

	out_key_open(out, "errors", '[');
	while (str_line(&lines, &line))
		if (line.length > 0)
			out_str(out, line);
	out_close(out, ']');
}

static void render_signals(struct json_out *out,
                           const struct view_message *message)
{
	out_key_open(out, "signals", '[');
	for (size_t i = 0; i < message->signal_count; i++) {
		const struct signal *signal = &message->signals[i];

		out_open(out, '{');
		out_key_text(out, "kind",
		             signal_kind_name((enum signal_kind)signal->kind));
		out_key_i64(out, "start",
		            (int64_t)render_characters(
				    message->text, (size_t)signal->span_start));
		out_key_i64(out, "end",
		            (int64_t)render_characters(
				    message->text, (size_t)signal->span_end));
		out_close(out, '}');
	}
	out_close(out, ']');
}

static void render_delivery(struct json_out *out,
                            const struct view_message *message)
{
	const struct message *record = &message->record;

	out_key(out, "delivery");
	if (record->delivery == DELIVERY_NONE) {
		out_null(out);
		return;
	}
	out_open(out, '{');
	out_key_text(out, "state", delivery_names[record->delivery]);
	if (record->delivery == DELIVERY_SCHEDULED ||
	    record->delivery == DELIVERY_FIRM)
		out_key_bool(out, "cancel_on_reply",
		             record->delivery == DELIVERY_SCHEDULED);
	out_key_at(out, "until_at", record->until_at);
	out_key_str_or_null(out, "reason", message->failure);
	out_close(out, '}');
}

static void render_call(struct json_out *out, const struct message *record)
{
	out_key(out, "call");
	if (record->kind != MESSAGE_CALL) {
		out_null(out);
		return;
	}
	out_open(out, '{');
	out_key_text(out, "direction", record->outward ? "out" : "in");
	out_key_bool(out, "spoke", record->spoke);
	out_close(out, '}');
}

/* Images that the cleaner put aside; each is one attribute of its making. */
static int64_t remote_images(const struct reading *reading,
                             const struct message *record)
{
	struct str mark = STR("data-remote-src=");
	struct str html = STR("");
	int64_t count = 0;

	if (!record->has_html ||
	    content_read(reading->db, reading->arena, record->id, SLOT_HTML,
	                 &html) != ST_OK)
		return 0;
	for (size_t at = str_find(html, mark, 0); at < html.length;
	     at = str_find(html, mark, at + mark.length))
		count++;
	return count;
}

/* Where the words that were looked for stand in the text. */
static void render_hits(const struct reading *reading, struct json_out *out,
                        struct str text)
{
	struct search_parts parts = {0};
	size_t at = 0;

	if (!reading->lit || reading->lit->count == 0 ||
	    search_excerpt(reading->db, reading->arena, reading->lit, text, 0,
	                   &parts) != ST_OK)
		return;
	out_key_open(out, "hits", '[');
	for (size_t i = 0; i < parts.count; i++) {
		struct str part = parts.list[i].text;
		size_t end = at + render_characters(part, part.length);

		if (parts.list[i].hit) {
			out_open(out, '{');
			out_key_i64(out, "start", (int64_t)at);
			out_key_i64(out, "end", (int64_t)end);
			out_close(out, '}');
		}
		at = end;
	}
	out_close(out, ']');
}

void render_message(const struct reading *reading, struct json_out *out,
                    const struct view_message *message)
{
	const struct message *record = &message->record;

	out_open(out, '{');
	out_key_i64(out, "id", record->id);
	out_key_text(out, "kind", message_kind_names[record->kind]);
	out_key_i64(out, "at", record->at);
	render_from(reading, out, message);
	render_people(out, "to", message->to);
	render_people(out, "cc", message->cc);
	out_key_str(out, "subject", message->subject);
	out_key_str(out, "text", message->text);
	if (str_equal(str_trim(message->full), str_trim(message->text)))
		out_key_null(out, "full");
	else
		out_key_str_or_null(out, "full", message->full);
	out_key_bool(out, "has_html", record->has_html);
	out_key_i64(out, "remote_images", remote_images(reading, record));
	render_attachments(reading, out, message);
	out_key_text(out, "auto",
	             mail_auto_name((enum mail_auto)record->automatic));
	render_auth(out, message->auth);
	render_errors(out, message->errors);
	render_signals(out, message);
	render_delivery(out, message);
	render_call(out, record);
	render_hits(reading, out, message->text);
	out_close(out, '}');
}
