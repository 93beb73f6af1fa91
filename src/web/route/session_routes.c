/*
 * Signing in and out, and who one is.
 */
#include "web/problem.h"
#include "web/route/act.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"
#include "web/web.h"

enum status route_session_show(struct request *request,
                               struct response *response)
{
	const struct agency_member *member;
	struct reading reading;
	struct json_out *out;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	member = agency_member(reading.agency, request->session.member);
	if (!member) {
		problem_answer(response, 401, NULL,
		               reading.agency->exists ? NULL : "setup");
		act_read_end(request, &reading);
		return ST_OK;
	}
	out = act_begin(&reading, response);
	out_key(out, "member");
	render_member(out, member);
	out_key_open(out, "agency", '{');
	out_key_str(out, "name", reading.agency->name);
	out_key_str(out, "zone", reading.agency->zone_name);
	out_close(out, '}');
	out_key_i64(out, "now", request->now);
	response_end(response);
	act_read_end(request, &reading);
	return ST_OK;
}

enum status route_session_create(struct request *request,
                                 struct response *response)
{
	const json_t *body = request->body;
	struct sessions *sessions = request->web->sessions;
	enum status status;

	if (body_has(body, "token"))
		status = sessions_sign_in_by_token(sessions, request, response,
		                                   body_str(body, "token"));
	else
		status = sessions_sign_in(
			sessions, request, response, body_str(body, "address"),
			body_str(body, "password"), body_str(body, "code"));
	if (status != ST_OK)
		return status;
	return route_session_show(request, response);
}

enum status route_session_delete(struct request *request,
                                 struct response *response)
{
	response->kind = RESPONSE_EMPTY;
	response->status = 204;
	return sessions_sign_out(request->web->sessions, request, response);
}

/* Checks the old password unless there is none yet: a link signed them in. */
static enum status password_confirm(struct request *request)
{
	return sessions_confirm(request->web->sessions, request,
	                        body_str(request->body, "old"));
}

enum status route_session_password(struct request *request,
                                   struct response *response)
{
	struct settings_command asked = {.id = request->session.member};
	struct outcome outcome;
	enum status status = password_confirm(request);

	if (status == ST_OK)
		status = web_hash_password(request,
		                           body_str(request->body, "password"),
		                           &asked.password_hash);
	if (status == ST_OK)
		status = act_settings(request, desk_member_save, &asked,
		                      &outcome);
	/* All sessions ended with the old password; this one begins anew. */
	if (status == ST_OK)
		status = sessions_start(request->web->sessions, request,
		                        response, request->session.member,
		                        request->session.role);
	if (status != ST_OK)
		return status;
	hub_recheck(request->web->hub);
	return route_session_show(request, response);
}
