/*
 * The IMAP worker: the process that channel/imap.h starts, and all that runs
 * in it. It knows no file of the workspace and no clock but its deadlines.
 */
#ifndef CHANNEL_IMAP_WORKER_H
#define CHANNEL_IMAP_WORKER_H

#include "base/buf.h"
#include "channel/imap_stream.h"
#include "channel/imap_wire.h"

/*
 * The whole life of a worker; descriptor IMAP_CHANNEL is its end of the pair.
 * Returns the exit code.
 */
int imap_worker_main(void);

/* One conversation, in the worker. */
struct imap_talk {
	struct arena *arena; /* emptied after each request */
	struct imap_stream stream;
	mailimap *session;
	bool open, idle;
	uint32_t messages; /* of the folder that is open */
	struct buf answer; /* fields behind fault and text */
	struct imap_said said;
};

/* Carries a request out; its answer's fields go to talk->answer. */
typedef enum status (*imap_work)(struct imap_talk *talk, struct wire *request);

/* channel/imap_read.c */
enum status imap_work_folders(struct imap_talk *talk, struct wire *request);
enum status imap_work_select(struct imap_talk *talk, struct wire *request);
enum status imap_work_list(struct imap_talk *talk, struct wire *request);
enum status imap_work_fetch(struct imap_talk *talk, struct wire *request);
enum status imap_work_has(struct imap_talk *talk, struct wire *request);
/* channel/imap_idle.c */
enum status imap_work_wait(struct imap_talk *talk, struct wire *request);
enum status imap_work_append(struct imap_talk *talk, struct wire *request);

/*
 * After a call of libetpan that failed. `no` is what it answers when the
 * server said no, which is `fault`; all else ends the conversation.
 */
enum status imap_talk_failed(struct imap_talk *talk, int result, int no,
                             enum imap_fault fault);

/* Our own words for what is wrong; returns `status`. */
enum status imap_talk_say(struct imap_talk *talk, enum imap_fault fault,
                          enum status status, const char *words);

#endif
