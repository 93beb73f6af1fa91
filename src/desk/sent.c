/*
 * What somebody of us sent from another program. From is a claim: a copy out
 * of a Sent folder is believed, because only who can sign in to the mailbox
 * puts one there; any other mail must prove where it is from, or a stranger
 * could stop our clocks. doc/moving-in.md says what is trusted, and why.
 */
#include "core/history.h"
#include "desk/mail_filing.h"
#include "desk/token.h"
#include "desk/whose.h"
#include "mail/address.h"
#include "mail/authres.h"
#include "store/content.h"
#include "store/lookup.h"
#include "store/record.h"

SQL(sent_left_ticket, "SELECT COUNT(*), MIN(at) FROM message WHERE ticket = $1"
                      " AND kind = 1 AND counts > 0 AND at > $2");
SQL(sent_left_client,
    "SELECT COUNT(*), MIN(m.at) FROM ticket t JOIN message m ON m.ticket = t.id"
    " WHERE t.client = $1 AND t.last_in_at > $2 AND m.kind = 1"
    " AND m.counts > 1 AND m.at > $2");

bool mail_sent_ours(const struct agency *agency, struct str address,
                    const struct str *mine, size_t mine_count)
{
	if (address.length == 0)
		return false;
	if (agency_address_by_text(agency, address) ||
	    agency_member_by_address(agency, address))
		return true;
	for (size_t i = 0; i < mine_count; i++) {
		if (str_equal_nocase(mine[i], address))
			return true;
	}
	return false;
}

struct mail_address mail_sent_to(const struct mail_filing *f,
                                 const struct str *mine, size_t mine_count)
{
	const struct mail_addresses *lists[] = {&f->mail->to, &f->mail->cc};

	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; j < lists[i]->count; j++) {
			struct mail_address person = lists[i]->items[j];

			if (address_valid(person.address) &&
			    !mail_sent_ours(f->desk->agency, person.address,
			                    mine, mine_count))
				return person;
		}
	}
	return (struct mail_address){STR(""), STR("")};
}

static enum status sent_left(struct sql_query *query, struct history_left *out)
{
	struct history_left left = {0};
	enum status status;

	if (sql_next(query)) {
		left.count = sql_i64(query, 0);
		left.since = sql_i64(query, 1);
	}
	status = sql_end(query);
	if (status == ST_OK)
		*out = left;
	return status;
}

enum status mail_sent_left(struct mail_filing *f, instant_ms at,
                           struct history_left *ticket_out,
                           struct history_left *client_out)
{
	const struct ticket *ticket = state_ticket(f->d->state, f->in.ticket);
	const struct client *client;
	struct sql_query query;
	instant_ms after;
	enum status status = ST_OK;

	*ticket_out = *client_out = (struct history_left){0};
	if (!ticket)
		return ST_OK;
	/* What a later answer of ours settled is settled. */
	after = at > ticket->last_out_at ? at : ticket->last_out_at;
	if (ticket->last_in_at > after) {
		sql_begin(&query, f->desk->db, &sent_left_ticket);
		sql_bind_i64(&query, 1, ticket->id);
		sql_bind_i64(&query, 2, after);
		status = sent_left(&query, ticket_out);
	}
	client = state_client(f->d->state, ticket->client);
	after = at > client->last_out_at ? at : client->last_out_at;
	if (status == ST_OK && client->last_in_at > after) {
		sql_begin(&query, f->desk->db, &sent_left_client);
		sql_bind_i64(&query, 1, client->id);
		sql_bind_i64(&query, 2, after);
		status = sent_left(&query, client_out);
	}
	return status;
}

/* Envelope sender and recipient of the intake. */
static enum status sent_envelope(struct mail_filing *f, struct str *sender_out,
                                 struct str *recipient_out)
{
	struct str rest = STR("");
	enum status status = content_read(f->desk->db, f->d->arena,
	                                  f->in.intake, SLOT_ENVELOPE, &rest);

	*sender_out = *recipient_out = STR("");
	if (status == ST_OK && str_line(&rest, sender_out))
		(void)str_line(&rest, recipient_out);
	return status;
}

/* "desk+sent@agency.example" */
static bool sent_tagged(struct str recipient)
{
	return str_ends(address_local(recipient), STR("+sent"));
}

/* Whether the person that it is to is on the thread, or of its client. */
static enum status sent_reaches(struct mail_filing *f, bool *reaches_out)
{
	const struct mail_addresses *lists[] = {&f->mail->to, &f->mail->cc};
	const struct ticket *ticket = state_ticket(f->d->state, f->in.ticket);
	enum status status = ST_OK;

	*reaches_out = false;
	for (size_t i = 0; i < 2 && !*reaches_out; i++) {
		for (size_t j = 0; j < lists[i]->count && status == ST_OK &&
		                   j < 50 && !*reaches_out;
		     j++) {
			int64_t contact = 0, client = 0, participant = 0;

			status = whose_address(f->desk, f->d,
			                       lists[i]->items[j].address,
			                       &contact, &client);
			if (status == ST_OK && contact)
				status = lookup_participant(f->desk->db,
				                            ticket->id, contact,
				                            &participant);
			*reaches_out = participant || client == ticket->client;
		}
	}
	return status;
}

/*
 * Without a server of ours that vouches: what came to us by LMTP, from the
 * person's address in envelope and header alike, about a mail that is known
 * here, to somebody of that thread, and that no server found fault with.
 */
static enum status sent_known(struct mail_filing *f, struct str from,
                              struct str sender, enum authres found,
                              bool *known_out)
{
	int64_t source = state_intake(f->d->state, f->in.intake)->source;
	enum status status;

	*known_out = false;
	if (found == AUTHRES_FAIL || !str_equal_nocase(sender, from) ||
	    (source != SOURCE_LMTP && source != SOURCE_PIPE))
		return ST_OK;
	status = mail_in_thread(f);
	if (status != ST_OK || f->in.ticket == 0)
		return status;
	return sent_reaches(f, known_out);
}

static enum status sent_trusted(struct mail_filing *f, struct str from,
                                bool *trusted_out)
{
	struct str server = f->desk->authserv, sender, recipient;
	enum authres found =
		authres_read(f->d->arena, f->mail->signals.authentication,
	                     server, address_domain(from));
	enum status status = sent_envelope(f, &sender, &recipient);
	bool tagged = sent_tagged(recipient);

	*trusted_out = false;
	if (status != ST_OK)
		return status;
	if (server.length == 0)
		return sent_known(f, from, sender, found, trusted_out);
	if (found != AUTHRES_PASS)
		return ST_OK;
	status = mail_in_thread(f);
	if (status == ST_OK && f->in.ticket)
		return sent_reaches(f, trusted_out);
	/* A thread that begins elsewhere is told by who asks for it. */
	*trusted_out = tagged;
	return status;
}

/* On a thread whose client does not get it, it is a thread of its own. */
static enum status sent_copy(struct mail_filing *f, bool *sent_out)
{
	bool reaches = true;
	enum status status = mail_in_thread(f);

	if (status == ST_OK && f->in.ticket)
		status = sent_reaches(f, &reaches);
	if (!reaches)
		f->in.ticket = f->in.answers = 0;
	*sent_out = status == ST_OK;
	return status;
}

static enum status sent_is(struct mail_filing *f, struct str from,
                           bool *sent_out)
{
	const struct agency *agency = f->desk->agency;
	int64_t source = state_intake(f->d->state, f->in.intake)->source;

	if (source == SOURCE_SENT)
		return sent_copy(f, sent_out);
	if (f->mail->kind != MAIL_AUTO_NONE || f->mail->forwarded.is_forward ||
	    !mail_sent_ours(agency, from, NULL, 0))
		return ST_OK;
	return sent_trusted(f, from, sent_out);
}

/* As if it came from whom it is to: that is whose thread it is. */
static enum status sent_people(struct mail_filing *f,
                               struct mail_address *person)
{
	struct mail turned = *f->mail;

	turned.from.items = person;
	turned.from.count = 1;
	turned.reply_to.count = 0;
	turned.forwarded.is_forward = false;
	return whose_mail(f->desk, f->d, &turned, &f->in);
}

static void sent_decide(struct mail_filing *f, struct str from,
                        const struct history_left *ticket,
                        const struct history_left *client)
{
	const struct agency_member *member =
		agency_member_by_address(f->desk->agency, from);
	const struct history history = {
		.in = &f->in,
		.outward = true,
		.member = member ? member->record.id : 0,
	};

	(void)history_sent(f->d, &history, ticket, client);
}

enum status mail_sent_file(struct mail_filing *f, bool *sent_out)
{
	const struct intake *intake = state_intake(f->d->state, f->in.intake);
	struct str from = f->mail->from.count == 1
	                          ? f->mail->from.items[0].address
	                          : STR("");
	struct mail_address person = mail_sent_to(f, NULL, 0);
	struct history_left ticket, client;
	enum status status;

	*sent_out = false;
	if (intake->source != SOURCE_SENT && person.address.length == 0)
		return ST_OK;
	status = sent_is(f, from, sent_out);
	if (status != ST_OK || !*sent_out) {
		f->in.ticket = f->in.answers = 0;
		f->in.verified = false;
		return status;
	}
	/* Among ourselves: nothing that a client is owed. */
	if (person.address.length == 0) {
		decide(f->d, EV_MAIL_LOOP, 0, f->in.intake, f->d->now,
		       DATA(mail_loop, .intake = f->in.intake));
		return ST_OK;
	}
	f->in.raw = intake->raw;
	f->in.address = intake->address;
	f->in.at = intake->at;
	status = sent_people(f, &person);
	if (status == ST_OK)
		status = mail_sent_left(f, f->in.at, &ticket, &client);
	if (status == ST_OK)
		sent_decide(f, from, &ticket, &client);
	return status;
}
