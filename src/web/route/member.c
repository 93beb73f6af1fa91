/*
 * People of the agency.
 */
#include "desk/invite.h"
#include "web/guard.h"
#include "web/route/act.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"
#include "web/web.h"

enum status route_member_list(struct request *request,
                              struct response *response)
{
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	response->kind = RESPONSE_JSON;
	out_open(&response->json, '[');
	for (size_t i = 0; i < reading.agency->member_count; i++)
		render_member(&response->json, &reading.agency->members[i]);
	out_close(&response->json, ']');
	act_read_end(request, &reading);
	return ST_OK;
}

static enum status member_answer(struct request *request,
                                 struct response *response, int64_t id)
{
	const struct agency_member *member;
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	member = agency_member(reading.agency, id);
	if (member) {
		struct json_out *out = act_begin(&reading, response);

		out_key(out, "member");
		render_member(out, member);
		response_end(response);
	} else {
		status = ST_NOT_FOUND;
	}
	act_read_end(request, &reading);
	return status;
}

/* A password becomes its hash before the writer sees the command. */
static enum status member_asked(struct request *request, int64_t id,
                                struct settings_command *asked_out)
{
	const json_t *body = request->body;
	struct str password = body_str(body, "password");
	struct settings_command asked = {
		.id = id,
		.has_name = body_has(body, "name"),
		.name = body_str(body, "name"),
		.has_address = body_has(body, "address"),
		.address = body_str(body, "address"),
		.has_role = body_has(body, "role"),
		.has_active = body_has(body, "active"),
		.active = body_bool(body, "active"),
	};
	enum role role = ROLE_NONE;
	enum status status = ST_OK;

	if (role_parse(body_str(body, "role"), &role))
		asked.role = role;
	if (password.length > 0)
		status = web_hash_password(request, password,
		                           &asked.password_hash);
	if (status == ST_OK)
		*asked_out = asked;
	return status;
}

struct member_invite {
	struct invite invite;
	char token[SESSION_TOKEN_SIZE];
};

static enum status member_invite_run(struct desk *desk, const struct turn *turn,
                                     void *arguments,
                                     struct outcome *outcome_out,
                                     struct problem *problem_out)
{
	return desk_invite(desk, turn, arguments, outcome_out, problem_out);
}

static void member_random(void *context, void *bytes, size_t length)
{
	(void)context;
	node_random(bytes, length);
}

static enum status member_invite(struct request *request, int64_t member,
                                 struct member_invite *m,
                                 struct outcome *outcome_out)
{
	*m = (struct member_invite){.invite = {.member = member}};
	session_token_make(member_random, NULL, m->token, m->invite.hash);
	m->invite.token = str_of(m->token);
	return act_run(request, member_invite_run, &m->invite, outcome_out);
}

enum status route_member_invite(struct request *request,
                                struct response *response)
{
	struct member_invite m;
	struct outcome outcome;
	struct json_out *out;
	enum status status =
		member_invite(request, request->ids[0], &m, &outcome);

	if (status != ST_OK)
		return status;
	/* The link of the first time is known to nobody any more. */
	if (outcome.repeated)
		return problem_set(&request->problem, ST_CONFLICT, "",
		                   "That was done already. Invite again.");
	out = response_begin(response);
	out_key_i64(out, "seq", outcome.seq);
	out_key_str(out, "link",
	            str_printf(request->arena, "%s/sign-in#%s",
	                       request->web->base_url, m.token));
	out_key_bool(out, "mailed", m.invite.mailed);
	response_end(response);
	return ST_OK;
}

enum status route_member_create(struct request *request,
                                struct response *response)
{
	struct settings_command asked;
	struct member_invite m;
	struct outcome outcome;
	int64_t member;
	enum status status = member_asked(request, 0, &asked);

	if (status == ST_OK)
		status = act_settings(request, desk_member_save, &asked,
		                      &outcome);
	if (status != ST_OK)
		return status;
	member = outcome.record;
	/* Who has no password comes in by a link; if that fails, again. */
	if (asked.password_hash.length == 0 && !outcome.repeated) {
		guard_next_command(request);
		status = member_invite(request, member, &m, &outcome);
	}
	if (status != ST_OK)
		return status;
	return member_answer(request, response, member);
}

enum status route_member_change(struct request *request,
                                struct response *response)
{
	struct settings_command asked;
	struct outcome outcome;
	enum status status = member_asked(request, request->ids[0], &asked);

	if (status == ST_OK)
		status = act_settings(request, desk_member_save, &asked,
		                      &outcome);
	if (status != ST_OK)
		return status;
	/* Their sessions are over; what streams still run says farewell. */
	if (asked.has_role || asked.has_active ||
	    asked.password_hash.length > 0)
		hub_recheck(request->web->hub);
	return member_answer(request, response, request->ids[0]);
}
