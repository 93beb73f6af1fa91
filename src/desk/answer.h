/*
 * A member's answer to a letter. The address that it came to proves, by our
 * signature, which notice it answers, and so who writes on which ticket; what
 * the mail says of itself proves nothing. doc/notices.md.
 */
#ifndef DESK_ANSWER_H
#define DESK_ANSWER_H

#include "desk/desk.h"
#include "mail/message.h"

#define ANSWER_LASTS     (30 * SPAN_DAY)
#define ANSWER_EXPLAINED (24 * SPAN_HOUR) /* one explanation in so long */

/* Stored in events: append. */
enum answer_how {
	ANSWER_NONE,      /* it is no such mail */
	ANSWER_SENT,      /* a reply to the client */
	ANSWER_NOTED,     /* a note */
	ANSWER_HELD,      /* the thread had moved on; mailed back */
	ANSWER_REFUSED,   /* expired, or the member is gone; explained */
	ANSWER_AUTOMATIC, /* a machine wrote it */
};

struct answer {
	enum answer_how how; /* ANSWER_SENT: it is to be carried out */
	struct notice notice;
	struct str sender; /* of the envelope */
};

/*
 * Looks whether a mail that waits is one. `envelope`: sender, recipient; not
 * `enveloped`: it was fetched from a mailbox, which may not tell the sender.
 */
CHECKED enum status answer_find(struct desk *desk, struct arena *arena,
                                const struct mail *mail, struct str envelope,
                                bool enveloped, struct answer *answer_out);
/*
 * Carries it out and files the intake. `turn` has the filing's command. The
 * same mail once more does nothing again.
 */
CHECKED enum status answer_take(struct desk *desk, const struct turn *turn,
                                int64_t intake, const struct mail *mail,
                                const struct answer *answer,
                                struct outcome *outcome_out);

#endif
