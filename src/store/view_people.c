/* Clients, contacts and participants, with their words. */
#include "base/limits.h"
#include "core/content.h"
#include "store/content.h"
#include "store/record.h"
#include "store/view.h"
#include "store/view_private.h"

SQL(view_contact_ids,
    "SELECT id FROM contact WHERE client IN " VIEW_CLIENTS("$1") //
    " AND merged_into = 0 ORDER BY last_at DESC, id LIMIT $2");
SQL(view_contact_count,
    "SELECT COUNT(*) FROM contact WHERE client IN " VIEW_CLIENTS("$1") //
    " AND merged_into = 0");
/* Words are bytes in the store; names are compared by ASCII case alone. */
SQL_DIALECTS(view_client_ids,
             "SELECT c.id FROM client c JOIN content t"
             " ON t.event = c.named_by AND t.slot = 1"
             " WHERE c.merged_into = 0 AND (CAST($1 AS BIGINT) IS NULL OR"
             " (c.last_in_at, c.id) < (SELECT b.last_in_at, b.id"
             " FROM client b WHERE b.id = $1))"
             " AND instr(lower(CAST(t.text AS TEXT)), lower($2)) > 0"
             " ORDER BY c.last_in_at DESC, c.id DESC LIMIT $3",
             "SELECT c.id FROM client c JOIN content t"
             " ON t.event = c.named_by AND t.slot = 1"
             " WHERE c.merged_into = 0 AND (CAST($1 AS BIGINT) IS NULL OR"
             " (c.last_in_at, c.id) < (SELECT b.last_in_at, b.id"
             " FROM client b WHERE b.id = $1))"
             " AND (CAST($2 AS TEXT) = '' OR strpos(lower(convert_from("
             "t.text, 'UTF8')), lower(CAST($2 AS TEXT))) > 0)"
             " ORDER BY c.last_in_at DESC, c.id DESC LIMIT $3");
SQL(view_participant_rows,
    "SELECT p.contact, p.role, c.client, c.named_by FROM participant p"
    " JOIN contact c ON c.id = p.contact WHERE p.ticket = $1"
    " OR p.ticket IN (SELECT id FROM ticket WHERE merged_into = $1"
    " AND merged_into > 0)"
    " ORDER BY CASE WHEN p.ticket = $1 THEN 0 ELSE 1 END, p.id LIMIT $2");

SQL(view_suppression_ids, "SELECT id FROM suppression WHERE lifted_at = 0"
                          " ORDER BY id DESC LIMIT $1");

enum status view_suppressions(struct sql_db *db, struct arena *arena,
                              struct view_suppression **rows_out,
                              size_t *count_out)
{
	int64_t *ids = arena_array(arena, VIEW_SUPPRESSIONS_MAX, sizeof(*ids));
	struct view_suppression *rows;
	struct sql_query query;
	size_t count = 0;
	enum status status;

	sql_begin(&query, db, &view_suppression_ids);
	sql_bind_i64(&query, 1, VIEW_SUPPRESSIONS_MAX);
	while (count < VIEW_SUPPRESSIONS_MAX && sql_next(&query))
		ids[count++] = sql_i64(&query, 0);
	status = sql_end(&query);
	rows = arena_array(arena, count + 1, sizeof(*rows));
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		status = record_read(db, RECORD_SUPPRESSION, ids[i],
		                     &rows[i].record.id);
		if (status == ST_OK)
			status = content_read(db, arena, ids[i], SLOT_ADDRESS,
			                      &rows[i].address);
		if (status == ST_OK)
			status = content_read(db, arena, ids[i], SLOT_REASON,
			                      &rows[i].reason);
	}
	*rows_out = rows;
	*count_out = count;
	return status;
}

enum status view_contact(struct sql_db *db, struct arena *arena, int64_t id,
                         struct view_contact *contact_out)
{
	struct view_contact contact = {0};
	enum status status =
		record_read(db, RECORD_CONTACT, id, &contact.record.id);

	if (status == ST_OK)
		status = content_read(db, arena, contact.record.named_by,
		                      SLOT_NAME, &contact.name);
	if (status == ST_OK)
		status = content_read(db, arena, contact.record.named_by,
		                      SLOT_ADDRESS, &contact.address);
	if (status == ST_OK)
		*contact_out = contact;
	return status;
}

/* Reads up to `room` ids of a begun query. */
static enum status view_ids_of(struct sql_query *query, int64_t *ids,
                               size_t room, size_t *count_out)
{
	size_t count = 0;
	enum status status;

	while (count < room && sql_next(query))
		ids[count++] = sql_i64(query, 0);
	status = sql_end(query);
	*count_out = count;
	return status;
}

enum status view_contacts(struct sql_db *db, struct arena *arena,
                          int64_t client, struct view_contact **contacts_out,
                          size_t *count_out)
{
	int64_t ids[VIEW_PEOPLE_MAX];
	struct view_contact *contacts;
	struct sql_query query;
	size_t count;
	enum status status;

	sql_begin(&query, db, &view_contact_ids);
	sql_bind_i64(&query, 1, client);
	sql_bind_i64(&query, 2, VIEW_PEOPLE_MAX);
	status = view_ids_of(&query, ids, VIEW_PEOPLE_MAX, &count);
	contacts = arena_array(arena, count + 1, sizeof(*contacts));
	for (size_t i = 0; i < count && status == ST_OK; i++)
		status = view_contact(db, arena, ids[i], &contacts[i]);
	if (status == ST_OK) {
		*contacts_out = contacts;
		*count_out = count;
	}
	return status;
}

enum status view_client(struct sql_db *db, struct arena *arena, int64_t id,
                        struct view_client *client_out)
{
	struct view_client client = {0};
	enum status status =
		record_read(db, RECORD_CLIENT, id, &client.record.id);

	if (status == ST_OK)
		status = content_read(db, arena, client.record.named_by,
		                      SLOT_NAME, &client.name);
	if (status == ST_OK)
		status = content_read(db, arena, client.record.named_by,
		                      SLOT_DOMAIN, &client.domain);
	if (status == ST_OK)
		*client_out = client;
	return status;
}

enum status view_clients(struct sql_db *db, struct arena *arena,
                         struct str name_part, int64_t after, size_t limit,
                         struct view_client **clients_out, size_t *count_out)
{
	int64_t ids[LIMIT_PAGE_ROWS];
	struct view_client *clients;
	struct sql_query query;
	size_t count;
	enum status status;

	if (limit > LIMIT_PAGE_ROWS)
		limit = LIMIT_PAGE_ROWS;
	sql_begin(&query, db, &view_client_ids);
	sql_bind_filter(&query, 1, after);
	sql_bind_text(&query, 2, name_part);
	sql_bind_i64(&query, 3, (int64_t)limit);
	status = view_ids_of(&query, ids, limit, &count);
	clients = arena_array(arena, count + 1, sizeof(*clients));
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		status = view_client(db, arena, ids[i], &clients[i]);
		if (status != ST_OK)
			break;
		sql_begin(&query, db, &view_contact_count);
		sql_bind_i64(&query, 1, ids[i]);
		if (sql_next(&query))
			clients[i].contacts = sql_i64(&query, 0);
		status = sql_end(&query);
	}
	if (status == ST_OK) {
		*clients_out = clients;
		*count_out = count;
	}
	return status;
}

static bool view_participant_known(const struct view_participant *people,
                                   size_t count, int64_t contact)
{
	for (size_t i = 0; i < count; i++) {
		if (people[i].contact == contact)
			return true;
	}
	return false;
}

enum status view_participants(struct sql_db *db, struct arena *arena,
                              int64_t ticket, struct view_participant *out,
                              size_t room, size_t *count_out)
{
	int64_t named_by[VIEW_PEOPLE_MAX];
	struct sql_query query;
	size_t count = 0;
	enum status status;

	if (room > VIEW_PEOPLE_MAX)
		room = VIEW_PEOPLE_MAX;
	sql_begin(&query, db, &view_participant_rows);
	sql_bind_i64(&query, 1, ticket);
	sql_bind_i64(&query, 2, (int64_t)room);
	while (count < room && sql_next(&query)) {
		/* What somebody is on the thread itself comes first. */
		if (view_participant_known(out, count, sql_i64(&query, 0)))
			continue;
		out[count] = (struct view_participant){
			.contact = sql_i64(&query, 0),
			.role = sql_i64(&query, 1),
			.client = sql_i64(&query, 2),
		};
		named_by[count++] = sql_i64(&query, 3);
	}
	status = sql_end(&query);
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		status = content_read(db, arena, named_by[i], SLOT_NAME,
		                      &out[i].name);
		if (status == ST_OK)
			status = content_read(db, arena, named_by[i],
			                      SLOT_ADDRESS, &out[i].address);
	}
	if (status == ST_OK)
		*count_out = count;
	return status;
}
