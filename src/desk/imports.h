/*
 * Moving in: what a mailbox holds is read as history. One command a mail, each
 * of which moves the import's cursor with what it files, so that stopping,
 * crashing and going on change nothing but when it is done.
 */
#ifndef DESK_IMPORTS_H
#define DESK_IMPORTS_H

#include "desk/desk.h"
#include "desk/mail_in.h"
#include "store/import.h"

#define IMPORT_LABELS_MAX 200
#define IMPORT_MINE_MAX   200

struct import_asked {
	int64_t id;         /* 0: a new one */
	enum source source; /* SOURCE_IMPORT: an mbox; SOURCE_IMAP: a folder */
	struct str name, folder;
	int64_t mailbox, size;
	instant_ms takeover_at; /* 0: all of it is over */
	struct str labels;      /* JSON: [{"label", "type", "member"}] */
	struct str mine;        /* our addresses, a line each */
	enum import_state state;
	bool chosen; /* labels, mine and takeover_at replace what was */
	int64_t total;
	struct str said;
};

/* outcome.record is the new import's id. */
CHECKED enum status desk_import_add(struct desk *desk, const struct turn *turn,
                                    const struct import_asked *asked,
                                    struct outcome *outcome_out,
                                    struct problem *problem_out);
/* Bytes that are safe: `received` in all, where there were `at`. */
CHECKED enum status desk_import_received(struct desk *desk, int64_t id,
                                         int64_t at, int64_t received,
                                         struct outcome *outcome_out,
                                         struct problem *problem_out);
/*
 * Of a folder that is being fetched: `received` bytes up to `place`; `done`:
 * all of them. ST_CONFLICT when it was stopped.
 */
CHECKED enum status desk_import_fetched(struct desk *desk, int64_t id,
                                        int64_t received, int64_t place,
                                        bool done, struct outcome *outcome_out,
                                        struct problem *problem_out);
/*
 * To READING (start, resume), STOPPED, FAILED or DONE, with what there is to
 * say; `total` if it is not 0. ST_CONFLICT when that makes no sense now.
 */
CHECKED enum status desk_import_turn(struct desk *desk, const struct turn *turn,
                                     const struct import_asked *asked,
                                     struct outcome *outcome_out,
                                     struct problem *problem_out);

struct import_mail {
	int64_t import;
	int64_t read;   /* its place in the order in which they are filed */
	int64_t n;      /* its place in the source, from 1 */
	int64_t thread; /* of the source; store/import.h */
	instant_ms at;
	const struct mail *mail; /* NULL: it could not be read */
	const struct mail_heard *heard;
	const struct blob_ready *ready;
	int64_t type, owner;    /* by its labels; 0: none */
	const struct str *mine; /* besides the agency's own addresses */
	size_t mine_count;
	struct str said;    /* what there is to say about it; may be empty */
	enum why set_aside; /* WHY_NONE unless `mail` is NULL */
};

/* ST_CONFLICT when the cursor is elsewhere or the import is not read. */
CHECKED enum status desk_import_mail(struct desk *desk, const struct turn *turn,
                                     const struct import_mail *mail,
                                     struct outcome *outcome_out);
/* One thread of the past that is open, if it is. */
CHECKED enum status desk_import_take_over(struct desk *desk,
                                          const struct turn *turn,
                                          int64_t import,
                                          const struct import_thread *thread,
                                          struct outcome *outcome_out);

#endif
