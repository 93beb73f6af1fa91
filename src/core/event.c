#include "core/event.h"

#include <assert.h>
#include <string.h>

/* clang-format off */
static const struct event_type event_types[EVENT_KIND_END] = {
#define E(number, symbol, member, kind_class) \
	[number] = {#member, EVENT_##kind_class, \
	            sizeof(((union event_data *)0)->member) / sizeof(int64_t)},
	EVENT_KINDS(E)
#undef E
};
/* clang-format on */

static_assert(sizeof(union event_data) == EVENT_FIELDS_MAX * sizeof(int64_t),
              "a kind has more fields than there is room for");

const struct event_type *event_type(int64_t kind)
{
	if (kind <= 0 || kind >= EVENT_KIND_END || !event_types[kind].name)
		return NULL;
	return &event_types[kind];
}

/* Decimal digits of `value` at `out`; returns how many characters. */
static size_t event_print_i64(int64_t value, char *out)
{
	char digits[20];
	size_t count = 0, length = 0;
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	if (value < 0)
		out[length++] = '-';
	do {
		digits[count++] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	while (count > 0)
		out[length++] = digits[--count];
	return length;
}

size_t event_data_print(const struct event *event,
                        char text_out[EVENT_DATA_TEXT_MAX])
{
	size_t fields = event_type((int64_t)event->kind)->fields;
	size_t length = 0;

	while (fields > 0 && event->data.field[fields - 1] == 0)
		fields--;
	for (size_t i = 0; i < fields; i++) {
		if (i > 0)
			text_out[length++] = ' ';
		length += event_print_i64(event->data.field[i],
		                          text_out + length);
	}
	assert(length < EVENT_DATA_TEXT_MAX);
	text_out[length] = '\0';
	return length;
}

bool event_data_parse(struct str text, union event_data *data_out)
{
	union event_data data = {0};
	size_t count = 0, at = 0;

	while (at < text.length) {
		bool negative = text.text[at] == '-';
		uint64_t value = 0;
		size_t start;

		if (count == EVENT_FIELDS_MAX)
			return false;
		at += negative;
		start = at;
		while (at < text.length && text.text[at] >= '0' &&
		       text.text[at] <= '9') {
			value = value * 10 + (uint64_t)(text.text[at] - '0');
			at++;
		}
		if (at == start || at - start > 19)
			return false;
		data.field[count++] = (int64_t)(negative ? 0 - value : value);
		if (at < text.length && text.text[at++] != ' ')
			return false;
	}
	*data_out = data;
	return true;
}
