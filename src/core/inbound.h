/*
 * A mail that is filed: whose it is, which ticket it belongs to, what it asks
 * and what it starts. The desk has looked up who and where; this decides.
 */
#ifndef CORE_INBOUND_H
#define CORE_INBOUND_H

#include "core/decision.h"
#include "core/text/triage.h"

struct inbound_person {
	struct str name;
	struct str address;
	int64_t contact;            /* 0: not known yet */
	int64_t client;             /* the contact's; 0 */
	enum participant_role role; /* of a sender: NONE is by their client */
};

struct inbound {
	int64_t intake, raw, address;
	instant_ms at;       /* when it arrived */
	instant_ms dated_at; /* what it claims */
	/* The ticket it answers, loaded; 0: none. */
	int64_t ticket;
	int64_t answers; /* our message that it names; 0: none */
	/* The sender, and the company by its domain: 0 makes a new one. */
	struct inbound_person from;
	int64_t client;
	struct str client_name, client_domain;
	const struct inbound_person *others; /* To and Cc, not ours */
	size_t other_count;
	enum source source;
	int automatic;     /* enum mail_auto; 0: a person wrote it */
	bool verified;     /* not just a claim in From */
	bool from_member;  /* one of us wrote it: no clock, no count */
	bool participates; /* the sender is on the ticket already */
	bool has_html;
	int attachments;
	const struct triage *triage;
	/* Words; empty ones are left out. */
	struct str subject, text, full, html, from_text, to, cc;
	struct str message_id, references, attachment_lines, errors, auth;
};

/*
 * Emits the events of one filed mail. Returns the message's id. When `ticket`
 * is set, it, its client, promises, flags and the sender's contact and client
 * are loaded; else the client and contact named are.
 */
int64_t inbound_file(struct decision *d, const struct inbound *in);

/* -- Parts of it, for history -------------------------------------------- */

/* Whom the mail is from, as a contact of their company; 0 for one of us. */
int64_t inbound_sender(struct decision *d, const struct inbound *in,
                       int64_t *client_out);
int64_t inbound_counts(const struct decision *d, const struct inbound *in,
                       const struct ticket *ticket, bool own_client);
void inbound_words(struct decision *d, int64_t message,
                   const struct inbound *in);
/* The sender, unless on it already, and the others. */
void inbound_people(struct decision *d, const struct inbound *in,
                    const struct ticket *ticket, int64_t contact,
                    int64_t sender_client, int64_t message);
void inbound_signals(struct decision *d, const struct inbound *in,
                     const struct ticket *ticket, int64_t message);
/* What the words ask for. */
enum request_type inbound_asks(const struct inbound *in);

/* A new company, provisional until a member confirms it. */
int64_t inbound_client(struct decision *d, struct str name, struct str domain,
                       enum stage stage, instant_ms at);
int64_t inbound_contact(struct decision *d, int64_t client, struct str name,
                        struct str address, instant_ms at);

#endif
