/*
 * What an IMAP worker that was taken over may say: fields of a frame, and
 * folder names within. Oracles: nothing is read past the end, what was bad
 * stays bad, and a name that people see is UTF-8 which the server gets back.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "channel/imap_name.h"
#include "channel/imap_wire.h"
#include "channel/mail_sender.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_name(struct arena *arena, struct str name)
{
	struct str shown, back;
	char *again;

	if (!imap_name_decode(arena, name, &shown))
		return;
	assert(str_utf8_valid(shown));
	again = imap_name_encode(arena, shown);
	if (again && imap_name_decode(arena, str_of(again), &back))
		assert(str_equal(back, shown));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wire wire = {.rest = {(const char *)data, size}};
	struct arena *arena = arena_new(64 << 20);
	struct str sender = mail_sender(wire.rest);

	assert(sender.length == 0 ||
	       ((const uint8_t *)sender.text >= data &&
	        (const uint8_t *)sender.text + sender.length <= data + size));
	check_name(arena, wire.rest);
	while (!wire.bad && wire.rest.length > 0) {
		struct str text = wire_take_str(&wire);

		assert(text.length <= size);
		check_name(arena, text);
		(void)wire_take(&wire);
	}
	if (wire.bad)
		assert(wire_take(&wire) == 0 && !wire_end(&wire));
	arena_free(&arena);
	return 0;
}
