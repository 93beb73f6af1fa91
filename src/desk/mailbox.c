#include "desk/mailbox.h"

#include "base/limits.h"

enum status desk_mailbox_report(struct desk *desk, const struct turn *turn,
                                const struct mailbox_report *report,
                                struct outcome *outcome_out)
{
	bool works = report->state == MAILBOX_CONNECTED;
	struct mailbox_place place = {.failed = 0};
	struct decision d;
	int64_t event;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = mailbox_place_read(desk->db, turn->arena, report->mailbox,
	                            MAILBOX_WATCH_IN, &place);
	if (status == ST_NOT_FOUND)
		status = ST_OK;
	if (status != ST_OK || works == (place.failed == 0))
		return status;
	if (works)
		event = decide(
			&d, EV_MAILBOX_RECOVERED, 0, report->mailbox, d.now,
			DATA(mailbox_recovered, .mailbox = report->mailbox,
		             .state = place.failed, .since = report->since));
	else
		event = decide(&d, EV_MAILBOX_FAILED, 0, report->mailbox, d.now,
		               DATA(mailbox_failed, .mailbox = report->mailbox,
		                    .state = report->state,
		                    .since = report->since));
	decide_words(&d, event, SLOT_REASON,
	             str_utf8_prefix(report->said, LIMIT_SUBJECT_BYTES));
	status = mailbox_failed_write(desk->db, report->mailbox,
	                              works ? 0 : (int64_t)report->state);
	if (status == ST_OK)
		status = desk_commit(desk, turn, &d, outcome_out);
	return status;
}

enum status desk_mailbox_place(struct desk *desk, const struct turn *turn,
                               void *place, struct outcome *outcome_out,
                               struct problem *problem_out)
{
	(void)problem_out;
	*outcome_out = (struct outcome){.seq = desk->end.seq};
	(void)turn;
	return mailbox_place_write(desk->db, place);
}
