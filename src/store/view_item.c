#include "store/view.h"

#include "store/content.h"
#include "store/record.h"

SQL(view_item_rows, "SELECT id FROM item WHERE sort = $1 AND active = 1"
                    " ORDER BY position, id LIMIT $2");

enum status view_item(struct sql_db *db, struct arena *arena, int64_t id,
                      struct view_item *item_out)
{
	struct view_item item = {0};
	enum status status = record_read(db, RECORD_ITEM, id, &item.record.id);

	if (status == ST_OK)
		status = content_read(db, arena, item.record.named_by,
		                      SLOT_NAME, &item.name);
	if (status == ST_OK)
		status = content_read(db, arena, item.record.named_by,
		                      SLOT_DOCUMENT, &item.document);
	if (status == ST_OK)
		*item_out = item;
	return status;
}

enum status view_items(struct sql_db *db, struct arena *arena,
                       enum item_sort sort, struct view_item **items_out,
                       size_t *count_out)
{
	int64_t *ids = arena_array(arena, VIEW_ITEMS_MAX, sizeof(*ids));
	struct view_item *items;
	struct sql_query query;
	size_t count = 0;
	enum status status;

	sql_begin(&query, db, &view_item_rows);
	sql_bind_i64(&query, 1, sort);
	sql_bind_i64(&query, 2, VIEW_ITEMS_MAX);
	while (count < VIEW_ITEMS_MAX && sql_next(&query))
		ids[count++] = sql_i64(&query, 0);
	status = sql_end(&query);
	items = arena_array(arena, count + 1, sizeof(*items));
	for (size_t i = 0; i < count && status == ST_OK; i++)
		status = view_item(db, arena, ids[i], &items[i]);
	if (status != ST_OK)
		return status;
	*items_out = items;
	*count_out = count;
	return ST_OK;
}

SQL(view_item_of_row, "SELECT id FROM item WHERE sort = $1 AND active = 1"
                      " AND owner = $2 ORDER BY id DESC LIMIT 1");

enum status view_item_of(struct sql_db *db, struct arena *arena,
                         enum item_sort sort, int64_t owner,
                         struct view_item *item_out)
{
	struct sql_query query;
	int64_t id = 0;
	enum status status;

	sql_begin(&query, db, &view_item_of_row);
	sql_bind_i64(&query, 1, sort);
	sql_bind_i64(&query, 2, owner);
	if (sql_next(&query))
		id = sql_i64(&query, 0);
	status = sql_end(&query);
	if (status == ST_OK && id == 0)
		return ST_NOT_FOUND;
	return status == ST_OK ? view_item(db, arena, id, item_out) : status;
}
