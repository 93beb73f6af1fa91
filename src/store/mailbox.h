/*
 * How far each mailbox has been read, and what was taken from it. Written in
 * the transaction that takes a mail, so a crash neither loses nor doubles one.
 */
#ifndef STORE_MAILBOX_H
#define STORE_MAILBOX_H

#include "base/arena.h"
#include "base/instant.h"
#include "base/status.h"
#include "base/str.h"
#include "store/sql.h"

enum mailbox_watch {
	MAILBOX_WATCH_IN = 1, /* the folder that mail arrives in */
	MAILBOX_WATCH_SENT,   /* the folder of what was sent from elsewhere */
};

struct mailbox_place {
	int64_t mailbox;
	enum mailbox_watch watch;
	struct str folder;
	int64_t validity, uid;
	instant_ms started_at, last_at;
	/* After a renumbering: below `until` what is older was taken before. */
	instant_ms skip_since;
	int64_t skip_until;
	int64_t copied;
	int64_t failed; /* enum mailbox_state */
};

/* ST_NOT_FOUND when there is none; `validity` 0: it has not begun. The folder's
 * name is in the arena. */
CHECKED enum status mailbox_place_read(struct sql_db *db, struct arena *arena,
                                       int64_t mailbox,
                                       enum mailbox_watch watch,
                                       struct mailbox_place *place_out);
/* All but `failed`. */
CHECKED enum status mailbox_place_write(struct sql_db *db,
                                        const struct mailbox_place *place);
/* What was reported of a mailbox; kept with its place. */
CHECKED enum status mailbox_failed_write(struct sql_db *db, int64_t mailbox,
                                         int64_t failed);
/* When the item was made: mail that is older is history. */
CHECKED enum status mailbox_added_at(struct sql_db *db, int64_t mailbox,
                                     instant_ms *at_out);

#define MAILBOX_DIGEST_BYTES 16
void mailbox_digest(struct str raw,
                    unsigned char digest_out[MAILBOX_DIGEST_BYTES]);
CHECKED enum status
mailbox_seen(struct sql_db *db, int64_t mailbox,
             const unsigned char digest[MAILBOX_DIGEST_BYTES], bool *seen_out);
CHECKED enum status
mailbox_seen_add(struct sql_db *db, int64_t mailbox,
                 const unsigned char digest[MAILBOX_DIGEST_BYTES]);

struct mailbox_sent {
	int64_t seq;     /* of the event */
	int64_t message; /* that left */
};
/* Mail that left after event `after`, oldest first. */
CHECKED enum status mailbox_sent_after(struct sql_db *db, int64_t after,
                                       struct mailbox_sent *sent_out,
                                       size_t room, size_t *count_out);

enum mailbox_secret {
	MAILBOX_PASSWORD,
	MAILBOX_SMTP_PASSWORD,
	MAILBOX_OAUTH_SECRET,
	MAILBOX_REFRESH_TOKEN,
	MAILBOX_SECRET_COUNT
};

/*
 * Passwords and tokens, each bound to the server that it was typed for: who
 * points a mailbox at another server must know them anew. ST_NOT_FOUND: there
 * is none for that host.
 */
CHECKED enum status mailbox_secret_read(struct sql_db *db, struct arena *arena,
                                        int64_t mailbox,
                                        enum mailbox_secret which,
                                        struct str host, struct str *out);
/* As a part of a command; an empty value removes it. */
CHECKED enum status mailbox_secret_write(struct sql_db *db, struct arena *arena,
                                         int64_t mailbox,
                                         enum mailbox_secret which,
                                         struct str host, struct str value);

#endif
