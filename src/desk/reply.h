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
	/* Addresses; not given: as the audience is (desk/audience.h). */
	const struct str *to, *cc;
	size_t to_count, cc_count;
	bool to_given, cc_given;
	const struct str *override; /* to be tried though they failed before */
	size_t override_count;
	bool confirm; /* clients and vendors may see each other */
	int64_t from; /* ours, of a new thread; 0: the first */
	const int64_t *uploads;
	size_t upload_count;
	int64_t seen;     /* newest message that the writer had before them */
	int64_t audience; /* the message that the audience was shown for */
	/* Of a refusal for "suppressed" or "mixed": the addresses, a line
	 * each. May be NULL. */
	struct str *refused_out;
	enum then then;
	instant_ms send_at; /* 0: at once */
	bool firm;          /* also when the client writes before */
};

/*
 * ST_CONFLICT, by the problem's field: "moved_on" (somebody wrote after `seen`
 * and `audience`: look first), "mixed" (two sides would see each other),
 * "suppressed" (an address that failed before).
 */
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
                                  const struct outbound_report *report,
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
