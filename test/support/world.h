/*
 * A whole desk in memory for tests: a store, a desk on it, and a clock that
 * the test sets. Mail is parsed here instead of in the jail; everything else
 * is what the program does.
 */
#ifndef TEST_SUPPORT_WORLD_H
#define TEST_SUPPORT_WORLD_H

#include "desk/clients.h"
#include "desk/desk.h"
#include "desk/mail_in.h"
#include "desk/reply.h"
#include "desk/settings.h"
#include "desk/tickets.h"
#include "store/lookup.h"
#include "store/record.h"
#include "store/view.h"

struct world {
	struct sql_db *db;
	struct desk desk;
	struct arena *arena;
	instant_ms now;
	int64_t actor;
	uint64_t commands; /* so far; the next one's id */
	/* How the next attempts to send go; then all are sent. */
	enum outbound_outcome outcomes[4];
	size_t outcome_count;
	/* A copy out of a Sent folder with that time; 0: mail by LMTP, now. */
	instant_ms sent_at;
	struct problem problem;
};

/* The default agency: Mon-Fri 09:00-13:00, 14:00-18:00 UTC, desk@ours.example.
 */
void world_open(struct world *w, const char *file);
void world_close(struct world *w);
/* A turn with a command id of its own. */
struct turn world_turn(struct world *w);
/* Sets the clock and fires all timers up to it, each as it comes. */
void world_at(struct world *w, const char *instant);
void world_run_until(struct world *w, instant_ms until);
/* Accepts and files a raw mail (LF lines are fine); the message's id, or 0. */
int64_t world_mail(struct world *w, const char *raw);
/* With an envelope sender of its own; "" is the null return path. */
int64_t world_mail_from(struct world *w, const char *sender,
                        const char *recipient, const char *raw);
int64_t world_mail_to(struct world *w, const char *recipient, const char *raw);
/* A reply of the actor; returns the message's id. Still in its undo window. */
int64_t world_reply(struct world *w, int64_t ticket, const char *text);

struct ticket world_ticket(struct world *w, int64_t id);
struct message world_message(struct world *w, int64_t id);
/* The open promise of a kind on a ticket, else the newest; id 0: none. */
struct promise world_promise(struct world *w, int64_t ticket,
                             enum promise_kind kind);
/* Rows equal the fold, the chain verifies, and the mail balances. */
void world_prove(struct world *w);

instant_ms world_instant(const char *text);

#endif
