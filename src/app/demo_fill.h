/*
 * Fills in what the demo's texts leave open, in braces:
 *
 *	{yes|sure|of course}  one of these, as the seed has it
 *	{4 40 400}            a number of 40 to 400, called 4 on this thread;
 *	                      drawn once
 *	{4}                   the same number again
 *	{workday +3}          the name of a day, three days on; a Saturday or
 *	                      Sunday becomes the Monday
 *	{date +3}             the same as a date: "13 November"
 *	{season}              the selling season that comes next
 *	{product}             what the client has edited
 *	{first}               the client's first name
 *	{member}              the first name of who answers
 *	{client}              the company
 *
 * Days are counted from the message's own date, in its own language.
 */
#ifndef APP_DEMO_FILL_H
#define APP_DEMO_FILL_H

#include "app/demo_story.h"

struct demo_fill {
	struct arena *arena;
	struct random *random;
	const struct zone *zone;
	instant_ms at;
	const struct demo_person *person; /* NULL: nobody */
	const struct demo_member *member;
	struct str *numbers; /* DEMO_NUMBERS_MAX, kept between calls */
};

/* False when a brace holds what is not known: `wrong_out` is that. */
bool demo_fill(const struct demo_fill *fill, struct str words,
               struct str *words_out, struct str *wrong_out);

#endif
