/*
 * Events: everything that happens, as facts and as conclusions from them.
 * Rebuild applies both and never decides again. Data are integers only: ids,
 * enums, spans and instants; words are content rows.
 */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/instant.h"
#include "base/str.h"
#include "core/event_data.h"
#include "core/event_kinds.h"

enum event_kind {
	EV_NONE = 0,
#define E(number, symbol, member, class) EV_##symbol = number,
	EVENT_KINDS(E)
#undef E
};

enum event_class { EVENT_FACT = 1, EVENT_CONCLUSION = 2 };

#define EVENT_COMMAND_BYTES 16

struct event {
	int64_t seq;    /* also the id of the record that it creates */
	int64_t client; /* 0: the agency */
	enum event_kind kind;
	int64_t subject; /* the ticket, or the record it is about */
	int64_t actor;   /* member; 0: Holdfast, or somebody outside */
	instant_ms occurred_at, recorded_at, known_at;
	int64_t cause;
	unsigned char command[EVENT_COMMAND_BYTES];
	int64_t position;
	union event_data data;
};

/* What the table says of a kind; NULL for a number that is none. */
struct event_type {
	const char *name; /* "ticket_opened" */
	enum event_class class;
	size_t fields; /* how many of data.field it uses */
};
const struct event_type *event_type(int64_t kind);

/* Data as stored: integers with spaces between, trailing zeroes left out. */
#define EVENT_DATA_TEXT_MAX (EVENT_FIELDS_MAX * 21 + 1)
size_t event_data_print(const struct event *event,
                        char text_out[EVENT_DATA_TEXT_MAX]);
/* False: not integers, or more than there is room for. */
bool event_data_parse(struct str text, union event_data *data_out);

#endif
