#include "web/route/item.h"

#include <string.h>

#include "web/json_text.h"
#include "web/shape/shape.h"

static const char *const shared_names[SHARED_COUNT] = {
	[SHARED_MINE] = "mine",
	[SHARED_TEAM] = "team",
	[SHARED_ALL] = "all",
};

/* Members of a body that are the record's own. */
static const char *const record_keys[] = {"name", "shared", "position"};

static bool record_key(const char *key)
{
	for (size_t i = 0; i < sizeof(record_keys) / sizeof(*record_keys); i++)
		if (strcmp(key, record_keys[i]) == 0)
			return true;
	return false;
}

json_t *item_tree(const struct view_item *item)
{
	json_t *tree =
		json_loadb(item->document.text, item->document.length, 0, NULL);

	return tree ? tree : json_object();
}

static bool item_names(const struct view_item *item, int64_t member)
{
	json_t *tree = item_tree(item);
	const json_t *members = json_object_get(tree, "members");
	bool named = false;

	for (size_t i = 0; i < json_array_size(members) && !named; i++)
		named = json_integer_value(json_array_get(members, i)) ==
		        member;
	json_decref(tree);
	return named;
}

bool item_visible(const struct view_item *item, int64_t member)
{
	return item->record.shared == SHARED_ALL ||
	       item->record.owner == member ||
	       (item->record.shared == SHARED_TEAM && item_names(item, member));
}

static bool item_writable(const struct request *request,
                          const struct item *item)
{
	return item->owner == request->session.member ||
	       (item->shared == SHARED_ALL &&
	        session_may(&request->session, RIGHT_SETTINGS_WRITE));
}

void item_write(const struct reading *reading, struct json_out *out,
                const struct item_noun *noun, const struct view_item *item)
{
	json_t *tree = item_tree(item);
	const char *key;
	json_t *value;

	out_open(out, '{');
	out_key_i64(out, "id", item->record.id);
	out_key_str(out, "name", item->name);
	out_key_text(out, "shared", shared_names[item->record.shared]);
	out_key_id(out, "owner", item->record.owner);
	out_key_i64(out, "position", item->record.position);
	json_object_foreach(tree, key, value)
	{
		out_key(out, key);
		out_json(out, json_text(reading->arena, value));
	}
	if (noun->more)
		noun->more(reading, out, item);
	out_close(out, '}');
	json_decref(tree);
}

enum status item_list(struct request *request, struct response *response,
                      const struct item_noun *noun)
{
	struct view_item *items = NULL;
	struct reading reading;
	struct json_out *out;
	size_t count = 0;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = view_items(reading.db, reading.arena, noun->sort, &items,
	                    &count);
	if (status == ST_OK) {
		out = act_begin(&reading, response);
		out_key_open(out, noun->plural, '[');
		for (size_t i = 0; i < count; i++)
			if (item_visible(&items[i], request->session.member))
				item_write(&reading, out, noun, &items[i]);
		out_close(out, ']');
		response_end(response);
	}
	act_read_end(request, &reading);
	return status;
}

/* The item, if it is of the sort, not removed, and theirs to see. */
static enum status item_find(struct request *request,
                             const struct reading *reading,
                             const struct item_noun *noun, int64_t id,
                             struct view_item *item_out)
{
	enum status status =
		view_item(reading->db, reading->arena, id, item_out);

	if (status == ST_OK &&
	    (item_out->record.sort != (int64_t)noun->sort ||
	     !item_out->record.active ||
	     !item_visible(item_out, request->session.member)))
		return ST_NOT_FOUND;
	return status;
}

static enum status item_answer(struct request *request,
                               struct response *response,
                               const struct item_noun *noun, int64_t id)
{
	struct view_item item;
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = item_find(request, &reading, noun, id, &item);
	if (status == ST_OK) {
		struct json_out *out = act_begin(&reading, response);

		out_key(out, noun->singular);
		item_write(&reading, out, noun, &item);
		response_end(response);
	}
	act_read_end(request, &reading);
	return status;
}

enum status item_show(struct request *request, struct response *response,
                      const struct item_noun *noun)
{
	return item_answer(request, response, noun, request->ids[0]);
}

struct item_saving {
	const struct item_noun *noun;
	const struct item_command *asked;
	const json_t *body, *tree;
};

static enum status item_run(struct desk *desk, const struct turn *turn,
                            void *arguments, struct outcome *outcome_out,
                            struct problem *problem_out)
{
	const struct item_saving *saving = arguments;
	enum status status = desk_item_save(desk, turn, saving->asked,
	                                    outcome_out, problem_out);

	/* Said again, it was kept the first time. */
	if (status == ST_OK && saving->noun->keep && !outcome_out->repeated)
		status = saving->noun->keep(desk, turn->arena,
		                            outcome_out->record, saving->body,
		                            saving->tree);
	return status;
}

static bool item_apart(const struct item_noun *noun, const char *key)
{
	for (size_t i = 0; noun->apart && noun->apart[i]; i++)
		if (strcmp(key, noun->apart[i]) == 0)
			return true;
	return false;
}

/* What the body says over what there is; `tree` becomes the whole document. */
static void item_merge(const struct item_noun *noun, const json_t *body,
                       struct item_command *asked, json_t *tree)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)body, key,
	                    value) if (!record_key(key) &&
	                               !item_apart(noun, key))
		json_object_set(tree, key, value);
	if (body_has(body, "name"))
		asked->name = body_str(body, "name");
	if (body_has(body, "position"))
		asked->position = body_i64(body, "position");
	for (int i = 0; i < SHARED_COUNT && body_has(body, "shared"); i++)
		if (str_equal(body_str(body, "shared"),
		              str_of(shared_names[i])))
			asked->shared = (enum item_shared)i;
}

static enum status item_save(struct request *request, struct response *response,
                             const struct item_noun *noun,
                             struct item_command *asked, json_t *tree)
{
	struct item_saving saving = {noun, asked, request->body, tree};
	struct outcome outcome;
	enum status status = ST_OK;

	if (asked->active && noun->check)
		status = noun->check(request, asked->id, tree);
	asked->document = json_text(request->arena, tree);
	if (status == ST_OK)
		status = act_run(request, item_run, &saving, &outcome);
	json_decref(tree);
	if (status == ST_OK && noun->saved)
		status = noun->saved(request, outcome.record);
	if (status != ST_OK)
		return status;
	if (!asked->active)
		return act_answer_done(request, response, &outcome);
	return item_answer(request, response, noun, outcome.record);
}

enum status item_create(struct request *request, struct response *response,
                        const struct item_noun *noun)
{
	struct item_command asked = {
		.sort = noun->sort,
		.owner = request->session.member,
		.shared = noun->shared,
		.active = true,
	};
	json_t *tree = json_object();

	item_merge(noun, request->body, &asked, tree);
	return item_save(request, response, noun, &asked, tree);
}

/* The item as it is, as a command that would change nothing. */
static enum status item_load(struct request *request,
                             const struct item_noun *noun,
                             struct item_command *asked_out, json_t **tree_out)
{
	struct view_item item;
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = item_find(request, &reading, noun, request->ids[0], &item);
	act_read_end(request, &reading);
	if (status != ST_OK)
		return status;
	if (!item_writable(request, &item.record))
		return ST_FORBIDDEN;
	*asked_out = (struct item_command){
		.id = item.record.id,
		.sort = noun->sort,
		.owner = item.record.owner,
		.shared = (enum item_shared)item.record.shared,
		.position = item.record.position,
		.active = true,
		.name = item.name,
	};
	*tree_out = item_tree(&item);
	return ST_OK;
}

enum status item_change(struct request *request, struct response *response,
                        const struct item_noun *noun)
{
	struct item_command asked;
	json_t *tree;
	enum status status = item_load(request, noun, &asked, &tree);

	if (status != ST_OK)
		return status;
	item_merge(noun, request->body, &asked, tree);
	return item_save(request, response, noun, &asked, tree);
}

enum status item_remove(struct request *request, struct response *response,
                        const struct item_noun *noun)
{
	struct item_command asked;
	json_t *tree;
	enum status status = item_load(request, noun, &asked, &tree);

	if (status != ST_OK)
		return status;
	asked.active = false;
	return item_save(request, response, noun, &asked, tree);
}
