/*
 * What is judged of a request before anything is looked up: whether it was
 * meant for this server, whether a foreign page made the browser send it, and
 * whether its framing can be read in one way only. Pure functions over the
 * headers and the configured base address.
 */
#ifndef WEB_GUARD_H
#define WEB_GUARD_H

#include "base/status.h"
#include "web/request.h"

#define GUARD_HOST_SIZE   128
#define GUARD_ORIGIN_SIZE (GUARD_HOST_SIZE + 8)
#define GUARD_NAMES_MAX   4

/* What the base address allows, worked out once at the start. */
struct guard {
	bool secure; /* https: cookies are Secure and __Host- */
	size_t count;
	char hosts[GUARD_NAMES_MAX][GUARD_HOST_SIZE];     /* with ":port" */
	char origins[GUARD_NAMES_MAX][GUARD_ORIGIN_SIZE]; /* "http://" + host */
};

/*
 * From "http://127.0.0.1:8025" or "https://desk.example.com". A loopback
 * address also answers to its other names. ST_INVALID says what is wrong.
 */
CHECKED enum status guard_init(struct guard *guard, const char *base_url,
                               struct problem *problem);

/*
 * Each returns ST_OK, or a status with request->problem and the exact HTTP
 * status in request->refused.
 */
CHECKED enum status guard_framing(struct request *request);
CHECKED enum status guard_host(const struct guard *guard,
                               struct request *request);
/* For the API only; a page may be opened from anywhere. */
CHECKED enum status guard_origin(const struct guard *guard,
                                 struct request *request);
/* The command id and the content type of a state change. */
CHECKED enum status guard_command(struct request *request);
/* Once it is known who asks: request->command becomes theirs alone. */
void guard_bind_command(struct request *request);
/* For a second command of one request: a name that follows from the first. */
void guard_next_command(struct request *request);

#endif
