/* Shared by the files of the mailboxes; nobody else includes this. */
#ifndef CHANNEL_MAILBOXES_PRIVATE_H
#define CHANNEL_MAILBOXES_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "channel/mailboxes.h"
#include "desk/mailbox.h"
#include "store/mailbox.h"

#define MAILBOX_ACCESS_BYTES 8192u
#define MAILBOX_ARENA_BYTES  LIMIT_TURN_ARENA_BYTES
/* What a person has for finding their way through the provider's pages. */
#define MAILBOX_FLOW_MS  (15 * SPAN_MINUTE)
#define MAILBOX_FLOWS    32
#define MAILBOX_TEXT_MAX 512

/* An access token, in memory only; never freed while the program runs. */
struct mailbox_token {
	struct mailbox_token *next;
	int64_t mailbox;
	pthread_mutex_t lock; /* held while a new one is asked for */
	char access[MAILBOX_ACCESS_BYTES];
	int64_t version; /* of the settings that it was asked with */
	int64_t until;   /* wire_tick(); 0: there is none */
};

/* A person is at the provider's page. */
struct mailbox_flow {
	int64_t mailbox, member;
	int64_t until; /* wire_tick(); 0: free */
	char state[64], verifier[64];
};

struct mailbox;

/* One folder that is watched. */
struct mailbox_watcher {
	struct mailbox *box;
	enum mailbox_watch watch;
	pthread_t thread;
	int wake; /* eventfd: something to do, or the end */
	atomic_bool stop;
	pthread_mutex_t lock;
	struct imap *imap; /* under lock, to interrupt it */
	unsigned failures; /* in a row */
	/* How often the connection broke at this mail. */
	uint32_t hard_uid;
	unsigned hard_tries;
};

/* A mailbox that is watched with the settings that it has. */
struct mailbox {
	struct mailbox *next;
	struct mailboxes *boxes;
	struct arena *arena; /* of the settings */
	struct mailbox_settings settings;
	pthread_mutex_t lock; /* the two below */
	struct mailbox_health health;
	char sent_said[MAILBOX_SAID_BYTES]; /* of the other folder */
	int64_t failing_since;              /* wire_tick(); 0: it does not */
	struct mailbox_watcher watchers[2];
	size_t watcher_count;
	bool keep; /* by the keeper, while it looks */
};

struct mailboxes {
	struct mailboxes_config config;
	pthread_mutex_t lock; /* all below */
	pthread_cond_t work;
	struct mailbox *first;
	struct mailbox_token *tokens;
	struct mailbox_flow flows[MAILBOX_FLOWS];
	bool stop, dirty;
	atomic_int copying; /* folders that get copies of what is sent */
	pthread_t keeper;
};

/* -- mailbox_reach.c ------------------------------------------------------ */

/* The settings as stored; ST_NOT_FOUND. Not `active` ones, too. */
CHECKED enum status mailbox_load(struct mailboxes *boxes, struct arena *arena,
                                 int64_t mailbox, struct mailbox_settings *out);
/* A secret as stored, for that host. */
CHECKED enum status mailbox_secret(struct mailboxes *boxes, struct arena *arena,
                                   int64_t mailbox, enum mailbox_secret which,
                                   struct str host, struct str *out);
/*
 * What to sign in with, be it a password or a token. ST_FORBIDDEN: a person
 * must do something.
 */
CHECKED enum status mailbox_credential(struct mailboxes *boxes,
                                       struct arena *arena,
                                       const struct mailbox_settings *settings,
                                       enum imap_auth auth, bool smtp,
                                       struct str *out, struct imap_said *said);
/*
 * A conversation, signed in. `watcher` may be NULL. ST_BUSY, ST_FORBIDDEN;
 * *state_out says how the mailbox fares then.
 */
CHECKED enum status
mailbox_reach(struct mailboxes *boxes, const struct mailbox_settings *settings,
              struct mailbox_watcher *watcher, struct imap **imap_out,
              struct imap_said *said, enum mailbox_state *state_out);
/* Ends it, also for who would interrupt it. */
void mailbox_leave(struct mailbox_watcher *watcher, struct imap **imap);
/* How a mailbox fares after that. */
enum mailbox_state mailbox_state_of(const struct imap_said *said);

/* -- mailbox_token.c ------------------------------------------------------ */

/* An access token that lasts for some time. ST_FORBIDDEN, ST_BUSY. */
CHECKED enum status mailbox_access(struct mailboxes *boxes, struct arena *arena,
                                   const struct mailbox_settings *settings,
                                   struct str *out, struct imap_said *said);
/* The server did not take it. */
void mailbox_access_forget(struct mailboxes *boxes, int64_t mailbox);
enum status mailbox_authorize(void *context, int64_t mailbox, int64_t member,
                              struct arena *arena, struct str *url_out,
                              struct problem *problem_out);
enum status mailbox_authorized(void *context, struct arena *arena,
                               struct str state, struct str code,
                               struct str error, struct problem *problem_out);

/* -- mailbox_check.c ------------------------------------------------------ */

size_t mailbox_check(void *context, int64_t mailbox,
                     struct mailbox_step steps_out[MAILBOX_STEPS_MAX]);
enum status mailbox_folders(void *context, int64_t mailbox, struct arena *arena,
                            struct mailbox_folder **folders_out,
                            size_t *count_out, struct problem *problem_out);

/* -- mailbox_sync.c ------------------------------------------------------- */

/* One folder being read, in one conversation. */
struct mailbox_sync {
	struct mailbox_watcher *watcher;
	struct imap *imap;
	struct arena *arena; /* of the conversation */
	struct arena *list;  /* of the entries */
	struct arena *turn;  /* of one mail */
	struct mailbox_place place;
	struct str recipient;
	uint32_t next;
	bool idle;
};

/* Opens the folder and finds the place. */
CHECKED enum status mailbox_sync_begin(struct mailbox_sync *sync,
                                       struct imap_said *said);
/* Brings in all there is. ST_OK also when the thread is to end. */
CHECKED enum status mailbox_sync_run(struct mailbox_sync *sync,
                                     struct imap_said *said);
/* Adds copies of what was sent since. */
CHECKED enum status mailbox_sync_copies(struct mailbox_sync *sync,
                                        struct imap_said *said);

/* -- mailbox_watch.c ------------------------------------------------------ */

/* False when there is no thread to be had. */
bool mailbox_watch_start(struct mailbox_watcher *watcher);
void mailbox_watch_wake(struct mailbox_watcher *watcher);
/* Asks it to end; mailbox_watch_join() waits. */
void mailbox_watch_stop(struct mailbox_watcher *watcher);
void mailbox_watch_join(struct mailbox_watcher *watcher);
/* Sleeps; true when the thread is to end. */
bool mailbox_watch_rest(struct mailbox_watcher *watcher, span_ms span);

/* -- mailboxes.c ---------------------------------------------------------- */

void mailboxes_log(struct mailboxes *boxes, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The health changed: whoever watches is told. */
void mailbox_changed(struct mailbox *box);
span_ms mailboxes_patience(const struct mailboxes *boxes);

#endif
