/*
 * The demo while it is looked at: every one to three minutes a client writes.
 * Some ask something new, some ask again because nobody answered, and some
 * answer what was just sent to them.
 */
#ifndef APP_DEMO_LIVE_H
#define APP_DEMO_LIVE_H

#include "app/demo_story.h"
#include "node/node.h"

struct demo_live;

/* From now on; node and story must outlive it. */
struct demo_live *demo_live_new(struct node *node,
                                const struct demo_story *story);
void demo_live_free(struct demo_live **live);
/* To be called about once a second, with a struct demo_live. */
void demo_live_tick(void *context);

#endif
