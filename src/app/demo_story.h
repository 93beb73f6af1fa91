/*
 * The demo's story as data: an invented agency, its clients, and what was
 * written, said and done on each thread, with the instant of each. Read from
 * the texts of sim/demo/ and filled in by a seed; the same seed and start give
 * the same story.
 */
#ifndef APP_DEMO_STORY_H
#define APP_DEMO_STORY_H

#include "app/demo_mail.h"
#include "app/demo_text.h"
#include "base/random.h"
#include "base/zone.h"
#include "core/time/calendar.h"

#define DEMO_CC_MAX      4
#define DEMO_STEPS_MAX   24 /* of a thread */
#define DEMO_NUMBERS_MAX 10 /* that a thread can name */

struct demo_member {
	struct str key, name, address;
	int64_t role;
	int64_t id; /* once it was added */
};

struct demo_client {
	struct str key, name, domain;
	struct str product; /* what they have edited: "lamp" */
	int64_t id;
};

/* Somebody who writes: a client's contact, or a stranger. */
struct demo_person {
	struct str key, name, address, signature, lang, product;
	const struct demo_client *client; /* NULL: a stranger */
	enum demo_software software;
	bool latin1;
	bool left; /* takes no part in composed threads */
};

enum demo_act {
	DEMO_ACT_NONE,
	DEMO_ACT_MAIL,
	DEMO_ACT_BOUNCE,
	DEMO_ACT_REPLY,
	DEMO_ACT_NOTE,
	DEMO_ACT_CALL,
	DEMO_ACT_ASSIGN,
	DEMO_ACT_TYPE,
	DEMO_ACT_STATE,
	DEMO_ACT_FLAG,
	DEMO_ACT_COUNT
};

enum demo_when_kind {
	DEMO_WHEN_AFTER,  /* the step before */
	DEMO_WHEN_WORKED, /* so much working time before the start */
	DEMO_WHEN_CLOCK,  /* so much time before the start */
	DEMO_WHEN_DAY,    /* a time of day, so many days before */
};

struct demo_when {
	enum demo_when_kind kind;
	span_ms span; /* of DAY: since midnight */
	int64_t days;
};

struct demo_step {
	enum demo_act act;
	int line;
	struct demo_when when;
	instant_ms at;
	const struct demo_person *from;   /* of a mail; whom a call was with */
	const struct demo_member *by;     /* who acts */
	const struct demo_member *member; /* to whom it is given */
	const struct demo_person *cc[DEMO_CC_MAX];
	size_t cc_count;
	unsigned form;      /* enum demo_form */
	struct str files;   /* names, with commas between */
	struct str subject; /* empty: the thread's */
	struct str text;
	struct str reason;   /* of a state; the other server's of a bounce */
	int64_t value;       /* type, state, or what follows a reply */
	bool inward, missed; /* a call */
	bool hello;          /* to the agency's second address */
};

struct demo_thread {
	struct str name, subject, file;
	struct demo_step *steps;
	size_t step_count;
	struct str numbers[DEMO_NUMBERS_MAX]; /* drawn for its words */
};

/* How the desk's older threads are made: parts to choose from. */
struct demo_part {
	struct str kind, words;
};
struct demo_recipe {
	struct str name;
	int64_t weight, type;
	span_ms answer_from, answer_to; /* when the desk answers */
	int64_t late_percent;
	struct str lang;
	const struct demo_part *parts;
	size_t part_count;
};

struct demo_story {
	struct arena *arena;
	struct random random;
	instant_ms start; /* the moment that the story leads up to */
	instant_ms first; /* the moment that the agency was set up */
	const struct zone *zone;
	struct calendar_version calendar;
	struct calendar_history hours;
	struct str agency, zone_name, calendar_text, signature;
	struct str desk, hello; /* its addresses */
	struct demo_member *members;
	size_t member_count;
	struct demo_client *clients;
	size_t client_count;
	struct demo_person *people;
	size_t person_count;
	struct demo_thread *threads;
	size_t thread_count;
	struct demo_recipe *recipes; /* of the past */
	size_t recipe_count;
	struct demo_recipe *lines; /* what arrives while the demo runs */
	size_t line_count;
};

struct demo_texts {
	struct demo_text agency, inbox, past, live;
};

/*
 * Reads the texts and composes the rest. `start` is now; whoever changes the
 * seed gets other words, numbers and people. ST_INVALID with file and line.
 */
CHECKED enum status demo_story_make(struct arena *arena, instant_ms start,
                                    uint64_t seed,
                                    struct demo_story **story_out,
                                    struct problem *problem_out);

/* NULL when there is none. */
struct demo_person *demo_story_person(const struct demo_story *story,
                                      struct str key);
struct demo_member *demo_story_member(const struct demo_story *story,
                                      struct str key);
struct str demo_first_name(struct str name);

/* -- For the files that read and compose --------------------------------- */

#define DEMO_DAYS        21 /* of history */
#define DEMO_THREADS_MAX 600

enum status demo_story_agency(struct demo_story *story,
                              const struct demo_text *text,
                              struct problem *problem);
enum status demo_story_threads(struct demo_story *story,
                               const struct demo_text *text,
                               struct problem *problem);
enum status demo_story_recipes(struct demo_story *story,
                               const struct demo_text *text,
                               struct demo_recipe **recipes_out,
                               size_t *count_out, struct problem *problem);
/* Composes the older threads. */
void demo_story_past(struct demo_story *story);

/* "-3h10m", "-20h clock", "-2d 14:05", "+18m"; false: none of these. */
bool demo_when_parse(struct str text, struct demo_when *when_out);
/* When it is; `before` is the step before. */
enum status demo_when_find(const struct demo_story *story,
                           const struct demo_when *when, instant_ms before,
                           instant_ms *at_out);

#endif
