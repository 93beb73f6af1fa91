/*
 * One walk over the fields serves both directions, so that they cannot drift
 * apart: a codec with a buffer writes, one without reads.
 */
#include "node/jail_draft.h"

#include <string.h>

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
	} else if (codec->bad || length > codec->in.length) {
		codec->bad = true;
	} else {
		memcpy(bytes, codec->in.text, length);
		codec->in = str_sub(codec->in, length, codec->in.length);
	}
}

static void codec_i64(struct codec *codec, int64_t *value)
{
	codec_bytes(codec, value, sizeof(*value));
}

static void codec_flag(struct codec *codec, bool *flag)
{
	int64_t value = *flag;

	codec_i64(codec, &value);
	if (!codec->out)
		*flag = value == 1;
}

static void codec_str(struct codec *codec, struct str *s)
{
	int64_t length = (int64_t)s->length;

	codec_i64(codec, &length);
	if (codec->out) {
		buf_str(codec->out, *s);
	} else if (codec->bad || length < 0 ||
	           (size_t)length > codec->in.length) {
		codec->bad = true;
	} else {
		*s = str_sub(codec->in, 0, (size_t)length);
		codec->in =
			str_sub(codec->in, (size_t)length, codec->in.length);
	}
}

/*
 * The items of a list: as given when writing, new ones when reading. Each item
 * has eight bytes at least, so a count cannot ask for more than came.
 */
static void *codec_list(struct codec *codec, const void *items, size_t *count,
                        size_t item_bytes)
{
	int64_t number = (int64_t)*count;

	codec_i64(codec, &number);
	if (codec->out)
		return (void *)(uintptr_t)items;
	if (codec->bad || number < 0 ||
	    (size_t)number > codec->in.length / sizeof(int64_t)) {
		codec->bad = true;
		number = 0;
	}
	*count = (size_t)number;
	return arena_array(codec->arena, *count, item_bytes);
}

static void codec_address(struct codec *codec, struct mail_address *address)
{
	codec_str(codec, &address->name);
	codec_str(codec, &address->address);
}

static void codec_addresses(struct codec *codec,
                            struct mail_addresses *addresses)
{
	addresses->items =
		codec_list(codec, addresses->items, &addresses->count,
	                   sizeof(*addresses->items));
	for (size_t i = 0; i < addresses->count; i++)
		codec_address(codec, &addresses->items[i]);
}

static void codec_ids(struct codec *codec, struct mail_ids *ids)
{
	ids->items =
		codec_list(codec, ids->items, &ids->count, sizeof(*ids->items));
	for (size_t i = 0; i < ids->count; i++)
		codec_str(codec, &ids->items[i]);
}

static void codec_files(struct codec *codec, struct mail_draft *draft)
{
	struct mail_draft_file *files = codec_list(
		codec, draft->files, &draft->file_count, sizeof(*draft->files));

	for (size_t i = 0; i < draft->file_count; i++) {
		codec_str(codec, &files[i].name);
		codec_str(codec, &files[i].type);
		codec_str(codec, &files[i].content_id);
		codec_str(codec, &files[i].bytes);
		codec_flag(codec, &files[i].is_inline);
	}
	draft->files = files;
}

static void codec_draft(struct codec *codec, struct mail_draft *draft)
{
	int64_t zone = draft->zone_minutes;

	codec_address(codec, &draft->from);
	codec_addresses(codec, &draft->to);
	codec_addresses(codec, &draft->cc);
	codec_addresses(codec, &draft->reply_to);
	codec_str(codec, &draft->subject);
	codec_str(codec, &draft->message_id);
	codec_str(codec, &draft->in_reply_to);
	codec_ids(codec, &draft->references);
	codec_i64(codec, &draft->date);
	codec_i64(codec, &zone);
	codec_str(codec, &draft->auto_submitted);
	codec_str(codec, &draft->loop);
	codec_str(codec, &draft->language);
	codec_str(codec, &draft->text);
	codec_str(codec, &draft->html);
	codec_files(codec, draft);
	codec->bad = codec->bad || zone < -1440 || zone > 1440;
	draft->zone_minutes = codec->bad ? 0 : (int)zone;
}

void jail_draft_pack(const struct mail_draft *draft, struct buf *out)
{
	/* Writing changes nothing of what the copy points to. */
	struct mail_draft copy = *draft;
	struct codec codec = {.out = out};

	codec_draft(&codec, &copy);
}

enum status jail_draft_unpack(struct arena *arena, struct str packed,
                              struct mail_draft *draft_out)
{
	struct mail_draft draft = {0};
	struct codec codec = {.in = packed, .arena = arena};

	codec_draft(&codec, &draft);
	if (codec.bad || codec.in.length > 0)
		return ST_INVALID;
	*draft_out = draft;
	return ST_OK;
}
