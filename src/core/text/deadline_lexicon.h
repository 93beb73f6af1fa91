/*
 * The vocabulary of times: weekdays, months, "tomorrow", "by". One word may be
 * of several classes ("may", "morgen", "am").
 */
#ifndef CORE_DEADLINE_LEXICON_H
#define CORE_DEADLINE_LEXICON_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum lexeme_class {
	LEX_WEEKDAY,       /* 0 is Monday */
	LEX_WEEKDAY_SHORT, /* "sat": only beside another word of time */
	LEX_MONTH,         /* 1 is January */
	LEX_MONTH_SHORT,   /* "may": only beside a number */
	LEX_DAY,           /* days from today */
	LEX_MORGEN,        /* tomorrow, or morning after another day */
	LEX_PART,          /* hour at which that part of the day ends */
	LEX_UNIT,          /* minutes in it */
	LEX_PERIOD,        /* weekend, season, year: a named stretch */
	LEX_COUNT,         /* a number in words */
	LEX_BY,            /* by, due: 0; until: 1 */
	LEX_BEFORE,
	LEX_FOR,
	LEX_ON, /* on, at, the: joins and binds nothing */
	LEX_IN,
	LEX_NEXT,
	LEX_THIS,
	LEX_END,
	LEX_EOD,      /* 0 the day's end, 4 the week's, 30 the month's */
	LEX_BUSINESS, /* close of business */
	LEX_OCLOCK,   /* 1 am, 2 pm */
	LEX_EVENT,    /* month * 100 + day, 0 when it moves */
	LEX_PAST,     /* 0 speaks of what was, 1 of an absence */
	LEX_CLASS_COUNT
};

struct lexeme {
	const char *word;
	enum lexeme_class class;
	int value;
};

#define LEX_BIT(class) ((uint32_t)1 << (class))

/* Bit LEX_BIT(class) for each class of the word. */
uint32_t lexicon_classes(struct str fold);
/* Its value as one of `class`; 0 when it is none. */
int lexicon_value(struct str fold, enum lexeme_class class);

/* For the test that holds the table sorted. */
size_t lexicon_count(void);
const struct lexeme *lexicon_at(size_t index);

#endif
