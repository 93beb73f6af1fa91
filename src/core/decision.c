#include "core/decision.h"

#include <assert.h>
#include <string.h>

const struct playbook *rules_playbook(const struct rules *rules)
{
	assert(rules->playbook_count > 0);
	return rules->playbooks[rules->playbook_count - 1].playbook;
}

int64_t rules_playbook_version(const struct rules *rules)
{
	assert(rules->playbook_count > 0);
	return rules->playbooks[rules->playbook_count - 1].version;
}

const struct playbook *rules_playbook_at(const struct rules *rules,
                                         int64_t version)
{
	for (size_t i = 0; i < rules->playbook_count; i++) {
		if (rules->playbooks[i].version == version)
			return rules->playbooks[i].playbook;
	}
	return rules_playbook(rules);
}

const struct calendar_history *rules_hours(const struct rules *rules,
                                           int64_t address, int64_t hours)
{
	/*
	 * Calling hours are the desk's own until a client has hours of its
	 * own to meet them with.
	 */
	if (hours == HOURS_CLOCK)
		return NULL;
	for (size_t i = 0; i < rules->desk_count; i++) {
		if (rules->desks[i].address == address)
			return &rules->desks[i].hours;
	}
	return &rules->business;
}

/* Room for one more of `size` bytes in an array that lives in the arena. */
static void *decide_room(struct arena *arena, void *array, size_t count,
                         size_t *capacity, size_t size)
{
	void *grown;

	if (count < *capacity)
		return array;
	*capacity = *capacity ? *capacity * 2 : 16;
	grown = arena_array(arena, *capacity, size);
	if (count > 0)
		memcpy(grown, array, count * size);
	return grown;
}

int64_t decide(struct decision *d, enum event_kind kind, int64_t client,
               int64_t subject, instant_ms at, union event_data data)
{
	struct event *event;

	d->events = decide_room(d->arena, d->events, d->event_count,
	                        &d->event_capacity, sizeof(*d->events));
	event = &d->events[d->event_count++];
	*event = (struct event){
		.seq = d->next_seq++,
		.client = client,
		.kind = kind,
		.subject = subject,
		.actor = d->actor,
		.occurred_at = at,
		.recorded_at = d->now,
		.known_at = d->reconstructed && at < d->now ? at : d->now,
		.cause = d->cause,
		.data = data,
	};
	/* What an event creates is what it is about, unless it says else. */
	if (event->subject == 0)
		event->subject = event->seq;
	if (event->client == 0 && kind == EV_CLIENT_ADDED)
		event->client = event->seq;
	state_apply(d->state, event);
	return event->seq;
}

void decide_words(struct decision *d, int64_t event, enum slot slot,
                  struct str text)
{
	if (text.length == 0)
		return;
	d->contents = decide_room(d->arena, d->contents, d->content_count,
	                          &d->content_capacity, sizeof(*d->contents));
	d->contents[d->content_count++] = (struct content){event, slot, text};
}
