/*
 * The fold: mail as accepted, and what became of it.
 */
#include "core/fold/fold.h"

void fold_mail_accepted(struct state *state, const struct event *event)
{
	struct intake *intake = fold_create(state, RECORD_INTAKE, event->seq);

	intake->raw = event->data.mail_accepted.raw;
	intake->address = event->data.mail_accepted.address;
	intake->size = event->data.mail_accepted.size;
	intake->source = event->data.mail_accepted.source;
	intake->at = event->occurred_at;
	intake->state = INTAKE_WAITING;
}

struct intake *fold_intake(struct state *state, int64_t id,
                           enum intake_state how)
{
	struct intake *intake = fold_touch(state, RECORD_INTAKE, id);

	intake->state = how;
	return intake;
}

void fold_mail_duplicate(struct state *state, const struct event *event)
{
	fold_intake(state, event->data.mail_duplicate.intake, INTAKE_DUPLICATE)
		->message = event->data.mail_duplicate.message;
}

void fold_mail_loop(struct state *state, const struct event *event)
{
	fold_intake(state, event->data.mail_loop.intake, INTAKE_LOOP);
}

void fold_mail_quarantined(struct state *state, const struct event *event)
{
	struct intake *intake = fold_intake(
		state, event->data.mail_quarantined.intake, INTAKE_QUARANTINED);

	intake->why = event->data.mail_quarantined.why;
	intake->attempts++;
}

void fold_mail_retried(struct state *state, const struct event *event)
{
	fold_intake(state, event->data.mail_retried.intake, INTAKE_WAITING);
}
