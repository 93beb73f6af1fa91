/*
 * The agency's own facts: its name, members, addresses, calendar, playbook.
 * Answers as in desk/tickets.h.
 */
#ifndef DESK_SETTINGS_H
#define DESK_SETTINGS_H

#include "desk/desk.h"

struct setup {
	struct str agency, name, address, desk_address;
	struct str password_hash; /* as libsodium writes it; empty: none */
	struct str calendar;      /* JSON; core/time/calendar_text.h */
	struct str zone;
	span_ms undo_ms; /* 0: the default */
};

/*
 * The first run, once: agency, calendar, first address, first member (a
 * partner). ST_CONFLICT when somebody was first. outcome.record: the member.
 */
CHECKED enum status desk_setup(struct desk *desk, const struct turn *turn,
                               const struct setup *setup,
                               struct outcome *outcome_out,
                               struct problem *problem_out);

struct settings_command {
	int64_t id; /* member or address; 0: a new one */
	bool has_name, has_address, has_signature, has_role, has_active;
	bool has_brand;
	struct str name, address, signature;
	int64_t role;
	int64_t brand; /* of an address; 0: none */
	bool active;
	struct str password_hash; /* empty: unchanged */
	struct str document;      /* calendar or playbook */
	struct str zone;
	span_ms undo_ms;
};

typedef enum status (*desk_settings_command)(
	struct desk *desk, const struct turn *turn,
	const struct settings_command *asked, struct outcome *outcome_out,
	struct problem *problem_out);

/* name, zone, undo_ms (0 to 120 s) */
enum status desk_agency_save(struct desk *, const struct turn *,
                             const struct settings_command *, struct outcome *,
                             struct problem *);
/* outcome.record of an added one is its id */
enum status desk_member_save(struct desk *, const struct turn *,
                             const struct settings_command *, struct outcome *,
                             struct problem *);
enum status desk_address_save(struct desk *, const struct turn *,
                              const struct settings_command *, struct outcome *,
                              struct problem *);
/* Holds from now on; open promises fall due anew under it. */
enum status desk_calendar_save(struct desk *, const struct turn *,
                               const struct settings_command *,
                               struct outcome *, struct problem *);
/* problem has line and column */
enum status desk_playbook_save(struct desk *, const struct turn *,
                               const struct settings_command *,
                               struct outcome *, struct problem *);
/*
 * After a calendar was saved: recomputes at most `limit` open promises with
 * ids above `after`, and tells the last one. *last_out 0: none was left.
 */
CHECKED enum status desk_promises_recompute(struct desk *desk,
                                            const struct turn *turn,
                                            int64_t after, size_t limit,
                                            int64_t *last_out,
                                            struct outcome *outcome_out);

#endif
