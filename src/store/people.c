/*
 * Queries over companies and people. An agency has thousands of them, not
 * millions, so looking for a name is a walk with the words looked up by key.
 */
#include "store/people.h"

#include <assert.h>
#include <string.h>

#define CONTACTS_MAX 1000

#define CLIENT_NAME(number, column)  ", c." #column
#define CONTACT_NAME(number, column) ", k." #column
#define CLIENT_WIDTH                 (1 CLIENT_COLUMNS(RECORD_COUNT_ONE))
#define CONTACT_WIDTH                (1 CONTACT_COLUMNS(RECORD_COUNT_ONE))

/* clang-format off */
#define CLIENT_ROW \
	"c.id" CLIENT_COLUMNS(CLIENT_NAME) ", n.text, d.text," \
	" (SELECT COUNT(*) FROM contact k WHERE k.client = c.id AND k.merged_into = 0)" \
	" FROM client c" \
	" LEFT JOIN content n ON n.event = c.named_by AND n.slot = 1" \
	" LEFT JOIN content d ON d.event = c.named_by AND d.slot = 3"

/* $1 and $2: the place before the page, $3: room, $4: what it contains. */
SQL_DIALECTS(people_client_page,
    "SELECT " CLIENT_ROW " WHERE c.merged_into = 0 AND (c.last_in_at, c.id) < ($1, $2)"
    " AND ($4 = '' OR instr(lower(CAST(n.text AS TEXT)), $4) > 0 OR instr(lower(CAST(d.text AS TEXT)), $4) > 0)"
    " ORDER BY c.last_in_at DESC, c.id DESC LIMIT $3",
    "SELECT " CLIENT_ROW " WHERE c.merged_into = 0 AND (c.last_in_at, c.id) < ($1, $2)"
    " AND ($4 = '' OR strpos(lower(convert_from(n.text, 'UTF8')), $4) > 0"
    " OR strpos(lower(convert_from(d.text, 'UTF8')), $4) > 0)"
    " ORDER BY c.last_in_at DESC, c.id DESC LIMIT $3");
SQL(people_client_one, "SELECT " CLIENT_ROW " WHERE c.id = $1");

#define CONTACT_ROW \
	"k.id" CONTACT_COLUMNS(CONTACT_NAME) ", n.text, a.text FROM contact k" \
	" LEFT JOIN content n ON n.event = k.named_by AND n.slot = 1" \
	" LEFT JOIN content a ON a.event = k.named_by AND a.slot = 2"

SQL(people_contacts_client,
    "SELECT " CONTACT_ROW " WHERE k.client = $1 AND k.merged_into = 0 ORDER BY k.id LIMIT $2");
SQL(people_contact_one, "SELECT " CONTACT_ROW " WHERE k.id = $1");
/* clang-format on */

static void read_columns(struct sql_query *query, size_t count, void *record)
{
	int64_t columns[RECORD_COLUMNS_MAX];

	assert(count <= RECORD_COLUMNS_MAX);
	for (size_t i = 0; i < count; i++)
		columns[i] = sql_i64(query, (int)i);
	memcpy(record, columns, count * sizeof(columns[0]));
}

static void read_client(struct sql_query *query, struct arena *arena,
                        struct client_row *row)
{
	int at = (int)CLIENT_WIDTH;

	*row = (struct client_row){.contacts = sql_i64(query, at + 2)};
	read_columns(query, CLIENT_WIDTH, &row->client);
	row->name = str_copy(arena, sql_text(query, at));
	row->domain = str_copy(arena, sql_text(query, at + 1));
}

enum status people_clients(struct sql_db *db, struct arena *arena,
                           struct str like, struct client_place after,
                           size_t room, struct client_row *rows_out,
                           size_t *count_out)
{
	struct sql_query query;
	size_t count = 0;
	enum status status;

	if (after.id == 0)
		after = (struct client_place){INT64_MAX, INT64_MAX};
	sql_begin(&query, db, &people_client_page);
	sql_bind_i64(&query, 1, after.last_in_at);
	sql_bind_i64(&query, 2, after.id);
	sql_bind_i64(&query, 3, (int64_t)room);
	sql_bind_text(&query, 4, str_lower(arena, like));
	while (count < room && sql_next(&query))
		read_client(&query, arena, &rows_out[count++]);
	status = sql_end(&query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

enum status people_client(struct sql_db *db, struct arena *arena, int64_t id,
                          struct client_row *row_out)
{
	struct sql_query query;
	bool found;
	enum status status;

	sql_begin(&query, db, &people_client_one);
	sql_bind_i64(&query, 1, id);
	found = sql_next(&query);
	if (found)
		read_client(&query, arena, row_out);
	status = sql_end(&query);
	return status == ST_OK && !found ? ST_NOT_FOUND : status;
}

static void read_contact(struct sql_query *query, struct arena *arena,
                         struct contact_row *row)
{
	int at = (int)CONTACT_WIDTH;

	*row = (struct contact_row){.name = {"", 0}};
	read_columns(query, CONTACT_WIDTH, &row->contact);
	row->name = str_copy(arena, sql_text(query, at));
	row->address = str_copy(arena, sql_text(query, at + 1));
}

enum status people_contacts(struct sql_db *db, struct arena *arena,
                            int64_t client, struct contact_row **rows_out,
                            size_t *count_out)
{
	struct contact_row *rows =
		arena_array(arena, CONTACTS_MAX, sizeof(*rows));
	struct sql_query query;
	size_t count = 0;
	enum status status;

	sql_begin(&query, db, &people_contacts_client);
	sql_bind_i64(&query, 1, client);
	sql_bind_i64(&query, 2, CONTACTS_MAX);
	while (count < CONTACTS_MAX && sql_next(&query))
		read_contact(&query, arena, &rows[count++]);
	status = sql_end(&query);
	if (status != ST_OK)
		return status;
	*rows_out = rows;
	*count_out = count;
	return ST_OK;
}

enum status people_contact(struct sql_db *db, struct arena *arena, int64_t id,
                           struct contact_row *row_out)
{
	struct sql_query query;
	bool found;
	enum status status;

	sql_begin(&query, db, &people_contact_one);
	sql_bind_i64(&query, 1, id);
	found = sql_next(&query);
	if (found)
		read_contact(&query, arena, row_out);
	status = sql_end(&query);
	return status == ST_OK && !found ? ST_NOT_FOUND : status;
}
