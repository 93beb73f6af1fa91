/*
 * `holdfast explain threads MBOX`: for each message of an mbox the thread that
 * it belongs to once all of them have arrived.
 */
#include <jansson.h>
#include <stdio.h>
#include <sysexits.h>

#include "app/explain.h"
#include "app/explain_file.h"
#include "base/limits.h"
#include "core/thread.h"
#include "mail/mbox.h"
#include "mail/message.h"

/* An mbox file of years. */
#define THREADS_BYTES_MAX ((size_t)2 << 30)
/* Message id, In-Reply-To and References of one mail. */
#define THREADS_IDS_MAX (1 + 2 * LIMIT_REFERENCES)

struct threads_list {
	struct arena *arena;
	struct thread_book *book;
	struct buf ids; /* struct str of each mail's own id */
	size_t count;
};

static void threads_add(struct threads_list *list, struct str raw)
{
	struct arena *scratch = arena_new(LIMIT_TURN_ARENA_BYTES);
	struct str ids[THREADS_IDS_MAX], own = {"", 0};
	struct mail mail;
	size_t count = 0;

	if (mail_parse_ids(scratch, raw, &mail) == ST_OK) {
		own = str_copy(list->arena, mail.message_id);
		ids[count++] = mail.message_id;
		for (size_t i = 0; i < mail.in_reply_to.count; i++)
			ids[count++] = mail.in_reply_to.items[i];
		for (size_t i = 0; i < mail.references.count; i++)
			ids[count++] = mail.references.items[i];
	}
	thread_add(list->book, ids, count);
	buf_add(&list->ids, &own, sizeof(own));
	list->count++;
	arena_free(&scratch);
}

static void threads_print(const struct threads_list *list)
{
	const struct str *ids =
		(const struct str *)(const void *)list->ids.data;

	for (size_t i = 0; i < list->count; i++) {
		json_t *row = json_object();
		char name[32];

		snprintf(name, sizeof(name), "t%zu",
		         thread_of(list->book, i) + 1);
		json_object_set_new(
			row, "message_id",
			ids[i].length > 0
				? json_stringn(ids[i].text, ids[i].length)
				: json_null());
		json_object_set_new(row, "thread", json_string(name));
		json_dumpf(row, stdout, JSON_COMPACT);
		fputc('\n', stdout);
		json_decref(row);
	}
}

int explain_threads(int argc, char **argv)
{
	struct threads_list list = {0};
	struct buf mbox;
	struct str rest, raw;

	if (argc > 2) {
		fputs("usage: holdfast explain threads MBOX\n", stderr);
		return EX_USAGE;
	}
	buf_init(&mbox, THREADS_BYTES_MAX);
	if (!explain_file_read(argc == 2 ? argv[1] : "-", &mbox)) {
		fprintf(stderr, "holdfast: cannot read %s\n", argv[1]);
		buf_release(&mbox);
		return EX_NOINPUT;
	}
	list.arena = arena_new(THREADS_BYTES_MAX);
	list.book = thread_book_new(list.arena);
	buf_init(&list.ids, THREADS_BYTES_MAX);
	rest = buf_view(&mbox);
	while (mbox_next(&rest, &raw))
		threads_add(&list, raw);
	threads_print(&list);
	buf_release(&list.ids);
	buf_release(&mbox);
	arena_free(&list.arena);
	return fflush(stdout) == 0 ? EX_OK : EX_IOERR;
}
