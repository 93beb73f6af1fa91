/*
 * What members do with clients and contacts. Answers as in desk/tickets.h.
 */
#ifndef DESK_CLIENTS_H
#define DESK_CLIENTS_H

#include "desk/desk.h"

struct client_command {
	int64_t client;  /* 0: a new one */
	int64_t contact; /* 0: a new one */
	int64_t into;    /* client or contact that stays */
	/* What changes; a field that was not given stays as it is. */
	bool has_name, has_domain, has_address, has_stage, has_client;
	struct str name, domain, address;
	int64_t stage; /* enum stage */
	int64_t to_client;
};

typedef enum status (*desk_client_command)(struct desk *desk,
                                           const struct turn *turn,
                                           const struct client_command *asked,
                                           struct outcome *outcome_out,
                                           struct problem *problem_out);

enum status desk_client_add(struct desk *, const struct turn *,
                            const struct client_command *, struct outcome *,
                            struct problem *);
enum status desk_client_change(struct desk *, const struct turn *,
                               const struct client_command *, struct outcome *,
                               struct problem *);
enum status desk_client_merge(struct desk *, const struct turn *,
                              const struct client_command *, struct outcome *,
                              struct problem *);
enum status desk_client_unmerge(struct desk *, const struct turn *,
                                const struct client_command *, struct outcome *,
                                struct problem *);
enum status desk_contact_add(struct desk *, const struct turn *,
                             const struct client_command *, struct outcome *,
                             struct problem *);
enum status desk_contact_change(struct desk *, const struct turn *,
                                const struct client_command *, struct outcome *,
                                struct problem *);
enum status desk_contact_merge(struct desk *, const struct turn *,
                               const struct client_command *, struct outcome *,
                               struct problem *);

#endif
