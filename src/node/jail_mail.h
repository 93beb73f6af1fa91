/*
 * Mail in the jail: the same functions as those of src/mail with `jail` in
 * front, run in a worker. What comes back is unpacked as hostile, for a worker
 * that one mail has taken over may lie about the next.
 */
#ifndef NODE_JAIL_MAIL_H
#define NODE_JAIL_MAIL_H

#include "mail/build.h"
#include "mail/html.h"
#include "mail/message.h"
#include "mail/scan.h"
#include "node/jail.h"

struct jail_mail_config {
	unsigned workers; /* 0: as many as there are processors */
	enum jail_profile profile;
	/*
	 * For tests of the whole program; empty in earnest. A mail that has
	 * this text followed by "-crash" or "-hang" does that to its worker.
	 */
	struct str poison;
};

/* jail_start() with the works below; the rules of jail_start() apply. */
CHECKED enum status jail_mail_start(const struct jail_mail_config *config,
                                    struct jail **jail_out,
                                    struct problem *problem);

/*
 * All of these answer as jail_call() does: ST_INVALID for a poison, ST_BUSY
 * to try again later, ST_LIMIT. Results live in the arena.
 */

/* mail_parse(); attachments refer to `raw`, as there. */
CHECKED enum status jail_parse(struct jail *jail, struct arena *arena,
                               struct str raw, struct mail *mail_out);
/* mail_build(); ST_INVALID also when the draft cannot be sent as it is. */
CHECKED enum status jail_build(struct jail *jail, struct arena *arena,
                               const struct mail_draft *draft,
                               struct str *raw_out);
/* mail_clean_html(); `clean_out` may be NULL. */
CHECKED enum status jail_clean_html(struct jail *jail, struct arena *arena,
                                    struct str html,
                                    struct mail_clean *clean_out,
                                    struct str *html_out);
/*
 * mail_scan() of several mails' heads at once, of JAIL_SCAN_BYTES_MAX in all;
 * `scans_out` has room for `count`.
 */
#define JAIL_SCAN_BYTES_MAX ((size_t)4 << 20)
CHECKED enum status jail_scan(struct jail *jail, struct arena *arena,
                              const struct str *heads, size_t count,
                              struct mail_scan *scans_out);
/* mail_html_text(). */
CHECKED enum status jail_html_text(struct jail *jail, struct arena *arena,
                                   struct str html, struct str *text_out);

#endif
