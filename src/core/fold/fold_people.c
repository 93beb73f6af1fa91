/*
 * The fold: who is on a thread and as what, who is away, and which addresses
 * are not to be written to.
 */
#include "core/fold/fold.h"

void fold_participant_added(struct state *state, const struct event *event)
{
	struct participant *participant =
		fold_create(state, RECORD_PARTICIPANT, event->seq);

	participant->ticket = event->data.participant_added.ticket;
	participant->contact = event->data.participant_added.contact;
	participant->role = event->data.participant_added.role;
	participant->message = event->data.participant_added.message;
}

void fold_participant_changed(struct state *state, const struct event *event)
{
	struct participant *participant =
		fold_touch(state, RECORD_PARTICIPANT,
	                   event->data.participant_changed.participant);

	participant->role = event->data.participant_changed.role;
}

void fold_away_noted(struct state *state, const struct event *event)
{
	struct contact *contact = fold_touch(state, RECORD_CONTACT,
	                                     event->data.away_noted.contact);

	contact->away_until = event->data.away_noted.until_at;
}

void fold_address_suppressed(struct state *state, const struct event *event)
{
	struct suppression *suppression =
		fold_create(state, RECORD_SUPPRESSION, event->seq);

	suppression->ticket = event->data.address_suppressed.ticket;
	suppression->contact = event->data.address_suppressed.contact;
	suppression->message = event->data.address_suppressed.message;
	suppression->why = event->data.address_suppressed.why;
	suppression->at = event->occurred_at;
}

void fold_suppression_lifted(struct state *state, const struct event *event)
{
	struct suppression *suppression =
		fold_touch(state, RECORD_SUPPRESSION,
	                   event->data.suppression_lifted.suppression);

	suppression->lifted_at = event->occurred_at;
}
