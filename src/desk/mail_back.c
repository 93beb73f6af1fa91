/*
 * Mail that comes back by itself: bounces, complaints, out-of-office answers;
 * and the tokens in our addresses by which it finds the message that it is
 * about. A claim in a header proves nothing: what names no message of ours by
 * its own unguessable id or by our token changes no delivery and suppresses
 * nobody. doc/bounces.md.
 */
#include "core/outbound.h"
#include "desk/audience.h"
#include "desk/mail_filing.h"
#include "desk/participants.h"
#include "desk/token.h"
#include "mail/address.h"
#include "store/content.h"
#include "store/lookup.h"
#include "store/record.h"

enum status mail_back_envelope(struct mail_filing *f, struct mail *read)
{
	struct str lines = STR("");
	enum status status = content_read(f->desk->db, f->d->arena,
	                                  f->in.intake, SLOT_ENVELOPE, &lines);
	const struct intake *intake = state_intake(f->d->state, f->in.intake);
	bool known = lines.length > 0;

	if (status != ST_OK)
		return status;
	if (str_line(&lines, &f->sender) && !str_line(&lines, &f->recipient))
		f->recipient = STR("");
	/* A pipe or a mailbox does not always hand over who sent it. */
	f->null_sender = read->signals.null_return_path ||
	                 (known && intake->source == SOURCE_LMTP &&
	                  f->sender.length == 0);
	if (f->null_sender && read->kind == MAIL_AUTO_NONE) {
		read->kind = MAIL_AUTO_REPLY;
		read->signals.no_auto_answer = true;
	}
	return ST_OK;
}

/* "Re: a", "AW: a" and "a" are one subject. */
static struct str back_subject(struct str subject)
{
	bool cut = true;

	while (cut) {
		size_t colon = str_find_char(subject, ':', 0);

		subject = str_trim(subject);
		cut = colon < subject.length && colon >= 1 && colon <= 4;
		for (size_t i = 0; cut && i < colon; i++)
			cut = (subject.text[i] | 0x20) >= 'a';
		if (cut)
			subject = str_sub(subject, colon + 1, subject.length);
	}
	return str_trim(subject);
}

/*
 * An address book keeps a Reply-To for years: a new mail to it, which answers
 * nothing and has a subject of its own, is a new matter.
 */
static enum status back_is_answer(struct mail_filing *f, int64_t message,
                                  bool *answer_out)
{
	struct str subject = STR("");
	enum status status = ST_OK;

	*answer_out = f->mail->kind != MAIL_AUTO_NONE || f->null_sender ||
	              f->mail->in_reply_to.count > 0 ||
	              f->mail->references.count > 0;
	if (*answer_out)
		return ST_OK;
	status = content_read(f->desk->db, f->d->arena, message, SLOT_SUBJECT,
	                      &subject);
	*answer_out = str_equal_nocase(back_subject(subject),
	                               back_subject(f->mail->subject));
	return status;
}

static enum status back_try_address(struct mail_filing *f, struct str address)
{
	int64_t message = 0;
	bool answer = false;
	enum status status;

	if (f->token_message ||
	    !agency_address_by_text(f->desk->agency, address))
		return ST_OK;
	status = token_address_read(f->desk, f->d->arena, address, &message);
	if (status == ST_OK && message)
		status = back_is_answer(f, message, &answer);
	if (status == ST_OK && answer)
		f->token_message = message;
	return status;
}

enum status mail_back_token(struct mail_filing *f)
{
	const struct mail_addresses *lists[] = {&f->mail->to, &f->mail->cc};
	enum status status = back_try_address(f, f->recipient);

	if (status == ST_OK)
		status = back_try_address(f, f->mail->signals.delivered_to);
	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; j < lists[i]->count && status == ST_OK; j++)
			status =
				back_try_address(f, lists[i]->items[j].address);
	}
	if (status != ST_OK || !f->token_message)
		return status;
	f->in.answers = f->token_message;
	f->in.verified = true;
	return mail_in_ticket_of(f, f->token_message, &f->in.ticket);
}

/* -- What it brings about ------------------------------------------------- */

struct back_message {
	struct message *message; /* ours; NULL: none that is proved */
	struct ticket *ticket;   /* where it is now */
	struct str lines;        /* its readers */
	size_t readers;
};

/* Our message that it is about, by token or by its own id. */
static enum status back_find(struct mail_filing *f, struct back_message *out)
{
	struct str to = STR(""), cc = STR(""), rest, line;
	int64_t id = f->token_message, ticket = 0;
	bool own = id != 0;
	enum status status = ST_OK;

	if (!id)
		status = lookup_ref(f->desk->db,
		                    f->mail->bounce.original_message_id, &id,
		                    &own);
	if (status != ST_OK || !id || !own)
		return status;
	status = record_load(f->desk->db, f->d->state, RECORD_MESSAGE, id);
	if (status == ST_OK)
		status = record_load_kept_by(f->desk->db, f->d->state, id);
	/* Its ticket may have been merged into the one that this is on. */
	if (status == ST_OK)
		status = mail_in_ticket_of(f, id, &ticket);
	if (status == ST_OK)
		status = content_read(f->desk->db, f->d->arena, id, SLOT_TO,
		                      &to);
	if (status == ST_OK)
		status = content_read(f->desk->db, f->d->arena, id, SLOT_CC,
		                      &cc);
	if (status != ST_OK || ticket != f->in.ticket ||
	    state_message(f->d->state, id)->kind != MESSAGE_OUT)
		return status;
	out->message = state_message(f->d->state, id);
	out->ticket = state_ticket(f->d->state, ticket);
	out->lines =
		str_printf(f->d->arena, "%.*s\n%.*s", STR_ARG(to), STR_ARG(cc));
	rest = out->lines;
	while (str_line(&rest, &line))
		out->readers += str_trim(line).length > 0;
	return ST_OK;
}

/*
 * Which of its readers it is about, as a place in the list; the only one when
 * the report does not say. False: nobody whom we wrote to.
 */
static bool back_reader(const struct mail_filing *f,
                        const struct back_message *back, size_t *place_out,
                        struct str *address_out)
{
	struct str about = f->mail->bounce.recipient;
	struct str rest = back->lines, line;
	size_t place = 0;

	while (str_line(&rest, &line)) {
		struct str address = audience_line(line).address;

		if (address.length == 0)
			continue;
		if (str_equal_nocase(address, about) ||
		    (about.length == 0 && back->readers == 1)) {
			*place_out = place;
			*address_out = address;
			return true;
		}
		place++;
	}
	return false;
}

static enum status back_bounced(struct mail_filing *f,
                                const struct back_message *back, int64_t filed)
{
	const struct mail_bounce *bounce = &f->mail->bounce;
	struct decision *d = f->d;
	struct str address = STR("");
	size_t place = 0;
	bool known = back_reader(f, back, &place, &address);
	/* To one of several: whom it is to has it all the same. */
	bool partial = known && place > 0;
	enum status status = ST_OK;
	int64_t event;

	event = decide(
		d, EV_BOUNCE_RECEIVED, back->message->client, back->ticket->id,
		f->in.at,
		DATA(bounce_received, .ticket = back->ticket->id,
	             .message = back->message->id, .intake = f->in.intake,
	             .permanent = bounce->permanent, .partial = partial));
	decide_words(d, event, SLOT_REASON,
	             partial ? str_printf(d->arena, "Not to %.*s: %.*s",
	                                  STR_ARG(address),
	                                  STR_ARG(bounce->reason))
	                     : bounce->reason);
	d->cause = filed;
	if (known && bounce->permanent)
		status = participants_suppress(f->desk, d, back->ticket,
		                               back->message->id, address,
		                               WHY_BOUNCED, bounce->reason);
	/* It did not arrive, whether or not the address is bad for good. */
	if (status == ST_OK && !partial)
		outbound_fail(d, back->ticket, back->message, WHY_BOUNCED,
		              bounce->reason);
	return status;
}

static enum status back_complained(struct mail_filing *f,
                                   const struct back_message *back)
{
	struct str address = STR("");
	size_t place = 0;

	if (!back_reader(f, back, &place, &address))
		return ST_OK;
	return participants_suppress(f->desk, f->d, back->ticket,
	                             back->message->id, address, WHY_COMPLAINED,
	                             f->mail->bounce.reason);
}

/* Who is away, if we know them. It starts no clock and stops none. */
static enum status back_away(struct mail_filing *f, int64_t filed)
{
	const struct mail *mail = f->mail;
	int64_t contact = 0, participant = 0;
	enum status status = ST_OK;

	if (!f->in.ticket || mail->from.count != 1)
		return ST_OK;
	status = lookup_contact(
		f->desk->db,
		str_lower(f->d->arena, mail->from.items[0].address), &contact);
	if (status == ST_OK && contact)
		status = lookup_participant(f->desk->db, f->in.ticket, contact,
		                            &participant);
	if (status == ST_OK && participant)
		status = record_load(f->desk->db, f->d->state, RECORD_CONTACT,
		                     contact);
	if (status != ST_OK || !participant)
		return status;
	decide(f->d, EV_AWAY_NOTED,
	       state_ticket(f->d->state, f->in.ticket)->client, f->in.ticket,
	       f->in.at,
	       DATA(away_noted, .ticket = f->in.ticket, .contact = contact,
	            .message = filed, .until_at = mail->away_until));
	return ST_OK;
}

enum status mail_back_filed(struct mail_filing *f, int64_t filed)
{
	struct back_message back = {0};
	enum status status;

	if (f->mail->kind == MAIL_AUTO_VACATION)
		return back_away(f, filed);
	if (f->in.automatic == MAIL_AUTO_NONE && !f->in.from_member)
		return participants_alive(f->desk, f->d, f->in.from.address);
	if (f->mail->kind != MAIL_AUTO_FEEDBACK &&
	    (f->mail->kind != MAIL_AUTO_BOUNCE || !f->mail->bounce.is_failure))
		return ST_OK;
	status = back_find(f, &back);
	if (status != ST_OK || !back.message)
		return status;
	if (f->mail->kind == MAIL_AUTO_FEEDBACK)
		return back_complained(f, &back);
	return back_bounced(f, &back, filed);
}

bool mail_back_claims_us(const struct mail_filing *f)
{
	const struct agency *agency = f->desk->agency;
	const struct mail *mail = f->mail;

	if (mail->from.count != 1 ||
	    !agency_address_by_text(agency, mail->from.items[0].address))
		return false;
	/* A form sends as the desk itself, for whom Reply-To names. */
	for (size_t i = 0; i < mail->reply_to.count; i++) {
		if (!agency_address_by_text(agency,
		                            mail->reply_to.items[i].address))
			return false;
	}
	return true;
}
