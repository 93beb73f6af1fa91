/* A ticket's messages and promises, counts, and what was set aside. */
#include <string.h>

#include "base/limits.h"
#include "core/content.h"
#include "core/text/request_type.h"
#include "store/content.h"
#include "store/lookup.h"
#include "store/record.h"
#include "store/view.h"
#include "store/view_private.h"

SQL(view_message_ids,
    "SELECT id FROM message WHERE (ticket = $1 OR ticket IN"
    " (SELECT id FROM ticket WHERE merged_into = $1 AND merged_into > 0))"
    " AND delivery <> 8 ORDER BY at, id LIMIT $2");
SQL(view_signal_ids,
    "SELECT id FROM signal WHERE message = $1 ORDER BY id LIMIT $2");
SQL(view_promise_ids, "SELECT id FROM promise WHERE ticket = $1"
                      " ORDER BY id DESC LIMIT $2");
SQL(view_client_promise_ids,
    "SELECT id FROM promise WHERE client IN " VIEW_CLIENTS("$1") //
    " ORDER BY id DESC LIMIT $2");
SQL(view_tally_rows, "SELECT rank, type, assignee, count FROM tally"
                     " WHERE count <> 0 ORDER BY rank, type, assignee");
/*
 * Flagged (1) or owed (2), and past due: a place in the inbox that is not a
 * due time is negative. All of it stands in the index by type.
 */
SQL(view_late_count,
    "SELECT COUNT(*) FROM (SELECT id FROM ticket WHERE type = $1 AND rank = $2"
    " AND rank_at > 0 AND rank_at < $3 LIMIT $4) AS late");
/* The conditions of the indexes: what is done with is not counted. */
SQL(view_intake_counts, "SELECT state, COUNT(*) FROM intake"
                        " WHERE state IN (1, 4) GROUP BY state");
SQL(view_delivery_counts, "SELECT delivery, COUNT(*) FROM message"
                          " WHERE delivery IN (1, 2, 3, 5, 6, 7)"
                          " GROUP BY delivery");

static enum status view_some_ids(struct sql_db *db,
                                 const struct sql_statement *const *text,
                                 int64_t parameter, int64_t *ids, size_t room,
                                 size_t *count_out)
{
	struct sql_query query;
	size_t count = 0;
	enum status status;

	sql_begin(&query, db, text);
	sql_bind_i64(&query, 1, parameter);
	sql_bind_i64(&query, 2, (int64_t)room);
	while (count < room && sql_next(&query))
		ids[count++] = sql_i64(&query, 0);
	status = sql_end(&query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

static void view_message_word(struct view_message *message,
                              const struct content_stored *word)
{
	switch (word->slot) {
	case SLOT_SUBJECT:
		message->subject = word->text;
		break;
	case SLOT_TEXT:
		message->text = word->text;
		break;
	case SLOT_FULL:
		message->full = word->text;
		break;
	case SLOT_FROM:
		message->from = word->text;
		break;
	case SLOT_TO:
		message->to = word->text;
		break;
	case SLOT_CC:
		message->cc = word->text;
		break;
	case SLOT_AUTH:
		message->auth = word->text;
		break;
	case SLOT_ERRORS:
		message->errors = word->text;
		break;
	case SLOT_ATTACHMENTS:
		message->attachments = word->text;
		break;
	default: /* other words are read where they are wanted */
		break;
	}
}

static enum status view_message_signals(struct sql_db *db,
                                        struct view_message *message)
{
	int64_t ids[VIEW_SIGNALS_MAX];
	size_t count = 0;
	enum status status =
		view_some_ids(db, &view_signal_ids, message->record.id, ids,
	                      VIEW_SIGNALS_MAX, &count);

	for (size_t i = 0; i < count && status == ST_OK; i++)
		status = record_read(db, RECORD_SIGNAL, ids[i],
		                     &message->signals[i].id);
	message->signal_count = count;
	return status;
}

enum status view_message(struct sql_db *db, struct arena *arena, int64_t id,
                         struct view_message *message_out)
{
	struct content_stored words[SLOT_COUNT];
	struct view_message *message = message_out;
	size_t count = 0;
	enum status status;

	memset(message, 0, sizeof(*message));
	status = record_read(db, RECORD_MESSAGE, id, &message->record.id);
	if (status == ST_OK)
		status = content_read_all(db, arena, id, words, &count);
	for (size_t i = 0; i < count; i++)
		view_message_word(message, &words[i]);
	if (status == ST_OK && message->record.failed_by)
		status = content_read(db, arena, message->record.failed_by,
		                      SLOT_REASON, &message->failure);
	if (status == ST_OK)
		status = view_message_signals(db, message);
	return status;
}

enum status view_messages(struct sql_db *db, struct arena *arena,
                          int64_t ticket, struct view_message **messages_out,
                          size_t *count_out)
{
	int64_t *ids = arena_array(arena, VIEW_MESSAGES_MAX, sizeof(*ids));
	struct view_message *messages;
	size_t count = 0;
	enum status status = view_some_ids(db, &view_message_ids, ticket, ids,
	                                   VIEW_MESSAGES_MAX, &count);

	messages = arena_array(arena, count + 1, sizeof(*messages));
	for (size_t i = 0; i < count && status == ST_OK; i++)
		status = view_message(db, arena, ids[i], &messages[i]);
	if (status == ST_OK) {
		*messages_out = messages;
		*count_out = count;
	}
	return status;
}

static enum status view_promises_by(struct sql_db *db, struct arena *arena,
                                    const struct sql_statement *const *text,
                                    int64_t parameter,
                                    struct promise **promises_out,
                                    size_t *count_out)
{
	int64_t ids[VIEW_PROMISES_MAX];
	struct promise *promises;
	size_t count = 0;
	enum status status = view_some_ids(db, text, parameter, ids,
	                                   VIEW_PROMISES_MAX, &count);

	promises = arena_array(arena, count + 1, sizeof(*promises));
	for (size_t i = 0; i < count && status == ST_OK; i++)
		status = record_read(db, RECORD_PROMISE, ids[i],
		                     &promises[i].id);
	if (status == ST_OK) {
		*promises_out = promises;
		*count_out = count;
	}
	return status;
}

enum status view_promises(struct sql_db *db, struct arena *arena,
                          int64_t ticket, struct promise **promises_out,
                          size_t *count_out)
{
	return view_promises_by(db, arena, &view_promise_ids, ticket,
	                        promises_out, count_out);
}

enum status view_client_promises(struct sql_db *db, struct arena *arena,
                                 int64_t client, struct promise **promises_out,
                                 size_t *count_out)
{
	return view_promises_by(db, arena, &view_client_promise_ids, client,
	                        promises_out, count_out);
}

enum status view_tally(struct sql_db *db, struct arena *arena,
                       struct view_tally **rows_out, size_t *count_out)
{
	size_t count = 0, capacity = 256;
	struct view_tally *rows = arena_array(arena, capacity, sizeof(*rows));
	struct sql_query query;
	enum status status;

	sql_begin(&query, db, &view_tally_rows);
	while (sql_next(&query)) {
		if (count == capacity) {
			struct view_tally *grown =
				arena_array(arena, capacity * 2, sizeof(*rows));

			memcpy(grown, rows, count * sizeof(*rows));
			rows = grown;
			capacity *= 2;
		}
		rows[count++] = (struct view_tally){
			.rank = sql_i64(&query, 0),
			.type = sql_i64(&query, 1),
			.assignee = sql_i64(&query, 2),
			.count = sql_i64(&query, 3),
		};
	}
	status = sql_end(&query);
	if (status == ST_OK) {
		*rows_out = rows;
		*count_out = count;
	}
	return status;
}

SQL(view_merged_count, "SELECT COUNT(*) FROM ticket WHERE merged_into > 0");

enum status view_merged(struct sql_db *db, int64_t *count_out)
{
	struct sql_query query;

	sql_begin(&query, db, &view_merged_count);
	*count_out = sql_next(&query) ? sql_i64(&query, 0) : 0;
	return sql_end(&query);
}

enum status view_late(struct sql_db *db, instant_ms now, size_t limit,
                      int64_t counts_out[], size_t types)
{
	enum status status = ST_OK;

	for (size_t type = 0; type < types && status == ST_OK; type++) {
		counts_out[type] = 0;
		for (int64_t rank = RANK_FLAGGED;
		     rank <= RANK_OWED && status == ST_OK; rank++) {
			struct sql_query query;

			sql_begin(&query, db, &view_late_count);
			sql_bind_i64(&query, 1, (int64_t)type);
			sql_bind_i64(&query, 2, rank);
			sql_bind_i64(&query, 3, now);
			sql_bind_i64(&query, 4, (int64_t)limit);
			if (sql_next(&query))
				counts_out[type] += sql_i64(&query, 0);
			status = sql_end(&query);
		}
	}
	return status;
}

enum status view_quarantine(struct sql_db *db, struct arena *arena,
                            struct view_intake *out, size_t room,
                            size_t *count_out)
{
	int64_t ids[LIMIT_PAGE_ROWS];
	size_t count = 0;
	enum status status;

	if (room > LIMIT_PAGE_ROWS)
		room = LIMIT_PAGE_ROWS;
	status = lookup_intakes(db, INTAKE_QUARANTINED, 0, ids, room, &count);
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		status = record_read(db, RECORD_INTAKE, ids[i],
		                     &out[i].record.id);
		if (status == ST_OK)
			status = content_read(db, arena, ids[i], SLOT_ENVELOPE,
			                      &out[i].envelope);
	}
	if (status == ST_OK)
		*count_out = count;
	return status;
}

static enum status view_counts_by(struct sql_db *db,
                                  const struct sql_statement *const *text,
                                  int64_t *counts_out, int64_t kinds)
{
	struct sql_query query;

	memset(counts_out, 0, (size_t)kinds * sizeof(*counts_out));
	sql_begin(&query, db, text);
	while (sql_next(&query)) {
		int64_t kind = sql_i64(&query, 0);

		if (kind >= 0 && kind < kinds)
			counts_out[kind] = sql_i64(&query, 1);
	}
	return sql_end(&query);
}

enum status view_mail_counts(struct sql_db *db, int64_t *intakes_out,
                             int64_t *deliveries_out)
{
	enum status status = view_counts_by(db, &view_intake_counts,
	                                    intakes_out, INTAKE_STATE_COUNT);

	if (status == ST_OK)
		status = view_counts_by(db, &view_delivery_counts,
		                        deliveries_out, DELIVERY_COUNT);
	return status;
}
