/*
 * Rows live in buckets of eight, found by the key's low bits; a full bucket
 * gives up the row that was quiet for longest. Keys are keyed hashes, so
 * nobody can aim at a bucket.
 */
#include "web/throttle.h"

#include <stdbool.h>
#include <stddef.h>

#define BUCKET_ROWS 8u
#define WAIT_FIRST  SPAN_SECOND
#define WAIT_MAX    (5 * SPAN_MINUTE)
#define FORGET      (15 * SPAN_MINUTE)

static struct throttle_row *throttle_bucket(struct throttle *throttle,
                                            uint64_t key)
{
	size_t buckets = THROTTLE_ROWS / BUCKET_ROWS;

	return &throttle->rows[(size_t)(key % buckets) * BUCKET_ROWS];
}

/* The key's row, or the one to give up for it. */
static struct throttle_row *throttle_row(struct throttle *throttle,
                                         uint64_t key)
{
	struct throttle_row *bucket = throttle_bucket(throttle, key);
	struct throttle_row *oldest = bucket;

	for (size_t i = 0; i < BUCKET_ROWS; i++) {
		if (bucket[i].key == key)
			return &bucket[i];
		if (bucket[i].last_at < oldest->last_at)
			oldest = &bucket[i];
	}
	return oldest;
}

static span_ms throttle_wait(uint32_t tries, uint32_t free_tries)
{
	uint32_t over = tries > free_tries ? tries - free_tries : 0;

	if (over == 0)
		return 0;
	if (over > 16)
		return WAIT_MAX;

	span_ms wait = WAIT_FIRST << (over - 1);

	return wait < WAIT_MAX ? wait : WAIT_MAX;
}

span_ms throttle_try(struct throttle *throttle, uint64_t key,
                     uint32_t free_tries, instant_ms now)
{
	struct throttle_row *row = throttle_row(throttle, key);

	if (row->key != key || now - row->last_at > FORGET)
		*row = (struct throttle_row){.key = key};
	/* A clock that stepped back must not lock anybody out for long. */
	if (row->free_at > now && row->free_at - now <= WAIT_MAX)
		return row->free_at - now;
	if (row->tries < UINT32_MAX)
		row->tries++;
	row->last_at = now;
	row->free_at = now + throttle_wait(row->tries, free_tries - 1);
	return 0;
}

void throttle_clear(struct throttle *throttle, uint64_t key)
{
	struct throttle_row *row = throttle_row(throttle, key);

	if (row->key == key)
		*row = (struct throttle_row){0};
}
