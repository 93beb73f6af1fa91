/*
 * Saved views: a search with a name, an order and those who see it. The query
 * is read when it is saved, so that a view never holds one that is not
 * understood; what a count shows is what its list holds.
 */
#include <stdio.h>

#include "web/route/find.h"
#include "web/route/item.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"

#define COUNT_MAX 1000u

/* What the body left out, as it is answered. */
static void views_complete(json_t *tree)
{
	if (!json_object_get(tree, "query"))
		json_object_set_new(tree, "query", json_string(""));
	if (!json_object_get(tree, "order"))
		json_object_set_new(tree, "order", json_string("due"));
	if (!json_is_array(json_object_get(tree, "members")))
		json_object_set_new(tree, "members", json_array());
}

static enum status views_check(struct request *request, int64_t id,
                               const json_t *tree)
{
	const struct find *find = NULL;
	struct reading reading;
	enum status status;

	(void)id;
	views_complete((json_t *)(uintptr_t)tree);
	status = act_read(request, &reading);
	if (status != ST_OK)
		return status;
	status = web_find(request, &reading, body_str(tree, "query"), &find,
	                  NULL);
	act_read_end(request, &reading);
	if (status == ST_INVALID)
		snprintf(request->problem.field, sizeof(request->problem.field),
		         "query");
	return status;
}

/* Erased words leave a view without a search: it is still one to be seen. */
static void views_more(const struct reading *reading, struct json_out *out,
                       const struct view_item *item)
{
	json_t *tree = item_tree(item);

	(void)reading;
	if (!json_object_get(tree, "query")) {
		out_key_text(out, "query", "");
		out_key_text(out, "order", "due");
		out_key_open(out, "members", '[');
		out_close(out, ']');
	}
	json_decref(tree);
}

static const struct item_noun views_noun = {
	.sort = ITEM_VIEW,
	.plural = "views",
	.singular = "view",
	.shared = SHARED_MINE,
	.check = views_check,
	.more = views_more,
};

enum status route_view_list(struct request *request, struct response *response)
{
	return item_list(request, response, &views_noun);
}

enum status route_view_create(struct request *request,
                              struct response *response)
{
	return item_create(request, response, &views_noun);
}

enum status route_view_change(struct request *request,
                              struct response *response)
{
	return item_change(request, response, &views_noun);
}

enum status route_view_remove(struct request *request,
                              struct response *response)
{
	return item_remove(request, response, &views_noun);
}

static enum status views_count(struct request *request,
                               const struct reading *reading,
                               struct json_out *out,
                               const struct view_item *item)
{
	const struct find *find = NULL;
	json_t *tree = item_tree(item);
	size_t count = 0;
	char key[24];
	enum status status = web_find(request, reading, body_str(tree, "query"),
	                              &find, NULL);

	/* A member that it names may be gone: it holds nothing then. */
	if (status == ST_OK)
		status = find_count(reading->db, reading->arena, find,
		                    COUNT_MAX, &count);
	else if (status == ST_INVALID)
		status = ST_OK;
	json_decref(tree);
	snprintf(key, sizeof(key), "%lld", (long long)item->record.id);
	out_key_i64(out, key, (int64_t)count);
	return status;
}

enum status route_view_counts(struct request *request,
                              struct response *response)
{
	struct view_item *items = NULL;
	struct reading reading;
	struct json_out *out;
	size_t count = 0;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = view_items(reading.db, reading.arena, ITEM_VIEW, &items,
	                    &count);
	out = act_begin(&reading, response);
	out_key_open(out, "counts", '{');
	for (size_t i = 0; i < count && status == ST_OK; i++)
		if (item_visible(&items[i], request->session.member))
			status = views_count(request, &reading, out, &items[i]);
	out_close(out, '}');
	response_end(response);
	act_read_end(request, &reading);
	return status;
}
