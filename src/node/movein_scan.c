/*
 * The first look: where each mail stands, when it came, which thread it is of.
 * Heads go to the jail many at a time.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "core/thread.h"
#include "mail/mbox.h"
#include "node/jail_mail.h"
#include "node/movein_private.h"

#define SCAN_WINDOW_BYTES ((size_t)8 << 20)
#define SCAN_BATCH        64u
#define SCAN_HEAD_BYTES   ((size_t)16 << 10)
#define SCAN_HEAD_MAX     ((size_t)256 << 10)
#define SCAN_BOOK_BYTES   ((size_t)8 << 30)

struct scanner {
	struct node *node;
	const struct movein_source *source;
	movein_each each;
	void *context;
	bool (*going)(void *context);
	struct arena *arena; /* of a batch */
	struct movein_entry batch[SCAN_BATCH];
	struct str heads[SCAN_BATCH];
	struct mail_scan *scans;
	size_t count, bytes;
	uint32_t n;
};

/* Where the headers end; the length if they do not. */
static size_t scan_head_end(struct str bytes)
{
	size_t lf = str_find(bytes, STR("\n\n"), 0);
	size_t crlf = str_find(bytes, STR("\n\r\n"), 0);

	return lf < crlf ? lf : crlf;
}

static enum status scan_head(struct scanner *s, struct movein_entry *entry,
                             struct str *head_out)
{
	size_t room = SCAN_HEAD_BYTES;
	struct str head;

	for (;;) {
		size_t want = (size_t)entry->length < room
		                      ? (size_t)entry->length
		                      : room;
		char *bytes = arena_alloc(s->arena, want + 1);
		size_t length = 0, end;
		enum status status =
			movein_source_read(s->source, entry->file,
		                           entry->offset, bytes, want, &length);

		if (status != ST_OK)
			return status;
		head = (struct str){bytes, length};
		end = scan_head_end(head);
		if (end < head.length || room >= SCAN_HEAD_MAX ||
		    length < room) {
			*head_out = str_sub(head, 0, end + (end < length));
			return ST_OK;
		}
		room = SCAN_HEAD_MAX;
	}
}

/* One that takes the worker down must not hide the others. */
static enum status scan_each_alone(struct scanner *s)
{
	for (size_t i = 0; i < s->count; i++) {
		enum status status = jail_scan(s->node->config.jail, s->arena,
		                               &s->heads[i], 1, &s->scans[i]);

		if (status == ST_BUSY)
			return status;
		if (status != ST_OK)
			s->scans[i] = (struct mail_scan){0};
	}
	return ST_OK;
}

static enum status scan_flush(struct scanner *s)
{
	enum status status = ST_OK;

	if (s->going && !s->going(s->context))
		return ST_CONFLICT;
	if (s->count > 0)
		status = jail_scan(s->node->config.jail, s->arena, s->heads,
		                   s->count, s->scans);
	if (status == ST_INVALID || status == ST_LIMIT)
		status = scan_each_alone(s);
	for (size_t i = 0; i < s->count && status == ST_OK; i++)
		s->each(s->context, &s->batch[i], &s->scans[i]);
	s->count = 0;
	s->bytes = 0;
	arena_clear(s->arena);
	s->scans = arena_array(s->arena, SCAN_BATCH, sizeof(*s->scans));
	return status;
}

static enum status scan_add(struct scanner *s, size_t file, int64_t offset,
                            int64_t end, bool cut)
{
	struct movein_entry *entry = &s->batch[s->count];
	struct str head;
	enum status status;

	*entry = (struct movein_entry){
		.offset = offset,
		.length = end - offset,
		.n = ++s->n,
		.file = (uint16_t)file,
		.cut = cut,
	};
	status = scan_head(s, entry, &head);
	if (status != ST_OK)
		return status;
	s->heads[s->count++] = head;
	s->bytes += head.length + sizeof(uint32_t);
	if (s->count == SCAN_BATCH || s->bytes > JAIL_SCAN_BYTES_MAX / 4)
		return scan_flush(s);
	return ST_OK;
}

/* Empty lines before the first mail. */
static int64_t scan_blank(const struct movein_source *source, size_t file)
{
	char bytes[256];
	size_t length = 0, blank = 0;

	if (movein_source_read(source, file, 0, bytes, sizeof(bytes),
	                       &length) != ST_OK)
		return 0;
	while (blank < length && (bytes[blank] == '\n' || bytes[blank] == '\r'))
		blank++;
	return (int64_t)blank;
}

/* All of one file, in windows that overlap by what a separator may take. */
static enum status scan_file(struct scanner *s, size_t file, char *window)
{
	int64_t size = s->source->sizes[file];
	int64_t base = scan_blank(s->source, file), start = base;
	size_t at = 0, length = 0;
	char last = '\n';
	enum status status = ST_OK;

	while (status == ST_OK && base + (int64_t)at < size) {
		struct str text;
		size_t limit, found;

		status = movein_source_read(s->source, file, base, window,
		                            SCAN_WINDOW_BYTES, &length);
		if (status != ST_OK || length == 0)
			break;
		text = (struct str){window, length};
		last = window[length - 1];
		limit = base + (int64_t)length >= size
		                ? length
		                : length - MBOX_LOOK_BYTES;
		while (status == ST_OK &&
		       (found = mbox_find(text, at)) < limit) {
			/* The first one ends nothing. */
			if (base + (int64_t)found > start)
				status = scan_add(s, file, start,
				                  base + (int64_t)found, false);
			start = base + (int64_t)found;
			at = found + 1;
		}
		if (at < limit)
			at = limit;
		/* Three bytes back tell whether a line is empty. */
		base += (int64_t)at - 3;
		at = 3;
	}
	if (status == ST_OK && start < size)
		status = scan_add(s, file, start, size, last != '\n');
	return status;
}

enum status movein_scan(struct node *node, const struct movein_source *source,
                        movein_each each, void *context,
                        bool (*going)(void *context))
{
	struct scanner s = {.node = node,
	                    .source = source,
	                    .each = each,
	                    .context = context,
	                    .going = going};
	char *window = malloc(SCAN_WINDOW_BYTES);
	enum status status = ST_OK;

	if (!window)
		abort();
	s.arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	s.scans = arena_array(s.arena, SCAN_BATCH, sizeof(*s.scans));
	for (size_t i = 0; i < source->count && status == ST_OK; i++)
		status = scan_file(&s, i, window);
	if (status == ST_OK)
		status = scan_flush(&s);
	free(window);
	arena_free(&s.arena);
	return status;
}

struct indexer {
	const struct movein_source *source;
	const struct movein_rules *rules;
	struct thread_book *book;
	struct movein_entry *entries;
	size_t count, capacity;
	instant_ms now, former;
};

static void index_label(const struct movein_rules *rules, struct str label,
                        struct movein_entry *entry)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct movein_rule *rule = &rules->list[i];

		if (!str_equal_nocase(rule->label, label))
			continue;
		if (!entry->type)
			entry->type = (uint8_t)rule->type;
		if (!entry->owner)
			entry->owner = rule->owner;
	}
}

static void index_add(void *context, const struct movein_entry *found,
                      const struct mail_scan *scan)
{
	struct indexer *indexer = context;
	struct movein_entry *entry;

	if (indexer->count == indexer->capacity) {
		indexer->capacity =
			indexer->capacity ? indexer->capacity * 2 : 1024;
		indexer->entries =
			realloc(indexer->entries,
		                indexer->capacity * sizeof(*indexer->entries));
		if (!indexer->entries)
			abort();
	}
	entry = &indexer->entries[indexer->count++];
	*entry = *found;
	entry->at = scan->at ? scan->at : indexer->former;
	/* Never later than now, whatever it claims. */
	if (entry->at == 0 || entry->at > indexer->now)
		entry->at = indexer->now;
	indexer->former = entry->at;
	for (size_t i = 0; i < scan->label_count; i++)
		index_label(indexer->rules, scan->labels[i], entry);
	index_label(indexer->rules, indexer->source->names[entry->file], entry);
	thread_add(indexer->book, scan->ids, scan->id_count);
}

static int index_order(const void *a, const void *b)
{
	const struct movein_entry *left = a, *right = b;

	if (left->at != right->at)
		return left->at < right->at ? -1 : 1;
	return (left->n > right->n) - (left->n < right->n);
}

enum status movein_index_make(struct node *node,
                              const struct movein_source *source,
                              const struct movein_rules *rules,
                              struct movein_index *index_out)
{
	struct arena *arena = arena_new(SCAN_BOOK_BYTES);
	struct indexer indexer = {.source = source,
	                          .rules = rules,
	                          .book = thread_book_new(arena),
	                          .now = node_now(node)};
	enum status status =
		movein_scan(node, source, index_add, &indexer, NULL);

	for (size_t i = 0; i < indexer.count; i++)
		indexer.entries[i].thread =
			(int64_t)thread_of(indexer.book, i) + 1;
	arena_free(&arena);
	if (status != ST_OK) {
		free(indexer.entries);
		return status;
	}
	if (indexer.count > 1)
		qsort(indexer.entries, indexer.count, sizeof(*indexer.entries),
		      index_order);
	*index_out = (struct movein_index){indexer.entries, indexer.count};
	return ST_OK;
}

void movein_index_release(struct movein_index *index)
{
	free(index->entries);
	*index = (struct movein_index){0};
}
