/*
 * The HTTP side: sockets, framing and threads by libmicrohttpd, and the limits
 * that keep strangers from holding them. A few threads move bytes; requests
 * are answered by a pool of workers, so one that waits for the disk delays no
 * other connection and no live stream.
 *
 * Order of ending: server_stop ends the streams, lets requests that run come
 * to their end, and returns when nothing of it runs any more.
 */
#ifndef WEB_SERVER_H
#define WEB_SERVER_H

#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "web/web.h"

struct server;

struct server_config {
	const char *address;     /* "127.0.0.1", "::1", "0.0.0.0" */
	uint16_t port;           /* 0: one that is free */
	const char *certificate; /* PEM text, and its key; NULL: no TLS */
	const char *key;
	unsigned connections_max;    /* 0: 1024 */
	unsigned connections_ip_max; /* of one address; 0: no limit */
	unsigned idle_seconds;       /* 0: 30 */
	unsigned workers;            /* 0: 12 */
};

/*
 * `web` and `arena` outlive the server. ST_INVALID names the setting that is
 * wrong, ST_STORE says why the address cannot be listened on.
 */
CHECKED enum status server_start(const struct server_config *config,
                                 struct web *web, struct arena *arena,
                                 struct problem *problem,
                                 struct server **server_out);
void server_stop(struct server **server);

#endif
