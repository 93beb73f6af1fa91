/*
 * The running process: clock, threads, the writer, timers, intake, outbox and
 * the live feed around one workspace. The only place that reads the system's
 * clock and its randomness.
 *
 * Threads: one writer, which owns the desk; a few that parse and file mail in
 * the order it was accepted; one that fires timers; a few that send; one that
 * tells the feed what was committed.
 */
#ifndef NODE_NODE_H
#define NODE_NODE_H

#include <stdatomic.h>

#include "core/outbound.h"
#include "desk/desk.h"
#include "desk/mail_in.h"
#include "node/jail.h"

struct node;
struct movein_fetch;

/* What a mail on its way out met. */
struct node_sent {
	enum outbound_outcome outcome;
	char reason[512]; /* the other server's words */
	/* An address a line: of several who was put off, and who there is
	 * none, as the server says. */
	struct str again, gone;
};

/* One delivery to a webhook. */
struct node_hook {
	struct str url, id, body, secret;
	instant_ms at;
	const atomic_bool *stop; /* the node ends: break off */
};
struct node_hooked {
	int64_t status; /* HTTP; 0: no answer came */
	bool refused;   /* not to be tried again */
	span_ms wait;   /* that the receiver asked for */
	char said[256];
};

/* A mail on its way out. */
struct node_outgoing {
	int64_t address; /* id of the one of ours that it is from */
	bool to_member;  /* best not through a mailbox: that may be why */
	struct str sender;
	const struct str *recipients;
	size_t recipient_count;
	struct str raw;
};

/* The ways out, filled in by app: node knows no channel. */
struct node_driver {
	void *context;
	/* Sends bytes that are fixed; blocking; from several threads. */
	void (*send)(void *context, struct arena *arena,
	             const struct node_outgoing *mail,
	             struct node_sent *sent_out);
	/*
	 * Events were committed: `reader` sees them. Called from one thread,
	 * in order. May be NULL.
	 */
	void (*committed)(void *context, struct sql_db *reader,
	                  struct arena *arena, const struct event *events,
	                  size_t count);
	/*
	 * Whether nobody wants to be told of events up to `seq`: asked by the
	 * writer, so that nothing is read for committed(). NULL: somebody
	 * always does.
	 */
	bool (*skips)(void *context, int64_t seq);
	/* A folder of a mailbox; node/movein.h. May be NULL. */
	enum status (*fetch)(void *context, const struct movein_fetch *fetch);
	/* An import has moved on: at most about once a second. May be NULL. */
	void (*moved)(void *context, int64_t import);
	/*
	 * The JSON of an event (0: a test) as that member may see it.
	 * ST_FORBIDDEN or ST_NOT_FOUND: there is nothing for them to see;
	 * anything else is tried again. NULL: no webhooks.
	 */
	enum status (*hook_body)(void *context, struct arena *arena,
	                         int64_t event, int64_t owner,
	                         struct str *body_out);
	/* Blocking; from several threads. */
	void (*hook_send)(void *context, struct arena *arena,
	                  const struct node_hook *hook,
	                  struct node_hooked *hooked_out);
	/* One line for the operator; thread-safe. */
	void (*log)(void *context, const char *line);
};

struct node_config {
	const char *file; /* of the workspace */
	struct jail *jail;
	struct node_driver driver;
	/* NULL: the system's. The demo and the tests bring their own. */
	instant_ms (*now)(void *context);
	void *now_context;
	unsigned readers;        /* 0: 12 */
	unsigned intake_threads; /* 0: 16 */
	unsigned send_threads;   /* 0: 2 */
	/* What our mail server calls itself in Authentication-Results, or "" */
	struct str authserv;
	bool offline;         /* no timers, intake or outbox: for tools */
	bool plain_addresses; /* no tokens in our addresses */
};

CHECKED enum status node_start(const struct node_config *config,
                               struct node **node_out,
                               struct problem *problem_out);
/* Finishes what runs, then stops. NULL is fine. */
void node_stop(struct node **node);

instant_ms node_now(struct node *node);
/* The system's wall clock. */
instant_ms node_system_now(void);
void node_random(void *bytes, size_t length);

/* How browsers reach the interface, for letters; outlives the node. */
void node_set_base_url(struct node *node, const char *base_url);

/* -- Writing ------------------------------------------------------------- */

/*
 * A command, run by the writer inside its batch. It may be run once only; its
 * arguments live until node_run() returns.
 */
typedef enum status (*node_command)(struct desk *desk, const struct turn *turn,
                                    void *arguments,
                                    struct outcome *outcome_out,
                                    struct problem *problem_out);

struct node_asked {
	struct arena *arena;
	int64_t actor;
	const unsigned char *command; /* NULL: a fresh random id */
	node_command run;
	void *arguments;
	/* Nobody waits for it: it may be held a little, to share a commit. */
	bool patient;
};

/*
 * Runs it and waits until its batch is committed and synced. ST_STORE or
 * ST_BUSY (disk full) when it could not be: nothing happened then.
 */
CHECKED enum status node_run(struct node *node, const struct node_asked *asked,
                             struct outcome *outcome_out,
                             struct problem *problem_out);

/*
 * Accepts a mail and has it filed. `results` gets one status a recipient; all
 * of ST_OK are committed.
 */
void node_accept_mail(struct node *node, const struct mail_in *mail,
                      enum status results[]);
/* Whether mail to that address is ours. */
bool node_knows_address(struct node *node, struct str address);
/* Webhooks or their deliveries were changed by hand: look at once. */
void node_hooks_look(struct node *node);
/* Files a mail that waits again, after a member asked for it. */
void node_file_again(struct node *node, int64_t intake);

/* -- Reading ------------------------------------------------------------- */

/* A read-only connection with a snapshot; waits for a free one. */
struct sql_db *node_reader_take(struct node *node);
void node_reader_return(struct node *node, struct sql_db *reader);

/* The agency as last committed; borrowed until it is returned. */
const struct agency *node_agency_take(struct node *node);
void node_agency_return(struct node *node, const struct agency *agency);

/* A job over many threads was begun or is to be undone. */
void node_bulk_nudge(struct node *node);
/* Another number than before: some job has moved. */
unsigned node_bulk_steps(struct node *node);

/* -- Upkeep --------------------------------------------------------------- */

/*
 * Waits until nothing is under way: all accepted mail is filed or set aside,
 * all timers up to now have fired, and all mail that is due was tried.
 */
void node_settle(struct node *node);

struct node_health {
	size_t intake_waiting;
	size_t send_waiting;
	instant_ms sent_at; /* the last that was taken; 0: none yet */
	bool disk_full;
	struct jail_counts jail;
};
struct node_health node_health(struct node *node);

#endif
