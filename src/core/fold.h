/*
 * Inside the fold: shared by state.c, which keeps the records, and the files
 * that say what each event does to them. Nobody else includes this.
 */
#ifndef CORE_FOLD_H
#define CORE_FOLD_H

#include "core/state.h"

/* The record, now dirty; it must be loaded. */
void *fold_touch(struct state *state, enum record_type type, int64_t id);
/* A new record, dirty; there must be none of that id. */
void *fold_create(struct state *state, enum record_type type, int64_t id);

/* Recomputes what a ticket's row shows of its promises and flags. */
void fold_ticket_refresh(struct state *state, struct ticket *ticket);

/* One function an event kind that concerns promises and flags. */
void fold_promise(struct state *state, const struct event *event);

#endif
