/* Merging, un-merging, splitting and moving tickets. */
#include "core/flag.h"
#include "core/later.h"
#include "core/promise.h"
#include "core/ticket.h"

/* The earlier obligation of a kind wins; the other is withdrawn, on record. */
static void ticket_merge_promise(struct decision *d, struct promise *promise,
                                 const struct ticket *into)
{
	struct promise *other =
		promise_find(into, (enum promise_kind)promise->kind);

	if (other && other->due_at <= promise->due_at) {
		promise_withdraw(d, promise, WHY_MERGED, d->now);
		return;
	}
	if (other)
		promise_withdraw(d, other, WHY_MERGED, d->now);
	promise_to_ticket(d, promise, into);
}

enum status ticket_merge(struct decision *d, struct ticket *ticket,
                         struct ticket *into, struct problem *problem_out)
{
	struct promise *next;

	if (ticket == into)
		return problem_set(problem_out, ST_INVALID, "into",
		                   "A thread cannot be merged into itself.");
	if (ticket->merged_into || into->merged_into)
		return problem_set(problem_out, ST_CONFLICT, "into",
		                   "One of the two was merged already.");
	if (ticket->client != into->client)
		return problem_set(problem_out, ST_CONFLICT, "into",
		                   "They belong to two clients. Move one of "
		                   "them first.");
	for (struct promise *p = ticket->promises; p; p = next) {
		next = p->next;
		ticket_merge_promise(d, p, into);
	}
	flag_merge_all(d, ticket, into);
	/* What is open does not end by being filed with what is done. */
	if (into->state == TICKET_CLOSED && ticket->state != TICKET_CLOSED)
		ticket_show(d, into, d->now);
	if (!ticket->snoozed_until)
		later_wake(d, into, WAKE_STATE, d->now);
	decide(d, EV_TICKET_MERGED, ticket->client, ticket->id, d->now,
	       DATA(ticket_merged, .ticket = ticket->id, .into = into->id));
	return ST_OK;
}

/* What was withdrawn only for the merge is owed again, each on its own. */
static void ticket_unmerge_promises(struct decision *d,
                                    const struct ticket *ticket,
                                    const struct ticket *from)
{
	struct promise *promise;
	size_t cursor = 0;

	while ((promise = state_next(d->state, RECORD_PROMISE, &cursor))) {
		const struct ticket *owner =
			promise->ticket == ticket->id ? ticket : from;

		if (promise->state == PROMISE_WITHDRAWN &&
		    promise->why == WHY_MERGED &&
		    !promise_find(owner, (enum promise_kind)promise->kind))
			promise_reopen(d, promise);
	}
}

enum status ticket_unmerge(struct decision *d, struct ticket *ticket,
                           struct problem *problem_out)
{
	struct ticket *from = state_ticket(d->state, ticket->merged_into);
	struct promise *next;

	if (!from)
		return problem_set(problem_out, ST_CONFLICT, "ticket",
		                   "It is not merged into another thread.");
	decide(d, EV_TICKET_UNMERGED, ticket->client, ticket->id, d->now,
	       DATA(ticket_unmerged, .ticket = ticket->id, .from = from->id));
	for (struct promise *p = from->promises; p; p = next) {
		next = p->next;
		if (p->origin == ticket->id)
			promise_to_ticket(d, p, ticket);
	}
	flag_unmerge_all(d, ticket, from);
	ticket_unmerge_promises(d, ticket, from);
	flag_reopen_all(d, ticket, WHY_MERGED, 0);
	return ST_OK;
}

/* Splitting off the client's first words would leave an empty thread. */
static enum status ticket_split_allowed(const struct ticket *ticket,
                                        const struct message *message,
                                        struct problem *problem_out)
{
	bool before = false;

	if (!message || message->ticket != ticket->id)
		return problem_set(problem_out, ST_INVALID, "message",
		                   "It is not a message of this thread.");
	if (message->kind != MESSAGE_IN)
		return problem_set(problem_out, ST_INVALID, "message",
		                   "A new thread starts with a message from "
		                   "the client.");
	for (const struct message *m = ticket->newest; m; m = m->older)
		before = before || m->id < message->id;
	if (!before)
		return problem_set(problem_out, ST_INVALID, "message",
		                   "It is the first message: nothing would be "
		                   "left of this thread.");
	return ST_OK;
}

enum status ticket_split(struct decision *d, struct ticket *ticket,
                         int64_t message, struct str subject, int64_t *id_out,
                         struct problem *problem_out)
{
	const struct message *first = state_message(d->state, message);
	enum status status = ticket_split_allowed(ticket, first, problem_out);
	struct ticket *created;
	int64_t id;

	if (status != ST_OK)
		return status;
	id = decide(d, EV_TICKET_OPENED, ticket->client, 0, first->at,
	            DATA(ticket_opened, .contact = first->contact,
	                 .address = ticket->address, .source = SOURCE_MEMBER));
	decide_words(d, id, SLOT_SUBJECT, subject);
	created = state_ticket(d->state, id);
	decide(d, EV_TICKET_TYPED, ticket->client, id, d->now,
	       DATA(ticket_typed, .ticket = id, .type = ticket->type,
	            .playbook = ticket->playbook));
	decide(d, EV_TICKET_SPLIT, ticket->client, id, d->now,
	       DATA(ticket_split, .ticket = id, .from = ticket->id,
	            .message = message));
	if (first->contact)
		decide(d, EV_PARTICIPANT_ADDED, ticket->client, id, first->at,
		       DATA(participant_added, .ticket = id,
		            .contact = first->contact,
		            .role = PARTICIPANT_CLIENT, .message = message));
	/* Only what is still unanswered starts a clock on the new thread. */
	if (created->unanswered > 0) {
		ticket_start_clocks(d, created, message,
		                    created->unanswered_since);
		for (struct promise *p = created->promises; p; p = p->next)
			promise_fire(d, p);
	}
	*id_out = id;
	return ST_OK;
}

enum status ticket_move(struct decision *d, struct ticket *ticket,
                        int64_t client, struct problem *problem_out)
{
	if (ticket->merged_into)
		return problem_set(problem_out, ST_CONFLICT, "ticket",
		                   "It was merged into another thread.");
	if (ticket->client == client)
		return ST_OK;
	decide(d, EV_TICKET_MOVED, client, ticket->id, d->now,
	       DATA(ticket_moved, .ticket = ticket->id, .from = ticket->client,
	            .to = client));
	return ST_OK;
}
