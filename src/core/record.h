/*
 * Records: what the fold makes of events, and what the projection tables hold.
 * A record is a run of integers, the same in C, SQL and (under their JSON
 * names) the API. Words are found through the event that carries them: the
 * client's name is the SLOT_NAME of the event `named_by`.
 *
 * Each list below is the one declaration of a record: number, column. The
 * struct, the SQL and the row reader are made from it.
 */
#ifndef CORE_RECORD_H
#define CORE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/instant.h"
#include "core/states.h"

/* clang-format off */
#define MEMBER_COLUMNS(C) C(2, role) C(3, active) C(4, named_by) C(5, added_at)

/* brand: the item that mail to and from it wears; 0: none. */
#define ADDRESS_COLUMNS(C) C(2, active) C(3, named_by) C(4, brand)

/* unanswered: inbound human messages since the last human word from us, those
 * within the playbook's window counting once; unanswered_since is the first. */
#define CLIENT_COLUMNS(C) \
	C(2, stage) C(3, named_by) C(4, first_at) C(5, last_in_at) \
	C(6, last_out_at) C(7, unanswered) C(8, unanswered_since) \
	C(9, counted_at) C(10, merged_into) C(11, open_tickets)

/* away_until: as their out-of-office answer says; 0: not known to be away. */
#define CONTACT_COLUMNS(C) \
	C(2, client) C(3, named_by) C(4, role) C(5, last_at) C(6, merged_into) \
	C(7, erased) C(8, away_until)

/* rank and rank_at order the inbox: enum rank, then the next due time;
 * snoozed_by is the event that put it aside until snoozed_until. */
#define TICKET_COLUMNS(C) \
	C(2, client) C(3, contact) C(4, address) C(5, subject_by) C(6, state) \
	C(7, why) C(8, type) C(9, type_by) C(10, playbook) C(11, assignee) \
	C(12, opened_at) C(13, last_at) C(14, last_in_at) C(15, last_out_at) \
	C(16, unanswered) C(17, unanswered_since) C(18, messages) \
	C(19, attachments) C(20, newest_message) C(21, newest_in) \
	C(22, closed_at) C(23, merged_into) C(24, undelivered) C(25, points) \
	C(26, clock_promise) C(27, rank) C(28, rank_at) \
	C(29, snoozed_until) C(30, snoozed_by)

/* used: working time spent before `since`, when it began to run or to pause. */
#define PROMISE_COLUMNS(C) \
	C(2, client) C(3, ticket) C(4, origin) C(5, kind) C(6, rule) \
	C(7, playbook) C(8, hours) C(9, target) C(10, warn_before) \
	C(11, started_at) C(12, used) C(13, since) C(14, due_at) \
	C(15, warn_at) C(16, state) C(17, warned_at) C(18, broken_at) \
	C(19, level) C(20, escalate_at) C(21, ended_at) C(22, evidence) \
	C(23, why) C(24, owner) C(25, held_by) C(26, message) C(27, flag) \
	C(28, running)

#define FLAG_COLUMNS(C) \
	C(2, client) C(3, ticket) C(4, message) C(5, rule) C(6, cond) \
	C(7, points) C(8, signal) C(9, playbook) C(10, raised_at) \
	C(11, actor) C(12, cleared_at) C(13, why) C(14, origin)

/* origin: the ticket it came in on; differs from ticket after a split.
 * aside: ours, and to nobody of the client: it answers nothing of theirs. */
#define MESSAGE_COLUMNS(C) \
	C(2, client) C(3, ticket) C(4, origin) C(5, kind) C(6, contact) \
	C(7, member) C(8, at) C(9, automatic) C(10, intake) C(11, raw) \
	C(12, attachments) C(13, has_html) C(14, counts) C(15, verified) \
	C(16, answers) C(17, address) C(18, delivery) C(19, until_at) \
	C(20, attempts) C(21, then_do) C(22, outward) C(23, spoke) \
	C(24, failed_by) C(25, unknowns) C(26, aside)

#define SIGNAL_COLUMNS(C) \
	C(2, client) C(3, ticket) C(4, message) C(5, kind) C(6, strength) \
	C(7, span_start) C(8, span_end) C(9, at)

#define PARTICIPANT_COLUMNS(C) C(2, ticket) C(3, contact) C(4, role) C(5, message)

#define INTAKE_COLUMNS(C) \
	C(2, raw) C(3, address) C(4, size) C(5, source) C(6, state) \
	C(7, message) C(8, attempts) C(9, at) C(10, why)

/* A setting of a sort that people keep several of; enum item_sort. */
#define ITEM_COLUMNS(C) \
	C(2, sort) C(3, owner) C(4, shared) C(5, position) C(6, active) \
	C(7, named_by)

/* An address that is not to be written to; enum why. It is a word of the
 * event of that id. */
#define SUPPRESSION_COLUMNS(C) \
	C(2, ticket) C(3, contact) C(4, message) C(5, why) C(6, at) \
	C(7, lifted_at)

/* Who follows a ticket; mentioned: the newest message that names them. */
#define FOLLOWER_COLUMNS(C) C(2, ticket) C(3, member) C(4, following) C(5, mentioned)

/*
 * What a member is told: about, the event; message, the newest from the client
 * then; origin, the first of those told of the same. rise_at is of that one alone.
 */
#define NOTICE_COLUMNS(C) \
	C(2, ticket) C(3, member) C(4, kind) C(5, level) C(6, promise) \
	C(7, message) C(8, about) C(9, origin) C(10, at) C(11, seen_at) \
	C(12, acknowledged_at) C(13, rise_at)

#define RECORD_TYPES(R) \
	R(MEMBER, member, MEMBER_COLUMNS) \
	R(ADDRESS, address, ADDRESS_COLUMNS) \
	R(CLIENT, client, CLIENT_COLUMNS) \
	R(CONTACT, contact, CONTACT_COLUMNS) \
	R(TICKET, ticket, TICKET_COLUMNS) \
	R(PROMISE, promise, PROMISE_COLUMNS) \
	R(FLAG, flag, FLAG_COLUMNS) \
	R(MESSAGE, message, MESSAGE_COLUMNS) \
	R(SIGNAL, signal, SIGNAL_COLUMNS) \
	R(PARTICIPANT, participant, PARTICIPANT_COLUMNS) \
	R(INTAKE, intake, INTAKE_COLUMNS) \
	R(ITEM, item, ITEM_COLUMNS) \
	R(SUPPRESSION, suppression, SUPPRESSION_COLUMNS) \
	R(FOLLOWER, follower, FOLLOWER_COLUMNS) \
	R(NOTICE, notice, NOTICE_COLUMNS)
/* clang-format on */

enum record_type {
#define R(symbol, name, columns) RECORD_##symbol,
	RECORD_TYPES(R)
#undef R
		RECORD_TYPE_COUNT
};

#define RECORD_FIELD(number, column) int64_t column;

struct member {
	int64_t id;
	MEMBER_COLUMNS(RECORD_FIELD)
};
struct address {
	int64_t id;
	ADDRESS_COLUMNS(RECORD_FIELD)
};
struct client {
	int64_t id;
	CLIENT_COLUMNS(RECORD_FIELD)
};
struct contact {
	int64_t id;
	CONTACT_COLUMNS(RECORD_FIELD)
};
struct promise {
	int64_t id;
	PROMISE_COLUMNS(RECORD_FIELD)
	struct promise *next; /* of the ticket's open promises */
};
struct flag {
	int64_t id;
	FLAG_COLUMNS(RECORD_FIELD)
	struct flag *next; /* of the ticket's raised flags */
};
struct message {
	int64_t id;
	MESSAGE_COLUMNS(RECORD_FIELD)
	struct message *older; /* of the ticket's, those that are loaded */
};
struct ticket {
	int64_t id;
	TICKET_COLUMNS(RECORD_FIELD)
	struct promise *promises; /* open ones */
	struct flag *flags;       /* raised ones */
	struct message *newest;   /* those that are loaded */
	/* As stored, for the tally and its timer: what it was before. */
	int64_t was_rank, was_type, was_assignee, was_snoozed;
};
struct signal {
	int64_t id;
	SIGNAL_COLUMNS(RECORD_FIELD)
};
struct participant {
	int64_t id;
	PARTICIPANT_COLUMNS(RECORD_FIELD)
};
struct intake {
	int64_t id;
	INTAKE_COLUMNS(RECORD_FIELD)
};

struct item {
	int64_t id;
	ITEM_COLUMNS(RECORD_FIELD)
};

struct suppression {
	int64_t id;
	SUPPRESSION_COLUMNS(RECORD_FIELD)
};

struct follower {
	int64_t id;
	FOLLOWER_COLUMNS(RECORD_FIELD)
};
struct notice {
	int64_t id;
	NOTICE_COLUMNS(RECORD_FIELD)
};

#define RECORD_COUNT_ONE(number, column) +1
#define RECORD_COLUMNS_MAX               32

/* How to treat any record alike: its stored integers come first. */
struct record_shape {
	const char *name;
	size_t columns; /* with the id */
	size_t bytes;   /* of the struct */
};
extern const struct record_shape record_shapes[RECORD_TYPE_COUNT];

#endif
