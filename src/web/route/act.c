/*
 * The bridge between handlers and the node.
 */
#include "web/route/act.h"

#include <sodium.h>

#include "store/access.h"
#include "store/log.h"
#include "web/router.h"
#include "web/web.h"

#define FOLLOW_SLICE 100u

enum status act_read(struct request *request, struct reading *reading_out)
{
	struct reading reading = {
		.arena = request->arena,
		.now = request->now,
		.web = request->web,
	};
	struct log_end end = {0};
	enum status status;

	reading.db = node_reader_take(request->web->node);
	reading.agency = node_agency_take(request->web->node);
	status = log_find_end(reading.db, &end);
	reading.seq = end.seq;
	if (status == ST_OK)
		*reading_out = reading;
	else
		act_read_end(request, &reading);
	return status;
}

void act_read_end(struct request *request, struct reading *reading)
{
	node_agency_return(request->web->node, reading->agency);
	node_reader_return(request->web->node, reading->db);
}

/* A command with what its body said, so that another under its id is known. */
struct act_bound {
	node_command run;
	void *arguments;
	uint8_t digest[SESSION_HASH_BYTES];
	bool other; /* the id came with another body before */
};

static enum status act_bound_run(struct desk *desk, const struct turn *turn,
                                 void *arguments, struct outcome *outcome_out,
                                 struct problem *problem_out)
{
	struct act_bound *bound = arguments;
	enum status status = command_body_bind(
		desk->db,
		(struct str){(const char *)turn->command, EVENT_COMMAND_BYTES},
		(struct str){(const char *)bound->digest,
	                     sizeof(bound->digest)},
		turn->now);

	bound->other = status == ST_CONFLICT;
	if (status != ST_OK)
		return status;
	return bound->run(desk, turn, bound->arguments, outcome_out,
	                  problem_out);
}

/*
 * Only ids that the client chose are bound, and no body that may hold a
 * password: its digest would be easier to guess at than its hash.
 */
static bool act_binds(const struct request *request)
{
	const struct route *route = request->route;

	return request->headers[HEADER_COMMAND].text && route->body &&
	       !(route->flags & ROUTE_PERSON) && route->right != RIGHT_PUBLIC &&
	       route->right != RIGHT_MEMBER_WRITE &&
	       route->right != RIGHT_SETTINGS_WRITE;
}

enum status act_run(struct request *request, node_command run, void *arguments,
                    struct outcome *outcome_out)
{
	struct act_bound bound = {.run = run, .arguments = arguments};
	bool binds = act_binds(request);
	const struct node_asked asked = {
		.arena = request->arena,
		.actor = request->session.member,
		.command = request->command,
		.run = binds ? act_bound_run : run,
		.arguments = binds ? &bound : arguments,
	};
	enum status status;

	if (binds)
		crypto_generichash(bound.digest, sizeof(bound.digest),
		                   (const unsigned char *)request->content.text,
		                   request->content.length, request->command,
		                   sizeof(request->command));
	status = node_run(request->web->node, &asked, outcome_out,
	                  &request->problem);
	if (bound.other) {
		request->refused = 422;
		return problem_set(&request->problem, ST_CONFLICT, "",
		                   "This Holdfast-Command was used for "
		                   "something else. Choose another.");
	}

	/* What the path does not name was named by the body. */
	if (status == ST_NOT_FOUND && request->ids[0] == 0 &&
	    request->problem.field[0] != '\0')
		return ST_INVALID;
	return status;
}

struct act_ticket_call {
	desk_ticket_command command;
	const struct ticket_command *asked;
};

static enum status act_ticket_run(struct desk *desk, const struct turn *turn,
                                  void *arguments, struct outcome *outcome_out,
                                  struct problem *problem_out)
{
	const struct act_ticket_call *call = arguments;

	return call->command(desk, turn, call->asked, outcome_out, problem_out);
}

enum status act_ticket(struct request *request, desk_ticket_command command,
                       const struct ticket_command *asked,
                       struct outcome *outcome_out)
{
	struct act_ticket_call call = {command, asked};

	return act_run(request, act_ticket_run, &call, outcome_out);
}

struct act_client_call {
	desk_client_command command;
	const struct client_command *asked;
};

static enum status act_client_run(struct desk *desk, const struct turn *turn,
                                  void *arguments, struct outcome *outcome_out,
                                  struct problem *problem_out)
{
	const struct act_client_call *call = arguments;

	return call->command(desk, turn, call->asked, outcome_out, problem_out);
}

enum status act_client(struct request *request, desk_client_command command,
                       const struct client_command *asked,
                       struct outcome *outcome_out)
{
	struct act_client_call call = {command, asked};

	return act_run(request, act_client_run, &call, outcome_out);
}

struct act_settings_call {
	desk_settings_command command;
	const struct settings_command *asked;
};

static enum status act_settings_run(struct desk *desk, const struct turn *turn,
                                    void *arguments,
                                    struct outcome *outcome_out,
                                    struct problem *problem_out)
{
	const struct act_settings_call *call = arguments;

	return call->command(desk, turn, call->asked, outcome_out, problem_out);
}

enum status act_settings(struct request *request, desk_settings_command command,
                         const struct settings_command *asked,
                         struct outcome *outcome_out)
{
	struct act_settings_call call = {command, asked};

	return act_run(request, act_settings_run, &call, outcome_out);
}

struct follow {
	int64_t after, last;
};

static enum status follow_run(struct desk *desk, const struct turn *turn,
                              void *arguments, struct outcome *outcome_out,
                              struct problem *problem_out)
{
	struct follow *follow = arguments;

	(void)problem_out;
	return desk_promises_recompute(desk, turn, follow->after, FOLLOW_SLICE,
	                               &follow->last, outcome_out);
}

/* What is promised falls due anew, in slices between other commands. */
enum status act_promises_follow(struct request *request)
{
	struct follow follow = {0};
	const struct node_asked asked = {
		.arena = request->arena,
		.actor = request->session.member,
		.run = follow_run,
		.arguments = &follow,
	};
	struct outcome outcome;
	enum status status;

	do {
		follow.after = follow.last;
		follow.last = 0;
		status = node_run(request->web->node, &asked, &outcome,
		                  &request->problem);
	} while (status == ST_OK && follow.last > follow.after);
	return status;
}

struct json_out *act_begin(const struct reading *reading,
                           struct response *response)
{
	struct json_out *out = response_begin(response);

	out_key_i64(out, "seq", reading->seq);
	return out;
}

static enum status answer_ticket(struct reading *reading, struct json_out *out,
                                 int64_t id)
{
	struct view_ticket *ticket =
		arena_alloc(reading->arena, sizeof(*ticket));
	enum status status =
		view_ticket(reading->db, reading->arena, id, ticket);

	if (status != ST_OK)
		return status;
	out_key(out, "ticket");
	render_ticket(reading, out, ticket);
	return ST_OK;
}

enum status act_answer_ticket(struct request *request,
                              struct response *response,
                              const struct outcome *outcome)
{
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = answer_ticket(&reading, act_begin(&reading, response),
	                       outcome->ticket);
	response_end(response);
	act_read_end(request, &reading);
	return status;
}

static enum status answer_message(struct reading *reading, struct json_out *out,
                                  int64_t id)
{
	struct view_message *message =
		arena_alloc(reading->arena, sizeof(*message));
	enum status status =
		view_message(reading->db, reading->arena, id, message);

	if (status != ST_OK)
		return status;
	out_key(out, "message");
	render_message(reading, out, message);
	return ST_OK;
}

enum status act_answer_message(struct request *request,
                               struct response *response,
                               const struct outcome *outcome)
{
	struct reading reading;
	struct json_out *out;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	out = act_begin(&reading, response);
	status = answer_ticket(&reading, out, outcome->ticket);
	if (status == ST_OK)
		status = answer_message(&reading, out, outcome->message);
	response_end(response);
	act_read_end(request, &reading);
	return status;
}

enum status act_answer_client(struct request *request,
                              struct response *response,
                              const struct outcome *outcome)
{
	struct view_client client;
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = view_client(reading.db, reading.arena, outcome->client,
	                     &client);
	if (status == ST_OK) {
		struct json_out *out = act_begin(&reading, response);

		out_key(out, "client");
		render_client(out, &client);
		response_end(response);
	}
	act_read_end(request, &reading);
	return status;
}

enum status act_answer_contact(struct request *request,
                               struct response *response, int64_t contact)
{
	struct view_contact found;
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = view_contact(reading.db, reading.arena, contact, &found);
	if (status == ST_OK) {
		struct json_out *out = act_begin(&reading, response);

		out_key(out, "contact");
		render_contact(out, &found);
		response_end(response);
	}
	act_read_end(request, &reading);
	return status;
}

enum status act_answer_done(struct request *request, struct response *response,
                            const struct outcome *outcome)
{
	(void)request;
	out_key_i64(response_begin(response), "seq", outcome->seq);
	response_end(response);
	return ST_OK;
}
