#include "desk/totp.h"

#include <liboath/oath.h>
#include <sodium.h>
#include <string.h>

#define TOTP_DIGITS 6
/* A clock may be off by one step in either direction. */
#define TOTP_WINDOW   1
#define RECOVERY_TEXT 12

/* Lower case and digits that cannot be taken for letters (Crockford). */
static const char recovery_alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

void totp_code(const unsigned char secret[TOTP_SECRET_BYTES], int64_t step,
               char code_out[7])
{
	memset(code_out, 0, TOTP_DIGITS + 1);
	if (oath_init() != OATH_OK ||
	    oath_hotp_generate((const char *)secret, TOTP_SECRET_BYTES,
	                       (uint64_t)step, TOTP_DIGITS, false,
	                       OATH_HOTP_DYNAMIC_TRUNCATION,
	                       code_out) != OATH_OK)
		memset(code_out, 0, TOTP_DIGITS + 1);
}

void recovery_code(const unsigned char random[8],
                   char code_out[RECOVERY_CODE_SIZE])
{
	uint64_t bits;
	size_t at = 0;

	memcpy(&bits, random, sizeof(bits));
	for (int i = 0; i < RECOVERY_TEXT; i++) {
		if (i > 0 && i % 4 == 0)
			code_out[at++] = '-';
		code_out[at++] = recovery_alphabet[bits & 31];
		bits >>= 5;
	}
	code_out[at] = '\0';
}

void recovery_hash(int64_t member, struct str code,
                   unsigned char hash_out[TOKEN_HASH_BYTES])
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, TOKEN_HASH_BYTES);
	crypto_generichash_update(&state, (const unsigned char *)&member,
	                          sizeof(member));
	for (size_t i = 0; i < code.length; i++) {
		unsigned char c = (unsigned char)code.text[i];

		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c - 'A' + 'a');
		if (c != '-' && c != ' ')
			crypto_generichash_update(&state, &c, 1);
	}
	crypto_generichash_final(&state, hash_out, TOKEN_HASH_BYTES);
}

/* The step whose code it is, later than what was used; 0: none. */
static int64_t totp_step(const struct totp *totp, struct str code,
                         instant_ms now)
{
	int64_t step = now / TOTP_STEP_MS, found = 0;
	char right[TOTP_DIGITS + 1];

	if (code.length != TOTP_DIGITS)
		return 0;
	for (int64_t s = step - TOTP_WINDOW; s <= step + TOTP_WINDOW; s++) {
		totp_code(totp->secret, s, right);
		if (right[0] != '\0' && s > totp->step &&
		    sodium_memcmp(right, code.text, TOTP_DIGITS) == 0)
			found = s;
	}
	return found;
}

static void totp_event(struct decision *d, enum access_what what,
                       int64_t member)
{
	decide(d, EV_ACCESS_CHANGED, 0, member, d->now,
	       DATA(access_changed, .member = member, .what = what,
	            .record = member));
}

enum status desk_totp_begin(struct desk *desk, const struct turn *turn,
                            const unsigned char *secret,
                            struct outcome *outcome_out,
                            struct problem *problem_out)
{
	struct totp totp = {0};
	enum status status = totp_get(desk->db, turn->actor, &totp);

	*outcome_out = (struct outcome){.seq = desk->end.seq};
	if (status == ST_OK && totp.active)
		return problem_set(problem_out, ST_CONFLICT, "",
		                   "Codes are on already: turn them off "
		                   "first.");
	if (status != ST_OK && status != ST_NOT_FOUND)
		return status;
	totp = (struct totp){0};
	memcpy(totp.secret, secret, TOTP_SECRET_BYTES);
	return totp_set(desk->db, turn->actor, &totp);
}

enum status desk_totp_turn_on(struct desk *desk, const struct turn *turn,
                              struct str code,
                              unsigned char hashes[][TOKEN_HASH_BYTES],
                              struct outcome *outcome_out,
                              struct problem *problem_out)
{
	struct totp totp = {0};
	struct decision d;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = totp_get(desk->db, turn->actor, &totp);
	if (status == ST_NOT_FOUND || (status == ST_OK && totp.active))
		return problem_set(problem_out, ST_CONFLICT, "",
		                   "There is no secret that waits for a "
		                   "code.");
	if (status != ST_OK)
		return status;
	totp.step = totp_step(&totp, code, turn->now);
	totp.active = true;
	if (!totp.step)
		return problem_set(problem_out, ST_FORBIDDEN, "code",
		                   "The code is not right.");
	status = totp_set(desk->db, turn->actor, &totp);
	if (status == ST_OK)
		status = recovery_remove_all(desk->db, turn->actor);
	for (size_t i = 0; i < RECOVERY_CODE_COUNT && status == ST_OK; i++)
		status = recovery_add(desk->db, turn->actor, hashes[i]);
	/* A link that came by mail would open the door without a code. */
	if (status == ST_OK)
		status = sign_in_remove_all(desk->db, turn->actor);
	if (status != ST_OK)
		return status;
	totp_event(&d, ACCESS_TOTP_ON, turn->actor);
	return desk_commit(desk, turn, &d, outcome_out);
}

enum status desk_totp_turn_off(struct desk *desk, const struct turn *turn,
                               int64_t member, struct outcome *outcome_out,
                               struct problem *problem_out)
{
	struct totp totp = {0};
	struct decision d;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = totp_get(desk->db, member, &totp);
	if (status == ST_NOT_FOUND)
		return desk_missing(problem_out, "second factor");
	if (status == ST_OK)
		status = totp_remove(desk->db, member);
	if (status != ST_OK || !totp.active)
		return status;
	totp_event(&d, ACCESS_TOTP_OFF, member);
	return desk_commit(desk, turn, &d, outcome_out);
}

enum status desk_totp_use(struct desk *desk, const struct turn *turn,
                          int64_t member, struct str code,
                          struct outcome *outcome_out)
{
	unsigned char hash[TOKEN_HASH_BYTES];
	struct totp totp = {0};
	struct decision d;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = totp_get(desk->db, member, &totp);
	if (status == ST_NOT_FOUND || (status == ST_OK && !totp.active))
		return ST_OK;
	if (status == ST_OK && code.length == 0)
		return ST_CONFLICT;
	if (status != ST_OK)
		return status;
	if (code.length == TOTP_DIGITS) {
		totp.step = totp_step(&totp, code, turn->now);
		return totp.step ? totp_set(desk->db, member, &totp)
		                 : ST_FORBIDDEN;
	}
	recovery_hash(member, code, hash);
	status = recovery_use(desk->db, member, hash);
	if (status != ST_OK)
		return status == ST_NOT_FOUND ? ST_FORBIDDEN : status;
	d.actor = member;
	totp_event(&d, ACCESS_RECOVERY_USED, member);
	return desk_commit(desk, turn, &d, outcome_out);
}
