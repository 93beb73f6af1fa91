/*
 * Slowing down whoever guesses. A small table of recent attempts by key (an
 * account, an address of the network); after some free tries each further one
 * must wait twice as long. An attempt counts from when it begins, so guessing
 * in parallel gains nothing. Pure: the caller brings the time.
 */
#ifndef WEB_THROTTLE_H
#define WEB_THROTTLE_H

#include <stdint.h>

#include "base/instant.h"

#define THROTTLE_ROWS 1024u

struct throttle_row {
	uint64_t key; /* 0: free */
	uint32_t tries;
	instant_ms last_at;
	instant_ms free_at; /* when the next try may begin */
};

struct throttle {
	struct throttle_row rows[THROTTLE_ROWS];
};

/*
 * Begins a try and returns 0, or returns how long to wait and counts nothing.
 * `free_tries` may follow each other without a wait.
 */
span_ms throttle_try(struct throttle *throttle, uint64_t key,
                     uint32_t free_tries, instant_ms now);
/* The try was right after all: forget the key. */
void throttle_clear(struct throttle *throttle, uint64_t key);

#endif
