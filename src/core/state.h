/*
 * The one fold. A state is a set of records, loaded from projection rows or
 * grown from nothing; state_apply() changes them as an event says, with no
 * judgement and no configuration, so that the same events give the same rows
 * anywhere. The desk loads the few records that a command needs, the projector
 * writes those that became dirty, and a rebuild folds the whole log.
 *
 * An event may be applied when the records that its data name are loaded, a
 * ticket together with its client, its open promises and its raised flags;
 * TICKET_SPLIT also needs the messages that move. A missing record is a bug of
 * the caller and asserts.
 */
#ifndef CORE_STATE_H
#define CORE_STATE_H

#include "base/arena.h"
#include "core/event.h"
#include "core/record.h"

struct state_entry {
	int64_t id; /* 0: empty */
	void *record;
	bool dirty;
};

struct state_map {
	struct state_entry *entries;
	size_t capacity; /* a power of two, or 0 */
	size_t count;
};

struct state_dirty {
	enum record_type type;
	void *record;
};

struct state {
	struct arena *arena;
	struct state_map maps[RECORD_TYPE_COUNT];
	struct state_dirty *dirty; /* in the order they changed */
	size_t dirty_count, dirty_capacity;
};

void state_init(struct state *state, struct arena *arena);

/* NULL when it is not loaded. */
void *state_get(const struct state *state, enum record_type type, int64_t id);
/*
 * Adds a record as the store has it: `columns` starts with the id. Links
 * promises, flags and messages to their ticket, which must be there first
 * (newest message first). Loading twice returns the record that is there.
 */
void *state_load(struct state *state, enum record_type type,
                 const int64_t *columns);

/* Every loaded record of a type, in no order; start with *cursor 0. */
void *state_next(const struct state *state, enum record_type type,
                 size_t *cursor);

/* Applies one event. */
void state_apply(struct state *state, const struct event *event);
/* Forgets what is dirty, after the projector has written it. */
void state_clean(struct state *state);

/* Typed spellings; NULL when not loaded. */
struct client *state_client(const struct state *state, int64_t id);
/* The one that is left of it after merges, as far as they are loaded. */
struct client *state_owner(const struct state *state, int64_t id);
struct contact *state_contact(const struct state *state, int64_t id);
struct ticket *state_ticket(const struct state *state, int64_t id);
struct message *state_message(const struct state *state, int64_t id);
struct promise *state_promise(const struct state *state, int64_t id);
struct flag *state_flag(const struct state *state, int64_t id);
struct intake *state_intake(const struct state *state, int64_t id);

/*
 * When the promise next wants attention: its warning, its due time, or its
 * next escalation. 0: never as things stand.
 */
instant_ms promise_timer(const struct promise *promise);
/* When the message does: its undo window's end or its next attempt; 0 never. */
instant_ms message_timer(const struct message *message);

#endif
