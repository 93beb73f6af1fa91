/* Dropping every derived table, and making it anew from the log. */
#include <string.h>

#include "base/limits.h"
#include "store/content.h"
#include "store/log.h"
#include "store/project.h"
#include "store/record.h"
#include "store/search.h"

/* A rebuild of a large workspace holds all its records at once. */
#define REBUILD_ARENA_BYTES ((size_t)16 << 30)
/* Rows are written after so many events. */
#define REBUILD_SLICE 4096

/* clang-format off */
#define R(symbol, name, columns) SQL(rebuild_drop_##name, "DELETE FROM " #name);
RECORD_TYPES(R)
#undef R
SQL(rebuild_drop_contact_address, "DELETE FROM contact_address");
SQL(rebuild_drop_client_domain,   "DELETE FROM client_domain");
SQL(rebuild_drop_suppressed,      "DELETE FROM suppression_address");
SQL(rebuild_drop_message_ref,     "DELETE FROM message_ref");
SQL(rebuild_drop_message_digest,  "DELETE FROM message_digest");
SQL(rebuild_drop_timer,           "DELETE FROM timer");
SQL(rebuild_drop_tally,           "DELETE FROM tally");

SQL(rebuild_version,     "SELECT version FROM derived");
SQL(rebuild_version_set, "UPDATE derived SET version = $1");

/* What is derived, by name: the list of what goes, never of what stays. */
static const struct sql_statement *const *const rebuild_drops[] = {
#define R(symbol, name, columns) &rebuild_drop_##name,
	RECORD_TYPES(R)
#undef R
	&rebuild_drop_contact_address, &rebuild_drop_client_domain,
	&rebuild_drop_suppressed,
	&rebuild_drop_message_ref, &rebuild_drop_message_digest,
	&rebuild_drop_timer, &rebuild_drop_tally,
};
/* clang-format on */

enum status project_drop(struct sql_db *db)
{
	struct sql_query query;
	enum status status = search_drop(db);

	for (size_t i = 0; i < sizeof(rebuild_drops) / sizeof(*rebuild_drops) &&
	                   status == ST_OK;
	     i++) {
		sql_begin(&query, db, rebuild_drops[i]);
		status = sql_run(&query);
	}
	return status;
}

struct rebuild {
	struct sql_db *db;
	struct state state;
	struct arena *words; /* of one slice */
	int64_t indexed;     /* for search, up to this event */
	int64_t events;
	bool write; /* else only fold */
};

static enum status rebuild_words(struct rebuild *rebuild,
                                 const struct event *event)
{
	struct content_stored stored[SLOT_COUNT];
	struct content words[SLOT_COUNT];
	size_t count = 0, kept = 0;
	enum status status = content_read_all(rebuild->db, rebuild->words,
	                                      event->seq, stored, &count);

	for (size_t i = 0; i < count; i++) {
		/* Erased words are gone from every lookup too. */
		if (!stored[i].erased)
			words[kept++] = (struct content){
				event->seq, stored[i].slot, stored[i].text};
	}
	if (status == ST_OK)
		status = project_words(rebuild->db, event, words, kept);
	return status;
}

static enum status rebuild_slice(struct rebuild *rebuild)
{
	enum status status = project_records(rebuild->db, &rebuild->state);

	if (status == ST_OK)
		status = search_add_range(rebuild->db, rebuild->indexed,
		                          rebuild->events);
	rebuild->indexed = rebuild->events;
	arena_clear(rebuild->words);
	return status;
}

static enum status rebuild_event(void *context, const struct event *event)
{
	struct rebuild *rebuild = context;
	enum status status = ST_OK;

	state_apply(&rebuild->state, event);
	rebuild->events++;
	if (!rebuild->write)
		return ST_OK;
	status = rebuild_words(rebuild, event);
	if (status == ST_OK && rebuild->events % REBUILD_SLICE == 0)
		status = rebuild_slice(rebuild);
	return status;
}

static enum status rebuild_fold(struct sql_db *db, bool write,
                                struct rebuild *rebuild,
                                struct problem *problem_out)
{
	enum status status;

	*rebuild = (struct rebuild){.db = db, .write = write};
	rebuild->words = arena_new(LIMIT_TURN_ARENA_BYTES);
	state_init(&rebuild->state, arena_new(REBUILD_ARENA_BYTES));
	status = log_read(db, 0, 0, rebuild_event, rebuild);
	if (status == ST_INVALID)
		return problem_set(problem_out, status, "event",
		                   "Event %lld is none that this program "
		                   "knows.",
		                   (long long)rebuild->events + 1);
	return status;
}

static void rebuild_release(struct rebuild *rebuild)
{
	arena_free(&rebuild->words);
	arena_free(&rebuild->state.arena);
}

enum status project_rebuild(struct sql_db *db, int64_t *events_out,
                            struct problem *problem_out)
{
	struct rebuild rebuild;
	enum status status = project_drop(db);

	if (status != ST_OK)
		return status;
	status = rebuild_fold(db, true, &rebuild, problem_out);
	if (status == ST_OK)
		status = rebuild_slice(&rebuild);
	if (status == ST_OK)
		*events_out = rebuild.events;
	rebuild_release(&rebuild);
	return status;
}

static enum status rebuild_is_version(struct sql_db *db, int64_t *version_out)
{
	struct sql_query query;

	sql_begin(&query, db, &rebuild_version);
	*version_out = sql_next(&query) ? sql_i64(&query, 0) : 0;
	return sql_end(&query);
}

static enum status rebuild_say_version(struct sql_db *db)
{
	struct sql_query query;

	sql_begin(&query, db, &rebuild_version_set);
	sql_bind_i64(&query, 1, PROJECT_VERSION);
	return sql_run(&query);
}

enum status project_upgrade(struct sql_db *db, int64_t *events_out,
                            struct problem *problem_out)
{
	int64_t version = 0, events = 0;
	enum status status = rebuild_is_version(db, &version);

	*events_out = 0;
	if (status != ST_OK || version == PROJECT_VERSION)
		return status;
	status = sql_transaction_begin(db);
	if (status == ST_OK)
		status = project_rebuild(db, &events, problem_out);
	if (status == ST_OK)
		status = rebuild_say_version(db);
	if (status == ST_OK)
		status = sql_transaction_commit(db);
	else
		sql_transaction_rollback(db);
	if (status == ST_OK)
		*events_out = events;
	return status;
}

static enum status rebuild_compare_one(struct sql_db *db, enum record_type type,
                                       const int64_t *folded,
                                       struct problem *problem_out)
{
	int64_t stored[RECORD_COLUMNS_MAX];
	enum status status = record_read(db, type, folded[0], stored);

	if (status == ST_STORE)
		return status;
	if (status == ST_NOT_FOUND ||
	    memcmp(stored, folded,
	           record_shapes[type].columns * sizeof(int64_t)) != 0)
		return problem_set(
			problem_out, ST_INVALID, record_shapes[type].name,
			"The row of %s %lld differs from what the "
			"log says. `holdfast rebuild` mends it.",
			record_shapes[type].name, (long long)folded[0]);
	return ST_OK;
}

/* clang-format off */
#define R(symbol, name, columns) \
	SQL(rebuild_count_##name, "SELECT COUNT(*) FROM " #name);
RECORD_TYPES(R)
#undef R
static const struct sql_statement *const *const rebuild_counts[] = {
#define R(symbol, name, columns) [RECORD_##symbol] = &rebuild_count_##name,
	RECORD_TYPES(R)
#undef R
};
/* clang-format on */

static enum status rebuild_compare_type(struct sql_db *db,
                                        const struct state *state,
                                        enum record_type type,
                                        struct problem *problem_out)
{
	enum status status = ST_OK;
	struct sql_query query;
	size_t cursor = 0, rows;
	const int64_t *record;

	while (status == ST_OK &&
	       (record = state_next(state, type, &cursor)) != NULL)
		status = rebuild_compare_one(db, type, record, problem_out);
	if (status != ST_OK)
		return status;
	sql_begin(&query, db, rebuild_counts[type]);
	rows = sql_next(&query) ? (size_t)sql_i64(&query, 0) : 0;
	status = sql_end(&query);
	if (status == ST_OK && rows != state->maps[type].count)
		return problem_set(problem_out, ST_INVALID,
		                   record_shapes[type].name,
		                   "There are %zu rows of %s; the log makes "
		                   "%zu. `holdfast rebuild` mends it.",
		                   rows, record_shapes[type].name,
		                   state->maps[type].count);
	return status;
}

enum status project_compare(struct sql_db *db, struct problem *problem_out)
{
	struct rebuild rebuild;
	enum status status = rebuild_fold(db, false, &rebuild, problem_out);

	for (int type = 0; type < RECORD_TYPE_COUNT && status == ST_OK; type++)
		status = rebuild_compare_type(db, &rebuild.state,
		                              (enum record_type)type,
		                              problem_out);
	rebuild_release(&rebuild);
	return status;
}
