#include "app/demo_field.h"

static const struct demo_field_row *field_row(const struct demo_field_row *rows,
                                              struct str key)
{
	for (; rows->key; rows++) {
		if (str_equal(key, str_of(rows->key)))
			return rows;
	}
	return NULL;
}

enum status demo_fields(const struct demo_text *text,
                        const struct demo_block *block,
                        const struct demo_field_row *rows, void *object,
                        struct problem *problem_out)
{
	for (size_t i = 0; i < block->header_count; i++) {
		const struct demo_header *header = &block->headers[i];
		const struct demo_field_row *row = field_row(rows, header->key);
		struct demo_field field = {header->key, header->value};

		if (!row)
			return demo_text_wrong(
				problem_out, text->file, header->line,
				"a block \"%.*s\" has no \"%.*s\"",
				STR_ARG(block->kind), STR_ARG(header->key));
		if (!row->set(&field, object))
			return demo_text_wrong(
				problem_out, text->file, header->line,
				"\"%.*s\" is no %.*s: write %s",
				STR_ARG(header->value), STR_ARG(header->key),
				row->meaning);
	}
	return ST_OK;
}

bool demo_field_name(const struct demo_field *field, const char *const *names,
                     size_t count, int64_t *value_out)
{
	for (size_t i = 0; i < count; i++) {
		if (names[i] && str_equal(field->value, str_of(names[i]))) {
			*value_out = (int64_t)i;
			return true;
		}
	}
	return false;
}
