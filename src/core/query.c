#include "core/query.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/states.h"
#include "core/text/request_type.h"

#define NEAREST_LETTERS 20
#define NEAREST_MAX     2

struct query_reader {
	struct arena *arena;
	struct str text;
	size_t at;         /* byte */
	size_t characters; /* before it */
	instant_ms now;
	const struct zone *zone;
	struct query *query;
	struct query_error *error;
	size_t start; /* of the present term, in characters */
	struct str operator, value;
	bool not ;
	bool quoted;
};

/* clang-format off */
static const char *const field_names[QUERY_FIELD_COUNT] = {
	[QUERY_WORD] = NULL, [QUERY_PHRASE] = NULL,
	[QUERY_FROM] = "from", [QUERY_TO] = "to", [QUERY_SUBJECT] = "subject",
	[QUERY_CLIENT] = "client", [QUERY_OWNER] = "owner", [QUERY_BRAND] = "brand",
	[QUERY_TYPE] = "type", [QUERY_STATE] = "state", [QUERY_IS] = "is", [QUERY_HAS] = "has",
	[QUERY_BEFORE] = "before", [QUERY_AFTER] = "after", [QUERY_DUE] = "due",
};

static const char *const is_names[IS_COUNT] = {
	[IS_OPEN] = "open", [IS_CLOSED] = "closed", [IS_WAITING] = "waiting",
	[IS_FLAGGED] = "flagged", [IS_LATE] = "late", [IS_UNASSIGNED] = "unassigned",
	[IS_SNOOZED] = "snoozed", [IS_FOLLOWING] = "following", [IS_MENTIONED] = "mentioned",
	[IS_UNDELIVERED] = "undelivered", [IS_MERGED] = "merged", [IS_MINE] = "mine",
};

static const char *const has_names[HAS_COUNT] = {
	[HAS_ATTACHMENT] = "attachment", [HAS_NOTE] = "note", [HAS_CALL] = "call", [HAS_DRAFT] = "draft",
};

/* Other words for the same; assignee is what the API calls an owner. */
static const struct { const char *name; enum query_field field; } field_others[] = {
	{"assignee", QUERY_OWNER}, {"company", QUERY_CLIENT}, {"cc", QUERY_TO}, {"since", QUERY_AFTER},
};
static const struct { const char *name; enum query_is is; } is_others[] = {
	{"breached", IS_LATE}, {"overdue", IS_LATE}, {"done", IS_CLOSED}, {"failed", IS_UNDELIVERED},
};
static const struct { const char *name; enum query_has has; } has_others[] = {
	{"attachments", HAS_ATTACHMENT}, {"file", HAS_ATTACHMENT}, {"files", HAS_ATTACHMENT},
	{"notes", HAS_NOTE}, {"calls", HAS_CALL},
};
/* clang-format on */

bool query_is_text(enum query_field field)
{
	return field <= QUERY_SUBJECT;
}

/* ---- what comes near */

/* Letters to add, drop, change or swap; more than the maximum is all one. */
static size_t nearest_distance(struct str a, struct str b)
{
	size_t rows[3][NEAREST_LETTERS + 1];

	if (a.length > NEAREST_LETTERS || b.length > NEAREST_LETTERS)
		return NEAREST_MAX + 1;
	for (size_t j = 0; j <= b.length; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a.length; i++) {
		size_t *row = rows[i % 3], *up = rows[(i + 2) % 3];
		const size_t *upper = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= b.length; j++) {
			size_t best =
				up[j - 1] + (a.text[i - 1] != b.text[j - 1]);

			if (up[j] + 1 < best)
				best = up[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && a.text[i - 1] == b.text[j - 2] &&
			    a.text[i - 2] == b.text[j - 1] &&
			    upper[j - 2] + 1 < best)
				best = upper[j - 2] + 1;
			row[j] = best;
		}
	}
	return rows[a.length % 3][b.length];
}

const char *query_nearest(const char *const *names, size_t count,
                          struct str typed)
{
	size_t best = NEAREST_MAX + 1;
	const char *nearest = NULL;

	for (size_t i = 0; i < count; i++) {
		size_t distance =
			names[i] ? nearest_distance(str_of(names[i]), typed)
				 : best;

		/* Of two letters a change of two leaves nothing. */
		if (distance < best && distance < typed.length) {
			best = distance;
			nearest = names[i];
		}
	}
	return nearest;
}

/* ---- refusing */

/* As much of it as a sentence has room for. */
static int query_cut(struct str text)
{
	return (int)str_utf8_prefix(text, 40).length;
}

static __attribute__((format(printf, 2, 3))) enum status
query_refuse(struct query_reader *r, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(r->error->text, sizeof(r->error->text), format, arguments);
	va_end(arguments);
	r->error->start = r->start;
	r->error->end = r->characters;
	return ST_INVALID;
}

/* "is:flaged" could be "is:flagged". */
static void query_suggest(struct query_reader *r, const char *operator,
                          const char * value)
{
	if (operator&& value)
		snprintf(r->error->suggest, sizeof(r->error->suggest),
		         "%s%s:%s", r->not ? "-" : "", operator, value);
}

static enum status query_no_value(struct query_reader *r, const char *operator,
                                  const char * const * names, size_t count)
{
	const char *nearest = query_nearest(names, count, r->value);

	query_suggest(r, operator, nearest);
	if (nearest)
		return query_refuse(r,
		                    "There is no \"%s:%.*s\". Did you mean "
		                    "\"%s:%s\"?",
		                    operator, query_cut(r->value),
		                    r->value.text, operator, nearest);
	return query_refuse(r, "There is no \"%s:%.*s\".", operator,
	                    query_cut(r->value), r->value.text);
}

static void query_add(struct query_reader *r, enum query_field field,
                      struct str text, int64_t value)
{
	assert(r->query->count < QUERY_TERMS_MAX);
	r->query->terms[r->query->count++] = (struct query_term){
		.field = field,
		.not = r->not,
		.typing = r->at == r->text.length && !r->quoted,
		.value = value,
		.text = text,
		.start = r->start,
		.end = r->characters,
	};
}

/* ---- values */

static int query_name(const char *const *names, int count, struct str value)
{
	for (int i = 0; i < count; i++) {
		if (names[i] && str_equal(str_of(names[i]), value))
			return i;
	}
	return -1;
}

static enum status query_read_is(struct query_reader *r, int64_t *value_out)
{
	int value = query_name(is_names, IS_COUNT, r->value);

	for (size_t i = 0; i < sizeof(is_others) / sizeof(*is_others); i++) {
		if (str_equal(str_of(is_others[i].name), r->value))
			value = is_others[i].is;
	}
	if (value < 0)
		return query_no_value(r, "is", is_names, IS_COUNT);
	*value_out = value;
	return ST_OK;
}

static enum status query_read_has(struct query_reader *r, int64_t *value_out)
{
	int value = query_name(has_names, HAS_COUNT, r->value);

	for (size_t i = 0; i < sizeof(has_others) / sizeof(*has_others); i++) {
		if (str_equal(str_of(has_others[i].name), r->value))
			value = has_others[i].has;
	}
	if (value < 0)
		return query_no_value(r, "has", has_names, HAS_COUNT);
	*value_out = value;
	return ST_OK;
}

static enum status query_read_state(struct query_reader *r, int64_t *value_out)
{
	int value =
		query_name(ticket_state_names, TICKET_STATE_COUNT, r->value);

	if (value < 1)
		return query_no_value(r, "state", ticket_state_names + 1,
		                      TICKET_STATE_COUNT - 1);
	*value_out = value;
	return ST_OK;
}

static enum status query_read_type(struct query_reader *r, int64_t *value_out)
{
	const char *names[REQUEST_TYPE_COUNT] = {"no_request"};
	enum request_type type;

	if (str_equal(r->value, STR("no_request"))) {
		*value_out = QUERY_NO_REQUEST;
		return ST_OK;
	}
	if (request_type_find(r->value, &type)) {
		*value_out = type;
		return ST_OK;
	}
	for (int i = 1; i < REQUEST_TYPE_COUNT; i++)
		names[i] = request_type_name((enum request_type)i);
	return query_no_value(r, "type", names, REQUEST_TYPE_COUNT);
}

/* The first instant of the day that is so many after today. */
static instant_ms query_day(const struct query_reader *r, int64_t days)
{
	struct civil civil = zone_civil(r->zone, r->now);
	int64_t day = civil_days(civil.year, civil.month, civil.day) + days;

	civil = (struct civil){0};
	civil_from_days(day, &civil.year, &civil.month, &civil.day);
	return zone_to_utc(r->zone, &civil, ZONE_FIRST);
}

/* "2026-11-10" or "2026-11": its first instant, and that of the next one. */
static bool query_date(const struct query_reader *r, instant_ms *from_out,
                       instant_ms *to_out)
{
	struct str rest = r->value, part;
	int64_t values[3] = {0, 0, 1};
	struct civil civil = {0};
	size_t count = 0;
	int64_t day, next;

	while (count < 3 && str_split(&rest, '-', &part)) {
		if (!str_to_i64(part, &values[count++]))
			return false;
	}
	if (count < 2 || rest.length > 0 || values[0] < 1970 ||
	    values[0] > 2200 || values[1] < 1 || values[1] > 12 ||
	    values[2] < 1 || values[2] > 31)
		return false;
	day = civil_days((int)values[0], (int)values[1], (int)values[2]);
	next = day + 1;
	if (count == 2)
		next = values[1] == 12 ? civil_days((int)values[0] + 1, 1, 1)
		                       : civil_days((int)values[0],
		                                    (int)values[1] + 1, 1);
	civil_from_days(day, &civil.year, &civil.month, &civil.day);
	*from_out = zone_to_utc(r->zone, &civil, ZONE_FIRST);
	civil_from_days(next, &civil.year, &civil.month, &civil.day);
	*to_out = zone_to_utc(r->zone, &civil, ZONE_FIRST);
	return true;
}

/* "7d", "12h", "15m", "2w". */
static bool query_span(struct str value, span_ms *span_out)
{
	static const struct {
		char unit;
		span_ms span;
	} units[] = {{'m', SPAN_MINUTE},
	             {'h', SPAN_HOUR},
	             {'d', SPAN_DAY},
	             {'w', 7 * SPAN_DAY}};
	int64_t count;

	if (value.length < 2 || value.length > 6 ||
	    !str_to_i64(str_sub(value, 0, value.length - 1), &count) ||
	    count < 0)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (units[i].unit == value.text[value.length - 1]) {
			*span_out = count * units[i].span;
			return true;
		}
	}
	return false;
}

/* Before a day is before it begins, after it from its beginning on. */
static enum status query_read_past(struct query_reader *r, const char *operator,
                                   int64_t * value_out)
{
	instant_ms from, to;
	span_ms span;

	if (str_equal(r->value, STR("today")))
		*value_out = query_day(r, 0);
	else if (str_equal(r->value, STR("yesterday")))
		*value_out = query_day(r, -1);
	else if (query_span(r->value, &span))
		*value_out = r->now - span;
	else if (query_date(r, &from, &to))
		*value_out = from;
	else
		return query_refuse(r,
		                    "\"%s:\" wants a date such as "
		                    "2026-11-20, today or 7d (seven days "
		                    "ago).",
		                    operator);
	return ST_OK;
}

static enum status query_read_due(struct query_reader *r, int64_t *value_out)
{
	instant_ms from, to;
	span_ms span;

	if (str_equal(r->value, STR("late")))
		*value_out = 0;
	else if (str_equal(r->value, STR("today")))
		*value_out = query_day(r, 1);
	else if (str_equal(r->value, STR("tomorrow")))
		*value_out = query_day(r, 2);
	else if (str_equal(r->value, STR("week")))
		*value_out = query_day(r, 7);
	else if (query_span(r->value, &span))
		*value_out = r->now + span;
	else if (query_date(r, &from, &to))
		*value_out = to;
	else
		return query_refuse(r, "\"due:\" wants late, today, tomorrow, "
		                       "a span such as 1h, or a date.");
	return ST_OK;
}

static enum status query_read_value(struct query_reader *r,
                                    enum query_field field, int64_t *value_out)
{
	switch (field) {
	case QUERY_IS:
		return query_read_is(r, value_out);
	case QUERY_HAS:
		return query_read_has(r, value_out);
	case QUERY_STATE:
		return query_read_state(r, value_out);
	case QUERY_TYPE:
		return query_read_type(r, value_out);
	case QUERY_BEFORE:
		return query_read_past(r, "before", value_out);
	case QUERY_AFTER:
		return query_read_past(r, "after", value_out);
	case QUERY_DUE:
		return query_read_due(r, value_out);
	case QUERY_WORD:
	case QUERY_PHRASE:
	case QUERY_FROM:
	case QUERY_TO:
	case QUERY_SUBJECT:
	case QUERY_CLIENT:
	case QUERY_OWNER:
	case QUERY_BRAND:
	case QUERY_FIELD_COUNT:
		break;
	}
	*value_out = 0;
	return ST_OK;
}

/* ---- terms */

static bool query_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void query_step(struct query_reader *r)
{
	r->at++;
	/* Bytes that go on a character are none of their own. */
	if (r->at == r->text.length ||
	    ((unsigned char)r->text.text[r->at] & 0xC0) != 0x80)
		r->characters++;
}

/* Up to a space, or to the closing quote; an open quote ends with the text. */
static struct str query_take(struct query_reader *r)
{
	size_t from;

	r->quoted = r->at < r->text.length && r->text.text[r->at] == '"';
	if (r->quoted)
		query_step(r);
	from = r->at;
	while (r->at < r->text.length &&
	       (r->quoted ? r->text.text[r->at] != '"'
	                  : !query_space(r->text.text[r->at])))
		query_step(r);
	if (r->quoted && r->at < r->text.length) {
		query_step(r);
		return str_sub(r->text, from, r->at - 1);
	}
	return str_sub(r->text, from, r->at);
}

/* Whether "letters:" stands here, and not "http://" or "Re: ". */
static bool query_operator(const struct query_reader *r, struct str *name_out)
{
	size_t end = r->at;

	while (end < r->text.length &&
	       ((r->text.text[end] >= 'a' && r->text.text[end] <= 'z') ||
	        (r->text.text[end] >= 'A' && r->text.text[end] <= 'Z')))
		end++;
	if (end == r->at || end == r->text.length || r->text.text[end] != ':')
		return false;
	*name_out = str_sub(r->text, r->at, end);
	return !str_starts(str_sub(r->text, end + 1, r->text.length),
	                   STR("//"));
}

static int query_field_of(struct str name)
{
	int field = query_name(field_names, QUERY_FIELD_COUNT, name);

	for (size_t i = 0; i < sizeof(field_others) / sizeof(*field_others);
	     i++) {
		if (str_equal(str_of(field_others[i].name), name))
			field = field_others[i].field;
	}
	return field;
}

static enum status query_no_operator(struct query_reader *r)
{
	const char *nearest =
		query_nearest(field_names, QUERY_FIELD_COUNT, r->operator);
	char value[48];

	snprintf(value, sizeof(value), "%.*s", query_cut(r->value),
	         r->value.text);
	query_suggest(r, nearest, value);
	if (nearest)
		return query_refuse(r,
		                    "There is no \"%.*s:\". Did you mean "
		                    "\"%s:\"?",
		                    query_cut(r->operator), r->operator.text,
		                    nearest);
	return query_refuse(r,
	                    "There is no \"%.*s:\" to ask for. In quotes "
	                    "it is looked for as it stands.",
	                    query_cut(r->operator), r->operator.text);
}

/* A list is several terms of one name: "type:issue,pricing". */
static enum status query_add_values(struct query_reader *r,
                                    enum query_field field)
{
	struct str rest = r->value, part;
	bool list = !r->quoted && !query_is_text(field);
	enum status status = ST_OK;
	int64_t value = 0;

	while (status == ST_OK && str_split(&rest, list ? ',' : '\0', &part)) {
		if (part.length == 0)
			continue;
		if (r->query->count == QUERY_TERMS_MAX)
			return query_refuse(r, "That is too much to ask for "
			                       "at once.");
		r->value = query_is_text(field) || field == QUERY_CLIENT ||
		                           field == QUERY_OWNER ||
		                           field == QUERY_BRAND
		                   ? part
		                   : str_lower(r->arena, part);
		status = query_read_value(r, field, &value);
		if (status == ST_OK)
			query_add(r, field, r->value, value);
	}
	return status;
}

static enum status query_named(struct query_reader *r)
{
	int field;

	for (size_t i = 0; i <= r->operator.length; i++)
		query_step(r);
	r->value = query_take(r);
	r->operator= str_lower(r->arena, r->operator);
	field = query_field_of(r->operator);
	if (field < 0 && r->value.length > 0)
		return query_no_operator(r);
	/* "Re: invoice" asks for nothing by name. */
	if (field < 0) {
		query_add(r, QUERY_WORD, r->operator, 0);
		return ST_OK;
	}
	/* Still being typed. */
	if (r->value.length == 0 && r->at == r->text.length)
		return ST_OK;
	if (str_trim(r->value).length == 0)
		return query_refuse(r,
		                    "\"%s:\" says nothing: write what to "
		                    "look for right behind it.",
		                    field_names[field]);
	return query_add_values(r, (enum query_field)field);
}

static enum status query_one(struct query_reader *r)
{
	r->start = r->characters;
	r->not = r->text.text[r->at] == '-' && r->at + 1 < r->text.length &&
	         !query_space(r->text.text[r->at + 1]);
	if (r->not )
		query_step(r);
	if (r->query->count == QUERY_TERMS_MAX)
		return query_refuse(r, "That is too much to ask for at once.");
	if (query_operator(r, &r->operator))
		return query_named(r);
	r->value = query_take(r);
	if (str_trim(r->value).length > 0)
		query_add(r, r->quoted ? QUERY_PHRASE : QUERY_WORD, r->value,
		          0);
	return ST_OK;
}

enum status query_parse(struct arena *arena, struct str text, instant_ms now,
                        const struct zone *zone, struct query *query_out,
                        struct query_error *error_out)
{
	struct query query = {.count = 0};
	struct query_error error = {0};
	struct query_reader r = {
		.arena = arena,
		.text = text,
		.now = now,
		.zone = zone ? zone : zone_utc(),
		.query = &query,
		.error = &error,
	};
	enum status status = ST_OK;

	if (text.length > QUERY_BYTES_MAX) {
		r.text.length = 0;
		status = query_refuse(&r, "That is too long to look for.");
	}
	while (status == ST_OK && r.at < r.text.length) {
		if (query_space(r.text.text[r.at]))
			query_step(&r);
		else
			status = query_one(&r);
	}
	if (status == ST_OK)
		*query_out = query;
	else
		*error_out = error;
	return status;
}
