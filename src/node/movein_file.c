/*
 * Filing in the order of time. Each thread parses the next mail and hands it
 * to the writer when those before it have been handed over, so that the cursor
 * moves one by one and as many are under way as there are threads.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "desk/imports.h"
#include "mail/mbox.h"
#include "node/jail_mail.h"
#include "node/movein_private.h"
#include "store/blob.h"

/* Bounds how long live mail waits behind those that wait for the writer. */
#define FILE_THREADS 24u

struct filer {
	struct node *node;
	const struct import *import;
	const struct movein_source *source;
	const struct movein_rules *rules;
	const struct movein_index *index;
	pthread_mutex_t lock;
	pthread_cond_t turn, freed;
	size_t next;      /* to be parsed */
	size_t submitted; /* handed to the writer: those before this */
	unsigned parsers; /* that may still go into the jail */
	enum status status;
};

struct filing {
	struct filer *filer;
	const struct movein_entry *entry;
	struct arena *arena;
	struct mail mail;
	struct mail_heard heard;
	struct blob_ready ready;
	struct import_mail asked;
};

static enum status filing_run(struct desk *desk, const struct turn *turn,
                              void *arguments, struct outcome *outcome_out,
                              struct problem *problem_out)
{
	(void)problem_out;
	return desk_import_mail(desk, turn, arguments, outcome_out);
}

/* Live mail must find a worker that is not ours. */
static void filer_enter(struct filer *filer)
{
	pthread_mutex_lock(&filer->lock);
	while (filer->parsers == 0)
		pthread_cond_wait(&filer->freed, &filer->lock);
	filer->parsers--;
	pthread_mutex_unlock(&filer->lock);
}

static void filer_leave(struct filer *filer)
{
	pthread_mutex_lock(&filer->lock);
	filer->parsers++;
	pthread_cond_signal(&filer->freed);
	pthread_mutex_unlock(&filer->lock);
}

static void filing_hear(struct filing *filing)
{
	struct node *node = filing->filer->node;
	const struct agency *agency = node_agency_take(node);

	desk_mail_hear(agency, filing->arena, &filing->mail, filing->entry->at,
	               &filing->heard);
	node_agency_return(node, agency);
}

static void filing_leave_out(struct filing *filing, enum why why,
                             const char *said)
{
	filing->asked.mail = NULL;
	filing->asked.set_aside = why;
	filing->asked.said = str_of(said);
}

/* What has not one header of a mail is none. */
static bool filing_is_mail(const struct mail *mail)
{
	return mail->from.count > 0 || mail->to.count > 0 ||
	       mail->message_id.length > 0 || mail->date != 0 ||
	       mail->subject.length > 0;
}

static enum status filing_parse(struct filing *filing, struct str raw)
{
	enum status status;

	filer_enter(filing->filer);
	status = jail_parse(filing->filer->node->config.jail, filing->arena,
	                    raw, &filing->mail);
	filer_leave(filing->filer);
	if (status == ST_INVALID) {
		filing_leave_out(filing, WHY_CRASHED,
		                 "This mail could not be read. It is set "
		                 "aside, where you can download it or try it "
		                 "again.");
	} else if (status == ST_LIMIT) {
		filing_leave_out(filing, WHY_TOO_BIG,
		                 "This mail has more in it than is read. It "
		                 "is set aside, where you can download it.");
	} else if (status == ST_OK && !filing_is_mail(&filing->mail)) {
		filing_leave_out(filing, WHY_NONE,
		                 "This is no mail: it has no headers. It was "
		                 "left out.");
		filing->asked.ready = NULL;
	} else if (status == ST_OK) {
		filing_hear(filing);
		if (filing->entry->cut)
			filing->asked.said =
				STR("The file ends in the middle of this "
			            "mail. It is here as far as it goes.");
	} else {
		return status;
	}
	return ST_OK;
}

/* Without the line that fetching put before it. */
static struct str filing_unmark(const struct filing *filing, struct str raw)
{
	if (filing->filer->import->source != SOURCE_IMAP ||
	    !str_starts(raw, STR(MOVEIN_FLAGS)))
		return raw;
	return str_sub(raw, str_find_char(raw, '\n', 0) + 1, raw.length);
}

static enum status filing_prepare(struct filing *filing)
{
	const struct movein_entry *entry = filing->entry;
	unsigned char salt[BLOB_SALT_BYTES];
	size_t length = 0;
	struct str raw;
	char *bytes;
	enum status status;

	/* Some room for escapes that go. */
	if (entry->length > LIMIT_MAIL_BYTES + (1 << 20)) {
		filing_leave_out(filing, WHY_NONE,
		                 "This mail is larger than 50 MB. It was left "
		                 "out.");
		return ST_OK;
	}
	bytes = arena_alloc(filing->arena, (size_t)entry->length + 1);
	status = movein_source_read(filing->filer->source, entry->file,
	                            entry->offset, bytes, (size_t)entry->length,
	                            &length);
	if (status != ST_OK)
		return status;
	raw = mbox_mail(filing->arena, (struct str){bytes, length});
	raw = filing_unmark(filing, raw);
	if (raw.length > LIMIT_MAIL_BYTES) {
		filing_leave_out(filing, WHY_NONE,
		                 "This mail is larger than 50 MB. It was left "
		                 "out.");
		return ST_OK;
	}
	node_random(salt, sizeof(salt));
	blob_prepare(filing->arena, raw, BLOB_ZSTD, salt, &filing->ready);
	filing->asked.ready = &filing->ready;
	filing->asked.mail = &filing->mail;
	filing->asked.heard = &filing->heard;
	return filing_parse(filing, raw);
}

static void filer_fail(struct filer *filer, enum status status)
{
	pthread_mutex_lock(&filer->lock);
	/* The first one tells why; those behind it only lost their place. */
	if (filer->status == ST_OK)
		filer->status = status;
	pthread_cond_broadcast(&filer->turn);
	pthread_mutex_unlock(&filer->lock);
}

/* Hands it over when it is its turn; false when there is none any more. */
static bool filer_submit(struct filer *filer, size_t place,
                         struct node_job *job, const struct node_asked *asked)
{
	bool going;

	pthread_mutex_lock(&filer->lock);
	while (filer->submitted != place && filer->status == ST_OK)
		pthread_cond_wait(&filer->turn, &filer->lock);
	going = filer->status == ST_OK;
	if (going) {
		writer_submit(filer->node, job, asked);
		filer->submitted++;
		pthread_cond_broadcast(&filer->turn);
	}
	pthread_mutex_unlock(&filer->lock);
	return going;
}

static void filer_one(struct filer *filer, size_t place, struct arena *arena)
{
	const struct movein_entry *entry = &filer->index->entries[place];
	struct filing filing = {
		.filer = filer,
		.entry = entry,
		.arena = arena,
		.asked = {.import = filer->import->id,
	                  .read = (int64_t)place,
	                  .n = entry->n,
	                  .thread = entry->thread,
	                  .at = entry->at,
	                  .type = entry->type,
	                  .owner = entry->owner,
	                  .mine = filer->rules->mine,
	                  .mine_count = filer->rules->mine_count,
	                  .said = STR("")},
	};
	struct node_asked asked = {.arena = arena,
	                           .run = filing_run,
	                           .arguments = &filing.asked,
	                           .patient = true};
	struct node_job job;
	struct outcome outcome;
	enum status status = filing_prepare(&filing);

	if (status == ST_OK && filer_submit(filer, place, &job, &asked))
		status = writer_wait(&job, &outcome, NULL);
	if (status != ST_OK)
		filer_fail(filer, status);
}

static void *filer_main(void *context)
{
	struct filer *filer = context;
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	struct node_movein *movein = &filer->node->movein;

	for (;;) {
		size_t place;

		pthread_mutex_lock(&filer->lock);
		if (atomic_load(&movein->stop) && filer->status == ST_OK)
			filer->status = ST_CONFLICT;
		place = filer->next;
		filer->next += filer->status == ST_OK;
		pthread_mutex_unlock(&filer->lock);
		if (place >= filer->index->count || filer->status != ST_OK)
			break;
		filer_one(filer, place, arena);
		atomic_store(&movein->read, (int64_t)place + 1);
		arena_clear(arena);
	}
	arena_free(&arena);
	return NULL;
}

enum status movein_file(struct node *node, const struct import *import,
                        const struct movein_source *source,
                        const struct movein_rules *rules,
                        const struct movein_index *index)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	struct filer filer = {
		.node = node,
		.import = import,
		.source = source,
		.rules = rules,
		.index = index,
		.next = (size_t)import->read,
		.submitted = (size_t)import->read,
		.parsers = processors > 2 ? (unsigned)processors - 1 : 1,
	};
	pthread_t threads[FILE_THREADS];
	size_t count = 0;

	pthread_mutex_init(&filer.lock, NULL);
	pthread_cond_init(&filer.turn, NULL);
	pthread_cond_init(&filer.freed, NULL);
	/* All who file wait already: nothing is gained by holding them. */
	atomic_fetch_add(&node->writer.hurried, 1);
	while (count < FILE_THREADS &&
	       pthread_create(&threads[count], NULL, filer_main, &filer) == 0)
		count++;
	for (size_t i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	atomic_fetch_sub(&node->writer.hurried, 1);
	return count > 0 ? filer.status : ST_BUSY;
}
