/*
 * A first look at a mail of an mbox: when it came, which ids and labels it
 * bears. Headers alone are read, many mails at a time, so that a mailbox of
 * years is put in order before any of it is filed.
 */
#ifndef MAIL_SCAN_H
#define MAIL_SCAN_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/instant.h"
#include "base/status.h"
#include "base/str.h"

/* What a mail is marked with that was fetched from a folder. */
#define SCAN_FLAGS       "X-Holdfast-Flags"
#define SCAN_LABELS_MAX  50
#define SCAN_LABEL_BYTES 100u
#define SCAN_IDS_MAX     64

struct mail_scan {
	/* Topmost Received, else Date, else the "From " line; 0: none. */
	instant_ms at;
	struct str ids[SCAN_IDS_MAX]; /* own, answered and named ones */
	size_t id_count;
	struct str labels[SCAN_LABELS_MAX];
	size_t label_count;
};

/*
 * `bytes` begins with the mail's headers, or with the "From " line before
 * them. Text lives in the arena.
 */
void mail_scan(struct arena *arena, struct str bytes,
               struct mail_scan *scan_out);

/* One look as lines of text, ended by an empty one. */
void mail_scan_pack(const struct mail_scan *scan, struct buf *out);
/* Takes the next one off `rest`, as hostile. ST_INVALID for what is none. */
CHECKED enum status mail_scan_unpack(struct str *rest,
                                     struct mail_scan *scan_out);

#endif
