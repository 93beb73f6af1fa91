/*
 * What the invented members were told in the past, they have seen by now:
 * who looks at the demonstration finds today's warnings, not three weeks'.
 */
#ifndef APP_DEMO_SEEN_H
#define APP_DEMO_SEEN_H

#include "app/demo_story.h"
#include "node/node.h"

CHECKED enum status demo_seen(struct node *node, struct arena *arena,
                              const struct demo_story *story,
                              instant_ms before);

#endif
