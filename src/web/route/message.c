/*
 * Replies, and the parts of a message that have an address of their own: its
 * HTML for a frame, its attachments, its bytes as received.
 */
#include "desk/reply.h"

#include "base/limits.h"
#include "store/blob.h"
#include "store/content.h"
#include "store/record.h"
#include "web/file.h"
#include "web/route/act.h"
#include "web/route/audience.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"

#define REPLY_PEOPLE_MAX 50
#define REPLY_FILES_MAX  50

/* The frame may not run, load or send anything but images that we allow. */
#define FRAME_POLICY(images)                                                   \
	"sandbox allow-same-origin allow-popups "                              \
	"allow-popups-to-escape-sandbox; default-src 'none'; "                 \
	"style-src 'unsafe-inline'; img-src " images "; base-uri 'none'; "     \
	"form-action 'none'; frame-ancestors 'self'"

struct reply_lists {
	struct str to[REPLY_PEOPLE_MAX];
	struct str cc[REPLY_PEOPLE_MAX];
	struct str override[REPLY_PEOPLE_MAX];
	struct str refused;
	int64_t uploads[REPLY_FILES_MAX];
};

static enum then then_of(struct str name)
{
	if (str_equal(name, STR("wait")))
		return THEN_WAIT;
	return str_equal(name, STR("close")) ? THEN_CLOSE : THEN_NOTHING;
}

/* The shape bounds the list. */
static size_t reply_addresses(const json_t *body, const char *key,
                              struct str out[REPLY_PEOPLE_MAX])
{
	const json_t *list = body_node(body, key);
	size_t count = json_array_size(list);

	for (size_t i = 0; i < count; i++)
		out[i] = body_text(json_array_get(list, i));
	return count;
}

static void reply_read(struct request *request, struct reply_lists *lists,
                       struct reply *reply)
{
	const json_t *body = request->body;
	const json_t *files = body_node(body, "attachments");

	*reply = (struct reply){
		.ticket = request->ids[0],
		.text = body_str(body, "text"),
		.html = body_str(body, "html"),
		.seen = body_i64(body, "seen"),
		.then = then_of(body_str(body, "then")),
		.send_at = body_i64(body, "send_at"),
		.firm = body_has(body, "cancel_on_reply") &&
	                !body_bool(body, "cancel_on_reply"),
		.to = lists->to,
		.to_count = reply_addresses(body, "to", lists->to),
		.to_given = body_node(body, "to") != NULL,
		.cc = lists->cc,
		.cc_count = reply_addresses(body, "cc", lists->cc),
		.cc_given = body_node(body, "cc") != NULL,
		.override = lists->override,
		.override_count =
			reply_addresses(body, "override", lists->override),
		.confirm = body_bool(body, "confirm"),
		.audience = body_i64(body, "audience"),
		.refused_out = &lists->refused,
		.uploads = lists->uploads,
		.upload_count = json_array_size(files),
	};
	for (size_t i = 0; i < reply->upload_count; i++)
		lists->uploads[i] =
			json_integer_value(json_array_get(files, i));
}

static enum status reply_run(struct desk *desk, const struct turn *turn,
                             void *arguments, struct outcome *outcome_out,
                             struct problem *problem_out)
{
	return desk_reply(desk, turn, arguments, outcome_out, problem_out);
}

enum status route_ticket_reply(struct request *request,
                               struct response *response)
{
	struct reply_lists *lists = arena_alloc(request->arena, sizeof(*lists));
	struct outcome outcome;
	struct reply reply;
	enum status status;

	reply_read(request, lists, &reply);
	status = act_run(request, reply_run, &reply, &outcome);
	if (status == ST_CONFLICT)
		return audience_refusal(request, response, &reply);
	if (status != ST_OK)
		return status;
	return act_answer_message(request, response, &outcome);
}

static enum status undo_run(struct desk *desk, const struct turn *turn,
                            void *arguments, struct outcome *outcome_out,
                            struct problem *problem_out)
{
	const int64_t *message = arguments;

	return desk_reply_undo(desk, turn, *message, outcome_out, problem_out);
}

static enum status undo_answer(struct request *request,
                               struct response *response,
                               const struct outcome *outcome)
{
	struct view_ticket *ticket =
		arena_alloc(request->arena, sizeof(*ticket));
	struct str text = STR("");
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status =
		view_ticket(reading.db, reading.arena, outcome->ticket, ticket);
	if (status == ST_OK)
		status = content_read(reading.db, reading.arena,
		                      request->ids[0], SLOT_TEXT, &text);
	if (status == ST_OK) {
		struct json_out *out = act_begin(&reading, response);

		out_key(out, "ticket");
		render_ticket(&reading, out, ticket);
		out_key_str(out, "text", text);
		response_end(response);
	}
	act_read_end(request, &reading);
	return status;
}

enum status route_message_undo(struct request *request,
                               struct response *response)
{
	struct outcome outcome;
	enum status status =
		act_run(request, undo_run, &request->ids[0], &outcome);

	if (status != ST_OK)
		return status;
	return undo_answer(request, response, &outcome);
}

static enum status retry_run(struct desk *desk, const struct turn *turn,
                             void *arguments, struct outcome *outcome_out,
                             struct problem *problem_out)
{
	const int64_t *message = arguments;

	return desk_reply_retry(desk, turn, *message, outcome_out, problem_out);
}

enum status route_message_retry(struct request *request,
                                struct response *response)
{
	struct outcome outcome;
	enum status status =
		act_run(request, retry_run, &request->ids[0], &outcome);

	if (status != ST_OK)
		return status;
	return act_answer_ticket(request, response, &outcome);
}

static enum status message_read(const struct reading *reading, int64_t id,
                                struct view_message *message_out)
{
	return view_message(reading->db, reading->arena, id, message_out);
}

static enum status html_read(struct request *request,
                             const struct reading *reading, bool images,
                             struct buf *out)
{
	struct view_message *message =
		arena_alloc(reading->arena, sizeof(*message));
	struct str html = STR("");
	enum status status = message_read(reading, request->ids[0], message);

	if (status == ST_OK && !message->record.has_html)
		status = ST_NOT_FOUND;
	if (status == ST_OK)
		status = content_read(reading->db, reading->arena,
		                      message->record.id, SLOT_HTML, &html);
	if (status == ST_OK)
		file_frame(reading->arena, message->record.id, html,
		           message->attachments, images, out);
	return status;
}

enum status route_message_html(struct request *request,
                               struct response *response)
{
	bool images = body_bool(request->filter, "images");
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	response->kind = RESPONSE_BYTES;
	response->type = "text/html; charset=utf-8";
	response->policy = images ? FRAME_POLICY("'self' data: https: http:")
	                          : FRAME_POLICY("'self' data:");
	status = html_read(request, &reading, images, &response->body);
	act_read_end(request, &reading);
	return status;
}

enum status route_message_attachment(struct request *request,
                                     struct response *response)
{
	struct view_message *message =
		arena_alloc(request->arena, sizeof(*message));
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = message_read(&reading, request->ids[0], message);
	if (status == ST_OK)
		status = file_attachment(&reading, message, request->ids[1],
		                         response);
	act_read_end(request, &reading);
	return status;
}

enum status route_message_raw(struct request *request,
                              struct response *response)
{
	struct message message = {0};
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = record_read(reading.db, RECORD_MESSAGE, request->ids[0],
	                     &message.id);
	if (status == ST_OK)
		status = file_raw(&reading, message.raw, message.id, response);
	act_read_end(request, &reading);
	return status;
}
