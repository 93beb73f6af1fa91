/* A folder of a mailbox, for who moves in: read only, mail by mail. */
#include "app/serve_movein.h"

#include "app/serve.h"
#include "base/limits.h"
#include "channel/mailboxes.h"

#define FETCH_ARENA_BYTES ((size_t)256 << 20)

static enum status fetch_said(const struct movein_fetch *fetch,
                              enum status status, const struct imap_said *said)
{
	/* Too busy now is too busy for a while; a refusal is for a person. */
	return problem_set(fetch->problem, status, "mailbox", "%s", said->text);
}

static enum status fetch_one(struct imap *imap, const struct imap_entry *entry,
                             const struct movein_fetch *fetch,
                             uint32_t validity, struct imap_said *said)
{
	struct arena *arena = arena_new(FETCH_ARENA_BYTES);
	struct str raw = STR("");
	enum status status = ST_NOT_FOUND;

	if (entry->size <= (int64_t)LIMIT_MAIL_BYTES)
		status = imap_fetch(imap, entry->uid, arena, &raw, said);
	if (status == ST_OK)
		status = fetch->mail(fetch->sink, validity, entry->uid,
		                     entry->at, entry->flags, raw);
	else if (status == ST_NOT_FOUND)
		status = ST_OK; /* gone, or larger than a mail may be */
	else
		status = fetch_said(fetch, status, said);
	arena_free(&arena);
	return status;
}

static enum status fetch_slice(struct imap *imap,
                               const struct movein_fetch *fetch,
                               uint32_t validity, uint32_t *after,
                               size_t *count_out)
{
	struct arena *arena = arena_new(FETCH_ARENA_BYTES);
	struct imap_entry *entries = NULL;
	struct imap_said said = {0};
	size_t count = 0;
	enum status status = imap_list(imap, *after + 1, UINT32_MAX, arena,
	                               &entries, &count, &said);

	if (status != ST_OK)
		status = fetch_said(fetch, status, &said);
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		status = fetch_one(imap, &entries[i], fetch, validity, &said);
		*after = entries[i].uid;
	}
	arena_free(&arena);
	*count_out = count;
	return status;
}

static enum status fetch_folder(struct imap *imap,
                                const struct movein_fetch *fetch)
{
	struct imap_selected selected;
	struct imap_said said = {0};
	enum status status = imap_select(imap, fetch->folder, &selected, &said);
	size_t count = IMAP_ENTRIES_MAX;
	uint32_t after;

	if (status != ST_OK)
		return fetch_said(fetch, status, &said);
	after = selected.validity == fetch->validity ? fetch->after : 0;
	while (status == ST_OK && count == IMAP_ENTRIES_MAX &&
	       after < UINT32_MAX)
		status = fetch_slice(imap, fetch, selected.validity, &after,
		                     &count);
	return status;
}

enum status serve_fetch(void *context, const struct movein_fetch *fetch)
{
	struct serve *serve = context;
	struct mailboxes *boxes = atomic_load(&serve->boxes);
	struct imap *imap = NULL;
	struct imap_said said = {0};
	enum status status;

	if (!boxes)
		return ST_BUSY;
	status = mailboxes_open(boxes, fetch->mailbox, &imap, &said);
	if (status == ST_NOT_FOUND)
		return problem_set(fetch->problem, status, "mailbox",
		                   "There is no such mailbox any more.");
	if (status != ST_OK)
		return fetch_said(fetch, status, &said);
	status = fetch_folder(imap, fetch);
	imap_close(&imap);
	return status;
}
