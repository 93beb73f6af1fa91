/*
 * What a way in asks of the program behind it: whether a recipient exists,
 * and to take a finished mail. Channels move bytes and record; they decide
 * nothing. The table is filled in by app, which knows both sides.
 */
#ifndef CHANNEL_CHANNEL_H
#define CHANNEL_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "base/str.h"

/* Who hands a mail over, from whom and for whom, beside its bytes. */
struct envelope {
	struct str sender;            /* empty is the null return path */
	const struct str *recipients; /* as written, each once */
	size_t recipient_count;
	bool utf8;       /* SMTPUTF8 was asked for */
	bool eight_bit;  /* BODY=8BITMIME was announced */
	struct str peer; /* "127.0.0.1:41234" or "unix", for the record */
	struct str helo; /* what the peer calls itself */
};

/*
 * Both functions are called from many threads at once. Everything passed in
 * is borrowed for the length of the call.
 */
struct channel_driver {
	void *context;

	/*
	 * ST_OK when mail for `address` is taken, ST_NOT_FOUND when it is
	 * not ours, ST_BUSY or ST_STORE to have the peer ask again later.
	 */
	enum status (*check_recipient)(void *context, struct str address);

	/*
	 * Takes one mail for `envelope->recipient_count` recipients and
	 * writes what became of it for each into `results`, in order. ST_OK
	 * promises that the bytes are committed and synced: it turns into
	 * 250. So it blocks until the store's commit; calls from several
	 * connections wait at once, that the writer can batch them. `raw`
	 * has CRLF lines only, dots unstuffed, as the peer sent it.
	 */
	void (*accept_mail)(void *context, const struct envelope *envelope,
	                    struct str raw, enum status results[]);
};

#endif
