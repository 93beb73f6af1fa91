#include "desk/settings.h"

#include "base/limits.h"
#include "core/promise.h"
#include "core/time/calendar_text.h"
#include "desk/access.h"
#include "desk/views.h"
#include "mail/address.h"
#include "store/pending.h"
#include "store/record.h"
#include "store/session.h"

#define SETTINGS_UNDO_MAX (120 * SPAN_SECOND)

SQL(settings_open_promises, "SELECT id, ticket FROM promise WHERE state = 1"
                            " AND id > $1 ORDER BY id LIMIT $2");

static enum status settings_name(struct str name, struct problem *problem_out)
{
	if (str_trim(name).length == 0 || name.length > LIMIT_NAME_BYTES)
		return problem_set(problem_out, ST_INVALID, "name",
		                   "A name is needed, of at most %u bytes.",
		                   LIMIT_NAME_BYTES);
	return ST_OK;
}

static enum status settings_address(struct arena *arena, const char *field,
                                    struct str given, struct str *address_out,
                                    struct problem *problem_out)
{
	struct str address = str_lower(arena, address_normalise(arena, given));

	if (!address_valid(address) || address.length > LIMIT_ADDRESS_BYTES)
		return problem_set(problem_out, ST_INVALID, field,
		                   "\"%.*s\" is no mail address.",
		                   STR_ARG(given));
	*address_out = address;
	return ST_OK;
}

/* A calendar that this machine can count on. */
static enum status settings_calendar(const struct desk *desk,
                                     struct arena *arena, struct str text,
                                     struct problem *problem_out)
{
	struct calendar_plan plan;
	const struct calendar *calendar;
	const struct zone *zone;
	instant_ms open;
	enum status status =
		calendar_text_parse(arena, text, &plan, problem_out);

	if (status == ST_OK)
		status = desk->ports.load_zone(arena, plan.zone, &zone,
		                               problem_out);
	if (status == ST_OK)
		status = calendar_build(arena, &plan, zone, &calendar,
		                        problem_out);
	if (status != ST_OK)
		return status;

	struct calendar_version version = CALENDAR_VERSION(calendar);
	struct calendar_history history = {&version, 1};

	if (calendar_next_open(&history, 0, &open) != ST_OK)
		return problem_set(problem_out, ST_INVALID, "week",
		                   "The desk is never open: no clock would "
		                   "ever run out.");
	return ST_OK;
}

static int64_t settings_member(struct decision *d, struct str name,
                               struct str address, int64_t role)
{
	int64_t member = decide(d, EV_MEMBER_ADDED, 0, 0, d->now,
	                        DATA(member_added, .role = role));

	decide_words(d, member, SLOT_NAME, str_trim(name));
	decide_words(d, member, SLOT_ADDRESS, address);
	return member;
}

static void settings_calendar_event(struct decision *d, struct str text)
{
	int64_t event = decide(d, EV_CALENDAR_SAVED, 0, 0, d->now,
	                       DATA(calendar_saved, .from_at = d->now));

	decide_words(d, event, SLOT_DOCUMENT, text);
}

static void settings_agency_event(struct decision *d, struct str name,
                                  struct str zone, span_ms undo_ms)
{
	int64_t event = decide(d, EV_AGENCY_SAVED, 0, 0, d->now,
	                       DATA(agency_saved, .undo_ms = undo_ms));

	decide_words(d, event, SLOT_NAME, str_trim(name));
	decide_words(d, event, SLOT_ZONE, zone);
}

enum status desk_setup(struct desk *desk, const struct turn *turn,
                       const struct setup *setup, struct outcome *outcome_out,
                       struct problem *problem_out)
{
	struct str address = STR(""), desk_address = STR("");
	struct decision d;
	int64_t member, event;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	if (desk->agency->exists)
		return problem_set(problem_out, ST_CONFLICT, "agency",
		                   "It has been set up already.");
	status = settings_name(setup->agency, problem_out);
	if (status == ST_OK)
		status = settings_name(setup->name, problem_out);
	if (status == ST_OK)
		status = settings_address(d.arena, "address", setup->address,
		                          &address, problem_out);
	if (status == ST_OK)
		status = settings_address(d.arena, "desk_address",
		                          setup->desk_address, &desk_address,
		                          problem_out);
	if (status == ST_OK)
		status = settings_calendar(desk, d.arena, setup->calendar,
		                           problem_out);
	if (status != ST_OK)
		return status;
	settings_agency_event(&d, setup->agency, setup->zone,
	                      setup->undo_ms ? setup->undo_ms : AGENCY_UNDO_MS);
	settings_calendar_event(&d, setup->calendar);
	event = decide(&d, EV_ADDRESS_ADDED, 0, 0, d.now,
	               DATA(address_added, .active = 1));
	decide_words(&d, event, SLOT_ADDRESS, desk_address);
	decide_words(&d, event, SLOT_NAME, str_trim(setup->agency));
	member = settings_member(&d, setup->name, address, ROLE_PARTNER);
	desk_views_begin(&d);
	if (setup->password_hash.length > 0)
		status = credential_set(desk->db, member, setup->password_hash);
	if (status == ST_OK)
		status = desk_commit(desk, turn, &d, outcome_out);
	outcome_out->record = member;
	return status;
}

enum status desk_agency_save(struct desk *desk, const struct turn *turn,
                             const struct settings_command *asked,
                             struct outcome *outcome_out,
                             struct problem *problem_out)
{
	struct decision d;
	const struct zone *zone;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = settings_name(asked->name, problem_out);
	if (status == ST_OK)
		status = desk->ports.load_zone(d.arena, asked->zone, &zone,
		                               problem_out);
	if (status == ST_OK &&
	    (asked->undo_ms < 0 || asked->undo_ms > SETTINGS_UNDO_MAX))
		status = problem_set(problem_out, ST_INVALID, "undo_seconds",
		                     "0 to 120 seconds.");
	if (status != ST_OK)
		return status;
	settings_agency_event(&d, asked->name, asked->zone, asked->undo_ms);
	return desk_commit(desk, turn, &d, outcome_out);
}

/* Somebody must be left who can change settings. */
static bool settings_last_partner(const struct agency *agency, int64_t member)
{
	for (size_t i = 0; i < agency->member_count; i++) {
		const struct member *other = &agency->members[i].record;

		if (other->id != member && other->active &&
		    other->role == ROLE_PARTNER)
			return false;
	}
	return true;
}

/* Fills in what was not given from what is; refuses what cannot be. */
static enum status settings_member_merge(const struct desk *desk,
                                         struct arena *arena,
                                         struct settings_command *c,
                                         struct problem *problem_out)
{
	const struct agency_member *was = agency_member(desk->agency, c->id);
	const struct agency_member *same;
	enum status status;

	if (c->id && !was)
		return desk_missing(problem_out, "member");
	if (was) {
		c->name = c->has_name ? c->name : was->name;
		c->address = c->has_address ? c->address : was->address;
		c->role = c->has_role ? c->role : was->record.role;
		c->active = c->has_active ? c->active : was->record.active != 0;
	}
	if (c->role <= ROLE_NONE || c->role >= ROLE_COUNT)
		return problem_set(problem_out, ST_INVALID, "role",
		                   "There is no such role.");
	status = settings_name(c->name, problem_out);
	if (status == ST_OK)
		status = settings_address(arena, "address", c->address,
		                          &c->address, problem_out);
	if (status != ST_OK)
		return status;
	same = agency_member_by_address(desk->agency, c->address);
	if (same && same->record.id != c->id)
		return problem_set(problem_out, ST_CONFLICT, "address",
		                   "Another member has that address.");
	if (was && (c->role != ROLE_PARTNER || !c->active) &&
	    settings_last_partner(desk->agency, c->id))
		return problem_set(problem_out, ST_CONFLICT, "role",
		                   "One partner must stay, or nobody could "
		                   "change settings.");
	return ST_OK;
}

enum status desk_member_save(struct desk *desk, const struct turn *turn,
                             const struct settings_command *asked,
                             struct outcome *outcome_out,
                             struct problem *problem_out)
{
	struct settings_command c = *asked;
	struct decision d;
	int64_t event;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = settings_member_merge(desk, d.arena, &c, problem_out);
	if (status == ST_OK && c.id)
		status = record_load(desk->db, d.state, RECORD_MEMBER, c.id);
	if (status != ST_OK)
		return status;
	if (c.id == 0) {
		c.id = settings_member(&d, c.name, c.address, c.role);
	} else {
		event = decide(&d, EV_MEMBER_CHANGED, 0, c.id, d.now,
		               DATA(member_changed, .member = c.id,
		                    .role = c.role, .active = c.active));
		decide_words(&d, event, SLOT_NAME, str_trim(c.name));
		decide_words(&d, event, SLOT_ADDRESS, c.address);
	}
	if (c.password_hash.length > 0)
		status = credential_set(desk->db, c.id, c.password_hash);
	/* Rights that changed hold at once: whoever is in signs in again. */
	if (status == ST_OK && asked->id &&
	    (c.password_hash.length > 0 || asked->has_role || !c.active))
		status = desk_member_shut(desk, c.id,
		                          !c.active ? ACCESS_END_GONE
		                          : asked->has_role
		                                  ? ACCESS_END_ROLE
		                                  : ACCESS_END_PASSWORD);
	if (status == ST_OK)
		status = desk_commit(desk, turn, &d, outcome_out);
	outcome_out->record = c.id;
	return status;
}

enum status desk_address_save(struct desk *desk, const struct turn *turn,
                              const struct settings_command *asked,
                              struct outcome *outcome_out,
                              struct problem *problem_out)
{
	struct settings_command c = *asked;
	const struct agency_address *was, *same;
	struct decision d;
	int64_t event;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	was = agency_address(desk->agency, c.id);
	if (c.id && !was)
		return desk_missing(problem_out, "address");
	if (was) {
		c.name = c.has_name ? c.name : was->name;
		c.address = c.has_address ? c.address : was->address;
		c.signature = c.has_signature ? c.signature : was->signature;
		c.active = c.has_active ? c.active : was->record.active != 0;
		c.brand = c.has_brand ? c.brand : was->record.brand;
	}
	if (c.brand && !agency_brand(desk->agency, c.brand))
		return problem_set(problem_out, ST_INVALID, "brand",
		                   "There is no such brand.");
	status = settings_address(d.arena, "address", c.address, &c.address,
	                          problem_out);
	if (status == ST_OK && c.id)
		status = record_load(desk->db, d.state, RECORD_ADDRESS, c.id);
	if (status != ST_OK)
		return status;
	same = agency_address_by_text(desk->agency, c.address);
	if (same && same->record.id != c.id)
		return problem_set(problem_out, ST_CONFLICT, "address",
		                   "The desk has that address already.");
	event = c.id ? decide(&d, EV_ADDRESS_CHANGED, 0, c.id, d.now,
	                      DATA(address_changed, .address = c.id,
	                           .active = c.active, .brand = c.brand))
	             : decide(&d, EV_ADDRESS_ADDED, 0, 0, d.now,
	                      DATA(address_added, .active = 1,
	                           .brand = c.brand));
	decide_words(&d, event, SLOT_NAME, str_trim(c.name));
	decide_words(&d, event, SLOT_ADDRESS, c.address);
	decide_words(&d, event, SLOT_SIGNATURE, c.signature);
	/* Its threads may keep other hours now. */
	if (c.id && was && c.brand != was->record.brand)
		status = pending_begin(desk->db, PENDING_RECOMPUTE);
	if (status != ST_OK)
		return status;
	status = desk_commit(desk, turn, &d, outcome_out);
	outcome_out->record = c.id ? c.id : event;
	return status;
}

enum status desk_calendar_save(struct desk *desk, const struct turn *turn,
                               const struct settings_command *asked,
                               struct outcome *outcome_out,
                               struct problem *problem_out)
{
	struct decision d;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = settings_calendar(desk, d.arena, asked->document, problem_out);
	if (status != ST_OK)
		return status;
	settings_calendar_event(&d, asked->document);
	status = pending_begin(desk->db, PENDING_RECOMPUTE);
	if (status != ST_OK)
		return status;
	return desk_commit(desk, turn, &d, outcome_out);
}

enum status desk_playbook_save(struct desk *desk, const struct turn *turn,
                               const struct settings_command *asked,
                               struct outcome *outcome_out,
                               struct problem *problem_out)
{
	struct playbook *playbook;
	struct decision d;
	int64_t event;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = playbook_parse(d.arena, asked->document, &playbook,
	                        problem_out);
	if (status != ST_OK)
		return status;
	event = decide(&d, EV_PLAYBOOK_SAVED, 0, 0, d.now,
	               DATA(playbook_saved, .version = d.next_seq));
	decide_words(&d, event, SLOT_DOCUMENT, asked->document);
	return desk_commit(desk, turn, &d, outcome_out);
}

/* One open promise under the calendar as it is now. */
static enum status settings_recompute(struct desk *desk, struct decision *d,
                                      int64_t id, int64_t ticket_id)
{
	struct ticket *ticket;
	struct promise *promise;
	struct clock clock;
	enum status status =
		desk_load_ticket(desk, d, ticket_id, &ticket, NULL);

	if (status != ST_OK)
		return status;
	promise = state_promise(d->state, id);
	if (!promise || !promise->running)
		return ST_OK;
	clock = promise_clock(promise);
	clock_recompute(&clock,
	                rules_hours(d->rules, ticket->address, promise->hours));
	if (clock.due == promise->due_at && clock.warn == promise->warn_at)
		return ST_OK;
	decide(d, EV_PROMISE_RETARGETED, promise->client, promise->ticket,
	       d->now,
	       DATA(promise_retargeted, .ticket = promise->ticket,
	            .promise = id, .kind = promise->kind, .rule = promise->rule,
	            .hours = promise->hours, .target = promise->target,
	            .warn_before = promise->warn_before, .used = clock.used,
	            .since = clock.since, .due_at = clock.due,
	            .warn_at = clock.warn));
	promise_fire(d, promise);
	return ST_OK;
}

enum status desk_promises_recompute(struct desk *desk, const struct turn *turn,
                                    int64_t after, size_t limit,
                                    int64_t *last_out,
                                    struct outcome *outcome_out)
{
	int64_t(*rows)[2] = arena_array(turn->arena, limit + 1, sizeof(*rows));
	struct sql_query query;
	struct decision d;
	size_t count = 0;
	enum status status;

	*last_out = 0;
	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	sql_begin(&query, desk->db, &settings_open_promises);
	sql_bind_i64(&query, 1, after);
	sql_bind_i64(&query, 2, (int64_t)limit);
	while (count < limit && sql_next(&query)) {
		rows[count][0] = sql_i64(&query, 0);
		rows[count++][1] = sql_i64(&query, 1);
	}
	status = sql_end(&query);
	for (size_t i = 0; i < count && status == ST_OK; i++)
		status = settings_recompute(desk, &d, rows[i][0], rows[i][1]);
	if (status == ST_OK)
		status = desk_commit(desk, turn, &d, outcome_out);
	if (status != ST_OK)
		return status;
	if (count > 0)
		*last_out = rows[count - 1][0];
	return pending_move(desk->db, PENDING_RECOMPUTE, after, *last_out);
}
