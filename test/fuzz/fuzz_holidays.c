/*
 * Bytes as a file of holidays. Oracles: days ascend within the range, names
 * are one line of valid text, and a refusal says why.
 */
#include <assert.h>
#include <stdint.h>

#include "core/time/holidays.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new((size_t)64 << 20);
	struct str bytes = {(const char *)data, size};
	struct holidays holidays = {0};
	struct problem problem = {0};

	if (holidays_parse(arena, bytes, 20454, 21915, &holidays, &problem) !=
	    ST_OK)
		assert(problem.text[0] != '\0');
	for (size_t i = 0; i < holidays.count; i++) {
		const struct holiday *h = &holidays.list[i];

		assert(h->day >= 20454 && h->day <= 21915);
		assert(i == 0 || h->day > holidays.list[i - 1].day);
		assert(str_utf8_valid(h->name));
		assert(str_find_char(h->name, '\n', 0) == h->name.length);
	}
	arena_free(&arena);
	return 0;
}
