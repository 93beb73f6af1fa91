/*
 * Memory that dies with its turn: one arena a request, a message or a timer
 * turn. Allocation never fails visibly: the system being out of memory, or the
 * arena's cap being reached, aborts. What a stranger can make big is refused
 * by a named limit before it is allocated here.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena;

/* `bytes_max` is the backstop for everything allocated from it. */
struct arena *arena_new(size_t bytes_max);
/* Frees all memory; sets *arena to NULL. NULL is fine. */
void arena_free(struct arena **arena);
/* Keeps the first block and forgets the rest, for reuse in a loop. */
void arena_clear(struct arena *arena);

/* Zeroed and aligned for any type. */
void *arena_alloc(struct arena *arena, size_t bytes);
/* `count * bytes`, checked for overflow. */
void *arena_array(struct arena *arena, size_t count, size_t bytes);

#endif
