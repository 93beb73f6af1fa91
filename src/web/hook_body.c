#include "web/hook_body.h"

#include "base/limits.h"
#include "desk/webhook.h"
#include "node/node.h"
#include "store/log.h"
#include "web/render/render.h"

/* The message that an event made; 0 for all others. */
static int64_t hook_message(const struct event *event)
{
	switch ((int)event->kind) {
	case EV_MESSAGE_RECEIVED:
	case EV_NOTE_ADDED:
	case EV_CALL_LOGGED:
	case EV_REPLY_QUEUED:
		return event->seq;
	}
	return 0;
}

static enum status hook_ticket(const struct reading *reading,
                               struct json_out *out, const struct event *event)
{
	struct view_ticket *ticket =
		arena_alloc(reading->arena, sizeof(*ticket));
	struct view_message *message =
		arena_alloc(reading->arena, sizeof(*message));
	int64_t id = webhook_ticket(event);
	enum status status = ST_NOT_FOUND;

	if (id > 0)
		status = view_ticket(reading->db, reading->arena, id, ticket);
	if (status == ST_OK) {
		out_key(out, "ticket");
		render_ticket(reading, out, ticket);
	}
	if (status == ST_OK && hook_message(event))
		status = view_message(reading->db, reading->arena,
		                      hook_message(event), message);
	else
		return status == ST_NOT_FOUND ? ST_OK : status;
	if (status == ST_OK) {
		out_key(out, "message");
		render_message(reading, out, message);
	}
	return status == ST_NOT_FOUND ? ST_OK : status;
}

static enum status hook_event(const struct reading *reading,
                              struct json_out *out, const struct event *event)
{
	enum status status;

	out_key_text(out, "type", event_type(event->kind)->name);
	out_key_i64(out, "timestamp", event->recorded_at);
	out_key_open(out, "data", '{');
	out_key(out, "event");
	status = render_audit(reading, out, event);
	if (status == ST_OK)
		status = hook_ticket(reading, out, event);
	out_close(out, '}');
	return status;
}

static enum status hook_write(const struct reading *reading,
                              struct json_out *out, int64_t id, int64_t owner)
{
	const struct agency_member *member =
		agency_member(reading->agency, owner);
	struct event event;
	size_t count = 0;
	enum status status;

	if (!member || !member->record.active)
		return ST_FORBIDDEN;
	if (id == 0) {
		out_key_text(out, "type", "test");
		out_key_i64(out, "timestamp", reading->now);
		out_key_open(out, "data", '{');
		out_close(out, '}');
		return ST_OK;
	}
	status = log_read_one(reading->db, id, &event, &count);
	if (status != ST_OK)
		return status;
	if (count == 0)
		return ST_NOT_FOUND;
	if (!role_has((enum role)member->record.role, webhook_right(&event)))
		return ST_FORBIDDEN;
	return hook_event(reading, out, &event);
}

enum status hook_body(struct web *web, struct arena *arena, int64_t event,
                      int64_t owner, struct str *body_out)
{
	struct reading reading = {
		.db = node_reader_take(web->node),
		.agency = node_agency_take(web->node),
		.arena = arena,
		.now = web->now(web->context),
	};
	struct json_out out;
	struct buf buf;
	enum status status;

	buf_init(&buf, LIMIT_TEXT_BYTES * 2);
	out_init(&out, &buf);
	out_open(&out, '{');
	status = hook_write(&reading, &out, event, owner);
	out_close(&out, '}');
	if (status == ST_OK && buf.failed)
		status = ST_FORBIDDEN;
	if (status == ST_OK)
		*body_out = str_copy(arena, buf_view(&buf));
	buf_release(&buf);
	node_agency_return(web->node, reading.agency);
	node_reader_return(web->node, reading.db);
	return status;
}
