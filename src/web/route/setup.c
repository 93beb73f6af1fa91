/*
 * The first run: there once, and gone for good when somebody has been made.
 */
#include "node/zones.h"
#include "web/json_text.h"
#include "web/route/act.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"
#include "web/web.h"

static enum status setup_needed(struct request *request)
{
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = reading.agency->exists ? ST_NOT_FOUND : ST_OK;
	act_read_end(request, &reading);
	return status;
}

enum status route_setup_show(struct request *request, struct response *response)
{
	struct zones_names zones;
	struct json_out *out;
	enum status status = setup_needed(request);

	if (status != ST_OK)
		return status;
	zones = zones_list(request->arena);
	out = response_begin(response);
	out_key_bool(out, "needed", true);
	out_key_open(out, "zones", '[');
	for (size_t i = 0; i < zones.count; i++)
		out_str(out, zones.list[i]);
	out_close(out, ']');
	response_end(response);
	return ST_OK;
}

static enum status setup_run(struct desk *desk, const struct turn *turn,
                             void *arguments, struct outcome *outcome_out,
                             struct problem *problem_out)
{
	return desk_setup(desk, turn, arguments, outcome_out, problem_out);
}

/* The parts of the body that make a calendar, as the calendar's document. */
static struct str setup_calendar(struct request *request)
{
	static const char *const parts[] = {"zone", "week", "days", "holidays"};
	json_t *calendar = json_object();
	struct str text;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		json_t *part = json_object_get(request->body, parts[i]);

		if (part)
			json_object_set(calendar, parts[i], part);
	}
	text = json_text(request->arena, calendar);
	json_decref(calendar);
	return text;
}

enum status route_setup_create(struct request *request,
                               struct response *response)
{
	const json_t *body = request->body;
	struct setup setup = {
		.agency = body_str(body, "agency"),
		.name = body_str(body, "name"),
		.address = body_str(body, "address"),
		.desk_address = body_str(body, "desk_address"),
		.zone = body_str(body, "zone"),
		.calendar = setup_calendar(request),
	};
	struct outcome outcome;
	enum status status = setup_needed(request);

	if (status == ST_OK)
		status = web_hash_password(request, body_str(body, "password"),
		                           &setup.password_hash);
	if (status == ST_OK)
		status = act_run(request, setup_run, &setup, &outcome);
	if (status == ST_OK)
		status = sessions_start(request->web->sessions, request,
		                        response, outcome.record, ROLE_PARTNER);
	if (status != ST_OK)
		return status;
	return route_session_show(request, response);
}
