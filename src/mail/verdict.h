/*
 * Authentication-Results (RFC 8601): what the host that received a mail found
 * of SPF, DKIM and DMARC. Anybody can write such a header, so only those above
 * the place where the mail entered, in the name of a host that is trusted,
 * are read.
 */
#ifndef MAIL_VERDICT_H
#define MAIL_VERDICT_H

#include "mail/message.h"

/* "pass", "fail", "none" and such, lower case; empty: nothing was said. */
struct verdict {
	struct str spf, dkim, dmarc;
};

/*
 * `collected` is mail_signals.authentications. False: there is none of that
 * host, or it stands where anybody could have written it.
 */
bool verdict_read(struct arena *arena, struct str collected, struct str host,
                  struct verdict *out);

#endif
