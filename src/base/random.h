/*
 * Numbers that look random and come from a seed: the same seed gives the same
 * numbers on every machine. For the demo, the simulator and tests; never for
 * secrets, which come from node.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* xoshiro256**, its state filled by splitmix64 (Blackman and Vigna). */
struct random {
	uint64_t state[4];
};

struct random random_from(uint64_t seed);
/*
 * A stream of its own for a named purpose, so that drawing more for one does
 * not change another.
 */
struct random random_branch(const struct random *random, uint64_t purpose);

uint64_t random_next(struct random *random);
/* 0 to `bound` - 1, each alike; `bound` is at least 1. */
uint64_t random_below(struct random *random, uint64_t bound);
/* `from` to `to`, both included. */
int64_t random_between(struct random *random, int64_t from, int64_t to);
/* True in `percent` of a hundred. */
bool random_chance(struct random *random, unsigned percent);

#endif
