/*
 * Canned replies: text with places to be filled, "{{client.name}}". What can
 * stand there is a fixed set, so that a text can name nothing that its reader
 * should not see, and a misspelt place is refused when it is saved and not
 * found by a client. What is filled in is never read for places again.
 */
#ifndef CORE_CANNED_H
#define CORE_CANNED_H

#include "base/arena.h"
#include "base/status.h"
#include "base/str.h"

#define CANNED_TEXT_BYTES (64u << 10)

enum placeholder {
	PLACE_CLIENT_NAME,
	PLACE_CONTACT_FIRST_NAME,
	PLACE_CONTACT_NAME,
	PLACE_TICKET_SUBJECT,
	PLACE_ME_NAME,
	PLACE_BRAND_NAME,
	PLACE_AGENCY_NAME,
	PLACE_DUE,
	PLACE_COUNT
};
/* "client.name" */
const char *placeholder_name(enum placeholder place);

/* ST_INVALID, field "text" with line and column, at a place not known. */
CHECKED enum status canned_check(struct str text, struct problem *problem_out);

/*
 * The text with every place filled. One whose value is empty is left as it is
 * written, so that it is seen, and is marked in `missing_out`.
 */
struct str canned_fill(struct arena *arena, struct str text,
                       const struct str values[PLACE_COUNT],
                       bool missing_out[PLACE_COUNT]);

/* How a person is addressed: the first word of a name that is no address. */
struct str canned_first_name(struct str name);

#endif
