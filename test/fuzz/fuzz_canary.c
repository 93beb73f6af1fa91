/*
 * A target that reads one byte too far on one input. `make test` replays it and
 * passes only if that is noticed: a replay that sees nothing proves nothing.
 */
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char word[] = "canary";
	volatile uint8_t sink = 0;

	if (size == sizeof(word) - 1 && memcmp(data, word, size) == 0)
		sink = data[size];
	return sink * 0;
}
