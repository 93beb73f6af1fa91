/*
 * Ways in beside the password: tokens for programs, second factors, recovery
 * codes. Not history, as store/session.h: a restored copy starts without
 * tokens and recovery codes, since what was used or taken back after the copy
 * must not come back to life. Tokens and codes come here as hashes only.
 * Changes are for the writer.
 */
#ifndef STORE_ACCESS_H
#define STORE_ACCESS_H

#include "store/session.h"

/* ---- tokens for programs */

#define API_TOKENS_MAX         100 /* of one member */
#define API_TOKEN_RIGHTS_BYTES 1000

struct api_token {
	int64_t id, member;
	struct str name;
	struct str rights; /* names with spaces between */
	instant_ms created_at;
	instant_ms used_at;    /* 0: never */
	instant_ms expires_at; /* 0: never */
};

CHECKED enum status api_token_add(struct sql_db *db,
                                  const struct api_token *token,
                                  const unsigned char hash[TOKEN_HASH_BYTES]);
/* ST_NOT_FOUND. Whether it has expired is for the caller to judge. */
CHECKED enum status api_token_find(struct sql_db *db,
                                   const unsigned char hash[TOKEN_HASH_BYTES],
                                   struct arena *arena,
                                   struct api_token *token_out);
CHECKED enum status api_token_get(struct sql_db *db, int64_t id,
                                  struct arena *arena,
                                  struct api_token *token_out);
/* Of one member, or (0) of all, newest first. */
CHECKED enum status api_token_list(struct sql_db *db, struct arena *arena,
                                   int64_t member, struct api_token *out,
                                   size_t room, size_t *count_out);
CHECKED enum status api_token_touch(struct sql_db *db, int64_t id,
                                    instant_ms now);
CHECKED enum status api_token_remove(struct sql_db *db, int64_t id);
CHECKED enum status api_token_remove_all(struct sql_db *db, int64_t member);

/* ---- second factors */

#define TOTP_SECRET_BYTES   20
#define RECOVERY_CODE_COUNT 10
#define TOTP_STEP_MS        (30 * SPAN_SECOND)

struct totp {
	unsigned char secret[TOTP_SECRET_BYTES];
	bool active;  /* false: made, not yet confirmed by a code */
	int64_t step; /* of the last code that was used */
};

/* ST_NOT_FOUND. */
CHECKED enum status totp_get(struct sql_db *db, int64_t member,
                             struct totp *totp_out);
CHECKED enum status totp_set(struct sql_db *db, int64_t member,
                             const struct totp *totp);
/* With the recovery codes. */
CHECKED enum status totp_remove(struct sql_db *db, int64_t member);

CHECKED enum status recovery_add(struct sql_db *db, int64_t member,
                                 const unsigned char hash[TOKEN_HASH_BYTES]);
/* Uses it up: the second of two gets ST_NOT_FOUND. */
CHECKED enum status recovery_use(struct sql_db *db, int64_t member,
                                 const unsigned char hash[TOKEN_HASH_BYTES]);
CHECKED enum status recovery_count(struct sql_db *db, int64_t member,
                                   int64_t *count_out);
CHECKED enum status recovery_remove_all(struct sql_db *db, int64_t member);

/* ---- what a command said */

/*
 * Keeps the digest of a command's body. ST_CONFLICT when another body came
 * under the same id before.
 */
CHECKED enum status command_body_bind(struct sql_db *db, struct str command,
                                      struct str digest, instant_ms now);

/* Expired tokens and old digests go. */
CHECKED enum status access_sweep(struct sql_db *db, instant_ms now);
/* No token and no recovery code of the past counts: for a restored copy. */
CHECKED enum status access_clear(struct sql_db *db, int64_t step);

#endif
