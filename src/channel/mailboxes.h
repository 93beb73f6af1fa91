/*
 * The mailboxes of the workspace, each watched by threads of its own that lead
 * conversations as channel/imap.h has them, bring new mail into the desk
 * together with the place up to which it was read, and say how it goes.
 *
 * Settings are items of sort ITEM_MAILBOX; passwords and tokens are secrets of
 * the store and leave these files only towards the server they are for.
 */
#ifndef CHANNEL_MAILBOXES_H
#define CHANNEL_MAILBOXES_H

#include "channel/imap.h"
#include "channel/mailbox_settings.h"
#include "core/event.h"
#include "node/mailbox.h"
#include "node/node.h"

struct mailboxes;

struct mailboxes_config {
	struct node *node;
	struct imap_program program;
	struct str url;        /* how browsers reach us, for the way back */
	struct str oauth_base; /* in place of the providers' own; empty: none */
	/* 0 takes the default of each. */
	span_ms patience;    /* for a server's answer: 60 s */
	span_ms idle;        /* to listen before asking again: 5 min */
	span_ms retry_first; /* after a failure: 1 s, then twice as long */
	span_ms retry_last;  /* up to 5 min */
	span_ms shout_after; /* a failure that mends itself is told: 4 min */
	/* It fares differently: from any thread. May be NULL. */
	void (*changed)(void *context, int64_t mailbox);
	/* One line for the operator; thread-safe. */
	void (*log)(void *context, const char *line);
	void *context;
};

/* Begins to watch. The config's texts outlive it. */
CHECKED enum status mailboxes_start(const struct mailboxes_config *config,
                                    struct mailboxes **boxes_out);
/* Ends what is under way; nothing of it is lost. Then it only answers. */
void mailboxes_stop(struct mailboxes *boxes);
/* Once nobody asks any more. NULL is fine. */
void mailboxes_release(struct mailboxes **released);

/* Settings were saved: from any thread. */
void mailboxes_look(struct mailboxes *boxes);
/* As node_driver.skips: whether it need not be told of commits. */
bool mailboxes_skips(const struct mailboxes *boxes);
/* As node_driver.committed: mail may have left. */
void mailboxes_committed(struct mailboxes *boxes, const struct event *events,
                         size_t count);
/* What the interface may ask; its context is `boxes`. */
struct mailbox_port mailboxes_port(struct mailboxes *boxes);

/*
 * A conversation with the server of that mailbox, signed in, for who moves in
 * or looks around. ST_NOT_FOUND: there is no such mailbox; ST_BUSY and
 * ST_FORBIDDEN with `said`. The caller closes it.
 */
CHECKED enum status mailboxes_open(struct mailboxes *boxes, int64_t mailbox,
                                   struct imap **imap_out,
                                   struct imap_said *said);

/*
 * Where mail from that address of ours is to be sent through, with what to
 * sign in: ST_OK; ST_NOT_FOUND: no mailbox of ours sends for it; ST_BUSY,
 * ST_FORBIDDEN with `said`: it has one that cannot now.
 */
CHECKED enum status mailboxes_smtp(struct mailboxes *boxes, struct arena *arena,
                                   int64_t address,
                                   struct smtp_target *target_out,
                                   struct imap_said *said);
/* The server did not take what was given then: the next time it is new. */
void mailboxes_smtp_refused(struct mailboxes *boxes, struct arena *arena,
                            int64_t address);

#endif
