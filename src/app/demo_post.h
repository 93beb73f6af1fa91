/*
 * The demo's postman: puts a client's mail together and hands it in where the
 * mail server would, and carries out members' acts as the commands that the
 * interface uses. Nothing here writes a row by itself.
 */
#ifndef APP_DEMO_POST_H
#define APP_DEMO_POST_H

#include "app/demo_story.h"
#include "desk/clients.h"
#include "desk/reply.h"
#include "desk/settings.h"
#include "desk/tickets.h"
#include "node/node.h"

struct demo_post {
	const struct demo_story *story;
	const struct demo_person *from;
	const struct demo_person *const *cc;
	size_t cc_count;
	struct str subject, text, files;
	unsigned form;
	bool hello;
	instant_ms at;
	struct random *random; /* gives the mail its id */
	/* What it answers, without <>; ids with a space between; or empty. */
	struct str in_reply_to, references;
	struct str quoted_text, quoted_name, quoted_address;
	instant_ms quoted_at;
};

/*
 * Builds the mail and accepts it as LMTP does. ST_OK when the desk has it;
 * its message id, without <>, is in `id_out`, in the arena.
 */
CHECKED enum status demo_post(struct node *node, struct arena *arena,
                              const struct demo_post *post, struct str *id_out);
/* Any bytes; an empty `sender` is the null return path. */
CHECKED enum status demo_post_raw(struct node *node,
                                  const struct demo_story *story,
                                  struct str sender, struct str raw,
                                  instant_ms at);

/* Commands, with who gives them. `problem` may be NULL. */
CHECKED enum status demo_do_ticket(struct node *node, struct arena *arena,
                                   int64_t actor, desk_ticket_command run,
                                   const struct ticket_command *asked,
                                   struct problem *problem);
CHECKED enum status demo_do_client(struct node *node, struct arena *arena,
                                   int64_t actor,
                                   const struct client_command *asked,
                                   int64_t *client_out,
                                   struct problem *problem);
CHECKED enum status demo_do_settings(struct node *node, struct arena *arena,
                                     int64_t actor, desk_settings_command run,
                                     const struct settings_command *asked,
                                     int64_t *record_out,
                                     struct problem *problem);
CHECKED enum status demo_do_setup(struct node *node, struct arena *arena,
                                  const struct setup *setup,
                                  int64_t *member_out, struct problem *problem);
CHECKED enum status demo_do_reply(struct node *node, struct arena *arena,
                                  int64_t actor, const struct reply *reply,
                                  int64_t *message_out,
                                  struct problem *problem);

#endif
