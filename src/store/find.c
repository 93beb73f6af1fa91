#include "store/find.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "store/find_private.h"
#include "store/record.h"

/*
 * $1: whose (client, member or type, by the index that is used), $2: rank, $3
 * and $4: the place before the page, $5: room. $6: states, $7: types, $8 and
 * $9: bits and what they must be, $10 and $11: last heard of, from and before,
 * $12: due before, $13: not due before, $14 to $17: lists ",1,2," of owners
 * and clients, wanted and not, NULL when not asked; $18: who asks; $19 and $20:
 * our addresses likewise.
 */
/* clang-format off */
#define FIND_BITS \
	"CASE WHEN undelivered > 0 THEN 1 ELSE 0 END" \
	" + CASE WHEN merged_into > 0 THEN 2 ELSE 0 END" \
	" + CASE WHEN attachments > 0 THEN 4 ELSE 0 END" \
	" + CASE WHEN assignee = 0 THEN 8 ELSE 0 END" \
	" + CASE WHEN (CAST($8 AS BIGINT) & 16) <> 0 AND EXISTS (SELECT 1 FROM message m" \
	" WHERE m.ticket = ticket.id AND m.kind = 3) THEN 16 ELSE 0 END" \
	" + CASE WHEN (CAST($8 AS BIGINT) & 32) <> 0 AND EXISTS (SELECT 1 FROM message m" \
	" WHERE m.ticket = ticket.id AND m.kind = 4) THEN 32 ELSE 0 END" \
	" + CASE WHEN (CAST($8 AS BIGINT) & 64) <> 0 AND EXISTS (SELECT 1 FROM draft r" \
	" WHERE r.ticket = ticket.id) THEN 64 ELSE 0 END" \
	" + CASE WHEN (CAST($8 AS BIGINT) & 128) <> 0 AND EXISTS (SELECT 1 FROM follower o" \
	" WHERE o.ticket = ticket.id AND o.member = $18 AND o.following = 1) THEN 128 ELSE 0 END" \
	" + CASE WHEN (CAST($8 AS BIGINT) & 256) <> 0 AND EXISTS (SELECT 1 FROM follower o" \
	" WHERE o.ticket = ticket.id AND o.member = $18 AND o.mentioned > 0) THEN 256 ELSE 0 END"
static_assert(MESSAGE_NOTE == 3 && MESSAGE_CALL == 4, "of FIND_BITS");

#define FIND_LIST(parameter, column) \
	"$" #parameter " LIKE '%,' || CAST(" column " AS TEXT) || ',%'"

#define FIND_WHERE \
	" ((CAST($6 AS BIGINT) >> CAST(state AS INTEGER)) & 1) = 1" \
	" AND ((CAST($7 AS BIGINT) >> CAST(type AS INTEGER)) & 1) = 1" \
	" AND ((" FIND_BITS ") & CAST($8 AS BIGINT)) = CAST($9 AS BIGINT)" \
	" AND last_at >= $10 AND last_at < $11" \
	" AND (CAST($12 AS BIGINT) = 0 OR (rank <= 2 AND rank_at > 0 AND rank_at < $12))" \
	" AND (CAST($13 AS BIGINT) = 0 OR rank > 2 OR rank_at <= 0 OR rank_at >= $13)" \
	" AND (CAST($14 AS TEXT) IS NULL OR " FIND_LIST(14, "assignee") ")" \
	" AND (CAST($15 AS TEXT) IS NULL OR NOT " FIND_LIST(15, "assignee") ")" \
	" AND (CAST($16 AS TEXT) IS NULL OR " FIND_LIST(16, "client") ")" \
	" AND (CAST($17 AS TEXT) IS NULL OR NOT " FIND_LIST(17, "client") ")" \
	" AND CAST($18 AS BIGINT) IS NOT NULL" \
	" AND (CAST($19 AS TEXT) IS NULL OR " FIND_LIST(19, "address") ")" \
	" AND (CAST($20 AS TEXT) IS NULL OR NOT " FIND_LIST(20, "address") ")"

/* By its place in the inbox, by when it was last heard of, and both back. */
#define FIND_BY(statement, first) \
	SQL(statement##_place, "SELECT id, rank_at FROM ticket WHERE " first \
	    " rank = $2 AND (rank_at, id) > ($3, $4) AND" FIND_WHERE \
	    " ORDER BY rank_at, id LIMIT $5"); \
	SQL(statement##_place_back, "SELECT id, rank_at FROM ticket WHERE " first \
	    " rank = $2 AND (rank_at, id) < ($3, $4) AND" FIND_WHERE \
	    " ORDER BY rank_at DESC, id DESC LIMIT $5"); \
	SQL(statement##_heard, "SELECT id, -last_at FROM ticket WHERE " first \
	    " rank = $2 AND (-last_at, id) > ($3, $4) AND" FIND_WHERE \
	    " ORDER BY -last_at, id LIMIT $5"); \
	SQL(statement##_heard_back, "SELECT id, -last_at FROM ticket WHERE " first \
	    " rank = $2 AND (-last_at, id) < ($3, $4) AND" FIND_WHERE \
	    " ORDER BY -last_at DESC, id DESC LIMIT $5")

FIND_BY(find_any, "CAST($1 AS BIGINT) IS NOT NULL AND");
FIND_BY(find_client, "client = $1 AND");
FIND_BY(find_owner, "assignee = $1 AND");
FIND_BY(find_type, "type = $1 AND");

/* There is no page: its parameters are named for the sake of the others. */
#define FIND_NO_PAGE \
	" AND COALESCE(CAST($3 AS BIGINT), CAST($4 AS BIGINT), CAST($5 AS BIGINT)) IS NULL"

/* The thread that shows message $1: its own, or what that was merged into. */
SQL(find_shown, "SELECT rank, rank_at, last_at, id FROM ticket WHERE id ="
    " (SELECT CASE WHEN b.merged_into > 0 THEN b.merged_into"
    " WHEN a.merged_into > 0 THEN a.merged_into ELSE a.id END"
    " FROM message m JOIN ticket a ON a.id = m.ticket"
    " LEFT JOIN ticket b ON b.id = a.merged_into"
    " WHERE m.id = $1 AND m.delivery <> 8)"
    " AND ((CAST($2 AS BIGINT) >> CAST(rank AS INTEGER)) & 1) = 1 AND" FIND_WHERE FIND_NO_PAGE);
/* Its own thread, whatever became of it. */
SQL(find_own, "SELECT rank, rank_at, last_at, id FROM ticket WHERE id ="
    " (SELECT m.ticket FROM message m WHERE m.id = $1 AND m.delivery <> 8)"
    " AND ((CAST($2 AS BIGINT) >> CAST(rank AS INTEGER)) & 1) = 1 AND" FIND_WHERE FIND_NO_PAGE);
static_assert(DELIVERY_UNDONE == 8, "of find_shown");
enum find_driver { FIND_BY_ANY, FIND_BY_CLIENT, FIND_BY_OWNER, FIND_BY_TYPE, FIND_DRIVERS };

static const struct sql_statement *const *const find_statements[FIND_DRIVERS][4] = {
	{&find_any_place, &find_any_place_back, &find_any_heard, &find_any_heard_back},
	{&find_client_place, &find_client_place_back, &find_client_heard, &find_client_heard_back},
	{&find_owner_place, &find_owner_place_back, &find_owner_heard, &find_owner_heard_back},
	{&find_type_place, &find_type_place_back, &find_type_heard, &find_type_heard_back},
};
/* clang-format on */

void find_init(struct find *find, int64_t member)
{
	*find = (struct find){
		.ranks = -1,
		.states = -1,
		.types = -1,
		.bits = FIND_MERGED,
		.member = member,
	};
}

/* ---- binding */

static void find_list(struct arena *arena, struct find_ids *ids)
{
	struct buf buf;

	buf_init(&buf, LIMIT_TEXT_BYTES);
	buf_char(&buf, ',');
	for (size_t i = 0; i < ids->count; i++)
		buf_printf(&buf, "%lld,", (long long)ids->list[i]);
	ids->text = str_copy(arena, buf_view(&buf));
	buf_release(&buf);
}

void find_ready(struct arena *arena, struct find *find)
{
	find_list(arena, &find->owners);
	find_list(arena, &find->not_owners);
	find_list(arena, &find->clients);
	find_list(arena, &find->not_clients);
	find_list(arena, &find->addresses);
	find_list(arena, &find->not_addresses);
}

static void find_bind_ids(struct sql_query *query, int number,
                          const struct find_ids *ids)
{
	if (ids->asked)
		sql_bind_text(query, number, ids->text);
	else
		sql_bind_null(query, number);
}

static void find_bind(struct sql_query *query, const struct find *find)
{
	sql_bind_i64(query, 6, find->states);
	sql_bind_i64(query, 7, find->types);
	sql_bind_i64(query, 8, find->bits);
	sql_bind_i64(query, 9, find->want);
	sql_bind_i64(query, 10, find->last_from);
	sql_bind_i64(query, 11, find->last_to ? find->last_to : INT64_MAX);
	sql_bind_i64(query, 12, find->due_to);
	sql_bind_i64(query, 13, find->due_from);
	find_bind_ids(query, 14, &find->owners);
	find_bind_ids(query, 15, &find->not_owners);
	find_bind_ids(query, 16, &find->clients);
	find_bind_ids(query, 17, &find->not_clients);
	sql_bind_i64(query, 18, find->member);
	find_bind_ids(query, 19, &find->addresses);
	find_bind_ids(query, 20, &find->not_addresses);
}

enum status find_shown_on(struct sql_db *db, const struct find *find,
                          int64_t message, struct find_hit *hit_out,
                          bool *fits_out)
{
	bool merged = (find->want & FIND_MERGED) != 0;
	struct sql_query query;

	sql_begin(&query, db, merged ? &find_own : &find_shown);
	sql_bind_i64(&query, 1, message);
	sql_bind_i64(&query, 2, find->ranks);
	for (int number = 3; number <= 5; number++)
		sql_bind_null(&query, number);
	find_bind(&query, find);
	*fits_out = sql_next(&query);
	if (*fits_out)
		*hit_out = (struct find_hit){
			.rank = sql_i64(&query, 0),
			.place = sql_i64(&query, 1),
			.heard = -sql_i64(&query, 2),
			.id = sql_i64(&query, 3),
		};
	return sql_end(&query);
}

/* ---- order */

static int find_compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int find_compare_due(const void *left, const void *right)
{
	const struct find_hit *a = left, *b = right;
	int order = find_compare_numbers(a->rank, b->rank);

	if (order == 0)
		order = find_compare_numbers(a->place, b->place);
	return order ? order : find_compare_numbers(a->id, b->id);
}

static int find_compare_newest(const void *left, const void *right)
{
	const struct find_hit *a = left, *b = right;
	int order = find_compare_numbers(a->heard, b->heard);

	return order ? order : find_compare_numbers(a->id, b->id);
}

static int find_compare_oldest(const void *left, const void *right)
{
	return find_compare_newest(right, left);
}

int (*find_compare(enum find_order order))(const void *, const void *)
{
	if (order == FIND_NEWEST)
		return find_compare_newest;
	return order == FIND_OLDEST ? find_compare_oldest : find_compare_due;
}

static struct find_hit find_place_hit(const struct find_place *place,
                                      enum find_order order)
{
	return (struct find_hit){
		.rank = place->rank,
		.place = order == FIND_DUE ? place->key : 0,
		.heard = order == FIND_DUE ? 0 : place->key,
		.id = place->id,
	};
}

bool find_is_behind(const struct find_hit *hit, enum find_order order,
                    const struct find_place *place)
{
	struct find_hit at = find_place_hit(place, order);

	return place->id == 0 || find_compare(order)(hit, &at) > 0;
}

/* ---- rows from an index */

/* The index that leaves the fewest to look at, and the values to look up. */
struct find_source {
	enum find_driver driver;
	int64_t values[FIND_IDS_MAX];
	size_t count;
};

static void find_source_types(struct find_source *source, int64_t types)
{
	size_t count = 0;

	for (int64_t type = 0; type < 62; type++) {
		if (((types >> type) & 1) == 0)
			continue;
		if (count == 4)
			return; /* most types: one walk is better */
		source->values[count++] = type;
	}
	source->driver = FIND_BY_TYPE;
	source->count = count;
}

static void find_source_choose(struct find_source *source,
                               const struct find *find)
{
	const struct find_ids *ids = NULL;

	*source = (struct find_source){.driver = FIND_BY_ANY, .count = 1};
	if (find->clients.asked) {
		source->driver = FIND_BY_CLIENT;
		ids = &find->clients;
	} else if (find->owners.asked) {
		source->driver = FIND_BY_OWNER;
		ids = &find->owners;
	} else if (find->types != -1) {
		find_source_types(source, find->types);
	}
	if (ids) {
		memcpy(source->values, ids->list, sizeof(source->values));
		source->count = ids->count;
	}
}

struct find_walk {
	struct sql_db *db;
	struct arena *arena;
	const struct find *find;
	enum find_order order;
	const struct find_place *after;
	size_t limit;
	struct find_hit *hits; /* room for what all sources may give */
	size_t count, room;
};

/* Whether the place in the inbox is the order that is asked for. */
static bool find_by_place(enum find_order order, int64_t rank)
{
	return order == FIND_DUE || rank > RANK_OWED;
}

static enum status find_walk_one(struct find_walk *w, enum find_driver driver,
                                 int64_t value, int64_t rank)
{
	bool back = w->order == FIND_OLDEST;
	bool placed = find_by_place(w->order, rank);
	bool from = w->after->id &&
	            (w->order != FIND_DUE || rank == w->after->rank);
	struct sql_query query;
	size_t read = 0;

	sql_begin(&query, w->db,
	          find_statements[driver][(placed ? 0 : 2) + back]);
	sql_bind_i64(&query, 1, value);
	sql_bind_i64(&query, 2, rank);
	sql_bind_i64(&query, 3,
	             from   ? w->after->key
	             : back ? INT64_MAX
	                    : INT64_MIN);
	sql_bind_i64(&query, 4,
	             from   ? w->after->id
	             : back ? INT64_MAX
	                    : INT64_MIN);
	sql_bind_i64(&query, 5, (int64_t)w->limit);
	find_bind(&query, w->find);
	while (read < w->limit && sql_next(&query)) {
		if (w->count == w->room) {
			struct find_hit *grown = arena_array(
				w->arena, w->room * 2, sizeof(*grown));

			memcpy(grown, w->hits, w->count * sizeof(*grown));
			w->hits = grown;
			w->room *= 2;
		}
		w->hits[w->count++] = (struct find_hit){
			.rank = rank,
			.place = sql_i64(&query, 1),
			.heard = sql_i64(&query, 1),
			.id = sql_i64(&query, 0),
		};
		read++;
	}
	return sql_end(&query);
}

static enum status find_walk_all(struct find_walk *w)
{
	struct find_source source;
	enum status status = ST_OK;

	w->room = w->limit * 2 + 16;
	w->hits = arena_array(w->arena, w->room, sizeof(*w->hits));
	find_source_choose(&source, w->find);
	for (int64_t rank = RANK_FLAGGED; rank <= RANK_CLOSED; rank++) {
		if (((w->find->ranks >> rank) & 1) == 0 ||
		    (rank > RANK_SNOOZED && rank < RANK_CLOSED) ||
		    (w->order == FIND_DUE && w->after->id &&
		     rank < w->after->rank))
			continue;
		for (size_t i = 0; i < source.count && status == ST_OK; i++)
			status = find_walk_one(w, source.driver,
			                       source.values[i], rank);
		/* The inbox is by rank: what follows is behind the page. */
		if (status != ST_OK ||
		    (w->order == FIND_DUE && w->count >= w->limit))
			break;
	}
	if (status == ST_OK && w->count > 1)
		qsort(w->hits, w->count, sizeof(*w->hits),
		      find_compare(w->order));
	return status;
}

static struct find_place find_place_of(const struct find_hit *hit,
                                       enum find_order order)
{
	return (struct find_place){
		.rank = hit->rank,
		.key = order == FIND_DUE ? hit->place : hit->heard,
		.id = hit->id,
	};
}

enum status find_rows(struct sql_db *db, struct arena *arena,
                      const struct find *find, enum find_order order,
                      const struct find_place *after, size_t limit,
                      struct find_hit **hits_out, size_t *count_out)
{
	struct find_walk w = {
		.db = db,
		.arena = arena,
		.find = find,
		.order = order,
		.after = after,
		.limit = limit,
	};
	enum status status = find_walk_all(&w);

	if (status != ST_OK)
		return status;
	*hits_out = w.hits;
	*count_out = w.count < limit ? w.count : limit;
	return ST_OK;
}

/* ---- pages */

enum status find_page(struct sql_db *db, struct arena *arena,
                      const struct find *find, enum find_order order,
                      const struct find_place *after, size_t limit,
                      int64_t *ids_out, size_t *count_out,
                      struct find_place *next_out)
{
	struct find_hit *hits = NULL;
	struct find_place next = {0};
	size_t count = 0;
	enum status status;

	assert(limit > 0);
	if (find->text_count > 0)
		status = find_text_rows(db, arena, find, order, after, limit,
		                        &hits, &count, &next);
	else
		status = find_rows(db, arena, find, order, after, limit, &hits,
		                   &count);
	if (status != ST_OK)
		return status;
	for (size_t i = 0; i < count; i++)
		ids_out[i] = hits[i].id;
	if (count == limit)
		next = find_place_of(&hits[count - 1], order);
	*count_out = count;
	*next_out = next;
	return ST_OK;
}

enum status find_count(struct sql_db *db, struct arena *arena,
                       const struct find *find, size_t max, size_t *count_out)
{
	const struct find_place start = {0};
	struct find_hit *hits = NULL;
	struct find_place next = {0};
	size_t count = 0;
	enum status status;

	if (find->text_count > 0)
		status = find_text_rows(db, arena, find, FIND_ANY, &start, max,
		                        &hits, &count, &next);
	else
		status = find_rows(db, arena, find, FIND_DUE, &start, max,
		                   &hits, &count);
	if (status == ST_OK)
		*count_out = count;
	return status;
}
