/*
 * What the mailboxes can be asked, beside what is in the store: how they fare,
 * and to try and show things. Filled in by app, because the interface and the
 * channels do not know each other.
 */
#ifndef NODE_MAILBOX_H
#define NODE_MAILBOX_H

#include "base/arena.h"
#include "base/instant.h"
#include "base/status.h"
#include "base/str.h"
#include "core/states.h"

#define MAILBOX_SAID_BYTES 320
#define MAILBOX_STEPS_MAX  8

struct mailbox_health {
	enum mailbox_state state;
	instant_ms since_at;
	instant_ms last_mail_at; /* 0: none yet */
	instant_ms next_try_at;  /* 0: it need not try again */
	int64_t behind;          /* mail that is still to be fetched */
	char said[MAILBOX_SAID_BYTES];
};

struct mailbox_step {
	const char *step; /* as doc/api.md names it */
	bool ok;
	char said[MAILBOX_SAID_BYTES];
};

struct mailbox_folder {
	struct str name;
	int64_t messages; /* -1: it cannot be opened */
	bool sent;
};

/*
 * All may be called from several threads; those that answer a status or a
 * count take their time.
 */
struct mailbox_port {
	void *context;
	/* Settings were saved. */
	void (*look)(void *context);
	void (*health)(void *context, int64_t mailbox,
	               struct mailbox_health *health_out);
	/* Tries all, up to the first that fails; the number of steps. */
	size_t (*check)(void *context, int64_t mailbox,
	                struct mailbox_step steps_out[MAILBOX_STEPS_MAX]);
	enum status (*folders)(void *context, int64_t mailbox,
	                       struct arena *arena,
	                       struct mailbox_folder **folders_out,
	                       size_t *count_out, struct problem *problem_out);
	/* The page where the provider asks for leave. */
	enum status (*authorize)(void *context, int64_t mailbox, int64_t member,
	                         struct arena *arena, struct str *url_out,
	                         struct problem *problem_out);
	/* It came back with a code, or with `error`. */
	enum status (*authorized)(void *context, struct arena *arena,
	                          struct str state, struct str code,
	                          struct str error,
	                          struct problem *problem_out);
};

#endif
