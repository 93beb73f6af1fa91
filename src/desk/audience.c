#include "desk/audience.h"

#include <assert.h>

#include "core/content.h"
#include "mail/address.h"
#include "mail/message.h"
#include "store/content.h"
#include "store/lookup.h"
#include "store/record.h"

/* How far back a message is looked for that can be answered. */
#define AUDIENCE_BACK 50

#define AUDIENCE_THREAD                                                        \
	"(ticket = $1 OR ticket IN"                                            \
	" (SELECT id FROM ticket WHERE merged_into = $1 AND merged_into > 0))"

/* What people wrote; a list passes on what they did. */
SQL(audience_heard, "SELECT id FROM message WHERE " AUDIENCE_THREAD //
                    " AND kind = 1 AND automatic IN (0, 6) AND contact > 0"
                    " ORDER BY at DESC, id DESC LIMIT $2");
static_assert(MESSAGE_IN == 1 && MAIL_AUTO_NONE == 0 && MAIL_AUTO_LIST == 6,
              "of audience_heard");
SQL(audience_said, "SELECT id FROM message WHERE " AUDIENCE_THREAD //
                   " AND kind = 2 AND delivery NOT IN (7, 8)"
                   " ORDER BY at DESC, id DESC LIMIT $2");
static_assert(MESSAGE_OUT == 2 && DELIVERY_FAILED == 7 && DELIVERY_UNDONE == 8,
              "of audience_said");
SQL(audience_last,
    "SELECT COALESCE(MAX(id), 0) FROM message"
    " WHERE " AUDIENCE_THREAD //
    " AND kind IN (1, 2) AND delivery <> 8 AND (kind = 1 OR member <> $2)");

const char *const audience_what_names[AUDIENCE_WHAT_COUNT] = {
	[AUDIENCE_ADDED] = "added",
	[AUDIENCE_REMOVED] = "removed",
	[AUDIENCE_VENDOR] = "vendor",
	[AUDIENCE_OTHER_CLIENT] = "other_client",
	[AUDIENCE_SUPPRESSED] = "suppressed",
};

struct audience_work {
	struct sql_db *db;
	const struct agency *agency;
	struct arena *arena;
	const struct ticket *ticket;
	int64_t client; /* the ticket's, after merges */
	struct view_participant *people;
	size_t people_count;
	struct audience *out;
};

enum status audience_client(struct sql_db *db, int64_t *client)
{
	struct client found;

	for (int hops = 0; hops < 16; hops++) {
		enum status status =
			record_read(db, RECORD_CLIENT, *client, &found.id);

		if (status != ST_OK || found.merged_into == 0)
			return status;
		*client = found.merged_into;
	}
	return ST_OK;
}

struct audience_person audience_line(struct str line)
{
	struct audience_person person = {.address = str_trim(line)};
	size_t open = line.length;

	while (open > 0 && line.text[open - 1] != '<')
		open--;
	if (open > 0 && str_ends(line, STR(">"))) {
		person.name = str_trim(str_sub(line, 0, open - 1));
		person.address = str_sub(line, open, line.length - 1);
	}
	return person;
}

static bool audience_ours(const struct agency *agency, struct str address)
{
	return agency_address_by_text(agency, address) != NULL ||
	       agency_member_by_address(agency, address) != NULL;
}

static enum status audience_begin(struct audience_work *w)
{
	enum status status;

	w->client = w->ticket->client;
	status = audience_client(w->db, &w->client);
	w->people = arena_array(w->arena, VIEW_PEOPLE_MAX, sizeof(*w->people));
	if (status == ST_OK)
		status = view_participants(w->db, w->arena, w->ticket->id,
		                           w->people, VIEW_PEOPLE_MAX,
		                           &w->people_count);
	return status;
}

/*
 * Which side somebody on the thread is on. The client's own is the client's
 * number; a vendor's is the negative of theirs; a stranger who holds our token
 * stands alone until a member says who that is.
 */
static enum status audience_side(const struct audience_work *w,
                                 const struct view_participant *person,
                                 int64_t *side_out)
{
	int64_t client = person->client;
	enum status status = audience_client(w->db, &client);

	if (status != ST_OK)
		return status;
	switch ((enum participant_role)person->role) {
	case PARTICIPANT_VENDOR:
		*side_out = -client - 1;
		break;
	case PARTICIPANT_OTHER_CLIENT:
		*side_out = client == w->client ? -1 : client;
		break;
	case PARTICIPANT_NONE:
	case PARTICIPANT_CLIENT:
	case PARTICIPANT_CC:
	case PARTICIPANT_AGENCY:
	case PARTICIPANT_REMOVED:
	case PARTICIPANT_ROLE_COUNT:
		/* A thread that was moved keeps whom it was with. */
		*side_out = person->contact == w->ticket->contact ||
		                            person->role == PARTICIPANT_CLIENT
		                    ? w->client
		                    : client;
		break;
	}
	return ST_OK;
}

static enum status audience_suppressed(const struct audience_work *w,
                                       struct audience_person *person)
{
	int64_t suppression = 0;
	enum status status = lookup_suppression(
		w->db, str_lower(w->arena, person->address), &suppression);

	person->suppressed = suppression != 0;
	return status;
}

/* Somebody who is on no list of the thread: by contact, else by domain. */
static enum status audience_unlisted(const struct audience_work *w,
                                     struct audience_person *person)
{
	struct str lower = str_lower(w->arena, person->address);
	struct str company = address_company(address_domain(lower));
	struct view_contact contact = {0};
	int64_t id = 0, client = 0;
	enum status status = lookup_contact(w->db, lower, &id);

	if (status == ST_OK && id)
		status = view_contact(w->db, w->arena, id, &contact);
	if (status == ST_OK && id) {
		client = contact.record.client;
		person->contact = id;
		if (person->name.length == 0)
			person->name = contact.name;
	} else if (status == ST_OK && company.length > 0) {
		status = lookup_domain(w->db, company, &client);
	}
	if (status == ST_OK && client)
		status = audience_client(w->db, &client);
	person->side = client;
	person->role = client && client != w->client ? PARTICIPANT_OTHER_CLIENT
	                                             : PARTICIPANT_CC;
	return status;
}

static enum status audience_find(const struct audience_work *w,
                                 struct str address,
                                 struct audience_person *out)
{
	struct audience_person person = audience_line(address);
	enum status status = ST_OK;

	for (size_t i = 0; i < w->people_count && !person.role; i++) {
		const struct view_participant *known = &w->people[i];

		if (!str_equal_nocase(known->address, person.address))
			continue;
		person.contact = known->contact;
		person.role = (enum participant_role)known->role;
		if (known->name.length > 0)
			person.name = known->name;
		person.address = known->address;
		status = audience_side(w, known, &person.side);
	}
	if (status == ST_OK && !person.role)
		status = audience_unlisted(w, &person);
	if (status == ST_OK)
		status = audience_suppressed(w, &person);
	if (status == ST_OK)
		*out = person;
	return status;
}

enum status audience_address(struct sql_db *db, const struct agency *agency,
                             struct arena *arena, const struct ticket *ticket,
                             struct str address,
                             struct audience_person *person_out)
{
	struct audience_work w = {
		.db = db, .agency = agency, .arena = arena, .ticket = ticket};
	enum status status;

	if (audience_ours(agency, address))
		return ST_NOT_FOUND;
	status = audience_begin(&w);
	if (status == ST_OK)
		status = audience_find(&w, address, person_out);
	return status;
}

enum status audience_newest(struct sql_db *db, int64_t ticket, int64_t actor,
                            int64_t *newest_out)
{
	struct sql_query query;

	sql_begin(&query, db, &audience_last);
	sql_bind_i64(&query, 1, ticket);
	sql_bind_i64(&query, 2, actor);
	*newest_out = sql_next(&query) ? sql_i64(&query, 0) : 0;
	return sql_end(&query);
}

static enum status audience_ids(struct sql_db *db,
                                const struct sql_statement *const *text,
                                int64_t ticket, int64_t *ids, size_t room,
                                size_t *count_out)
{
	struct sql_query query;
	size_t count = 0;

	sql_begin(&query, db, text);
	sql_bind_i64(&query, 1, ticket);
	sql_bind_i64(&query, 2, (int64_t)room);
	while (count < room && sql_next(&query))
		ids[count++] = sql_i64(&query, 0);
	*count_out = count;
	return sql_end(&query);
}

static bool audience_has(const struct audience *a, struct str address)
{
	for (size_t i = 0; i < a->to_count; i++) {
		if (str_equal_nocase(a->to[i].address, address))
			return true;
	}
	for (size_t i = 0; i < a->cc_count; i++) {
		if (str_equal_nocase(a->cc[i].address, address))
			return true;
	}
	return false;
}

/* Those of a list of the answered message who are on the writer's side. */
static enum status audience_copies(struct audience_work *w, struct str lines)
{
	struct audience *out = w->out;
	int64_t side = out->to[0].side;
	struct str line;
	enum status status = ST_OK;

	while (status == ST_OK && out->cc_count < AUDIENCE_MAX &&
	       str_line(&lines, &line)) {
		struct audience_person *person = &out->cc[out->cc_count];

		if (audience_ours(w->agency, audience_line(line).address))
			continue;
		status = audience_find(w, line, person);
		/* Who is only in a header is nobody whom we write to. */
		if (status == ST_OK && person->contact &&
		    address_valid(person->address) &&
		    person->role != PARTICIPANT_REMOVED &&
		    person->side == side && !audience_has(out, person->address))
			out->cc_count++;
	}
	return status;
}

/* Whether that message's writer is one to be answered; adds them if so. */
static enum status audience_writer(struct audience_work *w, int64_t message,
                                   bool *found_out)
{
	struct message record = {0};
	struct audience_person *person = &w->out->to[0];
	enum status status =
		record_read(w->db, RECORD_MESSAGE, message, &record.id);

	for (size_t i = 0; i < w->people_count && status == ST_OK; i++) {
		const struct view_participant *known = &w->people[i];

		if (known->contact != record.contact ||
		    known->address.length == 0 ||
		    audience_ours(w->agency, known->address))
			continue;
		*person = (struct audience_person){
			.contact = known->contact,
			.role = (enum participant_role)known->role,
			.name = known->name,
			.address = known->address,
		};
		status = audience_side(w, known, &person->side);
		*found_out = person->role != PARTICIPANT_REMOVED &&
		             (person->side == w->client ||
		              person->role == PARTICIPANT_VENDOR);
		break;
	}
	if (status == ST_OK && *found_out)
		status = audience_suppressed(w, person);
	return status;
}

/* Who began the thread, when nobody who wrote can be answered. */
static enum status audience_beginner(struct audience_work *w)
{
	struct view_contact contact = {0};
	struct audience_person *person = &w->out->to[0];
	enum status status = ST_OK;

	if (w->ticket->contact)
		status = view_contact(w->db, w->arena, w->ticket->contact,
		                      &contact);
	if (status != ST_OK || contact.address.length == 0 ||
	    audience_ours(w->agency, contact.address))
		return status;
	status = audience_find(w, contact.address, person);
	if (status == ST_OK && person->role != PARTICIPANT_REMOVED) {
		person->name = contact.name;
		person->side = w->client;
		w->out->to_count = 1;
	}
	return status;
}

static enum status audience_words(struct audience_work *w, int64_t message,
                                  enum slot slot, struct str *lines_out)
{
	return content_read(w->db, w->arena, message, slot, lines_out);
}

/* To: whom the message is from. Cc: its other readers, on the same side. */
static enum status audience_derive(struct audience_work *w, const int64_t *ids,
                                   size_t count)
{
	struct str to = STR(""), cc = STR("");
	bool found = false;
	enum status status = ST_OK;

	for (size_t i = 0; i < count && status == ST_OK && !found; i++) {
		status = audience_writer(w, ids[i], &found);
		if (status == ST_OK && found)
			w->out->answers = ids[i];
	}
	if (status != ST_OK || !found)
		return status == ST_OK ? audience_beginner(w) : status;
	w->out->to_count = 1;
	status = audience_words(w, w->out->answers, SLOT_TO, &to);
	if (status == ST_OK)
		status = audience_words(w, w->out->answers, SLOT_CC, &cc);
	if (status == ST_OK)
		status = audience_copies(w, to);
	if (status == ST_OK)
		status = audience_copies(w, cc);
	return status;
}

/* -- What differs --------------------------------------------------------- */

static void audience_change(struct audience *out, struct str name,
                            struct str address, enum audience_what what)
{
	for (size_t i = 0; i < out->change_count; i++) {
		if (str_equal_nocase(out->changes[i].address, address))
			return;
	}
	if (out->change_count < AUDIENCE_MAX)
		out->changes[out->change_count++] =
			(struct audience_change){name, address, what};
}

static bool audience_line_is(struct str lines, struct str address)
{
	struct str line;

	while (str_line(&lines, &line)) {
		if (str_equal_nocase(audience_line(line).address, address))
			return true;
	}
	return false;
}

/* Readers of a message who will not read the answer. */
static enum status audience_left_out(struct audience_work *w, struct str lines)
{
	struct str line;
	enum status status = ST_OK;

	while (status == ST_OK && str_line(&lines, &line)) {
		struct audience_person person = audience_line(line);
		enum audience_what what = AUDIENCE_REMOVED;

		if (!address_valid(person.address) ||
		    audience_ours(w->agency, person.address) ||
		    audience_has(w->out, person.address))
			continue;
		status = audience_find(w, line, &person);
		/* Whom a member took off is no news. */
		if (person.role == PARTICIPANT_REMOVED)
			continue;
		if (person.role == PARTICIPANT_VENDOR)
			what = AUDIENCE_VENDOR;
		else if (person.role == PARTICIPANT_OTHER_CLIENT)
			what = AUDIENCE_OTHER_CLIENT;
		audience_change(w->out, person.name, person.address, what);
	}
	return status;
}

static void audience_added(struct audience *out,
                           const struct audience_person *people, size_t count,
                           struct str before)
{
	for (size_t i = 0; i < count; i++) {
		if (people[i].suppressed)
			audience_change(out, people[i].name, people[i].address,
			                AUDIENCE_SUPPRESSED);
		else if (!audience_line_is(before, people[i].address))
			audience_change(out, people[i].name, people[i].address,
			                AUDIENCE_ADDED);
	}
}

/* Everybody whom a message names, a line each. */
static enum status audience_named(struct audience_work *w, int64_t message,
                                  bool with_from, struct str *lines_out)
{
	struct str from = STR(""), to = STR(""), cc = STR("");
	enum status status = ST_OK;

	if (with_from)
		status = audience_words(w, message, SLOT_FROM, &from);
	if (status == ST_OK)
		status = audience_words(w, message, SLOT_TO, &to);
	if (status == ST_OK)
		status = audience_words(w, message, SLOT_CC, &cc);
	if (status == ST_OK)
		*lines_out =
			str_printf(w->arena, "%.*s\n%.*s\n%.*s", STR_ARG(from),
		                   STR_ARG(to), STR_ARG(cc));
	return status;
}

static enum status audience_compare(struct audience_work *w, int64_t heard,
                                    int64_t said)
{
	struct audience *out = w->out;
	struct str newest = STR(""), before = STR("");
	enum status status = ST_OK;

	if (heard)
		status = audience_named(w, heard, true, &newest);
	before = newest;
	if (status == ST_OK && said)
		status = audience_named(w, said, false, &before);
	if (status != ST_OK)
		return status;
	/* A form's mail names nobody; whoever began is no change then. */
	if (said || out->answers) {
		audience_added(out, out->to, said ? out->to_count : 0, before);
		audience_added(out, out->cc, out->cc_count, before);
	}
	for (size_t i = 0; i < out->to_count; i++) {
		if (out->to[i].suppressed)
			audience_change(out, out->to[i].name,
			                out->to[i].address,
			                AUDIENCE_SUPPRESSED);
	}
	status = audience_left_out(w, before);
	if (status == ST_OK)
		status = audience_left_out(w, newest);
	return status;
}

enum status audience_of(struct sql_db *db, const struct agency *agency,
                        struct arena *arena, const struct ticket *ticket,
                        struct audience *audience_out)
{
	struct audience_work w = {.db = db,
	                          .agency = agency,
	                          .arena = arena,
	                          .ticket = ticket,
	                          .out = audience_out};
	int64_t heard[AUDIENCE_BACK], said = 0;
	size_t heard_count = 0, said_count = 0;
	enum status status = audience_begin(&w);

	*audience_out = (struct audience){0};
	if (status == ST_OK)
		status = audience_ids(db, &audience_heard, ticket->id, heard,
		                      AUDIENCE_BACK, &heard_count);
	if (status == ST_OK)
		status = audience_ids(db, &audience_said, ticket->id, &said, 1,
		                      &said_count);
	if (status == ST_OK)
		status = audience_derive(&w, heard, heard_count);
	if (status == ST_OK)
		status = audience_compare(&w, heard_count ? heard[0] : 0, said);
	if (status == ST_OK)
		status = audience_newest(db, ticket->id, -1,
		                         &audience_out->newest);
	return status;
}
