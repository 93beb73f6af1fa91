/*
 * People at companies.
 */
#include "web/route/act.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"

static enum status contact_run(struct request *request,
                               struct response *response,
                               desk_client_command command,
                               const struct client_command *asked)
{
	struct outcome outcome;
	enum status status = act_client(request, command, asked, &outcome);
	int64_t contact = asked->into ? asked->into : asked->contact;

	if (status != ST_OK)
		return status;
	if (contact == 0)
		contact = outcome.record;
	return act_answer_contact(request, response, contact);
}

enum status route_contact_create(struct request *request,
                                 struct response *response)
{
	const struct client_command asked = {
		.client = request->ids[0],
		.has_name = body_has(request->body, "name"),
		.name = body_str(request->body, "name"),
		.has_address = true,
		.address = body_str(request->body, "address"),
	};

	return contact_run(request, response, desk_contact_add, &asked);
}

enum status route_contact_change(struct request *request,
                                 struct response *response)
{
	const struct client_command asked = {
		.contact = request->ids[0],
		.has_name = body_has(request->body, "name"),
		.name = body_str(request->body, "name"),
		.has_client = body_has(request->body, "client"),
		.to_client = body_i64(request->body, "client"),
	};

	return contact_run(request, response, desk_contact_change, &asked);
}

enum status route_contact_merge(struct request *request,
                                struct response *response)
{
	const struct client_command asked = {
		.contact = request->ids[0],
		.into = body_i64(request->body, "into"),
	};

	return contact_run(request, response, desk_contact_merge, &asked);
}
