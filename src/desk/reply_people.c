#include "desk/reply_people.h"

#include "base/limits.h"
#include "desk/audience.h"
#include "mail/address.h"
#include "store/lookup.h"

struct reply_list {
	struct audience_person *people;
	size_t count;
};

struct str reply_person(struct arena *arena, struct str name,
                        struct str address)
{
	if (name.length == 0)
		return address;
	return str_printf(arena, "%.*s <%.*s>", STR_ARG(name),
	                  STR_ARG(address));
}

static bool reply_list_has(const struct reply_list *list, struct str address)
{
	for (size_t i = 0; i < list->count; i++) {
		if (str_equal_nocase(list->people[i].address, address))
			return true;
	}
	return false;
}

/* Addresses that the writer chose; ours and those said twice are left out. */
static enum status reply_given(struct reply_work *w, const char *field,
                               const struct str *given, size_t count,
                               const struct reply_list *before,
                               struct reply_list *list)
{
	enum status status = ST_OK;

	if (count > AUDIENCE_MAX)
		return problem_set(w->problem, ST_LIMIT, field,
		                   "At most %d people get a mail.",
		                   AUDIENCE_MAX);
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		struct str address = address_normalise(w->d->arena, given[i]);

		if (!address_valid(address) ||
		    address.length > LIMIT_ADDRESS_BYTES)
			return problem_set(w->problem, ST_INVALID, field,
			                   "\"%.*s\" is no mail address.",
			                   STR_ARG(given[i]));
		if (reply_list_has(list, address) ||
		    (before && reply_list_has(before, address)))
			continue;
		status = audience_address(w->desk->db, w->desk->agency,
		                          w->d->arena, w->ticket, address,
		                          &list->people[list->count]);
		if (status == ST_OK)
			list->count++;
		else if (status == ST_NOT_FOUND)
			status = ST_OK;
	}
	return status;
}

static struct str reply_lines(struct arena *arena,
                              const struct reply_list *list)
{
	struct buf buf;
	struct str lines;

	buf_init(&buf, LIMIT_TEXT_BYTES);
	for (size_t i = 0; i < list->count; i++) {
		const struct audience_person *person = &list->people[i];

		if (buf.length > 0)
			buf_char(&buf, '\n');
		buf_str(&buf,
		        reply_person(arena, person->name, person->address));
	}
	lines = str_copy(arena, buf_view(&buf));
	buf_release(&buf);
	return lines;
}

static bool reply_overridden(const struct reply *reply, struct str address)
{
	for (size_t i = 0; i < reply->override_count; i++) {
		if (str_equal_nocase(str_trim(reply->override[i]), address))
			return true;
	}
	return false;
}

static void reply_refused(struct reply_work *w, struct str address)
{
	struct str *out = w->reply->refused_out;

	if (out)
		*out = out->length ? str_printf(w->d->arena, "%.*s\n%.*s",
		                                STR_ARG(*out), STR_ARG(address))
		                   : str_copy(w->d->arena, address);
}

static enum status reply_suppressed(struct reply_work *w,
                                    const struct reply_list *to,
                                    const struct reply_list *cc)
{
	const struct reply_list *lists[] = {to, cc};
	bool refused = false;

	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; j < lists[i]->count; j++) {
			const struct audience_person *person =
				&lists[i]->people[j];

			if (!person->suppressed ||
			    reply_overridden(w->reply, person->address))
				continue;
			refused = true;
			reply_refused(w, person->address);
		}
	}
	if (!refused)
		return ST_OK;
	return problem_set(w->problem, ST_CONFLICT, "suppressed",
	                   "Mail to this address failed for good before. "
	                   "Leave it out, or send to it all the same.");
}

/* Two sides in one mail would read each other's words. */
static enum status reply_mixed(struct reply_work *w,
                               const struct reply_list *to,
                               const struct reply_list *cc)
{
	const struct reply_list *lists[] = {to, cc};
	int64_t side = 0;
	bool mixed = false;

	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; j < lists[i]->count; j++) {
			const struct audience_person *person =
				&lists[i]->people[j];

			if (side && person->side && person->side != side) {
				mixed = true;
				reply_refused(w, person->address);
			}
			if (!side)
				side = person->side;
		}
	}
	if (!mixed || w->reply->confirm)
		return ST_OK;
	return problem_set(w->problem, ST_CONFLICT, "mixed",
	                   "People who are not of one company would see each "
	                   "other and what was said. Confirm to send.");
}

/* Nobody of the client reads it: what they wait for is not answered. */
static bool reply_aside(const struct reply_list *to,
                        const struct reply_list *cc, int64_t client)
{
	const struct reply_list *lists[] = {to, cc};

	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; j < lists[i]->count; j++) {
			int64_t side = lists[i]->people[j].side;

			if (side == client || side == 0)
				return false;
		}
	}
	return true;
}

static enum status reply_lists(struct reply_work *w, struct reply_list *to,
                               struct reply_list *cc)
{
	const struct reply *reply = w->reply;
	struct audience *audience = arena_alloc(w->d->arena, sizeof(*audience));
	enum status status = audience_of(w->desk->db, w->desk->agency,
	                                 w->d->arena, w->ticket, audience);

	if (status != ST_OK)
		return status;
	w->out.answers =
		audience->answers ? audience->answers : w->ticket->newest_in;
	*to = (struct reply_list){audience->to, audience->to_count};
	*cc = (struct reply_list){audience->cc, audience->cc_count};
	if (reply->to_given) {
		to->count = cc->count = 0;
		status = reply_given(w, "to", reply->to, reply->to_count, NULL,
		                     to);
	}
	if (status == ST_OK && reply->cc_given) {
		cc->count = 0;
		status = reply_given(w, "cc", reply->cc, reply->cc_count, to,
		                     cc);
	}
	return status;
}

enum status reply_people(struct reply_work *w)
{
	struct reply_list to, cc;
	int64_t client = w->ticket->client;
	enum status status = reply_lists(w, &to, &cc);

	if (status != ST_OK)
		return status;
	if (to.count == 0)
		return problem_set(
			w->problem, ST_INVALID, "to",
			w->reply->to_given
				? "Say whom it is to."
				: "This thread has nobody to answer: "
				  "its mail named no address.");
	status = reply_mixed(w, &to, &cc);
	if (status == ST_OK)
		status = reply_suppressed(w, &to, &cc);
	if (status == ST_OK)
		status = audience_client(w->desk->db, &client);
	if (status != ST_OK)
		return status;
	w->out.contact = to.people[0].contact;
	w->out.aside = reply_aside(&to, &cc, client);
	w->out.to = reply_lines(w->d->arena, &to);
	w->out.cc = reply_lines(w->d->arena, &cc);
	return ST_OK;
}

enum status reply_may_write(struct reply_work *w, struct str address)
{
	int64_t suppression = 0;
	enum status status;

	if (agency_address_by_text(w->desk->agency, address))
		return problem_set(w->problem, ST_INVALID, "to",
		                   "That is an address of the desk itself.");
	status = lookup_suppression(
		w->desk->db, str_lower(w->d->arena, address), &suppression);
	if (status != ST_OK || !suppression ||
	    reply_overridden(w->reply, address))
		return status;
	reply_refused(w, address);
	return problem_set(w->problem, ST_CONFLICT, "suppressed",
	                   "Mail to this address failed for good before.");
}
