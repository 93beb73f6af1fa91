/*
 * The log: append and read. One writer; seq is gapless; each event carries the
 * BLAKE2b of the former one's hash and of itself, and of its words only their
 * salted commitments, so that words can go while the chain still verifies.
 */
#ifndef STORE_LOG_H
#define STORE_LOG_H

#include "core/content.h"
#include "core/event.h"
#include "store/sql.h"

#define LOG_HASH_BYTES 32
#define LOG_SALT_BYTES 16

/* Where the log ends: what the next event builds on. */
struct log_end {
	int64_t seq; /* of the last event; 0 when there is none */
	instant_ms recorded_at;
	unsigned char hash[LOG_HASH_BYTES];
};

CHECKED enum status log_find_end(struct sql_db *db, struct log_end *end_out);

/*
 * Appends one event and its words (in slot order, `salts` has LOG_SALT_BYTES
 * for each), and moves `end`. ST_CONFLICT when the command's position is
 * taken: the command was carried out before.
 */
CHECKED enum status log_append(struct sql_db *db, struct log_end *end,
                               const struct event *event,
                               const struct content *words, size_t word_count,
                               const unsigned char *salts);

/*
 * Calls `each` for events with seq in (after, until], in order; `until` 0 is
 * the end. Stops with what `each` answers unless ST_OK.
 */
typedef enum status (*log_each)(void *context, const struct event *event);
CHECKED enum status log_read(struct sql_db *db, int64_t after, int64_t until,
                             log_each each, void *context);
/* One event; *count_out is 0 when there is none of that seq. */
CHECKED enum status log_read_one(struct sql_db *db, int64_t seq,
                                 struct event *event_out, size_t *count_out);
/* The events of a ticket (or another subject), oldest first. */
CHECKED enum status log_read_subject(struct sql_db *db, int64_t subject,
                                     log_each each, void *context);
/* What the audit asks for; zero means no such condition. */
struct log_filter {
	int64_t before; /* seq; what is shown is older */
	int64_t actor;  /* member */
	int64_t kind;
	instant_ms from, to; /* recorded; `from` included, `to` not */
	size_t limit;
};
/*
 * The newest events that fit, newest first. A look covers a bounded piece of
 * the log: *next_out is the `before` to go on with, 0 at its end.
 */
CHECKED enum status log_read_back(struct sql_db *db,
                                  const struct log_filter *filter,
                                  struct event *events_out, size_t *count_out,
                                  int64_t *next_out);

/*
 * The events that a command gave, in order; at most `room`. How the answer to
 * a repeated command is found.
 */
CHECKED enum status
log_read_command(struct sql_db *db,
                 const unsigned char command[EVENT_COMMAND_BYTES],
                 struct event *events_out, size_t room, size_t *count_out);

/*
 * Verifies the chain and every commitment whose words are still there.
 * ST_INVALID with a problem that names the event.
 */
CHECKED enum status log_verify(struct sql_db *db, int64_t *count_out,
                               struct problem *problem_out);

#endif
