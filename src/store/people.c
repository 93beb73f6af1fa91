#include "store/people.h"

#include "store/record.h"

SQL(people_follower_row, "SELECT id FROM follower"
                         " WHERE ticket = $1 AND member = $2");
SQL(people_follower_rows,
    "SELECT DISTINCT member FROM follower WHERE following = 1 AND"
    " (ticket = $1 OR ticket IN"
    " (SELECT id FROM ticket WHERE merged_into = $1)) ORDER BY member LIMIT "
    "$2");
SQL(people_told_rows, "SELECT member FROM notice WHERE origin = $1"
                      " ORDER BY id LIMIT $2");
SQL(people_unseen_rows, "SELECT id FROM notice WHERE member = $1 AND"
                        " seen_at = 0 AND id <= $2 ORDER BY id DESC LIMIT $3");
SQL(people_notice_ids,
    "SELECT id FROM notice WHERE member = $1 AND"
    " (CAST($2 AS BIGINT) IS NULL OR id < $2) ORDER BY id DESC LIMIT $3");
SQL(people_unread_row,
    "SELECT COUNT(*) FROM (SELECT 1 FROM notice WHERE member = $1 AND"
    " seen_at = 0 LIMIT $2) AS unseen");
SQL(people_mail_put, "INSERT INTO notice_mail (notice, member, due_at)"
                     " VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");
SQL(people_mail_gone, "DELETE FROM notice_mail WHERE notice = $1");

static enum status people_ids(struct sql_query *query, int64_t *ids_out,
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

enum status people_follower(struct sql_db *db, int64_t ticket, int64_t member,
                            int64_t *id_out)
{
	struct sql_query query;
	int64_t id = 0;
	enum status status;

	sql_begin(&query, db, &people_follower_row);
	sql_bind_i64(&query, 1, ticket);
	sql_bind_i64(&query, 2, member);
	if (sql_next(&query))
		id = sql_i64(&query, 0);
	status = sql_end(&query);
	if (status == ST_OK)
		*id_out = id;
	return status;
}

enum status people_followers(struct sql_db *db, int64_t ticket,
                             int64_t *members_out, size_t room,
                             size_t *count_out)
{
	struct sql_query query;

	sql_begin(&query, db, &people_follower_rows);
	sql_bind_i64(&query, 1, ticket);
	sql_bind_i64(&query, 2, (int64_t)room);
	return people_ids(&query, members_out, room, count_out);
}

enum status people_told(struct sql_db *db, int64_t origin, int64_t *members_out,
                        size_t room, size_t *count_out)
{
	struct sql_query query;

	sql_begin(&query, db, &people_told_rows);
	sql_bind_i64(&query, 1, origin);
	sql_bind_i64(&query, 2, (int64_t)room);
	return people_ids(&query, members_out, room, count_out);
}

enum status people_unseen(struct sql_db *db, int64_t member, int64_t up_to,
                          int64_t *ids_out, size_t room, size_t *count_out)
{
	struct sql_query query;

	sql_begin(&query, db, &people_unseen_rows);
	sql_bind_i64(&query, 1, member);
	sql_bind_i64(&query, 2, up_to);
	sql_bind_i64(&query, 3, (int64_t)room);
	return people_ids(&query, ids_out, room, count_out);
}

enum status people_notices(struct sql_db *db, int64_t member, int64_t before,
                           struct notice *notices_out, size_t room,
                           size_t *count_out)
{
	int64_t ids[200];
	struct sql_query query;
	size_t count = 0;
	enum status status;

	sql_begin(&query, db, &people_notice_ids);
	sql_bind_i64(&query, 1, member);
	sql_bind_filter(&query, 2, before);
	sql_bind_i64(&query, 3, (int64_t)(room < 200 ? room : 200));
	status = people_ids(&query, ids, 200, &count);
	for (size_t i = 0; i < count && status == ST_OK; i++)
		status = record_read(db, RECORD_NOTICE, ids[i],
		                     &notices_out[i].id);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

enum status people_unread(struct sql_db *db, int64_t member, int64_t limit,
                          int64_t *count_out)
{
	struct sql_query query;
	int64_t count = 0;
	enum status status;

	sql_begin(&query, db, &people_unread_row);
	sql_bind_i64(&query, 1, member);
	sql_bind_i64(&query, 2, limit);
	if (sql_next(&query))
		count = sql_i64(&query, 0);
	status = sql_end(&query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

enum status people_mail_add(struct sql_db *db, int64_t notice, int64_t member,
                            instant_ms due_at)
{
	struct sql_query query;

	sql_begin(&query, db, &people_mail_put);
	sql_bind_i64(&query, 1, notice);
	sql_bind_i64(&query, 2, member);
	sql_bind_i64(&query, 3, due_at);
	return sql_run(&query);
}

enum status people_mail_drop(struct sql_db *db, int64_t notice)
{
	struct sql_query query;

	sql_begin(&query, db, &people_mail_gone);
	sql_bind_i64(&query, 1, notice);
	return sql_run(&query);
}
