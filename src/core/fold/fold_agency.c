/*
 * The fold: what the agency says of itself, and who its clients are.
 */
#include "core/fold/fold.h"

void fold_member_added(struct state *state, const struct event *event)
{
	struct member *member = fold_create(state, RECORD_MEMBER, event->seq);

	member->role = event->data.member_added.role;
	member->active = 1;
	member->named_by = event->seq;
	member->added_at = event->occurred_at;
}

void fold_member_changed(struct state *state, const struct event *event)
{
	struct member *member = fold_touch(state, RECORD_MEMBER,
	                                   event->data.member_changed.member);

	member->role = event->data.member_changed.role;
	member->active = event->data.member_changed.active;
	member->named_by = event->seq;
}

void fold_address_added(struct state *state, const struct event *event)
{
	struct address *address =
		fold_create(state, RECORD_ADDRESS, event->seq);

	address->active = event->data.address_added.active;
	address->brand = event->data.address_added.brand;
	address->named_by = event->seq;
}

void fold_address_changed(struct state *state, const struct event *event)
{
	struct address *address = fold_touch(
		state, RECORD_ADDRESS, event->data.address_changed.address);

	address->active = event->data.address_changed.active;
	address->brand = event->data.address_changed.brand;
	address->named_by = event->seq;
}

void fold_contact_erased(struct state *state, const struct event *event)
{
	struct contact *contact = fold_touch(
		state, RECORD_CONTACT, event->data.contact_erased.contact);

	contact->erased = 1;
}

void fold_client_added(struct state *state, const struct event *event)
{
	struct client *client = fold_create(state, RECORD_CLIENT, event->seq);

	client->stage = event->data.client_added.stage;
	client->named_by = event->seq;
	client->first_at = event->occurred_at;
}

void fold_client_changed(struct state *state, const struct event *event)
{
	struct client *client =
		fold_touch(state, RECORD_CLIENT, event->subject);

	client->stage = event->data.client_changed.stage;
	client->named_by = event->seq;
}

/* What waits for an answer at one client waits at the other now. */
static void fold_unanswered_add(struct client *into, const struct client *from)
{
	if (from->unanswered > 0 &&
	    (into->unanswered == 0 ||
	     from->unanswered_since < into->unanswered_since))
		into->unanswered_since = from->unanswered_since;
	into->unanswered += from->unanswered;
	if (from->counted_at > into->counted_at)
		into->counted_at = from->counted_at;
	if (from->last_in_at > into->last_in_at)
		into->last_in_at = from->last_in_at;
	if (from->last_out_at > into->last_out_at)
		into->last_out_at = from->last_out_at;
}

void fold_client_merged(struct state *state, const struct event *event)
{
	struct client *client =
		fold_touch(state, RECORD_CLIENT, event->subject);
	struct client *into = fold_touch(state, RECORD_CLIENT,
	                                 event->data.client_merged.into);

	/* Its own count stays as it is, for the day it is taken apart. */
	client->merged_into = into->id;
	fold_unanswered_add(into, client);
}

void fold_client_unmerged(struct state *state, const struct event *event)
{
	struct client *client =
		fold_touch(state, RECORD_CLIENT, event->subject);
	struct client *from =
		fold_owner(state, event->data.client_unmerged.from);
	/* Answered while they were one: then nothing of either waits. */
	bool answered = from->last_out_at >= client->unanswered_since;

	client->merged_into = 0;
	if (client->unanswered == 0)
		return;
	if (answered) {
		client->unanswered = 0;
		client->unanswered_since = 0;
		client->counted_at = 0;
		return;
	}
	from->unanswered -= client->unanswered < from->unanswered
	                            ? client->unanswered
	                            : from->unanswered;
	if (from->unanswered == 0)
		from->unanswered_since = 0;
}

void fold_contact_added(struct state *state, const struct event *event)
{
	struct contact *contact =
		fold_create(state, RECORD_CONTACT, event->seq);

	contact->client = event->client;
	contact->role = event->data.contact_added.role;
	contact->named_by = event->seq;
}

void fold_contact_changed(struct state *state, const struct event *event)
{
	struct contact *contact = fold_touch(
		state, RECORD_CONTACT, event->data.contact_changed.contact);

	contact->role = event->data.contact_changed.role;
	contact->client = event->data.contact_changed.client;
	contact->named_by = event->seq;
}

void fold_contact_merged(struct state *state, const struct event *event)
{
	struct contact *contact = fold_touch(
		state, RECORD_CONTACT, event->data.contact_merged.contact);

	contact->merged_into = event->data.contact_merged.into;
}

void fold_item_saved(struct state *state, const struct event *event)
{
	int64_t id = event->data.item_saved.item;
	struct item *item = id ? fold_touch(state, RECORD_ITEM, id)
	                       : fold_create(state, RECORD_ITEM, event->seq);

	item->sort = event->data.item_saved.sort;
	item->owner = event->data.item_saved.owner;
	item->shared = event->data.item_saved.shared;
	item->position = event->data.item_saved.position;
	item->active = event->data.item_saved.active;
	item->named_by = event->seq;
}
