/*
 * Second factors: codes by time (RFC 6238, six digits, 30 s) and ten recovery
 * codes, each good once. The step of the last code that was used is kept, so
 * no code counts twice. Answers as in desk/tickets.h.
 */
#ifndef DESK_TOTP_H
#define DESK_TOTP_H

#include "desk/desk.h"
#include "store/access.h"

#define RECOVERY_CODE_SIZE 15 /* "k3f7-9qm2-x8cd" and a NUL */

/* A secret for the asker, to be confirmed by a code; a former one holds on. */
CHECKED enum status desk_totp_begin(struct desk *desk, const struct turn *turn,
                                    const unsigned char *secret,
                                    struct outcome *outcome_out,
                                    struct problem *problem_out);
/*
 * Turns it on when `code` is right, and keeps the hashes of the recovery
 * codes. ST_FORBIDDEN for a wrong one.
 */
CHECKED enum status desk_totp_turn_on(struct desk *desk,
                                      const struct turn *turn, struct str code,
                                      unsigned char hashes[][TOKEN_HASH_BYTES],
                                      struct outcome *outcome_out,
                                      struct problem *problem_out);
/* Off, for a member; who asks may do so. ST_NOT_FOUND: it was not on. */
CHECKED enum status desk_totp_turn_off(struct desk *desk,
                                       const struct turn *turn, int64_t member,
                                       struct outcome *outcome_out,
                                       struct problem *problem_out);
/*
 * A code at the door. ST_OK: right, and used up, or the member has none;
 * ST_CONFLICT: one is needed and `code` is empty; ST_FORBIDDEN: wrong.
 */
CHECKED enum status desk_totp_use(struct desk *desk, const struct turn *turn,
                                  int64_t member, struct str code,
                                  struct outcome *outcome_out);

/* The code of a step; exact digits. Pure but for the library. */
void totp_code(const unsigned char secret[TOTP_SECRET_BYTES], int64_t step,
               char code_out[7]);
/* A recovery code from 60 random bits. */
void recovery_code(const unsigned char random[8],
                   char code_out[RECOVERY_CODE_SIZE]);
/* Of a code as somebody types it: case, spaces and dashes do not count. */
void recovery_hash(int64_t member, struct str code,
                   unsigned char hash_out[TOKEN_HASH_BYTES]);

#endif
