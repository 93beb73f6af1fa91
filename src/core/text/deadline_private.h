/*
 * What deadline_read.c reads of a time, and deadline.c resolves.
 */
#ifndef CORE_DEADLINE_PRIVATE_H
#define CORE_DEADLINE_PRIVATE_H

#include "core/text/deadline.h"
#include "core/text/deadline_lexicon.h"

#define DEADLINE_UNKNOWN (-1)

/* What has been read of one time. */
struct deadline_reading {
	uint32_t next; /* the word after it */
	bool day;
	bool clock;
	bool stretch; /* minutes from now */
	bool hours;
	bool weak;          /* must have a preposition to count */
	bool bound;         /* must have one that binds */
	int weekday, weeks; /* 0 Monday; whole weeks to add */
	int month, month_day, year;
	int day_offset;
	int hour, minute;
	int64_t minutes;
};

struct deadline_scan {
	const struct words *words;
	const uint32_t *classes; /* per word */
};

/* Reads nothing: the fields that may be unknown are. */
struct deadline_reading deadline_reading_none(void);

/* Is word `at` in the sentence of word `from`, and of one of the classes? */
bool deadline_is(const struct deadline_scan *s, uint32_t from, uint32_t at,
                 uint32_t bits);
bool deadline_word_is(const struct deadline_scan *s, uint32_t at,
                      const char *text);
int deadline_value(const struct deadline_scan *s, uint32_t at,
                   enum lexeme_class class);

/*
 * A day and a time in either order, or a stretch, beginning at word `at`.
 * `led`: a word such as "at" or "before" stands before it, so that a bare
 * figure may be an hour. False, `r` untouched or spoiled, when there is none.
 */
bool deadline_read(const struct deadline_scan *s, uint32_t at, bool led,
                   struct deadline_reading *r);

#endif
