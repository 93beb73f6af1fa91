#include "core/record.h"

/* clang-format off */
const struct record_shape record_shapes[RECORD_TYPE_COUNT] = {
#define R(symbol, name, columns) \
	[RECORD_##symbol] = {#name, 1 columns(RECORD_COUNT_ONE), sizeof(struct name)},
	RECORD_TYPES(R)
#undef R
};
/* clang-format on */
