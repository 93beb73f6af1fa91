/*
 * What was late in the agency's own mail: each question of a client in the
 * threads of an import, how much working time its answer took by the agency's
 * calendar, and what the playbook would have promised. Nothing is stored; the
 * same history gives the same figures.
 */
#ifndef DESK_LATE_H
#define DESK_LATE_H

#include "base/arena.h"
#include "desk/agency.h"
#include "store/sql.h"

#define LATE_ROWS_MAX 500

/* The first message of the client that nobody had answered. */
struct late_question {
	int64_t ticket, client, message;
	instant_ms asked_at;
	instant_ms answered_at; /* 0: not until the end */
	span_ms took;           /* by the calendar of the target */
	span_ms target;
};

struct late_report {
	int64_t threads;       /* with a question */
	int64_t asked;         /* questions */
	int64_t answered;      /* of them */
	int64_t late;          /* of the answered: after the target */
	int64_t never;         /* not answered, and the target has passed */
	span_ms median, worst; /* of the answered; 0 when there is none */
	instant_ms since_at, until_at; /* first and last word; 0: none */
	/* Late or never, those that went over by most first. */
	struct late_question *rows;
	size_t row_count;
};

/* ST_STORE. The rows live in the arena. */
CHECKED enum status late_report(struct sql_db *db, const struct agency *agency,
                                struct arena *arena, int64_t import,
                                struct late_report *report_out);

#endif
