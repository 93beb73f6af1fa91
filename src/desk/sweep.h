/*
 * Forgetting what nobody will come back for: sessions and links that have run
 * out, and files that were put up and never sent. Not history, so no events.
 */
#ifndef DESK_SWEEP_H
#define DESK_SWEEP_H

#include "desk/desk.h"

/* How often it is worth it. */
#define SWEEP_EVERY SPAN_HOUR

CHECKED enum status desk_sweep(struct desk *desk, const struct turn *turn);

#endif
