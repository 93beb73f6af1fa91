/*
 * How fast the past is gone through: decoding and folding the log, and making
 * all derived rows anew. Time of one thread on its core, so that others on the
 * machine do not count.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "core/state.h"
#include "made.h"
#include "served.h"
#include "store/log.h"
#include "store/project.h"

#define TICKETS     30000
#define DATA_BYTES  ((size_t)1 << 30)
#define STATE_BYTES ((size_t)8 << 30)
#define FOLDS       3

struct past {
	struct arena *arena;
	struct event *events;
	struct str *data; /* as the log has it */
	size_t count, room;
};

static double core_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static enum status past_add(void *context, const struct event *event)
{
	struct past *past = context;
	char text[EVENT_DATA_TEXT_MAX];
	size_t length = event_data_print(event, text);

	if (past->count == past->room)
		return ST_LIMIT;
	past->events[past->count] = *event;
	past->data[past->count++] =
		str_copy(past->arena, (struct str){text, length});
	return ST_OK;
}

static void fold_past(struct past *past)
{
	struct state state;

	state_init(&state, arena_new(STATE_BYTES));
	for (size_t i = 0; i < past->count; i++) {
		struct event event = past->events[i];

		if (!event_data_parse(past->data[i], &event.data))
			bench_fail("event %zu cannot be decoded", i);
		state_apply(&state, &event);
	}
	arena_free(&state.arena);
}

static void fold_measure(struct bench *bench, struct sql_db *db, int64_t events)
{
	struct past past = {.arena = arena_new(DATA_BYTES),
	                    .room = (size_t)events};
	double best = 0, start = 0;
	struct bench_row row = {
		.set = "fold",
		.name = "events decoded and folded in memory",
		.unit = "/s",
		.sense = BENCH_AT_LEAST,
		.limit = 300000,
	};

	past.events = calloc(past.room, sizeof(*past.events));
	past.data = calloc(past.room, sizeof(*past.data));
	start = core_seconds();
	if (log_read(db, 0, 0, past_add, &past) != ST_OK)
		bench_fail("the log cannot be read");
	start = core_seconds() - start;
	for (int i = 0; i < FOLDS; i++) {
		double spent = core_seconds();

		fold_past(&past);
		spent = core_seconds() - spent;
		if (best == 0 || spent < best)
			best = spent;
	}
	row.result = (double)past.count / best;
	bench_report(bench, &row);
	row.name = "events read from the file and decoded";
	row.limit = 0;
	row.result = (double)past.count / start;
	bench_report(bench, &row);
	arena_free(&past.arena);
	free(past.events);
	free(past.data);
}

static void rebuild_measure(struct bench *bench, struct sql_db *db)
{
	struct problem problem = {0};
	int64_t events = 0;
	double start = core_seconds();
	struct bench_row row = {
		.set = "fold",
		.name = "events rebuilt, with rows, lookups and text index",
		.unit = "/s",
		.sense = BENCH_AT_LEAST,
		.limit = 50000,
	};

	if (sql_transaction_begin(db) != ST_OK ||
	    project_rebuild(db, &events, &problem) != ST_OK ||
	    sql_transaction_commit(db) != ST_OK)
		bench_fail("rebuild: %s %s", problem.text, sql_error(db));
	row.result = (double)events / (core_seconds() - start);
	bench_report(bench, &row);
}

void set_fold(struct bench *bench)
{
	struct served served;
	struct sql_db *db = NULL;
	struct problem problem = {0};

	served_make(bench, "fold", &served);
	made_fill(&served, TICKETS);
	if (sql_open(served.file, SQL_OPEN_WRITER, &db, &problem) != ST_OK)
		bench_fail("%s", problem.text);
	fold_measure(bench, db, served_count(&served, "event"));
	rebuild_measure(bench, db);
	sql_close(&db);
	served_remove(&served);
}
