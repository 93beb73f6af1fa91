/*
 * `holdfast explain html`: standard input to the HTML that a reader would be
 * shown.
 */
#include <stdio.h>
#include <sysexits.h>

#include "app/explain.h"
#include "app/explain_file.h"
#include "base/arena.h"
#include "base/limits.h"
#include "mail/html.h"

int explain_html(int argc, char **argv)
{
	struct arena *arena;
	struct buf html;
	struct str clean;
	int code = EX_OK;

	buf_init(&html, (size_t)LIMIT_HTML_BYTES + 1);
	if (argc > 2 || !explain_file_read(argc == 2 ? argv[1] : "-", &html)) {
		fputs("usage: holdfast explain html < FILE\n", stderr);
		buf_release(&html);
		return argc > 2 ? EX_USAGE : EX_NOINPUT;
	}
	arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	mail_clean_html(arena, str_utf8_clean(arena, buf_view(&html)), NULL,
	                &clean);
	if (fwrite(clean.text, 1, clean.length, stdout) != clean.length ||
	    fflush(stdout) != 0)
		code = EX_IOERR;
	buf_release(&html);
	arena_free(&arena);
	return code;
}
