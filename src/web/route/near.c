/*
 * Threads that may be the same: shown with the reasons, for a person to merge.
 */
#include "desk/near.h"

#include "web/route/act.h"
#include "web/route/routes.h"

static enum status near_write(const struct reading *reading,
                              struct json_out *out, int64_t ticket)
{
	struct view_ticket *row = arena_alloc(reading->arena, sizeof(*row));
	struct near_ticket near[NEAR_MAX];
	size_t count = 0;
	enum status status =
		desk_near(reading->db, reading->arena, ticket, near, &count);

	out_key_open(out, "suggestions", '[');
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		status = view_ticket(reading->db, reading->arena, near[i].id,
		                     row);
		if (status != ST_OK)
			break;
		out_open(out, '{');
		out_key(out, "ticket");
		render_ticket(reading, out, row);
		out_key_open(out, "why", '[');
		for (size_t j = 0; j < near[i].why_count; j++)
			out_str(out, near[i].why[j]);
		out_close(out, ']');
		out_close(out, '}');
	}
	out_close(out, ']');
	return status;
}

enum status route_ticket_suggestions(struct request *request,
                                     struct response *response)
{
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = near_write(&reading, act_begin(&reading, response),
	                    request->ids[0]);
	response_end(response);
	act_read_end(request, &reading);
	return status;
}
