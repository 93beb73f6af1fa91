/*
 * Reading tickets: the list, one conversation, the counts, a promise.
 */
#include <string.h>

#include "base/limits.h"
#include "core/text/request_type.h"
#include "store/record.h"
#include "web/route/act.h"
#include "web/route/audience.h"
#include "web/route/find.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"

#define PAGE_ROWS        50
#define PARTICIPANTS_MAX 200

/* "rank:rank_at:id" of the last row of the page before. */
static bool cursor_parse(struct str text, struct view_filter *filter)
{
	struct str part;
	int64_t values[3];

	for (size_t i = 0; i < 3; i++)
		if (!str_split(&text, ':', &part) ||
		    !str_to_i64(part, &values[i]))
			return false;
	filter->after_rank = values[0];
	filter->after_rank_at = values[1];
	filter->after_id = values[2];
	return text.length == 0 && values[2] > 0;
}

static const struct list_view {
	const char *name;
	int64_t rank_from, rank_to;
	int64_t assignee; /* -1: nobody; 1: who asks */
} list_views[] = {
	{"open", RANK_FLAGGED, RANK_WAITING, 0},
	{"mine", RANK_FLAGGED, RANK_SNOOZED, 1},
	{"unassigned", RANK_FLAGGED, RANK_WAITING, -1},
	{"flagged", RANK_FLAGGED, RANK_FLAGGED, 0},
	{"waiting", RANK_WAITING, RANK_WAITING, 0},
	{"snoozed", RANK_SNOOZED, RANK_SNOOZED, 0},
	{"closed", RANK_CLOSED, RANK_CLOSED, 0},
	{"all", RANK_FLAGGED, RANK_CLOSED, 0},
};

static const struct list_view *list_view_find(struct str name)
{
	for (size_t i = 0; i < sizeof(list_views) / sizeof(list_views[0]); i++)
		if (str_equal(name, str_of(list_views[i].name)))
			return &list_views[i];
	return &list_views[0];
}

static enum status list_filter(struct request *request,
                               struct view_filter *filter_out)
{
	const json_t *asked = request->filter;
	const struct list_view *view = list_view_find(body_str(asked, "view"));
	struct view_filter filter = {
		.rank_from = view->rank_from,
		.rank_to = view->rank_to,
		.assignee = view->assignee == 1 ? request->session.member
	                                        : view->assignee,
		.client = body_i64(asked, "client"),
		.limit = (size_t)body_i64(asked, "limit"),
	};
	enum request_type type = REQUEST_TYPE_NONE;

	if (filter.limit == 0)
		filter.limit = PAGE_ROWS;
	if (body_has(asked, "assignee"))
		filter.assignee = body_i64(asked, "assignee");
	if (request_type_find(body_str(asked, "type"), &type)) {
		filter.type = type;
	} else if (body_has(asked, "type")) {
		/* "no_request" is all kinds of none. */
		filter.type = REQUEST_VENDOR;
		filter.type_to = REQUEST_SPAM;
	}
	if (body_has(asked, "after") &&
	    !cursor_parse(body_str(asked, "after"), &filter))
		return problem_set(&request->problem, ST_INVALID, "after",
		                   "This is not where a page ended.");
	*filter_out = filter;
	return ST_OK;
}

static void list_next(const struct reading *reading, struct json_out *out,
                      const struct ticket *last)
{
	struct str cursor = str_printf(
		reading->arena, "%lld:%lld:%lld", (long long)last->rank,
		(long long)last->rank_at, (long long)last->id);

	out_key_str(out, "next", cursor);
}

static enum status list_write(const struct reading *reading,
                              const struct view_filter *filter,
                              struct json_out *out)
{
	struct view_ticket *ticket =
		arena_alloc(reading->arena, sizeof(*ticket));
	int64_t ids[LIMIT_PAGE_ROWS];
	size_t count = 0;
	enum status status = view_ticket_ids(reading->db, filter, ids, &count);

	out_key_i64(out, "now", reading->now);
	out_key_open(out, "tickets", '[');
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		status = view_ticket(reading->db, reading->arena, ids[i],
		                     ticket);
		if (status == ST_OK)
			render_ticket(reading, out, ticket);
	}
	out_close(out, ']');
	if (status == ST_OK && count == filter->limit)
		list_next(reading, out, &ticket->record);
	else
		out_key_null(out, "next");
	return status;
}

enum status route_ticket_list(struct request *request,
                              struct response *response)
{
	struct view_filter filter = {0};
	struct reading reading;
	enum status status;

	if (body_has(request->filter, "q") ||
	    body_has(request->filter, "order"))
		return web_find_list(request, response);
	status = list_filter(request, &filter);

	if (status == ST_OK)
		status = act_read(request, &reading);
	if (status != ST_OK)
		return status;
	status = list_write(&reading, &filter, act_begin(&reading, response));
	response_end(response);
	act_read_end(request, &reading);
	return status;
}

enum status route_ticket_counts(struct request *request,
                                struct response *response)
{
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = render_counts(&reading, act_begin(&reading, response),
	                       request->session.member);
	response_end(response);
	act_read_end(request, &reading);
	return status;
}

static enum status show_people(const struct reading *reading,
                               struct json_out *out, int64_t ticket)
{
	struct view_participant *people =
		arena_array(reading->arena, PARTICIPANTS_MAX, sizeof(*people));
	size_t count = 0;
	enum status status =
		view_participants(reading->db, reading->arena, ticket, people,
	                          PARTICIPANTS_MAX, &count);

	out_key_open(out, "participants", '[');
	for (size_t i = 0; i < count; i++)
		render_participant(out, &people[i]);
	out_close(out, ']');
	return status;
}

static enum status show_messages(const struct reading *reading,
                                 struct json_out *out,
                                 const struct view_ticket *ticket)
{
	struct view_message *messages = NULL;
	size_t count = 0;
	enum status status =
		view_messages(reading->db, reading->arena, ticket->record.id,
	                      &messages, &count);

	out_key_open(out, "messages", '[');
	for (size_t i = 0; i < count; i++)
		render_message(reading, out, &messages[i]);
	out_close(out, ']');
	out_key(out, "reasons");
	render_reasons(reading, out, ticket, messages, count);
	return status;
}

static enum status show_promises(const struct reading *reading,
                                 struct json_out *out, int64_t ticket)
{
	struct promise *promises = NULL;
	struct calendar_pauses pauses;
	size_t count = 0;
	enum status status = view_promises(reading->db, reading->arena, ticket,
	                                   &promises, &count);

	out_key_open(out, "promises", '[');
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		status = render_pauses(reading, &promises[i], &pauses);
		if (status == ST_OK)
			render_promise(reading, out, &promises[i], &pauses);
	}
	out_close(out, ']');
	return status;
}

static enum status show_write(const struct reading *reading,
                              struct json_out *out, int64_t id)
{
	struct view_ticket *ticket =
		arena_alloc(reading->arena, sizeof(*ticket));
	enum status status =
		view_ticket(reading->db, reading->arena, id, ticket);

	if (status != ST_OK)
		return status;
	out_key_i64(out, "now", reading->now);
	out_key(out, "ticket");
	render_ticket(reading, out, ticket);
	status = render_audience(reading, out, &ticket->record);
	if (status == ST_OK)
		status = show_people(reading, out, id);
	if (status == ST_OK)
		status = show_messages(reading, out, ticket);
	if (status == ST_OK)
		status = show_promises(reading, out, id);
	if (status != ST_OK)
		return status;
	out_key(out, "log");
	return render_log(reading, out, id);
}

/* The words that led here, to be marked where they stand. */
static enum status show_lit(struct request *request, struct reading *reading)
{
	const struct find *find = NULL;
	struct search *lit = arena_alloc(request->arena, sizeof(*lit));
	enum status status = web_find(
		request, reading, body_str(request->filter, "q"), &find, NULL);

	*lit = (struct search){.count = 0};
	for (size_t i = 0; status == ST_OK && i < find->text_count; i++) {
		const struct find_text *text = &find->texts[i];

		if (!text->not &&(text->field == QUERY_WORD ||
		                  text->field == QUERY_PHRASE))
			search_join(request->arena, lit, &text->search);
	}
	reading->lit = lit;
	return status;
}

enum status route_ticket_show(struct request *request,
                              struct response *response)
{
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	if (body_has(request->filter, "q"))
		status = show_lit(request, &reading);
	if (status == ST_OK)
		status = show_write(&reading, act_begin(&reading, response),
		                    request->ids[0]);
	response_end(response);
	act_read_end(request, &reading);
	return status;
}

static enum status promise_write(const struct reading *reading,
                                 struct json_out *out, int64_t id)
{
	struct promise promise = {0};
	struct calendar_pauses pauses;
	enum status status =
		record_read(reading->db, RECORD_PROMISE, id, &promise.id);

	if (status == ST_OK)
		status = render_pauses(reading, &promise, &pauses);
	if (status != ST_OK)
		return status;
	out_key(out, "promise");
	render_promise(reading, out, &promise, &pauses);
	return ST_OK;
}

enum status route_promise_show(struct request *request,
                               struct response *response)
{
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = promise_write(&reading, act_begin(&reading, response),
	                       request->ids[0]);
	response_end(response);
	act_read_end(request, &reading);
	return status;
}
