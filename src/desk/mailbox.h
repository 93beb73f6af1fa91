/*
 * Mailboxes as the desk knows them: that one fails, or works again, is a fact
 * of the log, told once an outage, whoever asks and however often.
 */
#ifndef DESK_MAILBOX_H
#define DESK_MAILBOX_H

#include "desk/desk.h"
#include "store/mailbox.h"

struct mailbox_report {
	int64_t mailbox;
	enum mailbox_state state; /* MAILBOX_CONNECTED: it works again */
	instant_ms since;
	struct str said;
};

/* Nothing happens when the log says so already. */
CHECKED enum status desk_mailbox_report(struct desk *desk,
                                        const struct turn *turn,
                                        const struct mailbox_report *report,
                                        struct outcome *outcome_out);

/* Arguments are a struct mailbox_place: as node_command has it. */
enum status desk_mailbox_place(struct desk *desk, const struct turn *turn,
                               void *place, struct outcome *outcome_out,
                               struct problem *problem_out);

#endif
