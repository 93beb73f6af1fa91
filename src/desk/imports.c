#include "desk/imports.h"

#include "base/limits.h"
#include "store/record.h"

static enum status import_check(const struct import_asked *asked,
                                struct problem *problem_out)
{
	if (asked->name.length > LIMIT_NAME_BYTES ||
	    asked->folder.length > LIMIT_NAME_BYTES ||
	    asked->labels.length > LIMIT_BODY_BYTES ||
	    asked->mine.length > LIMIT_BODY_BYTES)
		return problem_set(problem_out, ST_LIMIT, "name",
		                   "That is too long to keep.");
	if (asked->source == SOURCE_IMPORT && asked->size <= 0)
		return problem_set(problem_out, ST_INVALID, "size",
		                   "The file is empty: there is nothing in it "
		                   "to move in.");
	return ST_OK;
}

enum status desk_import_add(struct desk *desk, const struct turn *turn,
                            const struct import_asked *asked,
                            struct outcome *outcome_out,
                            struct problem *problem_out)
{
	struct import import = {
		.source = asked->source,
		.mailbox = asked->mailbox,
		.state = asked->state,
		.size = asked->size,
		.takeover_at = asked->takeover_at,
		.created_at = turn->now,
		.name = asked->name,
		.folder = asked->folder,
		.labels = asked->labels,
		.mine = asked->mine,
		.said = STR(""),
	};
	struct decision d;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = import_check(asked, problem_out);
	if (status != ST_OK)
		return status;
	import.id = decide(&d, EV_IMPORT_ADDED, 0, 0, d.now,
	                   DATA(import_added, .source = asked->source,
	                        .size = asked->size,
	                        .takeover_at = asked->takeover_at,
	                        .mailbox = asked->mailbox));
	decide_words(&d, import.id, SLOT_NAME, asked->name);
	status = import_add(desk->db, &import);
	if (status == ST_OK)
		status = desk_commit(desk, turn, &d, outcome_out);
	outcome_out->record = import.id;
	return status;
}

static enum status import_missing(enum status status,
                                  struct problem *problem_out)
{
	return status == ST_NOT_FOUND ? desk_missing(problem_out, "import")
	                              : status;
}

enum status desk_import_received(struct desk *desk, int64_t id, int64_t at,
                                 int64_t received, struct outcome *outcome_out,
                                 struct problem *problem_out)
{
	struct arena *arena = arena_new(LIMIT_BODY_BYTES * 4u);
	struct import import;
	enum status status = import_read(desk->db, arena, id, &import);

	*outcome_out = (struct outcome){.seq = desk->end.seq, .record = id};
	if (status == ST_OK &&
	    (import.state != IMPORT_RECEIVING || import.received != at))
		status = problem_set(problem_out, ST_CONFLICT, "at",
		                     "%lld bytes are here.",
		                     (long long)import.received);
	if (status == ST_OK) {
		import.received = received;
		status = import_save(desk->db, &import);
	}
	arena_free(&arena);
	return import_missing(status, problem_out);
}

enum status desk_import_fetched(struct desk *desk, int64_t id, int64_t received,
                                int64_t place, bool done,
                                struct outcome *outcome_out,
                                struct problem *problem_out)
{
	struct arena *arena = arena_new(LIMIT_BODY_BYTES * 4u);
	struct import import;
	enum status status = import_read(desk->db, arena, id, &import);

	*outcome_out = (struct outcome){.seq = desk->end.seq, .record = id};
	if (status == ST_OK && import.state != IMPORT_READING)
		status = ST_CONFLICT;
	if (status == ST_OK) {
		import.received = received;
		/* Taking over counts on from here. */
		import.taken = done ? 0 : place;
		import.size = done ? received : 0;
		status = import_save(desk->db, &import);
	}
	arena_free(&arena);
	return import_missing(status, problem_out);
}

static enum status import_may(const struct import *import,
                              const struct import_asked *asked,
                              struct problem *problem_out)
{
	bool ended = import->state == IMPORT_DONE;

	if (ended)
		return problem_set(problem_out, ST_CONFLICT, "state",
		                   "It is done already.");
	if (asked->state == IMPORT_STOPPED && import->state != IMPORT_READING)
		return problem_set(problem_out, ST_CONFLICT, "state",
		                   "It is not being read.");
	if (asked->state != IMPORT_READING)
		return ST_OK;
	if (import->source == SOURCE_IMPORT && import->received < import->size)
		return problem_set(problem_out, ST_CONFLICT, "size",
		                   "%lld of %lld bytes are here. Send the rest "
		                   "first.",
		                   (long long)import->received,
		                   (long long)import->size);
	return ST_OK;
}

static void import_tell_end(struct decision *d, const struct import *import)
{
	decide(d, EV_IMPORT_ENDED, 0, import->id, d->now,
	       DATA(import_ended, .import = import->id, .read = import->read,
	            .messages = import->messages, .threads = import->threads,
	            .duplicates = import->duplicates,
	            .skipped = import->skipped));
}

enum status desk_import_turn(struct desk *desk, const struct turn *turn,
                             const struct import_asked *asked,
                             struct outcome *outcome_out,
                             struct problem *problem_out)
{
	struct import import;
	struct decision d;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = import_read(desk->db, turn->arena, asked->id, &import);
	if (status == ST_OK)
		status = import_may(&import, asked, problem_out);
	if (status != ST_OK)
		return import_missing(status, problem_out);
	if (asked->state == IMPORT_READING && !import.started_at)
		import.started_at = turn->now;
	if (asked->state == IMPORT_DONE || asked->state == IMPORT_FAILED) {
		import.ended_at = turn->now;
		import_tell_end(&d, &import);
	}
	import.state = asked->state;
	import.said = asked->said;
	if (asked->chosen) {
		import.labels = asked->labels;
		import.mine = asked->mine;
		import.takeover_at = asked->takeover_at;
	}
	if (asked->total)
		import.total = asked->total;
	status = import_save(desk->db, &import);
	if (status == ST_OK && d.event_count > 0)
		status = desk_commit(desk, turn, &d, outcome_out);
	outcome_out->record = import.id;
	return status;
}
