/*
 * Shared drafts and following, as routes. Others hear that there is a draft,
 * whose, and whether it is ready; its words they ask for.
 */
#include "base/limits.h"
#include "desk/drafts.h"
#include "desk/follow.h"
#include "store/record.h"
#include "web/json_text.h"
#include "web/route/act.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"
#include "web/web.h"

/* {"draft": {...}|null}, with its words. */
static void draft_answer(const struct reading *reading,
                         struct response *response, const struct draft *draft)
{
	struct json_out *out = response_begin(response);
	json_t *tree, *value;
	const char *key;

	out_key(out, "draft");
	if (draft->ticket == 0) {
		out_null(out);
		response_end(response);
		return;
	}
	tree = json_loadb(draft->document.text, draft->document.length, 0,
	                  NULL);
	out_open(out, '{');
	json_object_foreach(tree, key, value)
	{
		out_key(out, key);
		out_json(out, json_text(reading->arena, value));
	}
	json_decref(tree);
	out_key_i64(out, "member", draft->member);
	out_key_i64(out, "at", draft->at);
	out_key_i64(out, "version", draft->version);
	out_key_bool(out, "ready", draft->ready);
	out_close(out, '}');
	response_end(response);
}

static void draft_publish(const struct web *web, int64_t ticket,
                          const struct draft *draft)
{
	struct stream_item item = {
		.event = "draft",
		.right = RIGHT_TICKET_READ,
		.passing = true,
	};
	struct json_out out;
	struct buf buf;

	buf_init(&buf, LIMIT_BODY_BYTES);
	out_init(&out, &buf);
	out_open(&out, '{');
	out_key_i64(&out, "ticket", ticket);
	out_key(&out, "draft");
	render_draft(&out, draft);
	out_close(&out, '}');
	item.json = buf_view(&buf);
	hub_publish(web->hub, &item, 1);
	buf_release(&buf);
}

static enum status draft_show(struct request *request,
                              struct response *response, bool publish)
{
	struct draft draft = {0};
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = draft_read(reading.db, reading.arena, request->ids[0], &draft);
	if (status == ST_OK)
		draft_answer(&reading, response, &draft);
	act_read_end(request, &reading);
	if (status == ST_OK && publish)
		draft_publish(request->web, request->ids[0], &draft);
	return status;
}

enum status route_draft_show(struct request *request, struct response *response)
{
	int64_t columns[RECORD_COLUMNS_MAX];
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = record_read(reading.db, RECORD_TICKET, request->ids[0],
	                     columns);
	act_read_end(request, &reading);
	return status == ST_OK ? draft_show(request, response, false) : status;
}

static enum status draft_save_run(struct desk *desk, const struct turn *turn,
                                  void *arguments, struct outcome *outcome_out,
                                  struct problem *problem_out)
{
	*outcome_out = (struct outcome){.seq = desk->end.seq};
	return desk_draft_save(desk, turn, arguments, problem_out);
}

/* The words: what the body holds, but what says how to keep them. */
static struct str draft_document(struct request *request)
{
	static const char *const keys[] = {"text", "html",        "to",
	                                   "cc",   "attachments", "kind"};
	json_t *tree = json_object();
	struct str text;

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (body_has(request->body, keys[i]))
			json_object_set(
				tree, keys[i],
				json_object_get(request->body, keys[i]));
	text = json_text(request->arena, tree);
	json_decref(tree);
	return text;
}

enum status route_draft_save(struct request *request, struct response *response)
{
	const json_t *files = body_node(request->body, "attachments");
	int64_t uploads[DRAFT_FILES_MAX];
	struct draft_command asked = {
		.ticket = request->ids[0],
		.version = body_i64(request->body, "version"),
		.take = body_bool(request->body, "take"),
		.ready = body_bool(request->body, "ready"),
		.document = draft_document(request),
		.files = uploads,
	};
	struct outcome outcome;
	enum status status;

	for (size_t i = 0; i < json_array_size(files) && i < DRAFT_FILES_MAX;
	     i++)
		uploads[asked.file_count++] =
			json_integer_value(json_array_get(files, i));
	status = act_run(request, draft_save_run, &asked, &outcome);
	return status == ST_OK ? draft_show(request, response, true) : status;
}

static enum status draft_drop_run(struct desk *desk, const struct turn *turn,
                                  void *arguments, struct outcome *outcome_out,
                                  struct problem *problem_out)
{
	const int64_t *ticket = arguments;

	*outcome_out = (struct outcome){.seq = desk->end.seq};
	return desk_draft_drop(desk, turn, *ticket, problem_out);
}

enum status route_draft_drop(struct request *request, struct response *response)
{
	const struct draft none = {0};
	struct outcome outcome;
	enum status status =
		act_run(request, draft_drop_run, &request->ids[0], &outcome);

	if (status != ST_OK)
		return status;
	draft_publish(request->web, request->ids[0], &none);
	return act_answer_done(request, response, &outcome);
}

enum status route_ticket_follow(struct request *request,
                                struct response *response)
{
	const struct ticket_command asked = {
		.ticket = request->ids[0],
		.value = body_bool(request->body, "following"),
	};
	struct outcome outcome;
	enum status status =
		act_ticket(request, desk_ticket_follow, &asked, &outcome);

	return status == ST_OK ? act_answer_ticket(request, response, &outcome)
	                       : status;
}
