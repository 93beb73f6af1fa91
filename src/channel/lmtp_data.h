/*
 * The bytes between DATA and its end. Undoes dot stuffing and looks at every
 * line end on the way: only CRLF "." CRLF ends the mail; a bare CR or LF is
 * remembered and never taken for a line end.
 */
#ifndef CHANNEL_LMTP_DATA_H
#define CHANNEL_LMTP_DATA_H

#include <stdbool.h>

#include "base/buf.h"

enum lmtp_data_state {
	LMTP_DATA_LINE_START, /* after CRLF, or at the very beginning */
	LMTP_DATA_DOT,        /* "." alone on the line so far */
	LMTP_DATA_DOT_CR,     /* "." CR */
	LMTP_DATA_TEXT,
	LMTP_DATA_CR, /* CR somewhere in the line */
};

struct lmtp_data {
	enum lmtp_data_state state;
	struct buf raw; /* the mail; its maximum latches "too large" */
	bool bare;      /* a CR or LF stood alone */
	bool shed;      /* memory was wanted elsewhere: content is gone */
};

void lmtp_data_init(struct lmtp_data *data, size_t bytes_max);
void lmtp_data_release(struct lmtp_data *data);
/* Ready for the next mail; keeps a small buffer, gives a large one back. */
void lmtp_data_clear(struct lmtp_data *data);

/*
 * Takes bytes off the front of `rest`, all of them or up to and including the
 * end of the mail; true when that end was reached.
 */
bool lmtp_data_feed(struct lmtp_data *data, struct str *rest);

/* Frees the content; scanning for the end goes on. */
void lmtp_data_shed(struct lmtp_data *data);

#endif
