/*
 * From events to what a screen must know. Of several events on a ticket only
 * the newest position is sent, with the kinds of all of them.
 */
#include "web/live.h"

#include <string.h>

#include "base/limits.h"
#include "node/node.h"
#include "store/log.h"
#include "store/record.h"
#include "web/presence.h"
#include "web/route/act.h"
#include "web/route/imports.h"
#include "web/route/notice.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"

#define TOUCHED_MAX  2000u
#define KINDS_MAX    12u
#define CATCH_UP_MAX 5000

enum touch_what { TOUCH_TICKET, TOUCH_CLIENT, TOUCH_SETTINGS };

/* Something that changed. */
struct touch {
	enum touch_what what;
	int64_t id;  /* ticket, client, or the kind of the setting's event */
	int64_t seq; /* of the newest event */
	int64_t actor;
	int16_t kinds[KINDS_MAX];
	size_t kind_count;
};

struct touches {
	struct touch *list;
	size_t count;
	bool full;
};

static void touch_kind(struct touch *touch, int16_t kind)
{
	for (size_t i = 0; i < touch->kind_count; i++)
		if (touch->kinds[i] == kind)
			return;
	if (touch->kind_count < KINDS_MAX)
		touch->kinds[touch->kind_count++] = kind;
}

static void touch_add(struct touches *touches, enum touch_what what, int64_t id,
                      const struct event *event)
{
	struct touch *touch = NULL;

	if (id == 0)
		return;
	for (size_t i = touches->count; i > 0 && !touch; i--) {
		struct touch *other = &touches->list[i - 1];

		if (other->what == what && other->id == id)
			touch = other;
	}
	if (!touch && touches->count == TOUCHED_MAX) {
		touches->full = true;
		return;
	}
	if (!touch) {
		touch = &touches->list[touches->count++];
		*touch = (struct touch){.what = what, .id = id};
	}
	touch->seq = event->seq;
	touch->actor = event->actor;
	touch_kind(touch, (int16_t)event->kind);
}

/* The second ticket of an event about two; 0 for all others. */
static int64_t second_ticket(const struct event *event)
{
	const union event_data *data = &event->data;

	switch ((int)event->kind) {
	case EV_TICKET_MERGED:
		return data->ticket_merged.into;
	case EV_TICKET_UNMERGED:
		return data->ticket_unmerged.from;
	case EV_TICKET_SPLIT:
		return data->ticket_split.from;
	case EV_PROMISE_MOVED:
		return data->promise_moved.to;
	}
	return 0;
}

static bool about_client(const struct event *event)
{
	return event->kind >= EV_CLIENT_ADDED &&
	       event->kind <= EV_CONTACT_MERGED;
}

/*
 * Mail of the past: threads that are over already. Nobody is to be told of
 * each; the import tells how far it is.
 */
static bool about_history(const struct event *event)
{
	return event->known_at < event->recorded_at &&
	       (event->kind < EV_PROMISE_MADE ||
	        event->kind == EV_MESSAGE_IMPORTED);
}

static void touch_event(struct touches *touches, const struct event *event)
{
	if (about_history(event))
		return;
	if (event->kind < EV_MAIL_ACCEPTED) {
		touch_add(touches, TOUCH_SETTINGS, event->kind, event);
	} else if (about_client(event)) {
		touch_add(touches, TOUCH_CLIENT, event->client, event);
		if (event->kind == EV_CLIENT_MERGED)
			touch_add(touches, TOUCH_CLIENT,
			          event->data.client_merged.into, event);
	} else if (event->kind >= EV_NOTICE_GIVEN &&
	           event->kind <= EV_NOTICE_RAISED) {
		/* Told to its member alone: live_notices(). */
		return;
	} else if (event->kind == EV_TICKET_OPENED) {
		touch_add(touches, TOUCH_TICKET, event->seq, event);
	} else if (event->kind > EV_TICKET_OPENED) {
		touch_add(touches, TOUCH_TICKET, event->data.field[0], event);
		touch_add(touches, TOUCH_TICKET, second_ticket(event), event);
	}
}

/* By position, as the stream wants them. */
static void touches_sort(struct touches *touches)
{
	for (size_t i = 1; i < touches->count; i++) {
		struct touch touch = touches->list[i];
		size_t at = i;

		for (; at > 0 && touches->list[at - 1].seq > touch.seq; at--)
			touches->list[at] = touches->list[at - 1];
		touches->list[at] = touch;
	}
}

static const char *setting_name(int64_t kind)
{
	switch (kind) {
	case EV_AGENCY_SAVED:
		return "agency";
	case EV_MEMBER_ADDED:
	case EV_MEMBER_CHANGED:
		return "members";
	case EV_ADDRESS_ADDED:
	case EV_ADDRESS_CHANGED:
		return "addresses";
	case EV_CALENDAR_SAVED:
		return "calendar";
	case EV_PLAYBOOK_SAVED:
		return "playbook";
	}
	return "workspace";
}

static void write_kinds(struct json_out *out, const struct touch *touch)
{
	out_key_open(out, "kinds", '[');
	for (size_t i = 0; i < touch->kind_count; i++)
		out_str(out, str_of(event_type(touch->kinds[i])->name));
	out_close(out, ']');
	out_key_id(out, "actor", touch->actor);
}

static enum status write_touch(const struct reading *reading,
                               const struct touch *touch, struct json_out *out)
{
	struct view_ticket *ticket;
	enum status status = ST_OK;

	out_open(out, '{');
	out_key_i64(out, "seq", touch->seq);
	switch (touch->what) {
	case TOUCH_TICKET:
		ticket = arena_alloc(reading->arena, sizeof(*ticket));
		status = view_ticket(reading->db, reading->arena, touch->id,
		                     ticket);
		if (status != ST_OK)
			return status;
		out_key(out, "ticket");
		render_ticket(reading, out, ticket);
		write_kinds(out, touch);
		break;
	case TOUCH_CLIENT:
		out_key_i64(out, "id", touch->id);
		break;
	case TOUCH_SETTINGS:
		out_key_text(out, "what", setting_name(touch->id));
		break;
	}
	out_close(out, '}');
	return ST_OK;
}

static const struct {
	const char *event;
	enum right right;
} touch_rows[] = {
	[TOUCH_TICKET] = {"ticket", RIGHT_TICKET_READ},
	[TOUCH_CLIENT] = {"client", RIGHT_CLIENT_READ},
	[TOUCH_SETTINGS] = {"settings", RIGHT_SESSION},
};

/* Items for the hub; those that cannot be read any more are left out. */
static size_t touches_items(const struct reading *reading,
                            const struct touches *touches,
                            struct stream_item *items)
{
	size_t count = 0;
	struct buf buf;

	buf_init(&buf, LIMIT_TEXT_BYTES);
	for (size_t i = 0; i < touches->count; i++) {
		const struct touch *touch = &touches->list[i];
		struct json_out out;

		buf_clear(&buf);
		out_init(&out, &buf);
		if (write_touch(reading, touch, &out) != ST_OK || buf.failed)
			continue;
		items[count++] = (struct stream_item){
			.seq = touch->seq,
			.event = touch_rows[touch->what].event,
			.right = touch_rows[touch->what].right,
			.json = str_copy(reading->arena, buf_view(&buf)),
		};
	}
	buf_release(&buf);
	return count;
}

/* Too much at once: everybody reads again. */
static void publish_gap(struct web *web, int64_t seq)
{
	const struct stream_item gap = {
		.seq = seq,
		.event = "gap",
		.right = RIGHT_SESSION,
		.json = STR("{}"),
	};

	hub_publish(web->hub, &gap, 1);
}

bool live_skips(struct web *web, int64_t seq)
{
	atomic_store(&web->counts_due, true);
	return hub_skip(web->hub, seq);
}

/* The notice that an event is about; 0: none. */
static int64_t event_notice(const struct event *event)
{
	switch ((int)event->kind) {
	case EV_NOTICE_GIVEN:
		return event->seq;
	case EV_NOTICE_SEEN:
		return event->data.notice_seen.notice;
	case EV_NOTICE_ACKNOWLEDGED:
		return event->data.notice_acknowledged.notice;
	}
	return 0;
}

/* Each to the member whom it is for, and to nobody else. */
static void live_notices(struct web *web, const struct reading *reading,
                         const struct event *events, size_t count)
{
	struct buf buf;

	buf_init(&buf, LIMIT_TEXT_BYTES);
	for (size_t i = 0; i < count; i++) {
		int64_t notice = event_notice(&events[i]);
		struct stream_item item = {
			.event = "notice",
			.right = RIGHT_SESSION,
			.passing = true,
			.member = events[i].kind == EV_NOTICE_GIVEN
		                          ? events[i].data.notice_given.member
		                          : events[i].actor,
		};
		struct json_out out;

		if (!notice || !hub_has_member(web->hub, item.member))
			continue;
		buf_clear(&buf);
		out_init(&out, &buf);
		if (notice_stream_json(reading, &out, notice) != ST_OK ||
		    buf.failed)
			continue;
		item.json = buf_view(&buf);
		hub_publish(web->hub, &item, 1);
	}
	buf_release(&buf);
}

void live_committed(struct web *web, struct sql_db *reader, struct arena *arena,
                    const struct event *events, size_t count)
{
	struct touches touches = {
		.list = arena_array(arena, TOUCHED_MAX, sizeof(struct touch)),
	};
	struct reading reading = {
		.db = reader,
		.arena = arena,
		.now = web->now(web->context),
	};
	struct stream_item *items;
	size_t item_count;

	atomic_store(&web->counts_due, true);
	if (count == 0 || hub_skip(web->hub, events[count - 1].seq))
		return;
	for (size_t i = 0; i < count; i++)
		touch_event(&touches, &events[i]);
	if (touches.full) {
		publish_gap(web, events[count - 1].seq);
		return;
	}
	touches_sort(&touches);
	items = arena_array(arena, TOUCHED_MAX, sizeof(*items));
	reading.agency = node_agency_take(web->node);
	item_count = touches_items(&reading, &touches, items);
	hub_publish(web->hub, items, item_count);
	live_notices(web, &reading, events, count);
	node_agency_return(web->node, reading.agency);
}

void live_moved(struct web *web, int64_t import)
{
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	struct reading reading = {
		.db = node_reader_take(web->node),
		.arena = arena,
		.now = web->now(web->context),
	};
	struct stream_item item = {
		.event = "import",
		.right = RIGHT_SETTINGS_READ,
		.passing = true,
	};
	struct json_out out;
	struct buf buf;

	buf_init(&buf, LIMIT_TEXT_BYTES);
	out_init(&out, &buf);
	if (import_stream_json(web, &reading, &out, import) == ST_OK &&
	    !buf.failed) {
		item.json = buf_view(&buf);
		hub_publish(web->hub, &item, 1);
	}
	buf_release(&buf);
	node_reader_return(web->node, reading.db);
	arena_free(&arena);
}

struct catch_up {
	struct touches touches;
	size_t events;
};

static enum status catch_up_event(void *context, const struct event *event)
{
	struct catch_up *catch_up = context;

	if (++catch_up->events > CATCH_UP_MAX)
		return ST_LIMIT;
	touch_event(&catch_up->touches, event);
	return catch_up->touches.full ? ST_LIMIT : ST_OK;
}

static void catch_up_write(const struct reading *reading,
                           struct touches *touches,
                           const struct session *session, struct buf *out)
{
	struct stream_item *items =
		arena_array(reading->arena, TOUCHED_MAX, sizeof(*items));
	size_t count;

	touches_sort(touches);
	count = touches_items(reading, touches, items);
	for (size_t i = 0; i < count; i++) {
		bool last = i + 1 == count || items[i + 1].seq > items[i].seq;

		if (session_may(session, items[i].right))
			stream_write(out, last ? items[i].seq : 0,
			             items[i].event, items[i].json);
	}
}

enum status live_catch_up(void *context, int64_t after, int64_t upto,
                          const struct session *session, struct buf *out)
{
	struct web *web = context;
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	struct catch_up catch_up = {
		.touches = {.list = arena_array(arena, TOUCHED_MAX,
	                                        sizeof(struct touch))},
	};
	struct reading reading = {
		.db = node_reader_take(web->node),
		.agency = node_agency_take(web->node),
		.arena = arena,
		.now = web->now(web->context),
	};
	struct log_end end = {0};
	enum status status = log_find_end(reading.db, &end);

	/* A position of another life of this workspace. */
	if (status == ST_OK && after > end.seq)
		status = ST_LIMIT;
	if (status == ST_OK && after < upto)
		status = log_read(reading.db, after, upto, catch_up_event,
		                  &catch_up);
	if (status == ST_OK)
		catch_up_write(&reading, &catch_up.touches, session, out);
	node_agency_return(web->node, reading.agency);
	node_reader_return(web->node, reading.db);
	arena_free(&arena);
	return status;
}

static enum status write_counts(struct web *web, struct arena *arena,
                                struct buf *buf, int64_t *seq_out)
{
	struct log_end end = {0};
	struct json_out out;
	struct reading reading = {
		.db = node_reader_take(web->node),
		.agency = node_agency_take(web->node),
		.arena = arena,
		.now = web->now(web->context),
	};
	enum status status = log_find_end(reading.db, &end);

	out_init(&out, buf);
	out_open(&out, '{');
	out_key_i64(&out, "seq", end.seq);
	if (status == ST_OK)
		status = render_counts(&reading, &out, 0);
	out_close(&out, '}');
	node_agency_return(web->node, reading.agency);
	node_reader_return(web->node, reading.db);
	*seq_out = end.seq;
	return status;
}

void live_tick(struct web *web)
{
	struct arena *arena;
	struct buf buf;
	int64_t seq = 0;

	presence_tick(web);
	jobs_tick(web);
	if (hub_streams(web->hub) == 0 ||
	    !atomic_exchange(&web->counts_due, false))
		return;
	arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	buf_init(&buf, LIMIT_TEXT_BYTES);
	if (write_counts(web, arena, &buf, &seq) == ST_OK) {
		const struct stream_item item = {
			.seq = seq,
			.event = "counts",
			.right = RIGHT_TICKET_READ,
			.sticky = true,
			.json = buf_view(&buf),
		};

		hub_publish(web->hub, &item, 1);
	}
	buf_release(&buf);
	arena_free(&arena);
}

enum status route_stream_show(struct request *request,
                              struct response *response)
{
	struct str last = request->headers[HEADER_LAST_EVENT_ID];
	int64_t after = -1;

	if (body_has(request->filter, "after"))
		after = body_i64(request->filter, "after");
	if (last.text && !str_equal(last, STR("0")) &&
	    !shape_parse_id(last, &after))
		return problem_set(&request->problem, ST_INVALID,
		                   "Last-Event-ID",
		                   "This is not a position in the log.");
	if (str_equal(last, STR("0")))
		after = 0;
	response->kind = RESPONSE_STREAM;
	response->type = "text/event-stream";
	response->stream_after = after;
	response_header(response, "X-Accel-Buffering", "no");
	return ST_OK;
}
