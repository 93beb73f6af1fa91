#include "desk/reply_people.h"

#include "base/limits.h"
#include "core/inbound.h"
#include "core/later.h"
#include "core/ticket.h"
#include "desk/attachment.h"
#include "desk/audience.h"
#include "desk/drafts.h"
#include "desk/token.h"
#include "desk/whose.h"
#include "mail/address.h"
#include "store/blob.h"
#include "store/content.h"
#include "store/record.h"
#include "store/upload.h"
#include "store/view.h"

static enum status reply_attachments(struct reply_work *w)
{
	struct buf buf;
	enum status status = ST_OK;

	if (w->reply->upload_count > LIMIT_ATTACHMENTS)
		return problem_set(w->problem, ST_LIMIT, "attachments",
		                   "Too many files.");
	buf_init(&buf, LIMIT_TEXT_BYTES);
	for (size_t i = 0; i < w->reply->upload_count && status == ST_OK; i++) {
		struct upload upload;
		struct blob blob = {0};

		status = upload_find(w->desk->db, w->reply->uploads[i],
		                     w->d->arena, &upload);
		if (status == ST_OK)
			status = blob_find(w->desk->db, upload.id, &blob);
		/* Another member's file is no file at all. */
		if (status == ST_NOT_FOUND ||
		    (status == ST_OK && upload.member != w->d->actor))
			status = problem_set(w->problem, ST_INVALID,
			                     "attachments",
			                     "A file is missing: attach it "
			                     "again.");
		if (status == ST_OK)
			attachment_print(&buf,
			                 &(struct attachment){
						 .name = upload.name,
						 .type = upload.type,
						 .size = blob.size,
						 .blob = w->reply->uploads[i]});
	}
	w->out.attachment_lines = str_copy(w->d->arena, buf_view(&buf));
	w->out.attachments = (int64_t)w->reply->upload_count;
	buf_release(&buf);
	return status;
}

/* From, message id, subject and the ids of the thread. */
static enum status reply_headers(struct reply_work *w)
{
	const struct agency_address *from =
		agency_address(w->desk->agency, w->ticket->address);
	struct arena *arena = w->d->arena;
	struct sql_db *db = w->desk->db;
	struct str parent = STR(""), references = STR("");
	enum status status;

	for (size_t i = 0; i < w->desk->agency->address_count &&
	                   !(from && from->record.active);
	     i++)
		from = &w->desk->agency->addresses[i];
	if (!from)
		return problem_set(w->problem, ST_CONFLICT, "from",
		                   "The desk has no address to send from. "
		                   "Add one in Settings.");
	w->out.address = from->record.id;
	w->out.from = reply_person(
		arena, agency_from_name(w->desk->agency, from), from->address);
	status = token_message_id(w->desk, arena, from->address,
	                          &w->out.message_id);
	if (status == ST_OK && w->out.answers)
		status = content_read(db, arena, w->out.answers,
		                      SLOT_MESSAGE_ID, &parent);
	if (status == ST_OK && w->out.answers)
		status = content_read(db, arena, w->out.answers,
		                      SLOT_REFERENCES, &references);
	w->out.references =
		references.length && !str_ends(references, STR("\n"))
			? str_printf(arena, "%.*s\n%.*s", STR_ARG(references),
	                             STR_ARG(parent))
			: str_printf(arena, "%.*s%.*s", STR_ARG(references),
	                             STR_ARG(parent));
	return status;
}

/* The addresses that answers and bounces of it come to. */
static enum status reply_return(struct reply_work *w, int64_t message)
{
	const struct agency_address *from =
		agency_address(w->desk->agency, w->out.address);
	struct str reply_to = STR(""), sender = STR("");
	enum status status =
		token_address(w->desk, w->d->arena, from->address, 'r', message,
	                      w->out.message_id, &reply_to);

	if (status == ST_OK)
		status = token_address(w->desk, w->d->arena, from->address, 'b',
		                       message, w->out.message_id, &sender);
	if (status == ST_OK && reply_to.length > 0 && sender.length > 0)
		decide_words(w->d, message, SLOT_RETURN,
		             str_printf(w->d->arena, "%.*s\n%.*s",
		                        STR_ARG(reply_to), STR_ARG(sender)));
	return status;
}

static enum status reply_subject(struct reply_work *w)
{
	struct str subject = STR("");
	enum status status =
		content_read(w->desk->db, w->d->arena, w->ticket->subject_by,
	                     SLOT_SUBJECT, &subject);

	if (w->reply->ticket == 0)
		w->out.subject = w->reply->subject;
	else if (str_starts_nocase(subject, STR("Re:")))
		w->out.subject = subject;
	else
		w->out.subject =
			str_printf(w->d->arena, "Re: %.*s", STR_ARG(subject));
	return status;
}

/* A reply that waits must wait for a moment that comes. */
static enum status reply_hour(const struct reply *reply, instant_ms now,
                              struct problem *problem_out)
{
	if (reply->send_at &&
	    (reply->send_at <= now || reply->send_at > now + LATER_SPAN_MAX))
		return problem_set(problem_out, ST_INVALID, "send_at",
		                   "Choose a moment within the next two "
		                   "years.");
	return ST_OK;
}

static enum status reply_checked(const struct reply *reply,
                                 struct problem *problem_out)
{
	if (str_trim(reply->text).length == 0)
		return problem_set(problem_out, ST_INVALID, "text",
		                   "Write something first.");
	if (reply->text.length > LIMIT_TEXT_BYTES ||
	    reply->html.length > LIMIT_HTML_BYTES)
		return problem_set(problem_out, ST_LIMIT, "text",
		                   "That is too long for a mail.");
	if (reply->ticket == 0 && !address_valid(reply->to_address))
		return problem_set(problem_out, ST_INVALID, "to",
		                   "That is no mail address.");
	if (reply->ticket == 0 && str_trim(reply->subject).length == 0)
		return problem_set(problem_out, ST_INVALID, "subject",
		                   "A new thread needs a subject.");
	return ST_OK;
}

/* Which of our addresses a new thread is from; 0 while there is none. */
static enum status reply_new_from(struct reply_work *w, int64_t *from_out)
{
	const struct agency *agency = w->desk->agency;
	const struct agency_address *chosen =
		agency_address(agency, w->reply->from);

	if (w->reply->from && !(chosen && chosen->record.active))
		return problem_set(w->problem, ST_INVALID, "from",
		                   "That is none of the desk's addresses.");
	*from_out = chosen ? chosen->record.id : 0;
	for (size_t i = 0; i < agency->address_count && !*from_out; i++) {
		if (agency->addresses[i].record.active)
			*from_out = agency->addresses[i].record.id;
	}
	return ST_OK;
}

/* A thread that we begin: the first response is ours already. */
static enum status reply_new_thread(struct reply_work *w)
{
	struct decision *d = w->d;
	struct str address = str_lower(
		d->arena, address_normalise(d->arena, w->reply->to_address));
	struct str company = address_company(address_domain(address));
	int64_t contact = 0, client = 0, from = 0, ticket;
	enum status status = reply_new_from(w, &from);

	if (status == ST_OK)
		status = reply_may_write(w, address);
	if (status == ST_OK)
		status = whose_address(w->desk, d, address, &contact, &client);
	if (status != ST_OK)
		return status;
	if (!client)
		client = inbound_client(
			d,
			w->reply->to_name.length ? w->reply->to_name : address,
			company, STAGE_PROVISIONAL, d->now);
	if (!contact)
		contact = inbound_contact(d, client, w->reply->to_name, address,
		                          d->now);
	ticket = decide(d, EV_TICKET_OPENED, client, 0, d->now,
	                DATA(ticket_opened, .contact = contact, .address = from,
	                     .source = SOURCE_MEMBER));
	decide_words(d, ticket, SLOT_SUBJECT, w->reply->subject);
	decide(d, EV_TICKET_TYPED, client, ticket, d->now,
	       DATA(ticket_typed, .ticket = ticket, .type = REQUEST_OTHER,
	            .playbook = rules_playbook_version(d->rules)));
	decide(d, EV_PARTICIPANT_ADDED, client, ticket, d->now,
	       DATA(participant_added, .ticket = ticket, .contact = contact,
	            .role = PARTICIPANT_CLIENT));
	w->ticket = state_ticket(d->state, ticket);
	w->out.contact = contact;
	w->out.to = reply_person(d->arena, w->reply->to_name, address);
	return ST_OK;
}

/* Somebody else wrote since the writer looked: they should look first. */
static enum status reply_not_stale(const struct reply_work *w)
{
	int64_t shown = w->reply->seen > w->reply->audience
	                        ? w->reply->seen
	                        : w->reply->audience;
	int64_t newest = 0;
	enum status status = audience_newest(w->desk->db, w->ticket->id,
	                                     w->d->actor, &newest);

	if (status == ST_OK && newest > shown)
		return problem_set(w->problem, ST_CONFLICT, "moved_on",
		                   "A new message arrived while you wrote. "
		                   "Read it, then send.");
	return status;
}

static enum status reply_thread(struct reply_work *w)
{
	enum status status = desk_load_ticket(w->desk, w->d, w->reply->ticket,
	                                      &w->ticket, w->problem);

	if (status != ST_OK)
		return status;
	if (w->ticket->merged_into)
		return problem_set(w->problem, ST_CONFLICT, "ticket",
		                   "It was merged into another thread: answer "
		                   "there.");
	status = reply_not_stale(w);
	return status == ST_OK ? reply_people(w) : status;
}

/* Who answers what nobody has, has it; undoing the answer gives it back. */
static void reply_take(struct reply_work *w, int64_t message)
{
	struct decision *d = w->d;

	if (w->ticket->assignee || !d->actor)
		return;
	d->cause = message;
	if (ticket_assign(d, w->ticket, d->actor, NULL) != ST_OK)
		return; /* merged away: its answer goes on all the same */
}

enum status desk_reply(struct desk *desk, const struct turn *turn,
                       const struct reply *reply, struct outcome *outcome_out,
                       struct problem *problem_out)
{
	struct decision d;
	struct reply_work w = {
		.desk = desk, .d = &d, .reply = reply, .problem = problem_out};
	int64_t message;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = reply_checked(reply, problem_out);
	if (status == ST_OK)
		status = reply_hour(reply, d.now, problem_out);
	if (status == ST_OK)
		status =
			reply->ticket ? reply_thread(&w) : reply_new_thread(&w);
	if (status == ST_OK)
		status = reply_headers(&w);
	if (status == ST_OK)
		status = reply_subject(&w);
	if (status == ST_OK)
		status = reply_attachments(&w);
	if (status != ST_OK)
		return status;
	w.out.text = reply->text;
	w.out.html = reply->html;
	w.out.has_html = reply->html.length > 0;
	w.out.then = reply->then;
	w.out.send_at = reply->send_at;
	w.out.firm = reply->firm;
	message = outbound_queue(&d, w.ticket, &w.out);
	status = reply_return(&w, message);
	reply_take(&w, message);
	if (reply->ticket)
		status = drafts_answered(desk, reply->ticket, turn->actor);
	for (size_t i = 0; i < reply->upload_count && status == ST_OK; i++)
		status = upload_use(desk->db, reply->uploads[i], message);
	if (status == ST_OK)
		status = desk_commit(desk, turn, &d, outcome_out);
	return status;
}
