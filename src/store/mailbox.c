#include "store/mailbox.h"

#include <sodium.h>

#include "core/event.h"
#include "store/secret.h"

SQL(mailbox_place_of,
    "SELECT folder, validity, uid, started_at, last_at, skip_since,"
    " skip_until, copied, failed FROM mailbox_place"
    " WHERE mailbox = $1 AND watch = $2");
SQL(mailbox_place_put,
    "INSERT INTO mailbox_place (mailbox, watch, folder, validity, uid,"
    " started_at, last_at, skip_since, skip_until, copied, failed)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
    " ON CONFLICT (mailbox, watch) DO UPDATE SET folder = excluded.folder,"
    " validity = excluded.validity, uid = excluded.uid,"
    " started_at = excluded.started_at, last_at = excluded.last_at,"
    " skip_since = excluded.skip_since, skip_until = excluded.skip_until,"
    " copied = excluded.copied");
SQL(mailbox_failed_put,
    "INSERT INTO mailbox_place (mailbox, watch, folder, validity, uid,"
    " started_at, last_at, skip_since, skip_until, copied, failed)"
    " VALUES ($1, 1, '', 0, 0, 0, 0, 0, 0, 0, $2)"
    " ON CONFLICT (mailbox, watch) DO UPDATE SET failed = excluded.failed");
SQL(mailbox_born, "SELECT occurred_at FROM event WHERE seq = $1");
SQL(mailbox_seen_find,
    "SELECT 1 FROM mailbox_seen WHERE mailbox = $1 AND digest = $2");
SQL(mailbox_seen_put, "INSERT INTO mailbox_seen (mailbox, digest)"
                      " VALUES ($1, $2) ON CONFLICT DO NOTHING");
SQL(mailbox_sent_events, "SELECT seq, data FROM event WHERE seq > $1 AND"
                         " kind = $2 ORDER BY seq LIMIT $3");

enum status mailbox_place_read(struct sql_db *db, struct arena *arena,
                               int64_t mailbox, enum mailbox_watch watch,
                               struct mailbox_place *place_out)
{
	struct mailbox_place place = {.mailbox = mailbox, .watch = watch};
	struct sql_query query;
	enum status status;
	bool found;

	sql_begin(&query, db, &mailbox_place_of);
	sql_bind_i64(&query, 1, mailbox);
	sql_bind_i64(&query, 2, watch);
	found = sql_next(&query);
	if (found) {
		place.folder = str_copy(arena, sql_text(&query, 0));
		place.validity = sql_i64(&query, 1);
		place.uid = sql_i64(&query, 2);
		place.started_at = sql_i64(&query, 3);
		place.last_at = sql_i64(&query, 4);
		place.skip_since = sql_i64(&query, 5);
		place.skip_until = sql_i64(&query, 6);
		place.copied = sql_i64(&query, 7);
		place.failed = sql_i64(&query, 8);
	}
	status = sql_end(&query);
	if (status != ST_OK)
		return status;
	if (!found)
		return ST_NOT_FOUND;
	*place_out = place;
	return ST_OK;
}

enum status mailbox_place_write(struct sql_db *db,
                                const struct mailbox_place *place)
{
	struct sql_query query;

	sql_begin(&query, db, &mailbox_place_put);
	sql_bind_i64(&query, 1, place->mailbox);
	sql_bind_i64(&query, 2, place->watch);
	sql_bind_text(&query, 3, place->folder);
	sql_bind_i64(&query, 4, place->validity);
	sql_bind_i64(&query, 5, place->uid);
	sql_bind_i64(&query, 6, place->started_at);
	sql_bind_i64(&query, 7, place->last_at);
	sql_bind_i64(&query, 8, place->skip_since);
	sql_bind_i64(&query, 9, place->skip_until);
	sql_bind_i64(&query, 10, place->copied);
	sql_bind_i64(&query, 11, place->failed);
	return sql_run(&query);
}

enum status mailbox_failed_write(struct sql_db *db, int64_t mailbox,
                                 int64_t failed)
{
	struct sql_query query;

	sql_begin(&query, db, &mailbox_failed_put);
	sql_bind_i64(&query, 1, mailbox);
	sql_bind_i64(&query, 2, failed);
	return sql_run(&query);
}

enum status mailbox_added_at(struct sql_db *db, int64_t mailbox,
                             instant_ms *at_out)
{
	struct sql_query query;
	instant_ms at = 0;
	enum status status;

	sql_begin(&query, db, &mailbox_born);
	sql_bind_i64(&query, 1, mailbox);
	if (sql_next(&query))
		at = sql_i64(&query, 0);
	status = sql_end(&query);
	if (status == ST_OK)
		*at_out = at;
	return status;
}

void mailbox_digest(struct str raw,
                    unsigned char digest_out[MAILBOX_DIGEST_BYTES])
{
	crypto_generichash(digest_out, MAILBOX_DIGEST_BYTES,
	                   (const unsigned char *)raw.text, raw.length, NULL,
	                   0);
}

static struct str digest_bytes(const unsigned char digest[MAILBOX_DIGEST_BYTES])
{
	return (struct str){(const char *)digest, MAILBOX_DIGEST_BYTES};
}

enum status mailbox_seen(struct sql_db *db, int64_t mailbox,
                         const unsigned char digest[MAILBOX_DIGEST_BYTES],
                         bool *seen_out)
{
	struct sql_query query;
	bool seen;
	enum status status;

	sql_begin(&query, db, &mailbox_seen_find);
	sql_bind_i64(&query, 1, mailbox);
	sql_bind_blob(&query, 2, digest_bytes(digest));
	seen = sql_next(&query);
	status = sql_end(&query);
	if (status == ST_OK)
		*seen_out = seen;
	return status;
}

enum status mailbox_seen_add(struct sql_db *db, int64_t mailbox,
                             const unsigned char digest[MAILBOX_DIGEST_BYTES])
{
	struct sql_query query;

	sql_begin(&query, db, &mailbox_seen_put);
	sql_bind_i64(&query, 1, mailbox);
	sql_bind_blob(&query, 2, digest_bytes(digest));
	return sql_run(&query);
}

enum status mailbox_sent_after(struct sql_db *db, int64_t after,
                               struct mailbox_sent *sent_out, size_t room,
                               size_t *count_out)
{
	struct sql_query query;
	size_t count = 0;
	enum status status;

	sql_begin(&query, db, &mailbox_sent_events);
	sql_bind_i64(&query, 1, after);
	sql_bind_i64(&query, 2, EV_MAIL_SENT);
	sql_bind_i64(&query, 3, (int64_t)room);
	while (count < room && sql_next(&query)) {
		union event_data data;

		if (!event_data_parse(sql_text(&query, 1), &data))
			continue;
		sent_out[count].seq = sql_i64(&query, 0);
		sent_out[count++].message = data.mail_sent.message;
	}
	status = sql_end(&query);
	if (status == ST_OK)
		*count_out = count;
	return status;
}

/* clang-format off */
static const char *const secret_names[MAILBOX_SECRET_COUNT] = {
	[MAILBOX_PASSWORD]      = "password",
	[MAILBOX_SMTP_PASSWORD] = "smtp_password",
	[MAILBOX_OAUTH_SECRET]  = "oauth_secret",
	[MAILBOX_REFRESH_TOKEN] = "refresh_token",
};
/* clang-format on */

static struct str secret_name(struct arena *arena, int64_t mailbox,
                              enum mailbox_secret which)
{
	return str_printf(arena, "mailbox.%lld.%s", (long long)mailbox,
	                  secret_names[which]);
}

enum status mailbox_secret_read(struct sql_db *db, struct arena *arena,
                                int64_t mailbox, enum mailbox_secret which,
                                struct str host, struct str *out)
{
	struct str value, bound;
	enum status status = secret_get(db, secret_name(arena, mailbox, which),
	                                arena, &value);

	if (status != ST_OK)
		return status;
	/* The host's line, then the secret as it is. */
	if (!str_split(&value, '\n', &bound) || !str_equal_nocase(bound, host))
		return ST_NOT_FOUND;
	*out = value;
	return ST_OK;
}

enum status mailbox_secret_write(struct sql_db *db, struct arena *arena,
                                 int64_t mailbox, enum mailbox_secret which,
                                 struct str host, struct str value)
{
	struct str name = secret_name(arena, mailbox, which);

	if (value.length == 0)
		return secret_remove(db, name);
	return secret_set(
		db, name,
		str_printf(arena, "%.*s\n%.*s", STR_ARG(host), STR_ARG(value)));
}
