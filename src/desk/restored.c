/* What a workspace that came back from a copy must not do, and must know. */
#include <string.h>

#include "core/outbound.h"
#include "desk/erase.h"
#include "store/access.h"
#include "store/bulk.h"
#include "store/import.h"
#include "store/letter.h"
#include "store/record.h"
#include "store/webhook.h"

/* Each makes a few events, and a command has only so many. */
#define RESTORED_SLICE 100

SQL(restored_unsent,
    "SELECT id FROM message WHERE kind = 2 AND"
    " delivery IN (1, 2, 3, 5, 6, 9, 10) ORDER BY id LIMIT $1");
SQL(restored_erasures, "SELECT event, contact, at FROM erasure"
                       " ORDER BY at, event LIMIT $1");
SQL(restored_event, "SELECT 1 FROM event WHERE seq = $1 AND hash = $2");
SQL(restored_ledger, "INSERT INTO erasure (event, contact, at)"
                     " VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");

static enum status restored_message(struct desk *desk, struct decision *d,
                                    int64_t id)
{
	struct message *message;
	struct ticket *ticket;
	enum status status =
		record_load(desk->db, d->state, RECORD_MESSAGE, id);

	if (status != ST_OK)
		return status;
	message = state_message(d->state, id);
	status = desk_load_ticket(desk, d, message->ticket, &ticket, NULL);
	if (status == ST_OK)
		outbound_fail(d, ticket, message, WHY_RESTORED,
		              STR("The workspace was restored from a copy. "
		                  "Whether this had left is not known: send "
		                  "it again if it is still right."));
	return status;
}

/* One command's worth of what was waiting; *count_out tells how much it was. */
static enum status restored_slice(struct desk *desk, const struct turn *turn,
                                  struct outcome *outcome_out,
                                  size_t *count_out)
{
	int64_t ids[RESTORED_SLICE];
	struct sql_query query;
	struct decision d;
	size_t count = 0;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	sql_begin(&query, desk->db, &restored_unsent);
	sql_bind_i64(&query, 1, RESTORED_SLICE);
	while (count < RESTORED_SLICE && sql_next(&query))
		ids[count++] = sql_i64(&query, 0);
	status = sql_end(&query);
	for (size_t i = 0; i < count && status == ST_OK; i++)
		status = restored_message(desk, &d, ids[i]);
	if (status == ST_OK)
		status = desk_commit(desk, turn, &d, outcome_out);
	*count_out = count;
	return status;
}

enum status desk_restored(struct desk *desk, const struct turn *turn,
                          struct outcome *outcome_out)
{
	struct turn each = *turn;
	struct decision d;
	size_t count = RESTORED_SLICE;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	decide(&d, EV_WORKSPACE_RESTORED, 0, 0, d.now,
	       DATA(workspace_restored, .up_to = desk->end.seq));
	status = session_clear(desk->db);
	if (status == ST_OK)
		status = bulk_stop_all(desk->db);
	if (status == ST_OK)
		status = import_stop_all(
			desk->db, STR("The workspace was restored from a "
		                      "copy, and the file is not in it. Import "
		                      "it again: what is here is skipped."));
	if (status == ST_OK)
		status = letter_clear(desk->db);
	/* A code of now may have been used in the lost span. */
	if (status == ST_OK)
		status = access_clear(desk->db, d.now / TOTP_STEP_MS);
	if (status == ST_OK)
		status = desk_commit(desk, turn, &d, outcome_out);
	while (status == ST_OK && count == RESTORED_SLICE) {
		desk->ports.fill_random(each.command, sizeof(each.command));
		status = restored_slice(desk, &each, outcome_out, &count);
	}
	if (status == ST_OK)
		status = webhook_restored(desk->db, desk->end.seq);
	return status;
}

enum status desk_erasures(struct sql_db *db, struct erasure *erasures_out,
                          size_t room, size_t *count_out)
{
	struct sql_query query;
	size_t count = 0;
	enum status status;

	sql_begin(&query, db, &restored_erasures);
	sql_bind_i64(&query, 1, (int64_t)room);
	while (count < room && sql_next(&query)) {
		struct erasure *erasure = &erasures_out[count++];
		struct str event = sql_blob(&query, 0);

		*erasure = (struct erasure){
			.contact = sql_i64(&query, 1),
			.at = sql_i64(&query, 2),
		};
		if (event.length == sizeof(erasure->event))
			memcpy(erasure->event, event.text, event.length);
	}
	status = sql_end(&query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

static struct str erasure_event(const struct erasure *erasure)
{
	return (struct str){(const char *)erasure->event,
	                    sizeof(erasure->event)};
}

/* Whether the person is in this workspace, and not only a like number. */
static enum status erasure_is_here(struct sql_db *db,
                                   const struct erasure *erasure,
                                   bool *here_out)
{
	struct sql_query query;

	sql_begin(&query, db, &restored_event);
	sql_bind_i64(&query, 1, erasure->contact);
	sql_bind_blob(&query, 2, erasure_event(erasure));
	*here_out = sql_next(&query);
	return sql_end(&query);
}

enum status desk_erase_again(struct desk *desk, const struct erasure *erasure,
                             struct problem *problem_out)
{
	struct erased erased;
	struct sql_query query;
	bool here = false;
	enum status status = erasure_is_here(desk->db, erasure, &here);

	if (status != ST_OK)
		return status;
	if (here)
		return desk_erase(desk, erasure->at, erasure->contact, &erased,
		                  problem_out);
	/* A later copy may have them. */
	sql_begin(&query, desk->db, &restored_ledger);
	sql_bind_blob(&query, 1, erasure_event(erasure));
	sql_bind_i64(&query, 2, erasure->contact);
	sql_bind_i64(&query, 3, erasure->at);
	return sql_run(&query);
}
