/*
 * The desk: every command there is. A command loads what it needs, lets core
 * decide, appends the events and projects them, inside the caller's
 * transaction; it refuses before it writes. The same command serves an agent,
 * a mail and, one day, the portal.
 *
 * A command carries a 128-bit id chosen by who asks. Carried out before, it is
 * not carried out again: its first answer is given.
 *
 * A desk belongs to one thread, the writer's.
 */
#ifndef DESK_DESK_H
#define DESK_DESK_H

#include "base/arena.h"
#include "core/decision.h"
#include "desk/agency.h"
#include "store/log.h"
#include "store/sql.h"

/* What the desk must not have itself: randomness, and the system's zones. */
struct desk_ports {
	void (*fill_random)(void *bytes, size_t length);
	enum status (*load_zone)(struct arena *arena, struct str name,
	                         const struct zone **zone_out,
	                         struct problem *problem_out);
};

struct desk {
	struct sql_db *db;
	struct desk_ports ports;
	struct log_end end; /* of the log, as this transaction sees it */
	struct agency *agency;
	bool agency_changed; /* by a command of this transaction */
	int64_t indexed;     /* for search, up to this event */
	bool index_later;    /* the caller ends its batch with desk_index() */
	/*
	 * What our receiving mail server calls itself in
	 * Authentication-Results; empty: none vouches for senders.
	 */
	struct str authserv;
	/* No tokens in our addresses: the mail server takes no "desk+...". */
	bool plain_addresses;
};

/* One turn: who asks, when, and the memory it may use. */
struct turn {
	struct arena *arena;
	instant_ms now;
	int64_t actor; /* member; 0: Holdfast itself, or a mail */
	unsigned char command[EVENT_COMMAND_BYTES];
};

/* What a command did: the ids that its events name. */
struct outcome {
	int64_t seq; /* of the log afterwards */
	int64_t client;
	int64_t ticket;
	int64_t message;
	int64_t record; /* what it created otherwise: a contact, a member ... */
	bool repeated;  /* it had been carried out before */
};

/* Reads where the log ends and the agency's facts. */
CHECKED enum status desk_open(struct desk *desk, struct sql_db *db,
                              const struct desk_ports *ports,
                              struct problem *problem_out);
void desk_close(struct desk *desk);
/* Makes what was said since the last time searchable. */
CHECKED enum status desk_index(struct desk *desk);

/* -- For the command files of this folder ------------------------------- */

/*
 * Starts a decision. True when the command was carried out before: then
 * `outcome` has its answer and there is nothing to do (or `status` says what
 * went wrong).
 */
bool desk_begin(struct desk *desk, const struct turn *turn,
                struct decision *decision_out, struct outcome *outcome_out,
                enum status *status_out);
/* Appends and projects what was decided. */
CHECKED enum status desk_commit(struct desk *desk, const struct turn *turn,
                                struct decision *decision,
                                struct outcome *outcome_out);
/* Loads a ticket with all that belongs to it, or says that there is none. */
CHECKED enum status desk_load_ticket(struct desk *desk,
                                     struct decision *decision, int64_t id,
                                     struct ticket **ticket_out,
                                     struct problem *problem_out);
/* "There is no such thing", for that field. */
enum status desk_missing(struct problem *problem_out, const char *field);

#endif
