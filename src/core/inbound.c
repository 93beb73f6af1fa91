#include "core/inbound.h"

#include "core/flag.h"
#include "core/later.h"
#include "core/promise.h"
#include "core/ticket.h"

int64_t inbound_client(struct decision *d, struct str name, struct str domain,
                       enum stage stage, instant_ms at)
{
	int64_t client = decide(d, EV_CLIENT_ADDED, 0, 0, at,
	                        DATA(client_added, .stage = stage));

	decide_words(d, client, SLOT_NAME, name);
	decide_words(d, client, SLOT_DOMAIN, domain);
	return client;
}

int64_t inbound_contact(struct decision *d, int64_t client, struct str name,
                        struct str address, instant_ms at)
{
	int64_t contact = decide(d, EV_CONTACT_ADDED, client, 0, at,
	                         DATA(contact_added, .role = CONTACT_PLAIN));

	decide_words(d, contact, SLOT_NAME, name);
	decide_words(d, contact, SLOT_ADDRESS, address);
	return contact;
}

static void inbound_participant(struct decision *d, const struct ticket *ticket,
                                int64_t contact, enum participant_role role,
                                int64_t message, instant_ms at)
{
	decide(d, EV_PARTICIPANT_ADDED, ticket->client, ticket->id, at,
	       DATA(participant_added, .ticket = ticket->id, .contact = contact,
	            .role = role, .message = message));
}

/*
 * How the message counts for the client: 0 not, 1 as one of several within the
 * playbook's window, 2 as another unanswered one.
 */
int64_t inbound_counts(const struct decision *d, const struct inbound *in,
                       const struct ticket *ticket, bool own_client)
{
	const struct playbook *playbook = rules_playbook(d->rules);
	const struct client *client = state_owner(d->state, ticket->client);
	span_ms window = 0;

	if (in->automatic || in->from_member || !own_client ||
	    in->triage->no_request != REQUEST_TYPE_NONE ||
	    in->triage->no_answer_needed)
		return 0;
	for (size_t i = 0; i < playbook->flags_count; i++) {
		if (playbook->flags[i].when == FLAG_WHEN_UNANSWERED)
			window = playbook->flags[i].once_within;
	}
	if (client->counted_at && in->at - client->counted_at < window)
		return 1;
	return 2;
}

void inbound_words(struct decision *d, int64_t message,
                   const struct inbound *in)
{
	const struct content words[] = {
		{message, SLOT_SUBJECT, in->subject},
		{message, SLOT_TEXT, in->text},
		{message, SLOT_FULL, in->full},
		{message, SLOT_HTML, in->html},
		{message, SLOT_FROM, in->from_text},
		{message, SLOT_TO, in->to},
		{message, SLOT_CC, in->cc},
		{message, SLOT_MESSAGE_ID, in->message_id},
		{message, SLOT_REFERENCES, in->references},
		{message, SLOT_ATTACHMENTS, in->attachment_lines},
		{message, SLOT_ERRORS, in->errors},
		{message, SLOT_AUTH, in->auth},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		decide_words(d, message, words[i].slot, words[i].text);
}

void inbound_signals(struct decision *d, const struct inbound *in,
                     const struct ticket *ticket, int64_t message)
{
	for (size_t i = 0; i < in->triage->signals_count; i++) {
		const struct triage_signal *signal = &in->triage->signals[i];

		/* A quote is a place in the message's own words. */
		if (signal->in_subject)
			continue;
		decide(d, EV_SIGNAL_NOTICED, ticket->client, ticket->id, in->at,
		       DATA(signal_noticed, .ticket = ticket->id,
		            .message = message, .kind = signal->kind,
		            .strength = signal->strength_milli,
		            .span_start = (int64_t)signal->start,
		            .span_end = (int64_t)signal->end));
	}
}

enum request_type inbound_asks(const struct inbound *in)
{
	if (in->triage->no_request != REQUEST_TYPE_NONE)
		return in->triage->no_request;
	return in->automatic ? REQUEST_OTHER : in->triage->type;
}

static void inbound_type(struct decision *d, const struct inbound *in,
                         struct ticket *ticket)
{
	decide(d, EV_TICKET_TYPED, ticket->client, ticket->id, in->at,
	       DATA(ticket_typed, .ticket = ticket->id,
	            .type = inbound_asks(in),
	            .playbook = rules_playbook_version(d->rules)));
}

/* What a counted message starts: clocks, reopening, flags. */
static void inbound_consequences(struct decision *d, const struct inbound *in,
                                 struct ticket *ticket, int64_t message,
                                 bool is_new)
{
	if (is_new)
		ticket_start_clocks(d, ticket, message, in->at);
	else
		ticket_client_wrote(d, ticket, message, in->at);
	flag_message(d, ticket, message, in->triage, in->at);
}

/* Whom the mail is from, as a contact of their company; 0 for one of us. */
int64_t inbound_sender(struct decision *d, const struct inbound *in,
                       int64_t *client_out)
{
	int64_t client = in->from.client ? in->from.client : in->client;

	if (client == 0)
		client = inbound_client(d, in->client_name, in->client_domain,
		                        STAGE_PROVISIONAL, in->at);
	*client_out = client;
	if (in->from_member || in->from.address.length == 0)
		return 0;
	if (in->from.contact)
		return in->from.contact;
	return inbound_contact(d, client, in->from.name, in->from.address,
	                       in->at);
}

static void inbound_others(struct decision *d, const struct inbound *in,
                           const struct ticket *ticket, int64_t message)
{
	for (size_t i = 0; i < in->other_count; i++) {
		const struct inbound_person *person = &in->others[i];
		int64_t client =
			person->client ? person->client : ticket->client;
		int64_t contact = person->contact;

		if (!contact)
			contact = inbound_contact(d, client, person->name,
			                          person->address, in->at);
		inbound_participant(d, ticket, contact, person->role, message,
		                    in->at);
	}
}

static enum participant_role inbound_role(const struct inbound *in,
                                          const struct ticket *ticket,
                                          int64_t sender_client)
{
	if (in->from.role)
		return in->from.role;
	return sender_client == ticket->client ? PARTICIPANT_CLIENT
	                                       : PARTICIPANT_OTHER_CLIENT;
}

void inbound_people(struct decision *d, const struct inbound *in,
                    const struct ticket *ticket, int64_t contact,
                    int64_t sender_client, int64_t message)
{
	if (contact && !in->participates)
		inbound_participant(d, ticket, contact,
		                    inbound_role(in, ticket, sender_client),
		                    message, in->at);
	inbound_others(d, in, ticket, message);
}

int64_t inbound_file(struct decision *d, const struct inbound *in)
{
	struct ticket *ticket = state_ticket(d->state, in->ticket);
	bool is_new = ticket == NULL;
	int64_t sender_client, contact, message, counts;

	d->cause = in->intake;
	contact = inbound_sender(d, in, &sender_client);
	if (is_new) {
		int64_t id = decide(
			d, EV_TICKET_OPENED, sender_client, 0, in->at,
			DATA(ticket_opened, .contact = contact,
		             .address = in->address, .source = in->source));

		decide_words(d, id, SLOT_SUBJECT, in->subject);
		ticket = state_ticket(d->state, id);
	}
	counts = inbound_counts(d, in, ticket, sender_client == ticket->client);
	message = decide(
		d, EV_MESSAGE_RECEIVED, ticket->client, ticket->id, in->at,
		DATA(message_received, .ticket = ticket->id, .contact = contact,
	             .intake = in->intake, .raw = in->raw,
	             .automatic = in->automatic, .attachments = in->attachments,
	             .has_html = in->has_html, .dated_at = in->dated_at,
	             .counts = counts, .verified = in->verified,
	             .answers = in->answers));
	inbound_words(d, message, in);
	d->cause = message;
	inbound_people(d, in, ticket, contact, sender_client, message);
	if (is_new)
		inbound_type(d, in, ticket);
	if (!in->automatic && !in->from_member)
		inbound_signals(d, in, ticket, message);
	if (!in->automatic && !in->from_member &&
	    sender_client == ticket->client)
		later_client_wrote(d, ticket, message, in->at);
	if (counts)
		inbound_consequences(d, in, ticket, message, is_new);
	else if (is_new && in->automatic)
		ticket_file_quietly(d, ticket, in->at);
	else if (!is_new && !in->automatic && !in->from_member &&
	         !in->triage->no_answer_needed)
		ticket_show(d, ticket, in->at);
	return message;
}
