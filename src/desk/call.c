#include "desk/call.h"

#include "base/limits.h"
#include "core/inbound.h"
#include "core/promise.h"
#include "core/text/triage.h"
#include "core/ticket.h"
#include "desk/whose.h"
#include "mail/address.h"
#include "store/record.h"
#include "store/view.h"

struct call_work {
	struct desk *desk;
	struct decision *d;
	const struct call_command *asked;
	struct problem *problem;
	int64_t contact, client;
	struct str name, address;
	instant_ms at;
};

static enum status call_checked(struct call_work *w)
{
	const struct call_command *asked = w->asked;

	w->at = asked->at ? asked->at : w->d->now;
	if (str_trim(asked->text).length == 0)
		return problem_set(w->problem, ST_INVALID, "text",
		                   "Write what was said.");
	if (asked->text.length > LIMIT_TEXT_BYTES ||
	    asked->subject.length > LIMIT_SUBJECT_BYTES ||
	    asked->name.length > LIMIT_NAME_BYTES)
		return problem_set(w->problem, ST_LIMIT, "text",
		                   "That is too long.");
	if (w->at > w->d->now || w->at < w->d->now - CALL_AGE_MAX)
		return problem_set(w->problem, ST_INVALID, "at",
		                   "A call is logged within seven days, and "
		                   "not before it was had.");
	return ST_OK;
}

static enum status call_known(struct call_work *w)
{
	struct view_contact contact = {0};
	enum status status = record_load(w->desk->db, w->d->state,
	                                 RECORD_CONTACT, w->asked->contact);

	if (status == ST_NOT_FOUND)
		return desk_missing(w->problem, "contact");
	if (status == ST_OK)
		status = view_contact(w->desk->db, w->d->arena,
		                      w->asked->contact, &contact);
	if (status == ST_OK)
		status = record_load_client(w->desk->db, w->d->state,
		                            contact.record.client);
	if (status != ST_OK)
		return status;
	w->contact = w->asked->contact;
	w->client = state_owner(w->d->state, contact.record.client)->id;
	w->name = contact.name;
	w->address = contact.address;
	return ST_OK;
}

/* By their address, as for a thread that begins with a mail of ours. */
static enum status call_person(struct call_work *w)
{
	struct decision *d = w->d;
	enum status status;

	w->name = str_trim(w->asked->name);
	w->address = str_lower(d->arena,
	                       address_normalise(d->arena, w->asked->address));
	if (!address_valid(w->address) ||
	    w->address.length > LIMIT_ADDRESS_BYTES)
		return problem_set(w->problem, ST_INVALID, "to",
		                   "Say who it was: a contact, or a mail "
		                   "address.");
	if (agency_address_by_text(w->desk->agency, w->address))
		return problem_set(w->problem, ST_INVALID, "to",
		                   "That is an address of the desk itself.");
	status = whose_address(w->desk, d, w->address, &w->contact, &w->client);
	if (status != ST_OK)
		return status;
	if (!w->client)
		w->client = inbound_client(
			d, w->name.length ? w->name : w->address,
			address_company(address_domain(w->address)),
			STAGE_PROVISIONAL, w->at);
	if (!w->contact)
		w->contact = inbound_contact(d, w->client, w->name, w->address,
		                             w->at);
	return ST_OK;
}

static struct str call_subject(const struct call_work *w)
{
	if (str_trim(w->asked->subject).length > 0)
		return w->asked->subject;
	return str_printf(w->d->arena, "Call with %.*s",
	                  STR_ARG(w->name.length ? w->name : w->address));
}

/* What they asked for, by the same rules as a mail. */
static enum request_type call_type(const struct call_work *w,
                                   struct str subject)
{
	const struct playbook *playbook = rules_playbook(w->d->rules);
	const struct triage_input input = {
		.subject = subject,
		.text = w->asked->text,
		.from = w->address,
		.now = w->at,
		.zone = w->desk->agency->zone,
	};
	struct triage triage = {0};

	triage_message(playbook, w->d->arena, &input, &triage);
	return request_type_is_request(triage.type) ? triage.type
	                                            : REQUEST_OTHER;
}

static void call_decide(struct call_work *w)
{
	struct decision *d = w->d;
	struct str subject = call_subject(w);
	struct ticket *ticket;
	int64_t id = decide(d, EV_TICKET_OPENED, w->client, 0, w->at,
	                    DATA(ticket_opened, .contact = w->contact,
	                         .source = SOURCE_MEMBER));

	decide_words(d, id, SLOT_SUBJECT, subject);
	decide(d, EV_TICKET_TYPED, w->client, id, w->at,
	       DATA(ticket_typed, .ticket = id, .type = call_type(w, subject),
	            .playbook = rules_playbook_version(d->rules)));
	decide(d, EV_PARTICIPANT_ADDED, w->client, id, w->at,
	       DATA(participant_added, .ticket = id, .contact = w->contact,
	            .role = PARTICIPANT_CLIENT));
	ticket = state_ticket(d->state, id);
	ticket_start_clocks(d, ticket, 0, w->at);
	ticket_call(d, ticket, w->contact, w->asked->outward, w->asked->spoke,
	            w->asked->text, w->at);
	/* It may be logged late: what fell due meanwhile fell due then. */
	for (struct promise *p = ticket->promises; p; p = p->next)
		promise_fire(d, p);
}

enum status desk_call_begin(struct desk *desk, const struct turn *turn,
                            const struct call_command *asked,
                            struct outcome *outcome_out,
                            struct problem *problem_out)
{
	struct decision d;
	struct call_work w = {
		.desk = desk, .d = &d, .asked = asked, .problem = problem_out};
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = call_checked(&w);
	if (status == ST_OK)
		status = asked->contact ? call_known(&w) : call_person(&w);
	if (status != ST_OK)
		return status;
	call_decide(&w);
	return desk_commit(desk, turn, &d, outcome_out);
}
