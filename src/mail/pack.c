/*
 * A mail as bytes for the pipe between the jail and the main process. One
 * description of the fields serves both directions, so that they cannot drift
 * apart. Reading believes nothing: every length, count, enum and character is
 * checked, and what is left over or missing refuses the whole.
 */
#include <stddef.h>
#include <string.h>

#include "base/limits.h"
#include "mail/html.h"
#include "mail/message.h"

#define PACK_MAGIC 0x31464d48u /* "HMF1" */

struct codec {
	struct buf *out; /* NULL when reading */
	struct str in;
	struct arena *arena;
	bool bad;
};

static void codec_bytes(struct codec *codec, void *bytes, size_t length)
{
	if (codec->out) {
		buf_add(codec->out, bytes, length);
		return;
	}
	if (codec->bad || length > codec->in.length) {
		codec->bad = true;
		return;
	}
	memcpy(bytes, codec->in.text, length);
	codec->in = str_sub(codec->in, length, codec->in.length);
}

/* Little-endian; more than `max` is refused. */
static void codec_number(struct codec *codec, uint64_t *value, uint64_t max)
{
	unsigned char bytes[8];

	for (int i = 0; i < 8; i++)
		bytes[i] = (unsigned char)(*value >> (8 * i));
	codec_bytes(codec, bytes, sizeof(bytes));
	if (codec->out || codec->bad)
		return;
	*value = 0;
	for (int i = 0; i < 8; i++)
		*value |= (uint64_t)bytes[i] << (8 * i);
	codec->bad |= *value > max;
}

static void codec_size(struct codec *codec, size_t *value, size_t max)
{
	uint64_t number = *value;

	codec_number(codec, &number, max);
	if (!codec->bad)
		*value = (size_t)number;
}

static void codec_instant(struct codec *codec, instant_ms *at)
{
	uint64_t number = (uint64_t)*at;

	codec_number(codec, &number, UINT64_MAX);
	if (!codec->bad)
		*at = (instant_ms)number;
}

static void codec_bool(struct codec *codec, bool *value)
{
	uint64_t number = *value;

	codec_number(codec, &number, 1);
	if (!codec->bad)
		*value = number == 1;
}

/* Text of at most `max` bytes: UTF-8 without NUL. */
static void codec_text(struct codec *codec, struct str *text, size_t max)
{
	size_t length = text->length;

	codec_size(codec, &length, max);
	if (codec->out) {
		buf_str(codec->out, *text);
		return;
	}
	if (codec->bad || length > codec->in.length) {
		codec->bad = true;
		return;
	}

	struct str view = str_sub(codec->in, 0, length);

	if (!str_utf8_valid(view) ||
	    (length > 0 && memchr(view.text, '\0', length))) {
		codec->bad = true;
		return;
	}
	*text = str_copy(codec->arena, view);
	codec->in = str_sub(codec->in, length, codec->in.length);
}

/* A value of one line. */
static void codec_line(struct codec *codec, struct str *text, size_t max)
{
	codec_text(codec, text, max);
	if (codec->out || codec->bad)
		return;
	for (size_t i = 0; i < text->length; i++)
		codec->bad |= text->text[i] == '\n' || text->text[i] == '\r';
}

static void codec_address(struct codec *codec, struct mail_address *address)
{
	codec_line(codec, &address->name, LIMIT_NAME_BYTES);
	codec_line(codec, &address->address, LIMIT_ADDRESS_BYTES);
}

/* Room for `count` items when reading. */
static void *codec_items(struct codec *codec, void *items, size_t count,
                         size_t bytes)
{
	if (codec->out)
		return items;
	if (codec->bad)
		return NULL;
	return arena_array(codec->arena, count + 1, bytes);
}

static void codec_addresses(struct codec *codec,
                            struct mail_addresses *addresses)
{
	codec_size(codec, &addresses->count, LIMIT_ADDRESSES);
	addresses->items =
		codec_items(codec, addresses->items, addresses->count,
	                    sizeof(*addresses->items));
	for (size_t i = 0; !codec->bad && i < addresses->count; i++)
		codec_address(codec, &addresses->items[i]);
}

static void codec_ids(struct codec *codec, struct mail_ids *ids)
{
	codec_size(codec, &ids->count, LIMIT_REFERENCES);
	ids->items =
		codec_items(codec, ids->items, ids->count, sizeof(*ids->items));
	for (size_t i = 0; !codec->bad && i < ids->count; i++)
		codec_line(codec, &ids->items[i], MAIL_ID_BYTES_MAX);
}

static void codec_attachment(struct codec *codec,
                             struct mail_attachment *attachment)
{
	uint64_t encoding = attachment->encoding;

	codec_line(codec, &attachment->name, LIMIT_NAME_BYTES);
	codec_line(codec, &attachment->type, LIMIT_NAME_BYTES);
	codec_line(codec, &attachment->content_id, MAIL_ID_BYTES_MAX);
	codec_size(codec, &attachment->size, LIMIT_MAIL_BYTES);
	codec_size(codec, &attachment->offset, LIMIT_MAIL_BYTES);
	codec_size(codec, &attachment->length, LIMIT_MAIL_BYTES);
	codec_number(codec, &encoding, MAIL_ENCODING_COUNT - 1);
	if (!codec->bad)
		attachment->encoding = (enum mail_encoding)encoding;
	codec_bool(codec, &attachment->is_inline);
	codec_bytes(codec, attachment->sha256, MAIL_HASH_BYTES);
}

static void codec_bounce(struct codec *codec, struct mail_bounce *bounce)
{
	codec_line(codec, &bounce->recipient, LIMIT_ADDRESS_BYTES);
	codec_line(codec, &bounce->status, 16);
	codec_line(codec, &bounce->reason, LIMIT_SUBJECT_BYTES);
	codec_line(codec, &bounce->original_message_id, MAIL_ID_BYTES_MAX);
	codec_bool(codec, &bounce->is_failure);
	codec_bool(codec, &bounce->permanent);
}

static void codec_signals(struct codec *codec, struct mail_signals *signals)
{
	uint64_t received = signals->received_count;

	codec_line(codec, &signals->auto_submitted, LIMIT_NAME_BYTES);
	codec_line(codec, &signals->precedence, LIMIT_NAME_BYTES);
	codec_line(codec, &signals->list_id, LIMIT_NAME_BYTES);
	codec_line(codec, &signals->auto_response_suppress, LIMIT_NAME_BYTES);
	codec_line(codec, &signals->loop, LIMIT_SUBJECT_BYTES);
	codec_line(codec, &signals->authentication, LIMIT_SUBJECT_BYTES * 4u);
	codec_line(codec, &signals->authentications, LIMIT_SUBJECT_BYTES * 4u);
	codec_line(codec, &signals->delivered_to, LIMIT_ADDRESS_BYTES);
	codec_number(codec, &received, UINT32_MAX);
	if (!codec->bad)
		signals->received_count = (unsigned)received;
	codec_bool(codec, &signals->null_return_path);
	codec_bool(codec, &signals->no_auto_answer);
}

static void codec_forwarded(struct codec *codec,
                            struct mail_forwarded *forwarded)
{
	codec_bool(codec, &forwarded->is_forward);
	codec_address(codec, &forwarded->original);
	codec_line(codec, &forwarded->original_subject, LIMIT_SUBJECT_BYTES);
	codec_instant(codec, &forwarded->original_date);
}

static void codec_header(struct codec *codec, struct mail *mail)
{
	codec_addresses(codec, &mail->from);
	codec_address(codec, &mail->sender);
	codec_addresses(codec, &mail->to);
	codec_addresses(codec, &mail->cc);
	codec_addresses(codec, &mail->reply_to);
	codec_line(codec, &mail->subject, LIMIT_SUBJECT_BYTES);
	codec_instant(codec, &mail->date);
	codec_line(codec, &mail->message_id, MAIL_ID_BYTES_MAX);
	codec_ids(codec, &mail->in_reply_to);
	codec_ids(codec, &mail->references);
	codec_line(codec, &mail->return_path, LIMIT_ADDRESS_BYTES);
}

static void codec_mail(struct codec *codec, struct mail *mail)
{
	uint64_t magic = PACK_MAGIC, kind = mail->kind;
	uint64_t unlooped = mail->kind_unlooped;

	codec_number(codec, &magic, PACK_MAGIC);
	codec->bad |= magic != PACK_MAGIC;
	codec_header(codec, mail);
	codec_text(codec, &mail->text, LIMIT_TEXT_BYTES);
	codec_text(codec, &mail->reply, LIMIT_TEXT_BYTES);
	codec_text(codec, &mail->html, LIMIT_HTML_BYTES * 2u);
	codec_size(codec, &mail->attachment_count, LIMIT_ATTACHMENTS);
	mail->attachments =
		codec_items(codec, mail->attachments, mail->attachment_count,
	                    sizeof(*mail->attachments));
	for (size_t i = 0; !codec->bad && i < mail->attachment_count; i++)
		codec_attachment(codec, &mail->attachments[i]);
	codec_number(codec, &kind, MAIL_AUTO_COUNT - 1);
	codec_number(codec, &unlooped, MAIL_AUTO_COUNT - 1);
	if (!codec->bad) {
		mail->kind = (enum mail_auto)kind;
		mail->kind_unlooped = (enum mail_auto)unlooped;
	}
	codec_bounce(codec, &mail->bounce);
	codec_instant(codec, &mail->away_until);
	codec_forwarded(codec, &mail->forwarded);
	codec_signals(codec, &mail->signals);
	codec_size(codec, &mail->error_count, MAIL_ERRORS_MAX);
	mail->errors = codec_items(codec, mail->errors, mail->error_count,
	                           sizeof(*mail->errors));
	for (size_t i = 0; !codec->bad && i < mail->error_count; i++)
		codec_line(codec, &mail->errors[i], LIMIT_NAME_BYTES);
}

void mail_pack(const struct mail *mail, struct buf *out)
{
	struct codec codec = {.out = out};
	/* Writing reads only; the copy is for the one description. */
	struct mail copy = *mail;

	codec_mail(&codec, &copy);
}

enum status mail_unpack(struct arena *arena, struct str packed,
                        struct mail *mail_out)
{
	struct codec codec = {.in = packed, .arena = arena};
	struct mail mail = {0};

	if (packed.length > MAIL_PACKED_BYTES_MAX)
		return ST_INVALID;
	codec_mail(&codec, &mail);
	if (codec.bad || codec.in.length > 0 ||
	    !mail_html_is_clean(arena, mail.html))
		return ST_INVALID;
	*mail_out = mail;
	return ST_OK;
}
