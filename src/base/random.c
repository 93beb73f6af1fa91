#include "base/random.h"

#include <assert.h>

static uint64_t random_mix(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

struct random random_from(uint64_t seed)
{
	struct random random;

	for (int i = 0; i < 4; i++)
		random.state[i] = random_mix(&seed);
	return random;
}

struct random random_branch(const struct random *random, uint64_t purpose)
{
	return random_from(random->state[0] ^ random_mix(&purpose));
}

static uint64_t random_turn(uint64_t x, int by)
{
	return (x << by) | (x >> (64 - by));
}

uint64_t random_next(struct random *random)
{
	uint64_t *s = random->state;
	uint64_t result = random_turn(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = random_turn(s[3], 45);
	return result;
}

uint64_t random_below(struct random *random, uint64_t bound)
{
	uint64_t odd, value;

	assert(bound > 0);
	/* What does not divide evenly is drawn again. */
	odd = (UINT64_MAX - bound + 1) % bound;
	do {
		value = random_next(random);
	} while (value < odd);
	return value % bound;
}

int64_t random_between(struct random *random, int64_t from, int64_t to)
{
	assert(from <= to);
	return from + (int64_t)random_below(random, (uint64_t)(to - from) + 1);
}

bool random_chance(struct random *random, unsigned percent)
{
	return random_below(random, 100) < percent;
}
