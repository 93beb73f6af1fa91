/*
 * A text split once into folded words. Folding is lower case without accents
 * ("Résumé" is "resume", "Straße" is "strasse"), so that phrases are written
 * plainly and match what people type. Apostrophes vanish inside a word ("can't"
 * is "cant"); numbers and emoji are words. Linear in the text.
 */
#ifndef CORE_WORDS_H
#define CORE_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

#define WORDS_MAX      40000u /* words read of one text; the rest is ignored */
#define WORD_BYTES_MAX 64u    /* a longer run is one word, cut when folded */

enum word_flag {
	WORD_SENTENCE = 1 << 0, /* first of its sentence */
	WORD_LINE = 1 << 1,     /* first of its line */
	WORD_NUMBER = 1 << 2,   /* begins with a digit: "30", "5pm", "1,200" */
	WORD_QUESTION = 1 << 3, /* its sentence ends with a question mark */
	WORD_SHOUT = 1 << 4,    /* two or more letters, all upper case */
	WORD_EXCLAIM = 1 << 5,  /* its sentence ends with an exclamation mark */
	WORD_COMMA = 1 << 6,    /* , ; : ( or a dash stood before it */
	WORD_MONEY = 1 << 7,    /* a currency sign stood before or after it */
};

struct word {
	struct str fold;
	uint32_t start; /* bytes of the text, [start, end) */
	uint32_t end;
	uint32_t sentence; /* number of its sentence */
	uint32_t flags;    /* enum word_flag */
};

struct words {
	struct str text; /* what was split */
	const struct word *list;
	size_t count;
	uint32_t sentences; /* how many */
};

/* Splits `text`, which should be valid UTF-8 (other bytes divide words). */
struct words words_split(struct arena *arena, struct str text);

#endif
