#include "desk/find.h"

#include <stdio.h>

#include "core/text/request_type.h"
#include "store/lookup.h"
#include "store/record.h"
#include "store/view.h"

#define BIT(number) ((int64_t)1 << (number))
#define RANKS_OPEN                                                             \
	(BIT(RANK_FLAGGED) | BIT(RANK_OWED) | BIT(RANK_OPEN) |                 \
	 BIT(RANK_WAITING))
#define STATES_WAIT                                                            \
	(BIT(TICKET_WAITING_CLIENT) | BIT(TICKET_WAITING_PRODUCTION))
#define RANKS_RUNNING (BIT(RANK_FLAGGED) | BIT(RANK_OWED))

struct finder {
	struct sql_db *db;
	struct arena *arena;
	const struct find_asked *asked;
	struct find *find;
	const struct query_term *term;
	struct query_error *error;
	int64_t types, states; /* wanted of each; 0: none was asked for */
};

static enum status finder_refuse(struct finder *f, const char *what,
                                 const char *nearest)
{
	struct query_error *error = f->error;
	int length = (int)str_utf8_prefix(f->term->text, 60).length;

	*error = (struct query_error){.start = f->term->start,
	                              .end = f->term->end};
	snprintf(error->text, sizeof(error->text),
	         "There is no %s \"%.*s\"%s%s%s", what, length,
	         f->term->text.text, nearest ? ". Did you mean \"" : ".",
	         nearest ? nearest : "", nearest ? "\"?" : "");
	if (nearest)
		snprintf(error->suggest, sizeof(error->suggest), "%s%s:\"%s\"",
		         f->term->not ? "-" : "",
		         f->term->field == QUERY_OWNER ? "owner" : "brand",
		         nearest);
	return ST_INVALID;
}

/* An id that is there already, or for which there is no room, is left out. */
static void finder_add(struct find_ids *ids, int64_t id)
{
	for (size_t i = 0; i < ids->count; i++) {
		if (ids->list[i] == id)
			return;
	}
	if (ids->count < FIND_IDS_MAX)
		ids->list[ids->count++] = id;
}

/* "han" is Hannah Marlow, and so is "marl"; without case. */
static bool finder_called(struct arena *arena, struct str name,
                          struct str typed)
{
	struct str lower = str_lower(arena, name);
	struct str wanted = str_lower(arena, str_trim(typed));
	size_t at = 0;

	if (wanted.length == 0)
		return false;
	while ((at = str_find(lower, wanted, at)) < lower.length) {
		if (at == 0 || lower.text[at - 1] == ' ' ||
		    lower.text[at - 1] == '-')
			return true;
		at++;
	}
	return false;
}

/* ---- who */

static enum status finder_owner(struct finder *f)
{
	const struct agency *agency = f->asked->agency;
	struct find_ids *ids =
		f->term->not ? &f->find->not_owners : &f->find->owners;
	const char **names =
		arena_array(f->arena, agency->member_count + 1, sizeof(*names));
	size_t before = ids->count;
	int64_t id;

	ids->asked = true;
	if (str_equal_nocase(f->term->text, STR("me"))) {
		finder_add(ids, f->asked->member);
		return ST_OK;
	}
	if (str_equal_nocase(f->term->text, STR("none")) ||
	    str_equal_nocase(f->term->text, STR("nobody"))) {
		finder_add(ids, 0);
		return ST_OK;
	}
	for (size_t i = 0; i < agency->member_count; i++) {
		const struct agency_member *member = &agency->members[i];

		names[i] = str_cstr(f->arena, member->name);
		if (finder_called(f->arena, member->name, f->term->text) ||
		    str_equal_nocase(member->address, f->term->text) ||
		    (str_to_i64(f->term->text, &id) && id == member->record.id))
			finder_add(ids, member->record.id);
	}
	if (ids->count > before || before > 0)
		return ST_OK;
	return finder_refuse(
		f, "member",
		query_nearest(names, agency->member_count, f->term->text));
}

SQL(finder_merged,
    "SELECT id FROM client WHERE merged_into = $1 AND merged_into > 0"
    " UNION SELECT a.id FROM client a JOIN client b"
    " ON a.merged_into = b.id AND a.merged_into > 0"
    " WHERE b.merged_into = $1 AND b.merged_into > 0");

/* A client with those that were merged into it. */
static enum status finder_add_client(struct finder *f, struct find_ids *ids,
                                     int64_t client)
{
	struct sql_query query;

	finder_add(ids, client);
	sql_begin(&query, f->db, &finder_merged);
	sql_bind_i64(&query, 1, client);
	while (sql_next(&query))
		finder_add(ids, sql_i64(&query, 0));
	return sql_end(&query);
}

static enum status finder_client(struct finder *f)
{
	struct find_ids *ids =
		f->term->not ? &f->find->not_clients : &f->find->clients;
	struct view_client *clients = NULL;
	int64_t id = 0;
	size_t count = 0;
	enum status status;

	ids->asked = true;
	if (str_to_i64(f->term->text, &id))
		return finder_add_client(f, ids, id);
	status = view_clients(f->db, f->arena, f->term->text, 0, FIND_IDS_MAX,
	                      &clients, &count);
	for (size_t i = 0; i < count && status == ST_OK; i++)
		status = finder_add_client(f, ids, clients[i].record.id);
	if (status == ST_OK)
		status = lookup_domain(f->db,
		                       str_lower(f->arena, f->term->text), &id);
	if (status == ST_OK && id)
		status = finder_add_client(f, ids, id);
	return status;
}

static enum status finder_brand(struct finder *f)
{
	const struct agency *agency = f->asked->agency;
	struct find_ids *ids =
		f->term->not ? &f->find->not_addresses : &f->find->addresses;
	struct view_item *brands = NULL;
	const char **names;
	size_t count = 0;
	bool called = false;
	enum status status =
		view_items(f->db, f->arena, ITEM_BRAND, &brands, &count);

	if (status != ST_OK)
		return status;
	names = arena_array(f->arena, count + 1, sizeof(*names));
	ids->asked = true;
	for (size_t i = 0; i < count; i++) {
		names[i] = str_cstr(f->arena, brands[i].name);
		if (!finder_called(f->arena, brands[i].name, f->term->text))
			continue;
		called = true;
		for (size_t j = 0; j < agency->address_count; j++) {
			const struct address *address =
				&agency->addresses[j].record;

			if (address->brand == brands[i].record.id)
				finder_add(ids, address->id);
		}
	}
	if (called)
		return ST_OK;
	return finder_refuse(f, "brand",
	                     query_nearest(names, count, f->term->text));
}

/* ---- what */

static void finder_bit(struct finder *f, int64_t bit)
{
	/* Both wanted and not: nothing is. */
	if ((f->find->bits & bit) != 0 && bit != FIND_MERGED &&
	    ((f->find->want & bit) != 0) == f->term->not )
		f->find->ranks = 0;
	f->find->bits |= bit;
	if (f->term->not )
		f->find->want &= ~bit;
	else
		f->find->want |= bit;
}

static void finder_ranks(struct finder *f, int64_t ranks)
{
	f->find->ranks &= f->term->not ? ~ranks : ranks;
}

/* Runs and is due before the instant; or not. */
static void finder_due(struct finder *f, instant_ms at)
{
	struct find *find = f->find;

	if (f->term->not )
		find->due_from = find->due_from > at ? find->due_from : at;
	else
		find->due_to =
			find->due_to && find->due_to < at ? find->due_to : at;
}

static void finder_owner_id(struct finder *f, int64_t member)
{
	struct find_ids *ids =
		f->term->not ? &f->find->not_owners : &f->find->owners;

	ids->asked = true;
	finder_add(ids, member);
}

static void finder_is(struct finder *f)
{
	switch ((enum query_is)f->term->value) {
	case IS_OPEN:
		finder_ranks(f, RANKS_OPEN);
		break;
	case IS_CLOSED:
		finder_ranks(f, BIT(RANK_CLOSED));
		break;
	case IS_WAITING:
		f->find->states &= f->term->not ? ~STATES_WAIT : STATES_WAIT;
		break;
	case IS_FLAGGED:
		finder_ranks(f, BIT(RANK_FLAGGED));
		break;
	case IS_LATE:
		finder_due(f, f->asked->now);
		break;
	case IS_UNASSIGNED:
		finder_bit(f, FIND_UNASSIGNED);
		break;
	case IS_SNOOZED:
		finder_ranks(f, BIT(RANK_SNOOZED));
		break;
	case IS_FOLLOWING:
		finder_bit(f, FIND_FOLLOWING);
		break;
	case IS_MENTIONED:
		finder_bit(f, FIND_MENTIONED);
		break;
	case IS_UNDELIVERED:
		finder_bit(f, FIND_UNDELIVERED);
		break;
	case IS_MERGED:
		finder_bit(f, FIND_MERGED);
		break;
	case IS_MINE:
		finder_owner_id(f, f->asked->member);
		break;
	case IS_COUNT:
		break;
	}
}

static void finder_has(struct finder *f)
{
	static const int64_t bits[HAS_COUNT] = {
		[HAS_ATTACHMENT] = FIND_ATTACHMENT,
		[HAS_NOTE] = FIND_NOTE,
		[HAS_CALL] = FIND_CALL,
		[HAS_DRAFT] = FIND_DRAFT,
	};

	finder_bit(f, bits[f->term->value]);
}

/* Types of one name: "other" is also what is not decided yet. */
static int64_t finder_types(int64_t value)
{
	int64_t types = 0;

	if (value == QUERY_NO_REQUEST) {
		for (int i = REQUEST_VENDOR; i < REQUEST_TYPE_COUNT; i++)
			types |= BIT(i);
		return types;
	}
	if (value == REQUEST_OTHER)
		types |= BIT(REQUEST_TYPE_NONE);
	return types | BIT(value);
}

/* Of wanted ones any may be; each unwanted one may not. */
static void finder_mask(const struct finder *f, int64_t *mask, int64_t *wanted,
                        int64_t values)
{
	if (f->term->not )
		*mask &= ~values;
	else
		*wanted |= values;
}

static void finder_when(struct finder *f)
{
	struct find *find = f->find;
	instant_ms at = f->term->value;
	bool before = (f->term->field == QUERY_BEFORE) != f->term->not ;

	if (before && (find->last_to == 0 || at < find->last_to))
		find->last_to = at > 0 ? at : 1;
	else if (!before && at > find->last_from)
		find->last_from = at;
}

static enum status finder_term(struct finder *f)
{
	switch (f->term->field) {
	case QUERY_WORD:
	case QUERY_PHRASE:
	case QUERY_FROM:
	case QUERY_TO:
	case QUERY_SUBJECT:
		return find_add_text(f->db, f->arena, f->find, f->term);
	case QUERY_CLIENT:
		return finder_client(f);
	case QUERY_OWNER:
		return finder_owner(f);
	case QUERY_BRAND:
		return finder_brand(f);
	case QUERY_TYPE:
		finder_mask(f, &f->find->types, &f->types,
		            finder_types(f->term->value));
		break;
	case QUERY_STATE:
		finder_mask(f, &f->find->states, &f->states,
		            BIT(f->term->value));
		break;
	case QUERY_IS:
		finder_is(f);
		break;
	case QUERY_HAS:
		finder_has(f);
		break;
	case QUERY_BEFORE:
	case QUERY_AFTER:
		finder_when(f);
		break;
	case QUERY_DUE:
		finder_due(f, f->term->value ? f->term->value : f->asked->now);
		break;
	case QUERY_FIELD_COUNT:
		break;
	}
	return ST_OK;
}

enum status desk_find(struct sql_db *db, struct arena *arena,
                      const struct find_asked *asked, struct find *find_out,
                      struct query *query_out, struct query_error *error_out)
{
	struct query *query = arena_alloc(arena, sizeof(*query));
	struct finder f = {
		.db = db,
		.arena = arena,
		.asked = asked,
		.find = find_out,
		.error = error_out,
	};
	enum status status = query_parse(arena, asked->text, asked->now,
	                                 asked->agency->zone, query, error_out);

	find_init(find_out, asked->member);
	for (size_t i = 0; i < query->count && status == ST_OK; i++) {
		f.term = &query->terms[i];
		status = finder_term(&f);
	}
	if (status != ST_OK)
		return status;
	if (f.types)
		find_out->types &= f.types;
	if (f.states)
		find_out->states &= f.states;
	/* What is due runs; nothing that does not needs to be looked at. */
	if (find_out->due_to)
		find_out->ranks &= RANKS_RUNNING;
	find_ready(arena, find_out);
	if (query_out)
		*query_out = *query;
	return ST_OK;
}
