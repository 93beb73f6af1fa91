/*
 * The running desk as one thing: the parts that `serve` and `demo` share,
 * started in the right order and stopped in the other.
 */
#ifndef APP_SERVE_H
#define APP_SERVE_H

#include "app/workspace.h"
#include "channel/lmtp.h"
#include "channel/sink.h"
#include "channel/smtp.h"
#include "channel/webhook.h"
#include "node/mailbox.h"
#include "node/node.h"

struct serve_web; /* the interface; app/serve_web.h */
struct mailboxes; /* channel/mailboxes.h */

struct serve {
	struct command_line *line;
	struct jail *jail;
	struct node *node;
	struct lmtp *lmtp;
	_Atomic(struct serve_web *) web; /* the feed looks at it */
	_Atomic(struct mailboxes *) boxes;
	struct mailbox_port box_port; /* for the interface */
	struct channel_driver driver;
	struct smtp_target target;
	struct sink *sink; /* takes all outgoing mail; NULL: send it */
	bool can_send;     /* there is a server or a sink */
	struct webhook_networks networks; /* of our own, for webhooks */
	/* NULL: the system's clock. */
	instant_ms (*now)(void *context);
	void *now_context;
};

/*
 * Starts the jail, then all threads. The caller has read the command line and
 * is still alone. False after it has said what is wrong.
 */
bool serve_start(struct serve *serve);
/*
 * Waits for SIGTERM or SIGINT; calls `tick` about once a second, if given.
 * EX_OK, or EX_TEMPFAIL when the program must be started again to go on.
 */
CHECKED int serve_wait(struct serve *serve, void (*tick)(void *context),
                       void *context);
void serve_stop(struct serve *serve);
/* One line on standard error. */
void serve_log(void *context, const char *line);

/* `holdfast serve` */
int app_serve(int argc, char **argv);

#endif
