/*
 * Authentication-Results (RFC 8601): what a receiving server found out about
 * where a mail is from. Worth only as much as the server whose name it bears:
 * anybody can write the header, so the caller says which server is ours.
 */
#ifndef MAIL_AUTHRES_H
#define MAIL_AUTHRES_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

enum authres {
	AUTHRES_NONE, /* says nothing of use */
	AUTHRES_PASS, /* DMARC, or DKIM or SPF of the same company, passed */
	AUTHRES_FAIL, /* something failed, and nothing passed */
};

/*
 * `value` is the header's, unfolded; `domain` is that of From. With a `server`
 * the header must bear its name to say anything.
 */
enum authres authres_read(struct arena *arena, struct str value,
                          struct str server, struct str domain);

#endif
