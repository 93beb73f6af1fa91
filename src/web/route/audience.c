#include "web/route/audience.h"

#include <string.h>

#include "desk/audience.h"
#include "desk/participants.h"
#include "web/route/act.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"

#define NEW_MESSAGES_MAX 50

static void audience_people(struct json_out *out, const char *key,
                            const struct audience_person *people, size_t count)
{
	out_key_open(out, key, '[');
	for (size_t i = 0; i < count; i++) {
		out_open(out, '{');
		out_key_id(out, "contact", people[i].contact);
		out_key_str(out, "name", people[i].name);
		out_key_str(out, "address", people[i].address);
		out_key_text(out, "role", participant_names[people[i].role]);
		out_key_bool(out, "suppressed", people[i].suppressed);
		out_close(out, '}');
	}
	out_close(out, ']');
}

/* Whom a reply goes to: the first of the audience. */
static void audience_answer_to(struct json_out *out,
                               const struct audience *audience)
{
	const struct audience_person *to = &audience->to[0];

	if (audience->to_count == 0 || to->contact == 0) {
		out_key_null(out, "answer_to");
		return;
	}
	out_key_open(out, "answer_to", '{');
	out_key_i64(out, "id", to->contact);
	out_key_str(out, "name", to->name);
	out_key_str(out, "address", to->address);
	out_close(out, '}');
}

enum status render_audience(const struct reading *reading, struct json_out *out,
                            const struct ticket *ticket)
{
	struct audience *audience =
		arena_alloc(reading->arena, sizeof(*audience));
	enum status status = audience_of(reading->db, reading->agency,
	                                 reading->arena, ticket, audience);

	if (status != ST_OK)
		return status;
	audience_answer_to(out, audience);
	out_key_open(out, "audience", '{');
	audience_people(out, "to", audience->to, audience->to_count);
	audience_people(out, "cc", audience->cc, audience->cc_count);
	out_key_bool(out, "changed", audience->change_count > 0);
	out_key_open(out, "changes", '[');
	for (size_t i = 0; i < audience->change_count; i++) {
		const struct audience_change *change = &audience->changes[i];

		out_open(out, '{');
		out_key_str(out, "address", change->address);
		out_key_str(out, "name", change->name);
		out_key_text(out, "what", audience_what_names[change->what]);
		out_close(out, '}');
	}
	out_close(out, ']');
	out_key_id(out, "newest", audience->newest);
	out_close(out, '}');
	return ST_OK;
}

/* -- Refusals ------------------------------------------------------------- */

static void refusal_new(const struct reading *reading, struct json_out *out,
                        const struct reply *reply)
{
	int64_t shown =
		reply->seen > reply->audience ? reply->seen : reply->audience;
	struct view_message *messages = NULL;
	size_t count = 0, told = 0;

	out_key_open(out, "new", '[');
	if (view_messages(reading->db, reading->arena, reply->ticket, &messages,
	                  &count) != ST_OK)
		count = 0;
	for (size_t i = 0; i < count && told < NEW_MESSAGES_MAX; i++) {
		if (messages[i].record.id <= shown)
			continue;
		render_message(reading, out, &messages[i]);
		told++;
	}
	out_close(out, ']');
}

static void refusal_addresses(struct json_out *out, struct str lines)
{
	struct str line;

	out_key_open(out, "addresses", '[');
	while (str_line(&lines, &line))
		out_str(out, line);
	out_close(out, ']');
}

enum status audience_refusal(struct request *request, struct response *response,
                             const struct reply *reply)
{
	static const char *const types[] = {"moved_on", "mixed", "suppressed"};
	const char *type = NULL;
	struct reading reading;
	struct json_out *out;
	enum status status;

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (strcmp(request->problem.field, types[i]) == 0)
			type = types[i];
	if (!type)
		return ST_CONFLICT;
	status = act_read(request, &reading);
	if (status != ST_OK)
		return status;
	response->status = 409;
	response->type = "application/problem+json";
	out = response_begin(response);
	out_key_text(out, "type", type);
	out_key_text(out, "title", "Conflict");
	out_key_i64(out, "status", 409);
	out_key_text(out, "detail", request->problem.text);
	if (type == types[0])
		refusal_new(&reading, out, reply);
	else
		refusal_addresses(out, *reply->refused_out);
	response_end(response);
	act_read_end(request, &reading);
	return ST_OK;
}

/* -- Roles ---------------------------------------------------------------- */

static enum participant_role role_of(struct str name)
{
	for (int i = PARTICIPANT_CLIENT; i < PARTICIPANT_ROLE_COUNT; i++)
		if (str_equal(name, str_of(participant_names[i])))
			return (enum participant_role)i;
	return PARTICIPANT_NONE;
}

static enum status participant_run(struct desk *desk, const struct turn *turn,
                                   void *arguments, struct outcome *outcome_out,
                                   struct problem *problem_out)
{
	return desk_participant_set(desk, turn, arguments, outcome_out,
	                            problem_out);
}

enum status route_ticket_participant(struct request *request,
                                     struct response *response)
{
	struct participant_command asked = {
		.ticket = request->ids[0],
		.contact = request->ids[1],
		.role = role_of(body_str(request->body, "role")),
	};
	struct outcome outcome;
	enum status status =
		act_run(request, participant_run, &asked, &outcome);

	if (status != ST_OK)
		return status;
	return act_answer_ticket(request, response, &outcome);
}

/* -- Addresses that are not written to ------------------------------------ */

enum status route_suppressed_list(struct request *request,
                                  struct response *response)
{
	struct view_suppression *rows = NULL;
	struct reading reading;
	struct json_out *out;
	size_t count = 0;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = view_suppressions(reading.db, reading.arena, &rows, &count);
	out = act_begin(&reading, response);
	out_key_open(out, "suppressed", '[');
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		const struct suppression *record = &rows[i].record;

		out_open(out, '{');
		out_key_i64(out, "id", record->id);
		out_key_str(out, "address", rows[i].address);
		out_key_text(out, "why", why_name(record->why));
		out_key_str(out, "reason", rows[i].reason);
		out_key_i64(out, "at", record->at);
		out_key_id(out, "contact", record->contact);
		out_key_id(out, "ticket", record->ticket);
		out_key_id(out, "message", record->message);
		out_close(out, '}');
	}
	out_close(out, ']');
	response_end(response);
	act_read_end(request, &reading);
	return status;
}

static enum status lift_run(struct desk *desk, const struct turn *turn,
                            void *arguments, struct outcome *outcome_out,
                            struct problem *problem_out)
{
	const int64_t *id = arguments;

	return desk_suppression_lift(desk, turn, *id, outcome_out, problem_out);
}

enum status route_suppressed_remove(struct request *request,
                                    struct response *response)
{
	struct outcome outcome;
	enum status status =
		act_run(request, lift_run, &request->ids[0], &outcome);

	if (status != ST_OK)
		return status;
	return act_answer_done(request, response, &outcome);
}
