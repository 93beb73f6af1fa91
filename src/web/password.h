/*
 * Passwords: Argon2id with a fixed cost of 19 MiB and two passes. Hashing is
 * the dearest thing a stranger can ask for, so at most two run at once, a few
 * more wait, and the rest are told to come back; memory stays bounded.
 */
#ifndef WEB_PASSWORD_H
#define WEB_PASSWORD_H

#include <pthread.h>
#include <stdbool.h>

#include "base/status.h"
#include "base/str.h"

#define PASSWORD_HASH_SIZE 128 /* of the stored text, with its NUL */
#define PASSWORD_BYTES_MIN 10
#define PASSWORD_BYTES_MAX 256

struct password_gate {
	pthread_mutex_t lock;
	pthread_cond_t freed;
	unsigned running;
	unsigned waiting;
};

void password_gate_init(struct password_gate *gate);
void password_gate_release(struct password_gate *gate);

/* ST_INVALID with a reason for one that is too short or too long. */
CHECKED enum status password_acceptable(struct str password,
                                        struct problem *problem);
/* ST_BUSY when too many wait. */
CHECKED enum status password_hash(struct password_gate *gate,
                                  struct str password,
                                  char hash_out[PASSWORD_HASH_SIZE]);
/*
 * ST_OK when it fits, ST_FORBIDDEN when not, ST_BUSY. A NULL or empty `hash`
 * (no such account) takes as long as a wrong password and never fits.
 */
CHECKED enum status password_check(struct password_gate *gate, const char *hash,
                                   struct str password);

#endif
