/*
 * Records as the API shows them (doc/api.md). Each function writes one value;
 * what it must read for it comes from the reading's connection, so an answer is
 * one consistent view.
 */
#ifndef WEB_RENDER_H
#define WEB_RENDER_H

#include "base/arena.h"
#include "core/event.h"
#include "desk/agency.h"
#include "store/search.h"
#include "store/view.h"
#include "web/json.h"

struct web;

/* One look at the workspace. */
struct reading {
	struct sql_db *db;
	const struct agency *agency;
	struct arena *arena;
	instant_ms now;
	int64_t seq;              /* log position that the connection sees */
	const struct search *lit; /* words to be marked in messages; or NULL */
	const struct web *web;    /* NULL: what is in no store is not shown */
};

/* A ticket row, open for more members; render_close ends it. */
void render_ticket_open(const struct reading *reading, struct json_out *out,
                        const struct view_ticket *ticket);
/* Whose a draft is and since when; null when there is none. */
void render_draft(struct json_out *out, const struct draft *draft);
void render_ticket(const struct reading *reading, struct json_out *out,
                   const struct view_ticket *ticket);
void render_flag(const struct reading *reading, struct json_out *out,
                 const struct view_flag *flag);
void render_message(const struct reading *reading, struct json_out *out,
                    const struct view_message *message);
/* With `pauses` (NULL: without) the sum and what would stop it. */
void render_promise(const struct reading *reading, struct json_out *out,
                    const struct promise *promise,
                    const struct calendar_pauses *pauses);
/* The pauses that the log has of a promise. */
CHECKED enum status render_pauses(const struct reading *reading,
                                  const struct promise *promise,
                                  struct calendar_pauses *pauses_out);
/* The ticket's history in words: an array. */
CHECKED enum status render_log(const struct reading *reading,
                               struct json_out *out, int64_t ticket);
/* What an event says in a ticket's history; empty for what it leaves out. */
CHECKED enum status render_log_sentence(const struct reading *reading,
                                        const struct event *event,
                                        struct str *text_out);
/* One event as the audit shows it: an object. */
CHECKED enum status render_audit(const struct reading *reading,
                                 struct json_out *out,
                                 const struct event *event);
/* Why it has its type: an array. */
void render_reasons(const struct reading *reading, struct json_out *out,
                    const struct view_ticket *ticket,
                    const struct view_message *messages, size_t count);
void render_participant(struct json_out *out,
                        const struct view_participant *person);
void render_member(struct json_out *out, const struct agency_member *member);
void render_client(struct json_out *out, const struct view_client *client);
void render_client_row(struct json_out *out, const struct view_client *client);
void render_contact(struct json_out *out, const struct view_contact *contact);
void render_person(struct json_out *out, const struct view_contact *contact);
/* Members of an open object; `member` 0 leaves `mine` out. */
CHECKED enum status render_counts(const struct reading *reading,
                                  struct json_out *out, int64_t member);

/* "no_request" for all four kinds of none. */
const char *render_type_name(int64_t type);
/* The sum of a count of characters: the API's offsets are characters. */
size_t render_characters(struct str text, size_t bytes);

#endif
