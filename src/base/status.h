/*
 * What a function may answer. The set is small and closed; each function names
 * the two or three it returns. One table in each of web, channel and app maps
 * a status to HTTP, SMTP and exit codes.
 */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

#include <stdbool.h>
#include <stddef.h>

enum status {
	ST_OK,
	ST_NOT_FOUND, /* no such thing, or not for this reader to know of */
	ST_FORBIDDEN, /* known to exist, but the actor lacks the right */
	ST_INVALID,   /* the input is wrong; the problem names the field */
	ST_CONFLICT,  /* it moved since it was read */
	ST_LIMIT,     /* more than a named limit allows */
	ST_BUSY,      /* try again soon */
	ST_UNCERTAIN, /* may or may not have happened; retry by command id */
	ST_STORE,     /* the store failed: disk full, damaged, gone */
	ST_COUNT
};

/* Results that must be looked at. */
#define CHECKED __attribute__((warn_unused_result))

/* Name for logs and JSON: "not_found". */
const char *status_name(enum status status);

/*
 * Why an input was refused, for a person: which field, and what to do instead.
 * Travels as an explicit out parameter, never in a global.
 */
struct problem {
	char field[64];
	char text[256];
	char type[24]; /* a word for programs: "held"; empty: none */
	int line; /* 1-based position in a document, 0 when there is none */
	int column;
	/* Place in a line that was typed, in characters; end 0: none. */
	int start, end;
	char suggest[80]; /* what may have been meant; empty: nobody knows */
};

/* Fills `problem` (may be NULL) and returns `status`. */
enum status problem_set(struct problem *problem, enum status status,
                        const char *field, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Adds the word for programs to what was set; returns `status`. */
enum status problem_type(struct problem *problem, enum status status,
                         const char *type);
/* Says where in what was typed; after problem_set(). */
void problem_place(struct problem *problem, size_t start, size_t end,
                   const char *suggest);

#endif
