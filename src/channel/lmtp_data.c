#include "channel/lmtp_data.h"

#include <string.h>

/* A buffer up to this size is kept between the mails of a connection. */
#define DATA_KEEP_BYTES ((size_t)128 << 10)

void lmtp_data_init(struct lmtp_data *data, size_t bytes_max)
{
	*data = (struct lmtp_data){.state = LMTP_DATA_LINE_START};
	buf_init(&data->raw, bytes_max);
}

void lmtp_data_release(struct lmtp_data *data)
{
	buf_release(&data->raw);
}

void lmtp_data_clear(struct lmtp_data *data)
{
	if (data->raw.capacity > DATA_KEEP_BYTES)
		buf_release(&data->raw);
	buf_clear(&data->raw);
	data->state = LMTP_DATA_LINE_START;
	data->bare = false;
	data->shed = false;
}

void lmtp_data_shed(struct lmtp_data *data)
{
	data->shed = true;
	buf_release(&data->raw);
}

/* Content of a mail that will be refused anyway is not kept. */
static void data_add(struct lmtp_data *data, const char *bytes, size_t length)
{
	if (data->bare || data->shed)
		return;
	buf_add(&data->raw, bytes, length);
	if (data->raw.failed && data->raw.data) {
		buf_release(&data->raw);
		data->raw.failed = true;
	}
}

/* Runs to the next CR or LF at once: most bytes pass here. */
static const char *data_text(struct lmtp_data *data, const char *at,
                             const char *end)
{
	const char *lf = memchr(at, '\n', (size_t)(end - at));
	const char *stop = lf ? lf : end;
	const char *cr = memchr(at, '\r', (size_t)(stop - at));

	stop = cr ? cr : stop;
	/* The usual line end stands in one piece: take it in one piece. */
	if (cr && cr + 1 == lf) {
		data_add(data, at, (size_t)(lf + 1 - at));
		data->state = LMTP_DATA_LINE_START;
		return lf + 1;
	}
	data_add(data, at, (size_t)(stop - at));
	if (stop == end)
		return end;
	if (*stop == '\r')
		data->state = LMTP_DATA_CR;
	else
		data->bare = true;
	return stop + 1;
}

/* One byte right after a CR that began outside ". CR". */
static const char *data_after_cr(struct lmtp_data *data, const char *at)
{
	if (*at == '\n') {
		data_add(data, "\r\n", 2);
		data->state = LMTP_DATA_LINE_START;
		return at + 1;
	}
	data->bare = true;
	if (*at == '\r')
		return at + 1;
	data->state = LMTP_DATA_TEXT;
	return at;
}

/* At the start of a line and after a dot there; the dot itself is dropped. */
static const char *data_line_start(struct lmtp_data *data, const char *at)
{
	if (data->state == LMTP_DATA_LINE_START && *at == '.') {
		data->state = LMTP_DATA_DOT;
		return at + 1;
	}
	if (data->state == LMTP_DATA_DOT && *at == '\r') {
		data->state = LMTP_DATA_DOT_CR;
		return at + 1;
	}
	if (data->state == LMTP_DATA_DOT && *at == '.') {
		data_add(data, ".", 1);
		data->state = LMTP_DATA_TEXT;
		return at + 1;
	}
	data->state = LMTP_DATA_TEXT;
	return at;
}

bool lmtp_data_feed(struct lmtp_data *data, struct str *rest)
{
	const char *at = rest->text;
	const char *end = at + rest->length;

	while (at < end) {
		switch (data->state) {
		case LMTP_DATA_LINE_START:
		case LMTP_DATA_DOT:
			at = data_line_start(data, at);
			break;
		case LMTP_DATA_DOT_CR:
			if (*at == '\n') {
				*rest = (struct str){at + 1,
				                     (size_t)(end - at - 1)};
				return true;
			}
			data->state = LMTP_DATA_CR;
			break;
		case LMTP_DATA_TEXT:
			at = data_text(data, at, end);
			break;
		case LMTP_DATA_CR:
			at = data_after_cr(data, at);
			break;
		}
	}
	*rest = (struct str){end, 0};
	return false;
}
