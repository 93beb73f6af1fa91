#include "core/thread.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/*
 * A union of sets. Nodes are mails and ids alike; the root of a set is found
 * with path halving, and carries the earliest mail.
 */
#define THREAD_NONE SIZE_MAX

struct thread_node {
	size_t parent;
	size_t earliest; /* mail, THREAD_NONE while only ids are known */
	struct str id;   /* empty for a mail */
	size_t next;     /* in its hash chain */
};

struct thread_book {
	struct arena *arena;
	struct thread_node *nodes;
	size_t count, capacity;
	size_t *chains; /* first node of each hash, THREAD_NONE if none */
	size_t chain_count;
	size_t *mails; /* node of each mail */
	size_t mail_count, mail_capacity;
};

static uint64_t thread_hash(struct str id)
{
	uint64_t hash = 14695981039346656037u;

	for (size_t i = 0; i < id.length; i++)
		hash = (hash ^ (unsigned char)id.text[i]) * 1099511628211u;
	return hash ^ hash >> 29;
}

struct thread_book *thread_book_new(struct arena *arena)
{
	struct thread_book *book = arena_alloc(arena, sizeof(*book));

	book->arena = arena;
	return book;
}

/* Twice the chains, all nodes hung in again. */
static void thread_rehash(struct thread_book *book)
{
	size_t chains = book->chain_count ? book->chain_count * 2 : 64;

	book->chains = arena_array(book->arena, chains, sizeof(*book->chains));
	book->chain_count = chains;
	for (size_t i = 0; i < chains; i++)
		book->chains[i] = THREAD_NONE;
	for (size_t i = 0; i < book->count; i++) {
		struct thread_node *node = &book->nodes[i];
		size_t chain = (size_t)(thread_hash(node->id) % chains);

		if (node->id.length == 0)
			continue;
		node->next = book->chains[chain];
		book->chains[chain] = i;
	}
}

static size_t thread_node_new(struct thread_book *book, struct str id)
{
	size_t index = book->count;

	if (book->count == book->capacity) {
		size_t larger = book->capacity ? book->capacity * 2 : 64;
		struct thread_node *nodes =
			arena_array(book->arena, larger, sizeof(*nodes));

		if (book->count > 0)
			memcpy(nodes, book->nodes,
			       book->count * sizeof(*nodes));
		book->nodes = nodes;
		book->capacity = larger;
	}
	book->nodes[book->count++] = (struct thread_node){
		.parent = index,
		.earliest = THREAD_NONE,
		.id = id.length > 0 ? str_copy(book->arena, id) : id,
		.next = THREAD_NONE,
	};
	if (id.length == 0)
		return index;
	if (book->count > book->chain_count) {
		thread_rehash(book);
		return index;
	}

	assert(book->chain_count > 0);
	size_t chain = (size_t)(thread_hash(id) % book->chain_count);

	book->nodes[index].next = book->chains[chain];
	book->chains[chain] = index;
	return index;
}

static size_t thread_node_of(struct thread_book *book, struct str id)
{
	size_t index = THREAD_NONE;

	if (book->chain_count > 0)
		index = book->chains[thread_hash(id) % book->chain_count];
	while (index != THREAD_NONE && !str_equal(book->nodes[index].id, id))
		index = book->nodes[index].next;
	return index != THREAD_NONE ? index : thread_node_new(book, id);
}

static size_t thread_root(struct thread_book *book, size_t index)
{
	struct thread_node *nodes = book->nodes;

	while (nodes[index].parent != index) {
		nodes[index].parent = nodes[nodes[index].parent].parent;
		index = nodes[index].parent;
	}
	return index;
}

/* The set with the earlier mail takes the other in. */
static void thread_join(struct thread_book *book, size_t a, size_t b)
{
	a = thread_root(book, a);
	b = thread_root(book, b);
	if (a == b)
		return;
	if (book->nodes[b].earliest < book->nodes[a].earliest) {
		size_t swap = a;

		a = b;
		b = swap;
	}
	book->nodes[b].parent = a;
}

size_t thread_add(struct thread_book *book, const struct str *ids, size_t count)
{
	size_t node = thread_node_new(book, STR(""));

	if (book->mail_count == book->mail_capacity) {
		size_t larger =
			book->mail_capacity ? book->mail_capacity * 2 : 64;
		size_t *mails =
			arena_array(book->arena, larger, sizeof(*mails));

		if (book->mail_count > 0)
			memcpy(mails, book->mails,
			       book->mail_count * sizeof(*mails));
		book->mails = mails;
		book->mail_capacity = larger;
	}
	book->nodes[node].earliest = book->mail_count;
	book->mails[book->mail_count] = node;
	for (size_t i = 0; i < count; i++) {
		if (ids[i].length > 0)
			thread_join(book, node, thread_node_of(book, ids[i]));
	}
	return book->mail_count++;
}

size_t thread_of(struct thread_book *book, size_t mail)
{
	size_t earliest;

	assert(mail < book->mail_count);
	earliest = book->nodes[thread_root(book, book->mails[mail])].earliest;
	assert(earliest <= mail);
	return earliest;
}
