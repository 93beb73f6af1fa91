#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Small first block: most turns never need a second. */
#define ARENA_BLOCK_BYTES ((size_t)16 << 10)

struct block {
	struct block *next;
	size_t size;
	size_t used;
	alignas(max_align_t) unsigned char bytes[];
};

struct arena {
	struct block *first;
	struct block *current;
	size_t bytes_max;
	size_t bytes_used;
};

static struct block *arena_block(size_t size)
{
	struct block *block = malloc(sizeof(*block) + size);

	if (!block) {
		fputs("holdfast: out of memory\n", stderr);
		abort();
	}
	/* Zeroed piece by piece as it is given out: most of it never is. */
	*block = (struct block){.size = size};
	return block;
}

struct arena *arena_new(size_t bytes_max)
{
	struct arena *arena = calloc(1, sizeof(*arena));

	if (!arena)
		abort();
	arena->bytes_max = bytes_max;
	arena->first = arena->current = arena_block(ARENA_BLOCK_BYTES);
	return arena;
}

static void arena_free_blocks(struct block *block)
{
	while (block) {
		struct block *next = block->next;

		free(block);
		block = next;
	}
}

void arena_free(struct arena **arena)
{
	if (!*arena)
		return;
	arena_free_blocks((*arena)->first);
	free(*arena);
	*arena = NULL;
}

void arena_clear(struct arena *arena)
{
	struct block *first = arena->first;

	arena_free_blocks(first->next);
	first->next = NULL;
	first->used = 0;
	arena->current = first;
	arena->bytes_used = 0;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
	size_t align = alignof(max_align_t);
	size_t rounded;

	assert(bytes <= arena->bytes_max);
	rounded = (bytes + align - 1) / align * align;
	if (rounded == 0)
		rounded = align;
	arena->bytes_used += rounded;
	if (arena->bytes_used > arena->bytes_max) {
		fputs("holdfast: a turn used more memory than its arena "
		      "allows\n",
		      stderr);
		abort();
	}
	if (arena->current->size - arena->current->used < rounded) {
		size_t size = arena->current->size * 2;

		if (size > (size_t)4 << 20)
			size = (size_t)4 << 20;
		if (size < rounded)
			size = rounded;
		arena->current->next = arena_block(size);
		arena->current = arena->current->next;
	}

	void *memory = arena->current->bytes + arena->current->used;

	arena->current->used += rounded;
	return memset(memory, 0, rounded);
}

void *arena_array(struct arena *arena, size_t count, size_t bytes)
{
	size_t total;

	if (__builtin_mul_overflow(count, bytes, &total))
		abort();
	return arena_alloc(arena, total);
}
