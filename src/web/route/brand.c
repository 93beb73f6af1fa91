/*
 * Brands: faces of the agency, each with a name, a signature, a look and, if
 * it keeps other hours than the agency, a calendar.
 */
#include <string.h>

#include "core/time/calendar_text.h"
#include "node/zones.h"
#include "web/route/item.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"

static bool brand_colour_ok(struct str colour)
{
	if (colour.length != 7 || colour.text[0] != '#')
		return false;
	for (size_t i = 1; i < colour.length; i++) {
		char c = (char)(colour.text[i] | 0x20);

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			return false;
	}
	return true;
}

/* Hours that this machine can count on. */
static enum status brand_calendar_ok(struct request *request,
                                     const json_t *hours)
{
	struct problem *problem = &request->problem;
	struct calendar_plan plan;
	const struct calendar *calendar = NULL;
	const struct zone *zone = NULL;
	instant_ms open;
	enum status status =
		calendar_text_read(request->arena, hours, &plan, problem);

	if (status == ST_OK)
		status = zones_load(request->arena, plan.zone, &zone, problem);
	/* What the path does not name was named by the body. */
	if (status == ST_NOT_FOUND)
		return ST_INVALID;
	if (status == ST_OK)
		status = calendar_build(request->arena, &plan, zone, &calendar,
		                        problem);
	if (status != ST_OK)
		return status;

	struct calendar_version version = CALENDAR_VERSION(calendar);
	struct calendar_history history = {&version, 1};

	if (calendar_next_open(&history, 0, &open) != ST_OK)
		return problem_set(problem, ST_INVALID, "calendar",
		                   "This brand is never open: no clock would "
		                   "ever run out.");
	return ST_OK;
}

static enum status brand_check(struct request *request, int64_t id,
                               const json_t *tree)
{
	const json_t *hours = body_node(tree, "calendar");
	struct str colour = body_str(tree, "colour");

	(void)id;
	if (colour.length > 0 && !brand_colour_ok(colour))
		return problem_set(&request->problem, ST_INVALID, "colour",
		                   "Write a colour as in #2f6f8f.");
	return hours ? brand_calendar_ok(request, hours) : ST_OK;
}

/* Members that nobody has set yet. */
static void brand_more(const struct reading *reading, struct json_out *out,
                       const struct view_item *item)
{
	static const char *const texts[] = {"from_name", "signature", "footer"};
	json_t *tree = item_tree(item);

	(void)reading;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (!json_object_get(tree, texts[i]))
			out_key_text(out, texts[i], "");
	if (!json_object_get(tree, "colour"))
		out_key_null(out, "colour");
	if (!json_object_get(tree, "calendar"))
		out_key_null(out, "calendar");
	if (!json_object_get(tree, "active"))
		out_key_bool(out, "active", true);
	json_decref(tree);
}

static const struct item_noun brand_noun = {
	.sort = ITEM_BRAND,
	.plural = "brands",
	.singular = "brand",
	.shared = SHARED_ALL,
	.check = brand_check,
	.more = brand_more,
};

enum status route_brand_list(struct request *request, struct response *response)
{
	return item_list(request, response, &brand_noun);
}

enum status route_brand_create(struct request *request,
                               struct response *response)
{
	return item_create(request, response, &brand_noun);
}

enum status route_brand_change(struct request *request,
                               struct response *response)
{
	enum status status = item_change(request, response, &brand_noun);

	/* Its threads keep other hours now. */
	if (status == ST_OK && (body_has(request->body, "calendar") ||
	                        body_has(request->body, "active")))
		status = act_promises_follow(request);
	return status;
}
