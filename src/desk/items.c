#include "desk/items.h"

#include "base/limits.h"
#include "store/pending.h"
#include "store/record.h"

SQL(items_count, "SELECT COUNT(*) FROM item WHERE sort = $1 AND active = 1");

static enum status items_room(struct desk *desk, enum item_sort sort,
                              struct problem *problem_out)
{
	struct sql_query query;
	int64_t count = 0;
	enum status status;

	sql_begin(&query, desk->db, &items_count);
	sql_bind_i64(&query, 1, sort);
	if (sql_next(&query))
		count = sql_i64(&query, 0);
	status = sql_end(&query);
	if (status == ST_OK && count >= ITEMS_MAX)
		return problem_set(problem_out, ST_LIMIT, "name",
		                   "There are %d of them already.", ITEMS_MAX);
	return status;
}

static enum status items_check(struct desk *desk, struct decision *d,
                               const struct item_command *asked,
                               struct problem *problem_out)
{
	const struct item *was;
	enum status status;

	if (asked->name.length > LIMIT_NAME_BYTES ||
	    asked->document.length > ITEM_DOCUMENT_BYTES)
		return problem_set(problem_out, ST_LIMIT, "name",
		                   "That is too long to keep.");
	if (asked->id == 0)
		return items_room(desk, asked->sort, problem_out);
	status = record_load(desk->db, d->state, RECORD_ITEM, asked->id);
	if (status == ST_NOT_FOUND)
		return desk_missing(problem_out, "id");
	if (status != ST_OK)
		return status;
	was = state_get(d->state, RECORD_ITEM, asked->id);
	if (!was || was->sort != (int64_t)asked->sort || !was->active)
		return desk_missing(problem_out, "id");
	return ST_OK;
}

enum status desk_item_save(struct desk *desk, const struct turn *turn,
                           const struct item_command *asked,
                           struct outcome *outcome_out,
                           struct problem *problem_out)
{
	struct decision d;
	int64_t event;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = items_check(desk, &d, asked, problem_out);
	if (status != ST_OK)
		return status;
	event = decide(&d, EV_ITEM_SAVED, 0, asked->id, d.now,
	               DATA(item_saved, .item = asked->id, .sort = asked->sort,
	                    .owner = asked->owner, .shared = asked->shared,
	                    .position = asked->position,
	                    .active = asked->active));
	decide_words(&d, event, SLOT_NAME, str_trim(asked->name));
	decide_words(&d, event, SLOT_DOCUMENT, asked->document);
	status = desk_commit(desk, turn, &d, outcome_out);
	/* A brand may keep hours of its own: what is owed falls due anew. */
	if (status == ST_OK && asked->sort == ITEM_BRAND)
		status = pending_begin(desk->db, PENDING_RECOMPUTE);
	outcome_out->record = asked->id ? asked->id : event;
	return status;
}
