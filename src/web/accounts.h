/*
 * Where sessions and members are kept: the session port over the workspace.
 */
#ifndef WEB_ACCOUNTS_H
#define WEB_ACCOUNTS_H

#include "node/node.h"
#include "web/session.h"

struct session_port accounts_port(struct node *node);
/* Keeps a sign-in link by its hash. ST_NOT_FOUND: no such active member. */
CHECKED enum status accounts_add_link(struct node *node, int64_t member,
                                      const uint8_t hash[SESSION_HASH_BYTES]);

#endif
