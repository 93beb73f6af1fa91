#include "desk/mail_filing.h"

#include <string.h>

#include "base/limits.h"
#include "core/text/triage.h"
#include "desk/answer.h"
#include "desk/attachment.h"
#include "desk/mail_filing.h"
#include "desk/token.h"
#include "desk/whose.h"
#include "mail/address.h"
#include "mail/verdict.h"
#include "store/blob.h"
#include "store/content.h"
#include "store/lookup.h"
#include "store/record.h"

/* Both commands keep working memory far below their arena's limit. */
#define MAIL_IN_OTHERS_MAX 50

static int64_t mail_in_one(struct decision *d, const struct mail_in *mail,
                           int64_t address, struct str recipient, int64_t raw)
{
	/* The first recipient's event gives the bytes their id. */
	int64_t seq = decide(d, EV_MAIL_ACCEPTED, 0, 0, mail->at,
	                     DATA(mail_accepted, .raw = raw ? raw : d->next_seq,
	                          .address = address,
	                          .size = (int64_t)mail->raw.length,
	                          .source = mail->source));

	decide_words(d, seq, SLOT_ENVELOPE,
	             str_printf(d->arena, "%.*s\n%.*s", STR_ARG(mail->sender),
	                        STR_ARG(recipient)));
	if (mail->set_aside != WHY_NONE)
		decide(d, EV_MAIL_QUARANTINED, 0, seq, d->now,
		       DATA(mail_quarantined, .intake = seq,
		            .why = mail->set_aside));
	return seq;
}

/* How far the mailbox is read belongs to the mail: both or none. */
static enum status mail_in_place(struct desk *desk, const struct mail_in *mail)
{
	unsigned char digest[MAILBOX_DIGEST_BYTES];
	enum status status;

	if (!mail->place)
		return ST_OK;
	mailbox_digest(mail->raw, digest);
	status = mailbox_place_write(desk->db, mail->place);
	if (status != ST_OK)
		return status;
	return mailbox_seen_add(desk->db, mail->place->mailbox, digest);
}

enum status desk_mail_accept(struct desk *desk, const struct turn *turn,
                             const struct mail_in *mail,
                             struct outcome *outcome_out)
{
	unsigned char salt[BLOB_SALT_BYTES];
	struct decision d;
	enum status status;
	int64_t raw = 0;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	for (size_t i = 0; i < mail->recipient_count; i++) {
		const struct agency_address *address = agency_address_by_text(
			desk->agency, mail->recipients[i]);

		if (!address)
			continue;
		if (raw)
			(void)mail_in_one(&d, mail, address->record.id,
			                  mail->recipients[i], raw);
		else
			raw = mail_in_one(&d, mail, address->record.id,
			                  mail->recipients[i], 0);
	}
	if (!raw)
		return ST_NOT_FOUND;
	desk->ports.fill_random(salt, sizeof(salt));
	if (mail->ready)
		status = blob_put(desk->db, raw, mail->ready);
	else
		status = blob_write(desk->db, raw, mail->raw, BLOB_ZSTD, salt);
	if (status == ST_OK)
		status = mail_in_place(desk, mail);
	if (status == ST_OK)
		status = desk_commit(desk, turn, &d, outcome_out);
	outcome_out->record = raw;
	return status;
}

/* The id of the command that files an intake for the n-th time. */
static void mail_in_command(const struct intake *intake,
                            unsigned char command_out[EVENT_COMMAND_BYTES])
{
	memset(command_out, 0, EVENT_COMMAND_BYTES);
	memcpy(command_out, "file", 4);
	for (int i = 0; i < 8; i++)
		command_out[4 + i] =
			(unsigned char)((uint64_t)intake->id >> (56 - 8 * i));
	for (int i = 0; i < 4; i++)
		command_out[12 + i] =
			(unsigned char)((uint64_t)intake->attempts >>
		                        (24 - 8 * i));
}

/*
 * Begins a command about an intake that waits. True: there is nothing to do,
 * and `status` says why.
 */
static bool mail_in_begin(struct desk *desk, struct turn *turn, int64_t id,
                          struct decision *d, struct outcome *outcome_out,
                          enum status *status_out)
{
	struct intake intake;

	*outcome_out = (struct outcome){.seq = desk->end.seq};
	*status_out = record_read(desk->db, RECORD_INTAKE, id, &intake.id);
	if (*status_out != ST_OK)
		return true;
	outcome_out->message = intake.message;
	if (intake.state != INTAKE_WAITING)
		return true;
	mail_in_command(&intake, turn->command);
	if (desk_begin(desk, turn, d, outcome_out, status_out))
		return true;
	*status_out = record_load(desk->db, d->state, RECORD_INTAKE, id);
	return *status_out != ST_OK;
}

enum status desk_mail_quarantine(struct desk *desk, const struct turn *asked,
                                 int64_t id, enum why why,
                                 struct outcome *outcome_out)
{
	struct turn turn = *asked;
	struct decision d;
	enum status status;

	if (mail_in_begin(desk, &turn, id, &d, outcome_out, &status))
		return status;
	decide(&d, EV_MAIL_QUARANTINED, 0, id, d.now,
	       DATA(mail_quarantined, .intake = id, .why = why));
	return desk_commit(desk, &turn, &d, outcome_out);
}

enum status desk_mail_retry(struct desk *desk, const struct turn *turn,
                            int64_t id, bool release,
                            struct outcome *outcome_out,
                            struct problem *problem_out)
{
	const struct intake *intake;
	struct decision d;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = record_load(desk->db, d.state, RECORD_INTAKE, id);
	if (status == ST_NOT_FOUND)
		return desk_missing(problem_out, "message");
	if (status != ST_OK)
		return status;
	intake = state_intake(d.state, id);
	if (intake->state != INTAKE_QUARANTINED)
		return problem_set(problem_out, ST_CONFLICT, "message",
		                   "It is not set aside any more.");
	decide(&d, EV_MAIL_RETRIED, 0, id, d.now,
	       DATA(mail_retried, .intake = id, .release = release));
	return desk_commit(desk, turn, &d, outcome_out);
}

void desk_mail_unparsed(struct arena *arena, struct str envelope,
                        struct mail *mail_out)
{
	struct str sender = STR("");
	struct str *error = arena_alloc(arena, sizeof(*error));

	*mail_out = (struct mail){0};
	if (str_line(&envelope, &sender) && address_valid(sender)) {
		mail_out->from.items =
			arena_alloc(arena, sizeof(*mail_out->from.items));
		mail_out->from.count = 1;
		mail_out->from.items[0].address =
			address_normalise(arena, sender);
	}
	*error = STR("This message could not be read. It is kept as it came: "
	             "download it to look at it elsewhere.");
	mail_out->subject = STR("Message that could not be read");
	mail_out->text = mail_out->reply = *error;
	mail_out->errors = error;
	mail_out->error_count = 1;
}

/* The ticket of a message, whatever it was merged into since. */
enum status mail_in_ticket_of(struct mail_filing *f, int64_t message,
                              int64_t *ticket_out)
{
	struct message found;
	enum status status =
		record_read(f->desk->db, RECORD_MESSAGE, message, &found.id);
	int64_t id = found.ticket;

	if (status != ST_OK)
		return status;
	for (int hops = 0; hops < 16; hops++) {
		status = record_load_ticket(f->desk->db, f->d->state, id);
		if (status != ST_OK)
			return status;
		*ticket_out = id;
		id = state_ticket(f->d->state, id)->merged_into;
		if (id == 0)
			break;
	}
	return ST_OK;
}

/* Tries one message id; *ticket stays 0 when it is not known. */
enum status mail_in_try_ref(struct mail_filing *f, struct str ref)
{
	int64_t message = 0;
	bool own = false, ours = false;
	enum status status;

	if (f->in.ticket || ref.length == 0)
		return ST_OK;
	status = lookup_ref(f->desk->db, ref, &message, &own);
	if (status != ST_OK || message == 0)
		return status;
	status = mail_in_ticket_of(f, message, &f->in.ticket);
	if (status == ST_OK)
		status = token_is_ours(f->desk, f->d->arena, ref, &ours);
	/* Who answers our signed id has seen our mail. */
	if (ours && own) {
		f->in.answers = message;
		f->in.verified = true;
	}
	return status;
}

/*
 * The thread: an id that it answers, newest first, and last an id by which
 * others already named this very message.
 */
enum status mail_in_thread(struct mail_filing *f)
{
	const struct mail *mail = f->mail;
	enum status status = ST_OK;

	for (size_t i = 0; i < mail->in_reply_to.count && status == ST_OK; i++)
		status = mail_in_try_ref(f, mail->in_reply_to.items[i]);
	for (size_t i = mail->references.count; i > 0 && status == ST_OK; i--)
		status = mail_in_try_ref(f, mail->references.items[i - 1]);
	if (status == ST_OK)
		status = mail_in_try_ref(f, mail->message_id);
	return status;
}

static void mail_in_listen(const struct agency *agency, struct arena *arena,
                           const struct mail *mail, struct mail_heard *heard)
{
	struct triage_input input = {
		.subject = mail->subject,
		.text = mail->reply,
		.from = heard->from,
		.now = heard->at,
		.zone = agency->zone,
	};

	heard->playbook = rules_playbook(&agency->rules);
	heard->version = rules_playbook_version(&agency->rules);
	heard->zone = str_copy(arena, agency->zone_name);
	triage_message(heard->playbook, arena, &input, &heard->triage);
}

void desk_mail_hear(const struct agency *agency, struct arena *arena,
                    const struct mail *mail, instant_ms at,
                    struct mail_heard *heard_out)
{
	struct mail read = *mail;

	read.kind = mail->kind_unlooped;
	*heard_out = (struct mail_heard){
		.from = whose_from(agency, arena, &read), .at = at};
	mail_in_listen(agency, arena, &read, heard_out);
}

/* Reasons point into the playbook, so it must be the very same. */
static bool mail_in_was_heard(const struct mail_filing *f,
                              const struct mail_heard *heard)
{
	const struct agency *agency = f->desk->agency;

	return heard && heard->at == f->in.at &&
	       heard->playbook == rules_playbook(f->d->rules) &&
	       heard->version == rules_playbook_version(f->d->rules) &&
	       str_equal(heard->zone, agency->zone_name) &&
	       str_equal(heard->from, f->in.from.address);
}

void mail_in_triage(struct mail_filing *f)
{
	if (mail_in_was_heard(f, f->heard)) {
		f->triage = f->heard->triage;
	} else {
		struct mail_heard heard = {.from = f->in.from.address,
		                           .at = f->in.at};

		mail_in_listen(f->desk->agency, f->d->arena, f->mail, &heard);
		f->triage = heard.triage;
	}
	f->in.triage = &f->triage;
}

static struct str mail_in_lines(struct arena *arena, const struct str *items,
                                size_t count, struct str more)
{
	struct buf buf;
	struct str lines;

	buf_init(&buf, LIMIT_TEXT_BYTES);
	for (size_t i = 0; i < count; i++) {
		buf_str(&buf, items[i]);
		buf_char(&buf, '\n');
	}
	buf_str(&buf, more);
	lines = str_copy(arena, buf_view(&buf));
	buf_release(&buf);
	return lines;
}

static struct str mail_in_addresses(struct arena *arena,
                                    const struct mail_addresses *list)
{
	struct buf buf;
	struct str text;

	buf_init(&buf, LIMIT_TEXT_BYTES);
	for (size_t i = 0; i < list->count; i++) {
		const struct mail_address *item = &list->items[i];

		if (item->address.length == 0)
			continue;
		if (buf.length > 0)
			buf_char(&buf, '\n');
		if (item->name.length > 0)
			buf_printf(&buf, "%.*s <%.*s>", STR_ARG(item->name),
			           STR_ARG(item->address));
		else
			buf_str(&buf, item->address);
	}
	text = str_copy(arena, buf_view(&buf));
	buf_release(&buf);
	return text;
}

void mail_in_words(struct mail_filing *f)
{
	struct arena *arena = f->d->arena;
	const struct mail *mail = f->mail;
	struct inbound *in = &f->in;

	in->subject = str_utf8_prefix(mail->subject, LIMIT_SUBJECT_BYTES);
	in->text = mail->reply.length ? mail->reply : mail->text;
	if (!str_equal(in->text, mail->text))
		in->full = mail->text;
	in->html = mail->html;
	in->has_html = mail->html.length > 0;
	in->from_text = mail_in_addresses(arena, &mail->from);
	in->to = mail_in_addresses(arena, &mail->to);
	in->cc = mail_in_addresses(arena, &mail->cc);
	in->message_id = mail->message_id;
	in->references = mail_in_lines(
		arena, mail->references.items, mail->references.count,
		mail_in_lines(arena, mail->in_reply_to.items,
	                      mail->in_reply_to.count, STR("")));
	in->attachment_lines = attachment_lines(arena, mail);
	in->attachments = (int)mail->attachment_count;
	in->errors =
		mail_in_lines(arena, mail->errors, mail->error_count, STR(""));
	in->dated_at = mail->date;
}

static struct str mail_in_verdict(struct str found)
{
	return found.length > 0 ? found : STR("-");
}

/* What the receiving host found, and a word of warning when it found forgery.
 */
static void mail_in_authentication(struct mail_filing *f)
{
	struct arena *arena = f->d->arena;
	struct verdict found = {0};

	if (!verdict_read(arena, f->mail->signals.authentications,
	                  f->desk->authserv, &found))
		return;
	f->in.auth = str_printf(arena, "%.*s %.*s %.*s",
	                        STR_ARG(mail_in_verdict(found.spf)),
	                        STR_ARG(mail_in_verdict(found.dkim)),
	                        STR_ARG(mail_in_verdict(found.dmarc)));
	if (str_equal(found.dmarc, STR("fail")))
		f->in.errors = str_printf(
			arena,
			"The domain of the sender says that this mail is not "
			"from them (DMARC failed): the address may be "
			"forged.\n%.*s",
			STR_ARG(f->in.errors));
}

/* The same mail to another of our mailboxes, or once more to this one. */
static enum status mail_in_duplicate(struct mail_filing *f,
                                     int64_t *message_out)
{
	unsigned char digest[LOOKUP_DIGEST_BYTES];

	if (f->in.message_id.length == 0)
		return ST_OK;
	lookup_digest_of(f->in.message_id, f->in.from_text, f->in.subject,
	                 f->in.full.length ? f->in.full : f->in.text,
	                 f->in.attachment_lines, digest);
	return lookup_digest(f->desk->db,
	                     (struct str){(const char *)digest, sizeof(digest)},
	                     message_out);
}

/*
 * Our own mail come back: it has our message id, or our loop header with the
 * right signature. A claimed From alone proves nothing.
 */
static enum status mail_in_loop(struct mail_filing *f, bool *loop_out)
{
	const struct mail *mail = f->mail;
	struct str expected;
	enum status status;

	*loop_out = false;
	if (mail->message_id.length == 0)
		return ST_OK;
	status =
		token_is_ours(f->desk, f->d->arena, mail->message_id, loop_out);
	if (status == ST_OK && !*loop_out)
		status = token_is_letter(f->desk, f->d->arena, mail->message_id,
		                         loop_out);
	if (status != ST_OK || *loop_out || mail->kind != MAIL_AUTO_LOOP)
		return status;
	status = token_loop(f->desk, f->d->arena, mail->message_id, &expected);
	if (status == ST_OK)
		*loop_out = str_equal(expected, mail->signals.loop);
	return status;
}

/* A member's answer to a letter: by the address that it came to. */
static enum status mail_in_answer(struct mail_filing *f,
                                  struct answer *answer_out)
{
	const struct intake *intake = state_intake(f->d->state, f->in.intake);
	struct str envelope = STR("");
	enum status status =
		content_read(f->desk->db, f->d->arena, f->in.intake,
	                     SLOT_ENVELOPE, &envelope);

	if (status != ST_OK)
		return status;
	return answer_find(f->desk, f->d->arena, f->mail, envelope,
	                   intake->source == SOURCE_LMTP ||
	                           intake->source == SOURCE_PIPE,
	                   answer_out);
}

/* A bounce belongs to the ticket of the mail that bounced. */
enum status mail_in_bounced_thread(struct mail_filing *f)
{
	if (f->mail->kind != MAIL_AUTO_BOUNCE &&
	    f->mail->kind != MAIL_AUTO_FEEDBACK)
		return ST_OK;
	return mail_in_try_ref(f, f->mail->bounce.original_message_id);
}

/* Whether the mail names one of our addresses, not just a list's. */
static bool mail_in_names_us(const struct mail_filing *f)
{
	const struct mail_addresses *lists[] = {&f->mail->to, &f->mail->cc};
	bool named = false;

	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; j < lists[i]->count && !named; j++)
			named = agency_address_by_text(
					f->desk->agency,
					lists[i]->items[j].address) != NULL;
	}
	return named;
}

/* Whether what came through a list is a person's question after all. */
bool mail_in_list_asks(const struct mail_filing *f)
{
	const struct client *client = state_client(f->d->state, f->in.client);
	struct str list = f->mail->signals.list_id;
	struct str precedence = f->mail->signals.precedence;
	struct str company =
		address_company(address_domain(f->in.from.address));

	/* Bulk mail says of itself that nobody waits for an answer. */
	if (f->triage.no_request != REQUEST_TYPE_NONE ||
	    str_equal(precedence, STR("bulk")) ||
	    str_equal(precedence, STR("junk")))
		return false;
	if (f->in.ticket || (client && client->stage == STAGE_CLIENT))
		return true;
	/* A list that speaks in its own name; ours carries other people's. */
	if (company.length > 0 &&
	    str_find_nocase(list, company, 0) < list.length)
		return false;
	return f->triage.type != REQUEST_OTHER && mail_in_names_us(f);
}

static enum status mail_in_prepare(struct mail_filing *f)
{
	const struct intake *intake = state_intake(f->d->state, f->in.intake);
	enum status status;

	f->in.raw = intake->raw;
	f->in.address = intake->address;
	f->in.at = intake->at;
	f->in.source = (enum source)intake->source;
	status = mail_back_token(f);
	if (status == ST_OK)
		status = mail_in_bounced_thread(f);
	if (status == ST_OK)
		status = mail_in_thread(f);
	if (status == ST_OK)
		status = whose_mail(f->desk, f->d, f->mail, &f->in);
	if (status == ST_OK)
		mail_in_triage(f);
	/* A group address makes a list of every client's mail. */
	if (status == ST_OK && f->in.automatic == MAIL_AUTO_LIST &&
	    mail_in_list_asks(f))
		f->in.automatic = MAIL_AUTO_NONE;
	return status;
}

/*
 * It says that it is from the desk itself: nobody can be answered. With an
 * envelope that says so too it is our mail gone round; else people look.
 */
static void mail_in_not_ours(struct mail_filing *f)
{
	int64_t intake = f->in.intake;

	if (agency_address_by_text(f->desk->agency, f->sender))
		decide(f->d, EV_MAIL_LOOP, 0, intake, f->d->now,
		       DATA(mail_loop, .intake = intake));
	else
		decide(f->d, EV_MAIL_QUARANTINED, 0, intake, f->d->now,
		       DATA(mail_quarantined, .intake = intake,
		            .why = WHY_OWN_ADDRESS));
}

/* What is not news: the past, and what one of us sent from elsewhere. */
static enum status mail_in_elsewhere(struct mail_filing *f, bool *done_out)
{
	if (state_intake(f->d->state, f->in.intake)->source == SOURCE_IMPORT) {
		*done_out = true;
		return mail_history_file(f);
	}
	return mail_sent_file(f, done_out);
}

/* A message on its thread, with all that follows from it. */
static enum status mail_in_message(struct mail_filing *f)
{
	enum status status = ST_OK;

	/* What waits there may have to stay. */
	if (f->in.ticket)
		status = record_load_scheduled(f->desk->db, f->d->state,
		                               f->in.ticket);
	if (status != ST_OK)
		return status;
	return mail_back_filed(f, inbound_file(f->d, &f->in));
}

enum status desk_mail_file(struct desk *desk, const struct turn *asked,
                           int64_t id, const struct mail *mail,
                           const struct mail_heard *heard,
                           struct outcome *outcome_out)
{
	struct turn turn = *asked;
	struct decision d;
	struct mail read = *mail;
	struct mail_filing f = {
		.desk = desk, .d = &d, .mail = &read, .heard = heard};
	struct answer answer = {0};
	int64_t twin = 0;
	bool loop, done = false;
	enum status status;

	if (mail_in_begin(desk, &turn, id, &d, outcome_out, &status))
		return status;
	f.in.intake = id;
	mail_in_words(&f);
	mail_in_authentication(&f);
	status = mail_in_loop(&f, &loop);
	if (status == ST_OK && !loop)
		status = mail_in_answer(&f, &answer);
	if (status == ST_OK && answer.how != ANSWER_NONE)
		return answer_take(desk, &turn, id, mail, &answer, outcome_out);
	if (status == ST_OK && !loop)
		status = mail_in_duplicate(&f, &twin);
	if (status != ST_OK)
		return status;
	if (loop || twin) {
		if (loop)
			decide(&d, EV_MAIL_LOOP, 0, id, d.now,
			       DATA(mail_loop, .intake = id));
		else
			decide(&d, EV_MAIL_DUPLICATE, 0, id, d.now,
			       DATA(mail_duplicate, .intake = id,
			            .message = twin));
		return desk_commit(desk, &turn, &d, outcome_out);
	}
	/* A header that anybody could have written is inert. */
	read.kind = mail->kind_unlooped;
	status = mail_back_envelope(&f, &read);
	f.in.automatic = (int)read.kind;
	if (status == ST_OK)
		status = mail_in_elsewhere(&f, &done);
	if (status == ST_OK && !done)
		status = mail_in_prepare(&f);
	if (status == ST_OK && !done && !f.in.ticket &&
	    mail_back_claims_us(&f)) {
		mail_in_not_ours(&f);
		done = true;
	}
	if (status == ST_OK && !done)
		status = mail_in_message(&f);
	if (status == ST_OK)
		status = desk_commit(desk, &turn, &d, outcome_out);
	return status;
}
