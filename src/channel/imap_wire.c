#include "channel/imap_wire.h"

#include <string.h>

#define WIRE_MAGIC 0x696d6170u

void wire_put(struct buf *buf, int64_t number)
{
	buf_add(buf, &number, sizeof(number));
}

void wire_put_str(struct buf *buf, struct str text)
{
	wire_put(buf, (int64_t)text.length);
	buf_str(buf, text);
}

int64_t wire_take(struct wire *wire)
{
	int64_t number = 0;

	if (wire->bad || wire->rest.length < sizeof(number)) {
		wire->bad = true;
		return 0;
	}
	memcpy(&number, wire->rest.text, sizeof(number));
	wire->rest = str_sub(wire->rest, sizeof(number), wire->rest.length);
	return number;
}

struct str wire_take_str(struct wire *wire)
{
	int64_t length = wire_take(wire);
	struct str text;

	if (wire->bad || length < 0 || (uint64_t)length > wire->rest.length) {
		wire->bad = true;
		return STR("");
	}
	text = str_sub(wire->rest, 0, (size_t)length);
	wire->rest = str_sub(wire->rest, (size_t)length, wire->rest.length);
	return text;
}

bool wire_end(const struct wire *wire)
{
	return !wire->bad && wire->rest.length == 0;
}

bool frame_send(int fd, uint32_t code, struct str fields, int64_t deadline)
{
	const struct imap_frame frame = {WIRE_MAGIC, code, fields.length};

	return wire_send(fd, &frame, sizeof(frame), deadline) &&
	       wire_send(fd, fields.text, fields.length, deadline);
}

bool frame_receive(int fd, size_t most, struct imap_frame *frame_out,
                   int64_t deadline)
{
	struct imap_frame frame;

	if (!wire_receive(fd, &frame, sizeof(frame), deadline) ||
	    frame.magic != WIRE_MAGIC || frame.length > most)
		return false;
	*frame_out = frame;
	return true;
}
