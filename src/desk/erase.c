#include "desk/erase.h"

#include "base/limits.h"
#include "core/outbound.h"
#include "store/blob.h"
#include "store/content.h"
#include "store/record.h"
#include "store/search.h"
#include "store/session.h"
#include "store/view.h"

#define ERASE_SLICE 500
/* Each makes a few events, and a command has only so many. */
#define RESTORED_SLICE 100
/* A name this short is in other people's words too. */
#define ERASE_NAME_MIN 5

SQL(erase_by_contact, "SELECT id FROM message WHERE contact = $1 AND kind = 1"
                      " AND id > $2 ORDER BY id LIMIT $3");
SQL(erase_names, "SELECT seq FROM event WHERE subject = $1 OR seq = $1"
                 " ORDER BY seq LIMIT $2");
SQL(erase_raws, "SELECT id FROM blob WHERE salt IS NOT NULL AND id > $1"
                " ORDER BY id LIMIT $2");
SQL(erase_refs, "DELETE FROM message_ref WHERE message = $1");
SQL(erase_digest, "DELETE FROM message_digest WHERE message = $1");
SQL(erase_address, "DELETE FROM contact_address WHERE contact = $1");
SQL(erase_ledger, "INSERT INTO erasure (contact, at) VALUES ($1, $2)"
                  " ON CONFLICT DO NOTHING");
SQL(erase_ledger_rows, "SELECT contact FROM erasure ORDER BY contact LIMIT $1");
SQL(erase_unsent, "SELECT id FROM message WHERE kind = 2 AND"
                  " delivery IN (1, 2, 3, 5, 6) ORDER BY id LIMIT $1");

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
	enum status status = search_remove(db, event);

	if (status == ST_OK)
		status = content_erase(db, event, slot);
	if (status == ST_OK)
		status = erase_run(e, &erase_digest, event);
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
			struct message message;

			after = ids[i];
			status = erase_words(e, ids[i], SLOT_NONE);
			if (status == ST_OK)
				status =
					record_read(e->desk->db, RECORD_MESSAGE,
				                    ids[i], &message.id);
			if (status == ST_OK && message.raw) {
				status = blob_erase(e->desk->db, message.raw);
				e->erased.blobs++;
			}
			if (status == ST_OK && message.intake)
				status = erase_words(e, message.intake,
				                     SLOT_NONE);
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
		for (size_t i = 0; i < count && status == ST_OK; i++)
			status = erase_words(e, events[i], slots[i]);
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
	enum status status = erase_messages(e);

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

enum status desk_erase(struct desk *desk, instant_ms now, int64_t contact,
                       struct erased *erased_out, struct problem *problem_out)
{
	struct arena *person = arena_new((size_t)1 << 20);
	struct eraser e = {.desk = desk, .contact = contact};
	enum status status = view_contact(desk->db, person, contact, &e.person);

	e.arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	if (status == ST_NOT_FOUND)
		status = desk_missing(problem_out, "contact");
	if (status == ST_OK)
		status = sql_transaction_begin(desk->db);
	if (status == ST_OK) {
		status = erase_all(&e, now);
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
	arena_free(&person);
	return status;
}

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
	sql_begin(&query, desk->db, &erase_unsent);
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
		status = desk_commit(desk, turn, &d, outcome_out);
	while (status == ST_OK && count == RESTORED_SLICE) {
		desk->ports.fill_random(each.command, sizeof(each.command));
		status = restored_slice(desk, &each, outcome_out, &count);
	}
	return status;
}

enum status desk_erasures(struct sql_db *db, int64_t *contacts_out, size_t room,
                          size_t *count_out)
{
	struct sql_query query;
	size_t count = 0;
	enum status status;

	sql_begin(&query, db, &erase_ledger_rows);
	sql_bind_i64(&query, 1, (int64_t)room);
	while (count < room && sql_next(&query))
		contacts_out[count++] = sql_i64(&query, 0);
	status = sql_end(&query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}
