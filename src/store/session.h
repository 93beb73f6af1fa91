/*
 * Who may sign in and who is: password hashes, one-time sign-in links,
 * sessions. Not history: none of it is in the log, and a restored copy starts
 * without links and sessions (session_clear()). Changes are for the writer.
 *
 * Tokens are made and hashed by those who hand them out; only the hash comes
 * here, so a copy of the workspace opens nothing. How long a session may last
 * is for the caller to judge.
 */
#ifndef STORE_SESSION_H
#define STORE_SESSION_H

#include <stdint.h>

#include "base/arena.h"
#include "base/instant.h"
#include "base/status.h"
#include "base/str.h"
#include "store/sql.h"

#define TOKEN_HASH_BYTES 32 /* BLAKE2b-256 of a token of 256 random bits */

/* ---- passwords: Argon2id strings as libsodium writes them */

CHECKED enum status credential_set(struct sql_db *db, int64_t member,
                                   struct str password_hash);
/* ST_NOT_FOUND: signs in by link only. */
CHECKED enum status credential_get(struct sql_db *db, int64_t member,
                                   struct arena *arena,
                                   struct str *password_hash_out);
CHECKED enum status credential_remove(struct sql_db *db, int64_t member);

/* ---- one-time links */

CHECKED enum status sign_in_add(struct sql_db *db,
                                const unsigned char hash[TOKEN_HASH_BYTES],
                                int64_t member, instant_ms expires_at);
/* The same, for as long as the one who invited may invite. */
CHECKED enum status sign_in_invite(struct sql_db *db,
                                   const unsigned char hash[TOKEN_HASH_BYTES],
                                   int64_t member, int64_t inviter,
                                   instant_ms expires_at);
/* Uses the link up: the second of two gets ST_NOT_FOUND, as a late one does. */
CHECKED enum status sign_in_use(struct sql_db *db,
                                const unsigned char hash[TOKEN_HASH_BYTES],
                                instant_ms now, int64_t *member_out);
/* Links of the member that still open the door; for the limit on mails. */
CHECKED enum status sign_in_count(struct sql_db *db, int64_t member,
                                  instant_ms now, int64_t *count_out);
/* When the right to sign in changes, and when the password does. */
CHECKED enum status sign_in_remove_all(struct sql_db *db, int64_t member);

/* Those that a member sent to others: they may not invite any more. */
CHECKED enum status sign_in_revoke(struct sql_db *db, int64_t inviter);

/* ---- sessions */

#define SESSION_AGENT_BYTES 200
#define SESSION_LIST_MAX    200

struct session_row {
	int64_t id; /* shown in lists; opens nothing */
	int64_t member;
	instant_ms created_at;
	instant_ms seen_at; /* last gesture of the person, not of a stream */
	struct str agent;   /* what the browser calls itself, cut */
	struct str address; /* of the network, where it began */
};

CHECKED enum status session_add(struct sql_db *db,
                                const unsigned char hash[TOKEN_HASH_BYTES],
                                const struct session_row *row);
/* ST_NOT_FOUND. `agent` lives in the arena. */
CHECKED enum status session_find(struct sql_db *db,
                                 const unsigned char hash[TOKEN_HASH_BYTES],
                                 struct arena *arena,
                                 struct session_row *row_out);
/* The person did something. Never sets the time back. */
CHECKED enum status session_touch(struct sql_db *db,
                                  const unsigned char hash[TOKEN_HASH_BYTES],
                                  instant_ms now);
/* A member's, newest gesture first. The texts live in the arena. */
CHECKED enum status session_list(struct sql_db *db, struct arena *arena,
                                 int64_t member, struct session_row *rows_out,
                                 size_t room, size_t *count_out);
/* The hash of a member's session by its shown id. ST_NOT_FOUND. */
CHECKED enum status session_by_id(struct sql_db *db, int64_t member, int64_t id,
                                  unsigned char hash_out[TOKEN_HASH_BYTES]);
CHECKED enum status session_remove(struct sql_db *db,
                                   const unsigned char hash[TOKEN_HASH_BYTES]);
/* All of a member, but `kept` (may be NULL): after a change of password. */
CHECKED enum status session_remove_all(struct sql_db *db, int64_t member,
                                       const unsigned char *kept);
/*
 * Forgets sessions without a gesture since `seen_before` or begun before
 * `created_before`, and links that expired at or before `now`.
 */
CHECKED enum status session_sweep(struct sql_db *db, instant_ms seen_before,
                                  instant_ms created_before, instant_ms now);
/* No session and no link of the past counts: for a restored copy. */
CHECKED enum status session_clear(struct sql_db *db);

#endif
