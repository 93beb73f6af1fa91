/*
 * Letters to members: what they were told, gathered into one mail, and what
 * became of an answer that they sent. Never to a client: recipients are
 * members' addresses, or whoever answered such a letter.
 */
#ifndef DESK_LETTERS_H
#define DESK_LETTERS_H

#include "base/buf.h"
#include "desk/desk.h"
#include "store/letter.h"

/* Who made a gesture so lately is at the screen and sees the list. */
#define LETTERS_AWAY    (5 * SPAN_MINUTE)
#define LETTERS_AN_HOUR 20 /* to one address; then they wait and gather */
#define LETTERS_NOTICES 20 /* told in words; of more only how many */
/* Below this line of a letter nothing is an answer. */
#define LETTERS_MARK "--- Write above this line to answer the client ---"

/* One letter of what waits for that member, or none: see notices.md. */
CHECKED enum status
desk_letters_gather(struct desk *desk, const struct turn *turn, int64_t member);
/* A letter to a member or to whoever wrote; from the ticket's address. */
struct letter_words {
	int64_t member;
	enum letter_kind kind;
	int64_t address; /* of ours, to write from; 0: the first */
	struct str to, subject, text;
	const struct notice *notice; /* that an answer is to; NULL: none */
};
CHECKED enum status letters_write(struct desk *desk, struct arena *arena,
                                  instant_ms now,
                                  const struct letter_words *words);

/* How an attempt went: gone, given up, or tried again later. */
CHECKED enum status desk_letter_end(struct desk *desk, const struct turn *turn,
                                    int64_t letter, bool again);

#endif
