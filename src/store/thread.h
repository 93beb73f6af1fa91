/*
 * One conversation for reading: its messages with their words, what was
 * noticed in them, who is on it, what was promised. Readers only.
 */
#ifndef STORE_THREAD_H
#define STORE_THREAD_H

#include "base/arena.h"
#include "core/content.h"
#include "core/record.h"
#include "store/sql.h"

#define THREAD_MESSAGES_MAX 2000

/* A message and those of its words that a conversation shows: no HTML. */
struct thread_message {
	struct message message; /* its pointer is NULL */
	struct str words[SLOT_COUNT];
};

/* Oldest first; the newest THREAD_MESSAGES_MAX when there are more. */
CHECKED enum status thread_messages(struct sql_db *db, struct arena *arena,
                                    int64_t ticket,
                                    struct thread_message **messages_out,
                                    size_t *count_out);
/* One message, whichever ticket it is on. ST_NOT_FOUND. */
CHECKED enum status thread_message(struct sql_db *db, struct arena *arena,
                                   int64_t id,
                                   struct thread_message *message_out);
/* What was noticed in the ticket's messages, in order. */
CHECKED enum status thread_signals(struct sql_db *db, struct arena *arena,
                                   int64_t ticket, struct signal **signals_out,
                                   size_t *count_out);

struct thread_person {
	int64_t contact, role, client;
	struct str name, address;
};
CHECKED enum status thread_people(struct sql_db *db, struct arena *arena,
                                  int64_t ticket,
                                  struct thread_person **people_out,
                                  size_t *count_out);

/* All promises of the ticket, newest first; open ones before ended ones. */
CHECKED enum status thread_promises(struct sql_db *db, struct arena *arena,
                                    int64_t ticket,
                                    struct promise **promises_out,
                                    size_t *count_out);
/* The open promises of a client. */
CHECKED enum status thread_client_promises(struct sql_db *db,
                                           struct arena *arena, int64_t client,
                                           struct promise **promises_out,
                                           size_t *count_out);

#endif
