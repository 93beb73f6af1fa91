/*
 * The log as a list of acts, for who may read all of it.
 */
#include "store/log.h"
#include "web/route/act.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"

#define AUDIT_ROWS 100

/* 0 for no such kind. */
static int64_t audit_kind(struct str name)
{
	for (int64_t kind = 1; kind < EVENT_KIND_END; kind++) {
		const struct event_type *type = event_type(kind);

		if (type && str_equal(name, str_of(type->name)))
			return kind;
	}
	return 0;
}

enum status route_audit_list(struct request *request, struct response *response)
{
	const json_t *query = request->filter;
	struct log_filter filter = {
		.before = body_i64(query, "after"),
		.actor = body_i64(query, "member"),
		.kind = audit_kind(body_str(query, "kind")),
		.from = body_i64(query, "from"),
		.to = body_i64(query, "to"),
		.limit = AUDIT_ROWS,
	};
	struct event *events =
		arena_array(request->arena, AUDIT_ROWS, sizeof(*events));
	struct reading reading;
	struct json_out *out;
	size_t count = 0;
	int64_t next = 0;
	enum status status;

	if (body_has(query, "kind") && !filter.kind)
		return problem_set(&request->problem, ST_INVALID, "kind",
		                   "There is no such kind of event.");
	status = act_read(request, &reading);
	if (status != ST_OK)
		return status;
	status = log_read_back(reading.db, &filter, events, &count, &next);
	out = act_begin(&reading, response);
	out_key_open(out, "events", '[');
	for (size_t i = 0; i < count && status == ST_OK; i++)
		status = render_audit(&reading, out, &events[i]);
	out_close(out, ']');
	out_key_id(out, "next", next);
	response_end(response);
	act_read_end(request, &reading);
	return status;
}
