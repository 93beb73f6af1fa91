/*
 * Plays the demo's story into a workspace, under a clock that stands still
 * while anything happens and jumps from one moment to the next: every timer
 * fires at its own time, every reply leaves when its undo window is over.
 */
#ifndef APP_DEMO_FEED_H
#define APP_DEMO_FEED_H

#include "app/demo_story.h"
#include "node/node.h"

/* A clock for node_config.now; 0 is the system's time. */
struct demo_clock {
	_Atomic instant_ms at;
};
instant_ms demo_clock_now(void *context);

struct demo_feed {
	struct node *node; /* runs on `clock` */
	struct demo_story *story;
	struct demo_clock *clock;
	/* Told now and then how much is done; may be NULL. */
	void (*progress)(void *context, size_t done, size_t total);
	void *context;
};

struct demo_fed {
	size_t mails, replies, acts;
};

/*
 * Sets the agency up and plays everything; the clock ends at the story's
 * start. The workspace must be empty. ST_INVALID with the line of the text
 * that the desk refused, or what node answered.
 */
CHECKED enum status demo_feed(const struct demo_feed *feed,
                              struct demo_fed *fed_out,
                              struct problem *problem_out);

#endif
