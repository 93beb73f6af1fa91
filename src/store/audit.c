#include "store/audit.h"

#include <assert.h>

#include "base/limits.h"
#include "core/event.h"
#include "core/record.h"
#include "store/blob.h"

SQL(audit_accepted, "SELECT COUNT(*) FROM event WHERE kind = 20");
SQL(audit_states, "SELECT state, COUNT(*) FROM intake GROUP BY state");
SQL(audit_blobs, "SELECT id FROM blob WHERE id > $1 ORDER BY id LIMIT 500");
SQL(audit_lost_messages,
    "SELECT i.id FROM intake i LEFT JOIN message m ON m.id = i.message"
    " WHERE i.state IN (2, 3, 5) AND m.id IS NULL LIMIT 1");
SQL(audit_doubled, "SELECT intake FROM message WHERE intake > 0"
                   " GROUP BY intake HAVING COUNT(*) > 1 LIMIT 1");
SQL(audit_lost_timers,
    "SELECT p.id FROM promise p LEFT JOIN timer t ON t.kind = 1 AND"
    " t.subject = p.id WHERE p.state = 1 AND p.running = 1 AND"
    " p.held_by = 0 AND p.broken_at = 0 AND p.due_at > 0 AND"
    " t.subject IS NULL LIMIT 1");
SQL(audit_lost_bytes,
    "SELECT i.id FROM intake i LEFT JOIN blob b ON b.id = i.raw"
    " WHERE b.id IS NULL LIMIT 1");

static_assert(EV_MAIL_ACCEPTED == 20, "audit_accepted counts this kind");

/* Each of these asks for one thing that must not be. */
static const struct {
	const struct sql_statement *const *text;
	const char *field, *words;
} audit_never[] = {
	{&audit_lost_messages, "intake", "was filed, but its message is gone"},
	{&audit_doubled, "intake", "was filed twice"},
	{&audit_lost_timers, "promise", "is owed, but nothing will tell"},
	{&audit_lost_bytes, "intake", "has lost its bytes"},
};

static enum status audit_nothing(struct sql_db *db, struct problem *problem_out)
{
	for (size_t i = 0; i < sizeof(audit_never) / sizeof(*audit_never);
	     i++) {
		struct sql_query query;
		int64_t id = 0;
		enum status status;

		sql_begin(&query, db, audit_never[i].text);
		if (sql_next(&query))
			id = sql_i64(&query, 0);
		status = sql_end(&query);
		if (status != ST_OK)
			return status;
		if (id != 0)
			return problem_set(problem_out, ST_INVALID,
			                   audit_never[i].field, "%s %lld %s.",
			                   audit_never[i].field, (long long)id,
			                   audit_never[i].words);
	}
	return ST_OK;
}

static enum status audit_mail(struct sql_db *db, struct audit *audit,
                              struct problem *problem_out)
{
	int64_t *const counts[INTAKE_STATE_COUNT] = {
		[INTAKE_WAITING] = &audit->waiting,
		[INTAKE_OPENED] = &audit->opened,
		[INTAKE_APPENDED] = &audit->appended,
		[INTAKE_QUARANTINED] = &audit->quarantined,
		[INTAKE_DUPLICATE] = &audit->duplicate,
		[INTAKE_LOOP] = &audit->loop,
		[INTAKE_ANSWERED] = &audit->answered,
	};
	struct sql_query query;
	int64_t sum = 0;
	enum status status;

	sql_begin(&query, db, &audit_accepted);
	if (sql_next(&query))
		audit->accepted = sql_i64(&query, 0);
	status = sql_end(&query);
	if (status != ST_OK)
		return status;
	sql_begin(&query, db, &audit_states);
	while (sql_next(&query)) {
		int64_t state = sql_i64(&query, 0);

		if (state > INTAKE_NONE && state < INTAKE_STATE_COUNT)
			*counts[state] = sql_i64(&query, 1);
		sum += sql_i64(&query, 1);
	}
	status = sql_end(&query);
	if (status == ST_OK && sum != audit->accepted)
		return problem_set(problem_out, ST_INVALID, "mail",
		                   "%lld mails were accepted, and %lld are "
		                   "accounted for.",
		                   (long long)audit->accepted, (long long)sum);
	return status;
}

/* Reads every blob whole, which compares it with its hash. */
static enum status audit_read_blobs(struct sql_db *db, struct audit *audit,
                                    struct problem *problem_out)
{
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	int64_t ids[500], after = INT64_MIN;
	enum status status = ST_OK;
	size_t count = 1;

	while (status == ST_OK && count > 0) {
		struct sql_query query;

		count = 0;
		sql_begin(&query, db, &audit_blobs);
		sql_bind_i64(&query, 1, after);
		while (count < 500 && sql_next(&query))
			ids[count++] = sql_i64(&query, 0);
		status = sql_end(&query);
		for (size_t i = 0; i < count && status == ST_OK; i++) {
			struct str bytes;

			status = blob_read(db, ids[i], arena, &bytes);
			arena_clear(arena);
			audit->blobs_erased += status == ST_NOT_FOUND;
			audit->blobs += status == ST_OK;
			after = ids[i];
			if (status == ST_NOT_FOUND)
				status = ST_OK;
			else if (status != ST_OK)
				status = problem_set(
					problem_out, ST_INVALID, "blob",
					"Blob %lld is not what was written.",
					(long long)ids[i]);
		}
	}
	arena_free(&arena);
	return status;
}

enum status audit_run(struct sql_db *db, struct audit *audit_out,
                      struct problem *problem_out)
{
	struct audit audit = {0};
	enum status status = audit_mail(db, &audit, problem_out);

	if (status == ST_OK)
		status = audit_nothing(db, problem_out);
	if (status == ST_OK)
		status = audit_read_blobs(db, &audit, problem_out);
	if (status == ST_OK)
		*audit_out = audit;
	return status;
}
