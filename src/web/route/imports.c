/*
 * Moving in, as the agency's partners do it: the file in pieces, what its
 * labels mean, start, stop and go on, and what was late in it.
 */
#include "desk/imports.h"
#include "desk/late.h"
#include "node/movein.h"
#include "store/view.h"
#include "web/json_text.h"
#include "web/route/act.h"
#include "web/route/imports.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"
#include "web/web.h"

#define IMPORTS_SHOWN 100

static void import_write_errors(const struct reading *reading,
                                struct json_out *out, int64_t import)
{
	struct import_error *errors =
		arena_array(reading->arena, IMPORT_ERRORS_MAX, sizeof(*errors));
	size_t count = 0;

	out_key_open(out, "errors", '[');
	if (import_errors(reading->db, reading->arena, import, errors,
	                  IMPORT_ERRORS_MAX, &count) != ST_OK)
		count = 0;
	for (size_t i = 0; i < count; i++) {
		out_open(out, '{');
		out_key_i64(out, "n", errors[i].n);
		out_key_str(out, "said", errors[i].said);
		out_close(out, '}');
	}
	out_close(out, ']');
}

static void import_write(struct node *node, const struct reading *reading,
                         struct json_out *out, const struct import *row)
{
	int64_t left = node_movein_left_ms(node, row);

	out_open(out, '{');
	out_key_i64(out, "id", row->id);
	out_key_text(out, "source",
	             row->source == SOURCE_IMAP ? "imap" : "mbox");
	out_key_str(out, "name", row->name);
	out_key_id(out, "mailbox", row->mailbox);
	out_key_str_or_null(out, "folder", row->folder);
	out_key_text(out, "state", import_state_names[row->state]);
	out_key_i64(out, "received", row->received);
	out_key_i64(out, "size", row->size);
	out_key_i64(out, "read", row->read);
	if (row->total)
		out_key_i64(out, "total", row->total);
	else
		out_key_null(out, "total");
	if (left >= 0)
		out_key_i64(out, "left_ms", left);
	else
		out_key_null(out, "left_ms");
	out_key_i64(out, "threads", row->threads);
	out_key_i64(out, "messages", row->messages);
	out_key_i64(out, "duplicates", row->duplicates);
	out_key_i64(out, "skipped", row->skipped);
	import_write_errors(reading, out, row->id);
	out_key_at(out, "takeover_at", row->takeover_at);
	out_key_str_or_null(out, "said", row->said);
	out_close(out, '}');
}

enum status import_stream_json(struct web *web, const struct reading *reading,
                               struct json_out *out, int64_t import)
{
	struct import row;
	enum status status =
		import_read(reading->db, reading->arena, import, &row);

	if (status != ST_OK)
		return status;
	out_open(out, '{');
	out_key(out, "import");
	import_write(web->node, reading, out, &row);
	out_close(out, '}');
	return ST_OK;
}

enum status route_import_list(struct request *request,
                              struct response *response)
{
	struct import *list =
		arena_array(request->arena, IMPORTS_SHOWN, sizeof(*list));
	struct reading reading;
	struct json_out *out;
	size_t count = 0;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = import_list(reading.db, request->arena, list, IMPORTS_SHOWN,
	                     &count);
	if (status == ST_OK) {
		out = act_begin(&reading, response);
		out_key_open(out, "imports", '[');
		for (size_t i = 0; i < count; i++)
			import_write(request->web->node, &reading, out,
			             &list[i]);
		out_close(out, ']');
		response_end(response);
	}
	act_read_end(request, &reading);
	return status;
}

static enum status import_answer(struct request *request,
                                 struct response *response, int64_t id)
{
	struct reading reading;
	struct import row;
	struct json_out *out;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = import_read(reading.db, request->arena, id, &row);
	if (status == ST_OK) {
		out = act_begin(&reading, response);
		out_key(out, "import");
		import_write(request->web->node, &reading, out, &row);
		response_end(response);
	}
	act_read_end(request, &reading);
	return status;
}

static struct str import_mine(struct request *request)
{
	const json_t *list = body_node(request->body, "mine");
	struct str lines = STR("");

	for (size_t i = 0; i < json_array_size(list); i++)
		lines = str_printf(request->arena, "%.*s%.*s\n", STR_ARG(lines),
		                   STR_ARG(body_text(json_array_get(list, i))));
	return lines;
}

/* A label may give its threads only to somebody who is there. */
static enum status import_members(struct request *request, const json_t *labels)
{
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	for (size_t i = 0; i < json_array_size(labels) && status == ST_OK;
	     i++) {
		int64_t id = body_i64(json_array_get(labels, i), "member");
		const struct agency_member *member =
			agency_member(reading.agency, id);

		if (id && (!member || !member->record.active))
			status = problem_set(&request->problem, ST_INVALID,
			                     "labels",
			                     "There is no such member.");
	}
	act_read_end(request, &reading);
	return status;
}

/* Labels, addresses and date of what is asked. */
static enum status import_choice(struct request *request,
                                 struct import_asked *asked)
{
	const json_t *labels = body_node(request->body, "labels");

	asked->labels = labels ? json_text(request->arena, labels) : STR("[]");
	asked->mine = import_mine(request);
	asked->takeover_at = body_i64(request->body, "takeover_at");
	return import_members(request, labels);
}

static enum status import_add_run(struct desk *desk, const struct turn *turn,
                                  void *arguments, struct outcome *outcome_out,
                                  struct problem *problem_out)
{
	return desk_import_add(desk, turn, arguments, outcome_out, problem_out);
}

enum status route_import_create(struct request *request,
                                struct response *response)
{
	bool imap = str_equal(body_str(request->body, "source"), STR("imap"));
	struct import_asked asked = {
		.source = imap ? SOURCE_IMAP : SOURCE_IMPORT,
		.name = body_str(request->body, "name"),
		.folder = body_str(request->body, "folder"),
		.mailbox = body_i64(request->body, "mailbox"),
		.size = body_i64(request->body, "size"),
		.state = IMPORT_RECEIVING,
		.said = STR(""),
	};
	struct outcome outcome;
	enum status status = import_choice(request, &asked);

	if (imap) {
		asked.size = 0;
		if (status == ST_OK &&
		    (!asked.mailbox || asked.folder.length == 0))
			status = problem_set(&request->problem, ST_INVALID,
			                     "folder",
			                     "Say which folder of which "
			                     "mailbox.");
	}
	if (status == ST_OK)
		status = act_run(request, import_add_run, &asked, &outcome);
	if (status != ST_OK)
		return status;
	return import_answer(request, response, outcome.record);
}

enum status route_import_piece(struct request *request,
                               struct response *response)
{
	struct json_out *out;
	int64_t received = 0;
	enum status status = node_movein_piece(
		request->web->node, request->ids[0],
		body_i64(request->filter, "at"), request->content, &received,
		&request->problem);

	if (status == ST_CONFLICT) {
		request->told = "received";
		request->told_value = received;
	}
	if (status != ST_OK)
		return status;
	out = response_begin(response);
	out_key_i64(out, "received", received);
	response_end(response);
	return ST_OK;
}

enum status route_import_labels(struct request *request,
                                struct response *response)
{
	struct movein_label *labels = arena_array(
		request->arena, MOVEIN_LABELS_COUNT, sizeof(*labels));
	struct json_out *out;
	size_t count = 0;
	enum status status = node_movein_labels(
		request->web->node, request->ids[0], request->arena, labels,
		MOVEIN_LABELS_COUNT, &count, &request->problem);

	if (status != ST_OK)
		return status;
	out = response_begin(response);
	out_key_open(out, "labels", '[');
	for (size_t i = 0; i < count; i++) {
		out_open(out, '{');
		out_key_str(out, "label", labels[i].label);
		out_key_i64(out, "count", labels[i].count);
		out_close(out, '}');
	}
	out_close(out, ']');
	response_end(response);
	return ST_OK;
}

static enum status import_turn_run(struct desk *desk, const struct turn *turn,
                                   void *arguments, struct outcome *outcome_out,
                                   struct problem *problem_out)
{
	return desk_import_turn(desk, turn, arguments, outcome_out,
	                        problem_out);
}

static enum status import_turn(struct request *request,
                               struct response *response,
                               struct import_asked *asked)
{
	struct outcome outcome;
	enum status status;

	asked->id = request->ids[0];
	asked->said = STR("");
	status = act_run(request, import_turn_run, asked, &outcome);
	if (status != ST_OK)
		return status;
	node_movein_nudge(request->web->node, asked->id);
	return import_answer(request, response, asked->id);
}

enum status route_import_start(struct request *request,
                               struct response *response)
{
	struct import_asked asked = {.state = IMPORT_READING};
	enum status status = ST_OK;

	asked.chosen = body_has(request->body, "labels") ||
	               body_has(request->body, "mine") ||
	               body_has(request->body, "takeover_at");
	if (asked.chosen)
		status = import_choice(request, &asked);
	return status == ST_OK ? import_turn(request, response, &asked)
	                       : status;
}

enum status route_import_stop(struct request *request,
                              struct response *response)
{
	struct import_asked asked = {.state = IMPORT_STOPPED};

	return import_turn(request, response, &asked);
}

enum status route_import_resume(struct request *request,
                                struct response *response)
{
	struct import_asked asked = {.state = IMPORT_READING};

	return import_turn(request, response, &asked);
}

static void late_write_figures(struct json_out *out,
                               const struct late_report *report)
{
	out_key_open(out, "figures", '{');
	out_key_i64(out, "threads", report->threads);
	out_key_i64(out, "asked", report->asked);
	out_key_i64(out, "answered", report->answered);
	out_key_i64(out, "late", report->late);
	out_key_i64(out, "never", report->never);
	/* Nothing can be said of no answers. */
	if (report->answered > 0) {
		out_key_i64(out, "median_ms", report->median);
		out_key_i64(out, "worst_ms", report->worst);
	} else {
		out_key_null(out, "median_ms");
		out_key_null(out, "worst_ms");
	}
	out_key_at(out, "since_at", report->since_at);
	out_key_at(out, "until_at", report->until_at);
	out_close(out, '}');
}

static enum status late_write_row(const struct reading *reading,
                                  struct json_out *out,
                                  const struct late_question *row)
{
	struct view_ticket *ticket =
		arena_alloc(reading->arena, sizeof(*ticket));
	enum status status =
		view_ticket(reading->db, reading->arena, row->ticket, ticket);

	if (status != ST_OK)
		return status;
	out_open(out, '{');
	out_key_i64(out, "ticket", row->ticket);
	out_key_str(out, "subject", ticket->subject);
	out_key_open(out, "client", '{');
	out_key_i64(out, "id", ticket->client.record.id);
	out_key_str(out, "name", ticket->client.name);
	out_close(out, '}');
	out_key_at(out, "asked_at", row->asked_at);
	out_key_at(out, "answered_at", row->answered_at);
	out_key_i64(out, "took_ms", row->took);
	out_key_i64(out, "target_ms", row->target);
	out_key_i64(out, "message", row->message);
	out_close(out, '}');
	return ST_OK;
}

enum status route_import_late(struct request *request,
                              struct response *response)
{
	struct late_report report;
	struct reading reading;
	struct import row;
	struct json_out *out;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = import_read(reading.db, request->arena, request->ids[0], &row);
	if (status == ST_OK)
		status = late_report(reading.db, reading.agency, request->arena,
		                     row.id, &report);
	if (status == ST_OK) {
		out = response_begin(response);
		late_write_figures(out, &report);
		out_key_open(out, "late", '[');
		for (size_t i = 0; i < report.row_count && status == ST_OK; i++)
			status = late_write_row(&reading, out, &report.rows[i]);
		out_close(out, ']');
		response_end(response);
	}
	act_read_end(request, &reading);
	return status;
}
