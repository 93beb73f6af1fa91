#include "desk/participants.h"

#include "store/lookup.h"
#include "store/record.h"

enum status desk_participant_set(struct desk *desk, const struct turn *turn,
                                 const struct participant_command *asked,
                                 struct outcome *outcome_out,
                                 struct problem *problem_out)
{
	const struct participant *known;
	struct ticket *ticket;
	struct decision d;
	int64_t id = 0;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status =
		desk_load_ticket(desk, &d, asked->ticket, &ticket, problem_out);
	if (status == ST_OK)
		status = record_load(desk->db, d.state, RECORD_CONTACT,
		                     asked->contact);
	if (status == ST_NOT_FOUND)
		return desk_missing(problem_out, "person");
	if (status == ST_OK)
		status = lookup_participant(desk->db, asked->ticket,
		                            asked->contact, &id);
	if (status == ST_OK && id)
		status = record_load(desk->db, d.state, RECORD_PARTICIPANT, id);
	if (status != ST_OK)
		return status;
	if (asked->role == PARTICIPANT_NONE)
		return problem_set(problem_out, ST_INVALID, "role",
		                   "There is no such role.");
	known = id ? state_get(d.state, RECORD_PARTICIPANT, id) : NULL;
	if (!known)
		decide(&d, EV_PARTICIPANT_ADDED, ticket->client, ticket->id,
		       d.now,
		       DATA(participant_added, .ticket = ticket->id,
		            .contact = asked->contact, .role = asked->role));
	else if (known->role != (int64_t)asked->role)
		decide(&d, EV_PARTICIPANT_CHANGED, ticket->client, ticket->id,
		       d.now,
		       DATA(participant_changed, .ticket = ticket->id,
		            .participant = id, .contact = asked->contact,
		            .role = asked->role));
	status = desk_commit(desk, turn, &d, outcome_out);
	outcome_out->ticket = asked->ticket;
	return status;
}

enum status desk_suppression_lift(struct desk *desk, const struct turn *turn,
                                  int64_t id, struct outcome *outcome_out,
                                  struct problem *problem_out)
{
	const struct suppression *suppression;
	struct decision d;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = record_load(desk->db, d.state, RECORD_SUPPRESSION, id);
	if (status == ST_NOT_FOUND)
		return desk_missing(problem_out, "address");
	if (status != ST_OK)
		return status;
	suppression = state_get(d.state, RECORD_SUPPRESSION, id);
	if (suppression->lifted_at)
		return problem_set(problem_out, ST_CONFLICT, "address",
		                   "It may be written to already.");
	decide(&d, EV_SUPPRESSION_LIFTED, 0, suppression->ticket, d.now,
	       DATA(suppression_lifted, .ticket = suppression->ticket,
	            .suppression = id));
	return desk_commit(desk, turn, &d, outcome_out);
}

enum status participants_alive(struct desk *desk, struct decision *d,
                               struct str address)
{
	const struct suppression *suppression;
	int64_t id = 0;
	enum status status =
		lookup_suppression(desk->db, str_lower(d->arena, address), &id);

	if (status == ST_OK && id)
		status =
			record_load(desk->db, d->state, RECORD_SUPPRESSION, id);
	if (status != ST_OK || !id)
		return status;
	suppression = state_get(d->state, RECORD_SUPPRESSION, id);
	decide(d, EV_SUPPRESSION_LIFTED, 0, suppression->ticket, d->now,
	       DATA(suppression_lifted, .ticket = suppression->ticket,
	            .suppression = id));
	return ST_OK;
}

enum status participants_suppress(struct desk *desk, struct decision *d,
                                  const struct ticket *ticket, int64_t message,
                                  struct str address, enum why why,
                                  struct str reason)
{
	struct str lower = str_lower(d->arena, address);
	int64_t known = 0, contact = 0, event;
	enum status status = lookup_suppression(desk->db, lower, &known);

	if (status == ST_OK)
		status = lookup_contact(desk->db, lower, &contact);
	if (status != ST_OK || known || lower.length == 0)
		return status;
	event = decide(
		d, EV_ADDRESS_SUPPRESSED, ticket->client, ticket->id, d->now,
		DATA(address_suppressed, .ticket = ticket->id,
	             .contact = contact, .message = message, .why = why));
	decide_words(d, event, SLOT_ADDRESS, lower);
	decide_words(d, event, SLOT_REASON, reason);
	return ST_OK;
}
