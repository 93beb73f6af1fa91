/*
 * One import after the other, each from its cursor on: what a start after a
 * crash does is what going on after a stop does.
 */
#include "node/movein.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "desk/imports.h"
#include "node/movein_private.h"

#define MOVEIN_ARENA_BYTES ((size_t)64 << 20)
/* After a full disk, or a jail that has no worker, it is tried again. */
#define MOVEIN_REST       (5 * SPAN_SECOND)
#define MOVEIN_TELL       (1 * SPAN_SECOND)
#define MOVEIN_TAKE_SLICE 64u

struct movein_run {
	struct node *node;
	struct arena *arena;
	struct import import;
	struct movein_source source;
	struct movein_rules rules;
	struct problem problem;
};

/* -- Commands ------------------------------------------------------------ */

static enum status movein_turn_run(struct desk *desk, const struct turn *turn,
                                   void *arguments, struct outcome *outcome_out,
                                   struct problem *problem_out)
{
	return desk_import_turn(desk, turn, arguments, outcome_out,
	                        problem_out);
}

static enum status movein_turn(struct movein_run *run, enum import_state state,
                               struct str said, int64_t total)
{
	struct import_asked asked = {.id = run->import.id,
	                             .state = state,
	                             .said = said,
	                             .total = total};
	const struct node_asked job = {.arena = run->arena,
	                               .run = movein_turn_run,
	                               .arguments = &asked};
	struct outcome outcome;
	struct problem problem = {0};
	enum status status = node_run(run->node, &job, &outcome, &problem);

	movein_tell(run->node, run->import.id);
	return status;
}

static enum status movein_reload(struct movein_run *run)
{
	struct sql_db *reader = node_reader_take(run->node);
	enum status status =
		import_read(reader, run->arena, run->import.id, &run->import);

	node_reader_return(run->node, reader);
	return status;
}

void movein_tell(struct node *node, int64_t import)
{
	if (node->config.driver.moved)
		node->config.driver.moved(node->config.driver.context, import);
}

/* -- The source ---------------------------------------------------------- */

/* "Complaints.mbox" is the label "Complaints". */
static struct str source_label(struct arena *arena, struct str path)
{
	size_t slash = path.length;

	while (slash > 0 && path.text[slash - 1] != '/')
		slash--;
	path = str_sub(path, slash, path.length);
	if (str_ends(path, STR(".mbox")))
		path.length -= 5;
	return str_copy(arena, path);
}

static enum status source_open(struct movein_run *run, const char *path,
                               struct str name)
{
	struct movein_source *source = &run->source;
	size_t i = source->count;
	struct stat info;

	source->fds[i] = open(path, O_RDONLY | O_CLOEXEC);
	if (source->fds[i] < 0)
		return problem_set(&run->problem, ST_NOT_FOUND, "file",
		                   "%s cannot be opened: %s.", path,
		                   strerror(errno));
	source->count++;
	if (fstat(source->fds[i], &info) != 0 || !S_ISREG(info.st_mode))
		return problem_set(&run->problem, ST_INVALID, "file",
		                   "%s is not a file.", path);
	source->sizes[i] = info.st_size;
	source->names[i] = source_label(run->arena, name);
	return ST_OK;
}

static enum status movein_open(struct movein_run *run, const char *const *paths,
                               size_t count)
{
	enum status status = ST_OK;

	if (count == 0)
		return source_open(
			run,
			movein_spool(run->node, run->arena, run->import.id),
			run->import.source == SOURCE_IMAP ? run->import.folder
							  : run->import.name);
	for (size_t i = 0; i < count && i < MOVEIN_FILES_MAX; i++) {
		if (status == ST_OK)
			status = source_open(run, paths[i], str_of(paths[i]));
	}
	return status;
}

/* -- Taking over --------------------------------------------------------- */

struct taking {
	int64_t import;
	struct import_thread thread;
};

static enum status take_run(struct desk *desk, const struct turn *turn,
                            void *arguments, struct outcome *outcome_out,
                            struct problem *problem_out)
{
	const struct taking *taking = arguments;

	(void)problem_out;
	return desk_import_take_over(desk, turn, taking->import,
	                             &taking->thread, outcome_out);
}

static enum status movein_take_slice(struct movein_run *run, size_t *count_out)
{
	struct import_thread threads[MOVEIN_TAKE_SLICE];
	struct taking takings[MOVEIN_TAKE_SLICE];
	struct node_asked asked[MOVEIN_TAKE_SLICE];
	struct node_job jobs[MOVEIN_TAKE_SLICE];
	struct sql_db *reader = node_reader_take(run->node);
	/* The writer alone uses it, one command after the other. */
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	size_t count = 0;
	struct outcome outcome;
	enum status status =
		import_threads_open(reader, run->import.id, run->import.taken,
	                            threads, MOVEIN_TAKE_SLICE, &count);

	node_reader_return(run->node, reader);
	for (size_t i = 0; i < count; i++) {
		takings[i] = (struct taking){run->import.id, threads[i]};
		asked[i] = (struct node_asked){.arena = arena,
		                               .run = take_run,
		                               .arguments = &takings[i],
		                               .patient = true};
		writer_submit(run->node, &jobs[i], &asked[i]);
		run->import.taken = threads[i].thread;
	}
	for (size_t i = 0; i < count; i++) {
		enum status each =
			writer_wait(&jobs[i], &outcome, &run->problem);

		status = status == ST_OK ? each : status;
	}
	arena_free(&arena);
	*count_out = count;
	return status;
}

static enum status movein_take_over(struct movein_run *run)
{
	size_t count = 1;
	enum status status = ST_OK;

	while (status == ST_OK && count > 0 && run->import.takeover_at) {
		count = 0;
		status = movein_take_slice(run, &count);
	}
	return status;
}

/* -- All of it ----------------------------------------------------------- */

static enum status movein_read(struct movein_run *run)
{
	struct node *node = run->node;
	struct movein_index index = {0};
	enum status status = movein_source_check(&run->source, &run->problem);

	if (status == ST_OK)
		status = movein_index_make(node, &run->source, &run->rules,
		                           &index);
	if (status == ST_OK)
		status = movein_turn(run, IMPORT_READING, STR(""),
		                     (int64_t)index.count);
	if (status == ST_OK)
		status = movein_reload(run);
	if (status == ST_OK) {
		pthread_mutex_lock(&node->movein.lock);
		node->movein.from = run->import.read;
		node->movein.since = node_tick();
		atomic_store(&node->movein.read, run->import.read);
		pthread_mutex_unlock(&node->movein.lock);
		status = movein_file(node, &run->import, &run->source,
		                     &run->rules, &index);
	}
	movein_index_release(&index);
	if (status == ST_OK)
		status = movein_take_over(run);
	return status;
}

/* What the end of a run comes to. True: it is over, this way or another. */
static bool movein_end(struct movein_run *run, enum status status, bool spooled)
{
	struct str said = str_of(run->problem.text);

	if (status == ST_OK) {
		status = movein_turn(run, IMPORT_DONE, STR(""), 0);
		if (status == ST_OK && spooled)
			unlink(movein_spool(run->node, run->arena,
			                    run->import.id));
	} else if (status == ST_NOT_FOUND && spooled) {
		status = movein_turn(run, IMPORT_STOPPED,
		                     STR("It was begun on the command line. "
		                         "The same command goes on with it."),
		                     0);
	} else if (status == ST_INVALID || status == ST_NOT_FOUND ||
	           status == ST_LIMIT) {
		if (said.length == 0)
			said = STR("It could not be read.");
		status = movein_turn(run, IMPORT_FAILED, said, 0);
		/* Nobody can mend those bytes: they are in the way. */
		if (status == ST_OK && spooled)
			unlink(movein_spool(run->node, run->arena,
			                    run->import.id));
	}
	/* The mailbox refuses: that is for a person to mend. */
	if (status == ST_FORBIDDEN)
		status = movein_turn(run, IMPORT_STOPPED, said, 0);
	else if (status == ST_BUSY && said.length > 0)
		(void)!movein_turn(run, IMPORT_READING, said, 0);
	/* Stopped by a person, or by our own end: it waits where it is. */
	return status == ST_OK || status == ST_CONFLICT;
}

static bool movein_import(struct node *node, int64_t id,
                          const char *const *paths, size_t count,
                          struct problem *problem_out)
{
	struct movein_run run = {.node = node, .import = {.id = id}};
	enum status status;
	bool over;

	run.arena = arena_new(MOVEIN_ARENA_BYTES);
	status = movein_reload(&run);
	atomic_store(&node->movein.import, id);
	if (status == ST_OK && run.import.source == SOURCE_IMAP &&
	    run.import.size == 0)
		status = movein_fetch(node, &run.import, run.arena,
		                      &run.problem);
	if (status == ST_OK)
		status = movein_reload(&run);
	if (status == ST_OK)
		status = movein_open(&run, paths, count);
	if (status == ST_OK) {
		movein_rules_read(run.arena, &run.import, &run.rules);
		status = movein_read(&run);
	}
	movein_source_close(&run.source);
	over = movein_end(&run, status, count == 0);
	atomic_store(&node->movein.import, 0);
	if (status != ST_OK && problem_out)
		*problem_out = run.problem;
	if (!over)
		node_log(node, "moving in waits: %s", status_name(status));
	arena_free(&run.arena);
	return over;
}

int64_t node_movein_left_ms(struct node *node, const struct import *row)
{
	struct node_movein *movein = &node->movein;
	int64_t done, left = row->total - row->read, spent;

	if (atomic_load(&movein->import) != row->id)
		return -1;
	pthread_mutex_lock(&movein->lock);
	done = row->read - movein->from;
	spent = node_tick() - movein->since;
	pthread_mutex_unlock(&movein->lock);
	return done > 0 && left >= 0 ? spent * left / done : -1;
}

static void movein_wait(struct node_movein *movein, span_ms wait)
{
	struct timespec until = node_until(wait);

	pthread_mutex_lock(&movein->lock);
	if (!atomic_load(&movein->stop) && !movein->nudged)
		pthread_cond_timedwait(&movein->work, &movein->lock, &until);
	movein->nudged = false;
	pthread_mutex_unlock(&movein->lock);
}

static void *movein_main(void *context)
{
	struct node *node = context;
	struct node_movein *movein = &node->movein;

	while (!atomic_load(&movein->stop)) {
		struct sql_db *reader = node_reader_take(node);
		int64_t id = 0;
		enum status status = import_next(reader, &id);
		bool over = true;

		node_reader_return(node, reader);
		if (status == ST_OK && id)
			over = movein_import(node, id, NULL, 0, NULL);
		if (!over || !id)
			movein_wait(movein, over ? SPAN_HOUR : MOVEIN_REST);
	}
	return NULL;
}

/* While one is read, whoever watches hears of it once a second. */
static void *movein_teller(void *context)
{
	struct node *node = context;
	struct node_movein *movein = &node->movein;
	int64_t told = -1;

	while (!atomic_load(&movein->stop)) {
		struct timespec until = node_until(MOVEIN_TELL);
		int64_t import = atomic_load(&movein->import);
		int64_t read = atomic_load(&movein->read);

		if (import && read != told)
			movein_tell(node, import);
		told = import ? read : -1;
		pthread_mutex_lock(&movein->lock);
		if (!atomic_load(&movein->stop))
			pthread_cond_timedwait(&movein->tell, &movein->lock,
			                       &until);
		pthread_mutex_unlock(&movein->lock);
	}
	return NULL;
}

void node_movein_nudge(struct node *node, int64_t import)
{
	movein_tell(node, import);
	pthread_mutex_lock(&node->movein.lock);
	node->movein.nudged = true;
	pthread_cond_broadcast(&node->movein.work);
	pthread_mutex_unlock(&node->movein.lock);
}

void movein_start(struct node *node)
{
	struct node_movein *movein = &node->movein;

	pthread_mutex_init(&movein->lock, NULL);
	pthread_mutex_init(&movein->piece, NULL);
	pthread_cond_init(&movein->work, NULL);
	pthread_cond_init(&movein->tell, NULL);
	if (node->config.offline || !node->config.jail)
		return;
	movein->running =
		pthread_create(&movein->thread, NULL, movein_main, node) == 0;
	movein->telling =
		pthread_create(&movein->teller, NULL, movein_teller, node) == 0;
	if (!movein->running)
		node_log(node, "the system gives no thread for moving in");
}

void movein_stop(struct node *node)
{
	struct node_movein *movein = &node->movein;

	pthread_mutex_lock(&movein->lock);
	atomic_store(&movein->stop, true);
	pthread_cond_broadcast(&movein->work);
	pthread_cond_broadcast(&movein->tell);
	pthread_mutex_unlock(&movein->lock);
	if (movein->running)
		pthread_join(movein->thread, NULL);
	if (movein->telling)
		pthread_join(movein->teller, NULL);
}

struct movein_call {
	struct node *node;
	int64_t import;
	const char *const *paths;
	size_t count;
	struct problem *problem;
	bool over;
};

static void *movein_call_main(void *context)
{
	struct movein_call *call = context;

	call->over = movein_import(call->node, call->import, call->paths,
	                           call->count, call->problem);
	return NULL;
}

enum status node_movein_run(struct node *node, int64_t import,
                            const char *const *paths, size_t count,
                            void (*tick)(void *context), void *context,
                            struct problem *problem_out)
{
	struct movein_call call = {.node = node,
	                           .import = import,
	                           .paths = paths,
	                           .count = count,
	                           .problem = problem_out};
	struct timespec until;
	pthread_t thread;

	if (pthread_create(&thread, NULL, movein_call_main, &call) != 0)
		return ST_BUSY;
	do {
		tick(context);
		until = node_until(MOVEIN_TELL);
	} while (pthread_timedjoin_np(thread, NULL, &until) == ETIMEDOUT);
	tick(context);
	if (problem_out->text[0])
		return ST_INVALID;
	return call.over ? ST_OK : ST_BUSY;
}
