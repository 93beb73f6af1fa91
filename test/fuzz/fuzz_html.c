/*
 * A stranger's HTML. Oracles: cleaning what is clean changes nothing; a second
 * and independent reader finds nothing outside the lists; text and HTML are
 * valid UTF-8.
 */
#include <assert.h>
#include <stdint.h>

#include "base/limits.h"
#include "mail/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	struct str html =
		str_utf8_clean(arena, (struct str){(const char *)data, size});
	struct mail_clean first, second;
	struct str clean, again;
	struct buf out;

	mail_clean_html(arena, html, &first, &clean);
	mail_clean_html(arena, clean, &second, &again);
	assert(str_equal(clean, again));
	assert(str_utf8_valid(clean));
	assert(mail_html_is_clean(arena, clean));
	assert(str_utf8_valid(mail_html_text(arena, html)));
	/* Our own HTML of any text is clean as well, but for the links. */
	buf_init(&out, LIMIT_HTML_BYTES * 2u);
	mail_text_html(&out, html);
	mail_clean_html(arena, buf_view(&out), &first, &clean);
	assert(mail_html_is_clean(arena, clean));
	buf_release(&out);
	arena_free(&arena);
	return 0;
}
