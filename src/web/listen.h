/*
 * Sockets to listen on, and the names of who connects.
 */
#ifndef WEB_LISTEN_H
#define WEB_LISTEN_H

#include <stdint.h>

#include "base/status.h"
#include "web/request.h"

struct sockaddr;

/* A numeric address. ST_INVALID for another; ST_STORE if it cannot be had. */
CHECKED enum status listen_open(const char *address, uint16_t port,
                                struct problem *problem, int *fd_out,
                                uint16_t *port_out);
/* "192.0.2.7", also for an IPv4 address in IPv6 clothes; "" if unknown. */
void listen_print(const struct sockaddr *from, char text_out[PEER_TEXT_SIZE]);

#endif
