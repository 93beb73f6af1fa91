#include "store/project.h"

#include <inttypes.h>
#include <stdio.h>

#include "store/lookup.h"
#include "store/record.h"

SQL(project_timer_set, "INSERT INTO timer (kind, subject, at)"
                       " VALUES ($1, $2, $3)"
                       " ON CONFLICT (kind, subject)"
                       " DO UPDATE SET at = excluded.at");
SQL(project_timer_drop, "DELETE FROM timer WHERE kind = $1 AND subject = $2");
SQL(project_tally, "INSERT INTO tally (rank, type, assignee, count)"
                   " VALUES ($1, $2, $3, $4)"
                   " ON CONFLICT (rank, type, assignee)"
                   " DO UPDATE SET count = tally.count + excluded.count");
SQL(project_address_drop, "DELETE FROM contact_address WHERE contact = $1");
SQL(project_address, "INSERT INTO contact_address (address, contact)"
                     " VALUES ($1, $2) ON CONFLICT DO NOTHING");
SQL(project_domain_drop, "DELETE FROM client_domain WHERE client = $1");
SQL(project_domain, "INSERT INTO client_domain (domain, client)"
                    " VALUES ($1, $2) ON CONFLICT DO NOTHING");
SQL(project_suppressed_drop,
    "DELETE FROM suppression_address WHERE suppression = $1");
SQL(project_suppressed, "INSERT INTO suppression_address"
                        " (address, suppression) VALUES ($1, $2)"
                        " ON CONFLICT DO NOTHING");
SQL(project_ref, "INSERT INTO message_ref (ref, own, message)"
                 " VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");
SQL(project_digest, "INSERT INTO message_digest (digest, message)"
                    " VALUES ($1, $2) ON CONFLICT DO NOTHING");

static enum status project_timer(struct sql_db *db, enum timer_kind kind,
                                 int64_t subject, instant_ms at)
{
	struct sql_query query;

	sql_begin(&query, db, at ? &project_timer_set : &project_timer_drop);
	sql_bind_i64(&query, 1, kind);
	sql_bind_i64(&query, 2, subject);
	if (at)
		sql_bind_i64(&query, 3, at);
	return sql_run(&query);
}

static enum status project_count(struct sql_db *db, int64_t rank, int64_t type,
                                 int64_t assignee, int64_t change)
{
	struct sql_query query;

	sql_begin(&query, db, &project_tally);
	sql_bind_i64(&query, 1, rank);
	sql_bind_i64(&query, 2, type);
	sql_bind_i64(&query, 3, assignee);
	sql_bind_i64(&query, 4, change);
	return sql_run(&query);
}

static enum status project_ticket(struct sql_db *db,
                                  const struct ticket *ticket)
{
	enum status status = ST_OK;

	if (ticket->was_snoozed != ticket->snoozed_until)
		status = project_timer(db, TIMER_SNOOZE, ticket->id,
		                       ticket->snoozed_until);
	if (status != ST_OK)
		return status;
	if (ticket->was_rank == ticket->rank &&
	    ticket->was_type == ticket->type &&
	    ticket->was_assignee == ticket->assignee)
		return ST_OK;
	if (ticket->was_rank)
		status = project_count(db, ticket->was_rank, ticket->was_type,
		                       ticket->was_assignee, -1);
	if (status == ST_OK)
		status = project_count(db, ticket->rank, ticket->type,
		                       ticket->assignee, 1);
	return status;
}

static enum status project_record(struct sql_db *db,
                                  const struct state_dirty *dirty)
{
	const struct promise *promise = dirty->record;
	const struct message *message = dirty->record;
	const struct notice *notice = dirty->record;
	enum status status = record_save(db, dirty->type, dirty->record);

	if (status != ST_OK)
		return status;
	if (dirty->type == RECORD_TICKET)
		return project_ticket(db, dirty->record);
	if (dirty->type == RECORD_PROMISE)
		return project_timer(db, TIMER_PROMISE, promise->id,
		                     promise_timer(promise));
	if (dirty->type == RECORD_MESSAGE && message->kind == MESSAGE_OUT)
		return project_timer(db, TIMER_MESSAGE, message->id,
		                     message_timer(message));
	if (dirty->type == RECORD_NOTICE)
		return project_timer(db, TIMER_NOTICE, notice->id,
		                     notice->rise_at);
	return ST_OK;
}

enum status project_records(struct sql_db *db, struct state *state)
{
	for (size_t i = 0; i < state->dirty_count; i++) {
		enum status status = project_record(db, &state->dirty[i]);

		if (status != ST_OK)
			return status;
	}
	state_clean(state);
	return ST_OK;
}

static struct str project_word(const struct content *words, size_t count,
                               enum slot slot)
{
	for (size_t i = 0; i < count; i++) {
		if (words[i].slot == slot)
			return words[i].text;
	}
	return STR("");
}

/* One text, one id: the shape of every lookup row. */
static enum status project_pair(struct sql_db *db,
                                const struct sql_statement *const *drop,
                                const struct sql_statement *const *insert,
                                struct str text, int64_t id)
{
	struct sql_query query;
	enum status status;

	sql_begin(&query, db, drop);
	sql_bind_i64(&query, 1, id);
	status = sql_run(&query);
	if (status != ST_OK || text.length == 0)
		return status;
	sql_begin(&query, db, insert);
	sql_bind_text(&query, 1, text);
	sql_bind_i64(&query, 2, id);
	return sql_run(&query);
}

static enum status project_one_ref(struct sql_db *db, struct str ref, bool own,
                                   int64_t message)
{
	struct sql_query query;

	if (ref.length == 0)
		return ST_OK;
	sql_begin(&query, db, &project_ref);
	sql_bind_text(&query, 1, ref);
	sql_bind_i64(&query, 2, own);
	sql_bind_i64(&query, 3, message);
	return sql_run(&query);
}

static enum status project_refs(struct sql_db *db, int64_t message,
                                const struct content *words, size_t count)
{
	struct str rest = project_word(words, count, SLOT_REFERENCES);
	struct str ref;
	enum status status = project_one_ref(
		db, project_word(words, count, SLOT_MESSAGE_ID), true, message);

	while (status == ST_OK && str_line(&rest, &ref))
		status = project_one_ref(db, ref, false, message);
	return status;
}

static enum status project_message_digest(struct sql_db *db,
                                          const struct event *event,
                                          const struct content *words,
                                          size_t count)
{
	unsigned char digest[LOOKUP_DIGEST_BYTES];
	struct sql_query query;
	struct str full = project_word(words, count, SLOT_FULL);
	struct str id = project_word(words, count, SLOT_MESSAGE_ID);
	char when[24];

	/* Two mails of a form say the same at different times. */
	if (id.length == 0 && event->kind == EV_MESSAGE_IMPORTED) {
		snprintf(when, sizeof(when), "%" PRId64, event->occurred_at);
		id = str_of(when);
	}

	if (full.length == 0)
		full = project_word(words, count, SLOT_TEXT);
	lookup_digest_of(id, project_word(words, count, SLOT_FROM),
	                 project_word(words, count, SLOT_SUBJECT), full,
	                 project_word(words, count, SLOT_ATTACHMENTS), digest);
	sql_begin(&query, db, &project_digest);
	sql_bind_blob(&query, 1,
	              (struct str){(const char *)digest, sizeof(digest)});
	sql_bind_i64(&query, 2, event->seq);
	return sql_run(&query);
}

static enum status project_message(struct sql_db *db, const struct event *event,
                                   const struct content *words, size_t count)
{
	enum status status = project_refs(db, event->seq, words, count);

	if (status == ST_OK && (event->kind == EV_MESSAGE_RECEIVED ||
	                        event->kind == EV_MESSAGE_IMPORTED ||
	                        event->kind == EV_SENT_ELSEWHERE))
		status = project_message_digest(db, event, words, count);
	return status;
}

enum status project_words(struct sql_db *db, const struct event *event,
                          const struct content *words, size_t count)
{
	switch (event->kind) {
	case EV_CONTACT_ADDED:
		return project_pair(db, &project_address_drop, &project_address,
		                    project_word(words, count, SLOT_ADDRESS),
		                    event->seq);
	case EV_CONTACT_CHANGED:
		return project_pair(db, &project_address_drop, &project_address,
		                    project_word(words, count, SLOT_ADDRESS),
		                    event->data.contact_changed.contact);
	case EV_CLIENT_ADDED:
	case EV_CLIENT_CHANGED:
		return project_pair(db, &project_domain_drop, &project_domain,
		                    project_word(words, count, SLOT_DOMAIN),
		                    event->subject);
	case EV_ADDRESS_SUPPRESSED:
		return project_pair(
			db, &project_suppressed_drop, &project_suppressed,
			project_word(words, count, SLOT_ADDRESS), event->seq);
	case EV_MESSAGE_RECEIVED:
	case EV_REPLY_QUEUED:
	case EV_MESSAGE_IMPORTED:
	case EV_SENT_ELSEWHERE:
	case EV_NOTE_ADDED:
	case EV_CALL_LOGGED:
		return project_message(db, event, words, count);
	default: /* no other kind is looked up by its words */
		return ST_OK;
	}
}
