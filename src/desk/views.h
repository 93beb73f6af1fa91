/*
 * Saved views that every agency begins with: searches by name, like any that
 * a member saves. A partner may change or remove them.
 */
#ifndef DESK_VIEWS_H
#define DESK_VIEWS_H

#include "core/decision.h"

/* Adds them to the decision that sets the agency up. */
void desk_views_begin(struct decision *d);

#endif
