/*
 * The inbox's queries. The order (rank, rank_at, id) is an index, alone and
 * behind client, assignee and type, so a page is a walk along one of them; the
 * words of its rows are looked up by key.
 */
#include "store/inbox.h"

#include <assert.h>
#include <string.h>

/* Columns of the tables t (ticket) and p (promise) as declared. */
#define TICKET_NAME(number, column)  ", t." #column
#define PROMISE_NAME(number, column) ", p." #column
#define FLAG_NAME(number, column)    ", " #column

#define TICKET_WIDTH  (1 TICKET_COLUMNS(RECORD_COUNT_ONE))
#define PROMISE_WIDTH (1 PROMISE_COLUMNS(RECORD_COUNT_ONE))
#define FLAG_WIDTH    (1 FLAG_COLUMNS(RECORD_COUNT_ONE))

/* clang-format off */
#define ROW_FROM \
	" FROM ticket t" \
	" JOIN client c ON c.id = t.client" \
	" LEFT JOIN contact k ON k.id = t.contact" \
	" LEFT JOIN promise p ON p.id = t.clock_promise" \
	" LEFT JOIN content ws ON ws.event = t.subject_by AND ws.slot = 5" \
	" LEFT JOIN content wc ON wc.event = c.named_by AND wc.slot = 1" \
	" LEFT JOIN content wk ON wk.event = k.named_by AND wk.slot = 1" \
	" LEFT JOIN content wa ON wa.event = k.named_by AND wa.slot = 2" \
	" LEFT JOIN content wt ON wt.event = t.newest_message AND wt.slot = 6"

#define ROW_COLUMNS \
	"t.id" TICKET_COLUMNS(TICKET_NAME) \
	", p.id" PROMISE_COLUMNS(PROMISE_NAME) \
	", c.stage, ws.text, wc.text, wk.text, wa.text, substr(wt.text, 1, 600)"

/*
 * $1 to $3: the place before the page, $4 and $5: ranks from and to, $6: room,
 * $7 to $9: client, assignee and type, or NULL. A merged ticket is a
 * tombstone and in no list.
 */
#define PAGE(statement, first) \
	SQL(statement, \
	    "SELECT " ROW_COLUMNS ROW_FROM " WHERE " first \
	    "t.rank BETWEEN $4 AND $5 AND t.merged_into = 0" \
	    " AND (t.rank, t.rank_at, t.id) > ($1, $2, $3)" \
	    " AND (CAST($7 AS BIGINT) IS NULL OR t.client = $7)" \
	    " AND (CAST($8 AS BIGINT) IS NULL OR t.assignee = $8)" \
	    " AND (CAST($9 AS BIGINT) IS NULL OR t.type = $9)" \
	    " ORDER BY t.rank, t.rank_at, t.id LIMIT $6")

PAGE(inbox_page_plain, "");
PAGE(inbox_page_client, "t.client = $7 AND ");
PAGE(inbox_page_assignee, "t.assignee = $8 AND ");
PAGE(inbox_page_type, "t.type = $9 AND ");

SQL(inbox_one, "SELECT " ROW_COLUMNS ROW_FROM " WHERE t.id = $1");
SQL(inbox_tally_all, "SELECT rank, type, assignee, count FROM tally WHERE count > 0 ORDER BY rank, type, assignee");
SQL(inbox_late_types,
    "SELECT t.type, COUNT(*) FROM ticket t JOIN promise p ON p.id = t.clock_promise"
    " WHERE t.rank BETWEEN 1 AND 2 AND t.rank_at > 0 AND t.rank_at <= $1 AND p.running = 1"
    " GROUP BY t.type ORDER BY t.type");
SQL(inbox_quarantine_count, "SELECT COUNT(*) FROM intake WHERE state = 4");
SQL(inbox_flags_ticket, "SELECT id" FLAG_COLUMNS(FLAG_NAME)
    " FROM flag WHERE ticket = $1 AND cleared_at = 0 ORDER BY points DESC, id LIMIT $2");
SQL(inbox_flags_client, "SELECT f.id, f.client, f.ticket, f.message, f.rule, f.cond, f.points, f.signal,"
    " f.playbook, f.raised_at, f.actor, f.cleared_at, f.why"
    " FROM ticket t JOIN flag f ON f.ticket = t.id WHERE t.client = $1"
    " ORDER BY f.id DESC LIMIT $2");

static const struct {
	int64_t from, to;
} view_ranks[INBOX_VIEW_COUNT] = {
	[INBOX_OPEN]    = {RANK_FLAGGED, RANK_WAITING},
	[INBOX_FLAGGED] = {RANK_FLAGGED, RANK_FLAGGED},
	[INBOX_WAITING] = {RANK_WAITING, RANK_WAITING},
	[INBOX_CLOSED]  = {RANK_CLOSED,  RANK_CLOSED},
	[INBOX_ALL]     = {RANK_FLAGGED, RANK_CLOSED},
};
/* clang-format on */

static_assert(INTAKE_QUARANTINED == 4, "as inbox_quarantine_count has it");
static_assert(offsetof(struct ticket, rank_at) ==
                      (TICKET_WIDTH - 1) * sizeof(int64_t),
              "a record's stored integers come first");
static_assert(offsetof(struct promise, running) ==
                      (PROMISE_WIDTH - 1) * sizeof(int64_t),
              "a record's stored integers come first");
static_assert(offsetof(struct flag, why) == (FLAG_WIDTH - 1) * sizeof(int64_t),
              "a record's stored integers come first");

static void read_columns(struct sql_query *query, int first, size_t count,
                         void *record)
{
	int64_t columns[RECORD_COLUMNS_MAX];

	assert(count <= RECORD_COLUMNS_MAX);
	for (size_t i = 0; i < count; i++)
		columns[i] = sql_i64(query, first + (int)i);
	memcpy(record, columns, count * sizeof(columns[0]));
}

static struct str read_words(struct sql_query *query, int column,
                             struct arena *arena)
{
	return str_copy(arena, sql_text(query, column));
}

/* One line of plain words, cut between characters. */
static struct str read_preview(struct sql_query *query, int column,
                               struct arena *arena)
{
	struct str text = sql_text(query, column);
	char *line = arena_alloc(arena, PREVIEW_BYTES * 2 + 1);
	size_t length = 0;

	for (size_t i = 0; i < text.length && length < PREVIEW_BYTES * 2; i++) {
		char c = text.text[i];

		if (c == '\n' || c == '\t' || c == '\r' || c == ' ') {
			if (length == 0 || line[length - 1] == ' ')
				continue;
			c = ' ';
		}
		line[length++] = c;
	}
	return str_utf8_prefix((struct str){line, length}, PREVIEW_BYTES);
}

static void read_row(struct sql_query *query, struct arena *arena,
                     struct ticket_row *row)
{
	int at = (int)(TICKET_WIDTH + PROMISE_WIDTH);

	*row = (struct ticket_row){.subject = {"", 0}};
	read_columns(query, 0, TICKET_WIDTH, &row->ticket);
	read_columns(query, (int)TICKET_WIDTH, PROMISE_WIDTH, &row->promise);
	row->client_stage = sql_i64(query, at);
	row->subject = read_words(query, at + 1, arena);
	row->client_name = read_words(query, at + 2, arena);
	row->contact_name = read_words(query, at + 3, arena);
	row->contact_address = read_words(query, at + 4, arena);
	row->preview = read_preview(query, at + 5, arena);
}

/* Along the index that leaves the fewest rows to look at. */
static const struct sql_statement *const *
page_statement(const struct inbox_filter *filter)
{
	if (filter->client != 0)
		return &inbox_page_client;
	if (filter->assignee > 0)
		return &inbox_page_assignee;
	if (filter->type != 0)
		return &inbox_page_type;
	return &inbox_page_plain;
}

enum status inbox_page(struct sql_db *db, struct arena *arena,
                       const struct inbox_filter *filter, size_t room,
                       struct ticket_row *rows_out, size_t *count_out)
{
	struct inbox_place after = filter->after;
	struct sql_query query;
	size_t count = 0;
	enum status status;

	/* Straight to the view's first rank, whatever stands before it. */
	if (after.rank < view_ranks[filter->view].from)
		after = (struct inbox_place){view_ranks[filter->view].from - 1,
		                             INT64_MAX, INT64_MAX};
	sql_begin(&query, db, page_statement(filter));
	sql_bind_i64(&query, 1, after.rank);
	sql_bind_i64(&query, 2, after.rank_at);
	sql_bind_i64(&query, 3, after.id);
	sql_bind_i64(&query, 4, view_ranks[filter->view].from);
	sql_bind_i64(&query, 5, view_ranks[filter->view].to);
	sql_bind_i64(&query, 6, (int64_t)room);
	sql_bind_filter(&query, 7, filter->client);
	if (filter->assignee == INBOX_ANYBODY)
		sql_bind_null(&query, 8);
	else
		sql_bind_i64(&query, 8, filter->assignee);
	sql_bind_filter(&query, 9, filter->type);
	while (count < room && sql_next(&query))
		read_row(&query, arena, &rows_out[count++]);
	status = sql_end(&query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

enum status inbox_row(struct sql_db *db, struct arena *arena, int64_t ticket,
                      struct ticket_row *row_out)
{
	struct sql_query query;
	bool found;
	enum status status;

	sql_begin(&query, db, &inbox_one);
	sql_bind_i64(&query, 1, ticket);
	found = sql_next(&query);
	if (found)
		read_row(&query, arena, row_out);
	status = sql_end(&query);
	return status == ST_OK && !found ? ST_NOT_FOUND : status;
}

enum status inbox_tally(struct sql_db *db, struct arena *arena,
                        struct tally_row **rows_out, size_t *count_out)
{
	size_t capacity = 256, count = 0;
	struct tally_row *rows = arena_array(arena, capacity, sizeof(*rows));
	struct sql_query query;
	enum status status;

	sql_begin(&query, db, &inbox_tally_all);
	while (count < TALLY_ROWS_MAX && sql_next(&query)) {
		if (count == capacity) {
			struct tally_row *more =
				arena_array(arena, capacity * 2, sizeof(*rows));

			memcpy(more, rows, count * sizeof(*rows));
			rows = more;
			capacity *= 2;
		}
		read_columns(&query, 0, 4, &rows[count++]);
	}
	status = sql_end(&query);
	if (status != ST_OK)
		return status;
	*rows_out = rows;
	*count_out = count;
	return ST_OK;
}

enum status inbox_late(struct sql_db *db, instant_ms now,
                       int64_t *counts_by_type_out, size_t types)
{
	struct sql_query query;

	sql_begin(&query, db, &inbox_late_types);
	sql_bind_i64(&query, 1, now);
	while (sql_next(&query)) {
		int64_t type = sql_i64(&query, 0);

		if (type >= 0 && (size_t)type < types)
			counts_by_type_out[type] = sql_i64(&query, 1);
	}
	return sql_end(&query);
}

enum status inbox_quarantined(struct sql_db *db, int64_t *count_out)
{
	struct sql_query query;
	int64_t count = 0;
	enum status status;

	sql_begin(&query, db, &inbox_quarantine_count);
	if (sql_next(&query))
		count = sql_i64(&query, 0);
	status = sql_end(&query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

static enum status read_flags(struct sql_db *db,
                              const struct sql_statement *const *statement,
                              int64_t id, struct flag *flags_out, size_t room,
                              size_t *count_out)
{
	struct sql_query query;
	size_t count = 0;
	enum status status;

	sql_begin(&query, db, statement);
	sql_bind_i64(&query, 1, id);
	sql_bind_i64(&query, 2, (int64_t)room);
	while (count < room && sql_next(&query)) {
		flags_out[count] = (struct flag){0};
		read_columns(&query, 0, FLAG_WIDTH, &flags_out[count++]);
	}
	status = sql_end(&query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

enum status inbox_flags(struct sql_db *db, int64_t ticket,
                        struct flag *flags_out, size_t room, size_t *count_out)
{
	return read_flags(db, &inbox_flags_ticket, ticket, flags_out, room,
	                  count_out);
}

enum status inbox_client_flags(struct sql_db *db, int64_t client,
                               struct flag *flags_out, size_t room,
                               size_t *count_out)
{
	return read_flags(db, &inbox_flags_client, client, flags_out, room,
	                  count_out);
}
