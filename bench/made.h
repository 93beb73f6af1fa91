/*
 * Workspaces made by the desk's own commands, without jail, network and
 * waiting for each commit: a million tickets in minutes. What such a workspace
 * holds was decided, logged and projected as real mail is.
 */
#ifndef BENCH_MADE_H
#define BENCH_MADE_H

#include "base/arena.h"
#include "bench.h"
#include "desk/desk.h"
#include "served.h"

struct made {
	struct sql_db *db;
	struct desk desk;
	struct arena *arena;
	struct bench_random random;
	instant_ms now;
	int64_t member;
	uint64_t commands;
	size_t batched; /* commands since the last commit */
};

/* A new workspace at served->file. */
void made_open(struct made *made, struct served *served);
/*
 * Mail from one of `clients` companies: a new thread for `answers` 0, else an
 * answer to the mail of that number. Numbers are the caller's, from 1. Gives
 * the ticket.
 */
int64_t made_mail(struct made *made, int64_t number, int64_t answers,
                  uint32_t clients);
void made_close_ticket(struct made *made, int64_t ticket);
void made_assign(struct made *made, int64_t ticket);
/* Commits what is left. */
void made_end(struct made *made);

/*
 * `tickets` threads of one mail each and one more of 20 (the first), 2 of 5
 * closed, 1 of 4 assigned, over `tickets` / 200 companies.
 */
void made_fill(struct served *served, int64_t tickets);

#endif
