/*
 * Brands, and the working hours that they give to addresses. An address may
 * have had several brands and a brand several calendars: what held at each
 * instant counts, as for the agency's own calendar.
 */
#include <stdlib.h>

#include "core/time/calendar_text.h"
#include "desk/agency_private.h"
#include "store/log.h"
#include "store/record.h"

SQL(agency_brand_ids, "SELECT id FROM item WHERE sort = $1"
                      " ORDER BY position, id LIMIT $2");

/* A member of the brand's document; empty when it is none or null. */
static struct str brand_text(struct arena *arena, const json_t *tree,
                             const char *key)
{
	const json_t *value = json_object_get(tree, key);

	if (!json_is_string(value))
		return STR("");
	return str_copy(arena, (struct str){json_string_value(value),
	                                    json_string_length(value)});
}

static enum status brand_tree(struct agency_reader *r, int64_t event,
                              json_t **tree_out)
{
	struct str document = STR("");
	enum status status = agency_word(r, event, SLOT_DOCUMENT, &document);

	if (status == ST_OK)
		*tree_out = json_loadb(document.text, document.length, 0, NULL);
	return status;
}

static enum status brand_read(struct agency_reader *r, int64_t id,
                              struct agency_brand *brand)
{
	struct arena *arena = r->agency->arena;
	json_t *tree = NULL;
	enum status status =
		record_read(r->db, RECORD_ITEM, id, &brand->record.id);

	if (status == ST_OK)
		status = agency_word(r, brand->record.named_by, SLOT_NAME,
		                     &brand->name);
	if (status == ST_OK)
		status = brand_tree(r, brand->record.named_by, &tree);
	if (status != ST_OK)
		return status;
	brand->active = brand->record.active &&
	                !json_is_false(json_object_get(tree, "active"));
	brand->from_name = brand_text(arena, tree, "from_name");
	brand->signature = brand_text(arena, tree, "signature");
	brand->footer = brand_text(arena, tree, "footer");
	brand->colour = brand_text(arena, tree, "colour");
	json_decref(tree);
	return ST_OK;
}

enum status agency_read_brands(struct agency_reader *r)
{
	struct agency *agency = r->agency;
	int64_t ids[AGENCY_BRANDS_MAX];
	struct sql_query query;
	size_t count = 0;
	enum status status;

	sql_begin(&query, r->db, &agency_brand_ids);
	sql_bind_i64(&query, 1, ITEM_BRAND);
	sql_bind_i64(&query, 2, AGENCY_BRANDS_MAX);
	while (count < AGENCY_BRANDS_MAX && sql_next(&query))
		ids[count++] = sql_i64(&query, 0);
	status = sql_end(&query);
	agency->brands =
		arena_array(agency->arena, count + 1, sizeof(*agency->brands));
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		status = brand_read(r, ids[i], &agency->brands[i]);
		agency->brand_count = i + 1;
	}
	return status;
}

/* -- Hours ---------------------------------------------------------------- */

/* From that instant on an address had the brand, or a brand the calendar. */
struct brand_step {
	instant_ms from;
	int64_t brand;                   /* of an address */
	const struct calendar *calendar; /* of a brand; NULL: the agency's */
};

struct brand_steps {
	struct agency_reader *reader;
	struct brand_step *steps;
	size_t count;
	enum status status;
};

static enum status brand_step_add(void *context, const struct event *event)
{
	struct brand_steps *list = context;
	struct brand_step step = {.from = event->occurred_at};
	const struct zone *zone;
	const json_t *hours;
	json_t *tree = NULL;
	char *text;

	if (list->count == AGENCY_VERSIONS_MAX)
		return ST_OK;
	if (event->kind == EV_ADDRESS_ADDED) {
		step.brand = event->data.address_added.brand;
	} else if (event->kind == EV_ADDRESS_CHANGED) {
		step.brand = event->data.address_changed.brand;
	} else if (event->kind == EV_ITEM_SAVED) {
		list->status = brand_tree(list->reader, event->seq, &tree);
		hours = json_object_get(tree, "calendar");
		text = json_is_object(hours) && event->data.item_saved.active &&
		                       !json_is_false(
					       json_object_get(tree, "active"))
		               ? json_dumps(hours, JSON_COMPACT)
		               : NULL;
		if (text && list->status == ST_OK)
			list->status = agency_build_calendar(
				list->reader,
				str_copy(list->reader->agency->arena,
			                 str_of(text)),
				&step.calendar, &zone);
		free(text);
		json_decref(tree);
	} else {
		return ST_OK;
	}
	list->steps[list->count++] = step;
	return list->status;
}

static enum status brand_steps_of(struct agency_reader *r, int64_t subject,
                                  struct brand_steps *list)
{
	*list = (struct brand_steps){
		.reader = r,
		.steps = arena_array(r->agency->arena, AGENCY_VERSIONS_MAX,
	                             sizeof(struct brand_step)),
	};
	return log_read_subject(r->db, subject, brand_step_add, list);
}

static const struct brand_step *brand_step_at(const struct brand_steps *list,
                                              instant_ms at)
{
	const struct brand_step *found = NULL;

	for (size_t i = 0; i < list->count && list->steps[i].from <= at; i++)
		found = &list->steps[i];
	return found;
}

static const struct calendar *brand_agency_calendar(const struct agency *agency,
                                                    instant_ms at)
{
	const struct calendar_history *own = &agency->rules.business;
	const struct calendar *found =
		own->count > 0 ? own->versions[0].calendar : NULL;

	for (size_t i = 0; i < own->count && own->versions[i].valid_from <= at;
	     i++)
		found = own->versions[i].calendar;
	return found;
}

struct brand_hours {
	const struct agency *agency;
	const struct brand_steps *address;
	const struct brand_steps *brands; /* one a brand of the agency */
	struct calendar_version *versions;
	size_t count;
};

/* What an address goes by at an instant. */
static const struct calendar *brand_calendar_at(const struct brand_hours *h,
                                                instant_ms at)
{
	const struct brand_step *has = brand_step_at(h->address, at);

	for (size_t i = 0; has && i < h->agency->brand_count; i++) {
		const struct brand_step *step;

		if (h->agency->brands[i].record.id != has->brand)
			continue;
		step = brand_step_at(&h->brands[i], at);
		if (step && step->calendar)
			return step->calendar;
	}
	return brand_agency_calendar(h->agency, at);
}

static int brand_instant_order(const void *a, const void *b)
{
	const instant_ms *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

/* Every instant at which it may have changed, in order. */
static size_t brand_instants(const struct brand_hours *h, instant_ms *out,
                             size_t room)
{
	const struct calendar_history *own = &h->agency->rules.business;
	size_t count = 0;

	for (size_t i = 0; i < own->count && count < room; i++)
		out[count++] = own->versions[i].valid_from;
	for (size_t i = 0; i < h->address->count && count < room; i++)
		out[count++] = h->address->steps[i].from;
	for (size_t b = 0; b < h->agency->brand_count; b++) {
		for (size_t i = 0; i < h->brands[b].count && count < room; i++)
			out[count++] = h->brands[b].steps[i].from;
	}
	qsort(out, count, sizeof(*out), brand_instant_order);
	return count;
}

static void brand_history(struct brand_hours *h)
{
	size_t room = 4 * (size_t)AGENCY_VERSIONS_MAX;
	instant_ms *at = arena_array(h->agency->arena, room, sizeof(*at));
	size_t count = brand_instants(h, at, room);

	h->versions =
		arena_array(h->agency->arena, count + 1, sizeof(*h->versions));
	for (size_t i = 0; i < count; i++) {
		const struct calendar *calendar = brand_calendar_at(h, at[i]);

		if (!calendar ||
		    (h->count > 0 &&
		     h->versions[h->count - 1].calendar == calendar))
			continue;
		h->versions[h->count].valid_from = at[i];
		h->versions[h->count++].calendar = calendar;
	}
}

/* Whether the address ever had another brand than none. */
static bool brand_was_worn(const struct brand_steps *address)
{
	bool worn = false;

	for (size_t i = 0; i < address->count; i++)
		worn = worn || address->steps[i].brand != 0;
	return worn;
}

enum status agency_read_hours(struct agency_reader *r)
{
	struct agency *agency = r->agency;
	struct brand_steps *brands = arena_array(
		agency->arena, agency->brand_count + 1, sizeof(*brands));
	struct rules_desk *desks = arena_array(
		agency->arena, agency->address_count + 1, sizeof(*desks));
	size_t count = 0;
	enum status status = ST_OK;

	if (agency->brand_count == 0)
		return ST_OK;
	for (size_t i = 0; i < agency->brand_count && status == ST_OK; i++)
		status = brand_steps_of(r, agency->brands[i].record.id,
		                        &brands[i]);
	for (size_t i = 0; i < agency->address_count && status == ST_OK; i++) {
		struct brand_steps steps;
		struct brand_hours hours = {
			.agency = agency, .address = &steps, .brands = brands};

		status = brand_steps_of(r, agency->addresses[i].record.id,
		                        &steps);
		if (status != ST_OK || !brand_was_worn(&steps))
			continue;
		brand_history(&hours);
		desks[count].address = agency->addresses[i].record.id;
		desks[count++].hours =
			(struct calendar_history){hours.versions, hours.count};
	}
	agency->rules.desks = desks;
	agency->rules.desk_count = count;
	return status;
}

/* -- Asking --------------------------------------------------------------- */

const struct agency_brand *agency_brand(const struct agency *agency, int64_t id)
{
	for (size_t i = 0; i < agency->brand_count; i++) {
		if (agency->brands[i].record.id == id &&
		    agency->brands[i].record.active)
			return &agency->brands[i];
	}
	return NULL;
}

const struct agency_brand *agency_brand_of(const struct agency *agency,
                                           int64_t address)
{
	const struct agency_address *found = agency_address(agency, address);
	const struct agency_brand *brand =
		found ? agency_brand(agency, found->record.brand) : NULL;

	return brand && brand->active ? brand : NULL;
}

struct str agency_from_name(const struct agency *agency,
                            const struct agency_address *address)
{
	const struct agency_brand *brand =
		agency_brand_of(agency, address->record.id);

	if (brand && brand->from_name.length > 0)
		return brand->from_name;
	if (brand && brand->name.length > 0)
		return brand->name;
	return address->name.length > 0 ? address->name : agency->name;
}

struct str agency_signature(const struct agency *agency,
                            const struct agency_address *address)
{
	const struct agency_brand *brand =
		agency_brand_of(agency, address->record.id);

	return brand && brand->signature.length > 0 ? brand->signature
	                                            : address->signature;
}
