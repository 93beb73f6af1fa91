/*
 * One act on many threads. Asked once, as a whole; then each thread is a
 * command of its own, with an id made of the job and the thread, so that
 * however often a job is taken up again each is changed once. What a thread
 * refuses is kept with its words, and the rest goes on. Undoing goes back
 * thread by thread, and leaves what has changed since.
 */
#ifndef DESK_BULK_H
#define DESK_BULK_H

#include "desk/desk.h"
#include "store/bulk.h"

struct bulk_asked {
	const int64_t *tickets;
	size_t count;
	enum bulk_act act;
	int64_t value;
	struct str reason;
};

/*
 * outcome->record is the job. ST_INVALID for no threads or a value that is
 * none; ST_LIMIT for more than BULK_TICKETS_MAX.
 */
CHECKED enum status desk_bulk_begin(struct desk *desk, const struct turn *turn,
                                    const struct bulk_asked *asked,
                                    struct outcome *outcome_out,
                                    struct problem *problem_out);
/* ST_CONFLICT unless it is done. */
CHECKED enum status desk_bulk_undo(struct desk *desk, const struct turn *turn,
                                   int64_t bulk, struct outcome *outcome_out,
                                   struct problem *problem_out);
/*
 * The next thing for one item, in the direction that the job goes; nothing
 * when it is not its turn. `problem_out` is only used on ST_STORE.
 */
CHECKED enum status desk_bulk_step(struct desk *desk, const struct turn *turn,
                                   int64_t bulk, int64_t place,
                                   struct outcome *outcome_out,
                                   struct problem *problem_out);

#endif
