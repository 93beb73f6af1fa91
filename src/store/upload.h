/*
 * Files that a member put up for a message that is still being written. The
 * bytes are a blob with a negative id, given out downwards and never twice, so
 * that it is not the seq of any event. What no message took is forgotten after
 * a while. Whose file it is, is for the caller to check.
 */
#ifndef STORE_UPLOAD_H
#define STORE_UPLOAD_H

#include <stdint.h>

#include "base/arena.h"
#include "base/instant.h"
#include "base/status.h"
#include "base/str.h"
#include "store/blob.h"
#include "store/sql.h"

struct upload {
	int64_t id; /* of the blob */
	int64_t member;
	instant_ms created_at;
	int64_t message; /* that it left with; 0: none yet */
	struct str name;
	struct str type; /* as the browser says; never trusted */
};

/*
 * Keeps a file of at most LIMIT_UPLOAD_BYTES (ST_LIMIT). Of `upload`, id and
 * message are not read.
 */
CHECKED enum status upload_add(struct sql_db *db, const struct upload *upload,
                               struct str bytes,
                               const unsigned char salt[BLOB_SALT_BYTES],
                               int64_t *id_out);
/* ST_NOT_FOUND. Name and type live in the arena. */
CHECKED enum status upload_find(struct sql_db *db, int64_t id,
                                struct arena *arena, struct upload *upload_out);
/* Bound to a message from now on, or (message 0) loose again after undo. */
CHECKED enum status upload_use(struct sql_db *db, int64_t id, int64_t message);
/* A member's loose files are nobody's from now on: the next sweep has them. */
CHECKED enum status upload_abandon(struct sql_db *db, int64_t member);
/* Another member's from now on, and as if it had just been put up. */
CHECKED enum status upload_keep(struct sql_db *db, int64_t id, int64_t member,
                                instant_ms now);
/*
 * Forgets up to `room` loose files put up before `before`; `count_out` tells
 * how many, so that the caller comes again while it is `room`.
 */
CHECKED enum status upload_expire(struct sql_db *db, instant_ms before,
                                  size_t room, size_t *count_out);

#endif
