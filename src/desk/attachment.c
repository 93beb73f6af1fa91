#include "desk/attachment.h"

#include "base/limits.h"

#define ATTACHMENT_FIELDS 9

/* A tab or line end inside a name would make two fields of it. */
static void attachment_field(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.length; i++) {
		unsigned char c = (unsigned char)text.text[i];

		buf_char(out, c < ' ' || c == 0x7f ? ' ' : (char)c);
	}
	buf_char(out, '\t');
}

void attachment_print(struct buf *out, const struct attachment *a)
{
	attachment_field(out, a->name);
	attachment_field(out, a->type);
	attachment_field(out, a->content_id);
	buf_printf(out, "%lld\t%lld\t%lld\t%lld\t%d\t%lld\n",
	           (long long)a->size, (long long)a->offset,
	           (long long)a->length, (long long)a->encoding, a->is_inline,
	           (long long)a->blob);
}

struct str attachment_lines(struct arena *arena, const struct mail *mail)
{
	struct buf buf;
	struct str lines;

	buf_init(&buf, LIMIT_TEXT_BYTES);
	for (size_t i = 0; i < mail->attachment_count; i++) {
		const struct mail_attachment *part = &mail->attachments[i];

		attachment_print(&buf, &(struct attachment){
					       .name = part->name,
					       .type = part->type,
					       .content_id = part->content_id,
					       .size = (int64_t)part->size,
					       .offset = (int64_t)part->offset,
					       .length = (int64_t)part->length,
					       .encoding = part->encoding,
					       .is_inline = part->is_inline});
	}
	lines = str_copy(arena, buf_view(&buf));
	buf_release(&buf);
	return lines;
}

static bool attachment_line(struct str line, struct attachment *out)
{
	struct str fields[ATTACHMENT_FIELDS] = {{0}};
	int64_t numbers[6] = {0};

	for (size_t i = 0; i < ATTACHMENT_FIELDS; i++) {
		size_t end = str_find_char(line, '\t', 0);

		fields[i] = str_sub(line, 0, end);
		line = end < line.length ? str_sub(line, end + 1, line.length)
		                         : STR("");
		if (i >= 3 && !str_to_i64(fields[i], &numbers[i - 3]))
			return false;
	}
	*out = (struct attachment){
		.name = fields[0],
		.type = fields[1],
		.content_id = fields[2],
		.size = numbers[0],
		.offset = numbers[1],
		.length = numbers[2],
		.encoding = numbers[3],
		.is_inline = numbers[4] != 0,
		.blob = numbers[5],
	};
	return true;
}

size_t attachment_parse(struct str lines, struct attachment *out, size_t room)
{
	size_t count = 0;
	struct str line;

	while (count < room && str_line(&lines, &line))
		count += attachment_line(line, &out[count]);
	return count;
}
