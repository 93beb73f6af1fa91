/*
 * Which mails belong together, from their ids alone: a mail is in the thread
 * of every id that it names as its own, answers or refers to. Ids that were
 * only ever referred to count, so two answers to a mail that never arrived are
 * one thread, and the order of arrival does not matter: a late mail joins
 * threads that began apart. Subjects are never looked at.
 */
#ifndef CORE_THREAD_H
#define CORE_THREAD_H

#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

struct thread_book;

/* Lives in the arena, which must outlive it. */
struct thread_book *thread_book_new(struct arena *arena);

/*
 * Notes a mail that names these ids; empty ids are left out, and a mail
 * without any stands alone. Ids are copied. Returns the mail's number: 0, 1,
 * 2 in the order of arrival.
 */
size_t thread_add(struct thread_book *book, const struct str *ids,
                  size_t count);

/*
 * The thread of a mail: the number of the earliest mail in it. May change as
 * more mails arrive, and only by joining.
 */
size_t thread_of(struct thread_book *book, size_t mail);

#endif
