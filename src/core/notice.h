/*
 * Notices: what a member is told of besides the list. Which event concerns
 * whom is decided here, from the event and the people; how each wants to be
 * told is their wish. doc/notices.md has the whole in words.
 */
#ifndef CORE_NOTICE_H
#define CORE_NOTICE_H

#include <stdbool.h>

#include <jansson.h>

#include "base/status.h"
#include "base/zone.h"
#include "core/decision.h"

/* Numbers are stored: append, never renumber. */
enum notice_kind {
	NOTICE_NONE,
	NOTICE_ASSIGNED,
	NOTICE_MENTIONED,
	NOTICE_REPLY,
	NOTICE_DUE,
	NOTICE_LATE,
	NOTICE_ESCALATED,
	NOTICE_FLAGGED,
	NOTICE_FAILED,
	NOTICE_MAILBOX,
	NOTICE_WOKE,
	NOTICE_WEBHOOK,
	NOTICE_KIND_COUNT
};
extern const char *const notice_kind_names[NOTICE_KIND_COUNT];

enum notice_mail {
	NOTICE_MAIL_NEVER,
	NOTICE_MAIL_AWAY,
	NOTICE_MAIL_ALWAYS,
	NOTICE_MAIL_COUNT
};
extern const char *const notice_mail_names[NOTICE_MAIL_COUNT];

/* How a member wants to be told. Minutes are of the day, on the wall. */
struct notice_wish {
	bool desktop;
	enum notice_mail mail;
	bool quiet;
	int quiet_from, quiet_to; /* from after to: over midnight */
	bool quiet_weekend;       /* Saturday and Sunday wholly */
	bool kinds[NOTICE_KIND_COUNT];
};

void notice_wish_default(struct notice_wish *wish_out);
/*
 * Members that `tree` has replace what is there. ST_INVALID: a kind or a time
 * of day that there is not; then `wish` is as it was.
 */
CHECKED enum status notice_wish_read(const json_t *tree,
                                     struct notice_wish *wish,
                                     struct problem *problem_out);
/* "07:30" */
void notice_minute_print(int minute, char text_out[8]);

/*
 * Whether it may neither ring nor be mailed at that time. A mailbox that takes
 * no mail waits for no morning: nobody would hear of anything else.
 */
bool notice_is_quiet(const struct notice_wish *wish, enum notice_kind kind,
                     const struct zone *zone, instant_ms at);
/* The first instant at or after `at` that is not quiet. */
instant_ms notice_quiet_end(const struct notice_wish *wish,
                            enum notice_kind kind, const struct zone *zone,
                            instant_ms at);

/* -- Whom an event concerns ----------------------------------------------- */

#define NOTICE_PEOPLE_MAX 64

struct notice_person {
	int64_t id;
	enum role role;
	bool active;
	bool follows; /* the event's ticket */
};

/* What an event asks for: to whom, as what. */
struct notice_asked {
	enum notice_kind kind; /* NOTICE_NONE: it concerns nobody */
	int64_t ticket, promise;
	int64_t level;
	int64_t to[NOTICE_PEOPLE_MAX];
	size_t count;
};

/* The event of a decision, its records loaded. The actor is never told. */
void notice_of_event(const struct state *state, const struct event *event,
                     const struct notice_person *people, size_t count,
                     struct notice_asked *asked_out);
/* Who has a level of escalation; those in `told` only if nobody else is. */
void notice_of_level(const struct notice_person *people, size_t count,
                     int64_t owner, int64_t to, const int64_t *told,
                     size_t told_count, struct notice_asked *asked_out);
/* Whether one that nobody acknowledges goes up a level. */
bool notice_rises(int64_t kind);

#endif
