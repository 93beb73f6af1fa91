/*
 * What lets somebody in, as the member sees it: sessions of browsers, tokens
 * of programs.
 */
#include "desk/access.h"
#include "web/route/act.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"
#include "web/web.h"

#define TOKEN_LIST_MAX 1000

static void session_write(struct json_out *out, const struct session_row *row,
                          int64_t current)
{
	out_open(out, '{');
	out_key_i64(out, "id", row->id);
	out_key_str(out, "agent", row->agent);
	out_key_str(out, "address", row->address);
	out_key_i64(out, "created_at", row->created_at);
	out_key_i64(out, "seen_at", row->seen_at);
	out_key_bool(out, "current", row->id == current);
	out_close(out, '}');
}

/* Members of the open answer. */
static enum status session_second_factor(const struct reading *reading,
                                         struct json_out *out, int64_t member)
{
	struct totp totp = {0};
	int64_t left = 0;
	enum status status = totp_get(reading->db, member, &totp);

	if (status == ST_OK || status == ST_NOT_FOUND)
		status = recovery_count(reading->db, member, &left);
	out_key_bool(out, "totp", totp.active);
	out_key_i64(out, "recovery", left);
	return status;
}

enum status route_session_list(struct request *request,
                               struct response *response)
{
	struct session_row *rows =
		arena_array(request->arena, SESSION_LIST_MAX, sizeof(*rows));
	struct reading reading;
	size_t count = 0;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status =
		session_list(reading.db, reading.arena, request->session.member,
	                     rows, SESSION_LIST_MAX, &count);
	if (status == ST_OK) {
		struct json_out *out = act_begin(&reading, response);

		out_key_open(out, "sessions", '[');
		for (size_t i = 0; i < count; i++)
			session_write(out, &rows[i], request->session.id);
		out_close(out, ']');
		status = session_second_factor(&reading, out,
		                               request->session.member);
		response_end(response);
	}
	act_read_end(request, &reading);
	return status;
}

struct session_end {
	int64_t id;
	unsigned char hash[TOKEN_HASH_BYTES];
};

static enum status session_end_run(struct desk *desk, const struct turn *turn,
                                   void *arguments, struct outcome *outcome_out,
                                   struct problem *problem_out)
{
	struct session_end *end = arguments;

	return desk_session_end(desk, turn, end->id, end->hash, outcome_out,
	                        problem_out);
}

enum status route_session_end(struct request *request,
                              struct response *response)
{
	struct session_end end = {.id = request->ids[0]};
	struct outcome outcome;
	enum status status = act_run(request, session_end_run, &end, &outcome);

	if (status != ST_OK)
		return status;
	web_session_ended(request->web, end.hash);
	return act_answer_done(request, response, &outcome);
}

static void token_write(struct json_out *out, const struct api_token *token)
{
	struct str rights = token->rights, right;

	out_open(out, '{');
	out_key_i64(out, "id", token->id);
	out_key_str(out, "name", token->name);
	out_key_i64(out, "member", token->member);
	out_key_open(out, "rights", '[');
	while (str_split(&rights, ' ', &right))
		out_str(out, right);
	out_close(out, ']');
	out_key_i64(out, "created_at", token->created_at);
	out_key_at(out, "last_used_at", token->used_at);
	out_key_at(out, "expires_at", token->expires_at);
	out_close(out, '}');
}

enum status route_token_list(struct request *request, struct response *response)
{
	struct api_token *tokens =
		arena_array(request->arena, TOKEN_LIST_MAX, sizeof(*tokens));
	bool all = session_may(&request->session, RIGHT_MEMBER_WRITE);
	struct reading reading;
	size_t count = 0;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = api_token_list(reading.db, reading.arena,
	                        all ? 0 : request->session.member, tokens,
	                        TOKEN_LIST_MAX, &count);
	if (status == ST_OK) {
		struct json_out *out = act_begin(&reading, response);

		out_key_open(out, "tokens", '[');
		for (size_t i = 0; i < count; i++)
			token_write(out, &tokens[i]);
		out_close(out, ']');
		response_end(response);
	}
	act_read_end(request, &reading);
	return status;
}

static enum status token_add_run(struct desk *desk, const struct turn *turn,
                                 void *arguments, struct outcome *outcome_out,
                                 struct problem *problem_out)
{
	return desk_token_add(desk, turn, arguments, outcome_out, problem_out);
}

static void token_random(void *context, void *bytes, size_t length)
{
	(void)context;
	node_random(bytes, length);
}

static enum status token_answer(struct request *request,
                                struct response *response,
                                const struct outcome *outcome,
                                const char *secret)
{
	struct api_token token;
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = api_token_get(reading.db, outcome->record, reading.arena,
	                       &token);
	if (status == ST_OK) {
		struct json_out *out = act_begin(&reading, response);

		out_key(out, "created");
		token_write(out, &token);
		out_key_text(out, "token", secret);
		response_end(response);
	}
	act_read_end(request, &reading);
	return status;
}

enum status route_token_create(struct request *request,
                               struct response *response)
{
	const json_t *rights = body_node(request->body, "rights");
	struct token_command asked = {
		.name = body_str(request->body, "name"),
		.right_count = json_array_size(rights),
		.expires_at = body_i64(request->body, "expires_at"),
	};
	struct str *names = arena_array(request->arena, asked.right_count + 1,
	                                sizeof(*names));
	char secret[API_TOKEN_SIZE];
	struct outcome outcome;
	enum status status;

	for (size_t i = 0; i < asked.right_count; i++)
		names[i] = body_text(json_array_get(rights, i));
	asked.rights = names;
	api_token_make(token_random, NULL, secret, asked.hash);
	status = act_run(request, token_add_run, &asked, &outcome);
	if (status != ST_OK)
		return status;
	/* What it was is known to nobody any more. */
	if (outcome.repeated)
		return problem_set(&request->problem, ST_CONFLICT, "",
		                   "This token was made and shown already.");
	return token_answer(request, response, &outcome, secret);
}

static enum status token_remove_run(struct desk *desk, const struct turn *turn,
                                    void *arguments,
                                    struct outcome *outcome_out,
                                    struct problem *problem_out)
{
	const int64_t *id = arguments;

	return desk_token_remove(desk, turn, *id, outcome_out, problem_out);
}

enum status route_token_remove(struct request *request,
                               struct response *response)
{
	struct outcome outcome;
	enum status status =
		act_run(request, token_remove_run, request->ids, &outcome);

	if (status != ST_OK)
		return status;
	hub_recheck(request->web->hub);
	return act_answer_done(request, response, &outcome);
}
