#include "desk/erase.h"

#include "base/limits.h"
#include "store/blob.h"
#include "store/bulk.h"
#include "store/content.h"
#include "store/letter.h"
#include "store/record.h"
#include "store/search.h"
#include "store/view.h"

#define ERASE_SLICE 500
/* Records of one person, merged into each other. */
#define ERASE_MERGED_MAX 200
/* A name this short is in other people's words too. */
#define ERASE_NAME_MIN 5

SQL(erase_by_contact, "SELECT id FROM message WHERE contact = $1 AND kind = 1"
                      " AND id > $2 ORDER BY id LIMIT $3");
SQL(erase_subjects, "SELECT event FROM content WHERE slot = 5 AND"
                    " text IS NOT NULL AND event IN (SELECT seq FROM event"
                    " WHERE subject = $1 OR seq = $1 OR subject = $2"
                    " OR seq = $2) ORDER BY event LIMIT $3");
SQL(erase_names, "SELECT seq FROM event WHERE subject = $1 OR seq = $1"
                 " ORDER BY seq LIMIT $2");
SQL(erase_raws, "SELECT id FROM blob WHERE salt IS NOT NULL AND id > $1"
                " ORDER BY id LIMIT $2");
SQL(erase_refs, "DELETE FROM message_ref WHERE message = $1");
SQL(erase_digest, "DELETE FROM message_digest WHERE message = $1");
SQL(erase_address, "DELETE FROM contact_address WHERE contact = $1");
SQL(erase_suppressed, "DELETE FROM suppression_address WHERE suppression = $1");
SQL(erase_ledger, "INSERT INTO erasure (event, contact, at)"
                  " SELECT hash, seq, $2 FROM event WHERE seq = $1"
                  " ON CONFLICT (event) DO UPDATE SET at = excluded.at");
SQL(erase_merged, "SELECT id FROM contact WHERE merged_into = $1 AND"
                  " id > $2 ORDER BY id LIMIT $3");

struct eraser {
	struct desk *desk;
	struct arena *arena;
	int64_t contact;
	struct view_contact person;
	struct erased erased;
};

static enum status
erase_run(struct eraser *e, const struct sql_statement *const *text, int64_t id)
{
	struct sql_query query;

	sql_begin(&query, e->desk->db, text);
	sql_bind_i64(&query, 1, id);
	return sql_run(&query);
}

/* All words of an event, or one slot of it, and what was derived from them. */
static enum status erase_words(struct eraser *e, int64_t event, enum slot slot)
{
	struct sql_db *db = e->desk->db;
	/* Only what is in the index can be taken out of it. */
	enum status status = desk_index(e->desk);

	if (status == ST_OK)
		status = search_remove(db, event);
	if (status == ST_OK)
		status = content_erase(db, event, slot);
	if (status == ST_OK)
		status = erase_run(e, &erase_digest, event);
	if (status == ST_OK && (slot == SLOT_NONE || slot == SLOT_ADDRESS))
		status = erase_run(e, &erase_suppressed, event);
	if (status == ST_OK && (slot == SLOT_NONE || slot == SLOT_MESSAGE_ID ||
	                        slot == SLOT_REFERENCES))
		status = erase_run(e, &erase_refs, event);
	if (status == ST_OK && slot != SLOT_NONE)
		status = search_add(db, event);
	e->erased.contents++;
	return status;
}

static enum status erase_ids(struct eraser *e,
                             const struct sql_statement *const *text,
                             int64_t first, int64_t second, bool two,
                             int64_t *ids, size_t *count_out)
{
	struct sql_query query;
	size_t count = 0;
	enum status status;

	sql_begin(&query, e->desk->db, text);
	sql_bind_i64(&query, 1, first);
	if (two)
		sql_bind_i64(&query, 2, second);
	sql_bind_i64(&query, two ? 3 : 2, ERASE_SLICE);
	while (count < ERASE_SLICE && sql_next(&query))
		ids[count++] = sql_i64(&query, 0);
	status = sql_end(&query);
	*count_out = count;
	return status;
}

/*
 * A thread is called by the words of whoever began it, and answers to it are
 * too: they go with the message that they are from.
 */
static enum status erase_subject(struct eraser *e,
                                 const struct message *message)
{
	int64_t ids[ERASE_SLICE];
	struct str subject = STR("");
	size_t count = 0;
	enum status status = content_read(e->desk->db, e->arena, message->id,
	                                  SLOT_SUBJECT, &subject);

	if (status == ST_OK && subject.length > 0)
		status = erase_ids(e, &erase_subjects, message->ticket,
		                   message->origin, true, ids, &count);
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		struct str other = STR("");

		status = content_read(e->desk->db, e->arena, ids[i],
		                      SLOT_SUBJECT, &other);
		if (status == ST_OK &&
		    str_find_nocase(other, subject, 0) < other.length)
			status = erase_words(e, ids[i], SLOT_SUBJECT);
	}
	return status;
}

static enum status erase_message(struct eraser *e, int64_t id)
{
	struct message message = {0};
	enum status status =
		record_read(e->desk->db, RECORD_MESSAGE, id, &message.id);

	if (status == ST_OK)
		status = erase_subject(e, &message);
	if (status == ST_OK)
		status = erase_words(e, id, SLOT_NONE);
	if (status == ST_OK && message.raw) {
		status = blob_erase(e->desk->db, message.raw);
		e->erased.blobs++;
	}
	if (status == ST_OK && message.intake)
		status = erase_words(e, message.intake, SLOT_NONE);
	arena_clear(e->arena);
	return status;
}

/* What the person wrote, whole: their words are theirs. */
static enum status erase_messages(struct eraser *e)
{
	int64_t ids[ERASE_SLICE], after = 0;
	size_t count = ERASE_SLICE;
	enum status status = ST_OK;

	while (status == ST_OK && count == ERASE_SLICE) {
		status = erase_ids(e, &erase_by_contact, e->contact, after,
		                   true, ids, &count);
		for (size_t i = 0; i < count && status == ST_OK; i++) {
			after = ids[i];
			status = erase_message(e, ids[i]);
		}
	}
	return status;
}

/* The record's own names, past and present. */
static enum status erase_record(struct eraser *e)
{
	int64_t ids[ERASE_SLICE];
	size_t count;
	enum status status =
		erase_ids(e, &erase_names, e->contact, 0, false, ids, &count);

	for (size_t i = 0; i < count && status == ST_OK; i++)
		status = erase_words(e, ids[i], SLOT_NONE);
	if (status == ST_OK)
		status = erase_run(e, &erase_address, e->contact);
	return status;
}

/* The mail whose words name the person names them too, however encoded. */
static enum status erase_raw_of(struct eraser *e, int64_t event)
{
	struct message message = {0};
	enum status status =
		record_read(e->desk->db, RECORD_MESSAGE, event, &message.id);

	if (status == ST_OK && message.raw) {
		status = blob_erase(e->desk->db, message.raw);
		e->erased.blobs++;
	}
	return status == ST_NOT_FOUND ? ST_OK : status;
}

/* Whatever words of others name the person: those rows go as well. */
static enum status erase_mentions(struct eraser *e, struct str needle)
{
	int64_t events[ERASE_SLICE], after = -1;
	enum slot slots[ERASE_SLICE];
	size_t count = ERASE_SLICE;
	enum status status = ST_OK;

	if (needle.length == 0)
		return ST_OK;
	while (status == ST_OK && count == ERASE_SLICE) {
		status = content_search(e->desk->db, needle, after, events,
		                        slots, ERASE_SLICE, &count);
		for (size_t i = 0; i < count && status == ST_OK; i++) {
			status = erase_words(e, events[i], slots[i]);
			if (status == ST_OK)
				status = erase_raw_of(e, events[i]);
		}
		/* An event may have more slots: look at the last one again. */
		after = count > 0 ? events[count - 1] - 1 : after;
	}
	return status;
}

/* Files and raw mail that name the address, ours to them among them. */
static enum status erase_raw_mentions(struct eraser *e, struct str needle)
{
	int64_t ids[ERASE_SLICE], after = INT64_MIN;
	size_t count = ERASE_SLICE;
	enum status status = ST_OK;

	while (status == ST_OK && count == ERASE_SLICE && needle.length > 0) {
		status =
			erase_ids(e, &erase_raws, after, 0, false, ids, &count);
		for (size_t i = 0; i < count && status == ST_OK; i++) {
			struct str bytes;

			after = ids[i];
			status = blob_read(e->desk->db, ids[i], e->arena,
			                   &bytes);
			if (status == ST_OK &&
			    str_find_nocase(bytes, needle, 0) < bytes.length) {
				status = blob_erase(e->desk->db, ids[i]);
				e->erased.blobs++;
			}
			arena_clear(e->arena);
		}
	}
	return status;
}

static enum status erase_event(struct eraser *e, instant_ms now)
{
	struct turn turn = {.arena = e->arena, .now = now};
	struct outcome outcome;
	struct decision d;
	enum status status;

	e->desk->ports.fill_random(turn.command, sizeof(turn.command));
	if (desk_begin(e->desk, &turn, &d, &outcome, &status))
		return status;
	status = record_load(e->desk->db, d.state, RECORD_CONTACT, e->contact);
	if (status != ST_OK)
		return status;
	decide(&d, EV_CONTACT_ERASED, e->person.record.client, e->contact,
	       d.now, DATA(contact_erased, .contact = e->contact));
	status = desk_commit(e->desk, &turn, &d, &outcome);
	if (status != ST_OK)
		return status;

	struct sql_query query;

	sql_begin(&query, e->desk->db, &erase_ledger);
	sql_bind_i64(&query, 1, e->contact);
	sql_bind_i64(&query, 2, now);
	return sql_run(&query);
}

static enum status erase_all(struct eraser *e, instant_ms now)
{
	/* Copies: the arena of the needles must outlive the scan's. */
	struct arena *words = arena_new((size_t)1 << 20);
	struct str address = str_copy(words, e->person.address);
	struct str name = str_copy(words, e->person.name);
	enum status status = draft_erase(e->desk->db, e->contact);

	/* Letters that wait may quote them; the list has it all. */
	if (status == ST_OK)
		status = bulk_erase(e->desk->db);
	if (status == ST_OK)
		status = letter_clear(e->desk->db);
	if (status == ST_OK)
		status = letter_expire(e->desk->db, INT64_MAX);
	if (status == ST_OK)
		status = erase_messages(e);

	if (status == ST_OK)
		status = erase_record(e);
	if (status == ST_OK)
		status = erase_mentions(e, address);
	if (status == ST_OK && name.length >= ERASE_NAME_MIN)
		status = erase_mentions(e, name);
	if (status == ST_OK)
		status = erase_raw_mentions(e, address);
	if (status == ST_OK)
		status = erase_event(e, now);
	arena_free(&words);
	return status;
}

/* What was removed leaves the index and the file. */
static enum status erase_scrub(struct sql_db *db)
{
	bool done = false, first = true;
	enum status status = ST_OK;

	while (status == ST_OK && !done) {
		status = sql_transaction_begin(db);
		if (status == ST_OK)
			status = search_scrub(db, first, &done);
		if (status == ST_OK)
			status = sql_transaction_commit(db);
		else
			sql_transaction_rollback(db);
		first = false;
	}
	return status == ST_OK ? sql_scrub(db) : status;
}

/* A person may have been known by several records. */
static enum status erase_find_merged(struct eraser *e, int64_t *ids,
                                     size_t *count_out)
{
	size_t count = 1;
	enum status status = ST_OK;

	ids[0] = e->contact;
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		struct sql_query query;

		sql_begin(&query, e->desk->db, &erase_merged);
		sql_bind_i64(&query, 1, ids[i]);
		sql_bind_i64(&query, 2, 0);
		sql_bind_i64(&query, 3, ERASE_MERGED_MAX);
		while (count < ERASE_MERGED_MAX && sql_next(&query))
			ids[count++] = sql_i64(&query, 0);
		status = sql_end(&query);
	}
	*count_out = count;
	return status;
}

/* Inside a transaction. */
static enum status erase_person(struct eraser *e, instant_ms now)
{
	struct arena *arena = arena_new((size_t)1 << 20);
	int64_t ids[ERASE_MERGED_MAX];
	size_t count = 0;
	enum status status = erase_find_merged(e, ids, &count);

	for (size_t i = 0; i < count && status == ST_OK; i++) {
		e->contact = ids[i];
		status = view_contact(e->desk->db, arena, ids[i], &e->person);
		if (status == ST_OK)
			status = erase_all(e, now);
		arena_clear(arena);
	}
	arena_free(&arena);
	return status;
}

enum status desk_erase(struct desk *desk, instant_ms now, int64_t contact,
                       struct erased *erased_out, struct problem *problem_out)
{
	struct eraser e = {.desk = desk, .contact = contact};
	struct contact record;
	enum status status =
		record_read(desk->db, RECORD_CONTACT, contact, &record.id);

	e.arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	if (status == ST_NOT_FOUND)
		status = desk_missing(problem_out, "contact");
	if (status == ST_OK)
		status = sql_transaction_begin(desk->db);
	if (status == ST_OK) {
		status = erase_person(&e, now);
		if (status == ST_OK)
			status = sql_transaction_commit(desk->db);
		else
			sql_transaction_rollback(desk->db);
	}
	if (status == ST_OK)
		status = erase_scrub(desk->db);
	if (status == ST_OK)
		*erased_out = e.erased;
	arena_free(&e.arena);
	return status;
}
