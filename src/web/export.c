/*
 * Everything of a sort as a download: JSON or CSV, rendered as the API renders
 * it, page by page. A page looks at the workspace for a moment and lets go; so
 * memory is bounded by a page, nobody is held up however slowly it is taken,
 * and rows that change meanwhile are as they were when their page was made.
 */
#include "store/export.h"

#include <string.h>

#include "base/csv.h"
#include "base/limits.h"
#include "node/node.h"
#include "store/log.h"
#include "store/record.h"
#include "web/route/act.h"
#include "web/route/find.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"
#include "web/web.h"

#define EXPORT_ROWS    100
#define EXPORT_BYTES   ((size_t)512 << 10) /* then the page ends */
#define EXPORT_COLUMNS 20

struct export_noun {
	const char *name;
	enum record_type type; /* RECORD_TYPE_COUNT: events */
	enum status (*write)(const struct reading *reading,
	                     struct json_out *out, int64_t id);
	/* Of CSV; members of the JSON, dots between levels. */
	const char *columns[EXPORT_COLUMNS];
};

struct exporting {
	const struct export_noun *noun;
	const struct web *web;
	struct session session;
	bool csv, begun, found;
	int64_t after;
	const struct find *find; /* NULL: all */
	struct find_place place;
};

/* ------------------------------------------------------------------ rows */

static enum status export_ticket(const struct reading *reading,
                                 struct json_out *out, int64_t id)
{
	struct view_ticket *ticket =
		arena_alloc(reading->arena, sizeof(*ticket));
	enum status status =
		view_ticket(reading->db, reading->arena, id, ticket);

	if (status == ST_OK)
		render_ticket(reading, out, ticket);
	return status;
}

static enum status export_message(const struct reading *reading,
                                  struct json_out *out, int64_t id)
{
	struct view_message *message =
		arena_alloc(reading->arena, sizeof(*message));
	enum status status =
		view_message(reading->db, reading->arena, id, message);

	if (status != ST_OK)
		return status;
	out_open(out, '{');
	out_key_i64(out, "ticket", message->record.ticket);
	out_key_i64(out, "client", message->record.client);
	out_key(out, "message");
	render_message(reading, out, message);
	out_close(out, '}');
	return ST_OK;
}

static enum status export_client(const struct reading *reading,
                                 struct json_out *out, int64_t id)
{
	struct view_client client;
	enum status status =
		view_client(reading->db, reading->arena, id, &client);

	if (status == ST_OK)
		render_client(out, &client);
	return status;
}

static enum status export_contact(const struct reading *reading,
                                  struct json_out *out, int64_t id)
{
	struct view_contact contact;
	enum status status =
		view_contact(reading->db, reading->arena, id, &contact);

	if (status == ST_OK)
		render_contact(out, &contact);
	return status;
}

static enum status export_promise(const struct reading *reading,
                                  struct json_out *out, int64_t id)
{
	struct promise promise = {0};
	enum status status =
		record_read(reading->db, RECORD_PROMISE, id, &promise.id);

	if (status == ST_OK)
		render_promise(reading, out, &promise, NULL);
	return status;
}

static enum status export_event(const struct reading *reading,
                                struct json_out *out, int64_t id)
{
	struct event event;
	size_t count = 0;
	enum status status = log_read_one(reading->db, id, &event, &count);

	if (status == ST_OK && count == 0)
		return ST_NOT_FOUND;
	return status == ST_OK ? render_audit(reading, out, &event) : status;
}

/* clang-format off */
static const struct export_noun export_nouns[] = {
	{"tickets", RECORD_TICKET, export_ticket, {
		"id", "subject", "state", "type", "client.id", "client.name",
		"contact.name", "contact.address", "assignee", "opened_at", "last_at",
		"last_in_at", "last_out_at", "unanswered", "messages", "clock.kind",
		"clock.due_at", "preview"}},
	{"messages", RECORD_MESSAGE, export_message, {
		"message.id", "ticket", "client", "message.kind", "message.at",
		"message.from.name", "message.from.address", "message.to", "message.cc",
		"message.subject", "message.text", "message.auto",
		"message.delivery.state"}},
	{"clients", RECORD_CLIENT, export_client, {
		"id", "name", "stage", "domain", "first_at", "last_in_at",
		"last_out_at", "unanswered"}},
	{"contacts", RECORD_CONTACT, export_contact, {
		"id", "client", "name", "address", "last_at"}},
	{"promises", RECORD_PROMISE, export_promise, {
		"id", "ticket", "kind", "state", "started_at", "due_at", "target_ms",
		"used_ms", "calendar", "owner", "kept_at", "late_at", "rule"}},
	{"events", RECORD_TYPE_COUNT, export_event, {
		"seq", "at", "kind", "class", "actor", "client", "ticket", "subject",
		"text"}},
};
/* clang-format on */

/* ------------------------------------------------------------------- CSV */

static const json_t *cell_find(const json_t *row, const char *path,
                               struct str *name_out)
{
	struct str rest = str_of(path);

	while (str_split(&rest, '.', name_out)) {
		char name[64] = "";

		if (name_out->length < sizeof(name))
			memcpy(name, name_out->text, name_out->length);
		row = json_object_get(row, name);
	}
	return row;
}

/* "Ana <ana@example.com>; ...": each made harmless by itself. */
static void cell_people(struct buf *buf, struct arena *arena,
                        const json_t *list, bool first)
{
	struct str text = STR("");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		struct str name = body_str(one, "name");

		text = str_printf(
			arena, "%.*s%s%s%.*s <%.*s>", STR_ARG(text),
			i ? "; " : "", csv_is_formula(name) ? "'" : "",
			STR_ARG(name), STR_ARG(body_str(one, "address")));
	}
	csv_text(buf, text, first);
}

static void cell_write(struct buf *buf, struct arena *arena, const json_t *row,
                       const char *path, bool first)
{
	char time[INSTANT_TEXT_SIZE];
	struct str name = STR("");
	const json_t *value = cell_find(row, path, &name);
	bool instant = str_equal(name, STR("at")) || str_ends(name, STR("_at"));

	if (json_is_string(value)) {
		csv_text(buf, body_text(value), first);
	} else if (json_is_integer(value) && instant) {
		instant_print(json_integer_value(value), time);
		csv_text(buf, str_of(time), first);
	} else if (json_is_integer(value)) {
		csv_number(buf, json_integer_value(value), first);
	} else if (json_is_array(value)) {
		cell_people(buf, arena, value, first);
	} else {
		csv_nothing(buf, first);
	}
}

static void csv_row(struct buf *out, struct arena *arena,
                    const struct export_noun *noun, struct str json)
{
	json_t *row = json_loadb(json.text, json.length, 0, NULL);

	for (size_t i = 0; i < EXPORT_COLUMNS && noun->columns[i]; i++)
		cell_write(out, arena, row, noun->columns[i], i == 0);
	csv_end(out);
	json_decref(row);
}

/* ----------------------------------------------------------------- pages */

static enum status export_row(struct exporting *e,
                              const struct reading *reading, struct buf *out,
                              int64_t id)
{
	struct json_out json;
	struct buf row;
	enum status status;

	buf_init(&row, LIMIT_MAIL_BYTES);
	out_init(&json, &row);
	status = e->noun->write(reading, &json, id);
	if (status == ST_OK && !row.failed && e->csv) {
		csv_row(out, reading->arena, e->noun, buf_view(&row));
	} else if (status == ST_OK && !row.failed) {
		buf_text(out, e->found ? ",\n" : "\n");
		buf_str(out, buf_view(&row));
	}
	if (status == ST_OK)
		e->found = true;
	buf_release(&row);
	/* Gone since its id was read. */
	return status == ST_NOT_FOUND ? ST_OK : status;
}

static enum status export_page_ids(struct exporting *e,
                                   const struct reading *reading, int64_t *ids,
                                   size_t *count_out,
                                   struct find_place *next_out)
{
	if (e->find)
		return find_page(reading->db, reading->arena, e->find,
		                 FIND_OLDEST, &e->place, EXPORT_ROWS, ids,
		                 count_out, next_out);
	if (e->noun->type != RECORD_TYPE_COUNT)
		return export_ids(reading->db, e->noun->type, e->after, ids,
		                  EXPORT_ROWS, count_out);
	for (*count_out = 0; *count_out < EXPORT_ROWS &&
	                     e->after + (int64_t)*count_out < reading->seq;
	     ++*count_out)
		ids[*count_out] = e->after + 1 + (int64_t)*count_out;
	return ST_OK;
}

/* False in *more_out when nothing follows. */
static enum status export_page(struct exporting *e,
                               const struct reading *reading, struct buf *out,
                               bool *more_out)
{
	int64_t ids[EXPORT_ROWS];
	struct find_place next = {0};
	size_t count = 0, done = 0;
	enum status status = export_page_ids(e, reading, ids, &count, &next);

	/* A page of a search is taken whole: its place is behind its end. */
	while (status == ST_OK && done < count &&
	       (e->find || out->length < EXPORT_BYTES))
		status = export_row(e, reading, out, ids[done++]);
	if (done > 0)
		e->after = ids[done - 1];
	e->place = next;
	*more_out =
		e->find ? next.id != 0 : count == EXPORT_ROWS || done < count;
	return status;
}

static void export_begin(struct exporting *e, struct buf *out)
{
	e->begun = true;
	if (!e->csv) {
		buf_char(out, '[');
		return;
	}
	for (size_t i = 0; i < EXPORT_COLUMNS && e->noun->columns[i]; i++)
		csv_text(out, str_of(e->noun->columns[i]), i == 0);
	csv_end(out);
}

/* As response.more: the next piece, on a thread that may wait. */
static enum status export_more(void *context, struct buf *out, bool *more_out)
{
	struct exporting *e = context;
	const struct web *web = e->web;
	struct arena *arena;
	struct reading reading = {.now = web->now(web->context)};
	struct log_end end = {0};
	enum status status =
		sessions_check(web->sessions, &e->session, reading.now);

	/* Who may not any more gets no more. */
	if (status != ST_OK)
		return status;
	arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	reading.arena = arena;
	reading.db = node_reader_take(web->node);
	reading.agency = node_agency_take(web->node);
	status = log_find_end(reading.db, &end);
	reading.seq = end.seq;
	if (!e->begun)
		export_begin(e, out);
	if (status == ST_OK)
		status = export_page(e, &reading, out, more_out);
	node_agency_return(web->node, reading.agency);
	node_reader_return(web->node, reading.db);
	arena_free(&arena);
	if (status == ST_OK && !*more_out && !e->csv)
		buf_text(out, "\n]\n");
	return status;
}

static enum status export_find(struct request *request, struct exporting *e)
{
	struct str text =
		str_copy(request->arena, body_str(request->filter, "q"));
	struct reading reading;
	enum status status;

	if (text.length == 0)
		return ST_OK;
	if (e->noun->type != RECORD_TICKET)
		return problem_set(&request->problem, ST_INVALID, "q",
		                   "Only tickets are searched.");
	status = act_read(request, &reading);
	if (status != ST_OK)
		return status;
	status = web_find(request, &reading, text, &e->find, NULL);
	act_read_end(request, &reading);
	return status;
}

static enum status export_answer(struct request *request,
                                 struct response *response, const char *name)
{
	struct exporting *e = arena_alloc(request->arena, sizeof(*e));
	size_t noun = 0;
	enum status status;

	while (strcmp(export_nouns[noun].name, name) != 0)
		noun++;
	e->noun = &export_nouns[noun];
	e->web = request->web;
	e->session = request->session;
	e->csv = str_equal(body_str(request->filter, "format"), STR("csv"));
	status = export_find(request, e);
	if (status != ST_OK)
		return status;
	response->kind = RESPONSE_PAGES;
	response->more = export_more;
	response->more_context = e;
	response->type = e->csv ? "text/csv; charset=utf-8; header=present"
	                        : "application/json";
	response_header(response, "Content-Disposition",
	                str_printf(request->arena,
	                           "attachment; filename=\"%s.%s\"", name,
	                           e->csv ? "csv" : "json")
	                        .text);
	return ST_OK;
}

#define EXPORT(noun)                                                           \
	enum status route_export_##noun(struct request *request,               \
	                                struct response *response)             \
	{                                                                      \
		return export_answer(request, response, #noun);                \
	}
EXPORT(tickets)
EXPORT(messages)
EXPORT(clients)
EXPORT(contacts)
EXPORT(promises)
EXPORT(events)
