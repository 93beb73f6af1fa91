/*
 * What a member sets for themselves: one document of a sort, theirs alone.
 */
#include "core/keys.h"
#include "core/notice.h"
#include "web/json_text.h"
#include "web/route/item.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"

/* The document, or an empty one; to be json_decref'd. */
static enum status own_read(struct request *request, enum item_sort sort,
                            struct reading *reading_out, int64_t *id_out,
                            json_t **tree_out)
{
	struct view_item item = {0};
	enum status status = act_read(request, reading_out);

	if (status != ST_OK)
		return status;
	status = view_item_of(reading_out->db, reading_out->arena, sort,
	                      request->session.member, &item);
	if (status == ST_NOT_FOUND)
		status = ST_OK;
	if (status != ST_OK) {
		act_read_end(request, reading_out);
		return status;
	}
	*id_out = item.record.id;
	*tree_out = item.record.id ? item_tree(&item) : json_object();
	return ST_OK;
}

static enum status own_save_run(struct desk *desk, const struct turn *turn,
                                void *arguments, struct outcome *outcome_out,
                                struct problem *problem_out)
{
	return desk_item_save(desk, turn, arguments, outcome_out, problem_out);
}

static enum status own_save(struct request *request, enum item_sort sort,
                            struct str name)
{
	struct item_command asked = {
		.sort = sort,
		.owner = request->session.member,
		.shared = SHARED_MINE,
		.active = true,
		.name = name,
		.document = json_text(request->arena, request->body),
	};
	struct outcome outcome;
	struct reading reading;
	json_t *tree;
	enum status status =
		own_read(request, sort, &reading, &asked.id, &tree);

	if (status != ST_OK)
		return status;
	json_decref(tree);
	act_read_end(request, &reading);
	return act_run(request, own_save_run, &asked, &outcome);
}

enum status route_keys_show(struct request *request, struct response *response)
{
	const json_t *keys;
	const char *action;
	struct reading reading;
	struct json_out *out;
	json_t *value, *tree;
	int64_t id;
	enum status status = own_read(request, ITEM_KEYS, &reading, &id, &tree);

	if (status != ST_OK)
		return status;
	keys = json_object_get(tree, "keys");
	out = act_begin(&reading, response);
	out_key_open(out, "keys", '{');
	json_object_foreach((json_t *)(uintptr_t)keys, action, value)
		out_key_str(out, action, body_text(value));
	out_close(out, '}');
	response_end(response);
	json_decref(tree);
	act_read_end(request, &reading);
	return ST_OK;
}

/* An empty text takes an action's key away; any number may have none. */
static enum status keys_check_one(struct request *request, const json_t *keys,
                                  const char *action, struct str key)
{
	const char *other, *why = key.length ? keys_refused(key) : NULL;
	json_t *value;

	if (why)
		return problem_set(&request->problem, ST_INVALID, action, "%s",
		                   why);
	json_object_foreach((json_t *)(uintptr_t)keys, other, value)
	{
		struct str taken = body_text(value);

		if (other != action && taken.length && key.length &&
		    keys_clash(key, taken))
			return problem_set(&request->problem, ST_INVALID,
			                   action,
			                   "That key is taken: %.40s uses %.*s "
			                   "already.",
			                   other, STR_ARG(taken));
	}
	return ST_OK;
}

enum status route_keys_change(struct request *request,
                              struct response *response)
{
	const json_t *keys = body_node(request->body, "keys");
	const char *action;
	json_t *value;
	enum status status = ST_OK;

	json_object_foreach((json_t *)(uintptr_t)keys, action, value)
	{
		status =
			keys_check_one(request, keys, action, body_text(value));
		if (status != ST_OK)
			return status;
	}
	status = own_save(request, ITEM_KEYS, STR("keys"));
	return status == ST_OK ? route_keys_show(request, response) : status;
}

static void wish_write(struct json_out *out, const struct notice_wish *wish)
{
	char from[8], to[8];

	out_key_bool(out, "desktop", wish->desktop);
	out_key_text(out, "mail", notice_mail_names[wish->mail]);
	out_key(out, "quiet");
	if (wish->quiet) {
		notice_minute_print(wish->quiet_from, from);
		notice_minute_print(wish->quiet_to, to);
		out_open(out, '{');
		out_key_text(out, "from", from);
		out_key_text(out, "to", to);
		out_key_bool(out, "weekend", wish->quiet_weekend);
		out_close(out, '}');
	} else {
		out_null(out);
	}
	out_key_open(out, "kinds", '{');
	for (int kind = 1; kind < NOTICE_KIND_COUNT; kind++)
		out_key_bool(out, notice_kind_names[kind], wish->kinds[kind]);
	out_close(out, '}');
}

enum status route_notice_wish_show(struct request *request,
                                   struct response *response)
{
	struct notice_wish wish;
	struct reading reading;
	json_t *tree;
	int64_t id;
	enum status status =
		own_read(request, ITEM_NOTICES, &reading, &id, &tree);

	if (status != ST_OK)
		return status;
	notice_wish_default(&wish);
	status = notice_wish_read(tree, &wish, NULL);
	if (status == ST_OK) {
		wish_write(act_begin(&reading, response), &wish);
		response_end(response);
	}
	json_decref(tree);
	act_read_end(request, &reading);
	return status;
}

enum status route_notice_wish_change(struct request *request,
                                     struct response *response)
{
	struct notice_wish wish;
	enum status status;

	notice_wish_default(&wish);
	status = notice_wish_read(request->body, &wish, &request->problem);
	if (status == ST_OK)
		status = own_save(request, ITEM_NOTICES, STR("notices"));
	if (status != ST_OK)
		return status;
	return route_notice_wish_show(request, response);
}
