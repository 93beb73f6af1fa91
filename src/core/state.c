#include "core/state.h"

#include <assert.h>
#include <string.h>

#include "core/fold/fold.h"

#define STATE_MAP_CAPACITY_FIRST 16

void state_init(struct state *state, struct arena *arena)
{
	*state = (struct state){.arena = arena};
}

static size_t state_slot(const struct state_map *map, int64_t id)
{
	/* Fibonacci hashing: ids are runs of small integers. */
	uint64_t hash = (uint64_t)id * 0x9e3779b97f4a7c15u;
	size_t slot = (size_t)(hash >> 32) & (map->capacity - 1);

	while (map->entries[slot].id != 0 && map->entries[slot].id != id)
		slot = (slot + 1) & (map->capacity - 1);
	return slot;
}

static struct state_entry *state_entry(const struct state *state,
                                       enum record_type type, int64_t id)
{
	const struct state_map *map = &state->maps[type];
	struct state_entry *entry;

	if (map->capacity == 0)
		return NULL;
	entry = &map->entries[state_slot(map, id)];
	return entry->id == id ? entry : NULL;
}

static void state_map_grow(struct state *state, struct state_map *map)
{
	struct state_map grown = {.count = map->count};

	grown.capacity =
		map->capacity ? map->capacity * 2 : STATE_MAP_CAPACITY_FIRST;
	grown.entries = arena_array(state->arena, grown.capacity,
	                            sizeof(*grown.entries));
	for (size_t i = 0; i < map->capacity; i++) {
		if (map->entries[i].id != 0)
			grown.entries[state_slot(&grown, map->entries[i].id)] =
				map->entries[i];
	}
	*map = grown;
}

static struct state_entry *state_insert(struct state *state,
                                        enum record_type type, int64_t id)
{
	struct state_map *map = &state->maps[type];
	struct state_entry *entry;

	assert(id > 0);
	if ((map->count + 1) * 2 > map->capacity)
		state_map_grow(state, map);
	entry = &map->entries[state_slot(map, id)];
	assert(entry->id == 0);
	map->count++;
	entry->id = id;
	entry->record = arena_alloc(state->arena, record_shapes[type].bytes);
	*(int64_t *)entry->record = id;
	return entry;
}

static void state_mark(struct state *state, enum record_type type,
                       struct state_entry *entry)
{
	if (entry->dirty)
		return;
	if (state->dirty_count == state->dirty_capacity) {
		size_t capacity =
			state->dirty_capacity ? state->dirty_capacity * 2 : 32;
		struct state_dirty *dirty =
			arena_array(state->arena, capacity, sizeof(*dirty));

		if (state->dirty_count > 0)
			memcpy(dirty, state->dirty,
			       state->dirty_count * sizeof(*dirty));
		state->dirty = dirty;
		state->dirty_capacity = capacity;
	}
	entry->dirty = true;
	state->dirty[state->dirty_count++] =
		(struct state_dirty){type, entry->record};
}

void *state_get(const struct state *state, enum record_type type, int64_t id)
{
	struct state_entry *entry = id ? state_entry(state, type, id) : NULL;

	return entry ? entry->record : NULL;
}

void *state_next(const struct state *state, enum record_type type,
                 size_t *cursor)
{
	const struct state_map *map = &state->maps[type];

	while (*cursor < map->capacity) {
		const struct state_entry *entry = &map->entries[(*cursor)++];

		if (entry->id != 0)
			return entry->record;
	}
	return NULL;
}

void *fold_touch(struct state *state, enum record_type type, int64_t id)
{
	struct state_entry *entry = state_entry(state, type, id);

	assert(entry);
	state_mark(state, type, entry);
	return entry->record;
}

void *fold_create(struct state *state, enum record_type type, int64_t id)
{
	struct state_entry *entry = state_insert(state, type, id);

	state_mark(state, type, entry);
	return entry->record;
}

void state_clean(struct state *state)
{
	for (size_t i = 0; i < state->dirty_count; i++) {
		int64_t id = *(int64_t *)state->dirty[i].record;
		enum record_type type = state->dirty[i].type;

		state_entry(state, type, id)->dirty = false;
		if (type == RECORD_TICKET) {
			struct ticket *ticket = state->dirty[i].record;

			ticket->was_rank = ticket->rank;
			ticket->was_type = ticket->type;
			ticket->was_assignee = ticket->assignee;
			ticket->was_snoozed = ticket->snoozed_until;
		}
	}
	state->dirty_count = 0;
}

static void state_link(struct state *state, enum record_type type, void *record)
{
	if (type == RECORD_PROMISE) {
		struct promise *promise = record;
		struct ticket *ticket = state_ticket(state, promise->ticket);

		if (ticket && promise->state == PROMISE_OPEN) {
			promise->next = ticket->promises;
			ticket->promises = promise;
		}
	} else if (type == RECORD_FLAG) {
		struct flag *flag = record;
		struct ticket *ticket = state_ticket(state, flag->ticket);

		if (ticket && flag->cleared_at == 0) {
			flag->next = ticket->flags;
			ticket->flags = flag;
		}
	} else if (type == RECORD_MESSAGE) {
		struct message *message = record;
		struct ticket *ticket = state_ticket(state, message->ticket);
		struct message **tail = ticket ? &ticket->newest : NULL;

		while (tail && *tail && (*tail)->id > message->id)
			tail = &(*tail)->older;
		if (tail) {
			message->older = *tail;
			*tail = message;
		}
	}
}

void *state_load(struct state *state, enum record_type type,
                 const int64_t *columns)
{
	struct state_entry *entry = state_entry(state, type, columns[0]);

	if (entry)
		return entry->record;
	entry = state_insert(state, type, columns[0]);
	memcpy(entry->record, columns,
	       record_shapes[type].columns * sizeof(int64_t));
	if (type == RECORD_TICKET) {
		struct ticket *ticket = entry->record;

		ticket->was_rank = ticket->rank;
		ticket->was_type = ticket->type;
		ticket->was_assignee = ticket->assignee;
		ticket->was_snoozed = ticket->snoozed_until;
	}
	state_link(state, type, entry->record);
	return entry->record;
}

struct client *state_client(const struct state *state, int64_t id)
{
	return state_get(state, RECORD_CLIENT, id);
}

struct client *state_owner(const struct state *state, int64_t id)
{
	struct client *client = state_client(state, id);

	for (int hops = 0; client && client->merged_into && hops < 16; hops++) {
		struct client *into = state_client(state, client->merged_into);

		if (!into)
			break;
		client = into;
	}
	return client;
}

struct contact *state_contact(const struct state *state, int64_t id)
{
	return state_get(state, RECORD_CONTACT, id);
}

struct ticket *state_ticket(const struct state *state, int64_t id)
{
	return state_get(state, RECORD_TICKET, id);
}

struct message *state_message(const struct state *state, int64_t id)
{
	return state_get(state, RECORD_MESSAGE, id);
}

struct promise *state_promise(const struct state *state, int64_t id)
{
	return state_get(state, RECORD_PROMISE, id);
}

struct flag *state_flag(const struct state *state, int64_t id)
{
	return state_get(state, RECORD_FLAG, id);
}

struct intake *state_intake(const struct state *state, int64_t id)
{
	return state_get(state, RECORD_INTAKE, id);
}

instant_ms promise_timer(const struct promise *promise)
{
	if (promise->state != PROMISE_OPEN || !promise->running ||
	    promise->held_by)
		return 0;
	if (promise->broken_at)
		return promise->escalate_at;
	if (promise->warn_at && !promise->warned_at &&
	    promise->warn_at < promise->due_at)
		return promise->warn_at;
	return promise->due_at;
}

instant_ms message_timer(const struct message *message)
{
	switch ((enum delivery)message->delivery) {
	case DELIVERY_UNDO:
	case DELIVERY_QUEUED:
	case DELIVERY_SENDING:
	case DELIVERY_DEFERRED:
	case DELIVERY_UNKNOWN:
	case DELIVERY_SCHEDULED:
	case DELIVERY_FIRM:
		return message->until_at;
	case DELIVERY_NONE:
	case DELIVERY_SENT:
	case DELIVERY_FAILED:
	case DELIVERY_UNDONE:
	case DELIVERY_CANCELLED:
	case DELIVERY_COUNT:
		break;
	}
	return 0;
}
