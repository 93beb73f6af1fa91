/*
 * Replies and new threads, from the press of the button to the last attempt.
 * Recipients are derived here from the message that is answered, never taken
 * whole from a browser.
 */
#ifndef DESK_REPLY_H
#define DESK_REPLY_H

#include "core/outbound.h"
#include "desk/desk.h"
#include "store/view.h"

struct reply {
	int64_t ticket; /* 0: a new thread, to `to` */
	struct str text, html;
	struct str subject; /* of a new thread */
	struct str to_name, to_address;
	const struct str
		*cc; /* addresses; not given: as on the mail answered */
	size_t cc_count;
	bool cc_given;
	const int64_t *uploads;
	size_t upload_count;
	int64_t seen; /* newest message that the writer had before them */
	enum then then;
	instant_ms send_at; /* 0: at once */
	bool firm;          /* also when the client writes before */
};

/*
 * Whom an answer on the ticket goes to: who wrote its newest mail, if they are
 * of its client, else who began it. record.id 0: nobody is known. A forged
 * mail on a thread must not draw the answer to the forger.
 */
CHECKED enum status reply_recipient(struct sql_db *db, struct arena *arena,
                                    const struct ticket *ticket,
                                    struct view_contact *contact_out);

/* ST_CONFLICT when the client wrote after `seen`: look first. */
CHECKED enum status desk_reply(struct desk *desk, const struct turn *turn,
                               const struct reply *reply,
                               struct outcome *outcome_out,
                               struct problem *problem_out);
CHECKED enum status desk_reply_undo(struct desk *desk, const struct turn *turn,
                                    int64_t message,
                                    struct outcome *outcome_out,
                                    struct problem *problem_out);
/* One that waits for its hour leaves now, behind the usual undo window. */
CHECKED enum status
desk_reply_send_now(struct desk *desk, const struct turn *turn, int64_t message,
                    struct outcome *outcome_out, struct problem *problem_out);
CHECKED enum status desk_reply_retry(struct desk *desk, const struct turn *turn,
                                     int64_t message,
                                     struct outcome *outcome_out,
                                     struct problem *problem_out);

/*
 * The outbox asks, one message at a time. An attempt fixes the bytes (`raw` is
 * stored the first time, else ignored) and marks that it began, so that a
 * crash leaves an unknown outcome and not a second copy. ST_CONFLICT when it
 * is not to be sent now.
 */
CHECKED enum status desk_send_begin(struct desk *desk, const struct turn *turn,
                                    int64_t message, struct str raw,
                                    struct outcome *outcome_out);
CHECKED enum status desk_send_end(struct desk *desk, const struct turn *turn,
                                  int64_t message,
                                  enum outbound_outcome outcome,
                                  struct str reason,
                                  struct outcome *outcome_out);

/*
 * Fires a timer that is due: a promise's, the end of an undo window or of a
 * snooze, a reply's hour, or an attempt that never came back. Fired already or
 * moved on: nothing happens.
 */
CHECKED enum status desk_timer_fire(struct desk *desk, const struct turn *turn,
                                    int64_t kind, int64_t subject,
                                    struct outcome *outcome_out);

#endif
