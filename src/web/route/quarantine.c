/*
 * Mail that was set aside: seen, tried again, or filed as it is.
 */
#include "desk/mail_in.h"
#include "store/record.h"
#include "web/file.h"
#include "web/route/act.h"
#include "web/route/routes.h"
#include "web/web.h"

#define ITEMS_MAX 200

/* clang-format off */
static const char *reason_text(int64_t why)
{
	switch (why) {
	case WHY_OWN_ADDRESS:
		return "It says that it is from our own address, and names "
		       "nobody to answer";
	case WHY_CRASHED:
		return "Reading it stopped the parser.";
	case WHY_UNFETCHED:
		return "The mailbox's server did not give it.";
	case WHY_TOO_BIG:
		return "It is too big or too deep to be read.";
	default:
		return "It could not be read.";
	}
}
/* clang-format on */

static void item_write(struct json_out *out, const struct view_intake *item)
{
	struct str rest = item->envelope, from = STR(""), to = STR("");

	if (str_line(&rest, &from) && !str_line(&rest, &to))
		to = STR("");
	out_open(out, '{');
	out_key_i64(out, "id", item->record.id);
	out_key_i64(out, "at", item->record.at);
	out_key_str(out, "from", from);
	out_key_str(out, "to", to);
	out_key_i64(out, "size", item->record.size);
	out_key_text(out, "reason", reason_text(item->record.why));
	out_key_i64(out, "attempts", item->record.attempts);
	out_close(out, '}');
}

enum status route_quarantine_list(struct request *request,
                                  struct response *response)
{
	struct view_intake *items =
		arena_array(request->arena, ITEMS_MAX, sizeof(*items));
	struct reading reading;
	struct json_out *out;
	size_t count = 0;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = view_quarantine(reading.db, reading.arena, items, ITEMS_MAX,
	                         &count);
	out = act_begin(&reading, response);
	out_key_open(out, "items", '[');
	for (size_t i = 0; i < count; i++)
		item_write(out, &items[i]);
	out_close(out, ']');
	response_end(response);
	act_read_end(request, &reading);
	return status;
}

struct again_asked {
	int64_t intake;
	bool release;
};

static enum status again_run(struct desk *desk, const struct turn *turn,
                             void *arguments, struct outcome *outcome_out,
                             struct problem *problem_out)
{
	const struct again_asked *asked = arguments;

	return desk_mail_retry(desk, turn, asked->intake, asked->release,
	                       outcome_out, problem_out);
}

static enum status quarantine_again(struct request *request,
                                    struct response *response, bool release)
{
	struct again_asked asked = {request->ids[0], release};
	struct outcome outcome;
	enum status status = act_run(request, again_run, &asked, &outcome);

	if (status != ST_OK)
		return status;
	node_file_again(request->web->node, asked.intake);
	return act_answer_done(request, response, &outcome);
}

enum status route_quarantine_retry(struct request *request,
                                   struct response *response)
{
	return quarantine_again(request, response, false);
}

enum status route_quarantine_release(struct request *request,
                                     struct response *response)
{
	return quarantine_again(request, response, true);
}

enum status route_quarantine_raw(struct request *request,
                                 struct response *response)
{
	struct intake intake = {0};
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = record_read(reading.db, RECORD_INTAKE, request->ids[0],
	                     &intake.id);
	if (status == ST_OK && intake.state != INTAKE_QUARANTINED)
		status = ST_NOT_FOUND;
	if (status == ST_OK)
		status = file_raw(&reading, intake.raw, intake.id, response);
	act_read_end(request, &reading);
	return status;
}
