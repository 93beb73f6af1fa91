/*
 * What is put off: threads put aside, replies sent before their hour, and the
 * moments that people type for both.
 */
#include "core/later.h"

#include <stdio.h>

#include "core/time/moment.h"
#include "desk/reply.h"
#include "web/route/act.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"

/* The clocks that go on all the same. */
static enum status snooze_running(const struct reading *reading,
                                  struct json_out *out, int64_t ticket)
{
	struct promise *promises = NULL;
	struct calendar_pauses pauses;
	size_t count = 0;
	enum status status = view_promises(reading->db, reading->arena, ticket,
	                                   &promises, &count);

	out_key_open(out, "running", '[');
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		if (promises[i].state != PROMISE_OPEN || !promises[i].running)
			continue;
		status = render_pauses(reading, &promises[i], &pauses);
		if (status == ST_OK)
			render_promise(reading, out, &promises[i], &pauses);
	}
	out_close(out, ']');
	return status;
}

static enum status snooze_answer(struct request *request,
                                 struct response *response, int64_t id)
{
	struct view_ticket *ticket =
		arena_alloc(request->arena, sizeof(*ticket));
	struct reading reading;
	struct json_out *out;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	out = act_begin(&reading, response);
	status = view_ticket(reading.db, reading.arena, id, ticket);
	if (status == ST_OK) {
		out_key(out, "ticket");
		render_ticket(&reading, out, ticket);
		status = snooze_running(&reading, out, id);
	}
	response_end(response);
	act_read_end(request, &reading);
	return status;
}

enum status route_ticket_snooze(struct request *request,
                                struct response *response)
{
	const struct ticket_command asked = {
		.ticket = request->ids[0],
		.at = body_i64(request->body, "until_at"),
		.text = body_str(request->body, "note"),
	};
	struct outcome outcome;
	enum status status =
		act_ticket(request, desk_ticket_snooze, &asked, &outcome);

	if (status != ST_OK)
		return status;
	return snooze_answer(request, response, request->ids[0]);
}

static enum status send_now_run(struct desk *desk, const struct turn *turn,
                                void *arguments, struct outcome *outcome_out,
                                struct problem *problem_out)
{
	const int64_t *message = arguments;

	return desk_reply_send_now(desk, turn, *message, outcome_out,
	                           problem_out);
}

enum status route_message_send_now(struct request *request,
                                   struct response *response)
{
	struct outcome outcome;
	enum status status =
		act_run(request, send_now_run, &request->ids[0], &outcome);

	if (status != ST_OK)
		return status;
	return act_answer_message(request, response, &outcome);
}

static void moments_write(struct response *response,
                          const struct moment *moments, size_t count)
{
	struct json_out *out = response_begin(response);

	out_key_open(out, "moments", '[');
	for (size_t i = 0; i < count; i++) {
		out_open(out, '{');
		out_key_i64(out, "at", moments[i].at);
		out_key_text(out, "label", moments[i].label);
		out_close(out, '}');
	}
	out_close(out, ']');
	response_end(response);
}

/* For a reply: first the next hour in which the client is at work. */
static size_t moments_for(const struct moment_where *where,
                          struct moment moments[MOMENTS_MAX + 1])
{
	instant_ms at = moment_working(where, where->now + SPAN_MINUTE);

	if (at <= where->now + SPAN_MINUTE)
		return moment_presets(where, moments);
	moments[0].at = at;
	snprintf(moments[0].label, sizeof(moments[0].label),
	         "Next working hour");
	return 1 + moment_presets(where, moments + 1);
}

enum status route_moment_list(struct request *request,
                              struct response *response)
{
	struct moment moments[MOMENTS_MAX + 1];
	struct moment_where where;
	struct reading reading;
	size_t count = 1;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	where = (struct moment_where){
		.now = reading.now,
		.zone = reading.agency->zone,
		.hours = &reading.agency->rules.business,
	};
	if (body_has(request->filter, "text"))
		status = moment_read(request->arena,
		                     body_str(request->filter, "text"), &where,
		                     moments, &request->problem);
	else if (body_has(request->filter, "for"))
		count = moments_for(&where, moments);
	else
		count = moment_presets(&where, moments);
	act_read_end(request, &reading);
	if (status == ST_OK)
		moments_write(response, moments, count);
	return status;
}
