#include "app/explain_mail.h"

#include <jansson.h>
#include <string.h>
#include <sysexits.h>

#include "app/explain.h"
#include "app/explain_file.h"
#include "base/limits.h"

/* Absent is null, so that a reader can tell it from empty text. */
static json_t *explain_text_or_null(struct str text)
{
	if (text.length == 0)
		return json_null();
	return json_stringn(text.text, text.length);
}

static json_t *explain_string(struct str text)
{
	return json_stringn(text.length ? text.text : "", text.length);
}

static json_t *explain_addresses(const struct mail_addresses *addresses)
{
	json_t *list = json_array();

	for (size_t i = 0; i < addresses->count; i++) {
		const struct mail_address *item = &addresses->items[i];
		json_t *row = json_object();

		json_object_set_new(row, "name",
		                    explain_text_or_null(item->name));
		json_object_set_new(row, "address",
		                    explain_text_or_null(item->address));
		json_array_append_new(list, row);
	}
	return list;
}

static json_t *explain_ids(const struct mail_ids *ids)
{
	json_t *list = json_array();

	for (size_t i = 0; i < ids->count; i++)
		json_array_append_new(list, explain_string(ids->items[i]));
	return list;
}

static json_t *explain_instant(instant_ms at)
{
	char text[INSTANT_TEXT_SIZE];

	if (at == 0)
		return json_null();
	instant_print(at, text);
	return json_string(text);
}

static json_t *explain_attachments(const struct mail *mail)
{
	static const char hex[] = "0123456789abcdef";
	json_t *list = json_array();

	for (size_t i = 0; i < mail->attachment_count; i++) {
		const struct mail_attachment *item = &mail->attachments[i];
		char hash[MAIL_HASH_BYTES * 2 + 1];
		json_t *row = json_object();

		for (size_t k = 0; k < MAIL_HASH_BYTES; k++) {
			hash[k * 2] = hex[item->sha256[k] >> 4];
			hash[k * 2 + 1] = hex[item->sha256[k] & 15];
		}
		hash[MAIL_HASH_BYTES * 2] = '\0';
		json_object_set_new(row, "name", explain_string(item->name));
		json_object_set_new(row, "type", explain_string(item->type));
		json_object_set_new(row, "size",
		                    json_integer((json_int_t)item->size));
		json_object_set_new(row, "sha256", json_string(hash));
		json_object_set_new(row, "inline",
		                    json_boolean(item->is_inline));
		json_object_set_new(row, "content_id",
		                    explain_text_or_null(item->content_id));
		json_array_append_new(list, row);
	}
	return list;
}

static json_t *explain_bounce(const struct mail *mail)
{
	const struct mail_bounce *bounce = &mail->bounce;
	json_t *row;

	if (mail->kind != MAIL_AUTO_BOUNCE && mail->kind != MAIL_AUTO_FEEDBACK)
		return json_null();
	row = json_object();
	json_object_set_new(row, "recipient",
	                    explain_text_or_null(bounce->recipient));
	json_object_set_new(row, "status",
	                    explain_text_or_null(bounce->status));
	json_object_set_new(row, "reason",
	                    explain_text_or_null(bounce->reason));
	json_object_set_new(row, "permanent", json_boolean(bounce->permanent));
	json_object_set_new(row, "original_message_id",
	                    explain_text_or_null(bounce->original_message_id));
	return row;
}

static json_t *explain_forwarded(const struct mail *mail)
{
	const struct mail_forwarded *forwarded = &mail->forwarded;
	json_t *row;

	if (!forwarded->is_forward)
		return json_null();
	row = json_object();
	json_object_set_new(row, "name",
	                    explain_text_or_null(forwarded->original.name));
	json_object_set_new(row, "address",
	                    explain_text_or_null(forwarded->original.address));
	json_object_set_new(row, "subject",
	                    explain_text_or_null(forwarded->original_subject));
	json_object_set_new(row, "date",
	                    explain_instant(forwarded->original_date));
	return row;
}

static json_t *explain_errors(const struct mail *mail)
{
	json_t *list = json_array();

	for (size_t i = 0; i < mail->error_count; i++)
		json_array_append_new(list, explain_string(mail->errors[i]));
	return list;
}

void explain_mail_print(const struct mail *mail, const char *file, FILE *out)
{
	json_t *row = json_object();
	json_t *name = json_string(file);

	json_object_set_new(row, "file", name ? name : json_null());
	json_object_set_new(row, "from", explain_addresses(&mail->from));
	json_object_set_new(row, "to", explain_addresses(&mail->to));
	json_object_set_new(row, "cc", explain_addresses(&mail->cc));
	json_object_set_new(row, "reply_to",
	                    explain_addresses(&mail->reply_to));
	json_object_set_new(row, "subject", explain_string(mail->subject));
	json_object_set_new(row, "date", explain_instant(mail->date));
	json_object_set_new(row, "message_id",
	                    explain_text_or_null(mail->message_id));
	json_object_set_new(row, "in_reply_to",
	                    explain_ids(&mail->in_reply_to));
	json_object_set_new(row, "references", explain_ids(&mail->references));
	json_object_set_new(row, "text", explain_string(mail->text));
	json_object_set_new(row, "reply", explain_string(mail->reply));
	json_object_set_new(row, "html", explain_string(mail->html));
	json_object_set_new(row, "attachments", explain_attachments(mail));
	json_object_set_new(row, "auto",
	                    json_string(mail_auto_name(mail->kind)));
	json_object_set_new(row, "bounce", explain_bounce(mail));
	json_object_set_new(row, "away_until",
	                    explain_instant(mail->away_until));
	json_object_set_new(row, "forwarded", explain_forwarded(mail));
	json_object_set_new(row, "errors", explain_errors(mail));
	json_dumpf(row, out, JSON_COMPACT);
	fputc('\n', out);
	json_decref(row);
}

void explain_mail_one(struct arena *arena, struct str raw, const char *file,
                      FILE *out)
{
	struct str too_long[] = {STR("The mail is larger than Holdfast takes; "
	                             "it was not read.")};
	struct mail mail = {.errors = too_long, .error_count = 1};

	if (mail_parse(arena, raw, &mail) != ST_OK)
		mail.error_count = 1;
	explain_mail_print(&mail, file, out);
}

static int explain_mail_file(const char *path)
{
	struct str unread[] = {STR("The file cannot be read.")};
	struct mail none = {.errors = unread, .error_count = 1};
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	struct buf raw;
	int code = EX_OK;

	buf_init(&raw, (size_t)LIMIT_MAIL_BYTES + 1);
	if (explain_file_read(path, &raw)) {
		explain_mail_one(arena, buf_view(&raw), path, stdout);
	} else {
		explain_mail_print(&none, path, stdout);
		code = EX_NOINPUT;
	}
	buf_release(&raw);
	arena_free(&arena);
	return code;
}

int explain_mail(int argc, char **argv)
{
	int code = EX_OK;

	mail_warm();
	if (argc < 2)
		code = explain_mail_file("-");
	for (int i = 1; i < argc; i++) {
		int result = explain_mail_file(argv[i]);

		if (result != EX_OK)
			code = result;
	}
	return fflush(stdout) == 0 ? code : EX_IOERR;
}
