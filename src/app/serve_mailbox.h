/* The mailboxes beside a node that runs, and mail that leaves through them. */
#ifndef APP_SERVE_MAILBOX_H
#define APP_SERVE_MAILBOX_H

#include "app/serve.h"
#include "channel/mailboxes.h"

/* Before the interface, which asks them. `url`: how it is reached. */
CHECKED enum status serve_mailbox_start(struct serve *serve, const char *url,
                                        struct problem *problem);
void serve_mailbox_stop(struct serve *serve);
/* Once the node has stopped. */
void serve_mailbox_release(struct serve *serve);
/* Whether none of them wants to be told of commits. */
bool serve_mailbox_skips(struct serve *serve);
void serve_mailbox_committed(struct serve *serve, const struct event *events,
                             size_t count);
/*
 * Where mail from that address of ours goes out. ST_NOT_FOUND: not through a
 * mailbox. Other than ST_OK, *sent_out says why it cannot go.
 */
CHECKED enum status serve_mailbox_target(struct serve *serve,
                                         struct arena *arena, int64_t address,
                                         struct smtp_target *target_out,
                                         struct node_sent *sent_out);
/* The server there did not let us in. */
void serve_mailbox_refused(struct serve *serve, struct arena *arena,
                           int64_t address);

#endif
