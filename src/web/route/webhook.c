/*
 * Webhooks in the settings: which there are, how they do, what they were sent.
 */
#include "desk/webhook.h"

#include <sodium.h>

#include "web/route/act.h"
#include "web/route/item.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"
#include "web/web.h"

#define WEBHOOK_ROWS 100

static enum status webhook_check(struct request *request, int64_t id,
                                 const json_t *tree)
{
	const struct web *web = request->web;
	const json_t *kinds = body_node(tree, "kinds");
	struct str url = body_str(tree, "url");

	(void)id;
	for (size_t i = 0; i < json_array_size(kinds); i++) {
		struct str name = body_text(json_array_get(kinds, i));
		bool known = false;

		for (int64_t k = 1; k < EVENT_KIND_END && !known; k++)
			known = event_type(k) &&
			        str_equal(name, str_of(event_type(k)->name));
		if (!known)
			return problem_set(
				&request->problem, ST_INVALID, "kinds",
				"\"%.*s\" is no kind of event.", STR_ARG(name));
	}
	if (!web->hook_url)
		return ST_OK;
	return web->hook_url(web->hook_context, request->arena, url,
	                     &request->problem);
}

struct webhook_arm {
	int64_t id;
	bool restart;
};

static enum status webhook_arm_run(struct desk *desk, const struct turn *turn,
                                   void *arguments, struct outcome *outcome_out,
                                   struct problem *problem_out)
{
	const struct webhook_arm *arm = arguments;

	(void)problem_out;
	return desk_webhook_arm(desk, turn, arm->id, arm->restart, outcome_out);
}

static enum status webhook_saved(struct request *request, int64_t id)
{
	struct webhook_arm arm = {
		.id = id,
		.restart = body_bool(request->body, "active"),
	};
	struct outcome outcome;
	enum status status = act_run(request, webhook_arm_run, &arm, &outcome);

	node_hooks_look(request->web->node);
	return status;
}

static const char *webhook_state(const struct webhook *hook)
{
	if (hook->state == WEBHOOK_OFF)
		return "off";
	if (hook->state == WEBHOOK_STOPPED)
		return "stopped";
	return hook->failing_at ? "failing" : "ok";
}

static void webhook_more(const struct reading *reading, struct json_out *out,
                         const struct view_item *item)
{
	struct webhook hook = {.said = STR("")};
	int64_t waiting = 0, dead = 0;
	json_t *tree = item_tree(item);

	if (!json_object_get(tree, "active"))
		out_key_bool(out, "active", true);
	if (!json_object_get(tree, "kinds")) {
		out_key_open(out, "kinds", '[');
		out_close(out, ']');
	}
	json_decref(tree);
	/* What is not there yet is as new: nothing was sent, nothing failed. */
	if (webhook_get(reading->db, item->record.id, reading->arena, &hook) ==
	            ST_OK &&
	    webhook_counts(reading->db, item->record.id, &waiting, &dead) !=
	            ST_OK)
		waiting = dead = 0;
	out_key_text(out, "state", webhook_state(&hook));
	out_key_at(out, "failing_since", hook.failing_at);
	out_key_at(out, "last_ok_at", hook.ok_at);
	out_key_i64(out, "waiting", waiting);
	out_key_i64(out, "dead", dead);
	out_key_str_or_null(out, "said", hook.said);
}

/* The secret is shown this once. */
static void webhook_more_secret(const struct reading *reading,
                                struct json_out *out,
                                const struct view_item *item)
{
	char text[sodium_base64_ENCODED_LEN(WEBHOOK_SECRET_BYTES,
	                                    sodium_base64_VARIANT_ORIGINAL)];
	struct webhook hook = {0};

	webhook_more(reading, out, item);
	if (webhook_get(reading->db, item->record.id, reading->arena, &hook) !=
	    ST_OK)
		return;
	sodium_bin2base64(text, sizeof(text), hook.secret, sizeof(hook.secret),
	                  sodium_base64_VARIANT_ORIGINAL);
	out_key_str(out, "secret",
	            str_printf(reading->arena, "whsec_%s", text));
}

static const struct item_noun webhook_noun = {
	.sort = ITEM_WEBHOOK,
	.plural = "webhooks",
	.singular = "webhook",
	.shared = SHARED_ALL,
	.check = webhook_check,
	.saved = webhook_saved,
	.more = webhook_more,
};

enum status route_webhook_list(struct request *request,
                               struct response *response)
{
	return item_list(request, response, &webhook_noun);
}

enum status route_webhook_create(struct request *request,
                                 struct response *response)
{
	struct item_noun noun = webhook_noun;

	noun.more = webhook_more_secret;
	return item_create(request, response, &noun);
}

enum status route_webhook_change(struct request *request,
                                 struct response *response)
{
	return item_change(request, response, &webhook_noun);
}

enum status route_webhook_remove(struct request *request,
                                 struct response *response)
{
	return item_remove(request, response, &webhook_noun);
}

/* ------------------------------------------------------------ deliveries */

static void delivery_write(struct json_out *out,
                           const struct webhook_delivery *delivery)
{
	static const char *const states[WEBHOOK_DELIVERY_STATES] = {
		[WEBHOOK_DELIVERY_NONE] = "waiting",
		[WEBHOOK_WAITING] = "waiting",
		[WEBHOOK_SENT] = "sent",
		[WEBHOOK_DEAD] = "dead",
	};
	const struct event_type *type = event_type(delivery->kind);
	bool waits = delivery->state == WEBHOOK_WAITING &&
	             delivery->next_at < WEBHOOK_HELD;

	out_open(out, '{');
	out_key_i64(out, "id", delivery->id);
	out_key_id(out, "event", delivery->event);
	out_key_text(out, "kind", type ? type->name : "test");
	out_key_id(out, "ticket", delivery->ticket);
	out_key_text(out, "state", states[delivery->state]);
	out_key_i64(out, "attempts", delivery->attempts);
	out_key_i64(out, "at", delivery->at);
	out_key_at(out, "next_at", waits ? delivery->next_at : 0);
	out_key_id(out, "status", delivery->status);
	out_key_str_or_null(out, "said", delivery->said);
	out_close(out, '}');
}

/* The item of the path, if it is a webhook that is there. */
static enum status webhook_there(struct request *request,
                                 const struct reading *reading)
{
	struct webhook hook;

	return webhook_get(reading->db, request->ids[0], reading->arena, &hook);
}

enum status route_webhook_deliveries(struct request *request,
                                     struct response *response)
{
	struct webhook_delivery *rows =
		arena_array(request->arena, WEBHOOK_ROWS, sizeof(*rows));
	int64_t before = body_i64(request->filter, "after");
	struct reading reading;
	struct json_out *out;
	size_t count = 0;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = webhook_there(request, &reading);
	if (status == ST_OK)
		status = webhook_deliveries(reading.db, reading.arena,
		                            request->ids[0], before, rows,
		                            WEBHOOK_ROWS, &count);
	if (status == ST_OK) {
		out = act_begin(&reading, response);
		out_key_open(out, "deliveries", '[');
		for (size_t i = 0; i < count; i++)
			delivery_write(out, &rows[i]);
		out_close(out, ']');
		out_key_id(out, "next",
		           count == WEBHOOK_ROWS ? rows[count - 1].id : 0);
		response_end(response);
	}
	act_read_end(request, &reading);
	return status;
}

static enum status webhook_retry_run(struct desk *desk, const struct turn *turn,
                                     void *arguments,
                                     struct outcome *outcome_out,
                                     struct problem *problem_out)
{
	const int64_t *ids = arguments;

	return desk_webhook_retry(desk, turn, ids[0], ids[1], outcome_out,
	                          problem_out);
}

static enum status webhook_test_run(struct desk *desk, const struct turn *turn,
                                    void *arguments,
                                    struct outcome *outcome_out,
                                    struct problem *problem_out)
{
	const int64_t *ids = arguments;

	return desk_webhook_test(desk, turn, ids[0], outcome_out, problem_out);
}

static enum status webhook_act(struct request *request,
                               struct response *response, node_command run)
{
	struct outcome outcome;
	enum status status = act_run(request, run, request->ids, &outcome);

	if (status != ST_OK)
		return status;
	node_hooks_look(request->web->node);
	return act_answer_done(request, response, &outcome);
}

enum status route_webhook_retry(struct request *request,
                                struct response *response)
{
	return webhook_act(request, response, webhook_retry_run);
}

enum status route_webhook_test(struct request *request,
                               struct response *response)
{
	return webhook_act(request, response, webhook_test_run);
}
