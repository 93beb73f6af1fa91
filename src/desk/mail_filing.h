/*
 * What the ways of filing a mail share: as it arrives (mail_in.c), as an answer
 * that left from another program (sent.c), and as history (import_mail.c).
 */
#ifndef DESK_MAIL_FILING_H
#define DESK_MAIL_FILING_H

#include "core/history.h"
#include "core/text/triage.h"
#include "desk/desk.h"
#include "desk/mail_in.h"
#include "mail/message.h"

struct mail_filing {
	struct desk *desk;
	struct decision *d;
	const struct mail *mail;
	const struct mail_heard *heard; /* or NULL */
	struct inbound in;
	struct triage triage;
	struct str sender, recipient; /* of the envelope */
	bool null_sender;             /* it says that nobody may answer */
	/* Our message that an address token of it names; 0: none. */
	int64_t token_message;
};

/* The mail's words and what is counted of them. */
void mail_in_words(struct mail_filing *f);
/* The thread, by the ids that it names; in.ticket stays if it was known. */
CHECKED enum status mail_in_thread(struct mail_filing *f);
/* The same of the mail that a bounce is about. */
CHECKED enum status mail_in_bounced_thread(struct mail_filing *f);
/* The ticket of a message, loaded, whatever it was merged into since. */
CHECKED enum status mail_in_ticket_of(struct mail_filing *f, int64_t message,
                                      int64_t *ticket_out);
/* Tries one message id; in.ticket stays 0 when it is not known. */
CHECKED enum status mail_in_try_ref(struct mail_filing *f, struct str ref);

/* -- mail_back.c: what comes back by itself ------------------------------- */

/* Reads the envelope; a null return path makes it a machine's. */
CHECKED enum status mail_back_envelope(struct mail_filing *f,
                                       struct mail *read);
/* The thread of an address with our token in it. */
CHECKED enum status mail_back_token(struct mail_filing *f);
/*
 * What a filed bounce, complaint or out-of-office answer brings about. Only
 * what names a message of ours by its own id or our token does anything.
 */
CHECKED enum status mail_back_filed(struct mail_filing *f, int64_t filed);
/* From: an address of ours, and nothing that shows it to be. */
bool mail_back_claims_us(const struct mail_filing *f);

/* What its words ask for, heard before or now. */
void mail_in_triage(struct mail_filing *f);
/* Whether what came through a list is a person's question after all. */
bool mail_in_list_asks(const struct mail_filing *f);

/*
 * An answer that one of us sent from another program: a copy out of a Sent
 * folder, or a mail with the desk in Cc or at its +sent address that proves
 * where it is from. Then it is filed, and nothing is left to do but to commit.
 * Otherwise *sent_out is false and nothing happened.
 */
CHECKED enum status mail_sent_file(struct mail_filing *f, bool *sent_out);

/*
 * A mail of the past that was set aside, as history after all; nothing is left
 * to do but to commit.
 */
CHECKED enum status mail_history_file(struct mail_filing *f);

/* The first whom a mail is to that is none of us; empty when there is none. */
struct mail_address mail_sent_to(const struct mail_filing *f,
                                 const struct str *mine, size_t mine_count);
/* Whether the address is the desk's, a member's, or one of those. */
bool mail_sent_ours(const struct agency *agency, struct str address,
                    const struct str *mine, size_t mine_count);
/*
 * What the client's messages after `at` leave unanswered, on the ticket and in
 * all of the client's threads.
 */
CHECKED enum status mail_sent_left(struct mail_filing *f, instant_ms at,
                                   struct history_left *ticket_out,
                                   struct history_left *client_out);

#endif
