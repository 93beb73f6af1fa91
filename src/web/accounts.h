/*
 * Where sessions and members are kept: the session port over the workspace.
 */
#ifndef WEB_ACCOUNTS_H
#define WEB_ACCOUNTS_H

#include "node/node.h"
#include "web/session.h"

struct session_port accounts_port(struct node *node);

#endif
