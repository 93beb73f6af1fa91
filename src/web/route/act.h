/*
 * What handlers do: look at the workspace, or have the desk carry out a
 * command. A reading must be ended before a command runs: the writer may wait
 * for those who look at the agency.
 */
#ifndef WEB_ACT_H
#define WEB_ACT_H

#include "desk/clients.h"
#include "desk/settings.h"
#include "desk/tickets.h"
#include "node/node.h"
#include "web/render/render.h"
#include "web/request.h"

CHECKED enum status act_read(struct request *request,
                             struct reading *reading_out);
void act_read_end(struct request *request, struct reading *reading);

/*
 * Runs a command as the request's member, under its command id, and waits
 * until it is on disk. The problem goes to request->problem.
 */
CHECKED enum status act_run(struct request *request, node_command run,
                            void *arguments, struct outcome *outcome_out);
/* The same for the desk's families of commands. */
CHECKED enum status act_ticket(struct request *request,
                               desk_ticket_command command,
                               const struct ticket_command *asked,
                               struct outcome *outcome_out);
CHECKED enum status act_client(struct request *request,
                               desk_client_command command,
                               const struct client_command *asked,
                               struct outcome *outcome_out);
CHECKED enum status act_settings(struct request *request,
                                 desk_settings_command command,
                                 const struct settings_command *asked,
                                 struct outcome *outcome_out);

/*
 * After working hours changed: what is promised falls due anew, in slices
 * between other commands.
 */
CHECKED enum status act_promises_follow(struct request *request);

/* -- Answers that many commands give -------------------------------------- */

/* {seq, ticket} */
CHECKED enum status act_answer_ticket(struct request *request,
                                      struct response *response,
                                      const struct outcome *outcome);
/* {seq, ticket, message} */
CHECKED enum status act_answer_message(struct request *request,
                                       struct response *response,
                                       const struct outcome *outcome);
/* {seq, client} */
CHECKED enum status act_answer_client(struct request *request,
                                      struct response *response,
                                      const struct outcome *outcome);
/* {seq, contact} */
CHECKED enum status act_answer_contact(struct request *request,
                                       struct response *response,
                                       int64_t contact);
/* {seq} */
CHECKED enum status act_answer_done(struct request *request,
                                    struct response *response,
                                    const struct outcome *outcome);

/* The answer's object with its seq, open. */
struct json_out *act_begin(const struct reading *reading,
                           struct response *response);

#endif
