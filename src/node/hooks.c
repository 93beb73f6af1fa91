/*
 * Webhooks: one thread makes deliveries from the log and hands out what is
 * due, a few send. A webhook is at one delivery at a time, so a slow one holds
 * up itself alone, and one that is not there rests for a while. What was sent
 * is recorded afterwards: an end of the program in between sends it again,
 * under the same id.
 */
#include <sodium.h>
#include <string.h>

#include "base/limits.h"
#include "desk/webhook.h"
#include "node/node_private.h"
#include "store/log.h"

#define HOOKS_SLICE 200
/* However much is committed, the log is looked at no oftener. */
#define HOOKS_PAUSE 50
/* Never sleeps longer: the wall clock may be set. */
#define HOOKS_SLEEP_MAX (1 * SPAN_SECOND)
#define HOOKS_REST_MAX  (60 * SPAN_SECOND)
#define HOOKS_ID_BYTES  16
/* Deliveries to one webhook before another may have the thread. */
#define HOOKS_RUN 100

struct hook_work {
	struct node *node;
	struct arena *arena;
	struct webhook_delivery delivery;
	struct webhook hook;
	struct webhook_item *item;
	struct str body, id;
	struct webhook_result result;
};

/* ------------------------------------------------------------- rests */

static struct node_hook_rest *hooks_rest(struct node_hooks *hooks,
                                         int64_t webhook)
{
	size_t count = sizeof(hooks->rests) / sizeof(hooks->rests[0]);
	struct node_hook_rest *oldest = &hooks->rests[0];

	for (size_t i = 0; i < count; i++) {
		if (hooks->rests[i].webhook == webhook)
			return &hooks->rests[i];
		if (hooks->rests[i].until < oldest->until)
			oldest = &hooks->rests[i];
	}
	*oldest = (struct node_hook_rest){.webhook = webhook};
	return oldest;
}

/* No answer came: it is asked less and less often. Under the lock. */
static void hooks_tire(struct node_hooks *hooks, int64_t webhook, bool answered)
{
	struct node_hook_rest *rest = hooks_rest(hooks, webhook);
	span_ms wait = HOOKS_REST_MAX;

	rest->times = answered ? 0 : rest->times + 1;
	if (rest->times < 6)
		wait = (SPAN_SECOND << rest->times) / 2;
	rest->until = answered ? 0 : node_tick() + wait;
}

/* ------------------------------------------------------------- sending */

/* The same for every try of one event, and another in another life. */
static void hook_name(struct hook_work *w, const struct event *event)
{
	unsigned char hash[HOOKS_ID_BYTES];
	char hex[2 * HOOKS_ID_BYTES + 1];
	const int64_t parts[] = {w->hook.id, w->delivery.event,
	                         event->recorded_at,
	                         w->delivery.event ? 0 : w->delivery.id,
	                         w->delivery.event ? 0 : w->delivery.at};
	crypto_generichash_state state;

	crypto_generichash_init(&state, w->hook.secret, WEBHOOK_SECRET_BYTES,
	                        sizeof(hash));
	crypto_generichash_update(&state, (const unsigned char *)parts,
	                          sizeof(parts));
	crypto_generichash_update(&state, event->command, EVENT_COMMAND_BYTES);
	crypto_generichash_final(&state, hash, sizeof(hash));
	sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	w->id = str_printf(w->arena, "msg_%s", hex);
}

static enum status hook_load(struct hook_work *w)
{
	const struct node_driver *driver = &w->node->config.driver;
	struct sql_db *reader = node_reader_take(w->node);
	struct event event = {0};
	size_t count = 0;
	enum status status = webhook_delivery_get(reader, w->delivery.id,
	                                          w->arena, &w->delivery);

	if (status == ST_OK)
		status = webhook_get(reader, w->delivery.webhook, w->arena,
		                     &w->hook);
	if (status == ST_OK)
		status = webhook_item_read(reader, w->arena, w->hook.id,
		                           w->item);
	if (status == ST_OK && w->delivery.event)
		status =
			log_read_one(reader, w->delivery.event, &event, &count);
	node_reader_return(w->node, reader);
	if (status != ST_OK)
		return status;
	hook_name(w, &event);
	return driver->hook_body(driver->context, w->arena, w->delivery.event,
	                         w->item->owner, &w->body);
}

static enum status hook_record_run(struct desk *desk, const struct turn *turn,
                                   void *arguments, struct outcome *outcome_out,
                                   struct problem *problem_out)
{
	(void)problem_out;
	return desk_webhook_record(desk, turn, arguments, outcome_out);
}

static void hook_send(struct hook_work *w)
{
	const struct node_driver *driver = &w->node->config.driver;
	struct node_hooked hooked = {0};
	struct node_hook hook = {
		.url = w->item->url,
		.id = w->id,
		.body = w->body,
		.secret = {(const char *)w->hook.secret, WEBHOOK_SECRET_BYTES},
		.at = node_now(w->node),
		.stop = &w->node->hooks.ends,
	};

	driver->hook_send(driver->context, w->arena, &hook, &hooked);
	w->result.status = hooked.status;
	w->result.refused = hooked.refused;
	w->result.wait = hooked.wait;
	w->result.said = str_copy(w->arena, str_of(hooked.said));
}

/* False when it has to wait until something of ours is better. */
static bool hook_deliver(struct hook_work *w)
{
	struct node_asked asked = {.arena = w->arena,
	                           .run = hook_record_run,
	                           .arguments = &w->result};
	struct outcome outcome;
	enum status status = hook_load(w);

	w->result.delivery = w->delivery.id;
	w->result.said = STR("");
	if (status == ST_FORBIDDEN || status == ST_NOT_FOUND) {
		w->result.refused = true;
		w->result.said = STR("It is not there any more, or not for "
		                     "its owner to see.");
	} else if (status == ST_OK) {
		hook_send(w);
	} else {
		return false;
	}
	/* The program ends: whether it arrived is not known. */
	if (!w->result.status && atomic_load(&w->node->hooks.ends))
		return true;
	return node_run(w->node, &asked, &outcome, NULL) == ST_OK;
}

/* What is due next of the same webhook; 0: nothing. */
static int64_t hook_next(struct node *node, int64_t webhook)
{
	struct sql_db *reader = node_reader_take(node);
	int64_t delivery = 0;
	enum status status =
		webhook_due_of(reader, webhook, node_now(node), &delivery);

	node_reader_return(node, reader);
	return status == ST_OK ? delivery : 0;
}

/* One delivery; true when an answer came or none is needed. */
static bool hook_one(struct node *node, struct arena *arena, int64_t delivery)
{
	struct hook_work *w = arena_alloc(arena, sizeof(*w));
	bool done;

	w->node = node;
	w->arena = arena;
	w->item = arena_alloc(arena, sizeof(*w->item));
	w->delivery.id = delivery;
	done = hook_deliver(w) && (w->result.status || w->result.refused);
	arena_clear(arena);
	return done;
}

/* As long as it goes well, and others get their turn. */
static bool hooks_serve(struct node *node, struct arena *arena, int64_t webhook,
                        int64_t delivery)
{
	bool well = true;

	for (int i = 0; i < HOOKS_RUN && delivery && well; i++) {
		well = hook_one(node, arena, delivery);
		if (atomic_load(&node->hooks.ends))
			break;
		delivery = well ? hook_next(node, webhook) : 0;
	}
	return well;
}

static void *hooks_sender(void *context)
{
	struct node *node = context;
	struct node_hooks *hooks = &node->hooks;
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	size_t place;

	pthread_mutex_lock(&hooks->lock);
	place = hooks->begun++;
	while (!hooks->stop) {
		int64_t webhook = hooks->at_it[place];
		int64_t delivery = hooks->given[place];
		bool well;

		if (!delivery) {
			pthread_cond_wait(&hooks->job, &hooks->lock);
			continue;
		}
		pthread_mutex_unlock(&hooks->lock);
		well = hooks_serve(node, arena, webhook, delivery);
		pthread_mutex_lock(&hooks->lock);
		hooks_tire(hooks, webhook, well);
		hooks->given[place] = hooks->at_it[place] = 0;
		hooks->moved = true;
		pthread_cond_signal(&hooks->work);
	}
	pthread_mutex_unlock(&hooks->lock);
	arena_free(&arena);
	return NULL;
}

/* --------------------------------------------------------- handing out */

static enum status hooks_spread_run(struct desk *desk, const struct turn *turn,
                                    void *arguments,
                                    struct outcome *outcome_out,
                                    struct problem *problem_out)
{
	(void)problem_out;
	return desk_webhook_spread(desk, turn, arguments, outcome_out);
}

/* Whether any webhook has not seen the end of the log. */
static bool hooks_behind(struct node *node, struct arena *arena)
{
	struct sql_db *reader = node_reader_take(node);
	int64_t ids[WEBHOOK_KINDS_MAX];
	struct log_end end = {0};
	struct webhook hook;
	size_t count = 0;
	bool behind = false;
	enum status status =
		webhook_ids(reader, ids, WEBHOOK_KINDS_MAX, &count);

	if (status == ST_OK && count > 0)
		status = log_find_end(reader, &end);
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		status = webhook_get(reader, ids[i], arena, &hook);
		behind = behind || (status == ST_OK && hook.cursor < end.seq);
	}
	node_reader_return(node, reader);
	return behind;
}

/* True when there is more of the log to hand out at once. */
static bool hooks_spread(struct node *node, struct arena *arena)
{
	bool more = false;
	struct node_asked asked = {.arena = arena,
	                           .run = hooks_spread_run,
	                           .arguments = &more,
	                           .patient = true};
	struct outcome outcome;

	if (!hooks_behind(node, arena))
		return false;
	return node_run(node, &asked, &outcome, NULL) == ST_OK && more;
}

/* Gives a delivery to a free thread, unless its webhook is busy or rests. */
static void hooks_give(struct node_hooks *hooks,
                       const struct webhook_delivery *delivery)
{
	size_t place = NODE_HOOK_THREADS;

	for (size_t i = 0; i < hooks->begun; i++) {
		if (hooks->at_it[i] == delivery->webhook)
			return;
		if (!hooks->at_it[i])
			place = i;
	}
	if (place == NODE_HOOK_THREADS ||
	    hooks_rest(hooks, delivery->webhook)->until > node_tick())
		return;
	hooks->at_it[place] = delivery->webhook;
	hooks->given[place] = delivery->id;
	pthread_cond_broadcast(&hooks->job);
}

/* Hands out what is due; gives the time to sleep until the next look. */
static span_ms hooks_look(struct node *node, struct arena *arena)
{
	struct node_hooks *hooks = &node->hooks;
	struct webhook_delivery *due =
		arena_array(arena, HOOKS_SLICE, sizeof(*due));
	struct sql_db *reader = node_reader_take(node);
	instant_ms now = node_now(node), next = 0;
	span_ms wait = HOOKS_SLEEP_MAX;
	size_t count = 0;
	enum status status =
		webhook_due(reader, arena, now, due, HOOKS_SLICE, &count);

	if (status == ST_OK)
		status = webhook_next(reader, &next);
	node_reader_return(node, reader);
	if (status != ST_OK) {
		node_log(node, "webhooks could not be read");
		return wait;
	}
	pthread_mutex_lock(&hooks->lock);
	for (size_t i = 0; i < count; i++)
		hooks_give(hooks, &due[i]);
	pthread_mutex_unlock(&hooks->lock);
	if (next && next - now < wait)
		wait = next - now;
	return wait < HOOKS_PAUSE ? HOOKS_PAUSE : wait;
}

static void hooks_sleep(struct node_hooks *hooks, span_ms wait)
{
	struct timespec until = node_until(wait);

	while (!hooks->stop && !hooks->moved &&
	       pthread_cond_timedwait(&hooks->work, &hooks->lock, &until) ==
	               0) {
	}
}

/* Under load every commit would cause a look: only the end is heard. */
static void hooks_pause(struct node_hooks *hooks)
{
	struct timespec until = node_until(HOOKS_PAUSE);

	while (!hooks->stop &&
	       pthread_cond_timedwait(&hooks->work, &hooks->lock, &until) ==
	               0) {
	}
}

static void *hooks_hander(void *context)
{
	struct node *node = context;
	struct node_hooks *hooks = &node->hooks;
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);

	pthread_mutex_lock(&hooks->lock);
	while (!hooks->stop) {
		span_ms wait;
		bool more;

		hooks->moved = false;
		pthread_mutex_unlock(&hooks->lock);
		more = hooks_spread(node, arena);
		wait = hooks_look(node, arena);
		arena_clear(arena);
		pthread_mutex_lock(&hooks->lock);
		if (!more)
			hooks_sleep(hooks, wait);
		if (!hooks->stop)
			hooks_pause(hooks);
	}
	pthread_mutex_unlock(&hooks->lock);
	arena_free(&arena);
	return NULL;
}

void hooks_nudge(struct node *node)
{
	pthread_mutex_lock(&node->hooks.lock);
	node->hooks.moved = true;
	pthread_cond_signal(&node->hooks.work);
	pthread_mutex_unlock(&node->hooks.lock);
}

void node_hooks_look(struct node *node)
{
	struct node_hooks *hooks = &node->hooks;

	pthread_mutex_lock(&hooks->lock);
	memset(hooks->rests, 0, sizeof(hooks->rests));
	hooks->moved = true;
	pthread_cond_signal(&hooks->work);
	pthread_mutex_unlock(&hooks->lock);
}

void hooks_start(struct node *node)
{
	struct node_hooks *hooks = &node->hooks;

	if (node->config.offline || !node->config.driver.hook_body)
		return;
	hooks->running =
		pthread_create(&hooks->hander, NULL, hooks_hander, node) == 0;
	for (unsigned i = 0; i < NODE_HOOK_THREADS && hooks->running; i++)
		hooks->sender_count +=
			pthread_create(&hooks->senders[hooks->sender_count],
		                       NULL, hooks_sender, node) == 0;
	if (hooks->sender_count == 0)
		node_log(node, "the system gives no thread for webhooks");
}

void hooks_stop(struct node *node)
{
	struct node_hooks *hooks = &node->hooks;

	pthread_mutex_lock(&hooks->lock);
	hooks->stop = true;
	atomic_store(&hooks->ends, true);
	pthread_cond_broadcast(&hooks->work);
	pthread_cond_broadcast(&hooks->job);
	pthread_mutex_unlock(&hooks->lock);
	if (!hooks->running)
		return;
	pthread_join(hooks->hander, NULL);
	for (unsigned i = 0; i < hooks->sender_count; i++)
		pthread_join(hooks->senders[i], NULL);
}
