/*
 * Canned replies. Places are filled here from the workspace's own records,
 * never by a browser, and one that has nothing to say is named.
 */
#include "core/canned.h"
#include "core/ticket.h"
#include "web/route/item.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"
#include "web/text.h"

static enum status canned_allowed(struct request *request, int64_t id,
                                  const json_t *tree)
{
	(void)id;
	return canned_check(body_str(tree, "text"), &request->problem);
}

static const struct item_noun canned_noun = {
	.sort = ITEM_CANNED,
	.plural = "canned",
	.singular = "canned",
	.shared = SHARED_MINE,
	.check = canned_allowed,
};

enum status route_canned_list(struct request *request,
                              struct response *response)
{
	return item_list(request, response, &canned_noun);
}

enum status route_canned_create(struct request *request,
                                struct response *response)
{
	return item_create(request, response, &canned_noun);
}

enum status route_canned_change(struct request *request,
                                struct response *response)
{
	return item_change(request, response, &canned_noun);
}

enum status route_canned_remove(struct request *request,
                                struct response *response)
{
	return item_remove(request, response, &canned_noun);
}

/* "Friday 13 November, 15:00" on the agency's wall. */
static struct str canned_due(const struct reading *reading, instant_ms at)
{
	static const char *const days[] = {"Monday",   "Tuesday", "Wednesday",
	                                   "Thursday", "Friday",  "Saturday",
	                                   "Sunday"};
	static const char *const months[] = {"January", "February", "March",
	                                     "April",   "May",      "June",
	                                     "July",    "August",   "September",
	                                     "October", "November", "December"};
	struct civil wall = zone_civil(reading->agency->zone, at);
	int64_t number = civil_days(wall.year, wall.month, wall.day);

	return str_printf(reading->arena, "%s %d %s, %02d:%02d",
	                  days[civil_weekday(number)], wall.day,
	                  months[wall.month - 1], wall.hour, wall.minute);
}

/* The face of the agency that this thread is written with. */
static struct str canned_brand(const struct reading *reading,
                               const struct ticket *ticket)
{
	const struct agency_brand *brand =
		agency_brand_of(reading->agency, ticket->address);

	return brand ? brand->name : reading->agency->name;
}

static void canned_values(const struct reading *reading, int64_t member,
                          const struct view_ticket *ticket,
                          struct str values_out[PLACE_COUNT])
{
	const struct agency_member *me = agency_member(reading->agency, member);

	values_out[PLACE_CLIENT_NAME] = ticket->client.name;
	values_out[PLACE_CONTACT_FIRST_NAME] =
		canned_first_name(ticket->contact.name);
	values_out[PLACE_CONTACT_NAME] = ticket->contact.name;
	values_out[PLACE_TICKET_SUBJECT] = ticket->subject;
	values_out[PLACE_ME_NAME] = me ? me->name : STR("");
	values_out[PLACE_BRAND_NAME] = canned_brand(reading, &ticket->record);
	values_out[PLACE_AGENCY_NAME] = reading->agency->name;
	if (ticket->clock.id && ticket->clock.due_at)
		values_out[PLACE_DUE] =
			canned_due(reading, ticket->clock.due_at);
	/* A name from outside must not begin a line of its own. */
	for (int i = 0; i < PLACE_COUNT; i++)
		values_out[i] = text_line(reading->arena, values_out[i]);
}

static enum status canned_find(struct request *request,
                               const struct reading *reading,
                               struct view_item *item_out)
{
	enum status status = view_item(reading->db, reading->arena,
	                               request->ids[0], item_out);

	if (status == ST_OK &&
	    (item_out->record.sort != ITEM_CANNED || !item_out->record.active ||
	     !item_visible(item_out, request->session.member)))
		return ST_NOT_FOUND;
	return status;
}

static void canned_answer(struct request *request, struct response *response,
                          const struct reading *reading,
                          const struct view_item *item,
                          const struct view_ticket *ticket)
{
	struct str values[PLACE_COUNT] = {{0}};
	bool missing[PLACE_COUNT];
	json_t *tree = item_tree(item);
	struct json_out *out = act_begin(reading, response);

	canned_values(reading, request->session.member, ticket, values);
	out_key_str(out, "text",
	            canned_fill(reading->arena, body_str(tree, "text"), values,
	                        missing));
	out_key_open(out, "missing", '[');
	for (int i = 0; i < PLACE_COUNT; i++)
		if (missing[i])
			out_str(out,
			        str_of(placeholder_name((enum placeholder)i)));
	out_close(out, ']');
	response_end(response);
	json_decref(tree);
}

enum status route_canned_preview(struct request *request,
                                 struct response *response)
{
	struct view_ticket *ticket =
		arena_alloc(request->arena, sizeof(*ticket));
	struct view_item item;
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = canned_find(request, &reading, &item);
	if (status == ST_OK)
		status = view_ticket(reading.db, reading.arena,
		                     body_i64(request->body, "ticket"), ticket);
	if (status == ST_OK)
		canned_answer(request, response, &reading, &item, ticket);
	act_read_end(request, &reading);
	return status;
}
