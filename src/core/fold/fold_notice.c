/*
 * The fold: who follows what, and who was told of what.
 */
#include "core/fold/fold.h"

void fold_ticket_followed(struct state *state, const struct event *event)
{
	int64_t id = event->data.ticket_followed.record;
	struct follower *follower =
		id ? fold_touch(state, RECORD_FOLLOWER, id)
		   : fold_create(state, RECORD_FOLLOWER, event->seq);

	follower->ticket = event->data.ticket_followed.ticket;
	follower->member = event->data.ticket_followed.member;
	follower->following = event->data.ticket_followed.following;
}

void fold_member_mentioned(struct state *state, const struct event *event)
{
	struct follower *follower = fold_touch(
		state, RECORD_FOLLOWER, event->data.member_mentioned.record);

	follower->mentioned = event->data.member_mentioned.message;
}

void fold_notice_given(struct state *state, const struct event *event)
{
	struct notice *notice = fold_create(state, RECORD_NOTICE, event->seq);

	notice->ticket = event->data.notice_given.ticket;
	notice->member = event->data.notice_given.member;
	notice->kind = event->data.notice_given.kind;
	notice->level = event->data.notice_given.level;
	notice->promise = event->data.notice_given.promise;
	notice->message = event->data.notice_given.message;
	notice->about = event->data.notice_given.about;
	notice->origin = event->data.notice_given.origin
	                         ? event->data.notice_given.origin
	                         : event->seq;
	notice->rise_at = event->data.notice_given.rise_at;
	notice->at = event->occurred_at;
}

void fold_notice_seen(struct state *state, const struct event *event)
{
	struct notice *notice = fold_touch(state, RECORD_NOTICE,
	                                   event->data.notice_seen.notice);

	notice->seen_at = event->occurred_at;
}

void fold_notice_acknowledged(struct state *state, const struct event *event)
{
	struct notice *notice = fold_touch(
		state, RECORD_NOTICE, event->data.notice_acknowledged.notice);
	/* What one of them takes on goes no higher. */
	struct notice *first = fold_touch(state, RECORD_NOTICE, notice->origin);

	if (notice->seen_at == 0)
		notice->seen_at = event->occurred_at;
	notice->acknowledged_at = event->occurred_at;
	first->rise_at = 0;
}

void fold_notice_raised(struct state *state, const struct event *event)
{
	struct notice *notice = fold_touch(state, RECORD_NOTICE,
	                                   event->data.notice_raised.notice);

	notice->rise_at = event->data.notice_raised.rise_at;
}

void fold_mail_answered(struct state *state, const struct event *event)
{
	(void)fold_intake(state, event->data.mail_answered.intake,
	                  INTAKE_ANSWERED);
}
