#include "core/canned.h"

#include <string.h>

#include "base/buf.h"

/* Each value may be as long as a subject; a text holds so many at most. */
#define CANNED_FILLED_BYTES (1u << 20)

static const char *const placeholder_names[PLACE_COUNT] = {
	[PLACE_CLIENT_NAME] = "client.name",
	[PLACE_CONTACT_FIRST_NAME] = "contact.first_name",
	[PLACE_CONTACT_NAME] = "contact.name",
	[PLACE_TICKET_SUBJECT] = "ticket.subject",
	[PLACE_ME_NAME] = "me.name",
	[PLACE_BRAND_NAME] = "brand.name",
	[PLACE_AGENCY_NAME] = "agency.name",
	[PLACE_DUE] = "due",
};

const char *placeholder_name(enum placeholder place)
{
	return placeholder_names[place];
}

/* A place in a text: [start, end) with its braces. */
struct canned_place {
	size_t start, end;
	struct str name;
};

static bool canned_next(struct str text, size_t from,
                        struct canned_place *place_out)
{
	size_t start = str_find(text, STR("{{"), from);
	size_t end;

	if (start == text.length)
		return false;
	end = str_find(text, STR("}}"), start + 2);
	*place_out = (struct canned_place){
		.start = start,
		.end = end < text.length ? end + 2 : text.length,
		.name = str_trim(str_sub(text, start + 2, end)),
	};
	return true;
}

static enum placeholder canned_known(struct str name)
{
	for (int i = 0; i < PLACE_COUNT; i++)
		if (str_equal(name, str_of(placeholder_names[i])))
			return (enum placeholder)i;
	return PLACE_COUNT;
}

/* Columns count characters, from 1. */
static void canned_position(struct str text, size_t at, struct problem *problem)
{
	problem->line = problem->column = 1;
	for (size_t i = 0; i < at; i++) {
		if (text.text[i] == '\n') {
			problem->line++;
			problem->column = 1;
		} else if (((unsigned char)text.text[i] & 0xc0) != 0x80) {
			problem->column++;
		}
	}
}

enum status canned_check(struct str text, struct problem *problem_out)
{
	struct canned_place place = {0};
	struct problem problem;

	while (canned_next(text, place.end, &place)) {
		struct str shown = str_utf8_prefix(place.name, 60);

		if (canned_known(place.name) != PLACE_COUNT &&
		    str_ends(str_sub(text, place.start, place.end), STR("}}")))
			continue;
		(void)problem_set(&problem, ST_INVALID, "text",
		                  "There is no placeholder {{%.*s}}. There "
		                  "are client.name, contact.first_name, "
		                  "contact.name, ticket.subject, me.name, "
		                  "brand.name, agency.name and due.",
		                  STR_ARG(shown));
		canned_position(text, place.start, &problem);
		if (problem_out)
			*problem_out = problem;
		return ST_INVALID;
	}
	return ST_OK;
}

struct str canned_fill(struct arena *arena, struct str text,
                       const struct str values[PLACE_COUNT],
                       bool missing_out[PLACE_COUNT])
{
	struct canned_place place = {0};
	struct str filled;
	struct buf buf;
	size_t done = 0;

	for (int i = 0; i < PLACE_COUNT; i++)
		missing_out[i] = false;
	buf_init(&buf, CANNED_FILLED_BYTES);
	while (canned_next(text, place.end, &place)) {
		enum placeholder known = canned_known(place.name);

		if (known == PLACE_COUNT)
			continue;
		missing_out[known] = values[known].length == 0;
		if (missing_out[known])
			continue;
		buf_str(&buf, str_sub(text, done, place.start));
		buf_str(&buf, values[known]);
		done = place.end;
	}
	buf_str(&buf, str_sub(text, done, text.length));
	filled = str_copy(arena, buf_view(&buf));
	buf_release(&buf);
	return filled;
}

struct str canned_first_name(struct str name)
{
	struct str trimmed = str_trim(name);
	size_t comma = str_find_char(trimmed, ',', 0);

	if (str_find_char(trimmed, '@', 0) < trimmed.length)
		return STR("");
	/* "Diaz, Ana" */
	if (comma < trimmed.length)
		trimmed = str_trim(str_sub(trimmed, comma + 1, trimmed.length));
	return str_sub(trimmed, 0, str_find_char(trimmed, ' ', 0));
}
