/*
 * A decision in the making: rules look at the state and emit events, and each
 * event is applied at once, so that the next rule sees what the former one
 * concluded. Nothing here does I/O: the clock, the next free seq and the
 * agency's rules are handed in.
 *
 * A rule that refuses does so before its first event, with a status and a
 * problem; a decision with events is always complete.
 */
#ifndef CORE_DECISION_H
#define CORE_DECISION_H

#include "base/status.h"
#include "core/content.h"
#include "core/event.h"
#include "core/playbook/playbook.h"
#include "core/state.h"
#include "core/time/calendar.h"
#include "core/time/clock.h"

/* A playbook by the seq of the event that saved it. */
struct playbook_version {
	int64_t version;
	const struct playbook *playbook;
};

/* Working hours of what came to one of our addresses: its brand's. */
struct rules_desk {
	int64_t address;
	struct calendar_history hours;
};

/* What the agency has decided that decisions depend on. */
struct rules {
	const struct playbook_version *playbooks; /* ascending; never empty */
	size_t playbook_count;
	struct calendar_history business;
	const struct rules_desk *desks; /* those with hours of their own */
	size_t desk_count;
	span_ms undo_ms; /* how long a reply can be taken back */
};

/* The newest playbook, and its version. */
const struct playbook *rules_playbook(const struct rules *rules);
int64_t rules_playbook_version(const struct rules *rules);
/* The one that a running instance is pinned to; the newest if it is gone. */
const struct playbook *rules_playbook_at(const struct rules *rules,
                                         int64_t version);
/*
 * The hours of that sort for what came to one of our addresses (0: none of
 * them). NULL: around the clock.
 */
const struct calendar_history *rules_hours(const struct rules *rules,
                                           int64_t address, int64_t hours);

struct decision {
	struct arena *arena;
	struct state *state;
	const struct rules *rules;
	instant_ms now;
	int64_t actor; /* member, or 0 */
	int64_t next_seq;
	int64_t cause; /* event that the next ones follow from */
	/* History: what happened was known when it happened. */
	bool reconstructed;
	struct event *events;
	size_t event_count, event_capacity;
	struct content *contents;
	size_t content_count, content_capacity;
};

/*
 * Emits and applies an event that occurred at `at`; returns its seq, which is
 * also the id of what it creates. `data` is a union event_data literal.
 */
int64_t decide(struct decision *d, enum event_kind kind, int64_t client,
               int64_t subject, instant_ms at, union event_data data);
/* Gives the event words; empty text is left out. */
void decide_words(struct decision *d, int64_t event, enum slot slot,
                  struct str text);

#define DATA(member, ...)                                                      \
	(union event_data)                                                     \
	{                                                                      \
		.member = { __VA_ARGS__ }                                      \
	}

#endif
