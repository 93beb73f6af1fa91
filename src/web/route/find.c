#include "web/route/find.h"

#include "base/limits.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"

#define PAGE_ROWS 50u
#define COUNT_MAX 10000u

enum status web_find(struct request *request, const struct reading *reading,
                     struct str text, const struct find **find_out,
                     const struct query **query_out)
{
	struct find *find = arena_alloc(request->arena, sizeof(*find));
	struct query *query = arena_alloc(request->arena, sizeof(*query));
	struct query_error error = {0};
	const struct find_asked asked = {
		.agency = reading->agency,
		.text = text,
		.member = request->session.member,
		.now = reading->now,
	};
	enum status status = desk_find(reading->db, request->arena, &asked,
	                               find, query, &error);

	if (status == ST_INVALID) {
		problem_set(&request->problem, status, "q", "%s", error.text);
		problem_place(&request->problem, error.start, error.end,
		              error.suggest);
	}
	if (status != ST_OK)
		return status;
	*find_out = find;
	if (query_out)
		*query_out = query;
	return ST_OK;
}

enum find_order web_find_order(struct str name)
{
	if (str_equal(name, STR("newest")))
		return FIND_NEWEST;
	return str_equal(name, STR("oldest")) ? FIND_OLDEST : FIND_DUE;
}

bool web_find_place(struct str text, struct find_place *place_out)
{
	struct str part;
	int64_t values[3];

	for (size_t i = 0; i < 3; i++)
		if (!str_split(&text, ':', &part) ||
		    !str_to_i64(part, &values[i]))
			return false;
	if (text.length > 0 || values[2] <= 0)
		return false;
	*place_out = (struct find_place){values[0], values[1], values[2]};
	return true;
}

/* The byte at which a character begins. */
static size_t find_byte(struct str text, size_t character)
{
	size_t at = 0;

	for (size_t count = 0; at < text.length; at++) {
		if (((unsigned char)text.text[at] & 0xC0) == 0x80)
			continue;
		if (count++ == character)
			return at;
	}
	return at;
}

enum status web_find_suggest(const struct reading *reading,
                             const struct query *query, struct str text,
                             struct str *suggest_out)
{
	enum status status = ST_OK;

	*suggest_out = STR("");
	for (size_t i = 0; i < query->count && status == ST_OK; i++) {
		const struct query_term *term = &query->terms[i];
		struct str near = STR("");
		size_t start, end;

		if (term->field != QUERY_WORD || term->not )
			continue;
		status = search_near(reading->db, reading->arena,
		                     str_lower(reading->arena, term->text),
		                     &near);
		if (status != ST_OK || near.length == 0)
			continue;
		start = find_byte(text, term->start);
		end = find_byte(text, term->end);
		*suggest_out =
			str_printf(reading->arena, "%.*s%.*s%.*s", (int)start,
		                   text.text, STR_ARG(near),
		                   (int)(text.length - end), text.text + end);
		return ST_OK;
	}
	return status;
}

static void find_write_next(const struct reading *reading, struct json_out *out,
                            const struct find_place *next)
{
	out_key(out, "next");
	if (next->id == 0)
		out_null(out);
	else
		out_str(out,
		        str_printf(reading->arena, "%lld:%lld:%lld",
		                   (long long)next->rank, (long long)next->key,
		                   (long long)next->id));
}

enum status web_find_write(const struct reading *reading, struct json_out *out,
                           const struct find *find, const struct query *query,
                           struct str text, enum find_order order,
                           const struct find_place *after, size_t limit)
{
	struct view_ticket *row = arena_alloc(reading->arena, sizeof(*row));
	int64_t ids[LIMIT_PAGE_ROWS];
	struct find_place next = {0};
	struct str suggest = STR("");
	size_t count = 0;
	enum status status = find_page(reading->db, reading->arena, find, order,
	                               after, limit, ids, &count, &next);

	out_key_open(out, "tickets", '[');
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		status = view_ticket(reading->db, reading->arena, ids[i], row);
		if (status == ST_OK)
			render_ticket(reading, out, row);
	}
	out_close(out, ']');
	find_write_next(reading, out, &next);
	if (status == ST_OK && count == 0 && after->id == 0)
		status = web_find_suggest(reading, query, text, &suggest);
	if (suggest.length > 0)
		out_key_str(out, "suggest", suggest);
	return status;
}

static enum status find_list(struct request *request,
                             const struct reading *reading,
                             struct response *response)
{
	const json_t *asked = request->filter;
	struct str text = body_str(asked, "q");
	size_t limit = (size_t)body_i64(asked, "limit");
	struct find_place after = {0};
	const struct query *query = NULL;
	const struct find *find = NULL;
	struct json_out *out;
	enum status status;

	if (body_has(asked, "after") &&
	    !web_find_place(body_str(asked, "after"), &after))
		return problem_set(&request->problem, ST_INVALID, "after",
		                   "This is not where a page ended.");
	status = web_find(request, reading, text, &find, &query);
	if (status != ST_OK)
		return status;
	out = act_begin(reading, response);
	out_key_i64(out, "now", reading->now);
	status = web_find_write(reading, out, find, query, text,
	                        web_find_order(body_str(asked, "order")),
	                        &after, limit ? limit : PAGE_ROWS);
	response_end(response);
	return status;
}

enum status web_find_list(struct request *request, struct response *response)
{
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = find_list(request, &reading, response);
	act_read_end(request, &reading);
	return status;
}

enum status route_ticket_count(struct request *request,
                               struct response *response)
{
	const struct find *find = NULL;
	struct reading reading;
	size_t count = 0;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = web_find(request, &reading, body_str(request->filter, "q"),
	                  &find, NULL);
	if (status == ST_OK)
		status = find_count(reading.db, reading.arena, find, COUNT_MAX,
		                    &count);
	if (status == ST_OK) {
		out_key_i64(act_begin(&reading, response), "count",
		            (int64_t)count);
		response_end(response);
	}
	act_read_end(request, &reading);
	return status;
}
