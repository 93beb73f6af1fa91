/*
 * Pieces are zstd frames of their own, each with a check sum. Whether a blob is
 * packed at all is decided by its first piece: mail nearly always shrinks, and
 * what does not is a picture from its first byte on.
 */
#include "store/blob.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#define BLOB_LEVEL 3

SQL(blob_add, "INSERT INTO blob (id, size, packed, salt, hash)"
              " VALUES ($1, $2, $3, $4, $5)");
SQL(blob_piece_add, "INSERT INTO blob_piece (blob, number, bytes)"
                    " VALUES ($1, $2, $3)");
SQL(blob_by_id, "SELECT size, packed, salt, hash FROM blob WHERE id = $1");
SQL(blob_pieces, "SELECT number, bytes FROM blob_piece"
                 " WHERE blob = $1 AND number >= $2 AND number <= $3"
                 " ORDER BY number");
SQL(blob_forget, "UPDATE blob SET salt = NULL WHERE id = $1");
SQL(blob_pieces_remove, "DELETE FROM blob_piece WHERE blob = $1");

static_assert(BLOB_HASH_BYTES == crypto_generichash_BYTES, "BLAKE2b-256");

static void blob_hash(const unsigned char *salt, struct str bytes,
                      unsigned char hash_out[BLOB_HASH_BYTES])
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, BLOB_HASH_BYTES);
	crypto_generichash_update(&state, salt, BLOB_SALT_BYTES);
	crypto_generichash_update(&state, (const unsigned char *)bytes.text,
	                          bytes.length);
	crypto_generichash_final(&state, hash_out, BLOB_HASH_BYTES);
}

/* ----------------------------------------------------------------- writing */

/* Packs pieces; lives for one blob_write(). */
struct packer {
	ZSTD_CCtx *context;
	char *room;
	size_t room_bytes;
};

static void packer_init(struct packer *packer, size_t bytes)
{
	size_t piece = bytes < BLOB_PIECE_BYTES ? bytes : BLOB_PIECE_BYTES;

	packer->context = ZSTD_createCCtx();
	packer->room_bytes = ZSTD_compressBound(piece);
	packer->room = malloc(packer->room_bytes);
	if (packer->context == NULL || packer->room == NULL)
		abort();
	ZSTD_CCtx_setParameter(packer->context, ZSTD_c_compressionLevel,
	                       BLOB_LEVEL);
	ZSTD_CCtx_setParameter(packer->context, ZSTD_c_checksumFlag, 1);
}

static void packer_release(struct packer *packer)
{
	ZSTD_freeCCtx(packer->context);
	free(packer->room);
}

/* Borrowed until the next piece. */
static struct str piece_pack(struct packer *packer, struct str piece)
{
	size_t length =
		ZSTD_compress2(packer->context, packer->room,
	                       packer->room_bytes, piece.text, piece.length);

	/* With room for the worst case, only a bug fails. */
	assert(!ZSTD_isError(length));
	return (struct str){packer->room, length};
}

static struct str piece_of(struct str bytes, size_t number)
{
	size_t start = number * BLOB_PIECE_BYTES;
	size_t left = bytes.length - start;

	return str_sub(
		bytes, start,
		start + (left < BLOB_PIECE_BYTES ? left : BLOB_PIECE_BYTES));
}

static enum status piece_write(struct sql_db *db, int64_t id, size_t number,
                               struct str piece)
{
	struct sql_query query;

	sql_begin(&query, db, &blob_piece_add);
	sql_bind_i64(&query, 1, id);
	sql_bind_i64(&query, 2, (int64_t)number);
	sql_bind_blob(&query, 3, piece);
	return sql_run(&query);
}

/* The first piece is ready; those of a large mail are packed here. */
static enum status pieces_write(struct sql_db *db, int64_t id,
                                const struct blob_ready *ready)
{
	struct str bytes = ready->bytes;
	struct packer packer = {0};
	enum status status = ST_OK;
	size_t number = 1;

	if (bytes.length == 0)
		return ST_OK;
	status = piece_write(db, id, 0, ready->first);
	if (ready->packing == BLOB_ZSTD && bytes.length > BLOB_PIECE_BYTES)
		packer_init(&packer, bytes.length);
	for (; status == ST_OK && number * BLOB_PIECE_BYTES < bytes.length;
	     number++) {
		struct str piece = piece_of(bytes, number);

		if (packer.context != NULL)
			piece = piece_pack(&packer, piece);
		status = piece_write(db, id, number, piece);
	}
	packer_release(&packer);
	return status;
}

static enum status row_write(struct sql_db *db, int64_t id,
                             const struct blob_ready *ready)
{
	struct sql_query query;

	sql_begin(&query, db, &blob_add);
	sql_bind_i64(&query, 1, id);
	sql_bind_i64(&query, 2, (int64_t)ready->bytes.length);
	sql_bind_i64(&query, 3, ready->packing);
	sql_bind_blob(
		&query, 4,
		(struct str){(const char *)ready->salt, sizeof(ready->salt)});
	sql_bind_blob(
		&query, 5,
		(struct str){(const char *)ready->hash, sizeof(ready->hash)});
	return sql_run(&query);
}

void blob_prepare(struct arena *arena, struct str bytes,
                  enum blob_packing packing,
                  const unsigned char salt[BLOB_SALT_BYTES],
                  struct blob_ready *ready_out)
{
	struct blob_ready ready = {.bytes = bytes, .packing = BLOB_PLAIN};
	struct packer packer;
	struct str packed;

	memcpy(ready.salt, salt, BLOB_SALT_BYTES);
	blob_hash(salt, bytes, ready.hash);
	if (bytes.length > 0)
		ready.first = piece_of(bytes, 0);
	if (packing == BLOB_ZSTD && bytes.length > 0) {
		packer_init(&packer, bytes.length);
		packed = piece_pack(&packer, ready.first);
		if (packed.length < ready.first.length) {
			ready.first = str_copy(arena, packed);
			ready.packing = BLOB_ZSTD;
		}
		packer_release(&packer);
	}
	*ready_out = ready;
}

enum status blob_put(struct sql_db *db, int64_t id,
                     const struct blob_ready *ready)
{
	enum status status = ST_OK;

	assert(id != 0);
	assert(ready->bytes.length <= BLOB_BYTES_MAX);
	status = row_write(db, id, ready);
	if (status == ST_OK)
		status = pieces_write(db, id, ready);
	return status;
}

enum status blob_write(struct sql_db *db, int64_t id, struct str bytes,
                       enum blob_packing packing,
                       const unsigned char salt[BLOB_SALT_BYTES])
{
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	struct blob_ready ready;
	enum status status = ST_LIMIT;

	if (bytes.length <= BLOB_BYTES_MAX) {
		blob_prepare(arena, bytes, packing, salt, &ready);
		status = blob_put(db, id, &ready);
	}
	arena_free(&arena);
	return status;
}

/* ----------------------------------------------------------------- reading */

/* As blob_find(), with the salt that only the hash needs. */
static enum status row_read(struct sql_db *db, int64_t id,
                            struct blob *blob_out,
                            unsigned char salt_out[BLOB_SALT_BYTES])
{
	struct sql_query query;
	enum status status = ST_NOT_FOUND;

	sql_begin(&query, db, &blob_by_id);
	sql_bind_i64(&query, 1, id);
	if (sql_next(&query)) {
		int64_t size = sql_i64(&query, 0);
		int64_t packed = sql_i64(&query, 1);
		struct str salt = sql_blob(&query, 2);
		struct str hash = sql_blob(&query, 3);
		bool erased = sql_is_null(&query, 2);

		if (size < 0 || size > BLOB_BYTES_MAX || packed < BLOB_PLAIN ||
		    packed > BLOB_ZSTD || hash.length != BLOB_HASH_BYTES ||
		    (!erased && salt.length != BLOB_SALT_BYTES)) {
			status = ST_STORE;
		} else {
			status = ST_OK;
			*blob_out = (struct blob){
				.size = size,
				.packing = (enum blob_packing)packed,
				.erased = erased,
			};
			memcpy(blob_out->hash, hash.text, BLOB_HASH_BYTES);
			if (!erased)
				memcpy(salt_out, salt.text, BLOB_SALT_BYTES);
		}
	}

	enum status ended = sql_end(&query);

	return ended == ST_OK ? status : ended;
}

enum status blob_find(struct sql_db *db, int64_t id, struct blob *blob_out)
{
	unsigned char salt[BLOB_SALT_BYTES];

	return row_read(db, id, blob_out, salt);
}

/*
 * Puts one stored piece to its place among the pieces that are read. `room`
 * is exactly what the piece must fill.
 */
static bool piece_unpack(enum blob_packing packing, struct str stored,
                         char *room, size_t room_bytes)
{
	size_t length = stored.length;

	switch (packing) {
	case BLOB_PLAIN:
		if (length != room_bytes)
			return false;
		memcpy(room, stored.text, length);
		return true;
	case BLOB_ZSTD:
		length = ZSTD_decompress(room, room_bytes, stored.text, length);
		return !ZSTD_isError(length) && length == room_bytes;
	}
	return false;
}

/* All pieces from `first` to `last`, whole. */
static enum status pieces_read(struct sql_db *db, int64_t id,
                               const struct blob *blob, int64_t first,
                               int64_t last, char *room)
{
	struct sql_query query;
	int64_t next = first;
	bool sound = true;

	sql_begin(&query, db, &blob_pieces);
	sql_bind_i64(&query, 1, id);
	sql_bind_i64(&query, 2, first);
	sql_bind_i64(&query, 3, last);
	while (sound && sql_next(&query)) {
		int64_t left = blob->size - next * BLOB_PIECE_BYTES;
		size_t bytes = left < BLOB_PIECE_BYTES ? (size_t)left
		                                       : BLOB_PIECE_BYTES;
		size_t at = (size_t)(next - first) * BLOB_PIECE_BYTES;

		sound = sql_i64(&query, 0) == next &&
		        piece_unpack(blob->packing, sql_blob(&query, 1),
		                     room + at, bytes);
		next++;
	}

	enum status status = sql_end(&query);

	if (status == ST_OK && (!sound || next != last + 1))
		status = ST_STORE;
	return status;
}

enum status blob_read_range(struct sql_db *db, int64_t id, int64_t start,
                            int64_t length, struct arena *arena,
                            struct str *bytes_out)
{
	struct blob blob = {0};
	enum status status = blob_find(db, id, &blob);
	int64_t first = start / BLOB_PIECE_BYTES;
	int64_t last = 0;
	char *room = NULL;

	assert(start >= 0 && length >= 0);
	if (status != ST_OK)
		return status;
	if (blob.erased)
		return ST_NOT_FOUND;
	if (start >= blob.size || length == 0) {
		*bytes_out = (struct str){"", 0};
		return ST_OK;
	}
	if (length > blob.size - start)
		length = blob.size - start;
	last = (start + length - 1) / BLOB_PIECE_BYTES;
	room = arena_array(arena, (size_t)(last - first + 1), BLOB_PIECE_BYTES);
	status = pieces_read(db, id, &blob, first, last, room);
	if (status == ST_OK)
		*bytes_out =
			(struct str){room + (start - first * BLOB_PIECE_BYTES),
		                     (size_t)length};
	return status;
}

enum status blob_read(struct sql_db *db, int64_t id, struct arena *arena,
                      struct str *bytes_out)
{
	unsigned char salt[BLOB_SALT_BYTES];
	unsigned char hash[BLOB_HASH_BYTES];
	struct blob blob = {0};
	enum status status = row_read(db, id, &blob, salt);
	struct str bytes = {"", 0};

	if (status != ST_OK)
		return status;
	if (blob.erased)
		return ST_NOT_FOUND;
	if (blob.size > 0) {
		char *room = arena_alloc(arena, (size_t)blob.size);

		bytes = (struct str){room, (size_t)blob.size};
		status = pieces_read(db, id, &blob, 0,
		                     (blob.size - 1) / BLOB_PIECE_BYTES, room);
		if (status != ST_OK)
			return status;
	}
	blob_hash(salt, bytes, hash);
	if (memcmp(hash, blob.hash, sizeof(hash)) != 0)
		return ST_STORE;
	*bytes_out = bytes;
	return ST_OK;
}

/* ----------------------------------------------------------------- erasing */

enum status blob_erase(struct sql_db *db, int64_t id)
{
	struct sql_query query;
	enum status status = ST_OK;

	sql_begin(&query, db, &blob_pieces_remove);
	sql_bind_i64(&query, 1, id);
	status = sql_run(&query);
	if (status != ST_OK)
		return status;
	sql_begin(&query, db, &blob_forget);
	sql_bind_i64(&query, 1, id);
	return sql_run(&query);
}
