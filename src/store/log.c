#include "store/log.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "base/limits.h"
#include "store/content.h"

/* Events that one look at the audit goes through. */
#define LOG_BACK_PIECE 20000

SQL(log_end_row, "SELECT seq, recorded_at, hash FROM event"
                 " ORDER BY seq DESC LIMIT 1");
SQL(log_insert, "INSERT INTO event (seq, client, kind, subject, actor,"
                " occurred_at, recorded_at, known_at, cause, command,"
                " position, data, content, hash)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,"
                " $13, $14)");
#define LOG_COLUMNS                                                            \
	"SELECT seq, client, kind, subject, actor, occurred_at, recorded_at,"  \
	" known_at, cause, command, position, data"
SQL(log_range, LOG_COLUMNS " FROM event WHERE seq > $1 AND"
                           " (CAST($2 AS BIGINT) IS NULL OR seq <= $2)"
                           " ORDER BY seq");
SQL(log_subject, LOG_COLUMNS " FROM event WHERE subject = $1 ORDER BY seq");
SQL(log_one, LOG_COLUMNS " FROM event WHERE seq = $1");
SQL(log_command, LOG_COLUMNS " FROM event WHERE command = $1"
                             " ORDER BY position LIMIT $2");
SQL(log_back, LOG_COLUMNS " FROM event WHERE seq < $1 AND seq >= $2 AND"
                          " (CAST($3 AS BIGINT) IS NULL OR kind = $3)"
                          " ORDER BY seq DESC LIMIT $4");
SQL(log_back_actor, LOG_COLUMNS " FROM event WHERE actor = $5 AND actor > 0"
                                " AND seq < $1 AND seq >= $2 AND"
                                " (CAST($3 AS BIGINT) IS NULL OR kind = $3)"
                                " ORDER BY seq DESC LIMIT $4");
SQL(log_time, "SELECT recorded_at FROM event WHERE seq = $1");
SQL(log_hashes, LOG_COLUMNS ", content, hash FROM event ORDER BY seq");

enum status log_find_end(struct sql_db *db, struct log_end *end_out)
{
	struct log_end end = {0};
	struct sql_query query;
	enum status status;

	sql_begin(&query, db, &log_end_row);
	if (sql_next(&query)) {
		struct str hash = sql_blob(&query, 2);

		end.seq = sql_i64(&query, 0);
		end.recorded_at = sql_i64(&query, 1);
		if (hash.length == LOG_HASH_BYTES)
			memcpy(end.hash, hash.text, LOG_HASH_BYTES);
	}
	status = sql_end(&query);
	if (status == ST_OK)
		*end_out = end;
	return status;
}

static void log_hash_i64(crypto_generichash_state *state, int64_t value)
{
	unsigned char bytes[8];

	for (int i = 0; i < 8; i++)
		bytes[i] = (unsigned char)((uint64_t)value >> (8 * i));
	crypto_generichash_update(state, bytes, sizeof(bytes));
}

/* Of the former hash, every column of the event, and its commitments. */
static void log_hash(const unsigned char former[LOG_HASH_BYTES],
                     const struct event *event, struct str data,
                     struct str commitments,
                     unsigned char hash_out[LOG_HASH_BYTES])
{
	const int64_t columns[] = {
		event->seq,         event->client,        (int64_t)event->kind,
		event->subject,     event->actor,         event->occurred_at,
		event->recorded_at, event->known_at,      event->cause,
		event->position,    (int64_t)data.length,
	};
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, LOG_HASH_BYTES);
	crypto_generichash_update(&state, former, LOG_HASH_BYTES);
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		log_hash_i64(&state, columns[i]);
	crypto_generichash_update(&state, event->command, EVENT_COMMAND_BYTES);
	crypto_generichash_update(&state, (const unsigned char *)data.text,
	                          data.length);
	crypto_generichash_update(&state,
	                          (const unsigned char *)commitments.text,
	                          commitments.length);
	crypto_generichash_final(&state, hash_out, LOG_HASH_BYTES);
}

static enum status log_insert_row(struct sql_db *db, const struct event *event,
                                  struct str data, struct str commitments,
                                  const unsigned char *hash)
{
	struct sql_query query;

	sql_begin(&query, db, &log_insert);
	sql_bind_i64(&query, 1, event->seq);
	sql_bind_i64(&query, 2, event->client);
	sql_bind_i64(&query, 3, (int64_t)event->kind);
	sql_bind_i64(&query, 4, event->subject);
	sql_bind_i64(&query, 5, event->actor);
	sql_bind_i64(&query, 6, event->occurred_at);
	sql_bind_i64(&query, 7, event->recorded_at);
	sql_bind_i64(&query, 8, event->known_at);
	sql_bind_i64(&query, 9, event->cause);
	sql_bind_blob(&query, 10,
	              (struct str){(const char *)event->command,
	                           EVENT_COMMAND_BYTES});
	sql_bind_i64(&query, 11, event->position);
	sql_bind_text(&query, 12, data);
	sql_bind_blob(&query, 13, commitments);
	sql_bind_blob(&query, 14,
	              (struct str){(const char *)hash, LOG_HASH_BYTES});
	return sql_run(&query);
}

enum status log_append(struct sql_db *db, struct log_end *end,
                       const struct event *event, const struct content *words,
                       size_t word_count, const unsigned char *salts)
{
	unsigned char commitments[SLOT_COUNT * LOG_HASH_BYTES];
	unsigned char hash[LOG_HASH_BYTES];
	char text[EVENT_DATA_TEXT_MAX];
	struct str data = {text, event_data_print(event, text)};
	enum status status;

	assert(event->seq == end->seq + 1);
	assert(word_count < SLOT_COUNT);
	for (size_t i = 0; i < word_count; i++) {
		assert(i == 0 || words[i].slot > words[i - 1].slot);
		content_commit(words[i].slot, words[i].text,
		               salts + i * LOG_SALT_BYTES,
		               commitments + i * LOG_HASH_BYTES);
	}

	struct str all = {(const char *)commitments,
	                  word_count * LOG_HASH_BYTES};

	log_hash(end->hash, event, data, all, hash);
	status = log_insert_row(db, event, data, all, hash);
	for (size_t i = 0; i < word_count && status == ST_OK; i++)
		status = content_write(db, &words[i],
		                       salts + i * LOG_SALT_BYTES);
	if (status != ST_OK)
		return status;
	end->seq = event->seq;
	end->recorded_at = event->recorded_at;
	memcpy(end->hash, hash, LOG_HASH_BYTES);
	return ST_OK;
}

/* False when the row is no event that this program knows. */
static bool log_row(struct sql_query *query, struct event *event_out)
{
	struct str command = sql_blob(query, 9);
	struct event event = {
		.seq = sql_i64(query, 0),
		.client = sql_i64(query, 1),
		.subject = sql_i64(query, 3),
		.actor = sql_i64(query, 4),
		.occurred_at = sql_i64(query, 5),
		.recorded_at = sql_i64(query, 6),
		.known_at = sql_i64(query, 7),
		.cause = sql_i64(query, 8),
		.position = sql_i64(query, 10),
	};

	if (!event_type(sql_i64(query, 2)) ||
	    command.length != EVENT_COMMAND_BYTES ||
	    !event_data_parse(sql_text(query, 11), &event.data))
		return false;
	event.kind = (enum event_kind)sql_i64(query, 2);
	memcpy(event.command, command.text, EVENT_COMMAND_BYTES);
	*event_out = event;
	return true;
}

static enum status log_each_row(struct sql_query *query, log_each each,
                                void *context)
{
	enum status status = ST_OK, ended;
	struct event event;

	while (status == ST_OK && sql_next(query)) {
		status = log_row(query, &event) ? each(context, &event)
		                                : ST_INVALID;
	}
	ended = sql_end(query);
	return status != ST_OK ? status : ended;
}

enum status log_read(struct sql_db *db, int64_t after, int64_t until,
                     log_each each, void *context)
{
	struct sql_query query;

	sql_begin(&query, db, &log_range);
	sql_bind_i64(&query, 1, after);
	sql_bind_filter(&query, 2, until);
	return log_each_row(&query, each, context);
}

enum status log_read_one(struct sql_db *db, int64_t seq,
                         struct event *event_out, size_t *count_out)
{
	struct sql_query query;
	bool found;
	enum status status;

	sql_begin(&query, db, &log_one);
	sql_bind_i64(&query, 1, seq);
	found = sql_next(&query) && log_row(&query, event_out);
	status = sql_end(&query);
	if (status == ST_OK)
		*count_out = found;
	return status;
}

enum status log_read_subject(struct sql_db *db, int64_t subject, log_each each,
                             void *context)
{
	struct sql_query query;

	sql_begin(&query, db, &log_subject);
	sql_bind_i64(&query, 1, subject);
	return log_each_row(&query, each, context);
}

/* The first seq recorded at or after `at`: times never step back. */
static enum status log_seq_at(struct sql_db *db, instant_ms at, int64_t end,
                              int64_t *seq_out)
{
	int64_t low = 1, high = end + 1;
	enum status status = ST_OK;

	while (low < high && status == ST_OK) {
		int64_t middle = low + (high - low) / 2;
		struct sql_query query;
		instant_ms recorded = 0;

		sql_begin(&query, db, &log_time);
		sql_bind_i64(&query, 1, middle);
		if (sql_next(&query))
			recorded = sql_i64(&query, 0);
		status = sql_end(&query);
		if (recorded < at)
			low = middle + 1;
		else
			high = middle;
	}
	*seq_out = low;
	return status;
}

static enum status log_read_piece(struct sql_db *db,
                                  const struct log_filter *filter,
                                  int64_t before, int64_t from,
                                  struct event *events_out, size_t *count_out)
{
	struct sql_query query;
	size_t count = 0;
	enum status status;

	sql_begin(&query, db, filter->actor ? &log_back_actor : &log_back);
	sql_bind_i64(&query, 1, before);
	sql_bind_i64(&query, 2, from);
	sql_bind_filter(&query, 3, filter->kind);
	sql_bind_i64(&query, 4, (int64_t)filter->limit);
	if (filter->actor)
		sql_bind_i64(&query, 5, filter->actor);
	while (count < filter->limit && sql_next(&query))
		count += log_row(&query, &events_out[count]);
	status = sql_end(&query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

enum status log_read_back(struct sql_db *db, const struct log_filter *filter,
                          struct event *events_out, size_t *count_out,
                          int64_t *next_out)
{
	struct log_end end = {0};
	int64_t first = 1, before, last, from;
	size_t count = 0;
	enum status status = log_find_end(db, &end);

	last = end.seq + 1;
	if (status == ST_OK && filter->from)
		status = log_seq_at(db, filter->from, end.seq, &first);
	if (status == ST_OK && filter->to)
		status = log_seq_at(db, filter->to, end.seq, &last);
	if (status != ST_OK)
		return status;
	before =
		filter->before && filter->before < last ? filter->before : last;
	/* By member there is an index; by kind all must be looked at. */
	from = filter->actor || before - first < LOG_BACK_PIECE
	               ? first
	               : before - LOG_BACK_PIECE;
	status = log_read_piece(db, filter, before, from, events_out, &count);
	if (status != ST_OK)
		return status;
	*count_out = count;
	if (count == filter->limit && count > 0)
		*next_out = events_out[count - 1].seq;
	else
		*next_out = from > first ? from : 0;
	return ST_OK;
}

enum status log_read_command(struct sql_db *db,
                             const unsigned char command[EVENT_COMMAND_BYTES],
                             struct event *events_out, size_t room,
                             size_t *count_out)
{
	struct sql_query query;
	size_t count = 0;
	enum status status;

	sql_begin(&query, db, &log_command);
	sql_bind_blob(&query, 1,
	              (struct str){(const char *)command, EVENT_COMMAND_BYTES});
	sql_bind_i64(&query, 2, (int64_t)room);
	while (count < room && sql_next(&query) &&
	       log_row(&query, &events_out[count]))
		count++;
	status = sql_end(&query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

/* The words that are still there must be those that were committed to. */
static enum status log_verify_words(struct sql_db *db,
                                    const struct event *event,
                                    struct str commitments)
{
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	struct content_stored words[SLOT_COUNT];
	size_t count = 0;
	enum status status =
		content_read_all(db, arena, event->seq, words, &count);

	if (status == ST_OK && count * LOG_HASH_BYTES != commitments.length)
		status = ST_INVALID;
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		unsigned char hash[LOG_HASH_BYTES];

		if (words[i].erased)
			continue;
		content_commit(words[i].slot, words[i].text, words[i].salt,
		               hash);
		if (memcmp(hash, commitments.text + i * LOG_HASH_BYTES,
		           LOG_HASH_BYTES) != 0)
			status = ST_INVALID;
	}
	arena_free(&arena);
	return status;
}

/* One row of the chain; `end` is where it stood before. */
static enum status log_verify_row(struct sql_db *db, struct sql_query *query,
                                  struct log_end *end)
{
	unsigned char hash[LOG_HASH_BYTES];
	struct str commitments = sql_blob(query, 12);
	struct str stored = sql_blob(query, 13);
	struct event event;

	if (!log_row(query, &event) || event.seq != end->seq + 1 ||
	    stored.length != LOG_HASH_BYTES)
		return ST_INVALID;
	log_hash(end->hash, &event, sql_text(query, 11), commitments, hash);
	if (memcmp(hash, stored.text, LOG_HASH_BYTES) != 0)
		return ST_INVALID;
	memcpy(end->hash, hash, LOG_HASH_BYTES);
	end->seq = event.seq;
	return log_verify_words(db, &event, commitments);
}

enum status log_verify(struct sql_db *db, int64_t *count_out,
                       struct problem *problem_out)
{
	struct log_end end = {0};
	struct sql_query query;
	enum status status = ST_OK, ended;

	sql_begin(&query, db, &log_hashes);
	while (status == ST_OK && sql_next(&query))
		status = log_verify_row(db, &query, &end);
	ended = sql_end(&query);
	if (status == ST_INVALID)
		return problem_set(problem_out, ST_INVALID, "event",
		                   "The log is damaged at event %lld: it is "
		                   "not what was written.",
		                   (long long)end.seq + 1);
	if (status == ST_OK)
		status = ended;
	if (status == ST_OK)
		*count_out = end.seq;
	return status;
}
