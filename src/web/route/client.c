/*
 * Companies.
 */
#include "web/route/act.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"

#define PAGE_ROWS   50
#define TICKETS_MAX 50

static enum status client_page(struct request *request,
                               const struct reading *reading,
                               struct json_out *out)
{
	const json_t *asked = request->filter;
	struct view_client *clients = NULL;
	size_t limit = (size_t)body_i64(asked, "limit"), count = 0;
	int64_t after = 0;
	enum status status;

	if (limit == 0)
		limit = PAGE_ROWS;
	if (body_has(asked, "after") &&
	    !shape_parse_id(body_str(asked, "after"), &after))
		return problem_set(&request->problem, ST_INVALID, "after",
		                   "This is not where a page ended.");
	status = view_clients(reading->db, reading->arena,
	                      str_trim(body_str(asked, "q")), after, limit,
	                      &clients, &count);
	out_key_open(out, "clients", '[');
	for (size_t i = 0; i < count; i++)
		render_client_row(out, &clients[i]);
	out_close(out, ']');
	if (count == limit)
		out_key_str(
			out, "next",
			str_printf(reading->arena, "%lld",
		                   (long long)clients[count - 1].record.id));
	else
		out_key_null(out, "next");
	return status;
}

enum status route_client_list(struct request *request,
                              struct response *response)
{
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = client_page(request, &reading, act_begin(&reading, response));
	response_end(response);
	act_read_end(request, &reading);
	return status;
}

static enum status record_contacts(const struct reading *reading,
                                   struct json_out *out, int64_t client)
{
	struct view_contact *contacts = NULL;
	size_t count = 0;
	enum status status = view_contacts(reading->db, reading->arena, client,
	                                   &contacts, &count);

	out_key_open(out, "contacts", '[');
	for (size_t i = 0; i < count; i++)
		render_contact(out, &contacts[i]);
	out_close(out, ']');
	return status;
}

/* The tickets in the order of the inbox, and the flags that are up on them. */
static enum status record_tickets(const struct reading *reading,
                                  struct json_out *out, int64_t client)
{
	const struct view_filter filter = {
		.rank_from = RANK_FLAGGED,
		.rank_to = RANK_CLOSED,
		.client = client,
		.limit = TICKETS_MAX,
	};
	struct view_ticket *tickets =
		arena_array(reading->arena, TICKETS_MAX, sizeof(*tickets));
	int64_t ids[TICKETS_MAX];
	size_t count = 0;
	enum status status = view_ticket_ids(reading->db, &filter, ids, &count);

	out_key_open(out, "tickets", '[');
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		status = view_ticket(reading->db, reading->arena, ids[i],
		                     &tickets[i]);
		if (status == ST_OK)
			render_ticket(reading, out, &tickets[i]);
	}
	out_close(out, ']');
	out_key_open(out, "flags", '[');
	for (size_t i = 0; i < count && status == ST_OK; i++)
		for (size_t j = 0; j < tickets[i].flag_count; j++)
			render_flag(reading, out, &tickets[i].flags[j]);
	out_close(out, ']');
	return status;
}

static enum status record_promises(const struct reading *reading,
                                   struct json_out *out, int64_t client)
{
	struct promise *promises = NULL;
	size_t count = 0;
	enum status status = view_client_promises(reading->db, reading->arena,
	                                          client, &promises, &count);

	out_key_open(out, "promises", '[');
	for (size_t i = 0; i < count; i++)
		render_promise(reading, out, &promises[i], NULL);
	out_close(out, ']');
	return status;
}

static enum status record_write(const struct reading *reading,
                                struct json_out *out, int64_t id)
{
	struct view_client client;
	enum status status =
		view_client(reading->db, reading->arena, id, &client);

	if (status != ST_OK)
		return status;
	out_key(out, "client");
	render_client(out, &client);
	status = record_contacts(reading, out, id);
	if (status == ST_OK)
		status = record_tickets(reading, out, id);
	if (status == ST_OK)
		status = record_promises(reading, out, id);
	return status;
}

enum status route_client_show(struct request *request,
                              struct response *response)
{
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = record_write(&reading, act_begin(&reading, response),
	                      request->ids[0]);
	response_end(response);
	act_read_end(request, &reading);
	return status;
}

static enum status client_run(struct request *request,
                              struct response *response,
                              desk_client_command command,
                              const struct client_command *asked)
{
	struct outcome outcome;
	enum status status = act_client(request, command, asked, &outcome);

	if (status != ST_OK)
		return status;
	/* The one that stays, the one that was named, or the new one. */
	if (asked->client != 0)
		outcome.client = asked->into ? asked->into : asked->client;
	else
		outcome.client = outcome.record;
	return act_answer_client(request, response, &outcome);
}

static int64_t stage_of(struct str name)
{
	for (int i = 1; i < STAGE_COUNT; i++)
		if (str_equal(name, str_of(stage_names[i])))
			return i;
	return STAGE_NONE;
}

static struct client_command client_asked(const json_t *body, int64_t id)
{
	return (struct client_command){
		.client = id,
		.has_name = body_has(body, "name"),
		.name = body_str(body, "name"),
		.has_domain = body_has(body, "domain"),
		.domain = body_str(body, "domain"),
		.has_stage = body_has(body, "stage"),
		.stage = stage_of(body_str(body, "stage")),
	};
}

enum status route_client_create(struct request *request,
                                struct response *response)
{
	const struct client_command asked = client_asked(request->body, 0);

	return client_run(request, response, desk_client_add, &asked);
}

enum status route_client_change(struct request *request,
                                struct response *response)
{
	const struct client_command asked =
		client_asked(request->body, request->ids[0]);

	return client_run(request, response, desk_client_change, &asked);
}

enum status route_client_merge(struct request *request,
                               struct response *response)
{
	const struct client_command asked = {
		.client = request->ids[0],
		.into = body_i64(request->body, "into"),
	};

	return client_run(request, response, desk_client_merge, &asked);
}

enum status route_client_unmerge(struct request *request,
                                 struct response *response)
{
	const struct client_command asked = {.client = request->ids[0]};

	return client_run(request, response, desk_client_unmerge, &asked);
}
