/*
 * Mail on its way in, in two commands. Accepting records bytes and envelope
 * and decides nothing: when it has committed, the sender may forget the mail.
 * Filing, later and as often as it takes, makes of it a ticket, a message on
 * one, a duplicate, a loop, or something set aside for people to see.
 */
#ifndef DESK_MAIL_IN_H
#define DESK_MAIL_IN_H

#include "core/text/triage.h"
#include "desk/desk.h"
#include "mail/message.h"
#include "store/blob.h"
#include "store/mailbox.h"

struct mail_in {
	struct str sender; /* envelope; empty is the null return path */
	const struct str *recipients;
	size_t recipient_count;
	struct str raw;
	const struct blob_ready *ready; /* the same packed; NULL: not yet */
	enum source source;
	instant_ms at; /* when it was accepted */
	/* Of a mailbox: how far it is read with this mail; NULL: of none. */
	const struct mailbox_place *place;
	/* It could not be had: `raw` stands in for it, for people to see. */
	enum why set_aside;
};

/*
 * One intake a recipient that is ours. `outcome.record` is the first one's id;
 * the others follow it. ST_NOT_FOUND when no recipient is ours.
 */
CHECKED enum status desk_mail_accept(struct desk *desk, const struct turn *turn,
                                     const struct mail_in *mail,
                                     struct outcome *outcome_out);

/* What the words of a mail are taken to say, and by what. */
struct mail_heard {
	const struct playbook *playbook;
	int64_t version;
	struct str zone, from;
	instant_ms at;
	struct triage triage;
};

/*
 * Listens to a mail outside the writer's turn; `at` is when it was accepted.
 * Filing takes it only if it would have come to the same.
 */
void desk_mail_hear(const struct agency *agency, struct arena *arena,
                    const struct mail *mail, instant_ms at,
                    struct mail_heard *heard_out);
/*
 * Files an intake that waits. Filed already: nothing happens. The command id
 * of `turn` is overruled by one made of the intake, so that filing twice is
 * impossible however often it is tried. `heard` may be NULL.
 */
CHECKED enum status desk_mail_file(struct desk *desk, const struct turn *turn,
                                   int64_t intake, const struct mail *mail,
                                   const struct mail_heard *heard,
                                   struct outcome *outcome_out);
/* Sets an intake aside, where an operator sees it. */
CHECKED enum status desk_mail_quarantine(struct desk *desk,
                                         const struct turn *turn,
                                         int64_t intake, enum why why,
                                         struct outcome *outcome_out);
/*
 * A person has it tried again; with `release` it is not parsed, but filed as
 * it is, with the raw mail to download.
 */
CHECKED enum status desk_mail_retry(struct desk *desk, const struct turn *turn,
                                    int64_t intake, bool release,
                                    struct outcome *outcome_out,
                                    struct problem *problem_out);
/* What a released intake is filed as: who sent it is all that is known. */
void desk_mail_unparsed(struct arena *arena, struct str envelope,
                        struct mail *mail_out);

#endif
