/*
 * The playbook: the agency's operating procedure as one readable document.
 * Which request types there are and what each promises by when, which words
 * are evidence of what, and which flags raise a thread. doc/playbook.md has
 * the grammar; playbook/default.yaml is the document that ships.
 *
 * A parsed playbook is plain data in the arena it was parsed into, never
 * changed afterwards, and may be read by any thread.
 */
#ifndef CORE_PLAYBOOK_H
#define CORE_PLAYBOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/instant.h"
#include "base/status.h"
#include "base/str.h"
#include "core/text/request_type.h"
#include "core/text/signal.h"

struct phrases; /* core/text/phrases.h: the compiled automaton */

/* Numbers of the enums below are stored in events: append only. */

/* Which time a duration counts on. */
enum hours {
	HOURS_NONE = 0,
	HOURS_BUSINESS = 1, /* the calendar of the ticket's brand */
	HOURS_CLOCK = 2,    /* around the clock */
	HOURS_CALLING = 3,  /* staffed time inside the client's calling hours */
	HOURS_COUNT
};

struct duration {
	span_ms span;
	enum hours hours;
};

enum promise_kind {
	PROMISE_NONE = 0,
	PROMISE_FIRST_RESPONSE = 1,
	PROMISE_NEXT_RESPONSE = 2,
	PROMISE_ACKNOWLEDGE = 3, /* kept by any response, like a first one */
	PROMISE_PROPOSAL = 4,
	PROMISE_RESOLUTION = 5,
	PROMISE_CALL_BACK = 6,
	PROMISE_KIND_COUNT
};

/* Who hears of a promise that is late; "unclaimed" falls to the next. */
enum escalate_to {
	ESCALATE_NONE = 0,
	ESCALATE_OWNER = 1,
	ESCALATE_BACKUP = 2,
	ESCALATE_DESK_LEAD = 3,
	ESCALATE_PARTNER = 4,
	ESCALATE_COUNT
};

const char *hours_name(enum hours hours);              /* "business" */
const char *promise_kind_name(enum promise_kind kind); /* "proposal" */
const char *escalate_to_name(enum escalate_to to);     /* "desk_lead" */
bool promise_kind_find(struct str name, enum promise_kind *kind_out);

/* "30m business" for people and documents. */
struct str duration_text(struct arena *arena, struct duration duration);

struct playbook_step {
	struct duration after; /* after the promise fell due; span may be 0 */
	enum escalate_to to;
};

/* One promise made when a request of a type arrives. */
struct playbook_clock {
	struct str id; /* unique in the document */
	uint32_t code; /* of the id; this is what events hold */
	struct str spec;
	enum promise_kind promise;
	struct duration within;
	/* Warn that much before due, on the same hours; 0: no warning. */
	span_ms warn_before;
	const struct playbook_step *steps; /* by `after`, soonest first */
	size_t steps_count;
};

struct playbook_type {
	enum request_type type;
	struct str label; /* "Status question" */
	struct str icon;  /* a Lucide icon's name */
	struct str spec;
	const struct playbook_clock *clocks;
	size_t clocks_count;
};

struct playbook_signal {
	enum signal_kind kind; /* SIGNAL_NONE: absent from the document */
	struct str label;      /* "Asked before" */
	struct str icon;
	int32_t threshold_milli; /* evidence needed before it is reported */
	int32_t sentiment_milli; /* what it adds to a message's sentiment */
	int32_t points_milli[REQUEST_TYPE_COUNT]; /* and to its types */
};

/* What makes a flag look. */
enum flag_when {
	FLAG_WHEN_NONE = 0,
	FLAG_WHEN_UNANSWERED = 1, /* `count` messages with no answer */
	FLAG_WHEN_SIGNAL = 2,     /* `signal` at `strength` or more */
	FLAG_WHEN_DEADLINE = 3,   /* a deadline in the text in `within` days */
	FLAG_WHEN_CLOCK_BREACHED = 4,
	FLAG_WHEN_CLOCK_SOON = 5, /* a promise past its warning */
	FLAG_WHEN_COUNT
};

const char *flag_when_name(enum flag_when when);

struct playbook_flag {
	struct str id;
	uint32_t code;
	struct str spec;
	enum flag_when when;
	struct str label; /* "Three unanswered" */
	struct str icon;
	int points; /* added to the thread's priority */
	/* UNANSWERED: how many, those within `once_within` counting once. */
	int count;
	span_ms once_within;
	/* SIGNAL: which, and how strong (thousandths). */
	enum signal_kind signal;
	int32_t strength_milli;
	/* DEADLINE: so many days ahead or fewer. */
	int days;
	/* A7: demands a call back within that; HOURS_NONE: it does not. */
	struct duration call_back;
	struct str call_back_id; /* the promise's rule */
	uint32_t call_back_code;
	const struct playbook_step *steps; /* of the call back */
	size_t steps_count;
};

/* What a phrase list is evidence for. */
enum list_target {
	LIST_TARGET_NONE = 0,
	LIST_TARGET_TYPES = 1,      /* `points` per request type */
	LIST_TARGET_SIGNAL = 2,     /* `weight_milli` for `signal` */
	LIST_TARGET_SENTIMENT = 3,  /* `weight_milli` of sentiment alone */
	LIST_TARGET_PRESSURE = 4,   /* `weight_milli` of urgency, may be < 0 */
	LIST_TARGET_NO_ANSWER = 5,  /* thanks and the like */
	LIST_TARGET_NO_REQUEST = 6, /* `weight_milli` for type `no_request` */
	LIST_TARGET_LANGUAGE = 7,   /* each hit speaks for `lang` */
	LIST_TARGET_COUNT
};

const char *list_target_name(enum list_target target);

/*
 * A named set of phrases. It counts once a message, however often it hits. One
 * with a `lang` counts only in a text of that language, as far as the lists for
 * LIST_TARGET_LANGUAGE can tell.
 */
struct playbook_list {
	struct str id;
	uint32_t code;
	struct str spec;
	struct str lang; /* "en"; empty: every language */
	enum list_target target;
	enum signal_kind signal;
	enum request_type no_request;
	int32_t weight_milli;
	int32_t points_milli[REQUEST_TYPE_COUNT];
	int negation; /* words before a hit that may void it; 0: none */
	int32_t sentiment_milli; /* added beside the target's own effect */
	const struct str *phrases;
	size_t phrases_count;
};

/* Who never gets a clock: "no-reply@" and such. `*` matches any text. */
struct playbook_sender {
	struct str pattern; /* in lower case */
	enum request_type type;
};

struct playbook {
	struct str version; /* of the document, as its author names it */
	struct str name;
	struct playbook_type types[REQUEST_TYPE_COUNT];
	struct playbook_signal signals[SIGNAL_KIND_COUNT];
	const struct playbook_flag *flags;
	size_t flags_count;
	const struct playbook_list *lists;
	size_t lists_count;
	const struct playbook_sender *senders;
	size_t senders_count;
	/* A warning that nobody acknowledges: after so long, to whom. */
	const struct playbook_step *rises;
	size_t rises_count;
	/* How much a list that hits only in the subject counts. */
	int32_t subject_milli;
	/* Points of REQUEST_OTHER when nothing speaks at all. */
	int32_t bias_milli[REQUEST_TYPE_COUNT];
	const struct phrases *phrases; /* all lists, compiled */
};

/*
 * Parses a document of at most LIMIT_PLAYBOOK_BYTES. ST_INVALID: `problem_out`
 * (may be NULL) has the path of the field, what to write instead, line and
 * column; ST_LIMIT: too long or too many phrases. `yaml` need not outlive the
 * call.
 */
CHECKED enum status playbook_parse(struct arena *arena, struct str yaml,
                                   struct playbook **playbook_out,
                                   struct problem *problem_out);

/* NULL when the type has no such clock. */
const struct playbook_clock *playbook_clock(const struct playbook *playbook,
                                            enum request_type type,
                                            enum promise_kind promise);
/* By the code that an event holds; NULL when this version has no such rule. */
const struct playbook_flag *
playbook_flag_by_code(const struct playbook *playbook, uint32_t code);
const struct playbook_list *
playbook_list_by_code(const struct playbook *playbook, uint32_t code);
/* REQUEST_TYPE_NONE unless the address is one of `senders`. */
enum request_type playbook_sender_type(const struct playbook *playbook,
                                       struct str address);
/* The code of a rule's id: never 0. */
uint32_t playbook_code(struct str id);

#endif
