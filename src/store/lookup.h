/*
 * From words to records: who has an address, whose a domain is, which message
 * a message id is of, when something is due. All derived; projected from
 * events and their words.
 */
#ifndef STORE_LOOKUP_H
#define STORE_LOOKUP_H

#include "base/instant.h"
#include "store/sql.h"

/* Each leaves its out parameter 0 when there is none. */

/* The first contact with that address (lower case) that was not merged away. */
CHECKED enum status lookup_contact(struct sql_db *db, struct str address,
                                   int64_t *contact_out);
/* Why an address (lower case) is not to be written to: the suppression. */
CHECKED enum status lookup_suppression(struct sql_db *db, struct str address,
                                       int64_t *suppression_out);
CHECKED enum status lookup_domain(struct sql_db *db, struct str domain,
                                  int64_t *client_out);
/* The message that has the id, else one that named it. */
CHECKED enum status lookup_ref(struct sql_db *db, struct str ref,
                               int64_t *message_out, bool *own_out);
CHECKED enum status lookup_digest(struct sql_db *db, struct str digest,
                                  int64_t *message_out);

#define LOOKUP_DIGEST_BYTES 16
/* Hash of what a mail says; the same whichever mailbox it came to. */
void lookup_digest_of(struct str message_id, struct str from,
                      struct str subject, struct str text,
                      struct str attachment_lines,
                      unsigned char digest_out[LOOKUP_DIGEST_BYTES]);

enum timer_kind {
	TIMER_NONE,
	TIMER_PROMISE,
	TIMER_MESSAGE,
	TIMER_SNOOZE,
	TIMER_NOTICE = 5,
};
struct timer {
	enum timer_kind kind;
	int64_t subject;
	instant_ms at;
};
/* What is due at or before `until`, soonest first. */
CHECKED enum status timer_due(struct sql_db *db, instant_ms until,
                              struct timer *timers_out, size_t room,
                              size_t *count_out);
/* When the next one comes; 0 when there is none. */
CHECKED enum status timer_next(struct sql_db *db, instant_ms *at_out);

/* The seq of the newest event of a kind about client 0; 0 when none. */
CHECKED enum status lookup_newest(struct sql_db *db, int64_t kind,
                                  int64_t *seq_out);

/* Mail that waits to be filed or sits in quarantine, oldest first. */
CHECKED enum status lookup_intakes(struct sql_db *db, int64_t state,
                                   int64_t after, int64_t *ids_out, size_t room,
                                   size_t *count_out);
/* Ids of all records of the small agency tables, in order. */
CHECKED enum status lookup_members(struct sql_db *db, int64_t *ids_out,
                                   size_t room, size_t *count_out);
CHECKED enum status lookup_addresses(struct sql_db *db, int64_t *ids_out,
                                     size_t room, size_t *count_out);
CHECKED enum status lookup_participant(struct sql_db *db, int64_t ticket,
                                       int64_t contact, int64_t *id_out);
/* Events of one kind, oldest first: versions of calendars and playbooks. */
CHECKED enum status lookup_versions(struct sql_db *db, int64_t kind,
                                    int64_t *seqs_out, size_t room,
                                    size_t *count_out);

#endif
