/*
 * Webhooks: which event goes to whom, and what became of it. A webhook is an
 * item whose document has `url`, `kinds` (names of events; none: all) and
 * `active`. Its deliveries are made from the log, in order, by a cursor; a
 * ticket's wait for each other. What was tried for three days is dead, and
 * can be tried again by hand.
 */
#ifndef DESK_WEBHOOK_H
#define DESK_WEBHOOK_H

#include "core/right.h"
#include "desk/desk.h"
#include "store/webhook.h"

#define WEBHOOK_KINDS_MAX 200
#define WEBHOOK_TRIES     12

/* The item as the desk reads it. */
struct webhook_item {
	int64_t id, owner;
	bool removed, active;
	struct str url;
	bool every; /* kind of event */
	bool kinds[EVENT_KIND_END];
};
/* ST_NOT_FOUND. The url lives in the arena. */
CHECKED enum status webhook_item_read(struct sql_db *db, struct arena *arena,
                                      int64_t id, struct webhook_item *out);

/* What a reader of that kind of event must be allowed. */
enum right webhook_right(const struct event *event);
/* The thread that an event is about; 0: none. */
int64_t webhook_ticket(const struct event *event);

/*
 * After its item was saved: from now on its events are delivered, or not. With
 * `restart` one that was stopped begins again.
 */
CHECKED enum status desk_webhook_arm(struct desk *desk, const struct turn *turn,
                                     int64_t id, bool restart,
                                     struct outcome *outcome_out);
/*
 * Makes deliveries of a piece of the log for each webhook. *more_out: there is
 * more to do at once.
 */
CHECKED enum status desk_webhook_spread(struct desk *desk,
                                        const struct turn *turn, bool *more_out,
                                        struct outcome *outcome_out);

/* How a delivery went. */
struct webhook_result {
	int64_t delivery;
	int64_t status;  /* HTTP; 0: no answer */
	bool refused;    /* not to be tried again */
	span_ms wait;    /* that the receiver asked for; 0: none */
	struct str said; /* a complaint, or empty */
};
CHECKED enum status desk_webhook_record(struct desk *desk,
                                        const struct turn *turn,
                                        const struct webhook_result *result,
                                        struct outcome *outcome_out);
/* A dead one is due again. ST_NOT_FOUND, ST_CONFLICT when it is not dead. */
CHECKED enum status desk_webhook_retry(struct desk *desk,
                                       const struct turn *turn, int64_t webhook,
                                       int64_t delivery,
                                       struct outcome *outcome_out,
                                       struct problem *problem_out);
/* Something to see whether it arrives. */
CHECKED enum status desk_webhook_test(struct desk *desk,
                                      const struct turn *turn, int64_t webhook,
                                      struct outcome *outcome_out,
                                      struct problem *problem_out);

#endif
