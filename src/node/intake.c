/*
 * From accepted to filed. Several threads parse at once in the jail, but hand
 * the filing commands to the writer in the order in which the mail came.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "node/jail_mail.h"
#include "node/node_private.h"
#include "store/blob.h"
#include "store/content.h"
#include "store/log.h"
#include "store/lookup.h"
#include "store/record.h"

#define INTAKE_REFILL 1000
/*
 * Mail is filed in the order in which it came: an answer that is filed before
 * what it answers may begin a thread of its own. What takes longer than this is
 * overtaken all the same. Well above the processor time that the jail gives a
 * mail: on a machine that does much else, a second is no sign of a hang.
 */
#define INTAKE_ORDER_PATIENCE (10 * SPAN_SECOND)
/* What could not be filed, for want of room say, is tried again this late. */
#define INTAKE_AGAIN_FIRST (1 * SPAN_SECOND)
#define INTAKE_AGAIN_LAST  (16 * SPAN_SECOND)

/* Mail up to this size is kept for filing, up to so many bytes in all. */
#define INTAKE_KEPT_MAIL_BYTES ((size_t)64 << 10)
#define INTAKE_KEPT_BYTES      ((size_t)2 << 20)

struct intake_work {
	int64_t id;
	struct arena *arena;
	struct str raw;
	struct node_kept *kept; /* where `raw` is, or NULL */
	struct mail mail;
	instant_ms at; /* when it was accepted */
	struct mail_heard heard;
	bool release;       /* a member wants it filed unread */
	enum why set_aside; /* WHY_NONE: file it */
};

static enum status intake_accept_run(struct desk *desk, const struct turn *turn,
                                     void *arguments,
                                     struct outcome *outcome_out,
                                     struct problem *problem_out)
{
	(void)problem_out;
	return desk_mail_accept(desk, turn, arguments, outcome_out);
}

/* Spares reading, unpacking and proving what was just written. */
static void intake_remember(struct node_intake *intake, int64_t id,
                            const struct mail_in *mail)
{
	struct str raw = mail->raw;
	struct node_kept *kept;

	if (raw.length > INTAKE_KEPT_MAIL_BYTES)
		return;
	kept = malloc(sizeof(*kept) + raw.length);
	if (!kept)
		abort();
	*kept = (struct node_kept){
		.intake = id, .at = mail->at, .length = raw.length};
	memcpy(kept->bytes, raw.text, raw.length);
	pthread_mutex_lock(&intake->lock);
	if (intake->kept_bytes + raw.length <= INTAKE_KEPT_BYTES &&
	    !intake->stop) {
		intake->kept_bytes += raw.length;
		*intake->kept_last = kept;
		intake->kept_last = &kept->next;
		kept = NULL;
	}
	pthread_mutex_unlock(&intake->lock);
	free(kept);
}

/* Takes it out; NULL when it was not kept. Mostly it is the first. */
static struct node_kept *intake_recollect(struct node_intake *intake,
                                          int64_t id)
{
	struct node_kept **at = &intake->kept, *kept;

	while (*at && (*at)->intake != id)
		at = &(*at)->next;
	kept = *at;
	if (!kept)
		return NULL;
	*at = kept->next;
	if (!*at)
		intake->kept_last = at;
	intake->kept_bytes -= kept->length;
	return kept;
}

void node_accept_mail(struct node *node, const struct mail_in *mail,
                      enum status results[])
{
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	unsigned char salt[BLOB_SALT_BYTES];
	struct blob_ready ready;
	struct mail_in packed = *mail;
	struct node_asked asked = {
		.arena = arena,
		.run = intake_accept_run,
		.arguments = &packed,
	};
	struct outcome outcome = {0};
	enum status status;

	node_random(salt, sizeof(salt));
	blob_prepare(arena, mail->raw, BLOB_ZSTD, salt, &ready);
	packed.ready = &ready;
	status = node_run(node, &asked, &outcome, NULL);

	for (size_t i = 0; i < mail->recipient_count; i++)
		results[i] =
			status == ST_OK && !node_knows_address(
						   node, mail->recipients[i])
				? ST_NOT_FOUND
				: status;
	/* What was set aside in the same breath waits for a person. */
	if (status == ST_OK && mail->set_aside == WHY_NONE) {
		if (outcome.record == outcome.seq)
			intake_remember(&node->intake, outcome.record, mail);
		intake_push(node, outcome.record, outcome.seq);
	}
	arena_free(&arena);
}

/* Whether a member had it released instead of parsed. */
static enum status intake_see_release(void *context, const struct event *event)
{
	bool *release = context;

	if (event->kind == EV_MAIL_RETRIED)
		*release = event->data.mail_retried.release != 0;
	return ST_OK;
}

/* The bytes of a mail that waits, or what stands for them if released. */
static enum status intake_read(struct sql_db *reader, struct intake_work *work)
{
	struct intake intake;
	struct str envelope = {0};
	enum status status =
		record_read(reader, RECORD_INTAKE, work->id, &intake.id);

	if (status == ST_OK && intake.state != INTAKE_WAITING)
		return ST_CONFLICT;
	work->at = intake.at;
	if (status == ST_OK && intake.attempts > 0)
		status = log_read_subject(reader, work->id, intake_see_release,
		                          &work->release);
	if (status != ST_OK)
		return status;
	if (!work->release)
		return blob_read(reader, intake.raw, work->arena, &work->raw);
	status = content_read(reader, work->arena, work->id, SLOT_ENVELOPE,
	                      &envelope);
	if (status == ST_OK)
		desk_mail_unparsed(work->arena, envelope, &work->mail);
	return status;
}

/* What it says, found out here so that the writer need not. */
static void intake_hear(struct node *node, struct intake_work *work)
{
	const struct agency *agency = node_agency_take(node);

	desk_mail_hear(agency, work->arena, &work->mail, work->at,
	               &work->heard);
	node_agency_return(node, agency);
}

/* Reads and parses. ST_OK: `work` says what is to become of it. */
static enum status intake_parse(struct node *node, struct intake_work *work)
{
	enum status status = ST_OK;

	if (work->kept) {
		work->raw = (struct str){work->kept->bytes, work->kept->length};
		work->at = work->kept->at;
	} else {
		struct sql_db *reader = node_reader_take(node);

		status = intake_read(reader, work);
		/* Others read while the jail works, which takes its time. */
		node_reader_return(node, reader);
	}
	if (status != ST_OK || work->release)
		return status;
	status = jail_parse(node->config.jail, work->arena, work->raw,
	                    &work->mail);
	if (status == ST_OK)
		intake_hear(node, work);
	else if (status == ST_INVALID)
		work->set_aside = WHY_CRASHED;
	else if (status == ST_LIMIT)
		work->set_aside = WHY_TOO_BIG;
	else
		return status;
	return ST_OK;
}

static enum status intake_file_run(struct desk *desk, const struct turn *turn,
                                   void *arguments, struct outcome *outcome_out,
                                   struct problem *problem_out)
{
	struct intake_work *work = arguments;

	(void)problem_out;
	if (work->set_aside != WHY_NONE)
		return desk_mail_quarantine(desk, turn, work->id,
		                            work->set_aside, outcome_out);
	return desk_mail_file(desk, turn, work->id, &work->mail, &work->heard,
	                      outcome_out);
}

/* Whether one that came earlier is to be filed first. */
static bool intake_is_early(const struct node_intake *intake, uint64_t number)
{
	int64_t late = node_tick() - INTAKE_ORDER_PATIENCE;

	for (size_t i = 0; i < NODE_THREADS_MAX; i++) {
		const struct node_intake_place *place = &intake->places[i];

		if (place->number && place->number < number &&
		    place->since > late)
			return true;
	}
	return false;
}

/* Waits for the turn of what is in this place, and passes it on. */
static void intake_in_order(struct node *node, struct node_intake_place *place,
                            struct node_job *job,
                            const struct node_asked *asked)
{
	struct node_intake *intake = &node->intake;

	pthread_mutex_lock(&intake->lock);
	while (asked && intake_is_early(intake, place->number)) {
		struct timespec until = node_until(INTAKE_ORDER_PATIENCE / 8);

		pthread_cond_timedwait(&intake->turn, &intake->lock, &until);
	}
	if (asked)
		writer_submit(node, job, asked);
	place->number = 0;
	pthread_cond_broadcast(&intake->turn);
	pthread_mutex_unlock(&intake->lock);
}

/* Puts one aside for later; the more fail in a row, the later. */
static void intake_keep(struct node *node, int64_t id, enum status status)
{
	struct node_intake *intake = &node->intake;
	bool first;

	pthread_mutex_lock(&intake->lock);
	first = intake->again_wait == 0;
	if (first)
		intake->again_wait = INTAKE_AGAIN_FIRST;
	if (intake->again.count == 0)
		intake->again_at = node_system_now() + intake->again_wait;
	queue_push(&intake->again, id);
	/* Somebody must wake for it. */
	pthread_cond_broadcast(&intake->work);
	pthread_mutex_unlock(&intake->lock);
	if (first)
		node_log(node, "mail %lld waits: %s", (long long)id,
		         status_name(status));
}

/* What was put aside comes back when its time has come. */
static void intake_recall(struct node_intake *intake)
{
	instant_ms now = node_system_now();

	/* A clock that was set back must not hold mail for longer. */
	if (intake->again.count == 0 ||
	    (now < intake->again_at &&
	     now + INTAKE_AGAIN_LAST >= intake->again_at))
		return;
	intake->again_wait *= 2;
	if (intake->again_wait > INTAKE_AGAIN_LAST)
		intake->again_wait = INTAKE_AGAIN_LAST;
	while (intake->again.count > 0)
		queue_push(&intake->queue, queue_pop(&intake->again));
	pthread_cond_broadcast(&intake->work);
}

static void intake_worked(struct node_intake *intake)
{
	pthread_mutex_lock(&intake->lock);
	if (intake->again.count == 0)
		intake->again_wait = 0;
	pthread_mutex_unlock(&intake->lock);
}

static void intake_one(struct node *node, struct arena *arena, int64_t id,
                       struct node_kept *kept, struct node_intake_place *place)
{
	struct intake_work work = {.id = id, .arena = arena, .kept = kept};
	struct node_asked asked = {
		.arena = arena,
		.run = intake_file_run,
		.arguments = &work,
		.patient = true,
	};
	struct node_job job;
	struct outcome outcome;
	enum status status = intake_parse(node, &work);

	intake_in_order(node, place, &job, status == ST_OK ? &asked : NULL);
	if (status == ST_OK)
		status = writer_wait(&job, &outcome, NULL);
	if (status == ST_OK || status == ST_CONFLICT)
		intake_worked(&node->intake);
	else
		intake_keep(node, id, status);
}

/* Mail that waits in the store but in no queue: after a start or a failure. */
static void intake_refill(struct node *node)
{
	struct sql_db *reader = node_reader_take(node);
	int64_t ids[INTAKE_REFILL];
	size_t count = 0;
	enum status status = lookup_intakes(reader, INTAKE_WAITING, 0, ids,
	                                    INTAKE_REFILL, &count);

	node_reader_return(node, reader);
	if (status != ST_OK)
		node_log(node, "waiting mail could not be read");
	pthread_mutex_lock(&node->intake.lock);
	/* Only when nothing is under way can none of them be in it. */
	if (node->intake.busy == 0 && node->intake.queue.count == 0 &&
	    node->intake.again.count == 0) {
		for (size_t i = 0; i < count; i++)
			queue_push(&node->intake.queue, ids[i]);
		node->intake.refill = count == INTAKE_REFILL;
		pthread_cond_broadcast(&node->intake.work);
	}
	pthread_mutex_unlock(&node->intake.lock);
}

static void intake_sleep(struct node_intake *intake)
{
	struct timespec until;

	if (intake->again.count == 0) {
		pthread_cond_wait(&intake->work, &intake->lock);
		return;
	}
	until = node_until(INTAKE_AGAIN_FIRST);
	pthread_cond_timedwait(&intake->work, &intake->lock, &until);
}

static struct node_intake_place *intake_place(struct node_intake *intake)
{
	struct node_intake_place *place = intake->places;

	/* There is one for each thread. */
	while (place->busy)
		place++;
	place->busy = true;
	place->number = ++intake->taken;
	place->since = node_tick();
	return place;
}

static void *intake_main(void *context)
{
	struct node *node = context;
	struct node_intake *intake = &node->intake;
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);

	pthread_setname_np(pthread_self(), "intake");
	pthread_mutex_lock(&intake->lock);
	while (!intake->stop) {
		bool refill;
		struct node_intake_place *place;
		struct node_kept *kept;
		int64_t id;

		intake_recall(intake);
		id = queue_pop(&intake->queue);
		if (!id) {
			intake_sleep(intake);
			continue;
		}
		kept = intake_recollect(intake, id);
		place = intake_place(intake);
		intake->busy++;
		pthread_mutex_unlock(&intake->lock);
		intake_one(node, arena, id, kept, place);
		free(kept);
		arena_clear(arena);
		pthread_mutex_lock(&intake->lock);
		intake->busy--;
		place->busy = false;
		refill = intake->refill && intake->busy == 0 &&
		         intake->queue.count == 0 && intake->again.count == 0;
		if (intake->busy == 0 && intake->queue.count == 0)
			pthread_cond_broadcast(&intake->idle);
		if (refill) {
			pthread_mutex_unlock(&intake->lock);
			intake_refill(node);
			pthread_mutex_lock(&intake->lock);
		}
	}
	pthread_mutex_unlock(&intake->lock);
	arena_free(&arena);
	return NULL;
}

void intake_push(struct node *node, int64_t first, int64_t last)
{
	pthread_mutex_lock(&node->intake.lock);
	for (int64_t id = first; id <= last; id++)
		queue_push(&node->intake.queue, id);
	if (first == last)
		pthread_cond_signal(&node->intake.work);
	else
		pthread_cond_broadcast(&node->intake.work);
	pthread_mutex_unlock(&node->intake.lock);
}

void node_file_again(struct node *node, int64_t intake)
{
	intake_push(node, intake, intake);
}

void intake_settle(struct node *node)
{
	struct node_intake *intake = &node->intake;

	pthread_mutex_lock(&intake->lock);
	while (intake->busy > 0 || intake->queue.count > 0)
		pthread_cond_wait(&intake->idle, &intake->lock);
	pthread_mutex_unlock(&intake->lock);
}

enum status intake_start(struct node *node)
{
	struct node_intake *intake = &node->intake;
	unsigned wanted =
		node->config.intake_threads ? node->config.intake_threads : 16;

	pthread_mutex_init(&intake->lock, NULL);
	pthread_cond_init(&intake->work, NULL);
	pthread_cond_init(&intake->turn, NULL);
	pthread_cond_init(&intake->idle, NULL);
	intake->kept_last = &intake->kept;
	if (node->config.offline)
		return ST_OK;
	for (unsigned i = 0; i < wanted && i < NODE_THREADS_MAX; i++) {
		if (pthread_create(&intake->threads[i], NULL, intake_main,
		                   node) != 0)
			return ST_BUSY;
		intake->thread_count++;
	}
	intake_refill(node);
	return ST_OK;
}

void intake_stop(struct node *node)
{
	struct node_intake *intake = &node->intake;

	pthread_mutex_lock(&intake->lock);
	intake->stop = true;
	pthread_cond_broadcast(&intake->work);
	pthread_mutex_unlock(&intake->lock);
	for (unsigned i = 0; i < intake->thread_count; i++)
		pthread_join(intake->threads[i], NULL);
	while (intake->kept) {
		struct node_kept *next = intake->kept->next;

		free(intake->kept);
		intake->kept = next;
	}
	queue_release(&intake->queue);
	queue_release(&intake->again);
}
