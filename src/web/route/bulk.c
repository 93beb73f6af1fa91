/*
 * Jobs over many threads: asked by ids or by a search, shown as they go, taken
 * back as a whole.
 */
#include "desk/bulk.h"

#include "core/text/request_type.h"
#include "store/log.h"
#include "web/live.h"
#include "web/route/find.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"
#include "web/stream.h"
#include "web/web.h"

#define REFUSED_MAX 200u /* told of one job */
#define JOBS_TOLD   5u   /* on the stream, newest first */

/* clang-format off */
static const char *const act_names[BULK_ACT_COUNT] = {
	[BULK_NONE] = "none", [BULK_ASSIGN] = "assign", [BULK_STATE] = "state", [BULK_TYPE] = "type",
	[BULK_SNOOZE] = "snooze", [BULK_FOLLOW] = "follow", [BULK_FLAG_CLEAR] = "flag_clear",
};
static const char *const state_names[BULK_STATE_COUNT] = {
	[BULK_STATE_NONE] = "none", [BULK_RUNNING] = "running", [BULK_DONE] = "done",
	[BULK_UNDOING] = "undoing", [BULK_UNDONE] = "undone",
};
/* clang-format on */

/* ---- asking */

static int64_t bulk_name(const char *const *names, int count, struct str name)
{
	for (int i = 1; i < count; i++)
		if (str_equal(name, str_of(names[i])))
			return i;
	return 0;
}

static int64_t bulk_type(struct str name)
{
	enum request_type type = REQUEST_TYPE_NONE;

	if (request_type_find(name, &type))
		return type;
	/* "no_request" alone names no kind: the mildest one is kept. */
	return name.length > 0 ? REQUEST_NEWSLETTER : REQUEST_TYPE_NONE;
}

static void bulk_read_act(const json_t *act, struct bulk_asked *asked)
{
	asked->act = (enum bulk_act)bulk_name(act_names, BULK_ACT_COUNT,
	                                      body_str(act, "kind"));
	asked->reason = body_str(act, "reason");
	switch (asked->act) {
	case BULK_ASSIGN:
		asked->value = body_i64(act, "member");
		break;
	case BULK_STATE:
		asked->value = bulk_name(ticket_state_names, TICKET_STATE_COUNT,
		                         body_str(act, "state"));
		break;
	case BULK_TYPE:
		asked->value = bulk_type(body_str(act, "type"));
		break;
	case BULK_SNOOZE:
		asked->value = body_i64(act, "until_at");
		break;
	case BULK_FOLLOW:
		asked->value = 1;
		break;
	case BULK_NONE:
	case BULK_FLAG_CLEAR:
	case BULK_ACT_COUNT:
		break;
	}
}

static enum status bulk_by_ids(struct request *request, const json_t *list,
                               struct bulk_asked *asked)
{
	size_t count = json_array_size(list);
	int64_t *ids = arena_array(request->arena, count + 1, sizeof(*ids));

	for (size_t i = 0; i < count; i++) {
		int64_t id = json_integer_value(json_array_get(list, i));
		bool twice = false;

		/* Short lists by hand, long ones by search: each once. */
		for (size_t j = 0; j < asked->count && !twice; j++)
			twice = ids[j] == id;
		if (!twice)
			ids[asked->count++] = id;
	}
	asked->tickets = ids;
	return ST_OK;
}

static enum status bulk_by_query(struct request *request, struct str query,
                                 struct bulk_asked *asked)
{
	int64_t *ids =
		arena_array(request->arena, BULK_TICKETS_MAX + 1, sizeof(*ids));
	const struct find_place start = {0};
	struct find_place next = {0};
	const struct find *find = NULL;
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = web_find(request, &reading, query, &find, NULL);
	if (status == ST_OK)
		status = find_page(reading.db, reading.arena, find, FIND_DUE,
		                   &start, BULK_TICKETS_MAX + 1, ids,
		                   &asked->count, &next);
	act_read_end(request, &reading);
	asked->tickets = ids;
	return status;
}

/* ---- answering */

static void job_act(struct json_out *out, const struct bulk *bulk)
{
	out_key_open(out, "act", '{');
	out_key_text(out, "kind", act_names[bulk->act]);
	if (bulk->act == BULK_ASSIGN)
		out_key_id(out, "member", bulk->value);
	if (bulk->act == BULK_STATE)
		out_key_text(out, "state", ticket_state_names[bulk->value]);
	if (bulk->act == BULK_TYPE)
		out_key_text(out, "type", render_type_name(bulk->value));
	if (bulk->act == BULK_SNOOZE)
		out_key_at(out, "until_at", bulk->value);
	if (bulk->reason.length > 0)
		out_key_str(out, "reason", bulk->reason);
	out_close(out, '}');
}

static enum status job_refused(const struct reading *reading,
                               struct json_out *out, int64_t bulk,
                               enum bulk_item_state state)
{
	struct view_ticket *row = arena_alloc(reading->arena, sizeof(*row));
	int64_t places[REFUSED_MAX];
	size_t count = 0;
	enum status status = bulk_places(reading->db, bulk, state, places,
	                                 REFUSED_MAX, &count);

	for (size_t i = 0; i < count && status == ST_OK; i++) {
		struct bulk_item item = {0};

		status = bulk_read_item(reading->db, reading->arena, bulk,
		                        places[i], &item);
		if (status != ST_OK)
			break;
		status = view_ticket(reading->db, reading->arena, item.ticket,
		                     row);
		if (status == ST_NOT_FOUND) {
			row->subject = STR("");
			status = ST_OK;
		}
		out_open(out, '{');
		out_key_i64(out, "ticket", item.ticket);
		out_key_str(out, "subject", row->subject);
		out_key_str(out, "reason", item.refusal);
		out_close(out, '}');
	}
	return status;
}

static enum status job_write(const struct reading *reading,
                             struct json_out *out, int64_t id)
{
	struct bulk bulk = {0};
	enum status status = bulk_read(reading->db, reading->arena, id, &bulk);

	if (status != ST_OK)
		return status;
	out_key_open(out, "job", '{');
	out_key_i64(out, "id", bulk.id);
	job_act(out, &bulk);
	out_key_i64(out, "total", bulk.total);
	out_key_i64(out, "done", bulk.done);
	out_key_open(out, "refused", '[');
	status = job_refused(reading, out, id, BULK_ITEM_REFUSED);
	if (status == ST_OK)
		status = job_refused(reading, out, id, BULK_ITEM_LEFT);
	out_close(out, ']');
	out_key_text(out, "state", state_names[bulk.state]);
	out_key_id(out, "by", bulk.member);
	out_key_i64(out, "at", bulk.at);
	out_close(out, '}');
	return status;
}

static enum status job_answer(struct request *request,
                              struct response *response, int64_t id)
{
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = job_write(&reading, act_begin(&reading, response), id);
	response_end(response);
	act_read_end(request, &reading);
	return status;
}

/* ---- routes */

static enum status begin_run(struct desk *desk, const struct turn *turn,
                             void *arguments, struct outcome *outcome_out,
                             struct problem *problem_out)
{
	return desk_bulk_begin(desk, turn, arguments, outcome_out, problem_out);
}

enum status route_bulk_create(struct request *request,
                              struct response *response)
{
	const json_t *list = body_node(request->body, "tickets");
	bool searched = body_has(request->body, "query") &&
	                !json_is_null(json_object_get(request->body, "query"));
	struct bulk_asked asked = {0};
	struct outcome outcome;
	enum status status;

	if ((list != NULL) == searched)
		return problem_set(&request->problem, ST_INVALID, "tickets",
		                   "Say which threads: a list, or a search.");
	bulk_read_act(body_node(request->body, "act"), &asked);
	status = list ? bulk_by_ids(request, list, &asked)
	              : bulk_by_query(request, body_str(request->body, "query"),
	                              &asked);
	if (status == ST_OK)
		status = act_run(request, begin_run, &asked, &outcome);
	if (status != ST_OK)
		return status;
	node_bulk_nudge(request->web->node);
	return job_answer(request, response, outcome.record);
}

enum status route_bulk_show(struct request *request, struct response *response)
{
	return job_answer(request, response, request->ids[0]);
}

static enum status undo_run(struct desk *desk, const struct turn *turn,
                            void *arguments, struct outcome *outcome_out,
                            struct problem *problem_out)
{
	const int64_t *id = arguments;

	return desk_bulk_undo(desk, turn, *id, outcome_out, problem_out);
}

enum status route_bulk_undo(struct request *request, struct response *response)
{
	struct outcome outcome;
	enum status status =
		act_run(request, undo_run, &request->ids[0], &outcome);

	if (status != ST_OK)
		return status;
	node_bulk_nudge(request->web->node);
	return job_answer(request, response, request->ids[0]);
}

/* ---- the stream */

static void jobs_publish(struct web *web, const struct reading *reading,
                         int64_t id, struct buf *buf)
{
	struct json_out out;
	enum status status;

	buf_clear(buf);
	out_init(&out, buf);
	out_open(&out, '{');
	status = job_write(reading, &out, id);
	out_close(&out, '}');
	if (status == ST_OK && !buf->failed) {
		const struct stream_item item = {
			.seq = reading->seq,
			.event = "job",
			.right = RIGHT_TICKET_READ,
			.passing = true,
			.json = buf_view(buf),
		};

		hub_publish(web->hub, &item, 1);
	}
}

void jobs_tick(struct web *web)
{
	unsigned steps = node_bulk_steps(web->node);
	struct arena *arena;
	struct reading reading = {0};
	int64_t ids[JOBS_TOLD];
	struct log_end end = {0};
	struct buf buf;
	size_t count = 0;

	if (hub_streams(web->hub) == 0 ||
	    atomic_exchange(&web->jobs_told, steps) == steps)
		return;
	arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	buf_init(&buf, LIMIT_TEXT_BYTES);
	reading.db = node_reader_take(web->node);
	reading.agency = node_agency_take(web->node);
	reading.arena = arena;
	reading.now = web->now(web->context);
	if (log_find_end(reading.db, &end) == ST_OK &&
	    bulk_newest(reading.db, ids, JOBS_TOLD, &count) == ST_OK) {
		reading.seq = end.seq;
		for (size_t i = count; i > 0; i--)
			jobs_publish(web, &reading, ids[i - 1], &buf);
	}
	node_agency_return(web->node, reading.agency);
	node_reader_return(web->node, reading.db);
	buf_release(&buf);
	arena_free(&arena);
}
