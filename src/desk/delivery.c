/* A reply after the press: undone, released, attempted, sent or failed. */
#include <assert.h>

#include "base/limits.h"
#include "core/flag.h"
#include "core/later.h"
#include "core/outbound.h"
#include "core/ticket.h"
#include "desk/audience.h"
#include "desk/notices.h"
#include "desk/participants.h"
#include "desk/reply.h"
#include "store/blob.h"
#include "store/content.h"
#include "store/lookup.h"
#include "store/record.h"

/*
 * More than people write to one address: two programs that answer each other.
 * What is over waits until it is less, visibly.
 */
#define DELIVERY_AN_HOUR 30
#define DELIVERY_A_DAY   200

SQL(delivery_sent, "SELECT at FROM message WHERE contact = $1 AND kind = 2"
                   " AND at > $2 AND delivery IN (2, 3, 4, 5, 6)"
                   " ORDER BY at DESC LIMIT $3");
static_assert(MESSAGE_OUT == 2 && DELIVERY_QUEUED == 2 && DELIVERY_SENT == 4 &&
                      DELIVERY_UNKNOWN == 6,
              "of delivery_sent");

/* Who reads a thread was changed, or a colleague answered on it. */
SQL(delivery_readers, "SELECT seq FROM event WHERE subject = $1 AND seq > $2"
                      " AND kind = 54 ORDER BY seq LIMIT 1");
SQL(delivery_colleague, "SELECT seq FROM event WHERE subject = $1"
                        " AND seq > $2 AND kind = 90 AND actor <> $3"
                        " ORDER BY seq LIMIT 1");
static_assert(EV_PARTICIPANT_CHANGED == 54 && EV_REPLY_QUEUED == 90,
              "of delivery_readers and delivery_colleague");

struct delivery_work {
	struct decision d;
	struct message *message;
	struct ticket *ticket;
};

/*
 * Begins a command on a message of ours and loads it with its ticket. True:
 * nothing is to be done, and *status_out is the answer.
 */
static bool delivery_begin(struct desk *desk, const struct turn *turn,
                           int64_t id, struct delivery_work *w,
                           struct outcome *outcome_out, enum status *status_out,
                           struct problem *problem_out)
{
	if (desk_begin(desk, turn, &w->d, outcome_out, status_out))
		return true;
	*status_out = record_load(desk->db, w->d.state, RECORD_MESSAGE, id);
	w->message = state_message(w->d.state, id);
	if (*status_out == ST_NOT_FOUND ||
	    (*status_out == ST_OK && w->message->kind != MESSAGE_OUT))
		*status_out = desk_missing(problem_out, "message");
	if (*status_out != ST_OK)
		return true;
	*status_out = desk_load_ticket(desk, &w->d, w->message->ticket,
	                               &w->ticket, problem_out);
	if (*status_out == ST_OK)
		*status_out = record_load_kept_by(desk->db, w->d.state, id);
	outcome_out->message = id;
	outcome_out->ticket = w->message->ticket;
	return *status_out != ST_OK;
}

SQL(delivery_taken, "SELECT cause FROM event WHERE subject = $1 AND seq > $2"
                    " AND kind = 46 ORDER BY seq DESC LIMIT 1");
static_assert(EV_TICKET_ASSIGNED == 46, "of delivery_taken");

/* Nobody had the thread before this answer, and nobody took it since. */
static enum status delivery_give_back(struct desk *desk,
                                      struct delivery_work *w)
{
	struct sql_query query;
	int64_t cause = 0;
	enum status status;

	sql_begin(&query, desk->db, &delivery_taken);
	sql_bind_i64(&query, 1, w->ticket->id);
	sql_bind_i64(&query, 2, w->message->id);
	if (sql_next(&query))
		cause = sql_i64(&query, 0);
	status = sql_end(&query);
	if (status != ST_OK || cause != w->message->id ||
	    w->ticket->merged_into)
		return status;
	return ticket_assign(&w->d, w->ticket, 0, NULL);
}

enum status desk_reply_undo(struct desk *desk, const struct turn *turn,
                            int64_t message, struct outcome *outcome_out,
                            struct problem *problem_out)
{
	struct delivery_work w;
	enum status status;

	if (delivery_begin(desk, turn, message, &w, outcome_out, &status,
	                   problem_out))
		return status;
	status = outbound_undo(&w.d, w.ticket, w.message, problem_out);
	if (status == ST_OK)
		status = delivery_give_back(desk, &w);
	if (status == ST_OK)
		status = desk_commit(desk, turn, &w.d, outcome_out);
	outcome_out->message = message;
	return status;
}

static enum status delivery_since(struct desk *desk,
                                  const struct delivery_work *w,
                                  const struct sql_statement *const *text,
                                  bool colleagues, int64_t *event_out)
{
	struct sql_query query;

	sql_begin(&query, desk->db, text);
	sql_bind_i64(&query, 1, w->message->ticket);
	sql_bind_i64(&query, 2, w->message->id);
	if (colleagues)
		sql_bind_i64(&query, 3, w->message->member);
	*event_out = sql_next(&query) ? sql_i64(&query, 0) : 0;
	return sql_end(&query);
}

/*
 * A reply that waited was written for a thread as it then was. *why_out is
 * empty while that still holds, and *by_out what changed it.
 */
static enum status delivery_outdated(struct desk *desk,
                                     const struct delivery_work *w,
                                     struct str *why_out, int64_t *by_out)
{
	const struct agency_member *writer =
		agency_member(desk->agency, w->message->member);
	bool firm = w->message->delivery == DELIVERY_FIRM;
	enum status status;

	*why_out = STR("");
	*by_out = 0;
	if (!writer || !writer->record.active) {
		*why_out = STR("Who wrote it has left the desk.");
		return ST_OK;
	}
	status = delivery_since(desk, w, &delivery_readers, false, by_out);
	if (status == ST_OK && *by_out)
		*why_out = STR("Who reads the thread was changed after it was "
		               "written.");
	if (status != ST_OK || *by_out || firm)
		return status;
	status = delivery_since(desk, w, &delivery_colleague, true, by_out);
	if (status == ST_OK && *by_out)
		*why_out = STR("A colleague answered meanwhile.");
	return status;
}

enum status desk_reply_send_now(struct desk *desk, const struct turn *turn,
                                int64_t message, struct outcome *outcome_out,
                                struct problem *problem_out)
{
	struct delivery_work w;
	struct str why;
	int64_t by;
	enum status status;

	if (delivery_begin(desk, turn, message, &w, outcome_out, &status,
	                   problem_out))
		return status;
	status = delivery_outdated(desk, &w, &why, &by);
	if (status == ST_OK && why.length > 0)
		return problem_set(problem_out, ST_CONFLICT, "message",
		                   "%.*s Take it back and look before it "
		                   "leaves.",
		                   STR_ARG(why));
	if (status == ST_OK)
		status = later_send_now(&w.d, w.ticket, w.message, problem_out);
	if (status == ST_OK)
		status = desk_commit(desk, turn, &w.d, outcome_out);
	outcome_out->message = message;
	return status;
}

enum status desk_reply_retry(struct desk *desk, const struct turn *turn,
                             int64_t message, struct outcome *outcome_out,
                             struct problem *problem_out)
{
	struct str again = STR("");
	struct delivery_work w;
	enum status status;

	if (delivery_begin(desk, turn, message, &w, outcome_out, &status,
	                   problem_out))
		return status;
	if (w.message->failed_by)
		status = content_read(desk->db, w.d.arena, w.message->failed_by,
		                      SLOT_TO, &again);
	if (status == ST_OK)
		status = outbound_retry(&w.d, w.ticket, w.message, again,
		                        problem_out);
	if (status == ST_OK)
		status = desk_commit(desk, turn, &w.d, outcome_out);
	return status;
}

static bool delivery_due(const struct message *message, instant_ms now)
{
	return (message->delivery == DELIVERY_QUEUED ||
	        message->delivery == DELIVERY_DEFERRED ||
	        message->delivery == DELIVERY_UNKNOWN) &&
	       message->until_at <= now;
}

enum status desk_send_begin(struct desk *desk, const struct turn *turn,
                            int64_t message, struct str raw,
                            struct outcome *outcome_out)
{
	unsigned char salt[BLOB_SALT_BYTES];
	struct delivery_work w;
	enum status status;

	if (delivery_begin(desk, turn, message, &w, outcome_out, &status, NULL))
		return status;
	if (!delivery_due(w.message, w.d.now))
		return ST_CONFLICT;
	if (w.message->raw == 0) {
		int64_t blob = w.d.next_seq;

		desk->ports.fill_random(salt, sizeof(salt));
		status = blob_write(desk->db, blob, raw, BLOB_ZSTD, salt);
		if (status != ST_OK)
			return status;
		decide(&w.d, EV_MAIL_FIXED, w.ticket->client, w.ticket->id,
		       w.d.now,
		       DATA(mail_fixed, .ticket = w.ticket->id,
		            .message = message, .raw = blob));
	}
	outbound_attempt(&w.d, w.ticket, w.message);
	return desk_commit(desk, turn, &w.d, outcome_out);
}

static bool delivery_lists(struct str lines, struct str address)
{
	struct str line;

	while (str_line(&lines, &line)) {
		if (str_equal_nocase(str_trim(line), address))
			return true;
	}
	return false;
}

/* Whether whom the mail is to has it, now or from an earlier attempt. */
static enum status delivery_reached(struct desk *desk, struct delivery_work *w,
                                    struct outbound_report *report)
{
	struct str to = STR(""), line = STR(""), first = STR("");
	enum status status = content_read(desk->db, w->d.arena, w->message->id,
	                                  SLOT_TO, &to);

	if (str_line(&to, &line))
		first = audience_line(line).address;
	/* What is left of a partial attempt stays what is left. */
	if (report->again.length == 0 && report->outcome != OUTBOUND_SENT)
		report->again = report->tried;
	report->reached = (report->tried.length > 0 &&
	                   !delivery_lists(report->tried, first)) ||
	                  (report->again.length > 0 &&
	                   !delivery_lists(report->again, first));
	return status;
}

static enum status delivery_gone(struct desk *desk, struct delivery_work *w,
                                 const struct outbound_report *report)
{
	struct str rest = report->gone, line;
	enum status status = ST_OK;

	while (status == ST_OK && str_line(&rest, &line))
		status = participants_suppress(desk, &w->d, w->ticket,
		                               w->message->id, line,
		                               WHY_REFUSED, report->reason);
	return status;
}

enum status desk_send_end(struct desk *desk, const struct turn *turn,
                          int64_t message, const struct outbound_report *report,
                          struct outcome *outcome_out)
{
	struct outbound_report told = *report;
	struct delivery_work w;
	enum status status;

	if (delivery_begin(desk, turn, message, &w, outcome_out, &status, NULL))
		return status;
	if (w.message->delivery != DELIVERY_SENDING)
		return ST_CONFLICT;
	told.reason = str_utf8_prefix(told.reason, LIMIT_SUBJECT_BYTES);
	status = delivery_gone(desk, &w, &told);
	if (status == ST_OK)
		status = delivery_reached(desk, &w, &told);
	if (status != ST_OK)
		return status;
	outbound_result(&w.d, w.ticket, w.message, &told);
	return desk_commit(desk, turn, &w.d, outcome_out);
}

/* An attempt never came back; those whom it was for may get it once more. */
static enum status delivery_lost(struct desk *desk, struct delivery_work *w)
{
	struct outbound_report report = {
		.outcome = OUTBOUND_UNKNOWN,
		.reason = STR("The program stopped while the mail was under "
	                      "way."),
	};
	enum status status = ST_OK;

	if (w->message->failed_by)
		status = content_read(desk->db, w->d.arena,
		                      w->message->failed_by, SLOT_TO,
		                      &report.tried);
	if (status == ST_OK)
		status = delivery_reached(desk, w, &report);
	if (status == ST_OK)
		outbound_result(&w->d, w->ticket, w->message, &report);
	return status;
}

/* When there is room again within `span`; 0: there is. */
static enum status delivery_room(struct desk *desk,
                                 const struct delivery_work *w, size_t most,
                                 span_ms span, instant_ms *free_at_out)
{
	struct sql_query query;
	instant_ms oldest = 0;
	size_t count = 0;

	sql_begin(&query, desk->db, &delivery_sent);
	sql_bind_i64(&query, 1, w->message->contact);
	sql_bind_i64(&query, 2, w->d.now - span);
	sql_bind_i64(&query, 3, (int64_t)most);
	while (sql_next(&query)) {
		oldest = sql_i64(&query, 0);
		count++;
	}
	*free_at_out = count >= most ? oldest + span : 0;
	return sql_end(&query);
}

/* One that left its undo window waits when too many went there lately. */
static enum status delivery_crowded(struct desk *desk, struct delivery_work *w)
{
	instant_ms hour = 0, day = 0, until;
	enum status status = ST_OK;
	int64_t event;

	if (w->message->contact)
		status = delivery_room(desk, w, DELIVERY_AN_HOUR, SPAN_HOUR,
		                       &hour);
	if (status == ST_OK && w->message->contact)
		status = delivery_room(desk, w, DELIVERY_A_DAY, SPAN_DAY, &day);
	until = hour > day ? hour : day;
	if (status != ST_OK || until <= w->d.now)
		return status;
	event = decide(&w->d, EV_MAIL_DEFERRED, w->ticket->client,
	               w->ticket->id, w->d.now,
	               DATA(mail_deferred, .ticket = w->ticket->id,
	                    .message = w->message->id, .next_at = until));
	decide_words(&w->d, event, SLOT_REASON,
	             STR("More mail went to this address than people write: "
	                 "it waits, in case two programs answer each "
	                 "other."));
	return ST_OK;
}

/* The end of an undo window, or an attempt that never came back. */
static enum status delivery_timer(struct desk *desk, const struct turn *turn,
                                  int64_t message, struct outcome *outcome_out)
{
	struct str why = STR("");
	struct delivery_work w;
	int64_t by = 0;
	enum status status;

	if (delivery_begin(desk, turn, message, &w, outcome_out, &status, NULL))
		return status;
	if (w.message->until_at == 0 || w.message->until_at > w.d.now)
		return ST_OK;
	if (later_waits(w.message))
		status = delivery_outdated(desk, &w, &why, &by);
	if (status != ST_OK)
		return status;
	if (why.length > 0) {
		later_cancel(&w.d, w.ticket, w.message, by, w.d.now, why);
	} else if (w.message->delivery == DELIVERY_UNDO ||
	           later_waits(w.message)) {
		outbound_release(&w.d, w.ticket, w.message);
		status = delivery_crowded(desk, &w);
	} else if (w.message->delivery == DELIVERY_SENDING)
		status = delivery_lost(desk, &w);
	else
		return ST_OK; /* the outbox takes these itself */
	if (status != ST_OK)
		return status;
	return desk_commit(desk, turn, &w.d, outcome_out);
}

static enum status delivery_promise(struct desk *desk, const struct turn *turn,
                                    int64_t id, struct outcome *outcome_out)
{
	int64_t columns[RECORD_COLUMNS_MAX];
	struct ticket *ticket;
	struct promise *promise;
	struct decision d;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = record_read(desk->db, RECORD_PROMISE, id, columns);
	if (status == ST_OK)
		/* The ticket is the third column of a promise. */
		status = desk_load_ticket(desk, &d, columns[2], &ticket, NULL);
	if (status != ST_OK)
		return status;
	promise = state_promise(d.state, id);
	if (promise)
		flag_promise_fire(&d, promise);
	return desk_commit(desk, turn, &d, outcome_out);
}

static enum status delivery_wake(struct desk *desk, const struct turn *turn,
                                 int64_t id, struct outcome *outcome_out)
{
	struct ticket *ticket;
	struct decision d;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = desk_load_ticket(desk, &d, id, &ticket, NULL);
	if (status != ST_OK)
		return status;
	if (ticket->snoozed_until && ticket->snoozed_until <= d.now)
		later_wake(&d, ticket, WAKE_TIME, ticket->snoozed_until);
	return desk_commit(desk, turn, &d, outcome_out);
}

enum status desk_timer_fire(struct desk *desk, const struct turn *turn,
                            int64_t kind, int64_t subject,
                            struct outcome *outcome_out)
{
	if (kind == TIMER_PROMISE)
		return delivery_promise(desk, turn, subject, outcome_out);
	if (kind == TIMER_SNOOZE)
		return delivery_wake(desk, turn, subject, outcome_out);
	if (kind == TIMER_NOTICE)
		return desk_notice_rise(desk, turn, subject, outcome_out);
	return delivery_timer(desk, turn, subject, outcome_out);
}
