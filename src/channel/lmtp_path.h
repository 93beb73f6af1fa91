/*
 * The arguments of MAIL and RCPT: a path in angle brackets and the parameters
 * of the extensions that we offer. Pure: text to a struct, or to the answer
 * that refuses it.
 */
#ifndef CHANNEL_LMTP_PATH_H
#define CHANNEL_LMTP_PATH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct lmtp_path {
	struct str address; /* without brackets and source route */
	int64_t size;       /* SIZE=, 0 when not given */
	bool utf8;
	bool eight_bit;
};

/*
 * Reads what follows "MAIL FROM:" (`sender`: the empty path and parameters
 * are allowed) or "RCPT TO:". Gives NULL and fills `path_out`, or the text of
 * the refusal ("501 5.5.4 ...") without line end, `path_out` untouched.
 */
const char *lmtp_path_read(struct str text, bool sender,
                           struct lmtp_path *path_out);

#endif
