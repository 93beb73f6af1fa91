/*
 * What members do with tickets: each handler reads the body into the desk's
 * command and answers with the ticket as it is then.
 */
#include "core/text/request_type.h"
#include "desk/call.h"
#include "desk/follow.h"
#include "desk/reply.h"
#include "web/route/act.h"
#include "web/route/audience.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"

/* Most commands: one desk call, and the ticket. */
static enum status ticket_run(struct request *request,
                              struct response *response,
                              desk_ticket_command command,
                              const struct ticket_command *asked)
{
	struct outcome outcome;
	enum status status = act_ticket(request, command, asked, &outcome);

	if (status != ST_OK)
		return status;
	return act_answer_ticket(request, response, &outcome);
}

/* Those that add a message. */
static enum status ticket_run_message(struct request *request,
                                      struct response *response,
                                      desk_ticket_command command,
                                      const struct ticket_command *asked)
{
	struct outcome outcome;
	enum status status = act_ticket(request, command, asked, &outcome);

	if (status != ST_OK)
		return status;
	return act_answer_message(request, response, &outcome);
}

enum status route_ticket_note(struct request *request,
                              struct response *response)
{
	const json_t *named = body_node(request->body, "mentions");
	int64_t mentions[FOLLOW_MENTIONS_MAX];
	struct ticket_command asked = {
		.ticket = request->ids[0],
		.text = body_str(request->body, "text"),
		.mentions = mentions,
	};

	for (size_t i = 0;
	     i < json_array_size(named) && i < FOLLOW_MENTIONS_MAX; i++)
		mentions[asked.mention_count++] =
			json_integer_value(json_array_get(named, i));
	return ticket_run_message(request, response, desk_ticket_note, &asked);
}

static struct ticket_command call_command(int64_t ticket, const json_t *call)
{
	return (struct ticket_command){
		.ticket = ticket,
		.text = body_str(call, "text"),
		.contact = body_i64(call, "contact"),
		.outward = str_equal(body_str(call, "direction"), STR("out")),
		.spoke = body_bool(call, "spoke"),
		.at = body_i64(call, "at"),
	};
}

enum status route_ticket_call(struct request *request,
                              struct response *response)
{
	const struct ticket_command asked =
		call_command(request->ids[0], request->body);

	return ticket_run_message(request, response, desk_ticket_call, &asked);
}

enum status route_ticket_set_type(struct request *request,
                                  struct response *response)
{
	struct str name = body_str(request->body, "type");
	enum request_type type = REQUEST_NEWSLETTER;
	struct ticket_command asked = {.ticket = request->ids[0]};

	/* "no_request" alone names no kind: the mildest one is kept. */
	if (!request_type_find(name, &type))
		type = REQUEST_NEWSLETTER;
	asked.value = type;
	return ticket_run(request, response, desk_ticket_type, &asked);
}

enum status route_ticket_assign(struct request *request,
                                struct response *response)
{
	const struct ticket_command asked = {
		.ticket = request->ids[0],
		.value = body_i64(request->body, "member"),
	};

	return ticket_run(request, response, desk_ticket_assign, &asked);
}

static int64_t state_of(struct str name)
{
	for (int i = 1; i < TICKET_STATE_COUNT; i++)
		if (str_equal(name, str_of(ticket_state_names[i])))
			return i;
	return TICKET_NONE;
}

enum status route_ticket_set_state(struct request *request,
                                   struct response *response)
{
	const struct ticket_command asked = {
		.ticket = request->ids[0],
		.value = state_of(body_str(request->body, "state")),
		.text = body_str(request->body, "reason"),
	};

	return ticket_run(request, response, desk_ticket_state, &asked);
}

enum status route_ticket_merge(struct request *request,
                               struct response *response)
{
	const struct ticket_command asked = {
		.ticket = request->ids[0],
		.value = body_i64(request->body, "into"),
	};

	return ticket_run(request, response, desk_ticket_merge, &asked);
}

enum status route_ticket_unmerge(struct request *request,
                                 struct response *response)
{
	const struct ticket_command asked = {.ticket = request->ids[0]};

	return ticket_run(request, response, desk_ticket_unmerge, &asked);
}

enum status route_ticket_split(struct request *request,
                               struct response *response)
{
	const struct ticket_command asked = {
		.ticket = request->ids[0],
		.value = body_i64(request->body, "message"),
		.text = body_str(request->body, "subject"),
	};

	return ticket_run(request, response, desk_ticket_split, &asked);
}

enum status route_ticket_move(struct request *request,
                              struct response *response)
{
	const struct ticket_command asked = {
		.ticket = request->ids[0],
		.value = body_i64(request->body, "client"),
	};

	return ticket_run(request, response, desk_ticket_move, &asked);
}

enum status route_ticket_flag(struct request *request,
                              struct response *response)
{
	const struct ticket_command asked = {
		.ticket = request->ids[0],
		.text = body_str(request->body, "text"),
	};

	return ticket_run(request, response, desk_ticket_flag, &asked);
}

enum status route_flag_clear(struct request *request, struct response *response)
{
	const struct ticket_command asked = {
		.value = request->ids[0],
		.text = body_str(request->body, "reason"),
	};

	return ticket_run(request, response, desk_flag_clear, &asked);
}

enum status route_promise_settle(struct request *request,
                                 struct response *response)
{
	const struct ticket_command asked = {
		.value = request->ids[0],
		.kept = body_bool(request->body, "kept"),
		.text = body_str(request->body, "reason"),
	};

	return ticket_run(request, response, desk_promise_settle, &asked);
}

#define OVERRIDE_MAX 50

struct created {
	struct str override[OVERRIDE_MAX];
	struct str refused;
};

static void created_read(const json_t *body, struct created *created,
                         struct reply *reply)
{
	const json_t *to = body_node(body, "to");
	const json_t *override = body_node(body, "override");

	*reply = (struct reply){
		.subject = body_str(body, "subject"),
		.text = body_str(body, "text"),
		.html = body_str(body, "html"),
		.to_name = body_str(to, "name"),
		.to_address = body_str(to, "address"),
		.from = body_i64(body, "from"),
		.override = created->override,
		.override_count = json_array_size(override),
		.refused_out = &created->refused,
	};
	for (size_t i = 0; i < reply->override_count; i++)
		created->override[i] = body_text(json_array_get(override, i));
}

static enum status created_run(struct desk *desk, const struct turn *turn,
                               void *arguments, struct outcome *outcome_out,
                               struct problem *problem_out)
{
	return desk_reply(desk, turn, arguments, outcome_out, problem_out);
}

static enum status begun_run(struct desk *desk, const struct turn *turn,
                             void *arguments, struct outcome *outcome_out,
                             struct problem *problem_out)
{
	return desk_call_begin(desk, turn, arguments, outcome_out, problem_out);
}

/* A thread that begins with a call in place of a mail. */
static enum status ticket_begin_call(struct request *request,
                                     struct response *response,
                                     const json_t *call)
{
	const json_t *to = body_node(request->body, "to");
	struct call_command asked = {
		.contact = body_i64(call, "contact"),
		.name = body_str(to, "name"),
		.address = body_str(to, "address"),
		.subject = body_str(request->body, "subject"),
		.text = body_str(call, "text"),
		.outward = str_equal(body_str(call, "direction"), STR("out")),
		.spoke = body_bool(call, "spoke"),
		.at = body_i64(call, "at"),
	};
	struct outcome outcome;
	enum status status = act_run(request, begun_run, &asked, &outcome);

	if (status != ST_OK)
		return status;
	return act_answer_ticket(request, response, &outcome);
}

enum status route_ticket_create(struct request *request,
                                struct response *response)
{
	struct created *created = arena_alloc(request->arena, sizeof(*created));
	const json_t *call = body_node(request->body, "call");
	struct outcome outcome;
	struct reply reply;
	enum status status;

	if (call)
		return ticket_begin_call(request, response, call);
	created_read(request->body, created, &reply);
	status = act_run(request, created_run, &reply, &outcome);
	if (status == ST_CONFLICT)
		return audience_refusal(request, response, &reply);
	if (status != ST_OK)
		return status;
	return act_answer_ticket(request, response, &outcome);
}
