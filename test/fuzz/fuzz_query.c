/*
 * Bytes as a search. Oracles: what is refused names a place inside the text
 * and has words; every term stands in the text and after the one before; a
 * moment is read from the same bytes without harm.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/query.h"
#include "core/time/moment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str text = {(const char *)data, size};
	struct arena *arena = arena_new((size_t)16 << 20);
	struct query query = {.count = 0};
	struct query_error error = {0};
	struct moment_where where = {.now = 1794300000000};
	struct moment moment;
	size_t before = 0;

	if (query_parse(arena, text, where.now, NULL, &query, &error) ==
	    ST_OK) {
		assert(query.count <= QUERY_TERMS_MAX);
		for (size_t i = 0; i < query.count; i++) {
			assert(query.terms[i].start >= before);
			assert(query.terms[i].end > query.terms[i].start);
			assert(query.terms[i].end <= size);
			before = query.terms[i].start;
		}
	} else {
		assert(error.text[0] != '\0');
		assert(error.start <= error.end && error.end <= size);
	}
	if (moment_read(arena, text, &where, &moment, NULL) == ST_OK)
		assert(moment.at > where.now);
	arena_free(&arena);
	return 0;
}
