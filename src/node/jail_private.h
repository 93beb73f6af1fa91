/*
 * What the parts of the jail tell each other: the frames on a worker's socket
 * and the notes on the zygote's.
 */
#ifndef NODE_JAIL_PRIVATE_H
#define NODE_JAIL_PRIVATE_H

#include <stdint.h>

#include "node/jail.h"
#include "node/wire.h"

#define JAIL_MAGIC 0x4a61696cu

/* Before each request and each response. */
struct jail_frame {
	uint32_t magic;
	uint32_t code; /* request: index of the work; response: its status */
	uint64_t length;
};

enum jail_note_kind {
	JAIL_NOTE_SPAWN = 1, /* comes with the worker's end of a socket pair */
	JAIL_NOTE_KILL,
};

/* To the zygote. The answer to SPAWN is an int32_t: the pid, or -1. */
struct jail_note {
	uint32_t kind;
	int32_t pid;
};

/* All of these never return. */
_Noreturn void jail_zygote_run(const struct jail_config *config, int control);
_Noreturn void jail_worker_run(const struct jail_config *config, int channel);

/*
 * Gives up everything but the descriptors below `keep`: for good. False when
 * the system cannot confine; then nothing may be parsed here.
 */
bool jail_confine(enum jail_profile profile, int keep);

#endif
