/* Headers of the demo's blocks: one table says which there are and what for. */
#ifndef APP_DEMO_FIELD_H
#define APP_DEMO_FIELD_H

#include "app/demo_text.h"

struct demo_field {
	struct str key, value;
};

/* Tables end with a row of zeros. */
struct demo_field_row {
	const char *key;
	const char *meaning; /* "write ..." */
	/* False when the value is none of that. */
	bool (*set)(struct demo_field *field, void *object);
};

/* Gives every header of a block to its row. ST_INVALID with file and line. */
CHECKED enum status demo_fields(const struct demo_text *text,
                                const struct demo_block *block,
                                const struct demo_field_row *rows, void *object,
                                struct problem *problem_out);

/* The number of a name in a list that may have gaps. */
bool demo_field_name(const struct demo_field *field, const char *const *names,
                     size_t count, int64_t *value_out);

#endif
