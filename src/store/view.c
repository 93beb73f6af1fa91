/* Tickets as lists show them. */
#include "store/view.h"

#include "base/limits.h"
#include "core/content.h"
#include "core/text/signal.h"
#include "store/content.h"
#include "store/people.h"
#include "store/record.h"
#include "store/view_private.h"

#define VIEW_PREVIEW_BYTES 240

/*
 * Ids of one page, by the index that leaves the fewest to look at; the other
 * conditions are asked of each. $1: the last rank, $2 to $4: the place before
 * the page, $5: room, $6: client, $7: assignee (0: nobody), $8 and $9: types
 * from and to; each NULL when it is not asked for.
 */
/* clang-format off */
#define VIEW_IDS(statement, first) \
	SQL(statement, \
	    "SELECT id FROM ticket WHERE " first \
	    "(rank, rank_at, id) > ($2, $3, $4) AND rank <= $1 AND merged_into = 0" \
	    " AND (CAST($6 AS BIGINT) IS NULL OR client IN " VIEW_CLIENTS("$6") ")" \
	    " AND (CAST($7 AS BIGINT) IS NULL OR assignee = $7)" \
	    " AND (CAST($8 AS BIGINT) IS NULL OR type BETWEEN $8 AND $9)" \
	    " ORDER BY rank, rank_at, id LIMIT $5")

VIEW_IDS(view_ids, "");
VIEW_IDS(view_ids_client, "client IN " VIEW_CLIENTS("$6") " AND ");
VIEW_IDS(view_ids_assignee, "assignee = $7 AND ");
VIEW_IDS(view_ids_type, "type = $8 AND ");
/* clang-format on */

SQL(view_flags, "SELECT id FROM flag WHERE ticket = $1 AND cleared_at = 0"
                " ORDER BY points DESC, id LIMIT $2");
SQL(view_quote, "SELECT span_start, span_end FROM signal"
                " WHERE message = $1 AND kind = $2"
                " ORDER BY strength DESC, id LIMIT 1");

/* Nobody's tickets may be most of them or none: a type is better. */
static const struct sql_statement *const *
view_ids_by(const struct view_filter *filter)
{
	if (filter->client)
		return &view_ids_client;
	if (filter->assignee > 0 || (filter->assignee < 0 && !filter->type))
		return &view_ids_assignee;
	if (filter->type &&
	    (!filter->type_to || filter->type_to == filter->type))
		return &view_ids_type;
	return &view_ids;
}

static void view_ids_conditions(struct sql_query *query,
                                const struct view_filter *filter)
{
	sql_bind_filter(query, 6, filter->client);
	if (filter->assignee < 0)
		sql_bind_i64(query, 7, 0);
	else
		sql_bind_filter(query, 7, filter->assignee);
	sql_bind_filter(query, 8, filter->type);
	sql_bind_filter(query, 9,
	                filter->type_to ? filter->type_to : filter->type);
}

enum status view_ticket_ids(struct sql_db *db, const struct view_filter *filter,
                            int64_t *ids_out, size_t *count_out)
{
	struct sql_query query;
	size_t count = 0;
	enum status status;

	sql_begin(&query, db, view_ids_by(filter));
	view_ids_conditions(&query, filter);
	/* The first page starts behind everything of a smaller rank. */
	sql_bind_i64(&query, 1, filter->rank_to);
	sql_bind_i64(&query, 2,
	             filter->after_id ? filter->after_rank
	                              : filter->rank_from - 1);
	sql_bind_i64(&query, 3,
	             filter->after_id ? filter->after_rank_at : INT64_MAX);
	sql_bind_i64(&query, 4,
	             filter->after_id ? filter->after_id : INT64_MAX);
	sql_bind_i64(&query, 5, (int64_t)filter->limit);
	while (count < filter->limit && sql_next(&query))
		ids_out[count++] = sql_i64(&query, 0);
	status = sql_end(&query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

/* The words that a signal's flag saw. */
static enum status view_flag_quote(struct sql_db *db, struct arena *arena,
                                   struct view_flag *flag)
{
	struct str text = STR("");
	size_t start = 0, end = 0;
	struct sql_query query;
	enum status status;

	if (!flag->record.signal || !flag->record.message)
		return ST_OK;
	sql_begin(&query, db, &view_quote);
	sql_bind_i64(&query, 1, flag->record.message);
	sql_bind_i64(&query, 2, flag->record.signal);
	if (sql_next(&query)) {
		start = (size_t)sql_i64(&query, 0);
		end = (size_t)sql_i64(&query, 1);
	}
	status = sql_end(&query);
	if (status == ST_OK && end > start)
		status = content_read(db, arena, flag->record.message,
		                      SLOT_TEXT, &text);
	/* Erased words have no quote any more. */
	if (status == ST_OK && end > start && end <= text.length)
		flag->quote = str_sub(text, start, end);
	return status;
}

static enum status view_ticket_flags(struct sql_db *db, struct arena *arena,
                                     struct view_ticket *ticket)
{
	int64_t ids[VIEW_FLAGS_MAX];
	struct sql_query query;
	size_t count = 0;
	enum status status;

	sql_begin(&query, db, &view_flags);
	sql_bind_i64(&query, 1, ticket->record.id);
	sql_bind_i64(&query, 2, VIEW_FLAGS_MAX);
	while (count < VIEW_FLAGS_MAX && sql_next(&query))
		ids[count++] = sql_i64(&query, 0);
	status = sql_end(&query);
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		struct view_flag *flag = &ticket->flags[i];

		*flag = (struct view_flag){0};
		status = record_read(db, RECORD_FLAG, ids[i], &flag->record.id);
		if (status == ST_OK)
			status = content_read(db, arena, ids[i], SLOT_TEXT,
			                      &flag->words);
		if (status == ST_OK)
			status = view_flag_quote(db, arena, flag);
	}
	ticket->flag_count = count;
	return status;
}

/* The client it belongs to now, whatever that was merged into since. */
static enum status view_ticket_client(struct sql_db *db, struct arena *arena,
                                      struct view_ticket *ticket)
{
	int64_t id = ticket->record.client;
	enum status status = ST_OK;

	for (int hops = 0; hops < 16 && id && status == ST_OK; hops++) {
		status = view_client(db, arena, id, &ticket->client);
		id = ticket->client.record.merged_into;
	}
	return status;
}

static enum status view_ticket_words(struct sql_db *db, struct arena *arena,
                                     struct view_ticket *ticket)
{
	struct str text = STR("");
	enum status status = content_read(db, arena, ticket->record.subject_by,
	                                  SLOT_SUBJECT, &ticket->subject);

	if (status == ST_OK && ticket->record.newest_message)
		status = content_read(db, arena, ticket->record.newest_message,
		                      SLOT_TEXT, &text);
	ticket->preview = str_utf8_prefix(text, VIEW_PREVIEW_BYTES);
	return status;
}

SQL(view_actor, "SELECT actor FROM event WHERE seq = $1");

static enum status view_ticket_snooze(struct sql_db *db, struct arena *arena,
                                      struct view_ticket *ticket)
{
	struct sql_query query;
	enum status status;

	sql_begin(&query, db, &view_actor);
	sql_bind_i64(&query, 1, ticket->record.snoozed_by);
	if (sql_next(&query))
		ticket->snoozed_member = sql_i64(&query, 0);
	status = sql_end(&query);
	if (status == ST_OK)
		status = content_read(db, arena, ticket->record.snoozed_by,
		                      SLOT_REASON, &ticket->snooze_note);
	return status;
}

enum status view_ticket(struct sql_db *db, struct arena *arena, int64_t id,
                        struct view_ticket *ticket_out)
{
	struct view_ticket *ticket = ticket_out;
	enum status status;

	*ticket = (struct view_ticket){0};
	status = record_read(db, RECORD_TICKET, id, &ticket->record.id);
	if (status == ST_OK)
		status = view_ticket_words(db, arena, ticket);
	if (status == ST_OK)
		status = view_ticket_client(db, arena, ticket);
	if (status == ST_OK && ticket->record.contact)
		status = view_contact(db, arena, ticket->record.contact,
		                      &ticket->contact);
	if (status == ST_OK && ticket->record.clock_promise)
		status = record_read(db, RECORD_PROMISE,
		                     ticket->record.clock_promise,
		                     &ticket->clock.id);
	if (status == ST_OK && ticket->record.snoozed_until)
		status = view_ticket_snooze(db, arena, ticket);
	if (status == ST_OK && (ticket->record.rank == RANK_FLAGGED ||
	                        ticket->record.rank == RANK_SNOOZED))
		status = view_ticket_flags(db, arena, ticket);
	if (status == ST_OK)
		status = people_followers(db, id, ticket->followers,
		                          VIEW_FOLLOWERS_MAX,
		                          &ticket->follower_count);
	if (status == ST_OK)
		status = draft_head(db, id, &ticket->draft);
	return status;
}
