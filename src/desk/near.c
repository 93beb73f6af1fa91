#include "desk/near.h"

#include <stdlib.h>
#include <string.h>

#include "core/content.h"
#include "desk/attachment.h"
#include "store/content.h"
#include "store/record.h"
#include "store/view_private.h"

#define NEAR_LOOKED   200 /* threads of the client, most urgent first */
#define NEAR_MESSAGES 20  /* of a thread, newest first */
#define NEAR_FILES    20
#define NEAR_REFS     40
#define NEAR_ENOUGH   3 /* points from which it is worth a look */
#define NEAR_CLOSE    (3 * SPAN_DAY)
/* A picture of a signature says nothing. */
#define NEAR_FILE_BYTES 10000

SQL(near_of_client,
    "SELECT id FROM ticket WHERE client IN " VIEW_CLIENTS("$1") //
    " AND merged_into = 0 AND id <> $2 ORDER BY rank, rank_at, id LIMIT $3");
SQL(near_messages, "SELECT id FROM message WHERE ticket = $1"
                   " AND delivery <> 8 ORDER BY id DESC LIMIT $2");
SQL(near_by_ref,
    "SELECT DISTINCT m.ticket FROM message_ref r"
    " JOIN message m ON m.id = r.message"
    " WHERE r.ref = $1 AND m.ticket <> $2 ORDER BY m.ticket LIMIT $3");

struct near_file {
	struct str name;
	int64_t size;
};

/* What is compared of a thread. */
struct near_marks {
	struct ticket ticket;
	struct str subject;
	struct near_file files[NEAR_FILES];
	size_t file_count;
};

struct near_work {
	struct sql_db *db;
	struct arena *arena;
	struct near_marks own;
	struct near_ticket *list; /* every candidate */
	size_t count, room;
};

/* ---- subjects */

static struct str near_unprefixed(struct str subject)
{
	static const struct str prefixes[] = {
		STR("re:"), STR("aw:"), STR("fwd:"), STR("fw:"),   STR("wg:"),
		STR("tr:"), STR("rv:"), STR("sv:"),  STR("antw:"), STR("i:"),
	};
	bool found = true;

	while (found) {
		found = false;
		subject = str_trim(subject);
		for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes);
		     i++) {
			if (!str_starts_nocase(subject, prefixes[i]))
				continue;
			subject = str_sub(subject, prefixes[i].length,
			                  subject.length);
			found = true;
		}
	}
	return subject;
}

struct str near_subject(struct arena *arena, struct str subject)
{
	struct str lower = str_lower(arena, near_unprefixed(subject));
	char *text = arena_alloc(arena, lower.length + 1);
	size_t length = 0;

	for (size_t i = 0; i < lower.length; i++) {
		size_t end = str_find_char(lower, ']', i);
		char c = lower.text[i];

		/* "[#12]", "[list]": somebody's program put it there. */
		if (c == '[' && end < lower.length) {
			i = end;
			continue;
		}
		if (c == ' ' && (length == 0 || text[length - 1] == ' '))
			continue;
		text[length++] = c;
	}
	return str_trim((struct str){text, length});
}

/* ---- what is compared */

static enum status near_files(struct near_work *w, int64_t message,
                              struct near_marks *marks)
{
	struct attachment files[NEAR_FILES];
	struct str lines = STR("");
	size_t count;
	enum status status = content_read(w->db, w->arena, message,
	                                  SLOT_ATTACHMENTS, &lines);

	if (status != ST_OK || lines.length == 0)
		return status;
	count = attachment_parse(lines, files, NEAR_FILES);
	for (size_t i = 0; i < count && marks->file_count < NEAR_FILES; i++) {
		if (files[i].is_inline || files[i].size < NEAR_FILE_BYTES)
			continue;
		marks->files[marks->file_count++] =
			(struct near_file){files[i].name, files[i].size};
	}
	return ST_OK;
}

static enum status near_message_ids(struct near_work *w, int64_t ticket,
                                    int64_t ids[NEAR_MESSAGES],
                                    size_t *count_out)
{
	struct sql_query query;
	size_t count = 0;

	sql_begin(&query, w->db, &near_messages);
	sql_bind_i64(&query, 1, ticket);
	sql_bind_i64(&query, 2, NEAR_MESSAGES);
	while (count < NEAR_MESSAGES && sql_next(&query))
		ids[count++] = sql_i64(&query, 0);
	*count_out = count;
	return sql_end(&query);
}

static enum status near_read(struct near_work *w, int64_t ticket,
                             struct near_marks *marks)
{
	int64_t ids[NEAR_MESSAGES];
	struct str subject = STR("");
	size_t count = 0;
	enum status status;

	*marks = (struct near_marks){0};
	status = record_read(w->db, RECORD_TICKET, ticket, &marks->ticket.id);
	if (status == ST_OK)
		status = content_read(w->db, w->arena, marks->ticket.subject_by,
		                      SLOT_SUBJECT, &subject);
	marks->subject = near_subject(w->arena, subject);
	if (status == ST_OK && marks->ticket.attachments)
		status = near_message_ids(w, ticket, ids, &count);
	for (size_t i = 0; i < count && status == ST_OK; i++)
		status = near_files(w, ids[i], marks);
	return status;
}

/* ---- candidates */

static void near_add(struct near_work *w, int64_t ticket, int points,
                     struct str why)
{
	struct near_ticket *near = NULL;

	for (size_t i = 0; i < w->count && !near; i++) {
		if (w->list[i].id == ticket)
			near = &w->list[i];
	}
	if (!near && w->count == w->room)
		return;
	if (!near) {
		near = &w->list[w->count++];
		*near = (struct near_ticket){.id = ticket};
	}
	for (size_t i = 0; i < near->why_count; i++) {
		if (str_equal(near->why[i], why))
			return;
	}
	near->points += points;
	if (near->why_count < NEAR_WHYS)
		near->why[near->why_count++] = why;
}

static struct str near_apart(struct arena *arena, span_ms apart)
{
	if (apart < SPAN_HOUR)
		return STR("less than an hour apart");
	if (apart < SPAN_DAY)
		return str_printf(arena, "%lld h apart",
		                  (long long)(apart / SPAN_HOUR));
	return str_printf(arena, "%lld days apart",
	                  (long long)(apart / SPAN_DAY));
}

static void near_compare_files(struct near_work *w,
                               const struct near_marks *other)
{
	for (size_t i = 0; i < w->own.file_count; i++) {
		for (size_t j = 0; j < other->file_count; j++) {
			const struct near_file *a = &w->own.files[i];
			const struct near_file *b = &other->files[j];

			if (a->size != b->size || !str_equal(a->name, b->name))
				continue;
			near_add(w, other->ticket.id, 3,
			         str_printf(w->arena, "The same file: %.*s",
			                    STR_ARG(a->name)));
			return;
		}
	}
}

static enum status near_compare(struct near_work *w, int64_t id)
{
	const struct ticket *own = &w->own.ticket;
	struct near_marks other;
	span_ms apart;
	bool close, open;
	enum status status = near_read(w, id, &other);

	if (status != ST_OK)
		return status;
	apart = other.ticket.last_at > own->last_at
	                ? other.ticket.last_at - own->last_at
	                : own->last_at - other.ticket.last_at;
	close = apart <= NEAR_CLOSE;
	open = other.ticket.state != TICKET_CLOSED;
	if (w->own.subject.length > 0 &&
	    str_equal(w->own.subject, other.subject))
		near_add(w, id, 3, STR("The same subject"));
	near_compare_files(w, &other);
	if (close && open && own->contact &&
	    own->contact == other.ticket.contact)
		near_add(w, id, 3,
		         str_printf(w->arena, "From the same person, %.*s",
		                    STR_ARG(near_apart(w->arena, apart))));
	else if (close && open)
		near_add(w, id, 2,
		         str_printf(w->arena, "From the same company, %.*s",
		                    STR_ARG(near_apart(w->arena, apart))));
	return ST_OK;
}

/* "#12" in the subject of the thread or of one of its mails. */
static enum status near_numbers(struct near_work *w, struct str subject)
{
	enum status status = ST_OK;
	size_t at = 0;

	while ((at = str_find_char(subject, '#', at)) < subject.length &&
	       status == ST_OK) {
		struct ticket named = {0};
		size_t end = ++at;
		int64_t id;

		while (end < subject.length && subject.text[end] >= '0' &&
		       subject.text[end] <= '9')
			end++;
		if (end == at || end - at > 15 ||
		    !str_to_i64(str_sub(subject, at, end), &id) ||
		    id == w->own.ticket.id)
			continue;
		status = record_read(w->db, RECORD_TICKET, id, &named.id);
		if (status == ST_OK && named.merged_into == 0)
			near_add(w, id, 4,
			         str_printf(w->arena,
			                    "A subject here names #%lld",
			                    (long long)id));
		if (status == ST_NOT_FOUND)
			status = ST_OK;
	}
	return status;
}

static enum status near_one_ref(struct near_work *w, struct str ref)
{
	int64_t ids[NEAR_MAX];
	struct sql_query query;
	size_t count = 0;
	enum status status;

	sql_begin(&query, w->db, &near_by_ref);
	sql_bind_text(&query, 1, ref);
	sql_bind_i64(&query, 2, w->own.ticket.id);
	sql_bind_i64(&query, 3, NEAR_MAX);
	while (count < NEAR_MAX && sql_next(&query))
		ids[count++] = sql_i64(&query, 0);
	status = sql_end(&query);
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		struct ticket other = {0};

		status = record_read(w->db, RECORD_TICKET, ids[i], &other.id);
		if (status == ST_OK && other.merged_into == 0)
			near_add(w, ids[i], 5,
			         STR("Both answer or quote the same mail"));
	}
	return status;
}

/* Numbers in subjects, and the ids that the mails name. */
static enum status near_messages_of(struct near_work *w)
{
	int64_t ids[NEAR_MESSAGES];
	size_t count = 0, refs = 0;
	enum status status = near_message_ids(w, w->own.ticket.id, ids, &count);

	for (size_t i = 0; i < count && status == ST_OK; i++) {
		struct str subject = STR(""), own = STR(""), rest = STR("");
		struct str ref;

		status = content_read(w->db, w->arena, ids[i], SLOT_SUBJECT,
		                      &subject);
		if (status == ST_OK)
			status = near_numbers(w, subject);
		if (status == ST_OK)
			status = content_read(w->db, w->arena, ids[i],
			                      SLOT_MESSAGE_ID, &own);
		if (status == ST_OK)
			status = content_read(w->db, w->arena, ids[i],
			                      SLOT_REFERENCES, &rest);
		if (status == ST_OK && own.length > 0)
			status = near_one_ref(w, own);
		while (status == ST_OK && refs < NEAR_REFS &&
		       str_line(&rest, &ref)) {
			refs++;
			if (ref.length > 0)
				status = near_one_ref(w, ref);
		}
	}
	return status;
}

static enum status near_client(struct near_work *w)
{
	int64_t ids[NEAR_LOOKED];
	struct sql_query query;
	size_t count = 0;
	enum status status;

	sql_begin(&query, w->db, &near_of_client);
	sql_bind_i64(&query, 1, w->own.ticket.client);
	sql_bind_i64(&query, 2, w->own.ticket.id);
	sql_bind_i64(&query, 3, NEAR_LOOKED);
	while (count < NEAR_LOOKED && sql_next(&query))
		ids[count++] = sql_i64(&query, 0);
	status = sql_end(&query);
	for (size_t i = 0; i < count && status == ST_OK; i++)
		status = near_compare(w, ids[i]);
	return status;
}

static int near_order(const void *left, const void *right)
{
	const struct near_ticket *a = left, *b = right;

	if (a->points != b->points)
		return b->points - a->points;
	return (a->id < b->id) - (a->id > b->id);
}

enum status desk_near(struct sql_db *db, struct arena *arena, int64_t ticket,
                      struct near_ticket near_out[NEAR_MAX], size_t *count_out)
{
	struct near_work w = {.db = db, .arena = arena, .room = 300};
	size_t count = 0;
	enum status status = near_read(&w, ticket, &w.own);

	w.list = arena_array(arena, w.room, sizeof(*w.list));
	if (status == ST_OK)
		status = near_messages_of(&w);
	if (status == ST_OK)
		status = near_client(&w);
	if (status != ST_OK)
		return status;
	qsort(w.list, w.count, sizeof(*w.list), near_order);
	while (count < NEAR_MAX && count < w.count &&
	       w.list[count].points >= NEAR_ENOUGH) {
		near_out[count] = w.list[count];
		count++;
	}
	*count_out = count;
	return ST_OK;
}
