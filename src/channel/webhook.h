/*
 * One delivery to a webhook: signed (Standard Webhooks 1.0: HMAC-SHA256 over
 * "id.timestamp.body"), posted by https, and judged by the status alone. Only
 * public addresses are connected to: each address is looked at in the moment
 * of connecting, so it is the one that is used, whatever a name server says.
 * No redirect is followed, no proxy used, little of the answer is read.
 */
#ifndef CHANNEL_WEBHOOK_H
#define CHANNEL_WEBHOOK_H

#include <stdatomic.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/instant.h"
#include "base/status.h"
#include "base/str.h"

#define WEBHOOK_NETWORKS_MAX   16
#define WEBHOOK_URL_BYTES      2000
#define WEBHOOK_SIGNATURE_SIZE 64
#define WEBHOOK_WORDS_SIZE     200

/* Networks that are not public and may be reached all the same. */
struct webhook_networks {
	struct webhook_network {
		unsigned char address[16]; /* IPv4 as ::ffff:a.b.c.d */
		unsigned bits;
	} list[WEBHOOK_NETWORKS_MAX];
	size_t count;
};

/* "127.0.0.0/8 fd00::/8"; ST_INVALID with a problem. */
CHECKED enum status webhook_networks_parse(struct arena *arena, struct str text,
                                           struct webhook_networks *out,
                                           struct problem *problem_out);
/* Whether that address may be connected to. */
bool webhook_address_allowed(const struct webhook_networks *networks,
                             const struct sockaddr *address);
/* Whether it lies in one of the networks that are named. */
bool webhook_address_named(const struct webhook_networks *networks,
                           const struct sockaddr *address);

/*
 * What can be said of a URL without asking anybody: https (http when networks
 * are named), a host, no user, no fragment, printable ASCII only, no address
 * that is not allowed.
 */
CHECKED enum status webhook_url_check(struct arena *arena,
                                      const struct webhook_networks *networks,
                                      struct str url,
                                      struct problem *problem_out);

/* "v1,BASE64" over id, timestamp (seconds) and body. */
void webhook_sign(struct str secret, struct str id, int64_t timestamp,
                  struct str body, char signature_out[WEBHOOK_SIGNATURE_SIZE]);

struct webhook_post {
	struct str url, id, body, secret;
	int64_t timestamp;       /* seconds since 1970 */
	span_ms deadline;        /* 0: 20 s */
	const atomic_bool *stop; /* the program ends; may be NULL */
};

struct webhook_posted {
	int64_t status;                /* HTTP; 0: no answer came */
	bool refused;                  /* the URL is none that may be asked */
	span_ms wait;                  /* Retry-After; 0: none */
	char said[WEBHOOK_WORDS_SIZE]; /* empty after 2xx */
};

/* Blocking; from several threads. */
void webhook_post(struct arena *arena, const struct webhook_networks *networks,
                  const struct webhook_post *post,
                  struct webhook_posted *posted_out);

#endif
