#include "desk/follow.h"

#include "store/people.h"
#include "store/record.h"

enum status follow_mentions_allowed(const struct desk *desk,
                                    const int64_t *mentions, size_t count,
                                    struct problem *problem_out)
{
	if (count > FOLLOW_MENTIONS_MAX)
		return problem_set(problem_out, ST_LIMIT, "mentions",
		                   "At most %d people can be named in a note.",
		                   FOLLOW_MENTIONS_MAX);
	for (size_t i = 0; i < count; i++) {
		const struct agency_member *member =
			agency_member(desk->agency, mentions[i]);

		if (!member || !member->record.active)
			return problem_set(problem_out, ST_INVALID, "mentions",
			                   "That member is not there any "
			                   "more.");
	}
	return ST_OK;
}

/* The row of a member on a ticket, made if need be; *id_out is its id. */
static enum status follow_set(struct desk *desk, struct decision *d,
                              struct ticket *ticket, int64_t member,
                              bool following, int64_t *id_out)
{
	const struct follower *row;
	int64_t id = 0, event;
	enum status status = people_follower(desk->db, ticket->id, member, &id);

	if (status == ST_OK && id)
		status = record_load(desk->db, d->state, RECORD_FOLLOWER, id);
	if (status != ST_OK)
		return status;
	row = id ? state_get(d->state, RECORD_FOLLOWER, id) : NULL;
	*id_out = id;
	if ((row && row->following) == following)
		return ST_OK;
	event = decide(
		d, EV_TICKET_FOLLOWED, ticket->client, ticket->id, d->now,
		DATA(ticket_followed, .ticket = ticket->id, .member = member,
	             .following = following, .record = id));
	*id_out = id ? id : event;
	return ST_OK;
}

enum status desk_ticket_follow(struct desk *desk, const struct turn *turn,
                               const struct ticket_command *asked,
                               struct outcome *outcome_out,
                               struct problem *problem_out)
{
	struct decision d;
	struct ticket *ticket;
	int64_t row;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status =
		desk_load_ticket(desk, &d, asked->ticket, &ticket, problem_out);
	if (status == ST_OK)
		status = follow_set(desk, &d, ticket, turn->actor,
		                    asked->value != 0, &row);
	outcome_out->ticket = asked->ticket;
	return status == ST_OK ? desk_commit(desk, turn, &d, outcome_out)
	                       : status;
}

enum status follow_mentions(struct desk *desk, struct decision *d,
                            struct ticket *ticket, int64_t message,
                            const int64_t *mentions, size_t count)
{
	enum status status = ST_OK;

	for (size_t i = 0; i < count && status == ST_OK; i++) {
		bool twice = false;
		int64_t row;

		for (size_t n = 0; n < i && !twice; n++)
			twice = mentions[n] == mentions[i];
		if (twice)
			continue;
		status = follow_set(desk, d, ticket, mentions[i], true, &row);
		if (status != ST_OK)
			return status;
		decide(d, EV_MEMBER_MENTIONED, ticket->client, ticket->id,
		       d->now,
		       DATA(member_mentioned, .ticket = ticket->id,
		            .member = mentions[i], .message = message,
		            .record = row));
	}
	return status;
}
