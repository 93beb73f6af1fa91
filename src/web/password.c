/*
 * libsodium does the work; the gate keeps it from being asked too much.
 */
#include "web/password.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#define RUNNING_MAX    2u
#define WAITING_MAX    6u
#define PASSWORD_OPS   2u
#define PASSWORD_BYTES ((size_t)19 << 20)

static_assert(PASSWORD_HASH_SIZE == crypto_pwhash_STRBYTES,
              "the stored text fits");

/* Of a password that nobody knows: what an unknown account is held against. */
static const char nobody[] =
	"$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
	"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

void password_gate_init(struct password_gate *gate)
{
	*gate = (struct password_gate){.running = 0};
	pthread_mutex_init(&gate->lock, NULL);
	pthread_cond_init(&gate->freed, NULL);
}

void password_gate_release(struct password_gate *gate)
{
	pthread_cond_destroy(&gate->freed);
	pthread_mutex_destroy(&gate->lock);
}

static enum status gate_enter(struct password_gate *gate)
{
	enum status status = ST_OK;

	pthread_mutex_lock(&gate->lock);
	if (gate->running >= RUNNING_MAX && gate->waiting >= WAITING_MAX) {
		status = ST_BUSY;
	} else {
		gate->waiting++;
		while (gate->running >= RUNNING_MAX)
			pthread_cond_wait(&gate->freed, &gate->lock);
		gate->waiting--;
		gate->running++;
	}
	pthread_mutex_unlock(&gate->lock);
	return status;
}

static void gate_leave(struct password_gate *gate)
{
	pthread_mutex_lock(&gate->lock);
	gate->running--;
	pthread_cond_signal(&gate->freed);
	pthread_mutex_unlock(&gate->lock);
}

enum status password_acceptable(struct str password, struct problem *problem)
{
	if (password.length < PASSWORD_BYTES_MIN)
		return problem_set(problem, ST_INVALID, "password",
		                   "Use at least %d characters.",
		                   PASSWORD_BYTES_MIN);
	if (password.length > PASSWORD_BYTES_MAX)
		return problem_set(problem, ST_INVALID, "password",
		                   "Use at most %d characters.",
		                   PASSWORD_BYTES_MAX);
	return ST_OK;
}

enum status password_hash(struct password_gate *gate, struct str password,
                          char hash_out[PASSWORD_HASH_SIZE])
{
	enum status status = gate_enter(gate);
	int error;

	if (status != ST_OK)
		return status;
	error = crypto_pwhash_str(hash_out, password.text, password.length,
	                          PASSWORD_OPS, PASSWORD_BYTES);
	gate_leave(gate);
	return error == 0 ? ST_OK : ST_BUSY;
}

enum status password_check(struct password_gate *gate, const char *hash,
                           struct str password)
{
	bool known = hash && hash[0] != '\0';
	enum status status;
	int error;

	if (password.length == 0 || password.length > PASSWORD_BYTES_MAX)
		return ST_FORBIDDEN;
	status = gate_enter(gate);
	if (status != ST_OK)
		return status;
	error = crypto_pwhash_str_verify(known ? hash : nobody, password.text,
	                                 password.length);
	gate_leave(gate);
	return error == 0 && known ? ST_OK : ST_FORBIDDEN;
}
