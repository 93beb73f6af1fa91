#include "desk/webhook.h"

#include <jansson.h>
#include <string.h>

#include "store/view.h"

/* Events that one look hands out to one webhook. */
#define WEBHOOK_PIECE 200
#define WEBHOOK_MAX   100

/* After so many tries, how long until the next; nearly three days in all. */
static const span_ms webhook_waits[WEBHOOK_TRIES - 1] = {
	5 * SPAN_SECOND,  30 * SPAN_SECOND, 2 * SPAN_MINUTE, 10 * SPAN_MINUTE,
	30 * SPAN_MINUTE, 1 * SPAN_HOUR,    3 * SPAN_HOUR,   6 * SPAN_HOUR,
	12 * SPAN_HOUR,   20 * SPAN_HOUR,   28 * SPAN_HOUR,
};

static void item_kinds(const json_t *names, struct webhook_item *item)
{
	item->every = json_array_size(names) == 0;
	for (size_t i = 0; i < json_array_size(names); i++) {
		const char *name = json_string_value(json_array_get(names, i));

		for (int64_t kind = 1; name && kind < EVENT_KIND_END; kind++) {
			const struct event_type *type = event_type(kind);

			if (type && strcmp(type->name, name) == 0)
				item->kinds[kind] = true;
		}
	}
}

enum status webhook_item_read(struct sql_db *db, struct arena *arena,
                              int64_t id, struct webhook_item *out)
{
	struct view_item found;
	json_t *tree, *active;
	enum status status = view_item(db, arena, id, &found);

	if (status == ST_OK && found.record.sort != ITEM_WEBHOOK)
		return ST_NOT_FOUND;
	if (status != ST_OK)
		return status;
	*out = (struct webhook_item){
		.id = id,
		.owner = found.record.owner,
		.removed = !found.record.active,
	};
	tree = json_loadb(found.document.text, found.document.length, 0, NULL);
	active = json_object_get(tree, "active");
	out->active = !out->removed && !json_is_false(active);
	out->url = str_copy(
		arena, str_of(json_string_value(json_object_get(tree, "url"))));
	item_kinds(json_object_get(tree, "kinds"), out);
	json_decref(tree);
	return ST_OK;
}

enum right webhook_right(const struct event *event)
{
	if (event->kind >= EV_TICKET_OPENED)
		return RIGHT_TICKET_READ;
	if (event->kind >= EV_CLIENT_ADDED)
		return RIGHT_CLIENT_READ;
	return event->kind >= EV_MAIL_ACCEPTED ? RIGHT_QUARANTINE_READ
	                                       : RIGHT_AUDIT_READ;
}

int64_t webhook_ticket(const struct event *event)
{
	if (event->kind == EV_TICKET_OPENED)
		return event->seq;
	return event->kind > EV_TICKET_OPENED ? event->data.field[0] : 0;
}

enum status desk_webhook_arm(struct desk *desk, const struct turn *turn,
                             int64_t id, bool restart,
                             struct outcome *outcome_out)
{
	struct webhook_item item;
	struct webhook hook = {.id = id, .cursor = desk->end.seq};
	bool stopped;
	enum status status =
		webhook_item_read(desk->db, turn->arena, id, &item);

	*outcome_out = (struct outcome){.seq = desk->end.seq, .record = id};
	if (status != ST_OK)
		return status;
	if (item.removed)
		return webhook_remove(desk->db, id);
	status = webhook_get(desk->db, id, turn->arena, &hook);
	stopped = status == ST_OK && hook.state == WEBHOOK_STOPPED && !restart;
	if (status == ST_NOT_FOUND) {
		desk->ports.fill_random(hook.secret, sizeof(hook.secret));
		hook.said = STR("");
		status = ST_OK;
	}
	if (status != ST_OK || stopped)
		return status;
	/* What happened while nobody wanted it is not told afterwards. */
	if (item.active && hook.state != WEBHOOK_LIVE) {
		hook.cursor = desk->end.seq;
		hook.failing_at = 0;
		hook.said = STR("");
	}
	hook.state = item.active ? WEBHOOK_LIVE : WEBHOOK_OFF;
	return webhook_set(desk->db, &hook);
}

/* ------------------------------------------------------- from the log */

struct webhook_spread {
	struct desk *desk;
	const struct webhook_item *item;
	enum role role; /* the owner's */
	instant_ms now;
};

static enum status spread_event(void *context, const struct event *event)
{
	const struct webhook_spread *spread = context;
	struct webhook_delivery delivery = {
		.webhook = spread->item->id,
		.event = event->seq,
		.kind = (int64_t)event->kind,
		.ticket = webhook_ticket(event),
		.state = WEBHOOK_WAITING,
		.at = spread->now,
		.next_at = spread->now,
		.said = STR(""),
	};

	if (!spread->item->every && !spread->item->kinds[event->kind])
		return ST_OK;
	/* What a mailbox that moves in holds is no news to anybody. */
	if (event->known_at < event->recorded_at)
		return ST_OK;
	if (!role_has(spread->role, webhook_right(event)))
		return ST_OK;
	return webhook_delivery_add(spread->desk->db, &delivery);
}

static enum status webhook_stop(struct desk *desk, struct decision *d,
                                struct webhook *hook, struct str said)
{
	int64_t event = decide(
		d, EV_WEBHOOK_STOPPED, 0, hook->id, d->now,
		DATA(webhook_stopped, .item = hook->id, .why = WHY_REFUSED));
	enum status status = webhook_bury(desk->db, hook->id,
	                                  STR("The webhook was stopped."));

	decide_words(d, event, SLOT_REASON, said);
	hook->state = WEBHOOK_STOPPED;
	hook->said = said;
	if (!hook->failing_at)
		hook->failing_at = d->now;
	if (status == ST_OK)
		status = webhook_set(desk->db, hook);
	return status;
}

/* One webhook's piece; true in *more_out when the log goes on. */
static enum status spread_one(struct desk *desk, struct decision *d, int64_t id,
                              bool *more_out)
{
	const struct agency_member *owner;
	struct webhook_item *item = arena_alloc(d->arena, sizeof(*item));
	struct webhook_spread spread = {desk, item, ROLE_NONE, d->now};
	struct webhook hook;
	int64_t until;
	enum status status = webhook_get(desk->db, id, d->arena, &hook);

	if (status == ST_OK)
		status = webhook_item_read(desk->db, d->arena, id, item);
	if (status != ST_OK || hook.cursor >= desk->end.seq)
		return status;
	owner = agency_member(desk->agency, item->owner);
	if (hook.state == WEBHOOK_LIVE && (!owner || !owner->record.active))
		return webhook_stop(desk, d, &hook,
		                    STR("Whose rights it had is not here any "
		                        "more. Make it anew."));
	until = desk->end.seq;
	if (hook.state == WEBHOOK_LIVE && until - hook.cursor > WEBHOOK_PIECE)
		until = hook.cursor + WEBHOOK_PIECE;
	if (hook.state == WEBHOOK_LIVE) {
		spread.role = (enum role)owner->record.role;
		status = log_read(desk->db, hook.cursor, until, spread_event,
		                  &spread);
	}
	hook.cursor = until;
	*more_out = *more_out || until < desk->end.seq;
	if (status == ST_OK)
		status = webhook_set(desk->db, &hook);
	return status;
}

enum status desk_webhook_spread(struct desk *desk, const struct turn *turn,
                                bool *more_out, struct outcome *outcome_out)
{
	int64_t ids[WEBHOOK_MAX];
	struct decision d;
	size_t count = 0;
	enum status status;

	*more_out = false;
	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = webhook_ids(desk->db, ids, WEBHOOK_MAX, &count);
	for (size_t i = 0; i < count && status == ST_OK; i++)
		status = spread_one(desk, &d, ids[i], more_out);
	if (status == ST_OK && d.event_count > 0)
		status = desk_commit(desk, turn, &d, outcome_out);
	return status;
}

/* --------------------------------------------------------- how it went */

static void webhook_went_well(struct webhook *hook,
                              struct webhook_delivery *delivery, instant_ms now)
{
	delivery->state = WEBHOOK_SENT;
	hook->failing_at = 0;
	hook->ok_at = now;
	hook->said = STR("");
}

static void webhook_went_wrong(struct webhook *hook,
                               struct webhook_delivery *delivery,
                               const struct webhook_result *result,
                               instant_ms now)
{
	/* That one cannot be sent; it says nothing about the receiver. */
	if (result->refused) {
		delivery->state = WEBHOOK_DEAD;
		return;
	}
	if (!hook->failing_at)
		hook->failing_at = now;
	hook->said = result->said;
	if (delivery->attempts < 1 || delivery->attempts >= WEBHOOK_TRIES) {
		delivery->state = WEBHOOK_DEAD;
		return;
	}
	delivery->next_at = now + webhook_waits[delivery->attempts - 1];
	if (result->wait > 0 && now + result->wait > delivery->next_at)
		delivery->next_at = now + result->wait;
}

enum status desk_webhook_record(struct desk *desk, const struct turn *turn,
                                const struct webhook_result *result,
                                struct outcome *outcome_out)
{
	struct webhook_delivery delivery;
	struct webhook hook;
	struct decision d;
	bool gone = result->status == 410, well = result->status / 100 == 2;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = webhook_delivery_get(desk->db, result->delivery, d.arena,
	                              &delivery);
	if (status == ST_OK)
		status =
			webhook_get(desk->db, delivery.webhook, d.arena, &hook);
	/* Removed, or buried, meanwhile. */
	if (status == ST_NOT_FOUND ||
	    (status == ST_OK && delivery.state != WEBHOOK_WAITING))
		return ST_OK;
	if (status != ST_OK)
		return status;
	delivery.attempts++;
	delivery.status = result->status;
	delivery.said = result->said;
	if (well)
		webhook_went_well(&hook, &delivery, d.now);
	else
		webhook_went_wrong(&hook, &delivery, result, d.now);
	/* Nothing arrived in all the time that this one was tried. */
	if (delivery.state == WEBHOOK_DEAD && !result->refused &&
	    delivery.event && hook.ok_at < delivery.at)
		gone = true;
	if (gone)
		delivery.state = WEBHOOK_DEAD;
	status = webhook_delivery_set(desk->db, &delivery);
	if (status == ST_OK && delivery.state != WEBHOOK_WAITING)
		status = webhook_release(desk->db, delivery.webhook,
		                         delivery.ticket, d.now);
	if (status == ST_OK && gone)
		status = webhook_stop(desk, &d, &hook,
		                      result->status == 410
		                              ? STR("The receiver wants no "
		                                    "more (410).")
		                              : result->said);
	else if (status == ST_OK)
		status = webhook_set(desk->db, &hook);
	if (status == ST_OK && d.event_count > 0)
		status = desk_commit(desk, turn, &d, outcome_out);
	return status;
}

/* --------------------------------------------------------------- by hand */

enum status desk_webhook_retry(struct desk *desk, const struct turn *turn,
                               int64_t webhook, int64_t delivery,
                               struct outcome *outcome_out,
                               struct problem *problem_out)
{
	struct webhook_delivery found;
	enum status status =
		webhook_delivery_get(desk->db, delivery, turn->arena, &found);

	*outcome_out = (struct outcome){.seq = desk->end.seq};
	if (status == ST_NOT_FOUND ||
	    (status == ST_OK && found.webhook != webhook))
		return desk_missing(problem_out, "delivery");
	if (status != ST_OK)
		return status;
	if (found.state != WEBHOOK_DEAD)
		return problem_set(problem_out, ST_CONFLICT, "",
		                   "Only one that was given up can be tried "
		                   "again.");
	found.state = WEBHOOK_WAITING;
	found.attempts = 0;
	found.at = found.next_at = turn->now;
	return webhook_delivery_set(desk->db, &found);
}

enum status desk_webhook_test(struct desk *desk, const struct turn *turn,
                              int64_t webhook, struct outcome *outcome_out,
                              struct problem *problem_out)
{
	struct webhook_delivery delivery = {
		.webhook = webhook,
		.state = WEBHOOK_WAITING,
		.at = turn->now,
		.next_at = turn->now,
		.said = STR(""),
	};
	struct webhook hook;
	enum status status = webhook_get(desk->db, webhook, turn->arena, &hook);

	*outcome_out = (struct outcome){.seq = desk->end.seq};
	if (status == ST_NOT_FOUND)
		return desk_missing(problem_out, "webhook");
	if (status != ST_OK)
		return status;
	if (hook.state != WEBHOOK_LIVE)
		return problem_set(problem_out, ST_CONFLICT, "",
		                   "Switch it on first.");
	status = webhook_delivery_add(desk->db, &delivery);
	outcome_out->record = delivery.id;
	return status;
}
