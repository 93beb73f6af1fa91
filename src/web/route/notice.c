/*
 * Warnings as a list: each member's own.
 */
#include "web/route/notice.h"
#include "desk/notices.h"
#include "store/people.h"
#include "store/record.h"
#include "web/route/act.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"

#define NOTICES_PAGE   50
#define NOTICES_UNREAD 1000 /* more are not counted */

static const char *const notice_texts[NOTICE_KIND_COUNT] = {
	[NOTICE_ASSIGNED] = "This is yours now",
	[NOTICE_MENTIONED] = "You were mentioned",
	[NOTICE_REPLY] = "The client wrote",
	[NOTICE_DUE] = "Due soon",
	[NOTICE_LATE] = "Late",
	[NOTICE_ESCALATED] = "Late, and nobody has taken it on",
	[NOTICE_FLAGGED] = "Flagged",
	[NOTICE_FAILED] = "A reply could not be delivered",
	[NOTICE_MAILBOX] = "A mailbox needs you",
	[NOTICE_WOKE] = "Back from snooze",
	[NOTICE_WEBHOOK] = "A webhook has stopped",
};

enum status render_notice(const struct reading *reading, struct json_out *out,
                          const struct notice *notice)
{
	struct view_ticket *ticket =
		arena_alloc(reading->arena, sizeof(*ticket));
	enum status status = ST_NOT_FOUND;

	if (notice->ticket)
		status = view_ticket(reading->db, reading->arena,
		                     notice->ticket, ticket);
	if (status != ST_OK && status != ST_NOT_FOUND)
		return status;
	out_open(out, '{');
	out_key_i64(out, "id", notice->id);
	out_key_i64(out, "at", notice->at);
	out_key_text(out, "kind", notice_kind_names[notice->kind]);
	out_key(out, "ticket");
	if (status == ST_OK)
		render_ticket(reading, out, ticket);
	else
		out_null(out);
	out_key_text(out, "text", notice_texts[notice->kind]);
	out_key_i64(out, "level", notice->level);
	out_key_at(out, "seen_at", notice->seen_at);
	out_key_at(out, "acknowledged_at", notice->acknowledged_at);
	out_close(out, '}');
	return ST_OK;
}

enum status route_notice_list(struct request *request,
                              struct response *response)
{
	struct notice *notices =
		arena_array(request->arena, NOTICES_PAGE, sizeof(*notices));
	int64_t unread = 0;
	struct reading reading;
	struct json_out *out;
	size_t count = 0;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = people_notices(reading.db, request->session.member,
	                        body_i64(request->filter, "after"), notices,
	                        NOTICES_PAGE, &count);
	if (status == ST_OK)
		status = people_unread(reading.db, request->session.member,
		                       NOTICES_UNREAD, &unread);
	out = act_begin(&reading, response);
	out_key_i64(out, "unread", unread);
	out_key_open(out, "notices", '[');
	for (size_t i = 0; i < count && status == ST_OK; i++)
		status = render_notice(&reading, out, &notices[i]);
	out_close(out, ']');
	out_key_id(out, "next",
	           count == NOTICES_PAGE ? notices[count - 1].id : 0);
	response_end(response);
	act_read_end(request, &reading);
	return status;
}

static enum status acknowledge_run(struct desk *desk, const struct turn *turn,
                                   void *arguments, struct outcome *outcome_out,
                                   struct problem *problem_out)
{
	const int64_t *id = arguments;

	return desk_notice_acknowledge(desk, turn, *id, outcome_out,
	                               problem_out);
}

enum status route_notice_acknowledge(struct request *request,
                                     struct response *response)
{
	struct outcome outcome;
	enum status status =
		act_run(request, acknowledge_run, &request->ids[0], &outcome);

	return status == ST_OK ? act_answer_done(request, response, &outcome)
	                       : status;
}

static enum status seen_run(struct desk *desk, const struct turn *turn,
                            void *arguments, struct outcome *outcome_out,
                            struct problem *problem_out)
{
	const int64_t *up_to = arguments;

	(void)problem_out;
	return desk_notices_seen(desk, turn, *up_to, outcome_out);
}

enum status route_notice_seen(struct request *request,
                              struct response *response)
{
	int64_t up_to = body_i64(request->body, "up_to");
	struct outcome outcome;
	enum status status = act_run(request, seen_run, &up_to, &outcome);

	return status == ST_OK ? act_answer_done(request, response, &outcome)
	                       : status;
}

enum status notice_stream_json(const struct reading *reading,
                               struct json_out *out, int64_t id)
{
	struct notice_wish wish;
	struct notice notice = {0};
	int64_t unread = 0;
	bool ring;
	enum status status =
		record_read(reading->db, RECORD_NOTICE, id, &notice.id);

	if (status == ST_OK)
		status = people_unread(reading->db, notice.member,
		                       NOTICES_UNREAD, &unread);
	if (status == ST_OK)
		status = notices_wish(reading->db, reading->arena,
		                      notice.member, &wish);
	if (status != ST_OK)
		return status;
	ring = notice.seen_at == 0 && wish.desktop && wish.kinds[notice.kind] &&
	       !notice_is_quiet(&wish, (enum notice_kind)notice.kind,
	                        reading->agency->zone, reading->now);
	out_open(out, '{');
	out_key(out, "notice");
	status = render_notice(reading, out, &notice);
	out_key_i64(out, "unread", unread);
	out_key_bool(out, "ring", ring);
	out_close(out, '}');
	return status;
}
