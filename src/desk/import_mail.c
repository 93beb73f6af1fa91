/*
 * One mail of the past: whose it is, which way it went, whether it is here
 * already, and which thread it belongs to.
 */
#include <string.h>

#include "core/history.h"
#include "desk/imports.h"
#include "desk/mail_filing.h"
#include "desk/token.h"
#include "desk/whose.h"
#include "mail/address.h"
#include "store/content.h"
#include "store/lookup.h"
#include "store/record.h"

/* Filing the same place of the same import twice is impossible. */
static void import_command(const struct import_mail *asked,
                           unsigned char command_out[EVENT_COMMAND_BYTES])
{
	memset(command_out, 0, EVENT_COMMAND_BYTES);
	memcpy(command_out, "im", 2);
	for (int i = 0; i < 6; i++)
		command_out[2 + i] = (unsigned char)((uint64_t)asked->import >>
		                                     (40 - 8 * i));
	for (int i = 0; i < 8; i++)
		command_out[8 + i] =
			(unsigned char)((uint64_t)asked->read >> (56 - 8 * i));
}

/* Loads a ticket, or what it was merged into. */
static enum status import_ticket(struct mail_filing *f, int64_t id)
{
	for (int hops = 0; hops < 16 && id; hops++) {
		enum status status =
			record_load_ticket(f->desk->db, f->d->state, id);

		if (status != ST_OK)
			return status;
		f->in.ticket = id;
		id = state_ticket(f->d->state, id)->merged_into;
	}
	return ST_OK;
}

static enum status import_word_is(struct mail_filing *f, int64_t message,
                                  enum slot slot, struct str mine, bool *same)
{
	struct str theirs = STR("");
	enum status status = ST_OK;

	if (*same)
		status = content_read(f->desk->db, f->d->arena, message, slot,
		                      &theirs);
	*same = *same && str_equal(theirs, mine);
	return status;
}

/*
 * The same words under the same id, though headers on its way made the bytes
 * differ: received live, or lying in two folders.
 */
static enum status import_twin_by_id(struct mail_filing *f, int64_t *twin_out)
{
	int64_t message = 0;
	bool own = false, same = true;
	enum status status =
		lookup_ref(f->desk->db, f->in.message_id, &message, &own);

	if (status != ST_OK || !own)
		return status;
	status = token_is_ours(f->desk, f->d->arena, f->in.message_id, &own);
	if (status == ST_OK && !own)
		status = import_word_is(f, message, SLOT_FROM, f->in.from_text,
		                        &same);
	if (status == ST_OK && !own)
		status = import_word_is(f, message, SLOT_SUBJECT, f->in.subject,
		                        &same);
	if (status == ST_OK && !own)
		status = import_word_is(f, message, SLOT_TEXT, f->in.text,
		                        &same);
	if (status == ST_OK && same)
		*twin_out = message;
	return status;
}

static enum status import_twin(struct mail_filing *f, int64_t *twin_out)
{
	unsigned char digest[LOOKUP_DIGEST_BYTES];
	struct str id = f->in.message_id;
	enum status status;

	/* As store/project.c does: two mails of a form differ in time. */
	if (id.length == 0)
		id = str_printf(f->d->arena, "%lld", (long long)f->in.at);
	lookup_digest_of(id, f->in.from_text, f->in.subject,
	                 f->in.full.length ? f->in.full : f->in.text,
	                 f->in.attachment_lines, digest);
	status = lookup_digest(
		f->desk->db, (struct str){(const char *)digest, sizeof(digest)},
		twin_out);
	if (status == ST_OK && *twin_out == 0 && f->in.message_id.length > 0)
		status = import_twin_by_id(f, twin_out);
	return status;
}

/* Which of our addresses it came to or left from. */
static int64_t import_address(const struct mail_filing *f)
{
	const struct agency *agency = f->desk->agency;
	const struct mail_addresses *lists[] = {&f->mail->to, &f->mail->cc,
	                                        &f->mail->from};

	for (size_t i = 0; i < 3; i++) {
		for (size_t j = 0; j < lists[i]->count; j++) {
			const struct agency_address *address =
				agency_address_by_text(
					agency, lists[i]->items[j].address);

			if (address)
				return address->record.id;
		}
	}
	for (size_t i = 0; i < agency->address_count; i++) {
		if (agency->addresses[i].record.active)
			return agency->addresses[i].record.id;
	}
	return 0;
}

/* From one of us to somebody else. */
static bool import_outward(const struct mail_filing *f,
                           const struct import_mail *asked,
                           struct mail_address *person_out)
{
	const struct mail *mail = f->mail;

	if (mail->from.count != 1 || mail->kind == MAIL_AUTO_BOUNCE ||
	    !mail_sent_ours(f->desk->agency, mail->from.items[0].address,
	                    asked->mine, asked->mine_count))
		return false;
	*person_out = mail_sent_to(f, asked->mine, asked->mine_count);
	return person_out->address.length > 0;
}

/* As if it came from whom it is to. */
static enum status import_people(struct mail_filing *f,
                                 struct mail_address *person)
{
	struct mail turned = *f->mail;

	turned.from.items = person;
	turned.from.count = 1;
	turned.reply_to.count = 0;
	turned.forwarded.is_forward = false;
	f->in.automatic = MAIL_AUTO_NONE;
	return whose_mail(f->desk, f->d, &turned, &f->in);
}

static enum status import_thread(struct mail_filing *f, int64_t known)
{
	enum status status;

	if (known)
		return import_ticket(f, known);
	status = mail_in_bounced_thread(f);
	if (status == ST_OK)
		status = mail_in_thread(f);
	return status;
}

/* An answer on a thread that goes on here settles what it answers. */
static enum status import_decide(struct mail_filing *f,
                                 const struct history *history,
                                 int64_t *message_out)
{
	const struct ticket *ticket = state_ticket(f->d->state, f->in.ticket);
	struct history_left left, client_left;
	enum status status;

	if (!history->outward || f->in.automatic || !ticket ||
	    (ticket->state == TICKET_CLOSED && ticket->why == WHY_HISTORY)) {
		*message_out = history_file(f->d, history);
		return ST_OK;
	}
	status = mail_sent_left(f, f->in.at, &left, &client_left);
	if (status == ST_OK) {
		f->d->reconstructed = true;
		*message_out = history_sent(f->d, history, &left, &client_left);
	}
	return status;
}

/* Decides what becomes of it; *message_out 0: it is among ourselves. */
static enum status import_file(struct mail_filing *f,
                               const struct import_mail *asked, int64_t known,
                               int64_t *message_out)
{
	const struct agency *agency = f->desk->agency;
	const struct agency_member *member = NULL;
	struct mail_address person;
	struct history history = {.in = &f->in,
	                          .import = asked->import,
	                          .type = asked->type,
	                          .owner = asked->owner};
	enum status status = import_thread(f, known);

	if (status != ST_OK)
		return status;
	f->in.address = import_address(f);
	f->in.source = SOURCE_IMPORT;
	history.outward = import_outward(f, asked, &person);
	f->in.automatic = (int)f->mail->kind;
	if (history.outward) {
		member = agency_member_by_address(
			agency, f->mail->from.items[0].address);
		history.member = member ? member->record.id : 0;
		status = import_people(f, &person);
		f->in.automatic = (int)f->mail->kind;
	} else {
		status = whose_mail(f->desk, f->d, f->mail, &f->in);
	}
	if (status != ST_OK)
		return status;
	if (!history.outward &&
	    (f->in.from_member ||
	     mail_sent_ours(agency, f->in.from.address, asked->mine,
	                    asked->mine_count)))
		return ST_OK;
	mail_in_triage(f);
	if (f->in.automatic == MAIL_AUTO_LIST &&
	    (history.outward || mail_in_list_asks(f)))
		f->in.automatic = MAIL_AUTO_NONE;
	return import_decide(f, &history, message_out);
}

/* Kept where people see what could not be read. */
static enum status import_set_aside(struct desk *desk, const struct turn *turn,
                                    struct decision *d,
                                    const struct import_mail *asked,
                                    struct outcome *outcome_out)
{
	const struct mail mail = {0};
	struct mail_filing f = {.desk = desk, .d = d, .mail = &mail};
	int64_t id;
	enum status status;

	if (!asked->ready)
		return ST_OK;
	id = decide(d, EV_MAIL_ACCEPTED, 0, 0, asked->at,
	            DATA(mail_accepted, .raw = d->next_seq,
	                 .address = import_address(&f),
	                 .size = (int64_t)asked->ready->bytes.length,
	                 .source = SOURCE_IMPORT));
	decide(d, EV_MAIL_QUARANTINED, 0, id, d->now,
	       DATA(mail_quarantined, .intake = id, .why = asked->set_aside));
	status = blob_put(desk->db, id, asked->ready);
	if (status == ST_OK)
		status = desk_commit(desk, turn, d, outcome_out);
	return status;
}

static enum status import_filed(struct mail_filing *f, const struct turn *turn,
                                const struct import_mail *asked, int64_t known,
                                struct import_step *step,
                                struct outcome *outcome_out)
{
	int64_t message = 0;
	bool is_new;
	enum status status = import_file(f, asked, known, &message);

	if (status != ST_OK)
		return status;
	step->skipped = message == 0;
	if (message == 0)
		return ST_OK;
	step->message = true;
	is_new = f->in.ticket == 0;
	status = blob_put(f->desk->db, message, asked->ready);
	if (status == ST_OK)
		status = desk_commit(f->desk, turn, f->d, outcome_out);
	if (status != ST_OK || known)
		return status;
	step->thread = is_new;
	return import_thread_set(f->desk->db, asked->import, asked->thread,
	                         outcome_out->ticket);
}

/*
 * It is here already: what follows on its thread belongs there. In the log it
 * may be of another import, or have come live.
 */
static enum status import_twin_thread(struct mail_filing *f,
                                      const struct import_mail *asked,
                                      int64_t twin)
{
	int64_t ticket = 0;
	enum status status = mail_in_ticket_of(f, twin, &ticket);

	if (status != ST_OK)
		return status;
	return import_thread_set(f->desk->db, asked->import, asked->thread,
	                         ticket);
}

enum status desk_import_mail(struct desk *desk, const struct turn *asked_turn,
                             const struct import_mail *asked,
                             struct outcome *outcome_out)
{
	struct turn turn = *asked_turn;
	struct import_step step = {.import = asked->import,
	                           .read = asked->read};
	struct decision d;
	struct mail read = {0};
	struct mail_filing f = {
		.desk = desk, .d = &d, .mail = &read, .heard = asked->heard};
	int64_t twin = 0, known = 0;
	enum status status;

	import_command(asked, turn.command);
	if (desk_begin(desk, &turn, &d, outcome_out, &status))
		return status == ST_OK ? ST_CONFLICT : status;
	if (asked->mail) {
		read = *asked->mail;
		read.kind = read.kind_unlooped;
		f.in.at = asked->at;
		mail_in_words(&f);
		status = import_twin(&f, &twin);
		if (status == ST_OK)
			status = import_thread_find(desk->db, asked->import,
			                            asked->thread, &known);
		step.duplicate = twin != 0;
		if (status == ST_OK && !twin)
			status = import_filed(&f, &turn, asked, known, &step,
			                      outcome_out);
		else if (status == ST_OK && !known)
			status = import_twin_thread(&f, asked, twin);
	} else {
		step.skipped = true;
		status = import_set_aside(desk, &turn, &d, asked, outcome_out);
	}
	if (status == ST_OK && asked->said.length > 0)
		status = import_error_add(desk->db, asked->import, asked->n,
		                          asked->said);
	return status == ST_OK ? import_advance(desk->db, &step) : status;
}

enum status desk_import_take_over(struct desk *desk, const struct turn *turn,
                                  int64_t id,
                                  const struct import_thread *thread,
                                  struct outcome *outcome_out)
{
	struct import import;
	struct ticket *ticket;
	struct decision d;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = import_read(desk->db, turn->arena, id, &import);
	if (status == ST_OK && import.state != IMPORT_READING)
		status = ST_CONFLICT;
	if (status == ST_OK)
		status = desk_load_ticket(desk, &d, thread->ticket, &ticket,
		                          NULL);
	if (status != ST_OK)
		return status;
	history_take_over(&d, ticket, id, import.takeover_at);
	if (d.event_count > 0)
		status = desk_commit(desk, turn, &d, outcome_out);
	import.taken = thread->thread;
	return status == ST_OK ? import_save(desk->db, &import) : status;
}

/*
 * A mail of the past that was set aside and is tried again by a person. The
 * intake has its bytes; it is history as the others are.
 */
enum status mail_history_file(struct mail_filing *f)
{
	const struct intake *intake = state_intake(f->d->state, f->in.intake);
	const struct import_mail asked = {.at = intake->at, .mail = f->mail};
	int64_t message = 0;
	enum status status;

	f->in.raw = intake->raw;
	f->in.at = intake->at;
	status = import_file(f, &asked, 0, &message);
	if (status == ST_OK && message == 0)
		decide(f->d, EV_MAIL_LOOP, 0, f->in.intake, f->d->now,
		       DATA(mail_loop, .intake = f->in.intake));
	return status;
}
