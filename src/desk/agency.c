#include "desk/agency_private.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/asset.h"
#include "base/limits.h"
#include "core/content.h"
#include "core/event.h"
#include "core/time/calendar_text.h"
#include "store/log.h"
#include "store/lookup.h"
#include "store/record.h"

#define AGENCY_ARENA_BYTES ((size_t)256 << 20)

struct agency_playbook {
	atomic_int users;
	int64_t version;
	struct arena *arena;
	struct playbook *playbook;
	struct str text;
};

static enum status agency_read_name(struct agency_reader *r)
{
	struct agency *agency = r->agency;
	int64_t seq = 0;
	enum status status = lookup_newest(r->db, EV_AGENCY_SAVED, &seq);

	agency->exists = seq != 0;
	agency->undo_ms = AGENCY_UNDO_MS;
	agency->zone = zone_utc();
	agency->zone_name = STR("UTC");
	if (status != ST_OK || seq == 0)
		return status;
	status = agency_word(r, seq, SLOT_NAME, &agency->name);
	if (status == ST_OK)
		status = agency_word(r, seq, SLOT_ZONE, &agency->zone_name);
	return status;
}

static enum status agency_read_undo(struct agency_reader *r)
{
	struct event event;
	int64_t seq = 0;
	size_t count = 0;
	enum status status = lookup_newest(r->db, EV_AGENCY_SAVED, &seq);

	if (status == ST_OK && seq != 0)
		status = log_read_one(r->db, seq, &event, &count);
	if (status == ST_OK && count == 1)
		r->agency->undo_ms = event.data.agency_saved.undo_ms;
	return status;
}

static enum status agency_read_members(struct agency_reader *r)
{
	struct agency *agency = r->agency;
	int64_t ids[AGENCY_MEMBERS_MAX];
	size_t count = 0;
	enum status status =
		lookup_members(r->db, ids, AGENCY_MEMBERS_MAX, &count);

	agency->members =
		arena_array(agency->arena, count + 1, sizeof(*agency->members));
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		struct agency_member *member = &agency->members[i];

		status = record_read(r->db, RECORD_MEMBER, ids[i],
		                     &member->record.id);
		if (status == ST_OK)
			status = agency_word(r, member->record.named_by,
			                     SLOT_NAME, &member->name);
		if (status == ST_OK)
			status = agency_word(r, member->record.named_by,
			                     SLOT_ADDRESS, &member->address);
		agency->member_count = i + 1;
	}
	return status;
}

static enum status agency_read_addresses(struct agency_reader *r)
{
	struct agency *agency = r->agency;
	int64_t ids[AGENCY_ADDRESSES_MAX];
	size_t count = 0;
	enum status status =
		lookup_addresses(r->db, ids, AGENCY_ADDRESSES_MAX, &count);

	agency->addresses = arena_array(agency->arena, count + 1,
	                                sizeof(*agency->addresses));
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		struct agency_address *address = &agency->addresses[i];

		status = record_read(r->db, RECORD_ADDRESS, ids[i],
		                     &address->record.id);
		if (status == ST_OK)
			status = agency_word(r, address->record.named_by,
			                     SLOT_NAME, &address->name);
		if (status == ST_OK)
			status = agency_word(r, address->record.named_by,
			                     SLOT_ADDRESS, &address->address);
		if (status == ST_OK)
			status = agency_word(r, address->record.named_by,
			                     SLOT_SIGNATURE,
			                     &address->signature);
		agency->address_count = i + 1;
	}
	return status;
}

enum status agency_build_calendar(struct agency_reader *r, struct str text,
                                  const struct calendar **zoned_out,
                                  const struct zone **zone_out)
{
	struct arena *arena = r->agency->arena;
	struct calendar_plan plan;
	const struct zone *zone;
	enum status status =
		calendar_text_parse(arena, text, &plan, r->problem);

	if (status == ST_OK)
		status = r->load_zone(arena, plan.zone, &zone, r->problem);
	if (status != ST_OK) {
		/* A zone that this machine lacks must not stop the desk. */
		zone = zone_utc();
		status = calendar_text_parse(arena, text, &plan, r->problem);
	}
	if (status == ST_OK)
		status = calendar_build(arena, &plan, zone, zoned_out,
		                        r->problem);
	if (status == ST_OK)
		*zone_out = zone;
	return status;
}

static enum status agency_read_calendars(struct agency_reader *r)
{
	struct agency *agency = r->agency;
	struct calendar_version *versions;
	int64_t seqs[AGENCY_VERSIONS_MAX];
	size_t count = 0;
	enum status status = lookup_versions(r->db, EV_CALENDAR_SAVED, seqs,
	                                     AGENCY_VERSIONS_MAX, &count);

	versions = arena_array(agency->arena, count + 1, sizeof(*versions));
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		struct event event;
		size_t found = 0;

		status = log_read_one(r->db, seqs[i], &event, &found);
		if (status != ST_OK || found == 0)
			break;
		status = agency_word(r, seqs[i], SLOT_DOCUMENT,
		                     &agency->calendar_text);
		versions[i].valid_from = event.data.calendar_saved.from_at;
		if (status == ST_OK)
			status = agency_build_calendar(r, agency->calendar_text,
			                               &versions[i].calendar,
			                               &agency->zone);
		agency->calendar_version = seqs[i];
	}
	agency->rules.business = (struct calendar_history){versions, count};
	return status;
}

/* The playbook that ships: what holds until one is saved. */
static struct str agency_default_playbook(void)
{
	for (size_t i = 0; i < assets_playbook_count; i++) {
		if (strcmp(assets_playbook[i].path, "default.yaml") == 0)
			return (struct str){
				(const char *)assets_playbook[i].bytes,
				assets_playbook[i].length};
	}
	return STR("");
}

static struct agency_playbook *
agency_former_playbook(const struct agency_reader *r, int64_t version)
{
	const struct agency *former = r->former;

	for (size_t i = 0; former && i < former->rules.playbook_count; i++) {
		if (former->playbooks[i]->version == version)
			return former->playbooks[i];
	}
	return NULL;
}

/* Parsing one takes long enough that nobody should do it twice. */
static enum status agency_read_playbook(struct agency_reader *r,
                                        int64_t version, size_t number)
{
	struct agency_playbook *shared = agency_former_playbook(r, version);
	struct arena *arena;
	enum status status = ST_OK;

	if (shared) {
		atomic_fetch_add(&shared->users, 1);
	} else {
		arena = arena_new(AGENCY_ARENA_BYTES);
		shared = arena_alloc(arena, sizeof(*shared));
		shared->arena = arena;
		shared->version = version;
		atomic_init(&shared->users, 1);
		if (version)
			status = content_read(r->db, arena, version,
			                      SLOT_DOCUMENT, &shared->text);
		else
			shared->text = agency_default_playbook();
		if (status == ST_OK)
			status = playbook_parse(arena, shared->text,
			                        &shared->playbook, r->problem);
		if (status != ST_OK) {
			arena_free(&arena);
			return status;
		}
	}
	r->agency->playbooks[number] = shared;
	r->agency->playbook_text = shared->text;
	r->agency->rules.playbook_count = number + 1;
	return ST_OK;
}

static enum status agency_read_playbooks(struct agency_reader *r)
{
	struct agency *agency = r->agency;
	struct playbook_version *versions;
	int64_t seqs[AGENCY_VERSIONS_MAX];
	size_t count = 0;
	enum status status = lookup_versions(r->db, EV_PLAYBOOK_SAVED, seqs,
	                                     AGENCY_VERSIONS_MAX, &count);

	if (status != ST_OK)
		return status;
	versions = arena_array(agency->arena, count + 1, sizeof(*versions));
	agency->playbooks = arena_array(agency->arena, count + 1,
	                                sizeof(struct agency_playbook *));
	/* Version 0 is the one that ships: it holds until one is saved. */
	status = agency_read_playbook(r, 0, 0);
	for (size_t i = 0; i < count && status == ST_OK; i++)
		status = agency_read_playbook(r, seqs[i], i + 1);
	for (size_t i = 0; i < agency->rules.playbook_count; i++)
		versions[i] = (struct playbook_version){
			agency->playbooks[i]->version,
			agency->playbooks[i]->playbook};
	agency->rules.playbooks = versions;
	return status;
}

enum status agency_load(struct sql_db *db, agency_zone load_zone,
                        const struct agency *former, struct agency **agency_out,
                        struct problem *problem_out)
{
	static enum status (*const steps[])(struct agency_reader *) = {
		agency_read_name,      agency_read_undo,
		agency_read_members,   agency_read_addresses,
		agency_read_calendars, agency_read_playbooks,
		agency_read_brands,    agency_read_hours,
	};
	struct arena *arena = arena_new(AGENCY_ARENA_BYTES);
	struct agency_reader reader = {.db = db,
	                               .former = former,
	                               .load_zone = load_zone,
	                               .problem = problem_out};
	struct agency *agency;
	enum status status = ST_OK;

	reader.agency = arena_alloc(arena, sizeof(*reader.agency));
	reader.agency->arena = arena;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (status == ST_OK)
			status = steps[i](&reader);
	}
	if (status != ST_OK) {
		agency = reader.agency;
		agency_release(&agency);
		return status;
	}
	reader.agency->rules.undo_ms = reader.agency->undo_ms;
	*agency_out = reader.agency;
	return ST_OK;
}

enum status agency_reload(struct sql_db *db, agency_zone load_zone,
                          struct agency **agency)
{
	struct agency *fresh;
	enum status status = agency_load(db, load_zone, *agency, &fresh, NULL);

	if (status != ST_OK)
		return status;
	agency_release(agency);
	*agency = fresh;
	return ST_OK;
}

void agency_release(struct agency **agency)
{
	struct arena *arena;

	if (!*agency)
		return;
	for (size_t i = 0; i < (*agency)->rules.playbook_count; i++) {
		struct agency_playbook *shared = (*agency)->playbooks[i];

		arena = shared->arena;
		if (atomic_fetch_sub(&shared->users, 1) == 1)
			arena_free(&arena);
	}
	arena = (*agency)->arena;
	arena_free(&arena);
	*agency = NULL;
}

const struct agency_member *agency_member(const struct agency *agency,
                                          int64_t id)
{
	for (size_t i = 0; i < agency->member_count; i++) {
		if (agency->members[i].record.id == id)
			return &agency->members[i];
	}
	return NULL;
}

const struct agency_member *
agency_member_by_address(const struct agency *agency, struct str address)
{
	for (size_t i = 0; i < agency->member_count; i++) {
		if (str_equal_nocase(agency->members[i].address, address))
			return &agency->members[i];
	}
	return NULL;
}

const struct agency_address *agency_address(const struct agency *agency,
                                            int64_t id)
{
	for (size_t i = 0; i < agency->address_count; i++) {
		if (agency->addresses[i].record.id == id)
			return &agency->addresses[i];
	}
	return NULL;
}

/* "desk+anything@example.com" is "desk@example.com" for us. */
static bool agency_same_address(struct str ours, struct str given)
{
	size_t our_at = str_find_char(ours, '@', 0);
	size_t at = str_find_char(given, '@', 0);
	size_t plus = str_find_char(given, '+', 0);

	if (our_at == ours.length || at == given.length)
		return false;
	if (plus < at && plus == our_at)
		return str_starts_nocase(given, str_sub(ours, 0, our_at)) &&
		       str_equal_nocase(str_sub(ours, our_at, ours.length),
		                        str_sub(given, at, given.length));
	return str_equal_nocase(ours, given);
}

const struct agency_address *agency_address_by_text(const struct agency *agency,
                                                    struct str address)
{
	for (size_t i = 0; i < agency->address_count; i++) {
		if (agency->addresses[i].record.active &&
		    agency_same_address(agency->addresses[i].address, address))
			return &agency->addresses[i];
	}
	return NULL;
}
