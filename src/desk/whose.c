#include "desk/whose.h"

#include "base/limits.h"
#include "desk/audience.h"
#include "mail/address.h"
#include "store/content.h"
#include "store/lookup.h"
#include "store/record.h"

#define WHOSE_OTHERS_MAX 50

/* Loads a client and follows merges to the one that is left. */
static enum status whose_client(struct desk *desk, struct decision *d,
                                int64_t id, int64_t *client_out)
{
	for (int hops = 0; hops < 16 && id; hops++) {
		enum status status =
			record_load(desk->db, d->state, RECORD_CLIENT, id);

		if (status != ST_OK)
			return status;
		*client_out = id;
		id = state_client(d->state, id)->merged_into;
	}
	return ST_OK;
}

enum status whose_address(struct desk *desk, struct decision *d,
                          struct str address, int64_t *contact_out,
                          int64_t *client_out)
{
	struct str lower = str_lower(d->arena, address);
	int64_t contact = 0;
	enum status status = lookup_contact(desk->db, lower, &contact);

	*contact_out = 0;
	*client_out = 0;
	if (status == ST_OK && contact)
		status = record_load(desk->db, d->state, RECORD_CONTACT,
		                     contact);
	if (status != ST_OK)
		return status;
	if (contact) {
		*contact_out = contact;
		return whose_client(desk, d,
		                    state_contact(d->state, contact)->client,
		                    client_out);
	}

	struct str company = address_company(address_domain(lower));
	int64_t client = 0;

	if (company.length == 0)
		return ST_OK;
	status = lookup_domain(desk->db, company, &client);
	if (status == ST_OK && client)
		status = whose_client(desk, d, client, client_out);
	return status;
}

/* "tidewater-outfitters.example" gives "Tidewater outfitters". */
static struct str whose_domain_name(struct arena *arena, struct str domain)
{
	size_t dot = str_find_char(domain, '.', 0);
	char *name = str_cstr(arena, str_sub(domain, 0, dot));

	for (size_t i = 0; i < dot; i++) {
		if (name[i] == '-' || name[i] == '_')
			name[i] = ' ';
	}
	if (dot > 0 && name[0] >= 'a' && name[0] <= 'z')
		name[0] = (char)(name[0] - 'a' + 'A');
	return (struct str){name, dot};
}

static struct mail_address whose_sender(const struct agency *agency,
                                        const struct mail *mail,
                                        bool *member_out)
{
	struct mail_address none = {STR(""), STR("")};
	struct mail_address from =
		mail->from.count == 1 ? mail->from.items[0] : none;
	bool ours = agency_address_by_text(agency, from.address) != NULL;

	*member_out = false;
	/* A form's mails come from one machine; Reply-To names the person. */
	if ((ours || address_is_machine(from.address)) &&
	    mail->reply_to.count == 1 && mail->kind == MAIL_AUTO_NONE &&
	    !agency_address_by_text(agency, mail->reply_to.items[0].address))
		return mail->reply_to.items[0];
	/* Our own mailbox is nobody who could be answered. */
	if (ours)
		from.address = STR("");
	if (!agency_member_by_address(agency, from.address))
		return from;
	/* One of us passed a client's mail on: it is the client's. */
	if (mail->forwarded.is_forward &&
	    mail->forwarded.original.address.length > 0)
		return mail->forwarded.original;
	*member_out = true;
	return from;
}

struct str whose_from(const struct agency *agency, struct arena *arena,
                      const struct mail *mail)
{
	bool member;
	struct mail_address sender = whose_sender(agency, mail, &member);

	return address_valid(sender.address) ? str_lower(arena, sender.address)
	                                     : STR("");
}

static void whose_names(struct decision *d, struct inbound *in)
{
	struct str company = address_company(address_domain(in->from.address));

	in->client_domain = company;
	if (company.length > 0)
		in->client_name = whose_domain_name(d->arena, company);
	else if (in->from.name.length > 0)
		in->client_name = in->from.name;
	else if (in->from.address.length > 0)
		in->client_name = in->from.address;
	else
		in->client_name = STR("Unknown sender");
}

/* Whether a message of ours was addressed to them. */
static enum status whose_reader(struct desk *desk, struct decision *d,
                                int64_t message, struct str address,
                                bool *reader_out)
{
	struct str to = STR(""), cc = STR(""), lines, line;
	enum status status = ST_OK;

	*reader_out = false;
	if (!message)
		return ST_OK;
	status = content_read(desk->db, d->arena, message, SLOT_TO, &to);
	if (status == ST_OK)
		status =
			content_read(desk->db, d->arena, message, SLOT_CC, &cc);
	lines = str_printf(d->arena, "%.*s\n%.*s", STR_ARG(to), STR_ARG(cc));
	while (!*reader_out && str_line(&lines, &line))
		*reader_out =
			str_equal_nocase(audience_line(line).address, address);
	return status;
}

/* One person of To or Cc; false when they are none to keep. */
static enum status whose_other(struct desk *desk, struct decision *d,
                               const struct inbound *in,
                               const struct mail_address *person,
                               struct inbound_person *out, bool *keep_out)
{
	struct str company = address_company(address_domain(person->address));
	int64_t participant = 0;
	enum status status;

	*keep_out = false;
	if (!address_valid(person->address) ||
	    str_equal_nocase(person->address, in->from.address) ||
	    agency_address_by_text(desk->agency, person->address) ||
	    agency_member_by_address(desk->agency, person->address))
		return ST_OK;
	*out = (struct inbound_person){
		.name = person->name,
		.address = str_lower(d->arena, person->address),
		.role = PARTICIPANT_CC,
	};
	status = whose_address(desk, d, out->address, &out->contact,
	                       &out->client);
	if (status != ST_OK)
		return status;
	/*
	 * Strangers in Cc take part in nothing: only colleagues of the sender
	 * and people who are known already do, and whom we wrote to ourselves.
	 */
	if (!out->contact &&
	    (company.length == 0 || !str_equal(company, in->client_domain))) {
		bool reader;

		status = whose_reader(desk, d, in->answers, out->address,
		                      &reader);
		if (status != ST_OK || !reader)
			return status;
	}
	/* A sender who is new here is of none of our clients yet. */
	if (out->client && out->client != in->from.client)
		out->role = PARTICIPANT_OTHER_CLIENT;
	if (out->contact && in->ticket)
		status = lookup_participant(desk->db, in->ticket, out->contact,
		                            &participant);
	*keep_out = participant == 0;
	return status;
}

static bool whose_same(const struct inbound_person *a,
                       const struct inbound_person *b)
{
	return str_equal(a->address, b->address) ||
	       (a->contact && a->contact == b->contact);
}

static enum status whose_others(struct desk *desk, struct decision *d,
                                const struct mail *mail, struct inbound *in)
{
	const struct mail_addresses *lists[] = {&mail->to, &mail->cc};
	struct inbound_person *others =
		arena_array(d->arena, WHOSE_OTHERS_MAX, sizeof(*others));
	size_t count = 0;

	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0;
		     j < lists[i]->count && j < WHOSE_OTHERS_MAX &&
		     count < WHOSE_OTHERS_MAX;
		     j++) {
			bool keep, again = false;
			enum status status =
				whose_other(desk, d, in, &lists[i]->items[j],
			                    &others[count], &keep);

			if (status != ST_OK)
				return status;
			for (size_t k = 0; k < count; k++)
				again = again ||
				        whose_same(&others[k], &others[count]);
			again = again || whose_same(&in->from, &others[count]);
			count += keep && !again;
		}
	}
	in->others = others;
	in->other_count = count;
	return ST_OK;
}

/*
 * Holding our token shows that they have our mail, not whose mail it is: we
 * write only to those whom we wrote to, until a member says who they are.
 */
static enum status whose_expected(struct desk *desk, struct decision *d,
                                  struct inbound *in)
{
	bool reader = false;
	enum status status =
		whose_reader(desk, d, in->answers, in->from.address, &reader);

	if (status == ST_OK && !reader)
		in->from.role = PARTICIPANT_OTHER_CLIENT;
	return status;
}

enum status whose_mail(struct desk *desk, struct decision *d,
                       const struct mail *mail, struct inbound *in)
{
	struct mail_address sender =
		whose_sender(desk->agency, mail, &in->from_member);
	const struct ticket *ticket = state_ticket(d->state, in->ticket);
	/* A list passes on what a person wrote. */
	bool machine = in->automatic && in->automatic != MAIL_AUTO_LIST;
	enum status status;

	in->from.name = sender.name;
	if (address_valid(sender.address))
		in->from.address = str_lower(d->arena, sender.address);
	/* What a machine or one of us says on a thread is the thread's. */
	if (ticket &&
	    (in->from_member || machine || in->from.address.length == 0)) {
		in->from.client = ticket->client;
		if (machine)
			in->from.address = STR("");
		return ST_OK;
	}
	if (in->from.address.length > 0) {
		status = whose_address(desk, d, in->from.address,
		                       &in->from.contact, &in->client);
		if (status != ST_OK)
			return status;
		in->from.client = in->client;
	}
	if (ticket && in->from.contact) {
		int64_t participant = 0;

		status = lookup_participant(desk->db, ticket->id,
		                            in->from.contact, &participant);
		if (status != ST_OK)
			return status;
		in->participates = participant != 0;
	}
	whose_names(d, in);
	/* Somebody new who answers our own mail belongs to that client. */
	if (ticket && !in->client && in->verified) {
		in->client = in->from.client = ticket->client;
		status = whose_expected(desk, d, in);
		if (status != ST_OK)
			return status;
	}
	if (machine && !in->client)
		return ST_OK;
	return whose_others(desk, d, mail, in);
}
