/*
 * Bytes of any size: raw mail and uploaded files, as rows of the workspace.
 * They lie in pieces of 256 KB, each packed by itself, so that a part of a
 * large mail is read without the rest. A salted hash binds the bytes to what
 * the log says of them; after erasing, hash and size stay.
 *
 * The id is given: the seq of the event that brought the bytes, or a negative
 * number (store/upload.h). Writing and erasing are for the writer, inside its
 * transaction.
 */
#ifndef STORE_BLOB_H
#define STORE_BLOB_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/str.h"
#include "store/sql.h"

#define BLOB_PIECE_BYTES (256u << 10)
#define BLOB_SALT_BYTES  16
#define BLOB_HASH_BYTES  32
#define BLOB_BYTES_MAX   (64u << 20)
static_assert(BLOB_BYTES_MAX > LIMIT_MAIL_BYTES, "a mail fits");
static_assert(BLOB_BYTES_MAX > LIMIT_UPLOAD_BYTES, "a file fits");

/* Stored numbers. */
enum blob_packing {
	BLOB_PLAIN = 0,
	BLOB_ZSTD = 1, /* asked for; bytes that do not shrink stay plain */
};

struct blob {
	int64_t size; /* bytes before packing */
	enum blob_packing packing;
	bool erased;
	unsigned char hash[BLOB_HASH_BYTES];
};

/*
 * Stores `bytes`, at most BLOB_BYTES_MAX (ST_LIMIT). `salt` is fresh
 * randomness. ST_CONFLICT when the id is taken.
 */
CHECKED enum status blob_write(struct sql_db *db, int64_t id, struct str bytes,
                               enum blob_packing packing,
                               const unsigned char salt[BLOB_SALT_BYTES]);

/* Bytes with what costs time done: any thread may, and the writer puts. */
struct blob_ready {
	struct str bytes;
	struct str first; /* piece as stored */
	enum blob_packing packing;
	unsigned char salt[BLOB_SALT_BYTES];
	unsigned char hash[BLOB_HASH_BYTES];
};
/*
 * `bytes`, at most BLOB_BYTES_MAX, must outlive `ready_out`; the rest lives in
 * the arena.
 */
void blob_prepare(struct arena *arena, struct str bytes,
                  enum blob_packing packing,
                  const unsigned char salt[BLOB_SALT_BYTES],
                  struct blob_ready *ready_out);
/* The other half of blob_write(). */
CHECKED enum status blob_put(struct sql_db *db, int64_t id,
                             const struct blob_ready *ready);

/* What is known of a blob, also of an erased one. ST_NOT_FOUND. */
CHECKED enum status blob_find(struct sql_db *db, int64_t id,
                              struct blob *blob_out);

/*
 * The whole, compared with its hash. ST_NOT_FOUND when absent or erased;
 * ST_STORE when the bytes are not those that were written.
 */
CHECKED enum status blob_read(struct sql_db *db, int64_t id,
                              struct arena *arena, struct str *bytes_out);
/*
 * Bytes [start, start + length), fewer at the end. Packed pieces carry a check
 * sum of their own; the hash of the whole is not looked at.
 */
CHECKED enum status blob_read_range(struct sql_db *db, int64_t id,
                                    int64_t start, int64_t length,
                                    struct arena *arena, struct str *bytes_out);

/* Forgets bytes and salt. Erasing what is erased or absent is fine. */
CHECKED enum status blob_erase(struct sql_db *db, int64_t id);

#endif
