#include "desk/clients.h"

#include "base/limits.h"
#include "core/inbound.h"
#include "mail/address.h"
#include "store/record.h"
#include "store/view.h"

static enum status clients_name(struct str name, struct problem *problem_out)
{
	if (str_trim(name).length == 0)
		return problem_set(problem_out, ST_INVALID, "name",
		                   "A name is needed.");
	if (name.length > LIMIT_NAME_BYTES)
		return problem_set(problem_out, ST_INVALID, "name",
		                   "At most %u bytes.", LIMIT_NAME_BYTES);
	return ST_OK;
}

/* Empty, or a domain that names one company. */
static enum status clients_domain(struct arena *arena, struct str given,
                                  struct str *domain_out,
                                  struct problem *problem_out)
{
	struct str domain = str_lower(arena, str_trim(given));

	if (domain.length > 0 && address_company(domain).length == 0)
		return problem_set(problem_out, ST_INVALID, "domain",
		                   "\"%.*s\" names no company: many share it, "
		                   "or it is no domain.",
		                   STR_ARG(given));
	*domain_out = domain.length ? address_company(domain) : STR("");
	return ST_OK;
}

static enum status clients_address(struct arena *arena, struct str given,
                                   struct str *address_out,
                                   struct problem *problem_out)
{
	struct str address = str_lower(arena, address_normalise(arena, given));

	if (!address_valid(address) || address.length > LIMIT_ADDRESS_BYTES)
		return problem_set(problem_out, ST_INVALID, "address",
		                   "\"%.*s\" is no mail address.",
		                   STR_ARG(given));
	*address_out = address;
	return ST_OK;
}

static enum status clients_load(struct desk *desk, struct decision *d,
                                enum record_type type, int64_t id,
                                struct problem *problem_out)
{
	enum status status = record_load(desk->db, d->state, type, id);

	if (status == ST_NOT_FOUND)
		return desk_missing(problem_out, record_shapes[type].name);
	return status;
}

enum status desk_client_add(struct desk *desk, const struct turn *turn,
                            const struct client_command *asked,
                            struct outcome *outcome_out,
                            struct problem *problem_out)
{
	struct decision d;
	struct str domain = STR("");
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = clients_name(asked->name, problem_out);
	if (status == ST_OK)
		status = clients_domain(d.arena, asked->domain, &domain,
		                        problem_out);
	if (status != ST_OK)
		return status;
	inbound_client(&d, str_trim(asked->name), domain, STAGE_CLIENT, d.now);
	return desk_commit(desk, turn, &d, outcome_out);
}

enum status desk_client_change(struct desk *desk, const struct turn *turn,
                               const struct client_command *asked,
                               struct outcome *outcome_out,
                               struct problem *problem_out)
{
	struct view_client was = {0};
	struct decision d;
	int64_t event;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = clients_load(desk, &d, RECORD_CLIENT, asked->client,
	                      problem_out);
	if (status == ST_OK)
		status = view_client(desk->db, d.arena, asked->client, &was);
	if (status == ST_OK && asked->has_name) {
		was.name = str_trim(asked->name);
		status = clients_name(asked->name, problem_out);
	}
	if (status == ST_OK && asked->has_domain)
		status = clients_domain(d.arena, asked->domain, &was.domain,
		                        problem_out);
	if (status == ST_OK && asked->has_stage &&
	    (asked->stage <= STAGE_NONE || asked->stage >= STAGE_COUNT))
		status = problem_set(problem_out, ST_INVALID, "stage",
		                     "There is no such stage.");
	if (status != ST_OK)
		return status;
	event = decide(&d, EV_CLIENT_CHANGED, asked->client, asked->client,
	               d.now,
	               DATA(client_changed,
	                    .stage = asked->has_stage ? asked->stage
	                                              : was.record.stage));
	decide_words(&d, event, SLOT_NAME, was.name);
	decide_words(&d, event, SLOT_DOMAIN, was.domain);
	return desk_commit(desk, turn, &d, outcome_out);
}

enum status desk_client_merge(struct desk *desk, const struct turn *turn,
                              const struct client_command *asked,
                              struct outcome *outcome_out,
                              struct problem *problem_out)
{
	struct decision d;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = clients_load(desk, &d, RECORD_CLIENT, asked->client,
	                      problem_out);
	if (status == ST_OK)
		status = clients_load(desk, &d, RECORD_CLIENT, asked->into,
		                      problem_out);
	if (status != ST_OK)
		return status;
	if (asked->client == asked->into)
		return problem_set(problem_out, ST_INVALID, "into",
		                   "A client cannot be merged into itself.");
	if (state_client(d.state, asked->client)->merged_into ||
	    state_client(d.state, asked->into)->merged_into)
		return problem_set(problem_out, ST_CONFLICT, "into",
		                   "One of the two was merged already.");
	decide(&d, EV_CLIENT_MERGED, asked->client, asked->client, d.now,
	       DATA(client_merged, .into = asked->into));
	return desk_commit(desk, turn, &d, outcome_out);
}

enum status desk_client_unmerge(struct desk *desk, const struct turn *turn,
                                const struct client_command *asked,
                                struct outcome *outcome_out,
                                struct problem *problem_out)
{
	const struct client *client;
	struct decision d;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = clients_load(desk, &d, RECORD_CLIENT, asked->client,
	                      problem_out);
	if (status != ST_OK)
		return status;
	client = state_client(d.state, asked->client);
	if (!client->merged_into)
		return problem_set(problem_out, ST_CONFLICT, "client",
		                   "It is not merged into another client.");
	status = record_load_client(desk->db, d.state, client->merged_into);
	if (status != ST_OK)
		return status;
	decide(&d, EV_CLIENT_UNMERGED, asked->client, asked->client, d.now,
	       DATA(client_unmerged, .from = client->merged_into));
	return desk_commit(desk, turn, &d, outcome_out);
}

enum status desk_contact_add(struct desk *desk, const struct turn *turn,
                             const struct client_command *asked,
                             struct outcome *outcome_out,
                             struct problem *problem_out)
{
	struct decision d;
	struct str address = STR("");
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = clients_load(desk, &d, RECORD_CLIENT, asked->client,
	                      problem_out);
	if (status == ST_OK)
		status = clients_address(d.arena, asked->address, &address,
		                         problem_out);
	if (status == ST_OK && asked->name.length > LIMIT_NAME_BYTES)
		status = clients_name(asked->name, problem_out);
	if (status != ST_OK)
		return status;
	inbound_contact(&d, asked->client, str_trim(asked->name), address,
	                d.now);
	return desk_commit(desk, turn, &d, outcome_out);
}

enum status desk_contact_change(struct desk *desk, const struct turn *turn,
                                const struct client_command *asked,
                                struct outcome *outcome_out,
                                struct problem *problem_out)
{
	struct view_contact was = {0};
	struct decision d;
	int64_t event, client;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = clients_load(desk, &d, RECORD_CONTACT, asked->contact,
	                      problem_out);
	if (status == ST_OK)
		status = view_contact(desk->db, d.arena, asked->contact, &was);
	if (status == ST_OK && asked->has_name) {
		was.name = str_trim(asked->name);
		status = clients_name(asked->name, problem_out);
	}
	if (status == ST_OK && asked->has_address)
		status = clients_address(d.arena, asked->address, &was.address,
		                         problem_out);
	client = asked->has_client ? asked->to_client : was.record.client;
	if (status == ST_OK)
		status = clients_load(desk, &d, RECORD_CLIENT, client,
		                      problem_out);
	if (status != ST_OK)
		return status;
	event = decide(&d, EV_CONTACT_CHANGED, client, asked->contact, d.now,
	               DATA(contact_changed, .contact = asked->contact,
	                    .role = was.record.role, .client = client));
	decide_words(&d, event, SLOT_NAME, was.name);
	decide_words(&d, event, SLOT_ADDRESS, was.address);
	return desk_commit(desk, turn, &d, outcome_out);
}

enum status desk_contact_merge(struct desk *desk, const struct turn *turn,
                               const struct client_command *asked,
                               struct outcome *outcome_out,
                               struct problem *problem_out)
{
	const struct contact *contact;
	struct decision d;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = clients_load(desk, &d, RECORD_CONTACT, asked->contact,
	                      problem_out);
	if (status == ST_OK)
		status = clients_load(desk, &d, RECORD_CONTACT, asked->into,
		                      problem_out);
	if (status != ST_OK)
		return status;
	contact = state_contact(d.state, asked->contact);
	if (asked->contact == asked->into || contact->merged_into ||
	    state_contact(d.state, asked->into)->merged_into)
		return problem_set(problem_out, ST_CONFLICT, "into",
		                   "Choose another person to merge with.");
	decide(&d, EV_CONTACT_MERGED, contact->client, contact->id, d.now,
	       DATA(contact_merged, .contact = contact->id,
	            .into = asked->into));
	return desk_commit(desk, turn, &d, outcome_out);
}
