#include "store/lookup.h"

#include <sodium.h>

SQL(lookup_contact_row,
    "SELECT a.contact FROM contact_address a"
    " JOIN contact c ON c.id = a.contact"
    " WHERE a.address = $1 AND c.merged_into = 0 AND c.erased = 0"
    " ORDER BY a.contact LIMIT 1");
SQL(lookup_domain_row, "SELECT client FROM client_domain WHERE domain = $1"
                       " ORDER BY client LIMIT 1");
SQL(lookup_suppression_row,
    "SELECT s.id FROM suppression_address a"
    " JOIN suppression s ON s.id = a.suppression"
    " WHERE a.address = $1 AND s.lifted_at = 0 ORDER BY s.id LIMIT 1");
SQL(lookup_ref_row, "SELECT message, own FROM message_ref WHERE ref = $1"
                    " ORDER BY own DESC, message LIMIT 1");
SQL(lookup_digest_row, "SELECT message FROM message_digest WHERE digest = $1");
SQL(timer_due_rows, "SELECT kind, subject, at FROM timer WHERE at <= $1"
                    " ORDER BY at, kind, subject LIMIT $2");
SQL(timer_next_row, "SELECT at FROM timer ORDER BY at LIMIT 1");
SQL(lookup_newest_row,
    "SELECT seq FROM event WHERE client = 0 AND kind < 20 AND kind = $1"
    " ORDER BY seq DESC LIMIT 1");
SQL(lookup_version_rows,
    "SELECT seq FROM event WHERE client = 0 AND kind < 20 AND kind = $1"
    " ORDER BY seq LIMIT $2");
SQL(lookup_intake_rows, "SELECT id FROM intake WHERE state = $1 AND id > $2"
                        " AND state IN (1, 4) ORDER BY id LIMIT $3");
SQL(lookup_member_rows, "SELECT id FROM member ORDER BY id LIMIT $1");
SQL(lookup_address_rows, "SELECT id FROM address ORDER BY id LIMIT $1");
SQL(lookup_participant_row,
    "SELECT id FROM participant WHERE ticket = $1 AND contact = $2");

/* Reads the one id that a begun query answers, or 0. */
static enum status lookup_one(struct sql_query *query, int64_t *id_out)
{
	int64_t id = sql_next(query) ? sql_i64(query, 0) : 0;
	enum status status = sql_end(query);

	if (status == ST_OK)
		*id_out = id;
	return status;
}

static enum status lookup_ids(struct sql_query *query, int64_t *ids_out,
                              size_t room, size_t *count_out)
{
	size_t count = 0;
	enum status status;

	while (count < room && sql_next(query))
		ids_out[count++] = sql_i64(query, 0);
	status = sql_end(query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

enum status lookup_contact(struct sql_db *db, struct str address,
                           int64_t *contact_out)
{
	struct sql_query query;

	sql_begin(&query, db, &lookup_contact_row);
	sql_bind_text(&query, 1, address);
	return lookup_one(&query, contact_out);
}

enum status lookup_domain(struct sql_db *db, struct str domain,
                          int64_t *client_out)
{
	struct sql_query query;

	sql_begin(&query, db, &lookup_domain_row);
	sql_bind_text(&query, 1, domain);
	return lookup_one(&query, client_out);
}

enum status lookup_suppression(struct sql_db *db, struct str address,
                               int64_t *suppression_out)
{
	struct sql_query query;

	sql_begin(&query, db, &lookup_suppression_row);
	sql_bind_text(&query, 1, address);
	return lookup_one(&query, suppression_out);
}

enum status lookup_ref(struct sql_db *db, struct str ref, int64_t *message_out,
                       bool *own_out)
{
	struct sql_query query;
	int64_t message = 0;
	bool own = false;
	enum status status;

	sql_begin(&query, db, &lookup_ref_row);
	sql_bind_text(&query, 1, ref);
	if (sql_next(&query)) {
		message = sql_i64(&query, 0);
		own = sql_i64(&query, 1) != 0;
	}
	status = sql_end(&query);
	if (status == ST_OK) {
		*message_out = message;
		*own_out = own;
	}
	return status;
}

enum status lookup_digest(struct sql_db *db, struct str digest,
                          int64_t *message_out)
{
	struct sql_query query;

	sql_begin(&query, db, &lookup_digest_row);
	sql_bind_blob(&query, 1, digest);
	return lookup_one(&query, message_out);
}

static void lookup_digest_part(crypto_generichash_state *state, struct str part)
{
	uint64_t length = part.length;

	crypto_generichash_update(state, (const unsigned char *)&length,
	                          sizeof(length));
	crypto_generichash_update(state, (const unsigned char *)part.text,
	                          part.length);
}

void lookup_digest_of(struct str message_id, struct str from,
                      struct str subject, struct str text,
                      struct str attachment_lines,
                      unsigned char digest_out[LOOKUP_DIGEST_BYTES])
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, LOOKUP_DIGEST_BYTES);
	lookup_digest_part(&state, message_id);
	lookup_digest_part(&state, from);
	lookup_digest_part(&state, subject);
	lookup_digest_part(&state, text);
	lookup_digest_part(&state, attachment_lines);
	crypto_generichash_final(&state, digest_out, LOOKUP_DIGEST_BYTES);
}

enum status timer_due(struct sql_db *db, instant_ms until,
                      struct timer *timers_out, size_t room, size_t *count_out)
{
	struct sql_query query;
	size_t count = 0;
	enum status status;

	sql_begin(&query, db, &timer_due_rows);
	sql_bind_i64(&query, 1, until);
	sql_bind_i64(&query, 2, (int64_t)room);
	while (count < room && sql_next(&query)) {
		timers_out[count++] = (struct timer){
			.kind = (enum timer_kind)sql_i64(&query, 0),
			.subject = sql_i64(&query, 1),
			.at = sql_i64(&query, 2),
		};
	}
	status = sql_end(&query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

enum status timer_next(struct sql_db *db, instant_ms *at_out)
{
	struct sql_query query;

	sql_begin(&query, db, &timer_next_row);
	return lookup_one(&query, at_out);
}

enum status lookup_newest(struct sql_db *db, int64_t kind, int64_t *seq_out)
{
	struct sql_query query;

	sql_begin(&query, db, &lookup_newest_row);
	sql_bind_i64(&query, 1, kind);
	return lookup_one(&query, seq_out);
}

enum status lookup_versions(struct sql_db *db, int64_t kind, int64_t *seqs_out,
                            size_t room, size_t *count_out)
{
	struct sql_query query;

	sql_begin(&query, db, &lookup_version_rows);
	sql_bind_i64(&query, 1, kind);
	sql_bind_i64(&query, 2, (int64_t)room);
	return lookup_ids(&query, seqs_out, room, count_out);
}

enum status lookup_intakes(struct sql_db *db, int64_t state, int64_t after,
                           int64_t *ids_out, size_t room, size_t *count_out)
{
	struct sql_query query;

	sql_begin(&query, db, &lookup_intake_rows);
	sql_bind_i64(&query, 1, state);
	sql_bind_i64(&query, 2, after);
	sql_bind_i64(&query, 3, (int64_t)room);
	return lookup_ids(&query, ids_out, room, count_out);
}

enum status lookup_members(struct sql_db *db, int64_t *ids_out, size_t room,
                           size_t *count_out)
{
	struct sql_query query;

	sql_begin(&query, db, &lookup_member_rows);
	sql_bind_i64(&query, 1, (int64_t)room);
	return lookup_ids(&query, ids_out, room, count_out);
}

enum status lookup_addresses(struct sql_db *db, int64_t *ids_out, size_t room,
                             size_t *count_out)
{
	struct sql_query query;

	sql_begin(&query, db, &lookup_address_rows);
	sql_bind_i64(&query, 1, (int64_t)room);
	return lookup_ids(&query, ids_out, room, count_out);
}

enum status lookup_participant(struct sql_db *db, int64_t ticket,
                               int64_t contact, int64_t *id_out)
{
	struct sql_query query;

	sql_begin(&query, db, &lookup_participant_row);
	sql_bind_i64(&query, 1, ticket);
	sql_bind_i64(&query, 2, contact);
	return lookup_one(&query, id_out);
}
