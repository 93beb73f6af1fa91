/*
 * Search: messages as the index gives them, newest first, folded into their
 * tickets as they come. Nothing is ranked and nothing is counted, so the first
 * page costs what it shows.
 */
#include "store/search.h"

#include "web/route/find.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"

#define PAGE_TICKETS     20u
#define PAGE_TICKETS_MAX 50u
#define SLICE_MESSAGES   100u
#define SLICES_MAX       10u
#define EXCERPT_BYTES    160u

struct search_page {
	const struct reading *reading;
	struct json_out *out;
	const struct find *find;
	const struct search *search; /* its words, for the excerpts */
	int64_t tickets[PAGE_TICKETS_MAX];
	size_t count, limit;
	int64_t before; /* the last message that was looked at */
	bool more;
};

static bool page_has(const struct search_page *page, int64_t ticket)
{
	for (size_t i = 0; i < page->count; i++)
		if (page->tickets[i] == ticket)
			return true;
	return false;
}

static bool parts_hit(const struct search_parts *parts)
{
	for (size_t i = 0; i < parts->count; i++)
		if (parts->list[i].hit)
			return true;
	return false;
}

/* From the new words, else the whole text, else the subject. */
static enum status page_excerpt(const struct search_page *page,
                                const struct view_message *message,
                                struct search_parts *parts_out)
{
	const struct str texts[] = {message->text, message->full,
	                            message->subject};
	enum status status = ST_OK;

	for (size_t i = 0; i < 3 && status == ST_OK; i++) {
		status = search_excerpt(page->reading->db, page->reading->arena,
		                        page->search, texts[i], EXCERPT_BYTES,
		                        parts_out);
		if (status == ST_OK && parts_hit(parts_out))
			return ST_OK;
	}
	if (status == ST_OK)
		status = search_excerpt(page->reading->db, page->reading->arena,
		                        page->search, message->text,
		                        EXCERPT_BYTES, parts_out);
	return status;
}

static void page_hit(const struct search_page *page,
                     const struct view_message *message,
                     const struct search_parts *parts)
{
	struct json_out *out = page->out;

	out_key_open(out, "hit", '{');
	out_key_i64(out, "message", message->record.id);
	out_key_i64(out, "at", message->record.at);
	out_key_open(out, "parts", '[');
	for (size_t i = 0; i < parts->count; i++) {
		out_open(out, '{');
		out_key_str(out, "text", parts->list[i].text);
		out_key_bool(out, "hit", parts->list[i].hit);
		out_close(out, '}');
	}
	out_close(out, ']');
	out_close(out, '}');
}

static enum status page_row(struct search_page *page, int64_t ticket,
                            const struct view_message *message)
{
	const struct reading *reading = page->reading;
	struct view_ticket *row = arena_alloc(reading->arena, sizeof(*row));
	struct search_parts parts = {0};
	enum status status =
		view_ticket(reading->db, reading->arena, ticket, row);

	if (status == ST_OK)
		status = page_excerpt(page, message, &parts);
	if (status != ST_OK)
		return status;
	page->tickets[page->count++] = ticket;
	render_ticket_open(reading, page->out, row);
	page_hit(page, message, &parts);
	out_close(page->out, '}');
	return ST_OK;
}

static enum status page_message(struct search_page *page, int64_t id)
{
	const struct reading *reading = page->reading;
	struct view_message *message;
	int64_t ticket = 0;
	bool fits = false;
	enum status status = find_message(reading->db, reading->arena,
	                                  page->find, id, &ticket, &fits);

	if (status != ST_OK || !fits || page_has(page, ticket))
		return status;
	message = arena_alloc(reading->arena, sizeof(*message));
	status = view_message(reading->db, reading->arena, id, message);
	return status == ST_OK ? page_row(page, ticket, message) : status;
}

static enum status page_slice(struct search_page *page)
{
	int64_t ids[SLICE_MESSAGES];
	size_t count = 0;
	enum status status =
		search_page(page->reading->db, page->search, page->before, ids,
	                    SLICE_MESSAGES, &count);

	page->more = count == SLICE_MESSAGES;
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		if (page->count == page->limit) {
			page->more = true;
			break;
		}
		page->before = ids[i];
		status = page_message(page, ids[i]);
	}
	return status;
}

static enum status page_write(struct search_page *page)
{
	enum status status = ST_OK;

	out_key_open(page->out, "tickets", '[');
	page->more = page->search->count > 0;
	for (size_t i = 0; i < SLICES_MAX && status == ST_OK && page->more &&
	                   page->count < page->limit;
	     i++)
		status = page_slice(page);
	out_close(page->out, ']');
	if (page->more)
		out_key_str(page->out, "next",
		            str_printf(page->reading->arena, "%lld",
		                       (long long)page->before));
	else
		out_key_null(page->out, "next");
	return status;
}

/* Nothing to look for in messages: threads, last heard of first. */
static enum status search_rows(struct request *request,
                               const struct reading *reading,
                               struct json_out *out, const struct find *find,
                               const struct query *query, size_t limit)
{
	struct str after = body_str(request->filter, "after");
	struct find_place place = {0};

	if (query->count == 0) {
		out_key_open(out, "tickets", '[');
		out_close(out, ']');
		out_key_null(out, "next");
		return ST_OK;
	}
	if (after.length > 0 && !web_find_place(after, &place))
		return problem_set(&request->problem, ST_INVALID, "after",
		                   "This is not where a page ended.");
	return web_find_write(reading, out, find, query,
	                      body_str(request->filter, "q"), FIND_NEWEST,
	                      &place, limit);
}

static enum status search_messages(struct request *request,
                                   struct search_page *page,
                                   const struct query *query)
{
	struct str after = body_str(request->filter, "after");
	struct str suggest = STR("");
	enum status status;

	if (after.length > 0 && !shape_parse_id(after, &page->before))
		return problem_set(&request->problem, ST_INVALID, "after",
		                   "This is not where a page ended.");
	status = page_write(page);
	if (status == ST_OK && page->count == 0 && after.length == 0 &&
	    !page->more)
		status = web_find_suggest(page->reading, query,
		                          body_str(request->filter, "q"),
		                          &suggest);
	if (suggest.length > 0)
		out_key_str(page->out, "suggest", suggest);
	return status;
}

enum status route_search_tickets(struct request *request,
                                 struct response *response)
{
	const json_t *asked = request->filter;
	struct search_page page = {
		.before = INT64_MAX,
		.limit = (size_t)body_i64(asked, "limit"),
	};
	const struct query *query = NULL;
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	if (page.limit == 0)
		page.limit = PAGE_TICKETS;
	status = web_find(request, &reading, body_str(asked, "q"), &page.find,
	                  &query);
	if (status == ST_OK) {
		page.reading = &reading;
		page.search = &page.find->search;
		page.out = act_begin(&reading, response);
		status = page.find->search.count == 0
		                 ? search_rows(request, &reading, page.out,
		                               page.find, query, page.limit)
		                 : search_messages(request, &page, query);
		response_end(response);
	}
	act_read_end(request, &reading);
	return status;
}
