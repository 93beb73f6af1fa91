/*
 * What people type into the search box, as a checked list of terms. Words and
 * "phrases" are looked for in messages; `name:value` asks about the thread;
 * `-` before any turns it round. Terms of different names must all hold; of
 * one name that a thread has once (type, state, client, owner, brand) any may.
 * doc/search.md has the whole language.
 *
 * Nothing here knows a workspace: whether there is such a member or client is
 * found out by desk/find.h.
 */
#ifndef CORE_QUERY_H
#define CORE_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/instant.h"
#include "base/status.h"
#include "base/str.h"
#include "base/zone.h"

#define QUERY_BYTES_MAX 1000u
#define QUERY_TERMS_MAX 32u

enum query_field {
	QUERY_WORD,
	QUERY_PHRASE,
	QUERY_FROM,
	QUERY_TO,
	QUERY_SUBJECT,
	QUERY_CLIENT,
	QUERY_OWNER,
	QUERY_BRAND,
	QUERY_TYPE,   /* value: enum request_type, or QUERY_NO_REQUEST */
	QUERY_STATE,  /* value: enum ticket_state */
	QUERY_IS,     /* value: enum query_is */
	QUERY_HAS,    /* value: enum query_has */
	QUERY_BEFORE, /* value: instant */
	QUERY_AFTER,
	QUERY_DUE, /* value: instant; 0: late */
	QUERY_FIELD_COUNT
};

enum query_is {
	IS_OPEN,
	IS_CLOSED,
	IS_WAITING,
	IS_FLAGGED,
	IS_LATE,
	IS_UNASSIGNED,
	IS_SNOOZED,
	IS_FOLLOWING,
	IS_MENTIONED,
	IS_UNDELIVERED,
	IS_MERGED,
	IS_MINE,
	IS_COUNT
};

enum query_has { HAS_ATTACHMENT, HAS_NOTE, HAS_CALL, HAS_DRAFT, HAS_COUNT };

#define QUERY_NO_REQUEST (-1)

struct query_term {
	enum query_field field;
	bool not ;
	bool typing; /* the last word, and nothing follows it yet */
	int64_t value;
	struct str text;   /* as typed, without quotes */
	size_t start, end; /* of the whole term, in characters */
};

struct query {
	struct query_term terms[QUERY_TERMS_MAX];
	size_t count;
};

/* What is wrong, and where, in characters; `suggest` may replace it all. */
struct query_error {
	size_t start, end;
	char text[200];
	char suggest[80]; /* empty: nothing comes near */
};

/*
 * ST_INVALID with the error. `now` and `zone` (NULL: UTC) say what "today"
 * and "7d" mean.
 */
CHECKED enum status query_parse(struct arena *arena, struct str text,
                                instant_ms now, const struct zone *zone,
                                struct query *query_out,
                                struct query_error *error_out);

/* Looked for in messages, and not a property of the thread. */
bool query_is_text(enum query_field field);

/*
 * The name in the list that is nearest to what was typed, if one is near: two
 * letters added, left out, changed or swapped at most. NULL: none.
 */
const char *query_nearest(const char *const *names, size_t count,
                          struct str typed);

#endif
