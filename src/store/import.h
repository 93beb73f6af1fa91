/*
 * What is being moved in, and how far it is: permanent, but no history. The
 * cursor moves in the transaction that files the mail, so a crash repeats and
 * loses nothing. Writing is for the writer.
 */
#ifndef STORE_IMPORT_H
#define STORE_IMPORT_H

#include "base/arena.h"
#include "base/instant.h"
#include "store/sql.h"

/* Stored numbers. */
enum import_state {
	IMPORT_NONE,
	IMPORT_RECEIVING, /* its bytes are on their way */
	IMPORT_READING,
	IMPORT_STOPPED, /* by a person; goes on where it was */
	IMPORT_DONE,
	IMPORT_FAILED,
	IMPORT_STATE_COUNT
};
extern const char *const import_state_names[IMPORT_STATE_COUNT];

#define IMPORT_COLUMNS(C)                                                      \
	C(source)                                                              \
	C(mailbox)                                                             \
	C(state)                                                               \
	C(size) C(received) C(total) C(read) C(threads) C(messages)            \
		C(duplicates) C(skipped) C(takeover_at) C(taken) C(created_at) \
			C(started_at) C(ended_at)

struct import {
	int64_t id;
#define IMPORT_FIELD(name) int64_t name;
	IMPORT_COLUMNS(IMPORT_FIELD)
#undef IMPORT_FIELD
	struct str name, folder;
	struct str labels; /* JSON */
	struct str mine;   /* addresses, a line each */
	struct str said;
};

#define IMPORT_ERRORS_MAX 200 /* kept of one import */

CHECKED enum status import_add(struct sql_db *db, const struct import *import);
/* ST_NOT_FOUND; text lives in the arena. */
CHECKED enum status import_read(struct sql_db *db, struct arena *arena,
                                int64_t id, struct import *import_out);
/* All but name and folder, and the counts, which import_advance() moves. */
CHECKED enum status import_save(struct sql_db *db, const struct import *import);
/* Newest first. */
CHECKED enum status import_list(struct sql_db *db, struct arena *arena,
                                struct import *imports_out, size_t room,
                                size_t *count_out);
/* The oldest that is to be read; 0: none. */
CHECKED enum status import_next(struct sql_db *db, int64_t *id_out);

/*
 * Moves the cursor from `read` to the next mail and adds to the counts.
 * ST_CONFLICT when it is not there, or the import is not being read.
 */
struct import_step {
	int64_t import, read;
	bool thread, message, duplicate, skipped;
};
CHECKED enum status import_advance(struct sql_db *db,
                                   const struct import_step *step);

/* The ticket that a thread of the source became; 0: none yet. */
CHECKED enum status import_thread_find(struct sql_db *db, int64_t import,
                                       int64_t thread, int64_t *ticket_out);
CHECKED enum status import_thread_set(struct sql_db *db, int64_t import,
                                      int64_t thread, int64_t ticket);
/*
 * Threads after `after` whose last word is the client's and that are over as
 * far as we know, in order; those that may be taken over.
 */
struct import_thread {
	int64_t thread, ticket;
};
CHECKED enum status import_threads_open(struct sql_db *db, int64_t import,
                                        int64_t after,
                                        struct import_thread *threads_out,
                                        size_t room, size_t *count_out);

struct import_error {
	int64_t n;
	struct str said;
};
CHECKED enum status import_error_add(struct sql_db *db, int64_t import,
                                     int64_t n, struct str said);
CHECKED enum status import_errors(struct sql_db *db, struct arena *arena,
                                  int64_t import,
                                  struct import_error *errors_out, size_t room,
                                  size_t *count_out);

/*
 * What was said on the import's threads, thread by thread, in the order of
 * time: what "late" is counted from.
 */
struct import_word {
	int64_t ticket, type, client, message, kind, automatic, counts, at;
};
typedef enum status (*import_each_word)(void *context,
                                        const struct import_word *word);
CHECKED enum status import_words(struct sql_db *db, int64_t import,
                                 import_each_word each, void *context);

/* After a restore: what was being read waits for a person. */
CHECKED enum status import_stop_all(struct sql_db *db, struct str said);

#endif
