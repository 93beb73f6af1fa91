/*
 * Bytes as a playbook. Oracles: what is refused names a place inside the text
 * and has words; what is read has sound clocks, and triage by it stays inside
 * the text it was given.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/playbook/playbook.h"
#include "core/text/triage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_clocks(const struct playbook *playbook)
{
	for (int t = 1; t < REQUEST_TYPE_COUNT; t++) {
		const struct playbook_type *type = &playbook->types[t];
		for (size_t i = 0; i < type->clocks_count; i++) {
			const struct playbook_clock *clock = &type->clocks[i];
			assert(clock->code && clock->id.length);
			assert(clock->within.span > 0);
			assert(clock->warn_before < clock->within.span);
			assert(clock->within.hours > HOURS_NONE);
			assert(clock->within.hours < HOURS_COUNT);
		}
	}
}

static void check_triage(const struct playbook *playbook, struct arena *arena,
                         struct str text)
{
	struct triage_input input = {.subject = text,
	                             .text = text,
	                             .from = text,
	                             .now = 1794300000000};
	struct triage triage;
	triage_message(playbook, arena, &input, &triage);
	assert(request_type_is_request(triage.type));
	assert(triage.urgency >= 0 && triage.urgency <= 3);
	assert(abs(triage.sentiment_milli) <= 1000);
	for (size_t i = 0; i < triage.signals_count; i++) {
		assert(triage.signals[i].start < triage.signals[i].end);
		assert(triage.signals[i].end <= text.length);
	}
	for (size_t i = 0; i < triage.reasons_count; i++) {
		assert(triage.reasons[i].start < triage.reasons[i].end);
		assert(triage.reasons[i].end <= text.length);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(512u << 20);
	struct str yaml = {(const char *)data, size};
	struct playbook *playbook = NULL;
	struct problem problem = {0};
	enum status status = playbook_parse(arena, yaml, &playbook, &problem);
	if (status == ST_OK) {
		check_clocks(playbook);
		check_triage(playbook, arena, yaml);
	} else {
		assert(!playbook);
		assert(status == ST_INVALID || status == ST_LIMIT);
		assert(problem.field[0] && problem.text[0]);
		assert(problem.line >= 0 && problem.column >= 0);
	}
	arena_free(&arena);
	return 0;
}
